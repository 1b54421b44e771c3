//! The shipped rules together with a team's own.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use super::failure;
use super::load::Known;
use super::terminal::{ColorChoice, Terminal};
use super::units::display;
use super::{CommandError, SettingOrigin, Settings, SettingsError};
use crate::analysis::Analysis;
use crate::knowledge::definitions::{Definitions, Folder, read_file};
use crate::knowledge::ruleset::Ruleset;
use crate::report;
use crate::source::{Place, Problem, Sources};
use crate::topology::{Catalogue, Topology};

/// The rules that settings ask for, checked and compiled.
///
/// # Errors
/// When a folder cannot be read or a rule file has a mistake; mistakes are printed, each at its place.
pub(super) fn load(settings: &Settings, color: ColorChoice) -> Result<Ruleset, CommandError> {
    if settings.rules.value.is_empty() {
        return shipped();
    }
    let mut definitions = crate::shipped::definitions()?;
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    for folder in &settings.rules.value {
        let read = read_folder(folder, &mut sources, &mut problems);
        definitions.extend(read.map_err(|reason| unusable(settings, reason))?);
    }
    let ruleset = if problems.is_empty() { Ruleset::build(definitions) } else { Err(Vec::new()) };
    let ruleset = ruleset.and_then(|mut ruleset| ruleset.check().map(|()| ruleset));
    match ruleset {
        Ok(ruleset) => Ok(ruleset),
        Err(found) => {
            problems.extend(found);
            Err(refuse(&sources, problems, color, "checked")?)
        }
    }
}

/// The shipped rules alone.
fn shipped() -> Result<Ruleset, CommandError> {
    let built = Ruleset::build(crate::shipped::definitions()?);
    built.map_err(|problems| CommandError::Rules(first_message(&problems)))
}

/// The shipped rules while they are loaded: on a thread of their own, so that input can be read meanwhile.
pub(super) struct Loading {
    edition: &'static str,
    thread: Cell<Option<JoinHandle<Prepared>>>,
    loaded: OnceCell<Result<Ruleset, CommandError>>,
    filled: Cell<Option<Filled>>,
    /// What is known where they cannot be loaded.
    nothing: Definitions,
}

/// What readers of input need, in the edition that was asked for.
type Filled = (Topology, Catalogue);

/// What is there once they are loaded.
type Prepared = Result<(Ruleset, Filled), CommandError>;

impl Loading {
    /// Begins to load them. Input will be read in that edition.
    pub(super) fn start(edition: &'static str) -> Self {
        // Where there is no thread to be had, they are loaded when they are asked for.
        let thread = thread::Builder::new().spawn(move || filled(edition)).ok();
        let nothing = Definitions::default();
        Self { edition, thread: Cell::new(thread), loaded: OnceCell::new(), filled: Cell::new(None), nothing }
    }

    /// The rules; waits for them.
    ///
    /// # Errors
    /// When the program is damaged.
    pub(super) fn finish(self) -> Result<Ruleset, CommandError> {
        self.wait();
        self.loaded.into_inner().unwrap_or_else(shipped)
    }

    fn wait(&self) -> &Result<Ruleset, CommandError> {
        self.loaded.get_or_init(|| {
            let loaded = match self.thread.take().map(JoinHandle::join) {
                Some(Ok(loaded)) => loaded,
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                None => filled(self.edition),
            };
            loaded.map(|(ruleset, filled)| {
                self.filled.set(Some(filled));
                ruleset
            })
        })
    }
}

impl Known for Loading {
    /// Waits for them. Nothing if they cannot be loaded, which [`finish`](Loading::finish) then says.
    fn definitions(&self) -> &Definitions {
        self.wait().as_ref().map_or(&self.nothing, |ruleset| &ruleset.definitions)
    }

    fn fill(&self, edition: &str) -> Filled {
        let definitions = self.definitions();
        let ready = self.filled.take().filter(|_| edition == self.edition);
        ready.unwrap_or_else(|| definitions.fill(edition))
    }
}

fn filled(edition: &str) -> Prepared {
    let ruleset = shipped()?;
    let filled = ruleset.definitions.fill(edition);
    Ok((ruleset, filled))
}

fn first_message(problems: &[Problem]) -> String {
    problems.first().map_or_else(|| "the shipped rules cannot be used".to_owned(), |problem| problem.message.clone())
}

/// A folder of rules that cannot be used, at the place of the setting that names it.
fn unusable(settings: &Settings, reason: String) -> CommandError {
    match &settings.rules.origin {
        SettingOrigin::File(place) => SettingsError::new(place.clone(), reason).into(),
        SettingOrigin::Default | SettingOrigin::CommandLine => CommandError::Usage(reason),
    }
}

