//! Whether a connection will work: every access method of its group, every requirement of each.

use std::borrow::Cow;
use std::cmp::Reverse;

use hashbrown::HashMap;

use super::finding::Outcome;
use super::visit::{assume_subject, item_of};
use crate::knowledge::language::{Item, Machine, Read, Truth, Val};
use crate::knowledge::ruleset::{CompiledMethod, Ruleset};
use crate::topology::{ObjectId, Slot, SlotIndex, Topology, Value, flow};

/// Path classes, the weakest first. `trusted` and `ip-filtered` are both between the network and the public.
const STRENGTH: &[&str] = &["public", "ip-filtered", "trusted", "vnet-bound", "private"];

/// The answer for one flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) verdict: super::finding::Verdict,
    /// The strongest satisfied method, of an open flow.
    pub(super) method: Option<usize>,
    /// Its path class.
    pub(super) path_class: Option<&'static str>,
    /// Whether a stronger method could not be decided, so that the flow may be better than that.
    pub(super) at_least: bool,
    /// Of a blocked flow what its nearest method misses, as `method/requirement`.
    pub(super) missing: Vec<String>,
}

/// A method and the index of a requirement of it; `None` where there has to be a candidate.
pub(super) type RequirementKey = (usize, Option<usize>);

/// A method that was tried: with its best candidate, the outcome of every requirement.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) method: usize,
    pub(super) outcome: Outcome,
    pub(super) candidate: Option<Item>,
    /// In the order of the method; only the prerequisites where one of them is missing or there is no candidate.
    pub(super) requirements: Vec<Outcome>,
    /// There is no candidate: missing, or unknown whether there is one.
    pub(super) no_candidate: bool,
    /// A prerequisite is missing: nothing else was tried.
    stopped: bool,
    pub(super) path_class: Option<&'static str>,
}

impl Trial {
    pub(super) fn missing(&self) -> usize {
        self.requirements.iter().filter(|outcome| **outcome == Outcome::Missing).count()
            + usize::from(self.no_candidate)
    }

    /// Whether something has to be made first, a candidate or what a prerequisite asks for, and the rest was not tried.
    pub(super) fn is_stopped(&self) -> bool {
        self.no_candidate || self.stopped
    }

    /// The method with each requirement that is missing; with none where no candidate is certain to be there.
    pub(super) fn missing_requirements(&self) -> Vec<RequirementKey> {
        let missing = self.requirements.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::Missing);
        let missing = missing.map(|(index, _)| Some(index)).chain(self.no_candidate.then_some(None));
        missing.map(|requirement| (self.method, requirement)).collect()
    }

    fn unknown(&self) -> usize {
        self.requirements.iter().filter(|outcome| **outcome == Outcome::Unknown).count()
    }

    /// How far it is from being satisfied. Something that has to be made first, a candidate or what a prerequisite asks
    /// for, is further away than any one value.
    fn distance(&self) -> (usize, usize) {
        (self.missing() + usize::from(self.is_stopped()), self.unknown())
    }

    /// The same with the requirements that follow the prerequisites.
    fn with(&self, candidate: Option<Item>, rest: Vec<Outcome>) -> Self {
        let requirements: Vec<Outcome> = self.requirements.iter().copied().chain(rest).collect();
        Self { outcome: all(&requirements), candidate, requirements, stopped: false, ..self.clone() }
    }
}

/// The methods of every group.
pub(super) struct Judge<'a> {
    ruleset: &'a Ruleset,
    /// Those that may give the strongest path first, so that mostly the first that is satisfied decides.
    groups: HashMap<&'a str, Vec<usize>>,
}

/// The place of a path class in [`STRENGTH`], as far as the class can be told. Every class has one.
type Strength = Option<usize>;

fn strength_of(class: &str) -> Strength {
    STRENGTH.iter().position(|known| *known == class)
}

/// How strong a path class is; `trusted` and `ip-filtered` count alike.
pub(super) fn rank(class: &str) -> Option<usize> {
    strength_of(if class == "ip-filtered" { "trusted" } else { class })
}

/// What is known of a flow while its methods are gone through.
#[derive(Default)]
struct Search {
    /// The strongest satisfied method; among equals the first one defined.
    best: Option<(usize, Strength)>,
    /// Whether some method could not be decided.
    undecided: bool,
    /// Whether it cannot be told either how strong that one would be.
    unclear: bool,
    /// The strongest that could not be decided.
    undecided_strength: Strength,
}

impl Search {
    /// Whether a method of that class can neither be better than the best one nor put it in doubt.
    fn is_settled(&self, method: usize, strength: Strength) -> bool {
        self.best
            .is_some_and(|(best, of_best)| strength.is_some() && (strength, Reverse(method)) < (of_best, Reverse(best)))
    }

