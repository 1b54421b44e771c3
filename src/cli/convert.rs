//! `isolint convert`.

use std::io::{self, Write};
use std::path::PathBuf;

use super::load::{Read, read};
use super::terminal::{ColorChoice, Terminal};
use super::units::{Beside, find_units};
use super::{CLEAN, CommandError, UNREADABLE};
use crate::analysis::{Analysis, Input, InputStatus};
use crate::frontend::topology_file::write;
use crate::knowledge::definitions::Definitions;
use crate::report;
use crate::source::{Problem, Severity, Sources};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The template; `-` is standard input
    #[arg(default_value = "-")]
    path: PathBuf,
    /// The parameters of the template
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    color: ColorChoice,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let definitions = crate::shipped::definitions()?;
    let beside = Beside { parameters: arguments.parameters.clone().into_iter().collect(), context: Vec::new() };
    let found = find_units(std::slice::from_ref(&arguments.path), &beside);
    let mut sources = Sources::new();
    let (mut inputs, mut problems) = (found.others, Vec::new());
    let mut texts = Vec::new();
    for unit in found.units {
        let title = unit.files.iter().map(|file| file.name.clone()).collect::<Vec<String>>().join(" with ");
        let Read { converted, files, problems: found, .. } = read(unit, &definitions, "documents", &mut sources);
        texts.extend(converted.iter().map(|root| {
            let open = open_in_templates(&definitions);
            format!("# What isolint understood of {title}.\n{}", write(&sources, *root, &open))
        }));
        inputs.extend(super::load::inputs_of(files, &found));
        problems.extend(found);
    }
    if texts.is_empty() && !inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_))) {
        let message = format!("`{}` holds no template to convert", arguments.path.display());
        return Err(CommandError::Unreadable(message));
    }
    let is_broken = is_broken(&inputs, &problems);
    report(arguments, inputs, problems, &sources)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    // Several sets of parameters make several documents.
    output.write_all(texts.join("\n---\n").as_bytes())?;
    output.flush()?;
    Ok(if is_broken { UNREADABLE } else { CLEAN })
}

/// What a template leaves open whatever it holds.
fn open_in_templates(definitions: &Definitions) -> Vec<String> {
    let format = definitions.completeness.iter().find(|known| known.format == "arm");
    format.map(|known| known.open.clone()).unwrap_or_default()
}

fn is_broken(inputs: &[Input], problems: &[Problem]) -> bool {
    inputs.iter().any(|input| matches!(input.status, InputStatus::Unreadable(_)))
        || problems.iter().any(|problem| problem.severity >= Severity::Error)
}

/// What is wrong with the input, on the other stream.
fn report(
    arguments: &Arguments,
    inputs: Vec<Input>,
    problems: Vec<Problem>,
    sources: &Sources,
) -> Result<(), CommandError> {
    if !is_broken(&inputs, &problems) {
        return Ok(());
    }
    let analysis = Analysis { inputs, problems, ..Analysis::default() };
    let options = report::HumanOptions { quiet: true, ..Terminal::errors(arguments.color).human() };
    let mut bytes = Vec::new();
    report::write_human(&mut bytes, &analysis, sources, &options)?;
    io::stderr().write_all(&bytes)?;
    Ok(())
}
