//! Advice on what a template declares: what its properties are called there.

use std::collections::BTreeSet;

use super::explain::Draft;
use super::finding::{Outcome, RequirementResult};
use super::repair::RepairStep;
use crate::knowledge::definitions::{ArmField, Definitions};
use crate::knowledge::tables::Vocabulary;
use crate::source::Sources;
use crate::topology::{FLOW, ObjectId, Topology, Value, flow};

/// Adds a remark to every finding whose advice names fields of resources that a template declares.
pub(super) fn remark(definitions: &Definitions, topology: &Topology, sources: &Sources, drafts: &mut [Draft]) {
    let vocabulary = Vocabulary::of(definitions);
    for draft in drafts {
        let subjects = subjects(topology, sources, draft);
        if subjects.is_empty() {
            continue;
        }
        let said = advice(draft).into_iter().flat_map(|terms| explained(&vocabulary, &subjects, &terms));
        let mut known = BTreeSet::new();
        let said: Vec<String> = said.filter(|words| known.insert(words.clone())).collect();
        if !said.is_empty() {
            draft.finding.notes.push(format!("in the template {}", said.join("; ")));
        }
    }
}

/// The word before the `/` of a resource, and the path of the object that the finding is about below it.
type Subject = (String, String);

/// What a finding is about, as far as templates declare it.
fn subjects(topology: &Topology, sources: &Sources, draft: &Draft) -> BTreeSet<Subject> {
    let objects = draft.objects.iter().chain(&draft.flow).flat_map(|id| ends(topology, *id));
    let declared = objects.filter(|id| sources.is_computed(topology.object(*id).node));
    declared
        .map(|id| {
            let resource = topology.resource_of(id);
            let (whole, owner) = (topology.address(id), topology.address(resource));
            let path = whole.strip_prefix(&owner).unwrap_or_default().trim_start_matches('.');
            (topology.strings.text(topology.object(resource).label).to_owned(), path.to_owned())
        })
        .collect()
}

/// An object; of a flow what it leads from and to, and what declares it.
fn ends(topology: &Topology, id: ObjectId) -> Vec<ObjectId> {
    if topology.object(id).kind != FLOW {
        return vec![id];
    }
    let slots = [flow::origin, flow::target, flow::declared_by];
    let ends = slots.into_iter().filter_map(|slot| match topology.slot(id, slot).value {
        Value::Object(end) => Some(end),
        _ => None,
    });
    ends.collect()
}

/// The terms in each advice of a finding; of a blocked flow for the nearest access method.
fn advice(draft: &Draft) -> Vec<Vec<&str>> {
    let nearest = draft.finding.methods.first().map_or(&[][..], |method| &method.requirements);
    let missing = nearest.iter().filter(|requirement| requirement.outcome == Outcome::Missing);
    draft.finding.help.iter().map(|help| quoted(help)).chain(missing.flat_map(remedies)).collect()
}

/// The terms in what would make a requirement hold.
fn remedies(requirement: &RequirementResult) -> Vec<Vec<&str>> {
    if requirement.repair.is_empty() {
        return requirement.help.iter().map(|help| quoted(help)).collect();
    }
    requirement.repair.iter().map(terms).collect()
}

/// The field that is changed, and its value.
fn terms(step: &RepairStep) -> Vec<&str> {
    std::iter::once(&step.field).chain(&step.value).map(String::as_str).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The fields that an advice names, and their words, in terms of the template.
fn explained(vocabulary: &Vocabulary<'_>, subjects: &BTreeSet<Subject>, terms: &[&str]) -> Vec<String> {
    let mut said = Vec::new();
    for term in terms {
        let Some(field) = field_of(vocabulary, subjects, term) else { continue };
        let of = field.of.as_ref().map(|ty| format!(" of {ty}")).unwrap_or_default();
        said.push(format!("`{term}` is `{}`{of}", field.property));
        let table = field.words.as_deref();
        for word in terms {
            let written = table.and_then(|table| vocabulary.word(table, word));
            said.extend(written.map(|written| format!("`{word}` is `{written}`")));
        }
    }
    said
}

/// The one field that a term can mean; nothing where it is none, or several.
fn field_of<'a>(vocabulary: &Vocabulary<'a>, subjects: &BTreeSet<Subject>, term: &str) -> Option<&'a ArmField> {
    let mut found: Vec<&ArmField> = Vec::new();
    for (label, path) in subjects {
        // The access rules of a resource are mostly called without the group that they stand in.
        for field in ["", path, "network"].into_iter().flat_map(|prefix| vocabulary.fields(label, prefix, term)) {
            if !found.iter().any(|known| known.property == field.property && known.of == field.of) {
                found.push(field);
            }
        }
    }
    match found[..] {
        [field] => Some(field),
        _ => None,
    }
}
