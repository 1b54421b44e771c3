//! Writes a tree of values as a topology file that people like to read: block style, unknowns marked, and comments that
//! say where values come from.

use std::fmt::Write as _;

use crate::source::{Content, Entry, NodeId, ScalarStyle, Sources};

/// Sections and lists that may have more members than are written.
pub type Extent<'a> = &'a [String];

/// How wide a list may be to stand in one line.
const WIDTH: usize = 96;

/// The tree below `root` as a topology file. `open` are the sections and lists that the tree does not show whole.
#[must_use]
pub fn write(sources: &Sources, root: NodeId, open: Extent<'_>) -> String {
    let mut writer = Writer { sources, text: String::new() };
    let mut open: Vec<String> = open.to_vec();
    let sections: Vec<Entry> = sources.entries(root).to_vec();
    // A section may be written, and said to have more members than that.
    for section in &sections {
        if matches!(sources.node(section.value).content, Content::Unknown { .. }) {
            let name = sources.text(section.key).into_owned();
            let _ = writeln!(
                writer.text,
                "# there may be more {}: {}",
                name.replace('_', " "),
                sources.text(section.value)
            );
            if !open.contains(&name) {
                open.push(name);
            }
        }
    }
    if !open.is_empty() {
        let _ = writeln!(writer.text, "open: [{}]", open.join(", "));
    }
    for section in sections.iter().filter(|section| is_collection(sources, section.value)) {
        let _ = writeln!(writer.text, "\n{}:", scalar(&sources.text(section.key)));
        match sources.node(section.value).content {
            Content::Mapping { .. } => {
                for entry in sources.entries(section.value) {
                    writer.object(*entry);
                }
            }
            _ => writer.items(section.value, 1),
        }
    }
    writer.text
}

struct Writer<'a> {
    sources: &'a Sources,
    text: String,
}

fn is_collection(sources: &Sources, node: NodeId) -> bool {
    matches!(sources.node(node).content, Content::Mapping { .. } | Content::Sequence { .. })
}

impl Writer<'_> {
    /// An object of a section, with the line that it was declared in.
    fn object(&mut self, entry: Entry) {
        let place = self.place(entry.value);
        let _ = writeln!(self.text, "  # {place}{}", self.origin(entry.key, &place));
        self.entry(entry, 1);
    }

    /// `file:line`
    fn place(&self, node: NodeId) -> String {
        let place = self.sources.place(node);
        let Some(file) = self.sources.file(place.file) else { return String::new() };
        format!("{}:{}", file.name, file.line_column(place.span.start).line)
    }

    /// In which turns of which loops a thing is declared that is in none with what is around it, and where its name was
    /// given, as the end of a comment.
    fn origin(&self, node: NodeId, own: &str) -> String {
        let around = self.sources.turns(self.sources.parent(node)).len();
        let turns = self.sources.turns(node).into_iter().skip(around).map(str::to_owned);
        turns.chain(self.given(node, own)).map(|text| format!("; {text}")).collect()
    }

    /// Where a value was written down, before it was handed on.
    fn given(&self, node: NodeId, own: &str) -> Option<String> {
        let (at, text) = self.sources.trail(node).last()?;
        let place = self.place(*at);
        (place != own).then(|| format!("{text} ({place})"))
    }

    fn entry(&mut self, entry: Entry, depth: usize) {
        let indent = "  ".repeat(depth);
        let _ = write!(self.text, "{indent}{}:", scalar(&self.sources.text(entry.key)));
        self.value(entry.value, depth);
    }

    /// A value behind its key.
    fn value(&mut self, node: NodeId, depth: usize) {
        if let Some(line) = self.line(node).filter(|line| line.len() <= WIDTH || !is_collection(self.sources, node)) {
            let comment = self.given(node, "").map_or_else(String::new, |given| format!("  # {}", one_line(&given)));
            let _ = writeln!(self.text, " {line}{comment}");
            return;
        }
        self.text.push('\n');
        match self.sources.node(node).content {
            Content::Mapping { .. } => {
                for entry in self.sources.entries(node) {
                    self.entry(*entry, depth + 1);
                }
            }
            _ => self.items(node, depth + 1),
        }
    }

    fn items(&mut self, node: NodeId, depth: usize) {
        let indent = "  ".repeat(depth);
        for item in self.sources.items(node) {
            match self.sources.node(*item).content {
                Content::Mapping { len, .. } if len > 0 => {
                    let place = self.place(*item);
                    let _ = writeln!(self.text, "{indent}# {place}{}", self.origin(*item, &place));
                    for (index, entry) in self.sources.entries(*item).iter().enumerate() {
                        let start = if index == 0 { "- " } else { "  " };
                        let _ = write!(self.text, "{indent}{start}{}:", scalar(&self.sources.text(entry.key)));
                        self.value(entry.value, depth + 1);
                    }
                }
                _ => {
                    let _ = write!(self.text, "{indent}-");
                    self.value(*item, depth);
                }
            }
        }
    }

    /// A value that fits in a line: scalars, lists of these, and what is empty.
    fn line(&self, node: NodeId) -> Option<String> {
        let sources = self.sources;
        Some(match sources.node(node).content {
            Content::Null => "null".to_owned(),
            Content::Scalar { style: ScalarStyle::Plain, .. } => sources.text(node).into_owned(),
            Content::Scalar { .. } => scalar(&sources.text(node)),
            Content::Unknown { .. } => format!("!unknown {}", quoted(&sources.text(node))),
            Content::Mapping { len: 0, .. } => "{}".to_owned(),
            Content::Sequence { .. } => {
                let items = sources.items(node).iter();
                let items: Option<Vec<String>> =
                    items.map(|item| self.line(*item).filter(|_| !is_collection(sources, *item))).collect();
                format!("[{}]", items?.join(", "))
            }
            _ => return None,
        })
    }
}

/// A text as YAML takes it for a text: without quotes where it cannot be mistaken.
fn scalar(text: &str) -> String {
    let is_word = |character: char| character.is_ascii_alphanumeric() || "_-./".contains(character);
    let starts_well = text.starts_with(|character: char| character.is_ascii_alphabetic() || character == '_');
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_ambiguous = words.contains(&text.to_ascii_lowercase().as_str());
    let is_address = text.contains('.')
        && text.chars().all(|character| character.is_ascii_digit() || "./".contains(character))
        && text.matches('.').count() == 3;
    if (starts_well && text.chars().all(is_word) && !is_ambiguous) || is_address {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in double quotes; JSON's are YAML's.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
