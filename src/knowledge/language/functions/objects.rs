//! Functions of objects.

use super::super::code::Run;
use super::super::machine::Machine;
use super::super::operators::equal;
use super::super::reading::step;
use super::super::values::{Test, Val};
use crate::topology::{KindSet, ObjectId, ROLE_ASSIGNMENT, ReasonId, role_assignment};

/// `kind(object)`
pub(super) fn kind(object: Run) -> Run {
    Box::new(move |machine| match object(machine) {
        Val::Object(id) => Val::Text(machine.topology().object(id).label),
        unknown @ Val::Unknown(_) => unknown,
        _ => Val::Absent,
    })
}

/// `covers(role_assignment, object)`
pub(super) fn covers(assignment: Run, object: Run) -> Run {
    Box::new(move |machine| {
        let scope = match assignment(machine) {
            Val::Object(id) if machine.topology().object(id).kind == ROLE_ASSIGNMENT => {
                machine.read(id, role_assignment::scope, "scope")
            }
            unknown @ Val::Unknown(_) => unknown,
            _ => Val::Absent,
        };
        match (scope, object(machine)) {
            (Val::Absent, _) | (_, Val::Absent) => Val::FALSE,
            (unknown @ Val::Unknown(_), _) | (_, unknown @ Val::Unknown(_)) => unknown,
            (Val::Object(_), Val::Object(id)) => within(machine, scope, id),
            (Val::Text(symbol), Val::Object(id)) => {
                let scope = machine.text(symbol).to_ascii_lowercase();
                below(machine, scope.trim_end_matches('/'), id)
            }
            _ => Val::FALSE,
        }
    })
}

/// An object with those that it belongs to, from the inside out.
fn upwards<'t>(machine: &Machine<'t>, id: ObjectId) -> impl Iterator<Item = ObjectId> + use<'t> {
    let topology = machine.topology();
    std::iter::successors(Some(id), |id| topology.object(*id).parent).take(16)
}

/// Whether the object is the scope or belongs to it.
fn within(machine: &mut Machine<'_>, scope: Val, id: ObjectId) -> Val {
    let mut answer = Val::FALSE;
    for id in upwards(machine, id) {
        match equal(machine, scope, Val::Object(id)).test() {
            Test::Passes => return Val::TRUE,
            Test::Unknown(reason) => answer = Val::Unknown(reason),
            Test::Fails => {}
        }
    }
    answer
}

/// Whether the object is at or below an ARM scope in lower case.
fn below(machine: &mut Machine<'_>, scope: &str, id: ObjectId) -> Val {
    if scope.is_empty() {
        return Val::TRUE;
    }
    if scope.starts_with("/providers/microsoft.management/managementgroups/") {
        return Val::Unknown(ReasonId::ELSEWHERE);
    }
    let start = machine.trail.len();
    let arm_id = attribute(machine, id, "id");
    if let Val::Text(arm_id) = arm_id {
        let arm_id = machine.text(arm_id).to_ascii_lowercase();
        let is_below = arm_id.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        // What stands in braces is an expression, and may be the same as anything.
        if !is_below && (scope.contains('{') || arm_id.contains('{')) {
            return Val::Unknown(ReasonId::SYMBOLIC);
        }
        return Val::Bool(is_below);
    }
    machine.trail.truncate(start);
    let mut parts = scope.trim_start_matches('/').split('/');
    let (Some("subscriptions"), Some(subscription)) = (parts.next(), parts.next()) else {
        return Val::FALSE;
    };
    let in_subscription = is(machine, id, "subscription", subscription);
    match (parts.next(), parts.next(), parts.next()) {
        (None, ..) => in_subscription.unwrap_or(Val::FALSE),
        (Some("resourcegroups"), Some(group), None) => {
            let in_group = is(machine, id, "resource_group", group).unwrap_or(Val::FALSE);
            match (in_subscription.unwrap_or(Val::TRUE), in_group) {
                (Val::FALSE, _) | (_, Val::FALSE) => Val::FALSE,
                (Val::TRUE, group) => group,
                (subscription, _) => subscription,
            }
        }
        // The id of one resource: without its own id nothing says whether the object is that one.
        _ => match arm_id {
            Val::Unknown(reason) => Val::Unknown(reason),
            _ => Val::FALSE,
        },
    }
}

/// Whether an attribute of the object is that word; nothing where it is absent.
fn is(machine: &mut Machine<'_>, id: ObjectId, field: &str, word: &str) -> Option<Val> {
    match attribute(machine, id, field) {
        Val::Text(symbol) => Some(Val::Bool(machine.text(symbol).eq_ignore_ascii_case(word))),
        unknown @ Val::Unknown(_) => Some(unknown),
        _ => None,
    }
}

/// A field of the object, or of the nearest object above it whose kind has the field.
fn attribute(machine: &mut Machine<'_>, id: ObjectId, field: &str) -> Val {
    for id in upwards(machine, id) {
        let kind = machine.topology().object(id).kind;
        if let Ok((step, _)) = step(KindSet::of(kind), field) {
            return step.read(machine, Val::Object(id));
        }
    }
    Val::Absent
}
