//! Text with expressions in braces.

use serde::{Deserialize, Serialize};

use super::code::Program;
use super::compile::Compiler;
use super::error::ExpressionError;
use super::lexer::end_of_text;
use super::machine::Machine;
use super::parser::parse;
use super::scope::Scope;
use super::syntax::Expression;
use super::values::Val;
use crate::source::Span;
use crate::topology::FLOW;

/// Text with expressions in it, such as ``"`{binding.name}` of {job}"``.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Its pieces, in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a [`Template`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Piece {
    /// Text as it is printed.
    Text(Box<str>),
    /// The value of an expression.
    Value {
        /// The expression, with spans relative to its own text.
        expression: Expression,
        /// Where that text starts in the template.
        start: u32,
    },
}

impl Template {
    /// Reads a template: `{expression}`, and `{{` and `}}` for braces.
    ///
    /// # Errors
    /// What is wrong with it, relative to its text.
    pub fn parse(text: &str) -> Result<Self, Vec<ExpressionError>> {
        let mut pieces = Vec::new();
        let mut errors = Vec::new();
        let mut plain = String::new();
        let mut at = 0;
        while let Some(found) = text.get(at..).and_then(|rest| rest.find(['{', '}'])) {
            plain.push_str(text.get(at..at + found).unwrap_or(""));
            at += found;
            let rest = text.get(at..).unwrap_or("");
            if let Some(brace) = ["{{", "}}"].iter().find(|brace| rest.starts_with(**brace)) {
                plain.push_str(brace.get(..1).unwrap_or(""));
                at += 2;
                continue;
            }
            let here = Span::new(small(at), small(at + 1));
            let inner = rest.get(1..).unwrap_or("");
            let Some(length) = inner_length(inner).filter(|_| rest.starts_with('{')) else {
                let (message, help) = match rest.starts_with('{') {
                    true => ("this brace is never closed", "write `{{` for a brace"),
                    false => ("this brace closes nothing", "write `}}` for a brace"),
                };
                errors.push(ExpressionError::new(here, message).help(help));
                at += 1;
                continue;
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
            }
            let start = small(at + 1);
            match parse(inner.get(..length).unwrap_or("")) {
                Ok(expression) => pieces.push(Piece::Value { expression, start }),
                Err(found) => errors.extend(found.into_iter().map(|error| error.shifted(start))),
            }
            at += length + 2;
        }
        plain.push_str(text.get(at..).unwrap_or(""));
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain.into()));
        }
        if errors.is_empty() { Ok(Self { pieces }) } else { Err(errors) }
    }
}

/// How long the expression before the closing brace is; braces within its texts do not count.
fn inner_length(text: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = text.get(at..)?;
        let found = rest.find(['}', '"', '\''])?;
        let rest = rest.get(found..)?;
        at += found;
        if rest.starts_with('}') {
            return Some(at);
        }
        at += end_of_text(rest)?;
    }
}

fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A template whose expressions are compiled.
#[derive(Debug)]
pub struct CompiledTemplate {
    pieces: Vec<CompiledPiece>,
}

#[derive(Debug)]
enum CompiledPiece {
    Text(Box<str>),
    Value(Program),
}

impl CompiledTemplate {
    pub(super) fn compile(
        compiler: &mut Compiler<'_>,
        template: &Template,
        scope: &Scope,
    ) -> Result<Self, Vec<ExpressionError>> {
        let mut pieces = Vec::with_capacity(template.pieces.len());
        let mut errors = Vec::new();
        for piece in &template.pieces {
            match piece {
                Piece::Text(text) => pieces.push(CompiledPiece::Text(text.clone())),
                Piece::Value { expression, start } => match compiler.compile(expression, scope) {
                    Ok(program) => pieces.push(CompiledPiece::Value(program)),
                    Err(found) => {
                        errors.extend(found.into_iter().map(|error| error.shifted(*start)));
                    }
                },
            }
        }
        if errors.is_empty() { Ok(Self { pieces }) } else { Err(errors) }
    }

    /// The text with the values put in: an object as its address, a flow as its name, a list with commas, an absent
    /// value as `nothing`, an unknown one as `unknown`.
    #[must_use]
    pub fn render(&self, machine: &mut Machine<'_>) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                CompiledPiece::Text(plain) => text.push_str(plain),
                CompiledPiece::Value(program) => {
                    let mark = machine.mark();
                    let value = program.value(machine);
                    write(machine, value, &mut text);
                    machine.release(mark);
                }
            }
        }
        text
    }
}

/// Adds a value in print.
fn write(machine: &Machine<'_>, value: Val, text: &mut String) {
    match value {
        Val::Absent => text.push_str("nothing"),
        Val::Unknown(_) => text.push_str("unknown"),
        Val::Bool(value) => text.push_str(if value { "true" } else { "false" }),
        Val::Int(value) => text.push_str(&value.to_string()),
        Val::Text(symbol) => text.push_str(machine.text(symbol)),
        Val::Object(id) => {
            let topology = machine.topology();
            let object = topology.object(id);
            if object.kind == FLOW {
                text.push_str(topology.strings.text(object.name));
            } else {
                text.push_str(&topology.address(id));
            }
        }
        Val::List(list) => {
            for index in 0..list.len {
                if index > 0 {
                    text.push_str(", ");
                }
                write(machine, machine.member(list, index).value, text);
            }
            if list.len == 0 {
                text.push_str("nothing");
            }
        }
    }
}
