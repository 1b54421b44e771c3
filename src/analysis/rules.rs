//! Which rules are broken, by whom; what it means is told in `explain`.

use super::visit::{Visit, visit};
use crate::knowledge::language::{Machine, Truth};
use crate::knowledge::ruleset::{CompiledRule, Ruleset};
use crate::topology::ObjectId;

/// A combination that breaks a rule, or for which that cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) rule: usize,
    pub(super) subject: ObjectId,
    pub(super) ordinal: u32,
    /// Whether it is certain.
    pub(super) certain: bool,
}

/// Applies rules; `enabled` says which.
pub(super) fn apply(ruleset: &Ruleset, machine: &mut Machine<'_>, enabled: &dyn Fn(usize) -> bool) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (index, rule) in ruleset.rules.iter().enumerate().filter(|(index, _)| enabled(*index)) {
        let subjects: Vec<ObjectId> = rule.steps.subject.subjects(machine.topology()).collect();
        for subject in subjects {
            visit(machine, &rule.steps, subject, false, &mut |machine, visit| {
                if let Some(certain) = breaks(rule, machine, visit) {
                    hits.push(Hit { rule: index, subject, ordinal: visit.ordinal, certain });
                }
            });
        }
    }
    hits
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
