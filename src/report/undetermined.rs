//! What could not be decided, by the fact that is missing, with the lines that would decide it.

use std::collections::BTreeMap;

use super::excerpt::indent;
use super::locate::Locator;
use super::style::{Pen, Style, count, is_unsafe, piece};
use crate::analysis::{Analysis, MissingFact, Undetermined};
use crate::topology::{FieldType, KINDS, Kind, SERVICE_RESOURCE};

/// More checks than these are counted only.
const CHECKS: usize = 5;

/// A missing fact and the checks that wait for it.
struct Group<'a> {
    fact: &'a MissingFact,
    checks: Vec<&'a Undetermined>,
    /// How many of them wait for nothing else.
    alone: usize,
}

/// Lists the missing facts, the most deciding first.
pub(super) fn write_undetermined(out: &mut String, pen: Pen, locator: &Locator<'_>, analysis: &Analysis) {
    for group in groups(&analysis.undetermined) {
        write_group(out, pen, locator, &group);
        out.push('\n');
    }
    for check in analysis.undetermined.iter().filter(|check| check.facts.is_empty()) {
        let pieces = [piece(Style::Warning, "undetermined"), piece(Style::Strong, format!(": {}", describe(check)))];
        pen.prose(out, 0, 4, &pieces);
        out.push('\n');
    }
}

fn groups(undetermined: &[Undetermined]) -> Vec<Group<'_>> {
    let mut found: BTreeMap<(&str, &str), Group<'_>> = BTreeMap::new();
    for check in undetermined {
        let key = |fact: &'_ MissingFact| (fact.resource.clone(), fact.field.clone());
        let first = check.facts.first().map(key);
        let alone = check.facts.iter().all(|fact| Some(key(fact)) == first);
        for fact in &check.facts {
            let group =
                found.entry((&fact.resource, &fact.field)).or_insert(Group { fact, checks: Vec::new(), alone: 0 });
            if !group.checks.last().is_some_and(|last| std::ptr::eq(*last, check)) {
                group.checks.push(check);
                group.alone += usize::from(alone);
            }
        }
    }
    let mut groups: Vec<Group<'_>> = found.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse((group.alone, group.checks.len())));
    groups
}

fn write_group(out: &mut String, pen: Pen, locator: &Locator<'_>, group: &Group<'_>) {
    let fact = group.fact;
    let subject =
        if fact.field.is_empty() { fact.resource.clone() } else { format!("`{}` of {}", fact.field, fact.resource) };
    let pieces = [
        piece(Style::Warning, "undetermined"),
        piece(Style::Strong, format!(": {subject} is not known: {} ", fact.reason)),
        piece(Style::Faint, format!("({})", locator.text(fact.place))),
    ];
    pen.prose(out, 0, 4, &pieces);
    let mut names: Vec<String> = group.checks.iter().take(CHECKS).map(|check| describe(check)).collect();
    if group.checks.len() > CHECKS {
        names.push(format!("{} more", group.checks.len() - CHECKS));
    }
    let others = group.checks.len() - group.alone;
    let aside = match (group.alone, others) {
        (_, 0) => String::new(),
        (0, _) => ", together with other facts".to_owned(),
        (alone, _) => format!(", {alone} of them on its own"),
    };
    let decides = format!("would decide {}{aside}: {}", count(group.checks.len(), "check"), names.join(", "));
    indent(out, 4);
    pen.prose(out, 4, 6, &[piece(Style::Plain, decides)]);
    write_lines(out, pen, fact);
}

fn describe(check: &Undetermined) -> String {
    if check.check == "flow" { check.subject.clone() } else { format!("{} of {}", check.check, check.subject) }
}

fn write_lines(out: &mut String, pen: Pen, fact: &MissingFact) {
    let Some(lines) = snippet(fact) else {
        return;
    };
    indent(out, 4);
    pen.put(out, Style::Strong, "add to a topology file:");
    out.push('\n');
    for (depth, line) in lines.iter().enumerate() {
        indent(out, 6 + 2 * depth);
        pen.put(out, Style::Good, &pen.clean(line));
        out.push('\n');
    }
}

