//! Blocks with connections between them, in layers from left to right.

use std::collections::BTreeMap;

use dagre::graph::{Graph, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};

use super::block::Blocks;
use super::piece::{Piece, Rectangle};
use super::text::label_size;
use super::ways::{self, Gutter, Track};
use crate::report::graph::drawing::Drawing;

/// Room between layers; `dagre` halves it, for the layers of the labels.
const BETWEEN_LAYERS: f64 = 124.0;

/// A connection within the group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    /// The number of the edge.
    pub(super) edge: usize,
    /// The block that it starts in.
    pub(super) from: usize,
    /// The block that it ends in.
    pub(super) to: usize,
}

/// Lays out blocks that connections join.
pub(super) fn lay_out(drawing: &Drawing, blocks: &Blocks<'_>, members: &[usize]) -> Option<Piece> {
    let mut owner: BTreeMap<usize, usize> = BTreeMap::new();
    for (number, member) in members.iter().enumerate() {
        owner.extend(blocks.nest.all_in(*member).into_iter().map(|inner| (inner, number)));
    }
    let links = drawing
        .edges
        .iter()
        .enumerate()
        .filter_map(|(edge, ends)| Some(Link { edge, from: *owner.get(&ends.from)?, to: *owner.get(&ends.to)? }));
    let (inner, links): (Vec<Link>, Vec<Link>) = links.partition(|link| link.from == link.to);
    let mut pieces: Vec<Piece> = members.iter().map(|member| blocks.piece(*member)).collect();
    let gutters: Vec<Gutter> = (0..members.len()).map(|number| Gutter::of(drawing, &inner, number)).collect();
    for (piece, gutter) in pieces.iter_mut().zip(&gutters) {
        gutter.add_to(piece);
    }
    let (places, tracks) = layers(drawing, &pieces, &links)?;
    let sorted = blocks.sorted(wanted(drawing, blocks, &links, &tracks));
    let mut whole = Piece::default();
    for ((member, place), gutter) in members.iter().zip(&places).zip(&gutters) {
        let mut piece = sorted.piece(*member);
        gutter.add_to(&mut piece);
        whole.take(piece, place.x, place.y);
    }
    let found: BTreeMap<usize, Rectangle> = whole.items.iter().copied().collect();
    let mut edges = ways::between(drawing, &found, &places, &links, &tracks);
    edges.extend(ways::within(drawing, &found, &places, &gutters, &inner));
    whole.edges = edges;
    Some(fitted(drawing, whole))
}

/// The places of blocks, and for each link the ways between the layers.
fn layers(drawing: &Drawing, pieces: &[Piece], links: &[Link]) -> Option<(Vec<Rectangle>, Vec<Track>)> {
    let mut graph = Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for (number, piece) in pieces.iter().enumerate() {
        let label = NodeLabel { width: piece.width, height: piece.height, ..NodeLabel::default() };
        graph.set_node(name(number), Some(label));
    }
    for link in links {
        let (width, height) = drawing.edges.get(link.edge).map_or((0.0, 0.0), label_size);
        let label = EdgeLabel { width, height, labelpos: LabelPos::Center, ..EdgeLabel::default() };
        graph.set_edge(name(link.from), name(link.to), Some(label), Some(&name(link.edge)));
    }
    // A graph of one node without edges has nothing to be laid out.
    if !links.is_empty() {
        let options = LayoutOptions {
            rankdir: RankDir::LR,
            nodesep: 22.0,
            edgesep: 10.0,
            ranksep: BETWEEN_LAYERS,
            ..LayoutOptions::default()
        };
        dagre::layout(&mut graph, Some(options));
    }
    let mut places = Vec::new();
    for (number, piece) in pieces.iter().enumerate() {
        let node = graph.node(&name(number))?;
        let (x, y) = if links.is_empty() { (0.0, 0.0) } else { (node.x?, node.y?) };
        let (width, height) = (piece.width, piece.height);
        places.push(Rectangle { x: x - width / 2.0, y: y - height / 2.0, width, height });
    }
    let mut tracks = Vec::new();
    for link in links {
        let laid = graph.edge(&name(link.from), &name(link.to), Some(&name(link.edge)))?;
        let points: Vec<(f64, f64)> = laid.points.iter().map(|point| (point.x, point.y)).collect();
        let between = points.get(1..points.len().saturating_sub(1)).unwrap_or_default();
        let middle = between.get(between.len() / 2).or(points.first()).copied()?;
        tracks.push(Track {
            points: if between.is_empty() { vec![middle] } else { between.to_vec() },
            label: (laid.x.unwrap_or(middle.0), laid.y.unwrap_or(middle.1)),
        });
    }
    Some((places, tracks))
}

fn name(number: usize) -> String {
    number.to_string()
}

/// Where the items of a block are wanted: as high as what they connect to, so that few ways cross.
fn wanted(drawing: &Drawing, blocks: &Blocks<'_>, links: &[Link], tracks: &[Track]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); drawing.items.len()];
    for (link, track) in links.iter().zip(tracks) {
        let Some(edge) = drawing.edges.get(link.edge) else { continue };
        let ends = [(edge.from, track.points.first()), (edge.to, track.points.last())];
        for (item, point) in ends {
            let around =
                std::iter::successors(Some(item), |item| drawing.items.get(*item).and_then(|item| item.within));
            for item in around {
                let (Some((sum, count)), Some((_, y))) = (sums.get_mut(item), point) else { continue };
                (*sum, *count) = (*sum + y, *count + 1.0);
            }
        }
    }
    let or_before = sums.into_iter().zip(&blocks.wanted);
    or_before.map(|((sum, count), before)| if count > 0.0 { sum / count } else { *before }).collect()
}

/// A piece that begins where the first thing in it does, and ends with the last.
fn fitted(drawing: &Drawing, mut piece: Piece) -> Piece {
    let mut corners: Vec<(f64, f64)> = Vec::new();
    for (_, item) in &piece.items {
        corners.extend([(item.x, item.y), (item.x + item.width, item.y + item.height)]);
    }
    for (index, way) in &piece.edges {
        corners.extend(&way.points);
        let (width, height) = drawing.edges.get(*index).map_or((0.0, 0.0), label_size);
        let (x, y) = way.label;
        corners.extend([(x - width / 2.0, y - height / 2.0), (x + width / 2.0, y + height / 2.0)]);
    }
    let least = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).reduce(f64::min).unwrap_or(0.0);
    let most = |pick: fn(&(f64, f64)) -> f64| corners.iter().map(pick).reduce(f64::max).unwrap_or(0.0);
    let (left, top, right, bottom) = (least(|c| c.0), least(|c| c.1), most(|c| c.0), most(|c| c.1));
    piece.shift(-left, -top);
    (piece.width, piece.height) = (right - left, bottom - top);
    piece
}
