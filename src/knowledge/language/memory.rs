//! Answers that took many steps, kept for when a term is asked the same again.
//!
//! What is kept changes no answer: a term rests on nothing but its arguments and the topology, and an answer that is
//! taken from here costs as many steps as it did when it was found.

use hashbrown::HashMap;

use super::code::Run;
use super::machine::Machine;
use super::values::{Item, ListVal, Val};

/// From how many steps on an answer is worth keeping. In the unit tests every answer is.
const DEAR: u32 = if cfg!(test) { 1 } else { 32 };
/// How many values there is room for. When it is used up everything is forgotten.
const ROOM: usize = 1 << 18;
/// Longest computed list by which answers are told apart.
const SHORT: u32 = 8;

/// What a machine remembers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By the number of a term whether any answer of it was worth keeping.
    dear: Vec<bool>,
    answers: HashMap<Box<[u64]>, Answer>,
    used: usize,
    key: Vec<u64>,
}

#[derive(Debug)]
struct Answer {
    value: Val,
    steps: u32,
    /// Of a list that stands nowhere its members.
    members: Option<Members>,
}

#[derive(Debug)]
struct Members {
    items: Box<[Item]>,
    /// Members may be arguments, with the places where these were named.
    arguments: Box<[Item]>,
}

impl Memory {
    fn is_dear(&self, term: u32) -> bool {
        self.dear.get(term as usize).copied().unwrap_or(false)
    }

    fn mark_dear(&mut self, term: u32) {
        let index = term as usize;
        if self.dear.len() <= index {
            self.dear.resize(index + 1, false);
        }
        if let Some(dear) = self.dear.get_mut(index) {
            *dear = true;
        }
    }

    fn insert(&mut self, key: Box<[u64]>, answer: Answer) {
        let size = answer.members.as_ref().map_or(0, |members| members.items.len() + members.arguments.len());
        if self.used + size >= ROOM {
            self.answers.clear();
            self.used = 0;
        }
        self.used += 1 + size;
        self.answers.insert(key, answer);
    }
}

impl Machine<'_> {
    /// The value of a term, whose arguments are the variables from [`Machine::base`] on.
    pub(super) fn term(&mut self, term: u32, body: &Run) -> Val {
        // While tracing, the reads matter as well as the answer; and what is assumed may change any answer.
        if self.tracing || !self.assumed.is_empty() {
            return body(self);
        }
        let mut keyed = false;
        if self.memory.is_dear(term) {
            keyed = self.find_key(term);
            if keyed && let Some(value) = self.recall() {
                return value;
            }
        }
        let key = if keyed { Some(self.memory.key.clone()) } else { None };
        let before = self.steps_left();
        let value = body(self);
        let steps = before.saturating_sub(self.steps_left());
        // With no steps left something may have been given up.
        if steps >= DEAR && self.steps_left() > 0 {
            let key = key.or_else(|| self.find_key(term).then(|| self.memory.key.clone()));
            if let Some(key) = key {
                self.memory.mark_dear(term);
                self.memorise(key.into(), value, steps);
            }
        }
        value
    }

    /// Writes what tells this use of a term from others; false where that cannot be told.
    fn find_key(&mut self, term: u32) -> bool {
        let mut key = std::mem::take(&mut self.memory.key);
        key.clear();
        key.push(u64::from(term));
        let arguments = self.frame.get(self.base..).unwrap_or(&[]);
        let told = arguments.iter().all(|argument| self.tell(argument, &mut key));
        self.memory.key = key;
        told
    }

    fn tell(&self, item: &Item, key: &mut Vec<u64>) -> bool {
        if item.in_doubt.is_some() || item.kept.1 > 0 {
            return false;
        }
        let number = |tag: u64, number: u32| (tag << 32) | u64::from(number);
        match item.value {
            Val::Absent => key.push(number(1, 0)),
            Val::Bool(value) => key.push(number(2, u32::from(value))),
            Val::Int(value) => key.extend([number(3, 0), value.cast_unsigned()]),
            Val::Text(symbol) => key.push(number(4, symbol.0)),
            Val::Object(id) => key.push(number(5, id.0)),
            Val::Unknown(_) => return false,
            Val::List(list) if list.lasts() => {
                key.push(number(10, u32::from(list.kept)));
                key.extend([
                    number(6 + u64::from(list.open), list.object.0),
                    number(u64::from(list.slot.0), list.first),
                ]);
                key.push(u64::from(list.len));
            }
            Val::List(list) => {
                key.push(number(8 + u64::from(list.open), list.len));
                return list.len <= SHORT
                    && (0..list.len)
                        .map(|index| self.member(list, index))
                        .all(|item| !matches!(item.value, Val::List(_)) && self.tell(&item, key));
            }
        }
        true
    }

    fn recall(&mut self) -> Option<Val> {
        let memory = std::mem::take(&mut self.memory);
        let value = self.recall_from(&memory);
        self.memory = memory;
        value
    }

    fn recall_from(&mut self, memory: &Memory) -> Option<Val> {
        let answer = memory.answers.get(memory.key.as_slice())?;
        let left = self.steps_left().checked_sub(answer.steps)?;
        let value = match (&answer.members, answer.value) {
            (None, value) => value,
            (Some(members), Val::List(ListVal { open, .. })) => {
                if self.frame.get(self.base..) != Some(&*members.arguments) {
                    return None;
                }
                self.list(members.items.iter().copied(), open)
            }
            (Some(_), _) => return None,
        };
        self.set_steps_left(left);
        Some(value)
    }

    fn memorise(&mut self, key: Box<[u64]>, value: Val, steps: u32) {
        let members = match value {
            Val::List(list) if !list.lasts() => {
                let arguments: Box<[Item]> = self.frame.get(self.base..).unwrap_or(&[]).into();
                let items: Box<[Item]> = self.members(list).into();
                let passes_away =
                    |item: &Item| matches!(item.value, Val::List(list) if !list.lasts()) || item.kept.1 > 0;
                if items.iter().chain(&arguments).any(passes_away) {
                    return;
                }
                Some(Members { items, arguments })
            }
            _ => None,
        };
        self.memory.insert(key, Answer { value, steps, members });
    }
}
