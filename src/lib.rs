//! isolint: a linter and reachability analyser for Azure network isolation.
pub mod knowledge;
pub mod source;
pub mod topology;
