//! The lines of a topology file that would state what is not known.

use super::style::is_unsafe;
use crate::topology::{DECLARED_FLOW, Field, FieldType, KINDS, Kind, ROLE_ASSIGNMENT, SERVICE_RESOURCE};

/// The keys that lead to a fact, each a level deeper than the one before; the last one with its value.
/// Nothing where a topology file has no place for it.
pub(super) fn snippet(resource: &str, field: &str) -> Option<Vec<String>> {
    let (kind, name) = resource.split_once('/')?;
    let (mut keys, kind) = address(kind, name)?;
    if field.is_empty() {
        let last = keys.pop().filter(|_| is_named(kind))?;
        keys.push(format!("{last} {{...}}"));
        return Some(keys);
    }
    let (more, value) = path(kind, field);
    keys.extend(more);
    if !is_named(kind)
        && let Some(first) = keys.get_mut(1)
    {
        first.insert_str(0, "- ");
    }
    let last = keys.pop()?;
    keys.push(format!("{last} {value}"));
    Some(keys)
}

/// `kind/name`; of what stands in a list without a name, the section and what it says.
pub(super) fn title(resource: &str) -> String {
    let entry = resource.split_once('/').and_then(|(kind, name)| {
        let kind = KINDS.iter().find(|known| known.name == kind && !is_named(known))?;
        Some(format!("the entry `{name}` of `{}`", kind.section?))
    });
    entry.unwrap_or_else(|| resource.to_owned())
}

/// Whether the fact follows from others, so that nobody can state it.
pub(super) fn is_derived(resource: &str, field: &str) -> bool {
    let Some((kind, _)) = resource.split_once('/') else {
        return false;
    };
    let Some(kind) = KINDS.iter().find(|known| known.name == kind) else {
        return false;
    };
    let first = field.split(['.', '[']).next().unwrap_or("");
    !first.is_empty() && kind.field(first).is_none_or(|(_, field)| !field.ty.is_written())
}

/// The keys of a field path below an object, and what may stand there.
fn path(kind: &'static Kind, field: &str) -> (Vec<String>, String) {
    let mut keys = Vec::new();
    let mut value = "<value>".to_owned();
    let mut fields = kind.fields;
    let mut parts = field.split('.').peekable();
    while let Some(part) = parts.next() {
        let name = part.split_once('[').map_or(part, |(name, _)| name);
        keys.push(format!("{}:", key(name)));
        let Some(field) = fields.iter().find(|field| field.name == name) else {
            "<value>".clone_into(&mut value);
            continue;
        };
        value = placeholder(&field.ty);
        fields = below(&field.ty);
        match &field.ty {
            FieldType::Children(_) if parts.peek().is_some() => {
                // The name of a child, which may hold dots.
                let mut child = parts.next().unwrap_or("").to_owned();
                while let Some(next) = parts.next_if(|next| fields.iter().all(|field| field.name != *next)) {
                    child = format!("{child}.{next}");
                }
                keys.push(format!("{}:", key(&child)));
                "{...}".clone_into(&mut value);
            }
            FieldType::Elements(_) => {
                // Elements are called after what they say; only the field within is sure.
                let last = parts.by_ref().last().and_then(|last| fields.iter().find(|field| field.name == last));
                if let Some(field) = last {
                    keys.push(format!("- {}:", field.name));
                    value = placeholder(&field.ty);
                }
            }
            _ => {}
        }
        if part.contains('[') {
            "[...]".clone_into(&mut value);
            break;
        }
    }
    (keys, value)
}

/// Whether the objects of a kind stand below their names, rather than in a list.
fn is_named(kind: &Kind) -> bool {
    kind.id != ROLE_ASSIGNMENT && kind.id != DECLARED_FLOW
}

/// The section and the name of a resource as keys, and its kind.
fn address(kind: &str, name: &str) -> Option<(Vec<String>, &'static Kind)> {
    let Some(known) = KINDS.iter().find(|known| known.name == kind) else {
        // The kinds of services are data; their sections are named alike.
        let kind_of_services = KINDS.get(usize::from(SERVICE_RESOURCE.0))?;
        return Some((vec![format!("{kind}:"), format!("{}:", key(name))], kind_of_services));
    };
    if let Some(section) = known.section {
        let own = is_named(known).then(|| format!("{}:", key(name)));
        return Some((std::iter::once(format!("{section}:")).chain(own).collect(), known));
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
fn below(ty: &FieldType) -> &'static [Field] {
    match ty {
        FieldType::Struct(kind) | FieldType::Children(kind) | FieldType::Elements(kind) => {
            KINDS.get(usize::from(kind.0)).map_or(&[], |kind| kind.fields)
        }
        _ => &[],
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
