//! `isolint check`.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::load::load;
use super::settings::matches;
use super::terminal::Terminal;
use super::units::{Unit, display, find_units};
use super::{
    CLEAN, CommandError, Common, FINDINGS, FailOn, LevelSetting, Setting, SettingOrigin, Settings, UNREADABLE,
    UndeterminedMode, knowledge,
};
use crate::analysis::{Analysis, Input, InputStatus, Level, Options, analyse};
use crate::knowledge::ruleset::Ruleset;
use crate::report;
use crate::source::{Severity, Sources, did_you_mean};

/// How many bytes are written at once.
const OUTPUT_BUFFER: usize = 64 * 1024;

/// In which form to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// Excerpts and explanations, for people
    #[default]
    Human,
    /// Everything, for programs
    Json,
}

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files and folders to check; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
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
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let terminal = Terminal::detect(arguments.common.color);
    let found = find_units(&arguments.paths);
    let mut run = Run {
        terminal,
        sources: Sources::new(),
        analysis: Analysis::default(),
        rulesets: BTreeMap::new(),
        failed: false,
    };
    run.analysis.inputs = found.unreadable;
    let mut shown = UndeterminedMode::Count;
    let mut units = Vec::new();
    // All settings are read before anything is checked: a mistake in one stops the run.
    for unit in found.units {
        let settings = arguments.settings(&unit.root)?;
        run.ruleset(&settings)?;
        shown = strongest(shown, settings.undetermined.value);
        units.push((unit, settings));
    }
    if units.is_empty() {
        arguments.settings(Path::new("."))?;
    }
    for (unit, settings) in units {
        run.check(unit, &settings)?;
    }
    let status = run.status();
    report(arguments, &run, terminal, shown)?;
    // The process ends: taking everything apart piece by piece would only take time.
    std::mem::forget(run);
    Ok(status)
}

fn strongest(a: UndeterminedMode, b: UndeterminedMode) -> UndeterminedMode {
    if a == UndeterminedMode::Count { b } else { a }
}

fn report(arguments: &Arguments, run: &Run, terminal: Terminal, shown: UndeterminedMode) -> Result<(), CommandError> {
    let mut output = io::BufWriter::with_capacity(OUTPUT_BUFFER, io::stdout().lock());
    match arguments.format {
        Format::Human => {
            let options = report::HumanOptions {
                quiet: arguments.quiet,
                show_undetermined: shown != UndeterminedMode::Count,
                ..terminal.human()
            };
            report::write_human(&mut output, &run.analysis, &run.sources, &options)?;
        }
        Format::Json => report::write_json(&mut output, &run.analysis, &run.sources)?,
    }
    output.flush()?;
    Ok(())
}

