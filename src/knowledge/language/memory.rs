//! Answers that took many steps, and those about one or two objects, kept for when a term is asked the same again.
//!
//! What is kept changes no answer: a term rests on nothing but its arguments and the topology, and an answer that is
//! taken from here costs as many steps as it did when it was found.

use hashbrown::HashMap;

use super::code::Run;
use super::machine::Machine;
use super::values::{Item, ListVal, Val};
use crate::topology::{ObjectId, ReasonId, Symbol};

/// From how many steps on an answer is worth keeping. In the unit tests every answer is.
const DEAR: u32 = if cfg!(test) { 1 } else { 32 };
/// The same of an answer about one or two objects.
const WORTHWHILE: u32 = if cfg!(test) { 1 } else { 3 };
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
    /// By term and arguments what was found about one or two objects.
    about: HashMap<About, (Lasting, u32)>,
}

/// A term with the numbers of the objects that it is asked about; nothing where one of them is absent.
type About = (u32, [u32; 2]);

/// A value that lasts as long as the machine.
#[derive(Debug, Clone, Copy)]
enum Lasting {
    Absent,
    Unknown(ReasonId),
    Bool(bool),
    Text(Symbol),
    Object(ObjectId),
    /// Of the lists that the machine keeps.
    List {
        first: u32,
        len: u32,
        open: bool,
    },
}

impl Lasting {
    fn of(value: Val) -> Option<Self> {
        match value {
            Val::Absent => Some(Self::Absent),
            Val::Unknown(reason) => Some(Self::Unknown(reason)),
            Val::Bool(value) => Some(Self::Bool(value)),
            Val::Text(symbol) => Some(Self::Text(symbol)),
            Val::Object(id) => Some(Self::Object(id)),
            Val::List(ListVal { first, len, open, kept: true, .. }) => Some(Self::List { first, len, open }),
            Val::Int(_) | Val::List(_) => None,
        }
    }

    fn value(self) -> Val {
        match self {
            Self::Absent => Val::Absent,
            Self::Unknown(reason) => Val::Unknown(reason),
            Self::Bool(value) => Val::Bool(value),
            Self::Text(symbol) => Val::Text(symbol),
            Self::Object(id) => Val::Object(id),
            Self::List { first, len, open } => Val::List(ListVal::kept(first, len, open)),
        }
    }
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

    fn insert_about(&mut self, about: About, answer: (Lasting, u32)) {
        if self.about.len() >= ROOM {
            self.about.clear();
        }
        self.about.insert(about, answer);
    }
}

impl Machine<'_> {
    /// The value of a term, whose arguments are the variables from [`Machine::base`] on.
    pub(super) fn term(&mut self, term: u32, body: &Run) -> Val {
        // While tracing, the reads matter as well as the answer; and what is assumed may change any answer.
        if self.tracing || !self.assumed.is_empty() {
            return body(self);
        }
        let about = self.asked_about(term);
        if let Some(value) = about.and_then(|about| self.recall_about(about)) {
            return value;
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
        let value = if about.is_some() && steps >= WORTHWHILE { self.kept(value) } else { value };
        if about.is_some_and(|about| self.memorise_about(about, value, steps)) {
            return value;
        }
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

    /// The same value, a list as one that the machine keeps, if it can.
    fn kept(&mut self, value: Val) -> Val {
        let Val::List(list) = value else { return value };
        let items = list.first as usize..list.first as usize + list.len as usize;
        let room = self.lasting.len() + items.len() < ROOM;
        let items = self.temporary.get(items).filter(|_| room && !self.places && !list.lasts());
        let (Some(items), Ok(first)) = (items, u32::try_from(self.lasting.len())) else { return value };
        if items.iter().any(passes_away) {
            return value;
        }
        self.lasting.extend_from_slice(items);
        Val::List(ListVal::kept(first, list.len, list.open))
    }

    /// The use of a term, if it is asked about one or two objects and nothing else.
    fn asked_about(&self, term: u32) -> Option<About> {
        let number = |item: &Item| match item.value {
            Val::Object(id) if item.in_doubt.is_none() && item.kept.1 == 0 => id.0.checked_add(1),
            Val::Absent if item.in_doubt.is_none() && item.kept.1 == 0 => Some(0),
            _ => None,
        };
        match self.frame.get(self.base..)? {
            [one] => Some((term, [number(one)?, 0])),
            [one, other] => Some((term, [number(one)?, number(other)?])),
            _ => None,
        }
    }

    /// The value of a part of an expression that rests on one or two variables and nothing else.
    pub(super) fn part(&mut self, number: u32, variables: &[usize], body: &Run) -> Val {
        let id = |index: &usize| match self.bound(*index)? {
            item if item.in_doubt.is_some() || item.kept.1 > 0 => None,
            Item { value: Val::Object(id), .. } => id.0.checked_add(1),
            _ => None,
        };
        let objects = match variables {
            [one] => id(one).map(|one| [one, 0]),
            [one, other] => id(one).zip(id(other)).map(<[u32; 2]>::from),
            _ => None,
        };
        match objects {
            Some(objects) if !self.tracing && self.assumed.is_empty() && !self.places => {
                let about = (number, objects);
                if let Some(value) = self.recall_about(about) {
                    return value;
                }
                let before = self.steps_left();
                let value = body(self);
                let steps = before.saturating_sub(self.steps_left());
                let value = if steps >= WORTHWHILE { self.kept(value) } else { value };
                self.memorise_about(about, value, steps);
                value
            }
            _ => body(self),
        }
    }

    fn recall_about(&mut self, about: About) -> Option<Val> {
        let (answer, steps) = self.memory.about.get(&about).copied()?;
        let left = self.steps_left().checked_sub(steps)?;
        self.set_steps_left(left);
        Some(answer.value())
    }

    /// Whether the value of a term about objects was taken note of, or is not worth it.
    fn memorise_about(&mut self, about: About, value: Val, steps: u32) -> bool {
        let Some(lasting) = Lasting::of(value) else { return false };
        // With no steps left something may have been given up.
        if steps >= WORTHWHILE && self.steps_left() > 0 {
            self.memory.insert_about(about, (lasting, steps));
        }
        true
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

/// Whether something does not last as long as the machine.
fn passes_away(item: &Item) -> bool {
    matches!(item.value, Val::List(list) if !list.lasts()) || item.kept.1 > 0
}
