//! The report for people: each finding with its excerpts, its explanation and what follows from it.

use std::collections::HashMap;
use std::io;

use super::excerpt::{indent, write_excerpts};
use super::locate::Locator;
use super::methods::write_missing;
use super::style::{Pen, Style, flush, piece};
use super::summary::{write_summary, write_unreadable};
use super::undetermined::write_undetermined;
use crate::analysis::{Analysis, Citation, Finding, FlowResult, MethodResult};
use crate::source::{Label, Problem, Severity, Sources};

/// What the reader's terminal can show, and how much is wanted. Whether there is a terminal, the caller knows.
#[derive(Debug, Clone, Copy)]
pub struct HumanOptions {
    /// Colours, as ANSI escapes.
    pub color: bool,
    /// Drawing characters beyond ASCII.
    pub unicode: bool,
    /// Columns to fill.
    pub width: usize,
    /// Links to documents as OSC 8 escapes instead of printed addresses.
    pub hyperlinks: bool,
    /// Findings only: no list of inputs, no summary.
    pub quiet: bool,
    /// List what could not be decided, and what would decide it.
    pub show_undetermined: bool,
}

impl Default for HumanOptions {
    fn default() -> Self {
        Self { color: false, unicode: true, width: 100, hyperlinks: false, quiet: false, show_undetermined: false }
    }
}

/// Writes the report for people.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_human(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    options: &HumanOptions,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let locator = Locator::new(sources);
    let mut text = String::new();
    for problem in &analysis.problems {
        write_entry(&mut text, pen, &locator, &Entry::of_problem(problem));
        text.push('\n');
        flush(out, &mut text)?;
    }
    for (finding, consequences) in grouped(&analysis.findings) {
        let flow = finding.flow.and_then(|flow| analysis.flows.get(flow));
        let gutter = write_entry(&mut text, pen, &locator, &Entry::of_finding(finding, flow));
        for (depth, consequence) in consequences {
            write_consequence(&mut text, pen, &locator, gutter + 2 + 4 * depth, consequence);
        }
        text.push('\n');
        flush(out, &mut text)?;
    }
    if options.show_undetermined {
        write_undetermined(&mut text, pen, &locator, analysis);
    }
    if options.quiet {
        write_unreadable(&mut text, pen, analysis);
    } else {
        write_summary(&mut text, pen, analysis, options.show_undetermined);
    }
    flush(out, &mut text)
}

/// A finding and what follows from it, each with its distance from the cause.
type Group<'a> = (&'a Finding, Vec<(usize, &'a Finding)>);

/// Every finding once: beneath its cause where that is there, else on its own, in the order given.
fn grouped(findings: &[Finding]) -> Vec<Group<'_>> {
    let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(findings.len());
    for (index, finding) in findings.iter().enumerate() {
        by_name.entry(&finding.fingerprint).or_insert(index);
    }
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); findings.len()];
    let mut is_child = vec![false; findings.len()];
    for (index, finding) in findings.iter().enumerate() {
        let cause = finding.caused_by.as_deref().and_then(|cause| by_name.get(cause));
        if let Some(cause) = cause.copied().filter(|cause| *cause != index) {
            if let Some(siblings) = children.get_mut(cause) {
                siblings.push(index);
            }
            if let Some(child) = is_child.get_mut(index) {
                *child = true;
            }
        }
    }
    let mut groups: Vec<(usize, Group<'_>)> = Vec::new();
    let mut seen = vec![false; findings.len()];
    // Causes first; what is left after them is caused by itself in a circle, and stands on its own.
    for roots in [true, false] {
        for (index, finding) in findings.iter().enumerate() {
            if roots && is_child.get(index) == Some(&true) {
                continue;
            }
            if !std::mem::replace(seen.get_mut(index).unwrap_or(&mut false), true) {
                let consequences = consequences(findings, &children, &mut seen, index);
                groups.push((index, (finding, consequences)));
            }
        }
    }
    groups.sort_by_key(|(index, _)| *index);
    groups.into_iter().map(|(_, group)| group).collect()
}

fn consequences<'a>(
    findings: &'a [Finding],
    children: &[Vec<usize>],
    seen: &mut [bool],
    cause: usize,
) -> Vec<(usize, &'a Finding)> {
    let mut found = Vec::new();
    let below = |index: usize| children.get(index).into_iter().flatten().rev().copied();
    let mut pending: Vec<(usize, usize)> = below(cause).map(|child| (0, child)).collect();
    while let Some((depth, index)) = pending.pop() {
        let Some(seen) = seen.get_mut(index) else {
            continue;
        };
        if let Some(finding) = findings.get(index).filter(|_| !*seen) {
            found.push((depth.min(3), finding));
            pending.extend(below(index).map(|child| (depth + 1, child)));
        }
        *seen = true;
    }
    found
}

