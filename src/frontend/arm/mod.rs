//! ARM templates: JSON with an expression language in its texts.
//!
//! [`expression`] reads and evaluates one expression, [`value`] is what comes out.

pub mod expression;
pub mod value;
