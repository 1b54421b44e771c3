//! One unit from topology to findings.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::citations::Citations;
use super::explain::{Draft, Explainer, LevelOf, describe, place_of};
use super::finding::{Finding, FlowResult, MethodResult, Outcome, RequirementResult, Undetermined, Verdict};
use super::flows::{Derivation, DerivedFlow, Wanted};
use super::grouping::{Blocked, link};
use super::parallel::{TASK, in_parallel};
use super::rules::{Hit, apply};
use super::verdicts::{Judge, Judgement, Trial, bind, nearest_first, record};
use super::{flows, policy, verdicts};
use crate::knowledge::language::{Machine, Read};
use crate::knowledge::ruleset::{RequirementExplanation, RuleExplanation, Ruleset};
use crate::source::{Label, Problem, Sources, did_you_mean};
use crate::topology::{AssumptionId, Inverses, KINDS, ObjectId, Origin, SlotIndex, Symbol, Topology, Value, flow};

/// What one unit gives.
#[derive(Debug, Default)]
pub struct UnitResult {
    /// Breaches, in the order of their places.
    pub findings: Vec<Finding>,
    /// Every connection with its verdict.
    pub flows: Vec<FlowResult>,
    /// Checks that could not be decided.
    pub undetermined: Vec<Undetermined>,
    /// Mistakes that show only when flows are known.
    pub problems: Vec<Problem>,
    /// How many resources were checked.
    pub resources: usize,
}

/// How a unit is to be judged.
pub struct Options<'a> {
    /// The edition of the knowledge.
    pub edition: &'a str,
    /// Whether a rule is applied, by its name.
    pub enabled: &'a dyn Fn(&str) -> bool,
    /// The level of a rule, where the user has set one.
    pub level_of: LevelOf<'a>,
}

/// Judges a topology: flows, verdicts, rules.
pub fn analyse(ruleset: &mut Ruleset, mut topology: Topology, sources: &Sources, options: &Options<'_>) -> UnitResult {
    let inverses = Inverses::build(&topology);
    let wanted = Wanted::of(&topology);
    let Judged { flows: judged, unlisted } = judge(ruleset, &mut topology, &inverses, wanted);
    let problems = unknown_methods(ruleset, &topology, sources, &judged);
    let hits = find(ruleset, &mut topology, &inverses, options);
    let (explanations, requirements) = explanations(ruleset, &hits);
    let literals = ruleset.literals().intern(&mut topology.strings);
    let mut machine = Machine::new(&topology, &inverses, &literals);
    let citations = Citations::new(&ruleset.definitions);
    let explainer = Explainer {
        ruleset,
        explanations: &explanations,
        sources,
        citations: &citations,
        edition: options.edition,
        level_of: options.level_of,
    };
    let (mut drafts, undecided_rules) = explainer.explain(&mut machine, &hits);
    let told: Vec<(ObjectId, Judgement)> =
        judged.into_iter().filter(|(flow, _)| !is_implicit(ruleset, &topology, *flow)).collect();
    let judge = Judge::new(ruleset);
    let mut undetermined = Vec::new();
    for (flow, judgement) in &told {
        if judgement.verdict == Verdict::Undetermined {
            undetermined.push(explainer.undecided_flow(&mut machine, &judge, *flow));
        }
    }
    for (definition, subject) in unlisted {
        undetermined.extend(explainer.unlisted_flows(&mut machine, definition, subject));
    }
    undetermined.dedup();
    undetermined.extend(undecided_rules);
    let index_of: HashMap<ObjectId, usize> = told.iter().enumerate().map(|(index, (flow, _))| (*flow, index)).collect();
    let tracer = Tracer { ruleset, judge: &judge, requirements: &requirements, sources };
    let mut blocked = HashMap::new();
    for draft in &mut drafts {
        let Some(flow) = draft.flow else { continue };
        draft.finding.flow = index_of.get(&flow).copied();
        let is_blocked = draft
            .finding
            .flow
            .and_then(|index| told.get(index))
            .is_some_and(|(_, judgement)| judgement.verdict == Verdict::Blocked);
        let tells_methods = ruleset.definitions.rules.get(draft.rule).is_some_and(|rule| rule.tells_methods);
        if is_blocked && tells_methods {
            let (methods, facts) = tracer.trace(&mut machine, flow);
            draft.finding.methods = methods;
            let assumed = facts.assumed.iter().map(|assumption| topology.assumption_text(*assumption).to_owned());
            let notes = &mut draft.finding.notes;
            notes.extend(assumed.filter(|note| !notes.contains(note)).collect::<Vec<String>>());
            blocked.insert(flow, facts);
        }
    }
    link(&topology, &ruleset.definitions, &mut drafts, &blocked);
    // What follows takes much room of its own.
    drop((machine, blocked));
    drop(inverses);
    let results = flow_results(ruleset, &topology, sources, &told);
    let resources =
        topology.objects().iter().filter(|object| Topology::stands_alone(object.kind) && !object.outside).count();
    UnitResult { findings: sorted(drafts), flows: results, undetermined, problems, resources }
}

