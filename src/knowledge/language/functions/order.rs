//! Functions in which the order of a list matters.

use hashbrown::HashMap;

use super::super::code::Run;
use super::super::machine::Machine;
use super::super::operators::equal;
use super::super::values::{Item, Test, Val};
use super::members::{Walk, about, try_member};
use crate::topology::{ReasonId, Symbol};

const COSTLY: Val = Val::Unknown(ReasonId::COSTLY);

/// `first(list)`
pub(super) fn first(list: Run) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        if list.len == 0 {
            return match list.open {
                true => Val::Unknown(ReasonId::OPEN),
                false => Val::Absent,
            };
        }
        let item = machine.member(list, 0);
        match item.in_doubt {
            Some(reason) => {
                machine.note_doubt(&item);
                Val::Unknown(reason)
            }
            None => {
                machine.note_item(&item);
                item.value
            }
        }
    })
}

/// `list.firstMatch(v, test, value)`
pub(super) fn first_match(list: Run, test: Run, value: Run) -> Run {
    Box::new(move |machine| {
        let (mut walk, list) = match Walk::begin(machine, &list) {
            Ok(begun) => begun,
            Err(other) => return other,
        };
        // The one value that every member which may come first gives, as long as it is the same.
        let mut possible: Option<Val> = None;
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let item = machine.member(list, index);
            let doubt = match (try_member(machine, item, &test, true), item.in_doubt) {
                (Test::Fails, _) => {
                    walk.set_aside(machine);
                    continue;
                }
                (Test::Passes, doubt) => doubt,
                (Test::Unknown(reason), _) => Some(reason),
            };
            let given = about(machine, item, &value);
            let agreed = possible.is_none_or(|possible| possible.is_surely(given));
            let Some(reason) = doubt else {
                if agreed {
                    walk.decided(machine);
                    return given;
                }
                return walk.end(machine, list, Val::Absent);
            };
            walk.doubt(machine, &item, reason);
            possible = Some(if agreed { given } else { Val::Unknown(reason) });
        }
        let nothing = possible.is_none_or(|possible| possible == Val::Absent);
        if nothing && !list.open {
            walk.doubt = None;
        }
        walk.end(machine, list, Val::Absent)
    })
}

/// `list.sortedBy(v, number)`: equal numbers keep their order, members without a number come last. What an open list
/// does not show could stand anywhere, so that one cannot be sorted.
pub(super) fn sorted_by(list: Run, number: Run) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) if list.open => return Val::Unknown(ReasonId::OPEN),
            Val::List(list) => list,
            other => return other,
        };
        let members = machine.trail.len();
        let mut keyed: Vec<(bool, i64, Item)> = Vec::new();
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let item = machine.member(list, index);
            let reads = machine.trail.len();
            match about(machine, item, &number) {
                Val::Int(number) => keyed.push((false, number, item)),
                unknown @ Val::Unknown(_) => {
                    machine.forget(members, reads);
                    return unknown;
                }
                _ => keyed.push((true, 0, item)),
            }
        }
        machine.trail.truncate(members);
        keyed.sort_by_key(|(without, number, _)| (*without, *number));
        machine.list(keyed.into_iter().map(|(.., item)| item), false)
    })
}

/// What can be looked up: known values that are equal to nothing but themselves.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Bool(bool),
    Int(i64),
    Text(Symbol),
    Object(crate::topology::ObjectId),
}

fn key(machine: &Machine<'_>, value: Val) -> Option<Key> {
    match value {
        Val::Bool(value) => Some(Key::Bool(value)),
        Val::Int(value) => Some(Key::Int(value)),
        Val::Text(symbol) => Some(Key::Text(symbol)),
        Val::Object(id) if !machine.topology().object(id).symbolic => Some(Key::Object(id)),
        _ => None,
    }
}

/// `declared(list)`: what is known of, as if there could be nothing else.
pub(super) fn declared(list: Run) -> Run {
    Box::new(move |machine| match list(machine) {
        Val::List(list) => Val::List(super::super::values::ListVal { open: false, ..list }),
        other => other,
    })
}

/// `distinct(list)`: the first of equal members stays; a member that may equal an earlier one, or equals an earlier
/// one that is in doubt, is in doubt.
pub(super) fn distinct(list: Run) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        let mut kept: Vec<Item> = Vec::new();
        let mut seen: HashMap<Key, Option<ReasonId>> = HashMap::new();
        let mut vague: Vec<Item> = Vec::new();
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let mut item = machine.member(list, index);
            let item_key = key(machine, item.value);
            match item_key.as_ref().and_then(|key| seen.get(key)) {
                Some(None) => continue,
                Some(doubt) => item.in_doubt = item.in_doubt.or(*doubt),
                None => {}
            }
            // Only members without a key have to be compared one by one; a member without one with all.
            let against = match &item_key {
                Some(_) => vague.clone(),
                None => kept.clone(),
            };
            let mut repeated = false;
            for other in &against {
                if !machine.step() {
                    return COSTLY;
                }
                match (equal(machine, item.value, other.value).test(), other.in_doubt) {
                    (Test::Fails, _) => {}
                    (Test::Passes, None) => repeated = true,
                    (Test::Unknown(reason), _) | (Test::Passes, Some(reason)) => {
                        item.in_doubt = item.in_doubt.or(Some(reason));
                    }
                }
            }
            if repeated {
                continue;
            }
            match item_key {
                Some(key) => {
                    seen.insert(key, item.in_doubt);
                }
                None => vague.push(item),
            }
            kept.push(item);
        }
        machine.list(kept, list.open)
    })
}
