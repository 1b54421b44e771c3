//! The report for programs. `schemas/report.schema.json` describes it.
//!
//! Keys are in snake case and always there, with `null` where there is nothing to say.

mod ignored;
mod repairs;

use std::io;

use serde::{Serialize, Serializer};

pub(super) use self::repairs::JsonFixed;
use self::repairs::{JsonChange, JsonRepair};
use super::locate::Locator;
use super::summary::{Ignoring, Tally};
use ignored::{Gone, JsonIgnored};

use crate::analysis::{
    Analysis, Citation, Finding, FlowResult, Input, InputStatus, Level, MethodResult, MissingFact, Outcome,
    Participant, RequirementResult, Undetermined, Unread, Verdict,
};
use crate::source::{Label, Place, Problem, Severity, Sources};

/// The version of the form: a new one when a key is renamed, removed or means something else.
pub(super) const VERSION: u32 = 1;

/// Writes everything that an analysis says as JSON.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_json(out: &mut impl io::Write, analysis: &Analysis, sources: &Sources) -> io::Result<()> {
    let locator = Locator::new(sources);
    let locator = &locator;
    let report = Report {
        version: VERSION,
        edition: &analysis.edition,
        summary: Summary::new(analysis),
        findings: Each(|| analysis.findings.iter().map(|one| JsonFinding::new(locator, one))),
        gone: Each(|| analysis.gone.iter().map(|one| Gone::new(locator, one))),
        fixed: Each(|| analysis.fixed.iter().map(JsonFixed::new)),
        problems: Each(|| analysis.problems.iter().map(|one| JsonProblem::new(locator, one))),
        flows: Each(|| analysis.flows.iter().map(|one| Flow::new(locator, one))),
        undetermined: Each(|| analysis.undetermined.iter().map(|one| Undecided::new(locator, one))),
        inputs: Each(|| analysis.inputs.iter().map(JsonInput::new)),
        unread: Each(|| analysis.unread.iter().map(JsonUnread::new)),
    };
    serde_json::to_writer_pretty(&mut *out, &report)?;
    out.write_all(b"\n")
}

/// A list whose members are made while it is written.
pub(super) struct Each<F>(pub(super) F);

impl<F, I> Serialize for Each<F>
where
    F: Fn() -> I,
    I: IntoIterator,
    I::Item: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[derive(Serialize)]
struct Report<'a, A, B, C, D, E, F, G, H> {
    version: u32,
    edition: &'a str,
    summary: Summary,
    findings: A,
    gone: H,
    fixed: F,
    problems: B,
    flows: C,
    undetermined: D,
    inputs: E,
    unread: G,
}

#[derive(Serialize)]
pub(super) struct Summary {
    findings: FindingCounts,
    ignored: Ignoring,
    gone: usize,
    problems: ProblemCounts,
    resources: usize,
    rules: usize,
    inputs: InputCounts,
    flows: FlowCounts,
    undetermined: usize,
}

#[derive(Serialize)]
struct FindingCounts {
    error: usize,
    warning: usize,
    info: usize,
}

#[derive(Serialize)]
struct ProblemCounts {
    error: usize,
    warning: usize,
}

#[derive(Serialize)]
struct InputCounts {
    checked: usize,
    skipped: usize,
    unreadable: usize,
}

#[derive(Serialize)]
struct FlowCounts {
    open: usize,
    blocked: usize,
    undetermined: usize,
}

impl Summary {
    pub(super) fn new(analysis: &Analysis) -> Self {
        let tally = Tally::new(analysis);
        let warned = |one: &&Problem| one.severity == Severity::Warning;
        let warnings = analysis.problems.iter().filter(warned).count();
        let errors = analysis.problems.len() - warnings;
        Self {
            findings: FindingCounts {
                error: tally.errors - errors,
                warning: tally.warnings - warnings,
                info: tally.infos,
            },
            ignored: Ignoring::of(analysis),
            gone: analysis.gone.len(),
            problems: ProblemCounts { error: errors, warning: warnings },
            resources: analysis.resources,
            rules: analysis.rules,
            inputs: InputCounts { checked: tally.checked, skipped: tally.skipped, unreadable: tally.unreadable },
            flows: FlowCounts { open: tally.open, blocked: tally.blocked, undetermined: tally.undetermined_flows },
            undetermined: analysis.undetermined.len(),
        }
    }
}

