//! Functions on objects.

use std::rc::Rc;

use super::arrays::carried;
use super::{ARRAY, Call, Function, Kinds, MANY, OBJECT, Run, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Array, Data, Entry, Kind, Lookup, Object, Symbol, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("createObject", &[Kinds::ANY], (0, MANY), OBJECT, Run::Open(create_object)),
    function("items", &[Kinds::OBJECT], (1, 1), ARRAY, Run::Open(items)),
    function("objectKeys", &[Kinds::OBJECT], (1, 1), ARRAY, Run::Open(keys)),
    function("tryGet", &[Kinds::ANY], (2, MANY), None, Run::Open(try_get)),
];

fn create_object(call: &mut Call<'_>) -> Outcome {
    let count = call.arguments.len();
    if !count.is_multiple_of(2) {
        return Err(Failure::argument(count - 1, "this name has no value: names and values take turns"));
    }
    call.budget.items(count)?;
    let mut object = Object::default();
    for (index, pair) in call.arguments.chunks_exact(2).enumerate() {
        let [key, value] = pair else { continue };
        put(&mut object, key, value.clone())
            .ok_or_else(|| Failure::argument(index * 2, "the name of a property is a text"))?;
    }
    Ok(Value::new(object.into()))
}

/// Sets an entry, whether or not its key is known; `None` for what is no key.
pub(super) fn put(object: &mut Object, key: &Value, value: Value) -> Option<()> {
    match &key.data {
        Data::Text(text) => object.insert(Rc::clone(text), value),
        Data::Unknown(unknown) if unknown.kind.is_some_and(|kind| kind != Kind::Text) => return None,
        Data::Symbol(_) | Data::Unknown(_) => object.insert_symbol(Rc::new(Symbol::of(key)?), value),
        _ => return None,
    }
    Some(())
}

/// The key of an entry as a value.
pub(super) fn key_of(entry: &Entry) -> Value {
    match &entry.symbol {
        Some(symbol) => Value::new((**symbol).clone().into_data()),
        None => Value::new(Data::Text(Rc::clone(&entry.key))),
    }
}

/// The entries in the order of their keys, which is the one that the language gives them in.
pub(super) fn sorted(object: &Object) -> Vec<&Entry> {
    let mut entries: Vec<&Entry> = object.entries().iter().collect();
    entries.sort_by_cached_key(|entry| (entry.key.to_lowercase(), Rc::clone(&entry.key)));
    entries
}

fn items(call: &mut Call<'_>) -> Outcome {
    let of = call.value(0);
    list(call, |entry| Value::object([("key", key_of(entry)), ("value", carried(&of, &entry.value))]))
}

fn keys(call: &mut Call<'_>) -> Outcome {
    list(call, key_of)
}

fn list(call: &mut Call<'_>, item: impl Fn(&Entry) -> Value) -> Outcome {
    let object = call.object(0)?;
    let entries = sorted(object);
    let made: Vec<Value> = entries.into_iter().map(item).collect();
    // An unknown key may come anywhere in the order of keys.
    let rest = object.rest().cloned();
    if rest.is_none() && !object.is_closed() {
        return Err(Failure::Undetermined);
    }
    call.budget.items(made.len())?;
    Ok(Value::new(Data::Array(Rc::new(Array::with_rest(made, rest)))))
}

/// What a path of names and indices leads to, null where it leads nowhere.
fn try_get(call: &mut Call<'_>) -> Outcome {
    let mut current = call.value(0);
    for index in call.arguments.iter().skip(1) {
        let next = match (&current.data, &index.data) {
            (Data::Null, _) => None,
            (Data::Unknown(_), _) | (_, Data::Unknown(_)) => return Err(Failure::Undetermined),
            (Data::Object(object), Data::Text(name)) => match object.get(name) {
                Lookup::Found(value) => Some(carried(&current, value)),
                Lookup::Absent => None,
                Lookup::Maybe(_) => return Err(Failure::Undetermined),
            },
            (Data::Object(object), Data::Symbol(symbol)) => {
                Some(object.get_symbol(symbol).cloned().ok_or(Failure::Undetermined)?)
            }
            (Data::Array(array), Data::Int(index)) if array.is_closed() => {
                let item = usize::try_from(*index).ok().and_then(|index| array.items.get(index));
                item.map(|item| carried(&current, item))
            }
            (Data::Array(_), Data::Int(_)) => return Err(Failure::Undetermined),
            _ => {
                return Err(Failure::wrong(
                    "nothing has this name or index here: only objects and arrays can be looked into",
                ));
            }
        };
        match next {
            Some(value) => current = value,
            None => return Ok(Value::new(Data::Null)),
        }
    }
    Ok(current)
}
