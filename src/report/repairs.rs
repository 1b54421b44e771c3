//! Repairs in words: what to change, and where.

use std::io;

use super::excerpt::indent;
use super::human::HumanOptions;
use super::locate::Locator;
use super::methods::write_fix;
use super::style::{Pen, Style, count, flush, piece};
use crate::analysis::{Analysis, RepairStep, RequirementResult};
use crate::knowledge::definitions::Operation;
use crate::source::Sources;

/// Whether repairs were made or are shown only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tense {
    /// They were made.
    Did,
    /// They would be made.
    Would,
}

/// ``add `Microsoft.Storage` to `service_endpoints` of subnet/plant/stream (networks.yaml:41:9)``
pub(super) fn describe(locator: &Locator<'_>, change: &RepairStep) -> String {
    format!("{} ({})", what(change), locator.text(change.place))
}

/// ``set `auth` of job/telemetry to `managed_identity` ``
pub(super) fn what(change: &RepairStep) -> String {
    let RepairStep { field, resource, .. } = change;
    let value = change.value.as_deref().unwrap_or("nothing");
    match change.operation {
        Operation::Set => format!("set `{field}` of {resource} to `{value}`"),
        Operation::Unset => format!("take `{field}` of {resource} away"),
        Operation::Add => format!("add `{value}` to `{field}` of {resource}"),
        Operation::Remove => format!("remove `{value}` from `{field}` of {resource}"),
    }
}

/// What a repair does, change by change.
pub(super) fn all(locator: &Locator<'_>, changes: &[RepairStep]) -> String {
    changes.iter().map(|change| describe(locator, change)).collect::<Vec<_>>().join("; ")
}

/// What would make a requirement hold: its repair, or in words where there is none.
pub(super) fn write_requirement_fix(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    at: usize,
    requirement: &RequirementResult,
) {
    match (requirement.repair.as_slice(), &requirement.help) {
        ([], None) => {}
        ([], Some(help)) => write_fix(out, pen, at, help),
        (changes, _) => {
            // Where the requirement points has been said.
            let is_said =
                |change: &RepairStep| requirement.places.first().is_some_and(|label| label.place == change.place);
            let words = |change: &RepairStep| if is_said(change) { what(change) } else { describe(locator, change) };
            write_fix(out, pen, at, &changes.iter().map(words).collect::<Vec<_>>().join("; "));
        }
    }
}

/// Writes what was repaired, by file, and which repairs are left to people, with the reason.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_left(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    options: &HumanOptions,
    tense: Tense,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let locator = Locator::new(sources);
    let mut text = String::new();
    write_fixed(&mut text, pen, analysis, tense);
    write_suggested(&mut text, pen, &locator, analysis);
    flush(out, &mut text)
}

fn write_fixed(out: &mut String, pen: Pen, analysis: &Analysis, tense: Tense) {
    let word = match tense {
        Tense::Did => "fixed",
        Tense::Would => "would fix",
    };
    let mut files: Vec<&String> = analysis.fixed.iter().flat_map(|fixed| &fixed.files).collect();
    files.sort();
    files.dedup();
    for file in files {
        let of_file = analysis.fixed.iter().filter(|fixed| fixed.files.contains(file));
        let number = count(of_file.clone().count(), "finding");
        pen.prose(out, 0, 4, &[piece(Style::Good, word), piece(Style::Strong, format!(" {number} in {file}:"))]);
        for fixed in of_file {
            let changes: Vec<String> = fixed.changes.iter().map(what).collect();
            // What was taken out of a file as a whole is no change of a resource.
            let what = if changes.is_empty() { format!("removed: {}", fixed.message) } else { changes.join("; ") };
            indent(out, 2);
            let pieces =
                [piece(fixed.level.into(), format!("[{}]", fixed.rule)), piece(Style::Plain, format!(" {what}"))];
            pen.prose(out, 2, 6, &pieces);
        }
        out.push('\n');
    }
}

/// One line for each finding whose repair is left to people.
fn write_suggested(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis) {
    // What follows from another finding goes with it.
    let own = analysis.counted().filter(|finding| finding.caused_by.is_none());
    let left: Vec<_> = own
        .filter_map(|finding| {
            let repair = finding.repairs.first()?;
            Some((finding, repair, repair.reason_not.as_ref()?))
        })
        .collect();
    if left.is_empty() {
        return;
    }
    pen.prose(out, 0, 4, &[piece(Style::Strong, "left to you:")]);
    for (finding, repair, reason) in left {
        indent(out, 2);
        let pieces = [
            piece(finding.level.into(), format!("[{}]", finding.rule)),
            piece(Style::Plain, format!(" {}", all(locator, &repair.changes))),
            piece(Style::Faint, format!(": {reason}")),
        ];
        pen.prose(out, 2, 6, &pieces);
    }
    out.push('\n');
}