/// What findings and problems have in common.
struct Entry<'a> {
    style: Style,
    level: &'static str,
    code: &'a str,
    message: &'a str,
    primary: &'a Label,
    related: &'a [Label],
    help: Option<&'a str>,
    notes: &'a [String],
    citations: &'a [Citation],
    methods: &'a [MethodResult],
    flow: Option<&'a FlowResult>,
}

impl<'a> Entry<'a> {
    fn of_finding(finding: &'a Finding, flow: Option<&'a FlowResult>) -> Self {
        Self {
            style: finding.level.into(),
            level: finding.level.as_str(),
            code: &finding.rule,
            message: &finding.message,
            primary: &finding.primary,
            related: &finding.related,
            help: finding.help.as_deref(),
            notes: &finding.notes,
            citations: &finding.citations,
            methods: &finding.methods,
            flow,
        }
    }

    fn of_problem(problem: &'a Problem) -> Self {
        Self {
            style: problem.severity.into(),
            level: match problem.severity {
                Severity::Warning => "warning",
                Severity::Error | Severity::Fatal => "error",
            },
            code: problem.code,
            message: &problem.message,
            primary: &problem.primary,
            related: &problem.related,
            help: problem.help.as_deref(),
            notes: &[],
            citations: &[],
            methods: &[],
            flow: None,
        }
    }
}

/// Writes an entry. Returns the width of its line numbers.
fn write_entry(out: &mut String, pen: Pen, locator: &Locator<'_>, entry: &Entry<'_>) -> usize {
    let head = [
        piece(entry.style, format!("{}[{}]", entry.level, entry.code)),
        piece(Style::Strong, format!(": {}", entry.message)),
    ];
    pen.prose(out, 0, 4, &head);
    let gutter = write_excerpts(out, pen, locator, entry.style, entry.primary, entry.related);
    if !entry.methods.is_empty() {
        write_missing(out, pen, locator, gutter + 2, entry.flow, entry.methods);
    }
    if let Some(help) = entry.help {
        write_remark(out, pen, gutter + 2, "help", help);
    }
    for note in entry.notes {
        write_remark(out, pen, gutter + 2, "note", note);
    }
    for citation in entry.citations {
        write_citation(out, pen, gutter + 2, citation);
    }
    gutter
}

/// `= help: ...`
fn write_remark(out: &mut String, pen: Pen, at: usize, word: &str, text: &str) {
    let hang = at + 4 + word.len();
    for (index, line) in text.trim_end().lines().enumerate() {
        if index == 0 {
            indent(out, at);
            pen.put(out, Style::Frame, "=");
            out.push(' ');
            pen.put(out, Style::Strong, &format!("{word}:"));
            out.push(' ');
        } else {
            indent(out, hang);
        }
        pen.prose(out, hang, hang, &[piece(Style::Plain, line)]);
    }
}

/// `= see: document, "heading", line 41 (clause)`, linked or followed by the address.
fn write_citation(out: &mut String, pen: Pen, at: usize, citation: &Citation) {
    let mut text = citation.document.clone();
    if let Some(heading) = &citation.heading {
        text.push_str(&format!(", \"{heading}\""));
    }
    if let Some(line) = citation.line {
        text.push_str(&format!(", line {line}"));
    }
    let details: Vec<&str> =
        [&citation.clause, &citation.date].into_iter().filter_map(|detail| detail.as_deref()).collect();
    if !details.is_empty() {
        text.push_str(&format!(" ({})", details.join(", ")));
    }
    let Some(address) = &citation.address else {
        return write_remark(out, pen, at, "see", &text);
    };
    let address = pen.clean(address);
    if pen.hyperlinks {
        let from = out.len();
        write_remark(out, pen, at, "see", &text);
        link(out, from, &address);
    } else {
        write_remark(out, pen, at, "see", &format!("{text}\n{address}"));
    }
}

/// Makes a link of every line written since `from`, after its indentation.
fn link(out: &mut String, from: usize, address: &str) {
    let lines = out.split_off(from);
    for line in lines.lines() {
        let text = line.trim_start();
        indent(out, line.len() - text.len());
        out.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\\n"));
    }
}

/// One line for a finding that another one is the cause of, and one for where it is.
fn write_consequence(out: &mut String, pen: Pen, locator: &Locator<'_>, at: usize, finding: &Finding) {
    let branch = pen.glyphs().branch;
    let hang = at + branch.chars().count();
    indent(out, at);
    pen.put(out, Style::Frame, branch);
    let pieces = [
        piece(finding.level.into(), format!("{}[{}]", finding.level, finding.rule)),
        piece(Style::Plain, format!(": {} ", finding.message)),
        piece(Style::Faint, format!("({})", locator.text(finding.primary.place))),
    ];
    pen.prose(out, hang, hang, &pieces);
}
