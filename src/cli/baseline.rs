//! `isolint baseline`, and what `isolint check` makes of one.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::check::{Planned, Run};
use super::failure;
use super::fix::Rejected;
use super::judging::Judging;
use super::terminal::{ColorChoice, Terminal};
use super::units::{Unit, display, find_units, identity};
use super::{CLEAN, CommandError, SettingOrigin, Settings, SettingsError, knowledge};
use crate::analysis::{Acceptance, Baseline, BaselineEntry, BaselineMatch, Finding, GoneFinding, write_baseline};
use crate::knowledge::definitions::program::ProgramRule;
use crate::source::Sources;

/// The file where nothing else is said.
pub(super) const BASELINE: &str = "isolint-baseline.yaml";

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Write everything that is found today into a new baseline
    Write(Judging),
    /// Write a baseline anew: what is found today, and nothing else
    Update(Judging),
    /// Take out what is found no more, and add nothing
    Prune(Judging),
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let (Action::Write(judging) | Action::Update(judging) | Action::Prune(judging)) = &arguments.action;
    let (mut run, plan) = Run::plan(judging, find_units(&judging.paths, &judging.beside), true, &|_| ())?;
    let mut files: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    let mut rulesets = BTreeMap::new();
    for Planned { unit, mut settings, selection, .. } in plan {
        let path = settings.baseline.value.take().unwrap_or_else(|| PathBuf::from(BASELINE));
        let first = run.analysis.findings.len();
        run.check(unit, &settings, &selection, &Rejected::default());
        files
            .entry(path.clone())
            .or_default()
            .extend(run.analysis.findings.get(first..).unwrap_or(&[]).iter().cloned());
        rulesets.insert(path, settings);
    }
    run.finish();
    if run.is_unread() {
        return Err(CommandError::Unreadable(
            "some input could not be read, so that it cannot be told what is found; nothing was written (`isolint check` \
             tells more)"
                .to_owned(),
        ));
    }
    let mut output = io::stdout().lock();
    for (path, found) in files {
        let Some(settings) = rulesets.get(&path) else { continue };
        let Some(definitions) = run.definitions(settings) else { continue };
        let acceptance = Acceptance { definitions, not_ignorable: &settings.not_ignorable(), obey: true };
        let told = arguments.action.apply(&path, &found, &acceptance, judging.common.color)?;
        writeln!(output, "{told}")?;
    }
    Ok(CLEAN)
}

impl Action {
    /// Writes one baseline; gives what is to be said of it.
    fn apply(
        &self,
        path: &Path,
        found: &[Finding],
        acceptance: &Acceptance<'_>,
        color: ColorChoice,
    ) -> Result<String, CommandError> {
        let name = display(path);
        let exists = path.exists();
        match self {
            Self::Write(_) if exists => {
                let why = format!("`{name}` exists; `isolint baseline update` writes it anew");
                return Err(CommandError::Usage(why));
            }
            Self::Update(_) | Self::Prune(_) if !exists => {
                let why = format!("there is no `{name}`; `isolint baseline write` makes one");
                return Err(CommandError::Usage(why));
            }
            _ => {}
        }
        let known = if exists { read(path, &mut Sources::new(), color)? } else { Baseline::default() };
        let mut left = known.unmatched();
        let (again, new): (Vec<&Finding>, Vec<&Finding>) =
            found.iter().partition(|finding| known.take(&mut left, finding, acceptance.definitions).is_some());
        let gone = known.gone(&left).len();
        // What an exception covers needs no baseline, and what may not be ignored is in none.
        let is_accepted = |finding: &&Finding| finding.ignored.is_none() && acceptance.allows(&finding.rule);
        let counted = |findings: Vec<&Finding>| -> Vec<BaselineEntry> {
            findings.into_iter().filter(is_accepted).filter_map(BaselineEntry::of).collect()
        };
        let (mut entries, new) = (counted(again), counted(new));
        let added = new.len();
        if !matches!(self, Self::Prune(_)) {
            entries.extend(new);
        }
        let number = entries.len();
        let mut bytes = Vec::new();
        write_baseline(&mut bytes, entries)?;
        let cannot = |error: io::Error| {
            CommandError::Usage(format!("`{name}` cannot be written: {}", failure::of_writing(&error)))
        };
        super::fix::replace(path, &String::from_utf8_lossy(&bytes)).map_err(cannot)?;
        let word = if number == 1 { "finding" } else { "findings" };
        let mut told = match self {
            Self::Write(_) => format!("{name}: {number} {word}"),
            Self::Update(_) => format!("{name}: {number} {word} ({added} added, {gone} gone)"),
            Self::Prune(_) => format!("{name}: {number} {word} ({gone} gone)"),
        };
        let refused = found.iter().filter(|finding| {
            let is_of_program = ProgramRule::find(&finding.rule).is_some();
            finding.ignored.is_none() && !is_of_program && !acceptance.allows(&finding.rule)
        });
        match refused.count() {
            0 => {}
            1 => told.push_str("; 1 is left out, whose rule may not be ignored"),
            count => told.push_str(&format!("; {count} are left out, whose rules may not be ignored")),
        }
        Ok(told)
    }
}