/// A type of resources that were not understood.
#[derive(Serialize)]
pub(super) struct JsonUnread<'a> {
    r#type: &'a str,
    why: &'a str,
    count: usize,
}

impl<'a> JsonUnread<'a> {
    pub(super) fn new(unread: &'a Unread) -> Self {
        Self { r#type: &unread.ty, why: &unread.why, count: unread.count }
    }
}

/// A place: lines and columns from 1, columns in Unicode code points; bytes from 0.
#[derive(Serialize)]
pub(super) struct Location<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    byte_offset: u32,
    byte_length: u32,
}

impl<'a> Location<'a> {
    fn new(locator: &Locator<'a>, place: Place) -> Self {
        let (start, end) = (locator.start(place), locator.end(place));
        Self {
            file: locator.name(place),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            byte_offset: place.span.start,
            byte_length: place.span.end.saturating_sub(place.span.start),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Related<'a> {
    message: &'a str,
    location: Location<'a>,
}

impl<'a> Related<'a> {
    pub(super) fn new(locator: &Locator<'a>, label: &'a Label) -> Self {
        Self { message: &label.text, location: Location::new(locator, label.place) }
    }

    fn all(locator: &Locator<'a>, labels: &'a [Label]) -> Vec<Self> {
        labels.iter().map(|label| Self::new(locator, label)).collect()
    }
}

#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    rule: &'a str,
    level: Level,
    message: &'a str,
    help: Option<&'a str>,
    notes: &'a [String],
    label: &'a str,
    location: Location<'a>,
    related: Vec<Related<'a>>,
    resources: &'a [Participant],
    field: Option<&'a str>,
    fingerprint: &'a str,
    caused_by: Option<&'a str>,
    flow: Option<usize>,
    methods: Vec<Method<'a>>,
    repairs: Vec<JsonRepair<'a>>,
    citations: Vec<Cited<'a>>,
    ignored: Option<JsonIgnored<'a>>,
}

impl<'a> JsonFinding<'a> {
    pub(super) fn new(locator: &Locator<'a>, finding: &'a Finding) -> Self {
        Self {
            rule: &finding.rule,
            level: finding.level,
            message: &finding.message,
            help: finding.help.as_deref(),
            notes: &finding.notes,
            label: &finding.primary.text,
            location: Location::new(locator, finding.primary.place),
            related: Related::all(locator, &finding.related),
            resources: &finding.resources,
            field: finding.field.as_deref(),
            fingerprint: &finding.fingerprint,
            caused_by: finding.caused_by.as_deref(),
            flow: finding.flow,
            methods: Method::all(locator, &finding.methods),
            repairs: finding.repairs.iter().map(|repair| JsonRepair::new(locator, repair)).collect(),
            citations: finding.citations.iter().map(Cited::new).collect(),
            ignored: finding.ignored.as_ref().map(|ignored| JsonIgnored::new(locator, ignored)),
        }
    }
}

#[derive(Serialize)]
struct Cited<'a> {
    clause: Option<&'a str>,
    document: &'a str,
    heading: Option<&'a str>,
    line: Option<u32>,
    date: Option<&'a str>,
    address: Option<&'a str>,
}

impl<'a> Cited<'a> {
    fn new(citation: &'a Citation) -> Self {
        Self {
            clause: citation.clause.as_deref(),
            document: &citation.document,
            heading: citation.heading.as_deref(),
            line: citation.line,
            date: citation.date.as_deref(),
            address: citation.address.as_deref(),
        }
    }
}

/// An access method with its requirements.
#[derive(Serialize)]
pub(super) struct Method<'a> {
    name: &'a str,
    title: &'a str,
    path_class: &'a str,
    outcome: Outcome,
    candidate: Option<&'a str>,
    requirements: Vec<Requirement<'a>>,
}

