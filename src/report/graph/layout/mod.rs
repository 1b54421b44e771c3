//! Where everything goes.
//!
//! Boxes are filled from the inside out, and what connects is laid out in layers, each group of things that nothing
//! connects to others on its own. The layers, the order within them and the ways between them come from `dagre`.
//!
//! | module | holds |
//! | --- | --- |
//! | [`text`] | how much room a text takes |
//! | [`piece`] | a part of the picture that was laid out, and rows of such |
//! | [`block`] | a box with everything in it |
//! | [`layers`] | blocks with connections between them |
//! | [`ways`] | connections from end to end |

mod block;
mod layers;
mod piece;
#[cfg(test)]
mod tests;
mod text;
mod ways;

use std::collections::BTreeMap;

use super::drawing::{Drawing, Shape};
use super::nest::Nest;
use block::Blocks;
pub(super) use piece::{Piece, Rectangle, Way};
pub(super) use text::{LABEL_LINE, LINE, PADDING, columns, item_lines, label_lines, shortened};

/// Room around everything.
const MARGIN: f64 = 24.0;
/// Room between parts that nothing connects.
const GAP: f64 = 36.0;

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
    let nest = Nest::of(drawing);
    let blocks = Blocks::new(drawing, &nest);
    let is_unit = |index: &usize| drawing.items.get(*index).is_some_and(|item| item.shape == Shape::Unit);
    let (units, others): (Vec<usize>, Vec<usize>) = nest.outer.iter().copied().partition(is_unit);
    let mut pieces = Vec::new();
    if !others.is_empty() {
        pieces.push(group(drawing, &blocks, &others)?);
    }
    for unit in units {
        let inner = group(drawing, &blocks, nest.inside(unit))?;
        pieces.push(blocks.framed(unit, inner));
    }
    let mut whole = piece::rows(pieces, GAP);
    whole.shift(MARGIN, MARGIN);
    settled(drawing, whole)
}

/// Blocks and the connections between them: what is connected in layers, the rest beneath in rows.
fn group(drawing: &Drawing, blocks: &Blocks<'_>, members: &[usize]) -> Option<Piece> {
    let mut pieces = Vec::new();
    let mut quiet = Vec::new();
    for component in components(drawing, blocks, members) {
        match component.as_slice() {
            [only] if blocks.is_quiet(*only) => quiet.push(*only),
            members => pieces.push(layers::lay_out(drawing, blocks, members)?),
        }
    }
    pieces.sort_by(|a, b| b.area().total_cmp(&a.area()));
    let mut connected = piece::rows(pieces, GAP);
    let narrow = blocks.narrow();
    let mut left = Vec::new();
    for index in quiet {
        // As it is best, or at least as it fits beside what is connected.
        let best = blocks.piece(index);
        let fits = |piece: Piece| corner(drawing, &connected, &piece).map(|place| (piece, place));
        match fits(best.clone()).or_else(|| fits(narrow.piece(index))) {
            Some((piece, (x, y))) => connected.take(piece, x, y),
            None => left.push(best),
        }
    }
    // Alike ones side by side.
    left.sort_by(|a, b| b.height.total_cmp(&a.height));
    let quiet = piece::rows_within(left, PADDING * 2.0, connected.width);
    Some(piece::column([connected, quiet].into_iter().filter(|piece| !piece.items.is_empty()), GAP))
}

/// The corner of a part of the picture where there is room for a piece.
fn corner(drawing: &Drawing, whole: &Piece, piece: &Piece) -> Option<(f64, f64)> {
    let (right, bottom) = (whole.width - piece.width, whole.height - piece.height);
    let taken = taken(drawing, whole);
    let is_free = |(x, y): &(f64, f64)| {
        let (end_x, end_y) = (x + piece.width + GAP, y + piece.height + GAP);
        let is_off = |other: &Rectangle| {
            other.x > end_x || other.right() < x - GAP || other.y > end_y || other.y + other.height < y - GAP
        };
        *x >= 0.0 && *y >= 0.0 && taken.iter().all(is_off)
    };
    [(0.0, 0.0), (0.0, bottom), (right, 0.0), (right, bottom)].into_iter().find(is_free)
}

/// What the items, the ways and the words of a piece take.
fn taken(drawing: &Drawing, piece: &Piece) -> Vec<Rectangle> {
    let mut taken: Vec<Rectangle> = piece.items.iter().map(|(_, place)| *place).collect();
    for (index, way) in &piece.edges {
        for pair in way.points.windows(2) {
            let [(a, b), (c, d)] = pair else { continue };
            taken.push(Rectangle { x: a.min(*c), y: b.min(*d), width: (a - c).abs(), height: (b - d).abs() });
        }
        let (width, height) = drawing.edges.get(*index).map_or((0.0, 0.0), text::label_size);
        let (x, y) = (way.label.0 - width / 2.0, way.label.1 - height / 2.0);
        taken.push(Rectangle { x, y, width, height });
    }
    taken
}

/// Members that connections join, directly or by others; in the order of their first members.
fn components(drawing: &Drawing, blocks: &Blocks<'_>, members: &[usize]) -> Vec<Vec<usize>> {
    let mut owner: BTreeMap<usize, usize> = BTreeMap::new();
    for member in members {
        owner.extend(blocks.nest.all_in(*member).into_iter().map(|inner| (inner, *member)));
    }
    let mut lowest: BTreeMap<usize, usize> = members.iter().map(|member| (*member, *member)).collect();
    for edge in &drawing.edges {
        let (Some(from), Some(to)) = (owner.get(&edge.from), owner.get(&edge.to)) else { continue };
        let (a, b) = (find(&mut lowest, *from), find(&mut lowest, *to));
        lowest.insert(a.max(b), a.min(b));
    }
    let mut components: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for member in members {
        components.entry(find(&mut lowest, *member)).or_default().push(*member);
    }
    components.into_values().collect()
}

/// The lowest member that this one is joined with.
fn find(lowest: &mut BTreeMap<usize, usize>, member: usize) -> usize {
    let mut at = member;
    while let Some(next) = lowest.get(&at).copied().filter(|next| *next != at) {
        // Half the way for the next one.
        let further = lowest.get(&next).copied().unwrap_or(next);
        lowest.insert(at, further);
        at = next;
    }
    at
}

/// The places in the order of items and edges; `None` where one is missing or no number.
fn settled(drawing: &Drawing, whole: Piece) -> Option<Laid> {
    let (width, height) = (whole.width + 2.0 * MARGIN, whole.height + 2.0 * MARGIN);
    let mut items = vec![None; drawing.items.len()];
    for (index, place) in whole.items {
        *items.get_mut(index)? = Some(place).filter(|place| place.is_finite());
    }
    let mut edges = vec![None; drawing.edges.len()];
    for (index, way) in whole.edges {
        *edges.get_mut(index)? = Some(way).filter(Way::is_finite);
    }
    let (items, edges) =
        (items.into_iter().collect::<Option<Vec<_>>>()?, edges.into_iter().collect::<Option<Vec<_>>>()?);
    Some(Laid { width, height, items, edges })
}
