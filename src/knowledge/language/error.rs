//! What is wrong with an expression, at its place.

use crate::source::{Span, did_you_mean};

/// A mistake in an expression or a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// The offending bytes, relative to the text of the expression or template.
    pub span: Span,
    /// The fact, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl ExpressionError {
    /// A mistake at a place.
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    /// The same with a word on what to do.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with a suggestion, where a candidate is near, else with a list of the candidates, if they are few.
    pub(super) fn suggest<'a>(mut self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        self.help = match did_you_mean(word, candidates.iter().copied()) {
            Some(near) => Some(format!("did you mean `{near}`?")),
            None if candidates.is_empty() || candidates.len() > 24 => None,
            None => Some(format!("there is: {}", quoted(candidates))),
        };
        self
    }

    /// The same, moved to the place of its expression in a larger text.
    pub(super) fn shifted(mut self, by: u32) -> Self {
        self.span.start = self.span.start.saturating_add(by);
        self.span.end = self.span.end.saturating_add(by);
        self
    }
}

/// Words in back-ticks, with commas.
pub(super) fn quoted<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.into_iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
