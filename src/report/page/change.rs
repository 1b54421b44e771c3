//! The page of a change rule.

use super::{Block, Page, binding, cases, citation, one_line};
use crate::analysis::Citations;
use crate::knowledge::definitions::{ChangeDefinition, ChangeSign, Definitions, ExampleKind};

pub(super) fn page(definitions: &Definitions, change: &ChangeDefinition) -> Page {
    let citations = Citations::new(definitions);
    let kind = format!("change rule, {}", cases(&change.level));
    let mut page = Page { name: change.name.clone(), kind, blocks: Vec::new() };
    page.text(format!("{}.", change.title.trim_end_matches('.')));
    page.paragraphs(&change.why);
    page.text("It speaks of the step from one state to the next: `isolint diff OLD NEW` applies it.");
    if !change.ignorable {
        page.text("It may not be ignored: no exception covers what it finds.");
    }
    page.heading("Condition");
    page.code(&condition(change));
    if let Some(help) = &change.help {
        page.heading("What to do");
        page.text(one_line(&help.source.text));
    }
    page.heading("Documents");
    page.blocks.extend(change.clauses.iter().map(|clause| citation(&citations, clause)));
    page.blocks.extend(change.sources.iter().map(|source| Block::Citation(citations.source(source), None)));
    for (kind, title) in [(ExampleKind::Bad, "Bad"), (ExampleKind::Good, "Good")] {
        if let Some(example) = change.examples.iter().find(|example| example.kind == kind) {
            page.heading(title);
            page.text("Before:");
            page.code(&example.before.topology);
            page.text("After:");
            page.code(&example.after.topology);
        }
    }
    if !change.formerly.is_empty() {
        page.heading("Former names");
        page.text(format!("It still answers to {}.", change.formerly.join(", ")));
    }
    page
}

/// What is judged, as it stands in the file of the rule.
fn condition(change: &ChangeDefinition) -> String {
    let mut lines = vec![format!("for: {}", binding(&change.subject))];
    lines.extend(change.values.iter().map(|(name, value)| format!("let {name}: {}", one_line(&value.source.text))));
    lines.extend(change.each.iter().map(|each| format!("each: {}", binding(each))));
    lines.extend(change.filter.iter().map(|filter| format!("where: {}", one_line(&filter.source.text))));
    match &change.sign {
        ChangeSign::Watch(values) => {
            lines.extend(values.iter().map(|(word, value)| format!("watch {word}: {}", one_line(&value.source.text))));
        }
        ChangeSign::Gone(variable) => lines.push(format!("gone: {}", variable.text)),
    }
    lines.join("\n")
}
