//! A rule as it is written.

use serde::{Deserialize, Serialize};

use super::EDITIONS;
use super::decode::{Decoder, ExpressionSource, Group, TemplateSource};
use super::repair::RepairStepDefinition;
use crate::source::{NodeId, Place};

const FIELDS: &[&str] = &[
    "name",
    "level",
    "title",
    "clauses",
    "sources",
    "why",
    "for",
    "where",
    "let",
    "each",
    "deny",
    "message",
    "at",
    "related",
    "help",
    "repair",
    "explains",
    "tells",
    "editions",
    "formerly",
    "ignorable",
    "examples",
];
pub(super) const LEVELS: &[&str] = &["error", "warning", "info", "off"];

/// A documented constraint that a topology can break.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RuleDefinition {
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
    /// Which subjects.
    pub filter: Option<ExpressionSource>,
    /// Named values.
    pub values: Vec<(String, ExpressionSource)>,
    /// What is combined with the subject.
    pub each: Vec<Binding>,
    /// Where the finding is made.
    pub deny: ExpressionSource,
    /// The fact.
    pub message: TemplateSource,
    /// Where the finding points.
    pub at: ExpressionSource,
    /// Other places.
    pub related: Vec<RelatedDefinition>,
    /// What to change.
    pub help: Option<TemplateSource>,
    /// What repairs it.
    pub repair: Vec<RepairStepDefinition>,
    /// Whether a finding about a blocked flow tells its access methods, and stands beneath what explains it.
    pub tells_methods: bool,
    /// Requirements, as `method/requirement`, whose failure this is the cause of.
    pub explains: Vec<String>,
    /// How editions differ.
    pub editions: Vec<EditionChange>,
    /// Names it had before.
    pub formerly: Vec<String>,
    /// Whether exceptions and baselines may cover what it finds.
    pub ignorable: bool,
    /// Topologies that prove it.
    pub examples: Vec<Example>,
}

impl RuleDefinition {
    /// Whether it is applied only where a user gives it a level.
    #[must_use]
    pub fn is_off(&self) -> bool {
        is_off(&self.level)
    }
}

/// Whether no case of a level applies by itself.
pub(super) fn is_off(level: &[Case]) -> bool {
    level.iter().all(|case| case.value == "off")
}

/// `name in collection`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Binding {
    /// The variable.
    pub variable: String,
    /// The list; of a subject the name of a collection.
    pub list: ExpressionSource,
}

/// A word under a condition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Case {
    /// The condition; `None` always holds.
    pub condition: Option<ExpressionSource>,
    /// The word.
    pub value: String,
}

/// Another place that matters.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RelatedDefinition {
    /// Where.
    pub at: ExpressionSource,
    /// What to say there.
    pub say: TemplateSource,
    /// Only where this holds.
    pub condition: Option<ExpressionSource>,
}

/// How a rule differs in an edition.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EditionChange {
    /// The edition.
    pub edition: String,
    /// The level there.
    pub level: String,
    /// What changed.
    pub note: String,
    /// The document that says so.
    pub source: String,
    /// Its date.
    pub date: String,
}

/// A document outside the five.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SourceDocument {
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: String,
    /// Its address.
    pub address: Option<String>,
}

/// A topology that proves a rule.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Example {
    /// What it shows.
    pub kind: ExampleKind,
    /// The text of the topology file.
    pub topology: String,
    /// Where it stands.
    pub place: Place,
    /// Other rules that it breaks.
    pub also: Vec<String>,
    /// The edition it is judged under; `documents` unless said.
    pub edition: Option<String>,
    /// The clauses of the rule that it exercises.
    pub clauses: ExampleClauses,
    /// The level that the finding must have, where it is said.
    pub level: Option<String>,
}

/// Which clauses of its rule an example exercises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExampleClauses {
    /// It does not say. Of a rule that rests on one clause it is that one.
    Unsaid,
    /// All of them: one predicate carries them.
    All,
    /// These.
    These(Vec<String>),
}

