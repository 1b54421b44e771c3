//! The answer of `isolint paths A B`: every way in which a flow could be satisfied, and what each one lacks.

use std::io;

use serde::Serialize;

use super::excerpt::indent;
use super::human::HumanOptions;
use super::json::{self, Flow, Method};
use super::locate::Locator;
use super::methods::{Head, describe, write_method_head, write_sign};
use super::repairs::write_requirement_fix;
use super::style::{Pen, Style, count, flush, piece};
use crate::analysis::{FlowResult, MethodResult, Outcome, RequirementResult, Verdict};
use crate::source::{Place, Sources};

/// A flow with every access method tried on it.
#[derive(Debug, Clone)]
pub struct PathsReport {
    /// The flow and its verdict.
    pub flow: FlowResult,
    /// Every access method, the nearest first.
    pub methods: Vec<MethodResult>,
    /// Whether nothing declares the flow, so that this says what would be.
    pub hypothetical: bool,
}

/// Writes the answer for people: the verdict, then every method with every requirement.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_paths_human(
    out: &mut impl io::Write,
    reports: &[PathsReport],
    sources: &Sources,
    options: &HumanOptions,
) -> io::Result<()> {
    for (index, report) in reports.iter().enumerate() {
        if index > 0 {
            out.write_all(b"\n")?;
        }
        write_path(out, report, sources, options)?;
    }
    Ok(())
}

fn write_path(
    out: &mut impl io::Write,
    report: &PathsReport,
    sources: &Sources,
    options: &HumanOptions,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let locator = Locator::new(sources);
    let mut text = String::new();
    write_verdict(&mut text, pen, &locator, report);
    for method in &report.methods {
        text.push('\n');
        write_method_head(&mut text, pen, 0, method, Head::Full);
        for requirement in &method.requirements {
            write_requirement(&mut text, pen, &locator, requirement, report.flow.place);
        }
    }
    if report.methods.iter().any(|method| method.outcome == Outcome::Missing) {
        let rest = "Where something has to exist first, what a method asks of it is judged once it does.";
        text.push('\n');
        pen.prose(&mut text, 0, 4, &[piece(Style::Faint, rest)]);
    }
    flush(out, &mut text)
}

fn write_verdict(out: &mut String, pen: Pen, locator: &Locator<'_>, report: &PathsReport) {
    let flow = &report.flow;
    let style = match flow.verdict {
        Verdict::Open => Style::Good,
        Verdict::Blocked => Style::Error,
        Verdict::Undetermined => Style::Warning,
    };
    let by = match (&flow.method, &flow.path_class) {
        (Some(method), Some(class)) => format!(" by {method} ({class})"),
        (Some(method), None) => format!(" by {method}"),
        _ => String::new(),
    };
    let pieces = [piece(style, flow.verdict.as_str()), piece(Style::Strong, format!(": {}{by}", describe(pen, flow)))];
    pen.prose(out, 0, 4, &pieces);
    let declared = if report.hypothetical {
        "nothing declares this flow; if something did: ".to_owned()
    } else {
        format!("declared at {}; ", locator.text(flow.place))
    };
    let holds = report.methods.iter().filter(|one| one.outcome == Outcome::Met).count();
    let of = count(report.methods.len(), "access method");
    let tells = match report.methods.len() {
        0 => "no access method is documented for it".to_owned(),
        _ => format!("{holds} of {of} satisfied"),
    };
    indent(out, 4);
    pen.prose(out, 4, 4, &[piece(Style::Plain, declared + &tells)]);
}

fn write_requirement(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    requirement: &RequirementResult,
    declared: Place,
) {
    indent(out, 4);
    write_sign(out, pen, requirement.outcome);
    let mut pieces = vec![piece(Style::Strong, requirement.name.as_str())];
    if !requirement.text.is_empty() {
        pieces.push(piece(Style::Plain, format!(": {}", requirement.text)));
    }
    if !requirement.clauses.is_empty() {
        pieces.push(piece(Style::Faint, format!(" [{}]", requirement.clauses.join(", "))));
    }
    pen.prose(out, 6, 8, &pieces);
    write_places(out, pen, locator, requirement, declared);
    write_requirement_fix(out, pen, locator, 8, requirement);
}

/// Where it is decided: `at a.yaml:3:5, 7:1, b.yaml:2:2`, without the place of the flow, which every requirement reads.
fn write_places(out: &mut String, pen: Pen, locator: &Locator<'_>, requirement: &RequirementResult, declared: Place) {
    let mut text = String::new();
    let mut file = None;
    for label in requirement.places.iter().filter(|label| label.place != declared) {
        let start = locator.start(label.place);
        text.push_str(if text.is_empty() { "at " } else { ", " });
        if file != Some(label.place.file) {
            text.push_str(&format!("{}:", locator.name(label.place)));
        }
        file = Some(label.place.file);
        text.push_str(&format!("{}:{}", start.line, start.column));
        if !label.text.is_empty() {
            text.push_str(&format!(" ({})", label.text));
        }
    }
    if !text.is_empty() {
        indent(out, 8);
        pen.prose(out, 8, 10, &[piece(Style::Faint, text)]);
    }
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    paths: Vec<Path<'a>>,
}

#[derive(Serialize)]
struct Path<'a> {
    hypothetical: bool,
    flow: Flow<'a>,
    methods: Vec<Method<'a>>,
}

/// Writes the answer for programs: `$defs/paths` of `schemas/report.schema.json`.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_paths_json(out: &mut impl io::Write, reports: &[PathsReport], sources: &Sources) -> io::Result<()> {
    let locator = Locator::new(sources);
    let paths = reports.iter().map(|report| Path {
        hypothetical: report.hypothetical,
        flow: Flow::new(&locator, &report.flow),
        methods: Method::all(&locator, &report.methods),
    });
    let document = Document { version: json::VERSION, paths: paths.collect() };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.write_all(b"\n")
}
