//! Compiled expressions: closures over a [`Machine`].

use std::fmt;

use super::machine::Machine;
use super::reading::Step;
use super::types::Type;
use super::values::{Item, Items, Read, Truth, Val};
use crate::source::NodeId;
use crate::topology::ReasonId;

/// A compiled part of an expression.
pub(super) type Run = Box<dyn Fn(&mut Machine<'_>) -> Val + Send + Sync>;

/// A value that is written in the expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Constant {
    Bool(bool),
    Int(i64),
    /// Index into the table of literals.
    Text(u32),
}

impl Constant {
    #[inline]
    pub(super) fn value(self, machine: &Machine<'_>) -> Val {
        match self {
            Self::Bool(value) => Val::Bool(value),
            Self::Int(value) => Val::Int(value),
            Self::Text(index) => Val::Text(machine.literal(index)),
        }
    }
}

/// Where a path starts.
pub(super) enum Root {
    /// A variable, by its index.
    Variable(usize),
    /// The object of constants.
    Azure,
    /// Anything else.
    Other(Run),
}

/// Fields read one after the other.
pub(super) struct Path {
    pub(super) root: Root,
    pub(super) steps: Vec<Step>,
}

/// What is known about a compiled part when it is put to use.
pub(super) enum Shape {
    Constant(Constant),
    Constants(Vec<Constant>),
    Path(Path),
    Other(Run),
}

/// A compiled part with its type.
pub(super) struct Code {
    pub(super) ty: Type,
    pub(super) shape: Shape,
}

impl Code {
    pub(super) fn new(ty: Type, run: impl Fn(&mut Machine<'_>) -> Val + Send + Sync + 'static) -> Self {
        Self { ty, shape: Shape::Other(Box::new(run)) }
    }

    pub(super) fn boxed(ty: Type, run: Run) -> Self {
        Self { ty, shape: Shape::Other(run) }
    }

    /// Whether its value stands at one place.
    pub(super) fn is_path(&self) -> bool {
        matches!(&self.shape, Shape::Path(_))
    }

    /// The index, if it is nothing but a variable.
    pub(super) fn as_variable(&self) -> Option<usize> {
        match &self.shape {
            Shape::Path(Path { root: Root::Variable(index), steps }) if steps.is_empty() => Some(*index),
            _ => None,
        }
    }

    pub(super) fn run(self) -> Run {
        match self.shape {
            Shape::Constant(constant) => Box::new(move |machine| constant.value(machine)),
            Shape::Constants(constants) => Box::new(move |machine| {
                let first = machine.mark();
                for constant in &constants {
                    let value = constant.value(machine);
                    machine.keep(Item::new(value, NodeId::NOWHERE));
                }
                machine.listed_since(first, false)
            }),
            Shape::Path(path) => path.run(),
            Shape::Other(run) => run,
        }
    }

    /// The path that it is, or that starts with it.
    pub(super) fn into_path(self) -> Path {
        match self.shape {
            Shape::Path(path) => path,
            _ => Path { root: Root::Other(self.run()), steps: Vec::new() },
        }
    }
}

impl Path {
    fn run(mut self) -> Run {
        match (self.root, self.steps.len()) {
            (Root::Variable(index), 0) => Box::new(move |machine| {
                if machine.tracing {
                    machine.note_variable(index);
                }
                machine.variable(index)
            }),
            (Root::Variable(index), 1) => match self.steps.pop() {
                Some(step) => one_step(index, step),
                None => Box::new(|_| Val::Absent),
            },
            (root, _) => {
                let steps = self.steps;
                Box::new(move |machine| along(machine, &root, &steps))
            }
        }
    }

    /// The path without its last step, and that step.
    pub(super) fn split(mut self) -> (Run, Option<Step>) {
        let last = self.steps.pop();
        (self.run(), last)
    }
}

/// A field of a variable, the most frequent form.
fn one_step(index: usize, step: Step) -> Run {
    match step.slot() {
        Some(slot) => {
            let field = step.field;
            Box::new(move |machine| match machine.variable(index) {
                Val::Object(id) => machine.read(id, slot, field),
                other => broken(machine, index, other),
            })
        }
        None => Box::new(move |machine| match machine.variable(index) {
            value @ Val::Object(_) => step.read(machine, value),
            other => broken(machine, index, other),
        }),
    }
}

/// The value of a path whose variable is no object.
#[cold]
pub(super) fn broken(machine: &mut Machine<'_>, index: usize, value: Val) -> Val {
    machine.note_variable(index);
    match value {
        Val::Unknown(_) => value,
        _ => Val::Absent,
    }
}

/// Follows a path. Of the reads only the last is kept: the one that gives the value, or at which the path breaks.
fn along(machine: &mut Machine<'_>, root: &Root, steps: &[Step]) -> Val {
    let mut value = match root {
        Root::Variable(index) => match machine.variable(*index) {
            value @ Val::Object(_) => value,
            other => return broken(machine, *index, other),
        },
        Root::Azure => machine.azure(),
        Root::Other(run) => run(machine),
    };
    let start = machine.trail.len();
    for step in steps {
        match value {
            Val::Object(_) if machine.tracing => machine.trail.truncate(start),
            Val::Object(_) => {}
            Val::Unknown(_) => return value,
            _ => return Val::Absent,
        }
        value = step.read(machine, value);
    }
    value
}

/// An argument or a named value: evaluated once, bound as a variable.
pub(super) enum Argument {
    Variable(usize),
    Path(Run),
    Other(Run),
}

impl Argument {
    pub(super) fn new(code: Code) -> Self {
        match code.as_variable() {
            Some(index) => Self::Variable(index),
            None if code.is_path() => Self::Path(code.run()),
            None => Self::Other(code.run()),
        }
    }

