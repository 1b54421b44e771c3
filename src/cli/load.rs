//! From the files of a unit to its topology.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use super::Settings;
use super::exceptions::owns_configuration;
use super::files::{Content, Files, ParsedFile};
use super::units::Unit;
use crate::analysis::{Exceptions, Input, InputStatus, comment_exceptions};
use crate::frontend::arm::parameters::ParameterFile;
use crate::frontend::arm::resources::{Converted, Detached, convert};
use crate::frontend::arm::template::evaluate;
use crate::frontend::topology_file::Reader;
use crate::knowledge::definitions::Definitions;
use crate::knowledge::tables::{self, ArmTables};
use crate::source::{FileId, NodeId, Problem, Severity, Sources};
use crate::topology::{Catalogue, ObjectId, Topology};

/// A unit that was read.
pub(super) struct Loaded {
    pub(super) topology: Topology,
    pub(super) problems: Vec<Problem>,
    pub(super) inputs: Vec<Input>,
    /// Those in comments.
    pub(super) exceptions: Exceptions,
    /// Types of resources that matter and were not understood: what stays untold, and how many there are.
    pub(super) unread: BTreeMap<String, (String, usize)>,
    /// The files that are not judged themselves.
    pub(super) context: HashSet<FileId>,
}

/// What is known, which may still be on its way: it is asked for only when files cannot be read any further without.
pub(super) trait Known {
    /// Rules, access methods and tables.
    fn definitions(&self) -> &Definitions;

    /// A topology that holds nothing but knowledge in an edition, and what readers have to know.
    fn fill(&self, edition: &str) -> (Topology, Catalogue) {
        // The tables were checked when the program was built.
        tables::fill(self.definitions(), edition, &mut Vec::new())
    }
}

impl Known for Definitions {
    fn definitions(&self) -> &Definitions {
        self
    }
}

/// Reads the files of a unit. What is not understood is said in the inputs and the problems.
pub(super) fn load(unit: Unit, known: &dyn Known, edition: &str, sources: &mut Sources) -> Loaded {
    let Read { topology, problems, files, unread, .. } = read(unit, known, edition, sources);
    let judged = files.iter().filter(|file| !file.context && file.is_of_the_unit());
    let judged: Vec<FileId> = judged.filter_map(|file| file.id).collect();
    let exceptions = comment_exceptions(sources, &topology, &judged);
    sources.keep_places_only();
    let context = files.iter().filter(|file| file.context).filter_map(|file| file.id).collect();
    let inputs = inputs_of(files, &problems);
    Loaded { topology, problems, inputs, exceptions, unread, context }
}

/// Whether a unit was read already.
pub(super) enum Reading {
    Done(Box<UnitRead>),
    Later(Unit),
}

/// A unit that was read, with what is asked about it afterwards.
pub(super) struct UnitRead {
    pub(super) loaded: Loaded,
    pub(super) name: String,
    pub(super) given: BTreeSet<PathBuf>,
    pub(super) variant: Option<String>,
    pub(super) is_incomplete: bool,
    pub(super) owns_configuration: bool,
}

impl UnitRead {
    pub(super) fn of(unit: Unit, settings: &Settings, known: &dyn Known, sources: &mut Sources) -> Self {
        let (name, given, variant) = (unit.name(), unit.given.clone(), unit.variant.clone());
        let (is_incomplete, owns_configuration) = (unit.incomplete, owns_configuration(&unit, settings));
        let loaded = load(unit, known, settings.edition.value.as_str(), sources);
        Self { loaded, name, given, variant, is_incomplete, owns_configuration }
    }
}

/// What was read of a unit, while the values of its files are still there.
pub(super) struct Read {
    pub(super) topology: Topology,
    pub(super) problems: Vec<Problem>,
    pub(super) files: Vec<ParsedFile>,
    /// What templates were turned into.
    pub(super) converted: Vec<NodeId>,
    unread: BTreeMap<String, (String, usize)>,
}

