//! Tokens to a tree, by precedence climbing. No input makes it panic or overflow the stack.

use super::error::ExpressionError;
use super::lexer::{Token, Word, tokens};
use super::syntax::{Expression, Form, Name, Node, Operator};
use crate::source::Span;

/// Deepest nesting of an expression; a chain of operators of one precedence counts as nesting.
pub const DEPTH_LIMIT: usize = 64;
/// Longest text of an expression, in bytes.
pub const LENGTH_LIMIT: usize = 16 * 1024;

/// Reads an expression.
///
/// # Errors
/// What is wrong with it, at its place.
pub fn parse(text: &str) -> Result<Expression, Vec<ExpressionError>> {
    parse_one(text).map(|root| Expression { root }).map_err(|error| vec![error])
}

fn parse_one(text: &str) -> Result<Node, ExpressionError> {
    if text.len() > LENGTH_LIMIT {
        return Err(ExpressionError::new(
            Span::new(0, 0),
            format!("the expression is longer than {LENGTH_LIMIT} bytes"),
        ));
    }
    let mut parser = Parser { tokens: tokens(text)?.into_iter(), depth: 0 };
    let root = parser.expression()?;
    match parser.peek() {
        Word::End => Ok(root.node),
        _ => Err(parser.unexpected("the expression should end here")),
    }
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
    /// How many calls of this parser are nested.
    depth: usize,
}

/// A node and the height of its tree.
struct Tall {
    node: Node,
    height: usize,
}

impl Tall {
    fn new(span: Span, form: Form, below: usize) -> Result<Self, ExpressionError> {
        if below >= DEPTH_LIMIT {
            return Err(too_deep(span));
        }
        Ok(Self { node: Node { span, form }, height: below + 1 })
    }
}

fn too_deep(span: Span) -> ExpressionError {
    ExpressionError::new(span, format!("the expression is nested more than {DEPTH_LIMIT} deep"))
        .help("give a name to a part of it")
}

type Parsed = Result<Tall, ExpressionError>;

impl Parser {
    fn peek(&self) -> &Word {
        self.tokens.as_slice().first().map_or(&Word::End, |token| &token.word)
    }

    fn span(&self) -> Span {
        self.tokens.as_slice().first().map_or_else(Span::default, |token| token.span)
    }

    /// Takes the next token; the last one is never taken.
    fn take(&mut self) -> (Word, Span) {
        let span = self.span();
        match self.peek() {
            Word::End => (Word::End, span),
            _ => self.tokens.next().map_or((Word::End, span), |token| (token.word, token.span)),
        }
    }

    fn take_sign(&mut self, sign: &str) -> Option<Span> {
        match self.peek() {
            Word::Sign(next) if *next == sign => Some(self.take().1),
            _ => None,
        }
    }

    fn expect(&mut self, sign: &str) -> Result<Span, ExpressionError> {
        self.take_sign(sign).ok_or_else(|| self.unexpected(&format!("`{sign}` is missing here")))
    }

