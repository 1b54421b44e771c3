//! The examples of change rules.

use std::collections::BTreeSet;

use super::rule::{MARK, marked};
use super::{Disagreement, Prover, line_of};
use crate::analysis::{Changed, Comparison, Finding, Level, Options, State, compare};
use crate::knowledge::definitions::{ChangeDefinition, ChangeExample, ExampleKind, StateSource};
use crate::source::{Place, Sources};

/// The edition that examples of changes are judged under.
const EDITION: &str = "documents";

/// What an example says wrongly, and of which of its two topologies.
type Wrong<'a> = (&'a StateSource, Disagreement);

impl Prover<'_> {
    /// Whether an example of a change rule holds. With `only`, as far as that rule is concerned.
    ///
    /// # Errors
    /// What is the case instead, and in which of the two topologies.
    pub fn change_example<'e>(
        &mut self,
        rule: &ChangeDefinition,
        example: &'e ChangeExample,
        only: Option<&str>,
    ) -> Result<(), Wrong<'e>> {
        let mut sources = Sources::new();
        let mut read = |state: &'e StateSource, name: &str| {
            let topology = self.read_into(&mut sources, name, EDITION, &state.topology).map_err(|why| (state, why))?;
            Ok(State { topology, incomplete: false })
        };
        let states = (read(&example.before, "before.yaml")?, read(&example.after, "after.yaml")?);
        let is_off = rule.is_off();
        let level_of = |name: &str| (is_off && name == rule.name).then_some(Level::Info);
        let enabled = |name: &str| only.is_none_or(|only| only == name);
        let options = Options { edition: EDITION, enabled: &enabled, level_of: &level_of };
        let comparison = compare(self.ruleset, states, &sources, &options, &|_, _| (), &|_| true);
        let judged = Judged { rule: &rule.name, example, comparison: &comparison, sources: &sources };
        judged.others(&enabled)?;
        if enabled(&rule.name) { judged.own() } else { Ok(()) }
    }
}

/// An example with what was found in it.
struct Judged<'a, 'e> {
    rule: &'a str,
    example: &'e ChangeExample,
    comparison: &'a Comparison,
    sources: &'a Sources,
}

impl<'e> Judged<'_, 'e> {
    /// What the step brought: findings that are gained, and rules about changes that it breaks.
    fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.comparison.changes.iter().filter_map(|change| match &change.changed {
            Changed::Broken(finding) | Changed::Gained(finding) => Some(&**finding),
            _ => None,
        })
    }

    /// Whether exactly those other rules are broken that the example names; for the example of a team's rule as many more of
    /// what ships as there may be.
    fn others(&self, enabled: &dyn Fn(&str) -> bool) -> Result<(), Wrong<'e>> {
        let also = &self.example.also;
        let counts = |rule: &str| rule.contains('/') || !self.rule.contains('/');
        for finding in self.findings().filter(|finding| finding.rule != self.rule) {
            if counts(&finding.rule) && !also.contains(&finding.rule) {
                let message =
                    format!("also breaks `{}` ({}), which `also` does not name", finding.rule, finding.message);
                return Err(self.wrong(message, finding.primary.place));
            }
        }
        let broken = |rule: &str| self.findings().any(|finding| finding.rule == rule);
        match also.iter().find(|also| enabled(also) && !broken(also)) {
            Some(also) => {
                let why = Disagreement::new(format!("does not break `{also}`, which `also` names"));
                Err((&self.example.after, why))
            }
            None => Ok(()),
        }
    }

    fn own(&self) -> Result<(), Wrong<'e>> {
        let own = || self.findings().filter(|finding| finding.rule == self.rule);
        match self.example.kind {
            ExampleKind::Bad => self.at_marks(&own().map(|finding| finding.primary.place).collect::<Vec<_>>()),
            ExampleKind::Good | ExampleKind::Undetermined if own().next().is_some() => {
                let finding = own().next();
                let message = format!("is found: {}", finding.map_or("", |finding| &finding.message));
                let place = finding.map(|finding| finding.primary.place);
                Err(place
                    .map_or((&self.example.after, Disagreement::new(&*message)), |place| self.wrong(&*message, place)))
            }
            ExampleKind::Undetermined if !self.comparison.undetermined.iter().any(|check| check.check == self.rule) => {
                let why = Disagreement::new("is decided: nothing is found, and nothing is in doubt");
                Err((&self.example.after, why))
            }
            ExampleKind::Good | ExampleKind::Undetermined => Ok(()),
        }
    }

    /// Whether findings point at the marked lines of both topologies, all of them and no other.
    fn at_marks(&self, places: &[Place]) -> Result<(), Wrong<'e>> {
        for (state, is_after) in [(&self.example.before, false), (&self.example.after, true)] {
            let marked = marked(&state.topology);
            let here = places.iter().filter(|place| self.is_after(**place) == is_after);
            let found: BTreeSet<u32> = here.filter_map(|place| line_of(self.sources, *place)).collect();
            if let Some(line) = marked.difference(&found).next() {
                return Err((state, Disagreement::at("is not found here", *line)));
            }
            if let Some(line) = found.difference(&marked).next() {
                let message = format!("is found here, where no `{MARK}` marks the line");
                return Err((state, Disagreement::at(message, *line)));
            }
        }
        if places.is_empty() {
            let why = Disagreement::new(format!("is not found; a comment `{MARK}` marks where it has to be"));
            return Err((&self.example.after, why));
        }
        Ok(())
    }

    fn wrong(&self, message: impl Into<String>, place: Place) -> Wrong<'e> {
        let state = if self.is_after(place) { &self.example.after } else { &self.example.before };
        (state, Disagreement { message: message.into(), line: line_of(self.sources, place) })
    }

    fn is_after(&self, place: Place) -> bool {
        self.sources.file(place.file).is_some_and(|file| file.name == "after.yaml")
    }
}
