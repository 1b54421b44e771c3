//! Texts, each kept once.

use std::hash::{BuildHasher, Hasher, RandomState};

use super::Symbol;

/// Texts, each kept once.
#[derive(Debug, Default)]
pub struct Interner {
    /// All texts, one after the other.
    texts: String,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// Open addressing: the symbol of a text stands at its hash or in the next free place; a power of two of places.
    places: Vec<Place>,
    hashing: QuickHashing,
}

/// A symbol with some bits of the hash of its text, which spare most comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    symbol: Symbol,
    print: u32,
}

impl Place {
    /// One that no text has taken.
    const FREE: Self = Self { symbol: Symbol(u32::MAX), print: 0 };
}

impl Interner {
    /// The symbol of a text.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if self.ends.len() * 4 >= self.places.len() * 3 {
            self.grow();
        }
        let hash = self.hashing.hash_one(text);
        let index = match self.search(text, hash) {
            Ok(symbol) => return symbol,
            Err(index) => index,
        };
        let symbol = Symbol(u32::try_from(self.ends.len()).unwrap_or(u32::MAX));
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        if let Some(place) = self.places.get_mut(index) {
            *place = Place { symbol, print: print_of(hash) };
        }
        symbol
    }

    /// The symbol of a text that is already there.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Symbol> {
        if self.places.is_empty() {
            return None;
        }
        self.search(text, self.hashing.hash_one(text)).ok()
    }

    /// The text of a symbol.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        let index = symbol.0 as usize;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(index).copied().unwrap_or(start);
        self.texts.get(start..end).unwrap_or("")
    }

    /// The symbol of a text, or the free place where it belongs.
    fn search(&self, text: &str, hash: u64) -> Result<Symbol, usize> {
        let mut index = self.start(hash);
        loop {
            match self.places.get(index) {
                None | Some(&Place::FREE) => return Err(index),
                Some(place) if place.print == print_of(hash) && self.text(place.symbol) == text => {
                    return Ok(place.symbol);
                }
                Some(_) => index = (index + 1) & (self.places.len() - 1),
            }
        }
    }

    fn start(&self, hash: u64) -> usize {
        usize::try_from(hash >> 32).unwrap_or(0) & self.places.len().saturating_sub(1)
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        self.places = vec![Place::FREE; size];
        for symbol in (0..).map(Symbol).take(self.ends.len()) {
            let hash = self.hashing.hash_one(self.text(symbol));
            let mut index = self.start(hash);
            while self.places.get(index).is_some_and(|place| *place != Place::FREE) {
                index = (index + 1) & (size - 1);
            }
            if let Some(place) = self.places.get_mut(index) {
                *place = Place { symbol, print: print_of(hash) };
            }
        }
    }
}

#[allow(clippy::cast_possible_truncation)]
const fn print_of(hash: u64) -> u32 {
    hash as u32
}

/// Hashing that is quick for short keys. It differs from run to run, so that no file can be written to make it slow.
#[derive(Debug, Clone, Copy)]
pub struct QuickHashing {
    seed: u64,
}

impl Default for QuickHashing {
    fn default() -> Self {
        Self { seed: RandomState::new().hash_one(0_u8) }
    }
}

impl BuildHasher for QuickHashing {
    type Hasher = QuickHasher;

    fn build_hasher(&self) -> QuickHasher {
        QuickHasher { state: self.seed, key: self.seed.rotate_left(32) ^ 0x9e37_79b9_7f4a_7c15 }
    }
}

/// The hasher of [`QuickHashing`]: words are mixed in by multiplying to twice their width and folding.
#[derive(Debug)]
pub struct QuickHasher {
    state: u64,
    key: u64,
}

impl QuickHasher {
    #[inline]
    fn mix(&mut self, word: u64) {
        let product = u128::from(self.state ^ word).wrapping_mul(u128::from(self.key | 1));
        self.state = folded(product);
    }
}

#[allow(clippy::cast_possible_truncation)]
const fn folded(product: u128) -> u64 {
    (product >> 64) as u64 ^ product as u64
}

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.mix(u64::from_le_bytes(*word));
        }
        let last = rest.iter().fold(rest.len() as u64, |word, byte| word << 8 | u64::from(*byte));
        self.mix(last);
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }

    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }

    fn finish(&self) -> u64 {
        folded(u128::from(self.state).wrapping_mul(0xa076_1d64_78bd_642f))
    }
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
