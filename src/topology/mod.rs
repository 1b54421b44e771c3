//! The typed graph of everything declared: resources, networks, identities, flows, claims.
//!
//! Every kind of object declares its fields once, in [`kinds`]; the reader, the JSON Schema, the types of the
//! expression language and the reference page all derive from that table.

mod elements;
mod graph;
mod interner;
mod kinds;
mod schema;
mod services;
mod values;

pub use graph::{Inverses, More, Referrer, RelationId};
pub use interner::Interner;
pub use kinds::*;
pub use schema::{Field, FieldType, Kind, KindId, KindSet, SlotIndex, Target};
pub use services::{Assumption, Catalogue, Completeness, Default, DefaultValue, OWN_FIELDS, ServiceSection, has_field};
pub use values::{
    AssumptionId, Existence, FormerName, ListRef, Object, ObjectId, Origin, Reason, ReasonId, Slot, Symbol, Topology,
    Value,
};
