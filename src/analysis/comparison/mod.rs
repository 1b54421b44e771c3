//! Two states of one estate: what became worse, what became better, and what else is different.
//!
//! Both are judged alike, under the same rules; what is compared are the answers. What was renamed or moved is the same
//! thing in both.

mod breach;
mod changes;
mod findings;
mod flows;
mod guards;
mod hidden;
mod renames;
mod value;

use std::collections::HashSet;

use super::engine::{Examined, Options, examine};
use super::finding::{Finding, FlowResult, Level, Undetermined};
use super::flows::Wanted;
use crate::knowledge::ruleset::Ruleset;
use crate::source::{FileId, Label, Place, Problem, Sources};
use crate::topology::Topology;
use renames::Renames;

/// One of the two states.
pub struct State {
    /// The topology as it was read.
    pub topology: Topology,
    /// Some part of it could not be read: what is missing may be there.
    pub incomplete: bool,
}

/// What the step from one state to the other means for isolation.
#[derive(Debug, Default)]
pub struct Comparison {
    /// Every difference, the worst first.
    pub changes: Vec<Change>,
    /// Findings that both states have.
    pub findings_as_before: usize,
    /// Connections of which both states say the same, beside those that nobody means to make.
    pub flows_as_before: usize,
    /// Change rules that could not be decided.
    pub undetermined: Vec<Undetermined>,
    /// What is to be said of exceptions for change rules.
    pub exceptions: Vec<Finding>,
    /// Mistakes that show only when flows are known, of the earlier and of the later state.
    pub problems: [Vec<Problem>; 2],
}

/// A difference.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which way it goes.
    pub direction: Direction,
    /// What it is.
    pub changed: Changed,
    /// The sets of parameters that it holds for, where a template has several.
    pub parameters: Vec<String>,
}

impl Change {
    const fn new(direction: Direction, changed: Changed) -> Self {
        Self { direction, changed, parameters: Vec::new() }
    }

    /// Whether it is about what one of these files declares.
    #[must_use]
    pub fn is_in(&self, files: &HashSet<FileId>) -> bool {
        let places = match &self.changed {
            Changed::Flow(flow) => [&flow.was, &flow.now].map(|flow| flow.as_ref().map(|flow| flow.place)),
            changed => [changed.finding().map(|finding| finding.primary.place), None],
        };
        places.into_iter().flatten().any(|place| files.contains(&place.file))
    }
}

/// Which way a change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Less isolated than before, or it breaks a rule about changes.
    Worse,
    /// Different.
    Other,
    /// More isolated than before, or a finding less.
    Better,
}

/// What is different.
#[derive(Debug, Clone)]
pub enum Changed {
    /// The step itself breaks a rule.
    Broken(Box<Finding>),
    /// A finding of the later state alone.
    Gained(Box<Finding>),
    /// A finding of both, which had another level.
    Level(Level, Box<Finding>),
    /// A finding of the earlier state alone.
    Lost(Box<Finding>),
    /// A finding of the earlier state, which cannot be decided in the later one.
    Undecided(Box<Finding>),
    /// A connection.
    Flow(Box<FlowChange>),
}

/// What became of a connection.
#[derive(Debug, Clone)]
pub struct FlowChange {
    /// What became of it.
    pub kind: FlowChangeKind,
    /// As it was; nothing where it was not there.
    pub was: Option<FlowResult>,
    /// As it is; nothing where it is not there any more.
    pub now: Option<FlowResult>,
    /// What speaks of the connection: a claim of its target, or a statement of the policy.
    pub guard: Option<Label>,
}

/// What became of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowChangeKind {
    /// It works, and did not before.
    Opened,
    /// It takes a weaker path.
    Weaker,
    /// Whether it works, or by what path, cannot be told any more.
    Undetermined,
    /// That could not be told before.
    Determined,
    /// It takes another access method of the same path class.
    OtherMethod,
    /// It takes a stronger path.
    Stronger,
    /// It does not work any more, or is not there.
    Closed,
}

/// Everything that one of the states says.
struct Judged {
    topology: Topology,
    incomplete: bool,
    examined: Examined,
}

/// Gives findings the levels that hold for their files, and drops those that do not count there; likewise checks that could
/// not be decided.
pub type Amend<'a> = &'a dyn Fn(&mut Vec<Finding>, &mut Vec<Undetermined>);

