//! Comparisons.

use std::cmp::Ordering;

use super::{BOOL, Call, Function, Kinds, Run, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Data, Value};

const ORDERED: Kinds = Kinds::TEXT.or(Kinds::NUMBER);

pub(super) const FUNCTIONS: &[Function] = &[
    function("equals", &[Kinds::ANY], (2, 2), BOOL, Run::Open(equals)),
    function("less", &[ORDERED], (2, 2), BOOL, Run::Known(less)),
    function("lessOrEquals", &[ORDERED], (2, 2), BOOL, Run::Known(less_or_equals)),
    function("greater", &[ORDERED], (2, 2), BOOL, Run::Known(greater)),
    function("greaterOrEquals", &[ORDERED], (2, 2), BOOL, Run::Known(greater_or_equals)),
];

fn equals(call: &mut Call<'_>) -> Outcome {
    let answer = call.value(0).same(&call.value(1)).ok_or(Failure::Undetermined)?;
    Ok(Value::new(answer.into()))
}

fn less(call: &mut Call<'_>) -> Outcome {
    compared(call, Ordering::is_lt)
}

fn less_or_equals(call: &mut Call<'_>) -> Outcome {
    compared(call, Ordering::is_le)
}

fn greater(call: &mut Call<'_>) -> Outcome {
    compared(call, Ordering::is_gt)
}

fn greater_or_equals(call: &mut Call<'_>) -> Outcome {
    compared(call, Ordering::is_ge)
}

fn compared(call: &Call<'_>, holds: fn(Ordering) -> bool) -> Outcome {
    let (a, b) = (call.value(0), call.value(1));
    let order = match (&a.data, &b.data) {
        (Data::Int(a), Data::Int(b)) => a.cmp(b),
        (Data::Text(a), Data::Text(b)) => a.cmp(b),
        (Data::Text(_), _) | (_, Data::Text(_)) => {
            return Err(Failure::argument(1, "a text and a number cannot be compared"));
        }
        _ => number(&a).partial_cmp(&number(&b)).ok_or(Failure::Undetermined)?,
    };
    Ok(Value::new(holds(order).into()))
}

fn number(value: &Value) -> Option<f64> {
    value.expression().trim_start_matches("json('").trim_end_matches("')").parse().ok()
}
