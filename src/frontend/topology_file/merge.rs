//! Several declarations of one resource: what a topology file adds to what a template declares. They are put together field
//! by field; where two of them contradict each other, both are shown.

use super::Reader;
use super::fields::nested;
use super::sections::{Fallbacks, Section};
use crate::source::{Content, Entry, NodeId, Problem};
use crate::topology::{
    Existence, Field, FieldType, KindId, Object, ObjectId, Origin, SUBNET, Slot, SlotIndex, Topology, Value,
};

impl<'a> Reader<'a> {
    /// Adds a declaration to an object that another input declares, by name or id, or that is being merged. Whether there
    /// is one.
    pub(super) fn merge_with_declared(&mut self, section: Section<'a>, object: &Object, entry: Entry) -> bool {
        let Some(first) = self.declared_before(object, entry.value) else { return false };
        let by_another_name = self.topology.object(first).name != object.name;
        if by_another_name && Topology::stands_alone(object.kind) {
            let (label, name) = (self.topology.object(first).label, self.qualified(object));
            self.names.insert((label, name), first);
            self.note_label(name, label);
        }
        self.take_over(first, object, entry);
        let was_merging = std::mem::replace(&mut self.merging, true);
        self.read_body(first, section, entry.value, Fallbacks::default());
        self.merging = was_merging;
        true
    }

    fn declared_before(&mut self, object: &Object, body: NodeId) -> Option<ObjectId> {
        if self.merging && !Topology::stands_alone(object.kind) {
            let is_same = |id: &&ObjectId| {
                let known = self.topology.object(**id);
                known.parent == object.parent && known.label == object.label && known.name == object.name
            };
            return self.topology.of_kind(object.kind).iter().find(is_same).copied();
        }
        if self.is_first || !Topology::stands_alone(object.kind) {
            return None;
        }
        let by_id = self.sources.get(body, "id").and_then(|id| self.by_id(&self.sources.text(id)));
        let qualified = self.qualified(object);
        // A subnet is known as such, whatever field of its network it stands in.
        let label = if object.kind == SUBNET { self.topology.strings.intern("subnet") } else { object.label };
        let first = by_id.or_else(|| self.names.get(&(label, qualified)).copied())?;
        let known = self.topology.object(first);
        let same_sort = known.kind == object.kind && known.label == label;
        (same_sort && self.declared_by.get(&first).copied().unwrap_or(0) != self.input).then_some(first)
    }

    /// What really declares a resource decides where it stands and whether it exists.
    fn take_over(&mut self, first: ObjectId, object: &Object, entry: Entry) {
        let known = *self.topology.object(first);
        let (was_outside, is_outside) = (known.outside, self.is_outside(entry.value));
        let from_converted = self.input > 0 && !self.declared_by.contains_key(&first);
        if is_outside || !(was_outside || from_converted) {
            return;
        }
        if let Some(known) = self.topology.object_mut(first) {
            (known.head, known.node) = (object.head, object.node);
            (known.outside, known.symbolic) = (false, false);
            if was_outside {
                known.existence = Existence::Certain;
            }
        }
        self.declared_by.insert(first, self.input);
        // What is absent is absent where it is declared.
        for slot in (0u8..).map(SlotIndex).take(Topology::kind(object.kind).slots()) {
            let absent = self.topology.slot(first, slot);
            if absent.value == Value::Absent {
                self.topology.set(first, slot, Slot { node: object.node, ..absent });
            }
        }
    }

