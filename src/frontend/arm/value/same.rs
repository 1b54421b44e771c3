//! Whether two values are equal, as far as that can be told.

use super::{Array, Data, Lookup, Object, Symbol, Value};

impl Value {
    /// Whether two values are equal; `None` where that hangs on something unknown. Texts distinguish case, keys do not.
    #[must_use]
    pub fn same(&self, other: &Self) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Unknown(a), Data::Unknown(b)) if a.expression == b.expression && a.repeatable && b.repeatable => {
                Some(true)
            }
            (Data::Unknown(_), _) | (_, Data::Unknown(_)) => self.differ_in_kind(other).then_some(false),
            (Data::Null, Data::Null) => Some(true),
            (Data::Bool(a), Data::Bool(b)) => Some(a == b),
            (Data::Int(a), Data::Int(b)) => Some(a == b),
            (Data::Decimal(a), Data::Decimal(b)) => Some(a == b || number(a) == number(b)),
            (Data::Int(a), Data::Decimal(b)) | (Data::Decimal(b), Data::Int(a)) => {
                Some(number(&a.to_string()) == number(b))
            }
            (Data::Text(a), Data::Text(b)) => Some(a == b),
            (Data::Symbol(a), Data::Symbol(b)) => same_symbols(a, b),
            (Data::Symbol(symbol), Data::Text(text)) | (Data::Text(text), Data::Symbol(symbol)) => {
                if symbol.may_be(text) { None } else { Some(false) }
            }
            (Data::Array(a), Data::Array(b)) => same_arrays(a, b),
            (Data::Object(a), Data::Object(b)) => same_objects(a, b),
            _ => Some(false),
        }
    }

    /// Whether the types alone say that two values are not equal.
    fn differ_in_kind(&self, other: &Self) -> bool {
        use super::Kind::{Decimal, Int};
        match (self.kind(), other.kind()) {
            (Some(Int | Decimal), Some(Int | Decimal)) => false,
            (Some(a), Some(b)) => a != b,
            _ => false,
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn same_symbols(a: &Symbol, b: &Symbol) -> Option<bool> {
    if a.text() == b.text() && a.is_repeatable() {
        return Some(true);
    }
    let agree = |a: &[u8], b: &[u8]| a.iter().zip(b).all(|(a, b)| a.eq_ignore_ascii_case(b) || !a.is_ascii());
    let backwards = |text: &str| -> Vec<u8> { text.bytes().rev().collect() };
    let possible =
        agree(a.prefix().as_bytes(), b.prefix().as_bytes()) && agree(&backwards(a.suffix()), &backwards(b.suffix()));
    if possible { None } else { Some(false) }
}

fn same_arrays(a: &Array, b: &Array) -> Option<bool> {
    if !(a.is_closed() && b.is_closed()) {
        let surely_longer =
            (a.is_closed() && b.items.len() > a.items.len()) || (b.is_closed() && a.items.len() > b.items.len());
        return if surely_longer { Some(false) } else { None };
    }
    if a.items.len() != b.items.len() {
        return Some(false);
    }
    all(a.items.iter().zip(&b.items).map(|(a, b)| a.same(b)))
}

fn same_objects(a: &Object, b: &Object) -> Option<bool> {
    let known = a.is_closed() && b.is_closed();
    if known && a.entries().len() != b.entries().len() {
        return Some(false);
    }
    let entries = a.entries().iter().map(|entry| match &entry.symbol {
        Some(symbol) => b.get_symbol(symbol).and_then(|value| entry.value.same(value)),
        None => match b.get(&entry.key) {
            Lookup::Found(value) => entry.value.same(value),
            Lookup::Absent => Some(false),
            Lookup::Maybe(_) => None,
        },
    });
    match all(entries) {
        Some(true) if !known => None,
        answer => answer,
    }
}

/// Kleene's "and" of many answers.
pub(crate) fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

/// Kleene's "or" of many answers.
pub(crate) fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(answers.map(|answer| answer.map(|answer| !answer))).map(|answer| !answer)
}
