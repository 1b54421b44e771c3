//! The fields of an object, by the one table of kinds.

use hashbrown::hash_map;
use std::net::IpAddr;

use ipnet::IpNet;

use super::keys::Meaning;
use super::sections::{Fallbacks, Section};
use super::{Pending, Reader};
use crate::source::{Content, Node, NodeId, Problem, ScalarStyle, did_you_mean};
use crate::topology::{
    Existence, Field, FieldType, KINDS, Kind, KindId, ObjectId, Origin, POLICY_STATEMENT, SERVICE_RESOURCE, Slot,
    SlotIndex, Topology, Value, has_field,
};

impl<'a> Reader<'a> {
    /// Reads the fields of an object and those that its section and file say by default.
    pub(super) fn read_body(&mut self, id: ObjectId, section: Section<'a>, body: NodeId, fallbacks: Fallbacks) {
        match self.sources.content(body) {
            Content::Mapping { .. } => self.read_entries(id, section, body),
            Content::Null => {}
            Content::Unknown { .. } => {
                if let Some(object) = self.topology.object_mut(id) {
                    object.outside = true;
                }
            }
            _ => {
                self.wrong_type(body, "a group of fields");
                // There is something, but nothing that can be used.
                if let Some(object) = self.topology.object_mut(id) {
                    object.outside = true;
                }
            }
        }
        for defaults in [fallbacks.section, fallbacks.file].into_iter().flatten() {
            self.read_defaults(id, section, defaults);
        }
        self.check_required(id, section);
        if section.kind == POLICY_STATEMENT {
            self.check_statement(id);
        }
        self.register_id(id);
    }

    pub(super) fn read_entries(&mut self, id: ObjectId, section: Section<'a>, body: NodeId) {
        let sources = self.sources;
        let kind = Topology::kind(section.kind);
        let stands_alone = Topology::stands_alone(section.kind);
        let has_name = Topology::has_name(section.kind);
        let entries = sources.entries(body);
        let first = self.note_keys(kind, entries);
        // A group of fields exists with its owner.
        let object = self.topology.object(id);
        let may_be_conditional = stands_alone || object.name != object.label;
        if may_be_conditional {
            let (outside, exists) = self.before_all(entries, first);
            if let Some(node) = outside.filter(|_| stands_alone) {
                self.read_outside(id, node);
            }
            if let Some(node) = exists {
                self.read_exists(id, node);
            }
        }
        for (index, entry) in (first..).zip(entries) {
            match self.keys.get(index).copied().unwrap_or(Meaning::Unknown) {
                Meaning::Outside if stands_alone => {}
                Meaning::Exists if may_be_conditional => {}
                Meaning::Formerly if has_name => self.read_former_names(id, entry.value),
                Meaning::Field(slot, field) if has_own(section.fields, kind, field.name) => {
                    if self.merging {
                        self.merge_field(id, (slot, field), *entry);
                    } else {
                        self.read_field(id, slot, field, entry.key, entry.value);
                    }
                }
                _ => self.unknown_field(kind, section, entry.key, &sources.text(entry.key)),
            }
        }
        self.keys.truncate(first);
    }

    fn read_outside(&mut self, id: ObjectId, node: NodeId) {
        match self.sources.as_bool(node) {
            Some(outside) => {
                if let Some(object) = self.topology.object_mut(id) {
                    object.outside = outside;
                }
            }
            None => self.wrong_type(node, "`true` or `false`"),
        }
    }

    fn read_exists(&mut self, id: ObjectId, node: NodeId) {
        let existence = match (self.sources.content(node), self.sources.as_bool(node)) {
            (Content::Unknown { .. }, _) => Existence::Maybe(self.unknown_reason(node)),
            (_, Some(true)) => Existence::Certain,
            _ => return self.wrong_type(node, "`true`, or `!unknown` where it depends on something"),
        };
        if let Some(object) = self.topology.object_mut(id) {
            object.existence = existence;
        }
    }

