//! What the tests share: a topology text judged in memory.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

pub mod rewrite;

use std::sync::OnceLock;

use isolint::analysis::{Options, UnitResult, analyse};
use isolint::frontend::topology_file::Reader;
use isolint::knowledge::definitions::Definitions;
use isolint::knowledge::ruleset::Ruleset;
use isolint::knowledge::tables;
use isolint::source::{Limits, NodeId, Problem, Sources};
use isolint::topology::{Catalogue, Topology};

/// A topology that was read, with its sources.
pub struct Read {
    pub sources: Sources,
    pub topology: Topology,
    /// The outermost values of the files.
    pub roots: Vec<NodeId>,
    pub problems: Vec<Problem>,
}

pub fn definitions() -> Definitions {
    isolint::shipped::definitions().expect("the embedded knowledge can be read")
}

pub fn ruleset(definitions: &Definitions) -> Ruleset {
    match Ruleset::build(definitions.clone()) {
        Ok(ruleset) => ruleset,
        Err(problems) => panic!("the shipped rules do not compile: {problems:?}"),
    }
}

/// The shipped definitions, read once.
pub fn known() -> &'static Definitions {
    static KNOWN: OnceLock<Definitions> = OnceLock::new();
    KNOWN.get_or_init(definitions)
}

/// A topology that holds nothing but what is known, with the catalogue; of the definitions that [`known`] gives it is made
/// once per edition.
pub fn filled(definitions: &Definitions, edition: &str) -> (Topology, Catalogue) {
    static FILLED: [OnceLock<(Topology, Catalogue)>; 2] = [const { OnceLock::new() }; 2];
    let fill = || tables::fill(definitions, edition, &mut Vec::new());
    if !std::ptr::eq(definitions, known()) {
        return fill();
    }
    FILLED[usize::from(edition == tables::CURRENT)].get_or_init(fill).clone()
}

/// Reads the files of a unit.
pub fn read(definitions: &Definitions, edition: &str, files: &[(&str, &str)]) -> Read {
    let mut problems = Vec::new();
    let mut sources = Sources::new();
    let (topology, catalogue) = filled(definitions, edition);
    let mut roots = Vec::new();
    for (name, text) in files {
        roots.extend(sources.add_yaml(name, (*text).to_owned(), &Limits::default(), &mut problems).1);
    }
    let mut reader = Reader::new(&sources, &catalogue, topology);
    for root in &roots {
        reader.read_document(*root);
    }
    let (topology, found) = reader.finish();
    problems.extend(found);
    Read { sources, topology, roots, problems }
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

/// A topology to start from: an example of a rule or a method, or one of the estates in `examples/`.
#[derive(Debug, Clone)]
pub struct Seed {
    pub name: String,
    pub edition: String,
    pub texts: Vec<(String, String)>,
    /// Whether it is one of the large ones.
    pub is_estate: bool,
}

impl Seed {
    pub fn files(&self) -> Vec<(&str, &str)> {
        self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
    }
}

/// All examples of the shipped definitions and all estates.
pub fn seeds(definitions: &Definitions) -> Vec<Seed> {
    let mut seeds = estates();
    let small = |name: String, edition: Option<&str>, text: &str| Seed {
        name,
        edition: edition.unwrap_or("documents").to_owned(),
        texts: vec![("example.yaml".to_owned(), text.to_owned())],
        is_estate: false,
    };
    for rule in &definitions.rules {
        for (example, number) in rule.examples.iter().zip(1..) {
            let name = format!("{} example {number}", rule.name);
            seeds.push(small(name, example.edition.as_deref(), &example.topology));
        }
    }
    for method in &definitions.methods {
        for (example, number) in method.examples.iter().zip(1..) {
            let name = format!("{} example {number}", method.name);
            seeds.push(small(name, None, &example.topology));
        }
    }
    seeds
}

/// The estates in `examples/`.
pub fn estates() -> Vec<Seed> {
    let file = |path: &str| {
        let root = env!("CARGO_MANIFEST_DIR");
        (path.to_owned(), std::fs::read_to_string(format!("{root}/examples/{path}")).expect("an example can be read"))
    };
    let estate = |name: &str, files: &[&str]| Seed {
        name: name.to_owned(),
        edition: "documents".to_owned(),
        texts: files.iter().map(|path| file(path)).collect(),
        is_estate: name != "topology",
    };
    let streaming = |folder: &str| {
        let files = ["data", "networks", "streaming"].map(|file| format!("{folder}/{file}.yaml"));
        estate(folder, &files.each_ref().map(String::as_str))
    };
    vec![streaming("streaming"), streaming("streaming-broken"), estate("topology", &["topology.yaml"])]
}
