//! The report for programs, an object a line: `{"finding": {...}}`. `$defs/line` of `schemas/report.schema.json` describes
//! it.

use std::io;

use serde::Serialize;

use super::json::{Flow, JsonFinding, JsonFixed, JsonInput, JsonProblem, JsonUnread, Summary, Undecided, VERSION};
use super::locate::Locator;
use crate::analysis::Analysis;
use crate::source::Sources;

/// A line; its key says what it is.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Line<'a> {
    Report(Head<'a>),
    Finding(Box<JsonFinding<'a>>),
    Fixed(JsonFixed<'a>),
    Problem(JsonProblem<'a>),
    Flow(Flow<'a>),
    Undetermined(Undecided<'a>),
    Input(JsonInput<'a>),
    Unread(JsonUnread<'a>),
    Summary(Summary),
}

/// What holds for all lines.
#[derive(Serialize)]
struct Head<'a> {
    version: u32,
    edition: &'a str,
}

/// Writes everything that an analysis says, a JSON object a line: first what form it is, at last the numbers.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_json_lines(out: &mut impl io::Write, analysis: &Analysis, sources: &Sources) -> io::Result<()> {
    let locator = Locator::new(sources);
    let locator = &locator;
    let head = Line::Report(Head { version: VERSION, edition: &analysis.edition });
    let findings = analysis.findings.iter().map(|one| Line::Finding(Box::new(JsonFinding::new(locator, one))));
    let lines = std::iter::once(head)
        .chain(findings)
        .chain(analysis.fixed.iter().map(|one| Line::Fixed(JsonFixed::new(one))))
        .chain(analysis.problems.iter().map(|one| Line::Problem(JsonProblem::new(locator, one))))
        .chain(analysis.flows.iter().map(|one| Line::Flow(Flow::new(locator, one))))
        .chain(analysis.undetermined.iter().map(|one| Line::Undetermined(Undecided::new(locator, one))))
        .chain(analysis.inputs.iter().map(|one| Line::Input(JsonInput::new(one))))
        .chain(analysis.unread.iter().map(|one| Line::Unread(JsonUnread::new(one))))
        .chain(std::iter::once(Line::Summary(Summary::new(analysis))));
    for line in lines {
        serde_json::to_writer(&mut *out, &line)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}
