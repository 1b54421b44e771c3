//! `isolint paths`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::load::load;
use super::terminal::Terminal;
use super::units::find_units;
use super::{CLEAN, CommandError, Common, Settings, UNREADABLE, knowledge};
use crate::analysis::{Analysis, InputStatus, Supposed, paths};
use crate::report::{self, PathsReport};
use crate::source::{Severity, Sources, did_you_mean};
use crate::topology::{ObjectId, Topology};

/// In which form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For programs
    Json,
}

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
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let terminal = Terminal::detect(arguments.common.color);
    let found = find_units(&arguments.paths);
    let mut sources = Sources::new();
    let mut seen = Vec::new();
    let mut status = CLEAN;
    let mut reports = Vec::new();
    let mut analysis = Analysis { inputs: found.unreadable, ..Analysis::default() };
    for unit in found.units {
        let mut settings = Settings::nearest(&unit.root)?;
        arguments.common.over(&mut settings);
        let mut ruleset = knowledge::load(&settings, terminal)?;
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
    if analysis.problems.iter().any(|problem| problem.severity >= Severity::Error)
        || analysis.inputs.iter().any(is_unreadable)
    {
        status = UNREADABLE;
        let options = report::HumanOptions { quiet: true, ..terminal.human() };
        let mut bytes = Vec::new();
        report::write_human(&mut bytes, &analysis, &sources, &options)?;
        io::stderr().write_all(&bytes)?;
    }
    if reports.is_empty() {
        return Err(CommandError::Usage(nothing_found(arguments, &seen)));
    }
    let mut output = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Human => report::write_paths_human(&mut output, &reports, &sources, &terminal.human())?,
        Format::Json => report::write_paths_json(&mut output, &reports, &sources)?,
    }
    output.flush()?;
    Ok(status)
}

fn is_unreadable(input: &crate::analysis::Input) -> bool {
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
