//! What a repair means for the text of files: the bytes that change, or why they cannot.

use std::collections::HashMap;

use super::{Repair, RepairStep, Spot};
use crate::knowledge::definitions::Operation;
use crate::source::{self, Editor, FileId, NodeId, Refusal, Request, Sources, TextEdit};
use crate::topology::Topology;

/// The files that repairs are about, read anew: what was read first keeps places only.
pub struct Layouts<'a> {
    sources: &'a Sources,
    /// Why a file may not be edited, by its name.
    refused: &'a dyn Fn(&str) -> Option<String>,
    editors: HashMap<FileId, Option<Editor>>,
}

impl<'a> Layouts<'a> {
    /// The layouts of these sources. `refused` tells of a file why it may not be edited.
    #[must_use]
    pub fn new(sources: &'a Sources, refused: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { sources, refused, editors: HashMap::new() }
    }

    /// The edits of a repair, by file.
    ///
    /// # Errors
    /// Why it cannot be made without asking, in words.
    pub fn edits(&mut self, repair: &Repair) -> Result<Vec<(FileId, TextEdit)>, String> {
        if let Some(reason) = &repair.reason_not {
            return Err(reason.clone());
        }
        let mut edits = Vec::new();
        for change in &repair.changes {
            if self.sources.is_computed(change.spot.body) || self.sources.is_computed(change.spot.resource) {
                return Err("what a template says is changed in the template".to_owned());
            }
            let file = self.sources.file_of(change.spot.body);
            let name = self.sources.file(file).map_or("", |file| file.name.as_str());
            if let Some(reason) = (self.refused)(name) {
                return Err(reason);
            }
            let found = self.change(file, change).map_err(|refusal| refusal.to_string())?;
            edits.extend(found.into_iter().map(|edit| (file, edit)));
        }
        edits.sort();
        edits.dedup();
        Ok(edits)
    }

    /// Says of a repair that could be made by what is known why the file does not allow it, if it does not.
    pub fn settle(&mut self, repair: &mut Repair) {
        if repair.is_applicable()
            && let Err(reason) = self.edits(repair)
        {
            repair.reason_not = Some(reason);
        }
    }

    fn change(&mut self, file: FileId, change: &RepairStep) -> Result<Vec<TextEdit>, Refusal> {
        let sources = self.sources;
        let spot = &change.spot;
        let elsewhere = |node: NodeId| sources.file_of(node) != file;
        if elsewhere(spot.resource) || elsewhere(spot.head) || spot.member.is_some_and(elsewhere) {
            return Err(Refusal::Defaults);
        }
        let editor = self.editors.entry(file).or_insert_with(|| Editor::read(&sources.file(file)?.text));
        let editor = editor.as_ref().ok_or(Refusal::Shape)?;
        let local = |node: NodeId| NodeId(sources.index_in_file(node));
        let nodes = [spot.resource, spot.head, spot.body].into_iter().chain(spot.member);
        if !{ nodes }.all(|node| editor.stands_at(local(node), sources.node(node).span)) {
            return Err(Refusal::Shape);
        }
        let order: Vec<&str> = Topology::kind(spot.kind).fields.iter().map(|field| field.name).collect();
        let request = request(change.operation, spot, &local).ok_or(Refusal::Shape)?;
        let spot = source::Spot {
            resource: local(spot.resource),
            head: local(spot.head),
            body: local(spot.body),
            fields: &spot.fields,
            present: spot.present,
            order: &order,
        };
        editor.edit(&spot, request)
    }
}

fn request<'s>(operation: Operation, spot: &'s Spot, local: &dyn Fn(NodeId) -> NodeId) -> Option<Request<'s>> {
    Some(match operation {
        Operation::Set => Request::Set(spot.value.as_ref()?),
        Operation::Unset => Request::Unset,
        Operation::Add => Request::Add(spot.value.as_ref()?),
        Operation::Remove => Request::Remove(local(spot.member?)),
    })
}
