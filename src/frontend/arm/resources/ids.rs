//! Taking ids apart. What stands in braces is an expression and may hold slashes of its own.

/// The parts of an id between the slashes outside of braces.
pub(super) fn pieces(id: &str) -> Vec<&str> {
    let (mut depth, mut start, mut found) = (0_usize, 0, Vec::new());
    for (at, byte) in id.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'/' if depth == 0 => {
                found.push(id.get(start..at).unwrap_or(""));
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(id.get(start..).unwrap_or(""));
    found.retain(|piece| !piece.is_empty());
    found
}

/// What an id says of the resource that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parsed<'a> {
    /// The types, joined: `Microsoft.Network/virtualNetworks/subnets`.
    pub(super) ty: String,
    /// A name for each of the types.
    pub(super) names: Vec<&'a str>,
}

/// Takes an id apart; nothing for one that names no resource below a provider.
pub(super) fn parse(id: &str) -> Option<Parsed<'_>> {
    let pieces = pieces(id);
    let provider = pieces.iter().rposition(|piece| piece.eq_ignore_ascii_case("providers"))?;
    let (namespace, rest) = pieces.get(provider + 1..)?.split_first()?;
    if rest.is_empty() || rest.len() % 2 == 1 || namespace.contains('{') {
        return None;
    }
    let types = rest.iter().step_by(2).copied();
    let ty = std::iter::once(*namespace).chain(types).collect::<Vec<&str>>().join("/");
    Some(Parsed { ty, names: rest.iter().skip(1).step_by(2).copied().collect() })
}

/// The id of what a resource is part of: without its last type and name.
pub(super) fn parent(id: &str) -> Option<&str> {
    let pieces = pieces(id);
    let kept = pieces.len().checked_sub(2)?;
    let last = pieces.get(kept)?;
    let end = last.as_ptr() as usize - id.as_ptr() as usize;
    Some(id.get(..end)?.trim_end_matches('/')).filter(|parent| parse(parent).is_some())
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
    pieces(name).last().copied().unwrap_or(name)
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
