//! The comparison for people: what became worse with its lines, the rest in a line each.

use std::io;

use super::{ComparisonReport, words};
use crate::analysis::{Change, Changed, Citation, Direction, Finding, FlowChange, InputStatus};
use crate::report::HumanOptions;
use crate::report::excerpt::write_excerpts;
use crate::report::human::{Entry, write_consequence, write_entry, write_problems};
use crate::report::locate::Locator;
use crate::report::remarks::write_remark;
use crate::report::style::{Pen, Style, flush, piece};
use crate::source::{Label, Sources};

/// Writes the comparison for people.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_comparison_human(
    out: &mut impl io::Write,
    report: &ComparisonReport,
    sources: &Sources,
    options: &HumanOptions,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let locator = Locator::new(sources);
    for state in [&report.old, &report.new] {
        write_problems(out, pen, &locator, &state.problems)?;
    }
    let mut text = String::new();
    let changes: Vec<&Change> = report.comparison.counted().collect();
    for direction in [Direction::Worse, Direction::Other, Direction::Better] {
        let of_direction: Vec<&Change> =
            changes.iter().copied().filter(|change| change.direction == direction).collect();
        if of_direction.is_empty() {
            continue;
        }
        pen.put(&mut text, Style::Strong, words::heading(direction));
        text.push_str("\n\n");
        if direction == Direction::Worse {
            write_worse(&mut text, pen, &locator, &of_direction, &report.new.path);
        } else {
            for change in of_direction {
                write_line(&mut text, pen, &locator, change);
            }
            text.push('\n');
        }
        flush(out, &mut text)?;
    }
    write_totals(&mut text, pen, &locator, report);
    flush(out, &mut text)
}

fn write_worse(out: &mut String, pen: Pen, locator: &Locator<'_>, changes: &[&Change], path: &str) {
    for (change, consequences) in words::with_consequences(changes) {
        match (&change.changed, change.changed.finding()) {
            (Changed::Flow(flow), _) => write_flow(out, pen, locator, flow, change),
            (_, Some(finding)) => {
                let gutter = write_finding(out, pen, locator, change, finding, path);
                for consequence in consequences {
                    write_consequence(out, pen, locator, gutter + 2, consequence);
                }
            }
            _ => continue,
        }
        out.push('\n');
    }
}

/// A finding with its lines. Gives the width of its line numbers.
fn write_finding(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    change: &Change,
    finding: &Finding,
    path: &str,
) -> usize {
    let changed = &change.changed;
    let message = match changed {
        Changed::Level(was, _) => format!("(was {was}) {}", finding.message),
        _ => finding.message.clone(),
    };
    // What the documents say of a rule, `isolint explain` tells; that a change breaks one is rarer.
    let citations: &[Citation] = if matches!(changed, Changed::Broken(_)) { &finding.citations } else { &[] };
    let help = words::help(finding, path);
    let notes: Vec<String> = finding.notes.iter().cloned().chain(words::parameters(change)).collect();
    let entry = Entry {
        style: finding.level.into(),
        level: finding.level.as_str(),
        code: &finding.rule,
        message: &message,
        primary: &finding.primary,
        related: &finding.related,
        help: help.as_deref(),
        notes: &notes,
        citations,
        blocked: None,
    };
    write_entry(out, pen, locator, &entry)
}

/// A connection that is worse off, with its lines in both states.
fn write_flow(out: &mut String, pen: Pen, locator: &Locator<'_>, change: &FlowChange, whole: &Change) {
    let Some(now) = &change.now else { return };
    let head = [
        piece(Style::Error, words::kind(change.kind)),
        piece(
            Style::Strong,
            format!(": {} is {}", words::connection(now, pen.glyphs().arrow), words::state(Some(now))),
        ),
    ];
    pen.prose(out, 0, 4, &head);
    let primary = Label { place: now.place, text: format!("now: {}", words::state(Some(now))) };
    let mut related: Vec<Label> = change.guard.iter().cloned().collect();
    let before = |was: &crate::analysis::FlowResult| Label {
        place: was.place,
        text: format!("before: {}", words::state(Some(was))),
    };
    related.extend(change.was.as_ref().map(before));
    let gutter = write_excerpts(out, pen, locator, Style::Error, &primary, &related);
    write_remark(out, pen, gutter + 2, "why", &words::reason(change));
    if let Some(note) = words::parameters(whole) {
        write_remark(out, pen, gutter + 2, "note", &note);
    }
}

