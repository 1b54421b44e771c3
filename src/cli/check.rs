//! `isolint check`.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::baseline::{Baselines, Matching};
use super::context::{add_unread, in_files, leave_context};
use super::exceptions::{Accountant, Said, configuration_unit, is_whole, owns_configuration};
use super::failure;
use super::fix::{self, Rejected, unified_diff, write_refusal, write_units};
use super::judging::{Judging, by_option};
use super::load::{Reading, UnitRead};
use super::output::{Outputs, Report, ReportFormat, unless_closed};
use super::selection::Selection;
use super::terminal::{ColorChoice, Terminal};
use super::units::{Found, Unit, display, find_units_with, unreadable};
use super::variants::Variants;
use super::{CLEAN, CommandError, FINDINGS, FailOn, Settings, UNREADABLE, USAGE, UndeterminedMode, knowledge};
use crate::analysis::{
    Acceptance, Analysis, Date, Estate, Fixed, Input, InputStatus, Options, Part, UnitResult, analyse, sort_findings,
};
use crate::knowledge::definitions::Definitions;
use crate::knowledge::ruleset::Ruleset;
use crate::report::{self, Tense};
use crate::source::{Severity, Sources};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The form of the report; by default for people, and in a pipeline as it shows best there
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write the report to a file too; may be given several times
    #[arg(long, value_name = "FORMAT=PATH")]
    output: Vec<String>,
    /// What standard input is called; its folder says which settings and which other files belong to it
    #[arg(long, value_name = "PATH")]
    stdin_filename: Option<PathBuf>,
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
    /// Judge as if there were no exceptions and no baseline, and say what they would ignore
    #[arg(long)]
    no_ignores: bool,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let judging = &arguments.judging;
    let terminal = Terminal::output(judging.common.color);
    let reads_input = judging.paths.iter().any(|path| path.as_os_str() == "-");
    if arguments.fix && reads_input {
        let why = "`--fix` cannot write to standard input; `--diff` shows what it would change";
        return Err(CommandError::Usage(why.to_owned()));
    }
    if arguments.stdin_filename.is_some() && !reads_input {
        let why = "`--stdin-filename` names what comes from standard input, which is read for the path `-` only";
        return Err(CommandError::Usage(why.to_owned()));
    }
    let outputs = Outputs::new(arguments.format, &arguments.output);
    let found = find_units_with(&judging.paths, &judging.beside, arguments.stdin_filename.as_deref());
    let repairs = arguments.fix || arguments.diff;
    let (mut run, plan) = Run::plan(judging, found, !repairs, &|settings| arguments.over(settings))?;
    run.obey = !arguments.no_ignores;
    run.draws = outputs.draw();
    let mut shown = UndeterminedMode::Count;
    for Planned { mut unit, mut settings, selection, sole } in plan {
        shown = strongest(shown, settings.undetermined.value);
        let rejected = match &mut unit {
            Reading::Later(unit) if repairs => run.fix(unit, &mut settings, &selection, (arguments, sole))?,
            _ => Rejected::default(),
        };
        run.check(unit, &settings, &selection, &rejected);
    }
    run.finish();
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
    /// Puts the options that concern the report over settings.
    fn over(&self, settings: &mut Settings) {
        if let Some(fail_on) = self.fail_on {
            settings.fail_on = by_option(fail_on);
        }
        if let Some(undetermined) = self.undetermined {
            settings.undetermined = by_option(undetermined);
        }
    }
}

/// A unit with what holds for it.
pub(super) struct Planned {
    pub(super) unit: Reading,
    pub(super) settings: Settings,
    pub(super) selection: Selection,
    /// No other unit has the same configuration.
    sole: bool,
}