impl Arguments {
    fn settings(&self, root: &Path) -> Result<Settings, CommandError> {
        let mut settings = Settings::nearest(root)?;
        self.common.over(&mut settings);
        if !self.select.is_empty() {
            settings.select = by_option(self.select.clone());
        }
        if !self.ignore.is_empty() {
            settings.ignore = by_option(self.ignore.clone());
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

fn parse_level(text: &str) -> Result<(String, Setting<LevelSetting>), CommandError> {
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
    Ok((rule.to_owned(), by_option(level)))
}

/// One run over all units.
struct Run {
    terminal: Terminal,
    sources: Sources,
    analysis: Analysis,
    /// Rules by the folders that a team's own ones come from.
    rulesets: BTreeMap<Vec<PathBuf>, Ruleset>,
    /// Some finding or undecided check makes the command fail.
    failed: bool,
}

impl Run {
    fn ruleset(&mut self, settings: &Settings) -> Result<&mut Ruleset, CommandError> {
        let key = settings.rules.value.clone();
        if !self.rulesets.contains_key(&key) {
            let ruleset = knowledge::load(settings, self.terminal)?;
            check_names(settings, &ruleset)?;
            self.rulesets.insert(key.clone(), ruleset);
        }
        match self.rulesets.get_mut(&key) {
            Some(ruleset) => Ok(ruleset),
            None => Err(CommandError::Rules("the rules cannot be loaded".to_owned())),
        }
    }

    fn check(&mut self, unit: Unit, settings: &Settings) -> Result<(), CommandError> {
        if unit.files.is_empty() {
            let reason = "holds no YAML file; nothing was checked".to_owned();
            self.analysis.inputs.push(Input {
                path: display(&unit.root),
                format: "topology",
                status: InputStatus::Unreadable(reason),
            });
            return Ok(());
        }
        let edition = settings.edition.value.as_str();
        let mut sources = std::mem::take(&mut self.sources);
        let definitions = &self.ruleset(settings)?.definitions;
        let loaded = load(unit, definitions, edition, &mut sources);
        let enabled = |name: &str| settings.applies(name);
        let level_of = |name: &str| settings.level_of(name);
        let ruleset = self.ruleset(settings)?;
        let rules = ruleset.definitions.rules.iter().filter(|rule| settings.applies(&rule.name)).count();
        let result =
            analyse(ruleset, loaded.topology, &sources, &Options { edition, enabled: &enabled, level_of: &level_of });
        self.sources = sources;
        self.take(loaded.inputs, loaded.problems, result, settings, rules);
        Ok(())
    }

    fn take(
        &mut self,
        inputs: Vec<Input>,
        problems: Vec<crate::source::Problem>,
        mut result: crate::analysis::UnitResult,
        settings: &Settings,
        rules: usize,
    ) {
        let analysis = &mut self.analysis;
        let first_flow = analysis.flows.len();
        for finding in &mut result.findings {
            finding.flow = finding.flow.map(|index| index + first_flow);
        }
        self.failed |= result.findings.iter().any(|finding| settings.fail_on.value.includes(finding.level));
        self.failed |= settings.undetermined.value == UndeterminedMode::Error && !result.undetermined.is_empty();
        analysis.inputs.extend(inputs);
        analysis.problems.extend(problems);
        analysis.problems.extend(result.problems);
        analysis.findings.append(&mut result.findings);
        analysis.flows.append(&mut result.flows);
        analysis.undetermined.append(&mut result.undetermined);
        analysis.resources += result.resources;
        analysis.rules = analysis.rules.max(rules);
        analysis.edition = settings.edition.value.as_str().to_owned();
    }

    fn status(&self) -> u8 {
        let analysis = &self.analysis;
        let unreadable = analysis.inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_)));
        let mistaken = analysis.problems.iter().any(|problem| problem.severity >= Severity::Error);
        let nothing = !analysis.inputs.iter().any(|input| input.status == InputStatus::Checked);
        match (unreadable || mistaken || nothing, self.failed) {
            (true, _) => UNREADABLE,
            (false, true) => FINDINGS,
            (false, false) => CLEAN,
        }
    }
}

impl Settings {
    /// Whether a rule is applied at all.
    fn applies(&self, name: &str) -> bool {
        let any = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, name));
        (self.select.value.is_empty() || any(&self.select.value))
            && !any(&self.ignore.value)
            && self.level_setting(name) != Some(LevelSetting::Off)
    }

    /// The level of a rule, where one is set.
    fn level_of(&self, name: &str) -> Option<Level> {
        match self.level_setting(name)? {
            LevelSetting::Error => Some(Level::Error),
            LevelSetting::Warning => Some(Level::Warning),
            LevelSetting::Info => Some(Level::Info),
            LevelSetting::Off => None,
        }
    }

    fn level_setting(&self, name: &str) -> Option<LevelSetting> {
        self.levels.iter().rev().find(|(pattern, _)| matches(pattern, name)).map(|(_, level)| level.value)
    }
}

/// Rules that are named in settings must exist, so that a misspelt one does not pass for obeyed.
fn check_names(settings: &Settings, ruleset: &Ruleset) -> Result<(), CommandError> {
    let names: Vec<&str> = ruleset.definitions.rules.iter().map(|rule| rule.name.as_str()).collect();
    let levels = settings.levels.iter().map(|(pattern, level)| (pattern, &level.origin));
    let selected = settings.select.value.iter().map(|pattern| (pattern, &settings.select.origin));
    let ignored = settings.ignore.value.iter().map(|pattern| (pattern, &settings.ignore.origin));
    for (pattern, origin) in levels.chain(selected).chain(ignored) {
        if names.iter().any(|name| matches(pattern, name)) {
            continue;
        }
        let place = match origin {
            SettingOrigin::File(path, _) => format!("{}: ", display(path)),
            _ => String::new(),
        };
        let hint = did_you_mean(pattern, names.iter().copied())
            .map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(CommandError::Usage(format!("{place}there is no rule `{pattern}`; {hint}")));
    }
    Ok(())
}
