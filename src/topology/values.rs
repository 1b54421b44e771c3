//! Values, objects and the arena that holds them.

use std::hash::BuildHasher;
use std::sync::OnceLock;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{FieldType, Interner, KINDS, Kind, KindId, KindSet, SlotIndex};
use crate::source::NodeId;

/// An interned text: equal texts have equal symbols within one [`Topology`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u32);

/// Names an object of a topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub u32);

/// Why a value is unknown; index into the reasons of the topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReasonId(pub u32);

impl ReasonId {
    /// What is absent in an object that is declared outside of the unit.
    pub const ELSEWHERE: Self = Self(0);
    /// More may exist than is declared.
    pub const OPEN: Self = Self(1);
    /// The identity of an object is an unresolved expression.
    pub const SYMBOLIC: Self = Self(2);
    /// The evaluation took more steps than it may.
    pub const COSTLY: Self = Self(3);
    /// It cannot be told whether a flow follows at all.
    pub const IN_DOUBT: Self = Self(4);
    /// The verdict of a flow cannot be told.
    pub const UNDETERMINED: Self = Self(5);

    /// It is made of a value that has a name of its own; what is made of it has none.
    pub const DERIVED: Self = Self(6);

    /// The words of the reasons above, in the order of their numbers.
    const FIXED: [&'static str; 7] = [
        "it is declared elsewhere",
        "more may exist than is declared here",
        "the name is an expression that cannot be resolved here",
        "it is too costly to evaluate",
        "it cannot be told whether there is such a connection",
        "it cannot be told whether the connection will work",
        "it is made of a value that is not known here",
    ];
}

/// Items in the list table of a topology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListRef {
    /// Index of the first item.
    pub first: u32,
    /// Number of items.
    pub len: u32,
    /// Whether more may exist than are listed here.
    pub open: bool,
}

/// A value: known, absent or unknown, never anything between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Nobody said anything; the documented default holds where there is one.
    Absent,
    /// There is a value, but it cannot be told from here.
    Unknown(ReasonId),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, also a word of a closed set, an address or a range.
    Text(Symbol),
    /// Another object.
    Object(ObjectId),
    /// A list. Its items may be unknown one by one.
    List(ListRef),
}

/// Names an assumption of an input format. There are few of them, and every slot has room for one: hence so small.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssumptionId(u16);

/// How a slot came by its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Origin {
    /// It stands in the input, at the slot's node.
    #[default]
    Declared,
    /// Nobody said anything: this is the documented default of the service.
    Default,
    /// The input format cannot say it; this is the stated assumption.
    Assumed(AssumptionId),
}

/// A value with its place.
#[derive(Debug, Clone, Copy)]
pub struct Slot {
    /// The value.
    pub value: Value,
    /// Where it stands; for something absent the object's own node.
    pub node: NodeId,
    /// How it came to be.
    pub origin: Origin,
}

/// Whether an object exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Existence {
    /// It is declared without a condition.
    #[default]
    Certain,
    /// It is declared under a condition or count that cannot be told from here. Objects with the same reason
    /// exist together or not at all.
    Maybe(ReasonId),
}

/// Something with an identity and fields.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// Its kind.
    pub kind: KindId,
    /// What it is called in `label/name`: the kind's name, or for a service resource its service (`storage`). Of an
    /// object that belongs to another one: the field of that one which holds it.
    pub label: Symbol,
    /// Its name within its label and parent. A group of fields is named like its label; an element of a list after
    /// what it says.
    pub name: Symbol,
    /// The object that it belongs to.
    pub parent: Option<ObjectId>,
    /// The knowledge about its service, an object of kind `service`.
    pub service: Option<ObjectId>,
    /// Where it is named: the key of its entry.
    pub head: NodeId,
    /// Its body.
    pub node: NodeId,
    /// Its first slot; the number of slots follows from the kind (see [`Kind::slots`]).
    pub first_slot: u32,
    /// Whether it exists.
    pub existence: Existence,
    /// Declared elsewhere: what is absent here is unknown.
    pub outside: bool,
    /// Its identity is an unresolved expression: it may be the same thing as another object.
    pub symbolic: bool,
}

