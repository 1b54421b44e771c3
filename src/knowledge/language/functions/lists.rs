//! Tests and choices over the members of a list.

use super::super::code::{Argument, Run};
use super::super::machine::{Machine, SHORT_LIST};
use super::super::sieve::{Picked, Sieve, all_certain};
use super::super::values::{Item, ListVal, Test, Val};
use super::members::{Walk, about, try_member};
use crate::topology::ReasonId;

const COSTLY: Val = Val::Unknown(ReasonId::COSTLY);

/// `list.exists(v, test)`; with `sought` false `list.all(v, test)`: a member whose test is `sought` decides.
pub(super) fn exists(list: Run, run: Run, sought: bool, sieve: Option<Sieve>) -> Run {
    Box::new(move |machine| {
        let (mut walk, list) = match Walk::begin(machine, &list) {
            Ok(begun) => begun,
            Err(Val::Unknown(reason)) => return Val::Unknown(reason),
            Err(_) => return Val::Bool(!sought),
        };
        let mut members = Picked::new(sieve.as_ref().and_then(|sieve| sieve.members(machine, list)), list.len);
        loop {
            let index = match walk.next(machine, &mut members) {
                Some(Ok(index)) => index,
                Some(Err(costly)) => return costly,
                None => break,
            };
            let item = machine.member(list, index);
            match (try_member(machine, item, &run, sought), item.in_doubt) {
                (Test::Fails, _) => walk.set_aside(machine),
                (Test::Passes, None) => {
                    walk.decided(machine);
                    return Val::Bool(sought);
                }
                (Test::Unknown(reason), _) | (Test::Passes, Some(reason)) => {
                    walk.doubt(machine, &item, reason);
                }
            }
        }
        walk.end(machine, list, Val::Bool(!sought))
    })
}

/// `list.exists_one(v, test)`
pub(super) fn exists_one(list: Run, run: Run) -> Run {
    Box::new(move |machine| {
        let (mut walk, list) = match Walk::begin(machine, &list) {
            Ok(begun) => begun,
            Err(Val::Unknown(reason)) => return Val::Unknown(reason),
            Err(_) => return Val::FALSE,
        };
        let mut witness: Option<Vec<_>> = None;
        let before = machine.trail.len();
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let item = machine.member(list, index);
            match (try_member(machine, item, &run, true), item.in_doubt) {
                (Test::Fails, _) => walk.set_aside(machine),
                (Test::Passes, None) => {
                    if let Some(witness) = witness {
                        machine.trail.extend(witness);
                        walk.decided(machine);
                        return Val::FALSE;
                    }
                    let reads = machine.trail.get(before..).unwrap_or(&[]).to_vec();
                    machine.trail.truncate(before);
                    witness = Some(reads);
                }
                (Test::Unknown(reason), _) | (Test::Passes, Some(reason)) => {
                    walk.doubt(machine, &item, reason);
                }
            }
        }
        match witness {
            Some(witness) if walk.doubt.is_none() && !list.open => {
                machine.trail.extend(witness);
                walk.decided(machine);
                Val::TRUE
            }
            _ => walk.end(machine, list, Val::FALSE),
        }
    })
}

/// `list.filter(v, test)`
pub(super) fn filter(list: Run, run: Run, sieve: Option<Sieve>) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        let members = machine.trail.len();
        let mut chosen = Vec::new();
        let mut picked = Picked::new(sieve.as_ref().and_then(|sieve| sieve.members(machine, list)), list.len);
        loop {
            let (passed_over, index) = picked.next();
            if !machine.take_steps(passed_over) {
                return COSTLY;
            }
            let Some(index) = index else { break };
            if !machine.step() {
                return COSTLY;
            }
            let mut item = machine.member(list, index);
            match try_member(machine, item, &run, true) {
                Test::Fails => continue,
                Test::Passes => {}
                Test::Unknown(reason) => item.in_doubt = item.in_doubt.or(Some(reason)),
            }
            chosen.push(item);
        }
        if list.len as usize > SHORT_LIST {
            machine.trail.truncate(members);
        }
        machine.list(chosen, list.open)
    })
}

