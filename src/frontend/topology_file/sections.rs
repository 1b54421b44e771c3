//! The sections of a topology file and the objects in them.

use hashbrown::hash_map;

use super::Reader;
use crate::source::{Content, Entry, NodeId, Problem, Sources, did_you_mean};
use crate::topology::{
    Existence, FieldType, KINDS, KindId, Object, ObjectId, SERVICE_RESOURCE, SUBNET, SlotIndex, Symbol, Topology,
};

/// A section: what its objects are.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    /// The kind of its objects.
    pub(super) kind: KindId,
    /// The word before `/` in their addresses.
    pub(super) label: &'a str,
    /// The knowledge about their service.
    pub(super) service: Option<ObjectId>,
    /// The own fields of their service, where they are service resources.
    pub(super) fields: &'a [String],
}

/// Values that stand in for what an object does not say itself, the nearer first.
#[derive(Clone, Copy, Default)]
pub(super) struct Fallbacks {
    /// The defaults of the object's section.
    pub(super) section: Option<NodeId>,
    /// The defaults of the whole file.
    pub(super) file: Option<NodeId>,
}

/// Keys of a topology file that are no sections.
const HEAD: [&str; 4] = ["defaults", "include", "complete", "open"];

/// The inputs that a topology file includes, as it names them.
#[must_use]
pub fn includes(sources: &Sources, root: NodeId) -> Vec<NodeId> {
    let Some(node) = sources.get(root, "include") else { return Vec::new() };
    match sources.node(sources.resolve(node)).content {
        Content::Sequence { .. } => sources.items(node).to_vec(),
        Content::Scalar { .. } => vec![node],
        _ => Vec::new(),
    }
}

impl<'a> Reader<'a> {
    /// Reads what a topology file says beside its sections.
    pub(super) fn read_head(&mut self, root: NodeId) {
        let sources = self.sources;
        let is_list = |node: NodeId| {
            matches!(sources.node(sources.resolve(node)).content, Content::Sequence { .. } | Content::Scalar { .. })
        };
        if let Some(node) = sources.get(root, "include").filter(|node| !is_list(*node)) {
            self.wrong_type(node, "the path of an input, or a list of paths");
        }
        for key in ["complete", "open"] {
            let Some(node) = sources.get(root, key) else { continue };
            if !is_list(node) {
                self.wrong_type(node, "the name of a section, or a list of names");
                continue;
            }
            let single = [node];
            let items = sources.items(node);
            for item in if items.is_empty() { &single } else { items } {
                self.read_extent(key == "open", *item);
            }
        }
    }

    /// Reads the name of a section of which everything is declared, or of which more may exist.
    fn read_extent(&mut self, opens: bool, item: NodeId) {
        let name = self.sources.text(item);
        match (self.section(&name), opens) {
            (Some(section), false) => {
                self.complete.insert(section.kind);
            }
            (Some(section), true) => self.topology.set_open(section.kind, true),
            (None, opens) if name.contains('.') => match (list_of(&name), opens) {
                (Some(list), true) => self.open_lists.push(list),
                (Some(list), false) => self.complete_lists.push(list),
                (None, _) => {
                    let message = format!("`{name}` is no list that could have more members");
                    let problem = Problem::error("unknown-section", self.sources.place(item), message);
                    self.problems.push(problem.help("write a kind and one of its lists, such as `dns_zone.links`"));
                }
            },
            (None, _) => self.unknown_section(item, &name),
        }
    }

    pub(super) fn read_sections(&mut self, root: NodeId) {
        let sources = self.sources;
        let defaults = sources.get(root, "defaults");
        self.check_defaults(defaults);
        for entry in sources.entries(root) {
            let name = sources.text(entry.key);
            if HEAD.contains(&&*name) {
                continue;
            }
            match self.section(&name) {
                Some(section) => {
                    let own = defaults.and_then(|defaults| sources.get(defaults, &name));
                    self.read_section(section, *entry, Fallbacks { section: own, file: defaults });
                }
                None => self.unknown_section(entry.key, &name),
            }
        }
    }

