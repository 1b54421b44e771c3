//! A waiver is for what nothing carries, and stands once.

use std::collections::HashMap;

use super::Coverage;
use crate::knowledge::ruleset::Ruleset;
use crate::source::{Place, Problem};

/// Waivers of what needs none: carried after all, informational, or waived twice.
#[must_use]
pub fn check_waivers(ruleset: &Ruleset) -> Vec<Problem> {
    let coverage = Coverage::of(ruleset);
    let known: HashMap<&str, _> = coverage.clauses.iter().map(|one| (one.clause.id.as_str(), one)).collect();
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let mut problems = Vec::new();
    let waived = ruleset.definitions.waivers.iter().flat_map(|waiver| &waiver.clauses);
    for (clause, place) in waived {
        if let Some(first) = seen.insert(clause, *place) {
            let problem = Problem::error("duplicate-name", *place, format!("`{clause}` is waived twice"));
            problems.push(problem.related(first, "first waived here"));
        }
        // A clause that is not in the register is reported with the other citations.
        let Some(coverage) = known.get(clause.as_str()) else { continue };
        if coverage.is_carried() {
            let by = coverage.rules.iter().copied().chain(coverage.methods.iter().map(String::as_str));
            let by: Vec<&str> =
                by.chain(coverage.flows.iter().copied()).chain(coverage.facts.iter().map(|one| one.field)).collect();
            let problem = Problem::error(
                "needless-waiver",
                *place,
                format!("`{clause}` is waived, and carried by {}", by.join(", ")),
            );
            problems.push(problem.help("remove it here, or from the `clauses` there"));
        } else if !coverage.clause.is_binding() {
            let message = format!("`{clause}` is informational: nothing has to carry it");
            problems.push(Problem::error("needless-waiver", *place, message));
        }
    }
    problems
}
