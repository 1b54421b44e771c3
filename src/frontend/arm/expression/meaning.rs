//! What the texts of a template mean, and what their expressions came to.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Expression, Mistake, Reading, Term, read};
use crate::frontend::arm::value::Value;

/// Functions whose value hangs on more than what a template declares: on the turn of a loop, on what is deployed, or on
/// whether they may be called where they are.
const UNSTEADY: &[&str] = &["copyIndex", "newGuid", "reference", "references", "resourceInfo", "utcNow"];

/// What a text means.
#[derive(Debug)]
pub(super) enum Meaning {
    Literal(Rc<str>),
    Expression(Read),
}

/// An expression that was read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) expression: Expression,
    pub(super) mistakes: Vec<Mistake>,
    /// Whether it has the same value wherever the same is seen.
    pub(super) is_steady: bool,
    /// Its value in the view in which it was evaluated last.
    last: RefCell<Option<(usize, Value)>>,
}

impl Meaning {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        match read(text) {
            Reading::Literal => Self::Literal(text.into()),
            Reading::Escaped => Self::Literal(text.get(1..).unwrap_or("").into()),
            Reading::Expression { expression, mistakes } => {
                let is_steady = expression.terms().iter().all(|terms| is_steady(&terms.term));
                Self::Expression(Read { expression, mistakes, is_steady, last: RefCell::new(None) })
            }
        }
    }
}

impl Read {
    /// An expression of which nothing was read.
    pub(super) fn nothing() -> Self {
        Self { expression: Expression::default(), mistakes: Vec::new(), is_steady: false, last: RefCell::new(None) }
    }

    /// Its value, if it was evaluated in that view last.
    pub(super) fn known(&self, view: usize) -> Option<Value> {
        let last = self.last.borrow();
        last.as_ref().filter(|(known, _)| *known == view).map(|(_, value)| value.clone())
    }

    /// Keeps what it came to in a view.
    pub(super) fn keep(&self, view: usize, value: Value) {
        *self.last.borrow_mut() = Some((view, value));
    }
}

fn is_steady(term: &Term) -> bool {
    match term {
        Term::Call { function: Some(function), .. } => !UNSTEADY.contains(&function.name),
        // The body of a function of the user may hold anything.
        Term::Call { function: None, .. } | Term::Wrong => false,
        _ => true,
    }
}
