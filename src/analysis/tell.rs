//! Flows with their verdicts, in the texts that reports are made of.

use std::sync::Arc;

use hashbrown::HashMap;

use super::explain::place_of;
use super::finding::FlowResult;
use super::parallel::{TASK, in_parallel};
use super::verdicts::Judgement;
use crate::knowledge::ruleset::Ruleset;
use crate::source::Sources;
use crate::topology::{ObjectId, SlotIndex, Symbol, Topology, Value, flow};

const UNKNOWN: &str = "unknown";
/// Of how many ends the addresses are kept: those that follow on each other are mostly of the same estate.
const ENDS: usize = 4096;

/// Tells all flows that were judged.
pub(super) fn flow_results(
    ruleset: &Ruleset,
    topology: &Topology,
    sources: &Sources,
    judged: &[(ObjectId, Judgement)],
) -> Vec<FlowResult> {
    let tasks: Vec<_> = judged.chunks(TASK).collect();
    in_parallel(
        &tasks,
        |task| task.len(),
        || {
            let mut teller = FlowTeller::new(ruleset, topology, sources);
            move |task: &&[(ObjectId, Judgement)], results: &mut Vec<FlowResult>| {
                results.extend(task.iter().map(|(flow, judgement)| teller.tell(*flow, judgement)));
            }
        },
    )
}

/// Tells flows in texts; words that recur are kept once.
pub(super) struct FlowTeller<'a> {
    topology: &'a Topology,
    sources: &'a Sources,
    methods: Vec<Arc<str>>,
    words: HashMap<Symbol, Arc<str>>,
    /// The addresses of what flows lead from and to.
    ends: HashMap<ObjectId, String>,
}

impl<'a> FlowTeller<'a> {
    pub(super) fn new(ruleset: &Ruleset, topology: &'a Topology, sources: &'a Sources) -> Self {
        let methods = ruleset.definitions.methods.iter().map(|method| method.name.as_str().into()).collect();
        Self { topology, sources, methods, words: HashMap::new(), ends: HashMap::new() }
    }

    pub(super) fn tell(&mut self, flow: ObjectId, judgement: &Judgement) -> FlowResult {
        let topology = self.topology;
        let (origin, target) = (self.end(flow, flow::origin), self.end(flow, flow::target));
        FlowResult {
            group: self.word(flow, flow::group),
            name: topology.strings.text(topology.object(flow).name).to_owned(),
            purpose: self.word(flow, flow::r#use),
            origin,
            target,
            declared_by: match topology.slot(flow, flow::declared_by).value {
                Value::Object(id) => topology.address(id),
                _ => UNKNOWN.to_owned(),
            },
            verdict: judgement.verdict,
            method: judgement.method.and_then(|method| self.methods.get(method)).cloned(),
            path_class: judgement.path_class,
            missing: judgement.missing.clone(),
            place: place_of(topology, self.sources, flow),
        }
    }

    /// Where a flow leads from or to.
    fn end(&mut self, flow: ObjectId, slot: SlotIndex) -> String {
        let topology = self.topology;
        let Value::Object(id) = topology.slot(flow, slot).value else { return UNKNOWN.to_owned() };
        if self.ends.len() >= ENDS {
            self.ends.clear();
        }
        self.ends.entry(id).or_insert_with(|| topology.address(id)).clone()
    }

    fn word(&mut self, flow: ObjectId, slot: SlotIndex) -> Arc<str> {
        let topology = self.topology;
        match topology.slot(flow, slot).value {
            Value::Text(symbol) => {
                Arc::clone(self.words.entry(symbol).or_insert_with(|| topology.strings.text(symbol).into()))
            }
            _ => UNKNOWN.into(),
        }
    }
}
