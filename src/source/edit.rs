//! Changes to the text of a file, made through its located tree: nothing but the bytes that have to change.
//!
//! What is written once and used elsewhere too (behind an alias, a merge key, or `defaults`) is refused, for a change
//! would reach further than what it is meant for.

mod block;
mod flow;
mod lines;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use super::{Content, Entry, FileId, Limits, NodeId, ScalarStyle, Sources, Span};

/// The key of a file below which values stand that stand in for others.
const DEFAULTS: &str = "defaults";

/// Bytes of a file and what is to stand there instead.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextEdit {
    /// What is replaced; empty where something is inserted.
    pub span: Span,
    /// What it is replaced by.
    pub text: String,
}

impl TextEdit {
    fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: span(at, at), text: text.into() }
    }

    fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }
}

/// Why a change cannot be made in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The value is written elsewhere.
    #[error("it is written behind an alias, for other places too")]
    Alias,
    /// The value is used elsewhere.
    #[error("it is part of an anchored value, which other places use too")]
    Anchored,
    /// The value is brought in by `<<`.
    #[error("it comes in by a merge key, from where other places take it too")]
    Merged,
    /// The value stands below `defaults`.
    #[error("it comes from `defaults`, which hold for other resources too")]
    Defaults,
    /// Something else is written there than was expected.
    #[error("it is not written in a form that can be edited")]
    Shape,
}

/// A single value as the reader of a file takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its text.
    pub text: String,
    /// Whether it is text, rather than a number or a truth value.
    pub is_text: bool,
}

impl Written {
    /// How it is written where nothing else is said about quotes.
    #[must_use]
    pub fn plain(&self) -> String {
        if !self.is_text || is_plain(&self.text) { self.text.clone() } else { double_quoted(&self.text) }
    }

    /// How it is written in the place of a scalar: within the same quotes.
    fn like(&self, former: &str) -> String {
        match former.as_bytes().first() {
            Some(b'"') if self.is_text => double_quoted(&self.text),
            Some(b'\'') if self.is_text && !self.text.contains(['\n', '\r']) => {
                format!("'{}'", self.text.replace('\'', "''"))
            }
            _ => self.plain(),
        }
    }
}

/// What to do with a field.
#[derive(Debug, Clone, Copy)]
pub enum Request<'a> {
    /// Give it this value.
    Set(&'a Written),
    /// Take it away.
    Unset,
    /// Add a member to its list.
    Add(&'a Written),
    /// Take the member that stands there out of its list.
    Remove(NodeId),
}

/// Where a field stands or is to stand.
#[derive(Debug, Clone, Copy)]
pub struct Spot<'a> {
    /// The body of the resource that the object belongs to, or its own.
    pub resource: NodeId,
    /// The key or the list item that names the object.
    pub head: NodeId,
    /// The body of the object.
    pub body: NodeId,
    /// The field; before it the groups of fields that may have to be made first.
    pub fields: &'a [&'a str],
    /// Whether the field has a value that was written somewhere.
    pub present: bool,
    /// The fields of the object in their usual order.
    pub order: &'a [&'a str],
}

/// Finds the edits of one file.
#[derive(Debug)]
pub struct Editor {
    sources: Sources,
    /// What aliases stand for.
    anchored: HashSet<NodeId>,
    /// What merge keys bring in.
    merged: HashSet<NodeId>,
}

