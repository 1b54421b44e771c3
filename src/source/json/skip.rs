//! What stands between values, and what is said where something else stands than may.

use std::ops::Range;

use super::{Expected, Reader};
use crate::source::builder::{Stop, offset};
use crate::source::{Comment, Problem, Severity, Span};

impl Reader<'_> {
    /// Moves past blanks and comments.
    pub(super) fn skip(&mut self) -> Result<(), Stop> {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(b'/') => self.comment()?,
                Some(byte) if byte.is_ascii_graphic() => return Ok(()),
                None => return Ok(()),
                Some(_) => match self.rest().chars().next() {
                    Some(blank) if blank.is_whitespace() => self.at += blank.len_utf8(),
                    _ => return Ok(()),
                },
            }
        }
    }

    /// `// ...` or `/* ... */`.
    fn comment(&mut self) -> Result<(), Stop> {
        let rest = self.rest();
        let len = if rest.starts_with("//") {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else if let Some(inner) = rest.strip_prefix("/*") {
            match inner.find("*/") {
                Some(end) => end + 4,
                None => return Err(self.fail("json-syntax", self.at..self.at + 2, "this comment is not closed", None)),
            }
        } else {
            return Err(self.unexpected());
        };
        let before = self.text.get(..self.at).unwrap_or("").trim_end_matches([' ', '\t']);
        let own_line = before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']);
        let span = Span::new(offset(self.at), offset(self.at + len));
        self.comments.push(Comment { file: self.file, span, own_line });
        self.at += len;
        Ok(())
    }

    /// The bytes of the character that is to be read next.
    pub(super) fn first_len(&self) -> usize {
        self.rest().chars().next().map_or(0, char::len_utf8)
    }

    /// Reports a mistake after which it is open what was meant.
    pub(super) fn fail(&mut self, code: &'static str, at: Range<usize>, message: &str, help: Option<&str>) -> Stop {
        let place = self.builder.place(Span::new(offset(at.start), offset(at.end)));
        let mut problem = Problem::error(code, place, message).severity(Severity::Fatal);
        problem.help = help.map(str::to_owned);
        self.builder.report(problem);
        Stop::File
    }

    /// Something stands where something else was expected.
    pub(super) fn unexpected(&mut self) -> Stop {
        let found: String = self.rest().chars().take(1).collect();
        let (expected, help) = match self.expected {
            Expected::Root => ("a value", None),
            Expected::Key => ("a name in quotes, or `}`", None),
            Expected::Colon => ("`:` after the name", None),
            Expected::Value => ("a value", Some("write `null` if there is none")),
            Expected::Item => ("a value, or `]`", None),
            Expected::Comma if matches!(self.open.last(), Some((b'{', _))) => ("`,` or `}`", None),
            Expected::Comma => ("`,` or `]`", None),
            Expected::End => ("nothing more", None),
        };
        let message = format!("{expected} was expected, and here is `{}`", found.escape_debug());
        self.fail("json-syntax", self.at..self.at + found.len(), &message, help)
    }

    /// A value where a comma should be: reading goes on as if it were there.
    pub(super) fn missing_comma(&mut self) -> Result<(), Stop> {
        let end = offset(self.text.get(..self.at).unwrap_or("").trim_end().len());
        let start = offset(self.at);
        let problem = Problem::error(
            "json-syntax",
            self.builder.place(Span::new(start, start + 1)),
            "a `,` is missing before this",
        )
        .related(self.builder.place(Span::new(end, end)), "it belongs here");
        self.builder.report(problem);
        self.expected = self.within();
        Ok(())
    }

    pub(super) fn wrong_bracket(&mut self, opened: u8, start: u32) -> Stop {
        let (expected, found) = if opened == b'{' { ('}', ']') } else { (']', '}') };
        let at = offset(self.at);
        let message = format!("`{expected}` was expected, and here is `{found}`");
        let problem = Problem::error("json-syntax", self.builder.place(Span::new(at, at + 1)), message)
            .related(self.builder.place(Span::new(start, start + 1)), "this is to be closed first")
            .severity(Severity::Fatal);
        self.builder.report(problem);
        Stop::File
    }

    pub(super) fn unclosed_text(&mut self, start: usize) -> Stop {
        let end = start + self.text.get(start..).and_then(|rest| rest.find(['\n', '\r'])).unwrap_or(1);
        let message = "this text has no closing quote";
        self.fail("json-syntax", start..end, message, Some("quotes within a text are written `\\\"`"))
    }
}