/// What an example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExampleKind {
    /// The rule is broken at every line marked `# finding`.
    Bad,
    /// Nothing is found.
    Good,
    /// The rule cannot be decided.
    Undetermined,
}

impl Decoder<'_> {
    pub(super) fn rule(&mut self, node: NodeId) -> Option<RuleDefinition> {
        let group = self.group(node, FIELDS)?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let name = self.name(name)?;
        let level = self.required(group, "level").map(|node| self.cases(node, LEVELS, "level"));
        let title = self.required_text(group, "title");
        let subject = self.required(group, "for").and_then(|node| self.binding(node));
        let deny = self.required_expression(group, "deny");
        let message = self.required_template(group, "message");
        let at = self.required_expression(group, "at");
        let rule = RuleDefinition {
            name,
            place,
            clauses: self.texts(group, "clauses"),
            sources: self.list(group, "sources").into_iter().filter_map(|node| self.source_document(node)).collect(),
            why: self.optional_text(group, "why").unwrap_or_default(),
            filter: self.optional_expression(group, "where"),
            values: self.values(group),
            each: self.list(group, "each").into_iter().filter_map(|node| self.binding(node)).collect(),
            related: self.list(group, "related").into_iter().filter_map(|node| self.related(node)).collect(),
            help: self.optional_template(group, "help"),
            repair: self.repair(group),
            tells_methods: self.get(group, "tells").and_then(|node| self.word(node, &["access-methods"])).is_some(),
            explains: self.texts(group, "explains"),
            editions: self.editions(group),
            formerly: self.texts(group, "formerly"),
            ignorable: self.truth(group, "ignorable", true).unwrap_or(true),
            examples: self.list(group, "examples").into_iter().filter_map(|node| self.example(node)).collect(),
            level: level?,
            title: title?,
            subject: subject?,
            deny: deny?,
            message: message?,
            at: at?,
        };
        // What a team declares itself rests on no document; it says so with an empty list.
        if rule.clauses.is_empty() && rule.sources.is_empty() && self.sources.get(node, "sources").is_none() {
            self.error(node, "no-source", format!("`{}` names neither `clauses` nor `sources`", rule.name));
        }
        Some(rule)
    }

    /// A kebab-case name, for a team's rules with a prefix.
    pub(super) fn name(&mut self, node: NodeId) -> Option<String> {
        let text = self.text(node)?;
        let good = |part: &str| {
            !part.is_empty()
                && part
                    .split('-')
                    .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
        };
        if text.split('/').count() <= 2 && text.split('/').all(good) {
            return Some(text);
        }
        self.error(
            node,
            "bad-name",
            format!("`{text}` is no name: write lower-case words joined by `-`, a team's as `team/name`"),
        );
        None
    }

    /// A word, or words by cases.
    pub(super) fn cases(&mut self, node: NodeId, words: &[&str], field: &str) -> Vec<Case> {
        use crate::source::Content;
        if matches!(self.sources.node(self.sources.resolve(node)).content, Content::Scalar { .. }) {
            return self.word(node, words).map(|value| Case { condition: None, value }).into_iter().collect();
        }
        let mut cases = Vec::new();
        for item in self.nodes(node) {
            let Some(group) = self.group(item, &["if", field]) else { continue };
            let condition = self.optional_expression(group, "if");
            let value = self.required(group, field).and_then(|node| self.word(node, words));
            cases.extend(value.map(|value| Case { condition, value }));
        }
        cases
    }

    pub(super) fn values(&mut self, group: Group) -> Vec<(String, ExpressionSource)> {
        self.entries(group, "let").into_iter().filter_map(|(name, node)| Some((name, self.expression(node)?))).collect()
    }

    /// `name in list`.
    pub(super) fn binding(&mut self, node: NodeId) -> Option<Binding> {
        let mut whole = self.text(node)?;
        let split = whole.find(" in ").filter(|at| {
            let variable = whole.get(..*at).unwrap_or("").trim();
            !variable.is_empty() && variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let Some(at) = split else {
            self.error(node, "bad-binding", format!("`{whole}` should read `name in list`"));
            return None;
        };
        let list_text = whole.split_off(at + 4);
        let variable = whole.get(..at).unwrap_or("").trim().to_owned();
        let mut source = self.list_source(node, &list_text, at)?;
        source.text.truncate(list_text.len());
        match crate::knowledge::language::parse(&list_text) {
            Ok(expression) => Some(Binding { variable, list: ExpressionSource { source, expression } }),
            Err(errors) => {
                self.problems.extend(errors.iter().map(|error| source.problem(error)));
                None
            }
        }
    }

    fn list_source(&mut self, node: NodeId, text: &str, at: usize) -> Option<super::decode::Source> {
        let whole = self.source_of(node)?;
        let start = whole.start.and_then(|start| Some(start + u32::try_from(at + 4).ok()?));
        Some(super::decode::Source { text: text.to_owned(), start, ..whole })
    }

    fn related(&mut self, node: NodeId) -> Option<RelatedDefinition> {
        let group = self.group(node, &["at", "say", "if"])?;
        let condition = self.optional_expression(group, "if");
        let at = self.required_expression(group, "at");
        let say = self.required_template(group, "say");
        Some(RelatedDefinition { at: at?, say: say?, condition })
    }

    pub(super) fn source_document(&mut self, node: NodeId) -> Option<SourceDocument> {
        let group = self.group(node, &["title", "date", "address"])?;
        let (title, date) = (self.required_text(group, "title"), self.required_text(group, "date"));
        Some(SourceDocument { title: title?, date: date?, address: self.optional_text(group, "address") })
    }

    fn editions(&mut self, group: Group) -> Vec<EditionChange> {
        let mut changes = Vec::new();
        for (edition, node) in self.entries(group, "editions") {
            if !EDITIONS.contains(&&*edition) {
                self.error(
                    node,
                    "unknown-edition",
                    format!("there is no edition `{edition}`: the editions are {}", EDITIONS.join(" and ")),
                );
            }
            let Some(group) = self.group(node, &["level", "note", "source", "date"]) else { continue };
            let level = self.required(group, "level").and_then(|node| self.word(node, LEVELS));
            let (note, source, date) = (
                self.required_text(group, "note"),
                self.required_text(group, "source"),
                self.required_text(group, "date"),
            );
            if let (Some(level), Some(note), Some(source), Some(date)) = (level, note, source, date) {
                changes.push(EditionChange { edition, level, note, source, date });
            }
        }
        changes
    }

    fn example(&mut self, node: NodeId) -> Option<Example> {
        let group = self.group(node, &["bad", "good", "undetermined", "also", "edition", "clauses", "level"])?;
        let (kind, topology) = self.kind_of_example(node, group)?;
        Some(Example {
            kind,
            place: self.sources.place(topology),
            topology: self.text(topology)?,
            also: self.texts(group, "also"),
            edition: self.get(group, "edition").and_then(|node| self.word(node, EDITIONS)),
            clauses: self.example_clauses(group),
            level: self.optional_text(group, "level"),
        })
    }

    /// What an example shows, and by what.
    pub(super) fn kind_of_example(&mut self, node: NodeId, group: Group) -> Option<(ExampleKind, NodeId)> {
        let kinds =
            [("bad", ExampleKind::Bad), ("good", ExampleKind::Good), ("undetermined", ExampleKind::Undetermined)];
        kinds.into_iter().find_map(|(field, kind)| Some((kind, self.get(group, field)?))).or_else(|| {
            self.error(node, "bad-example", "an example is `bad`, `good` or `undetermined`");
            None
        })
    }

    /// An empty list says that it exercises none of them: what it breaks rests on something else.
    pub(super) fn example_clauses(&mut self, group: Group) -> ExampleClauses {
        if self.sources.get(group.node, "clauses").is_none() {
            return ExampleClauses::Unsaid;
        }
        let clauses = self.texts(group, "clauses");
        match clauses.as_slice() {
            [all] if all == "all" => ExampleClauses::All,
            _ => ExampleClauses::These(clauses),
        }
    }
}
