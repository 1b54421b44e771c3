//! Repairs as they are written: what to change in a topology so that a rule is kept or a requirement met; and which
//! changes let in more than before.

use serde::{Deserialize, Serialize};

use super::decode::{Decoder, ExpressionSource, Group};
use crate::source::{NodeId, Place};

/// What a change does to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Gives it a value.
    Set,
    /// Takes it away.
    Unset,
    /// Adds a member to its list.
    Add,
    /// Takes a member out of its list.
    Remove,
}

impl Operation {
    const ALL: [Self; 4] = [Self::Set, Self::Unset, Self::Add, Self::Remove];

    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Unset => "unset",
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }

    /// Whether it is about a member of a list.
    #[must_use]
    pub const fn is_of_list(self) -> bool {
        matches!(self, Self::Add | Self::Remove)
    }
}

/// One change of a repair.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RepairStepDefinition {
    /// Where it stands.
    pub place: Place,
    /// What it does.
    pub operation: Operation,
    /// The field, as a path.
    pub field: ExpressionSource,
    /// The value or member; of `unset` there is none.
    pub value: Option<ValueDefinition>,
    /// Whether it may let in more than before, which is left to people.
    pub widens: bool,
    /// Only where this holds.
    pub condition: Option<ExpressionSource>,
}

/// Which value a change is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ValueDefinition {
    /// This one.
    Is(ExpressionSource),
    /// The text of a list that is spelled most like the former value, if only one is.
    Nearest(ExpressionSource),
}

/// A change that may let in more than before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OpeningDefinition {
    /// Where it stands.
    pub place: Place,
    /// What is done.
    pub operation: Operation,
    /// The name of the kind.
    pub kind: String,
    /// Its field.
    pub field: String,
    /// Only with these values; empty for any.
    pub values: Vec<String>,
}

impl Decoder<'_> {
    /// The changes of `repair`, or a single one in their place.
    pub(super) fn repair(&mut self, group: Group) -> Vec<RepairStepDefinition> {
        self.list(group, "repair").into_iter().filter_map(|node| self.repair_step(node)).collect()
    }

    fn repair_step(&mut self, node: NodeId) -> Option<RepairStepDefinition> {
        let group = self.group(node, &["set", "unset", "add", "remove", "to", "nearest", "from", "widens", "if"])?;
        let operation = self.operation(group)?;
        let own = self.get(group, operation.as_str())?;
        let (field, value) = match operation {
            Operation::Unset => (own, None),
            Operation::Set => match self.get(group, "nearest") {
                Some(list) => (own, Some(ValueDefinition::Nearest(self.expression(list)?))),
                None => (own, Some(ValueDefinition::Is(self.required_expression(group, "to")?))),
            },
            Operation::Add => (self.required(group, "to")?, Some(ValueDefinition::Is(self.expression(own)?))),
            Operation::Remove => (self.required(group, "from")?, Some(ValueDefinition::Is(self.expression(own)?))),
        };
        Some(RepairStepDefinition {
            place: self.sources.place(node),
            operation,
            field: self.expression(field)?,
            value,
            widens: self.truth(group, "widens", false)?,
            condition: self.optional_expression(group, "if"),
        })
    }

    /// A truth value, or what holds where it is left out.
    pub(super) fn truth(&mut self, group: Group, field: &str, unless_said: bool) -> Option<bool> {
        let Some(node) = self.get(group, field) else { return Some(unless_said) };
        let truth = self.sources.as_bool(node);
        if truth.is_none() {
            self.wrong_type(node, "`true` or `false`");
        }
        truth
    }

    /// The one operation that a change names.
    fn operation(&mut self, group: Group) -> Option<Operation> {
        let named: Vec<Operation> =
            Operation::ALL.into_iter().filter(|operation| self.get(group, operation.as_str()).is_some()).collect();
        match named.as_slice() {
            [operation] => Some(*operation),
            _ => {
                self.error(group.node, "bad-change", "a change has one of `set`, `unset`, `add` and `remove`");
                None
            }
        }
    }

    /// An entry of `openings.yaml`.
    pub(super) fn opening(&mut self, node: NodeId) -> Option<OpeningDefinition> {
        let group = self.group(node, &["set", "unset", "add", "remove", "to", "why"])?;
        let operation = self.operation(group)?;
        let own = self.get(group, operation.as_str())?;
        let path = self.text(own)?;
        let Some((kind, field)) = path.split_once('.') else {
            self.error(own, "bad-opening", format!("`{path}` should read `kind.field`"));
            return None;
        };
        Some(OpeningDefinition {
            place: self.sources.place(own),
            operation,
            kind: kind.to_owned(),
            field: field.to_owned(),
            values: self.texts(group, "to"),
        })
    }
}
