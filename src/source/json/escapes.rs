//! Texts with escapes: what they say, and where each part of it stands.

use std::ops::Range;

use crate::source::{Content, NodeId, Place, ScalarStyle, Sources, Span};

/// One character of a text, or what stands for it in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// A character, and how many bytes it takes in the file.
    Character(char, usize),
    /// A backslash that begins no escape, and how many bytes look like one.
    Wrong(usize),
}

/// The first piece of a text; `None` at its end.
pub(super) fn next_piece(written: &str) -> Option<Piece> {
    let first = written.chars().next()?;
    if first != '\\' {
        return Some(Piece::Character(first, first.len_utf8()));
    }
    let Some(escaped) = written.get(1..).and_then(|rest| rest.chars().next()) else {
        return Some(Piece::Wrong(1));
    };
    let character = match escaped {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '"' | '\'' | '\\' | '/' => escaped,
        'u' => return Some(unicode(written)),
        _ => return Some(Piece::Wrong(1 + escaped.len_utf8())),
    };
    Some(Piece::Character(character, 2))
}

/// `\u0041`, or two of them that make one character. Half of a pair alone stands for the replacement character.
fn unicode(written: &str) -> Piece {
    let Some(first) = unit(written) else { return Piece::Wrong(2) };
    if let Some(character) = char::from_u32(first) {
        return Piece::Character(character, 6);
    }
    let second = written.get(6..).and_then(unit);
    match second {
        Some(second @ 0xdc00..=0xdfff) if first < 0xdc00 => {
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            Piece::Character(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
        }
        _ => Piece::Character(char::REPLACEMENT_CHARACTER, 6),
    }
}

fn unit(written: &str) -> Option<u32> {
    let digits = written.strip_prefix("\\u")?.get(..4)?;
    if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) { u32::from_str_radix(digits, 16).ok() } else { None }
}

/// What a text says that is written like this between its quotes. A wrong escape stands for itself.
pub(super) fn decode(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(piece) = next_piece(rest) {
        let len = match piece {
            Piece::Character(character, len) => {
                text.push(character);
                len
            }
            Piece::Wrong(len) => {
                text.push_str(rest.get(..len).unwrap_or(""));
                len
            }
        };
        rest = rest.get(len..).unwrap_or("");
    }
    text
}

/// The bytes in the file, counted from the opening quote, of bytes of the text.
fn locate(written: &str, range: &Range<usize>) -> Range<usize> {
    let (mut in_text, mut in_file) = (0, 0);
    let mut found = 0..0;
    let mut rest = written;
    while let Some(piece) = next_piece(rest) {
        let (text, file) = match piece {
            Piece::Character(character, len) => (character.len_utf8(), len),
            Piece::Wrong(len) => (len, len),
        };
        if in_text <= range.start {
            found.start = in_file;
        }
        if in_text < range.end {
            found.end = in_file + file;
        }
        in_text += text;
        in_file += file;
        rest = rest.get(file..).unwrap_or("");
    }
    if range.start >= in_text {
        found.start = in_file;
    }
    found.start..found.end.max(found.start)
}

impl Sources {
    /// The place in the file of some bytes of the text of a node, as [`Sources::text`] gives it. Where a text is
    /// written in a way that parts of it cannot be told, as in folded YAML, it is the place of the whole.
    #[must_use]
    pub fn place_in_text(&self, node: NodeId, range: Range<usize>) -> Place {
        let whole = self.place(node);
        let written = self.slice(whole.file, whole.span);
        let (style, decoded) = match self.node(self.resolve(node)).content {
            Content::Scalar { style, decoded } => (style, decoded),
            _ => return whole,
        };
        let quote = usize::from(style == ScalarStyle::Quoted);
        let inner = written.get(quote..written.len().saturating_sub(quote)).unwrap_or("");
        let found = match decoded {
            None => range,
            Some(_) if style == ScalarStyle::Quoted && decode(inner) == *self.text(node) => locate(inner, &range),
            Some(_) => return whole,
        };
        let end = found.end.min(inner.len());
        let at = |offset: usize| u32::try_from(quote + offset).map_or(u32::MAX, |offset| whole.span.start + offset);
        Place { file: whole.file, span: Span::new(at(found.start.min(end)), at(end)) }
    }
}
