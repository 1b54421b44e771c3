//! `isolint paths`.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use super::load::load;
use super::terminal::Terminal;
use super::units::{Beside, find_units};
use super::{CLEAN, CommandError, Common, Format, Settings, UNREADABLE, knowledge};
use crate::analysis::{Analysis, Input, InputStatus, Supposed, paths};
use crate::knowledge::definitions::Definitions;
use crate::report::{self, PathsReport};
use crate::source::{Severity, Sources, did_you_mean};
use crate::topology::{FieldType, KINDS, ObjectId, Topology};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Who connects: `job/telemetry`
    from: String,
    /// To what: `storage/raw`
    to: String,
    /// The topology: files and folders of one unit; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// What the connection is for, where nothing declares it: `output`, `routing`, ...
    #[arg(long = "use", value_name = "USE")]
    purpose: Option<String>,
    /// How it authenticates, where nothing declares it
    #[arg(long, value_name = "MODE")]
    auth: Option<String>,
    /// The form of the answer
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    #[command(flatten)]
    beside: Beside,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let found = find_units(&arguments.paths, &arguments.beside);
    let mut sources = Sources::new();
    let mut seen = Vec::new();
    let mut reports = Vec::new();
    let mut analysis = Analysis { inputs: found.others, ..Analysis::default() };
    for unit in found.units {
        let mut settings = Settings::nearest(&unit.root)?;
        arguments.common.over(&mut settings);
        let mut ruleset = knowledge::load(&settings, arguments.common.color)?;
        check_words(arguments, &ruleset.definitions)?;
        let loaded = load(unit, &ruleset.definitions, settings.edition.value.as_str(), &mut sources);
        analysis.problems.extend(loaded.problems);
        analysis.inputs.extend(loaded.inputs);
        let ends = [&arguments.from, &arguments.to].map(|name| find(&loaded.topology, name));
        seen.extend(addresses(&loaded.topology));
        let [Some(from), Some(to)] = ends else { continue };
        let supposed = Supposed { purpose: arguments.purpose.as_deref(), auth: arguments.auth.as_deref() };
        let results = paths(&mut ruleset, loaded.topology, &sources, (from, to), supposed);
        reports.extend(results.into_iter().map(|path| PathsReport {
            flow: path.flow,
            methods: path.methods,
            hypothetical: path.hypothetical,
        }));
    }
    let is_broken = is_broken(&analysis);
    if is_broken {
        print_problems(&analysis, &sources, Terminal::errors(arguments.common.color))?;
    }
    if reports.is_empty() {
        let reason = nothing_found(arguments, &seen);
        // What was asked for may be declared in what could not be read.
        return if is_broken { Err(CommandError::Unreadable(reason)) } else { Err(CommandError::Usage(reason)) };
    }
    write(arguments, &reports, &sources)?;
    Ok(if is_broken { UNREADABLE } else { CLEAN })
}

/// A misspelt use or mode would be judged as one that nothing admits.
fn check_words(arguments: &Arguments, definitions: &Definitions) -> Result<(), CommandError> {
    let fields = definitions.flows.iter().flat_map(|flow| &flow.fields).filter(|(name, _)| name == "use");
    let uses = fields.flat_map(|(_, value)| results(&value.source.text));
    let auth = KINDS.iter().filter_map(|kind| kind.field("auth")).flat_map(|(_, field)| match field.ty {
        FieldType::OneOf(words) => words,
        _ => &[],
    });
    check_word("--use", arguments.purpose.as_deref(), uses.collect())?;
    check_word("--auth", arguments.auth.as_deref(), auth.copied().collect())
}

/// The texts that an expression can come to: all of its literals but those that it compares with.
fn results(expression: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = expression.split('"').collect();
    let is_compared = |before: &str| before.trim_end().ends_with("==") || before.trim_end().ends_with("!=");
    let literals = parts.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)));
    let results: Vec<&str> = literals.filter(|(before, _)| !is_compared(before)).map(|(_, text)| text).collect();
    results.into_iter()
}

fn check_word(option: &str, word: Option<&str>, allowed: BTreeSet<&str>) -> Result<(), CommandError> {
    let Some(word) = word.filter(|word| !allowed.contains(word)) else { return Ok(()) };
    let near = did_you_mean(word, allowed.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let allowed: Vec<&str> = allowed.into_iter().collect();
    let message = format!("`{word}` is not allowed for `{option}`{near} (allowed: {})", allowed.join(", "));
    Err(CommandError::Usage(message))
}

fn write(arguments: &Arguments, reports: &[PathsReport], sources: &Sources) -> io::Result<()> {
    let terminal = Terminal::output(arguments.common.color);
    let mut output = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Human => report::write_paths_human(&mut output, reports, sources, &terminal.human())?,
        Format::Json => report::write_paths_json(&mut output, reports, sources)?,
    }
    output.flush()
}

/// Whether something could not be read, or there was nothing to read.
fn is_broken(analysis: &Analysis) -> bool {
    let is_checked = |input: &Input| input.status == InputStatus::Checked;
    analysis.problems.iter().any(|problem| problem.severity >= Severity::Error)
        || analysis.inputs.iter().any(is_unreadable)
        || !analysis.inputs.iter().any(is_checked)
}

fn print_problems(analysis: &Analysis, sources: &Sources, terminal: Terminal) -> io::Result<()> {
    let options = report::HumanOptions { quiet: true, ..terminal.human() };
    let mut bytes = Vec::new();
    report::write_human(&mut bytes, analysis, sources, &options)?;
    io::stderr().write_all(&bytes)
}

fn is_unreadable(input: &Input) -> bool {
    matches!(input.status, InputStatus::Unreadable(_))
}

/// The object of that address, or of that bare name where only one has it.
fn find(topology: &Topology, name: &str) -> Option<ObjectId> {
    let standing = || {
        (0u32..)
            .zip(topology.objects())
            .filter(|(_, object)| Topology::stands_alone(object.kind))
            .map(|(index, _)| ObjectId(index))
    };
    if let Some(id) = standing().find(|id| topology.address(*id) == name) {
        return Some(id);
    }
    let mut named = standing().filter(|id| topology.qualified_name(*id) == name);
    match (named.next(), named.next()) {
        (Some(id), None) => Some(id),
        _ => None,
    }
}

fn addresses(topology: &Topology) -> Vec<String> {
    let standing = (0u32..).zip(topology.objects()).filter(|(_, object)| Topology::stands_alone(object.kind));
    standing.map(|(index, _)| topology.address(ObjectId(index))).collect()
}

fn nothing_found(arguments: &Arguments, seen: &[String]) -> String {
    for name in [&arguments.from, &arguments.to] {
        if !seen.iter().any(|address| address == name || address.split_once('/').is_some_and(|(_, bare)| bare == name))
        {
            let hint = did_you_mean(name, seen.iter().map(String::as_str));
            let hint = hint.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            return format!("nothing is declared by the name `{name}`{hint}");
        }
    }
    format!("{} opens no connections that isolint knows access methods for, or not to {}", arguments.from, arguments.to)
}
