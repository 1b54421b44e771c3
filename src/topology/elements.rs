//! Names for what has none: an element of a list is called after what it says, so that moving it keeps its name.

use super::{ObjectId, SlotIndex, Topology, Value};

/// Most names of elements are no longer than this.
const MOSTLY: usize = 96;

impl Topology {
    /// What an object without a name of its own says, in the order of its fields. `address` adds what another object is
    /// called to a text, `text` what stands for a text.
    pub fn said_name(
        &self,
        id: ObjectId,
        address: &dyn Fn(ObjectId, &mut String),
        text: &dyn Fn(&str, &mut String),
    ) -> String {
        let (mut name, mut is_empty) = (String::with_capacity(MOSTLY), true);
        let mut say = |value: Value| {
            let is_said = match value {
                Value::Text(_) => true,
                Value::Object(other) => Self::stands_alone(self.object(other).kind),
                _ => false,
            };
            if is_said && !std::mem::replace(&mut is_empty, false) {
                name.push(' ');
            }
            match value {
                Value::Text(symbol) => text(self.strings.text(symbol), &mut name),
                Value::Object(other) if is_said => address(other, &mut name),
                _ => {}
            }
        };
        let kind = Self::kind(self.object(id).kind);
        for (index, field) in (0u8..).zip(kind.fields.iter().take(kind.slots())) {
            // A reason names nothing, and may be worded anew.
            if field.name == "why" {
                continue;
            }
            match self.slot(id, SlotIndex(index)).value {
                Value::List(list) => self.list(list).iter().for_each(|item| say(item.value)),
                value => say(value),
            }
        }
        if is_empty { "unnamed".to_owned() } else { name }
    }
}
