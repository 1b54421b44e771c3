//! What an expression is made of.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use super::functions::Function;

/// Names a term of one expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermId(pub(super) u32);

/// One expression that has been read.
#[derive(Debug, Default)]
pub struct Expression {
    pub(super) terms: Vec<Terms>,
    pub(super) root: Option<TermId>,
}

/// A term and where it stands.
#[derive(Debug)]
pub struct Terms {
    /// Its bytes in the text of the expression, brackets included in the count.
    pub range: Range<usize>,
    /// What it is.
    pub term: Term,
}

/// A part of an expression.
#[derive(Debug)]
pub enum Term {
    /// `'text'`.
    Text(Rc<str>),
    /// `12`.
    Int(i64),
    /// `1.5`.
    Decimal(Rc<str>),
    /// `name(arguments)`.
    Call {
        /// The name, that of a function of the user as it was written, with its namespace.
        name: Cow<'static, str>,
        /// Its bytes.
        at: Range<usize>,
        /// The function of the language, `None` for one of the user.
        function: Option<&'static Function>,
        /// The arguments.
        arguments: Vec<TermId>,
    },
    /// `of.name`.
    Member {
        /// The object.
        of: TermId,
        /// The name of the property.
        name: Rc<str>,
        /// Its bytes.
        at: Range<usize>,
    },
    /// `of[index]`.
    Index {
        /// The array or object.
        of: TermId,
        /// The index or the name of the property.
        index: TermId,
    },
    /// Something that could not be read, which has been reported.
    Wrong,
}

impl Expression {
    /// The whole, `None` if nothing could be read.
    #[must_use]
    pub fn root(&self) -> Option<TermId> {
        self.root
    }

    /// The term of that id.
    #[must_use]
    pub fn term(&self, id: TermId) -> Option<&Terms> {
        self.terms.get(id.0 as usize)
    }

    /// All terms, those within others before them.
    #[must_use]
    pub fn terms(&self) -> &[Terms] {
        &self.terms
    }
}
