//! Functions on texts. Positions and lengths count UTF-16 code units, as the engine does.

use super::symbols;
use super::{ARRAY, Call, Function, INT, Kinds, MANY, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Data, Reason, Segment, Symbol, SymbolBuilder, Unknown, Value, render};

const SCALAR: Kinds = Kinds::TEXT.or(Kinds::NUMBER).or(Kinds::BOOL);

pub(super) const FUNCTIONS: &[Function] = &[
    function("format", &[Kinds::TEXT, Kinds::ANY], (1, MANY), TEXT, Run::Open(format)),
    function("toLower", &[Kinds::TEXT], (1, 1), TEXT, Run::Open(to_lower)),
    function("toUpper", &[Kinds::TEXT], (1, 1), TEXT, Run::Open(to_upper)),
    function("trim", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(trim)),
    function("replace", &[Kinds::TEXT], (3, 3), TEXT, Run::Open(replace)),
    function("split", &[Kinds::TEXT, Kinds::SERIES], (2, 2), ARRAY, Run::Open(split)),
    function("join", &[Kinds::ARRAY, Kinds::TEXT], (2, 2), TEXT, Run::Open(join)),
    function("substring", &[Kinds::TEXT, Kinds::INT], (2, 3), TEXT, Run::Open(substring)),
    function("startsWith", &[Kinds::TEXT], (2, 2), super::BOOL, Run::Open(starts_with)),
    function("endsWith", &[Kinds::TEXT], (2, 2), super::BOOL, Run::Open(ends_with)),
    function("padLeft", &[SCALAR, Kinds::INT, Kinds::TEXT], (2, 3), TEXT, Run::Known(pad_left)),
    function("uniqueString", &[SCALAR], (1, MANY), TEXT, Run::Open(hash)),
    function("guid", &[SCALAR], (1, MANY), TEXT, Run::Open(hash)),
    function("newGuid", &[], (0, 0), TEXT, Run::Deployed(Reason::Random)),
    function("compareStrings", &[Kinds::TEXT], (2, 2), INT, Run::NotSupported),
];

/// Some UTF-16 code units of a text; `None` where it has not so many.
pub(super) fn slice(text: &str, start: usize, count: usize) -> Option<String> {
    if text.is_ascii() {
        return Some(text.get(start..start.checked_add(count)?)?.to_owned());
    }
    let units: Vec<u16> = text.encode_utf16().collect();
    Some(String::from_utf16_lossy(units.get(start..start.checked_add(count)?)?))
}

pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

pub(super) fn symbol(call: &Call<'_>, index: usize) -> Result<Symbol, Failure> {
    call.arguments.get(index).and_then(Symbol::of).ok_or(Failure::Undetermined)
}

/// A text that was put together, paid for.
pub(super) fn built(call: &mut Call<'_>, text: SymbolBuilder) -> Outcome {
    call.budget.text(text.size())?;
    Ok(Value::new(text.into_data()))
}

/// A text, paid for.
pub(super) fn finished(call: &mut Call<'_>, symbol: Symbol) -> Outcome {
    call.budget.text(symbol.size())?;
    Ok(Value::new(symbol.into_data()))
}

/// The canonical text that a hash stands for: equal arguments give equal hashes, and different ones different ones.
fn hash(call: &mut Call<'_>) -> Outcome {
    let mut unknown = Unknown::new(Reason::Hash, call.function.name, &render::call(call.function.name, call.arguments));
    unknown.repeatable = call.arguments.iter().all(crate::frontend::arm::expression::is_repeatable);
    Ok(Value::unknown(unknown.of_kind(crate::frontend::arm::value::Kind::Text)))
}

fn to_lower(call: &mut Call<'_>) -> Outcome {
    let text = symbols::mapped(&symbol(call, 0)?, "toLower", true, str::to_lowercase);
    finished(call, text)
}

fn to_upper(call: &mut Call<'_>) -> Outcome {
    let text = symbols::mapped(&symbol(call, 0)?, "toUpper", false, str::to_uppercase);
    finished(call, text)
}

fn trim(call: &mut Call<'_>) -> Outcome {
    Ok(Value::text(call.text(0)?.trim()))
}

