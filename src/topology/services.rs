//! What a reader has to know about services: which sections there are and which fields belong to which.

use std::collections::HashMap;

use super::FieldType;
use super::{KINDS, KindId, Object, ObjectId, Origin, Slot, SlotIndex, Symbol, Topology, Value};

/// A service whose resources a topology may hold.
#[derive(Debug, Clone)]
pub struct ServiceSection {
    /// The word before `/` in an address: `storage`.
    pub name: String,
    /// The kind of its resources; for most [`SERVICE_RESOURCE`].
    pub kind: KindId,
    /// The section of a topology file that holds them; `None` where the kind has a section of its own.
    pub section: Option<String>,
    /// Its own fields, beside those that every service resource has.
    pub fields: Vec<String>,
    /// The object that holds what is known about it.
    pub knowledge: ObjectId,
}

/// A documented default.
#[derive(Debug, Clone)]
pub struct Default {
    /// The kind of object it is of.
    pub kind: KindId,
    /// Only of objects of that service.
    pub service: Option<String>,
    /// The field path below the object.
    pub path: Vec<String>,
    /// The value: text, number, truth value or list of texts.
    pub value: DefaultValue,
}

/// The value of a [`Default`].
#[derive(Debug, Clone)]
pub enum DefaultValue {
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A word or text.
    Text(String),
    /// Several words.
    List(Vec<String>),
}

/// What an input format leaves open.
#[derive(Debug, Clone)]
pub struct Completeness {
    /// The input format.
    pub format: String,
    /// The kinds of which more may exist than an input shows.
    pub open: Vec<KindId>,
    /// What is assumed of fields that the format has no words for.
    pub assumed: Vec<Assumption>,
}

/// What is assumed of a field that an input format cannot say.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// The kind of object it is of.
    pub kind: KindId,
    /// Only of objects of that service.
    pub service: Option<String>,
    /// The field path below the object.
    pub path: Vec<String>,
    /// The value; nothing where the field is assumed to be absent.
    pub value: Option<DefaultValue>,
    /// What is said of it, behind "assumed: ".
    pub say: String,
}

/// What a reader has to know about services.
#[derive(Debug, Clone, std::default::Default)]
pub struct Catalogue {
    /// All services.
    pub services: Vec<ServiceSection>,
    /// All documented defaults.
    pub defaults: Vec<Default>,
    /// What each input format leaves open.
    pub completeness: Vec<Completeness>,
}

/// Fields that only some services have; everything else in [`SERVICE_RESOURCE`] is common to all.
pub const OWN_FIELDS: &[&str] =
    &["encryption", "account_kind", "hierarchical_namespace", "lock", "state", "tier", "instances", "queues", "topics"];

impl Catalogue {
    /// The service whose resources stand in that section.
    #[must_use]
    pub fn by_section(&self, section: &str) -> Option<&ServiceSection> {
        self.services.iter().find(|service| service.section.as_deref() == Some(section))
    }

