//! What the tests share: a topology text judged in memory.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use isolint::analysis::{Options, UnitResult, analyse};
use isolint::frontend::topology_file::Reader;
use isolint::knowledge::definitions::Definitions;
use isolint::knowledge::ruleset::Ruleset;
use isolint::knowledge::tables;
use isolint::source::{Limits, Problem, Sources};
use isolint::topology::Topology;

/// A topology that was read, with its sources.
pub struct Read {
    pub sources: Sources,
    pub topology: Topology,
    pub problems: Vec<Problem>,
}

pub fn definitions() -> Definitions {
    isolint::shipped::definitions().expect("the embedded knowledge can be read")
}

pub fn ruleset(definitions: &Definitions) -> Ruleset {
    Ruleset::build(definitions.clone()).ok().expect("the shipped rules compile")
}

/// Reads the files of a unit.
pub fn read(definitions: &Definitions, edition: &str, files: &[(&str, &str)]) -> Read {
    let mut problems = Vec::new();
    let mut sources = Sources::new();
    let (topology, catalogue) = tables::fill(definitions, edition, &mut problems);
    let mut roots = Vec::new();
    for (name, text) in files {
        roots.extend(sources.add_yaml(name, (*text).to_owned(), &Limits::default(), &mut problems).1);
    }
    let mut reader = Reader::new(&sources, &catalogue, topology);
    for root in roots {
        reader.read_document(root);
    }
    let (topology, found) = reader.finish();
    problems.extend(found);
    Read { sources, topology, problems }
}

/// Judges a topology under all rules at their own levels.
pub fn judge(ruleset: &mut Ruleset, read: Read, edition: &str) -> (UnitResult, Sources) {
    let options = Options { edition, enabled: &|_| true, level_of: &|_| None };
    let result = analyse(ruleset, read.topology, &read.sources, &options);
    (result, read.sources)
}

/// The line (from 1) of a finding.
pub fn line_of(sources: &Sources, place: isolint::source::Place) -> u32 {
    sources.file(place.file).unwrap().line_column(place.span.start).line
}
