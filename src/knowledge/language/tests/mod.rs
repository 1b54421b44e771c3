//! Tests of the language.

mod covering;
mod dice;
mod estate;
mod evidence;
mod monotone;
mod oracle;
mod syntax;
mod table;
mod typing;
