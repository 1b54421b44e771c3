//! From one type to another.

use std::fmt::Write as _;

use super::strings::finished;
use super::{ARRAY, BOOL, Call, Function, INT, Kinds, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Data, Kind, Symbol, SymbolBuilder, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("string", &[Kinds::ANY], (1, 1), TEXT, Run::Open(string)),
    function("int", &[Kinds::TEXT.or(Kinds::NUMBER)], (1, 1), INT, Run::Known(int)),
    function("float", &[Kinds::TEXT.or(Kinds::NUMBER)], (1, 1), Some(Kind::Decimal), Run::Known(float)),
    function("bool", &[Kinds::TEXT.or(Kinds::INT).or(Kinds::BOOL)], (1, 1), BOOL, Run::Known(bool)),
    function("array", &[Kinds::ANY], (1, 1), ARRAY, Run::Open(array)),
    function("json", &[Kinds::TEXT], (1, 1), None, Run::Known(json)),
];

fn string(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    let text = written(&value)?;
    finished(call, text)
}

/// A value as the text that it becomes within another.
pub(super) fn written(value: &Value) -> Result<Symbol, Failure> {
    if let Some(symbol) = Symbol::of(value) {
        return Ok(symbol);
    }
    let mut symbol = SymbolBuilder::default();
    match &value.data {
        Data::Null => {}
        Data::Array(_) | Data::Object(_) if value.is_known() => {
            let mut text = String::new();
            write_json(&mut text, value);
            symbol.push_str(&text);
        }
        _ => return Err(Failure::Undetermined),
    }
    Ok(symbol.finish())
}

/// A known value as JSON.
pub(super) fn write_json(text: &mut String, value: &Value) {
    // Writing to a text cannot fail.
    let _ = match &value.data {
        Data::Null | Data::Symbol(_) | Data::Unknown(_) => write!(text, "null"),
        Data::Bool(answer) => write!(text, "{answer}"),
        Data::Int(number) => write!(text, "{number}"),
        Data::Decimal(number) => write!(text, "{number}"),
        Data::Text(known) => write!(text, "{}", quoted(known)),
        Data::Array(array) => {
            text.push('[');
            for (index, item) in array.items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_json(text, item);
            }
            text.push(']');
            Ok(())
        }
        Data::Object(object) => {
            text.push('{');
            for (index, entry) in object.entries().iter().enumerate() {
                let _ = write!(text, "{}{}:", if index > 0 { "," } else { "" }, quoted(&entry.key));
                write_json(text, &entry.value);
            }
            text.push('}');
            Ok(())
        }
    };
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn int(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    let number = match &value.data {
        Data::Int(number) => Some(*number),
        Data::Decimal(text) => text.parse::<f64>().ok().and_then(whole),
        Data::Text(text) => text.trim().parse().ok(),
        _ => return Err(Failure::Undetermined),
    };
    let number = number.ok_or_else(|| Failure::argument(0, format!("{} is not a whole number", value.expression())))?;
    Ok(Value::new(number.into()))
}

/// A number without what stands after the point, if 64 bits hold it.
#[allow(clippy::cast_possible_truncation)]
fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9.0e18).then_some(number.trunc() as i64)
}

fn float(call: &mut Call<'_>) -> Outcome {
    let text = symbol_text(call)?;
    match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::new(Data::Decimal(text.trim().into()))),
        _ => Err(Failure::argument(0, "this is not a number")),
    }
}

fn symbol_text(call: &Call<'_>) -> Result<String, Failure> {
    Ok(match &call.value(0).data {
        Data::Text(text) | Data::Decimal(text) => text.to_string(),
        Data::Int(number) => number.to_string(),
        _ => return Err(Failure::Undetermined),
    })
}

fn bool(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    let answer = match &value.data {
        Data::Bool(answer) => *answer,
        Data::Int(number) => *number != 0,
        Data::Text(text) if text.eq_ignore_ascii_case("true") || &**text == "1" => true,
        Data::Text(text) if text.eq_ignore_ascii_case("false") || &**text == "0" => false,
        _ => return Err(Failure::argument(0, format!("{} is neither true nor false", value.expression()))),
    };
    Ok(Value::new(answer.into()))
}

/// A value by itself in an array; an array stays what it is.
fn array(call: &mut Call<'_>) -> Outcome {
    let value = call.value(0);
    match value.kind() {
        Some(Kind::Array) => Ok(value),
        Some(_) => Ok(Value::new(vec![value].into())),
        None => Err(Failure::Undetermined),
    }
}

fn json(call: &mut Call<'_>) -> Outcome {
    let text = call.text(0)?.to_owned();
    parsed(call, &text)
}

/// The value that a text says as JSON.
pub(super) fn parsed(call: &mut Call<'_>, text: &str) -> Outcome {
    use crate::source::{Limits, Sources};
    // One node takes more than a byte of text, and so much is paid for.
    call.budget.steps(text.len())?;
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("", text.to_owned(), &Limits::default(), &mut problems);
    if let Some(problem) = problems.first() {
        return Err(Failure::argument(0, format!("the text is not JSON: {}", problem.message)));
    }
    let bounds = *call.budget.bounds();
    let mut reader = crate::frontend::arm::expression::Evaluator::new(&sources, bounds);
    let value = root.map_or_else(|| Value::new(Data::Null), |root| reader.literal(root));
    Ok(without_places(value))
}

/// The same value; its places are not of the files that are read.
pub(super) fn without_places(value: Value) -> Value {
    let data = match &value.data {
        Data::Array(array) => array.items.iter().cloned().map(without_places).collect::<Vec<_>>().into(),
        Data::Object(object) => {
            let entries = object.entries().iter();
            let object: crate::frontend::arm::value::Object =
                entries.map(|entry| (std::rc::Rc::clone(&entry.key), without_places(entry.value.clone()))).collect();
            object.into()
        }
        _ => value.data,
    };
    Value::new(data)
}
