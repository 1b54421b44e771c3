//! Comments, kept with their places: exceptions live in them.

use super::{FileId, Span};

/// One comment: in YAML from its `#` to the end of its line, in JSON from `//` to there or from `/*` to `*/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The file it stands in.
    pub file: FileId,
    /// Its bytes, what marks it included, the line break not.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}
