//! The forms of the report, on analyses made by hand.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

mod estate;
mod excerpts;
mod forms;
mod json;
mod remarks;
mod undetermined;

use super::{HumanOptions, write_human};
use crate::analysis::{Analysis, Finding, Level};
use crate::source::{FileId, Label, Place, Sources, Span};

/// The place of the `nth` occurrence of a text in a file.
fn nth(sources: &Sources, file: FileId, text: &str, nth: usize) -> Place {
    let whole = &sources.file(file).unwrap().text;
    let (start, _) = whole.match_indices(text).nth(nth).unwrap();
    span(file, start, start + text.len())
}

/// The place of the first occurrence of a text in a file.
fn find(sources: &Sources, file: FileId, text: &str) -> Place {
    nth(sources, file, text, 0)
}

fn span(file: FileId, start: usize, end: usize) -> Place {
    let span = Span::new(start.try_into().unwrap(), end.try_into().unwrap());
    Place { file, span }
}

fn label(place: Place, text: &str) -> Label {
    Label { place, text: text.to_owned() }
}

fn finding(rule: &str, level: Level, message: &str, primary: Label) -> Finding {
    Finding {
        rule: rule.to_owned(),
        level,
        message: message.to_owned(),
        primary,
        related: Vec::new(),
        help: None,
        notes: Vec::new(),
        resources: Vec::new(),
        field: None,
        fingerprint: format!("{rule}/{message}"),
        caused_by: None,
        flow: None,
        methods: Vec::new(),
        repairs: Vec::new(),
        citations: Vec::new(),
        ignored: None,
    }
}

fn human(analysis: &Analysis, sources: &Sources, options: &HumanOptions) -> String {
    let mut out = Vec::new();
    write_human(&mut out, analysis, sources, options).unwrap();
    let text = String::from_utf8(out).unwrap();
    for line in text.lines() {
        assert_eq!(line, line.trim_end(), "a trailing blank");
    }
    text
}

/// The findings alone.
fn quiet(findings: Vec<Finding>, sources: &Sources, options: HumanOptions) -> String {
    let analysis = Analysis { findings, ..Analysis::default() };
    let options = HumanOptions { quiet: true, ..options };
    human(&analysis, sources, &options)
}
