//! Several sets of parameters of one template: what they have in common is told once.

use std::collections::{HashMap, HashSet};

use crate::analysis::{Change, Changed, Comparison, Direction, Finding, FlowResult, Input, InputStatus, Undetermined};
use crate::source::{Place, Problem, Sources};

/// What was told already.
#[derive(Default)]
pub(super) struct Variants {
    /// Findings by what makes them equal: where they are in the list, and the sets of parameters that they hold for.
    findings: HashMap<Told, (usize, Vec<String>)>,
    problems: HashSet<(&'static str, String, Spot)>,
    checks: HashSet<(String, String, Option<Spot>)>,
    /// Differences by what makes them equal: the sets of parameters that they hold for.
    changes: HashMap<ToldChange, Vec<String>>,
}

/// The file by its name, since each set of parameters reads it anew, and the bytes.
type Spot = (String, u32, u32);

/// A finding, as far as a reader can tell it from others.
type Told = (String, String, Spot);

/// A difference, as far as a reader can tell it from others.
type ToldChange = (Direction, String, Vec<Spot>);

fn told(change: &Change, sources: &Sources) -> ToldChange {
    let of_flow = |flow: &FlowResult| {
        let FlowResult { origin, target, name, verdict, method, .. } = flow;
        format!("{origin} {target} {name} {verdict:?} {method:?}")
    };
    let of_finding = |word: String, finding: &Finding| {
        let text = format!("{word} {} {} {}", finding.level, finding.fingerprint, finding.message);
        (text, vec![finding.primary.place])
    };
    let (text, places) = match &change.changed {
        Changed::Flow(change) => {
            let both = [&change.was, &change.now];
            let texts = both.map(|flow| flow.as_ref().map(of_flow));
            (format!("{:?} {texts:?}", change.kind), both.into_iter().flatten().map(|flow| flow.place).collect())
        }
        Changed::Broken(finding) => of_finding("broken".to_owned(), finding),
        Changed::Gained(finding) => of_finding("gained".to_owned(), finding),
        Changed::Level(was, finding) => of_finding(format!("was {was}"), finding),
        Changed::Lost(finding) => of_finding("lost".to_owned(), finding),
        Changed::Undecided(finding) => of_finding("undecided".to_owned(), finding),
    };
    (change.direction, text, places.into_iter().map(|place| spot(sources, place)).collect())
}

fn spot(sources: &Sources, place: Place) -> Spot {
    let name = sources.file(place.file).map_or("", |file| file.name.as_str());
    (name.to_owned(), place.span.start, place.span.end)
}

impl Variants {
    /// Adds findings; one that another set of parameters gave already is told once.
    pub(super) fn add_findings(
        &mut self,
        all: &mut Vec<Finding>,
        found: Vec<Finding>,
        variant: Option<String>,
        sources: &Sources,
    ) {
        let Some(variant) = variant else {
            all.extend(found);
            return;
        };
        for finding in found {
            let key = (finding.fingerprint.clone(), finding.message.clone(), spot(sources, finding.primary.place));
            if let Some((_, variants)) = self.findings.get_mut(&key) {
                if !variants.contains(&variant) {
                    variants.push(variant.clone());
                }
                continue;
            }
            self.findings.insert(key, (all.len(), vec![variant.clone()]));
            all.push(finding);
        }
    }

    /// Adds mistakes in files, those of a file that is read several times once.
    pub(super) fn add_problems(&mut self, all: &mut Vec<Problem>, found: Vec<Problem>, sources: &Sources) {
        for problem in found {
            if self.problems.insert((problem.code, problem.message.clone(), spot(sources, problem.primary.place))) {
                all.push(problem);
            }
        }
    }

    /// Adds inputs; of a file that is read several times the worst outcome counts.
    pub(super) fn add_inputs(&mut self, all: &mut Vec<Input>, found: Vec<Input>) {
        for input in found {
            match all.iter_mut().find(|known| known.path == input.path && known.path != "<stdin>") {
                Some(known) if known.status == InputStatus::Checked => known.status = input.status,
                Some(_) => {}
                None => all.push(input),
            }
        }
    }

    /// Whether a check that could not be decided was told for another set of parameters.
    pub(super) fn is_known_check(&mut self, check: &Undetermined, sources: &Sources) -> bool {
        let place = check.facts.first().map(|fact| spot(sources, fact.place));
        place.is_some() && !self.checks.insert((check.check.clone(), check.subject.clone(), place))
    }

    /// Takes out the differences that another set of parameters gave already.
    pub(super) fn add_changes(&mut self, found: &mut Comparison, variant: Option<String>, sources: &Sources) {
        let Some(variant) = variant else { return };
        found.changes.retain(|change| {
            let variants = self.changes.entry(told(change, sources)).or_default();
            if !variants.contains(&variant) {
                variants.push(variant.clone());
            }
            variants.len() == 1
        });
    }

    /// Says of differences for which sets of parameters they hold.
    pub(super) fn tell_changes(&self, comparison: &mut Comparison, sources: &Sources) {
        for change in comparison.changes.iter_mut().filter(|_| !self.changes.is_empty()) {
            if let Some(variants) = self.changes.get(&told(change, sources)) {
                change.parameters.clone_from(variants);
            }
        }
    }

    /// Says of findings for which sets of parameters they hold.
    pub(super) fn tell(&self, findings: &mut [Finding]) {
        for (index, variants) in self.findings.values() {
            if let Some(finding) = findings.get_mut(*index) {
                finding.notes.push(format!("with the parameters in {}", variants.join(", ")));
            }
        }
    }
}
