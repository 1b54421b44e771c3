//! Words and signs of an expression.

use std::ops::Range;

use super::parser::Mistake;
use super::syntax::offset;

/// A word or sign. What it says is in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    /// A name.
    Name,
    /// `'text'`; whether there are quotes in it, which are written twice.
    Text { quoting: bool },
    /// A number.
    Number,
    /// One of `( ) [ ] , .`.
    Sign(u8),
    /// The end of the expression.
    End,
}

/// Reads tokens one by one.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    end: usize,
    /// Where the last token starts.
    start: usize,
    /// How many brackets were passed.
    brackets: usize,
}

/// A round bracket that is opened there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bracket {
    open: u32,
    /// One past where it is closed; 0 where it is not.
    end: u32,
    /// The position of the one around it.
    around: u32,
}

/// Finds the round brackets of an expression, in the order in which they are opened.
pub(super) fn find_brackets(text: &str, brackets: &mut Vec<Bracket>) {
    brackets.clear();
    let (bytes, mut current, mut at) = (text.as_bytes(), u32::MAX, 0);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'(' => {
                let around = std::mem::replace(&mut current, offset(brackets.len()));
                brackets.push(Bracket { open: offset(at - 1), end: 0, around });
            }
            b')' => {
                if let Some(bracket) = brackets.get_mut(current as usize) {
                    bracket.end = offset(at);
                    current = bracket.around;
                }
            }
            // A quote within a text is written twice, and so is the end of one text and the start of another.
            b'\'' => {
                let rest = bytes.get(at..).unwrap_or(&[]);
                at += rest.iter().position(|byte| *byte == b'\'').map_or(rest.len(), |close| close + 1);
            }
            _ => {}
        }
    }
}

impl<'a> Lexer<'a> {
    /// A lexer of those bytes of a text, which must be at character boundaries.
    pub(super) fn new(text: &'a str, range: Range<usize>) -> Self {
        Self { text, at: range.start, end: range.end.min(text.len()), start: range.start, brackets: 0 }
    }

    /// The text of a token.
    pub(super) fn written(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or("")
    }

    /// The bytes of the last token.
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.at
    }

    /// Where the bracket is closed that was opened by the last token, if it is: one past that.
    pub(super) fn closing(&mut self, brackets: &[Bracket]) -> Option<usize> {
        let open = offset(self.start);
        let ahead = brackets.get(self.brackets..)?;
        self.brackets += ahead.iter().position(|bracket| bracket.open >= open)?;
        let bracket = brackets.get(self.brackets).filter(|bracket| bracket.open == open)?;
        (bracket.end > 0).then_some(bracket.end as usize)
    }

    /// Goes on from there.
    pub(super) fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    /// The next token.
    pub(super) fn next(&mut self) -> Result<Token, Box<Mistake>> {
        loop {
            self.start = self.at;
            let Some(first) = self.byte(self.at) else { return Ok(Token::End) };
            match first {
                b'(' | b')' | b'[' | b']' | b',' | b'.' => {
                    self.at += 1;
                    return Ok(Token::Sign(first));
                }
                b'\'' => return self.text(),
                b'-' | b'+' | b'0'..=b'9' => return Ok(self.number()),
                b'a'..=b'z' | b'A'..=b'Z' => return Ok(self.name()),
                b' ' => self.at += 1,
                _ => match self.rest().chars().next() {
                    Some(blank) if blank.is_whitespace() => self.at += blank.len_utf8(),
                    Some(first) if is_name_start(first) => return Ok(self.name()),
                    first => return Err(unexpected(first.unwrap_or_default(), self.start)),
                },
            }
        }
    }

    fn byte(&self, at: usize) -> Option<u8> {
        if at < self.end { self.text.as_bytes().get(at).copied() } else { None }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn name(&mut self) -> Token {
        let rest = self.text.as_bytes().get(self.at..self.end).unwrap_or(&[]);
        let is_plain = |byte: &u8| IN_NAMES.get(usize::from(*byte)) == Some(&true);
        self.at += rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
        if self.byte(self.at).is_some_and(|byte| !byte.is_ascii()) {
            let rest = self.rest();
            self.at += rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        }
        Token::Name
    }

    fn text(&mut self) -> Result<Token, Box<Mistake>> {
        let start = self.at;
        let mut quoting = false;
        loop {
            let rest = self.text.as_bytes().get(self.at + 1..self.end).unwrap_or(&[]);
            let Some(quote) = rest.iter().position(|byte| *byte == b'\'') else {
                let mistake = Mistake::new("unclosed-text", start..self.end, "this text has no closing `'`");
                return Err(mistake.help("a `'` within a text is written twice: `''`"));
            };
            self.at += quote + 2;
            if self.byte(self.at) != Some(b'\'') {
                return Ok(Token::Text { quoting });
            }
            quoting = true;
        }
    }

    fn number(&mut self) -> Token {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let mut len = 1;
        while let Some(byte) = bytes.get(len) {
            let after_exponent = matches!(bytes.get(len - 1), Some(b'e' | b'E'));
            let goes_on = byte.is_ascii_alphanumeric()
                || (*byte == b'.' && bytes.get(len + 1).is_some_and(u8::is_ascii_digit))
                || (matches!(byte, b'+' | b'-') && after_exponent);
            if !goes_on {
                break;
            }
            len += 1;
        }
        self.at += len;
        Token::Number
    }
}

/// Whether a byte is a sign of ASCII that can stand in a name.
static IN_NAMES: [bool; 256] = {
    let (mut table, mut byte) = ([false; 256], 0_u8);
    let mut rest: &mut [bool] = &mut table;
    while let Some((slot, others)) = rest.split_first_mut() {
        *slot = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'#' | b'-');
        (rest, byte) = (others, byte.wrapping_add(1));
    }
    table
};

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$' | '#')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '-')
}

fn unexpected(found: char, start: usize) -> Box<Mistake> {
    let range = start..start + found.len_utf8();
    let mistake = Mistake::new("expression-syntax", range, format!("`{found}` has no meaning in an expression"));
    match found {
        '"' | '‘' | '’' | '`' => mistake.help("put texts into single quotes: `'text'`"),
        '=' | '!' | '<' | '>' | '&' | '|' | '?' | '*' | '/' | '%' => {
            mistake.help("the language has functions in place of operators: `equals(a, b)`, `not(a)`, `add(a, b)`")
        }
        '{' | '}' => mistake.help("write `createObject('key', value)`, or `json('...')` for an object"),
        _ => mistake,
    }
}