/// One run over all units.
pub(super) struct Run {
    pub(super) sources: Sources,
    pub(super) analysis: Analysis,
    /// Rules by the folders that a team's own ones come from.
    rulesets: BTreeMap<Vec<PathBuf>, Ruleset>,
    /// Findings that are known.
    baselines: Baselines,
    /// For every folder of the command line whether there was a topology in it.
    folders: BTreeMap<PathBuf, bool>,
    color: ColorChoice,
    today: Date,
    /// Exceptions and baselines are obeyed.
    pub(super) obey: bool,
    /// Some report has a picture.
    draws: bool,
    /// Some finding or undecided check makes the command fail.
    failed: bool,
    /// A configuration or a baseline has a mistake that did not keep anything from being checked.
    misconfigured: bool,
    /// What fixing would change, as a unified difference.
    difference: String,
    /// Files that cannot be written, and why.
    unwritable: BTreeMap<String, String>,
    /// Some file could not be written after all.
    unwritten: bool,
    /// What several sets of parameters have in common.
    variants: Variants,
    /// What is said about exceptions.
    said: Said,
}

impl Run {
    /// Reads all settings and rules of what was found first: a mistake in one stops the run. `over` puts further options
    /// over the settings. With `ahead` the first unit is read while the rules are loaded.
    pub(super) fn plan(
        judging: &Judging,
        found: Found,
        ahead: bool,
        over: &dyn Fn(&mut Settings),
    ) -> Result<(Self, Vec<Planned>), CommandError> {
        let mut run = Self {
            sources: Sources::new(),
            analysis: Analysis { inputs: found.others, ..Analysis::default() },
            rulesets: BTreeMap::new(),
            baselines: Baselines::default(),
            folders: BTreeMap::new(),
            color: judging.common.color,
            today: judging.today.unwrap_or_else(Date::today),
            obey: true,
            draws: false,
            failed: false,
            misconfigured: false,
            difference: String::new(),
            unwritable: BTreeMap::new(),
            unwritten: false,
            variants: Variants::default(),
            said: Said::default(),
        };
        let settings = |root: &Path| {
            let mut settings = judging.settings(root)?;
            over(&mut settings);
            Ok::<_, CommandError>(settings)
        };
        let mut units = Vec::new();
        for mut unit in found.units {
            let settings = settings(&unit.root)?;
            run.baselines.leave_out(&mut unit, &settings);
            units.push((Reading::Later(unit), settings));
        }
        if let (true, Some((unit, settings))) = (ahead, units.first_mut()) {
            run.read_ahead(unit, settings)?;
        }
        let mut plan = Vec::new();
        for (unit, settings) in units {
            let selection = run.prepare(&settings)?;
            plan.push(Planned { unit, settings, selection, sole: true });
        }
        let files: Vec<_> = plan.iter().map(|planned| planned.settings.file.clone()).collect();
        for planned in &mut plan {
            planned.sole = files.iter().filter(|file| **file == planned.settings.file).count() == 1;
        }
        if plan.is_empty() {
            let defaults = settings(Path::new("."))?;
            run.prepare(&defaults)?;
            run.analysis.edition = defaults.edition.value.as_str().to_owned();
        }
        Ok((run, plan))
    }

    /// Reads a unit while the rules are loaded. A team's own rules are loaded first: they may have mistakes.
    fn read_ahead(&mut self, reading: &mut Reading, settings: &Settings) -> Result<(), CommandError> {
        if !settings.rules.value.is_empty() {
            return Ok(());
        }
        let Reading::Later(unit) = reading else { return Ok(()) };
        let loading = knowledge::Loading::start(settings.edition.value.as_str());
        let unit = std::mem::take(unit);
        let read = UnitRead::of(unit, settings, &loading, &mut self.sources);
        *reading = Reading::Done(Box::new(read));
        self.rulesets.insert(Vec::new(), loading.finish()?);
        Ok(())
    }

    /// Loads the rules that settings ask for, and says which of them are applied.
    fn prepare(&mut self, settings: &Settings) -> Result<Selection, CommandError> {
        let ruleset = match self.rulesets.entry(settings.rules.value.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(knowledge::load(settings, self.color)?),
        };
        Selection::new(settings, &ruleset.definitions)
    }