fn read_folder(folder: &Path, sources: &mut Sources, problems: &mut Vec<Problem>) -> Result<Definitions, String> {
    let mut definitions = Definitions::default();
    let files = files(folder)
        .map_err(|error| format!("cannot read the rules in `{}`: {}", display(folder), failure::of_reading(&error)))?;
    if files.is_empty() {
        return Err(format!("there are no rules in `{}`", display(folder)));
    }
    for path in files {
        let name = display(&path);
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read `{name}`: {}", failure::of_reading(&error)))?;
        let folder = match Folder::by_content(&text) {
            Folder::Changes => Folder::Changes,
            _ => Folder::Checks,
        };
        read_file(sources, &mut definitions, folder, &name, text, problems);
    }
    let rules = definitions.rules.iter().map(|rule| (&rule.name, rule.place));
    let rules = rules.chain(definitions.changes.iter().map(|change| (&change.name, change.place)));
    problems.extend(rules.filter(|(name, _)| !name.contains('/')).map(|(name, place)| without_team(name, place)));
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

/// The rules and access methods of some files, with all that they rest on.
pub(super) struct Own {
    /// The files.
    pub(super) sources: Sources,
    /// What is known, with what the files hold in the place of what has the same name.
    pub(super) ruleset: Ruleset,
    /// The rules in the files, by name.
    pub(super) rules: BTreeSet<String>,
    /// The change rules in the files, by name.
    pub(super) changes: BTreeSet<String>,
    /// The access methods in the files, by name.
    pub(super) methods: BTreeSet<String>,
}

/// The rules and access methods in files and folders: a team's own, shipped ones that were changed, or a whole folder like
/// `rules/`, which then stands in the place of what is shipped.
///
/// # Errors
/// When a file cannot be read or has a mistake; mistakes are printed, each at its place.
pub(super) fn own(paths: &[PathBuf], color: ColorChoice) -> Result<Own, CommandError> {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let mut found = Definitions::default();
    let mut whole = false;
    for path in paths {
        let files = if path.is_dir() { files(path) } else { Ok(vec![path.clone()]) };
        let files = files.map_err(|error| CommandError::Usage(cannot_read(path, &error)))?;
        let is_whole = path.join("documents.yaml").is_file() && path.join("checks").is_dir();
        whole |= is_whole;
        for file in files {
            let text = fs::read_to_string(&file).map_err(|error| CommandError::Usage(cannot_read(&file, &error)))?;
            let below = file.strip_prefix(path).map(display).unwrap_or_default();
            let folder = if is_whole { Folder::of(&below) } else { Some(Folder::by_content(&text)) };
            if let Some(folder) = folder {
                read_file(&mut sources, &mut found, folder, &display(&file), text, &mut problems);
            }
        }
    }
    let rules: BTreeSet<String> = found.rules.iter().map(|rule| rule.name.clone()).collect();
    let changes: BTreeSet<String> = found.changes.iter().map(|change| change.name.clone()).collect();
    let methods: BTreeSet<String> = found.methods.iter().map(|method| method.name.clone()).collect();
    if rules.is_empty() && changes.is_empty() && methods.is_empty() && problems.is_empty() {
        let paths: Vec<String> = paths.iter().map(|path| format!("`{}`", display(path))).collect();
        return Err(CommandError::Usage(format!("there are no rules in {}", paths.join(", "))));
    }
    let definitions = if whole { found } else { over_shipped(found, &mut problems)? };
    let ruleset = if problems.is_empty() { Ruleset::build(definitions) } else { Err(Vec::new()) };
    match ruleset.and_then(|mut ruleset| ruleset.check().map(|()| ruleset)) {
        Ok(ruleset) => Ok(Own { sources, ruleset, rules, changes, methods }),
        Err(more) => {
            problems.extend(more);
            Err(refuse(&sources, problems, color, "tested")?)
        }
    }
}

fn cannot_read(path: &Path, error: &std::io::Error) -> String {
    format!("cannot read `{}`: {error}", display(path))
}

/// What is shipped, with other definitions in the place of those that have their names.
fn over_shipped(found: Definitions, problems: &mut Vec<Problem>) -> Result<Definitions, CommandError> {
    let mut definitions = crate::shipped::definitions()?;
    let rules = found.rules.iter().map(|rule| (&rule.name, rule.place));
    let rules = rules.chain(found.changes.iter().map(|change| (&change.name, change.place)));
    for (name, place) in rules.filter(|(name, _)| !name.contains('/')) {
        if !definitions.named_rules().any(|shipped| shipped.name == *name) {
            problems.push(without_team(name, place));
        }
    }
    definitions.rules.retain(|shipped| !found.rules.iter().any(|rule| rule.name == shipped.name));
    definitions.changes.retain(|shipped| !found.changes.iter().any(|change| change.name == shipped.name));
    definitions.methods.retain(|shipped| !found.methods.iter().any(|method| method.name == shipped.name));
    definitions.extend(found);
    Ok(definitions)
}

fn without_team(name: &str, place: Place) -> Problem {
    let message = format!("`{name}` has no team");
    Problem::error("bad-name", place, message).help("rules of your own are named `team/rule-name`")
}

/// Prints mistakes and says that nothing was done.
fn refuse(
    sources: &Sources,
    problems: Vec<Problem>,
    color: ColorChoice,
    done: &str,
) -> Result<CommandError, CommandError> {
    let count = problems.len();
    write(&mut std::io::stderr(), sources, problems, Terminal::errors(color))?;
    let word = if count == 1 { "mistake" } else { "mistakes" };
    Ok(CommandError::Rules(format!("{count} {word} in rule files; nothing was {done}")))
}

/// Writes mistakes, each with its excerpt.
pub(super) fn write(
    output: &mut impl Write,
    sources: &Sources,
    problems: Vec<Problem>,
    terminal: Terminal,
) -> std::io::Result<()> {
    let analysis = Analysis { problems, ..Analysis::default() };
    let options = report::HumanOptions { quiet: true, ..terminal.human() };
    let mut bytes = Vec::new();
    report::write_human(&mut bytes, &analysis, sources, &options)?;
    output.write_all(&bytes)
}
