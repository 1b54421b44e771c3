//! From type and name of a resource to its id.

use std::rc::Rc;

use super::target::{count_pieces, pieces};
use crate::frontend::arm::value::{Segment, Symbol, SymbolBuilder};

/// What type and name say of a resource.
pub(super) struct Identified {
    /// The type, of an extension resource that of the extension.
    pub(super) ty: Rc<str>,
    pub(super) id: Symbol,
    /// The id of what an extension resource extends, where its type says so.
    pub(super) extends: Option<Symbol>,
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
    let (expected, found) = (whole.bytes().filter(|byte| *byte == b'/').count(), count_pieces(name));
    if expected != found {
        let known = name.segments().iter().all(|segment| matches!(segment, Segment::Known(_)));
        if known && expected > 0 {
            return Err(Mismatch { expected, found });
        }
        return Ok(unclear(base, ty, name));
    }
    let mut id = SymbolBuilder::default();
    id.push(base);
    id.push_str("/providers/");
    let mut types = whole.split('/');
    let namespace = types.next().unwrap_or("");
    id.push_str(namespace);
    if let [Segment::Known(name)] = name.segments()
        && !types.clone().any(is_extending)
    {
        for (part, name) in types.zip(name.split('/')) {
            ["/", part, "/", name].iter().for_each(|text| id.push_str(text));
        }
        let ty = if whole.len() == ty.len() { Rc::clone(ty) } else { whole.into() };
        return Ok(Identified { ty, id: id.finish(), extends: None });
    }
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
    Ok(Identified { ty: ty.into(), id: id.finish(), extends })
}

/// Whether what comes after this part of a type is that of an extension.
fn is_extending(part: &str) -> bool {
    part.eq_ignore_ascii_case("providers")
}

/// A name of which it cannot be told where its parts end: the id is one nonetheless, and always the same.
fn unclear(base: &Symbol, ty: &str, name: &Symbol) -> Identified {
    Identified { ty: ty.into(), id: joined(base, ty, name), extends: None }
}

/// The id of a resource that was identified, or whose name does not fit its type.
pub(super) fn id_of(base: &Symbol, ty: &Rc<str>, name: &Symbol) -> Symbol {
    identify(base, ty, name).map_or_else(|_| joined(base, ty, name), |found| found.id)
}

/// An id in a scope, of a type and a name that are taken as they are.
pub(super) fn joined(base: &Symbol, ty: &str, name: &Symbol) -> Symbol {
    let mut id = SymbolBuilder::default();
    id.push(base);
    ["/providers/", ty.trim_matches('/'), "/"].iter().for_each(|text| id.push_str(text));
    id.push(name);
    id.finish()
}
