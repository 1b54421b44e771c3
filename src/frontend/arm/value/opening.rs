//! What the templates say of a deployed resource, of which that may have more to tell: objects in it can have further
//! entries.

use std::cell::OnceCell;
use std::rc::Rc;

use super::{Array, Data, Entry, Object, Reason, Unknown, Value};

/// An object that may have further entries, as may the objects in it. What these are is found out when it is asked for:
/// of a whole resource mostly one property is.
#[derive(Debug, Clone)]
pub(super) struct Opening {
    /// What the templates say.
    of: Rc<Object>,
    /// By what it is asked for.
    expression: Rc<str>,
    entries: OnceCell<Vec<Entry>>,
    rest: OnceCell<Rc<Unknown>>,
}

impl Opening {
    pub(super) fn new(of: &Rc<Object>, expression: &str) -> Self {
        let (of, expression) = (Rc::clone(of), expression.into());
        Self { of, expression, entries: OnceCell::new(), rest: OnceCell::new() }
    }

    pub(super) fn entries(&self) -> &[Entry] {
        self.entries.get_or_init(|| {
            let opened = |entry: &Entry| {
                let value = match &entry.value.data {
                    Data::Object(_) | Data::Array(_) if !self.are_outputs() => {
                        opened(&entry.value, &format!("{}.{}", self.expression, entry.key))
                    }
                    _ => entry.value.clone(),
                };
                Entry { value, ..entry.clone() }
            };
            self.of.entries().iter().map(opened).collect()
        })
    }

    pub(super) fn rest(&self) -> Option<&Rc<Unknown>> {
        if self.are_outputs() {
            return None;
        }
        Some(self.rest.get_or_init(|| Rc::new(Unknown::named(Reason::Reference, &self.expression))))
    }

    /// The outputs of a deployment are those that its template has.
    fn are_outputs(&self) -> bool {
        self.expression.ends_with(".properties.outputs")
    }
}

/// A value of which a deployed resource may have more to tell. The expression is what it is asked for by.
pub(crate) fn opened(value: &Value, expression: &str) -> Value {
    let data = match &value.data {
        Data::Object(object) => Data::from(Object::opened(object, expression)),
        Data::Array(array) => {
            let item = |(index, item): (usize, &Value)| match &item.data {
                Data::Object(_) | Data::Array(_) => opened(item, &format!("{expression}[{index}]")),
                _ => item.clone(),
            };
            let items = array.items.iter().enumerate().map(item).collect();
            Data::Array(Rc::new(Array::with_rest(items, array.rest.clone())))
        }
        other => other.clone(),
    };
    Value { data, ..value.clone() }
}