/// Reads the files of a unit, and keeps their values.
pub(super) fn read(unit: Unit, known: &dyn Known, edition: &str, sources: &mut Sources) -> Read {
    let fill = || known.fill(edition);
    let filled = OnceCell::new();
    let catalogue = || &filled.get_or_init(fill).1;
    let mut problems = Vec::new();
    let incomplete = unit.incomplete;
    let mut files = Files::read(unit, sources, &catalogue, &mut problems);
    files.pair_parameters(sources, &mut problems);
    let Templates { roots: converted, mut unread, detached } =
        convert_templates(&files, sources, known, &catalogue, &mut problems);
    let files = files.parsed;
    let (topology, catalogue) = filled.into_inner().unwrap_or_else(fill);
    let mut reader = Reader::new(sources, &catalogue, topology);
    if incomplete || problems.iter().any(|problem| problem.severity == Severity::Fatal) {
        reader.set_incomplete();
    }
    for root in files.iter().filter(|file| !file.context).flat_map(ParsedFile::topologies) {
        reader.read_document(*root);
    }
    for (root, _) in converted.iter().filter(|(_, context)| !context) {
        reader.read_converted("arm", *root);
    }
    for root in files.iter().filter(|file| file.context).flat_map(ParsedFile::topologies) {
        reader.read_context("topology", *root);
    }
    for (root, _) in converted.iter().filter(|(_, context)| *context) {
        reader.read_context("arm", *root);
    }
    let (topology, mut found) = reader.finish();
    drop_cut_off(&mut found, &problems);
    problems.extend(found);
    problems.sort_by_key(|problem| problem.primary.place);
    add_detached(&mut unread, detached, &topology);
    let converted = converted.into_iter().map(|(root, _)| root).collect();
    Read { topology, problems, files, converted, unread }
}

/// Types that matter and were not understood.
type Unread = BTreeMap<String, (String, usize)>;

/// What became of the templates.
#[derive(Default)]
struct Templates {
    /// What they were turned into, and whether it is only context.
    roots: Vec<(NodeId, bool)>,
    unread: Unread,
    /// Parts of what they do not declare.
    detached: Vec<Detached>,
}

/// Adds parts of what is declared nowhere in the whole unit.
fn add_detached(unread: &mut Unread, detached: Vec<Detached>, topology: &Topology) {
    let objects = (0_u32..).map(ObjectId).zip(topology.objects());
    let outside = objects.filter(|(_, object)| object.outside && !detached.is_empty());
    let outside: HashSet<String> = outside.map(|(id, _)| topology.address(id)).collect();
    for Detached { ty, why, .. } in detached.into_iter().filter(|part| outside.contains(&part.whole)) {
        unread.entry(ty).or_insert((why, 0)).1 += 1;
    }
}

/// Evaluates the templates, and adds what they were turned into to the values.
fn convert_templates<'c>(
    files: &Files,
    sources: &mut Sources,
    known: &dyn Known,
    catalogue: &dyn Fn() -> &'c Catalogue,
    problems: &mut Vec<Problem>,
) -> Templates {
    let mut templates = Templates::default();
    let mut tables = None;
    for file in &files.parsed {
        let Content::Template(root) = file.content else { continue };
        let parameters = file.parameters.map(|node| ParameterFile::read(sources, node, problems));
        let linked = |path: &str| files.linked.get(path).copied();
        let evaluated = evaluate(sources, root, parameters.as_ref(), &linked, problems);
        let tables = tables.get_or_insert_with(|| ArmTables::of(known.definitions()));
        let Converted { tree, unread: more, detached, problems: mut found, .. } =
            convert(sources, tables, catalogue(), &evaluated, root);
        problems.append(&mut found);
        if !file.context {
            for (ty, (why, count)) in more {
                templates.unread.entry(ty).or_insert((why, 0)).1 += count;
            }
            templates.detached.extend(detached);
        }
        templates.roots.push((tree.add_to(sources), file.context));
    }
    templates
}

pub(super) fn inputs_of(files: Vec<ParsedFile>, problems: &[Problem]) -> Vec<Input> {
    let mut mistakes: HashMap<FileId, usize> = HashMap::new();
    for problem in problems.iter().filter(|problem| problem.severity >= Severity::Error) {
        *mistakes.entry(problem.primary.place.file).or_default() += 1;
    }
    let mut inputs = Vec::with_capacity(files.len());
    for mut file in files {
        let mistakes = file.id.and_then(|id| mistakes.get(&id)).copied().unwrap_or(0);
        if file.status == InputStatus::Checked && mistakes > 0 {
            let word = if mistakes == 1 { "mistake" } else { "mistakes" };
            file.status = InputStatus::Unreadable(format!("{mistakes} {word} in it; what could be read was checked"));
        }
        inputs.push(Input { path: file.name, format: file.format, status: file.status });
    }
    inputs
}

/// Drops what is mistaken only because a syntax error cut it off.
fn drop_cut_off(found: &mut Vec<Problem>, syntax: &[Problem]) {
    let mut ends: HashMap<FileId, u32> = HashMap::new();
    for problem in syntax.iter().filter(|problem| problem.severity == Severity::Fatal) {
        let at = problem.primary.place;
        ends.entry(at.file).and_modify(|end| *end = (*end).min(at.span.start)).or_insert(at.span.start);
    }
    found.retain(|problem| {
        let at = problem.primary.place;
        ends.get(&at.file).is_none_or(|end| at.span.end < *end)
    });
}
