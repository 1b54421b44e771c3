//! Functions on numbers.

use super::{Call, Function, INT, Kinds, MANY, Run, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Data, Value};

const NUMBERS: Kinds = Kinds::INT.or(Kinds::ARRAY);

/// A number is not written with more digits than these.
const MOST_DIGITS: usize = 100;

pub(super) const FUNCTIONS: &[Function] = &[
    function("add", &[Kinds::INT], (2, 2), INT, Run::Known(add)),
    function("sub", &[Kinds::INT], (2, 2), INT, Run::Known(sub)),
    function("mul", &[Kinds::INT], (2, 2), INT, Run::Known(mul)),
    function("div", &[Kinds::INT], (2, 2), INT, Run::Known(div)),
    function("mod", &[Kinds::INT], (2, 2), INT, Run::Known(modulo)),
    function("min", &[NUMBERS], (1, MANY), INT, Run::Known(min)),
    function("max", &[NUMBERS], (1, MANY), INT, Run::Known(max)),
];

fn checked(call: &Call<'_>, operation: fn(i64, i64) -> Option<i64>) -> Outcome {
    let number = operation(call.int(0)?, call.int(1)?);
    number.map(|number| Value::new(number.into())).ok_or_else(|| Failure::wrong("the result is too large for a number"))
}

fn add(call: &mut Call<'_>) -> Outcome {
    checked(call, i64::checked_add)
}

fn sub(call: &mut Call<'_>) -> Outcome {
    checked(call, i64::checked_sub)
}

fn mul(call: &mut Call<'_>) -> Outcome {
    checked(call, i64::checked_mul)
}

fn div(call: &mut Call<'_>) -> Outcome {
    divided(call, i64::checked_div)
}

fn modulo(call: &mut Call<'_>) -> Outcome {
    divided(call, i64::checked_rem)
}

fn divided(call: &Call<'_>, operation: fn(i64, i64) -> Option<i64>) -> Outcome {
    if call.int(1)? == 0 {
        return Err(Failure::argument(1, "nothing can be divided by zero"));
    }
    checked(call, operation)
}

fn min(call: &mut Call<'_>) -> Outcome {
    extreme(call, |numbers| numbers.min())
}

fn max(call: &mut Call<'_>) -> Outcome {
    extreme(call, |numbers| numbers.max())
}

/// The arguments are numbers, or one array of numbers.
fn extreme(call: &mut Call<'_>, choose: fn(std::vec::IntoIter<i64>) -> Option<i64>) -> Outcome {
    let mut numbers = Vec::new();
    for value in call.arguments {
        match &value.data {
            Data::Int(number) => numbers.push(*number),
            Data::Array(array) => {
                let items: Option<Vec<i64>> = array.items.iter().map(Value::as_int).collect();
                numbers
                    .extend(items.ok_or_else(|| Failure::argument(0, "not all items of the array are whole numbers"))?);
            }
            _ => return Err(Failure::Undetermined),
        }
    }
    call.budget.steps(numbers.len())?;
    let number = choose(numbers.into_iter()).ok_or_else(|| Failure::argument(0, "the array is empty"))?;
    Ok(Value::new(number.into()))
}

/// A number in one of the styles of .NET, in its invariant culture; `None` for one that is not understood.
pub(super) fn styled(number: i64, style: &str) -> Option<String> {
    let kind = style.chars().next()?;
    let sign = if number < 0 { "-" } else { "" };
    let digits = number.unsigned_abs();
    if style.chars().all(|c| c == '0') && style.len() <= MOST_DIGITS {
        return Some(format!("{sign}{digits:0>width$}", width = style.len()));
    }
    let written = style.get(kind.len_utf8()..)?;
    let precision: Option<usize> = if written.is_empty() { None } else { Some(written.parse().ok()?) };
    if precision.is_some_and(|precision| precision > MOST_DIGITS) {
        return None;
    }
    let least = precision.unwrap_or(0);
    let fraction = match precision.unwrap_or(2) {
        0 => String::new(),
        places => format!(".{}", "0".repeat(places)),
    };
    Some(match kind {
        'D' | 'd' => format!("{sign}{digits:0>least$}"),
        'X' => format!("{number:0>least$X}"),
        'x' => format!("{number:0>least$x}"),
        'N' | 'n' => format!("{sign}{}{fraction}", grouped(digits)),
        'F' | 'f' => format!("{sign}{digits}{fraction}"),
        'G' | 'g' if precision.is_none() => number.to_string(),
        _ => return None,
    })
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
