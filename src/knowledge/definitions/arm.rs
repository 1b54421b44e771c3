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
    /// Role definitions, and their names.
    pub roles: Vec<ArmPair>,
    /// Tables of words, by name.
    pub words: Vec<(String, Vec<ArmPair>)>,
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

impl Decoder<'_> {
    /// The tables of one file.
    pub(super) fn arm(&mut self, root: NodeId) -> Option<ArmDefinition> {
        let group = self.group(root, &["types", "apps", "parts", "hosts", "unread", "roles", "words", "source"])?;
        self.required(group, "source");
        let words = self.entries(group, "words");
        Some(ArmDefinition {
            types: self.pairs(group, "types"),
            apps: self.pairs(group, "apps"),
            parts: self.pairs(group, "parts"),
            hosts: self.pairs(group, "hosts"),
            unread: self.pairs(group, "unread"),
            roles: self.pairs(group, "roles"),
            words: words.into_iter().map(|(name, node)| (name, self.pairs_of(node))).collect(),
            sources: self.texts(group, "source"),
            place: self.sources.place(root),
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