/// The connections of a topology with their verdicts.
pub(super) struct Judged {
    pub(super) flows: Vec<(ObjectId, Judgement)>,
    /// What connections follow from that cannot be listed: the definition and its subject.
    pub(super) unlisted: Vec<(usize, ObjectId)>,
}

/// Adds all flows with their verdicts to the topology. `inverses` are those of the topology without flows: nothing names
/// a flow, so that they serve for the one with flows as well.
pub(super) fn judge(ruleset: &Ruleset, topology: &mut Topology, inverses: &Inverses, wanted: Wanted) -> Judged {
    let derivation = flows::derive(ruleset, topology, inverses, wanted);
    let flows = judge_derived(ruleset, topology, inverses, &derivation);
    Judged { flows, unlisted: derivation.unlisted }
}

/// Judges flows and writes the verdicts into them.
pub(super) fn judge_derived(
    ruleset: &Ruleset,
    topology: &mut Topology,
    inverses: &Inverses,
    derivation: &Derivation,
) -> Vec<(ObjectId, Judgement)> {
    let literals = ruleset.literals().intern(&mut topology.strings);
    let judge = Judge::new(ruleset);
    let tasks: Vec<&[DerivedFlow]> = derivation.flows.chunks(TASK).collect();
    let judgements = in_parallel(&tasks, || {
        let mut machine = Machine::new(topology, inverses, &literals);
        let judge = &judge;
        move |flows: &&[DerivedFlow], judgements: &mut Vec<(ObjectId, Judgement)>| {
            judgements.extend(flows.iter().map(|derived| (derived.flow, judge.judge(&mut machine, derived.flow))));
        }
    });
    for (flow, judgement) in &judgements {
        record(ruleset, topology, *flow, judgement);
    }
    let flows: Vec<ObjectId> = judgements.iter().map(|(flow, _)| *flow).collect();
    policy::select(topology, &flows, !derivation.unlisted.is_empty());
    judgements
}

/// Whether nobody means to make a connection, so that it is not told among the others.
fn is_implicit(ruleset: &Ruleset, topology: &Topology, id: ObjectId) -> bool {
    let Value::Text(group) = topology.slot(id, flow::group).value else { return false };
    let group = topology.strings.text(group);
    ruleset.definitions.flows.iter().any(|definition| definition.implicit && definition.group == group)
}

fn find(ruleset: &Ruleset, topology: &mut Topology, inverses: &Inverses, options: &Options<'_>) -> Vec<Hit> {
    let literals = ruleset.literals().intern(&mut topology.strings);
    let name = |index: usize| ruleset.definitions.rules.get(index).map_or("", |rule| rule.name.as_str());
    apply(ruleset, topology, inverses, &literals, &|index| (options.enabled)(name(index)))
}

pub(super) type Requirements = HashMap<(usize, Option<usize>), RequirementExplanation>;

/// What the rules that were broken say, and, where a flow is blocked, what requirements say.
fn explanations(ruleset: &mut Ruleset, hits: &[Hit]) -> (HashMap<usize, RuleExplanation>, Requirements) {
    let mut explanations = HashMap::new();
    let rules: BTreeSet<usize> = hits.iter().filter(|hit| hit.certain).map(|hit| hit.rule).collect();
    let mut compiler = ruleset.explaining();
    for rule in rules {
        // What is shipped was checked when the program was built, and a team's rules when they were loaded.
        if let Ok(explanation) = compiler.rule(rule) {
            explanations.insert(rule, explanation);
        }
    }
    drop(compiler);
    let requirements = if explanations.is_empty() { HashMap::new() } else { requirement_explanations(ruleset) };
    (explanations, requirements)
}

pub(super) fn requirement_explanations(ruleset: &mut Ruleset) -> Requirements {
    let mut explanations = HashMap::new();
    let counts: Vec<usize> = ruleset.methods.iter().map(|method| method.requirements.len()).collect();
    let mut compiler = ruleset.explaining();
    for (method, count) in counts.into_iter().enumerate() {
        for requirement in std::iter::once(None).chain((0..count).map(Some)) {
            if let Ok(Some(explanation)) = compiler.requirement(method, requirement) {
                explanations.insert((method, requirement), explanation);
            }
        }
    }
    explanations
}