fn replace(call: &mut Call<'_>) -> Outcome {
    let (old, new) = (call.text(1)?.to_owned(), call.text(2)?.to_owned());
    if old.is_empty() {
        return Err(Failure::argument(1, "the text that is to be replaced is empty"));
    }
    let text = symbol(call, 0)?;
    let mut letters = old.chars();
    match (text.segments(), letters.next(), letters.next()) {
        ([Segment::Known(text)], ..) => {
            let most = text.len() / old.len() * new.len() + text.len();
            call.budget.text(most)?;
            Ok(Value::text(&text.replace(&old, &new)))
        }
        (_, Some(letter), None) => finished(call, symbols::replaced(&text, letter, &new)),
        ([], ..) => Ok(Value::text("")),
        _ => Err(Failure::Undetermined),
    }
}

fn split(call: &mut Call<'_>) -> Outcome {
    let delimiters: Vec<String> = match &call.value(1).data {
        Data::Text(text) => vec![text.to_string()],
        Data::Array(array) if array.is_closed() => {
            let texts: Option<Vec<String>> = array.items.iter().map(|item| item.as_text().map(str::to_owned)).collect();
            texts.ok_or(Failure::Undetermined)?
        }
        _ => return Err(Failure::Undetermined),
    };
    let text = symbol(call, 0)?;
    let parts: Vec<Value> = match text.segments() {
        [] => vec![Value::text("")],
        [Segment::Known(text)] => split_at(text, &delimiters).into_iter().map(Value::text).collect(),
        _ if delimiters == ["/"] => return symbols::split_path(&text).ok_or(Failure::Undetermined),
        _ => return Err(Failure::Undetermined),
    };
    call.budget.items(parts.len())?;
    Ok(Value::new(parts.into()))
}

fn split_at<'a>(text: &'a str, delimiters: &[String]) -> Vec<&'a str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let found = delimiters.iter().find(|delimiter| !delimiter.is_empty() && rest.starts_with(delimiter.as_str()));
        match found {
            Some(delimiter) => {
                parts.push(text.get(start..at).unwrap_or(""));
                at += delimiter.len();
                start = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    parts.push(text.get(start..).unwrap_or(""));
    parts
}

fn join(call: &mut Call<'_>) -> Outcome {
    let (array, delimiter) = (call.array(0)?, symbol(call, 1)?);
    if !array.is_closed() {
        return Err(Failure::Undetermined);
    }
    let mut text = SymbolBuilder::default();
    for (index, item) in array.items.iter().enumerate() {
        let item = Symbol::of(item).ok_or_else(|| {
            Failure::argument(0, "only texts and numbers can be joined to a text, and not all items are")
        })?;
        if index > 0 {
            text.push(&delimiter);
        }
        text.push(&item);
        if text.size() > call.budget.bounds().text {
            return Err(Failure::TooMuch);
        }
    }
    built(call, text)
}

fn substring(call: &mut Call<'_>) -> Outcome {
    let text = symbol(call, 0)?;
    let start = usize::try_from(call.int(1)?).map_err(|_| Failure::argument(1, "a text starts at position 0"))?;
    let count = match call.arguments.get(2) {
        None => None,
        Some(_) => Some(
            usize::try_from(call.int(2)?).map_err(|_| Failure::argument(2, "the number of characters is negative"))?,
        ),
    };
    let whole = match text.segments() {
        [] => String::new(),
        [Segment::Known(text)] => text.to_string(),
        _ => {
            return (if start == 0 { count.and_then(|count| symbols::start(&text, count)) } else { None })
                .ok_or(Failure::Undetermined);
        }
    };
    let length = length(&whole);
    let count = count.unwrap_or(length.saturating_sub(start));
    slice(&whole, start, count).map(|text| Value::text(&text)).ok_or_else(|| {
        let asked = start.saturating_add(count);
        Failure::argument(1, format!("the text has {length} characters, and position {asked} is past its end"))
    })
}

fn starts_with(call: &mut Call<'_>) -> Outcome {
    end_with(call, &|text: &Symbol| text.prefix().to_lowercase(), &|text, part| text.starts_with(part))
}

fn ends_with(call: &mut Call<'_>) -> Outcome {
    end_with(call, &|text: &Symbol| text.suffix().to_lowercase(), &|text, part| text.ends_with(part))
}

/// Whether an end of a text is another text, whatever the case of its letters.
fn end_with(call: &mut Call<'_>, end: &dyn Fn(&Symbol) -> String, holds: &dyn Fn(&str, &str) -> bool) -> Outcome {
    let (text, part) = (symbol(call, 0)?, call.text(1)?.to_lowercase());
    let known = end(&text);
    let answer = if holds(&known, &part) {
        true
    } else if matches!(text.segments(), [] | [Segment::Known(_)])
        || (known.len() >= part.len())
        || !holds(&part, &known)
    {
        false
    } else {
        return Err(Failure::Undetermined);
    };
    Ok(Value::new(answer.into()))
}

fn pad_left(call: &mut Call<'_>) -> Outcome {
    let text = symbol(call, 0)?.text();
    let text = match &call.value(0).data {
        Data::Text(text) => text.to_string(),
        _ => text,
    };
    let total = usize::try_from(call.int(1)?).map_err(|_| Failure::argument(1, "the length is negative"))?;
    let pad = if call.count() > 2 { call.text(2)?.to_owned() } else { " ".to_owned() };
    let mut letters = pad.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else {
        return Err(Failure::argument(2, "a text is padded with one character"));
    };
    let missing = total.saturating_sub(length(&text));
    call.budget.text(missing.saturating_mul(letter.len_utf8()))?;
    Ok(Value::text(&(std::iter::repeat_n(letter, missing).collect::<String>() + &text)))
}

/// Fills the places of a pattern: `{0}`, `{1,8}`, `{2:D3}`, `{{`.
fn format(call: &mut Call<'_>) -> Outcome {
    let mut rest = call.text(0)?;
    let mut text = SymbolBuilder::default();
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(rest.get(..at).unwrap_or(""));
        let tail = rest.get(at..).unwrap_or("");
        if tail.starts_with("{{") || tail.starts_with("}}") {
            text.push_str(tail.get(..1).unwrap_or(""));
            rest = tail.get(2..).unwrap_or("");
            continue;
        }
        let Some(end) = tail.find('}').filter(|end| *end > 0) else {
            return Err(
                Failure::argument(0, "a brace in the pattern has no partner").help("write `{{` or `}}` for a brace")
            );
        };
        let written = tail.get(1..end).unwrap_or("");
        match text_of(call, written) {
            Some(value) => _ = text.push_value(value),
            None => text.push(&place(call, written)?),
        }
        if text.size() > call.budget.bounds().text {
            return Err(Failure::TooMuch);
        }
        rest = tail.get(end + 1..).unwrap_or("");
    }
    text.push_str(rest);
    built(call, text)
}

