//! Texts of which parts are unknown.
//!
//! A symbol stands for one text, though nobody can say which: where all parts are repeatable, two symbols of the same
//! canonical text are the same name. `st{uniqueString(resourceGroup().id)}` is how one is written.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::rc::Rc;

use super::{Data, Kind, Unknown, Value};
use crate::frontend::arm::identity::{below, of_text};

/// A part of a symbol.
#[derive(Debug, Clone)]
pub enum Segment {
    /// A text that is known.
    Known(Rc<str>),
    /// Something that is not; its text takes the place.
    Unknown(Rc<Unknown>),
}

/// A text in parts.
#[derive(Debug, Clone, Default)]
pub struct Symbol {
    segments: Vec<Segment>,
    /// The canonical text as a normalised id, once that was asked for.
    id: OnceCell<Rc<str>>,
    /// The same of all parts but the last, where that is known and the one before is not.
    stem: Option<Rc<str>>,
}

impl From<Vec<Segment>> for Symbol {
    fn from(segments: Vec<Segment>) -> Self {
        Self { segments, id: OnceCell::new(), stem: None }
    }
}

impl Symbol {
    /// The parts in their order: no two known ones beside each other, none empty.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// A value as text; `None` for arrays, objects and null, and for an unknown that is known to be one of these.
    #[must_use]
    pub fn of(value: &Value) -> Option<Self> {
        let known = |text: &str| Self::from(vec![Segment::Known(text.into())]);
        Some(match &value.data {
            Data::Text(text) if text.is_empty() => Self::default(),
            Data::Text(text) | Data::Decimal(text) => Self::from(vec![Segment::Known(Rc::clone(text))]),
            Data::Bool(true) => known("True"),
            Data::Bool(false) => known("False"),
            Data::Int(number) => known(&number.to_string()),
            Data::Symbol(symbol) => (**symbol).clone(),
            Data::Unknown(unknown) => match unknown.kind {
                Some(Kind::Null | Kind::Array | Kind::Object) => return None,
                _ => Self::from(vec![Segment::Unknown(Rc::clone(unknown))]),
            },
            Data::Null | Data::Array(_) | Data::Object(_) => return None,
        })
    }

    /// A value as text, without making a new one where it is a symbol already.
    #[must_use]
    pub(crate) fn within(value: &Value) -> Option<Cow<'_, Self>> {
        match &value.data {
            Data::Symbol(symbol) => Some(Cow::Borrowed(symbol)),
            _ => Self::of(value).map(Cow::Owned),
        }
    }

    /// The canonical text as a normalised id: see [`normalised`](crate::frontend::arm::identity::normalised).
    #[must_use]
    pub fn id(&self) -> &Rc<str> {
        self.id.get_or_init(|| match (&self.stem, self.segments.last()) {
            (Some(stem), Some(Segment::Known(end))) if !has_braces(end) => below(stem, [&**end]),
            _ => of_text(self.text()),
        })
    }

    /// The text as simple as can be: known if all of it is known, an unknown if nothing is.
    #[must_use]
    pub fn into_data(self) -> Data {
        match &*self.segments {
            [] => Data::Text("".into()),
            [Segment::Known(text)] => Data::Text(Rc::clone(text)),
            [Segment::Unknown(unknown)] if unknown.kind == Some(Kind::Text) => Data::Unknown(Rc::clone(unknown)),
            [Segment::Unknown(unknown)] => Data::Unknown(Rc::new((**unknown).clone().of_kind(Kind::Text))),
            _ => Data::Symbol(Rc::new(self)),
        }
    }

    /// The canonical text: unknown parts in braces, braces that are known doubled.
    #[must_use]
    pub fn text(&self) -> String {
        let length = |segment: &Segment| match segment {
            Segment::Known(known) => known.len(),
            Segment::Unknown(unknown) => unknown.expression.len() + 2,
        };
        let mut text = String::with_capacity(self.segments.iter().map(length).sum());
        for segment in &self.segments {
            match segment {
                Segment::Known(known) if has_braces(known) => {
                    text.push_str(&known.replace('{', "{{").replace('}', "}}"));
                }
                Segment::Known(known) => text.push_str(known),
                Segment::Unknown(unknown) => {
                    text.push('{');
                    text.push_str(&unknown.expression);
                    text.push('}');
                }
            }
        }
        text
    }

    /// The known text at the start; may be empty.
    #[must_use]
    pub fn prefix(&self) -> &str {
        match self.segments.first() {
            Some(Segment::Known(text)) => text,
            _ => "",
        }
    }

    /// The known text at the end; may be empty.
    #[must_use]
    pub fn suffix(&self) -> &str {
        match self.segments.last() {
            Some(Segment::Known(text)) => text,
            _ => "",
        }
    }

    /// How many bytes of it are known: it is no shorter.
    #[must_use]
    pub fn known_len(&self) -> usize {
        let len = |segment: &Segment| if let Segment::Known(text) = segment { text.len() } else { 0 };
        self.segments.iter().map(len).sum()
    }

    /// What it takes to keep it, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.known_len() + self.segments.len() * size_of::<Segment>()
    }

    /// Whether it could be that text, or one that differs in case only.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        let (text, prefix, suffix) = (text.to_lowercase(), self.prefix().to_lowercase(), self.suffix().to_lowercase());
        match &*self.segments {
            [] => text.is_empty(),
            [Segment::Known(_)] => text == prefix,
            _ => text.len() >= prefix.len() + suffix.len() && text.starts_with(&prefix) && text.ends_with(&suffix),
        }
    }

    /// Whether two evaluations of the same text give the same value.
    #[must_use]
    pub fn is_repeatable(&self) -> bool {
        self.segments.iter().all(|segment| !matches!(segment, Segment::Unknown(unknown) if !unknown.repeatable))
    }

    /// The first part that is unknown.
    #[must_use]
    pub fn first_unknown(&self) -> Option<&Rc<Unknown>> {
        self.first_unknown_such(&|_| true)
    }

    pub(super) fn first_unknown_such(&self, wanted: &dyn Fn(&Unknown) -> bool) -> Option<&Rc<Unknown>> {
        self.segments.iter().find_map(|segment| match segment {
            Segment::Unknown(unknown) => Some(unknown).filter(|unknown| wanted(unknown)),
            Segment::Known(_) => None,
        })
    }
}

