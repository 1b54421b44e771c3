//! The named things of a template: parameters, variables, outputs, functions.

use std::rc::Rc;

use hashbrown::HashMap;

use crate::frontend::arm::expression::Refusal;
use crate::frontend::arm::recognise::{get, is_mapping, is_sequence};
use crate::frontend::arm::value::{Value, folded};
use crate::source::{NodeId, Sources};

/// What was evaluated once, or is being evaluated.
#[derive(Debug, Clone)]
pub(super) enum State<T> {
    Running,
    Done(T),
}

/// Something that has a name.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) name: Rc<str>,
    pub(super) node: NodeId,
    /// Whether the node is an item of `copy`, which makes an array.
    pub(super) looped: bool,
}

/// All of one kind, by their names in lower case, with the values that are known so far.
#[derive(Debug, Default)]
pub(super) struct Section {
    what: &'static str,
    order: Vec<Named>,
    positions: HashMap<Box<str>, usize>,
    /// The same, by the names as they are written: so they are mostly asked for.
    written: HashMap<Rc<str>, usize>,
    /// The values, each at the position of its name.
    states: Vec<Option<State<Value>>>,
}

/// What asking a section for a value comes to.
pub(super) enum Asked {
    /// It is known already.
    Known(Value),
    /// It has to be evaluated; until then it is marked as running.
    Evaluate(usize, Named),
}

impl Section {
    /// The entries of a mapping; `what` names one of them in messages.
    pub(super) fn of(sources: &Sources, mapping: Option<NodeId>, what: &'static str) -> Self {
        let mut section = Self { what, ..Self::default() };
        for entry in mapping.map_or(&[][..], |mapping| sources.entries(mapping)) {
            section.add((&*sources.text(entry.key)).into(), entry.value, false);
        }
        section
    }

    /// Variables, where the items of `copy` are variables, too.
    pub(super) fn of_variables(sources: &Sources, mapping: Option<NodeId>) -> Self {
        let mut section = Self { what: "variable", ..Self::default() };
        for entry in mapping.map_or(&[][..], |mapping| sources.entries(mapping)) {
            let name = sources.text(entry.key);
            if name.eq_ignore_ascii_case("copy") && is_sequence(sources, entry.value) {
                for item in sources.items(entry.value).iter().filter(|item| is_mapping(sources, **item)) {
                    let name = get(sources, *item, "name").map(|name| sources.text(name));
                    section.add(name.unwrap_or_default().as_ref().into(), *item, true);
                }
            } else {
                section.add((&*name).into(), entry.value, false);
            }
        }
        section
    }

    /// The functions of the user, as `namespace.name`.
    pub(super) fn of_functions(sources: &Sources, list: Option<NodeId>) -> Self {
        let mut section = Self { what: "function", ..Self::default() };
        for space in list.map_or(&[][..], |list| sources.items(list)) {
            let namespace = get(sources, *space, "namespace").map(|name| sources.text(name)).unwrap_or_default();
            let members = get(sources, *space, "members");
            for entry in members.map_or(&[][..], |members| sources.entries(members)) {
                section.add(format!("{namespace}.{}", sources.text(entry.key)).into(), entry.value, false);
            }
        }
        section
    }

    fn add(&mut self, name: Rc<str>, node: NodeId, looped: bool) {
        let position = self.order.len();
        if let Some(before) = self.positions.insert(folded(&name), position) {
            // Of several, the last one counts, however it is asked for.
            self.written.values_mut().filter(|known| **known == before).for_each(|known| *known = position);
        }
        self.written.insert(Rc::clone(&name), position);
        self.order.push(Named { name, node, looped });
        self.states.push(None);
    }

    /// All of them in the order of writing.
    pub(super) fn all(&self) -> &[Named] {
        &self.order
    }

    /// The one of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Named> {
        self.order.get(self.position(name)?)
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.written.get(name).or_else(|| self.positions.get(&*folded(name))).copied()
    }

    /// The value of that name, or what is needed to evaluate it.
    pub(super) fn ask(&mut self, name: &str) -> Result<Asked, Refusal> {
        let Some(position) = self.position(name) else {
            let names = self.order.iter().map(|named| &*named.name);
            return Err(Refusal::unknown_name(self.what, name, names));
        };
        let (Some(named), Some(state)) = (self.order.get(position), self.states.get_mut(position)) else {
            return Err(Refusal::new("unknown-name", ""));
        };
        match state {
            Some(State::Done(value)) => Ok(Asked::Known(value.clone())),
            Some(State::Running) => Err(cycle(self.what, &named.name)),
            None => {
                *state = Some(State::Running);
                Ok(Asked::Evaluate(position, named.clone()))
            }
        }
    }

    /// Keeps what was evaluated.
    pub(super) fn keep(&mut self, position: usize, value: &Value) {
        if let Some(state) = self.states.get_mut(position) {
            *state = Some(State::Done(value.clone()));
        }
    }
}

/// Something needs itself to be evaluated.
pub(super) fn cycle(what: &str, name: &str) -> Refusal {
    Refusal::new("cycle", format!("the {what} `{name}` depends on itself"))
}
