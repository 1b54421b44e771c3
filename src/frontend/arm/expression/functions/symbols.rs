//! What can be told of texts that are known in part.

use std::rc::Rc;

use crate::frontend::arm::value::{Array, Data, Kind, Reason, Segment, Symbol, SymbolBuilder, Unknown, Value, render};

/// How long the text of an unknown is, in characters, where its function says so.
fn width(unknown: &Unknown) -> Option<usize> {
    match unknown.reason {
        Reason::Hash if unknown.expression.starts_with("uniqueString(") => Some(13),
        Reason::Hash if unknown.expression.starts_with("guid(") => Some(36),
        Reason::Random if &*unknown.expression == "newGuid()" => Some(36),
        _ => None,
    }
}

/// How many characters a text has, if that can be told.
pub(super) fn length(symbol: &Symbol) -> Option<usize> {
    symbol.segments().iter().try_fold(0_usize, |sum, segment| {
        let len = match segment {
            Segment::Known(text) => text.encode_utf16().count(),
            Segment::Unknown(unknown) => width(unknown)?,
        };
        Some(sum.saturating_add(len))
    })
}

/// Whether a text is certain not to be empty.
pub(super) fn is_not_empty(symbol: &Symbol) -> bool {
    symbol.segments().iter().any(|segment| match segment {
        Segment::Known(text) => !text.is_empty(),
        Segment::Unknown(unknown) => width(unknown).is_some() || is_name_of_scope(unknown),
    })
}

/// Names and identifiers of what is deployed to: never empty, and without `/`.
fn is_name_of_scope(unknown: &Unknown) -> bool {
    unknown.reason == Reason::Deployment && unknown.kind == Some(Kind::Text)
}

/// Whether an unknown is of lower-case letters and digits alone, guids also of dashes.
fn is_plain_hash(unknown: &Unknown) -> bool {
    unknown.reason == Reason::Hash && width(unknown).is_some()
}

/// The text with every character changed; `name` is the function that changes them.
pub(super) fn mapped(symbol: &Symbol, name: &str, keeps_hashes: bool, change: impl Fn(&str) -> String) -> Symbol {
    each(symbol, change, |unknown| {
        if keeps_hashes && is_plain_hash(unknown) { None } else { Some(render::call(name, [&of(unknown)])) }
    })
}

/// The text with one character replaced: that can be done part by part.
pub(super) fn replaced(symbol: &Symbol, old: char, new: &str) -> Symbol {
    each(
        symbol,
        |text| text.replace(old, new),
        |unknown| {
            let absent = width(unknown) == Some(13) && !(old.is_ascii_lowercase() || old.is_ascii_digit());
            let arguments = [&of(unknown), &Value::text(&old.to_string()), &Value::text(new)];
            if absent { None } else { Some(render::call("replace", arguments)) }
        },
    )
}

/// Changes known parts by one function; unknown ones become what the other says, if it says anything.
fn each(symbol: &Symbol, known: impl Fn(&str) -> String, unknown: impl Fn(&Rc<Unknown>) -> Option<Rc<str>>) -> Symbol {
    let mut result = SymbolBuilder::default();
    for segment in symbol.segments() {
        match segment {
            Segment::Known(text) => result.push_str(&known(text)),
            Segment::Unknown(part) => {
                let changed = unknown(part).map(|expression| Rc::new(part.derived(expression).of_kind(Kind::Text)));
                result.push_segment(&Segment::Unknown(changed.unwrap_or_else(|| Rc::clone(part))));
            }
        }
    }
    result.finish()
}

fn of(unknown: &Rc<Unknown>) -> Value {
    Value::new(Data::Unknown(Rc::clone(unknown)))
}

/// The parts between slashes. Where unknown parts might hold one, the text has to look like the name of a nested
/// resource, `{parent}/{child}`: names hold no slashes, but there may be more of them than can be seen.
pub(super) fn split_path(symbol: &Symbol) -> Option<Value> {
    let mut parts = vec![SymbolBuilder::default()];
    let mut doubtful = None;
    for segment in symbol.segments() {
        match segment {
            Segment::Known(text) => {
                for (index, piece) in text.split('/').enumerate() {
                    if index > 0 {
                        parts.push(SymbolBuilder::default());
                    }
                    parts.last_mut()?.push_str(piece);
                }
            }
            Segment::Unknown(unknown) => {
                if !(is_plain_hash(unknown) || is_name_of_scope(unknown)) {
                    doubtful = Some(unknown);
                }
                parts.last_mut()?.push_segment(segment);
            }
        }
    }
    let parts: Vec<Symbol> = parts.into_iter().map(SymbolBuilder::finish).collect();
    let looks_like_a_name = parts.len() > 1 && parts.iter().all(|part| !part.segments().is_empty());
    let parts: Vec<Value> = parts.into_iter().map(|part| Value::new(part.into_data())).collect();
    let array = match doubtful {
        None => Array::of(parts),
        Some(_) if !looks_like_a_name => return None,
        Some(unknown) => {
            let whole = Value::new(symbol.clone().into_data());
            let rest = unknown.derived(render::call("split", [&whole, &Value::text("/")]));
            Array::starting_with(parts, Rc::new(rest))
        }
    };
    Some(Value::new(Data::Array(Rc::new(array))))
}

/// The first `count` characters, if they can be told.
pub(super) fn start(symbol: &Symbol, count: usize) -> Option<Value> {
    if length(symbol).is_some_and(|length| length <= count) {
        return Some(Value::new(symbol.clone().into_data()));
    }
    let prefix = symbol.prefix();
    if prefix.encode_utf16().count() < count {
        return None;
    }
    Some(Value::text(&super::strings::slice(prefix, 0, count)?))
}
