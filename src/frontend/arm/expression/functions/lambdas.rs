//! Functions that take a `lambda`.

use std::rc::Rc;

use super::arrays::carried;
use super::objects::{put, sorted};
use super::{ARRAY, Function, Kinds, MANY, OBJECT, Run, SpecialCall, function};
use crate::frontend::arm::expression::{Evaluator, Failure, Form, Outcome, Refusal, Scope, TermId};
use crate::frontend::arm::value::{Array, Data, Kind, Object, Reason, Unknown, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("lambda", &[Kinds::ANY], (1, MANY), None, Run::Special(stray)),
    function("lambdaVariables", &[Kinds::TEXT], (1, 1), None, Run::Special(variable)),
    function("map", &[Kinds::ARRAY, Kinds::ANY], (2, 2), ARRAY, Run::Special(map)),
    function("filter", &[Kinds::ARRAY, Kinds::ANY], (2, 2), ARRAY, Run::Special(filter)),
    function("reduce", &[Kinds::ARRAY, Kinds::ANY], (3, 3), None, Run::Special(reduce)),
    function("sort", &[Kinds::ARRAY, Kinds::ANY], (2, 2), ARRAY, Run::Special(sort)),
    function("toObject", &[Kinds::ARRAY, Kinds::ANY], (2, 3), OBJECT, Run::Special(to_object)),
    function("groupBy", &[Kinds::ARRAY, Kinds::ANY], (2, 3), OBJECT, Run::Special(group_by)),
    function("mapValues", &[Kinds::OBJECT, Kinds::ANY], (2, 2), OBJECT, Run::Special(map_values)),
];

/// A `lambda` argument: the names of its variables and its body.
struct Lambda {
    names: Vec<Rc<str>>,
    body: TermId,
}

fn stray(_: &mut Evaluator<'_>, _: &mut dyn Scope, _: &SpecialCall<'_>) -> Outcome {
    Err(Failure::wrong("`lambda` can only be given to a function that takes one, such as `map` or `filter`"))
}

fn variable(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let name = values.first().and_then(Value::as_text).ok_or(Failure::Undetermined)?;
    let found = evaluator.lambda_variables.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone()).ok_or_else(|| {
        let known = evaluator.lambda_variables.iter().map(|(known, _)| &**known);
        Failure::Wrong { argument: Some(0), refusal: Refusal::unknown_name("variable of a lambda", name, known) }
    })
}

/// The lambda in that place of a call, which may take between `least` and `most` variables.
fn lambda(
    evaluator: &Evaluator<'_>,
    call: &SpecialCall<'_>,
    index: usize,
    (least, most): (usize, usize),
) -> Result<Lambda, Failure> {
    let terms = &evaluator.meanings.terms;
    let wrong = || {
        let message = format!("`{}` takes a `lambda` here", call.function.name);
        Failure::argument(index, message).help("write `lambda('item', ... lambdaVariables('item') ...)`")
    };
    let given = terms.argument(call.arguments, index).and_then(|term| terms.get(term)).ok_or_else(wrong)?;
    let arguments = match given.form {
        Form::Call { function: Some(function), arguments, .. } if function.name == "lambda" => arguments,
        _ => return Err(wrong()),
    };
    let mut names: Vec<TermId> = terms.arguments(arguments).collect();
    let body = names.pop().ok_or_else(wrong)?;
    let name = |name: TermId| call.frame.text_of(terms.get(name)?).map(|name| Rc::from(&*name));
    let names: Option<Vec<Rc<str>>> = names.into_iter().map(name).collect();
    let names = names.ok_or_else(|| Failure::argument(index, "the variables of a `lambda` are texts: `'item'`"))?;
    if !(least..=most).contains(&names.len()) {
        let message = format!("`{}` takes a `lambda` of {least} to {most} variables here", call.function.name);
        return Err(Failure::argument(index, message));
    }
    Ok(Lambda { names, body })
}

/// The value of a lambda for these values of its variables.
fn apply<const N: usize>(
    evaluator: &mut Evaluator<'_>,
    scope: &mut dyn Scope,
    call: &SpecialCall<'_>,
    lambda: &Lambda,
    values: [&Value; N],
) -> Result<Value, Failure> {
    evaluator.budget().steps(1)?;
    let before = evaluator.lambda_variables.len();
    evaluator.lambda_variables.extend(lambda.names.iter().cloned().zip(values.into_iter().cloned()));
    let value = evaluator.term(scope, call.frame, lambda.body);
    evaluator.lambda_variables.truncate(before);
    // The bound has been reported, and the next item would only reach it again.
    if value.as_unknown().is_some_and(|unknown| unknown.reason == Reason::TooMuch) {
        return Err(Failure::Unknown(Reason::TooMuch));
    }
    Ok(value)
}