/// The lines of a topology file that would state the fact, each one level deeper than the one before.
fn snippet(fact: &MissingFact) -> Option<Vec<String>> {
    let (kind, name) = fact.resource.split_once('/')?;
    let (mut keys, kind) = address(kind, name)?;
    if fact.field.is_empty() {
        let last = keys.pop()?;
        keys.push(format!("{last} {{...}}"));
        return Some(keys);
    }
    let mut fields = Some(kind.fields);
    let mut value = "<value>".to_owned();
    for part in fact.field.split('.') {
        let (name, item) = part.split_once('[').map_or((part, None), |(name, rest)| (name, Some(rest)));
        let field = fields.and_then(|fields| fields.iter().find(|field| field.name == name));
        keys.push(format!("{}:", key(name)));
        match field.map(|field| &field.ty) {
            Some(ty) => {
                value = placeholder(ty);
                fields = below(ty);
            }
            // The name of a child: its fields are those of the collection it is in.
            None => "<value>".clone_into(&mut value),
        }
        if item.is_some() {
            "[...]".clone_into(&mut value);
            break;
        }
    }
    let last = keys.pop()?;
    keys.push(format!("{last} {value}"));
    Some(keys)
}

/// The section and the name of a resource as keys, and its kind.
fn address(kind: &str, name: &str) -> Option<(Vec<String>, &'static Kind)> {
    let Some(known) = KINDS.iter().find(|known| known.name == kind) else {
        // The kinds of services are data; their sections are named alike.
        let kind_of_services = KINDS.get(usize::from(SERVICE_RESOURCE.0))?;
        return Some((vec![format!("{kind}:"), format!("{}:", key(name))], kind_of_services));
    };
    if let Some(section) = known.section {
        return Some((vec![format!("{section}:"), format!("{}:", key(name))], known));
    }
    let (parent, name) = name.split_once('/')?;
    let holds = |ty: &FieldType| matches!(ty, FieldType::Children(child) if *child == known.id);
    KINDS.iter().find_map(|kind| {
        let section = kind.section?;
        let field = kind.fields.iter().find(|field| holds(&field.ty))?;
        let keys = [section, parent, field.name, name];
        Some((keys.iter().map(|part| format!("{}:", key(part))).collect(), *known))
    })
}

/// The fields of what a field holds.
fn below(ty: &FieldType) -> Option<&'static [crate::topology::Field]> {
    match ty {
        FieldType::Struct(kind) | FieldType::Children(kind) | FieldType::Elements(kind) => {
            Some(KINDS.get(usize::from(kind.0))?.fields)
        }
        _ => None,
    }
}

/// What may stand there.
fn placeholder(ty: &FieldType) -> String {
    match ty {
        FieldType::Bool => "<true | false>".to_owned(),
        FieldType::Int => "<number>".to_owned(),
        FieldType::OneOf(words) => format!("<{}>", words.join(" | ")),
        FieldType::Prefix | FieldType::PrefixOrTag => "<address range>".to_owned(),
        FieldType::Reference(_) | FieldType::Scope(_) => "<name>".to_owned(),
        FieldType::List(_) | FieldType::Elements(_) => "[...]".to_owned(),
        FieldType::Struct(_) | FieldType::Children(_) | FieldType::Tags => "{...}".to_owned(),
        _ => "<value>".to_owned(),
    }
}

/// A name as a key of YAML, in quotes where it needs them.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if !name.is_empty() && name.chars().all(plain) && !name.starts_with(['-', '.']) {
        return name.to_owned();
    }
    let cleaned: String = name.chars().filter(|c| !is_unsafe(*c)).collect();
    format!("'{}'", cleaned.replace('\'', "''"))
}
