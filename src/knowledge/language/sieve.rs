//! Which members of a long list can pass a test at all: those that name what the test asks for, and those of which it
//! cannot be told what they name. Looking them up spares going through the others, of which there may be as many as
//! there are questions.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hashbrown::HashMap;

use super::code::{Code, Path, Run, Shape};
use super::compile::Compiler;
use super::functions::try_member;
use super::machine::{Machine, SHORT_LIST};
use super::reading::step;
use super::scope::Scope;
use super::syntax::{Form, Node, Operator};
use super::types::Type;
use super::values::{Item, ListVal, Test, Val};
use crate::topology::{
    Existence, KindSet, ObjectId, ROLE_ASSIGNMENT, ReasonId, SlotIndex, Topology, Value, role_assignment,
};

/// Lists below this length are gone through. The unit tests have short lists, and are to try this all the same.
const LONG: u32 = if cfg!(test) { 2 } else { 24 };

/// The members of a list by what they name.
#[derive(Debug, Default)]
pub(super) struct Index {
    named: HashMap<u64, Vec<u32>>,
    /// Those that name a text.
    texts: Vec<u32>,
    /// Those of which it cannot be told.
    untold: Vec<u32>,
}

/// By what members are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum By {
    /// What they are.
    Member,
    /// How they are called.
    Name,
    /// What a field of theirs holds.
    Slot(SlotIndex),
    /// The members of a list that a field of theirs holds.
    Members(SlotIndex),
    /// Whether they pass what a test asks of them alone; the number of the test.
    Alone(u32),
}

/// Names an index: the list, and by what it is.
type IndexKey = (bool, u32, u32, By);

/// All that a machine has put in order.
#[derive(Debug, Default)]
pub(super) struct Indices(HashMap<IndexKey, Arc<Index>>);

/// A condition that a member must meet to pass a test.
pub(super) enum Sieve {
    /// It must name something.
    Naming {
        /// What of the members is meant.
        by: By,
        /// What it must name; of a list any member.
        key: Run,
        /// Whether it may also name what that belongs to, or a text.
        upwards: bool,
    },
    /// It must pass what the test asks of it alone.
    Alone {
        /// Tells this test from others.
        number: u32,
        /// What is asked of the member.
        conditions: Vec<Run>,
    },
}

