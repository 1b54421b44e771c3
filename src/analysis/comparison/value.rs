//! Values of two states that are compared: by what they say, not by where they stand.

use super::renames::Renames;
use crate::knowledge::language::{Item, Machine, Val};
use crate::topology::{FLOW, Origin, Topology};

/// A value in terms that both states share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Absent,
    Bool(bool),
    Int(i64),
    Text(String),
    /// An object, by its address in the later state.
    Object(String),
    /// The members of a list in an order of their own: to reorder a list changes nothing. An empty one is absent.
    List(Vec<Value>),
    /// It cannot be told.
    Unknown,
}

impl Value {
    /// The value of an item. `renames` are given for the earlier state.
    pub(super) fn of(machine: &Machine<'_>, item: &Item, renames: Option<&Renames>) -> Self {
        if item.in_doubt.is_some() {
            return Self::Unknown;
        }
        match item.value {
            Val::Absent => Self::Absent,
            Val::Unknown(_) => Self::Unknown,
            Val::Bool(value) => Self::Bool(value),
            Val::Int(value) => Self::Int(value),
            Val::Text(symbol) => Self::Text(machine.text(symbol).to_owned()),
            Val::Object(id) => {
                let topology = machine.topology();
                let object = topology.object(id);
                // What bears a name that cannot be resolved may be anything.
                if object.symbolic {
                    return Self::Unknown;
                }
                let address = address(topology, id);
                Self::Object(renames.map_or(address.clone(), |renames| renames.of(&address).to_owned()))
            }
            Val::List(list) => {
                let mut members: Vec<Self> =
                    machine.members(list).iter().map(|member| Self::of(machine, member, renames)).collect();
                if list.is_open() || members.contains(&Self::Unknown) {
                    return Self::Unknown;
                }
                members.sort();
                // No list and an empty one say the same.
                if members.is_empty() { Self::Absent } else { Self::List(members) }
            }
        }
    }

    /// The value in print, as a reader of one state knows it.
    pub(super) fn shown(machine: &Machine<'_>, item: &Item) -> String {
        let text = Self::of(machine, item, None).to_string();
        if item.origin == Origin::Default { format!("{text} by default") } else { text }
    }
}

fn address(topology: &Topology, id: crate::topology::ObjectId) -> String {
    let object = topology.object(id);
    if object.kind == FLOW { topology.strings.text(object.name).to_owned() } else { topology.address(id) }
}

impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => formatter.write_str("nothing"),
            Self::Unknown => formatter.write_str("unknown"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Int(value) => write!(formatter, "{value}"),
            Self::Text(text) | Self::Object(text) => formatter.write_str(text),
            Self::List(members) => {
                let words: Vec<String> = members.iter().map(ToString::to_string).collect();
                formatter.write_str(&words.join(", "))
            }
        }
    }
}
