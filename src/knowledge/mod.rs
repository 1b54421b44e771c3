//! What is known about Azure and the language it is written in.

pub mod language;
