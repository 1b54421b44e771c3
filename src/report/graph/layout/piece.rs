//! A part of the picture that was laid out, and rows of such.

/// A rectangle by its corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in super::super) struct Rectangle {
    pub(in super::super) x: f64,
    pub(in super::super) y: f64,
    pub(in super::super) width: f64,
    pub(in super::super) height: f64,
}

/// The way of an edge and the middle of its label.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Way {
    pub(in super::super) points: Vec<(f64, f64)>,
    pub(in super::super) label: (f64, f64),
}

/// Items and edges with their places, from the corner of the piece on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Piece {
    pub(in super::super) width: f64,
    pub(in super::super) height: f64,
    pub(in super::super) items: Vec<(usize, Rectangle)>,
    pub(in super::super) edges: Vec<(usize, Way)>,
}

impl Rectangle {
    pub(super) fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }

    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn is_finite(&self) -> bool {
        [self.x, self.y, self.width, self.height].iter().all(|number| number.is_finite())
    }
}

impl Way {
    pub(super) fn is_finite(&self) -> bool {
        self.points.iter().chain([&self.label]).all(|(x, y)| x.is_finite() && y.is_finite())
    }
}

impl Piece {
    pub(super) fn area(&self) -> f64 {
        self.width * self.height
    }

    /// Moves everything in it.
    pub(super) fn shift(&mut self, x: f64, y: f64) {
        for (_, place) in &mut self.items {
            (place.x, place.y) = (place.x + x, place.y + y);
        }
        for (_, way) in &mut self.edges {
            way.label = (way.label.0 + x, way.label.1 + y);
            for point in &mut way.points {
                *point = (point.0 + x, point.1 + y);
            }
        }
    }

    /// Takes in what is in another piece, at a place.
    pub(super) fn take(&mut self, mut other: Self, x: f64, y: f64) {
        other.shift(x, y);
        self.width = self.width.max(x + other.width);
        self.height = self.height.max(y + other.height);
        self.items.append(&mut other.items);
        self.edges.append(&mut other.edges);
    }
}

/// Pieces one below the other.
pub(super) fn column(pieces: impl IntoIterator<Item = Piece>, gap: f64) -> Piece {
    let mut whole = Piece::default();
    for piece in pieces {
        let y = if whole.items.is_empty() { 0.0 } else { whole.height + gap };
        whole.take(piece, 0.0, y);
    }
    whole
}

/// Pieces in rows, about as wide as a screen is to its height.
pub(super) fn rows(pieces: Vec<Piece>, gap: f64) -> Piece {
    let area: f64 = pieces.iter().map(|piece| (piece.width + gap) * (piece.height + gap)).sum();
    rows_within(pieces, gap, (area * 1.5).sqrt())
}

/// Pieces in rows of a width, which a piece that is wider exceeds. A lower piece finds its place below another of the
/// same row where there is room.
pub(super) fn rows_within(pieces: Vec<Piece>, gap: f64, width: f64) -> Piece {
    let widest = pieces.iter().map(|piece| piece.width).fold(width, f64::max);
    let mut whole = Piece::default();
    // The corner of the column that is being filled, and where the next column and the next row begin.
    let (mut x, mut y, mut next_x, mut top, mut bottom) = (0.0, 0.0, 0.0_f64, 0.0, 0.0_f64);
    for piece in pieces {
        let fits_below = y > top && y + piece.height <= bottom - gap && x + piece.width <= widest;
        if !fits_below {
            (x, y) = (next_x, top);
            if x > 0.0 && x + piece.width > widest {
                (x, y, next_x) = (0.0, bottom, 0.0);
                top = bottom;
            }
        }
        let (wide, high) = (piece.width, piece.height);
        whole.take(piece, x, y);
        next_x = next_x.max(x + wide + gap);
        y += high + gap;
        bottom = bottom.max(y);
    }
    whole
}
