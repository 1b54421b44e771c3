//! Reading the groups of fields that rule files are made of, each mistake at its place.

use serde::{Deserialize, Serialize};

use crate::knowledge::language::{Expression, ExpressionError, Template, parse};
use crate::source::{Content, NodeId, Place, Problem, ScalarStyle, Sources, Span, did_you_mean};

/// A text in a rule file, with its place.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Source {
    /// The text.
    pub text: String,
    /// Where the scalar stands.
    pub place: Place,
    /// Where the first byte of the text stands in the file; `None` if the text differs from its bytes there, and only
    /// the scalar as a whole can be pointed at.
    pub start: Option<u32>,
}

impl Source {
    /// The place of a part of the text.
    #[must_use]
    pub fn place_of(&self, span: Span) -> Place {
        match self.start {
            Some(start) => Place { file: self.place.file, span: Span::new(start + span.start, start + span.end) },
            None => self.place,
        }
    }

    /// An error in the text as a problem of the file.
    #[must_use]
    pub fn problem(&self, error: &ExpressionError) -> Problem {
        let problem = Problem::error("expression", self.place_of(error.span), error.message.clone());
        match &error.help {
            Some(help) => problem.help(help.clone()),
            None => problem,
        }
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ExpressionSource {
    /// The text.
    pub source: Source,
    /// What it means.
    pub expression: Expression,
}

/// A text with expressions in braces, and where it stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TemplateSource {
    /// The text.
    pub source: Source,
    /// What it means.
    pub template: Template,
}

/// Reads rule files; collects what is wrong.
pub(super) struct Decoder<'a> {
    pub(super) sources: &'a Sources,
    pub(super) problems: &'a mut Vec<Problem>,
}

/// A mapping that is being read, with the fields it may have.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) node: NodeId,
}