impl Compiler<'_> {
    /// What members must meet to pass a test, where the conditions that it joins say so.
    pub(super) fn sieve(&mut self, variable: &Node, of: &Type, test: &Node, scope: &mut Scope) -> Option<Sieve> {
        let (Form::Variable(name), Type::Object(kinds)) = (&variable.form, of) else { return None };
        let conditions = joined(test);
        let naming = conditions.iter().find_map(|condition| self.naming(name, *kinds, condition, scope));
        if naming.is_some() {
            return naming;
        }
        let is_other = |known: &str| known != &**name;
        let rests_on_others = |node: &Node| scope.iter().any(|(known, _)| is_other(known) && node.mentions(known));
        let alone: Vec<&Node> =
            conditions.into_iter().filter(|node| node.mentions(name) && !rests_on_others(node)).collect();
        let conditions: Option<Vec<Run>> =
            alone.into_iter().map(|condition| self.code(condition, scope).map(Code::run)).collect();
        let conditions = conditions.filter(|conditions| !conditions.is_empty())?;
        static NUMBERS: AtomicU32 = AtomicU32::new(0);
        Some(Sieve::Alone { number: NUMBERS.fetch_add(1, Ordering::Relaxed), conditions })
    }

    fn naming(&mut self, name: &str, kinds: KindSet, condition: &Node, scope: &mut Scope) -> Option<Sieve> {
        match &condition.form {
            Form::Binary { operator: Operator::Equal, left, right } => {
                let (by, other) = match (field_of(name, kinds, left), field_of(name, kinds, right)) {
                    (Some(by), None) => (by, right),
                    (None, Some(by)) => (by, left),
                    _ => return None,
                };
                Some(Sieve::Naming { by, key: self.key(name, other, scope)?, upwards: false })
            }
            Form::Call { function, arguments } if &*function.text == "covers" => {
                let [assignment, object] = arguments.as_slice() else { return None };
                let is_member = matches!(&assignment.form, Form::Variable(assignment) if **assignment == *name);
                if !is_member || kinds != KindSet::of(ROLE_ASSIGNMENT) {
                    return None;
                }
                let key = self.key(name, object, scope)?;
                Some(Sieve::Naming { by: By::Slot(role_assignment::scope), key, upwards: true })
            }
            // Both name something that is the same.
            Form::Method { base, method, arguments } if &*method.text == "exists" => {
                let [inner, test] = arguments.as_slice() else { return None };
                let Form::Binary { operator: Operator::In, left, right } = &test.form else { return None };
                let (Some(By::Slot(slot)), Form::Variable(own)) = (field_of(name, kinds, base), &inner.form) else {
                    return None;
                };
                if left.form != inner.form || right.mentions(own) {
                    return None;
                }
                Some(Sieve::Naming { by: By::Members(slot), key: self.key(name, right, scope)?, upwards: false })
            }
            _ => None,
        }
    }

    /// What does not depend on the member: fields of another variable.
    fn key(&mut self, member: &str, node: &Node, scope: &mut Scope) -> Option<Run> {
        let mut root = node;
        while let Form::Field { base, .. } = &root.form {
            root = base;
        }
        if !matches!(&root.form, Form::Variable(name) if **name != *member) {
            return None;
        }
        let code = self.code(node, scope)?;
        let is_key = |ty: &Type| matches!(ty, Type::Object(_) | Type::Text(_));
        let is_key = is_key(&code.ty) || matches!(&code.ty, Type::List(of) if is_key(of));
        (is_key && matches!(code.shape, Shape::Path(Path { .. }))).then(|| code.run())
    }
}

/// The conditions that a test joins.
fn joined(test: &Node) -> Vec<&Node> {
    match &test.form {
        Form::Binary { operator: Operator::And, left, right } => [joined(left), joined(right)].concat(),
        _ => vec![test],
    }
}

/// What `variable.field` reads.
fn field_of(variable: &str, kinds: KindSet, node: &Node) -> Option<By> {
    let Form::Field { base, field } = &node.form else { return None };
    if !matches!(&base.form, Form::Variable(name) if **name == *variable) {
        return None;
    }
    let (step, _) = step(kinds, &field.text).ok()?;
    if step.is_name() { Some(By::Name) } else { step.slot().map(By::Slot) }
}

/// A known value as a key; nothing for what may be equal to something else.
fn key_of(topology: &Topology, value: Val) -> Option<u64> {
    match value {
        Val::Object(id) if !topology.object(id).symbolic => Some(u64::from(id.0)),
        Val::Text(symbol) => Some(1 << 32 | u64::from(symbol.0)),
        _ => None,
    }
}

impl Index {
    fn add(&mut self, topology: &Topology, index: u32, value: Val) {
        if matches!(value, Val::Text(_)) {
            self.texts.push(index);
        }
        match (key_of(topology, value), value) {
            (Some(key), _) => self.named.entry(key).or_default().push(index),
            // What is no object and no text is equal to none.
            (None, Val::Absent | Val::Bool(_) | Val::Int(_)) => {}
            (None, _) => self.untold.push(index),
        }
    }

    fn named(&self, key: u64) -> &[u32] {
        self.named.get(&key).map_or(&[], Vec::as_slice)
    }
}

