//! Whether a YAML document is a topology at all.

use crate::source::{Content, NodeId, Sources};
use crate::topology::Catalogue;

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// A topology: some section is one of ours.
    Topology,
    /// Nothing at all.
    Empty,
    /// Something else; in words.
    Foreign(String),
}

/// Tells whether a document is a topology by what it holds.
#[must_use]
pub fn recognise(sources: &Sources, catalogue: &Catalogue, root: NodeId) -> Recognition {
    match sources.node(sources.resolve(root)).content {
        Content::Null => Recognition::Empty,
        Content::Mapping { len: 0, .. } => Recognition::Empty,
        Content::Mapping { .. } => recognise_mapping(sources, catalogue, root),
        _ => Recognition::Foreign(format!(
            "it holds {}, not sections such as `jobs:` and `storage:`",
            sources.describe(root)
        )),
    }
}

fn recognise_mapping(sources: &Sources, catalogue: &Catalogue, root: NodeId) -> Recognition {
    let has = |key: &str| sources.get(root, key).is_some();
    let known = |key: &str| key == "defaults" || catalogue.sections().any(|section| section == key);
    if has("apiVersion") && has("kind") {
        let kind = sources.get(root, "kind").map(|node| sources.text(node).into_owned()).unwrap_or_default();
        return Recognition::Foreign(format!("it is a Kubernetes manifest (kind `{kind}`)"));
    }
    if has("$schema") && has("resources") {
        return Recognition::Foreign("it is an ARM template, which this version does not read".to_owned());
    }
    if sources.entries(root).iter().any(|entry| known(&sources.text(entry.key))) {
        return Recognition::Topology;
    }
    let keys: Vec<String> =
        sources.entries(root).iter().take(3).map(|entry| format!("`{}`", sources.text(entry.key))).collect();
    Recognition::Foreign(format!("none of its keys ({}) is a section of a topology", keys.join(", ")))
}
