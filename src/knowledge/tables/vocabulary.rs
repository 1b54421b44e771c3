//! What the fields of a topology are called in templates.

use std::collections::HashMap;

use crate::knowledge::definitions::{ArmField, ArmPair, Definitions};
use crate::source::Problem;
use crate::topology::{FieldType, KINDS, KindId, SERVICE_RESOURCE, SUBNET, Topology};

/// Says what fields of resources are called in ARM templates, and what the words in them are.
#[derive(Debug)]
pub struct Vocabulary<'a> {
    fields: HashMap<&'a str, &'a [ArmField]>,
    words: HashMap<&'a str, &'a [ArmPair]>,
}

impl<'a> Vocabulary<'a> {
    /// The vocabulary of these definitions.
    #[must_use]
    pub fn of(definitions: &'a Definitions) -> Self {
        let fields = definitions.arm.iter().flat_map(|definition| &definition.vocabulary);
        let words = definitions.arm.iter().flat_map(|definition| &definition.words);
        Self {
            fields: fields.map(|(label, fields)| (label.as_str(), fields.as_slice())).collect(),
            words: words.map(|(name, pairs)| (name.as_str(), pairs.as_slice())).collect(),
        }
    }

    /// The fields that `term` names on a resource with `label` before the `/` of its address, below `prefix`, which is a
    /// path or empty.
    pub fn fields(&self, label: &str, prefix: &str, term: &str) -> impl Iterator<Item = &'a ArmField> {
        let fields = self.fields.get(label).copied().unwrap_or_default();
        let whole = if prefix.is_empty() { term.to_owned() } else { format!("{prefix}.{term}") };
        fields.iter().filter(move |field| matches(&field.field, &whole))
    }

    /// How a template writes a word of ours, by a table.
    #[must_use]
    pub fn word(&self, table: &str, word: &str) -> Option<&'a str> {
        let pairs = self.words.get(table)?.iter();
        pairs.filter(|pair| pair.arm != "absent").find(|pair| pair.is == word).map(|pair| pair.arm.as_str())
    }
}

/// Whether a path is of this form, where `*` stands for a name.
fn matches(form: &str, path: &str) -> bool {
    let mut path = path.split('.');
    form.split('.').all(|part| path.next().is_some_and(|name| part == "*" || part == name)) && path.next().is_none()
}

/// Reports fields that nothing has, and tables that do not exist.
pub(super) fn check(definitions: &Definitions, problems: &mut Vec<Problem>) {
    let tables: Vec<&str> = definitions.arm.iter().flat_map(|arm| &arm.words).map(|(name, _)| name.as_str()).collect();
    for (label, fields) in definitions.arm.iter().flat_map(|definition| &definition.vocabulary) {
        let kind = kind_of(definitions, label);
        for field in fields {
            if !kind.is_some_and(|kind| has(kind, &field.field)) {
                let message = format!("`{label}` has no field `{}`", field.field);
                problems.push(Problem::error("unknown-field", field.place, message));
            }
            if let Some(table) = field.words.as_ref().filter(|table| !tables.contains(&table.as_str())) {
                let message = format!("there is no table `{table}` of words");
                problems.push(Problem::error("unknown-table", field.place, message));
            }
        }
    }
}

/// The kind whose objects have this word before the `/` of their addresses.
fn kind_of(definitions: &Definitions, label: &str) -> Option<KindId> {
    let stands_alone = |id: KindId| Topology::kind(id).section.is_some() || id == SUBNET;
    let own = KINDS.iter().find(|kind| kind.name == label && stands_alone(kind.id)).map(|kind| kind.id);
    own.or_else(|| definitions.services.iter().any(|service| service.name == label).then_some(SERVICE_RESOURCE))
}

/// Whether objects of a kind have a field at the end of this path.
fn has(kind: KindId, path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let Some((_, field)) = Topology::kind(kind).field(name) else { return false };
    match (field.ty, rest) {
        (_, None) => true,
        (FieldType::Struct(inner), Some(rest)) => has(inner, rest),
        (FieldType::Children(inner), Some(rest)) => rest.strip_prefix("*.").is_some_and(|rest| has(inner, rest)),
        _ => false,
    }
}
