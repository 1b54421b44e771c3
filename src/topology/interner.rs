//! Texts, each kept once.

use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;
use std::ops::Range;

use super::Symbol;

/// Texts, each kept once.
#[derive(Debug, Clone, Default)]
pub struct Interner {
    /// All texts, one after the other: a large topology has a million of them.
    texts: String,
    /// Where each of them ends.
    ends: Vec<usize>,
    known: HashTable<Symbol>,
    hashing: DefaultHashBuilder,
}

impl Interner {
    /// Makes room for so many texts of so many bytes.
    pub(super) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.texts.reserve(bytes);
        self.ends.reserve(texts);
        let Self { texts: all, ends, known, hashing } = self;
        known.reserve(texts, |symbol| hashing.hash_one(text_of(all, ends, *symbol)));
    }

    /// The symbol of a text.
    pub fn intern(&mut self, text: &str) -> Symbol {
        let hash = self.hashing.hash_one(text);
        if let Some(symbol) = self.find_hashed(hash, text) {
            return symbol;
        }
        let symbol = Symbol(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        let Self { texts, ends, known, hashing } = self;
        let hash_of = |symbol: &Symbol| hashing.hash_one(text_of(texts, ends, *symbol));
        known.insert_unique(hash, symbol, hash_of);
        symbol
    }

    /// The symbol of a text that is already there.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.find_hashed(self.hashing.hash_one(text), text)
    }

    fn find_hashed(&self, hash: u64, text: &str) -> Option<Symbol> {
        self.known.find(hash, |symbol| self.is(*symbol, text)).copied()
    }

    /// Whether the text of a symbol is this one.
    fn is(&self, symbol: Symbol, text: &str) -> bool {
        let range = range_of(&self.ends, symbol);
        range.len() == text.len() && self.texts.as_bytes().get(range) == Some(text.as_bytes())
    }

    /// The text of a symbol.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        text_of(&self.texts, &self.ends, symbol)
    }
}

fn text_of<'a>(texts: &'a str, ends: &[usize], symbol: Symbol) -> &'a str {
    texts.get(range_of(ends, symbol)).unwrap_or("")
}

fn range_of(ends: &[usize], symbol: Symbol) -> Range<usize> {
    let index = symbol.0 as usize;
    let start = index.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    start..ends.get(index).copied().unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_has_one_symbol() {
        let mut interner = Interner::default();
        assert_eq!(interner.find("1"), None);
        let symbols: Vec<Symbol> = (0..10_000).map(|number| interner.intern(&number.to_string())).collect();
        for (number, symbol) in symbols.iter().enumerate() {
            assert_eq!(interner.find(&number.to_string()), Some(*symbol));
            assert_eq!(interner.intern(&number.to_string()), *symbol);
            assert_eq!(interner.text(*symbol), number.to_string());
        }
        assert_eq!(interner.find("none"), None);
    }
}
