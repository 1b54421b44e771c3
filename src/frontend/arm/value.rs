//! What an expression of a template stands for.
//!
//! A value is known or not, and in between: a text can have parts that only a deployment will know, an array can be
//! continued by items that nobody can list from here. Whatever it is, it knows where it stands and where it was given.

mod array;
mod object;
mod opening;
pub(crate) mod render;
mod same;
mod symbol;
mod unknown;

use std::rc::Rc;

pub use array::Array;
pub(crate) use object::folded;
pub use object::{Entry, Lookup, Object};
pub(crate) use opening::opened;
pub(crate) use same::{all, any};
pub(crate) use symbol::has_braces;
pub use symbol::{Segment, Symbol, SymbolBuilder};
pub use unknown::{Reason, Unknown};

use crate::source::{NodeId, Sources};

/// A value, where it stands and where it came from.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// The node of the property, item or argument that holds it; [`NodeId::NOWHERE`] for what was only computed.
    pub at: NodeId,
    /// Where what it is made of was given.
    pub trail: Trail,
}

/// What a [`Value`] is. Cloning is cheap.
#[derive(Debug, Clone)]
pub enum Data {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number, as it was written.
    Decimal(Rc<str>),
    /// A text that is known whole.
    Text(Rc<str>),
    /// A text of which parts are unknown, and others known.
    Symbol(Rc<Symbol>),
    /// A list.
    Array(Rc<Array>),
    /// A mapping whose keys do not distinguish case.
    Object(Rc<Object>),
    /// Something that cannot be told from here.
    Unknown(Rc<Unknown>),
}

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A number that is not whole.
    Decimal,
    /// A text, known or in part.
    Text,
    /// A list.
    Array,
    /// A mapping.
    Object,
}

/// By what a value was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GivenBy {
    /// The `defaultValue` of a parameter.
    ParameterDefault,
    /// The value of a parameter in a parameter file, or that a deployment gives to a nested template.
    ParameterValue,
    /// The declaration of a parameter that has no value.
    ParameterDeclaration,
    /// A variable.
    Variable,
    /// An output of a nested deployment.
    Output,
    /// A resource of the template, read by `reference`.
    Resource,
    /// A turn of a loop within a property; it stands at no place of its own.
    Turn,
}

/// One place that a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// By what.
    pub by: GivenBy,
    /// The name of the parameter, variable or output, or of the resource; of a loop with the index.
    pub name: Rc<str>,
    /// Where that is written.
    pub at: NodeId,
}

/// Where a value was given, nearest first; never more than [`Trail::LONGEST`] places.
#[derive(Debug, Clone, Default)]
pub struct Trail(Option<Rc<Vec<Given>>>);

impl Trail {
    /// More places than these are not remembered: they would not help a reader.
    pub const LONGEST: usize = 6;

    /// The places, nearest first.
    #[must_use]
    pub fn places(&self) -> &[Given] {
        self.0.as_ref().map_or(&[], |places| places.as_slice())
    }

    /// The same, coming by way of one more place, which is now the nearest.
    #[must_use]
    pub fn through(&self, given: Given) -> Self {
        let mut places = vec![given];
        append(&mut places, self.places());
        Self(Some(Rc::new(places)))
    }

    /// The same, where the part of the nearest fitting place that is at `part` was taken: a value within the default of
    /// a parameter was given there, rather than by the whole default.
    #[must_use]
    pub fn narrowed(&self, sources: &Sources, part: NodeId) -> Self {
        let holds = |given: &Given| given.at != part && sources.holds(given.at, part);
        let Some(position) = self.places().iter().position(holds) else { return self.clone() };
        let mut places = self.places().to_vec();
        if let Some(given) = places.get_mut(position) {
            given.at = part;
        }
        Self(Some(Rc::new(places)))
    }

    /// The places of both, those of `self` first.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        match (&self.0, &other.0) {
            (_, None) => self.clone(),
            (None, Some(_)) => other.clone(),
            (Some(ours), Some(theirs)) if Rc::ptr_eq(ours, theirs) => self.clone(),
            (Some(ours), Some(theirs)) => {
                let mut places = ours.to_vec();
                append(&mut places, theirs);
                Self(Some(Rc::new(places)))
            }
        }
    }
}

fn append(places: &mut Vec<Given>, more: &[Given]) {
    for given in more {
        if places.len() < Trail::LONGEST && !places.iter().any(|known| known.at == given.at) {
            places.push(given.clone());
        }
    }
}

