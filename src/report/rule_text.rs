//! What formats tell of a rule beside its findings.

use super::page::Page;
use crate::analysis::{Citations, Level};
use crate::knowledge::definitions::RuleDefinition;
use crate::knowledge::ruleset::Ruleset;

/// A rule in words.
#[derive(Debug, Clone)]
pub struct RuleText {
    /// Its name.
    pub name: String,
    /// What it says, in a sentence.
    pub title: String,
    /// Why, in a few paragraphs.
    pub why: String,
    /// Its page, as Markdown.
    pub page: String,
    /// Where that page or else the document that it rests on can be read.
    pub address: Option<String>,
    /// The strongest level that it has of its own.
    pub level: Level,
    /// Whether it is about connections that do not work.
    pub is_about_connections: bool,
}

impl RuleText {
    /// A rule in words, by its name; nothing where there is none of that name. `pages` is the address of the folder with
    /// the pages of the shipped rules, where there is one.
    #[must_use]
    pub fn of(ruleset: &Ruleset, name: &str, pages: Option<&str>) -> Option<Self> {
        let definitions = &ruleset.definitions;
        let rule = definitions.rules.iter().find(|rule| rule.name == name)?;
        let page = Page::find(ruleset, name)?;
        let citations = Citations::new(definitions);
        // The rules of a team have no page among the shipped ones.
        let own = pages.filter(|_| !name.contains('/')).map(|pages| format!("{pages}/{}", page.file()));
        let document = || rule.sources.iter().find_map(|source| source.address.clone());
        let clause = || rule.clauses.iter().find_map(|clause| citations.clause(clause).address);
        Some(Self {
            name: rule.name.clone(),
            title: rule.title.clone(),
            why: rule.why.clone(),
            page: page.markdown(),
            address: own.or_else(clause).or_else(document),
            level: strongest(rule),
            is_about_connections: rule.tells_methods,
        })
    }
}

fn strongest(rule: &RuleDefinition) -> Level {
    let level = |word: &str| match word {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" => Some(Level::Info),
        _ => None,
    };
    rule.level.iter().filter_map(|case| level(&case.value)).max().unwrap_or(Level::Warning)
}
