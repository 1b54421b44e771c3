//! What is drawn, in no form yet.

use std::collections::{BTreeMap, BTreeSet};

use super::nest::Nest;
use crate::analysis::{FlowResult, Part, Standing, Surrounding, Verdict};
use crate::report::style::count;

/// A picture: items in boxes, and edges between them.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// What the picture shows, in a sentence; where that is not simply everything.
    pub title: Option<String>,
    /// What it does not show, in a sentence; where it leaves something out.
    pub left_out: Option<String>,
    /// Resources and boxes, each after the box that it is in.
    pub items: Vec<Item>,
    /// What connects them, in the order of their ends.
    pub edges: Vec<Edge>,
}

/// A resource or a box around resources.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `kind/name`.
    pub address: String,
    /// The unit that it belongs to.
    pub part: usize,
    /// What else is to be said about it, in few words.
    pub notes: Vec<String>,
    /// The addresses of others that it stands for.
    pub alike: Vec<String>,
    /// What it looks like.
    pub shape: Shape,
    /// The box that it is in.
    pub within: Option<usize>,
    /// It belongs to the finding that is asked for.
    pub marked: bool,
}

/// What an item looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// A box around a whole unit.
    Unit,
    /// A box around what stands together.
    Box,
    /// A box within a box: a subnet.
    Inner,
    /// A resource.
    Resource,
    /// A private endpoint.
    Endpoint,
    /// The end of a connection that cannot be told.
    Unknown,
}

impl Shape {
    /// The word for it, as a class.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Box => "box",
            Self::Inner => "inner",
            Self::Resource => "resource",
            Self::Endpoint => "endpoint",
            Self::Unknown => "unknown",
        }
    }
}

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The index of the item that it starts at.
    pub from: usize,
    /// The index of the item that it ends at.
    pub to: usize,
    /// What sort it is.
    pub kind: EdgeKind,
    /// What is written on it, by lines.
    pub label: Vec<String>,
    /// All there is to say about it.
    pub detail: String,
    /// It belongs to the finding that is asked for.
    pub marked: bool,
}

/// What an edge means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EdgeKind {
    /// A connection that will work.
    Open,
    /// One that will not.
    Blocked,
    /// One of which that cannot be told.
    Undetermined,
    /// A private endpoint and its target.
    Leads,
}

impl EdgeKind {
    /// The word for it, as a class.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::Undetermined => "undetermined",
            Self::Leads => "leads",
        }
    }
}

impl From<Verdict> for EdgeKind {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Open => Self::Open,
            Verdict::Blocked => Self::Blocked,
            Verdict::Undetermined => Self::Undetermined,
        }
    }
}

impl Drawing {
    /// Draws units; each gets a box of its own where there are several.
    #[must_use]
    pub fn of(parts: &[Part]) -> Self {
        let mut drawing = Self::default();
        for (index, part) in parts.iter().enumerate() {
            let unit = (parts.len() > 1).then(|| drawing.add(index, &part.name, Shape::Unit, None));
            let mut hand = Hand { part: index, unit, items: BTreeMap::new(), drawing: &mut drawing };
            for standing in &part.estate.standings {
                hand.place(standing);
            }
            for standing in &part.estate.standings {
                hand.lead(standing);
            }
            hand.connect(&part.flows);
        }
        drawing.settle_ends();
        drawing.edges.sort_by(|a, b| (a.from, a.to, a.kind, &a.label).cmp(&(b.from, b.to, b.kind, &b.label)));
        drawing
    }

