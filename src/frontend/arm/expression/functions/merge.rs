//! `union`, `shallowMerge` and `intersection`.

use std::rc::Rc;

use hashbrown::HashSet;

use super::arrays::carried;
use super::{Call, Function, Kinds, MANY, OBJECT, Run, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Array, Data, Entry, Kind, Lookup, Object, Symbol, Unknown, Value, all, any};

const COLLECTION: Kinds = Kinds::ARRAY.or(Kinds::OBJECT);

pub(super) const FUNCTIONS: &[Function] = &[
    function("union", &[COLLECTION], (1, MANY), None, Run::Open(union)),
    function("shallowMerge", &[Kinds::ARRAY], (1, 1), OBJECT, Run::Open(shallow_merge)),
    function("intersection", &[COLLECTION], (2, MANY), None, Run::Open(intersection)),
];

fn union(call: &mut Call<'_>) -> Outcome {
    match common_kind(call.arguments)? {
        Some(Kind::Array) => union_of_arrays(call),
        Some(_) => merged(call, call.arguments, true),
        None => Err(Failure::Undetermined),
    }
}

/// What all values are, as far as they are known.
fn common_kind(values: &[Value]) -> Result<Option<Kind>, Failure> {
    let known = values.iter().find_map(Value::kind);
    let differs = |value: &Value| value.kind().is_some_and(|kind| Some(kind) != known);
    match values.iter().position(differs) {
        Some(index) => {
            Err(Failure::argument(index, "arrays and objects cannot be put together: one of the two is wrong"))
        }
        None => Ok(known),
    }
}

/// The items of all arrays, each once.
fn union_of_arrays(call: &mut Call<'_>) -> Outcome {
    let (mut items, mut rest, mut seen) = (Vec::new(), None, HashSet::new());
    for value in call.arguments {
        match &value.data {
            Data::Array(array) => {
                call.budget.items(items.len() + array.items.len())?;
                // Items that are unknown may be the same as others: nobody can tell how many there will be.
                rest = rest.or_else(|| array.rest.clone()).or_else(|| doubtful(array));
                for item in &array.items {
                    if seen.insert(item.expression()) {
                        items.push(carried(value, item));
                    }
                }
            }
            Data::Unknown(unknown) => rest = rest.or_else(|| Some(Rc::clone(unknown))),
            _ => return Err(Failure::Undetermined),
        }
    }
    Ok(Value::new(Data::Array(Rc::new(Array::with_rest(items, rest)))))
}

fn doubtful(array: &Array) -> Option<Rc<Unknown>> {
    array.items.iter().find_map(Value::first_unknown).cloned()
}

fn shallow_merge(call: &mut Call<'_>) -> Outcome {
    let array = call.array(0)?.clone();
    if !array.is_closed() {
        return Err(Failure::Undetermined);
    }
    if array.items.iter().any(|item| item.kind().is_some_and(|kind| kind != Kind::Object)) {
        return Err(Failure::argument(0, "only objects can be merged, and not all items are"));
    }
    merged(call, &array.items, false)
}

/// The entries of all objects; a later value of a key takes the place of an earlier one, or is merged into it.
fn merged(call: &mut Call<'_>, objects: &[Value], deep: bool) -> Outcome {
    let mut result = Value::new(Object::default().into());
    for value in objects {
        result = merge(call, &result, value, deep)?;
    }
    Ok(result)
}

fn merge(call: &mut Call<'_>, first: &Value, second: &Value, deep: bool) -> Outcome {
    let (Data::Object(earlier), later) = (&first.data, &second.data) else { return Err(Failure::Undetermined) };
    let later = match later {
        Data::Object(later) if earlier.entries().is_empty() && earlier.is_closed() => {
            call.budget.items(later.entries().len())?;
            return Ok(Value { trail: second.trail.clone(), ..Value::new(carried_all(second, later).into()) });
        }
        Data::Object(later) => later,
        // Each entry may be kept, replaced or added to.
        Data::Unknown(unknown) => return Ok(Value::new(overlaid(earlier, unknown).into())),
        _ => return Err(Failure::Undetermined),
    };
    call.budget.items(earlier.entries().len() + later.entries().len())?;
    let mut object = match later.rest() {
        Some(rest) => overlaid(earlier, rest),
        None => (**earlier).clone(),
    };
    for entry in later.entries() {
        let before = match &entry.symbol {
            Some(symbol) => earlier.get_symbol(symbol).cloned(),
            None => match earlier.get(&entry.key) {
                Lookup::Found(value) => Some(value.clone()),
                Lookup::Maybe(unknown) => Some(Value::new(Data::Unknown(Rc::clone(unknown)))),
                Lookup::Absent => None,
            },
        };
        let value = match before {
            Some(before) if deep && both_objects(&before, &entry.value) => merge(call, &before, &entry.value, true)?,
            Some(before) if deep => replaced(&before, &carried(second, &entry.value)),
            _ => carried(second, &entry.value),
        };
        if let Some(symbol) = &entry.symbol {
            doubt(&mut object, symbol);
        }
        object.put(Entry { key: Rc::clone(&entry.key), symbol: entry.symbol.clone(), value });
    }
    Ok(Value::new(object.into()))
}

