//! Topology files written anew: in another style, another order, or spread over several files.

use std::fmt::Write as _;

use isolint::source::{Content, NodeId, ScalarStyle, Sources};

/// A value of a file, without its place.
#[derive(Debug, Clone)]
pub enum Tree {
    Nothing,
    Scalar { text: String, plain: bool },
    Unknown(String),
    List(Vec<Tree>),
    Group(Vec<(String, Tree)>),
}

pub fn tree(sources: &Sources, node: NodeId) -> Tree {
    let node = sources.resolve(node);
    match sources.node(node).content {
        Content::Null | Content::Alias(_) => Tree::Nothing,
        Content::Unknown { .. } => Tree::Unknown(sources.text(node).into_owned()),
        Content::Scalar { style, .. } => {
            Tree::Scalar { text: sources.text(node).into_owned(), plain: style == ScalarStyle::Plain }
        }
        Content::Sequence { .. } => Tree::List(sources.items(node).iter().map(|item| tree(sources, *item)).collect()),
        Content::Mapping { .. } => {
            let entries = sources.entries(node).iter();
            Tree::Group(
                entries.map(|entry| (sources.text(entry.key).into_owned(), tree(sources, entry.value))).collect(),
            )
        }
    }
}

/// A source of choices.
#[derive(Debug, Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index + 1));
        }
    }
}

/// Writes values down in another style than they were.
pub struct Writer {
    dice: Dice,
    indent: usize,
    text: String,
}

impl Writer {
    pub fn write(value: &Tree, dice: &mut Dice) -> String {
        let indent = [2, 3, 4, 7][dice.below(4)];
        let mut writer = Self { dice: Dice(dice.0), indent, text: String::new() };
        dice.below(1);
        writer.block(value, 0);
        writer.text.push('\n');
        writer.text
    }

    fn block(&mut self, value: &Tree, depth: usize) {
        // The document itself and most large things stay blocks, as people write them.
        let inline = depth > 0 && self.dice.below(4) == 0;
        match value {
            Tree::Group(entries) if !inline && !entries.is_empty() => {
                for (key, value) in entries {
                    self.line(depth);
                    let key = self.scalar(key, true);
                    let _ = write!(self.text, "{key}:");
                    self.block(value, depth + 1);
                }
            }
            Tree::List(items) if !inline && !items.is_empty() => {
                for item in items {
                    self.line(depth);
                    self.text.push('-');
                    self.block(item, depth + 1);
                }
            }
            _ => {
                self.text.push(' ');
                let flow = self.flow(value);
                self.text.push_str(&flow);
                if self.dice.below(8) == 0 {
                    self.text.push_str("   # as it was");
                }
            }
        }
    }

    fn line(&mut self, depth: usize) {
        if self.dice.below(6) == 0 {
            let _ = write!(self.text, "\n{:width$}# a remark: [not, {{a value", "", width = depth * self.indent);
        }
        if self.dice.below(9) == 0 {
            self.text.push('\n');
        }
        let _ = write!(self.text, "\n{:width$}", "", width = depth * self.indent);
    }

    fn flow(&mut self, value: &Tree) -> String {
        match value {
            Tree::Nothing => "null".to_owned(),
            Tree::Scalar { text, plain } => self.scalar(text, *plain),
            Tree::Unknown(reason) => format!("!unknown \"{}\"", reason.replace('"', "\\\"")),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.flow(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Tree::Group(entries) => {
                let mut written = Vec::new();
                for (key, value) in entries {
                    written.push(format!("{}: {}", self.scalar(key, true), self.flow(value)));
                }
                format!("{{ {} }}", written.join(", "))
            }
        }
    }

    /// A text that was plain stays so where it may be a number or a truth value.
    fn scalar(&mut self, text: &str, plain: bool) -> String {
        let is_word = !text.is_empty()
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./ ".contains(c))
            && text.trim() == text;
        let is_typed = matches!(text, "true" | "false" | "null") || text.parse::<i64>().is_ok();
        match (plain, self.dice.below(3)) {
            (true, _) if is_typed => text.to_owned(),
            (true, 0) if is_word => text.to_owned(),
            (_, 1) if text.is_ascii() => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            _ => format!("'{}'", text.replace('\'', "''")),
        }
    }
}

/// Shuffles what has no order: entries, and the elements of sections.
pub fn reorder(value: &mut Tree, dice: &mut Dice, depth: usize) {
    match value {
        Tree::Group(entries) => {
            for (_, value) in entries.iter_mut() {
                reorder(value, dice, depth + 1);
            }
            dice.shuffle(entries);
        }
        Tree::List(items) => {
            for item in items.iter_mut() {
                reorder(item, dice, depth + 1);
            }
            if depth == 1 {
                dice.shuffle(items);
            }
        }
        _ => {}
    }
}

/// Spreads the resources of a file over several; what the file says by default goes into each.
pub fn split(value: &Tree, parts: usize, dice: &mut Dice) -> Vec<Tree> {
    let Tree::Group(sections) = value else { return vec![value.clone()] };
    let mut files: Vec<Vec<(String, Tree)>> = vec![Vec::new(); parts];
    for (section, content) in sections {
        let mut shares: Vec<Tree> = Vec::new();
        for _ in 0..parts {
            shares.push(match content {
                Tree::Group(_) if section != "defaults" => Tree::Group(Vec::new()),
                Tree::List(_) => Tree::List(Vec::new()),
                other => other.clone(),
            });
        }
        match content {
            Tree::Group(entries) if section != "defaults" => {
                for entry in entries {
                    if let Tree::Group(share) = &mut shares[dice.below(parts)] {
                        share.push(entry.clone());
                    }
                }
            }
            Tree::List(items) => {
                for item in items {
                    if let Tree::List(share) = &mut shares[dice.below(parts)] {
                        share.push(item.clone());
                    }
                }
            }
            _ => {}
        }
        for (file, share) in files.iter_mut().zip(shares) {
            file.push((section.clone(), share));
        }
    }
    files.into_iter().map(Tree::Group).collect()
}
