//! The page of a rule.

use super::{Block, Page, binding, cases, citation, one_line};
use crate::analysis::Citations;
use crate::knowledge::definitions::{Definitions, ExampleKind, RuleDefinition};

pub(super) fn page(definitions: &Definitions, rule: &RuleDefinition) -> Page {
    let citations = Citations::new(definitions);
    let mut page = Page { name: rule.name.clone(), kind: cases(&rule.level), blocks: Vec::new() };
    page.text(format!("{}.", rule.title.trim_end_matches('.')));
    page.paragraphs(&rule.why);
    if rule.is_off() {
        page.text(format!("It is off unless it is asked for: `--select {}`, or a level of your choice.", rule.name));
    }
    if !rule.ignorable {
        page.text("It may not be ignored: neither an exception nor a baseline covers what it finds.");
    }
    page.heading("Condition");
    page.code(&condition(rule));
    if let Some(help) = &rule.help {
        page.heading("What to do");
        page.text(one_line(&help.source.text));
        if let Some(words) = repair(rule) {
            page.text(words);
        }
    }
    page.heading("Documents");
    page.blocks.extend(rule.clauses.iter().map(|clause| citation(&citations, clause)));
    page.blocks.extend(rule.sources.iter().map(|source| Block::Citation(citations.source(source), None)));
    editions(&mut page, &citations, rule);
    for (kind, title) in [(ExampleKind::Bad, "Bad"), (ExampleKind::Good, "Good")] {
        if let Some(example) = rule.examples.iter().find(|example| example.kind == kind) {
            page.heading(title);
            page.code(&example.topology);
        }
    }
    if !rule.explains.is_empty() {
        let explained: Vec<String> = rule.explains.iter().map(|explained| format!("`{explained}`")).collect();
        page.heading("Explains");
        page.text(format!("A connection that lacks only {} is told beneath this finding.", explained.join(" or ")));
    }
    if !rule.formerly.is_empty() {
        page.heading("Former names");
        page.text(format!("It still answers to {}.", rule.formerly.join(", ")));
    }
    page
}

/// Whether `--fix` can do it.
fn repair(rule: &RuleDefinition) -> Option<&'static str> {
    match (rule.repair.is_empty(), rule.repair.iter().all(|change| change.widens)) {
        (true, _) => None,
        (false, true) => {
            Some("`isolint check` names the change, and leaves it to you: it may let in more than before.")
        }
        (false, false) => Some("`isolint check --fix` does this where nothing else is to be decided."),
    }
}

fn editions(page: &mut Page, citations: &Citations<'_>, rule: &RuleDefinition) {
    for change in &rule.editions {
        let document = citations.title(&change.source).unwrap_or(&change.source);
        page.heading(&format!("Edition {}", change.edition));
        let level = if change.level == "off" { "no finding" } else { change.level.as_str() };
        page.text(format!("{level}: {} ({document}, {}).", change.note.trim_end_matches('.'), change.date));
    }
}

/// What is judged, as it stands in the file of the rule.
fn condition(rule: &RuleDefinition) -> String {
    let mut lines = vec![format!("for: {}", binding(&rule.subject))];
    lines.extend(rule.filter.iter().map(|filter| format!("where: {}", one_line(&filter.source.text))));
    lines.extend(rule.values.iter().map(|(name, value)| format!("let {name}: {}", one_line(&value.source.text))));
    lines.extend(rule.each.iter().map(|each| format!("each: {}", binding(each))));
    lines.push(format!("deny: {}", one_line(&rule.deny.source.text)));
    lines.join("\n")
}
