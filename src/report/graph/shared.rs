//! What very many connect to holds a large picture together: drawn once for each group that connects to it, it lets
//! groups stand apart that have nothing else in common.

use std::collections::{BTreeMap, BTreeSet};

use super::drawing::{Drawing, EdgeKind};
use super::nest::Nest;

/// What connects to more boxes and resources than this is shared.
const SHARED: usize = 6;

/// Draws what is shared once for each group that connects to it; `None` where that takes nothing apart.
pub(super) fn apart(drawing: &Drawing) -> Option<Drawing> {
    let nest = Nest::of(drawing);
    let roots = roots(drawing);
    let root = |index: usize| roots.get(index).copied().unwrap_or(index);
    let shared = shared(drawing, &nest, &roots);
    if shared.is_empty() {
        return None;
    }
    // What connects to nothing but such has a group of its own, and shares none with what is shared.
    let mut groups: BTreeMap<usize, usize> = BTreeMap::new();
    for edge in arrows(drawing) {
        let (from, to) = (root(edge.0), root(edge.1));
        for end in [from, to].into_iter().filter(|end| !shared.contains(end)) {
            groups.entry(end).or_insert(end);
        }
        if !shared.contains(&from) && !shared.contains(&to) {
            let (a, b) = (lowest(&groups, from), lowest(&groups, to));
            groups.insert(a.max(b), a.min(b));
        }
    }
    let mut copies: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut result = drawing.clone();
    for edge in &mut result.edges {
        let (from, to) = (root(edge.from), root(edge.to));
        let (item, other) = match (shared.contains(&from), shared.contains(&to)) {
            (true, false) => (from, to),
            (false, true) => (to, from),
            _ => continue,
        };
        let next = result.items.len();
        let copy = *copies.entry((item, lowest(&groups, other))).or_insert(next);
        if copy == next {
            result.items.extend(drawing.items.get(item).cloned());
        }
        edge.from = if from == item { copy } else { edge.from };
        edge.to = if to == item { copy } else { edge.to };
    }
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (item, _) in copies.keys() {
        *counts.entry(*item).or_default() += 1;
    }
    if counts.values().all(|count| *count < 2) {
        return None;
    }
    for ((item, _), copy) in &copies {
        let count = counts.get(item).copied().unwrap_or(0);
        result
            .items
            .get_mut(*copy)
            .into_iter()
            .for_each(|copy| copy.notes.push(format!("shared, drawn {count} times")));
    }
    // The original goes, unless something is left that ends at it.
    let ends: BTreeSet<usize> = result.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
    let is_left = |index: &usize| !shared.contains(index) || ends.contains(index);
    let kept: BTreeSet<usize> = (0..result.items.len()).filter(is_left).collect();
    Some(result.restricted(&kept, &|_, _| true))
}

/// The ends of every edge but those from private endpoints to their targets.
fn arrows(drawing: &Drawing) -> impl Iterator<Item = (usize, usize)> {
    drawing.edges.iter().filter(|edge| edge.kind != EdgeKind::Leads).map(|edge| (edge.from, edge.to))
}

/// The outermost box around each item within its unit, or the item.
fn roots(drawing: &Drawing) -> Vec<usize> {
    let is_unit = |index: &usize| drawing.items.get(*index).is_some_and(|item| item.shape == super::Shape::Unit);
    let outermost = |index: usize| drawing.chain(index).filter(|outer| !is_unit(outer)).last().unwrap_or(index);
    (0..drawing.items.len()).map(outermost).collect()
}

/// The items in no box that many connect to.
fn shared(drawing: &Drawing, nest: &Nest, roots: &[usize]) -> BTreeSet<usize> {
    let mut others: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, to) in arrows(drawing) {
        let (Some(from), Some(to)) = (roots.get(from), roots.get(to)) else { continue };
        others.entry(*from).or_default().insert(*to);
        others.entry(*to).or_default().insert(*from);
    }
    let is_shared = |(index, others): &(usize, BTreeSet<usize>)| others.len() > SHARED && !nest.holds_something(*index);
    others.into_iter().filter(is_shared).map(|(index, _)| index).collect()
}

/// The first of a group.
fn lowest(groups: &BTreeMap<usize, usize>, member: usize) -> usize {
    let next = |index: &usize| groups.get(index).copied().filter(|next| next != index);
    std::iter::successors(Some(member), next).last().unwrap_or(member)
}
