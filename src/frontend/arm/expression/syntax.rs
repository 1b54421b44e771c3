//! What an expression is made of.

use std::num::NonZeroU32;
use std::ops::Range;

use hashbrown::HashMap;

use super::functions::Function;
use super::lexer::Bracket;
use crate::frontend::arm::value::Value;

/// An expression mostly has no more terms of its own than these.
const TERMS: usize = 5;

/// Names a term of some [`Terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermId(NonZeroU32);

impl TermId {
    /// The one that comes after so many others.
    fn after(terms: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(offset(terms)))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The terms of expressions, those within others before them. What they say is in the texts that they were read from.
#[derive(Debug, Default)]
pub struct Terms<'a> {
    terms: Vec<Term>,
    /// Calls that were read, by how they are written.
    written: HashMap<&'a str, CallId>,
    calls: Vec<SharedCall>,
    /// Room for the brackets of an expression that is being read.
    pub(super) brackets: Vec<Bracket>,
}

/// Names a call that may be written in many places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallId(u32);

/// A call that has the same value wherever it is written and the same is seen.
#[derive(Debug)]
pub(super) struct SharedCall {
    /// The call, where it was read.
    pub(super) term: TermId,
    /// Its value in the view in which it was evaluated last.
    pub(super) last: Option<(usize, Value)>,
}

/// A part of an expression.
#[derive(Debug, Clone, Copy)]
pub struct Term {
    /// Its bytes in the text of the expression, brackets included in the count.
    start: u32,
    end: u32,
    /// The next argument of the call that it is an argument of.
    next: Option<TermId>,
    /// What it is.
    pub form: Form,
}

/// What a term is.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    /// `'text'`.
    Text,
    /// `'it''s'`: a text with quotes in it, which are written twice.
    Quoting,
    /// `12`.
    Int(i64),
    /// `1.5`.
    Decimal,
    /// `name(arguments)`.
    Call {
        /// The function of the language, `None` for one of the user.
        function: Option<&'static Function>,
        /// The end of the name, with which the term begins.
        name_end: u32,
        /// The arguments.
        arguments: Arguments,
    },
    /// `of.name`.
    Member {
        /// The object.
        of: TermId,
        /// The start of the name of the property, with which the term ends.
        name_start: u32,
    },
    /// `of[index]`.
    Index {
        /// The array or object.
        of: TermId,
        /// The index or the name of the property.
        index: TermId,
    },
    /// A call that may be written elsewhere, too.
    Shared(CallId),
    /// Something that could not be read, which has been reported.
    Wrong,
}

/// The arguments of a call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arguments {
    first: Option<TermId>,
    count: u32,
}

impl Arguments {
    /// How many there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.count as usize
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.count == 0
    }

    /// The first of them.
    #[must_use]
    pub fn first(self) -> Option<TermId> {
        self.first
    }
}

impl<'a> Terms<'a> {
    /// Room for those of so many expressions.
    pub(super) fn with_room(expressions: usize) -> Self {
        Self {
            terms: Vec::with_capacity(expressions * TERMS),
            written: HashMap::with_capacity(expressions),
            calls: Vec::with_capacity(expressions),
            brackets: Vec::new(),
        }
    }

    /// The call that is written so.
    pub(super) fn written(&self, text: &str) -> Option<CallId> {
        self.written.get(text).copied()
    }

    /// A call that may be written elsewhere in the same way.
    pub(super) fn share(&mut self, text: &'a str, term: TermId) -> CallId {
        let id = CallId(offset(self.calls.len()));
        self.calls.push(SharedCall { term, last: None });
        self.written.insert(text, id);
        id
    }

    /// A call that may be written in many places.
    pub(super) fn shared(&mut self, id: CallId) -> Option<&mut SharedCall> {
        self.calls.get_mut(id.0 as usize)
    }

    /// The term of that id.
    #[must_use]
    pub fn get(&self, id: TermId) -> Option<Term> {
        self.terms.get(id.index()).copied()
    }

    /// The terms that are arguments of a call.
    pub fn arguments(&self, arguments: Arguments) -> impl Iterator<Item = TermId> {
        std::iter::successors(arguments.first, |id| self.after(*id))
    }

    /// The argument of that index.
    #[must_use]
    pub fn argument(&self, arguments: Arguments, index: usize) -> Option<TermId> {
        self.arguments(arguments).nth(index)
    }

    /// The argument after that one.
    #[must_use]
    pub fn after(&self, id: TermId) -> Option<TermId> {
        self.terms.get(id.index())?.next
    }

    /// Adds a term, which begins and ends there.
    pub(super) fn add(&mut self, range: &Range<usize>, form: Form) -> TermId {
        let id = TermId::after(self.terms.len());
        self.terms.push(Term { start: offset(range.start), end: offset(range.end), next: None, form });
        id
    }

    /// Adds an argument to those of a call, of which `last` is the last so far.
    pub(super) fn append(&mut self, arguments: &mut Arguments, last: &mut Option<TermId>, argument: TermId) {
        match last.and_then(|last| self.terms.get_mut(last.index())) {
            Some(before) => before.next = Some(argument),
            None => arguments.first = Some(argument),
        }
        arguments.count += 1;
        *last = Some(argument);
    }
}

impl Term {
    /// Its bytes in the text of the expression.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes of the name of a call or a member; of other terms all.
    #[must_use]
    pub fn name(self) -> Range<usize> {
        match self.form {
            Form::Call { name_end, .. } => self.start as usize..name_end as usize,
            Form::Member { name_start, .. } => name_start as usize..self.end as usize,
            _ => self.range(),
        }
    }

    /// The bytes between the quotes of a text, and whether there are quotes among them.
    #[must_use]
    pub fn text(self) -> Option<(Range<usize>, bool)> {
        let within = self.start as usize + 1..(self.end as usize).saturating_sub(1);
        match self.form {
            Form::Text => Some((within, false)),
            Form::Quoting => Some((within, true)),
            _ => None,
        }
    }
}

/// A byte of an expression as terms keep it. Files that would not fit are refused before they are read.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
