//! Tests of the language.

mod covering;
mod dice;
mod estate;
mod evidence;
mod lists;
mod monotone;
mod oracle;
mod sieve;
mod speed;
mod syntax;
mod table;
mod typing;
