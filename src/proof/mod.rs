//! Whether the examples of rules and access methods hold: each is a small topology, read and judged like any other, and
//! held against what it says of itself.

mod change;
mod method;
mod rule;

use crate::frontend::topology_file::Reader;
use crate::knowledge::definitions::Definitions;
use crate::knowledge::ruleset::Ruleset;
use crate::knowledge::tables;
use crate::source::{Limits, Place, Problem, Sources};
use crate::topology::{Catalogue, Topology};

/// What an example is called in the places of its topology.
const FILE: &str = "example.yaml";

/// How an example is not what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// What is the case instead.
    pub message: String,
    /// The line of the topology, from 1, where there is one to point at.
    pub line: Option<u32>,
}

impl Disagreement {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), line: None }
    }

    fn at(message: impl Into<String>, line: u32) -> Self {
        Self { message: message.into(), line: Some(line) }
    }
}

/// Judges examples by what is known.
pub struct Prover<'a> {
    definitions: &'a Definitions,
    ruleset: &'a mut Ruleset,
    /// What a topology starts from, by edition.
    filled: Vec<(String, (Topology, Catalogue))>,
}

impl<'a> Prover<'a> {
    /// Judges by these definitions, of which the rule set was made.
    pub fn new(definitions: &'a Definitions, ruleset: &'a mut Ruleset) -> Self {
        Self { definitions, ruleset, filled: Vec::new() }
    }

    /// A topology that holds nothing but what is known.
    fn filled(&mut self, edition: &str) -> (Topology, Catalogue) {
        if let Some((_, filled)) = self.filled.iter().find(|(known, _)| known == edition) {
            return filled.clone();
        }
        let filled = tables::fill(self.definitions, edition, &mut Vec::new());
        self.filled.push((edition.to_owned(), filled.clone()));
        filled
    }

    /// Reads the topology of an example; one with a mistake in it proves nothing.
    fn read(&mut self, edition: &str, text: &str) -> Result<(Topology, Sources), Disagreement> {
        let mut sources = Sources::new();
        let topology = self.read_into(&mut sources, FILE, edition, text)?;
        Ok((topology, sources))
    }

    /// Reads a topology as one of several files.
    fn read_into(
        &mut self,
        sources: &mut Sources,
        name: &str,
        edition: &str,
        text: &str,
    ) -> Result<Topology, Disagreement> {
        let (topology, catalogue) = self.filled(edition);
        let mut problems = Vec::new();
        let (_, roots) = sources.add_yaml(name, text.to_owned(), &Limits::default(), &mut problems);
        let mut reader = Reader::new(sources, &catalogue, topology);
        for root in roots {
            reader.read_document(root);
        }
        let (topology, found) = reader.finish();
        problems.extend(found);
        match problems.first() {
            Some(problem) => Err(unreadable(sources, problem)),
            None => Ok(topology),
        }
    }
}

fn unreadable(sources: &Sources, problem: &Problem) -> Disagreement {
    let message = format!("cannot be read: {}", problem.message);
    let message = match (problem.primary.text.as_str(), &problem.help) {
        ("", None) => message,
        ("", Some(help)) => format!("{message} ({help})"),
        (label, _) => format!("{message} ({label})"),
    };
    Disagreement { message, line: line_of(sources, problem.primary.place) }
}

/// The line of a place, from 1.
fn line_of(sources: &Sources, place: Place) -> Option<u32> {
    sources.file(place.file).map(|file| file.line_column(place.span.start).line)
}
