//! Connections from end to end: level through the layers, and bent only between them, where nothing else is.

use std::collections::BTreeMap;

use super::layers::Link;
use super::piece::{Piece, Rectangle, Way};
use super::text::label_size;
use crate::report::graph::drawing::{Drawing, Edge};

/// How far a connection within a box goes beside it.
const LANE: f64 = 22.0;
/// Room between the words on connections within a box.
const BETWEEN: f64 = 4.0;

/// The points between the ends of a link, one for each layer that it crosses.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) label: (f64, f64),
}

/// The side of an item that a connection touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Left,
    Right,
}

/// Connections between blocks.
pub(super) fn between(
    drawing: &Drawing,
    items: &BTreeMap<usize, Rectangle>,
    blocks: &[Rectangle],
    links: &[Link],
    tracks: &[Track],
) -> Vec<(usize, Way)> {
    let layers = Layers::of(drawing, blocks, links, tracks);
    let ports = ports(drawing, items, blocks, links, tracks);
    let mut ways = Vec::new();
    for (number, (link, track)) in links.iter().zip(tracks).enumerate() {
        let (Some(start), Some(end)) = (ports.get(&(number, true)), ports.get(&(number, false))) else { continue };
        let mut points = vec![(start.x, start.y)];
        let forward = start.side == Side::Right;
        points.push(layers.through(start.block, start.y, forward)[1]);
        for (x, y) in &track.points {
            points.extend(layers.through(*x, *y, forward));
        }
        points.push(layers.through(end.block, end.y, forward)[0]);
        points.push((end.x, end.y));
        ways.push((link.edge, Way { points: level(points, forward), label: track.label }));
    }
    ways
}

/// Points without those that would lead back: the side of an item may be further than that of its layer.
fn level(points: Vec<(f64, f64)>, forward: bool) -> Vec<(f64, f64)> {
    let last = points.len().saturating_sub(1);
    let goes_on = |from: f64, to: f64| if forward { to >= from - 0.5 } else { to <= from + 0.5 };
    let mut kept: Vec<(f64, f64)> = Vec::new();
    for (number, point) in points.into_iter().enumerate() {
        if number == last || kept.last().is_none_or(|before| goes_on(before.0, point.0)) {
            kept.push(point);
        }
    }
    kept
}

/// How far the layers reach, by their middles.
struct Layers(BTreeMap<i64, f64>);

impl Layers {
    fn of(drawing: &Drawing, blocks: &[Rectangle], links: &[Link], tracks: &[Track]) -> Self {
        let mut layers = Self(BTreeMap::new());
        for block in blocks {
            layers.widen(block.x + block.width / 2.0, block.width / 2.0);
        }
        for (link, track) in links.iter().zip(tracks) {
            let width = drawing.edges.get(link.edge).map_or(0.0, |edge| label_size(edge).0);
            layers.widen(track.label.0, width / 2.0);
        }
        layers
    }

    #[allow(clippy::cast_possible_truncation, reason = "a key for numbers that are equal but for their last digits")]
    fn key(x: f64) -> i64 {
        (x * 2.0).round() as i64
    }

    fn widen(&mut self, x: f64, half: f64) {
        let known = self.0.entry(Self::key(x)).or_insert(half);
        *known = known.max(half);
    }

    /// Level through a layer: where a way comes in, and where it goes out.
    fn through(&self, x: f64, y: f64, forward: bool) -> [(f64, f64); 2] {
        let key = Self::key(x);
        let near = [key, key - 1, key + 1].iter().find_map(|key| self.0.get(key));
        let half = near.copied().unwrap_or(0.0) * if forward { 1.0 } else { -1.0 };
        [(x - half, y), (x + half, y)]
    }
}

/// Where a connection touches an item.
struct Port {
    side: Side,
    /// The middle of the layer that the item is in.
    block: f64,
    x: f64,
    y: f64,
}

/// What touches an item: how high it leads, the number of the link, whether it starts there, and the middle of the block.
type Touch = (f64, usize, bool, f64);

