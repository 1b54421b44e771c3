//! isolint: a linter and reachability analyser for Azure network isolation.
pub mod analysis;
pub mod cli;
pub mod frontend;
pub mod knowledge;
pub mod report;
pub mod shipped;
pub mod source;
pub mod topology;