    /// Fills what is absent in an object from a group of defaults; a group of fields is filled field by field.
    fn read_defaults(&mut self, id: ObjectId, section: Section<'a>, defaults: NodeId) {
        let sources = self.sources;
        let kind = Topology::kind(section.kind);
        for entry in sources.entries(defaults) {
            let name = sources.text(entry.key);
            let Some((slot, field)) = field_of(kind, section.fields, &name) else { continue };
            match (self.topology.slot(id, slot).value, field.ty) {
                (Value::Absent, _) if self.is_pending(id, slot) => {}
                (Value::Absent, _) => self.read_field(id, slot, field, entry.key, entry.value),
                (Value::Object(inner), FieldType::Struct(kind)) => {
                    self.read_defaults(inner, nested(kind, field.name), entry.value);
                }
                _ => {}
            }
        }
    }

    pub(super) fn read_field(
        &mut self,
        id: ObjectId,
        slot: SlotIndex,
        field: &'static Field,
        key: NodeId,
        node: NodeId,
    ) {
        let content = self.sources.content(node);
        let value = match (content, field.ty) {
            (Content::Null, _) => return,
            (Content::Unknown { .. }, _) => Value::Unknown(self.unknown_reason(node)),
            (_, FieldType::Struct(kind)) => {
                let group = self.read_group(id, kind, field.name, key, node).map(Value::Object);
                group.unwrap_or_else(|| Value::Unknown(self.mistaken()))
            }
            (_, FieldType::Children(kind)) => {
                let list = self.read_children(id, kind, field.name, node);
                list.unwrap_or_else(|| Value::Unknown(self.mistaken()))
            }
            (_, FieldType::Elements(kind)) => {
                let list = self.read_elements(id, kind, field.name, node);
                list.unwrap_or_else(|| Value::Unknown(self.mistaken()))
            }
            (_, FieldType::List(item)) => {
                let slots = std::mem::take(&mut self.list);
                self.read_list(id, slot, item, node, slots)
            }
            (_, FieldType::Tags) => self.read_tags(node),
            (_, ty) => match self.read_single(id, slot, None, &ty, node) {
                Some(value) => value,
                None => Value::Unknown(self.mistaken()),
            },
        };
        let node = self.pointed_at(key, node);
        self.topology.set(id, slot, Slot { value, node, origin: Origin::Declared });
    }

    /// Where a value is pointed at: a collection that starts below its key by that key, all else by itself.
    pub(super) fn pointed_at(&self, key: NodeId, node: NodeId) -> NodeId {
        let Node { span, content } = self.sources.node(node);
        if !matches!(content, Content::Mapping { .. } | Content::Sequence { .. }) {
            return node;
        }
        let key_span = self.sources.node(key).span;
        let between = crate::source::Span::new(key_span.end, span.start.max(key_span.end));
        let is_below = self.sources.slice(self.sources.file_of(node), between).contains('\n');
        if is_below { key } else { node }
    }

    /// A value that is there but mistaken is unknown, so that it decides nothing.
    pub(super) fn mistaken(&mut self) -> crate::topology::ReasonId {
        self.topology.reason("the value in the file cannot be used")
    }

    pub(super) fn unknown_reason(&mut self, node: NodeId) -> crate::topology::ReasonId {
        let text = self.sources.text(node);
        self.topology.reason(if text.is_empty() { "no reason is given".into() } else { text })
    }

    fn read_group(
        &mut self,
        owner: ObjectId,
        kind: KindId,
        name: &'static str,
        key: NodeId,
        node: NodeId,
    ) -> Option<ObjectId> {
        if !self.expect_mapping(node, "a group of fields") {
            return None;
        }
        let section = nested(kind, name);
        let label = self.topology.strings.intern(name);
        let object = self.object(section, label, label, Some(owner), key, node);
        let id = self.topology.add(object);
        self.read_body(id, section, node, Fallbacks::default());
        Some(id)
    }

    fn read_children(&mut self, owner: ObjectId, kind: KindId, name: &'static str, node: NodeId) -> Option<Value> {
        if !self.expect_mapping(node, "names, each with its fields: `name: {...}`") {
            return None;
        }
        let first = self.topology.of_kind(kind).len();
        self.read_named(nested(kind, name), node, Some(owner), Fallbacks::default());
        Some(self.children_since(owner, kind, first))
    }

