//! The access methods of a flow with their evidence: what each requirement rests on, and what is missing.

use hashbrown::HashSet;

use super::engine::Requirements;
use super::explain::describe;
use super::finding::{MethodResult, Outcome, RequirementResult};
use super::grouping::Blocked;
use super::repair::changes;
use super::verdicts::{self, Judge, Trial, bind, nearest_first};
use crate::knowledge::language::{Machine, Read};
use crate::knowledge::ruleset::{RequirementExplanation, Ruleset};
use crate::source::{Label, Sources};
use crate::topology::{AssumptionId, KINDS, ObjectId, Origin, Topology, Value, flow};

/// Tells the methods of a flow with their evidence.
pub(super) struct Tracer<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) judge: &'a Judge<'a>,
    pub(super) requirements: &'a Requirements,
    pub(super) sources: &'a Sources,
}

/// What the methods of a flow rest on.
#[derive(Default)]
struct Evidence {
    participants: HashSet<ObjectId>,
    /// Assumptions that something is missing by.
    assumed: Vec<AssumptionId>,
}

impl Evidence {
    fn add(&mut self, topology: &Topology, reads: &[Read], outcome: Outcome) {
        self.participants.extend(reads.iter().map(|read| topology.resource_of(read.object)));
        for read in reads.iter().filter(|_| outcome == Outcome::Missing) {
            if let Origin::Assumed(assumption) = read.origin
                && !self.assumed.contains(&assumption)
            {
                self.assumed.push(assumption);
            }
        }
    }
}

impl Tracer<'_> {
    pub(super) fn trace(&self, machine: &mut Machine<'_>, flow: ObjectId) -> (Vec<MethodResult>, Blocked) {
        let (trials, _) = self.judge.trials(machine, flow);
        let mut evidence = Evidence::default();
        let mut results = Vec::new();
        let ordered = nearest_first(&trials);
        let missing = ordered.iter().map(|trial| self.judge.missing_names(trial)).collect();
        for trial in ordered {
            results.extend(self.method(machine, flow, trial, &mut evidence));
        }
        for slot in [flow::origin, flow::target, flow::declared_by, flow::subnet, flow::site] {
            if let Value::Object(id) = machine.topology().slot(flow, slot).value {
                evidence.participants.insert(machine.topology().resource_of(id));
            }
        }
        (results, Blocked { missing, participants: evidence.participants, assumed: evidence.assumed })
    }

    fn method(
        &self,
        machine: &mut Machine<'_>,
        flow: ObjectId,
        trial: &Trial,
        evidence: &mut Evidence,
    ) -> Option<MethodResult> {
        let definition = self.ruleset.definitions.methods.get(trial.method)?;
        let compiled = self.ruleset.methods.get(trial.method)?;
        bind(machine, compiled, flow, true);
        let mut requirements = Vec::new();
        for (index, outcome) in trial.requirements.iter().enumerate() {
            if index == compiled.prerequisites
                && let Some(candidate) = trial.candidate
            {
                machine.push(candidate);
                let candidate = verdicts::object_of(candidate.value).map(|id| machine.topology().resource_of(id));
                evidence.participants.extend(candidate);
            }
            let program = &compiled.requirements.get(index)?.that;
            let (_, reads) = machine.with_trail(|machine| program.truth(machine));
            evidence.add(machine.topology(), &reads, *outcome);
            requirements.extend(self.requirement(machine, trial, Some(index), *outcome, &reads));
        }
        if trial.no_candidate {
            let candidates = compiled.candidates.as_ref()?;
            let (_, reads) = machine.with_trail(|machine| candidates.value(machine));
            evidence.add(machine.topology(), &reads, trial.outcome);
            requirements.extend(self.requirement(machine, trial, None, trial.outcome, &reads));
        }
        let topology = machine.topology();
        Some(MethodResult {
            name: definition.name.clone(),
            title: definition.title.clone(),
            path_class: trial.path_class.unwrap_or("unknown").to_owned(),
            outcome: trial.outcome,
            candidate: trial
                .candidate
                .and_then(|item| verdicts::object_of(item.value))
                .map(|id| describe(topology, id)),
            requirements,
            stopped: trial.is_stopped(),
        })
    }

    fn requirement(
        &self,
        machine: &mut Machine<'_>,
        trial: &Trial,
        index: Option<usize>,
        outcome: Outcome,
        reads: &[Read],
    ) -> Option<RequirementResult> {
        let definition = self.ruleset.requirement(trial.method, index)?;
        let explanation = match outcome {
            Outcome::Missing => Some(self.requirements.get(&(trial.method, index))?),
            Outcome::Met | Outcome::Unknown => None,
        };
        let text = match (outcome, explanation) {
            (Outcome::Unknown, _) => unknown_text(machine.topology(), reads),
            (_, Some(explanation)) => explanation.missing.render(machine),
            (_, None) => String::new(),
        };
        let help = explanation.and_then(|explanation| explanation.help.as_ref()).map(|help| help.render(machine));
        let repair = explanation.map(|explanation| changes(machine, &explanation.repair, self.sources));
        Some(RequirementResult {
            name: definition.name.clone(),
            outcome,
            text,
            help,
            repair: repair.unwrap_or_default(),
            places: self.places(machine, explanation, outcome, reads),
            clauses: definition.clauses.clone(),
        })
    }

    /// Where a requirement points: where it says, else what it rests on.
    fn places(
        &self,
        machine: &mut Machine<'_>,
        explanation: Option<&RequirementExplanation>,
        outcome: Outcome,
        reads: &[Read],
    ) -> Vec<Label> {
        let topology = machine.topology();
        let label = |node| Label { place: self.sources.place(node), text: String::new() };
        let at = explanation.and_then(|explanation| explanation.at.as_ref());
        if let Some(read) = at.and_then(|at| at.place(machine)).filter(|read| read.node.is_somewhere()) {
            let given = self.sources.trail(read.node).iter();
            let given = given.map(|(node, text)| Label { place: self.sources.place(*node), text: text.clone() });
            return std::iter::once(label(read.node)).chain(given).collect();
        }
        let relevant = reads.iter().filter(|read| outcome != Outcome::Unknown || read.unknown.is_some());
        let mut labels: Vec<Label> = Vec::new();
        for read in relevant.filter(|read| read.node.is_somewhere() && is_of_input(topology, read.object)) {
            let label = label(read.node);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        labels.truncate(4);
        labels
    }
}

/// Whether an object stands in an input, rather than being knowledge.
fn is_of_input(topology: &Topology, object: ObjectId) -> bool {
    use crate::topology::{CONSTANTS, SERVICE};
    let kind = topology.object(object).kind;
    kind != SERVICE && kind != CONSTANTS && KINDS.get(kind.0 as usize).is_some()
}

fn unknown_text(topology: &Topology, reads: &[Read]) -> String {
    let mut texts: Vec<String> = Vec::new();
    for read in reads {
        let Some(reason) = read.unknown else { continue };
        let reason = topology.reason_text(reason);
        let owner = topology.resource_of(read.object);
        let text = match super::explain::field_path(topology, read.object, read.field) {
            Some(path) => format!("`{path}` of {} is unknown: {reason}", topology.address(owner)),
            None => format!("unknown: {reason}"),
        };
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.truncate(2);
    texts.join("; ")
}
