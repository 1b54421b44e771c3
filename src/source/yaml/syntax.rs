//! Syntax errors in plain words.

use granit_parser::{ErrorKind, ScanError};

use super::{Reader, gap};
use crate::source::builder::offset;
use crate::source::{Problem, Severity, Span};

impl Reader<'_> {
    /// Reports a syntax error at its place, with the bracket or quote that it may come from.
    pub(super) fn report_syntax(&mut self, error: &ScanError) {
        let kind = error.kind();
        let at = self.offset(error.marker());
        let (message, help) = words(kind);
        let code = if *kind == ErrorKind::RecursionLimitExceeded { "too-deep" } else { "syntax" };
        let place = self.builder.place(self.character(self.error_start(kind, at)));
        let mut problem = Problem::error(code, place, message).severity(Severity::Fatal);
        if let Some(help) = help {
            problem = problem.help(help);
        }
        if let Some((opening, text)) = self.opening(kind, at) {
            problem = problem.related(self.builder.place(self.character(opening)), text);
        }
        self.builder.report(problem);
    }

    /// Where to point: the parser points at the start of a text with a tab or a wrong escape in it, not at these.
    fn error_start(&self, kind: &ErrorKind, at: u32) -> u32 {
        let rest = self.text.get(at as usize..).unwrap_or("");
        let found = match kind {
            ErrorKind::TabInPlainScalar | ErrorKind::TabAtBlockScalarStart => rest.find('\t'),
            ErrorKind::UnknownQuotedScalarEscape | ErrorKind::InvalidQuotedScalarHexEscape => wrong_escape(rest),
            _ => None,
        };
        at + offset(found.unwrap_or(0))
    }

    /// The character at a byte, nothing at the end of a line.
    fn character(&self, at: u32) -> Span {
        let length = self
            .text
            .get(at as usize..)
            .and_then(|rest| rest.chars().next())
            .filter(|c| !matches!(c, '\n' | '\r'))
            .map_or(0, char::len_utf8);
        Span::new(at, at + offset(length))
    }

    /// What was opened before and may lack its end.
    fn opening(&self, kind: &ErrorKind, at: u32) -> Option<(u32, &'static str)> {
        match kind {
            ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::UnclosedQuotedScalar => gap::find(self.text, self.cursor, at, b"\"'")
                .filter(|quote| *quote != at)
                .map(|quote| (quote, "the quote opened here")),
            ErrorKind::InvalidColonPlacement
            | ErrorKind::MappingValueNotAllowed
            | ErrorKind::InvalidFlowScalarIndent
            | ErrorKind::InvalidIndentation
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::BlockEntryInFlowCollection
            | ErrorKind::UnexpectedEofFlowSequence
            | ErrorKind::UnexpectedEofFlowMapping
            | ErrorKind::UnexpectedEofImplicitFlowMapping => self
                .builder
                .open_starts()
                .find(|start| {
                    let rest = self.text.get(*start as usize..).unwrap_or("");
                    rest.starts_with(['[', '{'])
                })
                .map(|bracket| (bracket, "within the bracket opened here")),
            _ => None,
        }
    }
}

/// The first `\` of a text that is not the start of an escape.
fn wrong_escape(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\\')?;
        let digits = match bytes.get(at + 1)? {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            escape if b"0abt\tnvfre \"/\\N_LP\n\r".contains(escape) => 0,
            _ => return Some(at),
        };
        let hex = bytes.get(at + 2..at + 2 + digits);
        if !hex.is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) {
            return Some(at);
        }
        at += 2;
    }
}

const SPACES: &str = "indent with spaces, YAML does not take tabs for that";
const LINE_UP: &str = "start the line in the same column as the keys or dashes it belongs with";
const QUOTE: &str = "put the value in quotes if it is meant as text";
const CLOSE: &str = "check that every bracket is closed and entries are separated by `,`";

/// What happened, and what to do about it.
fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    bracket_words(kind)
        .or_else(|| scalar_words(kind))
        .or_else(|| block_words(kind))
        .unwrap_or_else(|| (format!("this is not valid YAML: {kind}"), None))
}

fn bracket_words(kind: &ErrorKind) -> Option<(String, Option<&'static str>)> {
    let (message, help) = match kind {
        ErrorKind::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), "add the closing bracket"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            (format!("`{open}` is closed by `{close}`"), "`[` goes with `]`, and `{` with `}`")
        }
        ErrorKind::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing".to_owned(), "remove it, or add the opening bracket")
        }
        ErrorKind::ExpectedFlowMappingSeparator => ("`,` or `}` is missing here".to_owned(), CLOSE),
        ErrorKind::ExpectedFlowSequenceSeparator => ("`,` or `]` is missing here".to_owned(), CLOSE),
        ErrorKind::InvalidColonPlacement => ("`:` cannot stand here".to_owned(), CLOSE),
        ErrorKind::BlockEntryInFlowCollection => ("a dash cannot start an item within brackets".to_owned(), CLOSE),
        ErrorKind::InvalidFlowScalarIndent => ("this line is within brackets but not indented".to_owned(), CLOSE),
        ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping => ("the file ends within brackets".to_owned(), CLOSE),
        _ => return None,
    };
    Some((message, Some(help)))
}

