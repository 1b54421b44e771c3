//! Values of trees with loops in them: `copy` in an object makes arrays beside its other entries.

use std::borrow::Cow;
use std::rc::Rc;

use super::context::Context;
use super::engine::Engine;
use super::site::{LoopOf, Site};
use crate::frontend::arm::expression::Evaluator;
use crate::frontend::arm::limits::most_turns;
use crate::frontend::arm::recognise::{is_mapping, is_sequence};
use crate::frontend::arm::value::{Array, Data, Given, GivenBy, Kind, Object, Reason, Symbol, Unknown, Value};
use crate::source::{Content, NodeId, Problem, ScalarStyle};

/// How often a loop turns.
pub(super) enum Turns {
    Known(i64),
    /// Unknown, and why.
    Unknown(Rc<Unknown>),
}

/// Entries of a mapping that are not read.
#[derive(Clone, Copy, Default)]
pub(super) struct LeftOut<'n> {
    pub(super) names: &'n [&'n str],
    /// How many of them are known to be there.
    pub(super) count: usize,
}

impl Engine<'_> {
    /// The value of a node: texts and keys are evaluated where they are expressions.
    pub(super) fn tree(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, node: NodeId) -> Value {
        if !evaluator.enter() {
            return self.too_much(evaluator, node);
        }
        let value = match self.sources.content(node) {
            Content::Sequence { .. } => {
                let items = self.sources.items(node).iter();
                let items: Vec<Value> = items.map(|item| self.part(evaluator, site, *item)).collect();
                Value::new(Data::from(items)).at(node)
            }
            Content::Mapping { .. } => self.mapping(evaluator, site, node, LeftOut::default()),
            Content::Scalar { style: ScalarStyle::Quoted | ScalarStyle::Block, .. } => self.text(evaluator, site, node),
            _ => evaluator.literal(node),
        };
        evaluator.leave();
        value
    }

    /// The same of an item or an entry: most are texts.
    #[inline]
    fn part(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, node: NodeId) -> Value {
        match self.sources.node(node).content {
            Content::Scalar { style: ScalarStyle::Quoted, .. } if evaluator.enter() => {
                let value = self.text(evaluator, site, node);
                evaluator.leave();
                value
            }
            _ => self.tree(evaluator, site, node),
        }
    }

    /// The value of a text.
    #[inline]
    pub(super) fn text(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, node: NodeId) -> Value {
        let text = evaluator.sources().text(node);
        if text.starts_with('[') { self.said(evaluator, site, node, text) } else { evaluator.plain(node, &text) }
    }

    /// The value of a text that begins with a bracket.
    fn said<'e>(&mut self, evaluator: &mut Evaluator<'e>, site: &Site, node: NodeId, text: Cow<'e, str>) -> Value {
        let is_expression = is_expression(&text);
        let value = evaluator.said(&mut Context { engine: self, site }, node, text);
        if is_expression {
            self.statistics.count(&value);
        }
        value
    }

    /// The value of a mapping without the entries of those names.
    pub(super) fn mapping(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        node: NodeId,
        left_out: LeftOut<'_>,
    ) -> Value {
        let entries = self.sources.entries(node);
        let mut object = Object::with_room(entries.len().saturating_sub(left_out.count));
        for entry in entries {
            let name = self.sources.text(entry.key);
            if left_out.names.iter().any(|left_out| name.eq_ignore_ascii_case(left_out)) {
                continue;
            }
            if name.eq_ignore_ascii_case("copy") && self.is_loops(entry.value) {
                self.loops(evaluator, site, entry.value, &mut object);
                continue;
            }
            let value = self.part(evaluator, site, entry.value);
            if name.starts_with('[') {
                self.insert(evaluator, site, entry.key, value, &mut object);
            } else {
                object.insert(evaluator.word(&name), value);
            }
        }
        Value::new(Data::from(object)).at(node)
    }

    /// Sets the values of the loops in an object.
    fn loops(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, loops: NodeId, object: &mut Object) {
        for item in self.sources.items(loops) {
            let name = self.get(*item, "name").map(|name| self.text(evaluator, site, name));
            let Some(name) = name.as_ref().and_then(Value::as_text) else { continue };
            let name: Rc<str> = name.into();
            let value = in_turns(self.items(evaluator, site, &name, *item), &name);
            object.insert(name, value);
        }
    }

    /// Sets the value of a key that begins with a bracket: it may be an expression.
    fn insert(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, key: NodeId, value: Value, object: &mut Object) {
        let written = self.sources.text(key);
        if !is_expression(&written) {
            let meant = written.strip_prefix('[').filter(|rest| rest.starts_with('[')).unwrap_or(&written);
            object.insert(evaluator.word(meant), value);
            return;
        }
        let key = self.text(evaluator, site, key);
        match (&key.data, Symbol::of(&key)) {
            (Data::Text(key), _) => object.insert(Rc::clone(key), value),
            (_, Some(symbol)) => object.insert_symbol(Rc::new(symbol), value),
            (_, None) => {}
        }
    }

    /// Whether the value of `copy` are loops, and not something of that name.
    fn is_loops(&self, node: NodeId) -> bool {
        let is_loop = |item: &NodeId| self.get(*item, "name").is_some() && self.get(*item, "input").is_some();
        is_sequence(self.sources, node) && self.sources.items(node).iter().all(is_loop)
    }

    /// The array that a loop over items makes: `{name, count, input}`.
    pub(super) fn items(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, name: &Rc<str>, copy: NodeId) -> Value {
        self.items_of(evaluator, site, name, copy, LoopOf::Items)
    }

    /// The same for a loop of either kind.
    pub(super) fn items_of(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        name: &Rc<str>,
        copy: NodeId,
        of: LoopOf,
    ) -> Value {
        let Some(input) = self.get(copy, "input") else {
            let message = format!("the loop `{name}` has no `input`");
            evaluator.report(Problem::error("missing-field", self.sources.place(copy), message));
            return wrong("copy").at(copy);
        };
        let count = match self.turns(evaluator, site, copy) {
            Turns::Known(count) => count,
            Turns::Unknown(why) => {
                // It may turn no times at all: no item is certain to be there.
                let rest = Rc::new((*why).clone().never_twice());
                return Value::new(Data::Array(Rc::new(Array::with_rest(Vec::new(), Some(rest))))).at(copy);
            }
        };
        let mut items = Vec::new();
        for index in 0..count {
            if evaluator.budget().is_spent() {
                break;
            }
            let site = site.in_turn(name, Value::new(Data::Int(index)), of);
            items.push(self.tree(evaluator, &site, input));
        }
        Value::new(Data::from(items)).at(copy)
    }

    /// How often a loop turns, by its `count`.
    pub(super) fn turns(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, copy: NodeId) -> Turns {
        let Some(node) = self.get(copy, "count") else {
            let place = self.sources.place(copy);
            evaluator.report(Problem::error("missing-field", place, "this loop has no `count`"));
            return Turns::Unknown(Rc::new(Unknown::new(Reason::Wrong, "copy", "copy.count")));
        };
        let mut count = self.tree(evaluator, site, node);
        // A number may be written as text.
        if let Some(number) = count.as_text().and_then(|text| text.trim().parse().ok()) {
            count.data = Data::Int(number);
        }
        let mut refuse = |message: String| {
            evaluator.report(Problem::error("wrong-count", self.sources.place(node), message));
            Turns::Unknown(Rc::new(Unknown::new(Reason::Wrong, "copy", &count.expression())))
        };
        match (&count.data, count.kind()) {
            (Data::Int(number), _) if *number < 0 => refuse(format!("a loop cannot turn {number} times")),
            (Data::Int(number), _) if *number > most_turns() => {
                refuse(format!("a loop turns at most {} times, and this count is {number}", most_turns()))
            }
            (Data::Int(number), _) => Turns::Known(*number),
            (Data::Unknown(unknown), None | Some(Kind::Int)) => Turns::Unknown(Rc::clone(unknown)),
            (_, kind) => refuse(format!(
                "the count of a loop is a whole number, and this is {}",
                kind.map_or("unknown", Kind::words)
            )),
        }
    }

    /// Says once that a bound is reached.
    fn too_much(&mut self, evaluator: &mut Evaluator<'_>, node: NodeId) -> Value {
        if !(self.said_too_much || evaluator.has_said_so()) {
            self.said_too_much = true;
            let (code, message) = if evaluator.budget().is_spent() {
                ("too-much-work", "this makes more values than are evaluated for one input")
            } else {
                ("too-deep", "evaluating this takes too many steps within one another")
            };
            evaluator.report(Problem::error(code, self.sources.place(node), message));
        }
        Value::unknown(Unknown::new(Reason::TooMuch, "", "")).at(node)
    }

    /// The mapping under a key; something else is reported.
    pub(super) fn mapping_at(&self, evaluator: &mut Evaluator<'_>, of: NodeId, key: &str) -> Option<NodeId> {
        let node = self.get(of, key)?;
        self.as_mapping(evaluator, node, key)
    }

    /// The value of a key, if it is a mapping; something else is reported.
    pub(super) fn as_mapping(&self, evaluator: &mut Evaluator<'_>, node: NodeId, key: &str) -> Option<NodeId> {
        if is_mapping(self.sources, node) {
            return Some(node);
        }
        let message = format!("`{key}` must be an object, and this is {}", self.sources.describe(node));
        evaluator.report(Problem::error("wrong-type", self.sources.place(node), message));
        None
    }
}

/// The items of a loop, each with its turn.
fn in_turns(mut value: Value, name: &str) -> Value {
    if let Data::Array(array) = &mut value.data {
        for (index, item) in Rc::make_mut(array).items.iter_mut().enumerate() {
            let turn =
                Given { by: GivenBy::Turn, name: format!("`{name}`, index {index}").into(), at: NodeId::NOWHERE };
            item.trail = item.trail.through(turn);
        }
    }
    value
}

/// Whether a text is an expression.
pub(super) fn is_expression(text: &str) -> bool {
    text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']')
}

/// The value of something that is wrong, which has been reported.
pub(super) fn wrong(what: &str) -> Value {
    Value::unknown(Unknown::new(Reason::Wrong, what, what))
}
