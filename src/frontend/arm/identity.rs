//! Ids of resources, normalised so that two mentions of a resource are equal.

use std::rc::Rc;

use super::value::{Symbol, Value};

/// The canonical id that a value names, if it is text: see [`Resource`](super::resource::Resource).
#[must_use]
pub fn canonical(id: &Value) -> Option<Rc<str>> {
    Some(Rc::clone(Symbol::within(id)?.id()))
}

/// An id in lower case, with one slash at its start and none at its end.
///
/// A resource group is named in two ways, as a part of ids and as a resource of its own; the first is kept.
#[must_use]
pub fn normalised(id: &str) -> Rc<str> {
    of_text(id.to_owned())
}

/// The same of an id that begins with one that is normalised already; the rest of it is in parts.
pub(crate) fn below<'p>(stem: &str, parts: impl IntoIterator<Item = &'p str>) -> Rc<str> {
    let mut id = String::with_capacity(stem.len() + ROOM);
    id.push_str(stem);
    parts.into_iter().for_each(|part| id.push_str(part));
    let end = id.get_mut(stem.len()..).unwrap_or_default();
    if !end.is_ascii() || end.ends_with(|last: char| last == '/' || last.is_whitespace()) {
        return of_text(id);
    }
    end.make_ascii_lowercase();
    if end.contains(BY_PROVIDER) { of_text(id) } else { id.into() }
}

/// What comes after the stem of an id mostly has no more bytes than these.
const ROOM: usize = 120;

/// How resource groups and subscriptions are named as resources of their own.
const BY_PROVIDER: &str = "/providers/microsoft.resources/";

/// The same of a text that is not needed any more.
pub(crate) fn of_text(mut id: String) -> Rc<str> {
    if id.is_ascii() {
        id.make_ascii_lowercase();
    } else {
        id = id.trim().to_lowercase();
    }
    let id = id.trim().trim_end_matches('/');
    // Mostly there is nothing to replace.
    if !id.contains(BY_PROVIDER) {
        return id.into();
    }
    let id = id.replace("/providers/microsoft.resources/resourcegroups/", "/resourcegroups/");
    let id = id.replace("/providers/microsoft.resources/subscriptions/", "/subscriptions/");
    id.into()
}

/// What a resource of a template is asked for: its id, and the path below it.
///
/// What only a deployment knows of a resource is unknown, and the expression of that unknown is always
/// `reference(<canonical id>).<path>`, however it was asked for: `reference(<id>).identity.principalId`,
/// `reference(<id>).properties.primaryEndpoints.blob`. As part of a text it stands in braces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The canonical id of the resource.
    pub id: &'a str,
    /// What of it, in lower case, without a dot at its start: `identity.principalid`.
    pub path: String,
}

/// Reads the expression of an unknown, or that expression in braces, as asking for something of a resource.
#[must_use]
pub fn asked(expression: &str) -> Option<Asked<'_>> {
    let expression = expression.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or(expression);
    let rest = expression.strip_prefix("reference(")?;
    let end = closing(rest)?;
    let path = rest.get(end + 1..)?;
    Some(Asked { id: rest.get(..end)?, path: path.trim_start_matches('.').to_lowercase() })
}

/// The byte of the bracket that closes what was open before the text.
fn closing(text: &str) -> Option<usize> {
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'(' if !quoted => depth += 1,
            b')' if !quoted && depth == 0 => return Some(at),
            b')' if !quoted => depth -= 1,
            _ => {}
        }
    }
    None
}
