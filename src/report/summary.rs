//! The last lines of the report for people: what was found, what was checked, and what was not.

use serde::Serialize;

use super::locate::Locator;
use super::style::{Pen, Piece, Style, count, piece};
use crate::analysis::{Analysis, Finding, IgnoredBy, InputStatus, Level, Repair, Verdict};
use crate::source::Severity;

/// More skipped inputs than these are counted only.
const SKIPPED: usize = 10;

/// More entries of a baseline that occur no more are counted only.
const GONE: usize = 10;

/// How many findings are ignored, by what says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Ignoring {
    pub(super) comment: usize,
    pub(super) configuration: usize,
    pub(super) baseline: usize,
}

impl Ignoring {
    pub(super) fn of(analysis: &Analysis) -> Self {
        Self::count(analysis.findings.iter())
    }

    pub(super) fn count<'f>(findings: impl Iterator<Item = &'f Finding> + Clone) -> Self {
        let by = |by| findings.clone().filter(|one| one.ignored.as_ref().is_some_and(|one| one.by == by)).count();
        Self {
            comment: by(IgnoredBy::Comment),
            configuration: by(IgnoredBy::Configuration),
            baseline: by(IgnoredBy::Baseline),
        }
    }

    /// `3 findings ignored: 1 by an exception, 2 by the baseline`; nothing when none is.
    pub(super) fn words(self) -> Option<String> {
        let Self { comment, configuration, baseline } = self;
        let exceptions = comment + configuration;
        let by = if exceptions == 1 { "an exception" } else { "exceptions" };
        let parts = [(exceptions, by), (baseline, "the baseline")].into_iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts.map(|(number, by)| format!("{number} by {by}")).collect();
        (!parts.is_empty())
            .then(|| format!("{} ignored: {}", count(exceptions + baseline, "finding"), parts.join(", ")))
    }
}

/// Numbers about a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) errors: usize,
    pub(super) warnings: usize,
    pub(super) infos: usize,
    pub(super) checked: usize,
    pub(super) skipped: usize,
    pub(super) unreadable: usize,
    pub(super) open: usize,
    pub(super) blocked: usize,
    pub(super) undetermined_flows: usize,
}

impl Tally {
    /// Counts findings and problems alike: both are printed alike.
    pub(super) fn new(analysis: &Analysis) -> Self {
        let found = |level| analysis.counted().filter(|one| one.level == level).count();
        let warned = |one: &&crate::source::Problem| one.severity == Severity::Warning;
        let warnings = analysis.problems.iter().filter(warned).count();
        let flows = |verdict| analysis.flows.iter().filter(|one| one.verdict == verdict).count();
        let inputs =
            |wanted: fn(&InputStatus) -> bool| analysis.inputs.iter().filter(|one| wanted(&one.status)).count();
        Self {
            errors: found(Level::Error) + analysis.problems.len() - warnings,
            warnings: found(Level::Warning) + warnings,
            infos: found(Level::Info),
            checked: inputs(|status| matches!(status, InputStatus::Checked)),
            skipped: inputs(|status| matches!(status, InputStatus::Skipped(_))),
            unreadable: inputs(|status| matches!(status, InputStatus::Unreadable(_))),
            open: flows(Verdict::Open),
            blocked: flows(Verdict::Blocked),
            undetermined_flows: flows(Verdict::Undetermined),
        }
    }

    /// `41 resources in 3 files, 60 rules, 52 flows: 40 open, 9 blocked, 3 undetermined`
    fn scope(&self, analysis: &Analysis) -> String {
        let flows = analysis.flows.len();
        let mut text = format!(
            "{} in {}, {}, {}",
            count(analysis.resources, "resource"),
            count(self.checked, "file"),
            count(analysis.rules, "rule"),
            count(flows, "flow"),
        );
        let parts: Vec<String> =
            [(self.open, "open"), (self.blocked, "blocked"), (self.undetermined_flows, "undetermined")]
                .into_iter()
                .filter(|(number, _)| *number > 0)
                .map(|(number, word)| format!("{number} {word}"))
                .collect();
        if !parts.is_empty() {
            text.push_str(&format!(": {}", parts.join(", ")));
        }
        text
    }
}