/// A name that an object had before, as it is written: of a subnet that came from another network, `vnet/subnet`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormerName {
    /// Whose.
    pub object: ObjectId,
    /// The name.
    pub name: Symbol,
    /// Where it is said.
    pub node: NodeId,
}

/// Why something cannot be told from here.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reason {
    /// In words that fit behind "unknown: ".
    pub text: String,
}

/// About how many objects there are for each that stands alone: itself and those within it.
const OBJECTS_OF_ONE: usize = 7;
/// About how many slots an object has.
const SLOTS_OF_ONE: usize = 12;
/// About how many texts come with an object that stands alone, and how long they are.
const TEXTS_OF_ONE: usize = 6;
const BYTES_OF_TEXT: usize = 48;

/// The typed graph of one unit, knowledge about services included.
#[derive(Debug, Clone, Default)]
pub struct Topology {
    /// All texts.
    pub strings: Interner,
    objects: Vec<Object>,
    slots: Vec<Slot>,
    items: Vec<Slot>,
    reasons: Vec<Reason>,
    assumptions: Vec<ReasonId>,
    known_reasons: HashTable<ReasonId>,
    hashing: DefaultHashBuilder,
    by_kind: Vec<Vec<ObjectId>>,
    /// Whether more objects of a kind may exist than are declared, per kind.
    open_kinds: Vec<bool>,
    /// Names that objects had before.
    former_names: Vec<FormerName>,
}

impl Topology {
    /// An empty topology, all collections closed; it knows the fixed reasons of [`ReasonId`].
    #[must_use]
    pub fn new() -> Self {
        let mut topology =
            Self { by_kind: vec![Vec::new(); KINDS.len()], open_kinds: vec![false; KINDS.len()], ..Self::default() };
        for text in ReasonId::FIXED {
            topology.reason(text);
        }
        topology
    }

