//! The answer of `isolint diff`: what became worse, what else changed, what became better.

mod human;
mod json;
mod markdown;
mod words;

use crate::analysis::{Comparison, Input, InputStatus};
use crate::source::{Problem, Severity};

pub use human::write_comparison_human;
pub use json::write_comparison_json;
pub use markdown::write_comparison_markdown;

/// A comparison with what was read for it.
#[derive(Debug, Default)]
pub struct ComparisonReport {
    /// What is different.
    pub comparison: Comparison,
    /// The earlier state.
    pub old: ReadState,
    /// The later state.
    pub new: ReadState,
    /// The edition of the knowledge.
    pub edition: String,
    /// Whether both states were there to be compared.
    pub compared: bool,
}

/// What was read of a state.
#[derive(Debug, Default)]
pub struct ReadState {
    /// The path as the user wrote it.
    pub path: String,
    /// Its files.
    pub inputs: Vec<Input>,
    /// Mistakes in them.
    pub problems: Vec<Problem>,
    /// Whether anything of it could be read.
    pub is_there: bool,
}

impl ReadState {
    /// Whether nothing of it, or not all of it, could be read.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        let unreadable = self.inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_)));
        let mistaken = self.problems.iter().any(|problem| problem.severity >= Severity::Error);
        unreadable || mistaken || !self.is_there
    }
}
