//! Connections of both states: which belong together, and what became of each.

use std::collections::{HashMap, HashSet};

use super::guards::Guards;
use super::hidden::Hidden;
use super::renames::Renames;
use super::{Change, Changed, Comparison, Direction, FlowChange, FlowChangeKind, Judged};
use crate::analysis::finding::{FlowResult, Verdict};
use crate::analysis::tell::flow_results;
use crate::analysis::verdicts::{Judgement, rank};
use crate::knowledge::ruleset::Ruleset;
use crate::source::Sources;
use crate::topology::{Existence, INTERNET, ObjectId, ReasonId, Topology, Value, flow};

/// A connection of one state.
pub(super) struct Told {
    pub(super) id: ObjectId,
    pub(super) result: FlowResult,
    /// Open by this path class or a stronger one.
    at_least: bool,
    /// Whether nobody means to make it.
    implicit: bool,
}

/// The connections of both states; those that were told come first, in their order.
pub(super) struct Pairs {
    pub(super) old: Vec<Told>,
    pub(super) new: Vec<Told>,
    /// Indices of both, as far as they belong together, in the order of the later state.
    both: Vec<(usize, usize)>,
    /// What became of a flow of the earlier state.
    pub(super) later: HashMap<ObjectId, ObjectId>,
}

impl Pairs {
    /// What a connection of the later state was.
    pub(super) fn earlier(&self, new: usize) -> Option<&Told> {
        let at = self.both.binary_search_by_key(&new, |(_, index)| *index).ok()?;
        self.both.get(at).and_then(|(index, _)| self.old.get(*index))
    }
}

/// What tells one connection from another, in the names of the later state.
type Key<'k> = dyn Fn(&FlowResult, &dyn Fn(&str) -> String) -> Vec<String> + 'k;

