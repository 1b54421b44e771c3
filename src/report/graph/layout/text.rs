//! How much room a text takes.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::report::graph::drawing::{Edge, Item};

/// A column of the text of an item, in pixels; on the wide side, since fonts differ.
const COLUMN: f64 = 6.6;
/// A column of the text of an edge.
const LABEL_COLUMN: f64 = 6.0;
/// The height of a line of text.
pub(in super::super) const LINE: f64 = 15.0;
/// The height of a line on an edge.
pub(in super::super) const LABEL_LINE: f64 = 12.0;
/// Room between the text of an item and its edge.
pub(in super::super) const PADDING: f64 = 9.0;
/// What is longer is cut; all of it shows when one points at it.
const LONGEST: usize = 56;

/// The lines of an item.
pub(in super::super) fn item_lines(item: &Item) -> impl Iterator<Item = String> {
    [&item.address].into_iter().chain(&item.notes).map(|line| shortened(line, LONGEST))
}

/// The lines on an edge.
pub(in super::super) fn label_lines(edge: &Edge) -> Vec<String> {
    edge.label.iter().map(|line| shortened(line, LONGEST)).collect()
}

/// How much room an item takes.
pub(super) fn item_size(item: &Item) -> (f64, f64) {
    let (columns, lines) = extent(item_lines(item));
    (pixels(columns, COLUMN) + 2.0 * PADDING, lines * LINE + PADDING)
}

/// How much room the words on an edge take.
pub(super) fn label_size(edge: &Edge) -> (f64, f64) {
    let (columns, lines) = extent(label_lines(edge).into_iter());
    if lines == 0.0 { (0.0, 0.0) } else { (pixels(columns, LABEL_COLUMN) + PADDING, lines * LABEL_LINE + 8.0) }
}

fn extent(lines: impl Iterator<Item = String>) -> (usize, f64) {
    lines.fold((0, 0.0), |(columns, count), line| (columns.max(line.width()), count + 1.0))
}

/// How wide that many columns are.
fn pixels(columns: usize, column: f64) -> f64 {
    f64::from(u32::try_from(columns).unwrap_or(u32::MAX)) * column
}

/// How many columns fit into a width.
pub(in super::super) fn columns(width: f64) -> usize {
    (1..400).take_while(|columns| pixels(*columns, COLUMN) <= width).count()
}

/// As much of a text as fits into some columns.
pub(in super::super) fn shortened(text: &str, room: usize) -> String {
    let width = |c: char| c.width().unwrap_or(1);
    if text.chars().map(width).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += width(*c);
        used <= room
    };
    let mut short: String = text.chars().take_while(fits).collect();
    short.push('…');
    short
}
