//! What the knowledge in `rules/` has to prove: the examples in its files, and the example estates.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

pub mod estates;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use isolint::analysis::{Options, Outcome, Supposed, Verdict, analyse, paths};
use isolint::knowledge::definitions::{
    Definitions, Example, ExampleKind, Folder, MethodDefinition, MethodExample, read_file,
};
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Problem, Sources};
use isolint::topology::{FLOW, ObjectId, Topology};

use crate::support::{line_of, read};
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
        let estates = estates::all().iter().chain([estates::limits()]);
        rules.chain(methods).chain(estates.map(Proof::Estate)).collect()
    }

    /// What it proves.
    pub fn owner(&self) -> &str {
        match self {
            Self::Rule(rule, _) => rule,
            Self::Method(method, _) => &method.name,
            Self::Estate(estate) => estate.name,
        }
    }

    /// The topology files.
    pub fn files(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Rule(_, example) => vec![("example.yaml", example.topology.as_str())],
            Self::Method(_, example) => vec![("example.yaml", example.topology.as_str())],
            Self::Estate(estate) => estate.files.iter().map(|(name, text)| (*name, text.as_str())).collect(),
        }
    }

    /// What it looks like, for messages.
    pub fn describe(&self) -> String {
        match self {
            Self::Rule(rule, example) => format!("{rule} ({:?}):\n{}", example.kind, example.topology),
            Self::Method(method, example) => format!("{} ({}):\n{}", method.name, example.outcome, example.topology),
            Self::Estate(estate) => format!("examples/{}", estate.name),
        }
    }

    /// Whether it holds. With a rule given, as far as that rule is concerned.
    pub fn check(&self, definitions: &Definitions, ruleset: &mut Ruleset, only: Option<&str>) -> Result<(), String> {
        match self {
            Self::Rule(rule, example) => check_rule_example(definitions, ruleset, rule, example, only),
            Self::Method(method, example) => check_method_example(definitions, ruleset, method, example),
            Self::Estate(estate) => estates::check(definitions, ruleset, estate, only),
        }
    }
}

/// Lines that a comment marks as the place of a finding.
fn marked(text: &str) -> BTreeSet<u32> {
    (1..).zip(text.lines()).filter(|(_, line)| line.contains("# finding")).map(|(number, _)| number).collect()
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

fn check_rule_example(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    rule: &str,
    example: &Example,
    only: Option<&str>,
) -> Result<(), String> {
    let edition = example.edition.as_deref().unwrap_or("documents");
    let read = read(definitions, edition, &[("example.yaml", &example.topology)]);
    unreadable(&read.problems, &read.sources)?;
    let enabled = |name: &str| only.is_none_or(|only| only == name);
    let options = Options { edition, enabled: &enabled, level_of: &|_| None };
    let result = analyse(ruleset, read.topology, &read.sources, &options);
    let others: BTreeSet<&str> =
        result.findings.iter().map(|finding| finding.rule.as_str()).filter(|name| *name != rule).collect();
    let expected: BTreeSet<&str> = example.also.iter().map(String::as_str).filter(|name| enabled(name)).collect();
    if others != expected {
        return Err(format!("also breaks {others:?}, expected {expected:?}"));
    }
    if !enabled(rule) {
        return Ok(());
    }
    let own: BTreeSet<u32> = result
        .findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| line_of(&read.sources, finding.primary.place))
        .collect();
    let undecided = result.undetermined.iter().any(|check| check.check == rule || check.check == "flow");
    match example.kind {
        ExampleKind::Bad if own.is_empty() => Err("is not found".to_owned()),
        ExampleKind::Bad if own != marked(&example.topology) => {
            Err(format!("is found at lines {own:?}, marked are {:?}", marked(&example.topology)))
        }
        ExampleKind::Good if !own.is_empty() => Err(format!("is found at lines {own:?}")),
        ExampleKind::Undetermined if !own.is_empty() => Err(format!("is found at lines {own:?}, but cannot be told")),
        ExampleKind::Undetermined if !undecided => Err("is decided".to_owned()),
        _ => match (&example.level, result.findings.iter().find(|finding| finding.rule == rule)) {
            (Some(level), Some(finding)) if finding.level.as_str() != level => {
                Err(format!("is of level {}, not {level}", finding.level))
            }
            _ => Ok(()),
        },
    }
}

