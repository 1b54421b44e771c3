//! The page of an access method.

use super::{Block, Page, cases, citation};
use crate::analysis::Citations;
use crate::knowledge::definitions::RequirementDefinition;
use crate::knowledge::ruleset::Ruleset;

/// The page of the method with that index.
pub(super) fn page(ruleset: &Ruleset, index: usize) -> Option<Page> {
    let method = ruleset.definitions.methods.get(index)?;
    let citations = Citations::new(&ruleset.definitions);
    let kind = format!("access method, {}", cases(&method.path));
    let mut page = Page { name: method.name.clone(), kind, blocks: Vec::new() };
    page.text(format!("{}.", capital(method.title.trim_end_matches('.'))));
    page.paragraphs(&method.why);
    page.text(format!("It is tried on the connections of: {}.", method.groups.join(", ")));
    if !method.clauses.is_empty() {
        page.heading("Documents");
        page.blocks.extend(method.clauses.iter().map(|clause| citation(&citations, clause)));
    }
    page.heading("Requirements");
    let count = ruleset.methods.get(index).map_or(0, |method| method.requirements.len());
    for requirement in std::iter::once(None).chain((0..count).map(Some)) {
        let requirement = ruleset.requirement(index, requirement);
        page.blocks.extend(requirement.map(|requirement| item(&citations, requirement)));
    }
    for (outcome, title) in [("open", "Open"), ("blocked", "Blocked")] {
        if let Some(example) = method.examples.iter().find(|example| example.outcome == outcome) {
            page.heading(title);
            page.code(&example.topology);
        }
    }
    Some(page)
}

fn item(citations: &Citations<'_>, requirement: &RequirementDefinition) -> Block {
    let that = requirement.that.as_ref().map(|that| that.source.text.trim().to_owned());
    let mut about = vec![match that {
        Some(that) => Block::Code(that),
        None => Block::Text("There is a candidate at all.".to_owned()),
    }];
    about.extend(requirement.clauses.iter().map(|clause| citation(citations, clause)));
    Block::Item { name: requirement.name.clone(), about }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
