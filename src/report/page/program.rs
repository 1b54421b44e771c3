//! The page of a rule about exceptions.

use super::Page;
use crate::knowledge::definitions::program::ProgramRule;

pub(super) fn page(rule: &ProgramRule) -> Page {
    let mut page =
        Page { name: rule.name.to_owned(), kind: format!("rule about exceptions, {}", rule.level), blocks: Vec::new() };
    page.text(format!("{}.", rule.title));
    page.paragraphs(rule.why);
    page.heading("Bad");
    page.code(rule.example);
    page
}