impl Sieve {
    /// The members that may pass, in order; nothing where all have to be looked at.
    pub(super) fn members(&self, machine: &mut Machine<'_>, list: ListVal) -> Option<Vec<u32>> {
        if list.len < LONG || !list.lasts() {
            return None;
        }
        let (by, key, upwards) = match self {
            Self::Naming { by, key, upwards } => (*by, key, *upwards),
            Self::Alone { number, conditions } => {
                let found = machine.passing_alone(list, *number, conditions).untold.clone();
                return spares(machine, list, found);
            }
        };
        let tracing = std::mem::replace(&mut machine.tracing, false);
        let mark = machine.mark();
        let value = key(machine);
        let keys = match (by, value) {
            (By::Members(_), Val::Absent) => Some(Vec::new()),
            _ => machine.keys(value),
        };
        machine.release(mark);
        machine.tracing = tracing;
        let keys = keys?;
        let index = machine.index(list, by);
        let mut found = index.untold.clone();
        keys.iter().for_each(|key| found.extend_from_slice(index.named(*key)));
        if upwards {
            let topology = machine.topology();
            let Val::Object(object) = value else { return None };
            let owners = std::iter::successors(topology.object(object).parent, |id| topology.object(*id).parent);
            for owner in owners.take(16) {
                found.extend_from_slice(index.named(key_of(topology, Val::Object(owner))?));
            }
            found.extend_from_slice(&index.texts);
        }
        spares(machine, list, found)
    }
}

/// The members of a list that may be a value, in order; nothing where all have to be looked at.
pub(super) fn members_that_may_be(machine: &mut Machine<'_>, list: ListVal, value: Val) -> Option<Vec<u32>> {
    if list.len < LONG || !list.lasts() {
        return None;
    }
    let key = key_of(machine.topology(), value)?;
    let index = machine.index(list, By::Member);
    let found = [index.named(key), &index.untold].concat();
    spares(machine, list, found)
}

/// The members in order. Of few others the evidence is wanted, so that these are looked at.
fn spares(machine: &Machine<'_>, list: ListVal, mut members: Vec<u32>) -> Option<Vec<u32>> {
    members.sort_unstable();
    members.dedup();
    let others = (list.len as usize).saturating_sub(members.len());
    (!machine.tracing || others > SHORT_LIST).then_some(members)
}

/// Whether nothing about the members of a long list is in doubt.
pub(super) fn all_certain(machine: &mut Machine<'_>, list: ListVal) -> bool {
    list.len >= LONG && list.lasts() && machine.index(list, By::Member).untold.is_empty()
}

