//! What a reader has to know about services: which sections there are and which fields belong to which.

use std::collections::BTreeMap;

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
        let mut by_kind: BTreeMap<KindId, Vec<Prepared>> = BTreeMap::new();
        for default in &self.defaults {
            by_kind.entry(default.kind).or_default().extend(Prepared::new(topology, default));
        }
        for (kind, defaults) in by_kind {
            for index in 0..topology.of_kind(kind).len() {
                let Some(id) = topology.of_kind(kind).get(index).copied() else { break };
                let object = topology.object(id);
                let (outside, label) = (object.outside, object.label);
                let applies = |default: &&Prepared| default.service.is_none_or(|service| service == label);
                for default in defaults.iter().filter(applies).filter(|_| !outside) {
                    default.apply(topology, id);
                }
            }
        }
    }
}

/// A default with everything looked up that is the same for all objects.
struct Prepared {
    service: Option<Symbol>,
    /// The groups of fields on the way, each with its slot, kind and name.
    groups: Vec<(SlotIndex, KindId, Symbol)>,
    slot: SlotIndex,
    value: Constant,
}

enum Constant {
    Single(Value),
    List(Vec<Value>),
}

impl Prepared {
    /// Nothing where there is no such field.
    fn new(topology: &mut Topology, default: &Default) -> Option<Self> {
        let service = default.service.as_deref().map(|name| topology.strings.intern(name));
        let (last, way) = default.path.split_last()?;
        let mut kind = default.kind;
        let mut groups = Vec::new();
        for name in way {
            let (slot, field) = Topology::kind(kind).field(name)?;
            let FieldType::Struct(inner) = field.ty else { return None };
            groups.push((slot, inner, topology.strings.intern(name)));
            kind = inner;
        }
        let (slot, _) = Topology::kind(kind).field(last)?;
        let mut text = |text: &String| Value::Text(topology.strings.intern(text));
        let value = match &default.value {
            DefaultValue::Bool(value) => Constant::Single(Value::Bool(*value)),
            DefaultValue::Int(value) => Constant::Single(Value::Int(*value)),
            DefaultValue::Text(value) => Constant::Single(text(value)),
            DefaultValue::List(values) => Constant::List(values.iter().map(text).collect()),
        };
        Some(Self { service, groups, slot, value })
    }

    fn apply(&self, topology: &mut Topology, id: ObjectId) {
        let mut owner = id;
        for (slot, kind, name) in &self.groups {
            owner = match topology.slot(owner, *slot).value {
                Value::Object(inner) => inner,
                Value::Absent => add_group(topology, owner, *slot, *kind, *name),
                _ => return,
            };
        }
        if !matches!(topology.slot(owner, self.slot).value, Value::Absent) {
            return;
        }
        let (head, node) = (topology.object(owner).head, topology.object(owner).node);
        let value = match &self.value {
            Constant::Single(value) => *value,
            Constant::List(values) => {
                let items = values.iter().map(|value| Slot { value: *value, node, origin: Origin::Default });
                Value::List(topology.add_list(items, false))
            }
        };
        topology.set(owner, self.slot, Slot { value, node: head, origin: Origin::Default });
    }
}

/// Adds a group of fields that nobody wrote.
fn add_group(topology: &mut Topology, owner: ObjectId, index: SlotIndex, kind: KindId, name: Symbol) -> ObjectId {
    let object = *topology.object(owner);
    let inner = topology.add(Object { kind, label: name, name, parent: Some(owner), node: object.head, ..object });
    topology.set(owner, index, Slot { value: Value::Object(inner), node: object.head, origin: Origin::Default });
    inner
}

/// Whether a service of these own fields has that field of [`SERVICE_RESOURCE`].
#[must_use]
pub fn has_field(own: &[String], field: &str) -> bool {
    !OWN_FIELDS.contains(&field) || own.iter().any(|name| name == field)
}
