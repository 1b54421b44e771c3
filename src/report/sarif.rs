//! SARIF 2.1.0, the form that code scanning services and editors take.
//!
//! Findings and mistakes of inputs are results; what was not read, passed over or not decided is said in the invocation.

mod result;
mod rules;

use std::collections::BTreeSet;
use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use self::result::Results;
use self::rules::{NOT_UNDERSTOOD, Rules, SKIPPED, UNDETERMINED, UNREADABLE, notification_descriptors};
use super::json::Each;
use super::locate::Locator;
use super::notice::sentence;
use super::repository::Repository;
use super::rule_text::RuleText;
use super::style::count;
use crate::analysis::{Analysis, Input, InputStatus};
use crate::source::Sources;

/// Where the schema of the form is published.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// What relative addresses start from: SARIF's own word for the root of the checked out sources.
const ROOT: &str = "%SRCROOT%";

/// What SARIF tells beside the analysis.
#[derive(Debug, Clone, Copy)]
pub struct SarifOptions<'a> {
    /// Where the inputs stand in their repository.
    pub repository: &'a Repository,
    /// The rules that were broken, in words.
    pub rules: &'a [RuleText],
    /// Where the program is at home, where it has a home.
    pub home: Option<&'a str>,
}

/// A log with a run. Results are made while it is written.
#[derive(Serialize)]
struct Log<R: Serialize> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R: Serialize> {
    tool: Value,
    invocations: [Value; 1],
    original_uri_base_ids: Value,
    artifacts: Vec<Value>,
    results: R,
    column_kind: &'static str,
    automation_details: Value,
    properties: Value,
}

/// Writes a SARIF log.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_sarif(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    options: &SarifOptions<'_>,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    let rules = Rules::new(analysis, options.rules);
    let results = Results { analysis, sources, locator: &locator, repository: options.repository, rules: &rules };
    let run = Run {
        tool: tool(&rules, options.home),
        invocations: [invocation(analysis, options.repository)],
        original_uri_base_ids: json!({ROOT: {"description": {"text": "The root of the repository."}}}),
        artifacts: artifacts(analysis, options.repository),
        results: Each(|| results.all()),
        column_kind: "unicodeCodePoints",
        automation_details: json!({"id": "isolint/"}),
        properties: json!({
            "edition": analysis.edition,
            "resources": analysis.resources,
            "rules": analysis.rules,
            "flows": analysis.flows.len(),
            "undetermined": analysis.undetermined.len(),
        }),
    };
    serde_json::to_writer(&mut *out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })?;
    out.write_all(b"\n")
}

fn tool(rules: &Rules<'_>, home: Option<&str>) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    let mut driver = json!({
        "name": "isolint",
        "fullName": format!("isolint {version}"),
        "version": version,
        "semanticVersion": version,
        "language": "en-US",
        "shortDescription": {"text": format!("{}.", env!("CARGO_PKG_DESCRIPTION"))},
        "rules": rules.descriptors(),
        "notifications": notification_descriptors(),
    });
    if let (Some(home), Some(driver)) = (home, driver.as_object_mut()) {
        driver.insert("informationUri".to_owned(), json!(home));
    }
    json!({"driver": driver})
}

/// How the run went: what could not be read, what was passed over, what could not be decided.
fn invocation(analysis: &Analysis, repository: &Repository) -> Value {
    let mut notifications: Vec<Value> =
        analysis.inputs.iter().filter_map(|input| notification(input, repository)).collect();
    notifications.extend(analysis.unread.iter().map(|unread| {
        let text = format!(
            "{} of type {} not understood. {}",
            count(unread.count, "resource"),
            unread.ty,
            sentence(&unread.why)
        );
        json!({"descriptor": {"id": NOT_UNDERSTOOD}, "level": "note", "message": {"text": text}})
    }));
    let undetermined = analysis.undetermined.len();
    if undetermined > 0 {
        let text = format!("{} could not be decided from what is known.", count(undetermined, "check"));
        notifications.push(json!({
            "descriptor": {"id": UNDETERMINED}, "level": "note", "message": {"text": text},
        }));
    }
    let is_read = |input: &Input| !matches!(input.status, InputStatus::Unreadable(_));
    json!({
        "executionSuccessful": analysis.inputs.iter().all(is_read),
        "toolExecutionNotifications": notifications,
    })
}

fn notification(input: &Input, repository: &Repository) -> Option<Value> {
    let (id, level, text) = match &input.status {
        InputStatus::Checked => return None,
        InputStatus::Skipped(reason) => (SKIPPED, "note", format!("{} was skipped: {reason}.", input.path)),
        InputStatus::Unreadable(reason) => {
            (UNREADABLE, "error", format!("{} could not be read, or not whole: {reason}.", input.path))
        }
    };
    let location = artifact_location(repository, &input.path);
    Some(json!({
        "descriptor": {"id": id},
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": {"artifactLocation": location}}],
    }))
}

/// The inputs that were read, if only in part.
fn artifacts(analysis: &Analysis, repository: &Repository) -> Vec<Value> {
    let read = analysis.inputs.iter().filter(|input| !matches!(input.status, InputStatus::Skipped(_)));
    let paths: BTreeSet<&str> = read.map(|input| input.path.as_str()).collect();
    let artifact = |path: &str| json!({"location": artifact_location(repository, path), "roles": ["analysisTarget"]});
    paths.into_iter().map(artifact).collect()
}

fn artifact_location(repository: &Repository, name: &str) -> Value {
    match repository.uri(name) {
        (uri, true) => json!({"uri": uri, "uriBaseId": ROOT}),
        (uri, false) => json!({"uri": uri}),
    }
}
