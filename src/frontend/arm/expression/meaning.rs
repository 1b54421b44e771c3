//! What the texts of a template say, and what their expressions came to.

use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use super::parser::{Expression, Reading, read_sharing};
use super::syntax::Terms;
use crate::frontend::arm::value::Value;

/// Room for the expressions of a template of some size.
const ROOM: usize = 256;

/// The expressions that were read: many nodes have the same text.
#[derive(Debug, Default)]
pub(super) struct Meanings<'a> {
    positions: HashMap<&'a str, usize>,
    pub(super) read: Vec<Read>,
    /// The terms of all of them.
    pub(super) terms: Terms<'a>,
    /// Texts that are values, each once.
    texts: HashSet<Rc<str>>,
}

/// An expression that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) expression: Expression,
    /// Its value in the view in which it was evaluated last.
    last: Option<(usize, Value)>,
}

impl<'a> Meanings<'a> {
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
            if self.read.capacity() == 0 {
                self.read.reserve(ROOM);
            }
            self.read.push(Read { expression, last: None });
        }
        position
    }

    /// A text that is kept once, however often it comes.
    pub(super) fn shared(&mut self, text: &str) -> Rc<str> {
        Rc::clone(self.texts.get_or_insert_with(text, |text| text.into()))
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
