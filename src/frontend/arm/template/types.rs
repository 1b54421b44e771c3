//! Types of parameters and outputs, those of the user included.

use std::rc::Rc;

use super::engine::Engine;
use super::site::InstanceId;
use crate::frontend::arm::expression::Evaluator;
use crate::frontend::arm::recognise;
use crate::frontend::arm::value::{Array, Data, Kind, Lookup, Object, Reason, Unknown, Value};
use crate::source::{NodeId, Problem, Sources};

/// Definitions that name one another are followed so far.
const LONGEST_CHAIN: usize = 32;

/// What a declaration says of values.
#[derive(Debug, Default)]
pub(super) struct Schema {
    /// The declaration, and the definitions that it names one after the other.
    nodes: Vec<NodeId>,
    kind: Option<Kind>,
    secure: bool,
    pub(super) nullable: bool,
}

impl Schema {
    /// The schema itself, if its values are secrets.
    pub(super) fn secret(self) -> Option<Self> {
        self.secure.then_some(self)
    }

    pub(super) fn is_secret(&self) -> bool {
        self.secure
    }

    /// A value of the type that is not known.
    pub(super) fn unknown(&self, name: &str, expression: &str) -> Unknown {
        let reason = if self.secure { Reason::Secret } else { Reason::Parameter };
        let unknown = Unknown::new(reason, name, expression);
        match self.kind {
            Some(kind) if !self.nullable => unknown.of_kind(kind),
            _ => unknown,
        }
    }

    fn get(&self, sources: &Sources, key: &str) -> Option<NodeId> {
        self.nodes.iter().find_map(|node| recognise::get(sources, *node, key))
    }
}

/// The types that the language has, and whether their values are secrets.
fn kind_of(name: &str) -> Option<(Kind, bool)> {
    Some(match &*name.to_ascii_lowercase() {
        "string" => (Kind::Text, false),
        "securestring" => (Kind::Text, true),
        "int" => (Kind::Int, false),
        "bool" => (Kind::Bool, false),
        "array" => (Kind::Array, false),
        "object" => (Kind::Object, false),
        "secureobject" => (Kind::Object, true),
        _ => return None,
    })
}

