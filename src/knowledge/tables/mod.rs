//! Services, constants and defaults as objects of a topology, in one edition.

mod arm;
mod vocabulary;

pub use arm::{ArmTables, ArmType, Word};
pub use vocabulary::Vocabulary;

use crate::knowledge::definitions::{AssumptionDefinition, Definitions, Fact, Literal};
use crate::source::{NodeId, Place, Problem, did_you_mean};
use crate::topology::{
    Assumption, CONSTANTS, Catalogue, Completeness, Default, DefaultValue, Existence, FieldType, INTERNET, KINDS, Kind,
    KindId, Object, ObjectId, Origin, SERVICE, SERVICE_RESOURCE, ServiceSection, Slot, SlotIndex, Topology, Value,
    constants,
};

pub use crate::knowledge::definitions::{CURRENT, DOCUMENTS};

/// A topology that holds nothing but knowledge, and what readers have to know about services.
///
/// What is wrong with the tables, such as a fact that no field takes, is added to `problems`.
#[must_use]
pub fn fill(definitions: &Definitions, edition: &str, problems: &mut Vec<Problem>) -> (Topology, Catalogue) {
    let mut filler = Filler { topology: Topology::new(), current: edition == CURRENT, problems };
    let mut catalogue = Catalogue::default();
    filler.constants(definitions);
    for service in &definitions.services {
        let label = filler.topology.strings.intern("service");
        let name = filler.topology.strings.intern(&service.name);
        let knowledge = filler.add(SERVICE, label, name);
        filler.set_text(knowledge, "title", &service.title);
        for (field, fact) in &service.facts {
            filler.set(knowledge, field, fact);
        }
        let kind = match &service.model {
            Some(model) => filler.kind(model, service.place),
            None => Some(SERVICE_RESOURCE),
        };
        let Some(kind) = kind else { continue };
        for (path, fact) in &service.defaults {
            let default = filler.default(kind, service.model.is_none().then(|| service.name.clone()), path, fact);
            catalogue.defaults.extend(default);
        }
        catalogue.services.push(ServiceSection {
            name: service.name.clone(),
            kind,
            section: service.section.clone(),
            fields: service.fields.clone(),
            knowledge,
        });
    }
    for default in &definitions.defaults {
        let Some(kind) = filler.kind(&default.kind, default.fact.place) else { continue };
        catalogue.defaults.extend(filler.default(kind, None, &default.path, &default.fact));
    }
    for format in &definitions.completeness {
        let (fields, sections): (Vec<&String>, Vec<&String>) = format.open.iter().partition(|name| name.contains('.'));
        let open = sections.iter().filter_map(|section| filler.section(&catalogue, section, format.place)).collect();
        for section in &format.unread {
            let _ = filler.section(&catalogue, section, format.place);
        }
        let open_fields = fields.iter().filter_map(|path| filler.open_field(path, format.place)).collect();
        let assumed = format.assumed.iter().filter_map(|assumed| filler.assumption(&catalogue, assumed)).collect();
        catalogue.completeness.push(Completeness { format: format.format.clone(), open, open_fields, assumed });
    }
    arm::check(definitions, filler.problems);
    vocabulary::check(definitions, filler.problems);
    (filler.topology, catalogue)
}

/// Gives the facts that differ between the editions their values in one of them; of a field alone only that one.
pub fn turn(topology: &mut Topology, definitions: &Definitions, edition: &str, only: Option<(ObjectId, &str)>) {
    let known: Vec<ObjectId> = [CONSTANTS, SERVICE].iter().flat_map(|kind| topology.of_kind(*kind)).copied().collect();
    let mut problems = Vec::new();
    let mut filler =
        Filler { topology: std::mem::take(topology), current: edition == CURRENT, problems: &mut problems };
    for object in known {
        let name = filler.topology.strings.text(filler.topology.object(object).name);
        let facts = match definitions.services.iter().find(|service| service.name == name) {
            Some(service) => &service.facts,
            None => &definitions.constants,
        };
        for (field, fact) in facts.iter().filter(|(_, fact)| fact.current.is_some()) {
            if only.is_none_or(|only| only == (object, field)) {
                filler.set(object, field, fact);
            }
        }
    }
    *topology = filler.topology;
}

