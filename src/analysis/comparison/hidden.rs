//! What a state may hold without showing it: what is not there need not be gone.

use std::collections::HashSet;

use super::Judged;
use super::renames::Renames;
use crate::topology::{KINDS, ObjectId, SERVICE_RESOURCE, Topology};

/// What cannot be seen of a state, in the names of the later one.
pub(super) struct Hidden<'a> {
    state: &'a Judged,
    /// What is declared elsewhere, and what connections follow from that cannot be listed.
    addresses: HashSet<String>,
}

impl<'a> Hidden<'a> {
    /// What the earlier state hides.
    pub(super) fn of_old(state: &'a Judged, renames: &Renames) -> Self {
        Self::new(state, &|address| renames.of(&address).to_owned())
    }

    /// What the later state hides.
    pub(super) fn of_new(state: &'a Judged) -> Self {
        Self::new(state, &|address| address)
    }

    fn new(state: &'a Judged, name: &dyn Fn(String) -> String) -> Self {
        let topology = &state.topology;
        let outside = (0u32..).zip(topology.objects()).filter(|(_, object)| object.outside);
        let outside = outside.map(|(index, _)| ObjectId(index));
        let ids = outside.chain(state.examined.unlisted.iter().copied());
        Self { state, addresses: ids.map(|id| name(topology.address(id))).collect() }
    }

    /// Whether something may be there although it is not shown: an object, or what belongs to it or follows from it.
    pub(super) fn may_hold(&self, address: &str) -> bool {
        let ends = address.match_indices('.').map(|(at, _)| at).chain([address.len()]);
        let mut owners = ends.filter_map(|end| address.get(..end));
        self.state.incomplete
            || owners.any(|owner| self.addresses.contains(owner))
            || is_open(&self.state.topology, address)
    }
}

/// Whether there may be more objects of the kind of an address.
fn is_open(topology: &Topology, address: &str) -> bool {
    let label = address.split('/').next().unwrap_or("");
    let kind = KINDS.iter().find(|kind| kind.name == label).map_or(SERVICE_RESOURCE, |kind| kind.id);
    topology.is_open(kind)
}
