//! The topology file: isolint's own input, short to write by hand and read strictly.
//!
//! All mistakes of all files are reported together, each at its place; what is not mistaken is read all the same.

mod defaults;
mod elements;
mod fields;
mod former_names;
mod policy;
mod recognise;
mod references;
mod schema;
mod sections;
mod suggestions;

use hashbrown::{HashMap, HashSet};

use crate::source::{NodeId, Problem, Sources};
use crate::topology::{Catalogue, ObjectId, SlotIndex, Symbol, Target, Topology};

pub use recognise::{Recognition, recognise, recognise_text};
pub use schema::topology_schema;

/// What is known of the files of one unit while they are read.
pub struct Reader<'a> {
    sources: &'a Sources,
    catalogue: &'a Catalogue,
    topology: Topology,
    problems: Vec<Problem>,
    /// References still to be resolved: they may name what a later file declares.
    references: Vec<Pending>,
    /// Objects by label and qualified name.
    names: HashMap<(Symbol, Symbol), ObjectId>,
    /// Objects by their ARM id in lower case.
    ids: HashMap<String, ObjectId>,
    /// The labels there are.
    labels: HashSet<Symbol>,
    /// The labels of all objects with that qualified name.
    labels_of: HashMap<Symbol, Vec<Symbol>>,
    /// Elements of lists, to be named after what they say once their references are known.
    elements: Vec<ObjectId>,
    /// Some part of the unit could not be read, so that what is not found may be declared there.
    incomplete: bool,
}

/// A reference that waits for all files to be read.
#[derive(Debug, Clone, Copy)]
struct Pending {
    object: ObjectId,
    slot: SlotIndex,
    /// The index in the slot's list, for a field that holds several.
    item: Option<usize>,
    node: NodeId,
    targets: &'static [Target],
    /// Whether an ARM scope may stand in its place.
    scope: bool,
}

impl<'a> Reader<'a> {
    /// A reader that adds to a topology, which may already hold the knowledge about services.
    #[must_use]
    pub fn new(sources: &'a Sources, catalogue: &'a Catalogue, topology: Topology) -> Self {
        Self {
            sources,
            catalogue,
            topology,
            problems: Vec::new(),
            references: Vec::new(),
            names: HashMap::new(),
            ids: HashMap::new(),
            labels: HashSet::new(),
            labels_of: HashMap::new(),
            elements: Vec::new(),
            incomplete: false,
        }
    }

    /// Says that some part of the unit could not be read: a name that nothing declares is then unknown, not mistaken.
    pub fn set_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Reads one document of a file.
    pub fn read_document(&mut self, root: NodeId) {
        self.read_sections(root);
    }

    /// Resolves what names what, fills in documented defaults, and hands out the topology with all mistakes in the
    /// order of their places.
    #[must_use]
    pub fn finish(mut self) -> (Topology, Vec<Problem>) {
        self.resolve_references();
        self.name_elements();
        self.check_former_names();
        self.catalogue.apply_completeness("topology", &mut self.topology);
        self.catalogue.apply_defaults(&mut self.topology);
        self.problems.sort_by(|a, b| {
            let key = |problem: &'_ Problem| (problem.primary.place, problem.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        // What is mistaken in a default, or behind an alias, has been met at every use.
        self.problems.dedup();
        (self.topology, self.problems)
    }
}
