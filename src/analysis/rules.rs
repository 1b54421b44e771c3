//! Which rules are broken, by whom; what it means is told in `explain`.

use super::parallel::{TASK, in_parallel};
use super::visit::{Visit, visit_to_decide};
use crate::knowledge::language::{Machine, Truth};
use crate::knowledge::ruleset::{Collection, CompiledRule, Ruleset};
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
    let rules = || ruleset.rules.iter().enumerate().filter(|(index, _)| enabled(*index));
    let mut collections: Vec<(&Collection, Vec<ObjectId>)> = Vec::new();
    for (_, rule) in rules() {
        let collection = &rule.steps.subject;
        if !collections.iter().any(|(known, _)| *known == collection) {
            collections.push((collection, collection.subjects(topology).collect()));
        }
    }
    let subjects_of = |rule: &CompiledRule| {
        let found = collections.iter().find(|(collection, _)| **collection == rule.steps.subject);
        found.map_or(&[][..], |(_, subjects)| subjects)
    };
    let tasks: Vec<(usize, &CompiledRule, &[ObjectId])> = rules()
        .flat_map(|(index, rule)| subjects_of(rule).chunks(TASK).map(move |subjects| (index, rule, subjects)))
        .collect();
    in_parallel(
        &tasks,
        |(.., subjects)| subjects.len(),
        || {
            let mut machine = Machine::new(topology, inverses, literals).deciding();
            move |(index, rule, subjects): &(usize, &CompiledRule, &[ObjectId]), hits: &mut Vec<Hit>| {
                for subject in *subjects {
                    decide(&mut machine, rule, *subject, &mut |ordinal, certain| {
                        hits.push(Hit { rule: *index, subject: *subject, ordinal, certain });
                    });
                }
            }
        },
    )
}

/// Says which combinations of a subject break a rule, by their numbers, and whether that is certain.
pub(super) fn decide(
    machine: &mut Machine<'_>,
    rule: &CompiledRule,
    subject: ObjectId,
    on_hit: &mut dyn FnMut(u32, bool),
) {
    if rule.steps.sift.passes(machine, subject) {
        visit_to_decide(machine, &rule.steps, subject, &mut |machine, visit| {
            if let Some(certain) = breaks(rule, machine, visit) {
                on_hit(visit.ordinal, certain);
            }
        });
    }
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
