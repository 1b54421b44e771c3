//! Going through a list: members in doubt, assumptions about them, and the evidence of the answer.

use super::super::code::{Constant, Run};
use super::super::machine::{Machine, SHORT_LIST};
use super::super::operators::{equal, test};
use super::super::sieve::{Picked, members_that_may_be};
use super::super::values::{Item, ListVal, Read, Test, Val};
use crate::topology::ReasonId;

/// Evaluates something about a member. Where only its existence is in doubt it is taken to exist: whether it does
/// is considered once, by who asks.
pub(super) fn about<T>(machine: &mut Machine<'_>, item: Item, evaluate: impl FnOnce(&mut Machine<'_>) -> T) -> T {
    let condition = match item.value {
        Val::Object(id) => machine.in_doubt(id),
        _ => None,
    };
    machine.assumed.extend(condition);
    machine.frame.push(item);
    let answer = evaluate(machine);
    machine.frame.pop();
    if condition.is_some() {
        machine.assumed.pop();
    }
    answer
}

/// Tests a member.
pub(in super::super) fn try_member(machine: &mut Machine<'_>, item: Item, run: &Run, sought: bool) -> Test {
    let mark = machine.mark();
    let value = about(machine, item, run);
    machine.release(mark);
    test(value, sought)
}

/// The evidence that gathers while a list is gone through.
pub(super) struct Walk {
    /// Length of the trail before the list was read.
    start: usize,
    /// Length of the trail before the first member was looked at.
    members: usize,
    against: Vec<Read>,
    failed: usize,
    doubtful: Vec<Read>,
    doubts: usize,
    /// Why the answer is in doubt.
    pub(super) doubt: Option<ReasonId>,
}

impl Walk {
    /// Evaluates the list; what is no list is given back.
    pub(super) fn begin(machine: &mut Machine<'_>, list: &Run) -> Result<(Self, ListVal), Val> {
        let start = machine.trail.len();
        match list(machine) {
            Val::List(list) => Ok((Self::new(start, machine.trail.len()), list)),
            other => Err(other),
        }
    }

    pub(super) fn new(start: usize, members: usize) -> Self {
        Self { start, members, against: Vec::new(), failed: 0, doubtful: Vec::new(), doubts: 0, doubt: None }
    }

    /// The next member to look at; those that are passed over fail. An unknown when there are no steps left.
    pub(super) fn next(&mut self, machine: &mut Machine<'_>, members: &mut Picked) -> Option<Result<u32, Val>> {
        let (passed_over, index) = members.next();
        if !machine.take_steps(passed_over) || (index.is_some() && !machine.step()) {
            return Some(Err(Val::Unknown(ReasonId::COSTLY)));
        }
        if machine.tracing {
            self.failed += passed_over as usize;
            if self.failed > SHORT_LIST {
                self.against.clear();
            }
        }
        index.map(Ok)
    }

    /// The member does not decide: its reads matter only if none does.
    pub(super) fn set_aside(&mut self, machine: &mut Machine<'_>) {
        if machine.tracing {
            self.failed += 1;
            if self.failed <= SHORT_LIST {
                self.against.extend(machine.trail.drain(self.members..));
            } else {
                self.against.clear();
                machine.trail.truncate(self.members);
            }
        }
    }

    /// The member may decide.
    pub(super) fn doubt(&mut self, machine: &mut Machine<'_>, item: &Item, reason: ReasonId) {
        self.doubt = self.doubt.or(Some(reason));
        machine.note_doubt(item);
        if machine.tracing {
            self.doubts += 1;
            if self.doubts <= SHORT_LIST {
                self.doubtful.extend(machine.trail.drain(self.members..));
            } else {
                machine.trail.truncate(self.members);
            }
        }
    }

    /// The member decides: only it is evidence; the list itself where the member has no places.
    pub(super) fn decided(&self, machine: &mut Machine<'_>) {
        if machine.trail.len() > self.members {
            machine.forget(self.start, self.members);
        }
    }

    /// No member decides: gives `otherwise`, or an unknown where one may.
    pub(super) fn end(self, machine: &mut Machine<'_>, list: ListVal, otherwise: Val) -> Val {
        let open = list.open.then_some(ReasonId::OPEN);
        let Some(reason) = self.doubt.or(open) else {
            machine.trail.extend(self.against);
            return otherwise;
        };
        if machine.tracing {
            if open.is_none() {
                machine.trail.truncate(self.start);
            } else if let Some(read) = machine.trail.get_mut(self.start..).and_then(<[Read]>::last_mut) {
                read.unknown = read.unknown.or(open);
            }
            machine.trail.extend(self.doubtful);
        }
        Val::Unknown(reason)
    }
}

/// `needle in list`
pub(in super::super) fn member_of(needle: Run, list: Run) -> Run {
    Box::new(move |machine| {
        let needle = needle(machine);
        let start = machine.trail.len();
        let list = match (needle, list(machine)) {
            (Val::Absent, _) | (_, Val::Absent) => return Val::FALSE,
            (_, Val::List(list)) => list,
            (_, other) => return other,
        };
        let mut walk = Walk::new(start, machine.trail.len());
        let mut members = Picked::new(members_that_may_be(machine, list, needle), list.len);
        loop {
            let index = match walk.next(machine, &mut members) {
                Some(Ok(index)) => index,
                Some(Err(costly)) => return costly,
                None => break,
            };
            let value = machine.value_at(list, index);
            let same = equal(machine, needle, value).test();
            if same == Test::Fails && !machine.tracing {
                continue;
            }
            let item = machine.member(list, index);
            machine.note_item(&item);
            match (same, item.in_doubt) {
                (Test::Fails, _) => walk.set_aside(machine),
                (Test::Passes, None) => {
                    walk.decided(machine);
                    return Val::TRUE;
                }
                (Test::Unknown(reason), _) | (Test::Passes, Some(reason)) => {
                    walk.doubt(machine, &item, reason);
                }
            }
        }
        walk.end(machine, list, Val::FALSE)
    })
}

/// `needle in [constants]`
pub(in super::super) fn member_of_constants(needle: Run, constants: Vec<Constant>) -> Run {
    Box::new(move |machine| match needle(machine) {
        Val::Absent => Val::FALSE,
        unknown @ Val::Unknown(_) if !constants.is_empty() => unknown,
        value => Val::Bool(constants.iter().any(|constant| constant.value(machine) == value)),
    })
}
