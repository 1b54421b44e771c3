//! From type and name of a resource to its id.

use std::rc::Rc;

use super::target::{count_pieces, count_slashes, pieces};
use crate::frontend::arm::identity::below;
use crate::frontend::arm::value::{Segment, Symbol, SymbolBuilder, has_braces};

/// What type and name say of a resource.
pub(super) struct Identified {
    /// The type, of an extension resource that of the extension.
    pub(super) ty: Rc<str>,
    pub(super) id: Id,
    /// The id of what an extension resource extends, where its type says so.
    pub(super) extends: Option<Symbol>,
}

/// The id of a resource.
pub(super) enum Id {
    /// As a canonical id.
    Canonical(Rc<str>),
    /// In its parts.
    Parts(Symbol),
}

impl Id {
    pub(super) fn canonical(&self) -> Rc<str> {
        match self {
            Self::Canonical(id) => Rc::clone(id),
            Self::Parts(id) => Rc::clone(id.id()),
        }
    }
}

/// How many names a type takes, and how many are there.
pub(super) struct Mismatch {
    pub(super) expected: usize,
    pub(super) found: usize,
}

/// The id of a resource of that type and name in a scope.
///
/// An extension can be written as part of what it extends: the type `Microsoft.Storage/storageAccounts/providers/locks`
/// with the name `account/Microsoft.Authorization/lock`.
pub(super) fn identify(base: &Symbol, ty: &Rc<str>, name: &Symbol) -> Result<Identified, Mismatch> {
    let whole = ty.trim_matches('/');
    let (expected, found) = (count_slashes(whole), count_pieces(name));
    if expected != found {
        let known = name.segments().iter().all(|segment| matches!(segment, Segment::Known(_)));
        if known && expected > 0 {
            return Err(Mismatch { expected, found });
        }
        return Ok(unclear(base, ty, name));
    }
    let is_plain = match expected {
        1 => !ends_extending(whole),
        _ => !whole.split('/').skip(1).any(is_extending),
    };
    if let [Segment::Known(name)] = name.segments()
        && is_plain
        && let Some(id) = plain(base, whole, name, expected)
    {
        let ty = if whole.len() == ty.len() { Rc::clone(ty) } else { whole.into() };
        return Ok(Identified { ty, id: Id::Canonical(id), extends: None });
    }
    let (ty, id, extends) = in_parts(base, whole, name);
    Ok(Identified { ty: ty.into(), id: Id::Parts(id), extends })
}

/// The type, the id and what it extends of a resource that has as many names as its type takes.
fn in_parts(base: &Symbol, whole: &str, name: &Symbol) -> (String, Symbol, Option<Symbol>) {
    let mut types = whole.split('/');
    let namespace = types.next().unwrap_or("");
    let mut id = SymbolBuilder::default();
    id.push(base);
    ["/providers/", namespace].iter().for_each(|text| id.push_str(text));
    let (mut ty, mut extends) = (namespace.to_owned(), None);
    for (part, name) in types.zip(&pieces(name)) {
        if is_extending(part) {
            extends = Some(id.clone().finish());
            ty = name.text();
            id.push_str("/providers/");
        } else {
            ty.push('/');
            ty.push_str(part);
            ["/", part, "/"].iter().for_each(|text| id.push_str(text));
        }
        id.push(name);
    }
    (ty, id.finish(), extends)
}

/// The parts of the id of a resource, whether or not its name fits its type.
pub(super) fn parts_of_id(base: &Symbol, ty: &str, name: &Symbol) -> Symbol {
    let whole = ty.trim_matches('/');
    if count_slashes(whole) == count_pieces(name) { in_parts(base, whole, name).1 } else { joined(base, ty, name) }
}

/// Whether what comes after this part of a type is that of an extension.
fn is_extending(part: &str) -> bool {
    part.eq_ignore_ascii_case("providers")
}

/// The same of the last part of a type.
fn ends_extending(ty: &str) -> bool {
    let start = ty.len().checked_sub("/providers".len());
    start.and_then(|start| ty.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case("/providers"))
}

/// A name of which it cannot be told where its parts end: the id is one nonetheless, and always the same.
fn unclear(base: &Symbol, ty: &str, name: &Symbol) -> Identified {
    Identified { ty: ty.into(), id: Id::Parts(joined(base, ty, name)), extends: None }
}

/// The canonical id of a resource whose name is known, in so many parts, without making its parts; `None` where these are
/// needed.
fn plain(base: &Symbol, ty: &str, name: &str, parts: usize) -> Option<Rc<str>> {
    if !matches!(base.segments(), [Segment::Known(_), .., Segment::Unknown(_)]) || has_braces(ty) || has_braces(name) {
        return None;
    }
    if parts == 1 {
        return Some(below(base.id(), ["/providers/", ty, "/", name]));
    }
    let (namespace, types) = ty.split_once('/')?;
    let pairs = types.split('/').zip(name.split('/')).flat_map(|(part, name)| ["/", part, "/", name]);
    Some(below(base.id(), ["/providers/", namespace].into_iter().chain(pairs)))
}

/// An id in a scope, of a type and a name that are taken as they are.
pub(super) fn joined(base: &Symbol, ty: &str, name: &Symbol) -> Symbol {
    let mut id = SymbolBuilder::default();
    id.push(base);
    ["/providers/", ty.trim_matches('/'), "/"].iter().for_each(|text| id.push_str(text));
    id.push(name);
    id.finish()
}