    /// The table entry of a kind.
    #[must_use]
    pub fn kind(id: KindId) -> &'static Kind {
        KINDS.get(id.0 as usize).copied().unwrap_or(&super::job::KIND)
    }

    /// Adds an object with all slots absent; they are placed at `node`.
    pub fn add(&mut self, mut object: Object) -> ObjectId {
        let id = ObjectId(u32::try_from(self.objects.len()).unwrap_or(u32::MAX));
        object.first_slot = u32::try_from(self.slots.len()).unwrap_or(u32::MAX);
        let absent = Slot { value: Value::Absent, node: object.node, origin: Origin::Declared };
        self.slots.extend(std::iter::repeat_n(absent, Self::kind(object.kind).slots()));
        if let Some(of_kind) = self.by_kind.get_mut(object.kind.0 as usize) {
            of_kind.push(id);
        }
        self.objects.push(object);
        id
    }

    /// Makes room for objects that stand alone, with those within them.
    pub fn reserve(&mut self, standing: usize) {
        self.objects.reserve(standing * OBJECTS_OF_ONE);
        self.slots.reserve(standing * OBJECTS_OF_ONE * SLOTS_OF_ONE);
        self.strings.reserve(standing * TEXTS_OF_ONE, standing * TEXTS_OF_ONE * BYTES_OF_TEXT);
    }

    /// The object of that id.
    ///
    /// Ids come from this topology only; an id of another one gives an arbitrary object.
    #[must_use]
    pub fn object(&self, id: ObjectId) -> &Object {
        static NOTHING: Object = Object {
            kind: KindId(0),
            label: Symbol(0),
            name: Symbol(0),
            parent: None,
            service: None,
            head: NodeId::NOWHERE,
            node: NodeId::NOWHERE,
            first_slot: u32::MAX,
            existence: Existence::Certain,
            outside: true,
            symbolic: true,
        };
        self.objects.get(id.0 as usize).unwrap_or(&NOTHING)
    }

    /// Changes an object.
    pub fn object_mut(&mut self, id: ObjectId) -> Option<&mut Object> {
        self.objects.get_mut(id.0 as usize)
    }

    /// All objects, in the order they were added.
    #[must_use]
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// The objects of a kind, in the order they were added.
    #[must_use]
    pub fn of_kind(&self, kind: KindId) -> &[ObjectId] {
        self.by_kind.get(kind.0 as usize).map_or(&[], |objects| objects)
    }

    /// What a slot of an object holds. An absent value of an outside object is still `Absent` here; who evaluates
    /// must treat it as unknown.
    #[must_use]
    pub fn slot(&self, id: ObjectId, slot: SlotIndex) -> Slot {
        let object = self.object(id);
        self.slots.get(object.first_slot as usize + slot.0 as usize).copied().unwrap_or(Slot {
            value: Value::Absent,
            node: object.node,
            origin: Origin::Declared,
        })
    }

    /// Sets a slot of an object.
    pub fn set(&mut self, id: ObjectId, slot: SlotIndex, value: Slot) {
        let index = self.object(id).first_slot as usize + slot.0 as usize;
        if let Some(place) = self.slots.get_mut(index) {
            *place = value;
        }
    }

    /// Stores the items of a list.
    pub fn add_list(&mut self, items: impl IntoIterator<Item = Slot>, open: bool) -> ListRef {
        let first = self.items.len();
        self.items.extend(items);
        let len = self.items.len() - first;
        ListRef { first: u32::try_from(first).unwrap_or(u32::MAX), len: u32::try_from(len).unwrap_or(0), open }
    }

    /// The items of a list.
    #[must_use]
    pub fn list(&self, list: ListRef) -> &[Slot] {
        self.items.get(list.first as usize..list.first as usize + list.len as usize).unwrap_or(&[])
    }

    /// Replaces one item of a list, by its index within the list.
    pub fn set_item(&mut self, list: ListRef, index: usize, slot: Slot) {
        if index < list.len as usize
            && let Some(place) = self.items.get_mut(list.first as usize + index)
        {
            *place = slot;
        }
    }

    /// Says that an object had another name before.
    pub fn add_former_name(&mut self, former: FormerName) {
        self.former_names.push(former);
    }

    /// The names that objects had before, in the order they were said.
    #[must_use]
    pub fn former_names(&self) -> &[FormerName] {
        &self.former_names
    }

    /// Registers a reason for something unknown.
    pub fn reason(&mut self, text: impl AsRef<str> + Into<String>) -> ReasonId {
        let Self { reasons, known_reasons, hashing, .. } = self;
        let text_of = |id: &ReasonId| reasons.get(id.0 as usize).map_or("", |reason| &reason.text);
        let hash = hashing.hash_one(text.as_ref());
        if let Some(id) = known_reasons.find(hash, |id| text_of(id) == text.as_ref()) {
            return *id;
        }
        let id = ReasonId(u32::try_from(reasons.len()).unwrap_or(u32::MAX));
        known_reasons.insert_unique(hash, id, |id| hashing.hash_one(text_of(id)));
        reasons.push(Reason { text: text.into() });
        id
    }

    /// Registers a stated assumption. There is room for more than any format makes; what is beyond it shares the last.
    pub fn assumption(&mut self, text: impl AsRef<str> + Into<String>) -> AssumptionId {
        let reason = self.reason(text);
        let index = self.assumptions.iter().position(|known| *known == reason).unwrap_or_else(|| {
            self.assumptions.push(reason);
            self.assumptions.len() - 1
        });
        AssumptionId(u16::try_from(index).unwrap_or(u16::MAX))
    }

    /// The words of an assumption.
    #[must_use]
    pub fn assumption_text(&self, id: AssumptionId) -> &str {
        self.assumptions.get(usize::from(id.0)).map_or("", |reason| self.reason_text(*reason))
    }

    /// The words of a reason.
    #[must_use]
    pub fn reason_text(&self, id: ReasonId) -> &str {
        self.reasons.get(id.0 as usize).map_or("", |reason| &reason.text)
    }

    /// Whether a reason is the name of the value that is not known: an expression in braces. Whatever has the same name
    /// is the same value.
    #[must_use]
    pub fn names_a_value(&self, id: ReasonId) -> bool {
        let text = self.reason_text(id);
        text.len() > 2 && text.starts_with('{') && text.ends_with('}')
    }

    /// Says that more objects of a kind may exist than are declared.
    pub fn set_open(&mut self, kind: KindId, open: bool) {
        if let Some(flag) = self.open_kinds.get_mut(kind.0 as usize) {
            *flag = open;
        }
    }

    /// Says of a list of every declared object of a kind that it may have more members than are declared.
    pub fn open_lists(&mut self, kind: KindId, slot: SlotIndex) {
        for index in 0..self.of_kind(kind).len() {
            let Some(id) = self.of_kind(kind).get(index).copied() else { break };
            let declared = self.slot(id, slot);
            let value = match declared.value {
                Value::List(list) => Value::List(ListRef { open: true, ..list }),
                Value::Absent if !self.object(id).outside => Value::List(self.add_list([], true)),
                _ => continue,
            };
            self.set(id, slot, Slot { value, ..declared });
        }
    }

    /// Says of a list of every declared object of a kind that it has no other members than are declared.
    pub fn close_lists(&mut self, kind: KindId, slot: SlotIndex) {
        for index in 0..self.of_kind(kind).len() {
            let Some(id) = self.of_kind(kind).get(index).copied() else { break };
            let declared = self.slot(id, slot);
            if let Value::List(list) = declared.value {
                self.set(id, slot, Slot { value: Value::List(ListRef { open: false, ..list }), ..declared });
            }
        }
    }

    /// Whether more objects of a kind may exist than are declared.
    #[must_use]
    pub fn is_open(&self, kind: KindId) -> bool {
        self.open_kinds.get(kind.0 as usize).copied().unwrap_or(true)
    }

    /// The name of an object as a user writes it: qualified by its parents, without the label (`plant/stream`).
    #[must_use]
    pub fn qualified_name(&self, id: ObjectId) -> String {
        let mut text = String::new();
        self.push_qualified_name(id, &mut text);
        text
    }

    fn push_qualified_name(&self, id: ObjectId, text: &mut String) {
        let object = self.object(id);
        if let Some(parent) = object.parent {
            self.push_qualified_name(parent, text);
            text.push('/');
        }
        text.push_str(self.strings.text(object.name));
    }

    /// The full address of an object: `label/name` for what stands on its own (`storage/raw`, `subnet/plant/stream`),
    /// else the field path below its owner (`job/telemetry.outputs.cold`).
    #[must_use]
    pub fn address(&self, id: ObjectId) -> String {
        let mut text = String::new();
        self.push_address(id, &mut text);
        text
    }

    /// Writes the full address of an object behind a text.
    pub fn push_address(&self, id: ObjectId, text: &mut String) {
        let object = self.object(id);
        let label = self.strings.text(object.label);
        match object.parent {
            Some(parent) if !Self::stands_alone(object.kind) => {
                self.push_address(parent, text);
                text.extend([".", label]);
                if object.name != object.label {
                    text.extend([".", self.strings.text(object.name)]);
                }
            }
            // There is only one of these.
            None if [super::INTERNET, super::CONSTANTS].contains(&object.kind) => text.push_str(label),
            _ => {
                text.extend([label, "/"]);
                self.push_qualified_name(id, text);
            }
        }
    }

    /// Whether objects of a kind have an address of their own.
    #[must_use]
    pub fn stands_alone(kind: KindId) -> bool {
        Self::kind(kind).section.is_some() || kind == super::SERVICE_RESOURCE || kind == super::SUBNET
    }

    /// Whether objects of a kind have names of their own; others are named like the field that holds them, or after what
    /// they say.
    #[must_use]
    pub fn has_name(kind: KindId) -> bool {
        static CHILDREN: OnceLock<KindSet> = OnceLock::new();
        let children = CHILDREN.get_or_init(|| {
            let fields = KINDS.iter().flat_map(|kind| kind.fields);
            fields.fold(KindSet::default(), |children, field| match field.ty {
                FieldType::Children(kind) => children.union(KindSet::of(kind)),
                _ => children,
            })
        });
        match kind {
            super::ROLE_ASSIGNMENT | super::DECLARED_FLOW | super::POLICY_STATEMENT => false,
            _ => Self::stands_alone(kind) || children.contains(kind),
        }
    }

    /// The object that has an address of its own: the one given, or the nearest that it belongs to.
    #[must_use]
    pub fn resource_of(&self, id: ObjectId) -> ObjectId {
        let mut id = id;
        while let Some(parent) = self.object(id).parent {
            if Self::stands_alone(self.object(id).kind) {
                break;
            }
            id = parent;
        }
        id
    }
}
