//! A change rule as it is written: what must not happen between two states of a topology.

use serde::{Deserialize, Serialize};

use super::decode::{Decoder, ExpressionSource, Group, Source, TemplateSource};
use super::rule::{Binding, Case, ExampleClauses, ExampleKind, LEVELS, SourceDocument, is_off};
use crate::source::{NodeId, Place};

const FIELDS: &[&str] = &[
    "name",
    "level",
    "title",
    "clauses",
    "sources",
    "why",
    "for",
    "let",
    "each",
    "where",
    "watch",
    "gone",
    "message",
    "at",
    "help",
    "formerly",
    "ignorable",
    "examples",
];

/// A documented constraint that the step from one topology to the next can break.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeDefinition {
    /// Its kebab-case name; a team's rules are `team/name`.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// The level, by cases; the first whose condition holds.
    pub level: Vec<Case>,
    /// What it says, in a sentence.
    pub title: String,
    /// The statements of the source documents that it rests on.
    pub clauses: Vec<String>,
    /// Other documents that it rests on.
    pub sources: Vec<SourceDocument>,
    /// The explanation for people.
    pub why: String,
    /// What it is judged for.
    pub subject: Binding,
    /// Named values.
    pub values: Vec<(String, ExpressionSource)>,
    /// What is combined with the subject.
    pub each: Vec<Binding>,
    /// For which combinations, judged before the change.
    pub filter: Option<ExpressionSource>,
    /// What makes the finding.
    pub sign: ChangeSign,
    /// The fact.
    pub message: TemplateSource,
    /// Where the finding points.
    pub at: Option<ExpressionSource>,
    /// What to change.
    pub help: Option<TemplateSource>,
    /// Names it had before.
    pub formerly: Vec<String>,
    /// Whether exceptions and baselines may cover what it finds.
    pub ignorable: bool,
    /// Pairs of topologies that prove it.
    pub examples: Vec<ChangeExample>,
}

impl ChangeDefinition {
    /// Whether it is applied only where a user gives it a level.
    #[must_use]
    pub fn is_off(&self) -> bool {
        is_off(&self.level)
    }
}

/// By what a change is told.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum ChangeSign {
    /// One of these values, each under a word for it, is not what it was.
    Watch(Vec<(String, ExpressionSource)>),
    /// The object of that variable is not there any more.
    Gone(Source),
}

/// Two topologies that prove a change rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChangeExample {
    /// What it shows.
    pub kind: ExampleKind,
    /// The earlier topology file.
    pub before: StateSource,
    /// The later one.
    pub after: StateSource,
    /// Other rules of which a finding is gained.
    pub also: Vec<String>,
    /// Clauses it exercises.
    pub clauses: ExampleClauses,
}

/// A topology in an example of a change.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StateSource {
    /// The text of the topology file.
    pub topology: String,
    /// Where it stands.
    pub place: Place,
}

impl Decoder<'_> {
    pub(super) fn change(&mut self, node: NodeId) -> Option<ChangeDefinition> {
        let group = self.group(node, FIELDS)?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let name = self.name(name)?;
        let level = self.required(group, "level").map(|node| self.cases(node, LEVELS, "level"));
        let title = self.required_text(group, "title");
        let subject = self.required(group, "for").and_then(|node| self.binding(node));
        let message = self.required_template(group, "message");
        let sign = self.sign(node, group);
        let change = ChangeDefinition {
            name,
            place,
            clauses: self.texts(group, "clauses"),
            sources: self.list(group, "sources").into_iter().filter_map(|node| self.source_document(node)).collect(),
            why: self.optional_text(group, "why").unwrap_or_default(),
            values: self.values(group),
            each: self.list(group, "each").into_iter().filter_map(|node| self.binding(node)).collect(),
            filter: self.optional_expression(group, "where"),
            at: self.optional_expression(group, "at"),
            help: self.optional_template(group, "help"),
            formerly: self.texts(group, "formerly"),
            ignorable: self.truth(group, "ignorable", true).unwrap_or(true),
            examples: self.list(group, "examples").into_iter().filter_map(|node| self.change_example(node)).collect(),
            level: level?,
            title: title?,
            subject: subject?,
            message: message?,
            sign: sign?,
        };
        // What a team declares itself rests on no document; it says so with an empty list.
        if change.clauses.is_empty() && change.sources.is_empty() && self.sources.get(node, "sources").is_none() {
            self.error(node, "no-source", format!("`{}` names neither `clauses` nor `sources`", change.name));
        }
        Some(change)
    }

    fn sign(&mut self, node: NodeId, group: Group) -> Option<ChangeSign> {
        let watched = self.entries(group, "watch");
        match (self.get(group, "gone"), watched.is_empty()) {
            (Some(gone), true) => self.source_of(gone).map(ChangeSign::Gone),
            (None, false) => {
                let values = watched.into_iter().filter_map(|(word, node)| Some((word, self.expression(node)?)));
                Some(ChangeSign::Watch(values.collect()))
            }
            _ => {
                self.error(node, "bad-change", "a change rule has either `watch` with values by name, or `gone`");
                None
            }
        }
    }

    fn change_example(&mut self, node: NodeId) -> Option<ChangeExample> {
        let group = self.group(node, &["bad", "good", "undetermined", "also", "clauses"])?;
        let (kind, states) = self.kind_of_example(node, group)?;
        let states = self.group(states, &["before", "after"])?;
        let (before, after) = (self.state(states, "before"), self.state(states, "after"));
        Some(ChangeExample {
            kind,
            before: before?,
            after: after?,
            also: self.texts(group, "also"),
            clauses: self.example_clauses(group),
        })
    }

    fn state(&mut self, states: Group, field: &str) -> Option<StateSource> {
        let node = self.required(states, field)?;
        Some(StateSource { place: self.sources.place(node), topology: self.text(node)? })
    }
}
