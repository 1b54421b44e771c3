//! isolint: a linter and reachability analyser for Azure network isolation.
pub mod analysis;
pub mod source;
pub mod topology;
pub mod frontend;
