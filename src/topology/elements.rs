//! Names for what has none: an element of a list is called after what it says, so that moving it keeps its name.

use super::{ObjectId, SlotIndex, Topology, Value};

impl Topology {
    /// What an object without a name of its own says, in the order of its fields. `address` tells what another object is
    /// called, `text` what stands for a text.
    pub fn said_name(
        &self,
        id: ObjectId,
        address: &dyn Fn(ObjectId) -> String,
        text: &dyn Fn(&str) -> String,
    ) -> String {
        let word = |value: Value| match value {
            Value::Text(symbol) => Some(text(self.strings.text(symbol))),
            Value::Object(other) if Self::stands_alone(self.object(other).kind) => Some(address(other)),
            _ => None,
        };
        let kind = Self::kind(self.object(id).kind);
        let words: Vec<String> = (0u8..)
            .zip(kind.fields.iter().take(kind.slots()))
            // A reason names nothing, and may be worded anew.
            .filter(|(_, field)| field.name != "why")
            .flat_map(|(index, _)| match self.slot(id, SlotIndex(index)).value {
                Value::List(list) => self.list(list).iter().filter_map(|item| word(item.value)).collect(),
                value => word(value).into_iter().collect::<Vec<String>>(),
            })
            .collect();
        if words.is_empty() { "unnamed".to_owned() } else { words.join(" ") }
    }
}
