//! `isolint check`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::context::{add_unread, in_files, leave_context};
use super::fix::{self, Rejected, unified_diff, write_refusal, write_units};
use super::load::load;
use super::output::{Outputs, Report, ReportFormat, unless_closed};
use super::selection::Selection;
use super::terminal::Terminal;
use super::units::{Beside, Unit, display, find_units_with, unreadable};
use super::variants::Variants;
use super::{
    CLEAN, CommandError, Common, FINDINGS, FailOn, LevelSetting, Setting, SettingOrigin, Settings, UNREADABLE, USAGE,
    UndeterminedMode, knowledge,
};
use crate::analysis::{Analysis, Input, InputStatus, Options, UnitResult, analyse};
use crate::knowledge::ruleset::Ruleset;
use crate::report::{self, Tense};
use crate::source::{Severity, Sources};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files and folders to check; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// The form of the report; by default for people, and in a pipeline as it shows best there
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write the report to a file too; may be given several times
    #[arg(long, value_name = "FORMAT=PATH")]
    output: Vec<String>,
    /// What standard input is called; its folder says which settings and which other files belong to it
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
    /// Apply these rules only (names, or globs such as `hub-*`)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not apply these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Set the level of a rule: error, warning, info or off
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    level: Vec<String>,
    /// From which level on findings make the command fail
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    /// List the checks that could not be decided; with `=error`, fail for them
    #[arg(long, value_enum, value_name = "MODE", num_args = 0..=1, require_equals = true, default_missing_value = "list")]
    undetermined: Option<UndeterminedMode>,
    /// Print findings only
    #[arg(long, short)]
    quiet: bool,
    /// Make the repairs that are the only ones and let in nobody else
    #[arg(long)]
    fix: bool,
    /// Show what `--fix` would change, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "format", "output"])]
    diff: bool,
    #[command(flatten)]
    beside: Beside,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let terminal = Terminal::output(arguments.common.color);
    let reads_input = arguments.paths.iter().any(|path| path.as_os_str() == "-");
    if arguments.fix && reads_input {
        let why = "`--fix` cannot write to standard input; `--diff` shows what it would change";
        return Err(CommandError::Usage(why.to_owned()));
    }
    if arguments.stdin_filename.is_some() && !reads_input {
        let why = "`--stdin-filename` names what comes from standard input, which is read for the path `-` only";
        return Err(CommandError::Usage(why.to_owned()));
    }
    let outputs = Outputs::new(arguments.format, &arguments.output);
    let found = find_units_with(&arguments.paths, &arguments.beside, arguments.stdin_filename.as_deref());
    let mut run = Run::default();
    run.analysis.inputs = found.others;
    let mut shown = UndeterminedMode::Count;
    let mut plan = Vec::new();
    // All settings and rules are read before anything is checked: a mistake in one stops the run.
    for unit in found.units {
        let settings = arguments.settings(&unit.root)?;
        let selection = run.prepare(&settings, arguments)?;
        shown = strongest(shown, settings.undetermined.value);
        plan.push((unit, settings, selection));
    }
    if plan.is_empty() {
        let defaults = arguments.settings(Path::new("."))?;
        run.prepare(&defaults, arguments)?;
        run.analysis.edition = defaults.edition.value.as_str().to_owned();
    }
    for (mut unit, settings, selection) in plan {
        let rejected = if arguments.fix || arguments.diff {
            run.fix(&mut unit, &settings, &selection, arguments.diff)
        } else {
            Rejected::default()
        };
        run.check(unit, &settings, &selection, &rejected);
    }
    run.report_empty_folders();
    run.variants.tell(&mut run.analysis.findings);
    let status = run.status();
    let outcome = report(arguments, &run, &outputs, terminal, shown);
    // The process ends: taking everything apart piece by piece would only take time.
    std::mem::forget(run);
    let is_told = outcome?;
    Ok(if is_told { status } else { USAGE })
}

fn strongest(a: UndeterminedMode, b: UndeterminedMode) -> UndeterminedMode {
    if a == UndeterminedMode::Count { b } else { a }
}

