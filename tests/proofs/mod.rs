//! What the knowledge in `rules/` has to prove: the examples in its files, and the example estates.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod estates;

use std::path::{Path, PathBuf};

use isolint::knowledge::definitions::{
    ChangeDefinition, ChangeExample, Definitions, Example, Folder, MethodDefinition, MethodExample, read_file,
};
use isolint::knowledge::ruleset::Ruleset;
use isolint::proof::{Disagreement, Prover};
use isolint::source::{Problem, Sources};

use crate::support::line_of;
use estates::Estate;

/// Everything in `rules/` as it is on disk, with its sources, so that places in it can be told.
pub fn rules_on_disk() -> (Definitions, Sources) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Sources::new();
    let mut definitions = Definitions::default();
    let mut problems = Vec::new();
    for path in yaml_files(&root.join("rules")) {
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        let Some(folder) = name.strip_prefix("rules/").and_then(Folder::of) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        read_file(&mut sources, &mut definitions, folder, &name, text, &mut problems);
    }
    assert!(problems.is_empty(), "{problems:#?}");
    (definitions, sources)
}

/// All YAML files below a folder, in order of their names.
pub fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(yaml_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

/// A statement about behaviour that the knowledge has to bear out.
pub enum Proof<'a> {
    /// An example of a rule.
    Rule(&'a str, &'a Example),
    /// An example of an access method.
    Method(&'a MethodDefinition, &'a MethodExample),
    /// An example of a change rule.
    Change(&'a ChangeDefinition, &'a ChangeExample),
    /// An estate, its findings and the verdicts of its flows.
    Estate(&'a Estate),
}

impl Proof<'_> {
    /// Every proof there is.
    pub fn all(definitions: &Definitions) -> Vec<Proof<'_>> {
        let rules = definitions
            .rules
            .iter()
            .flat_map(|rule| rule.examples.iter().map(move |example| Proof::Rule(&rule.name, example)));
        let methods = definitions
            .methods
            .iter()
            .flat_map(|method| method.examples.iter().map(move |example| Proof::Method(method, example)));
        let changes = definitions
            .changes
            .iter()
            .flat_map(|change| change.examples.iter().map(move |example| Proof::Change(change, example)));
        let estates = estates::all().iter().chain([estates::limits()]);
        rules.chain(methods).chain(changes).chain(estates.map(Proof::Estate)).collect()
    }

    /// What it proves.
    pub fn owner(&self) -> &str {
        match self {
            Self::Rule(rule, _) => rule,
            Self::Method(method, _) => &method.name,
            Self::Change(change, _) => &change.name,
            Self::Estate(estate) => estate.name,
        }
    }

    /// The topology files.
    pub fn files(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Rule(_, example) => vec![("example.yaml", example.topology.as_str())],
            Self::Method(_, example) => vec![("example.yaml", example.topology.as_str())],
            Self::Change(_, example) => {
                vec![("before.yaml", example.before.topology.as_str()), ("after.yaml", &example.after.topology)]
            }
            Self::Estate(estate) => estate.files.iter().map(|(name, text)| (*name, text.as_str())).collect(),
        }
    }

    /// What it looks like, for messages.
    pub fn describe(&self) -> String {
        match self {
            Self::Rule(rule, example) => format!("{rule} ({:?}):\n{}", example.kind, example.topology),
            Self::Method(method, example) => format!("{} ({}):\n{}", method.name, example.outcome, example.topology),
            Self::Change(change, example) => format!(
                "{} ({:?}):\n{}--\n{}",
                change.name, example.kind, example.before.topology, example.after.topology
            ),
            Self::Estate(estate) => format!("examples/{}", estate.name),
        }
    }

    /// Whether it holds. With a rule given, as far as that rule is concerned.
    pub fn check(&self, definitions: &Definitions, ruleset: &mut Ruleset, only: Option<&str>) -> Result<(), String> {
        let told = |Disagreement { message, line }| match line {
            Some(line) => format!("{message} (line {line})"),
            None => message,
        };
        match self {
            Self::Rule(rule, example) => {
                Prover::new(definitions, ruleset).rule_example(rule, example, only).map_err(told)
            }
            Self::Method(method, example) => {
                Prover::new(definitions, ruleset).method_example(method, example).map_err(told)
            }
            Self::Change(change, example) => {
                let outcome = Prover::new(definitions, ruleset).change_example(change, example, only);
                outcome.map_err(|(_, disagreement)| told(disagreement))
            }
            Self::Estate(estate) => estates::check(definitions, ruleset, estate, only),
        }
    }
}

pub fn unreadable(problems: &[Problem], sources: &Sources) -> Result<(), String> {
    match problems.first() {
        Some(problem) => {
            let line = line_of(sources, problem.primary.place);
            Err(format!("cannot be read: {} (line {line})", problem.message))
        }
        None => Ok(()),
    }
}
