//! Names for the elements of lists, once the references in them are known.

use hashbrown::HashMap;

use super::Reader;
use crate::topology::{ObjectId, Symbol};

impl Reader<'_> {
    pub(super) fn name_elements(&mut self) {
        let mut seen: HashMap<(Option<ObjectId>, Symbol, Symbol), usize> = HashMap::default();
        for id in std::mem::take(&mut self.elements) {
            let name =
                self.topology.said_name(id, &|other, name| self.topology.push_address(other, name), &|text, name| {
                    name.push_str(text)
                });
            let object = *self.topology.object(id);
            let symbol = self.topology.strings.intern(&name);
            let count = seen.entry((object.parent, object.label, symbol)).or_default();
            *count += 1;
            let symbol = if *count == 1 { symbol } else { self.topology.strings.intern(&format!("{name} #{count}")) };
            if let Some(object) = self.topology.object_mut(id) {
                object.name = symbol;
            }
        }
    }
}