/// Whether something in an input was checked though it was not read whole: its mistakes are told.
fn is_partly_read(locator: &Locator<'_>, analysis: &Analysis, path: &str) -> bool {
    analysis.problems.iter().any(|problem| locator.name(problem.primary.place) == path)
}

/// Names every input that could not be read, or not whole.
pub(super) fn write_unreadable(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis) {
    for input in &analysis.inputs {
        if let InputStatus::Unreadable(reason) = &input.status {
            let partly = is_partly_read(locator, analysis, &input.path);
            let word = if partly { "partly read" } else { "unreadable" };
            let pieces = [piece(Style::Error, word), piece(Style::Plain, format!(": {}: {reason}", input.path))];
            pen.prose(out, 0, 4, &pieces);
        }
    }
}

/// What was found and checked, in a line without colours.
pub(super) fn headline(locator: &Locator<'_>, analysis: &Analysis) -> String {
    let mut text: String = conclusion(locator, analysis).into_iter().map(|(_, text)| text).collect();
    text.truncate(text.trim_end_matches('.').len());
    let gone = gone(analysis).map(|gone| format!("; {gone}"));
    let ignored = Ignoring::of(analysis).words().map(|ignored| format!("; {ignored}"));
    text.extend(ignored.into_iter().chain(gone));
    text
}

/// `2 of the baseline occur no more`; nothing where all of them do.
fn gone(analysis: &Analysis) -> Option<String> {
    match analysis.gone.len() {
        0 => None,
        1 => Some("1 of the baseline occurs no more".to_owned()),
        number => Some(format!("{number} of the baseline occur no more")),
    }
}

