//! The knowledge that is embedded in the program; it was read and checked when the program was built.

use crate::knowledge::definitions::Definitions;

static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/definitions.bin"));

/// The program was put together wrongly: its knowledge cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the embedded knowledge cannot be read: {0}")]
pub struct DamagedKnowledge(#[from] postcard::Error);

/// Everything in `rules/`, as it was when the program was built.
///
/// # Errors
/// Only when the program itself is damaged.
pub fn definitions() -> Result<Definitions, DamagedKnowledge> {
    Ok(postcard::from_bytes(BYTES)?)
}
