//! What is wrong with a configuration file, in words and at its place.

use std::io::{self, Write};

use super::SettingPlace;
use crate::cli::terminal::{ColorChoice, Terminal};
use crate::report;
use crate::source::{Label, Place, Sources, Span};

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub(crate) struct SettingsError {
    place: SettingPlace,
    message: String,
}

impl SettingsError {
    /// What is wrong, and where.
    pub(crate) fn new(place: SettingPlace, message: String) -> Self {
        Self { place, message }
    }

    /// What the parser says.
    pub(super) fn of_parser(place: SettingPlace, message: &str) -> Self {
        Self::new(place, explain(message))
    }

    /// Writes the message and, below it, the lines it is about.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "error: {self}")?;
        let mut sources = Sources::new();
        let file = sources.add_text(&super::display(&self.place.file.path), self.place.file.text.clone());
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        let span = Span::new(offset(self.place.span.start), offset(self.place.span.end));
        let label = Label { place: Place { file, span }, text: String::new() };
        if self.place.file.text.is_empty() {
            return Ok(());
        }
        report::write_excerpt(out, &label, &sources, &Terminal::errors(ColorChoice::Auto).human())
    }
}

/// The parser's words in ours, with a suggestion where a word is misspelt.
fn explain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((word, allowed)) = quoted.split_first() else { return explain_type(message) };
    let what = if message.starts_with("unknown field") {
        "no setting"
    } else if message.starts_with("unknown variant") {
        "not allowed here"
    } else if message.starts_with("missing field") {
        return format!("`{word}` is missing");
    } else {
        return explain_type(message);
    };
    let near = crate::source::did_you_mean(word, allowed.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{word}` is {what}{near} (allowed: {})", allowed.join(", "))
}

/// `invalid type: string "x", expected a sequence`.
fn explain_type(message: &str) -> String {
    // Its words for a value of a wrong type where one of some words should stand.
    if message == "wanted string or table" {
        return "expected text in quotes".to_owned();
    }
    let found = message.strip_prefix("invalid value: ").or_else(|| message.strip_prefix("invalid type: "));
    let Some((found, expected)) = found.and_then(|rest| rest.split_once(", expected ")) else {
        return message.to_owned();
    };
    let expected = match expected {
        "a sequence" => "a list such as `[\"name\"]`",
        "a map" => "a table",
        "a boolean" => "true or false",
        "u32" => "a number of days",
        "a string" | "path string" => "text in quotes",
        other if other.starts_with("enum ") || other.starts_with("string or table") => "text in quotes",
        other if other.starts_with("struct ") => "a table",
        other => other,
    };
    format!("expected {expected}, found {}", found.replace("string", "text").replace("sequence", "a list"))
}
