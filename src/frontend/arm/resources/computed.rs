//! What a template was turned into, before it is added to the values of all files. Texts and places are those of the
//! template wherever they can be, and are copied only then.

use std::ops::Deref;
use std::rc::Rc;

use hashbrown::HashMap;

use super::fields::said;
use crate::frontend::arm::value::{Trail, Value};
use crate::source::{Computing, Content, NodeId, ScalarStyle, Sources, TrailId};

/// A value made of what a template says.
#[derive(Debug, Clone)]
pub struct Computed {
    /// What it is.
    pub(super) data: ComputedData,
    /// The node whose place it has; [`NodeId::NOWHERE`] for that of the collection it stands in.
    pub(super) at: NodeId,
    /// Where what it is made of was given.
    pub(super) given: Given,
    /// The turn of the loop that made it and all in it, in words.
    pub(super) turn: Option<Rc<String>>,
}

/// What a [`Computed`] value is.
#[derive(Debug, Clone)]
pub(super) enum ComputedData {
    /// Text as it is.
    Text(Text),
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A value that cannot be told from here, with the reason.
    Unknown(Text),
    /// A list.
    Sequence(Vec<Computed>),
    /// A mapping.
    Mapping(Vec<(Key, Computed)>),
}

/// A key of a mapping.
#[derive(Debug, Clone)]
pub(super) enum Key {
    /// A field of ours, with its place.
    Field(&'static str, NodeId),
    /// A name that the template gives, which is a text.
    Name(Box<Computed>),
}

/// A text, shared with others where it can be.
#[derive(Debug, Clone)]
pub(super) enum Text {
    /// One of ours.
    Fixed(&'static str),
    /// One of the template or of a table.
    Shared(Rc<str>),
    /// One that was put together.
    Made(String),
}

/// Where a value was given: where that of the template was, but for its own place.
#[derive(Debug, Clone)]
pub(super) struct Given {
    trail: Trail,
    own: NodeId,
}

impl Default for Given {
    fn default() -> Self {
        Self { trail: Trail::default(), own: NodeId::NOWHERE }
    }
}

impl Given {
    /// That of a value.
    pub(super) fn of(value: &Value) -> Self {
        Self { trail: value.trail.clone(), own: value.at }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Shared(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl Key {
    /// The text of it.
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Field(name, _) => name,
            Self::Name(name) => match &name.data {
                ComputedData::Text(text) => text,
                _ => "",
            },
        }
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::Fixed(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Made(text)
    }
}

impl From<Rc<str>> for Text {
    fn from(text: Rc<str>) -> Self {
        Self::Shared(text)
    }
}

impl From<&Rc<str>> for Text {
    fn from(text: &Rc<str>) -> Self {
        Self::Shared(Rc::clone(text))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl Computed {
    /// A value at the place of a node.
    pub(super) fn new(data: ComputedData, at: NodeId) -> Self {
        Self { data, at, given: Given::default(), turn: None }
    }

    /// A text at the place of a node.
    pub(super) fn text(text: impl Into<Text>, at: NodeId) -> Self {
        Self::new(ComputedData::Text(text.into()), at)
    }

    /// Something unknown at the place of a node.
    pub(super) fn unknown(reason: impl Into<Text>, at: NodeId) -> Self {
        Self::new(ComputedData::Unknown(reason.into()), at)
    }

    /// A truth value at the place of a node.
    pub(super) fn boolean(value: bool, at: NodeId) -> Self {
        Self::new(ComputedData::Bool(value), at)
    }

    /// A whole number at the place of a node.
    pub(super) fn integer(value: i64, at: NodeId) -> Self {
        Self::new(ComputedData::Int(value), at)
    }

    /// The same, given there.
    pub(super) fn given(mut self, given: Given) -> Self {
        self.given = given;
        self
    }

    /// The same, made in a turn of a loop, which stands around those that it was made in already.
    pub(super) fn in_turn(mut self, turn: Option<Rc<String>>) -> Self {
        self.turn = match (turn, self.turn) {
            (Some(turn), Some(inner)) if turn != inner => Some(Rc::new(format!("{turn}, {inner}"))),
            (turn, inner) => turn.or(inner),
        };
        self
    }

    /// Whether it is that text.
    pub(super) fn is_text(&self, text: &str) -> bool {
        matches!(&self.data, ComputedData::Text(own) if **own == *text)
    }

    /// Adds it and all in it to the values of all files.
    pub fn add_to(&self, sources: &mut Sources) -> NodeId {
        let mut adding = Adding { trails: HashMap::new(), fixed: HashMap::new() };
        adding.add(&mut sources.computing(), None, self)
    }
}

/// What was added so far, to be added once only.
struct Adding {
    /// Where values were given, by the address of that in memory.
    trails: HashMap<usize, TrailId>,
    /// Texts of ours, by their address in memory and their length.
    fixed: HashMap<(usize, usize), u32>,
}

impl Adding {
    /// What a template is turned into is as deep as the model that it is written in: recursion is bounded by it.
    fn add(&mut self, to: &mut Computing<'_>, parent: Option<NodeId>, value: &Computed) -> NodeId {
        let leaf = match &value.data {
            ComputedData::Text(text) => quoted(self.text(to, text)),
            ComputedData::Bool(value) => plain(self.fixed(to, if *value { "true" } else { "false" })),
            ComputedData::Int(value) => plain(to.text(&value.to_string())),
            ComputedData::Unknown(reason) => Content::Unknown { decoded: Some(self.text(to, reason)) },
            ComputedData::Sequence(_) | ComputedData::Mapping(_) => Content::Null,
        };
        let id = to.add(parent, value.at, leaf);
        if let Some(trail) = self.trail(to, &value.given) {
            to.given(id, trail);
        }
        let turn = value.turn.as_ref().map(|turn| turn.as_str());
        match &value.data {
            ComputedData::Sequence(items) => {
                to.fill(id, turn, |to| to.sequence(items, |to, item| self.add(to, Some(id), item)));
            }
            ComputedData::Mapping(entries) => to.fill(id, turn, |to| {
                to.mapping(entries, |to, (key, value)| (self.add_key(to, id, key), self.add(to, Some(id), value)))
            }),
            _ if turn.is_some() => to.fill(id, turn, |_| leaf),
            _ => {}
        }
        id
    }

    fn add_key(&mut self, to: &mut Computing<'_>, parent: NodeId, key: &Key) -> NodeId {
        match key {
            Key::Field(name, at) => {
                let content = quoted(self.fixed(to, name));
                to.add(Some(parent), *at, content)
            }
            Key::Name(name) => self.add(to, Some(parent), name),
        }
    }

    fn text(&mut self, to: &mut Computing<'_>, text: &Text) -> u32 {
        match text {
            Text::Fixed(text) => self.fixed(to, text),
            text => to.text(text),
        }
    }

    fn fixed(&mut self, to: &mut Computing<'_>, text: &'static str) -> u32 {
        let address = (text.as_ptr() as usize, text.len());
        *self.fixed.entry(address).or_insert_with(|| to.text(text))
    }

    fn trail(&mut self, to: &mut Computing<'_>, given: &Given) -> Option<TrailId> {
        let places = given.trail.places();
        if places.is_empty() {
            return None;
        }
        let is_told = |at: NodeId| at.is_somewhere() && at != given.own;
        let told = places.iter().filter(|place| is_told(place.at));
        let is_whole = places.iter().all(|place| is_told(place.at));
        let mut add = || to.trail(told.clone().map(|place| (place.at, said(place))).collect());
        if is_whole {
            return Some(*self.trails.entry(places.as_ptr() as usize).or_insert_with(add));
        }
        told.clone().next().is_some().then(&mut add)
    }
}

fn quoted(decoded: u32) -> Content {
    Content::Scalar { decoded: Some(decoded), style: ScalarStyle::Quoted }
}

fn plain(decoded: u32) -> Content {
    Content::Scalar { decoded: Some(decoded), style: ScalarStyle::Plain }
}
