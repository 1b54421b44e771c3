//! Whatever the drawing: everything gets a place, and nothing covers anything else.

#![allow(clippy::indexing_slicing, reason = "a test may panic")]

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Laid, Rectangle, lay_out, text};
use crate::report::graph::drawing::{Drawing, Edge, EdgeKind, Item, Shape};
use crate::report::graph::nest::Nest;

/// An item: its name, the box that it is in if it falls to one, and how likely that is.
type Seed = (String, Index, u8);

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,12}/[a-z0-9-]{1,30}",
        1 => "\\PC{0,20}",
        1 => "[a-zß测]{60,90}",
    ]
}

fn drawing(items: usize, edges: usize) -> impl Strategy<Value = Drawing> {
    let items = proptest::collection::vec((name(), any::<Index>(), 0u8..8), 1..items);
    let edges = proptest::collection::vec((any::<Index>(), any::<Index>(), 0u8..4), 0..edges);
    (items, edges).prop_map(|(items, edges)| drawn(&items, &edges))
}

fn drawn(seeds: &[Seed], ends: &[(Index, Index, u8)]) -> Drawing {
    let mut drawing = Drawing::default();
    let mut depths = Vec::new();
    for (number, (address, place, chance)) in seeds.iter().enumerate() {
        let outer = (number > 0 && *chance > 3).then(|| place.index(number));
        let outer = outer.filter(|outer| depths[*outer] < 3);
        depths.push(outer.map_or(0, |outer| depths[outer] + 1));
        let shape = if outer.is_some() { Shape::Inner } else { Shape::Box };
        let notes = if *chance == 7 { vec!["peered with another".to_owned()] } else { Vec::new() };
        let (address, alike) = (address.clone(), Vec::new());
        drawing.items.push(Item { address, part: 0, notes, alike, shape, within: outer, marked: *chance == 1 });
    }
    for (from, to, kind) in ends {
        let kind = [EdgeKind::Open, EdgeKind::Blocked, EdgeKind::Undetermined, EdgeKind::Leads][usize::from(*kind)];
        let label = if kind == EdgeKind::Leads {
            Vec::new()
        } else {
            vec!["use".to_owned(), format!("{kind:?}: no such-thing")]
        };
        let (from, to) = (from.index(drawing.items.len()), to.index(drawing.items.len()));
        drawing.edges.push(Edge { from, to, kind, label, detail: String::new(), marked: false });
    }
    drawing
}

fn overlap(a: &Rectangle, b: &Rectangle) -> bool {
    a.x + 0.5 < b.right() && b.x + 0.5 < a.right() && a.y + 0.5 < b.y + b.height && b.y + 0.5 < a.y + a.height
}

fn is_in(inner: &Rectangle, outer: &Rectangle) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.right() <= outer.right() + 0.1
        && inner.y + inner.height <= outer.y + outer.height + 0.1
}

/// What a piece of a way may touch.
fn around(from: (f64, f64), to: (f64, f64)) -> Rectangle {
    let (x, y) = (from.0.min(to.0), from.1.min(to.1));
    Rectangle { x, y, width: (from.0 - to.0).abs().max(1.0), height: (from.1 - to.1).abs().max(1.0) }
}

fn label(edge: &Edge, (x, y): (f64, f64)) -> Rectangle {
    let (width, height) = text::label_size(edge);
    Rectangle { x: x - width / 2.0, y: y - height / 2.0, width, height }
}

fn check(drawing: &Drawing) -> Result<(), TestCaseError> {
    let laid = lay_out(drawing);
    prop_assert!(laid.is_some(), "everything has a place");
    let Some(laid) = laid else { return Ok(()) };
    let all = Rectangle { x: 0.0, y: 0.0, width: laid.width, height: laid.height };
    let nest = Nest::of(drawing);
    for (index, (item, place)) in drawing.items.iter().zip(&laid.items).enumerate() {
        let outer = item.within.map_or(all, |outer| laid.items[outer]);
        prop_assert!(is_in(place, &outer), "item {index} at {place:?} is in {outer:?}");
        let siblings = item.within.map_or(nest.outer.as_slice(), |outer| nest.inside(outer));
        for other in siblings.iter().filter(|other| **other < index) {
            prop_assert!(!overlap(place, &laid.items[*other]), "items {index} and {other}: {place:?}");
        }
    }
    check_ways(drawing, &laid, &all)
}

fn check_ways(drawing: &Drawing, laid: &Laid, all: &Rectangle) -> Result<(), TestCaseError> {
    let root = |index: usize| drawing.chain(index).last().unwrap_or(index);
    for (number, (edge, way)) in drawing.edges.iter().zip(&laid.edges).enumerate() {
        for (end, point) in [(edge.from, way.points.first()), (edge.to, way.points.last())] {
            let (place, (x, y)) = (laid.items[end], point.copied().unwrap_or_default());
            let touches = (x - place.x).abs() < 0.1 || (x - place.right()).abs() < 0.1;
            prop_assert!(
                touches && place.y <= y && y <= place.y + place.height,
                "edge {number} ends at {place:?}: {way:?}"
            );
        }
        let words = label(edge, way.label);
        prop_assert!(is_in(&words, all), "the words of edge {number} are in the picture: {words:?}");
        let (from, to) = (root(edge.from), root(edge.to));
        let others = (0..drawing.items.len()).filter(|index| drawing.items[*index].within.is_none());
        for other in others.filter(|other| *other != from && *other != to) {
            let place = &laid.items[other];
            prop_assert!(!overlap(&words, place), "the words of edge {number} are on item {other}");
            for pair in way.points.windows(2) {
                let piece = around(pair[0], pair[1]);
                prop_assert!(!overlap(&piece, place), "edge {number} runs over item {other}: {piece:?}, {place:?}");
            }
        }
        for (before, (other, way)) in drawing.edges.iter().zip(&laid.edges).enumerate().take(number) {
            let covers = !edge.label.is_empty() && !other.label.is_empty() && overlap(&words, &label(other, way.label));
            prop_assert!(!covers, "the words of edges {before} and {number} cover each other");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Cycles, loops, several edges between the same items, edges that end at boxes, boxes within boxes.
    #[test]
    fn any_drawing_is_laid_out(drawing in drawing(40, 60)) {
        check(&drawing)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn large_drawings_too(drawing in drawing(200, 300)) {
        check(&drawing)?;
    }
}

#[test]
fn nothing_is_a_picture_too() {
    assert!(lay_out(&Drawing::default()).is_some_and(|laid| laid.items.is_empty()));
}
