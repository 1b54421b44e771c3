//! Findings gained and lost.

use std::collections::{HashMap, HashSet};

use super::flows::Pairs;
use super::hidden::Hidden;
use super::renames::Renames;
use super::{Change, Changed, Comparison, Direction, Judged};
use crate::analysis::finding::{Finding, FlowResult, Verdict};

/// Adds findings that only one of the states has, and those of another level. Gives the connections of the later state, by
/// their index, of which a gained finding says that they do not work.
pub(super) fn compare(
    (old, new): (&Judged, &Judged),
    renames: &Renames,
    pairs: &Pairs,
    comparison: &mut Comparison,
) -> HashSet<usize> {
    let mut before: HashMap<String, Vec<&Finding>> = HashMap::new();
    for finding in old.examined.result.findings.iter().rev() {
        before.entry(renames.fingerprint(finding).into_owned()).or_default().push(finding);
    }
    let mut told = HashSet::new();
    for finding in &new.examined.result.findings {
        let same = before.get_mut(&finding.fingerprint).and_then(Vec::pop);
        let (direction, changed) = match same {
            Some(same) if same.level == finding.level => {
                comparison.findings_as_before += 1;
                continue;
            }
            Some(same) => {
                let direction = if finding.level > same.level { Direction::Worse } else { Direction::Better };
                (direction, Changed::Level(same.level, alone(finding)))
            }
            None => {
                let mut finding = finding.clone();
                told.extend(finding.flow);
                let was = finding.flow.take().and_then(|flow| pairs.earlier(flow));
                finding.notes.extend(was.and_then(|was| before_it(&was.result)));
                (Direction::Worse, Changed::Gained(Box::new(finding)))
            }
        };
        comparison.changes.push(Change::new(direction, changed));
    }
    let hidden = Hidden::of_new(new);
    let mut lost: Vec<&Finding> = before.into_values().flatten().collect();
    lost.sort_by_key(|finding| finding.primary.place);
    for finding in lost {
        let change = if may_hold(new, &hidden, renames, finding) {
            Change::new(Direction::Other, Changed::Undecided(alone(finding)))
        } else {
            Change::new(Direction::Better, Changed::Lost(alone(finding)))
        };
        comparison.changes.push(change);
    }
    told
}

/// A finding that is told without the connections of its state.
fn alone(finding: &Finding) -> Box<Finding> {
    Box::new(Finding { flow: None, ..finding.clone() })
}

/// What a connection was before a finding was made about it.
fn before_it(was: &FlowResult) -> Option<String> {
    let (method, class) = (was.method.as_deref()?, was.path_class?);
    (was.verdict == Verdict::Open).then(|| format!("before, the connection was open by {method} ({class})"))
}

/// Whether a finding of the earlier state may hold of the later one, where that cannot be decided.
fn may_hold(new: &Judged, hidden: &Hidden<'_>, renames: &Renames, finding: &Finding) -> bool {
    let named = |role: &str| {
        let participant = finding.resources.iter().find(|one| one.role == role);
        participant.map_or("", |one| renames.of(&one.resource))
    };
    let subject = finding.resources.first().map_or("", |one| renames.of(&one.resource));
    let ends = format!("({} -> {})", named("origin"), named("target"));
    let is_undecided = new.examined.result.undetermined.iter().any(|undetermined| {
        let is_check = undetermined.check == finding.rule || undetermined.check == "flow";
        is_check && (undetermined.subject == subject || undetermined.subject.ends_with(&ends))
    });
    is_undecided || hidden.may_hold(subject)
}
