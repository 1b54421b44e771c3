//! Reading properties: whatever is wrong with one is said at its place, whatever is unknown stays so.

use std::rc::Rc;

use super::Estate;
use super::computed::{Computed, ComputedData, Text};
use super::fields::{in_turn, trail_of, unknown};
use super::ids::first_such;
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::value::{Data, Kind, Lookup, Unknown, Value};
use crate::knowledge::tables::Word;
use crate::source::{NodeId, Problem};

/// What a property leads to.
#[derive(Debug, Clone)]
pub(super) enum Found<'v> {
    /// It is left out, or null.
    Absent,
    /// Something that is known, at least in part.
    Here(&'v Value),
    /// It cannot be told, or is of the wrong type, which has been said.
    Unknown(Computed),
}

/// Where a path leads.
pub(super) enum Led<'v> {
    /// To this value, whatever it is.
    To(&'v Value),
    /// Nowhere.
    Absent,
    /// It cannot be told, for what is not known of this value.
    Unknown(&'v Rc<Unknown>, &'v Value),
    /// Into something of the wrong type, which has been said.
    Wrong(Computed),
}

impl Led<'_> {
    /// What is unknown where a path leads to no value.
    pub(super) fn why(self) -> Option<Computed> {
        match self {
            Self::To(_) | Self::Absent => None,
            Self::Unknown(why, value) => Some(unknown(why, value)),
            Self::Wrong(why) => Some(why),
        }
    }
}

/// A list whose items are known one by one.
#[derive(Debug, Default)]
pub(super) struct Items<'v> {
    pub(super) items: &'v [Value],
    /// Why there may be more.
    pub(super) rest: Option<Computed>,
    pub(super) at: Option<NodeId>,
}

impl<'v> Found<'v> {
    pub(super) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    pub(super) fn value(&self) -> Option<&'v Value> {
        match self {
            Self::Here(value) => Some(value),
            _ => None,
        }
    }

    /// The text, if all of it is known.
    pub(super) fn text(&self) -> Option<&'v str> {
        self.value().and_then(Value::as_text)
    }
}

