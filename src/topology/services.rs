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

/// What a reader has to know about services.
#[derive(Debug, Clone, std::default::Default)]
pub struct Catalogue {
    /// All services.
    pub services: Vec<ServiceSection>,
    /// All documented defaults.
    pub defaults: Vec<Default>,
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
                        set_default(topology, id, &default.path, &default.value);
                    }
                }
            }
        }
    }
}

fn set_default(topology: &mut Topology, id: ObjectId, path: &[String], value: &DefaultValue) {
    let Some((name, rest)) = path.split_first() else { return };
    let object = *topology.object(id);
    let Some((index, field)) = Topology::kind(object.kind).field(name) else { return };
    let slot = topology.slot(id, index);
    if rest.is_empty() {
        if matches!(slot.value, Value::Absent) {
            let value = constant(topology, value, object.node);
            topology.set(id, index, Slot { value, node: object.head, origin: Origin::Default });
        }
        return;
    }
    let inner = match (slot.value, field.ty) {
        (Value::Object(inner), _) => inner,
        (Value::Absent, FieldType::Struct(kind)) => add_group(topology, id, index, kind, name),
        _ => return,
    };
    set_default(topology, inner, rest, value);
}

/// Adds a group of fields that nobody wrote.
fn add_group(topology: &mut Topology, owner: ObjectId, index: SlotIndex, kind: KindId, name: &str) -> ObjectId {
    let object = *topology.object(owner);
    let label = topology.strings.intern(name);
    let inner = topology.add(Object { kind, label, name: label, parent: Some(owner), node: object.head, ..object });
    topology.set(owner, index, Slot { value: Value::Object(inner), node: object.head, origin: Origin::Default });
    inner
}

fn constant(topology: &mut Topology, value: &DefaultValue, node: crate::source::NodeId) -> Value {
    match value {
        DefaultValue::Bool(value) => Value::Bool(*value),
        DefaultValue::Int(value) => Value::Int(*value),
        DefaultValue::Text(text) => Value::Text(topology.strings.intern(text)),
        DefaultValue::List(texts) => {
            let items: Vec<Slot> = texts
                .iter()
                .map(|text| Slot { value: Value::Text(topology.strings.intern(text)), node, origin: Origin::Default })
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
