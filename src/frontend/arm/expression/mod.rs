//! The expression language of ARM templates: `"[concat('st', uniqueString(resourceGroup().id))]"`.
//!
//! A text is read into terms once ([`read`]), with its mistakes at their places. An [`Evaluator`] gives the terms a
//! [`Value`](super::value::Value); what they speak of, such as parameters, it asks a [`Scope`]. What cannot be told is
//! an unknown with its reason, what is wrong is a problem and then an unknown. No input makes it panic or run for long.

mod access;
mod budget;
mod calls;
mod evaluator;
mod failure;
pub mod functions;
mod lexer;
mod meaning;
mod parser;
mod scope;
mod syntax;
#[cfg(test)]
mod tests;
mod tree;

use calls::{check_kinds, is_repeatable};
use scope::fact;

pub use budget::{Bounds, Budget};
pub use evaluator::Evaluator;
pub use failure::{Failure, Outcome, Refusal};
pub use parser::{Expression, Mistake, Reading, read};
pub use scope::{Deployment, Level, ReferenceCall, Scope};
pub use syntax::{Arguments, CallId, Form, Term, TermId, Terms};
