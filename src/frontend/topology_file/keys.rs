//! What the keys of an object mean, each looked up once.

use super::Reader;
use super::former_names::FORMERLY;
use crate::source::{Entry, NodeId};
use crate::topology::{Field, Kind, SlotIndex};

/// Fields that resources have beside those of their kind.
const OUTSIDE: &str = "outside";
const EXISTS: &str = "exists";

/// What a key means in an object of a kind.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// That the object is declared elsewhere.
    Outside,
    /// Whether it exists.
    Exists,
    /// What it was called before.
    Formerly,
    /// A field of its kind.
    Field(SlotIndex, &'static Field),
    /// Nothing.
    Unknown,
}

impl Meaning {
    fn of(kind: &'static Kind, name: &str) -> Self {
        match name {
            OUTSIDE => Self::Outside,
            EXISTS => Self::Exists,
            FORMERLY => Self::Formerly,
            _ => match kind.field(name).filter(|(_, field)| field.ty.is_written()) {
                Some((slot, field)) => Self::Field(slot, field),
                None => Self::Unknown,
            },
        }
    }
}

impl Reader<'_> {
    /// Notes what the keys of an object mean, behind those of the objects around it; from where on.
    pub(super) fn note_keys(&mut self, kind: &'static Kind, entries: &[Entry]) -> usize {
        let first = self.keys.len();
        for entry in entries {
            let meaning = self.meaning(kind, entry.key);
            self.keys.push(meaning);
        }
        first
    }

    /// What a key means in an object of a kind. Keys that share their text, as those of computed values do, are looked up
    /// once.
    fn meaning(&mut self, kind: &'static Kind, key: NodeId) -> Meaning {
        let sources = self.sources;
        match sources.kept_text(key) {
            Some(text) => {
                *self.meanings.entry((kind.id, text)).or_insert_with(|| Meaning::of(kind, &sources.text(key)))
            }
            None => Meaning::of(kind, &sources.text(key)),
        }
    }

    /// The values of the fields that are read before all others, as they hold for what these hold.
    pub(super) fn before_all(&self, entries: &[Entry], first: usize) -> (Option<NodeId>, Option<NodeId>) {
        let (mut outside, mut exists) = (None, None);
        for (entry, meaning) in entries.iter().zip(self.keys.get(first..).unwrap_or(&[])) {
            match meaning {
                Meaning::Outside => outside = outside.or(Some(entry.value)),
                Meaning::Exists => exists = exists.or(Some(entry.value)),
                _ => {}
            }
        }
        (outside, exists)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::KINDS;

    #[test]
    fn no_field_of_a_kind_is_called_as_what_resources_have_beside_them() {
        for kind in KINDS {
            for name in [OUTSIDE, EXISTS, FORMERLY] {
                assert!(kind.field(name).is_none(), "`{name}` of {} would never be read", kind.name);
            }
        }
    }
}
