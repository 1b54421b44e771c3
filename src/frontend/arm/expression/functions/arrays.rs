//! Functions on arrays, and those that take texts as well.

use std::rc::Rc;

use super::strings::{self, slice};
use super::symbols;
use super::{ARRAY, BOOL, Call, Function, INT, Kinds, MANY, Run, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Array, Data, Kind, Lookup, Symbol, SymbolBuilder, Value, any};

pub(super) const FUNCTIONS: &[Function] = &[
    function("createArray", &[Kinds::ANY], (0, MANY), ARRAY, Run::Open(create_array)),
    function("concat", &[SCALAR_OR_ARRAY], (1, MANY), None, Run::Open(concat)),
    function("length", &[Kinds::SIZED], (1, 1), INT, Run::Open(length)),
    function("empty", &[Kinds::SIZED.or(Kinds::NULL)], (1, 1), BOOL, Run::Open(empty)),
    function("contains", &[Kinds::SIZED, Kinds::ANY], (2, 2), BOOL, Run::Open(contains)),
    function("first", &[Kinds::SERIES], (1, 1), None, Run::Open(first)),
    function("last", &[Kinds::SERIES], (1, 1), None, Run::Open(last)),
    function("take", &[Kinds::SERIES, Kinds::INT], (2, 2), None, Run::Open(take)),
    function("skip", &[Kinds::SERIES, Kinds::INT], (2, 2), None, Run::Open(skip)),
    function("indexOf", &[Kinds::SERIES, Kinds::ANY], (2, 2), INT, Run::Open(index_of)),
    function("lastIndexOf", &[Kinds::SERIES, Kinds::ANY], (2, 2), INT, Run::Open(last_index_of)),
    function("range", &[Kinds::INT], (2, 2), ARRAY, Run::Known(range)),
    function("flatten", &[Kinds::ARRAY], (1, 1), ARRAY, Run::Open(flatten)),
    function("distinct", &[Kinds::ARRAY], (1, 1), ARRAY, Run::Known(distinct)),
    function("indexFromEnd", &[Kinds::ARRAY, Kinds::INT], (2, 2), None, Run::Open(index_from_end)),
    function(
        "tryIndexFromEnd",
        &[Kinds::ARRAY.or(Kinds::NULL), Kinds::INT],
        (2, 2),
        None,
        Run::Open(try_index_from_end),
    ),
];

const SCALAR_OR_ARRAY: Kinds = Kinds::SERIES.or(Kinds::NUMBER).or(Kinds::BOOL);

fn create_array(call: &mut Call<'_>) -> Outcome {
    call.budget.items(call.arguments.len())?;
    Ok(Value::new(call.arguments.to_vec().into()))
}

fn concat(call: &mut Call<'_>) -> Outcome {
    let mut kinds = call.arguments.iter().map(Value::kind);
    let array = kinds.clone().position(|kind| kind == Some(Kind::Array));
    let text = kinds.position(|kind| kind.is_some_and(|kind| kind != Kind::Array));
    match (array, text) {
        (Some(array), Some(text)) => {
            Err(Failure::argument(array.max(text), "texts and arrays cannot be put together: one of the two is wrong"))
        }
        (Some(_), None) => joined(call, call.arguments),
        (None, Some(_)) => {
            let mut result = SymbolBuilder::default();
            for value in call.arguments {
                if !result.push_value(value) {
                    return Err(Failure::Undetermined);
                }
                if result.size() > call.budget.bounds().text {
                    return Err(Failure::TooMuch);
                }
            }
            strings::built(call, result)
        }
        (None, None) => match call.arguments {
            [only] => Ok(only.clone()),
            _ => Err(Failure::Undetermined),
        },
    }
}

/// The items of many arrays after one another; of an unknown one, nobody knows which.
fn joined(call: &mut Call<'_>, arrays: &[Value]) -> Outcome {
    let (mut items, mut rest) = (Vec::new(), None);
    for value in arrays {
        match &value.data {
            Data::Array(array) => {
                call.budget.items(items.len() + array.items.len())?;
                items.extend(array.items.iter().map(|item| carried(value, item)));
                rest = rest.or_else(|| array.rest.clone());
            }
            Data::Unknown(unknown) => rest = rest.or_else(|| Some(Rc::clone(unknown))),
            _ => return Err(Failure::wrong("only arrays can be put together to an array, and not all values are")),
        }
    }
    Ok(Value::new(Data::Array(Rc::new(Array::with_rest(items, rest)))))
}

/// An item that leaves its array: it remembers where that was given.
pub(super) fn carried(of: &Value, item: &Value) -> Value {
    Value { trail: of.trail.joined(&item.trail), ..item.clone() }
}

