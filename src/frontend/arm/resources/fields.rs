//! Groups of fields, as a topology file would write them.

use crate::frontend::arm::value::{GivenBy, Unknown, Value};
use crate::source::{Computed, ComputedData, NodeId};

/// Fields of an object in the order in which they are set.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(Computed, Computed)>);

impl Fields {
    /// Sets a field, if there is a value.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Option<Computed>>) {
        let Some(value) = value.into() else { return };
        match self.0.iter_mut().find(|(key, _)| is_text(key, name)) {
            Some((_, known)) => *known = value,
            None => self.0.push((Computed::text(name, value.at), value)),
        }
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&Computed> {
        self.0.iter().find(|(key, _)| is_text(key, name)).map(|(_, value)| value)
    }

    /// Sets the field of a name that is written there.
    pub(super) fn name(&mut self, name: Computed, value: Computed) {
        self.0.push((name, value));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields as a value that stands there.
    pub(super) fn at(self, at: NodeId) -> Computed {
        Computed::new(ComputedData::Mapping(self.0), at)
    }

    /// The same, or nothing where nothing is set.
    pub(super) fn some(self, at: NodeId) -> Option<Computed> {
        (!self.is_empty()).then(|| self.at(at))
    }

    /// Takes over what a later declaration of the same object says.
    pub(super) fn over(&mut self, later: Self) {
        for (key, value) in later.0 {
            match self.0.iter_mut().find(|(known, _)| same(known, &key)) {
                Some((_, known)) => merge(known, value),
                None => self.0.push((key, value)),
            }
        }
    }

    /// Leaves out what another group of fields says as well.
    pub(super) fn leave_out(&mut self, other: &Self) {
        self.0.retain_mut(|(key, value)| match other.get(text_of(key)) {
            None => true,
            Some(theirs) => match (&mut value.data, &theirs.data) {
                (ComputedData::Mapping(ours), ComputedData::Mapping(theirs)) => {
                    let mut fields = Self(std::mem::take(ours));
                    fields.leave_out(&Self(theirs.clone()));
                    *ours = fields.0;
                    !ours.is_empty()
                }
                _ => !same(value, theirs),
            },
        });
    }

    /// Makes unknown in what two declarations differ of which only one holds.
    pub(super) fn either(&mut self, other: &Self, why: &str) {
        for (key, value) in &mut self.0 {
            let text = text_of(key).to_owned();
            if text != "id" && !other.get(&text).is_some_and(|theirs| same(value, theirs)) {
                *value = Computed::unknown(why, value.at);
            }
        }
        for (key, value) in &other.0 {
            if self.get(text_of(key)).is_none() {
                self.0.push((key.clone(), Computed::unknown(why, value.at)));
            }
        }
    }
}

/// Groups of fields are merged field by field, of all else the later one holds.
fn merge(known: &mut Computed, later: Computed) {
    match (&mut known.data, later.data) {
        (ComputedData::Mapping(ours), ComputedData::Mapping(theirs)) => {
            let mut fields = Fields(std::mem::take(ours));
            fields.over(Fields(theirs));
            *ours = fields.0;
        }
        (_, data) => *known = Computed { data, ..later },
    }
}

fn text_of(value: &Computed) -> &str {
    match &value.data {
        ComputedData::Text(text) | ComputedData::Plain(text) => text,
        _ => "",
    }
}

fn is_text(value: &Computed, text: &str) -> bool {
    text_of(value) == text
}

/// Whether two values say the same, wherever they stand.
pub(super) fn same(a: &Computed, b: &Computed) -> bool {
    match (&a.data, &b.data) {
        (ComputedData::Sequence(a), ComputedData::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (ComputedData::Mapping(a), ComputedData::Mapping(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((key, a), (other, b))| same(key, other) && same(a, b))
        }
        (a, b) => a == b,
    }
}

/// Where the value was given, in words.
pub(super) fn trail_of(value: &Value) -> Vec<(NodeId, String)> {
    let places = value.trail.places().iter().filter(|given| given.at.is_somewhere() && given.at != value.at);
    let said = places.map(|given| {
        let (before, behind) = match given.by {
            GivenBy::ParameterDefault => ("the default of parameter `", "`"),
            GivenBy::ParameterValue => ("parameter `", "` is given here"),
            GivenBy::ParameterDeclaration => ("parameter `", "` has no value"),
            GivenBy::Variable => ("variable `", "`"),
            GivenBy::Output => ("output `", "`"),
            GivenBy::Resource => ("`", "` is declared here"),
            GivenBy::Turn => ("in loop ", ""),
        };
        (given.at, [before, &*given.name, behind].concat())
    });
    said.collect()
}

/// In which turn of a loop within a property an item was made.
pub(super) fn turn_of(item: &Value) -> Option<String> {
    let turn = item.trail.places().iter().find(|given| given.by == GivenBy::Turn)?;
    Some(format!("in loop {}", turn.name))
}

/// What an item was read as, with the turn of the loop that made it.
pub(super) fn in_turn(item: &Value, read: Computed) -> Computed {
    read.in_turn(turn_of(item))
}

/// A value that cannot be told, at the place of another.
pub(super) fn unknown(why: &Unknown, value: &Value) -> Computed {
    Computed::unknown(why.why(), value.at).given(trail_of(value))
}