impl Value {
    /// A value that was only computed.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Self { data, at: NodeId::NOWHERE, trail: Trail::default() }
    }

    /// A known text that was only computed.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::new(Data::Text(text.into()))
    }

    /// An object that was only computed.
    #[must_use]
    pub fn object(entries: impl IntoIterator<Item = (&'static str, Self)>) -> Self {
        let mut object = Object::default();
        for (key, value) in entries {
            object.insert(key.into(), value);
        }
        Self::new(Data::Object(Rc::new(object)))
    }

    /// An unknown that was only computed.
    #[must_use]
    pub fn unknown(unknown: Unknown) -> Self {
        Self::new(Data::Unknown(Rc::new(unknown)))
    }

    /// The same value, standing there.
    #[must_use]
    pub fn at(mut self, at: NodeId) -> Self {
        self.at = at;
        self
    }

    /// The same value, where everything in it that stands nowhere stands there: what a function made of nothing.
    #[must_use]
    pub fn settled(mut self, at: NodeId) -> Self {
        if self.at.is_somewhere() {
            return self;
        }
        self.at = at;
        self.settle_within(at);
        self
    }

    /// Says the same of what is in it only.
    pub(crate) fn settle_within(&mut self, at: NodeId) {
        let settle = |value: &mut Self| *value = std::mem::replace(value, Self::new(Data::Null)).settled(at);
        match &mut self.data {
            Data::Array(array) if array.items.iter().any(|item| !item.at.is_somewhere()) => {
                Rc::make_mut(array).items.iter_mut().for_each(settle);
            }
            Data::Object(object) if object.entries().iter().any(|entry| !entry.value.at.is_somewhere()) => {
                Rc::make_mut(object).values_mut().for_each(settle);
            }
            _ => {}
        }
    }

    /// The same value, come by way of that place; so for everything in it.
    #[must_use]
    pub fn given(mut self, by: GivenBy, name: &Rc<str>, at: NodeId) -> Self {
        self.trail = self.trail.through(Given { by, name: Rc::clone(name), at });
        self
    }

    /// The text, if all of it is known.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is a known whole one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.data {
            Data::Int(number) => Some(number),
            _ => None,
        }
    }

    /// The answer, if it is a known one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.data {
            Data::Bool(answer) => Some(answer),
            _ => None,
        }
    }

    /// The array, whose items may be unknown.
    #[must_use]
    pub fn as_array(&self) -> Option<&Array> {
        match &self.data {
            Data::Array(array) => Some(array),
            _ => None,
        }
    }

    /// The object, whose entries may be unknown.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match &self.data {
            Data::Object(object) => Some(object),
            _ => None,
        }
    }

    /// What is unknown about it, if nothing is known but perhaps its type.
    #[must_use]
    pub fn as_unknown(&self) -> Option<&Unknown> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// Its type; `None` for an unknown that could be anything.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Some(match &self.data {
            Data::Null => Kind::Null,
            Data::Bool(_) => Kind::Bool,
            Data::Int(_) => Kind::Int,
            Data::Decimal(_) => Kind::Decimal,
            Data::Text(_) | Data::Symbol(_) => Kind::Text,
            Data::Array(_) => Kind::Array,
            Data::Object(_) => Kind::Object,
            Data::Unknown(unknown) => return unknown.kind,
        })
    }

    /// The first thing in it that is unknown, at any depth.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Rc<Unknown>> {
        self.first_unknown_such(&|_| true)
    }

    /// The first thing in it that is unknown in that way, at any depth.
    pub(crate) fn first_unknown_such(&self, wanted: &dyn Fn(&Unknown) -> bool) -> Option<&Rc<Unknown>> {
        match &self.data {
            Data::Unknown(unknown) => Some(unknown).filter(|unknown| wanted(unknown)),
            Data::Symbol(symbol) => symbol.first_unknown_such(wanted),
            Data::Array(array) => array.first_unknown_such(wanted),
            Data::Object(object) => object.first_unknown_such(wanted),
            _ => None,
        }
    }

    /// How deep arrays and objects are within one another in it.
    #[must_use]
    pub fn depth(&self) -> usize {
        match &self.data {
            Data::Array(array) => array.depth(),
            Data::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// Whether everything in it is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.first_unknown().is_none()
    }
}

impl Kind {
    /// The type as a word for messages, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "true or false",
            Self::Int => "a whole number",
            Self::Decimal => "a number that is not whole",
            Self::Text => "text",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

impl From<bool> for Data {
    fn from(answer: bool) -> Self {
        Self::Bool(answer)
    }
}

impl From<i64> for Data {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Data {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Vec<Value>> for Data {
    fn from(items: Vec<Value>) -> Self {
        Self::Array(Rc::new(Array::of(items)))
    }
}

impl From<Object> for Data {
    fn from(object: Object) -> Self {
        Self::Object(Rc::new(object))
    }
}
