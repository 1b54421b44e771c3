//! The comparison for programs: `$defs/comparison` of `schemas/report.schema.json`.

use std::io;

use serde::Serialize;

use super::{ComparisonReport, ReadState, words};
use crate::analysis::{Change, Changed, Comparison, Direction, FlowChange, FlowChangeKind, Level};
use crate::report::json::{Flow, JsonFinding, JsonInput, JsonProblem, Related, Undecided, VERSION};
use crate::report::locate::Locator;
use crate::report::summary::Ignoring;
use crate::source::Sources;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    edition: &'a str,
    worse: bool,
    summary: Summary,
    changes: Vec<JsonChange<'a>>,
    undetermined: Vec<Undecided<'a>>,
    exceptions: Vec<JsonFinding<'a>>,
    old: State<'a>,
    new: State<'a>,
}

#[derive(Serialize)]
struct Summary {
    compared: bool,
    broken: usize,
    findings: FindingCounts,
    flows: FlowCounts,
    undetermined: usize,
    ignored: Ignoring,
}

#[derive(Serialize)]
struct FindingCounts {
    gained: usize,
    lost: usize,
    other_level: usize,
    undecided: usize,
    as_before: usize,
}

#[derive(Serialize)]
struct FlowCounts {
    opened: usize,
    closed: usize,
    weaker: usize,
    stronger: usize,
    other_method: usize,
    undetermined: usize,
    determined: usize,
    as_before: usize,
}

#[derive(Serialize)]
struct JsonChange<'a> {
    direction: &'static str,
    kind: &'static str,
    was_level: Option<Level>,
    finding: Option<JsonFinding<'a>>,
    flow: Option<JsonFlow<'a>>,
    parameters: &'a [String],
}

#[derive(Serialize)]
struct JsonFlow<'a> {
    was: Option<Flow<'a>>,
    now: Option<Flow<'a>>,
    guard: Option<Related<'a>>,
}

#[derive(Serialize)]
struct State<'a> {
    path: &'a str,
    problems: Vec<JsonProblem<'a>>,
    inputs: Vec<JsonInput<'a>>,
}

/// Writes the comparison for programs.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_comparison_json(out: &mut impl io::Write, report: &ComparisonReport, sources: &Sources) -> io::Result<()> {
    let locator = &Locator::new(sources);
    let comparison = &report.comparison;
    let document = Document {
        version: VERSION,
        edition: &report.edition,
        worse: comparison.is_worse(),
        summary: Summary::new(report),
        changes: comparison.changes.iter().map(|change| JsonChange::new(locator, change)).collect(),
        undetermined: comparison.undetermined.iter().map(|one| Undecided::new(locator, one)).collect(),
        exceptions: comparison.exceptions.iter().map(|finding| JsonFinding::new(locator, finding)).collect(),
        old: State::new(locator, &report.old),
        new: State::new(locator, &report.new),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}

impl Summary {
    fn new(report: &ComparisonReport) -> Self {
        let comparison: &Comparison = &report.comparison;
        let number = |kind: &str| comparison.counted().filter(|change| word(&change.changed) == kind).count();
        Self {
            compared: report.compared,
            broken: number("broken"),
            findings: FindingCounts {
                gained: number("gained"),
                lost: number("lost"),
                other_level: number("other_level"),
                undecided: number("undecided"),
                as_before: comparison.findings_as_before,
            },
            flows: FlowCounts {
                opened: number("opened"),
                closed: number("closed"),
                weaker: number("weaker"),
                stronger: number("stronger"),
                other_method: number("other_method"),
                undetermined: number("undetermined"),
                determined: number("determined"),
                as_before: comparison.flows_as_before,
            },
            undetermined: comparison.undetermined.len(),
            ignored: words::ignoring(comparison),
        }
    }
}

/// What a change is, in a word.
const fn word(changed: &Changed) -> &'static str {
    match changed {
        Changed::Broken(_) => "broken",
        Changed::Gained(_) => "gained",
        Changed::Level(..) => "other_level",
        Changed::Lost(_) => "lost",
        Changed::Undecided(_) => "undecided",
        Changed::Flow(flow) => match flow.kind {
            FlowChangeKind::Opened => "opened",
            FlowChangeKind::Weaker => "weaker",
            FlowChangeKind::Undetermined => "undetermined",
            FlowChangeKind::Determined => "determined",
            FlowChangeKind::OtherMethod => "other_method",
            FlowChangeKind::Stronger => "stronger",
            FlowChangeKind::Closed => "closed",
        },
    }
}

impl<'a> JsonChange<'a> {
    fn new(locator: &Locator<'a>, change: &'a Change) -> Self {
        let flow = |flow: &'a FlowChange| JsonFlow {
            was: flow.was.as_ref().map(|flow| Flow::new(locator, flow)),
            now: flow.now.as_ref().map(|flow| Flow::new(locator, flow)),
            guard: flow.guard.as_ref().map(|guard| Related::new(locator, guard)),
        };
        Self {
            direction: match change.direction {
                Direction::Worse => "worse",
                Direction::Other => "other",
                Direction::Better => "better",
            },
            kind: word(&change.changed),
            was_level: match &change.changed {
                Changed::Level(was, _) => Some(*was),
                _ => None,
            },
            finding: change.changed.finding().map(|finding| JsonFinding::new(locator, finding)),
            flow: match &change.changed {
                Changed::Flow(change) => Some(flow(change)),
                _ => None,
            },
            parameters: &change.parameters,
        }
    }
}

impl<'a> State<'a> {
    fn new(locator: &Locator<'a>, state: &'a ReadState) -> Self {
        Self {
            path: &state.path,
            problems: state.problems.iter().map(|problem| JsonProblem::new(locator, problem)).collect(),
            inputs: state.inputs.iter().map(JsonInput::new).collect(),
        }
    }
}
