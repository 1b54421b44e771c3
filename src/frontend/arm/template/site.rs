//! Where in a run an expression stands: in which template, in which turns of which loops, in which function.

use std::rc::Rc;

use crate::frontend::arm::resource::Turn;
use crate::frontend::arm::value::Value;

/// Names one evaluation of a template.
pub(super) type InstanceId = usize;

/// What a function was called with, by the names of its parameters.
pub(super) type Arguments = Vec<(Rc<str>, Value)>;

/// Where an expression is evaluated.
#[derive(Debug, Clone)]
pub(super) struct Site {
    pub(super) instance: InstanceId,
    pub(super) loops: Loops,
    /// The parameters of the function that it is the body of.
    pub(super) function: Option<Rc<Arguments>>,
    /// Whether it may ask for the state of resources.
    pub(super) may_refer: bool,
    /// Whether it is the default of a parameter.
    pub(super) is_default: bool,
}

/// The loops around something, the innermost first.
pub(super) type Loops = Option<Rc<Loop>>;

/// One turn of a loop, and those around it.
#[derive(Debug)]
pub(super) struct Loop {
    pub(super) name: Rc<str>,
    pub(super) index: Value,
    pub(super) of: LoopOf,
    pub(super) outer: Loops,
}

/// What a loop makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopOf {
    /// Resources, or the items of an output: `copyIndex()` without a name means it.
    Resources,
    /// The items of a property or variable.
    Items,
}

impl Site {
    pub(super) fn new(instance: InstanceId, loops: Loops) -> Self {
        Self { instance, loops, function: None, may_refer: true, is_default: false }
    }

    /// The same, where the state of resources is not known yet.
    pub(super) fn before_deployment(mut self) -> Self {
        self.may_refer = false;
        self
    }

    /// The same, as the default of a parameter.
    pub(super) fn for_default(mut self) -> Self {
        self.is_default = true;
        self.before_deployment()
    }

    /// The same, in a turn of one more loop.
    pub(super) fn in_turn(&self, name: &Rc<str>, index: Value, of: LoopOf) -> Self {
        let turn = Loop { name: Rc::clone(name), index, of, outer: self.loops.clone() };
        Self { loops: Some(Rc::new(turn)), ..self.clone() }
    }
}

/// The loops from the innermost outwards.
pub(super) fn outwards(loops: &Loops) -> impl Iterator<Item = &Loop> {
    std::iter::successors(loops.as_deref(), |turn| turn.outer.as_deref())
}

/// The turns of the loops around a resource, outermost first.
pub(super) fn turns(loops: &Loops) -> Vec<Turn> {
    let turn = |turn: &Loop| Turn { name: Rc::clone(&turn.name), index: turn.index.as_int() };
    let mut turns: Vec<Turn> = outwards(loops).map(turn).collect();
    turns.reverse();
    turns
}
