//! What the words, types, hosts and ids of ARM templates are called here.

use serde::{Deserialize, Serialize};

use super::decode::{Decoder, Group};
use crate::source::{NodeId, Place};

/// One file of tables about ARM templates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ArmDefinition {
    /// Resource types, and the words before `/` in addresses.
    pub types: Vec<ArmPair>,
    /// Kinds of apps that are services of their own.
    pub apps: Vec<ArmPair>,
    /// Types that are read with other resources, and what they are for.
    pub parts: Vec<ArmPair>,
    /// How names end on the internet, and the resource type they belong to.
    pub hosts: Vec<ArmPair>,
    /// Resource types that matter and are not understood, and what stays untold.
    pub unread: Vec<ArmPair>,
    /// Parts of resources that say nothing without the whole, and what stays untold.
    pub detached: Vec<ArmPair>,
    /// Role definitions, and their names.
    pub roles: Vec<ArmPair>,
    /// Tables of words, by name.
    pub words: Vec<(String, Vec<ArmPair>)>,
    /// What fields are called in templates, by the word before `/` in addresses.
    pub vocabulary: Vec<(String, Vec<ArmField>)>,
    /// Keys of the documents that say so.
    pub sources: Vec<String>,
    /// Where it stands.
    pub place: Place,
}

/// What something is called in a template, and here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmPair {
    /// In a template.
    pub arm: String,
    /// Here.
    pub is: String,
    /// Where that is written.
    pub place: Place,
}

/// What a field of a resource is called in a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArmField {
    /// The path of the field below its resource; `*` stands for a name.
    pub field: String,
    /// The path of the property; `[]` stands for the items of a list.
    pub property: String,
    /// The resource type that has the property, where it is not that of the resource itself.
    pub of: Option<String>,
    /// The table of the words that it holds.
    pub words: Option<String>,
    /// Where that is written.
    pub place: Place,
}

impl Decoder<'_> {
    /// The tables of one file.
    pub(super) fn arm(&mut self, root: NodeId) -> Option<ArmDefinition> {
        let tables = ["types", "apps", "parts", "hosts", "unread", "detached", "roles", "words", "vocabulary"];
        let group = self.group(root, &[&tables[..], &["source"]].concat())?;
        self.required(group, "source");
        let words = self.entries(group, "words");
        let vocabulary = self.entries(group, "vocabulary");
        Some(ArmDefinition {
            types: self.pairs(group, "types"),
            apps: self.pairs(group, "apps"),
            parts: self.pairs(group, "parts"),
            hosts: self.pairs(group, "hosts"),
            unread: self.pairs(group, "unread"),
            detached: self.pairs(group, "detached"),
            roles: self.pairs(group, "roles"),
            words: words.into_iter().map(|(name, node)| (name, self.pairs_of(node))).collect(),
            vocabulary: vocabulary.into_iter().map(|(label, node)| (label, self.arm_fields(node))).collect(),
            sources: self.texts(group, "source"),
            place: self.sources.place(root),
        })
    }

    fn arm_fields(&mut self, node: NodeId) -> Vec<ArmField> {
        let entries = self.sources.entries(node).to_vec();
        entries.into_iter().filter_map(|entry| self.arm_field(entry.key, entry.value)).collect()
    }

    fn arm_field(&mut self, key: NodeId, value: NodeId) -> Option<ArmField> {
        let group = self.group(value, &["property", "of", "words"])?;
        Some(ArmField {
            field: self.sources.text(key).into_owned(),
            property: self.required_text(group, "property")?,
            of: self.optional_text(group, "of"),
            words: self.optional_text(group, "words"),
            place: self.sources.place(key),
        })
    }

    fn pairs(&mut self, group: Group, field: &str) -> Vec<ArmPair> {
        self.get(group, field).map(|node| self.pairs_of(node)).unwrap_or_default()
    }

    fn pairs_of(&mut self, node: NodeId) -> Vec<ArmPair> {
        let mut pairs: Vec<ArmPair> = Vec::new();
        for entry in self.sources.entries(node).to_vec() {
            let arm = self.sources.text(entry.key).into_owned();
            let place = self.sources.place(entry.key);
            if pairs.iter().any(|known| known.arm.eq_ignore_ascii_case(&arm)) {
                self.error(entry.key, "duplicate-name", format!("`{arm}` differs from another key in case only"));
            }
            pairs.extend(self.text(entry.value).map(|is| ArmPair { arm, is, place }));
        }
        pairs
    }
}
