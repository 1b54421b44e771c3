//! Words without quotes: keys, and `true`, `false` and `null`.

use super::Reader;
use crate::source::builder::{Stop, offset};
use crate::source::{Content, Problem, ScalarStyle, Span, did_you_mean};

/// Whether a text starts with a word.
pub(super) fn is_word(text: &str) -> bool {
    text.chars().next().is_some_and(is_part)
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

impl<'a> Reader<'a> {
    fn take_word(&mut self) -> (&'a str, Span) {
        let rest = self.rest();
        let len = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let span = Span::new(offset(self.at), offset(self.at + len));
        self.at += len;
        (rest.get(..len).unwrap_or(""), span)
    }

    /// A name without quotes, which the engine accepts.
    pub(super) fn bare_key(&mut self) {
        let (word, span) = self.take_word();
        // Quoted, so that it is text and nothing else; its text cannot be had from its bytes then.
        let decoded = Some(self.builder.keep_text(word));
        self.builder.leaf(span, Content::Scalar { decoded, style: ScalarStyle::Quoted }, 0);
    }

    pub(super) fn word(&mut self) -> Result<(), Stop> {
        let (word, span) = self.take_word();
        let content = match word {
            "true" | "false" => Content::Scalar { decoded: None, style: ScalarStyle::Plain },
            "null" => Content::Null,
            _ => {
                self.report_word(word, span);
                Content::Null
            }
        };
        self.builder.leaf(span, content, 0);
        Ok(())
    }

    fn report_word(&mut self, word: &str, span: Span) {
        let shown: String = word.chars().take(60).collect();
        let help = match did_you_mean(word, ["true", "false", "null"]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "put texts in quotes".to_owned(),
        };
        let place = self.builder.place(span);
        self.builder
            .report(Problem::error("json-syntax", place, format!("`{shown}` is not a value of JSON")).help(help));
    }
}
