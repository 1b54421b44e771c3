//! What is in what, of a whole drawing at once.

use super::drawing::{Drawing, Edge};

/// The items of every box, and the boxes around every item.
#[derive(Debug)]
pub(super) struct Nest {
    inner: Vec<Vec<usize>>,
    /// What stands in no box.
    pub(super) outer: Vec<usize>,
}

impl Nest {
    pub(super) fn of(drawing: &Drawing) -> Self {
        let mut nest = Self { inner: vec![Vec::new(); drawing.items.len()], outer: Vec::new() };
        for (index, item) in drawing.items.iter().enumerate() {
            // An item stands after the box that it is in: there is no way round in a circle.
            match item.within.filter(|within| *within < index) {
                Some(within) => nest.inner.get_mut(within).into_iter().for_each(|inner| inner.push(index)),
                None => nest.outer.push(index),
            }
        }
        nest
    }

    /// What stands in a box.
    pub(super) fn inside(&self, index: usize) -> &[usize] {
        self.inner.get(index).map_or(&[], Vec::as_slice)
    }

    /// Whether something stands in it.
    pub(super) fn holds_something(&self, index: usize) -> bool {
        !self.inside(index).is_empty()
    }

    /// An item and everything in it.
    pub(super) fn all_in(&self, index: usize) -> Vec<usize> {
        let mut all = vec![index];
        let mut next = 0;
        while let Some(outer) = all.get(next) {
            all.extend(self.inside(*outer).iter().copied());
            next += 1;
        }
        all
    }

    /// How many edges end at each item.
    pub(super) fn ends(&self, edges: &[Edge]) -> Vec<usize> {
        let mut ends = vec![0; self.inner.len()];
        for end in edges.iter().flat_map(|edge| [edge.from, edge.to]) {
            ends.get_mut(end).into_iter().for_each(|count| *count += 1);
        }
        ends
    }
}
