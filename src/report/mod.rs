//! What an analysis says, in the forms that people and programs read.
//!
//! Every form is made of an [`Analysis`](crate::analysis::Analysis) and the sources alone, and the same input gives
//! the same bytes. To add a form, add a file here.
//!
//! | module | form |
//! | --- | --- |
//! | [`human`] | excerpts and explanations for a terminal |
//! | [`json`] | everything, for programs; described by `schemas/report.schema.json` |
//! | [`page`] | the page of a rule or an access method, for a terminal and as Markdown |
//! | [`paths`] | the answer of `isolint paths`, in both |
//! | [`coverage`] | the answer of `isolint rules --clauses`, in both |
//! | [`comparison`] | the answer of `isolint diff`, in both and as Markdown |

pub mod comparison;
pub mod coverage;
mod excerpt;
pub mod human;
pub mod json;
mod locate;
mod methods;
pub mod page;
pub mod paths;
mod remarks;
mod repairs;
mod snippet;
mod style;
mod summary;
#[cfg(test)]
mod tests;
mod undetermined;
mod window;

pub use comparison::{
    ComparisonReport, ReadState, write_comparison_human, write_comparison_json, write_comparison_markdown,
};
pub use coverage::{write_coverage_human, write_coverage_json};
pub use human::{HumanOptions, write_excerpt, write_human};
pub use json::write_json;
pub use paths::{PathsReport, write_paths_human, write_paths_json};
pub use repairs::{Tense, write_left};