fn length(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    let length = match &value.data {
        Data::Array(array) if array.is_closed() => Some(array.items.len()),
        Data::Object(object) if object.is_closed() => Some(object.entries().len()),
        Data::Text(text) => Some(strings::length(text)),
        Data::Symbol(_) | Data::Unknown(_) => Symbol::of(&value).and_then(|symbol| symbols::length(&symbol)),
        _ => None,
    };
    let length = length.and_then(|length| i64::try_from(length).ok()).ok_or(Failure::Undetermined)?;
    Ok(Value::new(length.into()))
}

fn empty(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    let answer = match &value.data {
        Data::Null => Some(true),
        Data::Text(text) => Some(text.is_empty()),
        Data::Array(array) if !array.items.is_empty() => Some(false),
        Data::Array(array) => array.is_closed().then_some(true),
        Data::Object(object) if !object.entries().is_empty() => Some(false),
        Data::Object(object) => object.is_closed().then_some(true),
        _ => Symbol::of(&value).filter(symbols::is_not_empty).map(|_| false),
    };
    Ok(Value::new(answer.ok_or(Failure::Undetermined)?.into()))
}

fn contains(call: &mut Call<'_>) -> Outcome {
    let (container, item) = (call.value(0), call.value(1));
    let answer = match &container.data {
        Data::Array(array) => {
            call.budget.steps(array.items.len())?;
            let found = any(array.items.iter().map(|one| one.same(&item)));
            if array.is_closed() { found } else { found.filter(|found| *found) }
        }
        Data::Object(object) => match &item.data {
            Data::Symbol(symbol) if object.get_symbol(symbol).is_some() => Some(true),
            Data::Symbol(_) | Data::Unknown(_) => (object.is_closed() && object.entries().is_empty()).then_some(false),
            Data::Text(_) | Data::Int(_) => match object.get(&item.display()) {
                Lookup::Found(_) => Some(true),
                Lookup::Absent => Some(false),
                Lookup::Maybe(_) => None,
            },
            _ => return Err(Failure::argument(1, "the name of a property is a text")),
        },
        Data::Text(text) => match &item.data {
            Data::Text(part) => Some(text.contains(&**part)),
            Data::Int(_) => Some(text.contains(&item.display())),
            _ => None,
        },
        Data::Symbol(symbol) => item.as_text().filter(|part| holds(symbol, part)).map(|_| true),
        _ => None,
    };
    Ok(Value::new(answer.ok_or(Failure::Undetermined)?.into()))
}

fn holds(symbol: &Symbol, part: &str) -> bool {
    use crate::frontend::arm::value::Segment;
    symbol.segments().iter().any(|segment| matches!(segment, Segment::Known(text) if text.contains(part)))
}

/// The characters of a text or the items of an array, in part.
fn part(call: &mut Call<'_>, choose: impl Fn(usize) -> (usize, usize)) -> Outcome {
    let value = call.value(0);
    match &value.data {
        Data::Array(array) if array.is_closed() => {
            let (start, count) = choose(array.items.len());
            call.budget.items(count)?;
            let items: Vec<Value> =
                array.items.iter().skip(start).take(count).map(|item| carried(&value, item)).collect();
            Ok(Value::new(items.into()))
        }
        Data::Text(text) => {
            let (start, count) = choose(strings::length(text));
            call.budget.text(count)?;
            Ok(Value::text(&slice(text, start, count).unwrap_or_default()))
        }
        _ => Err(Failure::Undetermined),
    }
}

fn first(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    match &value.data {
        Data::Array(array) => match array.certain(0) {
            Some(item) => Ok(carried(&value, item)),
            None => end(array, &value, None),
        },
        Data::Symbol(symbol) => symbols::start(symbol, 1).ok_or(Failure::Undetermined),
        _ => part(call, |length| (0, length.min(1))),
    }
}

fn last(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    match &value.data {
        Data::Array(array) => end(array, &value, array.items.last()),
        _ => part(call, |length| (length.saturating_sub(1), length.min(1))),
    }
}

/// The item at an end of an array; of an empty one there is none.
fn end(array: &Array, of: &Value, item: Option<&Value>) -> Outcome {
    if !array.is_closed() {
        return Err(Failure::Undetermined);
    }
    Ok(item.map_or_else(|| Value::new(Data::Null), |item| carried(of, item)))
}

/// How many: a number below zero is none.
fn count(call: &Call<'_>) -> Result<usize, Failure> {
    Ok(usize::try_from(call.int(1)?).unwrap_or(0))
}

