//! Bytes to located values: files, spans, and the value tree that every input format is read into.
//!
//! One parse yields values, places and comments together. Everything downstream speaks of a
//! place as a [`NodeId`], and only the reports turn it into lines and columns.

mod builder;
mod comment;
mod computed;
mod edit;
mod file;
mod glob;
mod json;
mod problem;
mod scalar;
mod suggest;
mod texts;
mod tree;
mod yaml;

pub use comment::{Blocks, Comment};
pub(crate) use computed::{Computing, TrailId};
pub use edit::{Editor, Refusal, Request, Spot, TextEdit, Written, apply_edits};
pub use file::{FileId, LineColumn, SourceFile};
pub use glob::{matches_glob, matches_path};
pub use problem::{Label, Part, Place, Problem, Severity};
pub use suggest::{all_like, did_you_mean};
pub use tree::{Content, Entry, Node, NodeId, ScalarStyle, Sources, Span};
pub use yaml::Limits;