impl<'a> Estate<'a> {
    /// What keys, set apart by dots, lead to from a value.
    pub(super) fn find(&mut self, start: &'a Value, path: &str) -> Found<'a> {
        match self.follow(start, path) {
            Led::To(value) => self.find_self(value),
            led => led.why().map_or(Found::Absent, Found::Unknown),
        }
    }

    /// Follows keys, set apart by dots, from a value.
    pub(super) fn follow(&mut self, start: &'a Value, path: &str) -> Led<'a> {
        // Most of what a resource says is among its properties.
        let among = path.strip_prefix("properties.").and_then(|path| Some((self.properties_of(start)?, path)));
        let (start, path) = among.unwrap_or((start, path));
        let mut value = start;
        for key in Keys(path) {
            match &value.data {
                Data::Object(object) => match object.get(key) {
                    Lookup::Found(found) => value = found,
                    Lookup::Absent => return Led::Absent,
                    Lookup::Maybe(why) => return Led::Unknown(why, value),
                },
                Data::Null => return Led::Absent,
                Data::Unknown(why) => return Led::Unknown(why, value),
                _ => return Led::Wrong(self.wrong(value, key, Kind::Object)),
            }
        }
        Led::To(value)
    }

    /// The properties of a resource, if it has some; those of the last one are kept.
    fn properties_of(&mut self, resource: &'a Value) -> Option<&'a Value> {
        if let Some((_, properties)) = self.properties.filter(|(of, _)| std::ptr::eq(*of, resource)) {
            return Some(properties);
        }
        let Lookup::Found(properties) = resource.as_object()?.get("properties") else { return None };
        self.properties = Some((resource, properties));
        Some(properties)
    }

    /// The first of several paths that leads somewhere.
    pub(super) fn find_any(&mut self, start: &'a Value, paths: &[&str]) -> Found<'a> {
        let mut found = paths.iter().map(|path| self.find(start, path));
        found.find(|found| !found.is_absent()).unwrap_or(Found::Absent)
    }

    /// Says that a value is of the wrong type; what it should be is then unknown.
    fn wrong(&mut self, value: &Value, what: &str, expected: Kind) -> Computed {
        let found = value.kind().map_or("something else", Kind::words);
        let at = self.place_of(value.at);
        let message = format!("`{what}` must be {}, and this is {found}", expected.words());
        self.report(Problem::error("wrong-type", self.sources.place(at), message));
        Computed::unknown("the value in the template cannot be used", at)
    }

    pub(super) fn text(&mut self, found: Found<'_>) -> Option<Computed> {
        let value = match found {
            Found::Absent => return None,
            Found::Unknown(why) => return Some(why),
            Found::Here(value) => value,
        };
        if let Data::Symbol(symbol) = &value.data
            && let Some(why) = symbol.first_unknown()
        {
            return Some(unknown(why, value));
        }
        let text = match &value.data {
            Data::Text(text) => Some(text.into()),
            _ => value.as_symbol().map(|_| value.display().into()),
        };
        Some(match text {
            Some(text) => Computed::new(ComputedData::Text(text), value.at).given(trail_of(value)),
            None => self.wrong(value, "this", Kind::Text),
        })
    }

    /// A word of ours for one of the template, by a table.
    pub(super) fn word(&mut self, table: &str, found: Found<'_>) -> Option<Computed> {
        let value = match found {
            Found::Absent => {
                return self.tables.absent(table).map(|word| plain_or_text(word, NodeId::NOWHERE));
            }
            Found::Unknown(why) => return Some(why),
            Found::Here(value) => value,
        };
        let word = match &value.data {
            Data::Text(text) => text,
            Data::Bool(true) => "true",
            Data::Bool(false) => "false",
            Data::Symbol(symbol) => {
                let why = symbol.first_unknown();
                return Some(
                    why.map_or_else(|| Computed::unknown("it is not known", value.at), |why| unknown(why, value)),
                );
            }
            _ => return Some(self.wrong(value, "this", Kind::Text)),
        };
        Some(match self.tables.word(table, word) {
            Word::Known(known) => plain_or_text(known, value.at).given(trail_of(value)),
            Word::Unlisted => Computed::unknown(format!("the word `{word}` is not understood"), value.at),
        })
    }

    pub(super) fn boolean(&mut self, found: Found<'_>) -> Option<Computed> {
        self.truth(found, true)
    }

    /// The opposite of a truth value.
    pub(super) fn negated(&mut self, found: Found<'_>) -> Option<Computed> {
        self.truth(found, false)
    }

    fn truth(&mut self, found: Found<'_>, as_it_is: bool) -> Option<Computed> {
        let value = match found {
            Found::Absent => return None,
            Found::Unknown(why) => return Some(why),
            Found::Here(value) => value,
        };
        // Texts are taken for truth values where one is expected, as Azure does.
        let answer = value.as_bool().or_else(|| value.as_text()?.to_ascii_lowercase().parse().ok());
        Some(match answer {
            Some(answer) => Computed::boolean(answer == as_it_is, value.at).given(trail_of(value)),
            None => match value.first_unknown() {
                Some(why) => unknown(why, value),
                None => self.wrong(value, "this", Kind::Bool),
            },
        })
    }

    pub(super) fn integer(&mut self, found: Found<'_>) -> Option<Computed> {
        let value = match found {
            Found::Absent => return None,
            Found::Unknown(why) => return Some(why),
            Found::Here(value) => value,
        };
        let number = value.as_int().or_else(|| value.as_text()?.trim().parse().ok());
        Some(match number {
            Some(number) => Computed::integer(number, value.at).given(trail_of(value)),
            None => match value.first_unknown() {
                Some(why) => unknown(why, value),
                None => self.wrong(value, "this", Kind::Int),
            },
        })
    }

    /// The items of a list; nothing where it is absent, the reason where it is unknown as a whole.
    pub(super) fn items<'v>(&mut self, found: Found<'v>) -> Result<Items<'v>, Computed> {
        match found {
            Found::Absent => Ok(Items::default()),
            Found::Unknown(why) => Err(why),
            Found::Here(value) => match &value.data {
                Data::Array(array) => Ok(Items {
                    items: &array.items,
                    rest: array.rest.as_deref().map(|why| unknown(why, value)),
                    at: Some(value.at),
                }),
                _ => Err(self.wrong(value, "this", Kind::Array)),
            },
        }
    }

    /// A list, item by item; what there may be beside them is one item more that is unknown.
    pub(super) fn list<'v>(
        &mut self,
        found: Found<'v>,
        mut each: impl FnMut(&mut Self, &'v Value) -> Option<Computed>,
    ) -> Option<Computed> {
        let given = found.value().map(trail_of).unwrap_or_default();
        let items = match self.items(found) {
            Ok(items) => items,
            Err(why) => return Some(why),
        };
        let at = items.at?;
        let mut list = Vec::with_capacity(items.items.len() + usize::from(items.rest.is_some()));
        for item in items.items {
            list.extend(each(self, item).map(|read| in_turn(item, read)));
        }
        list.extend(items.rest);
        Some(Computed::new(ComputedData::Sequence(list), at).given(given))
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, found: Found<'_>) -> Option<Computed> {
        self.list(found, |estate, item| {
            let found = estate.find_self(item);
            estate.text(found)
        })
    }

    /// A value as what a property leads to.
    pub(super) fn find_self<'v>(&mut self, value: &'v Value) -> Found<'v> {
        match &value.data {
            Data::Null => Found::Absent,
            Data::Unknown(why) => Found::Unknown(unknown(why, value)),
            _ => Found::Here(value),
        }
    }
}