    /// An error at the next token.
    fn unexpected(&self, expected: &str) -> ExpressionError {
        let found = match self.peek() {
            Word::End => {
                return ExpressionError::new(self.span(), format!("the expression ends too early: {expected}"));
            }
            Word::Name(name) => name.to_string(),
            Word::Number(number) => number.to_string(),
            Word::Text(_) => "a text".to_owned(),
            Word::Sign(sign) => (*sign).to_owned(),
        };
        let error = ExpressionError::new(self.span(), format!("{expected}, but there is `{found}`"));
        match found.as_str() {
            "and" | "AND" => error.help("write `&&`"),
            "or" | "OR" => error.help("write `||`"),
            "not" => error.help("write `!`"),
            "[" => error.help("the language has no indexing; see `first`, `filter` and `exists`"),
            _ => error,
        }
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.depth >= DEPTH_LIMIT {
            return Err(too_deep(self.span()));
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    fn expression(&mut self) -> Parsed {
        self.nested(Self::conditional)
    }

    fn conditional(&mut self) -> Parsed {
        let condition = self.binary(1)?;
        if self.take_sign("?").is_none() {
            return Ok(condition);
        }
        let then = self.expression()?;
        self.expect(":")?;
        let otherwise = self.expression()?;
        let span = between(&condition.node, &otherwise.node);
        let below = condition.height.max(then.height).max(otherwise.height);
        let form = Form::Conditional {
            condition: Box::new(condition.node),
            then: Box::new(then.node),
            otherwise: Box::new(otherwise.node),
        };
        Tall::new(span, form, below)
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        let sign = match self.peek() {
            Word::Sign(sign) => sign,
            Word::Name(name) if &**name == "in" => "in",
            _ => return None,
        };
        Operator::ALL.iter().find(|(_, known, _)| *known == sign).map(|(operator, _, power)| (*operator, *power))
    }

    fn binary(&mut self, least: u8) -> Parsed {
        let mut left = self.unary()?;
        while let Some((operator, power)) = self.operator() {
            if power < least {
                break;
            }
            self.take();
            let right = self.nested(|parser| parser.binary(power + 1))?;
            let span = between(&left.node, &right.node);
            let below = left.height.max(right.height);
            let form = Form::Binary { operator, left: Box::new(left.node), right: Box::new(right.node) };
            left = Tall::new(span, form, below)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        if let Some(sign) = self.take_sign("!") {
            let operand = self.nested(Self::unary)?;
            let span = Span::new(sign.start, operand.node.span.end);
            return Tall::new(span, Form::Not(Box::new(operand.node)), operand.height);
        }
        if let Some(sign) = self.take_sign("-") {
            if let Word::Number(number) = self.peek() {
                let number = 0_i64.checked_sub_unsigned(*number);
                let (_, end) = self.take();
                let span = Span::new(sign.start, end.end);
                let number = number.ok_or_else(|| ExpressionError::new(span, "this number is too small"))?;
                let literal = Tall::new(span, Form::Int(number), 0)?;
                return self.members(literal);
            }
            let operand = self.nested(Self::unary)?;
            let span = Span::new(sign.start, operand.node.span.end);
            return Tall::new(span, Form::Negative(Box::new(operand.node)), operand.height);
        }
        let primary = self.primary()?;
        self.members(primary)
    }

    /// What may follow a value: fields and methods.
    fn members(&mut self, mut base: Tall) -> Parsed {
        while self.take_sign(".").is_some() {
            let (word, span) = (self.peek().clone(), self.span());
            let Word::Name(text) = word else {
                return Err(self.unexpected("the name of a field should stand here"));
            };
            self.take();
            let name = Name { text, span };
            let start = base.node.span.start;
            base = if self.take_sign("(").is_some() {
                let (arguments, below, end) = self.list(")")?;
                let form = Form::Method { base: Box::new(base.node), method: name, arguments };
                Tall::new(Span::new(start, end), form, below.max(base.height))?
            } else {
                let form = Form::Field { base: Box::new(base.node), field: name };
                Tall::new(Span::new(start, span.end), form, base.height)?
            };
        }
        Ok(base)
    }

    /// Expressions with commas up to a closing bracket: they, the height of the tallest, and where the bracket ends.
    fn list(&mut self, close: &str) -> Result<(Vec<Node>, usize, u32), ExpressionError> {
        let mut nodes = Vec::new();
        let mut tallest = 0;
        loop {
            if let Some(end) = self.take_sign(close) {
                return Ok((nodes, tallest, end.end));
            }
            if !nodes.is_empty() {
                self.take_sign(",").ok_or_else(|| self.unexpected(&format!("`,` or `{close}` is missing here")))?;
            }
            let item = self.expression()?;
            tallest = tallest.max(item.height);
            nodes.push(item.node);
        }
    }

    fn primary(&mut self) -> Parsed {
        let (word, span) = (self.peek().clone(), self.span());
        let form = match word {
            Word::Number(number) => {
                Form::Int(i64::try_from(number).map_err(|_| ExpressionError::new(span, "this number is too large"))?)
            }
            Word::Text(text) => Form::Text(text),
            Word::Name(name) => match &*name {
                "true" => Form::Bool(true),
                "false" => Form::Bool(false),
                "in" | "and" | "or" => {
                    return Err(self.unexpected("a value should stand here"));
                }
                "null" => {
                    return Err(ExpressionError::new(span, "the language has no `null`")
                        .help("ask with `has(x.field)` whether there is a value"));
                }
                _ => return self.name(name, span),
            },
            Word::Sign("(") => return self.parenthesis(),
            Word::Sign("[") => {
                self.take();
                let (items, below, end) = self.list("]")?;
                return Tall::new(Span::new(span.start, end), Form::List(items), below);
            }
            Word::Sign(_) | Word::End => {
                return Err(self.unexpected("a value should stand here"));
            }
        };
        self.take();
        Tall::new(span, form, 0)
    }

    fn parenthesis(&mut self) -> Parsed {
        let start = self.take().1.start;
        let mut inner = self.expression()?;
        let end = self.expect(")")?.end;
        inner.node.span = Span::new(start, end);
        Ok(inner)
    }

    /// A variable or the call of a function.
    fn name(&mut self, text: Box<str>, span: Span) -> Parsed {
        self.take();
        if self.take_sign("(").is_none() {
            return Tall::new(span, Form::Variable(text), 0);
        }
        let (arguments, below, end) = self.list(")")?;
        let form = Form::Call { function: Name { text, span }, arguments };
        Tall::new(Span::new(span.start, end), form, below)
    }
}

fn between(left: &Node, right: &Node) -> Span {
    Span::new(left.span.start, right.span.end)
}