/// What stands for a place of a pattern that is nothing but the number of a text.
fn text_of<'a>(call: &Call<'a>, written: &str) -> Option<&'a Value> {
    let position = written.parse::<usize>().ok()?.checked_add(1)?;
    call.arguments.get(position).filter(|value| matches!(value.data, Data::Text(_) | Data::Symbol(_)))
}

/// What stands for a place of a pattern, written without its braces.
fn place(call: &Call<'_>, written: &str) -> Result<Symbol, Failure> {
    let (head, style) = written.split_once(':').map_or((written, None), |(head, style)| (head, Some(style)));
    let (index, width) = head.split_once(',').map_or((head, None), |(index, width)| (index, Some(width)));
    let index: usize = index
        .trim()
        .parse()
        .map_err(|_| Failure::argument(0, format!("`{{{written}}}` does not begin with the number of an argument")))?;
    let Some(value) = index.checked_add(1).and_then(|position| call.arguments.get(position)) else {
        let count = call.arguments.len().saturating_sub(1);
        let message = format!("the pattern names `{{{index}}}`, and there are {count} values to fill in, from 0");
        return Err(Failure::argument(0, message));
    };
    let text = match (style, &value.data) {
        (None, _) => super::convert::written(value)?,
        (Some(style), Data::Int(number)) => {
            let text = super::numbers::styled(*number, style).ok_or(Failure::Unknown(Reason::NotSupported))?;
            Symbol::of(&Value::text(&text)).unwrap_or_default()
        }
        (Some(_), Data::Text(_) | Data::Symbol(_) | Data::Bool(_)) => super::convert::written(value)?,
        (Some(_), Data::Unknown(_)) => return Err(Failure::Undetermined),
        (Some(_), _) => return Err(Failure::Unknown(Reason::NotSupported)),
    };
    let Some(width) = width else { return Ok(text) };
    let width: i64 = width.trim().parse().map_err(|_| Failure::argument(0, "the width is not a number"))?;
    aligned(call, &text, width)
}

fn aligned(call: &Call<'_>, text: &Symbol, width: i64) -> Result<Symbol, Failure> {
    let length = symbols::length(text).ok_or(Failure::Undetermined)?;
    let wanted = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
    if wanted > call.budget.bounds().text {
        return Err(Failure::TooMuch);
    }
    let blanks = " ".repeat(wanted.saturating_sub(length));
    let mut result = SymbolBuilder::default();
    if width > 0 {
        result.push_str(&blanks);
    }
    result.push(text);
    if width < 0 {
        result.push_str(&blanks);
    }
    Ok(result.finish())
}
