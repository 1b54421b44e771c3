//! What is taken out of objects and arrays: `.name` and `[index]`.

use std::ops::Range;
use std::rc::Rc;

use super::evaluator::Frame;
use super::{Evaluator, Refusal};
use crate::frontend::arm::value::{Array, Data, Kind, Lookup, Object, Symbol, Unknown, Value};

/// What an access found.
enum Found {
    Value(Value),
    Unknown(Rc<Unknown>),
    /// An entry of something unknown that was laid over an object.
    Entry(Rc<Unknown>),
    Nothing(Refusal),
}

impl Evaluator<'_> {
    /// The property of that name, or the item of that index; `at` are the bytes of what was asked for.
    pub(super) fn access(&mut self, frame: &Frame<'_>, of: &Value, index: &Value, at: Range<usize>) -> Value {
        let mut value = match find(of, index) {
            Found::Value(value) => self.taken(of, &value),
            Found::Unknown(unknown) => {
                let mut unknown = unknown.derived(path(of, index));
                unknown.repeatable &= super::calls::is_repeatable(index);
                Value { trail: of.trail.clone(), ..Value::unknown(unknown) }
            }
            Found::Entry(rest) => {
                let expression = path(&Value::new(Data::Unknown(Rc::clone(&rest))), index);
                Value { trail: of.trail.clone(), ..Value::unknown(rest.derived(expression)) }
            }
            Found::Nothing(refusal) => self.refuse_or_guard(frame, at, refusal, &path(of, index)),
        };
        if value.trail.places().is_empty() {
            value.trail = of.trail.joined(&index.trail);
        }
        value
    }

    /// A value that was taken out of another: it was given where the other was, and there at its own place.
    #[must_use]
    pub fn taken(&self, of: &Value, value: &Value) -> Value {
        let trail = of.trail.narrowed(self.sources, value.at).joined(&value.trail);
        Value { data: value.data.clone(), at: value.at, trail }
    }
}

fn find(of: &Value, index: &Value) -> Found {
    match (&of.data, &index.data) {
        (Data::Unknown(unknown), _) => match unknown.kind {
            None | Some(Kind::Array | Kind::Object) => Found::Unknown(Rc::clone(unknown)),
            Some(kind) => Found::Nothing(no_members(kind)),
        },
        (Data::Object(object), Data::Unknown(unknown)) => {
            let value = Symbol::of(index).and_then(|symbol| object.get_symbol(&symbol).cloned());
            value.map_or_else(|| Found::Unknown(Rc::clone(unknown)), Found::Value)
        }
        (Data::Array(_), Data::Unknown(unknown)) => Found::Unknown(Rc::clone(unknown)),
        (Data::Object(object), Data::Text(name)) => in_object(object, name),
        (Data::Object(object), Data::Symbol(symbol)) => match (object.get_symbol(symbol), symbol.first_unknown()) {
            (Some(value), _) => Found::Value(value.clone()),
            (None, Some(unknown)) => Found::Unknown(Rc::clone(unknown)),
            (None, None) => Found::Nothing(Refusal::new("unknown-property", "there is no such property")),
        },
        (Data::Array(array), Data::Int(index)) => in_array(array, *index),
        (Data::Object(_), _) => Found::Nothing(wrong_index("the name of a property", index)),
        (Data::Array(_), _) => Found::Nothing(wrong_index("the index of an item", index)),
        _ => Found::Nothing(no_members(of.kind().unwrap_or(Kind::Null))),
    }
}

fn in_object(object: &Object, name: &str) -> Found {
    match object.get(name) {
        Lookup::Found(value) => Found::Value(value.clone()),
        Lookup::Maybe(unknown) => Found::Entry(Rc::clone(unknown)),
        Lookup::Absent => {
            let keys = object.entries().iter().map(|entry| &*entry.key).take(200);
            Found::Nothing(Refusal { code: "unknown-property", ..Refusal::unknown_name("property", name, keys) })
        }
    }
}

fn in_array(array: &Array, index: i64) -> Found {
    let item = usize::try_from(index).ok().and_then(|index| array.certain(index));
    if let (None, Some(rest)) = (item, &array.rest) {
        // Where the further items stand is not known, and so not which item this is.
        return Found::Unknown(Rc::new((**rest).clone().never_twice()));
    }
    item.map_or_else(
        || {
            let count = array.items.len();
            let message = match count {
                0 => format!("there is no item {index}: the array is empty"),
                1 => format!("there is no item {index}: the array has one item, of index 0"),
                _ => format!("there is no item {index}: the array has {count} items, from 0 to {}", count - 1),
            };
            Found::Nothing(Refusal::new("index-out-of-range", message))
        },
        |item| Found::Value(item.clone()),
    )
}

fn no_members(kind: Kind) -> Refusal {
    Refusal::new("wrong-type", format!("{} has no properties or items", kind.words()))
}

fn wrong_index(expected: &str, index: &Value) -> Refusal {
    let kind = index.kind().map_or("unknown", Kind::words);
    Refusal::new("wrong-type", format!("{expected} was expected, and this is {kind}"))
}

/// The canonical text of an access.
fn path(of: &Value, index: &Value) -> Rc<str> {
    let of = of.expression();
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let text = match index.as_text() {
        Some(name) if is_name(name) => format!("{of}.{name}"),
        _ => format!("{of}[{}]", index.expression()),
    };
    crate::frontend::arm::value::render::abbreviated(text)
}
