//! Which finding is the cause of which: a blocked flow stands beneath what a rule about its ends explains.

use hashbrown::{HashMap, HashSet};

use super::explain::Draft;
use crate::knowledge::definitions::Definitions;
use crate::topology::{AssumptionId, ObjectId, Topology};

/// What is needed of a blocked flow: the requirements each near method misses, and everything that takes part in it.
pub(super) struct Blocked {
    /// Per method, the nearest first: what it misses, as `method/requirement`.
    pub(super) missing: Vec<Vec<String>>,
    /// The resources that the flow and the evidence of its methods speak of.
    pub(super) participants: HashSet<ObjectId>,
    /// What was assumed where something is missing.
    pub(super) assumed: Vec<AssumptionId>,
}

/// Sets `caused_by` on findings about blocked flows whose nearest method misses only what other findings explain, and on
/// those that would stand at the same place as a finding that explains a part of it.
pub(super) fn link(
    topology: &Topology,
    definitions: &Definitions,
    drafts: &mut [Draft],
    blocked: &HashMap<ObjectId, Blocked>,
) {
    let mut by_object: HashMap<ObjectId, Vec<usize>> = HashMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        let explains = definitions.rules.get(draft.rule).is_some_and(|rule| !rule.explains.is_empty());
        if explains {
            for object in &draft.objects {
                let causes = by_object.entry(topology.resource_of(*object)).or_default();
                if causes.last() != Some(&index) {
                    causes.push(index);
                }
            }
        }
    }
    for index in 0..drafts.len() {
        let Some(draft) = drafts.get(index) else { continue };
        if !definitions.rules.get(draft.rule).is_some_and(|rule| rule.tells_methods) {
            continue;
        }
        let Some(flow) = draft.flow.and_then(|flow| blocked.get(&flow)) else { continue };
        let cause = cause_of(topology, definitions, drafts, &by_object, flow, draft);
        if let (Some(cause), Some(draft)) = (cause, drafts.get_mut(index)) {
            draft.finding.caused_by = Some(cause);
        }
    }
}

fn cause_of(
    topology: &Topology,
    definitions: &Definitions,
    drafts: &[Draft],
    by_object: &HashMap<ObjectId, Vec<usize>>,
    flow: &Blocked,
    own: &Draft,
) -> Option<String> {
    let mut causes: Vec<usize> =
        flow.participants.iter().filter_map(|object| by_object.get(object)).flatten().copied().collect();
    causes.sort_unstable();
    causes.dedup();
    causes.retain(|index| {
        drafts.get(*index).is_some_and(|draft| {
            draft.rule != own.rule
                && draft.objects.iter().all(|object| flow.participants.contains(&topology.resource_of(*object)))
        })
    });
    let explains = |index: usize| {
        let rule = drafts.get(index).and_then(|draft| definitions.rules.get(draft.rule));
        rule.map_or(&[][..], |rule| &rule.explains)
    };
    let explained: HashSet<&String> = causes.iter().flat_map(|index| explains(*index)).collect();
    let fewest = flow.missing.iter().map(Vec::len).min()?;
    let nearest = flow.missing.iter().find(|missing| {
        missing.len() == fewest
            && !missing.is_empty()
            && missing.iter().all(|requirement| explained.contains(requirement))
    });
    let explains_some_of =
        |index: usize, missing: &[String]| explains(index).iter().any(|requirement| missing.contains(requirement));
    let cause = match nearest {
        Some(nearest) => causes.into_iter().find(|index| explains_some_of(*index, nearest))?,
        // What is said of the same flow at the same place is not said twice, even if it is not the whole cause.
        None => causes.into_iter().find(|index| {
            drafts.get(*index).is_some_and(|draft| {
                draft.flow == own.flow
                    && draft.finding.primary.place == own.finding.primary.place
                    && flow.missing.iter().any(|missing| explains_some_of(*index, missing))
            })
        })?,
    };
    drafts.get(cause).map(|draft| draft.finding.fingerprint.clone())
}
