//! The shipped rules together with a team's own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::terminal::{ColorChoice, Terminal};
use super::units::display;
use super::{CommandError, SettingOrigin, Settings};
use crate::analysis::Analysis;
use crate::knowledge::definitions::{Definitions, Folder, read_file};
use crate::knowledge::ruleset::Ruleset;
use crate::report;
use crate::source::{Problem, Sources};

/// The rules that settings ask for, checked and compiled.
///
/// # Errors
/// When a folder cannot be read or a rule file has a mistake; mistakes are printed, each at its place.
pub(super) fn load(settings: &Settings, color: ColorChoice) -> Result<Ruleset, CommandError> {
    let mut definitions = crate::shipped::definitions()?;
    if settings.rules.value.is_empty() {
        return match Ruleset::build(definitions) {
            Ok(ruleset) => Ok(ruleset),
            Err(problems) => Err(CommandError::Rules(first_message(&problems))),
        };
    }
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    for folder in &settings.rules.value {
        let read = read_folder(folder, &mut sources, &mut problems);
        definitions.extend(read.map_err(|reason| CommandError::Usage(format!("{}{reason}", origin(settings))))?);
    }
    let ruleset = if problems.is_empty() { Ruleset::build(definitions) } else { Err(Vec::new()) };
    let ruleset = ruleset.and_then(|mut ruleset| ruleset.check().map(|()| ruleset));
    match ruleset {
        Ok(ruleset) => Ok(ruleset),
        Err(found) => {
            problems.extend(found);
            let count = problems.len();
            print(&sources, problems, Terminal::errors(color))?;
            Err(CommandError::Rules(format!(
                "{count} {} in rule files; nothing was checked",
                if count == 1 { "mistake" } else { "mistakes" }
            )))
        }
    }
}

fn first_message(problems: &[Problem]) -> String {
    problems.first().map_or_else(|| "the shipped rules cannot be used".to_owned(), |problem| problem.message.clone())
}

/// The place of the setting that names the folders, where it stands in a file.
fn origin(settings: &Settings) -> String {
    match &settings.rules.origin {
        SettingOrigin::File(place) => format!("{place}: "),
        SettingOrigin::Default | SettingOrigin::CommandLine => String::new(),
    }
}

fn read_folder(folder: &Path, sources: &mut Sources, problems: &mut Vec<Problem>) -> Result<Definitions, String> {
    let mut definitions = Definitions::default();
    let files = files(folder).map_err(|error| format!("cannot read the rules in `{}`: {error}", display(folder)))?;
    if files.is_empty() {
        return Err(format!("there are no rules in `{}`", display(folder)));
    }
    for path in files {
        let name = display(&path);
        let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
        read_file(sources, &mut definitions, Folder::Checks, &name, text, problems);
    }
    for rule in definitions.rules.iter().filter(|rule| !rule.name.contains('/')) {
        let message = format!("`{}` has no team", rule.name);
        problems
            .push(Problem::error("bad-name", rule.place, message).help("rules of your own are named `team/rule-name`"));
    }
    Ok(definitions)
}

fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)?.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() && !path.is_symlink() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") {
            found.push(path);
        }
    }
    Ok(found)
}

/// Prints mistakes to standard error.
fn print(sources: &Sources, problems: Vec<Problem>, terminal: Terminal) -> Result<(), CommandError> {
    let analysis = Analysis { problems, ..Analysis::default() };
    let options = report::HumanOptions { quiet: true, ..terminal.human() };
    let mut bytes = Vec::new();
    report::write_human(&mut bytes, &analysis, sources, &options)?;
    std::io::stderr().write_all(&bytes)?;
    Ok(())
}