struct Filler<'a> {
    topology: Topology,
    current: bool,
    problems: &'a mut Vec<Problem>,
}

impl Filler<'_> {
    fn add(&mut self, kind: KindId, label: crate::topology::Symbol, name: crate::topology::Symbol) -> ObjectId {
        self.topology.add(Object {
            kind,
            label,
            name,
            parent: None,
            service: None,
            head: NodeId::NOWHERE,
            node: NodeId::NOWHERE,
            first_slot: 0,
            existence: Existence::Certain,
            outside: false,
            symbolic: false,
        })
    }

    fn constants(&mut self, definitions: &Definitions) {
        let name = self.topology.strings.intern("azure");
        let azure = self.add(CONSTANTS, name, name);
        for (field, fact) in &definitions.constants {
            self.set(azure, field, fact);
        }
        let internet = self.topology.strings.intern("internet");
        let internet = Value::Object(self.add(INTERNET, internet, internet));
        self.topology.set(
            azure,
            constants::internet,
            Slot { value: internet, node: NodeId::NOWHERE, origin: Origin::Declared },
        );
    }

    fn kind(&mut self, name: &str, place: Place) -> Option<KindId> {
        let kind = KINDS.iter().find(|kind| kind.name == name).map(|kind| kind.id);
        if kind.is_none() {
            self.unknown(place, format!("there is no kind `{name}`"), name, KINDS.iter().map(|kind| kind.name));
        }
        kind
    }

    fn unknown(&mut self, place: Place, message: String, name: &str, known: impl Iterator<Item = &'static str>) {
        let problem = Problem::error("unknown-field", place, message);
        self.problems.push(match did_you_mean(name, known) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        });
    }

    fn set_text(&mut self, object: ObjectId, field: &str, text: &str) {
        let Some((slot, _)) = Topology::kind(self.topology.object(object).kind).field(field) else { return };
        let value = Value::Text(self.topology.strings.intern(text));
        self.topology.set(object, slot, Slot { value, node: NodeId::NOWHERE, origin: Origin::Declared });
    }

    fn set(&mut self, object: ObjectId, name: &str, fact: &Fact) {
        let kind = Topology::kind(self.topology.object(object).kind);
        let Some((slot, field)) = kind.field(name) else {
            let message = format!("`{}` has no field `{name}`", kind.name);
            return self.unknown(fact.place, message, name, kind.fields.iter().map(|field| field.name));
        };
        let both = [Some(&fact.documents), fact.current.as_ref()];
        if both.into_iter().flatten().any(|literal| !fits(literal, &field.ty)) {
            self.problems.push(Problem::error(
                "wrong-type",
                fact.place,
                format!("`{name}` takes another type of value"),
            ));
            return;
        }
        let value = self.literal(fact.in_edition(self.current));
        self.topology.set(object, slot, Slot { value, node: NodeId::NOWHERE, origin: Origin::Declared });
    }

    fn literal(&mut self, literal: &Literal) -> Value {
        match literal {
            Literal::Bool(value) => Value::Bool(*value),
            Literal::Int(value) => Value::Int(*value),
            Literal::Text(text) => Value::Text(self.topology.strings.intern(text)),
            Literal::List(items) => {
                let slots: Vec<Slot> = items
                    .iter()
                    .map(|item| Slot { value: self.literal(item), node: NodeId::NOWHERE, origin: Origin::Declared })
                    .collect();
                Value::List(self.topology.add_list(slots, false))
            }
        }
    }

    /// The kind of what stands in a section.
    fn section(&mut self, catalogue: &Catalogue, section: &str, place: Place) -> Option<KindId> {
        let kind = KINDS.iter().find(|kind| kind.section == Some(section)).map(|kind| kind.id);
        let kind = kind.or_else(|| catalogue.by_section(section).map(|service| service.kind));
        if kind.is_none() {
            let sections = KINDS.iter().filter_map(|kind| kind.section);
            self.unknown(place, format!("there is no section `{section}`"), section, sections);
        }
        kind
    }

    /// A list of a kind, written `kind.field`.
    fn open_field(&mut self, path: &str, place: Place) -> Option<(KindId, SlotIndex)> {
        let (name, field) = path.split_once('.')?;
        let kind = self.kind(name, place)?;
        self.check_path(kind, field, &[], place)?;
        let (slot, known) = Topology::kind(kind).field(field)?;
        if !matches!(known.ty, FieldType::List(_)) {
            self.problems.push(Problem::error("wrong-type", place, format!("`{path}` is no list that could be open")));
            return None;
        }
        Some((kind, slot))
    }

    /// An assumption, once its field path is found to exist and to take the value.
    fn assumption(&mut self, catalogue: &Catalogue, assumed: &AssumptionDefinition) -> Option<Assumption> {
        let (name, path) = assumed.path.split_once('.').unwrap_or((&assumed.path, ""));
        let service = catalogue.by_name(name).filter(|service| service.kind == SERVICE_RESOURCE);
        let kind = match service {
            Some(service) => service.kind,
            None => self.kind(name, assumed.place)?,
        };
        let literals: Vec<&Literal> = assumed.value.iter().collect();
        self.check_path(kind, path, &literals, assumed.place)?;
        Some(Assumption {
            kind,
            service: service.map(|service| service.name.clone()),
            path: path.split('.').map(str::to_owned).collect(),
            value: assumed.value.as_ref().and_then(default_value),
            say: assumed.say.clone(),
        })
    }

    /// A default, once its field path is found to exist and to take the value.
    fn default(&mut self, kind: KindId, service: Option<String>, path: &str, fact: &Fact) -> Option<Default> {
        let both: Vec<&Literal> = [Some(&fact.documents), fact.current.as_ref()].into_iter().flatten().collect();
        self.check_path(kind, path, &both, fact.place)?;
        let value = default_value(fact.in_edition(self.current))?;
        Some(Default { kind, service, path: path.split('.').map(str::to_owned).collect(), value })
    }

    /// Reports a field path that does not exist below a kind, or that does not take one of the values.
    fn check_path(&mut self, kind: KindId, path: &str, values: &[&Literal], place: Place) -> Option<()> {
        let mut at: &'static Kind = Topology::kind(kind);
        let mut ty = None;
        for name in path.split('.') {
            if let Some(FieldType::Struct(inner)) = ty {
                at = Topology::kind(inner);
            }
            let Some((_, field)) = at.field(name) else {
                let message = format!("`{}` has no field `{name}`", at.name);
                self.unknown(place, message, name, at.fields.iter().map(|field| field.name));
                return None;
            };
            ty = Some(field.ty);
        }
        if values.iter().any(|literal| !ty.is_some_and(|ty| fits(literal, &ty))) {
            let message = format!("`{path}` takes another type of value");
            self.problems.push(Problem::error("wrong-type", place, message));
            return None;
        }
        Some(())
    }
}

fn default_value(literal: &Literal) -> Option<DefaultValue> {
    Some(match literal {
        Literal::Bool(value) => DefaultValue::Bool(*value),
        Literal::Int(value) => DefaultValue::Int(*value),
        Literal::Text(text) => DefaultValue::Text(text.clone()),
        Literal::List(items) => DefaultValue::List(
            items
                .iter()
                .map(|item| match item {
                    Literal::Text(text) => Some(text.clone()),
                    _ => None,
                })
                .collect::<Option<_>>()?,
        ),
    })
}

/// Whether a value can stand in a field of that type.
fn fits(literal: &Literal, ty: &FieldType) -> bool {
    match (literal, ty) {
        (Literal::Bool(_), FieldType::Bool) | (Literal::Int(_), FieldType::Int) => true,
        (Literal::Text(_), FieldType::Text | FieldType::Prefix | FieldType::PrefixOrTag) => true,
        (Literal::Text(text), FieldType::OneOf(words)) => words.contains(&&**text),
        (Literal::List(items), FieldType::List(item)) => items.iter().all(|literal| fits(literal, item)),
        _ => false,
    }
}
