//! Who refers to an object: lists that stand nowhere and are put together when they are asked for.

use super::machine::Machine;
use super::values::{Item, ListVal, Val};
use crate::topology::{ObjectId, ReasonId, RelationId};

/// Lists of referrers from this length on are put together once; in the unit tests short ones, too.
const MANY: u32 = if cfg!(test) { 2 } else { 24 };

impl Machine<'_> {
    /// The referrers of an object, as a temporary list.
    pub(super) fn referrers(&mut self, relation: RelationId, id: ObjectId) -> Val {
        if let Some(list) = self.many_referrers.get(&(relation, id)).copied() {
            let is_listed = self.take_steps(list.len);
            return if is_listed { Val::List(list) } else { Val::Unknown(ReasonId::COSTLY) };
        }
        let mut found = std::mem::take(&mut self.referrers);
        let more = self.inverses.referrers(self.topology, relation, id, &mut found);
        let first = self.mark();
        for referrer in found.drain(..) {
            if !self.step() {
                self.release(first);
                self.referrers = Vec::new();
                return Val::Unknown(ReasonId::COSTLY);
            }
            let mut item = Item::object(self.topology, referrer.object);
            item.in_doubt = referrer.in_doubt;
            self.keep(item);
        }
        self.referrers = found;
        if let Some(reason) = more.in_doubt {
            self.keep(Item::new(Val::Unknown(reason), self.topology.object(id).head));
        }
        match self.listed_since(first, more.open) {
            // All of them are asked about by each other, as like as not: they are listed once.
            Val::List(list) if list.len >= MANY && more.in_doubt.is_none() => self.keep_list((relation, id), list),
            list => list,
        }
    }

    fn keep_list(&mut self, referrers: (RelationId, ObjectId), list: ListVal) -> Val {
        let Ok(first) = u32::try_from(self.lasting.len()) else { return Val::List(list) };
        self.lasting.extend(self.temporary.drain(list.first as usize..));
        let list = ListVal { first, kept: true, ..list };
        self.many_referrers.insert(referrers, list);
        Val::List(list)
    }
}
