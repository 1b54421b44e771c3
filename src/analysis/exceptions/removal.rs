//! Taking exceptions out of the text again.

use std::collections::BTreeMap;

use super::{Exception, Layout};
use crate::source::{FileId, Sources, Span, TextEdit};

/// The edits that take rules out of exceptions: of each exception, by its index, those of its rules that go. What cannot be
/// taken out by itself stays.
#[must_use]
pub fn removals(
    sources: &Sources,
    exceptions: &[Exception],
    needless: &BTreeMap<usize, Vec<usize>>,
) -> BTreeMap<FileId, Vec<TextEdit>> {
    let mut edits: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for (index, gone) in needless {
        let Some(exception) = exceptions.get(*index) else { continue };
        let Some(text) = sources.file(exception.place.file).map(|file| file.text.as_str()) else { continue };
        edits.entry(exception.place.file).or_default().extend(removal(text, exception, gone));
    }
    edits
}

/// The edit that takes some rules out of an exception.
fn removal(text: &str, exception: &Exception, gone: &[usize]) -> Option<TextEdit> {
    let all = (0..exception.rules.len()).all(|index| gone.contains(&index));
    let span = match (exception.layout, all) {
        (Layout::Comment { list, .. }, false) => {
            let left = exception.rules.iter().enumerate().filter(|(index, _)| !gone.contains(index));
            let names: Vec<&str> = left.map(|(_, rule)| rule.name.as_str()).collect();
            return Some(TextEdit { span: list, text: names.join(", ") });
        }
        (Layout::Table, false) => return None,
        (Layout::Comment { own_line: false, .. }, true) => {
            let before = text.get(..exception.place.span.start as usize)?;
            Span { start: offset(before.trim_end_matches([' ', '\t']).len()), ..exception.place.span }
        }
        (Layout::Comment { own_line: true, .. } | Layout::Table, true) => lines(text, exception.place.span)?,
    };
    Some(TextEdit { span, text: String::new() })
}

/// Whole lines, with one blank line in front of them where another one follows or nothing does.
fn lines(text: &str, span: Span) -> Option<Span> {
    let before = text.get(..span.start as usize)?;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(span.end as usize..)?;
    let end = rest.find('\n').map_or(text.len(), |at| span.end as usize + at + 1);
    let is_blank_before = text.get(..start)?.ends_with("\n\n");
    let rest = text.get(end..)?;
    let start = if is_blank_before && (rest.is_empty() || rest.starts_with('\n')) { start - 1 } else { start };
    Some(Span::new(offset(start), offset(end)))
}

fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
