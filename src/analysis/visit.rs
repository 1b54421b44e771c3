//! Finding what a rule or a flow is about: a subject, and every combination with it.

use crate::knowledge::language::{Item, Machine, Program, Read, Truth, Val};
use crate::knowledge::ruleset::{CompiledSteps, Step};
use crate::source::NodeId;
use crate::topology::{Existence, FLOW, Object, ObjectId, ReasonId, Topology, Value, flow};

/// A combination of a subject with the members of the lists that the rule names; its variables are bound.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'v> {
    /// Its number among the combinations of the subject.
    pub(super) ordinal: u32,
    /// Whether it cannot be told if the combination is one at all.
    pub(super) in_doubt: bool,
    /// A list is unknown: the variables from there on are not bound, and nothing more can be said.
    pub(super) cut: bool,
    /// Why it is in doubt; only where reads are traced.
    pub(super) doubts: &'v [Read],
}

/// Goes through all combinations of a subject.
pub(super) fn visit(
    machine: &mut Machine<'_>,
    steps: &CompiledSteps,
    subject: ObjectId,
    trace: bool,
    on_visit: &mut dyn FnMut(&mut Machine<'_>, Visit<'_>),
) {
    walk(machine, subject, Walk { steps: &steps.steps, telling: &[], trace, next: 0, on_visit });
}

/// The same for who only asks whether a combination breaks the rule: values that decide nothing stay absent.
pub(super) fn visit_to_decide(
    machine: &mut Machine<'_>,
    steps: &CompiledSteps,
    subject: ObjectId,
    on_visit: &mut dyn FnMut(&mut Machine<'_>, Visit<'_>),
) {
    walk(machine, subject, Walk { steps: &steps.steps, telling: &steps.telling, trace: false, next: 0, on_visit });
}

fn walk(machine: &mut Machine<'_>, subject: ObjectId, mut walk: Walk<'_>) {
    machine.clear();
    let in_doubt = assume_subject(machine, subject);
    machine.push(Item::object(machine.topology(), subject));
    let doubts = if in_doubt { existence_read(machine.topology(), subject) } else { Vec::new() };
    walk.go(machine, 0, in_doubt, &doubts);
}

/// Whatever exists under the condition of the subject itself counts as existing. Of a flow that is the condition of what
/// it follows from; that it follows at all may still be in doubt.
pub(super) fn assume_subject(machine: &mut Machine<'_>, subject: ObjectId) -> bool {
    let topology = machine.topology();
    let object = topology.object(subject);
    if object.kind != FLOW {
        assume(machine, object);
        return false;
    }
    for slot in [flow::origin, flow::declared_by] {
        if let Value::Object(end) = topology.slot(subject, slot).value {
            assume(machine, topology.object(end));
        }
    }
    machine.in_doubt(subject).is_some_and(|condition| {
        machine.assume(condition);
        true
    })
}

fn assume(machine: &mut Machine<'_>, object: &Object) {
    if let Existence::Maybe(condition) = object.existence {
        machine.assume(condition);
    }
}

fn existence_read(topology: &Topology, subject: ObjectId) -> Vec<Read> {
    let object = topology.object(subject);
    let unknown = match object.existence {
        Existence::Maybe(reason) => Some(reason),
        Existence::Certain => None,
    };
    vec![Read { object: subject, field: None, node: object.head, origin: crate::topology::Origin::Declared, unknown }]
}

struct Walk<'a> {
    steps: &'a [Step],
    /// The steps whose values are not wanted.
    telling: &'a [usize],
    trace: bool,
    next: u32,
    on_visit: &'a mut dyn FnMut(&mut Machine<'_>, Visit<'_>),
}

impl Walk<'_> {
    fn go(&mut self, machine: &mut Machine<'_>, index: usize, in_doubt: bool, doubts: &[Read]) {
        let steps = self.steps;
        let bound = machine.frame().len();
        match steps.get(index) {
            None => self.report(machine, in_doubt, false, doubts),
            Some(Step::Filter(program)) => self.filter(machine, program, index, in_doubt, doubts),
            Some(Step::Value(_)) if self.telling.contains(&index) => {
                machine.push(Item::new(Val::Absent, NodeId::NOWHERE));
                self.go(machine, index + 1, in_doubt, doubts);
            }
            Some(Step::Value(program)) => {
                let item = item_of(machine, program, self.trace);
                machine.push(item);
                self.go(machine, index + 1, in_doubt, doubts);
            }
            Some(Step::Each(program)) => self.each(machine, program, index, in_doubt, doubts),
        }
        machine.truncate(bound);
    }

    fn report(&mut self, machine: &mut Machine<'_>, in_doubt: bool, cut: bool, doubts: &[Read]) {
        let ordinal = self.next;
        self.next += 1;
        (self.on_visit)(machine, Visit { ordinal, in_doubt, cut, doubts });
    }

    fn filter(&mut self, machine: &mut Machine<'_>, program: &Program, index: usize, in_doubt: bool, doubts: &[Read]) {
        match program.truth(machine) {
            Truth::False => {}
            Truth::True => self.go(machine, index + 1, in_doubt, doubts),
            Truth::Unknown => {
                let mut doubts = doubts.to_vec();
                if self.trace {
                    doubts.extend(machine.with_trail(|machine| program.truth(machine)).1);
                }
                self.go(machine, index + 1, true, &doubts);
            }
        }
    }

    fn each(&mut self, machine: &mut Machine<'_>, program: &Program, index: usize, in_doubt: bool, doubts: &[Read]) {
        let bound = machine.frame().len();
        let unknown = program.each(machine, |machine, item| {
            let condition = condition_of(machine.topology(), &item);
            if let Some(condition) = condition {
                machine.assume(condition);
            }
            // A member that exists under a condition of its own is a subject like any other: "if deployed".
            let doubtful = item.in_doubt.is_some() && item.in_doubt != condition;
            let mut reads = doubts.to_vec();
            if doubtful && self.trace {
                reads.extend(doubt_read(&item));
            }
            machine.push(item);
            self.go(machine, index + 1, in_doubt || doubtful, &reads);
            machine.truncate(bound);
            if condition.is_some() {
                machine.unassume();
            }
        });
        if unknown.is_some() {
            let mut reads = doubts.to_vec();
            if self.trace {
                reads.extend(machine.with_trail(|machine| program.value(machine)).1);
            }
            self.report(machine, true, true, &reads);
        }
    }
}

/// The value of a program with its place; where reads are traced it remembers what it rests on.
pub(super) fn item_of(machine: &mut Machine<'_>, program: &Program, trace: bool) -> Item {
    if trace { machine.with_trail(|machine| program.item(machine)).0 } else { program.item(machine) }
}

fn condition_of(topology: &Topology, item: &Item) -> Option<ReasonId> {
    match item.value {
        Val::Object(id) => match topology.object(id).existence {
            Existence::Maybe(condition) => Some(condition),
            Existence::Certain => None,
        },
        _ => None,
    }
}

fn doubt_read(item: &Item) -> Option<Read> {
    let (object, field) = match (item.value, item.owner) {
        (_, Some(owner)) => (owner.object, Some(owner.field)),
        (Val::Object(object), None) => (object, None),
        _ => return None,
    };
    Some(Read { object, field, node: item.node, origin: item.origin, unknown: item.in_doubt })
}
