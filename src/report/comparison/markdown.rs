//! The comparison as Markdown, for the comment of a review.

use std::fmt::Write as _;
use std::io;

use super::{ComparisonReport, words};
use crate::analysis::{Change, Changed, Direction, FlowChange, InputStatus};
use crate::report::locate::Locator;
use crate::report::markdown::{plain, sentence};
use crate::source::{Place, Sources};

/// Writes the comparison as Markdown.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_comparison_markdown(
    out: &mut impl io::Write,
    report: &ComparisonReport,
    sources: &Sources,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    let mut text = format!("## {}\n", words::verdict(report));
    for direction in [Direction::Worse, Direction::Other, Direction::Better] {
        let changes = report.comparison.counted().filter(|change| change.direction == direction);
        let changes: Vec<&Change> = changes.collect();
        if changes.is_empty() {
            continue;
        }
        let _ = write!(text, "\n### {}\n\n", words::heading(direction));
        for (change, consequences) in words::with_consequences(&changes) {
            write_change(&mut text, &locator, change, &report.new.path);
            for finding in consequences {
                let (level, rule, place) = (finding.level, &finding.rule, at(&locator, finding.primary.place));
                let _ = writeln!(text, "  - So: **{level}** `{rule}`: {} ({place})", plain(&finding.message));
            }
        }
    }
    write_rest(&mut text, &locator, report);
    out.write_all(text.as_bytes())
}

fn write_change(out: &mut String, locator: &Locator<'_>, change: &Change, path: &str) {
    if let Changed::Flow(flow) = &change.changed {
        write_flow(out, locator, flow, change.direction);
        return write_parameters(out, change);
    }
    let Some(finding) = change.changed.finding() else { return };
    let word = match &change.changed {
        Changed::Gained(_) => " gained".to_owned(),
        Changed::Lost(_) => " lost".to_owned(),
        Changed::Level(was, _) => format!(" (was {was})"),
        Changed::Undecided(_) => " cannot be told any more".to_owned(),
        Changed::Broken(_) | Changed::Flow(_) => String::new(),
    };
    let places: Vec<String> = match &change.changed {
        Changed::Broken(_) => {
            finding.related.iter().chain([&finding.primary]).map(|one| at(locator, one.place)).collect()
        }
        _ => vec![at(locator, finding.primary.place)],
    };
    let message = plain(&finding.message);
    let _ = writeln!(out, "- **{}** `{}`{word}: {message} ({})", finding.level, finding.rule, places.join(" → "));
    write_parameters(out, change);
    if change.direction != Direction::Worse {
        return;
    }
    for note in &finding.notes {
        let _ = writeln!(out, "  - {}", plain(note));
    }
    if let Some(help) = words::help(finding, path) {
        let _ = writeln!(out, "  - To fix: {}", plain(&help));
    }
}

fn write_parameters(out: &mut String, change: &Change) {
    if let Some(note) = words::parameters(change) {
        let _ = writeln!(out, "  - {}", plain(&note));
    }
}

fn write_flow(out: &mut String, locator: &Locator<'_>, change: &FlowChange, direction: Direction) {
    let Some(flow) = change.now.as_ref().or(change.was.as_ref()) else { return };
    let (was, now) = (words::state(change.was.as_ref()), words::state(change.now.as_ref()));
    let places = [&change.was, &change.now].into_iter().flatten().map(|flow| at(locator, flow.place));
    let places: Vec<String> = places.collect();
    let what = plain(&words::connection(flow, "→"));
    let _ = writeln!(out, "- **{}**: {what}: {was} → {now} ({})", words::kind(change.kind), places.join(" → "));
    if direction == Direction::Worse {
        let guard = change.guard.as_ref().map_or_else(String::new, |guard| format!(" ({})", at(locator, guard.place)));
        let _ = writeln!(out, "  - Why: {}{guard}", plain(&words::reason(change)));
    }
}

fn write_rest(out: &mut String, locator: &Locator<'_>, report: &ComparisonReport) {
    let states = [&report.old, &report.new];
    let mut lines = Vec::new();
    for input in states.iter().flat_map(|state| &state.inputs) {
        if let InputStatus::Unreadable(reason) = &input.status {
            lines.push(format!("- unreadable: `{}`: {}", input.path, plain(reason)));
        }
    }
    for problem in states.iter().flat_map(|state| &state.problems) {
        lines.push(format!("- {} ({})", plain(&problem.message), at(locator, problem.primary.place)));
    }
    if !lines.is_empty() {
        let _ = write!(out, "\n### Not read\n\n{}\n", lines.join("\n"));
    }
    let mut totals = words::unread(report);
    if report.compared {
        let changed = words::totals(&report.comparison);
        let as_before = words::as_before(&report.comparison);
        totals.push(if changed.is_empty() { as_before } else { format!("{changed} ({as_before})") });
        totals.extend(words::ignoring(&report.comparison).words());
        totals.extend(words::undetermined(&report.comparison));
    }
    for line in totals {
        let _ = write!(out, "\n{}\n", sentence(&line));
    }
    for (number, finding) in report.comparison.exceptions.iter().enumerate() {
        let (gap, place) = (if number == 0 { "\n" } else { "" }, at(locator, finding.primary.place));
        let _ = writeln!(out, "{gap}- **{}** `{}`: {} ({place})", finding.level, finding.rule, plain(&finding.message));
    }
}

/// A place as code, without the column.
fn at(locator: &Locator<'_>, place: Place) -> String {
    format!("`{}:{}`", locator.name(place), locator.start(place).line)
}
