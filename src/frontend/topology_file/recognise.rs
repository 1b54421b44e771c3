//! Whether a YAML document is a topology at all.

use crate::source::{Content, NodeId, Sources, did_you_mean};
use crate::topology::Catalogue;

/// Keys of continuous-integration pipelines, which have `jobs` too.
const PIPELINE_KEYS: &[&str] =
    &["on", "trigger", "pr", "pool", "stages", "steps", "schedules", "workflow", "orbs", "workflows"];

/// What a document is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// A topology: some section is one of ours.
    Topology,
    /// Nothing at all.
    Empty,
    /// Something else that is known; in words.
    Foreign(String),
    /// Nothing that is known: no section of ours, nor a sign of something else; in words.
    Unknown(String),
}

/// Tells by name or first bytes what is not read as YAML at all.
#[must_use]
pub fn recognise_text(name: &str, text: &str) -> Option<String> {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if extension.eq_ignore_ascii_case("bicep") {
        return Some("it is Bicep, which is compiled first".to_owned());
    }
    if ["tf", "tfvars", "hcl"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        return Some("it is Terraform code, which this version does not read".to_owned());
    }
    // JSON may be indented by tabs, which YAML does not take.
    let text = text.trim_start_matches('\u{feff}');
    let is_json = extension.eq_ignore_ascii_case("json") || text.trim_start().starts_with('{');
    let value = is_json.then(|| serde_json::from_str::<JsonHead>(text).ok()).flatten()?;
    known_json(|key| match key {
        "$schema" => value.schema.is_some(),
        "resources" => value.resources.is_some(),
        "parameters" => value.parameters.is_some(),
        "terraform_version" => value.terraform_version.is_some(),
        _ => false,
    })
}

/// The keys that tell JSON files of other tools.
#[derive(serde::Deserialize)]
struct JsonHead {
    #[serde(rename = "$schema")]
    schema: Option<serde::de::IgnoredAny>,
    resources: Option<serde::de::IgnoredAny>,
    parameters: Option<serde::de::IgnoredAny>,
    terraform_version: Option<serde::de::IgnoredAny>,
}

fn known_json(has: impl Fn(&str) -> bool) -> Option<String> {
    if has("$schema") && has("resources") {
        return Some("it looks like an ARM template, and is none".to_owned());
    }
    if has("$schema") && has("parameters") {
        return Some("it looks like the parameters of an ARM template".to_owned());
    }
    has("terraform_version").then(|| "it is a Terraform plan or state, which this version does not read".to_owned())
}

/// Tells whether a document is a topology by what it holds.
#[must_use]
pub fn recognise(sources: &Sources, catalogue: &Catalogue, root: NodeId) -> Recognition {
    match sources.node(sources.resolve(root)).content {
        Content::Null => Recognition::Empty,
        Content::Mapping { len: 0, .. } => Recognition::Empty,
        Content::Mapping { .. } => recognise_mapping(sources, catalogue, root),
        _ => Recognition::Unknown(format!(
            "it holds {}, not sections such as `jobs:` and `storage:`",
            sources.describe(root)
        )),
    }
}

fn recognise_mapping(sources: &Sources, catalogue: &Catalogue, root: NodeId) -> Recognition {
    let has = |key: &str| sources.get(root, key).is_some();
    if has("apiVersion") && has("kind") {
        let kind = sources.get(root, "kind").map(|node| sources.text(node).into_owned()).unwrap_or_default();
        return Recognition::Foreign(format!("it is a Kubernetes manifest (kind `{kind}`)"));
    }
    if let Some(what) = known_json(has) {
        return Recognition::Foreign(what);
    }
    let known = |key: &str| catalogue.sections().any(|section| section == key);
    let keys: Vec<_> = sources.entries(root).iter().map(|entry| sources.text(entry.key)).collect();
    let shared = |key: &str| key == "jobs" || key == "defaults";
    if keys.iter().any(|key| PIPELINE_KEYS.contains(&&**key)) && !keys.iter().any(|key| known(key) && !shared(key)) {
        return Recognition::Foreign("it is a pipeline of some other tool".to_owned());
    }
    if keys.iter().any(|key| key == "defaults" || known(key)) {
        return Recognition::Topology;
    }
    let hint = keys.iter().take(3).find_map(|key| Some((key, did_you_mean(key, catalogue.sections())?)));
    let hint = hint.map_or_else(String::new, |(key, near)| format!("; for `{key}`, did you mean `{near}`?"));
    let keys: Vec<String> = keys.iter().take(3).map(|key| format!("`{key}`")).collect();
    Recognition::Unknown(format!("none of its keys ({}) is a section of a topology{hint}", keys.join(", ")))
}
