//! In which forms a check is told, and where to: standard output and any number of files.

mod pipeline;

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use self::pipeline::{Pipeline, is_job_summary, repository};
use super::failure;
use super::terminal::Terminal;
use super::units::{clean, display};
use crate::analysis::Analysis;
use crate::knowledge::ruleset::Ruleset;
use crate::report::{self, HumanOptions, Repository, RuleText, SarifOptions, Tense};
use crate::source::{Sources, did_you_mean};

/// How many bytes are written at once.
const BUFFER: usize = 64 * 1024;
/// Where the program is at home; empty as long as it has no address.
const HOME: &str = env!("CARGO_PKG_REPOSITORY");

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ReportFormat {
    /// For people
    Human,
    /// For people and editors, a line for each finding
    Compact,
    /// For programs
    Json,
    /// For programs, an object a line
    JsonLines,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// Markdown, for the summary of a job or the comment of a review
    Markdown,
    /// The code quality report of GitLab
    Gitlab,
    /// Logging commands of Azure Pipelines
    AzurePipelines,
    /// JUnit's XML
    Junit,
}

/// What is told.
pub(super) struct Report<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) sources: &'a Sources,
    pub(super) rulesets: Vec<&'a Ruleset>,
    /// Findings only.
    pub(super) is_quiet: bool,
    /// What could not be decided is listed.
    pub(super) show_undetermined: bool,
    /// Repairs were made.
    pub(super) is_fixed: bool,
}

/// Where a report goes.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    /// The form on standard output, where one is given.
    format: Option<ReportFormat>,
    files: Vec<OutputFile>,
    /// What is wrong with the options.
    mistakes: Vec<String>,
}

/// A file to write.
#[derive(Debug)]
struct OutputFile {
    /// As the user wrote it.
    option: String,
    format: ReportFormat,
    path: PathBuf,
}

impl Outputs {
    /// The outputs of a command line. A mistake in one does not hinder the others.
    pub(super) fn new(format: Option<ReportFormat>, options: &[String]) -> Self {
        let mut outputs = Self { format, ..Self::default() };
        let mut known: Vec<(PathBuf, &str)> = Vec::new();
        for option in options {
            let file = match OutputFile::parse(option) {
                Ok(file) => file,
                Err(mistake) => {
                    outputs.mistakes.push(mistake);
                    continue;
                }
            };
            let identity = identity(&file.path);
            match known.iter().find(|(other, _)| *other == identity) {
                Some((_, other)) => outputs.mistakes.push(format!(
                    "`--output {other}` and `--output {option}` name the same file; give each report a file of its own"
                )),
                None => {
                    known.push((identity, option));
                    outputs.files.push(file);
                }
            }
        }
        outputs
    }

    /// Whether some report has a picture.
    pub(super) fn draw(&self) -> bool {
        let formats = self.files.iter().map(|file| file.format).chain(self.format);
        formats.into_iter().any(|format| format == ReportFormat::Markdown)
    }

    /// Writes the report everywhere. What goes wrong is said on standard error; tells whether nothing did.
    ///
    /// # Errors
    /// When standard output cannot be written to.
    pub(super) fn write(&self, report: &Report<'_>, terminal: Terminal) -> io::Result<bool> {
        let repository = repository();
        let mut mistakes = self.mistakes.clone();
        for file in &self.files {
            if let Err(reason) = file.write(report, &repository) {
                mistakes.push(format!("`--output {}` cannot be written: {reason}", file.option));
            }
        }
        let format = self.standard(report.is_quiet);
        let mut out = io::BufWriter::with_capacity(BUFFER, io::stdout().lock());
        let human = terminal.human();
        let outcome = report.write(&mut out, format, &repository, human).and_then(|()| out.flush());
        unless_closed(outcome)?;
        for mistake in &mistakes {
            say(&format!("error: {mistake}"));
        }
        Ok(mistakes.is_empty())
    }

    /// The form on standard output. In a pipeline it is chosen, and said.
    fn standard(&self, is_quiet: bool) -> ReportFormat {
        if let Some(format) = self.format {
            return format;
        }
        match Pipeline::here() {
            Some(pipeline) if !io::stdout().is_terminal() => {
                if !is_quiet {
                    say(&format!("note: {}", pipeline.remark()));
                }
                pipeline.format()
            }
            _ => ReportFormat::Human,
        }
    }
}

