//! What findings are about: their resources and connections, and what is next to them.

use std::collections::{BTreeMap, BTreeSet};

use super::drawing::{Drawing, Edge, EdgeKind};
use crate::analysis::{Finding, Part};

/// What connects to the resource of a finding is shown up to so many connections.
const NEXT: usize = 8;

/// How much a picture may hold.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// As many items.
    pub items: usize,
    /// As many edges.
    pub edges: usize,
}

/// What a picture of findings shows.
#[derive(Debug)]
pub struct Near {
    /// The picture.
    pub drawing: Drawing,
    /// How many findings are in it.
    pub shown: usize,
    /// How many findings could be drawn.
    pub all: usize,
}

/// Finds in a drawing what findings name.
pub(super) struct Finder {
    items: BTreeMap<(usize, String), Vec<usize>>,
    /// The edges between two items.
    edges: BTreeMap<(usize, usize), Vec<usize>>,
    /// The edges at an item.
    at: BTreeMap<usize, Vec<usize>>,
}

impl Finder {
    pub(super) fn of(drawing: &Drawing) -> Self {
        let mut finder = Self { items: BTreeMap::new(), edges: BTreeMap::new(), at: BTreeMap::new() };
        for (index, item) in drawing.items.iter().enumerate() {
            finder.items.entry((item.part, item.address.clone())).or_default().push(index);
        }
        for (index, edge) in drawing.edges.iter().enumerate() {
            finder.edges.entry((edge.from, edge.to)).or_default().push(index);
            finder.at.entry(edge.from).or_default().push(index);
            finder.at.entry(edge.to).or_default().push(index);
        }
        finder
    }

    fn of_address(&self, part: usize, address: &str) -> &[usize] {
        self.items.get(&(part, address.to_owned())).map_or(&[], Vec::as_slice)
    }

    /// The items that a finding is about.
    pub(super) fn items(&self, index: usize, part: &Part, finding: &Finding) -> BTreeSet<usize> {
        let mut addresses: BTreeSet<&str> = BTreeSet::new();
        for participant in &finding.resources {
            let address = participant.resource.as_str();
            let stand_ins = part.estate.shown_as.get(address);
            addresses.extend(stand_ins.into_iter().flatten().map(String::as_str).chain([address]));
        }
        let flow = finding.flow.and_then(|index| part.flows.get(index));
        addresses.extend(flow.into_iter().flat_map(|flow| [flow.origin.as_str(), flow.target.as_str()]));
        addresses.into_iter().flat_map(|address| self.of_address(index, address)).copied().collect()
    }

    /// The edges that a finding is about.
    pub(super) fn edges(&self, drawing: &Drawing, index: usize, part: &Part, finding: &Finding) -> Vec<usize> {
        let Some(flow) = finding.flow.and_then(|index| part.flows.get(index)) else { return Vec::new() };
        let mut edges = Vec::new();
        for from in self.of_address(index, &flow.origin) {
            for to in self.of_address(index, &flow.target) {
                edges.extend(self.edges.get(&(*from, *to)).into_iter().flatten().copied());
            }
        }
        let is_meant = |edge: &Edge| edge.kind == flow.verdict.into();
        edges.retain(|edge| drawing.edges.get(*edge).is_some_and(is_meant));
        edges
    }

    /// The edges at an item, unless they are many.
    fn next(&self, item: usize) -> &[usize] {
        self.at.get(&item).filter(|edges| edges.len() <= NEXT).map_or(&[], Vec::as_slice)
    }
}

/// What is kept of a picture.
struct Kept<'a> {
    drawing: &'a Drawing,
    items: BTreeSet<usize>,
    edges: BTreeSet<usize>,
    room: Room,
}

impl Kept<'_> {
    /// Keeps items and edges with what is around them; or nothing of it where there is no room.
    fn add(&mut self, items: &BTreeSet<usize>, edges: &BTreeSet<usize>) -> bool {
        let drawing = self.drawing;
        let ends = edges.iter().filter_map(|edge| drawing.edges.get(*edge)).flat_map(|edge| [edge.from, edge.to]);
        let items: BTreeSet<usize> = items.iter().copied().chain(ends).flat_map(|item| drawing.chain(item)).collect();
        let new_items = items.difference(&self.items).count();
        let new_edges = edges.difference(&self.edges).count();
        let fits = self.items.len() + new_items <= self.room.items && self.edges.len() + new_edges <= self.room.edges;
        if fits {
            self.items.extend(items);
            self.edges.extend(edges);
        }
        fits
    }
}

/// The resources and connections of findings, the worst first, as many as there is room for; what is ignored is not
/// shown. What has no flow is shown with what connects to it.
#[must_use]
pub fn near_findings(drawing: &Drawing, parts: &[Part], room: Room) -> Near {
    let finder = Finder::of(drawing);
    let mut findings: Vec<(usize, &Part, &Finding)> = Vec::new();
    // With several sets of parameters the same is found several times.
    let mut known = BTreeSet::new();
    for (index, part) in parts.iter().enumerate() {
        let counted = part.findings.iter().filter(|finding| finding.ignored.is_none());
        let counted = counted.filter(|finding| known.insert(finding.fingerprint.as_str()));
        findings.extend(counted.map(|finding| (index, part, finding)));
    }
    findings.sort_by_key(|(index, _, finding)| (std::cmp::Reverse(finding.level), *index));
    let mut kept = Kept { drawing, items: BTreeSet::new(), edges: BTreeSet::new(), room };
    let (mut shown, mut all) = (0, 0);
    let mut marked = BTreeSet::new();
    for (index, part, finding) in findings {
        let items = finder.items(index, part, finding);
        let edges: BTreeSet<usize> = finder.edges(drawing, index, part, finding).into_iter().collect();
        if items.is_empty() {
            continue;
        }
        all += 1;
        if !kept.add(&items, &edges) {
            continue;
        }
        shown += 1;
        if finding.flow.is_none() {
            marked.extend(items.iter().copied());
            for item in &items {
                kept.add(&BTreeSet::new(), &finder.next(*item).iter().copied().collect());
            }
        }
    }
    let (items, edges) = (kept.items, kept.edges);
    let mut whole = drawing.clone();
    for (index, item) in whole.items.iter_mut().enumerate() {
        item.marked |= marked.contains(&index);
    }
    Near { drawing: whole.restricted(&items, &|number, _| edges.contains(&number)), shown, all }
}

/// What does not work or cannot be told, and what is marked; as much as there is room for.
pub(super) fn near_trouble(drawing: &Drawing, room: Room) -> Drawing {
    let mut kept = Kept { drawing, items: BTreeSet::new(), edges: BTreeSet::new(), room };
    let marked = drawing.items.iter().enumerate().filter(|(_, item)| item.marked);
    for (index, _) in marked {
        kept.add(&BTreeSet::from([index]), &BTreeSet::new());
    }
    let of = |kind: EdgeKind| drawing.edges.iter().enumerate().filter(move |(_, edge)| edge.kind == kind);
    let marked = drawing.edges.iter().enumerate().filter(|(_, edge)| edge.marked);
    for (index, _) in marked.chain(of(EdgeKind::Blocked)).chain(of(EdgeKind::Undetermined)) {
        kept.add(&BTreeSet::new(), &BTreeSet::from([index]));
    }
    let (items, edges) = (kept.items, kept.edges);
    drawing.restricted(&items, &|number, _| edges.contains(&number))
}
