//! Statements of the source documents that nothing carries, with the reason.

use serde::{Deserialize, Serialize};

use super::decode::Decoder;
use crate::source::{NodeId, Place};

/// Why nothing carries a statement, or several that say the same.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Waiver {
    /// The statements, each with its place.
    pub clauses: Vec<(String, Place)>,
    /// What a reader of the document would accept.
    pub reason: String,
}

impl Decoder<'_> {
    pub(super) fn waiver(&mut self, node: NodeId) -> Option<Waiver> {
        let group = self.group(node, &["clauses", "reason"])?;
        self.required(group, "clauses");
        let nodes = self.list(group, "clauses");
        let clauses = nodes.into_iter().filter_map(|node| Some((self.text(node)?, self.sources.place(node)))).collect();
        let reason = self.required(group, "reason")?;
        let text = self.text(reason)?;
        if text.trim().is_empty() {
            self.error(reason, "no-reason", "a waiver says why nothing can carry the clause");
            return None;
        }
        Some(Waiver { clauses, reason: text.trim().to_owned() })
    }
}
