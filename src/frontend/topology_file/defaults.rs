//! `defaults:`: they are checked where they stand, whether or not some object takes them.

use super::Reader;
use super::fields::field_of;
use super::former_names::FORMERLY;
use super::sections::{Fallbacks, Section};
use crate::source::{Content, Entry, NodeId, Problem, did_you_mean};
use crate::topology::{FieldType, KINDS, Kind, ObjectId, SERVICE_RESOURCE, Topology};

/// Fields that most resources have, for suggestions.
const COMMON_FIELDS: [&str; 5] = ["region", "subscription", "resource_group", "tenant", "tags"];

impl<'a> Reader<'a> {
    /// Reports defaults that no object could take.
    pub(super) fn check_defaults(&mut self, defaults: Option<NodeId>) {
        let Some(defaults) = defaults.filter(|defaults| self.is_group(*defaults)) else { return };
        for entry in self.sources.entries(defaults) {
            let name = self.sources.text(entry.key);
            if let Some(section) = self.section(&name) {
                self.check_section_defaults(section, entry.value);
            } else if let Some(kind) = kind_with(&name) {
                self.check_plain_default(kind, &name, *entry);
            } else {
                self.unknown_default(entry.key, &name);
            }
        }
    }

    fn is_group(&mut self, node: NodeId) -> bool {
        let content = self.sources.content(node);
        let is_group = matches!(content, Content::Mapping { .. } | Content::Null);
        if !is_group {
            self.wrong_type(node, "a group of fields");
        }
        is_group
    }

    fn check_section_defaults(&mut self, section: Section<'a>, node: NodeId) {
        if !self.is_group(node) {
            return;
        }
        for entry in self.sources.entries(node) {
            let name = self.sources.text(entry.key);
            let help = match &*name {
                "outside" => "write it at every resource that is declared elsewhere",
                FORMERLY => "write it at every resource that has been renamed",
                _ => continue,
            };
            let message = format!("`{name}` cannot be a default");
            self.problems.push(Problem::error("unknown-field", self.sources.place(entry.key), message).help(help));
        }
        self.read_apart(section, node, |reader, id| reader.read_entries(id, section, node));
    }

    fn check_plain_default(&mut self, kind: &'static Kind, name: &str, entry: Entry) {
        let section = Section { kind: kind.id, label: kind.name, service: None, fields: &[] };
        if let Some((slot, field)) = field_of(kind, &[], name) {
            self.read_apart(section, entry.key, |reader, id| {
                reader.read_field(id, slot, field, entry.key, entry.value)
            });
        }
    }

    /// Reads a body that stands for no object of the topology, to report what is mistaken in it.
    pub(super) fn check_apart(&mut self, section: Section<'a>, body: NodeId) {
        self.read_apart(section, body, |reader, id| reader.read_body(id, section, body, Fallbacks::default()));
    }

    fn read_apart(&mut self, section: Section<'a>, node: NodeId, read: impl FnOnce(&mut Self, ObjectId)) {
        let mut apart = Reader::new(self.sources, self.catalogue, Topology::new());
        let label = apart.topology.strings.intern(section.label);
        let object = apart.object(section, label, label, None, node, node);
        let id = apart.topology.add(object);
        read(&mut apart, id);
        apart.report_lacking();
        self.problems.append(&mut apart.problems);
    }

    fn unknown_default(&mut self, key: NodeId, name: &str) {
        let names = self.catalogue.sections().chain(COMMON_FIELDS);
        let near = did_you_mean(name, names);
        let message = format!("`{name}` is neither a section nor a field that resources have");
        let problem = Problem::error("unknown-field", self.sources.place(key), message);
        self.problems.push(match near {
            Some(near) => problem.label(format!("did you mean `{near}`?")),
            None => problem
                .help("below `defaults` stand fields such as `region`, or sections with the fields of their resources"),
        });
    }
}

/// A kind of resource with that field, where it may stand below `defaults` for all kinds at once: as a single value.
fn kind_with(name: &str) -> Option<&'static Kind> {
    let standing = KINDS.iter().copied().filter(|kind| kind.section.is_some());
    standing.chain([Topology::kind(SERVICE_RESOURCE)]).find(|kind| is_plain_field(kind, name))
}

fn is_plain_field(kind: &Kind, name: &str) -> bool {
    kind.field(name).is_some_and(|(_, field)| {
        matches!(field.ty, FieldType::Text | FieldType::Bool | FieldType::Int | FieldType::OneOf(_) | FieldType::Tags)
    })
}
