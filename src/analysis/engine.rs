//! One unit from topology to findings.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use super::citations::Citations;
use super::editions::OtherEdition;
use super::explain::{Draft, Explainer, LevelOf};
use super::finding::{Finding, FlowResult, MethodResult, Outcome, Undetermined, Verdict};
use super::flows::{Derivation, DerivedFlow, Wanted};
use super::grouping::link;
use super::parallel::{TASK, in_parallel};
use super::repair::of_methods;
use super::rules::{Hit, apply};
use super::tell::flow_results;
use super::trace::Tracer;
use super::verdicts::{Judge, Judgement, RequirementKey, record};
use super::wording;
use super::{flows, policy};
use crate::knowledge::definitions::RuleDefinition;
use crate::knowledge::language::Machine;
use crate::knowledge::ruleset::{CompiledMethod, RequirementExplanation, RuleExplanation, Ruleset};
use crate::source::{Problem, Sources, did_you_mean};
use crate::topology::{FLOW, Inverses, ObjectId, Topology, Value, flow};

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
    let wanted = Wanted::of(&topology);
    examine(ruleset, &mut topology, sources, options, wanted).result
}

/// What one unit gives, and the flows as they were judged.
pub(super) struct Examined {
    pub(super) result: UnitResult,
    /// The flows of the result, in their order.
    pub(super) told: Vec<(ObjectId, Judgement)>,
    /// Those that nobody means to make.
    pub(super) implicit: Vec<(ObjectId, Judgement)>,
    /// What connections follow from that cannot be listed.
    pub(super) unlisted: Vec<ObjectId>,
}

/// Judges a topology, which then holds its flows with their verdicts.
pub(super) fn examine(
    ruleset: &mut Ruleset,
    topology: &mut Topology,
    sources: &Sources,
    options: &Options<'_>,
    wanted: Wanted,
) -> Examined {
    let inverses = Inverses::build(topology);
    let Judged { flows: judged, unlisted } = judge(ruleset, topology, &inverses, wanted);
    let problems = unknown_methods(ruleset, topology, sources, &judged);
    let hits = find(ruleset, topology, &inverses, options);
    let explanations = explanations(ruleset, &hits);
    let to_tell = requirements_to_tell(ruleset, topology, &inverses, &hits);
    let requirements = requirement_explanations(ruleset, &to_tell);
    let literals = ruleset.literals().intern(&mut topology.strings);
    let mut machine = Machine::new(topology, &inverses, &literals);
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
    let (implicit, told): (Vec<_>, Vec<_>) =
        judged.into_iter().partition(|(flow, _)| is_implicit(ruleset, topology, *flow));
    let judge = Judge::new(ruleset);
    let mut undetermined = Vec::new();
    for (flow, judgement) in &told {
        if judgement.verdict == Verdict::Undetermined {
            undetermined.push(explainer.undecided_flow(&mut machine, &judge, *flow));
        }
    }
    let hiding = unlisted.iter().map(|(_, subject)| *subject).collect();
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
            draft.finding.repairs.extend(of_methods(&methods));
            add_given(&mut draft.finding, &methods);
            draft.finding.methods = methods;
            let assumed = facts.assumed.iter().map(|assumption| topology.assumption_text(*assumption).to_owned());
            let notes = &mut draft.finding.notes;
            notes.extend(assumed.filter(|note| !notes.contains(note)).collect::<Vec<String>>());
            blocked.insert(flow, facts);
        }
    }
    wording::remark(&ruleset.definitions, topology, sources, &mut drafts);
    link(topology, &ruleset.definitions, &mut drafts, &blocked);
    // What follows takes much room of its own.
    drop((machine, blocked));
    let other = OtherEdition {
        ruleset,
        judge: &judge,
        explanations: &explanations,
        citations: &citations,
        edition: options.edition,
    };
    other.remark(topology, &inverses, &mut drafts);
    // Who reads the topology afterwards is to find the verdicts of this edition.
    let turned = if drafts.is_empty() { &[][..] } else { &told };
    for (flow, judgement) in turned.iter().chain(&implicit) {
        record(ruleset, topology, *flow, judgement);
    }
    drop(inverses);
    let results = flow_results(ruleset, topology, sources, &told);
    let resources =
        topology.objects().iter().filter(|object| Topology::stands_alone(object.kind) && !object.outside).count();
    let result = UnitResult { findings: sorted(drafts), flows: results, undetermined, problems, resources };
    Examined { result, told, implicit, unlisted: hiding }
}

