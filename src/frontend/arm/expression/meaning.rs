//! What the texts of a template say, and what their expressions came to.

use hashbrown::HashMap;

use super::parser::{Expression, Reading, read_sharing};
use super::syntax::Terms;
use crate::frontend::arm::value::Value;
use crate::frontend::arm::words::Words;

/// There is mostly no more than one expression, written once or more, to so many nodes.
const NODES: usize = 16;

/// Room is made for no more expressions than these: the nodes may be those of many templates.
const MOST_AT_ONCE: usize = 4096;

/// The expressions that were read: many nodes have the same text.
#[derive(Debug)]
pub(super) struct Meanings<'a> {
    positions: HashMap<&'a str, usize>,
    pub(super) read: Vec<Read>,
    /// The terms of all of them.
    pub(super) terms: Terms<'a>,
    /// Texts that are values or keys.
    pub(super) words: Words,
}

/// An expression that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) expression: Expression,
    /// Its value in the view in which it was evaluated last.
    last: Option<(usize, Value)>,
}

impl<'a> Meanings<'a> {
    /// Room for what so many nodes say.
    pub(super) fn with_room(nodes: usize) -> Self {
        let expressions = (nodes / NODES).min(MOST_AT_ONCE);
        Self {
            positions: HashMap::with_capacity(expressions),
            read: Vec::with_capacity(expressions),
            terms: Terms::with_room(expressions),
            words: Words::default(),
        }
    }

    /// The position of an expression among those that were read; `lasting` is its text again, where that is there as long
    /// as this is.
    pub(super) fn position(&mut self, text: &str, lasting: Option<&'a str>) -> usize {
        let next = self.read.len();
        let position = lasting.map_or(next, |text| *self.positions.entry(text).or_insert(next));
        if position == next {
            let expression = match read_sharing(text, lasting, &mut self.terms) {
                Reading::Expression(expression) => expression,
                Reading::Literal | Reading::Escaped => Expression::default(),
            };
            self.read.push(Read { expression, last: None });
        }
        position
    }
}

impl Read {
    /// Its value, if it was evaluated in that view last.
    pub(super) fn known(&self, view: usize) -> Option<&Value> {
        self.last.as_ref().filter(|(known, _)| *known == view).map(|(_, value)| value)
    }

    /// Keeps what it came to in a view.
    pub(super) fn keep(&mut self, view: usize, value: Value) {
        self.last = Some((view, value));
    }
}
