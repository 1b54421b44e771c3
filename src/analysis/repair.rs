//! Repairs: which changes of the files would keep a rule or open a connection, and whether they may be made without
//! asking.
//!
//! A repair is applicable when it is the only one there is, lets in nobody who was not let in before, and stands in the
//! file for itself alone.

mod layout;
mod tell;

use super::finding::{MethodResult, Outcome};
use crate::knowledge::definitions::Operation;
use crate::source::{NodeId, Place, Written};
use crate::topology::KindId;

pub use layout::Layouts;
pub(super) use tell::changes;

/// A way to repair something.
#[derive(Debug, Clone)]
pub struct Repair {
    /// Of a blocked connection the access method that it opens.
    pub method: Option<String>,
    /// What to change; all of it together.
    pub changes: Vec<RepairStep>,
    /// Why it is not made without asking; nothing where it may be.
    pub reason_not: Option<String>,
}

/// One change of a file.
#[derive(Debug, Clone)]
pub struct RepairStep {
    /// What is done.
    pub operation: Operation,
    /// `kind/name` of the resource.
    pub resource: String,
    /// The field, as a path below its resource.
    pub field: String,
    /// The value that is set, or the member that is added or removed.
    pub value: Option<String>,
    /// Where the field stands; of one that is not there its object.
    pub place: Place,
    /// Whether it may let in more than before.
    pub widens: bool,
    pub(super) spot: Spot,
}

/// Where a change is made, in the terms of the tree.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The body of the resource.
    pub(super) resource: NodeId,
    /// The key or item that names the object.
    pub(super) head: NodeId,
    /// The body of the object.
    pub(super) body: NodeId,
    /// The field; before it the groups of fields that are not there.
    pub(super) fields: Vec<&'static str>,
    /// The kind of the object.
    pub(super) kind: KindId,
    /// Whether the field has a value.
    pub(super) present: bool,
    /// The value that is written.
    pub(super) value: Option<Written>,
    /// The member that is removed.
    pub(super) member: Option<NodeId>,
    /// Whether the object is declared elsewhere.
    pub(super) outside: bool,
}

/// Why a repair is left to people, whatever the file looks like.
const WIDENS: &str = "it may let in more than before";
const INCOMPLETE: &str = "it takes more than these changes";
const SEVERAL: &str = "there are several ways";

impl Repair {
    /// Whether it may be made without asking.
    #[must_use]
    pub fn is_applicable(&self) -> bool {
        self.reason_not.is_none()
    }

    /// The repair that a rule names.
    pub(super) fn of_rule(changes: Vec<RepairStep>) -> Option<Self> {
        let reason_not = reason_not(&changes);
        (!changes.is_empty()).then_some(Self { method: None, changes, reason_not })
    }
}

fn reason_not(changes: &[RepairStep]) -> Option<String> {
    if changes.iter().any(|change| change.widens) {
        return Some(WIDENS.to_owned());
    }
    let outside = changes.iter().find(|change| change.spot.outside);
    outside.map(|change| format!("{} is declared elsewhere", change.resource))
}

/// What would open a blocked connection, per access method. Only what is the one way to open it is made unasked: that of
/// the method that it is pinned to, or of the only method that takes nothing else and lets in nobody else.
pub(super) fn of_methods(methods: &[MethodResult]) -> Vec<Repair> {
    let mut repairs: Vec<Repair> = methods.iter().filter_map(of_method).collect();
    if repairs.iter().filter(|repair| repair.is_applicable()).count() > 1 {
        for repair in repairs.iter_mut().filter(|repair| repair.reason_not.is_none()) {
            repair.reason_not = Some(SEVERAL.to_owned());
        }
    }
    repairs
}

fn of_method(method: &MethodResult) -> Option<Repair> {
    let missing = method.requirements.iter().filter(|requirement| requirement.outcome == Outcome::Missing);
    let changes: Vec<RepairStep> = missing.clone().flat_map(|requirement| requirement.repair.iter().cloned()).collect();
    let is_complete = !method.stopped
        && method.outcome == Outcome::Missing
        && method.requirements.iter().all(|requirement| requirement.outcome != Outcome::Unknown)
        && missing.clone().all(|requirement| !requirement.repair.is_empty());
    let reason_not = if is_complete { reason_not(&changes) } else { Some(INCOMPLETE.to_owned()) };
    (!changes.is_empty()).then(|| Repair { method: Some(method.name.clone()), changes, reason_not })
}
