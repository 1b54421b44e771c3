//! From the text of an expression to its terms.

use std::borrow::Cow;
use std::ops::Range;

use super::functions::{self, Function};
use super::lexer::{Bracket, Lexer, Token, find_brackets};
use super::syntax::{Arguments, Form, TermId, Terms, offset};

/// Expressions nested deeper than this are refused.
const DEEPEST: usize = 100;

/// In an expression with more mistakes than this, names are not searched for similar ones.
const MOST_SUGGESTIONS: usize = 20;

/// What is wrong with the text of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// A stable, kebab-case name of the kind of mistake.
    pub code: &'static str,
    /// The bytes in the text.
    pub range: Range<usize>,
    /// The fact, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Mistake {
    pub(super) fn new(code: &'static str, range: Range<usize>, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { code, range, message: message.into(), help: None })
    }

    pub(super) fn help(mut self: Box<Self>, help: impl Into<String>) -> Box<Self> {
        self.help = Some(help.into());
        self
    }
}

/// What a text of a template says.
#[derive(Debug)]
pub enum Reading {
    /// Itself.
    Literal,
    /// Itself without its first bracket: `[[text]` is the text `[text]`.
    Escaped,
    /// The value of an expression.
    Expression(Expression),
}

/// An expression that was read.
#[derive(Debug, Default)]
pub struct Expression {
    /// The whole; missing after a mistake in the syntax.
    pub root: Option<TermId>,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
    /// Whether its value hangs on nothing but what a template declares.
    pub is_steady: bool,
}

/// Reads a text of a template: in brackets, it is an expression, whose terms are added to others.
#[must_use]
pub fn read<'a>(text: &'a str, terms: &mut Terms<'a>) -> Reading {
    read_sharing(text, Some(text), terms)
}

/// The same; `lasting` is the text again, where it is there as long as the terms are.
pub(super) fn read_sharing<'a>(text: &str, lasting: Option<&'a str>, terms: &mut Terms<'a>) -> Reading {
    if !is_bracketed(text) {
        return Reading::Literal;
    }
    if text.starts_with("[[") {
        return Reading::Escaped;
    }
    let mut brackets = std::mem::take(&mut terms.brackets);
    find_brackets(text, &mut brackets);
    let mut parser = Parser::new(text, lasting, terms);
    parser.brackets = brackets;
    let root = match parser.whole() {
        Ok(root) => Some(root),
        Err(mistake) => {
            parser.mistakes.push(*mistake);
            None
        }
    };
    parser.terms.brackets = parser.brackets;
    Reading::Expression(Expression { root, mistakes: parser.mistakes, is_steady: parser.is_steady })
}

/// Whether a text stands in brackets.
pub(super) fn is_bracketed(text: &str) -> bool {
    matches!(text.as_bytes(), [b'[', .., b']'])
}

/// Functions whose value hangs on more than what a template declares: on the turn of a loop, on what is deployed, or on
/// whether they may be called where they are.
const UNSTEADY: &[&str] = &["copyIndex", "newGuid", "reference", "references", "resourceInfo", "utcNow"];

/// A call that is longer is not looked for among those that were read, nor one within more others: so what is nested too
/// deep is found.
const LONGEST_SHARED: usize = 160;
const DEEPEST_SHARED: usize = DEEPEST - LONGEST_SHARED / 2;

/// Functions whose value hangs on where among others they are called.
const BOUND: &[&str] = &["lambda", "lambdaVariables"];

struct Parser<'t, 'a> {
    lexer: Lexer<'t>,
    /// The text, where it is there as long as the terms are.
    lasting: Option<&'a str>,
    token: Token,
    depth: usize,
    terms: &'t mut Terms<'a>,
    /// Its round brackets.
    brackets: Vec<Bracket>,
    mistakes: Vec<Mistake>,
    is_steady: bool,
    /// Whether what was read since this was set last has the same value elsewhere.
    is_sharable: bool,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn new(text: &'t str, lasting: Option<&'a str>, terms: &'t mut Terms<'a>) -> Self {
        Self {
            lexer: Lexer::new(text, 1..text.len() - 1),
            lasting,
            token: Token::End,
            depth: 0,
            terms,
            brackets: Vec::new(),
            mistakes: Vec::new(),
            is_steady: true,
            is_sharable: true,
        }
    }