/// For each number of a link, and for its start and its end, where it touches. Those that touch one side of an item are
/// spread over it in the order of where they lead.
fn ports(
    drawing: &Drawing,
    items: &BTreeMap<usize, Rectangle>,
    blocks: &[Rectangle],
    links: &[Link],
    tracks: &[Track],
) -> BTreeMap<(usize, bool), Port> {
    let mut sides: BTreeMap<(usize, Side), Vec<Touch>> = BTreeMap::new();
    for (number, (link, track)) in links.iter().zip(tracks).enumerate() {
        let Some(edge) = drawing.edges.get(link.edge) else { continue };
        let ends = [(edge.from, link.from, true, track.points.first()), (edge.to, link.to, false, track.points.last())];
        for (item, block, is_start, toward) in ends {
            let (Some(block), Some((x, y))) = (blocks.get(block), toward) else { continue };
            let middle = block.x + block.width / 2.0;
            let side = if *x >= middle { Side::Right } else { Side::Left };
            sides.entry((item, side)).or_default().push((*y, number, is_start, middle));
        }
    }
    let mut ports = BTreeMap::new();
    for ((item, side), mut ends) in sides {
        let Some(place) = items.get(&item) else { continue };
        ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let x = if side == Side::Right { place.right() } else { place.x };
        let step = place.height / f64::from(u32::try_from(ends.len() + 1).unwrap_or(u32::MAX));
        let mut y = place.y;
        for (_, number, is_start, block) in ends {
            y += step;
            ports.insert((number, is_start), Port { side, block, x, y });
        }
    }
    ports
}

/// The room that the connections within a block take on its right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gutter {
    width: f64,
    /// Of all the words on them, one below the other.
    height: f64,
}

impl Gutter {
    pub(super) fn of(drawing: &Drawing, inner: &[Link], block: usize) -> Self {
        let edges = inner.iter().filter(|link| link.from == block).filter_map(|link| drawing.edges.get(link.edge));
        edges.map(label_size).fold(Self { width: 0.0, height: 0.0 }, |gutter, (width, height)| Self {
            width: gutter.width.max(LANE + width + BETWEEN),
            height: gutter.height + height + BETWEEN,
        })
    }

    pub(super) fn add_to(self, piece: &mut Piece) {
        piece.width += self.width;
        piece.height = piece.height.max(self.height);
    }
}

/// Connections within a block go around on its right, the words one below the other.
pub(super) fn within(
    drawing: &Drawing,
    items: &BTreeMap<usize, Rectangle>,
    blocks: &[Rectangle],
    gutters: &[Gutter],
    inner: &[Link],
) -> Vec<(usize, Way)> {
    let mut loops: Vec<(f64, &Link, &Edge, Rectangle, Rectangle)> = Vec::new();
    for link in inner {
        let Some(edge) = drawing.edges.get(link.edge) else { continue };
        let (Some(from), Some(to)) = (items.get(&edge.from), items.get(&edge.to)) else { continue };
        loops.push((f64::midpoint(from.middle(), to.middle()), link, edge, *from, *to));
    }
    loops.sort_by(|a, b| (a.1.from).cmp(&b.1.from).then(a.0.total_cmp(&b.0)).then(a.1.edge.cmp(&b.1.edge)));
    // For each block where the next words may begin, and how much room the words to come take.
    let mut next: Vec<(f64, f64)> =
        blocks.iter().zip(gutters).map(|(block, gutter)| (block.y, gutter.height)).collect();
    let mut ways = Vec::new();
    for (middle, link, edge, from, to) in loops {
        let (Some(block), Some(gutter)) = (blocks.get(link.from), gutters.get(link.from)) else { continue };
        let Some((top, left)) = next.get_mut(link.from) else { continue };
        let (width, height) = label_size(edge);
        let y = (middle - height / 2.0).min(block.y + block.height - *left).max(*top);
        (*top, *left) = (y + height + BETWEEN, *left - height - BETWEEN);
        let side = block.right() - gutter.width;
        let lane = side + LANE;
        // An item that connects to itself leaves and enters at different heights.
        let apart = if edge.from == edge.to { from.height / 4.0 } else { 0.0 };
        let (start, end) = (from.middle() - apart, to.middle() + apart);
        let points =
            vec![(from.right(), start), (side, start), (lane, start), (lane, end), (side, end), (to.right(), end)];
        ways.push((link.edge, Way { points, label: (lane + width / 2.0, y + height / 2.0) }));
    }
    ways
}
