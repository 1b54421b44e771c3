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

/// What an input format leaves open.
#[derive(Debug, Clone)]
pub struct Completeness {
    /// The input format.
    pub format: String,
    /// The kinds of which more may exist than an input shows.
    pub open: Vec<KindId>,
    /// The lists that may have members which an input does not show.
    pub open_fields: Vec<(KindId, SlotIndex)>,
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
pub const OWN_FIELDS: &[&str] = &[
    "encryption",
    "account_kind",
    "hierarchical_namespace",
    "replication",
    "lock",
    "state",
    "tier",
    "instances",
    "queues",
    "topics",
    "shared_key_access",
    "local_auth",
    "virtual_network_filter",
    "api",
    "custom_subdomain",
    "scm_use_main_rules",
    "scm_default_action",
    "vnet_route_all",
    "deployment",
];

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
        let mut by_kind: BTreeMap<KindId, Vec<Filling>> = BTreeMap::new();
        for default in &self.defaults {
            let value = Some(&default.value);
            let filling = Filling::new(topology, default.kind, &default.path, value, Origin::Default);
            let service = default.service.as_deref().map(|name| topology.strings.intern(name));
            by_kind.entry(default.kind).or_default().extend(filling.map(|filling| Filling { service, ..filling }));
        }
        for (kind, fillings) in by_kind {
            fill(topology, kind, &fillings, &|_| true);
        }
    }

    /// Opens what an input of that format leaves open, and states what is assumed where it has no words for something.
    /// An assumption comes before a documented default: it is to be applied first.
    pub fn apply_completeness(&self, format: &str, topology: &mut Topology) {
        self.apply_completeness_where(format, topology, &|_| true);
    }

    /// The same for a unit of several formats: what is assumed is assumed of the objects for which `applies` holds.
    pub fn apply_completeness_where(&self, format: &str, topology: &mut Topology, applies: &dyn Fn(&Object) -> bool) {
        let Some(completeness) = self.completeness.iter().find(|known| known.format == format) else { return };
        for kind in &completeness.open {
            topology.set_open(*kind, true);
        }
        for (kind, slot) in &completeness.open_fields {
            topology.open_lists(*kind, *slot);
        }
        for assumption in &completeness.assumed {
            let origin = Origin::Assumed(topology.assumption(format!("assumed: {}", assumption.say)));
            let value = assumption.value.as_ref();
            let filling = Filling::new(topology, assumption.kind, &assumption.path, value, origin);
            let service = assumption.service.as_deref().map(|service| topology.strings.intern(service));
            if let Some(filling) = filling {
                fill(topology, assumption.kind, &[Filling { service, ..filling }], applies);
            }
        }
    }
}

/// Fills in what nobody said of the declared objects of a kind for which `applies` holds.
fn fill(topology: &mut Topology, kind: KindId, fillings: &[Filling], applies: &dyn Fn(&Object) -> bool) {
    for index in 0..topology.of_kind(kind).len() {
        let Some(id) = topology.of_kind(kind).get(index).copied() else { break };
        let object = topology.object(id);
        let label = object.label;
        if object.outside || !applies(object) {
            continue;
        }
        for filling in fillings.iter().filter(|filling| filling.service.is_none_or(|service| service == label)) {
            filling.apply(topology, id);
        }
    }
}

/// A value for a field that nobody said anything about, with everything looked up that is the same for all objects.
struct Filling {
    service: Option<Symbol>,
    /// The groups of fields on the way, each with its slot, kind and name.
    groups: Vec<(SlotIndex, KindId, Symbol)>,
    slot: SlotIndex,
    /// Nothing: the field stays absent, but it is told why.
    value: Option<Constant>,
    origin: Origin,
}

enum Constant {
    Single(Value),
    List(Vec<Value>),
}

impl Filling {
    /// Nothing where there is no such field.
    fn new(
        topology: &mut Topology,
        kind: KindId,
        path: &[String],
        value: Option<&DefaultValue>,
        origin: Origin,
    ) -> Option<Self> {
        let (last, way) = path.split_last()?;
        let mut kind = kind;
        let mut groups = Vec::new();
        for name in way {
            let (slot, field) = Topology::kind(kind).field(name)?;
            let FieldType::Struct(inner) = field.ty else { return None };
            groups.push((slot, inner, topology.strings.intern(name)));
            kind = inner;
        }
        let (slot, _) = Topology::kind(kind).field(last)?;
        let mut text = |text: &String| Value::Text(topology.strings.intern(text));
        let value = value.map(|value| match value {
            DefaultValue::Bool(value) => Constant::Single(Value::Bool(*value)),
            DefaultValue::Int(value) => Constant::Single(Value::Int(*value)),
            DefaultValue::Text(value) => Constant::Single(text(value)),
            DefaultValue::List(values) => Constant::List(values.iter().map(text).collect()),
        });
        Some(Self { service: None, groups, slot, value, origin })
    }

    fn apply(&self, topology: &mut Topology, id: ObjectId) {
        let mut owner = id;
        for (slot, kind, name) in &self.groups {
            let group = topology.slot(owner, *slot);
            owner = match group.value {
                Value::Object(inner) => inner,
                // What is assumed to be absent has no default either.
                Value::Absent if self.value.is_some() && group.origin == Origin::Declared => {
                    add_group(topology, owner, *slot, (*kind, *name), self.origin)
                }
                _ => return,
            };
        }
        let present = topology.slot(owner, self.slot);
        if present.value != Value::Absent || present.origin != Origin::Declared {
            return;
        }
        let (head, node) = (topology.object(owner).head, topology.object(owner).node);
        let value = match &self.value {
            None => Value::Absent,
            Some(Constant::Single(value)) => *value,
            Some(Constant::List(values)) => {
                let items = values.iter().map(|value| Slot { value: *value, node, origin: self.origin });
                Value::List(topology.add_list(items, false))
            }
        };
        topology.set(owner, self.slot, Slot { value, node: head, origin: self.origin });
    }
}

/// Adds a group of fields that nobody wrote.
fn add_group(
    topology: &mut Topology,
    owner: ObjectId,
    index: SlotIndex,
    (kind, name): (KindId, Symbol),
    origin: Origin,
) -> ObjectId {
    let object = *topology.object(owner);
    let inner = topology.add(Object { kind, label: name, name, parent: Some(owner), node: object.head, ..object });
    topology.set(owner, index, Slot { value: Value::Object(inner), node: object.head, origin });
    inner
}

/// Whether a service of these own fields has that field of [`SERVICE_RESOURCE`].
#[must_use]
pub fn has_field(own: &[String], field: &str) -> bool {
    !OWN_FIELDS.contains(&field) || own.iter().any(|name| name == field)
}