impl Engine<'_> {
    /// What a declaration in a template says.
    pub(super) fn schema(&self, instance: InstanceId, declaration: NodeId) -> Schema {
        let mut schema = Schema::default();
        let mut next = Some(declaration);
        while let Some(node) = next.take()
            && schema.nodes.len() < LONGEST_CHAIN
        {
            schema.nodes.push(node);
            schema.nullable |= self.get(node, "nullable").and_then(|node| self.sources.as_bool(node)) == Some(true);
            let ty = self.get(node, "type").and_then(|ty| kind_of(&self.sources.text(ty)));
            if schema.kind.is_none() {
                schema.kind = ty.map(|(kind, _)| kind);
            }
            schema.secure |= ty.is_some_and(|(_, secure)| secure);
            next = self.get(node, "$ref").and_then(|target| self.definition(instance, &self.sources.text(target)));
        }
        schema
    }

    /// The definition that `#/definitions/name` names.
    fn definition(&self, instance: InstanceId, target: &str) -> Option<NodeId> {
        let name = target.strip_prefix("#/definitions/")?;
        let holder = self.instances.get(self.names_of(instance))?;
        self.get(self.get(holder.template, "definitions")?, name)
    }

    /// Whether definitions that name nothing but one another are all that a reference leads to.
    fn leads_back(&self, instance: InstanceId, target: NodeId) -> bool {
        let next = |target: &NodeId| {
            let definition = self.definition(instance, &self.sources.text(*target))?;
            self.get(definition, "$ref")
        };
        std::iter::successors(Some(target), next).nth(LONGEST_CHAIN).is_some()
    }

    /// Says what is wrong with the declaration of a parameter.
    pub(super) fn check_declaration(&self, evaluator: &mut Evaluator<'_>, instance: InstanceId, node: NodeId) {
        let target = self.get(node, "$ref");
        if let Some(target) = target
            && self.definition(instance, &self.sources.text(target)).is_none()
        {
            let text = self.sources.text(target);
            let message = format!("there is no definition `{}`", text.trim_start_matches("#/definitions/"));
            evaluator.report(Problem::error("unknown-name", self.sources.place(target), message));
        }
        if let Some(target) = target
            && self.leads_back(instance, target)
        {
            let message = "this definition is defined by itself";
            evaluator.report(Problem::error("cycle", self.sources.place(target), message));
        }
        match self.get(node, "type") {
            Some(ty) if kind_of(&self.sources.text(ty)).is_none() => {
                let message = format!("there is no type `{}`", self.sources.text(ty));
                let help = "write string, int, bool, array, object, secureString or secureObject";
                evaluator.report(Problem::error("unknown-type", self.sources.place(ty), message).help(help));
            }
            None if target.is_none() => {
                let message = "this parameter has no type";
                evaluator.report(Problem::error("missing-field", self.sources.place(node), message));
            }
            _ => {}
        }
    }

    /// A value as the schema lets it be: what does not fit is reported, secrets are unknown, and so is what is of the wrong
    /// type.
    pub(super) fn conform(
        &self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        schema: &Schema,
        name: &str,
        value: Value,
    ) -> Value {
        let fits = match (value.kind(), schema.kind) {
            (Some(Kind::Null), _) if schema.nullable => return value,
            (None, _) | (_, None) => true,
            (Some(given), Some(expected)) => given == expected,
        };
        if !fits {
            let [given, expected] = [value.kind(), schema.kind].map(|kind| kind.map_or("unknown", Kind::words));
            let message = format!("`{name}` is {expected}, and this value is {given}");
            self.refuse(evaluator, schema, &value, "wrong-type", message);
            return Value { data: super::tree::wrong(name).data, ..value };
        }
        if schema.secure {
            return secret(schema, name, &value);
        }
        self.check_allowed(evaluator, schema, name, &value);
        self.check_bounds(evaluator, schema, name, &value);
        let inner = evaluator.deeper(|evaluator| self.conform_parts(evaluator, instance, schema, name, &value));
        inner.flatten().map_or_else(|| value.clone(), |data| Value { data, ..value.clone() })
    }

    fn refuse(
        &self,
        evaluator: &mut Evaluator<'_>,
        schema: &Schema,
        value: &Value,
        code: &'static str,
        message: String,
    ) {
        let declared = schema.nodes.first().copied().unwrap_or(NodeId::NOWHERE);
        let at = if value.at.is_somewhere() { value.at } else { declared };
        let mut problem = Problem::error(code, self.sources.place(at), message);
        if declared.is_somewhere() && !self.sources.holds(declared, at) {
            problem = problem.related(self.sources.place(declared), "declared here");
        }
        evaluator.report(problem);
    }

    fn check_allowed(&self, evaluator: &mut Evaluator<'_>, schema: &Schema, name: &str, value: &Value) {
        let Some(list) = schema.get(self.sources, "allowedValues") else { return };
        let allowed: Vec<Value> = self.sources.items(list).iter().map(|item| evaluator.literal(*item)).collect();
        let among = |value: &Value| allowed.iter().any(|allowed| may_equal(allowed, value));
        let all_among = value.as_array().is_some_and(|array| array.items.iter().all(among));
        if allowed.is_empty() || among(value) || all_among {
            return;
        }
        let shown: Vec<String> = allowed.iter().take(12).map(|value| format!("`{}`", value.display())).collect();
        let message = format!("`{}` is not among the values that `{name}` can have", value.display());
        let problem = format!("{message}: {}", shown.join(", "));
        self.refuse(evaluator, schema, value, "not-allowed", problem);
    }

    fn check_bounds(&self, evaluator: &mut Evaluator<'_>, schema: &Schema, name: &str, value: &Value) {
        let bound = |key: &str| schema.get(self.sources, key).and_then(|node| self.sources.as_int(node));
        let (size, what, least, most) = match &value.data {
            Data::Int(number) => (*number, "is", bound("minValue"), bound("maxValue")),
            Data::Text(text) => {
                (count(text.encode_utf16().count()), "has the length", bound("minLength"), bound("maxLength"))
            }
            Data::Array(array) if array.is_closed() => {
                (count(array.items.len()), "has the length", bound("minLength"), bound("maxLength"))
            }
            _ => return,
        };
        let message = match (least, most) {
            (Some(least), _) if size < least => format!("`{name}` {what} {size}, and must be at least {least}"),
            (_, Some(most)) if size > most => format!("`{name}` {what} {size}, and must be at most {most}"),
            _ => return,
        };
        self.refuse(evaluator, schema, value, "out-of-bounds", message);
    }

    /// The same for the properties of an object and the items of an array, where anything is declared of them.
    fn conform_parts(
        &self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        schema: &Schema,
        name: &str,
        value: &Value,
    ) -> Option<Data> {
        match &value.data {
            Data::Object(object) => {
                let properties = schema.get(self.sources, "properties")?;
                let mut result = Object::clone(object);
                for entry in self.sources.entries(properties) {
                    let key = self.sources.text(entry.key);
                    if let Lookup::Found(value) = object.get(&key) {
                        let (schema, name) = (self.schema(instance, entry.value), format!("{name}.{key}"));
                        result.insert((&*key).into(), self.conform(evaluator, instance, &schema, &name, value.clone()));
                    }
                }
                Some(Data::from(result))
            }
            Data::Array(array) => {
                let schema = self.schema(instance, schema.get(self.sources, "items")?);
                let item = |(index, item): (usize, &Value)| {
                    self.conform(evaluator, instance, &schema, &format!("{name}[{index}]"), item.clone())
                };
                let items = array.items.iter().enumerate().map(item).collect();
                Some(Data::Array(Rc::new(Array::with_rest(items, array.rest.clone()))))
            }
            _ => None,
        }
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

fn secret(schema: &Schema, name: &str, value: &Value) -> Value {
    let unknown = match value.as_unknown() {
        Some(unknown) => unknown.clone(),
        None => schema.unknown(name, &format!("parameters('{name}')")),
    };
    Value {
        data: Data::Unknown(Rc::new(Unknown { reason: Reason::Secret, what: name.into(), ..unknown })),
        ..value.clone()
    }
}

/// Whether a value is, or may be, an allowed one; texts do not distinguish case here.
fn may_equal(allowed: &Value, value: &Value) -> bool {
    match (allowed.as_text(), value.as_text()) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => allowed.same(value) != Some(false),
    }
}
