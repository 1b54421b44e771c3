//! `isolint graph`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::load::load;
use super::selection::Selection;
use super::terminal::Terminal;
use super::units::{Beside, Unit, find_units};
use super::{CLEAN, CommandError, Common, Settings, UNREADABLE, knowledge};
use crate::analysis::{Analysis, Estate, InputStatus, Options, analyse};
use crate::report::graph::{
    Drawing, LayoutFailed, MERMAID_EDGES, Part, focus, mark, reduce, write_dot, write_html, write_mermaid, write_svg,
};
use crate::report::{HumanOptions, write_human};
use crate::source::{Severity, Sources};

/// Of more connections than this only those that do not work are drawn, unless everything is asked for.
const MOST: usize = 250;
/// The same for Mermaid, whose pages are narrow, and whose layout keeps nothing apart.
const MERMAID_MOST: usize = 100;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Files and folders; `-` is standard input
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// What to draw with
    #[arg(long, value_enum, default_value = "mermaid")]
    format: GraphFormat,
    /// Only this resource, or what stands in this network, and what it connects to: `storage/raw`
    #[arg(long, value_name = "RESOURCE")]
    focus: Option<String>,
    /// Highlight the resources and the connection of this finding
    #[arg(long, value_name = "FINGERPRINT")]
    finding: Option<String>,
    /// Everything, each resource on its own; of a large estate alike ones are drawn as one, and of a very large one only
    /// what is blocked or cannot be told
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    beside: Beside,
    #[command(flatten)]
    common: Common,
}

/// The form of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum GraphFormat {
    /// Mermaid, for Markdown pages
    Mermaid,
    /// DOT, for Graphviz
    Dot,
    /// A picture
    Svg,
    /// A page with the picture and a table of the connections
    Html,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let found = find_units(&arguments.paths, &arguments.beside);
    let mut sources = Sources::new();
    let mut analysis = Analysis { inputs: found.others, ..Analysis::default() };
    let mut parts = Vec::new();
    for unit in found.units {
        let part = read(unit, arguments, &mut sources, &mut analysis)?;
        // A file of something else is a unit without anything in it.
        parts.extend(Some(part).filter(|part| !part.estate.standings.is_empty()));
    }
    let is_broken = is_broken(&analysis);
    if is_broken {
        print_problems(&analysis, &sources, Terminal::errors(arguments.common.color))?;
    }
    let drawing = draw(arguments, &parts).map_err(|reason| match is_broken {
        // What was asked for may be declared in what could not be read.
        true => CommandError::Unreadable(reason),
        false => CommandError::Usage(reason),
    })?;
    write(arguments.format, &drawing)?;
    Ok(if is_broken { UNREADABLE } else { CLEAN })
}

/// Judges a unit.
fn read(
    unit: Unit,
    arguments: &Arguments,
    sources: &mut Sources,
    analysis: &mut Analysis,
) -> Result<Part, CommandError> {
    let mut settings = Settings::nearest(&unit.root)?;
    arguments.common.over(&mut settings);
    let mut ruleset = knowledge::load(&settings, arguments.common.color)?;
    let selection = Selection::new(&settings, &ruleset.definitions)?;
    let name = unit.name();
    let edition = settings.edition.value.as_str();
    let loaded = load(unit, &ruleset.definitions, edition, sources);
    analysis.problems.extend(loaded.problems);
    analysis.inputs.extend(loaded.inputs);
    let estate = Estate::of(&loaded.topology);
    let enabled = |name: &str| selection.applies(name);
    let level_of = |name: &str| selection.level_of(name);
    let options = Options { edition, enabled: &enabled, level_of: &level_of };
    let result = analyse(&mut ruleset, loaded.topology, sources, &options);
    analysis.problems.extend(result.problems);
    Ok(Part { name, estate, flows: result.flows, findings: result.findings })
}

fn draw(arguments: &Arguments, parts: &[Part]) -> Result<Drawing, String> {
    let mut drawing = Drawing::of(parts);
    if let Some(fingerprint) = &arguments.finding {
        mark(&mut drawing, parts, fingerprint).map_err(|error| error.to_string())?;
    }
    if let Some(name) = &arguments.focus {
        let title = drawing.title.take();
        drawing = focus(&drawing, name).map_err(|error| error.to_string())?;
        drawing.title = title.or(drawing.title);
    }
    let most = if arguments.format == GraphFormat::Mermaid { MERMAID_MOST } else { MOST };
    Ok(reduce(drawing, Some(most).filter(|_| !arguments.all)))
}

fn write(format: GraphFormat, drawing: &Drawing) -> Result<(), CommandError> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    let failed = |error: LayoutFailed| match error {
        LayoutFailed::Output(error) => CommandError::Output(error),
        error @ (LayoutFailed::NoPlace | LayoutFailed::TooMany(_)) => CommandError::Usage(error.to_string()),
    };
    match format {
        GraphFormat::Mermaid => {
            write_mermaid(&mut output, drawing)?;
            tell_limit(drawing)?;
        }
        GraphFormat::Dot => write_dot(&mut output, drawing)?,
        GraphFormat::Svg => write_svg(&mut output, drawing).map_err(failed)?,
        GraphFormat::Html => write_html(&mut output, drawing).map_err(failed)?,
    }
    Ok(output.flush()?)
}

/// A picture that will not be drawn is said to be one.
fn tell_limit(drawing: &Drawing) -> io::Result<()> {
    let count = drawing.edges.len();
    if count <= MERMAID_EDGES {
        return Ok(());
    }
    writeln!(
        io::stderr(),
        "warning: {count} connections; Mermaid draws at most {MERMAID_EDGES} unless its `maxEdges` is raised. `--focus` shows a part, `--format svg` everything"
    )
}

/// Whether something could not be read, or there was nothing to read.
fn is_broken(analysis: &Analysis) -> bool {
    let mut inputs = analysis.inputs.iter().map(|input| &input.status);
    analysis.problems.iter().any(|problem| problem.severity >= Severity::Error)
        || inputs.clone().any(|status| matches!(status, InputStatus::Unreadable(_)))
        || !inputs.any(|status| *status == InputStatus::Checked)
}

fn print_problems(analysis: &Analysis, sources: &Sources, terminal: Terminal) -> io::Result<()> {
    let mut bytes = Vec::new();
    write_human(&mut bytes, analysis, sources, &HumanOptions { quiet: true, ..terminal.human() })?;
    io::stderr().write_all(&bytes)
}
