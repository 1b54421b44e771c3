//! Names for what has none: an element of a list is called after what it says, so that moving it keeps its name.

use hashbrown::HashMap;

use super::Reader;
use crate::topology::{ObjectId, SlotIndex, Symbol, Topology, Value};

impl Reader<'_> {
    pub(super) fn name_elements(&mut self) {
        let mut seen: HashMap<(Option<ObjectId>, Symbol, Symbol), usize> = HashMap::default();
        for id in std::mem::take(&mut self.elements) {
            let name = self.element_name(id);
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

    fn element_name(&self, id: ObjectId) -> String {
        let kind = Topology::kind(self.topology.object(id).kind);
        let words: Vec<String> = (0u8..)
            .zip(kind.fields.iter().take(kind.slots()))
            // A reason names nothing, and may be worded anew.
            .filter(|(_, field)| field.name != "why")
            .flat_map(|(index, _)| match self.topology.slot(id, SlotIndex(index)).value {
                Value::List(list) => self.topology.list(list).iter().filter_map(|item| self.word(item.value)).collect(),
                value => self.word(value).into_iter().collect::<Vec<String>>(),
            })
            .collect();
        if words.is_empty() { "unnamed".to_owned() } else { words.join(" ") }
    }

    /// What a value adds to the name of its element.
    fn word(&self, value: Value) -> Option<String> {
        match value {
            Value::Text(text) => Some(self.topology.strings.text(text).to_owned()),
            Value::Object(other) if Topology::stands_alone(self.topology.object(other).kind) => {
                Some(self.topology.address(other))
            }
            _ => None,
        }
    }
}