/// Pins to methods that do not exist.
fn unknown_methods(
    ruleset: &Ruleset,
    topology: &Topology,
    sources: &Sources,
    judged: &[(ObjectId, Judgement)],
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (flow, _) in judged {
        let slot = topology.slot(*flow, flow::via);
        let (Value::Text(via), Value::Text(group)) = (slot.value, topology.slot(*flow, flow::group).value) else {
            continue;
        };
        let (via, group) = (topology.strings.text(via), topology.strings.text(group));
        let of_group =
            ruleset.definitions.methods.iter().filter(|method| method.groups.iter().any(|known| known == group));
        let names: Vec<&str> = of_group.map(|method| method.name.as_str()).collect();
        if names.contains(&via) {
            continue;
        }
        let problem = Problem::error(
            "unknown-method",
            sources.place(slot.node),
            format!("`{via}` is no access method of this connection"),
        );
        let problem = match did_you_mean(via, names.iter().copied()) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem.help(format!("the methods are {}", names.join(", "))),
        };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    problems
}

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
        let explanation = self.requirements.get(&(trial.method, index))?;
        let (text, help) = match outcome {
            Outcome::Met => (String::new(), None),
            Outcome::Unknown => (unknown_text(machine.topology(), reads), None),
            Outcome::Missing => {
                (explanation.missing.render(machine), explanation.help.as_ref().map(|help| help.render(machine)))
            }
        };
        Some(RequirementResult {
            name: definition.name.clone(),
            outcome,
            text,
            help,
            places: self.places(machine, explanation, outcome, reads),
            clauses: definition.clauses.clone(),
        })
    }

    /// Where a requirement points: where it says, else what it rests on.
    fn places(
        &self,
        machine: &mut Machine<'_>,
        explanation: &RequirementExplanation,
        outcome: Outcome,
        reads: &[Read],
    ) -> Vec<Label> {
        let topology = machine.topology();
        let label = |node| Label { place: self.sources.place(node), text: String::new() };
        if outcome == Outcome::Missing
            && let Some(read) =
                explanation.at.as_ref().and_then(|at| at.place(machine)).filter(|read| read.node.is_somewhere())
        {
            return vec![label(read.node)];
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

fn flow_results(
    ruleset: &Ruleset,
    topology: &Topology,
    sources: &Sources,
    judged: &[(ObjectId, Judgement)],
) -> Vec<FlowResult> {
    let tasks: Vec<_> = judged.chunks(TASK).collect();
    in_parallel(&tasks, || {
        let mut teller = FlowTeller::new(ruleset, topology, sources);
        move |task: &&[(ObjectId, Judgement)], results: &mut Vec<FlowResult>| {
            results.extend(task.iter().map(|(flow, judgement)| teller.tell(*flow, judgement)));
        }
    })
}

/// Tells flows in texts; words that recur are kept once.
pub(super) struct FlowTeller<'a> {
    topology: &'a Topology,
    sources: &'a Sources,
    methods: Vec<Arc<str>>,
    words: HashMap<Symbol, Arc<str>>,
}

impl<'a> FlowTeller<'a> {
    pub(super) fn new(ruleset: &Ruleset, topology: &'a Topology, sources: &'a Sources) -> Self {
        let methods = ruleset.definitions.methods.iter().map(|method| method.name.as_str().into()).collect();
        Self { topology, sources, methods, words: HashMap::new() }
    }

    pub(super) fn tell(&mut self, flow: ObjectId, judgement: &Judgement) -> FlowResult {
        let topology = self.topology;
        let end = |slot| match topology.slot(flow, slot).value {
            Value::Object(id) => topology.address(id),
            _ => "unknown".to_owned(),
        };
        FlowResult {
            group: self.word(flow, flow::group),
            name: topology.strings.text(topology.object(flow).name).to_owned(),
            purpose: self.word(flow, flow::r#use),
            origin: end(flow::origin),
            target: end(flow::target),
            declared_by: end(flow::declared_by),
            verdict: judgement.verdict,
            method: judgement.method.and_then(|method| self.methods.get(method)).cloned(),
            path_class: judgement.path_class,
            place: place_of(topology, self.sources, flow),
        }
    }

    fn word(&mut self, flow: ObjectId, slot: SlotIndex) -> Arc<str> {
        let topology = self.topology;
        match topology.slot(flow, slot).value {
            Value::Text(symbol) => {
                Arc::clone(self.words.entry(symbol).or_insert_with(|| topology.strings.text(symbol).into()))
            }
            _ => "unknown".into(),
        }
    }
}

fn sorted(drafts: Vec<Draft>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = drafts.into_iter().map(|draft| draft.finding).collect();
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.primary.place, std::cmp::Reverse(finding.level));
        key(a).cmp(&key(b)).then_with(|| a.rule.cmp(&b.rule)).then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    findings
}