    fn add(&mut self, method: usize, strength: Strength, outcome: Outcome) {
        let key = |method: usize, strength: Strength| (strength, Reverse(method));
        match outcome {
            Outcome::Met if self.best.is_none_or(|(best, of_best)| key(method, strength) > key(best, of_best)) => {
                self.best = Some((method, strength));
            }
            Outcome::Unknown => {
                self.undecided = true;
                self.unclear |= strength.is_none();
                self.undecided_strength = self.undecided_strength.max(strength);
            }
            Outcome::Met | Outcome::Missing => {}
        }
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(ruleset: &'a Ruleset) -> Self {
        let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, method) in ruleset.definitions.methods.iter().enumerate().take(ruleset.methods.len()) {
            for group in &method.groups {
                groups.entry(group).or_default().push(index);
            }
        }
        let strongest = |index: &usize| {
            let method = ruleset.methods.get(*index);
            method.and_then(|method| method.path.iter().filter_map(|case| strength_of(&case.value)).max())
        };
        for methods in groups.values_mut() {
            methods.sort_by_key(|index| (Reverse(strongest(index)), *index));
            methods.dedup();
        }
        Self { ruleset, groups }
    }

    /// The methods that a flow is judged by: those of its group, or the one that it is pinned to; and whether it is
    /// pinned to one of them that is not known.
    pub(super) fn methods(&self, topology: &Topology, subject: ObjectId) -> (Cow<'_, [usize]>, bool) {
        let text = |slot: SlotIndex| match topology.slot(subject, slot).value {
            Value::Text(text) => Some(topology.strings.text(text)),
            _ => None,
        };
        let all = self.groups.get(text(flow::group).unwrap_or("")).map_or(&[][..], Vec::as_slice);
        let Some(via) = text(flow::via) else {
            let pinned_by_unknown = matches!(topology.slot(subject, flow::via).value, Value::Unknown(_));
            return (Cow::Borrowed(all), pinned_by_unknown);
        };
        // A method of other groups admits no flow of this one; a name that is none has been reported.
        let definitions = &self.ruleset.definitions.methods;
        let is_pinned = |index: &usize| definitions.get(*index).is_some_and(|method| method.name == via);
        if (0..self.ruleset.methods.len()).any(|index| is_pinned(&index)) {
            (all.iter().copied().filter(is_pinned).collect(), false)
        } else {
            (Cow::Borrowed(all), false)
        }
    }

    /// Tries all methods of a flow, every requirement of each.
    pub(super) fn trials(&self, machine: &mut Machine<'_>, subject: ObjectId) -> (Vec<Trial>, bool) {
        let (methods, any_of) = self.methods(machine.topology(), subject);
        let trials = methods.iter().filter_map(|index| self.try_method(machine, *index, subject)).collect();
        (trials, any_of)
    }

    /// The verdict of a flow. Only of a blocked one every requirement is looked at.
    pub(super) fn judge(&self, machine: &mut Machine<'_>, subject: ObjectId) -> Judgement {
        use super::finding::Verdict;
        let undetermined = Judgement {
            verdict: Verdict::Undetermined,
            method: None,
            path_class: None,
            at_least: false,
            missing: Vec::new(),
        };
        let (methods, any_of) = self.methods(machine.topology(), subject);
        let search = self.search(machine, &methods, subject);
        // Pinned to a method that is not known: only what holds of all of them can be said.
        if any_of && (search.undecided || search.best.is_some()) {
            return undetermined;
        }
        if let Some((method, strength)) = search.best {
            let at_least = strength.is_none() || search.unclear || search.undecided_strength > strength;
            return Judgement {
                verdict: Verdict::Open,
                method: Some(method),
                path_class: strength.and_then(|strength| STRENGTH.get(strength)).copied(),
                at_least,
                missing: Vec::new(),
            };
        }
        if search.undecided {
            return undetermined;
        }
        let (trials, _) = self.trials(machine, subject);
        let nearest = nearest_first(&trials).into_iter().next();
        let missing = nearest.map(|trial| self.missing_names(trial)).unwrap_or_default();
        Judgement { verdict: Verdict::Blocked, missing, ..undetermined }
    }

    /// Goes through methods as far as it takes to know the strongest satisfied one, and whether a stronger one is in doubt.
    fn search(&self, machine: &mut Machine<'_>, methods: &[usize], subject: ObjectId) -> Search {
        let mut search = Search::default();
        for index in methods {
            let Some(method) = self.ruleset.methods.get(*index) else { continue };
            if !method.sift.passes(machine, subject) {
                // Something is missing, whatever else there is.
                continue;
            }
            if method
                .path
                .first()
                .is_some_and(|case| case.condition.is_none() && search.is_settled(*index, strength_of(&case.value)))
            {
                continue;
            }
            bind(machine, method, subject, false);
            let strength = path_class(machine, method).and_then(strength_of);
            if !search.is_settled(*index, strength) {
                search.add(*index, strength, outcome(machine, method));
            }
        }
        search
    }

