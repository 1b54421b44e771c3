//! Taking ids apart. What stands in braces is an expression and may hold slashes of its own.

/// The parts of an id between the slashes outside of braces.
pub(super) fn pieces(id: &str) -> Vec<&str> {
    let mut found = Vec::with_capacity(MOSTLY);
    found.extend(Pieces { rest: id });
    found
}

/// Hardly any id has more parts than this.
const MOSTLY: usize = 12;

/// The same one after the other.
struct Pieces<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while !self.rest.is_empty() {
            let (piece, rest) = match end_of_piece(self.rest) {
                Some(end) => (self.rest.get(..end)?, self.rest.get(end + 1..)?),
                None => (self.rest, ""),
            };
            self.rest = rest;
            if !piece.is_empty() {
                return Some(piece);
            }
        }
        None
    }
}

/// The first slash outside of braces.
fn end_of_piece(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b'/' && depth == 0
    })
}

/// What an id says of the resource that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    /// The types, joined: `Microsoft.Network/virtualNetworks/subnets`.
    pub(super) ty: String,
    /// A name for each of the types.
    pub(super) names: Vec<&'a str>,
}

/// The namespace of the last provider in an id, and the types and names below it, if there are as many of both.
fn below_provider<'p, 'a>(pieces: &'p [&'a str]) -> Option<(&'a str, &'p [&'a str])> {
    let provider = pieces.iter().rposition(|piece| piece.eq_ignore_ascii_case("providers"))?;
    let (namespace, rest) = pieces.get(provider + 1..)?.split_first()?;
    let are_pairs = !rest.is_empty() && rest.len() % 2 == 0 && !namespace.contains('{');
    are_pairs.then_some((*namespace, rest))
}

/// Takes an id apart; nothing for one that names no resource below a provider.
pub(super) fn parse(id: &str) -> Option<Parsed<'_>> {
    let pieces = pieces(id);
    let (namespace, rest) = below_provider(&pieces)?;
    let types = rest.iter().step_by(2).copied();
    let ty = std::iter::once(namespace).chain(types).collect::<Vec<&str>>().join("/");
    Some(Parsed { ty, names: rest.iter().skip(1).step_by(2).copied().collect() })
}

/// The id of what a resource is part of: without its last type and name.
pub(super) fn parent(id: &str) -> Option<&str> {
    let pieces = pieces(id);
    let kept = pieces.len().checked_sub(2)?;
    let last = pieces.get(kept)?;
    let end = last.as_ptr() as usize - id.as_ptr() as usize;
    below_provider(pieces.get(..kept)?)?;
    Some(id.get(..end)?.trim_end_matches('/'))
}

/// The part of an id before the providers that stand in it: a subscription, a resource group.
pub(super) fn group_of(id: &str) -> (Option<&str>, Option<&str>) {
    let pieces = pieces(id);
    let after = |word: &str| {
        let position = pieces.iter().position(|piece| piece.eq_ignore_ascii_case(word))?;
        pieces.get(position + 1).copied()
    };
    (after("subscriptions"), after("resourcegroups"))
}

/// The last part of a name that is joined with those of its parents.
pub(super) fn last_name(name: &str) -> &str {
    Pieces { rest: name }.last().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_taken_apart_outside_of_braces() {
        let id = "/subscriptions/{subscription().id}/resourcegroups/rg/providers/microsoft.network/virtualnetworks/{concat('a/b')}/subnets/s";
        let ty = "microsoft.network/virtualnetworks/subnets".to_owned();
        assert_eq!(parse(id), Some(Parsed { ty, names: vec!["{concat('a/b')}", "s"] }));
        let network = id.trim_end_matches("/subnets/s");
        assert_eq!((parent(id), parent(network)), (Some(network), None));
        assert_eq!(group_of(id), (Some("{subscription().id}"), Some("rg")));
        assert_eq!(parse("{parameters('id')}"), None);
        assert_eq!(last_name("plant/{variables('x/y')}"), "{variables('x/y')}");
    }
}
