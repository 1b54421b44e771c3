//! What a JSON file is, by what it holds.

use super::expression::Level;
use crate::source::{Content, NodeId, Sources};

/// What a JSON value was recognised as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// A template that is deployed to that level.
    Template(Level),
    /// The values of the parameters of a template.
    Parameters,
}

/// Recognises a template or a parameter file by its `$schema`, and one without that by its sections, a template also by
/// what its resources look like.
#[must_use]
pub fn recognise(sources: &Sources, root: NodeId) -> Option<Recognised> {
    let schema = get(sources, root, "$schema").map(|node| sources.text(node).to_ascii_lowercase()).unwrap_or_default();
    if schema.contains("deploymentparameters.json") {
        return Some(Recognised::Parameters);
    }
    let has = |key: &str| get(sources, root, key).is_some();
    if schema.is_empty() && has("parameters") && has("contentVersion") && !has("resources") {
        return Some(Recognised::Parameters);
    }
    let is_template = schema.contains("deploymenttemplate.json")
        || (has("resources") && has("contentVersion"))
        || get(sources, root, "resources").is_some_and(|list| holds_resources(sources, list));
    is_template.then(|| Recognised::Template(level(&schema)))
}

/// Whether a list, or an object with symbolic names, holds a resource: its type has a slash in it, and there is a version.
fn holds_resources(sources: &Sources, list: NodeId) -> bool {
    let looks_like_one = |node: NodeId| {
        let ty = get(sources, node, "type").map(|ty| sources.text(ty)).unwrap_or_default();
        ty.contains('/') && get(sources, node, "apiVersion").is_some()
    };
    let named = sources.entries(list).iter().map(|entry| entry.value);
    sources.items(list).iter().copied().chain(named).any(looks_like_one)
}

/// The level that a template is deployed to, by its schema.
#[must_use]
pub fn level_of(sources: &Sources, template: NodeId) -> Level {
    level(&get(sources, template, "$schema").map(|node| sources.text(node).to_ascii_lowercase()).unwrap_or_default())
}

fn level(schema: &str) -> Level {
    let levels = [
        ("subscriptiondeploymenttemplate", Level::Subscription),
        ("managementgroupdeploymenttemplate", Level::ManagementGroup),
        ("tenantdeploymenttemplate", Level::Tenant),
    ];
    levels.iter().find(|(name, _)| schema.contains(name)).map_or(Level::ResourceGroup, |(_, level)| *level)
}

/// The value of a key, whatever its case.
pub(super) fn get(sources: &Sources, mapping: NodeId, key: &str) -> Option<NodeId> {
    sources.get_in_any_case(mapping, key)
}

pub(super) fn is_mapping(sources: &Sources, node: NodeId) -> bool {
    matches!(sources.content(node), Content::Mapping { .. })
}

pub(super) fn is_sequence(sources: &Sources, node: NodeId) -> bool {
    matches!(sources.content(node), Content::Sequence { .. })
}