    /// Adds what one more declaration says of a field.
    pub(super) fn merge_field(&mut self, id: ObjectId, (slot, field): (SlotIndex, &'static Field), entry: Entry) {
        let known = self.topology.slot(id, slot);
        let content = self.sources.content(entry.value);
        match (known.value, content, field.ty) {
            (Value::Absent, ..) | (_, Content::Null, _) => self.read_field(id, slot, field, entry.key, entry.value),
            // Nothing is added to what is known.
            (_, Content::Unknown { .. }, _) => {}
            (Value::Unknown(_), ..) => self.read_field(id, slot, field, entry.key, entry.value),
            (Value::Object(inner), _, FieldType::Struct(kind)) => {
                self.read_body(inner, nested(kind, field.name), entry.value, Fallbacks::default());
            }
            (Value::List(list), _, FieldType::Children(kind) | FieldType::Elements(kind)) => {
                let before = self.topology.list(list).to_vec();
                self.merge_children(id, (slot, field), kind, (before, list.open), entry);
            }
            (Value::List(list), _, FieldType::List(item)) => {
                let before = self.topology.list(list).to_vec();
                let value = self.read_list(id, slot, item, entry.value, before);
                let value = self.without_repetition(value);
                self.topology.set(id, slot, Slot { value, ..known });
            }
            (Value::List(list), _, FieldType::Tags) => {
                let mut items = self.topology.list(list).to_vec();
                if let Value::List(more) = self.read_tags(entry.value) {
                    items.extend(self.topology.list(more).to_vec());
                }
                let value = Value::List(self.topology.add_list(items, list.open));
                let value = self.without_repetition(value);
                self.topology.set(id, slot, Slot { value, ..known });
            }
            (_, _, ty) => {
                if let Some(value) = self.read_single(id, slot, None, &ty, entry.value)
                    && value != Value::Absent
                {
                    self.check_agreement((id, slot), Slot { value, node: entry.value, origin: Origin::Declared });
                }
            }
        }
    }

    fn merge_children(
        &mut self,
        id: ObjectId,
        (slot, field): (SlotIndex, &'static Field),
        kind: KindId,
        (mut items, open): (Vec<Slot>, bool),
        entry: Entry,
    ) {
        let first = self.topology.of_kind(kind).len();
        let section = nested(kind, field.name);
        if matches!(field.ty, FieldType::Children(_)) && self.expect_mapping(entry.value, "names, each with its fields")
        {
            self.read_named(section, entry.value, Some(id), Fallbacks::default());
        } else if matches!(field.ty, FieldType::Elements(_)) {
            self.read_unnamed(section, entry.value, Some(id), Fallbacks::default());
        }
        if let Value::List(new) = self.children_since(id, kind, first) {
            items.extend(self.topology.list(new).to_vec());
        }
        let node = self.topology.slot(id, slot).node;
        let value = Value::List(self.topology.add_list(items, open));
        self.topology.set(id, slot, Slot { value, node, origin: Origin::Declared });
    }

    /// The same list without items that say the same; references are still to be resolved and stay.
    fn without_repetition(&mut self, value: Value) -> Value {
        let Value::List(list) = value else { return value };
        let mut kept: Vec<Slot> = Vec::new();
        for item in self.topology.list(list) {
            if matches!(item.value, Value::Absent) || !kept.iter().any(|known| known.value == item.value) {
                kept.push(*item);
            }
        }
        if kept.iter().any(|item| item.value == Value::Absent) {
            return value;
        }
        Value::List(self.topology.add_list(kept, list.open))
    }

    /// Reports a second declaration that contradicts the first, which stays.
    pub(super) fn check_agreement(&mut self, (id, slot): (ObjectId, SlotIndex), second: Slot) {
        let first = self.topology.slot(id, slot);
        if first.value == second.value || matches!(second.value, Value::Unknown(_)) {
            return;
        }
        // An id with an expression in it is the same one, less of it known.
        let is_expression =
            |value| matches!(value, Value::Text(text) if self.topology.strings.text(text).contains('{'));
        if is_expression(first.value) || is_expression(second.value) {
            return;
        }
        // Ids and regions do not distinguish case.
        if let (Value::Text(one), Value::Text(other)) = (first.value, second.value)
            && self.topology.strings.text(one).eq_ignore_ascii_case(self.topology.strings.text(other))
        {
            return;
        }
        let kind = Topology::kind(self.topology.object(id).kind);
        let field = kind.fields.get(usize::from(slot.0)).map_or("", |field| field.name);
        let owner = self.topology.address(id);
        let (one, other) = (self.spelled(first.value), self.spelled(second.value));
        let message = format!("`{field}` of {owner} is {one} in one declaration and {other} in another");
        let problem = Problem::error("conflicting-declaration", self.sources.place(second.node), message)
            .label(format!("{other} here"))
            .related(self.sources.place(first.node), format!("{one} here"))
            .help("a topology file adds to what it includes; it does not change it");
        self.problems.push(problem);
    }

    fn spelled(&self, value: Value) -> String {
        match value {
            Value::Bool(value) => format!("`{value}`"),
            Value::Int(value) => format!("`{value}`"),
            Value::Text(text) => format!("`{}`", self.topology.strings.text(text)),
            Value::Object(id) => self.topology.address(id),
            Value::Absent | Value::Unknown(_) | Value::List(_) => "something else".to_owned(),
        }
    }
}