/// Tells what was found. Whether every output was written.
fn report(
    arguments: &Arguments,
    run: &Run,
    outputs: &Outputs,
    terminal: Terminal,
    shown: UndeterminedMode,
) -> Result<bool, CommandError> {
    let report = Report {
        analysis: &run.analysis,
        sources: &run.sources,
        rulesets: run.rulesets.values().collect(),
        is_quiet: arguments.quiet,
        show_undetermined: shown != UndeterminedMode::Count,
        is_fixed: arguments.fix,
    };
    if !arguments.diff {
        return Ok(outputs.write(&report, terminal)?);
    }
    let outcome = write_difference(run, terminal);
    unless_closed(outcome)?;
    Ok(true)
}

fn write_difference(run: &Run, terminal: Terminal) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(run.difference.as_bytes())?;
    output.flush()?;
    report::write_left(&mut io::stderr().lock(), &run.analysis, &run.sources, &terminal.human(), Tense::Would)
}

impl Arguments {
    fn settings(&self, root: &Path) -> Result<Settings, CommandError> {
        let mut settings = Settings::nearest(root)?;
        self.common.over(&mut settings);
        if !self.select.is_empty() {
            settings.select = self.select.iter().cloned().map(by_option).collect();
        }
        if !self.ignore.is_empty() {
            settings.ignore = self.ignore.iter().cloned().map(by_option).collect();
        }
        if let Some(fail_on) = self.fail_on {
            settings.fail_on = by_option(fail_on);
        }
        if let Some(undetermined) = self.undetermined {
            settings.undetermined = by_option(undetermined);
        }
        for level in &self.level {
            settings.levels.push(parse_level(level)?);
        }
        Ok(settings)
    }
}

fn by_option<T>(value: T) -> Setting<T> {
    Setting { value, origin: SettingOrigin::CommandLine }
}

fn parse_level(text: &str) -> Result<(Setting<String>, LevelSetting), CommandError> {
    let Some((rule, level)) = text.split_once('=') else {
        return Err(CommandError::Usage(format!("`--level {text}` should read `--level RULE=LEVEL`")));
    };
    let level = match level {
        "error" => LevelSetting::Error,
        "warning" => LevelSetting::Warning,
        "info" => LevelSetting::Info,
        "off" => LevelSetting::Off,
        _ => return Err(CommandError::Usage(format!("`{level}` is no level: write error, warning, info or off"))),
    };
    Ok((by_option(rule.to_owned()), level))
}

/// One run over all units.
#[derive(Default)]
struct Run {
    sources: Sources,
    analysis: Analysis,
    /// Rules by the folders that a team's own ones come from.
    rulesets: BTreeMap<Vec<PathBuf>, Ruleset>,
    /// For every folder of the command line whether there was a topology in it.
    folders: BTreeMap<PathBuf, bool>,
    /// Some finding or undecided check makes the command fail.
    failed: bool,
    /// What fixing would change, as a unified difference.
    difference: String,
    /// Files that cannot be written, and why.
    unwritable: BTreeMap<String, String>,
    /// Some file could not be written after all.
    unwritten: bool,
    /// What several sets of parameters have in common.
    variants: Variants,
}

impl Run {
    /// Loads the rules that settings ask for, and says which of them are applied.
    fn prepare(&mut self, settings: &Settings, arguments: &Arguments) -> Result<Selection, CommandError> {
        let ruleset = match self.rulesets.entry(settings.rules.value.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(knowledge::load(settings, arguments.common.color)?),
        };
        Selection::new(settings, &ruleset.definitions)
    }

