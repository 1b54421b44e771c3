//! The expression language of the rules: CEL syntax, own evaluation.
//!
//! [`parse`] reads an expression, [`Compiler`] checks its types and turns it into a [`Program`], and a [`Machine`] runs
//! programs over a topology. Logic is three-valued: a value is known, absent or unknown, and what is unknown never
//! decides anything. `rules/README.md` holds the functions and the truth tables; every cell of them is a test.

mod binary;
mod code;
mod compile;
mod error;
mod functions;
mod lexer;
mod literals;
mod machine;
mod memory;
mod operators;
mod parser;
mod reading;
mod referrers;
mod scope;
mod sieve;
mod sift;
mod syntax;
mod template;
mod terms;
mod trail;
mod types;
mod values;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests;

pub use code::Program;
pub use compile::{Compiler, FieldReads, NESTING_LIMIT};
pub use error::ExpressionError;
pub use functions::{FUNCTIONS, Function};
pub use literals::Literals;
pub use machine::{Machine, STEP_LIMIT, TEXT_LIMIT};
pub use parser::{DEPTH_LIMIT, LENGTH_LIMIT, parse};
pub use scope::Scope;
pub use sift::{Sift, Sifting};
pub use syntax::{Expression, Form, Name, Node, Operator};
pub use template::{CompiledTemplate, Piece, Template};
pub use terms::{Term, TermError, Terms};
pub use types::{Labels, Type, Words};
pub use values::{Item, Items, ListVal, Owner, Read, Truth, Val};
