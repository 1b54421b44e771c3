//! Words and signs of an expression.

use std::borrow::Cow;
use std::ops::Range;

use super::parser::Mistake;

/// A word or sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name.
    Name(&'a str),
    /// `'text'`, without its quotes and doubled quotes.
    Text(Cow<'a, str>),
    /// A number as it was written.
    Number(&'a str),
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
}

impl<'a> Lexer<'a> {
    /// A lexer of those bytes of a text, which must be at character boundaries.
    pub(super) fn new(text: &'a str, range: Range<usize>) -> Self {
        Self { text, at: range.start, end: range.end.min(text.len()) }
    }

    /// The next token and its bytes.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, Range<usize>), Mistake> {
        let rest = self.rest();
        let begun = rest.trim_start();
        self.at += rest.len() - begun.len();
        let start = self.at;
        let Some(first) = begun.chars().next() else {
            return Ok((Token::End, start..start));
        };
        let token = match first {
            '(' | ')' | '[' | ']' | ',' | '.' => {
                self.at += 1;
                Token::Sign(u8::try_from(first).unwrap_or(b' '))
            }
            '\'' => self.text()?,
            '-' | '+' | '0'..='9' => self.number(),
            _ if is_name_start(first) => Token::Name(self.take_while(is_name)),
            _ => return Err(unexpected(first, start)),
        };
        Ok((token, start..self.at))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or("")
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let len = rest.find(|c| !keep(c)).unwrap_or(rest.len());
        self.at += len;
        rest.get(..len).unwrap_or("")
    }

    fn text(&mut self) -> Result<Token<'a>, Mistake> {
        let start = self.at;
        let inner = self.rest().get(1..).unwrap_or("");
        let mut from = 0;
        loop {
            let Some(quote) = inner.get(from..).and_then(|rest| rest.bytes().position(|byte| byte == b'\'')) else {
                let mistake = Mistake::new("unclosed-text", start..self.end, "this text has no closing `'`");
                return Err(mistake.help("a `'` within a text is written twice: `''`"));
            };
            let close = from + quote;
            if inner.as_bytes().get(close + 1) == Some(&b'\'') {
                from = close + 2;
                continue;
            }
            self.at = start + close + 2;
            let written = inner.get(..close).unwrap_or("");
            return Ok(Token::Text(if from > 0 {
                Cow::Owned(written.replace("''", "'"))
            } else {
                Cow::Borrowed(written)
            }));
        }
    }

    fn number(&mut self) -> Token<'a> {
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
        Token::Number(rest.get(..len).unwrap_or(""))
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$' | '#')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '#' | '-')
}

fn unexpected(found: char, start: usize) -> Mistake {
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
