//! The page of a rule or an access method: what it says, why, where it is documented, and examples. The same page is
//! printed by `isolint explain` and kept in `docs/rules/`.

mod change;
mod index;
mod markdown;
mod method;
mod program;
mod rule;
mod terminal;

use crate::analysis::{Citation, Citations};
use crate::knowledge::definitions::program::ProgramRule;
use crate::knowledge::definitions::{Binding, Case, ChangeDefinition, Definitions, RuleDefinition};
use crate::knowledge::ruleset::Ruleset;

pub use index::index;

/// A page, apart from how it is printed.
#[derive(Debug, Clone)]
pub struct Page {
    /// The name of what it is about.
    pub name: String,
    /// What kind of thing that is, and its level or path class.
    pub kind: String,
    blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug, Clone)]
enum Block {
    Heading(String),
    /// A paragraph; words in backticks are code.
    Text(String),
    /// Lines in the language of rules and topologies.
    Code(String),
    /// Something named, with more about it.
    Item {
        name: String,
        about: Vec<Block>,
    },
    /// A place in a document.
    Citation(Citation, Option<String>),
}

impl Page {
    /// The page of a rule, by its name or a former one, or of an access method.
    #[must_use]
    pub fn find(ruleset: &Ruleset, name: &str) -> Option<Self> {
        let definitions = &ruleset.definitions;
        let is_named = |rule: &&RuleDefinition| rule.name == name || rule.formerly.iter().any(|former| former == name);
        if let Some(rule) = definitions.rules.iter().find(is_named) {
            return Some(rule::page(definitions, rule));
        }
        let is_named =
            |change: &&ChangeDefinition| change.name == name || change.formerly.iter().any(|former| former == name);
        if let Some(change) = definitions.changes.iter().find(is_named) {
            return Some(change::page(definitions, change));
        }
        if let Some(rule) = ProgramRule::find(name) {
            return Some(program::page(rule));
        }
        let index = definitions.methods.iter().position(|method| method.name == name)?;
        method::page(ruleset, index)
    }

    /// The pages of all rules and access methods, in the order of their names.
    #[must_use]
    pub fn all(ruleset: &Ruleset) -> Vec<Self> {
        let mut names: Vec<&str> = names(&ruleset.definitions).collect();
        names.sort_unstable();
        names.into_iter().filter_map(|name| Self::find(ruleset, name)).collect()
    }

    fn heading(&mut self, text: &str) {
        self.blocks.push(Block::Heading(text.to_owned()));
    }

    fn text(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Text(text.into()));
    }

    /// Text of several paragraphs.
    fn paragraphs(&mut self, text: &str) {
        for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            let words: Vec<&str> = paragraph.split_whitespace().collect();
            self.text(words.join(" "));
        }
    }

    fn code(&mut self, text: &str) {
        self.blocks.push(Block::Code(text.trim_end().to_owned()));
    }
}

/// Everything that has a page.
pub fn names(definitions: &Definitions) -> impl Iterator<Item = &str> {
    let rules = definitions.named_rules().map(|rule| rule.name);
    rules.chain(definitions.methods.iter().map(|method| method.name.as_str()))
}

fn citation(citations: &Citations<'_>, clause: &str) -> Block {
    Block::Citation(citations.clause(clause), citations.fact(clause).map(str::to_owned))
}

/// Words by cases: one, or each with its condition.
fn cases(cases: &[Case]) -> String {
    if let [case] = cases {
        return case.value.clone();
    }
    let each = cases.iter().map(|case| match &case.condition {
        Some(condition) => format!("{} where `{}`", case.value, one_line(&condition.source.text)),
        None => format!("else {}", case.value),
    });
    each.collect::<Vec<_>>().join(", ")
}

/// `name in list`.
fn binding(binding: &Binding) -> String {
    format!("{} in {}", binding.variable, one_line(&binding.list.source.text))
}

/// An expression in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