    /// What the picture shows.
    #[must_use]
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or("The estate and its connections")
    }

    /// What is in the picture, and what is not, for those who do not see it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let nest = Nest::of(self);
        let items = self.items.iter().enumerate();
        let resources: usize =
            items.filter(|(index, _)| !nest.holds_something(*index)).map(|(_, item)| 1 + item.alike.len()).sum();
        let of = |kind: EdgeKind| self.edges.iter().filter(|edge| edge.kind == kind).count();
        let (open, blocked, unknown) = (of(EdgeKind::Open), of(EdgeKind::Blocked), of(EdgeKind::Undetermined));
        let arrows = count(open + blocked + unknown, "arrow");
        let mut words = format!(
            "{} and {arrows}: {open} open, {blocked} blocked, {unknown} undetermined.",
            count(resources, "resource")
        );
        if let Some(left_out) = &self.left_out {
            words.push(' ');
            words.push_str(left_out);
        }
        words
    }

    /// The items of a picture that are kept, with the edges between them that are.
    #[must_use]
    pub(super) fn restricted(&self, kept: &BTreeSet<usize>, is_kept: &dyn Fn(usize, &Edge) -> bool) -> Self {
        let new: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(new, old)| (*old, new)).collect();
        let mut result = Self { title: self.title.clone(), left_out: self.left_out.clone(), ..Self::default() };
        for item in kept.iter().filter_map(|index| self.items.get(*index)) {
            let within = item.within.and_then(|outer| new.get(&outer).copied());
            result.items.push(Item { within, ..item.clone() });
        }
        for (_, edge) in self.edges.iter().enumerate().filter(|(number, edge)| is_kept(*number, edge)) {
            let (Some(from), Some(to)) = (new.get(&edge.from).copied(), new.get(&edge.to).copied()) else { continue };
            result.edges.push(Edge { from, to, ..edge.clone() });
        }
        result
    }

    /// An item and the boxes around it, from the inside out.
    pub(super) fn chain(&self, index: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(index), |index| self.items.get(*index).and_then(|item| item.within))
    }

    fn add(&mut self, part: usize, address: &str, shape: Shape, within: Option<usize>) -> usize {
        let address = address.to_owned();
        self.items.push(Item { address, part, notes: Vec::new(), alike: Vec::new(), shape, within, marked: false });
        self.items.len() - 1
    }

    /// A box that something connects to or from gets an item for itself within: an edge does not end at a box.
    fn settle_ends(&mut self) {
        let nest = Nest::of(self);
        let ends: BTreeSet<usize> = self.edges.iter().flat_map(|edge| [edge.from, edge.to]).collect();
        let mut own: BTreeMap<usize, usize> = BTreeMap::new();
        for end in ends.into_iter().filter(|end| nest.holds_something(*end)) {
            let Some(item) = self.items.get(end).cloned() else { continue };
            own.insert(end, self.add(item.part, &item.address, Shape::Resource, Some(end)));
        }
        for edge in &mut self.edges {
            edge.from = own.get(&edge.from).copied().unwrap_or(edge.from);
            edge.to = own.get(&edge.to).copied().unwrap_or(edge.to);
        }
    }
}