fn scalar_words(kind: &ErrorKind) -> Option<(String, Option<&'static str>)> {
    let (message, help) = match kind {
        ErrorKind::UnclosedQuotedScalar => ("the quote is never closed", "add the closing quote"),
        ErrorKind::InvalidQuotedScalarIndent => (
            "a quoted text goes on in a line that is not indented",
            "close the quote, or indent the lines that belong to the text",
        ),
        ErrorKind::DocumentIndicatorInQuotedScalar => {
            ("the document ends within a quoted text", "close the quote before this line")
        }
        ErrorKind::InvalidTrailingSingleQuotedScalar => {
            ("something stands after the closing quote", "within single quotes, write `''` for a quote")
        }
        ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("something stands after the closing quote", "within double quotes, write `\\\"` for a quote")
        }
        ErrorKind::UnknownQuotedScalarEscape => (
            "`\\` is followed by something that it does not escape",
            "write `\\\\` for a backslash, or use single quotes, which know no escapes",
        ),
        ErrorKind::InvalidQuotedScalarHexEscape
        | ErrorKind::InvalidLowSurrogateHexEscape
        | ErrorKind::InvalidLowSurrogate
        | ErrorKind::MissingLowSurrogate
        | ErrorKind::UnpairedLowSurrogate
        | ErrorKind::InvalidUnicodeEscape => (
            "this escape does not stand for a character",
            "write `\\\\` for a backslash, or use single quotes, which know no escapes",
        ),
        ErrorKind::MissingAnchorOrAliasName => {
            ("`*` and `&` need a name after them", "put the value in quotes if it is meant as text, such as \"*\"")
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let message = format!("a value cannot start with `{}`", character.escape_debug());
            return Some((message, Some(QUOTE)));
        }
        ErrorKind::PlainScalarStartsWithDashFlowIndicator => ("a value cannot start with a dash and a bracket", QUOTE),
        _ => return None,
    };
    Some((message.to_owned(), Some(help)))
}

fn block_words(kind: &ErrorKind) -> Option<(String, Option<&'static str>)> {
    let (message, help) = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabInPlainScalar
        | ErrorKind::TabAtBlockScalarStart => ("a tab cannot indent a line", SPACES),
        ErrorKind::MappingValueNotAllowed => (
            "`:` cannot stand here",
            "if it belongs to the value, put the value in quotes; if it ends a key, check the indentation",
        ),
        ErrorKind::MappingKeyNotAllowed => ("a key cannot stand here", LINE_UP),
        ErrorKind::ExpectedBlockMappingKey => ("this does not fit the keys of the mapping before it", LINE_UP),
        ErrorKind::ExpectedBlockSequenceEntry => ("this does not fit the items of the list before it", LINE_UP),
        ErrorKind::InvalidIndentation => ("the indentation of this line fits nothing", LINE_UP),
        ErrorKind::InvalidBlockScalarIndent => ("this line is indented less than the text it belongs to", LINE_UP),
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => (
            "this should be a key, but there is no `:` after it",
            "write `key: value`, or indent the line if it belongs to the value before",
        ),
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list cannot start here", "put every item with its dash on a line of its own below the key")
        }
        ErrorKind::ExpectedDocumentStart | ErrorKind::InvalidDocumentEnd => (
            "something stands after the end of the value",
            "check the indentation, or separate documents with a line `---`",
        ),
        ErrorKind::ExpectedNodeContent => ("a value is missing here", QUOTE),
        ErrorKind::CommentNotSeparated => (
            "`#` stands too close to what is before it",
            "put a space before a comment, or quotes around a text with `#`",
        ),
        ErrorKind::CommentInterceptedScalar => (
            "a comment cuts a text of several lines in two",
            "move the comment above the text, or put the text in quotes",
        ),
        ErrorKind::InvalidBlockScalarHeader => {
            ("only a comment may follow `|` or `>` on its line", "start the text on the next line")
        }
        ErrorKind::BomInsideDocument => ("a byte-order mark stands in the middle of the file", "remove it"),
        ErrorKind::RecursionLimitExceeded => {
            return Some(("lists and mappings are nested too deep".to_owned(), None));
        }
        _ => return None,
    };
    Some((message.to_owned(), Some(help)))
}