/// `list.map(v, value)`: a member for every value there is.
pub(super) fn map(list: Run, value: Argument) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        let mut values = Vec::new();
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let member = machine.member(list, index);
            let item = about(machine, member, |machine| value.item(machine));
            if item.value != Val::Absent {
                values.push(Item { in_doubt: member.in_doubt.or(item.in_doubt), ..item });
            }
        }
        if list.len as usize <= SHORT_LIST {
            for item in &values {
                machine.note_item(item);
            }
        }
        machine.list(values, list.open)
    })
}

/// `list.flatMap(v, list)`: the members of all the lists. What a list does not show would stand between those of others,
/// so that one which cannot be told, or is open, leaves the whole untold.
pub(super) fn flat_map(list: Run, inner: Run) -> Run {
    Box::new(move |machine| {
        let list = match list(machine) {
            Val::List(list) => list,
            other => return other,
        };
        let mut all = Vec::new();
        for index in 0..list.len {
            if !machine.step() {
                return COSTLY;
            }
            let member = machine.member(list, index);
            let members = match about(machine, member, &inner) {
                Val::List(members) if members.open => return Val::Unknown(ReasonId::OPEN),
                Val::List(members) => members,
                unknown @ Val::Unknown(_) => return unknown,
                _ => continue,
            };
            for index in 0..members.len {
                if !machine.step() {
                    return COSTLY;
                }
                let item = machine.member(members, index);
                all.push(Item { in_doubt: member.in_doubt.or(item.in_doubt), ..item });
            }
        }
        machine.list(all, list.open)
    })
}

/// `size(list)`, `size(text)`
pub(super) fn size(of: Run) -> Run {
    Box::new(move |machine| {
        let mark = machine.mark();
        let value = match of(machine) {
            Val::List(list) if !list.open && all_certain(machine, list) => Val::Int(i64::from(list.len)),
            Val::List(list) => {
                let open = list.open.then_some(ReasonId::OPEN);
                let doubtful = (0..list.len).find(|index| machine.doubt_about(list, *index).is_some());
                let doubt = doubtful.and_then(|index| {
                    let item = machine.member(list, index);
                    machine.note_doubt(&item);
                    item.in_doubt
                });
                match doubt.or(open) {
                    Some(reason) => Val::Unknown(reason),
                    None => Val::Int(i64::from(list.len)),
                }
            }
            Val::Text(symbol) => {
                let length = machine.text(symbol).chars().count();
                Val::Int(i64::try_from(length).unwrap_or(i64::MAX))
            }
            unknown @ Val::Unknown(_) => unknown,
            _ => Val::Int(0),
        };
        machine.release(mark);
        value
    })
}

/// `sum(list)`: nothing adds nothing, and the sum stops at the largest number there is.
pub(super) fn sum(of: Run) -> Run {
    Box::new(move |machine| {
        let mark = machine.mark();
        let value = match of(machine) {
            Val::List(list) => total(machine, list),
            unknown @ Val::Unknown(_) => unknown,
            _ => Val::Int(0),
        };
        machine.release(mark);
        value
    })
}

fn total(machine: &mut Machine<'_>, list: ListVal) -> Val {
    let mut doubt = list.open.then_some(ReasonId::OPEN);
    let mut total = 0_i64;
    for index in 0..list.len {
        if !machine.step() {
            return COSTLY;
        }
        let item = machine.member(list, index);
        match (item.value, item.in_doubt) {
            // What is nothing either way is nothing.
            (Val::Absent | Val::Int(0), _) => {}
            (Val::Int(number), None) => total = total.saturating_add(number),
            (value, in_doubt) => {
                machine.note_doubt(&item);
                doubt = doubt.or(in_doubt).or(super::super::machine::reason(value));
            }
        }
    }
    doubt.map_or(Val::Int(total), Val::Unknown)
}