impl Editor {
    /// Reads the text of a file. The numbers of its nodes are those of [`Sources::index_in_file`].
    ///
    /// Nothing for a file that ends lines with a carriage return alone.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if text.match_indices('\r').any(|(at, _)| text.as_bytes().get(at + 1) != Some(&b'\n')) {
            return None;
        }
        let mut sources = Sources::new();
        sources.add_yaml("", text.to_owned(), &Limits::default(), &mut Vec::new());
        let anchored = sources.nodes.iter().filter_map(|node| match node.content {
            Content::Alias(target) => Some(target),
            _ => None,
        });
        let anchored = anchored.collect();
        let merged = sources.entries.iter().filter_map(|entry| entry.merged_at).collect();
        Some(Self { sources, anchored, merged })
    }

    /// Whether a node stands at these bytes: one that was computed has no place of its own.
    #[must_use]
    pub fn stands_at(&self, node: NodeId, span: Span) -> bool {
        self.sources.nodes.get(node.0 as usize).is_some_and(|node| node.span == span)
    }

    fn text(&self) -> &str {
        self.sources.file(FileId(0)).map_or("", |file| &file.text)
    }

    /// The edits that do what is requested.
    ///
    /// # Errors
    /// Why the text cannot be changed there.
    pub fn edit(&self, spot: &Spot<'_>, request: Request<'_>) -> Result<Vec<TextEdit>, Refusal> {
        self.own(spot)?;
        let mut at = Group { key: spot.head, body: spot.body };
        let mut fields = spot.fields;
        while let [first, rest @ ..] = fields
            && !rest.is_empty()
            && let Some(entry) = self.entry(at.body, first)?
        {
            at = Group { key: entry.key, body: entry.value };
            fields = rest;
        }
        let [first, ..] = fields else { return Err(Refusal::Shape) };
        let found = if fields.len() == 1 { self.entry(at.body, first)? } else { None };
        match (found, request) {
            (Some(entry), Request::Set(value)) => self.set(entry, value),
            (Some(entry), Request::Add(value)) => self.add(entry, value),
            (Some(entry), Request::Remove(item)) => self.remove(entry, item),
            (Some(entry), Request::Unset) => self.unset(at.body, entry),
            (None, _) if spot.present => Err(Refusal::Defaults),
            (None, Request::Set(value)) => self.insert(at, fields, &value.plain(), spot.order),
            (None, Request::Add(value)) => self.insert(at, fields, &format!("[{}]", value.plain()), spot.order),
            (None, Request::Unset | Request::Remove(_)) => Err(Refusal::Shape),
        }
    }

    /// Whether the object is written for itself alone.
    fn own(&self, spot: &Spot<'_>) -> Result<(), Refusal> {
        let mut node = spot.body;
        let mut below_resource = false;
        loop {
            self.unshared(node)?;
            below_resource |= node == spot.resource;
            let parent = self.sources.parent(node);
            if parent == node {
                break;
            }
            let is_defaults = self.sources.parent(parent) == parent
                && self.sources.get(parent, DEFAULTS).is_some_and(|defaults| defaults == node);
            if is_defaults {
                return Err(Refusal::Defaults);
            }
            node = parent;
        }
        if below_resource { Ok(()) } else { self.unshared(spot.resource).and(Err(Refusal::Merged)) }
    }

    fn unshared(&self, node: NodeId) -> Result<(), Refusal> {
        if matches!(self.sources.node(node).content, Content::Alias(_)) {
            return Err(Refusal::Alias);
        }
        if self.merged.contains(&node) {
            return Err(Refusal::Merged);
        }
        if self.anchored.contains(&node) { Err(Refusal::Anchored) } else { Ok(()) }
    }

    /// The entry of a mapping, if it is written there for itself alone.
    fn entry(&self, mapping: NodeId, key: &str) -> Result<Option<Entry>, Refusal> {
        let entry = self.sources.entries(mapping).iter().find(|entry| self.sources.text(entry.key) == key).copied();
        if let Some(entry) = entry {
            if entry.merged_at.is_some() {
                return Err(Refusal::Merged);
            }
            self.unshared(entry.key)?;
            self.unshared(entry.value)?;
        }
        Ok(entry)
    }

    fn set(&self, entry: Entry, value: &Written) -> Result<Vec<TextEdit>, Refusal> {
        let node = self.sources.node(entry.value);
        match node.content {
            Content::Scalar { style: ScalarStyle::Plain | ScalarStyle::Quoted, .. } => {
                Ok(vec![TextEdit::replace(node.span, value.like(self.slice(node.span)))])
            }
            Content::Null => self.fill(entry, &value.plain()),
            _ => Err(Refusal::Shape),
        }
    }

    /// Writes a value where nothing or an explicit null stands.
    fn fill(&self, entry: Entry, value: &str) -> Result<Vec<TextEdit>, Refusal> {
        let span = self.sources.node(entry.value).span;
        if !self.slice(span).trim().is_empty() {
            return Ok(vec![TextEdit::replace(span, value)]);
        }
        Ok(vec![TextEdit::insert(self.after_colon(entry.key)?, format!(" {value}"))])
    }

    /// The byte after the colon of a key.
    fn after_colon(&self, key: NodeId) -> Result<usize, Refusal> {
        let end = self.sources.node(key).span.end as usize;
        let rest = self.text().get(end..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        if rest.as_bytes().get(blanks) == Some(&b':') { Ok(end + blanks + 1) } else { Err(Refusal::Shape) }
    }

    fn add(&self, entry: Entry, value: &Written) -> Result<Vec<TextEdit>, Refusal> {
        let node = self.sources.node(entry.value);
        match node.content {
            Content::Sequence { .. } if self.is_flow(entry.value) => {
                Ok(vec![self.insert_member(node.span, &self.item_spans(entry.value), &value.plain())])
            }
            Content::Sequence { .. } => self.insert_item(entry.value, &value.plain()),
            // A single one may stand without its list.
            Content::Scalar { style: ScalarStyle::Plain | ScalarStyle::Quoted, .. } => {
                let list = format!("[{}, {}]", self.slice(node.span), value.plain());
                Ok(vec![TextEdit::replace(node.span, list)])
            }
            Content::Null => self.fill(entry, &format!("[{}]", value.plain())),
            _ => Err(Refusal::Shape),
        }
    }

    fn remove(&self, entry: Entry, item: NodeId) -> Result<Vec<TextEdit>, Refusal> {
        let node = self.sources.node(entry.value);
        if item == entry.value && matches!(node.content, Content::Scalar { .. }) {
            return Ok(vec![TextEdit::replace(node.span, "[]")]);
        }
        let items = self.sources.items(entry.value);
        let index = items.iter().position(|one| *one == item).ok_or(Refusal::Shape)?;
        if self.is_flow(entry.value) {
            return self.remove_member(&self.item_spans(entry.value), index);
        }
        self.remove_item(entry, index)
    }

    fn unset(&self, mapping: NodeId, entry: Entry) -> Result<Vec<TextEdit>, Refusal> {
        let entries: Vec<Entry> = self.written_entries(mapping).collect();
        let index = entries.iter().position(|one| one.key == entry.key).ok_or(Refusal::Shape)?;
        let spans: Vec<Span> = entries.iter().map(|entry| self.sources.block_span(*entry)).collect();
        if self.is_flow(mapping) {
            return self.remove_member(&spans, index);
        }
        // Without its only entry a mapping would be nothing.
        if spans.len() < 2 { Err(Refusal::Shape) } else { self.remove_lines(&spans, index) }
    }

    /// The entries that are written in the mapping itself, in the order of the file.
    fn written_entries(&self, mapping: NodeId) -> impl Iterator<Item = Entry> {
        self.sources.entries(mapping).iter().filter(|entry| entry.merged_at.is_none()).copied()
    }

    fn item_spans(&self, sequence: NodeId) -> Vec<Span> {
        self.sources.items(sequence).iter().map(|item| self.sources.node(*item).span).collect()
    }

    /// Whether a collection stands within brackets.
    fn is_flow(&self, node: NodeId) -> bool {
        self.slice(self.sources.node(node).span).starts_with(['[', '{'])
    }

    fn slice(&self, span: Span) -> &str {
        self.text().get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// A group of fields.
#[derive(Debug, Clone, Copy)]
struct Group {
    key: NodeId,
    body: NodeId,
}

/// The text with these edits made; nothing where two of them touch.
#[must_use]
pub fn apply_edits(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort();
    edits.dedup();
    let touches = |pair: &[&TextEdit]| match pair {
        [first, second] => first.span.end > second.span.start || first.span.start == second.span.start,
        _ => false,
    };
    if edits.windows(2).any(touches) {
        return None;
    }
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for edit in edits {
        result.push_str(text.get(done..edit.span.start as usize)?);
        result.push_str(&edit.text);
        done = edit.span.end as usize;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

fn span(start: usize, end: usize) -> Span {
    let offset = super::builder::offset;
    Span::new(offset(start), offset(end))
}

/// Whether a text can be written without quotes, within brackets too, and is text then.
fn is_plain(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_alphanumeric() || c == '/');
    let continues_well =
        text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '/' | '-' | '_' | '+' | '@'));
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    let is_number = text.starts_with(|c: char| c.is_ascii_digit())
        && text.matches('.').count() < 2
        && !text.contains(['/', ' '])
        && !text.contains(|c: char| {
            c.is_alphabetic() && !matches!(c, 'e' | 'E' | 'x' | 'o' | 'a'..='d' | 'f' | 'A'..='D' | 'F')
        });
    starts_well && continues_well && !text.ends_with(' ') && !is_word && !is_number
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