/// Adds to a finding where the values were given that the nearest access method lacks.
fn add_given(finding: &mut Finding, methods: &[MethodResult]) {
    let nearest = methods.first().map_or(&[][..], |method| &method.requirements);
    let missing = nearest.iter().filter(|requirement| requirement.outcome == Outcome::Missing);
    for label in missing.flat_map(|requirement| &requirement.places).filter(|label| !label.text.is_empty()) {
        if !finding.related.contains(label) {
            finding.related.push(label.clone());
        }
    }
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
    let judgements = in_parallel(
        &tasks,
        |flows| flows.len(),
        || {
            let mut machine = Machine::new(topology, inverses, &literals).deciding();
            let judge = &judge;
            move |flows: &&[DerivedFlow], judgements: &mut Vec<(ObjectId, Judgement)>| {
                judgements.extend(flows.iter().map(|derived| (derived.flow, judge.judge(&mut machine, derived.flow))));
            }
        },
    );
    for (flow, judgement) in &judgements {
        record(ruleset, topology, *flow, judgement);
    }
    let flows: Vec<ObjectId> = judgements.iter().map(|(flow, _)| *flow).collect();
    let may_hide = ruleset.flows.iter().any(|compiled| topology.is_open(compiled.steps.subject.kind));
    policy::select(topology, &flows, may_hide || !derivation.unlisted.is_empty());
    judgements
}

/// Whether nobody means to make a connection, so that it is not told among the others.
pub(super) fn is_implicit(ruleset: &Ruleset, topology: &Topology, id: ObjectId) -> bool {
    let Value::Text(group) = topology.slot(id, flow::group).value else { return false };
    let group = topology.strings.text(group);
    ruleset.definitions.flows.iter().any(|definition| definition.implicit && definition.group == group)
}

fn find(ruleset: &Ruleset, topology: &mut Topology, inverses: &Inverses, options: &Options<'_>) -> Vec<Hit> {
    let literals = ruleset.literals().intern(&mut topology.strings);
    apply(ruleset, topology, inverses, &literals, &|index| {
        let rule = ruleset.definitions.rules.get(index);
        let applies = |rule: &RuleDefinition| !rule.is_off() || (options.level_of)(&rule.name).is_some();
        rule.is_some_and(|rule| (options.enabled)(&rule.name) && applies(rule))
    })
}

pub(super) type Requirements = HashMap<RequirementKey, RequirementExplanation>;

/// What the rules that were broken say.
fn explanations(ruleset: &mut Ruleset, hits: &[Hit]) -> HashMap<usize, RuleExplanation> {
    let mut explanations = HashMap::new();
    let rules: BTreeSet<usize> = hits.iter().filter(|hit| hit.certain).map(|hit| hit.rule).collect();
    let mut compiler = ruleset.explaining();
    for rule in rules {
        // What is shipped was checked when the program was built, and a team's rules when they were loaded.
        if let Ok(explanation) = compiler.rule(rule) {
            explanations.insert(rule, explanation);
        }
    }
    explanations
}

/// Of more connections than this it is not looked up which requirements they miss.
const FEW: usize = 8;

/// The requirements of which findings tell what is missing: those of the connections that they are about.
fn requirements_to_tell(
    ruleset: &Ruleset,
    topology: &mut Topology,
    inverses: &Inverses,
    hits: &[Hit],
) -> BTreeSet<RequirementKey> {
    let tells_methods = |hit: &&Hit| {
        let rule = ruleset.definitions.rules.get(hit.rule);
        hit.certain && rule.is_some_and(|rule| rule.tells_methods) && topology.object(hit.subject).kind == FLOW
    };
    let flows: BTreeSet<ObjectId> = hits.iter().filter(tells_methods).map(|hit| hit.subject).collect();
    if flows.is_empty() {
        return BTreeSet::new();
    }
    if flows.len() > FEW {
        return all_requirements(ruleset);
    }
    let judge = Judge::new(ruleset);
    let literals = ruleset.literals().intern(&mut topology.strings);
    let mut machine = Machine::new(topology, inverses, &literals).deciding();
    let trials = flows.into_iter().flat_map(|flow| judge.trials(&mut machine, flow).0);
    trials.flat_map(|trial| trial.missing_requirements()).collect()
}

/// Every requirement there is.
pub(super) fn all_requirements(ruleset: &Ruleset) -> BTreeSet<RequirementKey> {
    let methods = ruleset.methods.iter().enumerate();
    let of_method = |(index, method): (usize, &CompiledMethod)| {
        let requirements = 0..method.requirements.len();
        std::iter::once(None).chain(requirements.map(Some)).map(move |requirement| (index, requirement))
    };
    methods.flat_map(of_method).collect()
}

/// What requirements say.
pub(super) fn requirement_explanations(ruleset: &mut Ruleset, told: &BTreeSet<RequirementKey>) -> Requirements {
    let mut explanations = HashMap::new();
    let mut compiler = ruleset.explaining();
    for (method, requirement) in told {
        if let Ok(Some(explanation)) = compiler.requirement(*method, *requirement) {
            explanations.insert((*method, *requirement), explanation);
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

fn sorted(drafts: Vec<Draft>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = drafts.into_iter().map(|draft| draft.finding).collect();
    sort_findings(&mut findings);
    findings
}

/// Puts findings in the order of their places; of one place and rule in the order in which they were made, that of the
/// resources.
pub fn sort_findings(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let key = |finding: &Finding| (finding.primary.place, std::cmp::Reverse(finding.level));
        key(a).cmp(&key(b)).then_with(|| a.rule.cmp(&b.rule))
    });
}
