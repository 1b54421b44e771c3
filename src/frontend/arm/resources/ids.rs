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
    // Hardly any byte is a slash, or comes behind the letters as braces do.
    let first = first_such(text.as_bytes(), |byte| (byte == b'/') | (byte > b'z'))?;
    let mut depth = 0_usize;
    let found = text.bytes().skip(first).position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b'/' && depth == 0
    });
    found.map(|position| first + position)
}

/// Where the first byte stands that fits. Most do not: several are looked at together.
pub(super) fn first_such(text: &[u8], fits: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, _) = text.as_chunks::<8>();
    let fits_none = |chunk: &&[u8; 8]| !chunk.iter().fold(false, |found, byte| found | fits(*byte));
    let before = chunks.iter().take_while(fits_none).count() * 8;
    let position = text.get(before..)?.iter().position(|byte| fits(*byte))?;
    Some(before + position)
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
    parent_of(id, &pieces(id))
}

fn parent_of<'a>(id: &'a str, pieces: &[&'a str]) -> Option<&'a str> {
    let kept = pieces.len().checked_sub(2)?;
    let last = pieces.get(kept)?;
    let end = last.as_ptr() as usize - id.as_ptr() as usize;
    below_provider(pieces.get(..kept)?)?;
    Some(id.get(..end)?.trim_end_matches('/'))
}

/// What an id says of where a resource belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Belonging<'a> {
    /// The id of what it is part of.
    pub(super) whole: Option<&'a str>,
    /// The subscription before the providers.
    pub(super) subscription: Option<&'a str>,
    /// The resource group before the providers.
    pub(super) group: Option<&'a str>,
    /// The last part of its name.
    pub(super) name: &'a str,
}

impl<'a> Belonging<'a> {
    pub(super) fn of(id: &'a str) -> Self {
        Splitting::default().belonging(id)
    }
}

/// Takes many ids apart. Those of one template mostly have the same start, up to the first `providers`.
#[derive(Debug, Default)]
pub(super) struct Splitting<'a> {
    start: &'a str,
    /// How many pieces the start has.
    of_start: usize,
    /// The subscription and the resource group in the start.
    subscription: Option<&'a str>,
    group: Option<&'a str>,
    /// The pieces of the last id.
    pieces: Vec<&'a str>,
}

/// What stands before the names of a subscription and of a resource group in an id.
const SUBSCRIPTIONS: &str = "subscriptions";
const GROUPS: &str = "resourcegroups";

/// The piece that follows a word.
fn after<'a>(pieces: &[&'a str], word: &str) -> Option<&'a str> {
    let position = pieces.iter().position(|piece| piece.eq_ignore_ascii_case(word))?;
    pieces.get(position + 1).copied()
}

impl<'a> Splitting<'a> {
    pub(super) fn belonging(&mut self, id: &'a str) -> Belonging<'a> {
        match id.strip_prefix(self.start).filter(|_| self.of_start > 0) {
            Some(rest) => {
                self.pieces.truncate(self.of_start);
                self.pieces.extend(Pieces { rest });
            }
            None => {
                self.pieces.clear();
                self.pieces.extend(Pieces { rest: id });
                self.take_start(id);
            }
        }
        let pieces = &self.pieces;
        // What ends within the start names no resource below a provider.
        let is_below = pieces.len() > self.of_start + 2;
        Belonging {
            whole: if is_below { parent_of(id, pieces) } else { None },
            subscription: self.subscription.or_else(|| after(pieces, SUBSCRIPTIONS)),
            group: self.group.or_else(|| after(pieces, GROUPS)),
            name: pieces.last().copied().unwrap_or(id),
        }
    }

    fn take_start(&mut self, id: &'a str) {
        let provider = self.pieces.iter().position(|piece| piece.eq_ignore_ascii_case("providers"));
        let end = provider.and_then(|provider| {
            let after = self.pieces.get(provider + 1)?;
            Some((provider + 1, after.as_ptr() as usize - id.as_ptr() as usize))
        });
        let (of_start, end) = end.unwrap_or((0, 0));
        (self.start, self.of_start) = (id.get(..end).unwrap_or(""), of_start);
        let start = self.pieces.get(..of_start).unwrap_or(&[]);
        (self.subscription, self.group) = (after(start, SUBSCRIPTIONS), after(start, GROUPS));
    }
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
        let (subscription, group) = (Some("{subscription().id}"), Some("rg"));
        let belonging = Belonging { whole: Some(network), subscription, group, name: "s" };
        let mut splitting = Splitting::default();
        assert_eq!((splitting.belonging(id), splitting.belonging(id)), (belonging, belonging));
        assert_eq!(splitting.belonging(network), Belonging { whole: None, name: "{concat('a/b')}", ..belonging });
        assert_eq!((splitting.belonging("rg/x").whole, splitting.belonging("rg/x").group), (None, None));
        assert_eq!(splitting.belonging(id), belonging);
        assert_eq!(parse("{parameters('id')}"), None);
        assert_eq!(last_name("plant/{variables('x/y')}"), "{variables('x/y')}");
    }
}
