//! `if`, `and`, `or`, `not` and the constants.
//!
//! What is decided whatever the unknown parts are, is decided: `and(false, ...)` is false.

use super::{BOOL, Call, Function, Kinds, MANY, Run, SpecialCall, function};
use crate::frontend::arm::expression::{Evaluator, Failure, Outcome, Refusal, Scope, TermId};
use crate::frontend::arm::value::{Data, Kind, Trail, Unknown, Value, render};

pub(super) const FUNCTIONS: &[Function] = &[
    function("if", &[Kinds::BOOL, Kinds::ANY], (3, 3), None, Run::Special(if_)),
    function("and", &[Kinds::BOOL], (2, MANY), BOOL, Run::Special(and)),
    function("or", &[Kinds::BOOL], (2, MANY), BOOL, Run::Special(or)),
    function("not", &[Kinds::BOOL], (1, 1), BOOL, Run::Known(not)),
    function("true", &[], (0, 0), BOOL, Run::Known(|_| Ok(bool(true)))),
    function("false", &[], (0, 0), BOOL, Run::Known(|_| Ok(bool(false)))),
    function("null", &[], (0, 0), Some(Kind::Null), Run::Known(|_| Ok(Value::new(Data::Null)))),
    function("coalesce", &[Kinds::ANY], (1, MANY), None, Run::Special(coalesce)),
];

fn bool(answer: bool) -> Value {
    Value::new(Data::Bool(answer))
}

fn not(call: &mut Call<'_>) -> Outcome {
    Ok(bool(!call.bool(0)?))
}

/// Evaluates the branch that counts, or both where that is unknown: what they agree on is the value.
fn if_(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let terms = &evaluator.meanings.terms;
    let mut arguments = terms.arguments(call.arguments);
    let (Some(condition), Some(yes), Some(no)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err(Failure::Undetermined);
    };
    drop(arguments);
    let condition = evaluator.condition(scope, call, 0, condition)?;
    if let Some(answer) = condition.as_bool() {
        let mut value = evaluator.term(scope, call.frame, if answer { yes } else { no });
        value.trail = value.trail.joined(&condition.trail);
        return Ok(value);
    }
    let mut guarded = |term: TermId| evaluator.guarded(scope, call, term);
    let (yes, no) = (guarded(yes), guarded(no));
    if yes.same(&no) == Some(true) {
        return Ok(yes);
    }
    let mut value = undetermined(call.function, &condition, [&condition, &yes, &no]);
    if let Data::Unknown(unknown) = &mut value.data {
        let kind = yes.kind().filter(|kind| no.kind() == Some(*kind));
        *unknown = std::rc::Rc::new(Unknown { kind, ..(**unknown).clone() });
    }
    Ok(value)
}

fn and(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    junction(evaluator, scope, call, false)
}

fn or(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    junction(evaluator, scope, call, true)
}

/// `and` is decided by a false argument, `or` by a true one, from left to right.
fn junction(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>, decides: bool) -> Outcome {
    let mut values: Vec<Value> = Vec::new();
    let mut open = None;
    let mut next = call.arguments.first();
    while let Some(term) = next {
        next = evaluator.meanings.terms.after(term);
        let index = values.len();
        if open.is_some() {
            evaluator.guards += 1;
        }
        let value = evaluator.condition(scope, call, index, term);
        if open.is_some() {
            evaluator.guards -= 1;
        }
        let value = value?;
        match value.as_bool() {
            Some(answer) if answer == decides => return Ok(Value { trail: value.trail, ..bool(decides) }),
            None if open.is_none() => open = Some(index),
            _ => {}
        }
        values.push(value);
    }
    match open.and_then(|index| values.get(index)) {
        Some(first) => Ok(undetermined(call.function, first, &values)),
        None => {
            let trail = values.iter().fold(Trail::default(), |trail, value| trail.joined(&value.trail));
            Ok(Value { trail, ..bool(!decides) })
        }
    }
}

/// The first argument that is not null. One that may be null leaves it open, unless it would come to the same.
fn coalesce(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let mut values: Vec<Value> = Vec::new();
    let mut next = call.arguments.first();
    while let Some(term) = next {
        next = evaluator.meanings.terms.after(term);
        let value = if values.is_empty() {
            evaluator.term(scope, call.frame, term)
        } else {
            evaluator.guarded(scope, call, term)
        };
        let open = matches!(&value.data, Data::Unknown(unknown) if unknown.kind.is_none());
        match value.data {
            Data::Null => continue,
            _ if !open && values.iter().all(|earlier| earlier.same(&value) == Some(true)) => return Ok(value),
            _ => values.push(value),
        }
        if !open {
            break;
        }
    }
    match &*values {
        [] => Ok(Value::new(Data::Null)),
        [only] => Ok(only.clone()),
        [first, ..] => Ok(undetermined(call.function, first, &values)),
    }
}

/// The unknown that a call stands for, for the reason of one of its arguments.
pub(super) fn undetermined<'a>(
    function: &Function,
    reason: &Value,
    values: impl IntoIterator<Item = &'a Value> + Clone,
) -> Value {
    let trail = values.clone().into_iter().fold(Trail::default(), |trail, value| trail.joined(&value.trail));
    let repeatable = values.clone().into_iter().all(crate::frontend::arm::expression::is_repeatable);
    let expression = render::call(function.name, values);
    let unknown = match reason.first_unknown() {
        Some(first) => Unknown { kind: function.gives, repeatable, ..first.derived(expression) },
        None => Unknown::new(crate::frontend::arm::value::Reason::NotSupported, function.name, &expression),
    };
    Value { trail, ..Value::unknown(unknown) }
}

impl Evaluator<'_> {
    /// An argument that is true, false or unknown.
    fn condition(
        &mut self,
        scope: &mut dyn Scope,
        call: &SpecialCall<'_>,
        index: usize,
        term: TermId,
    ) -> Result<Value, Failure> {
        let value = self.term(scope, call.frame, term);
        match value.kind() {
            None | Some(Kind::Bool) => Ok(value),
            Some(kind) => {
                let message =
                    format!("`{}` takes true or false here, and this is {}", call.function.name, kind.words());
                Err(Failure::Wrong { argument: Some(index), refusal: Refusal::new("wrong-type", message) })
            }
        }
    }

    /// A term that may not be evaluated at all by a deployment: what would fail in it is unknown.
    pub(super) fn guarded(&mut self, scope: &mut dyn Scope, call: &SpecialCall<'_>, term: TermId) -> Value {
        self.guards += 1;
        let value = self.term(scope, call.frame, term);
        self.guards -= 1;
        value
    }
}