    fn whole(&mut self) -> Result<TermId, Box<Mistake>> {
        self.advance()?;
        if self.token == Token::End {
            return Err(self
                .unexpected("an expression was expected between the brackets")
                .help("write `[[` for a text that starts with a bracket"));
        }
        let root = self.term()?;
        if self.token != Token::End {
            return Err(self.unexpected("the expression ends before this"));
        }
        Ok(root)
    }

    /// Moves to the next token.
    fn advance(&mut self) -> Result<(), Box<Mistake>> {
        self.token = self.lexer.next()?;
        Ok(())
    }

    fn unexpected(&self, message: &str) -> Box<Mistake> {
        Mistake::new("expression-syntax", self.lexer.range(), message)
    }

    fn expect(&mut self, sign: u8, message: &str) -> Result<Range<usize>, Box<Mistake>> {
        if self.token != Token::Sign(sign) {
            return Err(self.unexpected(message));
        }
        let range = self.lexer.range();
        self.advance()?;
        Ok(range)
    }

    /// A term and what is taken out of it.
    fn term(&mut self) -> Result<TermId, Box<Mistake>> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = format!("the expression is nested deeper than {DEEPEST} levels");
            return Err(self.unexpected(&message).help("put a part of it into a variable"));
        }
        let start = self.lexer.range().start;
        let mut term = self.primary()?;
        let mut taken = 0;
        loop {
            term = match self.token {
                Token::Sign(b'.') => self.member(term, start)?,
                Token::Sign(b'[') => self.index(term, start)?,
                _ => break,
            };
            // Each of these is a level of the tree, too.
            taken += 1;
            if self.depth + taken > DEEPEST {
                return Err(self.unexpected(&format!("the expression is nested deeper than {DEEPEST} levels")));
            }
        }
        self.depth -= 1;
        Ok(term)
    }

    fn primary(&mut self) -> Result<TermId, Box<Mistake>> {
        let range = self.lexer.range();
        let form = match self.token {
            Token::Text { quoting: false } => Form::Text,
            Token::Text { quoting: true } => Form::Quoting,
            Token::Number => number(self.lexer.written(&range), &range)?,
            Token::Name => {
                self.advance()?;
                return self.call(range);
            }
            Token::Sign(_) | Token::End => {
                let mistake = self.unexpected("a function, a text or a number was expected here");
                return Err(if self.token == Token::Sign(b'[') {
                    mistake.help("write `createArray(...)` for a list")
                } else {
                    mistake
                });
            }
        };
        self.advance()?;
        Ok(self.terms.add(&range, form))
    }

    /// The rest of a call, the first part of whose name has been read.
    fn call(&mut self, mut at: Range<usize>) -> Result<TermId, Box<Mistake>> {
        let mut name = Cow::Borrowed(self.lexer.written(&at));
        while self.token == Token::Sign(b'.') {
            self.advance()?;
            if self.token != Token::Name {
                return Err(self.unexpected("the name of a function was expected after the dot"));
            }
            name = Cow::Owned(format!("{name}.{}", self.lexer.written(&self.lexer.range())));
            at.end = self.lexer.range().end;
            self.advance()?;
        }
        if self.token != Token::Sign(b'(') {
            return Err(bare_word(&name, at));
        }
        let written = self.sharable(at.start);
        if let Some(call) = written.and_then(|written| self.terms.written(written)) {
            let range = at.start..at.start + written.map_or(0, str::len);
            self.lexer.skip_to(range.end);
            self.advance()?;
            return Ok(self.terms.add(&range, Form::Shared(call)));
        }
        let (around, mistakes) = (std::mem::replace(&mut self.is_sharable, true), self.mistakes.len());
        self.advance()?;
        let (mut arguments, mut last) = (Arguments::default(), None);
        if self.token != Token::Sign(b')') {
            loop {
                let argument = self.term()?;
                self.terms.append(&mut arguments, &mut last, argument);
                if self.token != Token::Sign(b',') {
                    break;
                }
                self.advance()?;
            }
        }
        let end = self.expect(b')', "`,` or `)` was expected here")?.end;
        let range = at.start..end;
        let call = self.finish_call(&name, at, &range, arguments);
        let is_sharable = std::mem::replace(&mut self.is_sharable, around) && self.mistakes.len() == mistakes;
        self.is_sharable &= is_sharable;
        Ok(match written.filter(|written| is_sharable && written.len() == range.len()) {
            Some(written) => {
                let call = self.terms.share(written, call);
                self.terms.add(&range, Form::Shared(call))
            }
            None => call,
        })
    }

    /// The call that starts there, and whose first bracket was just read, if it may be written elsewhere in the same way.
    fn sharable(&mut self, start: usize) -> Option<&'a str> {
        let lasting = self.lasting.filter(|_| self.depth <= DEEPEST_SHARED)?;
        let end = self.lexer.closing(&self.brackets).filter(|end| end - start <= LONGEST_SHARED)?;
        lasting.get(start..end)
    }

    fn finish_call(&mut self, name: &str, at: Range<usize>, range: &Range<usize>, arguments: Arguments) -> TermId {
        let function = functions::find(name);
        let name_end = offset(at.end);
        match function {
            Some(function) => {
                let is_steady = !UNSTEADY.contains(&function.name);
                self.is_steady &= is_steady;
                self.is_sharable &= is_steady && !BOUND.contains(&function.name);
                self.check_count(function, name, at, arguments.len());
            }
            // Whether a function of the user exists is for the template to say. Its body may hold anything.
            None if name.contains('.') => (self.is_steady, self.is_sharable) = (false, false),
            None => {
                let first = self.mistakes.len() < MOST_SUGGESTIONS;
                self.mistakes.push(*no_such_function(name, at, first));
                (self.is_steady, self.is_sharable) = (false, false);
                return self.terms.add(range, Form::Wrong);
            }
        }
        self.terms.add(range, Form::Call { function, name_end, arguments })
    }

    fn check_count(&mut self, function: &Function, written: &str, at: Range<usize>, count: usize) {
        if count < function.least || count > function.most {
            let message =
                format!("`{}` takes {}, and here are {count}", function.called(written), function.count_in_words());
            self.mistakes.push(*Mistake::new("wrong-number-of-arguments", at, message));
        }
    }

    fn member(&mut self, of: TermId, start: usize) -> Result<TermId, Box<Mistake>> {
        self.advance()?;
        if self.token != Token::Name {
            return Err(self.unexpected("the name of a property was expected after the dot"));
        }
        let at = self.lexer.range();
        self.advance()?;
        Ok(self.terms.add(&(start..at.end), Form::Member { of, name_start: offset(at.start) }))
    }

    fn index(&mut self, of: TermId, start: usize) -> Result<TermId, Box<Mistake>> {
        self.advance()?;
        let index = self.term()?;
        let end = self.expect(b']', "`]` was expected here")?.end;
        Ok(self.terms.add(&(start..end), Form::Index { of, index }))
    }
}

fn number(written: &str, range: &Range<usize>) -> Result<Form, Box<Mistake>> {
    if let Ok(number) = written.parse::<i64>() {
        return Ok(Form::Int(number));
    }
    match written.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Form::Decimal),
        _ => Err(Mistake::new("expression-syntax", range.clone(), "this is not a number")),
    }
}

fn bare_word(name: &str, at: Range<usize>) -> Box<Mistake> {
    let mistake = Mistake::new("expression-syntax", at, format!("`{name}` is not called: `(` was expected after it"));
    if functions::find(name).is_some_and(|function| function.least == 0) {
        mistake.help(format!("write `{name}()`"))
    } else {
        mistake.help(format!("write `parameters('{name}')` or `variables('{name}')`, or '{name}' in quotes for a text"))
    }
}

fn no_such_function(name: &str, at: Range<usize>, with_suggestion: bool) -> Box<Mistake> {
    let shown: String = name.chars().take(60).collect();
    let mistake = Mistake::new("unknown-function", at, format!("there is no function `{shown}`"));
    match with_suggestion.then(|| crate::source::did_you_mean(name, functions::names())).flatten() {
        Some(near) => mistake.help(format!("did you mean `{near}`?")),
        None => mistake,
    }
}
