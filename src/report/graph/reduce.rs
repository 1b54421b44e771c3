//! Less of a large estate: one item for those that are alike, and above a size only what does not work.

use std::collections::{BTreeMap, BTreeSet};

use super::drawing::{Drawing, Edge, EdgeKind, Item, Shape};
use super::near::{Room, near_trouble};
use super::nest::Nest;
use super::shared::apart;
use crate::report::style::count;

/// With more items or edges than this, alike ones are drawn as one.
const MANY: usize = 80;
/// So much is drawn where there is more, of what does not work.
const TROUBLE: Room = Room { items: 600, edges: 250 };
/// So many are drawn each.
const FEW: usize = 2;
/// With more edges than this, a private endpoint names its target instead of being joined to it by a line.
const CALM: usize = 16;

/// A picture that can be looked at: of much it shows less, and says so. Of more than `most` connections only those that
/// do not work; without such a number everything is drawn.
#[must_use]
pub fn reduce(mut drawing: Drawing, most: Option<usize>) -> Drawing {
    let is_large = |drawing: &Drawing| drawing.items.len() > MANY || drawing.edges.len() > MANY;
    if let Some(most) = most.filter(|_| is_large(&drawing)) {
        let before = drawing.items.len();
        while let Some(fewer) = merge(&drawing) {
            drawing = fewer;
        }
        if drawing.items.len() < before {
            drawing.left_out = Some("What is alike is drawn once; `--all` draws each on its own.".to_owned());
        }
        let arrows = |drawing: &Drawing| drawing.edges.iter().filter(|edge| edge.kind != EdgeKind::Leads).count();
        if arrows(&drawing) > most {
            let part = near_trouble(&drawing, TROUBLE);
            // Where everything works there is nothing better to show than all of it.
            if !part.edges.is_empty() {
                let (shown, all) = (part.edges.len(), count(arrows(&drawing), "arrow"));
                drawing = part;
                drawing.left_out = Some(format!(
                    "Only what is blocked or cannot be told, {shown} of {all}, and what is alike once; `--focus` shows a part with everything, `--all` everything."
                ));
            }
        }
    }
    if most.is_some() && is_large(&drawing) {
        drawing = apart(&drawing).unwrap_or(drawing);
    }
    name_targets(&mut drawing);
    drawing
}

/// What makes items alike: where they stand, what they look like, and what they connect to.
type Likeness = (Option<usize>, usize, Shape, String, Vec<String>, Vec<(bool, usize, EdgeKind, Vec<String>)>);

/// Makes one item of those that are alike; `None` where none are.
fn merge(drawing: &Drawing) -> Option<Drawing> {
    let nest = Nest::of(drawing);
    let mut connections = vec![Vec::new(); drawing.items.len()];
    for edge in drawing.edges.iter().filter(|edge| edge.kind != EdgeKind::Leads) {
        for (item, is_start, other) in [(edge.from, true, edge.to), (edge.to, false, edge.from)] {
            let at: Option<&mut Vec<_>> = connections.get_mut(item);
            at.into_iter().for_each(|at| at.push((is_start, other, edge.kind, edge.label.clone())));
        }
    }
    let mut alike: BTreeMap<Likeness, Vec<usize>> = BTreeMap::new();
    for ((index, item), mut connections) in drawing.items.iter().enumerate().zip(connections) {
        let is_marked = item.marked || drawing.edges.iter().any(|e| e.marked && (e.from == index || e.to == index));
        if nest.holds_something(index) || is_marked {
            continue;
        }
        connections.sort();
        let notes = if item.alike.is_empty() { item.notes.clone() } else { Vec::new() };
        let key = (item.within, item.part, item.shape, kind(&item.address).to_owned(), notes, connections);
        alike.entry(key).or_default().push(index);
    }
    alike.retain(|_, items| items.len() > FEW);
    if alike.is_empty() {
        return None;
    }
    let mut merged = drawing.clone();
    let mut gone = BTreeSet::new();
    let mut silent = BTreeSet::new();
    for items in alike.into_values() {
        let Some((first, rest)) = items.split_first() else { continue };
        gone.extend(rest.iter().copied());
        silent.extend(items.iter().copied());
        let others: Vec<&Item> = rest.iter().filter_map(|index| drawing.items.get(*index)).collect();
        let Some(item) = merged.items.get_mut(*first) else { continue };
        for other in others {
            item.alike.push(other.address.clone());
            item.alike.extend(other.alike.iter().cloned());
        }
        item.notes.retain(|note| !note.starts_with(AND));
        item.notes.insert(0, format!("{AND}{} more like it", item.alike.len()));
        let words = format!(" ({AND}{} more like it)", item.alike.len());
        let of_first = merged.edges.iter_mut().filter(|edge| edge.from == *first || edge.to == *first);
        of_first.for_each(|edge| edge.detail.push_str(&words));
    }
    let kept: BTreeSet<usize> = (0..drawing.items.len()).filter(|index| !gone.contains(index)).collect();
    let leads_nowhere = |edge: &Edge| edge.kind == EdgeKind::Leads && silent.contains(&edge.from);
    Some(merged.restricted(&kept, &|_, edge| !leads_nowhere(edge)))
}

/// How the note on one that stands for several begins.
const AND: &str = "and ";

/// The kind in an address.
fn kind(address: &str) -> &str {
    address.split_once('/').map_or(address, |(kind, _)| kind)
}

/// Among many lines those from private endpoints to their targets hide the others: the endpoints name them instead.
fn name_targets(drawing: &mut Drawing) {
    if drawing.edges.len() <= CALM {
        return;
    }
    let names: Vec<String> = drawing.items.iter().map(|item| item.address.clone()).collect();
    for edge in drawing.edges.iter().filter(|edge| edge.kind == EdgeKind::Leads) {
        let (Some(item), Some(target)) = (drawing.items.get_mut(edge.from), names.get(edge.to)) else { continue };
        item.notes.push(format!("for {target}"));
        item.marked |= edge.marked;
    }
    drawing.edges.retain(|edge| edge.kind != EdgeKind::Leads);
}
