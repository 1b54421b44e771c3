//! The operators, on three values.

use std::cmp::Ordering;

use super::code::{Constant, Run};
use super::machine::{Machine, TEXT_LIMIT};
use super::syntax::Operator;
use super::values::{ListVal, Test, Val};
use crate::topology::ReasonId;

/// `left && right`; with `sought` true `left || right`: the operand that is `sought` decides.
pub(super) fn logic(left: Run, right: Run, sought: bool) -> Run {
    Box::new(move |machine| {
        let start = machine.trail.len();
        let first = test(left(machine), sought);
        if first == Test::Passes {
            return Val::Bool(sought);
        }
        let middle = machine.trail.len();
        // The evidence of a decision is what decides, of doubt what is in doubt, else all.
        match (first, test(right(machine), sought)) {
            (_, Test::Passes) => {
                machine.forget(start, middle);
                Val::Bool(sought)
            }
            (Test::Unknown(reason), Test::Fails) => {
                machine.trail.truncate(middle);
                Val::Unknown(reason)
            }
            (Test::Unknown(reason), Test::Unknown(_)) => Val::Unknown(reason),
            (_, Test::Unknown(reason)) => {
                machine.forget(start, middle);
                Val::Unknown(reason)
            }
            (_, Test::Fails) => Val::Bool(!sought),
        }
    })
}

/// Whether a truth value is the one that is sought.
#[inline]
pub(super) fn test(value: Val, sought: bool) -> Test {
    match value.test() {
        Test::Unknown(reason) => Test::Unknown(reason),
        test => {
            if (test == Test::Passes) == sought {
                Test::Passes
            } else {
                Test::Fails
            }
        }
    }
}

/// `!operand`
pub(super) fn not(operand: Run) -> Run {
    Box::new(move |machine| negated(operand(machine)))
}

#[inline]
fn negated(value: Val) -> Val {
    match value.test() {
        Test::Passes => Val::FALSE,
        Test::Fails => Val::TRUE,
        Test::Unknown(reason) => Val::Unknown(reason),
    }
}

/// Whether two values are equal, as a truth value.
pub(super) fn equal(machine: &mut Machine<'_>, left: Val, right: Val) -> Val {
    match (left, right) {
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) => Val::Unknown(reason),
        (Val::Object(left), Val::Object(right)) => {
            let topology = machine.topology();
            if left == right {
                Val::TRUE
            } else if topology.object(left).symbolic || topology.object(right).symbolic {
                Val::Unknown(ReasonId::SYMBOLIC)
            } else {
                Val::FALSE
            }
        }
        (Val::List(left), Val::List(right)) => equal_lists(machine, left, right),
        _ => Val::Bool(left == right),
    }
}

fn equal_lists(machine: &mut Machine<'_>, left: ListVal, right: ListVal) -> Val {
    for (list, length) in [(left, left.len), (right, right.len)] {
        if list.open {
            return Val::Unknown(ReasonId::OPEN);
        }
        for index in 0..length {
            if let Some(reason) = machine.member(list, index).in_doubt {
                return Val::Unknown(reason);
            }
        }
    }
    if left.len != right.len {
        return Val::FALSE;
    }
    let mut answer = Val::TRUE;
    for index in 0..left.len {
        if !machine.step() {
            return Val::Unknown(ReasonId::COSTLY);
        }
        let (one, other) = (machine.member(left, index), machine.member(right, index));
        match equal(machine, one.value, other.value) {
            Val::FALSE => return Val::FALSE,
            Val::TRUE => {}
            doubt => answer = doubt,
        }
    }
    answer
}

/// `left == right`, or with `negate` `left != right`.
pub(super) fn equality(left: Run, right: Run, negate: bool) -> Run {
    Box::new(move |machine| {
        let (left, right) = (left(machine), right(machine));
        let answer = equal(machine, left, right);
        if negate { negated(answer) } else { answer }
    })
}

/// The same of texts: two that are not known are equal where they have the same name.
pub(super) fn equality_of_texts(left: Run, right: Run, negate: bool) -> Run {
    Box::new(move |machine| match (left(machine), right(machine)) {
        (Val::Unknown(one), Val::Unknown(other)) if one == other && machine.topology().names_a_value(one) => {
            Val::Bool(!negate)
        }
        (left, right) => {
            let answer = equal(machine, left, right);
            if negate { negated(answer) } else { answer }
        }
    })
}

