//! The rules of a run, and the kinds of notifications.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::analysis::{Analysis, Level};
use crate::report::notice::sentence;
use crate::report::rule_text::RuleText;
use crate::source::Severity;

/// An input that could not be read, or not whole.
pub(super) const UNREADABLE: &str = "unreadable-input";
/// A file that is something else.
pub(super) const SKIPPED: &str = "skipped-input";
/// Resources of a template of which nothing is known.
pub(super) const NOT_UNDERSTOOD: &str = "resources-not-understood";
/// Checks that could not be decided.
pub(super) const UNDETERMINED: &str = "undetermined-checks";

/// More characters of a description GitHub does not take.
const MOST_CHARACTERS: usize = 1000;

/// What results name: rules that were broken, and kinds of mistakes that inputs have.
pub(super) struct Rules<'a> {
    /// By name, each with the strongest level that it has in this run.
    named: BTreeMap<&'a str, Level>,
    texts: HashMap<&'a str, &'a RuleText>,
    indices: HashMap<&'a str, usize>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(analysis: &'a Analysis, texts: &'a [RuleText]) -> Self {
        let mut named: BTreeMap<&str, Level> = BTreeMap::new();
        let findings = analysis.findings.iter().map(|finding| (finding.rule.as_str(), finding.level));
        let problems = analysis.problems.iter().map(|problem| match problem.severity {
            Severity::Warning => (problem.code, Level::Warning),
            Severity::Error | Severity::Fatal => (problem.code, Level::Error),
        });
        for (name, level) in findings.chain(problems) {
            named.entry(name).and_modify(|known| *known = (*known).max(level)).or_insert(level);
        }
        let indices = named.keys().enumerate().map(|(index, name)| (*name, index)).collect();
        let texts = texts.iter().map(|text| (text.name.as_str(), text)).collect();
        Self { named, texts, indices }
    }

    /// Where a rule stands among the descriptors.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.indices.get(name).copied()
    }

    pub(super) fn descriptors(&self) -> Vec<Value> {
        let descriptor = |(name, level): (&&str, &Level)| match self.texts.get(name) {
            Some(text) => of_rule(text),
            None => of_mistake(name, *level),
        };
        self.named.iter().map(descriptor).collect()
    }
}

fn of_rule(rule: &RuleText) -> Value {
    let mut tags = vec!["azure", "network", "security"];
    if rule.is_about_connections {
        tags.push("connectivity");
    }
    let why = flowing(&rule.why);
    let mut descriptor = json!({
        "id": rule.name,
        "shortDescription": {"text": sentence(&shortened(&rule.title))},
        "fullDescription": {"text": sentence(&shortened(&why))},
        "help": {"text": why, "markdown": rule.page},
        "defaultConfiguration": {"level": level(rule.level)},
        "properties": {
            "tags": tags, "precision": "high", "security-severity": severity(rule.level),
        },
    });
    insert_name(&mut descriptor, &rule.name);
    if let (Some(address), Some(descriptor)) = (&rule.address, descriptor.as_object_mut()) {
        descriptor.insert("helpUri".to_owned(), json!(address));
    }
    descriptor
}

/// A kind of mistake in an input, or what else has no page.
fn of_mistake(name: &str, found: Level) -> Value {
    let title = format!("Mistake in an input: {}.", name.replace('-', " "));
    let why = "Something in an input could not be understood. What depends on it is not checked.";
    let mut descriptor = json!({
        "id": name,
        "shortDescription": {"text": title},
        "fullDescription": {"text": why},
        "help": {"text": why, "markdown": why},
        "defaultConfiguration": {"level": level(found)},
        "properties": {"tags": ["azure", "input"], "precision": "very-high"},
    });
    insert_name(&mut descriptor, name);
    descriptor
}

/// A name beside the identifier, which may not be the same but for its capitals.
fn insert_name(descriptor: &mut Value, id: &str) {
    let name = pascal_case(id);
    if let Some(descriptor) = descriptor.as_object_mut().filter(|_| !name.eq_ignore_ascii_case(id)) {
        descriptor.insert("name".to_owned(), json!(name));
    }
}

pub(super) fn notification_descriptors() -> Value {
    let descriptor = |id: &str, text: &str, help: &str| {
        json!({
            "id": id,
            "name": pascal_case(id),
            "shortDescription": {"text": text},
            "fullDescription": {"text": text},
            "help": {"text": help, "markdown": help},
        })
    };
    json!([
        descriptor(
            UNREADABLE,
            "An input could not be read, or not whole.",
            "The notification says why. What stands in the input is not checked, or only in part.",
        ),
        descriptor(
            SKIPPED,
            "A file in a folder is something else and was passed over.",
            "Name a file on the command line to be told when it is no topology.",
        ),
        descriptor(
            NOT_UNDERSTOOD,
            "Resources of an input are of a type that was not understood.",
            "They are not checked. What depends on them is undetermined where that matters.",
        ),
        descriptor(
            UNDETERMINED,
            "Some checks could not be decided from what is known.",
            "`isolint check --undetermined` lists what would decide them.",
        ),
    ])
}

pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

/// On the scale of 10 by which GitHub sorts: high, medium, low.
const fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "8.0",
        Level::Warning => "5.0",
        Level::Info => "2.0",
    }
}

/// `team/job-flow-blocked` as `TeamJobFlowBlocked`.
fn pascal_case(name: &str) -> String {
    let word = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        format!("{first}{}", characters.as_str())
    };
    name.split(|c: char| !c.is_alphanumeric()).map(word).collect()
}

/// Paragraphs without the line breaks within them.
fn flowing(text: &str) -> String {
    let paragraphs = text.trim().split("\n\n");
    let paragraphs = paragraphs.map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "));
    paragraphs.collect::<Vec<_>>().join("\n\n")
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= MOST_CHARACTERS {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MOST_CHARACTERS).collect();
    let end = kept.rfind(' ').unwrap_or(kept.len());
    format!("{} ...", kept.get(..end).unwrap_or(&kept))
}
