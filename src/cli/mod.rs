//! The command line: one file per command.

mod baseline;
mod check;
mod config;
mod context;
mod convert;
mod diff;
mod exceptions;
mod explain;
mod failure;
mod files;
mod fix;
mod graph;
mod judging;
mod knowledge;
mod load;
mod output;
mod paths;
mod rules;
mod schema;
mod selection;
mod settings;
mod split;
mod terminal;
mod test;
mod units;
mod variants;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use settings::{
    Edition, FailOn, LevelSetting, Setting, SettingOrigin, Settings, SettingsError, UndeterminedMode,
};

/// Exit status: nothing at or above the level that fails.
const CLEAN: u8 = 0;
/// Exit status: findings.
const FINDINGS: u8 = 1;
/// Exit status: wrong usage, configuration or rule file.
const USAGE: u8 = 2;
/// Exit status: some input could not be read.
const UNREADABLE: u8 = 3;

/// A linter and reachability analyser for Azure network isolation.
#[derive(Debug, Parser)]
#[command(name = "isolint", version, about, disable_help_subcommand = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check topologies: will every connection work, and is it as private as it claims?
    Check(check::Arguments),
    /// Write down what is found today, so that only what is new fails
    Baseline(baseline::Arguments),
    /// Print the settings that are in force, and where each came from
    Config(config::Arguments),
    /// Compare two states of an estate: what got worse, what got better
    Diff(diff::Arguments),
    /// Explain a rule or an access method: why, where it is documented, bad and good examples
    Explain(explain::Arguments),
    /// List all rules and access methods
    Rules(rules::Arguments),
    /// Show every access method from one resource to another, with what each of them needs
    Paths(paths::Arguments),
    /// Print the topology file that a template was understood as
    Convert(convert::Arguments),
    /// Draw the estate: networks, what stands in them, and which connections are open
    Graph(graph::Arguments),
    /// Run the examples inside rule files, yours or the shipped ones
    Test(test::Arguments),
    /// Print the JSON Schema of topology files, configurations, rules, reports or baselines
    Schema(schema::Arguments),
}

/// What stops a command before anything is checked.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// A configuration file that cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A mistake on the command line.
    #[error("{0}")]
    Usage(String),
    /// Rule files with mistakes, which have been printed.
    #[error("{0}")]
    Rules(String),
    /// The program itself is damaged.
    #[error(transparent)]
    Knowledge(#[from] crate::shipped::DamagedKnowledge),
    /// What was asked for is not there, and some input could not be read.
    #[error("{0}")]
    Unreadable(String),
    /// The output cannot be written.
    #[error("cannot write: {0}")]
    Output(#[from] std::io::Error),
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no errors; that a pipe was closed on them is none either.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { CLEAN });
        }
    };
    let outcome = match cli.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Paths(arguments) => paths::run(&arguments),
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Graph(arguments) => graph::run(&arguments),
        Command::Test(arguments) => test::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
    };
    match outcome {
        Ok(status) => ExitCode::from(status),
        Err(CommandError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::from(CLEAN),
        Err(CommandError::Settings(error)) => {
            // Standard error may be closed.
            let _ = error.write(&mut std::io::stderr());
            ExitCode::from(USAGE)
        }
        Err(error) => {
            // Standard error may be closed.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::from(if matches!(error, CommandError::Unreadable(_)) { UNREADABLE } else { USAGE })
        }
    }
}

/// In which form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

/// Options that several commands share.
#[derive(Debug, Clone, Default, clap::Args)]
struct Common {
    /// Which state of the documentation to judge by
    #[arg(long, value_enum)]
    edition: Option<Edition>,
    /// A folder with rules of your own; may be given several times
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    color: terminal::ColorChoice,
}

impl Common {
    /// Puts the options over settings from a file.
    fn over(&self, settings: &mut Settings) {
        if let Some(edition) = self.edition {
            settings.edition = Setting { value: edition, origin: SettingOrigin::CommandLine };
        }
        if !self.rules.is_empty() {
            settings.rules = Setting { value: self.rules.clone(), origin: SettingOrigin::CommandLine };
        }
    }
}