/// The first argument, which is to be an array, perhaps an open one.
fn array(
    evaluator: &mut Evaluator<'_>,
    scope: &mut dyn Scope,
    call: &SpecialCall<'_>,
) -> Result<(Value, Rc<Array>), Failure> {
    let value = first(evaluator, scope, call)?;
    match &value.data {
        Data::Array(array) => {
            let array = Rc::clone(array);
            Ok((value, array))
        }
        Data::Unknown(unknown) => {
            let array = Rc::new(Array::with_rest(Vec::new(), Some(Rc::clone(unknown))));
            Ok((value, array))
        }
        _ => Err(Failure::Undetermined),
    }
}

fn first(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Result<Value, Failure> {
    let Some(term) = call.arguments.first() else { return Err(Failure::Undetermined) };
    let value = evaluator.term(scope, call.frame, term);
    crate::frontend::arm::expression::check_kinds(call.function, std::slice::from_ref(&value))?;
    Ok(value)
}

fn number(index: usize) -> Value {
    Value::new(i64::try_from(index).unwrap_or(i64::MAX).into())
}

/// What a call gives of which all that is known is why it is unknown.
fn open(call: &SpecialCall<'_>, reason: &Value, others: &[Value]) -> Value {
    let mut value = super::logic::undetermined(call.function, reason, std::iter::once(reason).chain(others));
    if let Data::Unknown(unknown) = &mut value.data {
        // What the lambda does is not in the text of the expression.
        *unknown = Rc::new(Unknown { repeatable: false, ..(**unknown).clone() });
    }
    value
}

fn rest_of(call: &SpecialCall<'_>, of: &Value, array: &Array) -> Option<Rc<Unknown>> {
    array.rest.as_ref()?;
    match open(call, of, &[]).data {
        Data::Unknown(unknown) => Some(unknown),
        _ => None,
    }
}

fn map(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let lambda = lambda(evaluator, call, 1, (1, 2))?;
    let mut items = Vec::with_capacity(array.items.len());
    for (index, item) in array.items.iter().enumerate() {
        let index = if array.is_closed() { number(index) } else { open(call, &of, &[]) };
        items.push(apply(evaluator, scope, call, &lambda, [&carried(&of, item), &index])?);
    }
    if items.is_empty() && of.as_unknown().is_some() {
        return Ok(open(call, &of, &[]));
    }
    evaluator.budget().items(items.len())?;
    Ok(Value::new(Data::Array(Rc::new(Array::with_rest(items, rest_of(call, &of, &array))))))
}

/// Items that may or may not fulfil the condition may be among the further ones.
fn filter(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let lambda = lambda(evaluator, call, 1, (1, 2))?;
    let (mut items, mut rest) = (Vec::new(), rest_of(call, &of, &array));
    for (index, item) in array.items.iter().enumerate() {
        let index = if array.is_closed() { number(index) } else { open(call, &of, &[]) };
        let item = carried(&of, item);
        let answer = apply(evaluator, scope, call, &lambda, [&item, &index])?;
        match (&answer.data, answer.kind()) {
            (Data::Bool(true), _) => items.push(item),
            (Data::Bool(false), _) => {}
            (Data::Unknown(_), None | Some(Kind::Bool)) => {
                if let Data::Unknown(unknown) = open(call, &answer, std::slice::from_ref(&item)).data {
                    rest.get_or_insert(unknown);
                }
            }
            (_, kind) => return Err(not_a_condition(kind)),
        }
    }
    if items.is_empty() && of.as_unknown().is_some() {
        return Ok(open(call, &of, &[]));
    }
    Ok(Value::new(Data::Array(Rc::new(Array::with_rest(items, rest)))))
}

fn not_a_condition(kind: Option<Kind>) -> Failure {
    let kind = kind.map_or("unknown", Kind::words);
    Failure::argument(1, format!("the `lambda` has to give true or false, and gives {kind}"))
}

fn reduce(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let lambda = lambda(evaluator, call, 2, (2, 3))?;
    let start = evaluator.meanings.terms.argument(call.arguments, 1).ok_or(Failure::Undetermined)?;
    let mut current = evaluator.term(scope, call.frame, start);
    if !array.is_closed() {
        return Ok(open(call, &of, &[current]));
    }
    for (index, item) in array.items.iter().enumerate() {
        current = apply(evaluator, scope, call, &lambda, [&current, &carried(&of, item), &number(index)])?;
    }
    Ok(current)
}

fn sort(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let lambda = lambda(evaluator, call, 1, (2, 2))?;
    if !array.is_closed() {
        return Ok(open(call, &of, &[]));
    }
    let items: Vec<Value> = array.items.iter().map(|item| carried(&of, item)).collect();
    let mut before = |a: &Value, b: &Value| {
        let answer = apply(evaluator, scope, call, &lambda, [a, b])?;
        match (answer.as_bool(), answer.as_unknown()) {
            (Some(answer), _) => Ok(Some(answer)),
            (None, Some(_)) => Ok(None),
            (None, None) => Err(not_a_condition(answer.kind())),
        }
    };
    match merge_sort(items, &mut before)? {
        Some(items) => Ok(Value::new(items.into())),
        None => Ok(open(call, &of, &[])),
    }
}

/// Whether one value comes before another; `None` where that is unknown.
type Before<'a> = &'a mut dyn FnMut(&Value, &Value) -> Result<Option<bool>, Failure>;

/// Sorts by a condition that may be unknown, or no order at all.
fn merge_sort(mut items: Vec<Value>, before: Before<'_>) -> Result<Option<Vec<Value>>, Failure> {
    if items.len() < 2 {
        return Ok(Some(items));
    }
    let right = items.split_off(items.len() / 2);
    let (Some(left), Some(right)) = (merge_sort(items, before)?, merge_sort(right, before)?) else { return Ok(None) };
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match before(b, a)? {
            Some(true) => merged.extend(right.next()),
            Some(false) => merged.extend(left.next()),
            None => return Ok(None),
        }
    }
    merged.extend(left);
    merged.extend(right);
    Ok(Some(merged))
}

