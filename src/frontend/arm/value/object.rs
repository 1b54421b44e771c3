//! Mappings, whose keys do not distinguish case.

use std::rc::Rc;

use hashbrown::HashMap;

use super::opening::Opening;
use super::{Data, Symbol, Unknown, Value};

/// Objects up to this size are searched entry by entry.
const SMALL: usize = 16;

/// Where the entries of a large object stand, by key in lower case.
type Index = HashMap<Box<str>, usize>;

/// One `key: value` of an object.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key as it was written first; the canonical text of the symbol where it is unknown.
    pub key: Rc<str>,
    /// The key, where all or part of it is unknown.
    pub symbol: Option<Rc<Symbol>>,
    /// The value.
    pub value: Value,
}

/// What a key leads to.
#[derive(Debug, Clone, Copy)]
pub enum Lookup<'a> {
    /// This value.
    Found(&'a Value),
    /// Nothing.
    Absent,
    /// Perhaps a value: there are entries whose keys cannot be told.
    Maybe(&'a Rc<Unknown>),
}

/// A mapping in the order of writing.
#[derive(Debug, Clone, Default)]
pub struct Object {
    entries: Vec<Entry>,
    /// Where the entries of a large object stand, by key in lower case.
    index: Option<Rc<Index>>,
    /// What further entries may come from; their keys are none of those in `entries`.
    rest: Option<Rc<Unknown>>,
    /// Where entries and rest come from instead, as long as nothing is changed.
    opening: Option<Box<Opening>>,
    /// Of which marks there are keys.
    marks: u64,
    has_symbols: bool,
    /// Whether a key has letters beyond ASCII.
    has_wide_keys: bool,
    /// How deep the deepest value in it is.
    depth: usize,
}

impl Object {
    /// An object with room for so many entries.
    pub(crate) fn with_room(entries: usize) -> Self {
        Self { entries: Vec::with_capacity(entries), ..Self::default() }
    }

    /// The same object as a deployed resource tells it, which is asked for by that expression.
    pub(super) fn opened(of: &Rc<Self>, expression: &str) -> Self {
        Self {
            entries: Vec::new(),
            index: of.index.clone(),
            rest: None,
            opening: Some(Box::new(Opening::new(of, expression))),
            marks: of.marks,
            has_symbols: of.has_symbols,
            has_wide_keys: of.has_wide_keys,
            depth: of.depth,
        }
    }

    /// Makes entries and rest its own.
    fn own(&mut self) {
        if let Some(opening) = self.opening.take() {
            self.entries = opening.entries().to_vec();
            self.rest = opening.rest().cloned();
        }
    }

    /// The entries in the order of writing.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        self.opening.as_ref().map_or(&self.entries, |opening| opening.entries())
    }

    /// The values of the entries.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.own();
        self.entries.iter_mut().map(|entry| &mut entry.value)
    }

    /// What further entries may come from.
    #[must_use]
    pub fn rest(&self) -> Option<&Rc<Unknown>> {
        self.opening.as_ref().map_or(self.rest.as_ref(), |opening| opening.rest())
    }

    /// Says that there may be further entries, also of this.
    pub fn set_rest(&mut self, rest: Rc<Unknown>) {
        self.own();
        self.rest = Some(match self.rest.take() {
            Some(before) if before.expression != rest.expression => {
                let expression =
                    super::render::abbreviated(format!("union({}, {})", before.expression, rest.expression));
                Rc::new(Unknown { repeatable: before.repeatable && rest.repeatable, ..before.derived(expression) })
            }
            _ => rest,
        });
    }

    /// Whether these are all entries, and all keys known.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.rest().is_none() && !self.has_symbols
    }

    /// Sets the value of a key; one that is there keeps its place and its way of writing.
    #[inline]
    pub fn insert(&mut self, key: Rc<str>, value: Value) {
        self.depth = self.depth.max(value.depth());
        match self.place_of(&key, false) {
            None => self.entries.push(Entry { key, symbol: None, value }),
            Some(position) => self.replace(position, value),
        }
    }

    /// Sets the value of a key that is unknown in part; equal symbols are one key.
    pub fn insert_symbol(&mut self, key: Rc<Symbol>, value: Value) {
        self.put(Entry { key: key.text().into(), symbol: Some(key), value });
    }

    /// Sets the entry of a key.
    pub fn put(&mut self, entry: Entry) {
        self.depth = self.depth.max(entry.value.depth());
        match self.place_of(&entry.key, entry.symbol.is_some()) {
            None => self.entries.push(entry),
            Some(position) => self.replace(position, entry.value),
        }
    }

    fn replace(&mut self, position: usize, value: Value) {
        if let Some(entry) = self.entries.get_mut(position) {
            entry.value = value;
        }
    }

    /// Where the entry of a key is; `None` where it is to be added behind the others.
    #[inline]
    fn place_of(&mut self, key: &str, symbolic: bool) -> Option<usize> {
        let mark = mark(key);
        let is_wide = self.has_wide_keys || !key.is_ascii();
        if self.marks & mark != 0 || self.entries.len() >= SMALL || is_wide || self.opening.is_some() {
            return self.place_among(key, symbolic);
        }
        self.has_symbols |= symbolic;
        self.marks |= mark;
        None
    }

    /// The same where there may be such an entry, or where it is to be added to many.
    #[inline(never)]
    fn place_among(&mut self, key: &str, symbolic: bool) -> Option<usize> {
        self.own();
        self.has_symbols |= symbolic;
        self.has_wide_keys |= !key.is_ascii();
        let position = self.position(key, self.has_wide_keys, symbolic);
        if position.is_none() {
            self.marks |= mark(key);
            self.enter(key);
        }
        position
    }

    /// Enters a key that is to be added, where there are many others.
    fn enter(&mut self, key: &str) {
        if self.entries.len() == SMALL {
            let index = self.entries.iter().enumerate().map(|(at, entry)| (folded(&entry.key), at)).collect();
            self.index = Some(Rc::new(index));
        }
        if let Some(index) = &mut self.index {
            Rc::make_mut(index).insert(folded(key), self.entries.len());
        }
    }

    /// What a known key leads to.
    #[must_use]
    #[inline]
    pub fn get(&self, key: &str) -> Lookup<'_> {
        match self.entry(key) {
            Some(entry) => Lookup::Found(&entry.value),
            None if self.is_closed() => Lookup::Absent,
            None => self.possible(key),
        }
    }

    /// The entry of a known key.
    fn entry(&self, key: &str) -> Option<&Entry> {
        if self.index.is_some() || self.has_wide_keys || !key.is_ascii() {
            return self.entries().get(self.position(key, true, false)?);
        }
        if self.marks & mark(key) == 0 {
            return None;
        }
        self.entries().iter().find(|entry| is_plain_key(&entry.key, key) && entry.symbol.is_none())
    }

    /// What a key leads to that was not found.
    #[inline(never)]
    fn possible(&self, key: &str) -> Lookup<'_> {
        let possible = |entry: &&Entry| entry.symbol.as_ref().is_some_and(|symbol| symbol.may_be(key));
        let unknown_key = if self.has_symbols { self.entries().iter().find(possible) } else { None };
        let unknown = unknown_key.and_then(|entry| entry.symbol.as_ref()?.first_unknown());
        unknown.or(self.rest()).map_or(Lookup::Absent, Lookup::Maybe)
    }

    /// What a key that is unknown in part leads to, if the very same key was given.
    #[must_use]
    pub fn get_symbol(&self, key: &Symbol) -> Option<&Value> {
        let position = if key.is_repeatable() { self.position(&key.text(), true, true)? } else { return None };
        self.entries().get(position).map(|entry| &entry.value)
    }

    pub(super) fn first_unknown_such(&self, wanted: &dyn Fn(&Unknown) -> bool) -> Option<&Rc<Unknown>> {
        let rest = self.rest().filter(|rest| wanted(rest));
        rest.or_else(|| {
            self.entries().iter().find_map(|entry| {
                let key = entry.symbol.as_ref().and_then(|symbol| symbol.first_unknown_such(wanted));
                key.or_else(|| entry.value.first_unknown_such(wanted))
            })
        })
    }

    pub(super) fn depth(&self) -> usize {
        self.depth + 1
    }

    /// Where the entry of a key is; `is_wide` where that or another one may have letters beyond ASCII.
    fn position(&self, key: &str, is_wide: bool, symbolic: bool) -> Option<usize> {
        let fits = |entry: &Entry| entry.symbol.is_some() == symbolic;
        if let Some(index) = &self.index {
            let position = *index.get(&*folded(key))?;
            return self.entries().get(position).is_some_and(fits).then_some(position);
        }
        if is_wide {
            return self.entries().iter().position(|entry| fits(entry) && same_key(&entry.key, key));
        }
        if self.marks & mark(key) == 0 {
            return None;
        }
        self.entries().iter().position(|entry| is_plain_key(&entry.key, key) && fits(entry))
    }
}

/// A bit by the length and the first letter of a key; keys with another one are other keys, unless they have letters
/// beyond ASCII.
fn mark(key: &str) -> u64 {
    let first = key.as_bytes().first().map_or(0, |first| usize::from(first.to_ascii_lowercase()));
    1 << ((key.len() * 5 + first) % 64)
}

/// Whether two keys are the same, where all letters are of ASCII. Most others are of another length, and most keys are
/// asked for as they were written.
fn is_plain_key(known: &str, key: &str) -> bool {
    known.len() == key.len() && (known == key || known.eq_ignore_ascii_case(key))
}

/// Whether two keys are the same to the language.
pub(crate) fn same_key(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && folded(a) == folded(b))
}

/// A key as it is compared.
pub(crate) fn folded(key: &str) -> Box<str> {
    key.to_lowercase().into()
}

impl FromIterator<(Rc<str>, Value)> for Object {
    fn from_iter<I: IntoIterator<Item = (Rc<str>, Value)>>(entries: I) -> Self {
        let mut object = Self::default();
        for (key, value) in entries {
            object.insert(key, value);
        }
        object
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self::new(Data::Object(Rc::new(object)))
    }
}
