//! Services, constants, defaults, terms, documents and clauses, as they are written.

use serde::{Deserialize, Serialize};

use super::decode::{Decoder, ExpressionSource, Group};
use crate::source::{Content, NodeId, Place, ScalarStyle};

/// What a statement of a document can be: what breaking it would be, that it shapes what is possible, or neither.
pub const CLAUSE_KINDS: &[&str] = &["violation", "leak", "advice", "capability", INFORMATIONAL];
const INFORMATIONAL: &str = "informational";

/// What is known about a service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ServiceDefinition {
    /// The word before `/` in an address.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// What people call it.
    pub title: String,
    /// The section of a topology file; none for a built-in kind.
    pub section: Option<String>,
    /// The built-in kind that it is about; none for service resources.
    pub model: Option<String>,
    /// Own fields of its resources.
    pub fields: Vec<String>,
    /// Documented defaults of its resources, by field path.
    pub defaults: Vec<(String, Fact)>,
    /// Facts, by field of the kind `service`.
    pub facts: Vec<(String, Fact)>,
}

/// A documented default of a kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DefaultDefinition {
    /// The name of the kind.
    pub kind: String,
    /// The field path below it.
    pub path: String,
    /// The value.
    pub fact: Fact,
}

/// Something documented, in both editions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fact {
    /// What the five source documents say, and everything that does not contradict them.
    pub documents: Literal,
    /// What later documents say, where they contradict.
    pub current: Option<Literal>,
    /// The statements that it rests on.
    pub clauses: Vec<String>,
    /// Keys of the documents that say so.
    pub sources: Vec<String>,
    /// A stated reading, where no document says it.
    pub why: Option<String>,
    /// Where it stands.
    pub place: Place,
}

impl Fact {
    /// The value in an edition.
    #[must_use]
    pub fn in_edition(&self, current: bool) -> &Literal {
        match &self.current {
            Some(value) if current => value,
            _ => &self.documents,
        }
    }
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Literal {
    /// A truth value.
    Bool(bool),
    /// A number.
    Int(i64),
    /// A word or text.
    Text(String),
    /// Several.
    List(Vec<Literal>),
}

/// A named expression.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TermDefinition {
    /// Its name, snake case.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// Its parameters with their types.
    pub parameters: Vec<(String, String)>,
    /// What it stands for.
    pub is: ExpressionSource,
    /// The explanation for people.
    pub why: String,
}

/// Openness and assumptions of an input format.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Completeness {
    /// The input format.
    pub format: String,
    /// Where it stands.
    pub place: Place,
    /// Sections, and lists as `kind.field`, of which more may exist than are declared.
    pub open: Vec<String>,
    /// Sections to which a part of an input may add that could not be read.
    pub unread: Vec<String>,
    /// Fields that the format cannot say.
    pub assumed: Vec<AssumptionDefinition>,
}

/// What is assumed of a field that an input format cannot say.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssumptionDefinition {
    /// The field, as a path from its kind.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// The value that is assumed; nothing where the field is assumed to be absent.
    pub value: Option<Literal>,
    /// What is said of it.
    pub say: String,
}

/// A document that knowledge rests on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    /// The key it is cited by.
    pub name: String,
    /// The file name of its text, of one of the five source documents.
    pub file: Option<String>,
    /// Its title.
    pub title: String,
    /// Its date.
    pub date: String,
    /// Its address.
    pub address: Option<String>,
}

/// A statement of a source document.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Clause {
    /// Its identifier.
    pub id: String,
    /// The document.
    pub document: String,
    /// The line in the document.
    pub line: u32,
    /// The heading it stands under.
    pub heading: String,
    /// What sort of statement it is.
    pub kind: String,
    /// What it says, in our words.
    pub fact: String,
    /// Where it stands in the register.
    pub place: Place,
}

impl Clause {
    /// Whether something has to carry it, or a waiver to say why nothing can.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        is_binding(&self.kind)
    }
}

/// Whether clauses of a kind have to be carried or waived.
#[must_use]
pub fn is_binding(kind: &str) -> bool {
    kind != INFORMATIONAL
}

/// Facts by the names of their fields.
type Facts = Vec<(String, Fact)>;

