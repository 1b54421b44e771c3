//! JSON into the located tree, as Azure's deployment engine accepts it.
//!
//! That is more than the standard: comments, commas before a closing bracket, line breaks and control characters in
//! texts, single quotes, names without quotes, a byte-order mark. One pass, no recursion; a comma that is missing is
//! reported and reading goes on, while after any other mistake only what stands before it can be used.

mod escapes;
mod numbers;
mod skip;
#[cfg(test)]
mod tests;
mod words;

use super::builder::{Builder, Shape, Stop, offset};
use super::yaml::{line_starts, too_large};
use super::{Comment, Content, FileId, Limits, NodeId, Problem, ScalarStyle, Severity, SourceFile, Sources, Span};

impl Sources {
    /// Reads a JSON file. Returns its value, `None` if there is none in it; what is wrong is added to `problems`.
    ///
    /// A file with a syntax error has a value if anything was read of it; it holds what stands before the error.
    /// A file that is larger than the limit gets an id but no text and no value.
    pub fn add_json(
        &mut self,
        name: &str,
        text: String,
        limits: &Limits,
        problems: &mut Vec<Problem>,
    ) -> (FileId, Option<NodeId>) {
        let file = FileId(offset(self.files.len()));
        let first_node = offset(self.nodes.len());
        let text = if self.has_room(&text, limits) {
            text
        } else {
            problems.push(too_large(file, text.len(), limits));
            String::new()
        };
        let line_starts = line_starts(&text);
        self.reserve_for(&text);
        let mut reader = Reader::new(self, &text, limits, problems);
        reader.read();
        let (root, mut comments) = (reader.builder.finish().first().copied(), reader.comments);
        self.comments.append(&mut comments);
        self.files.push(SourceFile { name: name.to_owned(), text, first_node, line_starts });
        (file, root)
    }
}

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// The value of the file.
    Root,
    /// A key, or the end of the mapping.
    Key,
    /// A colon.
    Colon,
    /// The value of an entry.
    Value,
    /// An item, or the end of the list.
    Item,
    /// A comma, or the end of the collection.
    Comma,
    /// Nothing more.
    End,
}

struct Reader<'a> {
    builder: Builder<'a>,
    text: &'a str,
    file: FileId,
    /// The byte that is to be read next.
    at: usize,
    /// The opening brackets of open collections, and where they stand.
    open: Vec<(u8, u32)>,
    expected: Expected,
    comments: Vec<Comment>,
}

impl<'a> Reader<'a> {
    /// A reader of the file that is to be added next.
    fn new(sources: &'a mut Sources, text: &'a str, limits: &'a Limits, problems: &'a mut Vec<Problem>) -> Self {
        Self {
            file: FileId(offset(sources.files.len())),
            builder: Builder::new(sources, text, limits, problems),
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            open: Vec::new(),
            expected: Expected::Root,
            comments: Vec::new(),
        }
    }