    /// What a trial misses, as `method/requirement`.
    pub(super) fn missing_names(&self, trial: &Trial) -> Vec<String> {
        let Some(method) = self.ruleset.definitions.methods.get(trial.method) else { return Vec::new() };
        let name = |requirement| {
            let definition = self.ruleset.requirement(trial.method, requirement)?;
            Some(format!("{}/{}", method.name, definition.name))
        };
        if trial.no_candidate {
            return name(None).into_iter().collect();
        }
        let missing = trial.requirements.iter().enumerate().filter(|(_, outcome)| **outcome == Outcome::Missing);
        missing.filter_map(|(index, _)| name(Some(index))).collect()
    }

    fn try_method(&self, machine: &mut Machine<'_>, index: usize, subject: ObjectId) -> Option<Trial> {
        let method = self.ruleset.methods.get(index)?;
        bind(machine, method, subject, false);
        let path_class = path_class(machine, method);
        let first = try_requirements(machine, method, 0..method.prerequisites);
        let blank = Trial {
            method: index,
            outcome: all(&first),
            candidate: None,
            requirements: first,
            no_candidate: false,
            stopped: true,
            path_class,
        };
        if blank.outcome == Outcome::Missing {
            return Some(blank);
        }
        let rest = method.prerequisites..method.requirements.len();
        let Some(candidates) = &method.candidates else {
            return Some(blank.with(None, try_requirements(machine, method, rest)));
        };
        let members = candidates.items(machine);
        let more = members.open || members.unknown.is_some();
        let mut best: Option<Trial> = None;
        let mut outcome = if more { Outcome::Unknown } else { Outcome::Missing };
        for item in members.items {
            machine.push(item);
            let requirements = try_requirements(machine, method, rest.clone());
            machine.pop();
            let mut trial = blank.with(Some(item), requirements);
            if trial.outcome == Outcome::Met && item.in_doubt.is_some() {
                trial.outcome = Outcome::Unknown;
            }
            outcome = outcome.min(trial.outcome);
            if best.as_ref().is_none_or(|best| trial.distance() < best.distance()) {
                best = Some(trial);
            }
        }
        let none = Trial { no_candidate: true, stopped: false, ..blank };
        Some(Trial { outcome, ..best.unwrap_or(none) })
    }
}

/// Binds the flow and the named values of a method.
pub(super) fn bind(machine: &mut Machine<'_>, method: &CompiledMethod, subject: ObjectId, trace: bool) {
    machine.clear();
    assume_subject(machine, subject);
    machine.push(Item::object(machine.topology(), subject));
    for program in &method.values {
        let item = item_of(machine, program, trace);
        machine.push(item);
    }
}

fn try_requirements(machine: &mut Machine<'_>, method: &CompiledMethod, range: std::ops::Range<usize>) -> Vec<Outcome> {
    let requirements = method.requirements.get(range).unwrap_or(&[]);
    requirements.iter().map(|requirement| outcome_of(requirement.that.truth(machine))).collect()
}

/// The outcome of a method whose flow and values are bound, looked at no further than it takes to know it.
fn outcome(machine: &mut Machine<'_>, method: &CompiledMethod) -> Outcome {
    let first = worst(machine, method, 0..method.prerequisites);
    if first == Outcome::Missing {
        return first;
    }
    let rest = method.prerequisites..method.requirements.len();
    let Some(candidates) = &method.candidates else {
        return first.max(worst(machine, method, rest));
    };
    let members = candidates.items(machine);
    let more = members.open || members.unknown.is_some();
    let mut best = if more { Outcome::Unknown } else { Outcome::Missing };
    for item in members.items {
        machine.push(item);
        let mut outcome = first.max(worst(machine, method, rest.clone()));
        machine.pop();
        if outcome == Outcome::Met && item.in_doubt.is_some() {
            outcome = Outcome::Unknown;
        }
        best = best.min(outcome);
        if best == Outcome::Met {
            break;
        }
    }
    best
}

/// The outcome of requirements together, up to the first that is missing.
fn worst(machine: &mut Machine<'_>, method: &CompiledMethod, range: std::ops::Range<usize>) -> Outcome {
    let mut worst = Outcome::Met;
    for requirement in method.requirements.get(range).unwrap_or(&[]) {
        worst = worst.max(outcome_of(requirement.that.truth(machine)));
        if worst == Outcome::Missing {
            break;
        }
    }
    worst
}