impl Item {
    /// All there is to say about it.
    #[must_use]
    pub fn in_words(&self) -> String {
        let others = self.alike.iter().map(String::as_str);
        [self.address.as_str()]
            .into_iter()
            .chain(self.notes.iter().map(String::as_str))
            .chain(others)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Draws one unit.
struct Hand<'a> {
    part: usize,
    unit: Option<usize>,
    /// What was drawn, by its address.
    items: BTreeMap<String, usize>,
    drawing: &'a mut Drawing,
}

/// What makes flows one edge: the ends, the verdict, the path class and what is missing.
type Bundle = (usize, usize, EdgeKind, Option<&'static str>, Vec<String>);

impl Hand<'_> {
    fn place(&mut self, standing: &Standing) {
        let within = standing.within.as_ref().and_then(|address| self.items.get(address)).copied().or(self.unit);
        let shape = match standing.surrounding {
            Some(Surrounding::Subnet) => Shape::Inner,
            Some(Surrounding::Network | Surrounding::Site | Surrounding::Cluster) => Shape::Box,
            None if standing.address.starts_with("private_endpoint/") => Shape::Endpoint,
            None => Shape::Resource,
        };
        let index = self.drawing.add(self.part, &standing.address, shape, within);
        self.items.insert(standing.address.clone(), index);
        let Some(item) = self.drawing.items.get_mut(index) else { return };
        if !standing.peered.is_empty() {
            let names: Vec<&str> = standing.peered.iter().map(|address| bare(address)).collect();
            item.notes.push(format!("peered with {}", names.join(", ")));
        }
        if standing.outside {
            item.notes.push("declared elsewhere".to_owned());
        }
        if standing.maybe {
            item.notes.push("if deployed".to_owned());
        }
    }

    fn lead(&mut self, standing: &Standing) {
        for target in &standing.leads_to {
            let (from, to) = (self.end(&standing.address), self.end(target));
            let detail = format!("{} leads to {target}", standing.address);
            self.drawing.edges.push(Edge { from, to, kind: EdgeKind::Leads, label: Vec::new(), detail, marked: false });
        }
    }

    /// Flows that say the same become one edge.
    fn connect(&mut self, flows: &[FlowResult]) {
        let mut bundles: BTreeMap<Bundle, Vec<&FlowResult>> = BTreeMap::new();
        for flow in flows {
            let (from, to) = (self.end(&flow.origin), self.end(&flow.target));
            let key = (from, to, flow.verdict.into(), flow.path_class, flow.missing.clone());
            bundles.entry(key).or_default().push(flow);
        }
        for ((from, to, kind, class, missing), flows) in bundles {
            let label = label(kind, class, &missing, &flows);
            let detail = detail(kind, class, &missing, &flows);
            self.drawing.edges.push(Edge { from, to, kind, label, detail, marked: false });
        }
    }

    /// The item of an address; one that stands nowhere is drawn as what cannot be told.
    fn end(&mut self, address: &str) -> usize {
        if let Some(index) = self.items.get(address) {
            return *index;
        }
        let index = self.drawing.add(self.part, address, Shape::Unknown, self.unit);
        self.items.insert(address.to_owned(), index);
        index
    }
}

/// The name in an address.
fn bare(address: &str) -> &str {
    address.split_once('/').map_or(address, |(_, name)| name)
}

fn label(kind: EdgeKind, class: Option<&str>, missing: &[String], flows: &[&FlowResult]) -> Vec<String> {
    let purposes: BTreeSet<&str> = flows.iter().map(|flow| &*flow.purpose).collect();
    let purposes = purposes.into_iter().collect::<Vec<&str>>().join(", ").replace('_', " ");
    let answer = match kind {
        EdgeKind::Open => class.unwrap_or("open").to_owned(),
        EdgeKind::Blocked => format!("blocked: {}", lacks(missing)),
        EdgeKind::Undetermined | EdgeKind::Leads => "undetermined".to_owned(),
    };
    vec![purposes, answer]
}

/// What the nearest method misses: the first of it, and how much more.
fn lacks(missing: &[String]) -> String {
    match missing {
        [] => "no access method".to_owned(),
        [only] => format!("no {only}"),
        [first, rest @ ..] => format!("no {first} (and {} more)", rest.len()),
    }
}

fn detail(kind: EdgeKind, class: Option<&str>, missing: &[String], flows: &[&FlowResult]) -> String {
    let names: Vec<&str> = flows.iter().map(|flow| flow.name.as_str()).collect();
    let ends = flows.first().map_or_else(String::new, |flow| format!("{} to {}", flow.origin, flow.target));
    let method = flows.iter().find_map(|flow| flow.method.as_deref());
    let answer = match (kind, method) {
        (EdgeKind::Open, Some(method)) => format!("open by {method} ({})", class.unwrap_or("path class not known")),
        (EdgeKind::Blocked, _) if !missing.is_empty() => format!("blocked, missing {}", missing.join(", ")),
        (kind, _) => kind.as_str().to_owned(),
    };
    format!("{ends}: {}: {answer}", names.join(", "))
}