/// The text of a value, unknown parts of it in braces.
pub(super) fn text_of(value: &Value) -> Option<Text> {
    Some(match &value.data {
        Data::Text(text) if !text.contains(['{', '}']) => text.into(),
        Data::Symbol(symbol) => symbol.text().into(),
        _ => value.as_symbol()?.text().into(),
    })
}

/// The canonical id that a value names, with its text where that had to be made for it.
pub(super) fn id_of(value: &Value) -> Option<(Rc<str>, Option<Text>)> {
    if let Data::Symbol(symbol) = &value.data {
        return Some((Rc::clone(symbol.id()), None));
    }
    let text = text_of(value)?;
    Some((normalised(&text), Some(text)))
}

/// A value as a reader would write it.
pub(super) fn shown(value: &Value) -> Text {
    match &value.data {
        Data::Text(text) => text.into(),
        _ => value.display().into(),
    }
}

/// The keys of a path, which are set apart by dots.
struct Keys<'p>(&'p str);

impl<'p> Iterator for Keys<'p> {
    type Item = &'p str;

    #[inline]
    fn next(&mut self) -> Option<&'p str> {
        if self.0.is_empty() {
            return None;
        }
        let (key, rest) = first_such(self.0.as_bytes(), |byte| byte == b'.')
            .and_then(|end| Some((self.0.get(..end)?, self.0.get(end + 1..)?)))
            .unwrap_or((self.0, ""));
        self.0 = rest;
        Some(key)
    }
}

/// The value at the end of a path, if it is known to be there; nothing is said of what is wrong.
pub(super) fn value_at<'v>(start: &'v Value, path: &str) -> Option<&'v Value> {
    value_below(start, Keys(path))
}

/// The same of keys one by one.
pub(super) fn value_below<'v, 'k>(start: &'v Value, keys: impl IntoIterator<Item = &'k str>) -> Option<&'v Value> {
    keys.into_iter().try_fold(start, |value, key| match value.as_object()?.get(key) {
        Lookup::Found(found) => Some(found),
        _ => None,
    })
}

/// Truth values are written without quotes.
fn plain_or_text(word: &Rc<str>, at: NodeId) -> Computed {
    match &**word {
        "true" => Computed::boolean(true, at),
        "false" => Computed::boolean(false, at),
        _ => Computed::text(word, at),
    }
}

/// The items of a list that is known as such, for adding to them.
pub(super) fn items_of(list: Option<Computed>) -> (Vec<Computed>, Option<NodeId>) {
    match list {
        Some(Computed { data: ComputedData::Sequence(items), at, .. }) => (items, Some(at)),
        Some(other) => {
            let at = other.at;
            (vec![other], Some(at))
        }
        None => (Vec::new(), None),
    }
}

/// A list of these items, or nothing where there are none and none was given.
pub(super) fn list_of(items: Vec<Computed>, at: Option<NodeId>) -> Option<Computed> {
    let at = at.or_else(|| items.first().map(|item| item.at))?;
    Some(Computed::new(ComputedData::Sequence(items), at))
}
