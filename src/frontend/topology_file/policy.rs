//! What can be wrong with a statement of a policy although each of its fields is right.

use super::Reader;
use crate::source::Problem;
use crate::topology::{ObjectId, Topology, Value, policy_statement};

impl Reader<'_> {
    /// A bound that a statement does not heed would pass for one that holds.
    pub(super) fn check_statement(&mut self, id: ObjectId) {
        let text = |topology: &Topology, slot| match topology.slot(id, slot).value {
            Value::Text(symbol) => topology.strings.text(symbol).to_owned(),
            _ => String::new(),
        };
        let bound = self.topology.slot(id, policy_statement::at_least);
        if bound.value == Value::Absent || text(&self.topology, policy_statement::effect) != "deny" {
            return;
        }
        let effect = self.topology.slot(id, policy_statement::effect).node;
        let problem = Problem::error(
            "useless-field",
            self.sources.place(bound.node),
            "`at_least` says nothing beside `effect: deny`",
        )
        .label("no connection may work, whatever its path class")
        .related(self.sources.place(effect), "the statement denies")
        .help(
            "leave it out; to deny weaker paths only, write `effect: allow` with `at_least`, or name the methods in `via`",
        );
        self.problems.push(problem);
    }
}