    /// Repairs what can be repaired in the texts of a unit, and writes them unless only the difference is wanted. Tells
    /// which repairs were tried and not kept. Needless exceptions go from the settings too.
    fn fix(
        &mut self,
        unit: &mut Unit,
        settings: &mut Settings,
        selection: &Selection,
        (arguments, sole): (&Arguments, bool),
    ) -> Result<Rejected, CommandError> {
        let dry = arguments.diff;
        let Some(ruleset) = self.rulesets.get_mut(&settings.rules.value) else { return Ok(Rejected::default()) };
        let enabled = |name: &str| selection.applies(name);
        let level_of = |name: &str| selection.level_of(name);
        let options = Options { edition: settings.edition.value.as_str(), enabled: &enabled, level_of: &level_of };
        let configuration = configuration_unit(settings);
        let files = unit.files.iter().chain(configuration.iter().flat_map(|unit| &unit.files));
        let unwritable: BTreeMap<String, String> = match dry {
            true => BTreeMap::new(),
            false => files.filter_map(|file| Some((file.name.clone(), write_refusal(file)?))).collect(),
        };
        let before = unit.clone();
        // What the configuration holds may be for another unit.
        let owns_configuration = sole && owns_configuration(unit, settings);
        let accountant = Accountant { settings, selection, today: self.today, obey: self.obey, owns_configuration };
        let mut outcome = fix::fix(ruleset, unit, &options, &accountant, &|name| unwritable.get(name).cloned());
        self.unwritable.extend(unwritable);
        self.keep(&before, unit, &mut outcome.fixed, dry);
        if let (Some(before), Some(text)) = (configuration, outcome.configuration) {
            let mut after = before.clone();
            if let Some(file) = after.files.first_mut() {
                file.text = text;
            }
            self.keep(&before, &mut after, &mut outcome.fixed, dry);
            if let (Some(file), Some(written)) = (settings.file.clone(), after.files.pop()) {
                *settings = Settings::parse(&file.path, written.text)?;
                arguments.judging.over(settings)?;
                arguments.over(settings);
            }
        }
        self.analysis.fixed.extend(outcome.fixed);
        Ok(outcome.rejected)
    }

    /// Writes the files of a unit that were changed, or only the difference. What cannot be written is not fixed.
    fn keep(&mut self, before: &Unit, after: &mut Unit, fixed: &mut Vec<Fixed>, dry: bool) {
        if dry {
            self.difference.push_str(&unified_diff(before, after));
            return;
        }
        for (name, error) in write_units(before, after) {
            self.unwritten = true;
            fixed.retain(|fixed| !fixed.files.contains(&name));
            // Standard error may be closed.
            let _ = writeln!(io::stderr(), "error: {name} could not be written: {}", failure::of_writing(&error));
        }
    }

    pub(super) fn check(&mut self, unit: Reading, settings: &Settings, selection: &Selection, rejected: &Rejected) {
        let Some(ruleset) = self.rulesets.get(&settings.rules.value) else { return };
        let read = match unit {
            Reading::Done(read) => *read,
            Reading::Later(unit) => UnitRead::of(unit, settings, &ruleset.definitions, &mut self.sources),
        };
        self.judge(read, settings, selection, rejected);
    }

