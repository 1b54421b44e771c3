//! The name of a finding across runs.

use super::finding::Participant;

/// A fingerprint of rule, resources in their roles, and field path: no line, no message, no path of a file, so that
/// reformatting and moving keep it, and renaming a resource changes it. 32 hexadecimal digits.
pub(super) fn fingerprint(rule: &str, resources: &[Participant], field: Option<&str>) -> String {
    let mut hash = Fnv::new();
    hash.part(rule);
    for participant in resources {
        hash.part(&participant.role);
        hash.part(&participant.resource);
    }
    hash.part(field.unwrap_or(""));
    format!("{:032x}", hash.0)
}

/// A name of a few texts that is the same in every release: 32 hexadecimal digits.
#[must_use]
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Fnv::new();
    for part in parts {
        hash.part(part);
    }
    format!("{:032x}", hash.0)
}

/// FNV-1a of 128 bits. The hash must be the same in every release for ever, which the standard library does not promise of
/// its own; nothing hangs on it being hard to forge.
struct Fnv(u128);

impl Fnv {
    const fn new() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }

    /// Adds a text and a separator that no text holds.
    fn part(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
}
