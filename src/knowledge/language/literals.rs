//! The texts that expressions mention.

use std::collections::HashMap;

use crate::topology::{Interner, Symbol};

/// The texts that compiled expressions mention, each once.
#[derive(Debug, Clone, Default)]
pub struct Literals {
    texts: Vec<Box<str>>,
    known: HashMap<Box<str>, u32>,
}

impl Literals {
    /// The index of a text.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        if let Some(index) = self.known.get(text) {
            return *index;
        }
        let index = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.into());
        self.known.insert(text.into(), index);
        index
    }

    /// The symbols of all texts, for [`super::Machine::new`].
    pub fn intern(&self, strings: &mut Interner) -> Vec<Symbol> {
        self.texts.iter().map(|text| strings.intern(text)).collect()
    }
}
