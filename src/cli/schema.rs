//! `isolint schema`.

use std::io::{self, Write};

use super::{CLEAN, CommandError};
use crate::frontend::topology_file::topology_schema;
use crate::knowledge::tables;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn run(_: &Arguments) -> Result<u8, CommandError> {
    let definitions = crate::shipped::definitions()?;
    let (_, catalogue) = tables::fill(&definitions, "documents", &mut Vec::new());
    let mut output = io::BufWriter::new(io::stdout().lock());
    serde_json::to_writer_pretty(&mut output, &topology_schema(&catalogue)).map_err(io::Error::from)?;
    writeln!(output)?;
    output.flush()?;
    Ok(CLEAN)
}
