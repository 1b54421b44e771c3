//! What is wrong with an input, at its place. Mistakes of users are problems, never errors of the program.

use super::{FileId, NodeId, Sources, Span};

/// How bad a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing; reading goes on as if nothing were.
    Warning,
    /// The value it points at could not be used.
    Error,
    /// The file could not be read at all.
    Fatal,
}

/// Which part of a node a place means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// The value.
    Value,
    /// The whole block: for an entry of a mapping from its key to the end of its value.
    Block,
}

/// A place in a file: always exists, so that nothing can be reported without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A place with something to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What, in a few words; may be empty.
    pub text: String,
}

/// A mistake in an input file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable, kebab-case name of the kind of mistake, such as `unknown-field`.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// The fact, in one sentence without a full stop.
    pub message: String,
    /// Where, and what is there.
    pub primary: Label,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// An error at a place.
    #[must_use]
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            primary: Label { place, text: String::new() },
            related: Vec::new(),
            help: None,
        }
    }

    /// The same with words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.related.push(Label { place, text: text.into() });
        self
    }

    /// The same with a word on what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The same with another severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

impl Sources {
    /// The place of a node's value.
    #[must_use]
    pub fn place(&self, node: NodeId) -> Place {
        Place { file: self.file_of(node), span: self.node(node).span }
    }
}