/// Compares an earlier state with a later one. `fails` tells from which level on a finding makes things worse.
pub fn compare(
    ruleset: &mut Ruleset,
    states: (State, State),
    sources: &Sources,
    options: &Options<'_>,
    amend: Amend<'_>,
    fails: &dyn Fn(Level) -> bool,
) -> Comparison {
    let [mut old, mut new] = [states.0, states.1].map(|state| {
        let State { mut topology, incomplete } = state;
        // Who could connect from the internet is the first question of whoever reads a change.
        let wanted = Wanted { implicit: true, members: false };
        let mut examined = examine(ruleset, &mut topology, sources, options, wanted);
        amend(&mut examined.result.findings, &mut examined.result.undetermined);
        Judged { topology, incomplete, examined }
    });
    let renames = Renames::new(&old.topology, &new.topology);
    let mut comparison = Comparison {
        problems: [
            std::mem::take(&mut old.examined.result.problems),
            std::mem::take(&mut new.examined.result.problems),
        ],
        ..Comparison::default()
    };
    let pairs = flows::pair(ruleset, sources, &renames, &old, &new);
    changes::judge(ruleset, (&mut old, &mut new), sources, options, &renames, &pairs, &mut comparison);
    comparison.amend(amend);
    let told = findings::compare((&old, &new), &renames, &pairs, &mut comparison);
    flows::compare((&old, &new), sources, &renames, &pairs, &told, &mut comparison);
    for change in &mut comparison.changes {
        let below = match &change.changed {
            Changed::Broken(finding) | Changed::Gained(finding) | Changed::Level(_, finding) => !fails(finding.level),
            _ => false,
        };
        if below && change.direction == Direction::Worse {
            change.direction = Direction::Other;
        }
    }
    comparison.sort();
    comparison
}

impl Comparison {
    /// Whether isolation got worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.changes.iter().any(|change| change.direction == Direction::Worse)
    }

    /// Takes over what another pair of states gave.
    pub fn extend(&mut self, other: Self) {
        self.changes.extend(other.changes);
        self.findings_as_before += other.findings_as_before;
        self.flows_as_before += other.flows_as_before;
        self.exceptions.extend(other.exceptions);
        self.undetermined.extend(other.undetermined);
        for (own, others) in self.problems.iter_mut().zip(other.problems) {
            own.extend(others);
        }
        self.sort();
    }

    /// The findings that make things worse, or might.
    pub fn worsening_mut(&mut self) -> impl Iterator<Item = &mut Finding> {
        self.changes.iter_mut().filter_map(|change| match &mut change.changed {
            Changed::Broken(finding) | Changed::Gained(finding) | Changed::Level(_, finding) => Some(&mut **finding),
            Changed::Lost(_) | Changed::Undecided(_) | Changed::Flow(_) => None,
        })
    }

    /// What is ignored makes nothing worse.
    pub fn leave_ignored(&mut self) {
        for change in &mut self.changes {
            if change.direction == Direction::Worse && change.changed.is_ignored() {
                change.direction = Direction::Other;
            }
        }
        self.sort();
    }

    /// What counts: the differences that no exception and no baseline covers.
    pub fn counted(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| !change.changed.is_ignored())
    }

    /// Amends the findings of change rules.
    fn amend(&mut self, amend: Amend<'_>) {
        amend(&mut Vec::new(), &mut self.undetermined);
        self.changes.retain_mut(|change| {
            let Changed::Broken(finding) = &mut change.changed else { return true };
            let mut one = vec![(**finding).clone()];
            amend(&mut one, &mut Vec::new());
            one.pop().map(|amended| **finding = amended).is_some()
        });
    }

    fn sort(&mut self) {
        self.changes.sort_by_cached_key(|change| (change.direction, change.changed.weight(), change.changed.name()));
    }
}

impl Changed {
    /// The finding that it is about.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Broken(finding)
            | Self::Gained(finding)
            | Self::Level(_, finding)
            | Self::Lost(finding)
            | Self::Undecided(finding) => Some(finding),
            Self::Flow(_) => None,
        }
    }

    /// Whether it is a finding that an exception or a baseline covers.
    #[must_use]
    pub fn is_ignored(&self) -> bool {
        self.finding().is_some_and(|finding| finding.ignored.is_some())
    }

    /// The heavier ones come first.
    fn weight(&self) -> (std::cmp::Reverse<Option<Level>>, u8) {
        let level = std::cmp::Reverse(self.finding().map(|finding| finding.level));
        let sort = match self {
            Self::Broken(_) => 0,
            Self::Gained(_) => 1,
            Self::Level(..) => 2,
            Self::Undecided(_) => 3,
            Self::Lost(_) => 4,
            Self::Flow(change) => 5 + change.kind as u8,
        };
        (level, sort)
    }

    /// What keeps changes of one weight in order: where they are, and what.
    fn name(&self) -> (Option<Place>, String) {
        match self {
            Self::Flow(change) => change.now.as_ref().or(change.was.as_ref()).map_or((None, String::new()), |flow| {
                (Some(flow.place), format!("{} {} {}", flow.origin, flow.target, flow.name))
            }),
            _ => self.finding().map_or((None, String::new()), |finding| {
                (Some(finding.primary.place), format!("{} {}", finding.rule, finding.fingerprint))
            }),
        }
    }
}