/// The ends of the flow of an example, `origin -> target` or `origin -> target (use)`.
fn flow_of(example: &MethodExample) -> Option<(String, String, Option<String>)> {
    let (origin, rest) = example.flow.as_ref()?.split_once("->").expect("a flow reads `origin -> target`");
    let (target, purpose) = match rest.split_once('(') {
        Some((target, purpose)) => (target, Some(purpose.trim_end_matches(')').trim().to_owned())),
        None => (rest, None),
    };
    Some((origin.trim().to_owned(), target.trim().to_owned(), purpose))
}

fn find(topology: &Topology, address: &str) -> Option<ObjectId> {
    (0u32..)
        .zip(topology.objects())
        .map(|(index, _)| ObjectId(index))
        .find(|id| topology.object(*id).kind != FLOW && topology.address(*id) == address)
}

fn check_method_example(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    method: &MethodDefinition,
    example: &MethodExample,
) -> Result<(), String> {
    let edition = example.edition.as_deref().unwrap_or("documents");
    let loaded = read(definitions, edition, &[("example.yaml", &example.topology)]);
    unreadable(&loaded.problems, &loaded.sources)?;
    let (origin, target, purpose) = match flow_of(example) {
        Some(flow) => flow,
        None => {
            let again = read(definitions, edition, &[("example.yaml", &example.topology)]);
            let options = Options { edition, enabled: &|_| false, level_of: &|_| None };
            let result = analyse(ruleset, again.topology, &again.sources, &options);
            let of_method: Vec<_> =
                result.flows.iter().filter(|flow| method.groups.iter().any(|group| **group == *flow.group)).collect();
            let [flow] = of_method.as_slice() else {
                return Err(format!("has {} flows of its groups; say which with `flow:`", of_method.len()));
            };
            (flow.origin.clone(), flow.target.clone(), None)
        }
    };
    let ends = (find(&loaded.topology, &origin), find(&loaded.topology, &target));
    let (Some(from), Some(to)) = ends else { return Err(format!("has no {origin} or {target}")) };
    let results = paths(ruleset, loaded.topology, &loaded.sources, (from, to), Supposed::default());
    let of_flow =
        results.iter().filter(|result| purpose.as_ref().is_none_or(|purpose| *result.flow.purpose == **purpose));
    let tried: Vec<_> = of_flow
        .filter_map(|result| result.methods.iter().find(|tried| tried.name == method.name).map(|tried| (result, tried)))
        .collect();
    let Some((result, tried)) = tried.first() else { return Err(format!("is not tried on {origin} -> {target}")) };
    let named = |outcome: Outcome| -> BTreeSet<&str> {
        let of_outcome = tried.requirements.iter().filter(|requirement| requirement.outcome == outcome);
        of_outcome.map(|requirement| requirement.name.as_str()).collect()
    };
    let expected = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
    let owned = |names: BTreeSet<&str>| -> BTreeSet<String> { names.into_iter().map(str::to_owned).collect() };
    let (missing, unknown) = (owned(named(Outcome::Missing)), owned(named(Outcome::Unknown)));
    match example.outcome.as_str() {
        "open" if tried.outcome != Outcome::Met => {
            Err(format!("is not open by it: missing {missing:?}, unknown {unknown:?}"))
        }
        "open" if result.flow.verdict != Verdict::Open => Err("is not open".to_owned()),
        "open" => match &example.path {
            Some(path) if *path != tried.path_class => Err(format!("is of path class {}", tried.path_class)),
            _ => Ok(()),
        },
        "blocked" if missing != expected(&example.missing) => {
            Err(format!("misses {missing:?}, expected {:?}", example.missing))
        }
        "undetermined" if !missing.is_empty() => Err(format!("misses {missing:?}, though it cannot be told")),
        "undetermined" if unknown != expected(&example.unknown) => {
            Err(format!("does not know {unknown:?}, expected {:?}", example.unknown))
        }
        _ => Ok(()),
    }
}
