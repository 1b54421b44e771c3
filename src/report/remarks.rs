//! The remarks beneath an excerpt: help, notes, and the documents that say so.

use super::excerpt::indent;
use super::style::{Pen, Style, piece};
use crate::analysis::Citation;

/// More values that hold by default than these are left to the report for programs.
const DEFAULTS: usize = 2;

/// `= help: ...`
pub(super) fn write_remark(out: &mut String, pen: Pen, at: usize, word: &str, text: &str) {
    let hang = at + 4 + word.len();
    for (index, line) in text.trim_end().lines().enumerate() {
        if index == 0 {
            indent(out, at);
            pen.put(out, Style::Frame, "=");
            out.push(' ');
            pen.put(out, Style::Strong, &format!("{word}:"));
            out.push(' ');
        } else {
            indent(out, hang);
        }
        pen.prose(out, hang, hang, &[piece(Style::Plain, line)]);
    }
}

/// The notes of a finding, with those about defaults on one line.
pub(super) fn write_notes(out: &mut String, pen: Pen, at: usize, notes: &[String]) {
    let default = |note: &'_ String| note.starts_with('`') && note.ends_with(" by default");
    for note in notes.iter().filter(|note| !default(note)) {
        write_remark(out, pen, at, "note", note);
    }
    let defaults: Vec<&str> = notes.iter().filter(|note| default(note)).map(String::as_str).collect();
    if !defaults.is_empty() && defaults.len() <= DEFAULTS {
        let (last, others) = defaults.split_last().unwrap_or((&"", &[]));
        let mut text = String::new();
        for other in others {
            text.push_str(other.strip_suffix(" by default").unwrap_or(other));
            text.push_str(" and ");
        }
        write_remark(out, pen, at, "note", &format!("{text}{last}"));
    }
}

/// A document with what is cited of it.
struct Cited<'a> {
    first: &'a Citation,
    headings: Vec<&'a str>,
    lines: Vec<u32>,
}

/// `= see: document (date), "heading", line 41: address`, once for each document.
pub(super) fn write_citations(out: &mut String, pen: Pen, at: usize, citations: &[Citation]) {
    let mut documents: Vec<Cited<'_>> = Vec::new();
    for citation in citations {
        let known = documents.iter().position(|one| is_same_document(one.first, citation));
        let index = known.unwrap_or(documents.len());
        if known.is_none() {
            documents.push(Cited { first: citation, headings: Vec::new(), lines: Vec::new() });
        }
        let Some(document) = documents.get_mut(index) else { continue };
        document.lines.extend(citation.line.filter(|line| !document.lines.contains(line)));
        if let Some(heading) = citation.heading.as_deref().filter(|heading| !document.headings.contains(heading)) {
            document.headings.push(heading);
        }
    }
    for mut document in documents {
        document.lines.sort_unstable();
        write_document(out, pen, at, &document);
    }
}

/// A clause that is not known stands for itself.
fn is_same_document(a: &Citation, b: &Citation) -> bool {
    let known = !a.document.is_empty() || a.clause == b.clause;
    known && a.document == b.document && a.date == b.date && a.address == b.address
}

fn write_document(out: &mut String, pen: Pen, at: usize, cited: &Cited<'_>) {
    let mut text = cited.first.document.clone();
    if text.is_empty() {
        text = cited.first.clause.clone().unwrap_or_default();
    }
    if let Some(date) = &cited.first.date {
        text.push_str(&format!(" ({date})"));
    }
    if let [heading] = cited.headings.as_slice() {
        text.push_str(&format!(", \"{heading}\""));
    }
    let lines: Vec<String> = cited.lines.iter().map(u32::to_string).collect();
    match lines.as_slice() {
        [] => {}
        [line] => text.push_str(&format!(", line {line}")),
        lines => text.push_str(&format!(", lines {}", lines.join(", "))),
    }
    let Some(address) = &cited.first.address else {
        return write_remark(out, pen, at, "see", &text);
    };
    let address = pen.clean(address);
    if pen.hyperlinks {
        let from = out.len();
        write_remark(out, pen, at, "see", &text);
        link(out, from, &address);
    } else {
        write_remark(out, pen, at, "see", &format!("{text}: {address}"));
    }
}

/// Makes a link of every line written since `from`, after its indentation.
fn link(out: &mut String, from: usize, address: &str) {
    let lines = out.split_off(from);
    for line in lines.lines() {
        let text = line.trim_start();
        indent(out, line.len() - text.len());
        out.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\{text}\u{1b}]8;;\u{1b}\\\n"));
    }
}
