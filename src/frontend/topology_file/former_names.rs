//! `formerly`: the names that an object had before, so that comparing with an earlier state finds it again.

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::Reader;
use crate::source::{Content, NodeId, Problem};
use crate::topology::{FormerName, ObjectId, SUBNET, Symbol, Topology};

/// A field that every named object has beside those of its kind.
pub(super) const FORMERLY: &str = "formerly";

impl Reader<'_> {
    /// Reads one former name, or a list of them.
    pub(super) fn read_former_names(&mut self, id: ObjectId, node: NodeId) {
        let sources = self.sources;
        let single = [node];
        let is_list = matches!(self.sources.content(node), Content::Sequence { .. });
        for node in if is_list { sources.items(node) } else { &single } {
            match self.sources.content(*node) {
                Content::Null => {}
                Content::Scalar { .. } => self.read_former_name(id, *node),
                _ => self.wrong_type(*node, "a name"),
            }
        }
    }

    fn read_former_name(&mut self, id: ObjectId, node: NodeId) {
        let text = self.sources.text(node);
        let object = *self.topology.object(id);
        let parts: Vec<&str> = text.split('/').collect();
        let is_name = match parts.as_slice() {
            [name] => !name.is_empty(),
            // A subnet may have stood in another network, or in one of another name.
            [network, name] => object.kind == SUBNET && !network.is_empty() && !name.is_empty(),
            _ => false,
        };
        if !is_name {
            let problem =
                Problem::error("bad-name", self.sources.place(node), format!("`{text}` cannot have been its name"));
            self.problems.push(match parts.last() {
                Some(name) if parts.len() > 1 && !name.is_empty() => {
                    problem.help(format!("write the name alone: `{FORMERLY}: {name}`"))
                }
                _ => problem.help("a name is not empty and holds no `/`"),
            });
            return;
        }
        if self.topology.strings.text(object.name) == text {
            let problem = Problem::error("bad-name", self.sources.place(node), format!("`{text}` is its name today"));
            self.problems.push(problem.help(format!("write under `{FORMERLY}` what it was called before")));
            return;
        }
        let name = self.topology.strings.intern(&text);
        self.topology.add_former_name(FormerName { object: id, name, node });
    }

    /// Reports former names that two objects claim.
    pub(super) fn check_former_names(&mut self) {
        let mut seen: HashMap<(Option<ObjectId>, Symbol, Symbol), FormerName> = HashMap::new();
        for former in self.topology.former_names().to_vec() {
            let object = *self.topology.object(former.object);
            let qualified =
                Topology::stands_alone(object.kind) && self.topology.strings.text(former.name).contains('/');
            let parent = object.parent.filter(|_| !qualified);
            match seen.entry((parent, object.label, former.name)) {
                Entry::Vacant(place) => drop(place.insert(former)),
                Entry::Occupied(first) => {
                    let (here, there) = (self.topology.address(former.object), first.get());
                    let text = self.topology.strings.text(former.name);
                    let message = match there.object == former.object {
                        true => format!("`{text}` is said twice to be a former name of `{here}`"),
                        false => {
                            let other = self.topology.address(there.object);
                            format!("`{text}` cannot be the former name of both `{other}` and `{here}`")
                        }
                    };
                    let problem = Problem::error("duplicate-name", self.sources.place(former.node), message)
                        .related(self.sources.place(there.node), "said first here");
                    self.problems.push(problem);
                }
            }
        }
    }
}