/// Reads a baseline; what is wrong with it is printed at its place.
fn read(path: &Path, sources: &mut Sources, color: ColorChoice) -> Result<Baseline, CommandError> {
    let name = display(path);
    let text = fs::read_to_string(path)
        .map_err(|error| failure::of_reading(&error))
        .map_err(|reason| CommandError::Usage(format!("the baseline `{name}` cannot be read: {reason}")))?;
    match Baseline::read(sources, &name, text) {
        Ok(baseline) => Ok(baseline),
        Err(problems) => {
            knowledge::write(&mut io::stderr(), sources, problems, Terminal::errors(color))?;
            Err(CommandError::Rules(format!("the baseline `{name}` cannot be used")))
        }
    }
}

/// The baselines of a run, each read once.
#[derive(Default)]
pub(super) struct Baselines {
    known: BTreeMap<PathBuf, Option<Known>>,
}

/// A baseline and what of it was not found yet.
struct Known {
    baseline: Baseline,
    left: BaselineMatch,
    /// Everything that it may be about was judged.
    covered: bool,
}

/// How findings of a unit are held against a baseline.
pub(super) struct Matching<'a> {
    /// What of it is obeyed.
    pub(super) acceptance: Acceptance<'a>,
    /// The unit is all that the baseline may be about, and was judged whole.
    pub(super) covers_all: bool,
    /// It is one of several sets of parameters.
    pub(super) is_variant: bool,
}

/// A baseline has a mistake, which was printed.
pub(super) struct Unusable;

impl Baselines {
    /// Takes a baseline out of the files of a unit: it is no topology.
    pub(super) fn leave_out(&self, unit: &mut Unit, settings: &Settings) {
        let Some(baseline) = settings.baseline.value.as_deref().map(identity) else { return };
        unit.files.retain(|file| file.path.as_deref().is_none_or(|path| identity(path) != baseline));
    }

    /// The baseline of some settings, if they name one.
    ///
    /// # Errors
    /// When it cannot be used, which is printed.
    pub(super) fn of(
        &mut self,
        settings: &Settings,
        sources: &mut Sources,
        color: ColorChoice,
    ) -> Result<Option<PathBuf>, Unusable> {
        let Some(path) = settings.baseline.value.clone() else { return Ok(None) };
        if !self.known.contains_key(&path) {
            let known = read(&path, sources, color).map(|baseline| {
                let left = baseline.unmatched();
                Known { baseline, left, covered: true }
            });
            if let Err(error) = &known {
                report(error, settings);
            }
            self.known.insert(path.clone(), known.ok());
        }
        match self.known.get(&path) {
            Some(Some(_)) => Ok(Some(path)),
            _ => Err(Unusable),
        }
    }

    /// Marks what a baseline knows.
    pub(super) fn ignore<'f>(
        &mut self,
        path: &Path,
        findings: impl IntoIterator<Item = &'f mut Finding>,
        how: &Matching<'_>,
    ) {
        let Some(Some(known)) = self.known.get_mut(path) else { return };
        known.covered &= how.covers_all;
        if how.is_variant {
            // Each set of parameters finds the same again.
            let mut all = known.baseline.unmatched();
            let taken = findings.into_iter().inspect(|finding| {
                known.baseline.take(&mut known.left, finding, how.acceptance.definitions);
            });
            known.baseline.ignore(&mut all, taken, &how.acceptance);
        } else {
            known.baseline.ignore(&mut known.left, findings, &how.acceptance);
        }
    }

    /// What the baselines list and was not found.
    pub(super) fn gone(&self) -> Vec<GoneFinding> {
        let known = self.known.values().flatten().filter(|known| known.covered);
        known.flat_map(|known| known.baseline.gone(&known.left)).collect()
    }
}

/// Says that a baseline cannot be used, at the setting that names it.
fn report(error: &CommandError, settings: &Settings) {
    let mut errors = io::stderr();
    // Standard error may be closed.
    let _ = match &settings.baseline.origin {
        SettingOrigin::File(place) => SettingsError::new(place.clone(), error.to_string()).write(&mut errors),
        SettingOrigin::Default | SettingOrigin::CommandLine => writeln!(errors, "error: {error}"),
    };
}
