//! Text to tokens.

use super::error::ExpressionError;
use crate::source::Span;

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or a word such as `true` and `in`.
    Name(Box<str>),
    /// A whole number without sign.
    Number(u64),
    /// A text, its escapes resolved.
    Text(Box<str>),
    /// An operator or a bracket.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) word: Word,
    pub(super) span: Span,
}

/// Signs of the language, longer ones first.
const SIGNS: &[&str] =
    &["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "?", ":", "(", ")", "[", "]", ",", "."];

/// Signs that people try, and what to write instead.
const FOREIGN: &[(&str, &str)] = &[
    ("=", "write `==` to compare"),
    ("&", "write `&&`"),
    ("|", "write `||`"),
    ("*", "the language only adds and subtracts"),
    ("/", "the language only adds and subtracts"),
    ("%", "the language only adds and subtracts"),
    ("{", "the language has no maps"),
    ("}", "the language has no maps"),
];

/// Splits an expression into tokens, the last of which is [`Word::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut lexer = Lexer { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let done = token.word == Word::End;
        tokens.push(token);
        if done {
            return Ok(tokens);
        }
    }
}

/// The byte at which a text literal that starts at the beginning of `text` is over, if it ends at all.
pub(super) fn end_of_text(text: &str) -> Option<usize> {
    let mut characters = text.char_indices();
    let (_, quote) = characters.next()?;
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '\n' => return None,
            _ if character == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn span(&self, length: usize) -> Span {
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(place(self.at), place(self.at + length))
    }

    fn token(&mut self, word: Word, length: usize) -> Token {
        let span = self.span(length);
        self.at += length;
        Token { word, span }
    }

    fn next(&mut self) -> Result<Token, ExpressionError> {
        self.at = self.text.len() - self.rest().trim_start().len();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(self.token(Word::End, 0));
        };
        if first.is_ascii_alphabetic() || first == '_' {
            let length = length_while(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            let name = rest.get(..length).unwrap_or("").into();
            return Ok(self.token(Word::Name(name), length));
        }
        if first.is_ascii_digit() {
            return self.number(rest);
        }
        if first == '"' || first == '\'' {
            return self.quoted(rest);
        }
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            return Ok(self.token(Word::Sign(sign), sign.len()));
        }
        let error = ExpressionError::new(
            self.span(first.len_utf8()),
            format!("`{}` has no meaning here", first.escape_debug()),
        );
        Err(match FOREIGN.iter().find(|(sign, _)| rest.starts_with(*sign)) {
            Some((_, help)) => error.help(*help),
            None => error,
        })
    }

    fn number(&mut self, rest: &str) -> Result<Token, ExpressionError> {
        let digits = length_while(rest, |c| c.is_ascii_digit());
        let after = rest.get(digits..).unwrap_or("");
        let fraction = after.strip_prefix('.').map_or(0, |after| length_while(after, |c| c.is_ascii_digit()));
        let tail = length_while(after, |c| c.is_ascii_alphanumeric() || c == '_');
        if fraction > 0 || tail > 0 {
            let length = digits + if fraction > 0 { fraction + 1 } else { tail };
            return Err(ExpressionError::new(self.span(length), "this is not a whole number"));
        }
        match rest.get(..digits).unwrap_or("").parse() {
            Ok(number) => Ok(self.token(Word::Number(number), digits)),
            Err(_) => Err(ExpressionError::new(self.span(digits), "this number is too large")),
        }
    }

    fn quoted(&mut self, rest: &str) -> Result<Token, ExpressionError> {
        let Some(length) = end_of_text(rest) else {
            return Err(ExpressionError::new(self.span(1), "the text that starts here does not end on its line")
                .help("close it with the same quotation mark"));
        };
        let inner = rest.get(1..length - 1).unwrap_or("");
        let mut text = String::with_capacity(inner.len());
        let mut characters = inner.char_indices();
        while let Some((at, character)) = characters.next() {
            if character != '\\' {
                text.push(character);
                continue;
            }
            let escaped = characters.next().map_or('\\', |(_, escaped)| escaped);
            text.push(match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                '\\' | '"' | '\'' | '`' => escaped,
                _ => {
                    self.at += 1 + at;
                    return Err(ExpressionError::new(
                        self.span(1 + escaped.len_utf8()),
                        format!("`\\{}` is no escape", escaped.escape_debug()),
                    )
                    .help("there is: `\\n`, `\\t`, `\\r`, `\\\\`, `\\\"`, `\\'`"));
                }
            });
        }
        Ok(self.token(Word::Text(text.into()), length))
    }
}

fn length_while(text: &str, test: impl Fn(char) -> bool) -> usize {
    text.find(|character| !test(character)).unwrap_or(text.len())
}
