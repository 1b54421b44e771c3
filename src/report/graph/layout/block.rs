//! A box with everything in it: what has connections in a column, the rest in a grid beneath.

use super::piece::{Piece, Rectangle, column, rows_within};
use super::text::{LINE, PADDING, item_size};
use crate::report::graph::drawing::{Drawing, Item, Shape};
use crate::report::graph::nest::Nest;

/// How high the tip of an arrow is: an item is as high as those at it.
const TIP: f64 = 7.0;
/// As high an item becomes for the arrows that end at it.
const HIGHEST: f64 = 240.0;
/// Room between items of a box.
const BETWEEN: f64 = 7.0;
/// As wide a grid may be, where nothing else makes its box wide, and it is not very long.
const GRID: f64 = 520.0;

/// What the items of a drawing need.
pub(super) struct Blocks<'a> {
    drawing: &'a Drawing,
    pub(super) nest: &'a Nest,
    /// How many connections end at an item, or at what is in it.
    ends: Vec<usize>,
    /// As wide a grid may be.
    grid: f64,
    /// Where an item is wanted among those that it stands with; the higher the lower.
    pub(super) wanted: Vec<f64>,
}

impl<'a> Blocks<'a> {
    pub(super) fn new(drawing: &'a Drawing, nest: &'a Nest) -> Self {
        let mut ends = nest.ends(&drawing.edges);
        for (index, item) in drawing.items.iter().enumerate().rev() {
            let own = ends.get(index).copied().unwrap_or(0);
            item.within.and_then(|outer| ends.get_mut(outer)).into_iter().for_each(|count| *count += own);
        }
        let wanted = (0..drawing.items.len()).map(|index| f64::from(u32::try_from(index).unwrap_or(u32::MAX)));
        Self { drawing, nest, ends, grid: GRID, wanted: wanted.collect() }
    }

    /// The same, with narrow grids.
    pub(super) fn narrow(&self) -> Self {
        Self { wanted: self.wanted.clone(), ends: self.ends.clone(), grid: GRID / 2.0, ..*self }
    }

    /// Whether no connection ends at an item or in it.
    pub(super) fn is_quiet(&self, index: usize) -> bool {
        self.ends.get(index).is_none_or(|count| *count == 0)
    }

    /// The same, with other places among those that they stand with.
    pub(super) fn sorted(&self, wanted: Vec<f64>) -> Self {
        Self { wanted, ends: self.ends.clone(), ..*self }
    }

    fn item(&self, index: usize) -> Option<&Item> {
        self.drawing.items.get(index)
    }

    /// An item with everything in it.
    pub(super) fn piece(&self, index: usize) -> Piece {
        self.stretched(index, 0.0)
    }

    /// An item with everything in it, at least that wide.
    fn stretched(&self, index: usize, least: f64) -> Piece {
        if !self.nest.holds_something(index) {
            let (width, height) = self.item(index).map_or((0.0, 0.0), item_size);
            let ends = self.ends.get(index).copied().and_then(|ends| u32::try_from(ends).ok()).unwrap_or(0);
            let (width, height) = (width.max(least), height.max((f64::from(ends) * TIP).min(HIGHEST)));
            let place = Rectangle { x: 0.0, y: 0.0, width, height };
            return Piece { width, height, items: vec![(index, place)], edges: Vec::new() };
        }
        let (quiet, mut busy): (Vec<usize>, Vec<usize>) =
            self.nest.inside(index).iter().copied().partition(|inner| self.is_quiet(*inner));
        let wanted = |index: usize| self.wanted.get(index).copied().unwrap_or(0.0);
        busy.sort_by(|a, b| wanted(*a).total_cmp(&wanted(*b)).then(a.cmp(b)));
        let widest = busy.iter().map(|inner| self.piece(*inner).width).fold(least - 2.0 * PADDING, f64::max);
        let busy = column(busy.iter().map(|inner| self.stretched(*inner, widest)), BETWEEN);
        // Boxes first: what stands in none would be between them.
        let mut quiet: Vec<Piece> = quiet.into_iter().map(|inner| self.piece(inner)).collect();
        quiet.sort_by(|a, b| b.height.total_cmp(&a.height));
        let area: f64 = quiet.iter().map(|piece| (piece.width + BETWEEN) * (piece.height + BETWEEN)).sum();
        let room = if busy.items.is_empty() { self.grid } else { widest.max(GRID / 2.0) };
        // Of very many a grid that is not much higher than wide.
        let quiet = self.even(quiet, room.max((area * self.grid / GRID).sqrt()));
        let inner = column([busy, quiet].into_iter().filter(|piece| !piece.items.is_empty()), BETWEEN);
        self.framed(index, Piece { width: inner.width.max(least - 2.0 * PADDING), ..inner })
    }

    /// Pieces without connections in a grid: items have one width each, so that they stand in columns.
    fn even(&self, pieces: Vec<Piece>, room: f64) -> Piece {
        let widest = pieces.iter().map(|piece| piece.width).fold(0.0, f64::max);
        let is_single = |piece: &Piece| piece.items.len() == 1;
        let singles = pieces.iter().filter(|piece| is_single(piece)).count();
        if singles < pieces.len() || singles < 2 {
            return rows_within(pieces, BETWEEN, room);
        }
        let stretch = |mut piece: Piece| {
            piece.width = widest;
            piece.items.iter_mut().for_each(|(_, place)| place.width = widest);
            piece
        };
        rows_within(pieces.into_iter().map(stretch).collect(), BETWEEN, room)
    }

    /// A box around what was laid out.
    pub(super) fn framed(&self, index: usize, inner: Piece) -> Piece {
        let Some(item) = self.item(index) else { return inner };
        let (title_width, title_height) = item_size(item);
        let top = title_height - PADDING + 6.0;
        let around = if item.shape == Shape::Unit { 2.0 * PADDING } else { PADDING };
        let mut whole =
            Piece { items: vec![(index, Rectangle { x: 0.0, y: 0.0, width: 0.0, height: 0.0 })], ..Piece::default() };
        whole.take(inner, around, top + if item.shape == Shape::Unit { LINE } else { 0.0 });
        whole.width = (whole.width + around).max(title_width);
        whole.height += around;
        if let Some((_, place)) = whole.items.first_mut() {
            (place.width, place.height) = (whole.width, whole.height);
        }
        whole
    }
}
