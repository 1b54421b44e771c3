//! The examples of rules.

use std::collections::BTreeSet;

use super::{Disagreement, Prover, line_of};
use crate::analysis::{Level, Options, UnitResult, analyse};
use crate::knowledge::definitions::{Example, ExampleKind, RuleDefinition};
use crate::source::Sources;

/// What marks a line that a finding has to point at.
pub(super) const MARK: &str = "# finding";

impl Prover<'_> {
    /// Whether an example of a rule holds. With `only`, as far as that rule is concerned.
    ///
    /// # Errors
    /// What is the case instead.
    pub fn rule_example(&mut self, rule: &str, example: &Example, only: Option<&str>) -> Result<(), Disagreement> {
        let edition = example.edition.as_deref().unwrap_or("documents");
        let (topology, sources) = self.read(edition, &example.topology)?;
        let definition = self.definitions.rules.iter().find(|known| known.name == rule);
        // What is off unless asked for is asked for by its own examples.
        let is_off = definition.is_some_and(RuleDefinition::is_off);
        let level_of = |name: &str| (is_off && name == rule).then_some(Level::Info);
        let enabled = |name: &str| only.is_none_or(|only| only == name);
        let options = Options { edition, enabled: &enabled, level_of: &level_of };
        let result = analyse(self.ruleset, topology, &sources, &options);
        let judged = Judged { rule, example, result: &result, sources: &sources };
        judged.others(&enabled)?;
        if enabled(rule) { judged.own() } else { Ok(()) }
    }
}

/// An example with what was found in it.
struct Judged<'a> {
    rule: &'a str,
    example: &'a Example,
    result: &'a UnitResult,
    sources: &'a Sources,
}

impl Judged<'_> {
    /// Whether exactly those other rules are broken that the example names. What ships does not count for the example of a
    /// team's rule unless it is named: a later version may know more.
    fn others(&self, enabled: &dyn Fn(&str) -> bool) -> Result<(), Disagreement> {
        let named = |rule: &str| self.example.also.iter().any(|also| also == rule);
        let counts = |rule: &str| named(rule) || rule.contains('/') || !self.rule.contains('/');
        for finding in &self.result.findings {
            let rule = finding.rule.as_str();
            if rule != self.rule && counts(rule) && !named(rule) {
                let message = format!("also breaks `{rule}` ({}), which `also` does not name", finding.message);
                return Err(Disagreement { message, line: line_of(self.sources, finding.primary.place) });
            }
        }
        let broken = |rule: &str| self.result.findings.iter().any(|finding| finding.rule == rule);
        match self.example.also.iter().find(|also| enabled(also) && !broken(also)) {
            Some(also) => Err(Disagreement::new(format!("does not break `{also}`, which `also` names"))),
            None => Ok(()),
        }
    }

    fn own(&self) -> Result<(), Disagreement> {
        let own = || self.result.findings.iter().filter(|finding| finding.rule == self.rule);
        let found: BTreeSet<u32> = own().filter_map(|finding| line_of(self.sources, finding.primary.place)).collect();
        match self.example.kind {
            ExampleKind::Bad => self.at_marks(&found)?,
            ExampleKind::Good | ExampleKind::Undetermined => {
                if let Some(finding) = own().next() {
                    let message = format!("is found: {}", finding.message);
                    return Err(Disagreement { message, line: line_of(self.sources, finding.primary.place) });
                }
            }
        }
        let undecided = |check: &str| check == self.rule || check == "flow";
        if self.example.kind == ExampleKind::Undetermined
            && !self.result.undetermined.iter().any(|check| undecided(&check.check))
        {
            return Err(Disagreement::new("is decided: nothing is found, and nothing is in doubt"));
        }
        match (&self.example.level, own().next()) {
            (Some(level), Some(finding)) if finding.level.as_str() != level => Err(Disagreement {
                message: format!("is found at level {}, not {level}", finding.level),
                line: line_of(self.sources, finding.primary.place),
            }),
            _ => Ok(()),
        }
    }

    /// Whether findings point at the marked lines, all of them and no other.
    fn at_marks(&self, found: &BTreeSet<u32>) -> Result<(), Disagreement> {
        let marked = marked(&self.example.topology);
        if let Some(line) = marked.iter().find(|line| !found.contains(line)) {
            let others = match found.first() {
                Some(first) => format!("; one points at line {first}"),
                None => String::new(),
            };
            return Err(Disagreement::at(format!("is not found here{others}"), *line));
        }
        match found.iter().find(|line| !marked.contains(line)) {
            Some(line) => Err(Disagreement::at(format!("is found here, where no `{MARK}` marks the line"), *line)),
            None if found.is_empty() => {
                Err(Disagreement::new(format!("is not found; a comment `{MARK}` marks where it has to be")))
            }
            None => Ok(()),
        }
    }
}

/// Lines that a comment marks as the place of a finding.
pub(super) fn marked(text: &str) -> BTreeSet<u32> {
    (1..).zip(text.lines()).filter(|(_, line)| line.contains(MARK)).map(|(number, _)| number).collect()
}
