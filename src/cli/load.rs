//! From the files of a unit to its topology.

use std::collections::HashMap;

use super::units::{InputFile, Unit};
use crate::analysis::{Exceptions, Input, InputStatus, comment_exceptions};
use crate::frontend::topology_file::{Reader, Recognition, recognise, recognise_text};
use crate::knowledge::definitions::Definitions;
use crate::knowledge::tables;
use crate::source::{FileId, Limits, NodeId, Problem, Severity, Sources};
use crate::topology::{Catalogue, Topology};

/// A unit that was read.
pub(super) struct Loaded {
    pub(super) topology: Topology,
    pub(super) problems: Vec<Problem>,
    pub(super) inputs: Vec<Input>,
    /// Those in comments.
    pub(super) exceptions: Exceptions,
}

/// Reads the files of a unit. What is not understood is said in the inputs and the problems.
pub(super) fn load(unit: Unit, definitions: &Definitions, edition: &str, sources: &mut Sources) -> Loaded {
    // The tables were checked when the program was built.
    let (topology, catalogue) = tables::fill(definitions, edition, &mut Vec::new());
    let mut problems = Vec::new();
    let files: Vec<ParsedFile> =
        unit.files.into_iter().map(|file| parse(file, sources, &catalogue, &mut problems)).collect();
    let mut reader = Reader::new(sources, &catalogue, topology);
    if unit.incomplete || problems.iter().any(|problem| problem.severity == Severity::Fatal) {
        reader.set_incomplete();
    }
    for root in files.iter().flat_map(|file| &file.topologies) {
        reader.read_document(*root);
    }
    let (topology, mut found) = reader.finish();
    drop_cut_off(&mut found, &problems);
    let read: Vec<FileId> =
        files.iter().filter(|file| !file.topologies.is_empty()).filter_map(|file| file.id).collect();
    let exceptions = comment_exceptions(sources, &topology, &read);
    sources.keep_places_only();
    problems.extend(found);
    problems.sort_by_key(|problem| problem.primary.place);
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
        inputs.push(Input { path: file.name, format: "topology", status: file.status });
    }
    Loaded { topology, problems, inputs, exceptions }
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

/// A file, and which of its documents are topologies.
struct ParsedFile {
    name: String,
    /// `None` for a file that was not read as YAML at all.
    id: Option<FileId>,
    topologies: Vec<NodeId>,
    status: InputStatus,
}

/// Reads the values of a file. Mistakes in a file that is something else are not worth telling.
fn parse(file: InputFile, sources: &mut Sources, catalogue: &Catalogue, problems: &mut Vec<Problem>) -> ParsedFile {
    if let Some(reason) = recognise_text(&file.name, &file.text) {
        let status = foreign(reason, file.named);
        return ParsedFile { name: file.name, id: None, topologies: Vec::new(), status };
    }
    let mut found = Vec::new();
    let (id, roots) = sources.add_yaml(&file.name, file.text, &Limits::default(), &mut found);
    let is_broken = found.iter().any(|problem| problem.severity == Severity::Fatal);
    let mut reason = None;
    let mut topologies = Vec::new();
    for root in roots {
        match recognise(sources, catalogue, root) {
            Recognition::Topology => topologies.push(root),
            Recognition::Empty => {}
            // The sections may come behind the mistake.
            Recognition::Unknown(_) if is_broken => {}
            Recognition::Foreign(why) | Recognition::Unknown(why) => reason = reason.or(Some(why)),
        }
    }
    let status = match (reason, topologies.is_empty()) {
        (Some(reason), true) => {
            found.clear();
            foreign(reason, file.named)
        }
        // A file of which a part is something else was not wholly understood.
        (Some(reason), false) => InputStatus::Unreadable(format!("a part of it is not a topology: {reason}")),
        (None, false) => InputStatus::Checked,
        (None, true) if found.iter().any(|problem| problem.severity >= Severity::Error) => InputStatus::Checked,
        (None, true) if file.named => InputStatus::Unreadable("empty: nothing was checked".to_owned()),
        (None, true) => InputStatus::Skipped("empty".to_owned()),
    };
    problems.append(&mut found);
    ParsedFile { name: file.name, id: Some(id), topologies, status }
}

fn foreign(reason: String, named: bool) -> InputStatus {
    let reason = format!("not a topology: {reason}");
    if named { InputStatus::Unreadable(reason) } else { InputStatus::Skipped(reason) }
}