/// Who reads standard output has had enough; what was found remains so.
pub(super) fn unless_closed(outcome: io::Result<()>) -> io::Result<()> {
    outcome.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

fn say(text: &str) {
    // Standard error may be closed.
    let _ = writeln!(io::stderr(), "{text}");
}

impl OutputFile {
    fn parse(option: &str) -> Result<Self, String> {
        let names = names();
        let Some((name, path)) = option.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err(format!(
                "`--output {option}` should read `--output FORMAT=PATH`, with one of the formats {}",
                names.join(", ")
            ));
        };
        let Ok(format) = ReportFormat::from_str(name, false) else {
            let near = did_you_mean(name, names.iter().map(String::as_str));
            let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return Err(format!("`{name}` in `--output {option}` is no format{near} (allowed: {})", names.join(", ")));
        };
        if path == "-" {
            return Err(format!("`--output {option}` names no file: for standard output there is `--format {name}`"));
        }
        Ok(Self { option: option.to_owned(), format, path: PathBuf::from(path) })
    }

    fn write(&self, report: &Report<'_>, repository: &Repository) -> Result<(), String> {
        if let Some(input) = self.input(report.analysis) {
            return Err(format!("it would replace {input}, which was checked"));
        }
        let adds = is_job_summary(&self.path);
        let file = OpenOptions::new().create(true).write(true).truncate(!adds).append(adds).open(&self.path);
        let mut out = io::BufWriter::with_capacity(BUFFER, file.map_err(|error| self.explain(&error))?);
        let outcome = report.write(&mut out, self.format, repository, HumanOptions::default());
        outcome.and_then(|()| out.flush()).map_err(|error| self.explain(&error))
    }

    /// The input that the file is, if it is one.
    fn input<'a>(&self, analysis: &'a Analysis) -> Option<&'a str> {
        let own = fs::canonicalize(&self.path).ok()?;
        let mut inputs = analysis.inputs.iter().map(|input| input.path.as_str());
        inputs.find(|input| fs::canonicalize(input).is_ok_and(|input| input == own))
    }

    fn explain(&self, error: &io::Error) -> String {
        let folder = self.path.parent().map(clean).unwrap_or_default();
        match error.kind() {
            io::ErrorKind::NotFound if !folder.is_dir() => format!("there is no folder {}", display(&folder)),
            _ => failure::of_writing(error),
        }
    }
}

/// What tells whether two paths are the same file, whether it is there or not.
fn identity(path: &Path) -> PathBuf {
    let folder = path.parent().map(clean).unwrap_or_default();
    let in_folder = || Some(fs::canonicalize(folder).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(in_folder).unwrap_or_else(|| clean(path))
}

/// The names of the formats.
fn names() -> Vec<String> {
    let values = ReportFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    values.map(|value| value.get_name().to_owned()).collect()
}

impl Report<'_> {
    fn write(
        &self,
        out: &mut impl io::Write,
        format: ReportFormat,
        repository: &Repository,
        human: HumanOptions,
    ) -> io::Result<()> {
        let (analysis, sources) = (self.analysis, self.sources);
        match format {
            ReportFormat::Human => {
                let human = HumanOptions { quiet: self.is_quiet, show_undetermined: self.show_undetermined, ..human };
                if self.is_fixed {
                    report::write_left(out, analysis, sources, &human, Tense::Did)?;
                }
                report::write_human(out, analysis, sources, &human)
            }
            ReportFormat::Compact => report::write_compact(out, analysis, sources, self.is_quiet),
            ReportFormat::Json => report::write_json(out, analysis, sources),
            ReportFormat::JsonLines => report::write_json_lines(out, analysis, sources),
            ReportFormat::Sarif => {
                let rules = self.rules();
                let options = SarifOptions { repository, rules: &rules, home: home() };
                report::write_sarif(out, analysis, sources, &options)
            }
            ReportFormat::Github => report::write_github(out, analysis, sources, repository, self.is_quiet),
            ReportFormat::Markdown => report::write_summary_markdown(out, analysis, sources, repository),
            ReportFormat::Gitlab => report::write_gitlab(out, analysis, sources, repository),
            ReportFormat::AzurePipelines => {
                report::write_azure_pipelines(out, analysis, sources, repository, self.is_quiet)
            }
            ReportFormat::Junit => report::write_junit(out, analysis, sources, repository),
        }
    }

    /// The rules that were broken, in words.
    fn rules(&self) -> Vec<RuleText> {
        let names: BTreeSet<&str> = self.analysis.findings.iter().map(|finding| finding.rule.as_str()).collect();
        let pages = home().map(|home| format!("{home}/blob/main/docs/rules"));
        let text = |name: &str| self.rulesets.iter().find_map(|rules| RuleText::of(rules, name, pages.as_deref()));
        names.into_iter().filter_map(text).collect()
    }
}

fn home() -> Option<&'static str> {
    Some(HOME).filter(|home| !home.is_empty())
}