    fn read_elements(&mut self, owner: ObjectId, kind: KindId, name: &'static str, node: NodeId) -> Option<Value> {
        if !matches!(self.sources.content(node), Content::Sequence { .. }) {
            self.wrong_type(node, "a list of groups of fields: `- {...}`");
            return None;
        }
        let first = self.topology.of_kind(kind).len();
        self.read_unnamed(nested(kind, name), node, Some(owner), Fallbacks::default());
        Some(self.children_since(owner, kind, first))
    }

    pub(super) fn children_since(&mut self, owner: ObjectId, kind: KindId, first: usize) -> Value {
        let new: Vec<ObjectId> = self.topology.of_kind(kind).get(first..).unwrap_or(&[]).to_vec();
        let slots: Vec<Slot> = new
            .into_iter()
            .filter(|id| self.topology.object(*id).parent == Some(owner))
            .map(|id| Slot { value: Value::Object(id), node: self.topology.object(id).head, origin: Origin::Declared })
            .collect();
        let open = self.topology.object(owner).outside;
        Value::List(self.topology.add_list(slots, open))
    }

    /// Reads a list; `slots` are the items that there are already.
    pub(super) fn read_list(
        &mut self,
        id: ObjectId,
        slot: SlotIndex,
        item: &'static FieldType,
        node: NodeId,
        mut slots: Vec<Slot>,
    ) -> Value {
        let sources = self.sources;
        let single = [node];
        let is_sequence = matches!(self.sources.content(node), Content::Sequence { .. });
        let nodes: &[NodeId] = if is_sequence { sources.items(node) } else { &single };
        slots.reserve(nodes.len());
        for node in nodes {
            let index = slots.len();
            let value = match self.sources.content(*node) {
                Content::Null => continue,
                Content::Unknown { .. } => Value::Unknown(self.unknown_reason(*node)),
                _ => match self.read_single(id, slot, Some(index), item, *node) {
                    Some(value) => value,
                    None => Value::Unknown(self.mistaken()),
                },
            };
            slots.push(Slot { value, node: *node, origin: Origin::Declared });
        }
        let open = self.topology.object(id).outside;
        let value = Value::List(self.topology.add_list(slots.drain(..), open));
        self.list = slots;
        value
    }

    pub(super) fn read_tags(&mut self, node: NodeId) -> Value {
        if !self.expect_mapping(node, "keys with texts") {
            return Value::Unknown(self.mistaken());
        }
        let sources = self.sources;
        let mut slots = Vec::new();
        for entry in sources.entries(node) {
            let value = match self.sources.content(entry.value) {
                Content::Unknown { .. } => Value::Unknown(self.unknown_reason(entry.value)),
                Content::Scalar { .. } | Content::Null => {
                    let text = format!("{}={}", sources.text(entry.key), sources.text(entry.value));
                    Value::Text(self.topology.strings.intern(&text))
                }
                _ => {
                    self.wrong_type(entry.value, "text");
                    Value::Unknown(self.mistaken())
                }
            };
            slots.push(Slot { value, node: entry.value, origin: Origin::Declared });
        }
        Value::List(self.topology.add_list(slots, false))
    }

    /// Reads a value that stands alone. `None` when it is mistaken, which has then been said.
    pub(super) fn read_single(
        &mut self,
        id: ObjectId,
        slot: SlotIndex,
        item: Option<usize>,
        ty: &FieldType,
        node: NodeId,
    ) -> Option<Value> {
        match ty {
            FieldType::Bool => {
                self.sources.as_bool(node).map(Value::Bool).or_else(|| self.wrong(node, "`true` or `false`"))
            }
            FieldType::Int => self.sources.as_int(node).map(Value::Int).or_else(|| self.wrong(node, "a whole number")),
            FieldType::Text | FieldType::PrefixOrTag => self.read_text(node),
            FieldType::Selector => self.read_selector(node),
            FieldType::OneOf(words) => self.read_word(id, slot, words, node),
            FieldType::Prefix => self.read_prefix(node),
            FieldType::Reference(targets) => self.read_reference(id, slot, item, targets, false, node),
            FieldType::Scope(targets) => self.read_reference(id, slot, item, targets, true, node),
            _ => self.wrong(node, "a single value"),
        }
    }