impl Decoder<'_> {
    /// A mapping with these fields and no others.
    pub(super) fn group(&mut self, node: NodeId, fields: &[&str]) -> Option<Group> {
        let resolved = self.sources.resolve(node);
        if !matches!(self.sources.node(resolved).content, Content::Mapping { .. }) {
            self.wrong_type(node, "a group of fields");
            return None;
        }
        for entry in self.sources.entries(node) {
            let name = self.sources.text(entry.key);
            if !fields.contains(&&*name) {
                let problem = Problem::error(
                    "unknown-field",
                    self.sources.place(entry.key),
                    format!("there is no field `{name}` here"),
                );
                self.problems.push(match did_you_mean(&name, fields.iter().copied()) {
                    Some(near) => problem.label(format!("did you mean `{near}`?")),
                    None => problem.help(format!("the fields are {}", fields.join(", "))),
                });
            }
        }
        Some(Group { node })
    }

    pub(super) fn get(&self, group: Group, field: &str) -> Option<NodeId> {
        self.sources.get(group.node, field).filter(|node| !self.sources.is_null(*node))
    }

    /// The value of a field that must be there.
    pub(super) fn required(&mut self, group: Group, field: &str) -> Option<NodeId> {
        let found = self.get(group, field);
        if found.is_none() {
            let problem =
                Problem::error("missing-field", self.sources.place(group.node), format!("`{field}` is missing"));
            self.problems.push(problem);
        }
        found
    }

    pub(super) fn wrong_type(&mut self, node: NodeId, expected: &str) {
        let found = self.sources.describe(self.sources.resolve(node));
        self.problems.push(Problem::error(
            "wrong-type",
            self.sources.place(node),
            format!("expected {expected}, found {found}"),
        ));
    }

    pub(super) fn text(&mut self, node: NodeId) -> Option<String> {
        match self.sources.node(self.sources.resolve(node)).content {
            Content::Scalar { .. } => Some(self.sources.text(node).into_owned()),
            _ => {
                self.wrong_type(node, "text");
                None
            }
        }
    }

    pub(super) fn required_text(&mut self, group: Group, field: &str) -> Option<String> {
        let node = self.required(group, field)?;
        self.text(node)
    }

    pub(super) fn optional_text(&mut self, group: Group, field: &str) -> Option<String> {
        let node = self.get(group, field)?;
        self.text(node)
    }

    /// One of these words.
    pub(super) fn word(&mut self, node: NodeId, words: &[&str]) -> Option<String> {
        let text = self.text(node)?;
        if words.contains(&&*text) {
            return Some(text);
        }
        let problem = Problem::error(
            "unknown-word",
            self.sources.place(node),
            format!("`{text}` is not one of {}", words.join(", ")),
        );
        self.problems.push(match did_you_mean(&text, words.iter().copied()) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem,
        });
        None
    }

    /// A list, or a single item in its place.
    pub(super) fn nodes(&self, node: NodeId) -> Vec<NodeId> {
        match self.sources.node(self.sources.resolve(node)).content {
            Content::Sequence { .. } => self.sources.items(node).to_vec(),
            Content::Null => Vec::new(),
            _ => vec![node],
        }
    }

    pub(super) fn list(&self, group: Group, field: &str) -> Vec<NodeId> {
        self.get(group, field).map(|node| self.nodes(node)).unwrap_or_default()
    }

    pub(super) fn texts(&mut self, group: Group, field: &str) -> Vec<String> {
        self.list(group, field).into_iter().filter_map(|node| self.text(node)).collect()
    }

    /// The entries of a mapping as texts of the keys with the value nodes.
    pub(super) fn entries(&mut self, group: Group, field: &str) -> Vec<(String, NodeId)> {
        let Some(node) = self.get(group, field) else { return Vec::new() };
        if !matches!(self.sources.node(self.sources.resolve(node)).content, Content::Mapping { .. }) {
            self.wrong_type(node, "names with values");
            return Vec::new();
        }
        self.sources
            .entries(node)
            .iter()
            .map(|entry| (self.sources.text(entry.key).into_owned(), entry.value))
            .collect()
    }

    pub(super) fn source_of(&mut self, node: NodeId) -> Option<Source> {
        // `true` and numbers are plain scalars, so that `deny: true` is an expression like any other.
        let resolved = self.sources.resolve(node);
        let Content::Scalar { decoded, style } = self.sources.node(resolved).content else {
            self.wrong_type(node, "an expression");
            return None;
        };
        let place = self.sources.place(resolved);
        let text = self.sources.text(resolved).into_owned();
        let start = match (style, decoded) {
            (ScalarStyle::Plain, None) => Some(place.span.start),
            (ScalarStyle::Quoted, _) => {
                let inner = Span::new(place.span.start + 1, place.span.end.saturating_sub(1));
                (self.sources.slice(place.file, inner) == text).then_some(inner.start)
            }
            _ => None,
        };
        Some(Source { text, place, start })
    }

    pub(super) fn expression(&mut self, node: NodeId) -> Option<ExpressionSource> {
        let source = self.source_of(node)?;
        match parse(&source.text) {
            Ok(expression) => Some(ExpressionSource { source, expression }),
            Err(errors) => {
                self.problems.extend(errors.iter().map(|error| source.problem(error)));
                None
            }
        }
    }

    pub(super) fn required_expression(&mut self, group: Group, field: &str) -> Option<ExpressionSource> {
        let node = self.required(group, field)?;
        self.expression(node)
    }

    pub(super) fn optional_expression(&mut self, group: Group, field: &str) -> Option<ExpressionSource> {
        let node = self.get(group, field)?;
        self.expression(node)
    }

    pub(super) fn template(&mut self, node: NodeId) -> Option<TemplateSource> {
        let source = self.source_of(node)?;
        match Template::parse(&source.text) {
            Ok(template) => Some(TemplateSource { source, template }),
            Err(errors) => {
                self.problems.extend(errors.iter().map(|error| source.problem(error)));
                None
            }
        }
    }

    pub(super) fn required_template(&mut self, group: Group, field: &str) -> Option<TemplateSource> {
        let node = self.required(group, field)?;
        self.template(node)
    }

    pub(super) fn optional_template(&mut self, group: Group, field: &str) -> Option<TemplateSource> {
        let node = self.get(group, field)?;
        self.template(node)
    }

    pub(super) fn error(&mut self, node: NodeId, code: &'static str, message: impl Into<String>) {
        self.problems.push(Problem::error(code, self.sources.place(node), message));
    }
}