fn take(call: &mut Call<'_>) -> Outcome {
    let count = count(call)?;
    if let Some(symbol) =
        call.arguments.first().filter(|value| !matches!(value.data, Data::Array(_))).and_then(Symbol::of)
        && let Some(value) = symbols::start(&symbol, count)
        && call.arguments.first().and_then(Value::kind).is_some()
    {
        return Ok(value);
    }
    part(call, |length| (0, length.min(count)))
}

fn skip(call: &mut Call<'_>) -> Outcome {
    let count = count(call)?;
    if count == 0 && call.arguments.first().and_then(Value::kind).is_some() {
        return Ok(call.value(0));
    }
    part(call, |length| (length.min(count), length - length.min(count)))
}

fn index_of(call: &mut Call<'_>) -> Outcome {
    position(call, &|text, part| text.find(part), &|array, item| find(array.items.iter().enumerate(), item))
}

fn last_index_of(call: &mut Call<'_>) -> Outcome {
    position(call, &|text, part| text.rfind(part), &|array, item| find(array.items.iter().enumerate().rev(), item))
}

/// The position of the first item that is the same; an error where it cannot be told whether one is.
fn find<'a>(items: impl Iterator<Item = (usize, &'a Value)>, wanted: &Value) -> Result<Option<usize>, Failure> {
    for (index, item) in items {
        match item.same(wanted) {
            Some(true) => return Ok(Some(index)),
            Some(false) => {}
            None => return Err(Failure::Undetermined),
        }
    }
    Ok(None)
}

/// Finds the position of an item that is the same, from one end or the other.
type FindItem<'a> = &'a dyn Fn(&Array, &Value) -> Result<Option<usize>, Failure>;

/// The position in a text, whatever the case of its letters, or in an array; -1 for none.
fn position(call: &mut Call<'_>, in_text: &dyn Fn(&str, &str) -> Option<usize>, in_array: FindItem<'_>) -> Outcome {
    let (of, item) = (call.value(0), call.value(1));
    let found = match &of.data {
        Data::Array(array) if array.is_closed() => {
            call.budget.steps(array.items.len())?;
            in_array(array, &item)?
        }
        Data::Text(text) => {
            let part = item.as_text().ok_or(Failure::Undetermined)?.to_lowercase();
            let text = text.to_lowercase();
            in_text(&text, &part).map(|at| strings::length(text.get(..at).unwrap_or("")))
        }
        _ => return Err(Failure::Undetermined),
    };
    Ok(Value::new(found.and_then(|at| i64::try_from(at).ok()).unwrap_or(-1).into()))
}

fn range(call: &mut Call<'_>) -> Outcome {
    let (start, count) = (call.int(0)?, call.int(1)?);
    let count = usize::try_from(count).map_err(|_| Failure::argument(1, "the number of items is negative"))?;
    call.budget.items(count)?;
    let last = i64::try_from(count).ok().and_then(|count| start.checked_add(count));
    let last = last.ok_or_else(|| Failure::argument(0, "the numbers would become too large"))?;
    let items: Vec<Value> = (start..last).map(|number| Value::new(number.into())).collect();
    Ok(Value::new(items.into()))
}

fn flatten(call: &mut Call<'_>) -> Outcome {
    let array = call.array(0)?.clone();
    if !array.is_closed() {
        return Err(Failure::Undetermined);
    }
    joined(call, &array.items)
}

fn distinct(call: &mut Call<'_>) -> Outcome {
    let array = call.array(0)?.clone();
    let mut seen = hashbrown::HashSet::new();
    let items: Vec<Value> = array.items.iter().filter(|item| seen.insert(item.expression())).cloned().collect();
    call.budget.items(items.len())?;
    Ok(Value::new(items.into()))
}

fn index_from_end(call: &mut Call<'_>) -> Outcome {
    from_end(call)?
        .ok_or_else(|| Failure::argument(1, "the array has not so many items: the last one has the number 1"))
}

fn try_index_from_end(call: &mut Call<'_>) -> Outcome {
    if call.value(0).kind() == Some(Kind::Null) {
        return Ok(Value::new(Data::Null));
    }
    Ok(from_end(call)?.unwrap_or_else(|| Value::new(Data::Null)))
}

fn from_end(call: &Call<'_>) -> Result<Option<Value>, Failure> {
    let (of, array, number) = (call.value(0), call.array(0)?, call.int(1)?);
    if !array.is_closed() {
        return Err(Failure::Undetermined);
    }
    let index = usize::try_from(number).ok().and_then(|number| array.items.len().checked_sub(number));
    Ok(index.and_then(|index| array.items.get(index)).map(|item| carried(&of, item)))
}
