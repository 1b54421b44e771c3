//! What isolint knows about Azure: read from `rules/`, checked when the program is built, embedded in it.

pub mod coverage;
pub mod definitions;
pub mod language;
pub mod ruleset;
pub mod tables;