/// Finds the connections that both states have. One is the same by what it is for and by what declares it; else by its
/// ends and its use, so that declaring it in other words makes no new one of it.
pub(super) fn pair(ruleset: &Ruleset, sources: &Sources, renames: &Renames, old: &Judged, new: &Judged) -> Pairs {
    let [old, new] = [old, new].map(|state| told(ruleset, sources, state));
    let mut both = Vec::new();
    let (mut left_old, mut left_new) = ((0..old.len()).collect::<Vec<_>>(), (0..new.len()).collect::<Vec<_>>());
    let exact = |flow: &FlowResult, of: &dyn Fn(&str) -> String| {
        vec![
            flow.group.to_string(),
            of(&flow.origin),
            of(&flow.target),
            flow.purpose.to_string(),
            of(&flow.declared_by),
        ]
    };
    let loose = |flow: &FlowResult, of: &dyn Fn(&str) -> String| {
        vec![of(&flow.origin), of(&flow.target), flow.purpose.to_string()]
    };
    let keys: [&Key<'_>; 2] = [&exact, &loose];
    for key in keys {
        let mut by_key: HashMap<Vec<String>, Vec<usize>> = HashMap::new();
        for index in left_old.iter().rev() {
            let Some(one) = old.get(*index) else { continue };
            by_key.entry(key(&one.result, &|address| renames.of(address).to_owned())).or_default().push(*index);
        }
        left_new.retain(|index| {
            let Some(one) = new.get(*index) else { return false };
            let same = by_key.get_mut(&key(&one.result, &str::to_owned)).and_then(Vec::pop);
            both.extend(same.map(|same| (same, *index)));
            same.is_none()
        });
        left_old = by_key.into_values().flatten().collect();
        left_old.sort_unstable();
    }
    both.sort_unstable_by_key(|(_, new)| *new);
    let ids = both.iter().filter_map(|(a, b)| Some((old.get(*a)?.id, new.get(*b)?.id)));
    let later = ids.collect();
    Pairs { old, new, both, later }
}

fn told(ruleset: &Ruleset, sources: &Sources, state: &Judged) -> Vec<Told> {
    let examined = &state.examined;
    let topology = &state.topology;
    let implicit = flow_results(ruleset, topology, sources, &examined.implicit);
    let results = examined.result.flows.iter().cloned().chain(implicit);
    let judged = examined.told.iter().map(|one| (one, false)).chain(examined.implicit.iter().map(|one| (one, true)));
    let one = |(((id, judgement), implicit), mut result): ((&(ObjectId, Judgement), bool), FlowResult)| {
        // Whether there is such a connection at all is the first thing to know of it.
        if topology.object(*id).existence == Existence::Maybe(ReasonId::IN_DOUBT) {
            result.verdict = Verdict::Undetermined;
        }
        Told { id: *id, result, at_least: judgement.at_least, implicit }
    };
    judged.zip(results).map(one).collect()
}

/// Adds what became of the connections. What a finding tells already, by the index in the later state, is left to it.
pub(super) fn compare(
    (old, new): (&Judged, &Judged),
    sources: &Sources,
    renames: &Renames,
    pairs: &Pairs,
    by_finding: &HashSet<usize>,
    comparison: &mut Comparison,
) {
    let guards = Guards::new(&new.topology, sources);
    let differ = Differ { topology: &new.topology, guards };
    let (in_old, in_new) = (Hidden::of_old(old, renames), Hidden::of_new(new));
    let [mut alone_old, mut alone_new] = [vec![true; pairs.old.len()], vec![true; pairs.new.len()]];
    for (was, now) in &pairs.both {
        mark(&mut alone_old, *was);
        mark(&mut alone_new, *now);
        let (Some(was), Some(told)) = (pairs.old.get(*was), pairs.new.get(*now)) else { continue };
        match kind(was, told) {
            None => comparison.flows_as_before += usize::from(!told.implicit),
            Some(FlowChangeKind::Closed) if by_finding.contains(now) => {}
            Some(kind) => comparison.changes.push(differ.change(kind, Some(was), Some(told))),
        }
    }
    let open = |told: &&Told| told.result.verdict == Verdict::Open;
    for now in pairs.new.iter().zip(alone_new).filter(|(_, alone)| *alone).map(|(told, _)| told).filter(open) {
        let is_hidden = [&now.result.origin, &now.result.declared_by].iter().any(|end| in_old.may_hold(end));
        let kind = if is_hidden { FlowChangeKind::Determined } else { FlowChangeKind::Opened };
        comparison.changes.push(differ.change(kind, None, Some(now)));
    }
    for was in pairs.old.iter().zip(alone_old).filter(|(_, alone)| *alone).map(|(told, _)| told).filter(open) {
        let ends = [&was.result.origin, &was.result.declared_by];
        let is_hidden = ends.iter().any(|end| in_new.may_hold(renames.of(end)));
        let kind = if is_hidden { FlowChangeKind::Undetermined } else { FlowChangeKind::Closed };
        comparison.changes.push(differ.change(kind, Some(was), None));
    }
}

fn mark(alone: &mut [bool], index: usize) {
    if let Some(alone) = alone.get_mut(index) {
        *alone = false;
    }
}

/// What became of a connection that both states have; nothing where it is as it was.
fn kind(was: &Told, now: &Told) -> Option<FlowChangeKind> {
    match (was.result.verdict, now.result.verdict) {
        (Verdict::Open, Verdict::Open) => moved(was, now),
        (Verdict::Undetermined, Verdict::Undetermined) | (Verdict::Blocked, Verdict::Blocked) => None,
        (_, Verdict::Undetermined) => Some(FlowChangeKind::Undetermined),
        (Verdict::Undetermined, _) => Some(FlowChangeKind::Determined),
        (Verdict::Blocked, Verdict::Open) => Some(FlowChangeKind::Opened),
        (Verdict::Open, Verdict::Blocked) => Some(FlowChangeKind::Closed),
    }
}

/// How the path of an open connection changed. What is only known to be at least as strong decides one way only.
fn moved(was: &Told, now: &Told) -> Option<FlowChangeKind> {
    let [of_was, of_now] = [was, now].map(|told| told.result.path_class.and_then(rank));
    let same = was.result.method == now.result.method && was.result.path_class == now.result.path_class;
    match (of_was.zip(of_now), was.at_least, now.at_least) {
        (_, a, b) if same && a == b => None,
        (Some((was, now)), _, false) if now < was => Some(FlowChangeKind::Weaker),
        (Some((was, now)), false, _) if now > was => Some(FlowChangeKind::Stronger),
        (Some(_), false, false) => Some(FlowChangeKind::OtherMethod),
        (_, true, false) => Some(FlowChangeKind::Determined),
        _ => Some(FlowChangeKind::Undetermined),
    }
}

struct Differ<'a> {
    /// The later state.
    topology: &'a Topology,
    guards: Guards<'a>,
}

impl Differ<'_> {
    fn change(&self, kind: FlowChangeKind, was: Option<&Told>, now: Option<&Told>) -> Change {
        let guard = now.filter(|_| kind == FlowChangeKind::Opened).and_then(|now| self.guards.against(now.id));
        // What could be reached from nowhere on the internet, and now can, is worse off whether or not it claims anything.
        let is_exposed = was.is_some() && now.is_some_and(|now| self.is_from_internet(now.id));
        let direction = match kind {
            FlowChangeKind::Opened if guard.is_some() || is_exposed => Direction::Worse,
            FlowChangeKind::Weaker => Direction::Worse,
            FlowChangeKind::Stronger | FlowChangeKind::Closed => Direction::Better,
            _ => Direction::Other,
        };
        let result = |told: Option<&Told>| told.map(|told| told.result.clone());
        let change = FlowChange { kind, was: result(was), now: result(now), guard };
        Change::new(direction, Changed::Flow(Box::new(change)))
    }

    fn is_from_internet(&self, id: ObjectId) -> bool {
        match self.topology.slot(id, flow::origin).value {
            Value::Object(origin) => self.topology.object(origin).kind == INTERNET,
            _ => false,
        }
    }
}
