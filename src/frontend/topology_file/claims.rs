//! Claims that cannot be made where they stand: what can be claimed of what.

use crate::topology::{Catalogue, Field, FieldType, KINDS, Kind, OWN_FIELDS, SERVICE_RESOURCE};

/// What to write in the place of a claim that is no field of this kind: a claim of other kinds, or a word of a claim that
/// was taken for a field.
pub(super) fn advice(catalogue: &Catalogue, kind: &Kind, name: &str) -> Option<String> {
    let own = kind.fields.iter().find(|field| field.claim && words(field).contains(&name));
    if let Some(own) = own {
        return Some(format!("write `{}: {name}`", own.name));
    }
    if is_claim(name) {
        let holders: Vec<String> = KINDS.iter().filter_map(|kind| of_kind(catalogue, kind, name)).collect();
        return Some(format!("`{name}` can be claimed of {}", holders.join("; ")));
    }
    let field = KINDS.iter().flat_map(|kind| kind.fields).find(|field| field.claim && words(field).contains(&name))?;
    who_claims(catalogue, field, name)
}

/// Of which kinds that word of a claim can be claimed, if of any.
pub(super) fn who_claims(catalogue: &Catalogue, field: &Field, word: &str) -> Option<String> {
    if !is_claim(field.name) {
        return None;
    }
    let takes_it =
        |kind: &&&Kind| kind.fields.iter().any(|other| other.name == field.name && words(other).contains(&word));
    let holders: Vec<String> = KINDS.iter().filter(takes_it).map(|kind| people(catalogue, kind, field.name)).collect();
    (!holders.is_empty()).then(|| format!("`{}: {word}` can be claimed of {}", field.name, holders.join(", ")))
}

fn is_claim(name: &str) -> bool {
    KINDS.iter().flat_map(|kind| kind.fields).any(|field| field.claim && field.name == name)
}

fn words(field: &Field) -> &'static [&'static str] {
    match field.ty {
        FieldType::OneOf(words) => words,
        _ => &[],
    }
}

/// The kind in the plural, with the words that may be claimed of it.
fn of_kind(catalogue: &Catalogue, kind: &Kind, name: &str) -> Option<String> {
    let field = kind.fields.iter().find(|field| field.name == name && field.ty.is_written())?;
    let holders = people(catalogue, kind, name);
    Some(match words(field) {
        [] => holders,
        words => format!("{holders} ({})", words.join(", ")),
    })
}

/// The kind in the plural; of a field that only some services have, those services.
fn people(catalogue: &Catalogue, kind: &Kind, name: &str) -> String {
    match kind.section {
        Some(section) => section.replace('_', " "),
        None if kind.id == SERVICE_RESOURCE && OWN_FIELDS.contains(&name) => {
            let having = catalogue.services.iter().filter(|service| service.fields.iter().any(|field| field == name));
            having.map(|service| service.name.as_str()).collect::<Vec<_>>().join(", ")
        }
        None if kind.id == SERVICE_RESOURCE => "the resources of all services".to_owned(),
        None => format!("{}s", kind.name.replace('_', " ")),
    }
}
