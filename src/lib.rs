//! isolint: a linter and reachability analyser for Azure network isolation.
pub mod analysis;
pub mod report;
pub mod source;
pub mod topology;
