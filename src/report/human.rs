//! The report for people: each finding with its excerpts, its explanation and what follows from it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

use super::excerpt::{indent, write_excerpts};
use super::locate::Locator;
use super::methods::{Blocked, command, write_blocked};
use super::remarks::{write_citations, write_notes, write_remark};
use super::style::{Pen, Style, flush, piece};
use super::summary::{write_summary, write_unreadable};
use super::undetermined::write_undetermined;
use crate::analysis::{Analysis, Citation, Finding, InputStatus};
use crate::source::{FileId, Label, Place, Problem, Severity, Sources, Span};

/// More mistakes of one sort in one file than these are counted only.
const ALIKE: usize = 20;
/// Help of this many bytes is not said twice.
const LONG_HELP: usize = 80;

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
    write_problems(out, pen, &locator, &analysis.problems)?;
    for (finding, consequences) in grouped(&analysis.counted().collect::<Vec<_>>()) {
        let gutter = write_entry(&mut text, pen, &locator, &Entry::of_finding(finding, analysis));
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
        write_unreadable(&mut text, pen, &locator, analysis);
    } else {
        write_summary(&mut text, pen, &locator, analysis, options.show_undetermined);
    }
    flush(out, &mut text)
}

/// Writes the lines that a label is about.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_excerpt(
    out: &mut impl io::Write,
    label: &Label,
    sources: &Sources,
    options: &HumanOptions,
) -> io::Result<()> {
    let mut text = String::new();
    write_excerpts(&mut text, Pen::new(options), &Locator::new(sources), Style::Error, label, &[]);
    flush(out, &mut text)
}

/// Writes the mistakes of the inputs. What is said again and again is said once, and counted.
pub(super) fn write_problems(
    out: &mut impl io::Write,
    pen: Pen,
    locator: &Locator<'_>,
    problems: &[Problem],
) -> io::Result<()> {
    let mut text = String::new();
    let mut told: BTreeMap<(FileId, &str), usize> = BTreeMap::new();
    let mut helped: HashSet<&str> = HashSet::new();
    for problem in problems {
        let number = told.entry((problem.primary.place.file, problem.code)).or_default();
        *number += 1;
        if *number > ALIKE {
            continue;
        }
        let mut entry = Entry::of_problem(problem);
        entry.help = entry.help.filter(|help| help.len() < LONG_HELP || helped.insert(help));
        write_entry(&mut text, pen, locator, &entry);
        text.push('\n');
        flush(out, &mut text)?;
    }
    for ((file, code), number) in told.into_iter().filter(|(_, number)| *number > ALIKE) {
        let name = locator.name(Place { file, span: Span::default() });
        let more = format!("{} more [{code}] in {name}; `--format json` lists them all", number - ALIKE);
        pen.prose(&mut text, 0, 4, &[piece(Style::Strong, more)]);
        text.push('\n');
    }
    flush(out, &mut text)
}

/// A finding and what follows from it, each with its distance from the cause.
pub(super) type Group<'a> = (&'a Finding, Vec<(usize, &'a Finding)>);

/// Every finding once: beneath its cause where that is there, else on its own, in the order given.
pub(super) fn grouped<'a>(findings: &[&'a Finding]) -> Vec<Group<'a>> {
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
    let mut groups: Vec<(usize, Group<'a>)> = Vec::new();
    let mut seen = vec![false; findings.len()];
    // Causes first; what is left after them is caused by itself in a circle, and stands on its own.
    for roots in [true, false] {
        for (index, finding) in findings.iter().copied().enumerate() {
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
    findings: &[&'a Finding],
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
        if let Some(finding) = findings.get(index).copied().filter(|_| !*seen) {
            found.push((depth.min(3), finding));
            pending.extend(below(index).map(|child| (depth + 1, child)));
        }
        *seen = true;
    }
    found
}

/// What findings and problems have in common.
pub(super) struct Entry<'a> {
    pub(super) style: Style,
    pub(super) level: &'static str,
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) primary: &'a Label,
    pub(super) related: &'a [Label],
    pub(super) help: Option<&'a str>,
    pub(super) notes: &'a [String],
    pub(super) citations: &'a [Citation],
    pub(super) blocked: Option<Blocked<'a>>,
}

impl<'a> Entry<'a> {
    fn of_finding(finding: &'a Finding, analysis: &'a Analysis) -> Self {
        let flow = finding.flow.and_then(|flow| analysis.flows.get(flow));
        let read = analysis.inputs.iter().filter(|input| !matches!(input.status, InputStatus::Skipped(_)));
        let blocked = || Blocked {
            flow,
            methods: &finding.methods,
            shown: std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.place).collect(),
            command: flow.map(|flow| command(flow, read.map(|input| input.path.as_str()))),
        };
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
            blocked: (!finding.methods.is_empty()).then(blocked),
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
            blocked: None,
        }
    }
}

/// Writes an entry. Returns the width of its line numbers.
pub(super) fn write_entry(out: &mut String, pen: Pen, locator: &Locator<'_>, entry: &Entry<'_>) -> usize {
    let head = [
        piece(entry.style, format!("{}[{}]", entry.level, entry.code)),
        piece(Style::Strong, format!(": {}", entry.message)),
    ];
    pen.prose(out, 0, 4, &head);
    let gutter = write_excerpts(out, pen, locator, entry.style, entry.primary, entry.related);
    if let Some(blocked) = &entry.blocked {
        write_blocked(out, pen, locator, gutter + 2, blocked);
    }
    if let Some(help) = entry.help {
        write_remark(out, pen, gutter + 2, "help", help);
    }
    write_notes(out, pen, gutter + 2, entry.notes);
    write_citations(out, pen, gutter + 2, entry.citations);
    gutter
}

/// One line for a finding that another one is the cause of, and one for where it is.
pub(super) fn write_consequence(out: &mut String, pen: Pen, locator: &Locator<'_>, at: usize, finding: &Finding) {
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
