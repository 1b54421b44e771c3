//! Small topologies for tests, and the evaluation of expressions over them.

use super::super::*;
use crate::source::NodeId;
use crate::topology::*;

pub(super) struct Estate {
    pub(super) topology: Topology,
    next: u32,
    variables: Vec<(String, ObjectId)>,
}

impl Estate {
    pub(super) fn new() -> Self {
        Self { topology: Topology::new(), next: 1, variables: Vec::new() }
    }

    pub(super) fn node(&mut self) -> NodeId {
        self.next += 1;
        NodeId(self.next)
    }

    /// An object; its name becomes a variable.
    pub(super) fn add(&mut self, kind: KindId, name: &str) -> ObjectId {
        let label = Topology::kind(kind).name;
        let label = if kind == SERVICE_RESOURCE { "storage" } else { label };
        let (head, node) = (self.node(), self.node());
        let object = Object {
            kind,
            label: self.topology.strings.intern(label),
            name: self.topology.strings.intern(name),
            parent: None,
            service: None,
            head,
            node,
            first_slot: 0,
            existence: Existence::Certain,
            outside: false,
            symbolic: false,
        };
        let id = self.topology.add(object);
        self.variables.push((name.to_owned(), id));
        id
    }

    pub(super) fn change(&mut self, id: ObjectId, change: impl FnOnce(&mut Object)) {
        change(self.topology.object_mut(id).unwrap());
    }

    pub(super) fn maybe(&mut self, id: ObjectId) -> ReasonId {
        let reason = self.topology.reason(format!("condition {}", id.0));
        self.change(id, |object| object.existence = Existence::Maybe(reason));
        reason
    }

    pub(super) fn text(&mut self, text: &str) -> Value {
        Value::Text(self.topology.strings.intern(text))
    }

    pub(super) fn unknown(&mut self) -> Value {
        Value::Unknown(self.topology.reason("a parameter"))
    }

    /// An unknown value that has the name of an expression.
    pub(super) fn unknown_named(&mut self, expression: &str) -> Value {
        Value::Unknown(self.topology.reason(expression))
    }

    pub(super) fn list(&mut self, values: impl IntoIterator<Item = Value>, open: bool) -> Value {
        let slots: Vec<Slot> = values.into_iter().map(|value| self.slot(value)).collect();
        Value::List(self.topology.add_list(slots, open))
    }

    pub(super) fn texts<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) -> Value {
        let values: Vec<Value> = texts
            .into_iter()
            .map(|text| match text {
                "?" => self.unknown(),
                _ => self.text(text),
            })
            .collect();
        self.list(values, false)
    }

    pub(super) fn open(value: Value) -> Value {
        match value {
            Value::List(list) => Value::List(ListRef { open: true, ..list }),
            other => other,
        }
    }

    fn slot(&mut self, value: Value) -> Slot {
        Slot { value, node: self.node(), origin: Origin::Declared }
    }

    /// Sets a field and gives its place.
    pub(super) fn set(&mut self, id: ObjectId, field: &str, value: Value) -> NodeId {
        let kind = Topology::kind(self.topology.object(id).kind);
        let (slot, _) = kind.field(field).expect(field);
        let value = self.slot(value);
        self.topology.set(id, slot, value);
        value.node
    }

    /// Adds children to an object and lists them in a field.
    pub(super) fn children(&mut self, id: ObjectId, field: &str, kind: KindId, names: &[&str]) -> Vec<ObjectId> {
        let children: Vec<ObjectId> = names.iter().map(|name| self.add(kind, name)).collect();
        let label = if Topology::stands_alone(kind) { Topology::kind(kind).name } else { field };
        let label = self.topology.strings.intern(label);
        for child in &children {
            self.change(*child, |object| {
                object.parent = Some(id);
                object.label = label;
            });
        }
        let list = self.list(children.iter().map(|child| Value::Object(*child)), false);
        self.set(id, field, list);
        children
    }

    /// A scope with all objects as variables.
    pub(super) fn scope(&self) -> Scope {
        self.variables.iter().fold(Scope::new(), |scope, (name, id)| {
            scope.with(name.clone(), Type::object(self.topology.object(*id).kind))
        })
    }

    pub(super) fn items(&self) -> Vec<Item> {
        let objects = self.variables.iter();
        objects.map(|(_, id)| Item::object(&self.topology, *id)).collect()
    }

    /// Compiles and runs something over a machine in which all objects are bound.
    pub(super) fn run<T>(&mut self, text: &str, terms: &Terms, run: impl FnOnce(&Program, &mut Machine<'_>) -> T) -> T {
        let labels = labels();
        let mut compiler = Compiler::new(terms, &labels);
        let expression = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        let program =
            compiler.compile(&expression, &self.scope()).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        let literals = compiler.into_literals().intern(&mut self.topology.strings);
        let inverses = Inverses::build(&self.topology);
        let mut machine = Machine::new(&self.topology, &inverses, &literals);
        for item in self.items() {
            machine.push(item);
        }
        run(&program, &mut machine)
    }

    /// The value of an expression in print: members in doubt with a question mark, open lists with dots.
    pub(super) fn eval(&mut self, text: &str) -> String {
        self.eval_with(text, &Terms::new())
    }

    pub(super) fn eval_with(&mut self, text: &str, terms: &Terms) -> String {
        self.run(text, terms, |program, machine| {
            let value = program.value(machine);
            let items = program.items(machine);
            print(machine, value, &items)
        })
    }
}

pub(super) fn labels() -> Labels {
    Labels::new(["storage", "event_hubs"])
}

fn print(machine: &Machine<'_>, value: Val, items: &Items) -> String {
    match value {
        Val::Absent => "nothing".to_owned(),
        Val::Unknown(_) => "unknown".to_owned(),
        Val::Bool(value) => value.to_string(),
        Val::Int(value) => value.to_string(),
        Val::Text(symbol) => machine.text(symbol).to_owned(),
        Val::Object(id) => machine.topology().qualified_name(id),
        Val::List(_) => {
            let mut parts: Vec<String> = items
                .items
                .iter()
                .map(|item| {
                    let doubt = if item.in_doubt.is_some() { "?" } else { "" };
                    match item.value {
                        Val::Unknown(_) => "?".to_owned(),
                        value => print(machine, value, &Items::default()) + doubt,
                    }
                })
                .collect();
            parts.extend(items.open.then(|| "...".to_owned()));
            format!("[{}]", parts.join(" "))
        }
    }
}
