//! From the files of a unit to its topology.

use super::units::{InputFile, Unit};
use crate::analysis::{Input, InputStatus};
use crate::frontend::topology_file::{Reader, Recognition, recognise};
use crate::knowledge::definitions::Definitions;
use crate::knowledge::tables;
use crate::source::{FileId, Limits, NodeId, Problem, Severity, Sources};
use crate::topology::{Catalogue, Topology};

/// A unit that was read.
pub(super) struct Loaded {
    pub(super) topology: Topology,
    pub(super) problems: Vec<Problem>,
    pub(super) inputs: Vec<Input>,
}

/// Reads the files of a unit. What is not understood is said in the inputs and the problems.
pub(super) fn load(unit: Unit, definitions: &Definitions, edition: &str, sources: &mut Sources) -> Loaded {
    let mut problems = Vec::new();
    // The tables were checked when the program was built.
    let (topology, catalogue) = tables::fill(definitions, edition, &mut Vec::new());
    let files: Vec<ParsedFile> = unit.files.into_iter().map(|file| parse(file, sources, &mut problems)).collect();
    let mut reader = Reader::new(sources, &catalogue, topology);
    let mut inputs = Vec::new();
    for file in &files {
        let status = read(file, &mut reader, sources, &catalogue, &problems);
        inputs.push(Input { path: file.name.clone(), format: "topology", status });
    }
    let (topology, found) = reader.finish();
    sources.keep_places_only();
    problems.extend(found);
    problems.sort_by_key(|problem| problem.primary.place);
    for (input, file) in inputs.iter_mut().zip(&files) {
        let mistakes = problems
            .iter()
            .filter(|problem| problem.primary.place.file == file.id && problem.severity >= Severity::Error)
            .count();
        if input.status == InputStatus::Checked && mistakes > 0 {
            let word = if mistakes == 1 { "mistake" } else { "mistakes" };
            input.status = InputStatus::Unreadable(format!("{mistakes} {word} in it; what could be read was checked"));
        }
    }
    Loaded { topology, problems, inputs }
}

struct ParsedFile {
    name: String,
    named: bool,
    id: FileId,
    roots: Vec<NodeId>,
}

fn parse(file: InputFile, sources: &mut Sources, problems: &mut Vec<Problem>) -> ParsedFile {
    let (id, roots) = sources.add_yaml(&file.name, file.text, &Limits::default(), problems);
    ParsedFile { name: file.name, named: file.named, id, roots }
}

/// Reads all documents of a file that are topologies.
fn read<'a>(
    file: &ParsedFile,
    reader: &mut Reader<'a>,
    sources: &'a Sources,
    catalogue: &'a Catalogue,
    problems: &[Problem],
) -> InputStatus {
    let mut reason = None;
    let mut is_topology = false;
    for root in &file.roots {
        match recognise(sources, catalogue, *root) {
            Recognition::Topology => {
                is_topology = true;
                reader.read_document(*root);
            }
            Recognition::Empty => {}
            Recognition::Foreign(why) => reason = Some(format!("not a topology: {why}")),
        }
    }
    let is_broken =
        problems.iter().any(|problem| problem.primary.place.file == file.id && problem.severity == Severity::Fatal);
    match (reason, is_topology || is_broken) {
        // A file of which a part is something else was not wholly understood.
        (Some(reason), true) => InputStatus::Unreadable(reason),
        (Some(reason), false) if file.named => InputStatus::Unreadable(reason),
        (Some(reason), false) => InputStatus::Skipped(reason),
        (None, true) => InputStatus::Checked,
        (None, false) if file.named => InputStatus::Unreadable("empty: nothing was checked".to_owned()),
        (None, false) => InputStatus::Skipped("empty".to_owned()),
    }
}