    /// Reads to the end, or to the first mistake that leaves open what was meant.
    fn read(&mut self) {
        loop {
            if self.skip().is_err() {
                return;
            }
            let Some(byte) = self.peek() else {
                self.end();
                return;
            };
            if self.step(byte).is_err() {
                return;
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Reads one thing that starts with `byte`.
    fn step(&mut self, byte: u8) -> Result<(), Stop> {
        match (self.expected, byte) {
            (Expected::Key, b'}') | (Expected::Item, b']') => self.close(byte),
            (Expected::Comma, b'}' | b']') => self.close(byte),
            (Expected::Comma, b',') => {
                self.at += 1;
                self.expected = self.within();
                Ok(())
            }
            (Expected::Colon, b':') => {
                self.at += 1;
                self.expected = Expected::Value;
                Ok(())
            }
            (Expected::Key, _) => self.key(byte),
            (Expected::Root | Expected::Value | Expected::Item, _) => self.value(byte),
            (Expected::Comma, _) if is_start_of_value(byte) => self.missing_comma(),
            (Expected::Colon | Expected::Comma, _) => Err(self.unexpected()),
            (Expected::End, _) => {
                let at = self.at..self.at + self.first_len();
                Err(self.fail("json-syntax", at, "the value of the file ends before this", None))
            }
        }
    }

    /// What a collection expects after a comma or its opening bracket.
    fn within(&self) -> Expected {
        match self.open.last() {
            Some((b'{', _)) => Expected::Key,
            Some(_) => Expected::Item,
            None => Expected::End,
        }
    }

    /// What is expected once a value is complete.
    fn after_value(&self) -> Expected {
        if self.open.is_empty() { Expected::End } else { Expected::Comma }
    }

    fn key(&mut self, byte: u8) -> Result<(), Stop> {
        match byte {
            b'"' | b'\'' => self.quoted(byte)?,
            _ if words::is_word(self.rest()) => self.bare_key(),
            _ => return Err(self.unexpected()),
        }
        self.expected = Expected::Colon;
        Ok(())
    }

    fn value(&mut self, byte: u8) -> Result<(), Stop> {
        match byte {
            b'{' | b'[' => return self.start(byte),
            b'"' | b'\'' => self.quoted(byte)?,
            b'-' | b'+' | b'.' | b'0'..=b'9' => self.number()?,
            _ if words::is_word(self.rest()) => self.word()?,
            _ => return Err(self.unexpected()),
        }
        self.expected = self.after_value();
        Ok(())
    }

    fn start(&mut self, bracket: u8) -> Result<(), Stop> {
        let start = offset(self.at);
        let shape = if bracket == b'{' { Shape::Mapping } else { Shape::Sequence };
        self.builder.open(shape, start, 0)?;
        self.open.push((bracket, start));
        self.at += 1;
        self.expected = self.within();
        Ok(())
    }

    fn close(&mut self, bracket: u8) -> Result<(), Stop> {
        let Some((opened, start)) = self.open.last().copied() else { return Err(self.unexpected()) };
        if (opened == b'{') != (bracket == b'}') {
            return Err(self.wrong_bracket(opened, start));
        }
        self.open.pop();
        self.at += 1;
        self.expected = self.after_value();
        self.builder.close(Some(offset(self.at)))
    }

    /// A text in quotes of that kind.
    fn quoted(&mut self, quote: u8) -> Result<(), Stop> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let mut end = start + 1;
        let mut escaped = false;
        loop {
            match bytes.get(end) {
                Some(byte) if *byte == quote => break,
                Some(b'\\') => {
                    escaped = true;
                    end += 2;
                }
                Some(_) => end += 1,
                None => return Err(self.unclosed_text(start)),
            }
        }
        self.at = end + 1;
        let decoded = if escaped {
            let written = self.text.get(start + 1..end).unwrap_or("");
            self.report_wrong_escapes(written, start + 1);
            Some(self.builder.keep_text(&escapes::decode(written)))
        } else {
            None
        };
        let content = Content::Scalar { decoded, style: ScalarStyle::Quoted };
        self.builder.leaf(Span::new(offset(start), offset(self.at)), content, 0);
        Ok(())
    }

    fn report_wrong_escapes(&mut self, written: &str, start: usize) {
        let mut at = 0;
        while let Some(piece) = escapes::next_piece(written.get(at..).unwrap_or("")) {
            at += match piece {
                escapes::Piece::Character(_, len) => len,
                escapes::Piece::Wrong(len) => {
                    let end = (at + len).min(written.len());
                    let shown = written.get(at..end).unwrap_or("\\");
                    let message = format!("`{shown}` is not an escape that JSON has");
                    let place = self.builder.place(Span::new(offset(start + at), offset(start + end)));
                    let problem = Problem::error("json-escape", place, message).help("write `\\\\` for a backslash");
                    self.builder.report(problem);
                    len
                }
            };
        }
    }

    /// Where the file ends.
    fn end(&mut self) {
        if matches!(self.expected, Expected::End | Expected::Root) {
            return;
        }
        let (bracket, start) = self.open.last().copied().unwrap_or((b'{', 0));
        let end = self.text.trim_end().len();
        let message = format!("the file ends, and this `{}` has not been closed", char::from(bracket));
        let place = self.builder.place(Span::new(start, start.saturating_add(1)));
        let problem = Problem::error("json-syntax", place, message)
            .related(self.builder.place(Span::new(offset(end), offset(end))), "the file ends here")
            .severity(Severity::Fatal);
        self.builder.report(problem);
    }
}

fn is_start_of_value(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'{' | b'[' | b'-' | b'0'..=b'9') || byte.is_ascii_alphabetic()
}
