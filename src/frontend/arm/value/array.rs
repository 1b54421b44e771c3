//! Lists, which may go on with items that cannot be told.

use std::rc::Rc;

use super::{Unknown, Value};

/// A list of values.
#[derive(Debug, Clone, Default)]
pub struct Array {
    /// The items that are known to be there.
    pub items: Vec<Value>,
    /// What further items may come from. They can stand before, between and after the others, so that where this is
    /// given, neither the number nor the position of an item is known, unless `in_front` says so.
    pub rest: Option<Rc<Unknown>>,
    /// Whether the items that are known are the first ones.
    in_front: bool,
    /// How deep arrays and objects are within one another in it.
    depth: usize,
}

impl Array {
    /// An array of these items and no others.
    #[must_use]
    pub fn of(items: Vec<Value>) -> Self {
        Self::with_rest(items, None)
    }

    /// An array of these items, and perhaps others.
    #[must_use]
    pub fn with_rest(items: Vec<Value>, rest: Option<Rc<Unknown>>) -> Self {
        let depth = items.iter().map(Value::depth).max().unwrap_or(0) + 1;
        Self { items, rest, in_front: false, depth }
    }

    /// An array that starts with these items, and perhaps goes on.
    #[must_use]
    pub fn starting_with(items: Vec<Value>, rest: Rc<Unknown>) -> Self {
        Self { in_front: true, ..Self::with_rest(items, Some(rest)) }
    }

    /// The item of that index, if it is certain which one that is.
    #[must_use]
    pub fn certain(&self, index: usize) -> Option<&Value> {
        self.items.get(index).filter(|_| self.is_closed() || self.in_front)
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    /// Whether these are all items.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.rest.is_none()
    }

    pub(super) fn first_unknown_such(&self, wanted: &dyn Fn(&Unknown) -> bool) -> Option<&Rc<Unknown>> {
        let rest = self.rest.as_ref().filter(|rest| wanted(rest));
        rest.or_else(|| self.items.iter().find_map(|item| item.first_unknown_such(wanted)))
    }
}
