//! What all forms of a comparison say in the same words.

use std::collections::HashSet;

use super::ComparisonReport;
use crate::analysis::{
    Change, Changed, Comparison, Direction, Finding, FlowChange, FlowChangeKind, FlowResult, Verdict,
};
use crate::report::style::count;
use crate::report::summary::Ignoring;
use crate::topology::{INTERNET, Topology};

/// What to do about a finding. Of a connection that does not work the access methods would take a page.
pub(super) fn help(finding: &Finding, path: &str) -> Option<String> {
    let end = |role: &str| finding.resources.iter().find(|one| one.role == role).map(|one| one.resource.as_str());
    match (end("origin"), end("target")) {
        (Some(origin), Some(target)) if !finding.methods.is_empty() => {
            Some(format!("`isolint paths {origin} {target} {path}` shows what each access method misses."))
        }
        _ => finding.help.clone(),
    }
}

/// The findings of some changes beneath what they are a consequence of, where that is among them; in the order given.
pub(super) fn with_consequences<'c>(changes: &[&'c Change]) -> Vec<(&'c Change, Vec<&'c Finding>)> {
    let findings = || changes.iter().filter_map(|change| change.changed.finding());
    let there: HashSet<&str> = findings().map(|finding| finding.fingerprint.as_str()).collect();
    let cause = |finding: &'c Finding| finding.caused_by.as_deref().filter(|cause| there.contains(cause));
    let own = changes.iter().filter(|change| change.changed.finding().is_none_or(|finding| cause(finding).is_none()));
    let with = own.map(|change| {
        let name = change.changed.finding().map(|finding| finding.fingerprint.as_str());
        let below = findings().filter(|finding| name.is_some() && cause(finding) == name);
        (*change, below.collect())
    });
    with.collect()
}

/// The word for what became of a connection.
pub(super) const fn kind(kind: FlowChangeKind) -> &'static str {
    match kind {
        FlowChangeKind::Opened => "opened",
        FlowChangeKind::Weaker => "weaker path",
        FlowChangeKind::Undetermined => "cannot be told any more",
        FlowChangeKind::Determined => "can be told now",
        FlowChangeKind::OtherMethod => "other method",
        FlowChangeKind::Stronger => "stronger path",
        FlowChangeKind::Closed => "closed",
    }
}

/// How a connection stands: `open by open-target (public)`, `blocked`.
pub(super) fn state(flow: Option<&FlowResult>) -> String {
    let Some(flow) = flow else { return "not there".to_owned() };
    match (flow.verdict, &flow.method, flow.path_class) {
        (Verdict::Open, Some(method), Some(class)) => format!("open by {method} ({class})"),
        (Verdict::Open, Some(method), None) => format!("open by {method}"),
        (verdict, ..) => verdict.as_str().to_owned(),
    }
}

/// A connection in words: `output `cold` (job/telemetry → storage/raw)`. Who comes from the internet is in the name.
pub(super) fn connection(flow: &FlowResult, arrow: &str) -> String {
    if flow.origin == Topology::kind(INTERNET).name {
        return flow.name.clone();
    }
    format!("{} ({} {arrow} {})", flow.name, flow.origin, flow.target)
}

/// Why a change of a connection is for the worse.
pub(super) fn reason(change: &FlowChange) -> String {
    match (&change.guard, change.kind) {
        (Some(guard), _) => guard.text.clone(),
        (None, FlowChangeKind::Opened) => "nobody on the internet could reach it before".to_owned(),
        (None, _) => format!("it was {} and is {}", state(change.was.as_ref()), state(change.now.as_ref())),
    }
}

/// `2 findings gained, 1 lost; 1 flow opened`; empty when nothing changed.
pub(super) fn totals(comparison: &Comparison) -> String {
    let number =
        |these: &dyn Fn(&Changed) -> bool| comparison.counted().filter(|change| these(&change.changed)).count();
    let flows = |kind| number(&|changed| matches!(changed, Changed::Flow(flow) if flow.kind == kind));
    let parts = [
        (
            number(&|changed| matches!(changed, Changed::Broken(_))),
            "breach of a change rule",
            "breaches of change rules",
        ),
        (number(&|changed| matches!(changed, Changed::Gained(_))), "finding gained", "findings gained"),
        (
            number(&|changed| matches!(changed, Changed::Level(..))),
            "finding of another level",
            "findings of another level",
        ),
        (number(&|changed| matches!(changed, Changed::Lost(_))), "finding lost", "findings lost"),
        (number(&|changed| matches!(changed, Changed::Undecided(_))), "finding undetermined", "findings undetermined"),
        (flows(FlowChangeKind::Opened), "flow opened", "flows opened"),
        (flows(FlowChangeKind::Closed), "flow closed", "flows closed"),
        (flows(FlowChangeKind::Weaker), "flow on a weaker path", "flows on weaker paths"),
        (flows(FlowChangeKind::Stronger), "flow on a stronger path", "flows on stronger paths"),
        (flows(FlowChangeKind::OtherMethod), "flow by another method", "flows by other methods"),
        (flows(FlowChangeKind::Undetermined), "flow undetermined", "flows undetermined"),
        (flows(FlowChangeKind::Determined), "flow determined", "flows determined"),
    ];
    let told = parts.into_iter().filter(|(number, ..)| *number > 0);
    let told: Vec<String> =
        told.map(|(number, one, many)| format!("{number} {}", if number == 1 { one } else { many })).collect();
    told.join(", ")
}

/// `14 findings, 22 flows as before`.
pub(super) fn as_before(comparison: &Comparison) -> String {
    let findings = count(comparison.findings_as_before, "finding");
    format!("{findings}, {} as before", count(comparison.flows_as_before, "flow"))
}

/// The answer in a few words.
pub(super) fn verdict(report: &ComparisonReport) -> &'static str {
    let comparison = &report.comparison;
    match (report.compared, comparison.is_worse(), comparison.changes.is_empty()) {
        (false, ..) => "Nothing was compared",
        (_, true, _) => "Isolation got worse",
        (_, _, true) => "No difference in isolation",
        _ => "Isolation did not get worse",
    }
}

/// The heading of the changes of a direction.
pub(super) const fn heading(direction: Direction) -> &'static str {
    match direction {
        Direction::Worse => "Worse",
        Direction::Other => "Other changes",
        Direction::Better => "Better",
    }
}

/// `2 checks of the change are undetermined`; nothing when none is.
pub(super) fn undetermined(comparison: &Comparison) -> Option<String> {
    match comparison.undetermined.len() {
        0 => None,
        1 => Some("1 check of the change is undetermined".to_owned()),
        number => Some(format!("{number} checks of the change are undetermined")),
    }
}

/// How many of the differences do not count.
pub(super) fn ignoring(comparison: &Comparison) -> Ignoring {
    Ignoring::count(comparison.changes.iter().filter_map(|change| change.changed.finding()))
}

/// What was not read of which state, and what became of the rest.
pub(super) fn unread(report: &ComparisonReport) -> Vec<String> {
    let states = [("earlier", &report.old), ("later", &report.new)];
    let broken = states.into_iter().filter(|(_, state)| state.is_broken());
    let line = |(word, state): (&str, &super::ReadState)| match state.is_there {
        true => format!("the {word} state `{}` was read in part; what could be read was compared", state.path),
        false => format!("the {word} state `{}` could not be read", state.path),
    };
    broken.map(line).collect()
}

/// For which sets of parameters a change holds, where a template has several.
pub(super) fn parameters(change: &Change) -> Option<String> {
    (!change.parameters.is_empty()).then(|| format!("with the parameters in {}", change.parameters.join(", ")))
}