/// For each item its key and, where there is another lambda for it, its value.
fn pairs(
    evaluator: &mut Evaluator<'_>,
    scope: &mut dyn Scope,
    call: &SpecialCall<'_>,
    of: &Value,
    array: &Array,
) -> Result<Vec<(Value, Value)>, Failure> {
    let key = lambda(evaluator, call, 1, (1, 2))?;
    let value = if call.arguments.len() > 2 { Some(lambda(evaluator, call, 2, (1, 2))?) } else { None };
    evaluator.budget().items(array.items.len())?;
    let mut pairs = Vec::new();
    for (index, item) in array.items.iter().enumerate() {
        let item = carried(of, item);
        let name = apply(evaluator, scope, call, &key, [&item, &number(index)])?;
        let item = match &value {
            Some(value) => apply(evaluator, scope, call, value, [&item, &number(index)])?,
            None => item,
        };
        pairs.push((name, item));
    }
    Ok(pairs)
}

fn not_a_key() -> Failure {
    Failure::argument(1, "the `lambda` has to give the name of a property, which is a text")
}

fn to_object(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let mut object = Object::default();
    for (key, value) in pairs(evaluator, scope, call, &of, &array)? {
        put(&mut object, &key, value).ok_or_else(not_a_key)?;
    }
    if let Some(rest) = rest_of(call, &of, &array) {
        // An unknown item may have any key, and take the place of another.
        return Ok(if object.entries().is_empty() { Value::new(Data::Unknown(rest)) } else { open(call, &of, &[]) });
    }
    Ok(Value::new(object.into()))
}

fn group_by(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let (of, array) = array(evaluator, scope, call)?;
    let pairs = pairs(evaluator, scope, call, &of, &array)?;
    if !array.is_closed() || pairs.iter().any(|(key, _)| key.as_text().is_none() && key.as_unknown().is_some()) {
        return Ok(open(call, &of, &[]));
    }
    let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
    let mut index = hashbrown::HashMap::new();
    for (key, value) in pairs {
        let position = *index.entry(key.display()).or_insert(groups.len());
        if position == groups.len() {
            groups.push((key, Vec::new()));
        }
        if let Some((_, group)) = groups.get_mut(position) {
            group.push(value);
        }
    }
    let mut object = Object::default();
    for (key, group) in groups {
        put(&mut object, &key, Value::new(group.into())).ok_or_else(not_a_key)?;
    }
    Ok(Value::new(object.into()))
}

fn map_values(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let of = first(evaluator, scope, call)?;
    let lambda = lambda(evaluator, call, 1, (1, 1))?;
    let Data::Object(object) = &of.data else { return Ok(open(call, &of, &[])) };
    evaluator.budget().items(object.entries().len())?;
    let mut result = Object::default();
    for entry in sorted(object) {
        let value = apply(evaluator, scope, call, &lambda, [&carried(&of, &entry.value)])?;
        result.put(crate::frontend::arm::value::Entry { value, ..entry.clone() });
    }
    if object.rest().is_some()
        && let Data::Unknown(rest) = open(call, &of, &[]).data
    {
        result.set_rest(rest);
    }
    Ok(Value::new(result.into()))
}
