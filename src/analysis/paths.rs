//! Every access method from one resource to another.

use super::engine::{all_requirements, judge, requirement_explanations};
use super::finding::{FlowResult, MethodResult};
use super::flows::Wanted;
use super::tell::FlowTeller;
use super::trace::Tracer;
use super::verdicts::{Judge, Judgement};
use crate::knowledge::language::Machine;
use crate::knowledge::ruleset::Ruleset;
use crate::source::Sources;
use crate::topology::{
    DECLARED_FLOW, Existence, Inverses, Object, ObjectId, Origin, ReasonId, Slot, SlotIndex, Topology, Value,
    declared_flow, flow,
};

/// What a connection is judged by: the flow and every access method.
#[derive(Debug, Clone)]
pub struct PathResult {
    /// The flow with its verdict.
    pub flow: FlowResult,
    /// Every access method of its group, the nearest first.
    pub methods: Vec<MethodResult>,
    /// Whether nothing declares it: it is judged as if a flow of the topology said so.
    pub hypothetical: bool,
}

/// What is supposed of a connection that nothing declares; what is not said is unknown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Supposed<'a> {
    /// What for.
    pub purpose: Option<&'a str>,
    /// How it authenticates.
    pub auth: Option<&'a str>,
}

/// Judges the flows from one resource to another; where there is none, a supposed one.
pub fn paths(
    ruleset: &mut Ruleset,
    mut topology: Topology,
    sources: &Sources,
    (origin, target): (ObjectId, ObjectId),
    supposed: Supposed<'_>,
) -> Vec<PathResult> {
    let suppose = suppose(&mut topology, origin, target, supposed);
    let inverses = Inverses::build(&topology);
    let wanted = Wanted { implicit: true, members: false };
    let judged = judge(ruleset, &mut topology, &inverses, wanted).flows;
    let shown = select(&topology, &judged, (origin, target), suppose);
    let requirements = requirement_explanations(ruleset, &all_requirements(ruleset));
    let literals = ruleset.literals().intern(&mut topology.strings);
    let mut machine = Machine::new(&topology, &inverses, &literals);
    let judge = Judge::new(ruleset);
    let tracer = Tracer { ruleset, judge: &judge, requirements: &requirements, sources };
    let mut teller = FlowTeller::new(ruleset, &topology, sources);
    let results = shown.into_iter().map(|(flow, judgement, hypothetical)| PathResult {
        flow: teller.tell(flow, judgement),
        methods: tracer.trace(&mut machine, flow).0,
        hypothetical,
    });
    results.collect()
}

/// The flows between two resources that are worth telling: declared ones; else the supposed one, as which it may be any
/// of several sorts while its use is not said.
fn select<'j>(
    topology: &Topology,
    judged: &'j [(ObjectId, Judgement)],
    (origin, target): (ObjectId, ObjectId),
    supposed: ObjectId,
) -> Vec<(ObjectId, &'j Judgement, bool)> {
    let ends = |flow: ObjectId| [flow::origin, flow::target].map(|slot| topology.slot(flow, slot).value);
    let is_supposed = |flow: ObjectId| topology.slot(flow, flow::declared_by).value == Value::Object(supposed);
    let is_certain = |flow: ObjectId| topology.object(flow).existence != Existence::Maybe(ReasonId::IN_DOUBT);
    let between = judged.iter().filter(|(flow, _)| ends(*flow) == [Value::Object(origin), Value::Object(target)]);
    let flows: Vec<_> = between.map(|(flow, judgement)| (*flow, judgement, is_supposed(*flow))).collect();
    let any_declared = flows.iter().any(|(.., hypothetical)| !hypothetical);
    let any_certain = flows.iter().any(|(flow, ..)| is_certain(*flow));
    let is_shown = |(flow, _, hypothetical): &(ObjectId, &Judgement, bool)| {
        !hypothetical || (!any_declared && (is_certain(*flow) || !any_certain))
    };
    flows.into_iter().filter(is_shown).collect()
}

/// Adds a flow as if the topology declared it, at the place of its origin.
fn suppose(topology: &mut Topology, origin: ObjectId, target: ObjectId, supposed: Supposed<'_>) -> ObjectId {
    let label = topology.strings.intern("flow");
    let name = topology.strings.intern("supposed");
    let node = topology.object(origin).head;
    let id = topology.add(Object {
        kind: DECLARED_FLOW,
        label,
        name,
        parent: None,
        service: None,
        head: node,
        node,
        first_slot: 0,
        existence: Existence::Certain,
        outside: false,
        symbolic: false,
    });
    let unsaid =
        |topology: &mut Topology, option: &str| Value::Unknown(topology.reason(format!("not said; give `{option}`")));
    let purpose = match supposed.purpose {
        Some(text) => Value::Text(topology.strings.intern(text)),
        None => unsaid(topology, "--use"),
    };
    let auth = match supposed.auth {
        Some(text) => Value::Text(topology.strings.intern(text)),
        None => unsaid(topology, "--auth"),
    };
    let values: [(SlotIndex, Value); 4] = [
        (declared_flow::from, Value::Object(origin)),
        (declared_flow::to, Value::Object(target)),
        (declared_flow::r#use, purpose),
        (declared_flow::auth, auth),
    ];
    for (slot, value) in values {
        topology.set(id, slot, Slot { value, node, origin: Origin::Declared });
    }
    id
}
