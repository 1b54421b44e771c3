//! Where everything goes. The layers, the order within them and the ways of the edges come from `dagre`.

use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use unicode_width::UnicodeWidthStr;

use super::drawing::{Drawing, Edge};

/// A column of text in the small size, in pixels; on the wide side, since fonts differ.
const COLUMN: f64 = 6.4;
/// The height of a line of text.
pub(super) const LINE: f64 = 15.0;
/// Room between the text of an item and its edge.
pub(super) const PADDING: f64 = 9.0;
/// With more edges than this the labels are short.
const CROWDED: usize = 120;
/// Room around everything.
const MARGIN: f64 = 24.0;

/// A rectangle by its corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rectangle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The way of an edge and the middle of its label.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) label: (f64, f64),
}

/// A drawing that was laid out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Laid {
    pub(super) width: f64,
    pub(super) height: f64,
    /// Of every item.
    pub(super) items: Vec<Rectangle>,
    /// Of every edge.
    pub(super) edges: Vec<Way>,
}

/// Lays out a drawing; `None` where some place could not be found.
pub(super) fn lay_out(drawing: &Drawing) -> Option<Laid> {
    let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    for (index, item) in drawing.items.iter().enumerate() {
        let mut label = NodeLabel::default();
        if !drawing.holds_something(index) {
            let lines = [&item.address].into_iter().chain(&item.notes);
            (label.width, label.height) = size(lines.map(String::as_str));
            label.width = label.width.max(title_width(drawing, item.within));
        }
        graph.set_node(name(index), Some(label));
    }
    for (index, item) in drawing.items.iter().enumerate() {
        if let Some(outer) = item.within {
            graph.set_parent(&name(index), Some(&name(outer)));
        }
    }
    for (index, edge) in drawing.edges.iter().enumerate() {
        let mut label = EdgeLabel { labelpos: LabelPos::Center, ..EdgeLabel::default() };
        if !edge.label.is_empty() {
            let lines = shown_label(drawing, edge);
            (label.width, label.height) = size(lines.iter().map(String::as_str));
        }
        graph.set_edge(name(edge.from), name(edge.to), Some(label), Some(&name(index)));
    }
    let (nodesep, edgesep) = if is_crowded(drawing) { (10.0, 2.0) } else { (26.0, 12.0) };
    let options = LayoutOptions { rankdir: RankDir::LR, nodesep, edgesep, ranksep: 34.0, ..LayoutOptions::default() };
    dagre::layout(&mut graph, Some(options));
    read(drawing, &graph)
}

/// Whether there are so many edges that each is to take little room.
fn is_crowded(drawing: &Drawing) -> bool {
    drawing.edges.len() > CROWDED
}

/// What is written on an edge: of many edges only the answer, the rest of it shows when one points at them.
pub(super) fn shown_label<'a>(drawing: &Drawing, edge: &'a Edge) -> &'a [String] {
    match edge.label.as_slice() {
        [.., answer] if is_crowded(drawing) => std::slice::from_ref(answer),
        lines => lines,
    }
}

fn name(index: usize) -> String {
    index.to_string()
}

/// How wide an item of a box has to be for the name of the box to fit above it.
fn title_width(drawing: &Drawing, within: Option<usize>) -> f64 {
    let outer = within.and_then(|index| drawing.items.get(index));
    outer.map_or(0.0, |item| pixels(item.address.width()))
}

/// How much room lines of text take, with what is around them.
fn size<'a>(lines: impl Iterator<Item = &'a str>) -> (f64, f64) {
    let (columns, count) = lines.fold((0, 0), |(columns, count), line| (columns.max(line.width()), count + 1));
    (pixels(columns) + 2.0 * PADDING, f64::from(count) * LINE + PADDING)
}

/// How wide that many columns are.
fn pixels(columns: usize) -> f64 {
    f64::from(u32::try_from(columns).unwrap_or(u32::MAX)) * COLUMN
}

/// How many columns fit into a width.
pub(super) fn columns(width: f64) -> usize {
    let mut columns = 0;
    while columns < 400 && pixels(columns + 1) <= width {
        columns += 1;
    }
    columns
}

fn read(drawing: &Drawing, graph: &Graph<NodeLabel, EdgeLabel>) -> Option<Laid> {
    let mut items = Vec::new();
    for index in 0..drawing.items.len() {
        let node = graph.node(&name(index))?;
        let (x, y) = (node.x?, node.y?);
        let place =
            Rectangle { x: x - node.width / 2.0, y: y - node.height / 2.0, width: node.width, height: node.height };
        items.push(place);
    }
    enclose(drawing, &mut items);
    let mut edges = Vec::new();
    for (index, edge) in drawing.edges.iter().enumerate() {
        let laid = graph.edge(&name(edge.from), &name(edge.to), Some(&name(index)))?;
        let points: Vec<(f64, f64)> = laid.points.iter().map(|point| (point.x, point.y)).collect();
        let middle = points.get(points.len() / 2).copied()?;
        edges.push(Way { label: (laid.x.unwrap_or(middle.0), laid.y.unwrap_or(middle.1)), points });
    }
    shifted(Laid { width: 0.0, height: 0.0, items, edges }, drawing)
}

/// Gives boxes room for their own names above what they hold; the inner ones first.
fn enclose(drawing: &Drawing, items: &mut [Rectangle]) {
    for index in (0..drawing.items.len()).rev() {
        if !drawing.holds_something(index) {
            continue;
        }
        let notes = drawing.items.get(index).map_or(0, |item| item.notes.len());
        let title = LINE * f64::from(u32::try_from(notes + 1).unwrap_or(1)) + 4.0;
        let inner = drawing.inside(Some(index));
        let inner: Vec<Rectangle> = inner.into_iter().filter_map(|inner| items.get(inner).copied()).collect();
        let top = inner.iter().map(|inner| inner.y).fold(f64::INFINITY, f64::min) - title;
        let bottom = inner.iter().map(|inner| inner.y + inner.height).fold(f64::NEG_INFINITY, f64::max) + PADDING;
        let Some(place) = items.get_mut(index) else { continue };
        (place.y, place.height) = (top, bottom - top);
    }
}

/// Everything moved so that it starts at the margin; `None` where a coordinate is no number.
fn shifted(mut laid: Laid, drawing: &Drawing) -> Option<Laid> {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for item in &laid.items {
        corners.extend([(item.x, item.y), (item.x + item.width, item.y + item.height)]);
    }
    for (way, edge) in laid.edges.iter().zip(&drawing.edges) {
        corners.extend(&way.points);
        let (width, height) = size(shown_label(drawing, edge).iter().map(String::as_str));
        let (x, y) = way.label;
        corners.extend([(x - width / 2.0, y - height / 2.0), (x + width / 2.0, y + height / 2.0)]);
    }
    if corners.iter().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
        return None;
    }
    let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::INFINITY, f64::min);
    let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).fold(f64::NEG_INFINITY, f64::max);
    let (left, top, right, bottom) = if corners.is_empty() {
        (0.0, 0.0, 0.0, 0.0)
    } else {
        (least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1))
    };
    let (x, y) = (MARGIN - left, MARGIN - top);
    for item in &mut laid.items {
        (item.x, item.y) = (item.x + x, item.y + y);
    }
    for way in &mut laid.edges {
        way.label = (way.label.0 + x, way.label.1 + y);
        for point in &mut way.points {
            *point = (point.0 + x, point.1 + y);
        }
    }
    (laid.width, laid.height) = (right - left + 2.0 * MARGIN, bottom - top + 2.0 * MARGIN);
    Some(laid)
}