    fn judge(&mut self, read: UnitRead, settings: &Settings, selection: &Selection, rejected: &Rejected) {
        let UnitRead { loaded, name, given, variant, is_incomplete, owns_configuration } = read;
        let baseline = self.baselines.of(settings, &mut self.sources, self.color);
        self.misconfigured |= baseline.is_err();
        let Some(ruleset) = self.rulesets.get_mut(&settings.rules.value) else { return };
        let edition = settings.edition.value.as_str();
        let accountant = Accountant { settings, selection, today: self.today, obey: self.obey, owns_configuration };
        let skipped = |input: &Input| matches!(input.status, InputStatus::Skipped(_));
        let is_topology = is_incomplete || !loaded.inputs.iter().all(skipped);
        for folder in given {
            *self.folders.entry(folder).or_default() |= is_topology;
        }
        let enabled = |name: &str| selection.applies(name);
        let level_of = |name: &str| selection.level_of(name);
        let options = Options { edition, enabled: &enabled, level_of: &level_of };
        let estate = self.draws.then(|| Estate::of(&loaded.topology));
        let addresses = in_files(&loaded.topology, &self.sources, &loaded.context);
        let mut result = analyse(ruleset, loaded.topology, &self.sources, &options);
        let refused = |name: &str| self.unwritable.get(name).cloned();
        fix::settle(&mut result.findings, &self.sources, &loaded.inputs, &refused, rejected);
        leave_context(&mut result, &addresses, &loaded.context);
        let whole = is_whole(is_incomplete, &loaded.problems) && is_whole(false, &result.problems);
        let accounted =
            accountant.account(&mut result, loaded.exceptions, &mut self.sources, &ruleset.definitions, whole);
        self.misconfigured |= accounted.misconfigured;
        if let Ok(Some(known)) = baseline {
            let covers_all = whole && (accountant.owns_configuration || settings.baseline.is_by_option());
            let not_ignorable = settings.not_ignorable();
            let definitions = &ruleset.definitions;
            let acceptance = Acceptance { definitions, not_ignorable: &not_ignorable, obey: self.obey };
            let how = Matching { acceptance, covers_all, is_variant: variant.is_some() };
            self.baselines.ignore(&known, &mut result.findings, &how);
        }
        self.analysis.parts.extend(estate.map(|estate| {
            let (flows, findings) = (result.flows.clone(), result.findings.clone());
            Part { name, estate, flows, findings }
        }));
        self.said.add(accounted, &self.sources, settings.fail_on.value);
        self.variants.add_inputs(&mut self.analysis.inputs, loaded.inputs);
        self.variants.add_problems(&mut self.analysis.problems, loaded.problems, &self.sources);
        add_unread(&mut self.analysis.unread, loaded.unread);
        self.analysis.rules = self.analysis.rules.max(selection.count());
        self.take(result, settings, variant);
    }

    /// What is known by some settings.
    pub(super) fn definitions(&self, settings: &Settings) -> Option<&Definitions> {
        self.rulesets.get(&settings.rules.value).map(|ruleset| &ruleset.definitions)
    }

    /// Says what can be said only when all units were judged.
    pub(super) fn finish(&mut self) {
        self.report_empty_folders();
        self.variants.tell(&mut self.analysis.findings);
        for (finding, fail_on) in self.said.finish() {
            self.failed |= fail_on.includes(finding.level);
            self.analysis.findings.push(finding);
        }
        sort_findings(&mut self.analysis.findings);
        if !self.is_unread() {
            self.analysis.gone = self.baselines.gone();
        }
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
        let counted = result.findings.iter().filter(|finding| finding.ignored.is_none());
        self.failed |= counted.into_iter().any(|finding| settings.fail_on.value.includes(finding.level));
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

    /// Whether something could not be read, or not whole.
    pub(super) fn is_unread(&self) -> bool {
        let analysis = &self.analysis;
        let unreadable = analysis.inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_)));
        let mistaken = analysis.problems.iter().any(|problem| problem.severity >= Severity::Error);
        let nothing = !analysis.inputs.iter().any(|input| input.status == InputStatus::Checked);
        unreadable || mistaken || nothing
    }

    fn status(&self) -> u8 {
        match (self.misconfigured, self.is_unread() || self.unwritten, self.failed) {
            (true, ..) => USAGE,
            (false, true, _) => UNREADABLE,
            (false, false, true) => FINDINGS,
            (false, false, false) => CLEAN,
        }
    }
}