/// Whether a text has braces in it, as unknown parts of a canonical text have.
pub(crate) fn has_braces(text: &str) -> bool {
    // Of most texts all bytes are to be looked at: this does so many at a time.
    text.bytes().fold(false, |found, byte| found | matches!(byte, b'{' | b'}'))
}

/// A text that is put together of parts has mostly no more bytes than these.
const ROOM: usize = 120;

/// Puts a symbol together of many parts.
#[derive(Debug, Clone, Default)]
pub struct SymbolBuilder {
    segments: Vec<Segment>,
    /// How many of these were there from the start, and their canonical text as an id.
    stem: Option<(usize, Rc<str>)>,
    /// The known text after the last of them.
    tail: String,
    /// The same as it was given, as long as it is one text.
    shared: Option<Rc<str>>,
    /// The known bytes before it.
    before: usize,
}

impl SymbolBuilder {
    /// Appends a known text.
    pub fn push_str(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.tail.capacity() == 0 {
            self.tail.reserve(text.len().max(ROOM));
        }
        if let Some(shared) = self.shared.take() {
            self.tail.push_str(&shared);
        }
        self.tail.push_str(text);
    }

    /// Appends a known text that is kept as it is where nothing else is joined to it.
    fn push_shared(&mut self, text: &Rc<str>) {
        if self.tail.is_empty() && self.shared.is_none() && !text.is_empty() {
            self.shared = Some(Rc::clone(text));
        } else {
            self.push_str(text);
        }
    }

    /// Appends a symbol.
    pub fn push(&mut self, symbol: &Symbol) {
        if self.segments.is_empty()
            && self.tail_len() == 0
            && let ([Segment::Known(_), .., Segment::Unknown(_)], Some(id)) = (symbol.segments(), symbol.id.get())
        {
            self.stem = Some((symbol.segments.len(), Rc::clone(id)));
        }
        self.segments.reserve(symbol.segments.len() + 1);
        symbol.segments.iter().for_each(|segment| self.push_segment(segment));
    }

    /// Appends a part.
    pub fn push_segment(&mut self, segment: &Segment) {
        match segment {
            Segment::Known(text) => self.push_shared(text),
            Segment::Unknown(_) => {
                self.close();
                self.segments.push(segment.clone());
            }
        }
    }

    /// Appends a value as text; false for what no text is made of.
    pub fn push_value(&mut self, value: &Value) -> bool {
        match &value.data {
            Data::Text(text) => self.push_shared(text),
            Data::Symbol(symbol) => self.push(symbol),
            _ => match Symbol::of(value) {
                Some(symbol) => self.push(&symbol),
                None => return false,
            },
        }
        true
    }

    /// The whole as simple as can be: see [`Symbol::into_data`].
    #[must_use]
    pub fn into_data(self) -> Data {
        if !self.segments.is_empty() {
            return self.finish().into_data();
        }
        Data::Text(self.shared.unwrap_or_else(|| self.tail.into()))
    }

    /// What it takes to keep it so far, in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.before + self.tail_len() + self.segments.len() * size_of::<Segment>()
    }

    /// The whole.
    #[must_use]
    pub fn finish(mut self) -> Symbol {
        self.close();
        let stem = match (&*self.segments, self.stem) {
            ([.., Segment::Known(_)], Some((count, id))) if self.segments.len() == count + 1 => Some(id),
            _ => None,
        };
        Symbol { stem, ..Symbol::from(self.segments) }
    }

    fn tail_len(&self) -> usize {
        self.shared.as_ref().map_or(self.tail.len(), |shared| shared.len())
    }

    fn close(&mut self) {
        self.before += self.tail_len();
        if let Some(shared) = self.shared.take() {
            self.segments.push(Segment::Known(shared));
        } else if !self.tail.is_empty() {
            self.segments.push(Segment::Known(self.tail.as_str().into()));
            self.tail.clear();
        }
    }
}