impl Machine<'_> {
    fn index(&mut self, list: ListVal, by: By) -> Arc<Index> {
        let key = (list.stored, list.first, list.len, by);
        if let Some(index) = self.indices.0.get(&key) {
            return Arc::clone(index);
        }
        let mut index = Index::default();
        for number in 0..list.len {
            let item = self.member(list, number);
            if let (By::Members(slot), Val::Object(id), None) = (by, item.value, item.in_doubt) {
                self.index_members(&mut index, number, id, slot);
                continue;
            }
            let value = match item.value {
                // Whether it is a member at all may be in doubt.
                _ if item.in_doubt.is_some() => Val::Unknown(ReasonId::IN_DOUBT),
                Val::Object(id) => self.certainly(id, by),
                value if by == By::Member => value,
                _ => Val::Unknown(ReasonId::IN_DOUBT),
            };
            index.add(self.topology(), number, value);
        }
        let index = Arc::new(index);
        self.indices.0.insert(key, Arc::clone(&index));
        index
    }

    /// Adds what a list names that stands in a field of an object.
    fn index_members(&self, index: &mut Index, number: u32, id: ObjectId, slot: SlotIndex) {
        let (topology, object) = (self.topology(), self.topology().object(id));
        let list = match topology.slot(id, slot).value {
            _ if object.existence != Existence::Certain => None,
            Value::List(list) if !list.open => Some(topology.list(list)),
            Value::Absent if !object.outside => Some(&[][..]),
            _ => None,
        };
        let keys: Option<Vec<u64>> = list.and_then(|list| {
            let keys = list.iter().map(|slot| match slot.value {
                Value::Object(id) if topology.object(id).existence == Existence::Certain => {
                    key_of(topology, Val::Object(id))
                }
                Value::Text(symbol) => key_of(topology, Val::Text(symbol)),
                _ => None,
            });
            keys.collect()
        });
        match keys {
            Some(keys) => keys.into_iter().for_each(|key| index.named.entry(key).or_default().push(number)),
            None => index.untold.push(number),
        }
    }

    /// The keys of a value, of a list those of its members; nothing where some cannot be told.
    fn keys(&self, value: Val) -> Option<Vec<u64>> {
        match value {
            Val::List(list) if list.open => None,
            Val::List(list) => {
                let members = (0..list.len).map(|index| self.member(list, index));
                let key = |item: Item| match item.in_doubt {
                    None => key_of(self.topology(), item.value),
                    Some(_) => None,
                };
                members.map(key).collect()
            }
            value => key_of(self.topology(), value).map(|key| vec![key]),
        }
    }

    /// Which members of a list may pass conditions that hang on nothing else.
    fn passing_alone(&mut self, list: ListVal, number: u32, conditions: &[Run]) -> Arc<Index> {
        let key = (list.stored, list.first, list.len, By::Alone(number));
        if let Some(index) = self.indices.0.get(&key) {
            return Arc::clone(index);
        }
        // What fails while nothing is assumed fails whatever is.
        let assumed = std::mem::take(&mut self.assumed);
        let tracing = std::mem::replace(&mut self.tracing, false);
        let steps = self.steps_left();
        let mut index = Index::default();
        for number in 0..list.len {
            self.refill();
            let item = self.member(list, number);
            if conditions.iter().all(|condition| try_member(self, item, condition, true) != Test::Fails) {
                index.untold.push(number);
            }
        }
        self.set_steps_left(steps);
        (self.assumed, self.tracing) = (assumed, tracing);
        let index = Arc::new(index);
        self.indices.0.insert(key, Arc::clone(&index));
        index
    }

    /// What something of an object is whatever is assumed; else unknown.
    fn certainly(&self, id: ObjectId, by: By) -> Val {
        let topology = self.topology();
        let object = topology.object(id);
        let untold = Val::Unknown(ReasonId::IN_DOUBT);
        if object.existence != Existence::Certain {
            return untold;
        }
        let slot = match by {
            By::Member => return Val::Object(id),
            By::Name if object.symbolic => return untold,
            By::Name => return Val::Text(object.name),
            By::Slot(slot) | By::Members(slot) => slot,
            By::Alone(_) => return untold,
        };
        match topology.slot(id, slot).value {
            Value::Absent if object.outside => untold,
            Value::Absent => Val::Absent,
            Value::Bool(value) => Val::Bool(value),
            Value::Int(value) => Val::Int(value),
            Value::Text(symbol) => Val::Text(symbol),
            Value::Object(id) => Val::Object(id),
            Value::Unknown(_) | Value::List(_) => untold,
        }
    }
}

/// The members of a list that have to be looked at, with how many are passed over before each.
pub(super) struct Picked {
    picked: Option<std::vec::IntoIter<u32>>,
    next: u32,
    len: u32,
}

impl Picked {
    /// `picked` of them, or all.
    pub(super) fn new(picked: Option<Vec<u32>>, len: u32) -> Self {
        Self { picked: picked.map(Vec::into_iter), next: 0, len }
    }

    /// How many are passed over, and the next one after them; none at the end.
    pub(super) fn next(&mut self) -> (u32, Option<u32>) {
        let from = self.next;
        let found = match &mut self.picked {
            Some(picked) => picked.next(),
            None => Some(from).filter(|index| *index < self.len),
        };
        let until = found.unwrap_or(self.len);
        self.next = until.saturating_add(1);
        (until.saturating_sub(from), found)
    }
}
