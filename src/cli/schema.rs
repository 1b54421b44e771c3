//! `isolint schema`.

use std::io::{self, Write};

use super::{CLEAN, CommandError};
use crate::frontend::topology_file::topology_schema;
use crate::knowledge::tables;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What the schema describes
    #[arg(value_enum, default_value = "topology")]
    kind: Kind,
}

/// What a schema describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// A topology file
    Topology,
    /// `isolint.toml`
    Configuration,
    /// A file with a rule or a change rule
    Rule,
    /// What `isolint check --format json` writes
    Report,
    /// What `isolint baseline` writes
    Baseline,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let mut output = io::BufWriter::new(io::stdout().lock());
    match arguments.kind {
        Kind::Topology => write_topology(&mut output)?,
        Kind::Configuration => output.write_all(include_bytes!("../../schemas/configuration.schema.json"))?,
        Kind::Rule => output.write_all(include_bytes!("../../schemas/rule.schema.json"))?,
        Kind::Report => output.write_all(include_bytes!("../../schemas/report.schema.json"))?,
        Kind::Baseline => output.write_all(include_bytes!("../../schemas/baseline.schema.json"))?,
    }
    output.flush()?;
    Ok(CLEAN)
}

fn write_topology(output: &mut impl Write) -> Result<(), CommandError> {
    let definitions = crate::shipped::definitions()?;
    let (_, catalogue) = tables::fill(&definitions, "documents", &mut Vec::new());
    serde_json::to_writer_pretty(&mut *output, &topology_schema(&catalogue)).map_err(io::Error::from)?;
    writeln!(output)?;
    Ok(())
}