impl<'a> Method<'a> {
    pub(super) fn all(locator: &Locator<'a>, methods: &'a [MethodResult]) -> Vec<Self> {
        let requirement = |one: &'a RequirementResult| Requirement {
            name: &one.name,
            outcome: one.outcome,
            text: &one.text,
            help: one.help.as_deref(),
            repair: JsonChange::all(locator, &one.repair),
            places: Related::all(locator, &one.places),
            clauses: &one.clauses,
        };
        let method = |one: &'a MethodResult| Self {
            name: &one.name,
            title: &one.title,
            path_class: &one.path_class,
            outcome: one.outcome,
            candidate: one.candidate.as_deref(),
            requirements: one.requirements.iter().map(requirement).collect(),
        };
        methods.iter().map(method).collect()
    }
}

#[derive(Serialize)]
struct Requirement<'a> {
    name: &'a str,
    outcome: Outcome,
    text: &'a str,
    help: Option<&'a str>,
    repair: Vec<JsonChange<'a>>,
    places: Vec<Related<'a>>,
    clauses: &'a [String],
}

#[derive(Serialize)]
pub(super) struct JsonProblem<'a> {
    code: &'a str,
    severity: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    label: &'a str,
    location: Location<'a>,
    related: Vec<Related<'a>>,
}

impl<'a> JsonProblem<'a> {
    pub(super) fn new(locator: &Locator<'a>, problem: &'a Problem) -> Self {
        Self {
            code: problem.code,
            severity: match problem.severity {
                Severity::Warning => "warning",
                Severity::Error => "error",
                Severity::Fatal => "fatal",
            },
            message: &problem.message,
            help: problem.help.as_deref(),
            label: &problem.primary.text,
            location: Location::new(locator, problem.primary.place),
            related: Related::all(locator, &problem.related),
        }
    }
}

/// A connection with its verdict.
#[derive(Serialize)]
pub(super) struct Flow<'a> {
    group: &'a str,
    name: &'a str,
    purpose: &'a str,
    origin: &'a str,
    target: &'a str,
    declared_by: &'a str,
    verdict: Verdict,
    method: Option<&'a str>,
    path_class: Option<&'a str>,
    location: Location<'a>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(locator: &Locator<'a>, flow: &'a FlowResult) -> Self {
        Self {
            group: &flow.group,
            name: &flow.name,
            purpose: &flow.purpose,
            origin: &flow.origin,
            target: &flow.target,
            declared_by: &flow.declared_by,
            verdict: flow.verdict,
            method: flow.method.as_deref(),
            path_class: flow.path_class,
            location: Location::new(locator, flow.place),
        }
    }
}

#[derive(Serialize)]
pub(super) struct Undecided<'a> {
    check: &'a str,
    subject: &'a str,
    facts: Vec<Fact<'a>>,
}

#[derive(Serialize)]
struct Fact<'a> {
    resource: &'a str,
    field: &'a str,
    reason: &'a str,
    location: Location<'a>,
}

impl<'a> Undecided<'a> {
    pub(super) fn new(locator: &Locator<'a>, undetermined: &'a Undetermined) -> Self {
        let fact = |one: &'a MissingFact| Fact {
            resource: &one.resource,
            field: &one.field,
            reason: &one.reason,
            location: Location::new(locator, one.place),
        };
        Self {
            check: &undetermined.check,
            subject: &undetermined.subject,
            facts: undetermined.facts.iter().map(fact).collect(),
        }
    }
}

#[derive(Serialize)]
pub(super) struct JsonInput<'a> {
    path: &'a str,
    format: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
}

impl<'a> JsonInput<'a> {
    pub(super) fn new(input: &'a Input) -> Self {
        let (status, reason) = match &input.status {
            InputStatus::Checked => ("checked", None),
            InputStatus::Skipped(reason) => ("skipped", Some(reason.as_str())),
            InputStatus::Unreadable(reason) => ("unreadable", Some(reason.as_str())),
        };
        Self { path: &input.path, format: input.format, status, reason }
    }
}
