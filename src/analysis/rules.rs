//! Which rules are broken, by whom; what it means is told in `explain`.

use super::parallel::{TASK, in_parallel};
use super::visit::{Visit, visit_to_decide};
use crate::knowledge::language::{Machine, Truth};
use crate::knowledge::ruleset::{CompiledRule, Ruleset};
use crate::topology::{Inverses, ObjectId, Symbol, Topology};

/// A combination that breaks a rule, or for which that cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) rule: usize,
    pub(super) subject: ObjectId,
    pub(super) ordinal: u32,
    /// Whether it is certain.
    pub(super) certain: bool,
}

/// Applies rules; `enabled` says which. What it finds is in the order of rules and subjects.
pub(super) fn apply(
    ruleset: &Ruleset,
    topology: &Topology,
    inverses: &Inverses,
    literals: &[Symbol],
    enabled: &dyn Fn(usize) -> bool,
) -> Vec<Hit> {
    let rules = ruleset.rules.iter().enumerate().filter(|(index, _)| enabled(*index));
    let subjects: Vec<(usize, &CompiledRule, Vec<ObjectId>)> =
        rules.map(|(index, rule)| (index, rule, rule.steps.subject.subjects(topology).collect())).collect();
    let tasks: Vec<(usize, &CompiledRule, &[ObjectId])> = subjects
        .iter()
        .flat_map(|(index, rule, subjects)| subjects.chunks(TASK).map(move |subjects| (*index, *rule, subjects)))
        .collect();
    in_parallel(&tasks, || {
        let mut machine = Machine::new(topology, inverses, literals);
        move |(index, rule, subjects): &(usize, &CompiledRule, &[ObjectId]), hits: &mut Vec<Hit>| {
            for subject in *subjects {
                visit_to_decide(&mut machine, &rule.steps, *subject, &mut |machine, visit| {
                    if let Some(certain) = breaks(rule, machine, visit) {
                        hits.push(Hit { rule: *index, subject: *subject, ordinal: visit.ordinal, certain });
                    }
                });
            }
        }
    })
}

/// Whether a combination breaks the rule: certainly, possibly (`Some(false)`), or not.
pub(super) fn breaks(rule: &CompiledRule, machine: &mut Machine<'_>, visit: Visit<'_>) -> Option<bool> {
    if visit.cut {
        return Some(false);
    }
    match rule.deny.truth(machine) {
        Truth::False => None,
        Truth::True => Some(!visit.in_doubt),
        Truth::Unknown => Some(false),
    }
}
