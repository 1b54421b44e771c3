//! What expressions give: values that know whether they are known, and the places they rest on.

use crate::source::NodeId;
use crate::topology::{ListRef, ObjectId, Origin, ReasonId, SlotIndex, Symbol, Topology};

/// A value while it is worked with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Val {
    /// Nobody said anything.
    Absent,
    /// There is a value, but it cannot be told from here.
    Unknown(ReasonId),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text; read it with [`super::Machine::text`].
    Text(Symbol),
    /// An object.
    Object(ObjectId),
    /// A list.
    List(ListVal),
}

/// Names a list of the topology or of a [`super::Machine`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListVal {
    pub(super) first: u32,
    pub(super) len: u32,
    pub(super) open: bool,
    /// Whether it stands in the topology, and in which slot of which object.
    pub(super) stored: bool,
    /// Whether it stands in the machine for as long as that is.
    pub(super) kept: bool,
    pub(super) slot: SlotIndex,
    pub(super) object: ObjectId,
}

impl ListVal {
    /// A list that stands in a slot of an object.
    #[must_use]
    pub const fn stored(list: ListRef, object: ObjectId, slot: SlotIndex) -> Self {
        Self { first: list.first, len: list.len, open: list.open, stored: true, kept: false, slot, object }
    }

    /// A list that a machine keeps.
    pub(super) const fn kept(first: u32, len: u32, open: bool) -> Self {
        Self { first, len, open, stored: false, kept: true, slot: SlotIndex(0), object: ObjectId(0) }
    }

    /// Whether more may exist than is listed.
    #[must_use]
    pub const fn is_open(self) -> bool {
        self.open
    }

    /// Whether it is the same for as long as the machine is.
    pub(super) const fn lasts(self) -> bool {
        self.stored || self.kept
    }

    pub(super) const fn reference(self) -> ListRef {
        ListRef { first: self.first, len: self.len, open: self.open }
    }
}

impl Val {
    pub(super) const TRUE: Self = Self::Bool(true);
    pub(super) const FALSE: Self = Self::Bool(false);

    /// As the answer of a test: absent counts as false.
    #[inline]
    pub(super) const fn test(self) -> Test {
        match self {
            Self::Bool(true) => Test::Passes,
            Self::Unknown(reason) => Test::Unknown(reason),
            _ => Test::Fails,
        }
    }

    /// Whether both are known to be the same in every possible world; lists never are.
    pub(super) fn is_surely(self, other: Self) -> bool {
        match (self, other) {
            (Self::Unknown(_) | Self::List(_), _) => false,
            _ => self == other,
        }
    }
}

/// The answer of a test, with the reason of an unknown one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Passes,
    Fails,
    Unknown(ReasonId),
}

/// The answer of a test.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told from here.
    Unknown,
}

impl From<Val> for Truth {
    fn from(value: Val) -> Self {
        match value.test() {
            Test::Passes => Self::True,
            Test::Fails => Self::False,
            Test::Unknown(_) => Self::Unknown,
        }
    }
}

/// The field that something was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// The object.
    pub object: ObjectId,
    /// Its field.
    pub field: &'static str,
}

/// A value with its place: a variable, or a member of a list.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// The value.
    pub value: Val,
    /// Where it stands.
    pub node: NodeId,
    /// Of a member of a list, why it may not be one. A member with an unknown value always is in doubt.
    pub in_doubt: Option<ReasonId>,
    /// How it came to be.
    pub origin: Origin,
    /// The field that holds it or the list that it is a member of; nothing for what was computed.
    pub owner: Option<Owner>,
    /// The reads that a computed value rests on, in the machine's store of them.
    pub(super) kept: (u32, u32),
}

impl Item {
    /// A value without a place of its own.
    #[must_use]
    pub const fn new(value: Val, node: NodeId) -> Self {
        Self {
            value,
            node,
            in_doubt: match value {
                Val::Unknown(reason) => Some(reason),
                _ => None,
            },
            origin: Origin::Declared,
            owner: None,
            kept: (0, 0),
        }
    }

    /// An object, at the place where it is named.
    #[must_use]
    pub fn object(topology: &Topology, id: ObjectId) -> Self {
        Self::new(Val::Object(id), topology.object(id).head)
    }
}

/// The members of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Items {
    /// The members; none of an absent or unknown list.
    pub items: Vec<Item>,
    /// Whether more may exist than is listed.
    pub open: bool,
    /// Why the whole list cannot be told.
    pub unknown: Option<ReasonId>,
}

/// A place that an answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Read {
    /// The object that was read.
    pub object: ObjectId,
    /// Its field; nothing where the object itself matters.
    pub field: Option<&'static str>,
    /// Where it stands; of something absent where the object is named.
    pub node: NodeId,
    /// How the value came to be.
    pub origin: Origin,
    /// Why the value is unknown, if it is.
    pub unknown: Option<ReasonId>,
}
