//! ARM templates: JSON with an expression language in its texts.
//!
//! [`expression`] reads and evaluates one expression, [`value`] is what comes out. A whole template is evaluated
//! to a list of [`resource`]s, whose [`identity`] is their normalised id.

pub mod expression;
pub mod identity;
pub mod resource;
pub mod value;