    /// Repairs what can be repaired in the texts of a unit, and writes them unless only the difference is wanted. Tells
    /// which repairs were tried and not kept.
    fn fix(&mut self, unit: &mut Unit, settings: &Settings, selection: &Selection, dry: bool) -> Rejected {
        let Some(ruleset) = self.rulesets.get_mut(&settings.rules.value) else { return Rejected::default() };
        let enabled = |name: &str| selection.applies(name);
        let level_of = |name: &str| selection.level_of(name);
        let options = Options { edition: settings.edition.value.as_str(), enabled: &enabled, level_of: &level_of };
        let unwritable: BTreeMap<String, String> = match dry {
            true => BTreeMap::new(),
            false => unit.files.iter().filter_map(|file| Some((file.name.clone(), write_refusal(file)?))).collect(),
        };
        let before = unit.clone();
        let mut outcome = fix::fix(ruleset, unit, &options, &|name| unwritable.get(name).cloned());
        if dry {
            self.difference.push_str(&unified_diff(&before, unit));
        } else {
            for (name, error) in write_units(&before, unit) {
                self.unwritten = true;
                outcome.fixed.retain(|fixed| !fixed.files.contains(&name));
                // Standard error may be closed.
                let _ = writeln!(io::stderr(), "error: {name} could not be written: {error}");
            }
        }
        self.unwritable.extend(unwritable);
        self.analysis.fixed.extend(outcome.fixed);
        outcome.rejected
    }

    fn check(&mut self, unit: Unit, settings: &Settings, selection: &Selection, rejected: &Rejected) {
        let Some(ruleset) = self.rulesets.get_mut(&settings.rules.value) else { return };
        let edition = settings.edition.value.as_str();
        let (given, variant) = (unit.given.clone(), unit.variant.clone());
        let is_incomplete = unit.incomplete;
        let loaded = load(unit, &ruleset.definitions, edition, &mut self.sources);
        let skipped = |input: &Input| matches!(input.status, InputStatus::Skipped(_));
        let is_topology = is_incomplete || !loaded.inputs.iter().all(skipped);
        for folder in given {
            *self.folders.entry(folder).or_default() |= is_topology;
        }
        let enabled = |name: &str| selection.applies(name);
        let level_of = |name: &str| selection.level_of(name);
        let options = Options { edition, enabled: &enabled, level_of: &level_of };
        let addresses = in_files(&loaded.topology, &self.sources, &loaded.context);
        let mut result = analyse(ruleset, loaded.topology, &self.sources, &options);
        let refused = |name: &str| self.unwritable.get(name).cloned();
        fix::settle(&mut result.findings, &self.sources, &loaded.inputs, &refused, rejected);
        leave_context(&mut result, &addresses, &loaded.context);
        self.variants.add_inputs(&mut self.analysis.inputs, loaded.inputs);
        self.variants.add_problems(&mut self.analysis.problems, loaded.problems, &self.sources);
        add_unread(&mut self.analysis.unread, loaded.unread);
        self.analysis.rules = self.analysis.rules.max(selection.count());
        self.take(result, settings, variant);
    }

    /// A folder that was named is expected to hold a topology.
    fn report_empty_folders(&mut self) {
        for folder in self.folders.iter().filter(|(_, holds)| !**holds).map(|(folder, _)| folder) {
            let reason = "holds no topology file; nothing was checked".to_owned();
            self.analysis.inputs.push(unreadable(display(folder), reason));
        }
    }

    fn take(&mut self, mut result: UnitResult, settings: &Settings, variant: Option<String>) {
        let analysis = &mut self.analysis;
        let first_flow = analysis.flows.len();
        for finding in &mut result.findings {
            finding.flow = finding.flow.map(|index| index + first_flow);
        }
        self.failed |= result.findings.iter().any(|finding| settings.fail_on.value.includes(finding.level));
        self.failed |= settings.undetermined.value == UndeterminedMode::Error && !result.undetermined.is_empty();
        analysis.problems.extend(result.problems);
        self.variants.add_findings(&mut analysis.findings, result.findings, variant, &self.sources);
        analysis.flows.append(&mut result.flows);
        let known = std::mem::take(&mut result.undetermined);
        analysis
            .undetermined
            .extend(known.into_iter().filter(|check| !self.variants.is_known_check(check, &self.sources)));
        analysis.resources += result.resources;
        analysis.edition = settings.edition.value.as_str().to_owned();
    }

    fn status(&self) -> u8 {
        let analysis = &self.analysis;
        let unreadable = analysis.inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_)));
        let mistaken = analysis.problems.iter().any(|problem| problem.severity >= Severity::Error);
        let nothing = !analysis.inputs.iter().any(|input| input.status == InputStatus::Checked);
        match (unreadable || mistaken || nothing || self.unwritten, self.failed) {
            (true, _) => UNREADABLE,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        }
    }
}