/// A change in a line.
fn write_line(out: &mut String, pen: Pen, locator: &Locator<'_>, change: &Change) {
    let changed = &change.changed;
    let (style, word, text, places) = match changed {
        Changed::Flow(change) => {
            let Some(flow) = change.now.as_ref().or(change.was.as_ref()) else { return };
            let (was, now) = (words::state(change.was.as_ref()), words::state(change.now.as_ref()));
            let text = format!("{}: {was} {} {now}", words::connection(flow, pen.glyphs().arrow), pen.glyphs().arrow);
            let places = [&change.was, &change.now].into_iter().flatten().map(|flow| locator.text(flow.place));
            (Style::Plain, words::kind(change.kind).to_owned(), text, places.collect::<Vec<String>>())
        }
        _ => {
            let Some(finding) = changed.finding() else { return };
            let word = match changed {
                Changed::Gained(_) => "gained ".to_owned(),
                Changed::Lost(_) => "lost ".to_owned(),
                Changed::Level(was, _) => format!("was {was}, now "),
                Changed::Undecided(_) => "cannot be told any more: ".to_owned(),
                Changed::Broken(_) | Changed::Flow(_) => String::new(),
            };
            let mut places = vec![locator.text(finding.primary.place)];
            if matches!(changed, Changed::Broken(_)) {
                places.extend(finding.related.iter().map(|label| locator.text(label.place)));
            }
            let style = if matches!(changed, Changed::Lost(_)) { Style::Good } else { finding.level.into() };
            (style, format!("{word}{}[{}]", finding.level, finding.rule), finding.message.clone(), places)
        }
    };
    let pieces = [
        piece(style, word),
        piece(Style::Plain, format!(": {text} ")),
        piece(
            Style::Faint,
            format!("({})", places.into_iter().chain(words::parameters(change)).collect::<Vec<_>>().join(", ")),
        ),
    ];
    pen.prose(out, 0, 4, &pieces);
}

fn write_totals(out: &mut String, pen: Pen, locator: &Locator<'_>, report: &ComparisonReport) {
    for state in [&report.old, &report.new] {
        for input in &state.inputs {
            if let InputStatus::Unreadable(reason) = &input.status {
                let pieces =
                    [piece(Style::Error, "unreadable"), piece(Style::Plain, format!(": {}: {reason}", input.path))];
                pen.prose(out, 0, 4, &pieces);
            }
        }
    }
    let comparison = &report.comparison;
    for line in words::unread(report) {
        pen.prose(out, 0, 2, &[piece(Style::Error, line)]);
    }
    if !report.compared {
        return pen.prose(out, 0, 2, &[piece(Style::Strong, format!("{}.", words::verdict(report)))]);
    }
    let style = if comparison.is_worse() { Style::Error } else { Style::Good };
    let totals = words::totals(comparison);
    let as_before = words::as_before(comparison);
    let rest = if totals.is_empty() { format!(": {as_before}") } else { format!(": {totals} ({as_before})") };
    pen.prose(out, 0, 2, &[piece(style, words::verdict(report)), piece(Style::Plain, rest)]);
    for finding in &comparison.exceptions {
        let Finding { level, rule, message, primary, .. } = finding;
        let pieces = [
            piece((*level).into(), format!("{level}[{rule}]")),
            piece(Style::Plain, format!(": {message} ")),
            piece(Style::Faint, format!("({})", locator.text(primary.place))),
        ];
        pen.prose(out, 0, 4, &pieces);
    }
    for line in words::ignoring(comparison)
        .words()
        .map(|words| format!("{words}."))
        .into_iter()
        .chain(words::undetermined(comparison))
    {
        pen.prose(out, 0, 2, &[piece(Style::Plain, line)]);
    }
}
