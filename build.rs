//! Reads and checks everything in `rules/`, so that a mistake there stops the build with its place and that starting the
//! program costs next to nothing.

#![allow(dead_code, unused_imports, unreachable_pub, missing_docs, clippy::all)]

#[path = "src/knowledge/mod.rs"]
mod knowledge;
#[path = "src/source/mod.rs"]
mod source;
#[path = "src/topology/mod.rs"]
mod topology;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use knowledge::definitions::{Definitions, Folder, read_file};
use knowledge::ruleset::Ruleset;
use source::{Problem, Sources};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/knowledge");
    println!("cargo::rerun-if-changed=src/source");
    println!("cargo::rerun-if-changed=src/topology");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let mut definitions = Definitions::default();
    for path in files(&root.join("rules")) {
        let name = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let Some(folder) = name.strip_prefix("rules/").and_then(Folder::of) else { continue };
        match fs::read_to_string(&path) {
            Ok(text) => read_file(&mut sources, &mut definitions, folder, &name, text, &mut problems),
            Err(error) => println!("cargo::error={name}: {error}"),
        }
    }
    for edition in ["documents", knowledge::tables::CURRENT] {
        let _ = knowledge::tables::fill(&definitions, edition, &mut problems);
    }
    let bytes = postcard::to_allocvec(&definitions);
    if problems.is_empty() {
        match Ruleset::build(definitions) {
            Ok(mut ruleset) => {
                problems.extend(ruleset.check().err().into_iter().flatten());
                problems.extend(knowledge::coverage::check_waivers(&ruleset));
            }
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        problems.dedup();
        for problem in &problems {
            report(&sources, problem);
        }
        return ExitCode::FAILURE;
    }
    let output = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("definitions.bin");
    match bytes
        .map_err(|error| error.to_string())
        .and_then(|bytes| fs::write(output, bytes).map_err(|error| error.to_string()))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={error}");
            ExitCode::FAILURE
        }
    }
}

/// All YAML files below a folder, in order of their names.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    found
}

fn report(sources: &Sources, problem: &Problem) {
    let place = problem.primary.place;
    let (name, at) = match sources.file(place.file) {
        Some(file) => (file.name.as_str(), file.line_column(place.span.start)),
        None => return println!("cargo::error={}", problem.message),
    };
    let hint =
        [Some(&problem.primary.text), problem.help.as_ref()].into_iter().flatten().filter(|text| !text.is_empty());
    let hint: Vec<&str> = hint.map(String::as_str).collect();
    println!("cargo::error={name}:{}:{}: {} {}", at.line, at.column, problem.message, hint.join("; "));
}