pub(super) const fn outcome_of(truth: Truth) -> Outcome {
    match truth {
        Truth::True => Outcome::Met,
        Truth::False => Outcome::Missing,
        Truth::Unknown => Outcome::Unknown,
    }
}

/// Met when all are, missing when one is; `Outcome` is in this order.
fn all(requirements: &[Outcome]) -> Outcome {
    requirements.iter().copied().max().unwrap_or(Outcome::Met)
}

/// The first case that holds; nothing where that cannot be told.
fn path_class(machine: &mut Machine<'_>, method: &CompiledMethod) -> Option<&'static str> {
    for case in &method.path {
        match case.condition.as_ref().map(|condition| condition.truth(machine)) {
            None | Some(Truth::True) => {
                return strength_of(&case.value).and_then(|strength| STRENGTH.get(strength)).copied();
            }
            Some(Truth::False) => {}
            Some(Truth::Unknown) => return None,
        }
    }
    None
}

/// Trials in the order in which they are told: the nearest to working first, among equals the more private one.
pub(super) fn nearest_first(trials: &[Trial]) -> Vec<&Trial> {
    let weakness = |trial: &Trial| Reverse(trial.path_class.and_then(strength_of));
    let mut ordered: Vec<&Trial> = trials.iter().collect();
    ordered.sort_by_key(|trial| (trial.outcome, trial.distance(), weakness(trial), trial.method));
    ordered
}

/// Writes a judgement into the flow, for rules to read.
pub(super) fn record(ruleset: &Ruleset, topology: &mut Topology, subject: ObjectId, judgement: &Judgement) {
    use super::finding::Verdict;
    let undecided = Value::Unknown(crate::topology::ReasonId::UNDETERMINED);
    let node = topology.object(subject).head;
    let verdict = match judgement.verdict {
        Verdict::Undetermined => undecided,
        known => Value::Text(topology.strings.intern(known.as_str())),
    };
    let method =
        judgement.method.and_then(|index| ruleset.definitions.methods.get(index)).map(|method| method.name.as_str());
    let (method, path_class) = match judgement.verdict {
        Verdict::Undetermined => (undecided, undecided),
        _ if judgement.at_least => (undecided, undecided),
        _ => (text(topology, method), text(topology, judgement.path_class)),
    };
    let missing: Vec<Slot> = judgement
        .missing
        .iter()
        .map(|name| Slot {
            value: Value::Text(topology.strings.intern(name)),
            node,
            origin: crate::topology::Origin::Declared,
        })
        .collect();
    let missing = match judgement.verdict {
        Verdict::Undetermined => undecided,
        _ => Value::List(topology.add_list(missing, false)),
    };
    for (slot, value) in
        [(flow::verdict, verdict), (flow::method, method), (flow::path_class, path_class), (flow::missing, missing)]
    {
        topology.set(subject, slot, Slot { value, node, origin: crate::topology::Origin::Declared });
    }
}

fn text(topology: &mut Topology, value: Option<&str>) -> Value {
    value.map_or(Value::Absent, |value| Value::Text(topology.strings.intern(value)))
}

/// What stands in the way of deciding a flow: the unknown reads of all requirements that could decide it.
pub(super) fn doubts(judge: &Judge<'_>, machine: &mut Machine<'_>, subject: ObjectId) -> Vec<Read> {
    let (methods, _) = judge.methods(machine.topology(), subject);
    let mut reads = Vec::new();
    for index in methods.iter().copied() {
        let Some(method) = judge.ruleset.methods.get(index) else { continue };
        let Some(trial) = judge.try_method(machine, index, subject) else { continue };
        if trial.outcome != Outcome::Unknown {
            continue;
        }
        bind(machine, method, subject, true);
        if let Some(candidates) = &method.candidates {
            reads.extend(machine.with_trail(|machine| candidates.value(machine)).1);
        }
        if let Some(candidate) = trial.candidate {
            machine.push(candidate);
        }
        if trial.candidate.is_some() || method.candidates.is_none() {
            for requirement in method.requirements.iter().take(trial.requirements.len()) {
                let (truth, read) = machine.with_trail(|machine| requirement.that.truth(machine));
                if truth == Truth::Unknown {
                    reads.extend(read);
                }
            }
        }
    }
    reads.retain(|read| read.unknown.is_some());
    reads
}

/// The objects that a value stands for: itself, or the members of a list.
pub(super) fn object_of(value: Val) -> Option<ObjectId> {
    match value {
        Val::Object(id) => Some(id),
        _ => None,
    }
}
