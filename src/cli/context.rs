//! What only resolves references is not judged itself.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::{UnitResult, Unread};
use crate::source::{FileId, Sources};
use crate::topology::{ObjectId, Topology};

/// The addresses of what is declared in some files.
pub(super) fn in_files(topology: &Topology, sources: &Sources, files: &HashSet<FileId>) -> HashSet<String> {
    if files.is_empty() {
        return HashSet::new();
    }
    let objects = (0u32..).zip(topology.objects());
    let standing = objects.filter(|(_, object)| Topology::stands_alone(object.kind) && object.head.is_somewhere());
    let there = standing.filter(|(_, object)| files.contains(&sources.file_of(object.head)));
    there.map(|(index, _)| topology.address(ObjectId(index))).collect()
}

/// Drops what was found of the context itself.
pub(super) fn leave_context(result: &mut UnitResult, addresses: &HashSet<String>, files: &HashSet<FileId>) {
    if files.is_empty() {
        return;
    }
    result.findings.retain(|finding| !files.contains(&finding.primary.place.file));
    result.undetermined.retain(|check| !addresses.contains(&check.subject));
    result.resources = result.resources.saturating_sub(addresses.len());
}

/// Counts types that were not understood over all units.
pub(super) fn add_unread(known: &mut Vec<Unread>, more: BTreeMap<String, (String, usize)>) {
    for (ty, (why, count)) in more {
        match known.iter_mut().find(|known| known.ty == ty) {
            Some(known) => known.count += count,
            None => known.push(Unread { ty, why, count }),
        }
    }
    known.sort_by(|a, b| a.ty.cmp(&b.ty));
}