fn conclusion(locator: &Locator<'_>, analysis: &Analysis) -> Vec<Piece<'static>> {
    let tally = Tally::new(analysis);
    let unreadable = analysis.inputs.iter().filter(|input| matches!(input.status, InputStatus::Unreadable(_)));
    let partly = unreadable.filter(|input| is_partly_read(locator, analysis, &input.path)).count();
    let mut verdict = verdict(&tally, partly);
    let scope = tally.scope(analysis);
    if tally.checked == 0 {
        verdict.push(piece(Style::Plain, "."));
    } else if tally.errors + tally.warnings + tally.infos == 0 {
        verdict.push(piece(Style::Plain, format!(": {scope}")));
    } else {
        verdict.push(piece(Style::Plain, format!(" ({scope})")));
    }
    verdict
}

/// Writes what was found, what was checked, and what was not.
pub(super) fn write_summary(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis, listed: bool) {
    write_unreadable(out, pen, locator, analysis);
    write_skipped(out, pen, analysis);
    write_unread(out, pen, analysis);
    let verdict = conclusion(locator, analysis);
    pen.prose(out, 0, 2, &verdict);
    let repairable = |finding: &&Finding| finding.repairs.iter().any(Repair::is_applicable);
    let repairable = analysis.counted().filter(repairable).count();
    if repairable > 0 {
        let which = match (repairable, analysis.counted().count()) {
            (1, 1) => "it".to_owned(),
            (all, of) if all == of => "all of them".to_owned(),
            (some, _) => format!("{some} of them"),
        };
        let text = format!("`--fix` can repair {which}; `--diff` shows how.");
        pen.prose(out, 0, 2, &[piece(Style::Plain, text)]);
    }
    write_ignored(out, pen, locator, analysis);
    let undetermined = analysis.undetermined.len();
    if undetermined > 0 {
        let (verb, them) = if undetermined == 1 { ("check is", "it") } else { ("checks are", "them") };
        let hint = if listed { ".".to_owned() } else { format!("; `--undetermined` lists what would decide {them}.") };
        let text = format!("{undetermined} {verb} undetermined{hint}");
        pen.prose(out, 0, 2, &[piece(Style::Plain, text)]);
    }
}

/// How many findings do not count, by what says so, and what a baseline still lists though it occurs no more.
fn write_ignored(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis) {
    if let Some(text) = Ignoring::of(analysis).words() {
        pen.prose(out, 0, 2, &[piece(Style::Plain, format!("{text}."))]);
    }
    for gone in analysis.gone.iter().take(GONE) {
        let text =
            format!("gone: {} of {} ({})", gone.entry.rule, gone.entry.resources.join(", "), locator.text(gone.place));
        pen.prose(out, 0, 4, &[piece(Style::Faint, text)]);
    }
    if let Some(gone) = gone(analysis) {
        let them = if analysis.gone.len() == 1 { "it" } else { "them" };
        let text = format!("{gone}; `isolint baseline prune` takes {them} out.");
        pen.prose(out, 0, 2, &[piece(Style::Plain, text)]);
    }
}

/// `1 file could not be read and 2 files only in part`
fn unread(tally: &Tally, partly: usize) -> Option<String> {
    let entirely = tally.unreadable - partly;
    match (entirely, partly) {
        (0, 0) => None,
        (_, 0) => Some(format!("{} could not be read", count(entirely, "file"))),
        (0, _) => Some(format!("{} could be read only in part", count(partly, "file"))),
        _ => Some(format!("{} could not be read, and {} only in part", count(entirely, "file"), partly)),
    }
}

fn verdict<'a>(tally: &Tally, partly: usize) -> Vec<super::style::Piece<'a>> {
    let mut pieces = Vec::new();
    for (style, number, noun) in [
        (Style::Error, tally.errors, "error"),
        (Style::Warning, tally.warnings, "warning"),
        (Style::Info, tally.infos, "info"),
    ] {
        if number > 0 {
            if !pieces.is_empty() {
                pieces.push(piece(Style::Plain, ", "));
            }
            // There is no plural of "info".
            let text = if noun == "info" { format!("{number} info") } else { count(number, noun) };
            pieces.push(piece(style, text));
        }
    }
    let unread = unread(tally, partly);
    match (pieces.is_empty(), tally.checked, unread) {
        (true, 0, None) => pieces.push(piece(Style::Strong, "Nothing was checked")),
        (true, 0, Some(unread)) => {
            pieces.push(piece(Style::Error, format!("Nothing was checked: {unread}")));
        }
        (true, _, None) => pieces.push(piece(Style::Good, "No findings")),
        (true, _, Some(unread)) => {
            pieces.push(piece(Style::Strong, "No findings, but "));
            pieces.push(piece(Style::Error, unread));
        }
        (false, _, Some(unread)) => pieces.push(piece(Style::Error, format!("; {unread}"))),
        (false, _, None) => {}
    }
    pieces
}

/// Says which resources nobody judged, so that silence about them is not taken for an answer.
fn write_unread(out: &mut String, pen: Pen, analysis: &Analysis) {
    let mut unread = analysis.unread.iter();
    for unread in unread.by_ref().take(SKIPPED) {
        let number = if unread.count > 1 { format!(" ({} of them)", unread.count) } else { String::new() };
        let text = format!(": {}{number}: {}", unread.ty, unread.why);
        pen.prose(out, 0, 4, &[piece(Style::Faint, "not understood"), piece(Style::Plain, text)]);
    }
    let more = unread.count();
    if more > 0 {
        let text = format!("not understood: {}", count(more, "more type"));
        pen.prose(out, 0, 4, &[piece(Style::Faint, text)]);
    }
}

fn write_skipped(out: &mut String, pen: Pen, analysis: &Analysis) {
    let mut skipped = analysis.inputs.iter().filter_map(|input| match &input.status {
        InputStatus::Skipped(reason) => Some((&input.path, reason)),
        _ => None,
    });
    for (path, reason) in skipped.by_ref().take(SKIPPED) {
        let pieces = [piece(Style::Faint, "skipped"), piece(Style::Plain, format!(": {path}: {reason}"))];
        pen.prose(out, 0, 4, &pieces);
    }
    let more = skipped.count();
    if more > 0 {
        let text = format!("skipped: {}", count(more, "more file"));
        pen.prose(out, 0, 4, &[piece(Style::Faint, text)]);
    }
}
