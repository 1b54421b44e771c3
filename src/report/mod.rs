//! What an analysis says, in the forms that people and programs read.
//!
//! Every form is made of an [`Analysis`](crate::analysis::Analysis) and the sources alone, and the same input gives
//! the same bytes. To add a form, add a file here.
//!
//! | module | form |
//! | --- | --- |
//! | [`human`] | excerpts and explanations for a terminal |
//! | [`graph`] | the estate as a picture: Mermaid, Graphviz DOT, SVG, HTML |
//! | [`json`] | everything, for programs; described by `schemas/report.schema.json` |
//! | [`json_lines`] | the same, an object a line |
//! | [`sarif`] | SARIF 2.1.0, for code scanning |
//! | [`github`], [`azure_pipelines`] | commands in the log of a pipeline |
//! | [`gitlab`] | GitLab's code quality report |
//! | [`junit`] | JUnit's XML |
//! | [`summary_markdown`] | Markdown, for the summary of a job |
//! | [`compact`] | a line for each finding |
//! | [`page`] | the page of a rule or an access method, for a terminal and as Markdown |
//! | [`paths`] | the answer of `isolint paths`, in both |
//! | [`coverage`] | the answer of `isolint rules --clauses`, in both |
//! | [`comparison`] | the answer of `isolint diff`, in both and as Markdown |

pub mod azure_pipelines;
pub mod compact;
pub mod comparison;
pub mod coverage;
mod excerpt;
mod findings_picture;
pub mod github;
pub mod gitlab;
pub mod graph;
pub mod human;
pub mod json;
pub mod json_lines;
pub mod junit;
mod locate;
mod markdown;
mod methods;
mod notice;
pub mod page;
pub mod paths;
mod remarks;
mod repairs;
mod repository;
mod rule_text;
pub mod sarif;
mod snippet;
mod style;
mod summary;
pub mod summary_markdown;
#[cfg(test)]
mod tests;
mod undetermined;
mod window;

pub use azure_pipelines::write_azure_pipelines;
pub use compact::write_compact;
pub use comparison::{
    ComparisonReport, ReadState, write_comparison_human, write_comparison_json, write_comparison_markdown,
};
pub use coverage::{write_coverage_human, write_coverage_json};
pub use github::write_github;
pub use gitlab::write_gitlab;
pub use human::{HumanOptions, write_excerpt, write_human};
pub use json::write_json;
pub use json_lines::write_json_lines;
pub use junit::write_junit;
pub use paths::{PathsReport, write_paths_human, write_paths_json};
pub use repairs::{Tense, write_left};
pub use repository::Repository;
pub use rule_text::RuleText;
pub use sarif::{SarifOptions, write_sarif};
pub use summary_markdown::write_summary_markdown;