    fn read_text(&mut self, node: NodeId) -> Option<Value> {
        if !matches!(self.sources.content(node), Content::Scalar { .. }) {
            return self.wrong(node, "text");
        }
        let text = self.sources.text(node);
        Some(Value::Text(self.topology.strings.intern(&text)))
    }

    fn read_word(
        &mut self,
        id: ObjectId,
        slot: SlotIndex,
        words: &'static [&'static str],
        node: NodeId,
    ) -> Option<Value> {
        if !matches!(self.sources.content(node), Content::Scalar { .. }) {
            return self.wrong(node, &format!("one of {}", words.join(", ")));
        }
        let text = self.sources.text(node);
        if words.contains(&&*text) {
            return Some(Value::Text(self.topology.strings.intern(&text)));
        }
        self.unknown_word(id, slot, words, node);
        None
    }

    fn read_selector(&mut self, node: NodeId) -> Option<Value> {
        let value = self.read_text(node)?;
        let text = self.sources.text(node);
        let label = match text.split_once('/') {
            _ if text == "internet" || text == "*" || text.starts_with("tag:") => return Some(value),
            Some((label, _)) => label.to_owned(),
            None => text.into_owned(),
        };
        let kinds = KINDS.iter().filter(|kind| Topology::stands_alone(kind.id)).map(|kind| kind.name);
        let services = self.catalogue.services.iter().map(|service| service.name.as_str());
        let labels: Vec<&str> = kinds.chain(services).collect();
        if labels.contains(&label.as_str()) && self.sources.text(node).contains('/') {
            return Some(value);
        }
        let problem = Problem::error(
            "unknown-selector",
            self.sources.place(node),
            "this selects nothing that a topology can hold",
        );
        self.problems.push(match did_you_mean(&label, labels) {
            Some(near) => problem.label(format!("did you mean `{near}/...`?")),
            None => problem.help(
                "write an address in which `*` stands for anything (`storage/*`), `internet`, `*`, or `tag:key=value`",
            ),
        });
        None
    }

    fn read_prefix(&mut self, node: NodeId) -> Option<Value> {
        if !matches!(self.sources.content(node), Content::Scalar { .. }) {
            return self.wrong(node, "an address range such as `10.1.0.0/16`");
        }
        let text = self.sources.text(node);
        if text.parse::<IpNet>().is_ok() || text.parse::<IpAddr>().is_ok() {
            return Some(Value::Text(self.topology.strings.intern(&text)));
        }
        let problem = Problem::error("bad-address", self.sources.place(node), format!("`{text}` is no address range"));
        self.problems
            .push(problem.label(why_no_prefix(&text)).help("write a range such as `10.1.0.0/16`, or a single address"));
        None
    }

    fn read_reference(
        &mut self,
        object: ObjectId,
        slot: SlotIndex,
        item: Option<usize>,
        targets: &'static [crate::topology::Target],
        scope: bool,
        node: NodeId,
    ) -> Option<Value> {
        if !matches!(
            self.sources.content(node),
            Content::Scalar { style: ScalarStyle::Plain | ScalarStyle::Quoted, .. }
        ) {
            return self.wrong(node, "the name of a resource");
        }
        self.references.push(Pending { object, slot, item, node, targets, scope });
        Some(Value::Absent)
    }

    /// Notes an object in which something is missing so far: another declaration of it may say it.
    pub(super) fn check_required(&mut self, id: ObjectId, section: Section<'_>) {
        let mut required = Topology::kind(section.kind).required();
        let lacks = |slot| self.topology.slot(id, slot).value == Value::Absent && !self.is_pending(id, slot);
        if required.any(lacks) {
            self.lacking.push(id);
        }
    }

    /// Reports what is still missing.
    pub(super) fn report_lacking(&mut self) {
        let mut lacking = std::mem::take(&mut self.lacking);
        lacking.sort();
        lacking.dedup();
        for id in lacking {
            let object = *self.topology.object(id);
            let kind = Topology::kind(object.kind);
            for (slot, field) in (0u8..).zip(kind.fields).filter(|(_, field)| field.required && !object.outside) {
                let slot = SlotIndex(slot);
                if self.topology.slot(id, slot).value != Value::Absent || self.is_pending(id, slot) {
                    continue;
                }
                let message = format!("`{}` is missing", field.name);
                let problem = Problem::error("missing-field", self.sources.place(object.head), message);
                let what = kind.name.replace('_', " ");
                self.problems.push(problem.label(format!("this {what} needs `{}`", field.name)));
            }
        }
    }

    /// Whether a reference was read for that slot, to be resolved later.
    pub(super) fn is_pending(&self, id: ObjectId, slot: SlotIndex) -> bool {
        self.references
            .iter()
            .rev()
            .take_while(|pending| pending.object >= id)
            .any(|pending| pending.object == id && pending.slot == slot)
    }

    /// The object of an ARM id.
    pub(super) fn by_id(&self, id: &str) -> Option<ObjectId> {
        self.ids.get(&self.topology.strings.find(&id.to_lowercase())?).copied()
    }

    pub(super) fn register_id(&mut self, id: ObjectId) {
        let kind = Topology::kind(self.topology.object(id).kind);
        let Some(slot) = kind.id_field else { return };
        let slot = self.topology.slot(id, slot);
        let Value::Text(symbol) = slot.value else { return };
        let text = self.topology.strings.text(symbol);
        let has_upper_case = text.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
        let lower = (has_upper_case || !text.is_ascii()).then(|| text.to_lowercase());
        let lower = lower.map_or(symbol, |text| self.topology.strings.intern(&text));
        match self.ids.entry(lower) {
            hash_map::Entry::Vacant(place) => {
                place.insert(id);
            }
            hash_map::Entry::Occupied(first) if *first.get() == id => {}
            hash_map::Entry::Occupied(first) => {
                let (here, first) = (self.topology.address(id), *first.get());
                let message = format!("`{here}` has the id of `{}`", self.topology.address(first));
                let problem = Problem::error("duplicate-id", self.sources.place(slot.node), message)
                    .related(self.sources.place(self.topology.object(first).head), "first declared here")
                    .help("two resources cannot have one id; if they are the same, declare it once");
                self.problems.push(problem);
            }
        }
    }

    pub(super) fn expect_mapping(&mut self, node: NodeId, expected: &str) -> bool {
        let is_mapping = matches!(self.sources.content(node), Content::Mapping { .. });
        if !is_mapping {
            self.wrong_type(node, expected);
        }
        is_mapping
    }

    fn wrong(&mut self, node: NodeId, expected: &str) -> Option<Value> {
        self.wrong_type(node, expected);
        None
    }

    /// Reports a value of a type that cannot stand here.
    pub(super) fn wrong_type(&mut self, node: NodeId, expected: &str) {
        let found = self.sources.describe(self.sources.resolve(node));
        let problem =
            Problem::error("wrong-type", self.sources.place(node), format!("expected {expected}, found {found}"));
        self.problems.push(problem.label(format!("this is {found}")));
    }
}

/// The section of objects that belong to another one.
pub(super) fn nested<'a>(kind: KindId, label: &'static str) -> Section<'a> {
    Section { kind, label, service: None, fields: &[] }
}

pub(super) fn field_of(kind: &'static Kind, own: &[String], name: &str) -> Option<(SlotIndex, &'static Field)> {
    kind.field(name).filter(|(_, field)| field.ty.is_written() && has_own(own, kind, name))
}

pub(super) fn has_own(own: &[String], kind: &Kind, name: &str) -> bool {
    kind.id != SERVICE_RESOURCE || has_field(own, name)
}

fn why_no_prefix(text: &str) -> String {
    match text.split_once('/') {
        Some((address, length)) if address.parse::<IpAddr>().is_ok() => format!("`{length}` is no prefix length"),
        Some((address, _)) => format!("`{address}` is no IP address"),
        None => "not an IP address".to_owned(),
    }
}