fn both_objects(a: &Value, b: &Value) -> bool {
    a.as_object().is_some() && b.as_object().is_some()
}

/// Entries that a key unknown in part may be the key of may be replaced by it.
fn doubt(object: &mut Object, symbol: &Symbol) {
    let Some(unknown) = symbol.first_unknown() else { return };
    let possible = |entry: &&Entry| entry.symbol.is_none() && symbol.may_be(&entry.key);
    let entries: Vec<Entry> = object.entries().iter().filter(possible).cloned().collect();
    for entry in entries {
        let value = Value::unknown(unknown.derived(entry.value.expression()).never_twice()).at(entry.value.at);
        object.put(Entry { value, ..entry });
    }
}

/// A value in the place of another that it might have been merged into, were both known.
fn replaced(before: &Value, after: &Value) -> Value {
    let may_be_object = |unknown: &Unknown| unknown.kind.is_none_or(|kind| kind == Kind::Object);
    match (&before.data, &after.data) {
        (Data::Object(_), Data::Unknown(unknown)) if may_be_object(unknown) => {
            Value { data: Data::Unknown(Rc::new((**unknown).clone().never_twice())), ..after.clone() }
        }
        (Data::Unknown(unknown), Data::Object(_)) if may_be_object(unknown) => opened(after, unknown),
        (Data::Unknown(first), Data::Unknown(second)) if may_be_object(first) && may_be_object(second) => {
            Value { data: Data::Unknown(Rc::new((**second).clone().never_twice())), ..after.clone() }
        }
        _ => after.clone(),
    }
}

/// An object that something unknown may add to, at every depth.
fn opened(value: &Value, rest: &Rc<Unknown>) -> Value {
    let Data::Object(object) = &value.data else { return value.clone() };
    let mut result = Object::default();
    for entry in object.entries() {
        result.put(Entry { value: opened(&entry.value, rest), ..entry.clone() });
    }
    if let Some(own) = object.rest() {
        result.set_rest(Rc::clone(own));
    }
    result.set_rest(Rc::new((**rest).clone().never_twice()));
    Value { data: result.into(), ..value.clone() }
}

fn carried_all(of: &Value, object: &Object) -> Object {
    let mut result = Object::default();
    for entry in object.entries() {
        result.put(Entry { value: carried(of, &entry.value), ..entry.clone() });
    }
    if let Some(rest) = object.rest() {
        result.set_rest(Rc::clone(rest));
    }
    result
}

/// An object after something unknown was laid over it: its keys are there, and their values unknown.
fn overlaid(object: &Object, over: &Rc<Unknown>) -> Object {
    let mut result = Object::default();
    for entry in object.entries() {
        let expression = format!("union({}, {}).{}", entry.value.expression(), over.expression, entry.key);
        let unknown = over.derived(expression.into());
        result.put(Entry { value: Value::unknown(unknown).at(entry.value.at), ..entry.clone() });
    }
    result.set_rest(Rc::clone(over));
    result
}

fn intersection(call: &mut Call<'_>) -> Outcome {
    let kind = common_kind(call.arguments)?;
    let known = call.arguments.iter().all(|value| match &value.data {
        Data::Array(array) => array.is_closed(),
        Data::Object(object) => object.is_closed(),
        _ => false,
    });
    if !known {
        return Err(Failure::Undetermined);
    }
    if kind == Some(Kind::Array) { common_items(call) } else { common_entries(call) }
}

fn common_items(call: &mut Call<'_>) -> Outcome {
    let first = call.array(0)?;
    let mut items: Vec<Value> = Vec::new();
    for item in &first.items {
        let within = call.arguments.iter().skip(1).map(|other| {
            any(other.as_array().into_iter().flat_map(|other| &other.items).map(|other| other.same(item)))
        });
        match all(within) {
            Some(true) => items.push(item.clone()),
            Some(false) => {}
            None => return Err(Failure::Undetermined),
        }
        let others: usize = call.arguments.iter().filter_map(Value::as_array).map(|array| array.items.len()).sum();
        call.budget.steps(others)?;
    }
    Ok(Value::new(items.into()))
}

/// The entries that all objects have, with equal values.
fn common_entries(call: &mut Call<'_>) -> Outcome {
    let first = call.object(0)?;
    let mut object = Object::default();
    call.budget.items(first.entries().len())?;
    for entry in first.entries() {
        let within =
            call.arguments.iter().skip(1).filter_map(Value::as_object).map(|other| match other.get(&entry.key) {
                Lookup::Found(value) => value.same(&entry.value),
                Lookup::Absent => Some(false),
                Lookup::Maybe(_) => None,
            });
        match all(within) {
            Some(true) => object.put(entry.clone()),
            Some(false) => {}
            None => return Err(Failure::Undetermined),
        }
    }
    Ok(Value::new(object.into()))
}