/// `left == constant`, or with `negate` `left != constant`.
pub(super) fn equality_with(
    left: impl Fn(&mut Machine<'_>) -> Val + Send + Sync + 'static,
    constant: Constant,
    negate: bool,
) -> Run {
    Box::new(move |machine| match left(machine) {
        unknown @ Val::Unknown(_) => unknown,
        value => Val::Bool((value == constant.value(machine)) != negate),
    })
}

/// `<`, `<=`, `>`, `>=`: of numbers, and of texts by their characters.
pub(super) fn order(left: Run, right: Run, operator: Operator) -> Run {
    let holds: fn(Ordering) -> bool = match operator {
        Operator::Less => Ordering::is_lt,
        Operator::LessOrEqual => Ordering::is_le,
        Operator::Greater => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    Box::new(move |machine| match (left(machine), right(machine)) {
        (Val::Absent, _) | (_, Val::Absent) => Val::FALSE,
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) => Val::Unknown(reason),
        (Val::Int(left), Val::Int(right)) => Val::Bool(holds(left.cmp(&right))),
        (Val::Text(left), Val::Text(right)) => Val::Bool(holds(machine.text(left).cmp(machine.text(right)))),
        _ => Val::FALSE,
    })
}

/// `left + right` of numbers and texts. Numbers stop at the largest there is.
pub(super) fn plus(left: Run, right: Run) -> Run {
    Box::new(move |machine| match (left(machine), right(machine)) {
        (Val::Absent, _) | (_, Val::Absent) => Val::Absent,
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) if machine.topology().names_a_value(reason) => {
            Val::Unknown(ReasonId::DERIVED)
        }
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) => Val::Unknown(reason),
        (Val::Int(left), Val::Int(right)) => Val::Int(left.saturating_add(right)),
        (Val::Text(one), Val::Text(other)) => {
            if let Some(together) = machine.joined.get(&(one, other)) {
                return Val::Text(*together);
            }
            let (left, right) = (machine.text(one), machine.text(other));
            if left.len() + right.len() > TEXT_LIMIT {
                return Val::Unknown(ReasonId::COSTLY);
            }
            let together = [left, right].concat();
            let together = machine.intern(&together);
            machine.joined.insert((one, other), together);
            Val::Text(together)
        }
        _ => Val::Absent,
    })
}

/// `left + right` of lists; an absent one is empty.
pub(super) fn join(left: Run, right: Run) -> Run {
    Box::new(move |machine| {
        let (left, right) = (left(machine), right(machine));
        let lists = match (left, right) {
            (Val::Unknown(_), _) => return left,
            (_, Val::Unknown(_)) => return right,
            (Val::Absent, Val::Absent) => return Val::Absent,
            (Val::Absent, only) | (only, Val::Absent) => return only,
            (Val::List(empty), only) | (only, Val::List(empty)) if empty.len == 0 && !empty.open => return only,
            (Val::List(left), Val::List(right)) => [left, right],
            _ => return Val::Absent,
        };
        let first = machine.mark();
        for list in lists {
            for index in 0..list.len {
                if !machine.step() {
                    machine.release(first);
                    return Val::Unknown(ReasonId::COSTLY);
                }
                let item = machine.member(list, index);
                machine.keep(item);
            }
        }
        machine.listed_since(first, lists.iter().any(|list| list.open))
    })
}

/// `left - right`
pub(super) fn minus(left: Run, right: Run) -> Run {
    Box::new(move |machine| match (left(machine), right(machine)) {
        (Val::Absent, _) | (_, Val::Absent) => Val::Absent,
        (Val::Unknown(reason), _) | (_, Val::Unknown(reason)) => Val::Unknown(reason),
        (Val::Int(left), Val::Int(right)) => Val::Int(left.saturating_sub(right)),
        _ => Val::Absent,
    })
}

/// `-operand`
pub(super) fn negative(operand: Run) -> Run {
    Box::new(move |machine| match operand(machine) {
        Val::Int(number) => Val::Int(number.saturating_neg()),
        other => other,
    })
}

/// `condition ? then : otherwise`
pub(super) fn conditional(condition: Run, then: Run, otherwise: Run) -> Run {
    Box::new(move |machine| match condition(machine).test() {
        Test::Passes => then(machine),
        Test::Fails => otherwise(machine),
        Test::Unknown(reason) => {
            let end = machine.trail.len();
            let (one, other) = (then(machine), otherwise(machine));
            if equal(machine, one, other) == Val::TRUE {
                return one;
            }
            machine.trail.truncate(end);
            Val::Unknown(reason)
        }
    })
}
