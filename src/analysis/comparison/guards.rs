//! Who cares about a connection: claims of its target, and statements of the policy.

use std::collections::HashMap;

use crate::source::{Label, Sources};
use crate::topology::{ObjectId, POLICY_STATEMENT, Topology, Value, flow, policy_statement};

/// The field in which a resource claims how isolated it is meant to be.
const CLAIM: &str = "isolation";

/// What speaks of the connections of a topology.
pub(super) struct Guards<'a> {
    topology: &'a Topology,
    sources: &'a Sources,
    /// The statements that speak of a flow, each with whether it means the flow to be there.
    statements: HashMap<ObjectId, Vec<(ObjectId, bool)>>,
}

impl<'a> Guards<'a> {
    pub(super) fn new(topology: &'a Topology, sources: &'a Sources) -> Self {
        let mut statements: HashMap<ObjectId, Vec<(ObjectId, bool)>> = HashMap::new();
        for statement in topology.of_kind(POLICY_STATEMENT) {
            let Value::Text(effect) = topology.slot(*statement, policy_statement::effect).value else { continue };
            let denies = topology.strings.text(effect) == "deny";
            for (slot, is_meant) in [(policy_statement::flows, !denies), (policy_statement::others, false)] {
                // Only `only` has others that matter: to the other effects they are nothing.
                if slot == policy_statement::others && topology.strings.text(effect) != "only" {
                    continue;
                }
                let Value::List(list) = topology.slot(*statement, slot).value else { continue };
                for item in topology.list(list) {
                    if let Value::Object(flow) = item.value {
                        statements.entry(flow).or_default().push((*statement, is_meant));
                    }
                }
            }
        }
        Self { topology, sources, statements }
    }

    /// What is against a connection that the policy does not mean to be there: a statement, or a claim of its target.
    pub(super) fn against(&self, id: ObjectId) -> Option<Label> {
        let statements = self.statements.get(&id).map_or(&[][..], Vec::as_slice);
        if let Some((statement, _)) = statements.iter().find(|(_, is_meant)| !is_meant) {
            let place = self.sources.place(self.topology.object(*statement).head);
            return Some(Label { place, text: "the policy is against this connection".to_owned() });
        }
        if !statements.is_empty() {
            return None;
        }
        let Value::Object(target) = self.topology.slot(id, flow::target).value else { return None };
        let target = self.topology.resource_of(target);
        let (slot, _) = Topology::kind(self.topology.object(target).kind).field(CLAIM)?;
        let claim = self.topology.slot(target, slot);
        let Value::Text(word) = claim.value else { return None };
        let (address, word) = (self.topology.address(target), self.topology.strings.text(word));
        Some(Label { place: self.sources.place(claim.node), text: format!("{address} claims to be `{word}`") })
    }
}