    /// The value with its place; while tracing, what it rests on is kept with it.
    pub(super) fn item(&self, machine: &mut Machine<'_>) -> Item {
        let start = machine.trail.len();
        let item = match self {
            Self::Variable(index) => machine.bound(*index).unwrap_or(Item::new(Val::Absent, NodeId::NOWHERE)),
            Self::Path(run) => machine.located(true, run),
            Self::Other(run) => machine.located(false, run),
        };
        machine.trail.truncate(start);
        item
    }
}

/// A compiled expression.
pub struct Program {
    /// The type of its values.
    pub ty: Type,
    argument: Argument,
    /// How many variables its scope has.
    variables: usize,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program").field("ty", &self.ty).field("variables", &self.variables).finish_non_exhaustive()
    }
}

impl Program {
    pub(super) fn new(code: Code, variables: usize) -> Self {
        Self { ty: code.ty.clone(), argument: Argument::new(code), variables }
    }

    /// Whether it holds; an absent value counts as false.
    #[must_use]
    pub fn truth(&self, machine: &mut Machine<'_>) -> Truth {
        let mark = machine.mark();
        let value = self.value(machine);
        machine.release(mark);
        value.into()
    }

    /// Its value. A list lives until [`Machine::clear`].
    #[must_use]
    pub fn value(&self, machine: &mut Machine<'_>) -> Val {
        self.enter(machine, |machine| match &self.argument {
            Argument::Variable(index) => {
                machine.note_variable(*index);
                machine.variable(*index)
            }
            Argument::Path(run) | Argument::Other(run) => run(machine),
        })
    }

    /// Its value with its place, ready to be bound as a variable with [`Machine::push`]. Within
    /// [`Machine::with_trail`] it remembers what it rests on, and whoever reads the variable rests on the same.
    #[must_use]
    pub fn item(&self, machine: &mut Machine<'_>) -> Item {
        self.enter(machine, |machine| self.argument.item(machine))
    }

    /// The members of the list that it gives.
    #[must_use]
    pub fn items(&self, machine: &mut Machine<'_>) -> Items {
        let mark = machine.mark();
        let items = match self.value(machine) {
            Val::List(list) => Items {
                items: (0..list.len).map(|index| machine.member(list, index)).collect(),
                open: list.open,
                unknown: None,
            },
            Val::Unknown(reason) => Items { unknown: Some(reason), ..Items::default() },
            _ => Items::default(),
        };
        let keeps_lists = items.items.iter().any(|item| matches!(item.value, Val::List(_)));
        if !keeps_lists {
            machine.release(mark);
        }
        items
    }

    /// Goes through the members of the list that it gives; tells why the whole list cannot be told, if that is so.
    pub fn each<'t>(
        &self,
        machine: &mut Machine<'t>,
        mut on_member: impl FnMut(&mut Machine<'t>, Item),
    ) -> Option<ReasonId> {
        let mark = machine.mark();
        let unknown = match self.value(machine) {
            Val::List(list) => {
                for index in 0..list.len {
                    let item = machine.member(list, index);
                    on_member(machine, item);
                }
                None
            }
            Val::Unknown(reason) => Some(reason),
            _ => None,
        };
        machine.release(mark);
        unknown
    }

    /// Where its value stands: of a path the last field read (of an absent one where its object is named), of a
    /// variable its own place, else the last of the places that it rests on.
    #[must_use]
    pub fn place(&self, machine: &mut Machine<'_>) -> Option<Read> {
        if let Argument::Variable(index) = self.argument {
            return self.enter(machine, |machine| machine.place_of(index));
        }
        let mark = machine.mark();
        let tracing = std::mem::replace(&mut machine.tracing, true);
        let start = machine.trail.len();
        let _ = self.value(machine);
        let read = machine.trail.get(start..).and_then(<[Read]>::last).copied();
        machine.trail.truncate(start);
        machine.tracing = tracing;
        machine.release(mark);
        read
    }

    /// Evaluates with fresh steps, the variables of the scope and no others.
    #[inline]
    fn enter<T>(&self, machine: &mut Machine<'_>, evaluate: impl FnOnce(&mut Machine<'_>) -> T) -> T {
        machine.refill();
        if machine.frame.len() <= self.variables {
            return evaluate(machine);
        }
        let hidden = machine.frame.split_off(self.variables);
        let answer = evaluate(machine);
        machine.frame.extend(hidden);
        answer
    }
}
