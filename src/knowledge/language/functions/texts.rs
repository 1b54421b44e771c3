//! Functions of texts.

use super::super::code::Run;
use super::super::values::Val;

/// A test of two texts; false where one is absent.
pub(super) fn pair(left: Run, right: Run, test: fn(&str, &str) -> bool) -> Run {
    Box::new(move |machine| match (left(machine), right(machine)) {
        (Val::Absent, _) | (_, Val::Absent) => Val::FALSE,
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) => Val::Unknown(reason),
        (Val::Text(left), Val::Text(right)) => Val::Bool(test(machine.text(left), machine.text(right))),
        _ => Val::FALSE,
    })
}

/// `text.lowerAscii()`
pub(super) fn lower(text: Run) -> Run {
    Box::new(move |machine| match text(machine) {
        Val::Text(symbol) => {
            if let Some(lower) = machine.lowered.get(&symbol) {
                return Val::Text(*lower);
            }
            let text = machine.text(symbol);
            let lower = match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
                true => {
                    let lower = text.to_ascii_lowercase();
                    machine.intern(&lower)
                }
                false => symbol,
            };
            machine.lowered.insert(symbol, lower);
            Val::Text(lower)
        }
        other => other,
    })
}
