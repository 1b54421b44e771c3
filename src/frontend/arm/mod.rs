//! ARM templates: JSON with an expression language in its texts.
//!
//! [`expression`] reads and evaluates one expression, [`value`] is what comes out. [`recognise`] tells
//! what a file is, [`template`] evaluates a whole template, with the values of [`parameters`], to a list of
//! [`resource`]s, whose [`identity`] is their normalised id.

pub mod expression;
pub mod identity;
mod limits;
pub mod parameters;
pub mod recognise;
pub mod resource;
pub mod resources;
pub mod template;
pub mod value;
mod words;