    /// The service of that name.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<&ServiceSection> {
        self.services.iter().find(|service| service.name == name)
    }

    /// All sections a topology file may have, those of the kinds first.
    pub fn sections(&self) -> impl Iterator<Item = &str> {
        let own = KINDS.iter().filter_map(|kind| kind.section);
        own.chain(self.services.iter().filter_map(|service| service.section.as_deref()))
    }

    /// Fills in the documented defaults of everything that is absent in declared objects. A group of fields that is
    /// absent altogether is made where a default lies in it, at the place of its owner.
    pub fn apply_defaults(&self, topology: &mut Topology) {
        let mut by_kind: HashMap<KindId, Vec<(&Default, Option<Symbol>)>> = HashMap::new();
        for default in &self.defaults {
            let service = default.service.as_deref().map(|name| topology.strings.intern(name));
            by_kind.entry(default.kind).or_default().push((default, service));
        }
        let mut kinds: Vec<_> = by_kind.into_iter().collect();
        kinds.sort_by_key(|(kind, _)| *kind);
        for (kind, defaults) in kinds {
            for id in topology.of_kind(kind).to_vec() {
                let object = *topology.object(id);
                if object.outside {
                    continue;
                }
                for (default, service) in &defaults {
                    if service.is_none_or(|service| service == object.label) {
                        fill(topology, id, &default.path, Some(&default.value), Origin::Default);
                    }
                }
            }
        }
    }

    /// Opens what an input of that format leaves open, and states what is assumed where it has no words for something.
    /// An assumption comes before a documented default: it is to be applied first.
    pub fn apply_completeness(&self, format: &str, topology: &mut Topology) {
        let Some(completeness) = self.completeness.iter().find(|known| known.format == format) else { return };
        for kind in &completeness.open {
            topology.set_open(*kind, true);
        }
        for assumption in &completeness.assumed {
            let origin = Origin::Assumed(topology.reason(format!("assumed: {}", assumption.say)));
            let label = assumption.service.as_deref().map(|service| topology.strings.intern(service));
            for id in topology.of_kind(assumption.kind).to_vec() {
                let object = topology.object(id);
                if !object.outside && label.is_none_or(|label| label == object.label) {
                    fill(topology, id, &assumption.path, assumption.value.as_ref(), origin);
                }
            }
        }
    }
}

/// Sets a field that nobody said anything about; without a value it stays absent, but it is told why.
fn fill(topology: &mut Topology, id: ObjectId, path: &[String], value: Option<&DefaultValue>, origin: Origin) {
    let Some((name, rest)) = path.split_first() else { return };
    let object = *topology.object(id);
    let Some((index, field)) = Topology::kind(object.kind).field(name) else { return };
    let slot = topology.slot(id, index);
    if rest.is_empty() {
        // What is assumed to be absent has no default either.
        if slot.value == Value::Absent && slot.origin == Origin::Declared {
            let value = value.map_or(Value::Absent, |value| constant(topology, value, object.node, origin));
            topology.set(id, index, Slot { value, node: object.head, origin });
        }
        return;
    }
    let inner = match (slot.value, field.ty) {
        (Value::Object(inner), _) => inner,
        (Value::Absent, FieldType::Struct(kind)) if value.is_some() && slot.origin == Origin::Declared => {
            add_group(topology, id, index, (kind, name), origin)
        }
        _ => return,
    };
    fill(topology, inner, rest, value, origin);
}

/// Adds a group of fields that nobody wrote.
fn add_group(
    topology: &mut Topology,
    owner: ObjectId,
    index: SlotIndex,
    (kind, name): (KindId, &str),
    origin: Origin,
) -> ObjectId {
    let object = *topology.object(owner);
    let label = topology.strings.intern(name);
    let inner = topology.add(Object { kind, label, name: label, parent: Some(owner), node: object.head, ..object });
    topology.set(owner, index, Slot { value: Value::Object(inner), node: object.head, origin });
    inner
}

fn constant(topology: &mut Topology, value: &DefaultValue, node: crate::source::NodeId, origin: Origin) -> Value {
    match value {
        DefaultValue::Bool(value) => Value::Bool(*value),
        DefaultValue::Int(value) => Value::Int(*value),
        DefaultValue::Text(text) => Value::Text(topology.strings.intern(text)),
        DefaultValue::List(texts) => {
            let items: Vec<Slot> = texts
                .iter()
                .map(|text| Slot { value: Value::Text(topology.strings.intern(text)), node, origin })
                .collect();
            Value::List(topology.add_list(items, false))
        }
    }
}

/// Whether a service of these own fields has that field of [`SERVICE_RESOURCE`].
#[must_use]
pub fn has_field(own: &[String], field: &str) -> bool {
    !OWN_FIELDS.contains(&field) || own.iter().any(|name| name == field)
}
