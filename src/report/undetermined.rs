//! What could not be decided, by the facts that are missing, with the lines that would decide it.

use std::collections::BTreeMap;

use super::excerpt::indent;
use super::locate::Locator;
use super::snippet::{is_derived, snippet, title};
use super::style::{Pen, Style, count, listed, piece};
use crate::analysis::{Analysis, MissingFact, Undetermined};
use crate::source::Place;

/// More checks than these are counted only, and so are fields.
const CHECKS: usize = 5;

/// Facts that are not known for one reason, and the checks that wait for them.
struct Group<'a> {
    /// Of one resource, at one place, each field once.
    facts: Vec<&'a MissingFact>,
    checks: Vec<&'a Undetermined>,
    /// How many of them wait for nothing else.
    alone: usize,
}

/// What the facts of a group have in common.
type Key<'a> = (&'a str, Place, &'a str);

fn key(fact: &MissingFact) -> Key<'_> {
    (&fact.resource, fact.place, &fact.reason)
}

/// Lists the missing facts, the most deciding first.
pub(super) fn write_undetermined(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis) {
    for group in groups(&analysis.undetermined) {
        write_group(out, pen, locator, &group);
        // A value that is a mistake has been told with what may stand there.
        let is_mistake = |fact: &MissingFact| analysis.problems.iter().any(|one| one.primary.place == fact.place);
        if !group.facts.iter().copied().any(is_mistake) {
            write_lines(out, pen, locator, &group);
        }
        out.push('\n');
    }
    for check in analysis.undetermined.iter().filter(|check| stated(check).next().is_none()) {
        let subject = describe(pen, check);
        let pieces = [piece(Style::Warning, "undetermined"), piece(Style::Strong, format!(": {subject}"))];
        pen.prose(out, 0, 4, &pieces);
        out.push('\n');
    }
}

/// The facts that somebody could state; what follows from them is settled with them.
fn stated(check: &Undetermined) -> impl Iterator<Item = &MissingFact> {
    check.facts.iter().filter(|fact| !is_derived(&fact.resource, &fact.field))
}

fn groups(undetermined: &[Undetermined]) -> Vec<Group<'_>> {
    let mut found: BTreeMap<Key<'_>, Group<'_>> = BTreeMap::new();
    for check in undetermined {
        let first = stated(check).next().map(key);
        let alone = check.facts.iter().all(|fact| Some(key(fact)) == first);
        for fact in stated(check) {
            let group = found.entry(key(fact)).or_insert(Group { facts: Vec::new(), checks: Vec::new(), alone: 0 });
            if group.facts.iter().all(|other| other.field != fact.field) {
                group.facts.push(fact);
            }
            if !group.checks.last().is_some_and(|last| std::ptr::eq(*last, check)) {
                group.checks.push(check);
                group.alone += usize::from(alone);
            }
        }
    }
    let mut groups: Vec<Group<'_>> = found.into_values().collect();
    for group in &mut groups {
        group.facts.sort_by(|a, b| a.field.cmp(&b.field));
    }
    groups.sort_by_key(|group| std::cmp::Reverse((group.alone, group.checks.len())));
    groups
}

fn write_group(out: &mut String, pen: Pen, locator: &Locator<'_>, group: &Group<'_>) {
    let Some(fact) = group.facts.first() else {
        return;
    };
    let fields: Vec<String> =
        group.facts.iter().filter(|fact| !fact.field.is_empty()).map(|fact| format!("`{}`", fact.field)).collect();
    let owner = title(&fact.resource);
    let (subject, verb) = match fields.len() {
        0 => (owner, "is"),
        1 => (format!("{} of {owner}", listed(&fields, CHECKS)), "is"),
        _ => (format!("{} of {owner}", listed(&fields, CHECKS)), "are"),
    };
    let pieces = [
        piece(Style::Warning, "undetermined"),
        piece(Style::Strong, format!(": {subject} {verb} not known: {} ", fact.reason)),
        piece(Style::Faint, format!("({})", locator.text(fact.place))),
    ];
    pen.prose(out, 0, 4, &pieces);
    let mut names: Vec<String> = Vec::new();
    for check in &group.checks {
        let name = describe(pen, check);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let others = group.checks.len() - group.alone;
    let aside = match (group.alone, others) {
        (_, 0) => String::new(),
        (0, _) => ", together with other facts".to_owned(),
        (alone, _) => format!(", {alone} of them without further facts"),
    };
    let checks = count(group.checks.len(), "check");
    let decides = format!("would decide {checks}{aside}: {}", listed(&names, CHECKS));
    indent(out, 4);
    pen.prose(out, 4, 6, &[piece(Style::Plain, decides)]);
}

fn describe(pen: Pen, check: &Undetermined) -> String {
    let subject = check.subject.replace(" -> ", &format!(" {} ", pen.glyphs().arrow));
    if check.check == "flow" { subject } else { format!("{} of {subject}", check.check) }
}

/// The lines that would state the facts, and where they belong.
fn write_lines(out: &mut String, pen: Pen, locator: &Locator<'_>, group: &Group<'_>) {
    let Some(fact) = group.facts.first() else {
        return;
    };
    let within = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| outer.is_empty() || rest.starts_with('.'))
    };
    let whole = |fact: &&&MissingFact| {
        !group.facts.iter().any(|other| other.field != fact.field && within(&fact.field, &other.field))
    };
    let mut facts = group.facts.iter().filter(whole);
    let snippets: Vec<Vec<String>> =
        facts.by_ref().take(CHECKS).filter_map(|fact| snippet(&fact.resource, &fact.field)).collect();
    if snippets.is_empty() {
        return;
    }
    let file = locator.file(fact.place);
    let there = file.and_then(|file| file.text.get(fact.place.span.start as usize..)).unwrap_or("");
    let name = fact.resource.rsplit('/').next().unwrap_or("");
    let lead = if there.starts_with("!unknown") {
        "instead of `!unknown`:"
    } else if fact.resource.contains('/') && there.starts_with(name) {
        "add to what is said there:"
    } else {
        "add to a topology file:"
    };
    indent(out, 4);
    pen.put(out, Style::Strong, lead);
    out.push('\n');
    let mut before: &[String] = &[];
    for keys in &snippets {
        let shared = before.iter().zip(keys).take_while(|(a, b)| a == b).count();
        for (depth, line) in keys.iter().enumerate().skip(shared) {
            indent(out, 6 + 2 * depth);
            pen.put(out, Style::Good, &pen.clean(line));
            out.push('\n');
        }
        before = keys;
    }
}
