//! The topology file: isolint's own input, short to write by hand and read strictly.
//!
//! All mistakes of all files are reported together, each at its place; what is not mistaken is read all the same.

mod claims;
mod defaults;
mod elements;
mod fields;
mod former_names;
mod keys;
mod merge;
mod mistaken_words;
mod policy;
mod recognise;
mod references;
mod schema;
mod sections;
mod suggestions;
mod write;

use hashbrown::{HashMap, HashSet};

use crate::source::{FileId, NodeId, Problem, Sources};
use crate::topology::{Catalogue, KindId, Object, ObjectId, Slot, SlotIndex, Symbol, Target, Topology};

use keys::Meaning;

pub use recognise::{Recognition, recognise, recognise_text};
pub use schema::topology_schema;
pub use sections::includes;
pub use write::{Extent, write};

/// The format of a topology file, as `rules/completeness.yaml` calls it.
const FORMAT: &str = "topology";

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
    ids: HashMap<Symbol, ObjectId>,
    /// What keys mean in objects of a kind, by the numbers of their texts.
    meanings: HashMap<(KindId, u32), Meaning>,
    /// What the keys mean of the objects that are being read, those of the innermost last.
    keys: Vec<Meaning>,
    /// The labels there are.
    labels: HashSet<Symbol>,
    /// The labels of all objects with that qualified name: the first, and the others.
    labels_of: HashMap<Symbol, (Symbol, Vec<Symbol>)>,
    /// Elements of lists, to be named after what they say once their references are known.
    elements: Vec<ObjectId>,
    /// Some part of the unit could not be read, so that what is not found may be declared there.
    incomplete: bool,
    /// Room for the items of a list while it is read; otherwise empty.
    list: Vec<Slot>,
    /// Objects in which something was missing when they were read.
    lacking: Vec<ObjectId>,
    /// The input that is being read; all topology files are the first.
    input: usize,
    /// No other input has declared anything.
    is_first: bool,
    /// The format of each input.
    formats: Vec<&'static str>,
    /// The input that declares an object which stands alone, where it is not the first.
    declared_by: HashMap<ObjectId, usize>,
    /// What is read is one more declaration of objects that there are.
    merging: bool,
    /// Kinds of which nothing exists that is not declared, whatever the format leaves open.
    complete: HashSet<KindId>,
    /// Lists that may have more members than are declared.
    open_lists: Vec<(KindId, SlotIndex)>,
    /// Lists that have no other members than are declared, whatever the format leaves open.
    complete_lists: Vec<(KindId, SlotIndex)>,
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
            meanings: HashMap::new(),
            keys: Vec::new(),
            labels: HashSet::new(),
            labels_of: HashMap::new(),
            elements: Vec::new(),
            incomplete: false,
            list: Vec::new(),
            lacking: Vec::new(),
            input: 0,
            is_first: true,
            formats: vec![FORMAT],
            declared_by: HashMap::new(),
            merging: false,
            complete: HashSet::new(),
            open_lists: Vec::new(),
            complete_lists: Vec::new(),
        }
    }

    /// Says that some part of the unit could not be read: a name that nothing declares is then unknown, not mistaken.
    pub fn set_incomplete(&mut self) {
        self.incomplete = true;
    }

    /// Reads one document of a topology file.
    pub fn read_document(&mut self, root: NodeId) {
        self.input = 0;
        self.is_first = self.formats.len() == 1;
        self.read_head(root);
        self.read_sections(root);
    }

    /// Reads what another format was turned into: sections as in a topology file. Objects that were declared before, by
    /// their name or id, get what is said of them here.
    pub fn read_converted(&mut self, format: &'static str, root: NodeId) {
        self.input = self.formats.len();
        self.is_first = self.names.is_empty();
        let sections = self.sources.entries(root).iter().map(|section| self.sources.entries(section.value).len());
        let objects = sections.sum();
        self.names.reserve(objects);
        self.labels_of.reserve(objects);
        self.ids.reserve(objects);
        self.topology.reserve(objects);
        self.formats.push(format);
        self.read_sections(root);
    }

    /// Reads what only resolves references: what it declares of kinds that a format leaves open is all there is, down to
    /// their lists.
    pub fn read_context(&mut self, format: &'static str, root: NodeId) {
        self.read_converted(format, root);
        let sources = self.sources;
        for section in sources.entries(root) {
            let declares = |body: &NodeId| !self.is_outside(*body);
            let holds = sources.entries(section.value).iter().map(|entry| entry.value).any(|body| declares(&body))
                || sources.items(section.value).iter().any(declares);
            let kind = self.section(&sources.text(section.key)).map(|section| section.kind);
            if let Some(kind) = kind.filter(|_| holds) {
                self.complete.insert(kind);
                let lists = self.catalogue.completeness.iter().flat_map(|format| &format.open_fields);
                self.complete_lists.extend(lists.filter(|(owner, _)| *owner == kind));
            }
        }
    }

    /// Resolves what names what, fills in documented defaults, and hands out the topology with all mistakes in the
    /// order of their places.
    #[must_use]
    pub fn finish(mut self) -> (Topology, Vec<Problem>) {
        self.resolve_references();
        self.report_lacking();
        self.name_elements();
        self.check_former_names();
        self.apply_completeness();
        self.catalogue.apply_defaults(&mut self.topology);
        self.problems.sort_by(|a, b| {
            let key = |problem: &'_ Problem| (problem.primary.place, problem.code);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        // What is mistaken in a default, or behind an alias, has been met at every use.
        self.problems.dedup();
        (self.topology, self.problems)
    }

    fn apply_completeness(&mut self) {
        let mut formats = self.formats.clone();
        formats.sort_unstable();
        formats.dedup();
        let sources = self.sources;
        for format in &formats {
            if formats.len() == 1 {
                self.catalogue.apply_completeness(format, &mut self.topology);
            } else {
                let files = self.files_of(format);
                let applies = |object: &Object| files.contains(&sources.file_of(object.head));
                self.catalogue.apply_completeness_where(format, &mut self.topology, &applies);
            }
        }
        for (kind, slot) in &self.open_lists {
            self.topology.open_lists(*kind, *slot);
        }
        for kind in &self.complete {
            self.topology.set_open(*kind, false);
        }
        for (kind, slot) in &self.complete_lists {
            self.topology.close_lists(*kind, *slot);
        }
    }

    /// The files that objects of a format stand in.
    fn files_of(&self, format: &str) -> HashSet<FileId> {
        let input_of = |id: &ObjectId| self.declared_by.get(id).copied().unwrap_or(0);
        let of_format = |id: &ObjectId| self.formats.get(input_of(id)).is_some_and(|known| *known == format);
        let objects = (0u32..).zip(self.topology.objects()).map(|(index, object)| (ObjectId(index), object));
        let standing = objects.filter(|(id, object)| Topology::stands_alone(object.kind) && of_format(id));
        standing.map(|(_, object)| self.sources.file_of(object.head)).collect()
    }
}
