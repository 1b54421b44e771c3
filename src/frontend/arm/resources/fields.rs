//! Groups of fields, as a topology file would write them.

use std::rc::Rc;

use super::computed::{Computed, ComputedData, Given, Key};
use crate::frontend::arm::value::Given as Place;
use crate::frontend::arm::value::{GivenBy, Unknown, Value};
use crate::source::NodeId;

/// Fields of an object in the order in which they are set.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(Key, Computed)>);

impl Fields {
    /// No fields, with room for so many.
    pub(super) fn with_room(fields: usize) -> Self {
        Self(Vec::with_capacity(fields))
    }

    /// Sets a field, if there is a value.
    pub(super) fn set(&mut self, name: &'static str, value: impl Into<Option<Computed>>) {
        let Some(value) = value.into() else { return };
        match self.0.iter_mut().find(|(key, _)| key.text() == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((Key::Field(name, value.at), value)),
        }
    }

    /// The value of a field.
    pub(super) fn get(&self, name: &str) -> Option<&Computed> {
        self.0.iter().find(|(key, _)| key.text() == name).map(|(_, value)| value)
    }

    /// Sets the field of a name that is written there.
    pub(super) fn name(&mut self, name: Computed, value: Computed) {
        self.0.push((Key::Name(Box::new(name)), value));
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
            match self.0.iter_mut().find(|(known, _)| known.text() == key.text()) {
                Some((_, known)) => merge(known, value),
                None => self.0.push((key, value)),
            }
        }
    }

    /// Leaves out what another group of fields says as well.
    pub(super) fn leave_out(&mut self, other: &Self) {
        self.0.retain_mut(|(key, value)| match other.get(key.text()) {
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
    pub(super) fn either(&mut self, other: &Self, why: &'static str) {
        for (key, value) in &mut self.0 {
            let text = key.text();
            if text != "id" && !other.get(text).is_some_and(|theirs| same(value, theirs)) {
                *value = Computed::unknown(why, value.at);
            }
        }
        for (key, value) in &other.0 {
            if self.get(key.text()).is_none() {
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

/// Whether two values say the same, wherever they stand.
pub(super) fn same(a: &Computed, b: &Computed) -> bool {
    match (&a.data, &b.data) {
        (ComputedData::Sequence(a), ComputedData::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (ComputedData::Mapping(a), ComputedData::Mapping(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((key, a), (other, b))| key.text() == other.text() && same(a, b))
        }
        (ComputedData::Text(a), ComputedData::Text(b)) | (ComputedData::Unknown(a), ComputedData::Unknown(b)) => a == b,
        (ComputedData::Bool(a), ComputedData::Bool(b)) => a == b,
        (ComputedData::Int(a), ComputedData::Int(b)) => a == b,
        _ => false,
    }
}

/// Where the value was given.
pub(super) fn trail_of(value: &Value) -> Given {
    Given::of(value)
}

/// What to say at a place where a value was given.
pub(super) fn said(place: &Place) -> String {
    let (before, behind) = match place.by {
        GivenBy::ParameterDefault => ("the default of parameter `", "`"),
        GivenBy::ParameterValue => ("parameter `", "` is given here"),
        GivenBy::ParameterDeclaration => ("parameter `", "` has no value"),
        GivenBy::Variable => ("variable `", "`"),
        GivenBy::Output => ("output `", "`"),
        GivenBy::Resource => ("`", "` is declared here"),
        GivenBy::Turn => ("in loop ", ""),
    };
    [before, &*place.name, behind].concat()
}

/// In which turn of a loop within a property an item was made.
pub(super) fn turn_of(item: &Value) -> Option<Rc<String>> {
    let turn = item.trail.places().iter().find(|given| given.by == GivenBy::Turn)?;
    Some(Rc::new(format!("in loop {}", turn.name)))
}

/// What an item was read as, with the turn of the loop that made it.
pub(super) fn in_turn(item: &Value, read: Computed) -> Computed {
    read.in_turn(turn_of(item))
}

/// A value that cannot be told, at the place of another.
pub(super) fn unknown(why: &Unknown, value: &Value) -> Computed {
    Computed::unknown(why.why(), value.at).given(trail_of(value))
}
