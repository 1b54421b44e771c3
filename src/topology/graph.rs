//! The other direction of every reference, built once after reading.

use super::{Existence, FieldType, KINDS, KindId, ListRef, ObjectId, SlotIndex, Topology, Value};

/// For every `(kind, field)` that some inverse field names: who refers to whom.
#[derive(Debug, Default)]
pub struct Inverses {
    relations: Vec<Relation>,
}

/// One relation, turned around.
#[derive(Debug)]
struct Relation {
    kind: KindId,
    slot: SlotIndex,
    /// Per object the start of its referrers; one longer than the number of objects.
    starts: Vec<u32>,
    referrers: Vec<ObjectId>,
    /// Objects whose reference is unknown or names something of unresolved identity: they may refer to anything.
    floating: Vec<ObjectId>,
}