impl Decoder<'_> {
    pub(super) fn service(&mut self, node: NodeId) -> Option<ServiceDefinition> {
        let group = self.group(node, &["name", "title", "section", "model", "fields", "defaults", "facts", "why"])?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let title = self.required_text(group, "title");
        Some(ServiceDefinition {
            name: self.text(name)?,
            place,
            section: self.optional_text(group, "section"),
            model: self.optional_text(group, "model"),
            fields: self.texts(group, "fields"),
            defaults: self.facts(group, "defaults"),
            facts: self.facts(group, "facts"),
            title: title?,
        })
    }

    /// A table of constants and of defaults by kind.
    pub(super) fn table(&mut self, node: NodeId) -> Option<(Facts, Vec<DefaultDefinition>)> {
        let group = self.group(node, &["facts", "defaults", "why"])?;
        let facts = self.facts(group, "facts");
        let mut defaults = Vec::new();
        for (kind, node) in self.entries(group, "defaults") {
            for entry in self.sources.entries(node).to_vec() {
                let path = self.sources.text(entry.key).into_owned();
                let fact = self.fact(entry.value);
                defaults.extend(fact.map(|fact| DefaultDefinition { kind: kind.clone(), path, fact }));
            }
        }
        Some((facts, defaults))
    }

    fn facts(&mut self, group: Group, field: &str) -> Facts {
        let entries = self.entries(group, field);
        entries.into_iter().filter_map(|(name, node)| Some((name, self.fact(node)?))).collect()
    }

    fn fact(&mut self, node: NodeId) -> Option<Fact> {
        let group = self.group(node, &["is", "documents", "current", "clauses", "source", "current_source", "why"])?;
        let value = match (self.get(group, "is"), self.get(group, "documents")) {
            (Some(node), None) | (None, Some(node)) => self.literal(node)?,
            _ => {
                self.error(node, "bad-fact", "a fact has `is`, or `documents` and `current`");
                return None;
            }
        };
        let current = self.get(group, "current").and_then(|node| self.literal(node));
        let mut cited = self.texts(group, "source");
        cited.extend(self.texts(group, "current_source"));
        let clauses = self.texts(group, "clauses");
        let why = self.optional_text(group, "why");
        if clauses.is_empty() && cited.is_empty() && why.is_none() {
            self.error(node, "no-source", "a fact names `clauses`, a `source`, or as a reading of ours `why`");
        }
        Some(Fact { documents: value, current, clauses, sources: cited, why, place: self.sources.place(node) })
    }

    fn literal(&mut self, node: NodeId) -> Option<Literal> {
        match self.sources.node(self.sources.resolve(node)).content {
            Content::Sequence { .. } => {
                let items = self.sources.items(node).to_vec();
                Some(Literal::List(items.into_iter().filter_map(|item| self.literal(item)).collect()))
            }
            Content::Scalar { style: ScalarStyle::Plain, .. } => {
                if let Some(value) = self.sources.as_bool(node) {
                    return Some(Literal::Bool(value));
                }
                Some(match self.sources.as_int(node) {
                    Some(value) => Literal::Int(value),
                    None => Literal::Text(self.sources.text(node).into_owned()),
                })
            }
            Content::Scalar { .. } => Some(Literal::Text(self.sources.text(node).into_owned())),
            _ => {
                self.wrong_type(node, "a value or a list of values");
                None
            }
        }
    }

    pub(super) fn term(&mut self, node: NodeId) -> Option<TermDefinition> {
        let group = self.group(node, &["name", "parameters", "is", "why"])?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let parameters = self.parameters(group);
        let is = self.required_expression(group, "is");
        let why = self.optional_text(group, "why").unwrap_or_default();
        Some(TermDefinition { name: self.text(name)?, place, parameters, is: is?, why })
    }

    pub(super) fn completeness(&mut self, root: NodeId) -> Vec<Completeness> {
        let mut formats = Vec::new();
        for entry in self.sources.entries(root).to_vec() {
            let format = self.sources.text(entry.key).into_owned();
            let Some(group) = self.group(entry.value, &["open", "unread", "assumed", "why"]) else { continue };
            let (open, unread) = (self.texts(group, "open"), self.texts(group, "unread"));
            let entries = self.entries(group, "assumed");
            let assumed = entries.into_iter().filter_map(|(path, node)| self.assumption(path, node)).collect();
            formats.push(Completeness { format, place: self.sources.place(entry.key), open, unread, assumed });
        }
        formats
    }

    fn assumption(&mut self, path: String, node: NodeId) -> Option<AssumptionDefinition> {
        let group = self.group(node, &["as", "say", "why"])?;
        let (value, say) = (self.required(group, "as")?, self.required_text(group, "say")?);
        let value = self.literal(value)?;
        let is_absent = matches!(&value, Literal::Text(word) if word == "absent");
        Some(AssumptionDefinition { path, place: self.sources.place(node), value: (!is_absent).then_some(value), say })
    }

    pub(super) fn documents(&mut self, root: NodeId) -> Vec<Document> {
        let mut documents = Vec::new();
        for entry in self.sources.entries(root).to_vec() {
            let name = self.sources.text(entry.key).into_owned();
            let Some(group) = self.group(entry.value, &["file", "title", "date", "address"]) else { continue };
            let file = self.optional_text(group, "file");
            let (title, date) = (self.required_text(group, "title"), self.required_text(group, "date"));
            if let (Some(title), Some(date)) = (title, date) {
                documents.push(Document { name, file, title, date, address: self.optional_text(group, "address") });
            }
        }
        documents
    }

    /// The clauses of one document.
    pub(super) fn clauses(&mut self, root: NodeId) -> Vec<Clause> {
        let Some(group) = self.group(root, &["document", "clauses"]) else { return Vec::new() };
        let Some(document) = self.required_text(group, "document") else { return Vec::new() };
        self.list(group, "clauses").into_iter().filter_map(|node| self.clause(node, &document)).collect()
    }

    fn clause(&mut self, node: NodeId, document: &str) -> Option<Clause> {
        let group = self.group(node, &["id", "line", "heading", "kind", "fact"])?;
        let line = self
            .required(group, "line")
            .and_then(|node| self.sources.as_int(node))
            .and_then(|line| u32::try_from(line).ok());
        let (id, heading) = (self.required_text(group, "id"), self.required_text(group, "heading"));
        let kind = self.required(group, "kind").and_then(|node| self.word(node, CLAUSE_KINDS));
        let fact = self.required_text(group, "fact");
        Some(Clause {
            id: id?,
            document: document.to_owned(),
            line: line?,
            heading: heading?,
            kind: kind?,
            fact: fact?,
            place: self.sources.place(node),
        })
    }
}