    /// The section of that name, of a kind or of a service.
    pub(super) fn section(&self, name: &str) -> Option<Section<'a>> {
        if let Some(kind) = KINDS.iter().find(|kind| kind.section == Some(name)) {
            let service = self.catalogue.by_name(kind.name).map(|service| service.knowledge);
            return Some(Section { kind: kind.id, label: kind.name, service, fields: &[] });
        }
        let catalogue = self.catalogue;
        let service = catalogue.by_section(name)?;
        Some(Section {
            kind: SERVICE_RESOURCE,
            label: &service.name,
            service: Some(service.knowledge),
            fields: &service.fields,
        })
    }

    fn unknown_section(&mut self, key: NodeId, name: &str) {
        let sections: Vec<&str> = self.catalogue.sections().chain(HEAD).collect();
        let mut problem =
            Problem::error("unknown-section", self.sources.place(key), format!("`{name}` is no section of a topology"));
        problem = match did_you_mean(name, sections.iter().copied()) {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem.help(format!("the sections are {}", sections.join(", "))),
        };
        self.problems.push(problem);
    }

    fn read_section(&mut self, section: Section<'a>, entry: Entry, fallbacks: Fallbacks) {
        let named = Topology::has_name(section.kind);
        match (self.sources.content(entry.value), named) {
            (Content::Null, _) => {}
            (Content::Unknown { .. }, _) => self.topology.set_open(section.kind, true),
            (Content::Mapping { .. }, true) => self.read_named(section, entry.value, None, fallbacks),
            (Content::Sequence { .. }, false) => self.read_unnamed(section, entry.value, None, fallbacks),
            (_, true) => self.wrong_type(entry.value, "names, each with its fields: `name: {...}`"),
            (_, false) => self.wrong_type(entry.value, "a list of groups of fields: `- {...}`"),
        }
    }

    /// Reads a mapping from names to fields.
    pub(super) fn read_named(
        &mut self,
        section: Section<'a>,
        node: NodeId,
        parent: Option<ObjectId>,
        fallbacks: Fallbacks,
    ) {
        let sources = self.sources;
        let label = self.topology.strings.intern(section.label);
        for entry in sources.entries(node) {
            let name = sources.text(entry.key);
            if name.is_empty() || has_slash_outside_braces(&name) {
                let message = format!("`{name}` cannot be a name");
                let problem = Problem::error("bad-name", sources.place(entry.key), message);
                self.problems
                    .push(problem.help("a name is not empty and holds no `/`, which joins names in references"));
            }
            // What is in braces stands for an expression: the object may be one that is known by another name.
            let symbolic = name.contains('{') && self.is_outside(entry.value);
            let name = self.topology.strings.intern(&name);
            let object = self.object(section, label, name, parent, entry.key, entry.value);
            if self.merge_with_declared(section, &object, *entry) {
                continue;
            }
            if self.is_duplicate(&object) {
                self.check_apart(section, entry.value);
                continue;
            }
            let id = self.topology.add(Object { symbolic, ..object });
            self.register(id);
            self.read_body(id, section, entry.value, fallbacks);
        }
    }

    /// Whether a body says that its object is declared elsewhere.
    pub(super) fn is_outside(&self, body: NodeId) -> bool {
        self.sources.get(body, "outside").and_then(|node| self.sources.as_bool(node)) == Some(true)
    }

    /// Reads a list of objects without names.
    pub(super) fn read_unnamed(
        &mut self,
        section: Section<'a>,
        node: NodeId,
        parent: Option<ObjectId>,
        fallbacks: Fallbacks,
    ) {
        let sources = self.sources;
        let label = self.topology.strings.intern(section.label);
        for (index, item) in sources.items(node).iter().enumerate() {
            let name = self.topology.strings.intern(&index.to_string());
            let object = self.object(section, label, name, parent, *item, *item);
            let id = self.topology.add(object);
            self.elements.push(id);
            self.read_body(id, section, *item, fallbacks);
        }
    }

    pub(super) fn object(
        &self,
        section: Section<'_>,
        label: Symbol,
        name: Symbol,
        parent: Option<ObjectId>,
        head: NodeId,
        node: NodeId,
    ) -> Object {
        let parent_object = parent.map(|parent| *self.topology.object(parent));
        let outside = parent_object.is_some_and(|parent| parent.outside);
        Object {
            kind: section.kind,
            label,
            name,
            parent,
            service: section.service,
            head,
            node,
            first_slot: 0,
            existence: parent_object.map_or(Existence::Certain, |parent| parent.existence),
            outside,
            symbolic: false,
        }
    }

    /// Notes that something of that name has that label.
    pub(super) fn note_label(&mut self, name: Symbol, label: Symbol) {
        match self.labels_of.entry(name) {
            hash_map::Entry::Vacant(place) => drop(place.insert((label, Vec::new()))),
            hash_map::Entry::Occupied(mut known) => known.get_mut().1.push(label),
        }
    }

    /// Reports a second object of the same name; within one mapping the parser has done so already.
    fn is_duplicate(&mut self, object: &Object) -> bool {
        if !Topology::stands_alone(object.kind) {
            return false;
        }
        let qualified = self.qualified(object);
        let Some(first) = self.names.get(&(object.label, qualified)) else { return false };
        let first = self.topology.object(*first).head;
        let address = format!("{}/{}", self.topology.strings.text(object.label), self.topology.strings.text(qualified));
        let problem =
            Problem::error("duplicate-name", self.sources.place(object.head), format!("`{address}` is declared twice"))
                .label("declared again here")
                .related(self.sources.place(first), "first declared here")
                .help("give one of them another name; the files of a folder share their names");
        self.problems.push(problem);
        true
    }

    pub(super) fn qualified(&mut self, object: &Object) -> Symbol {
        match object.parent {
            Some(parent) => {
                let name =
                    format!("{}/{}", self.topology.qualified_name(parent), self.topology.strings.text(object.name));
                self.topology.strings.intern(&name)
            }
            None => object.name,
        }
    }

    pub(super) fn register(&mut self, id: ObjectId) {
        let object = *self.topology.object(id);
        if Topology::stands_alone(object.kind) {
            // A subnet is known as `subnet`, whatever field of its network it stands in.
            let label = if object.kind == SUBNET { self.topology.strings.intern("subnet") } else { object.label };
            if let Some(object) = self.topology.object_mut(id) {
                object.label = label;
            }
            let qualified = self.qualified(&object);
            self.names.insert((label, qualified), id);
            self.labels.insert(label);
            self.note_label(qualified, label);
            if self.input > 0 {
                self.declared_by.insert(id, self.input);
            }
        }
    }
}

/// The list that `kind.field` names.
fn list_of(name: &str) -> Option<(KindId, SlotIndex)> {
    let (kind, field) = name.split_once('.')?;
    let kind = KINDS.iter().find(|known| known.name == kind)?;
    let (slot, field) = kind.field(field)?;
    matches!(field.ty, FieldType::List(_)).then_some((kind.id, slot))
}

/// Whether a slash stands in a name but for what is in braces.
fn has_slash_outside_braces(name: &str) -> bool {
    let mut depth = 0_usize;
    name.bytes().any(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        byte == b'/' && depth == 0
    })
}
