//! What answers rest on: the places that were read, and those of values that were computed.

use super::machine::{Machine, reason};
use super::values::{Item, Owner, Read, Val};
use crate::source::NodeId;
use crate::topology::{ObjectId, Origin, Slot, Value};

impl Machine<'_> {
    /// Evaluates with a record of the places that the answer rests on.
    pub fn with_trail<T>(&mut self, evaluate: impl FnOnce(&mut Self) -> T) -> (T, Vec<Read>) {
        let start = self.trail.len();
        let tracing = std::mem::replace(&mut self.tracing, true);
        let answer = evaluate(self);
        self.tracing = tracing;
        let mut reads = self.trail.split_off(start);
        let mut seen = std::collections::HashSet::new();
        reads.retain(|read| seen.insert((read.object, read.field, read.node)));
        (answer, reads)
    }

    /// Records that a slot was read, which gave a value.
    pub(super) fn note_slot(&mut self, id: ObjectId, field: &'static str, slot: Slot, value: Val) {
        let node = match slot.value {
            Value::Absent => self.topology.object(id).head,
            _ => slot.node,
        };
        self.trail.push(Read { object: id, field: Some(field), node, origin: slot.origin, unknown: reason(value) });
    }

    /// Records that something about an object was read that stands in no slot.
    pub(super) fn note(&mut self, id: ObjectId, field: Option<&'static str>, value: Val) {
        if self.tracing {
            self.trail.push(Read {
                object: id,
                field,
                node: self.topology.object(id).head,
                origin: Origin::Declared,
                unknown: reason(value),
            });
        }
    }

    /// Records that a variable itself was read: the reads its value rests on, or its place in a list.
    pub(super) fn note_variable(&mut self, index: usize) {
        if let Some(item) = self.bound(index) {
            self.note_item(&item);
        }
    }

    /// Records a member of a list, or what a computed value rests on.
    pub(super) fn note_item(&mut self, item: &Item) {
        if !self.tracing {
            return;
        }
        let (first, len) = item.kept;
        let kept = self.kept.get(first as usize..first as usize + len as usize).unwrap_or(&[]);
        if !kept.is_empty() {
            self.trail.extend_from_slice(kept);
        } else if let Some(read) = self.read_of(item) {
            self.trail.push(read);
        }
    }

    /// Records why a member of a list is in doubt.
    pub(super) fn note_doubt(&mut self, item: &Item) {
        if !self.tracing || item.in_doubt.is_none() {
            return;
        }
        let object = match (item.value, item.owner) {
            (Val::Object(object), _) => object,
            (_, Some(owner)) => owner.object,
            _ => return,
        };
        self.trail.push(Read {
            object,
            field: item.owner.map(|owner| owner.field),
            node: item.node,
            origin: item.origin,
            unknown: item.in_doubt,
        });
    }

    fn read_of(&self, item: &Item) -> Option<Read> {
        let owner = item.owner?;
        Some(Read {
            object: owner.object,
            field: Some(owner.field),
            node: item.node,
            origin: item.origin,
            unknown: reason(item.value),
        })
    }

    /// The place of a variable: its own, or where its object is named.
    pub(super) fn place_of(&self, index: usize) -> Option<Read> {
        let item = self.bound(index)?;
        if let Some(read) = self.read_of(&item) {
            return Some(read);
        }
        if let Val::Object(object) = item.value {
            return Some(Read { object, field: None, node: item.node, origin: item.origin, unknown: None });
        }
        let (first, len) = item.kept;
        let last = (first as usize + len as usize).checked_sub(1)?;
        self.kept.get(last).copied().filter(|_| len > 0)
    }

    /// Forgets the reads between two marks of the trail.
    #[inline]
    pub(super) fn forget(&mut self, start: usize, end: usize) {
        if self.tracing && start < end && end <= self.trail.len() {
            self.trail.drain(start..end);
        }
    }

    /// Evaluates to a value with its place, as for a variable; `whole` where the value is one path.
    pub(super) fn located(&mut self, whole: bool, evaluate: impl FnOnce(&mut Self) -> Val) -> Item {
        if !self.places {
            let value = evaluate(self);
            let in_doubt = match value {
                Val::Object(id) => self.in_doubt(id),
                value => reason(value),
            };
            return Item { in_doubt, ..Item::new(value, NodeId::NOWHERE) };
        }
        let tracing = self.tracing;
        let start = self.trail.len();
        self.tracing = tracing || whole;
        let value = evaluate(self);
        self.tracing = tracing;
        let mut item = Item::new(value, NodeId::NOWHERE);
        if let Val::Object(id) = value {
            item.in_doubt = self.in_doubt(id);
            item.node = self.topology.object(id).head;
        }
        if let Some(read) = self.trail.get(start..).and_then(<[Read]>::last) {
            item.origin = read.origin;
            item.node = read.node;
            if whole && let Some(field) = read.field {
                item.owner = Some(Owner { object: read.object, field });
            }
        }
        if tracing {
            item.kept = self.keep_reads(start);
        } else {
            self.trail.truncate(start);
        }
        item
    }

    /// Copies the reads since a mark of the trail to the store for computed values.
    fn keep_reads(&mut self, start: usize) -> (u32, u32) {
        let reads = self.trail.get(start..).unwrap_or(&[]);
        match (u32::try_from(self.kept.len()), u32::try_from(reads.len())) {
            (Ok(first), Ok(len)) => {
                self.kept.extend_from_slice(reads);
                (first, len)
            }
            _ => (0, 0),
        }
    }
}
