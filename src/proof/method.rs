//! The examples of access methods.

use std::collections::BTreeSet;

use super::{Disagreement, Prover};
use crate::analysis::{MethodResult, Options, Outcome, PathResult, Supposed, Verdict, analyse, paths};
use crate::knowledge::definitions::{MethodDefinition, MethodExample};
use crate::topology::{FLOW, ObjectId, Topology};

impl Prover<'_> {
    /// Whether an example of an access method holds.
    ///
    /// # Errors
    /// What is the case instead.
    pub fn method_example(&mut self, method: &MethodDefinition, example: &MethodExample) -> Result<(), Disagreement> {
        let edition = example.edition.as_deref().unwrap_or("documents");
        let ends = match &example.flow {
            Some(flow) => ends(flow)?,
            None => self.only_flow(method, edition, &example.topology)?,
        };
        let (topology, sources) = self.read(edition, &example.topology)?;
        let (Some(from), Some(to)) = (find(&topology, &ends.origin), find(&topology, &ends.target)) else {
            return Err(Disagreement::new(format!("has no {} or no {}", ends.origin, ends.target)));
        };
        let results = paths(self.ruleset, topology, &sources, (from, to), Supposed::default());
        let of_use =
            |result: &&PathResult| ends.purpose.as_ref().is_none_or(|purpose| *result.flow.purpose == **purpose);
        let tried = results.iter().filter(of_use).find_map(|result| {
            let tried = result.methods.iter().find(|tried| tried.name == method.name)?;
            Some((result, tried))
        });
        match tried {
            Some((result, tried)) => holds(example, result, tried),
            None => Err(Disagreement::new(format!("is not tried on {} -> {}", ends.origin, ends.target))),
        }
    }

    /// The flow of an example that has but one on which the method is tried.
    fn only_flow(&mut self, method: &MethodDefinition, edition: &str, text: &str) -> Result<Ends, Disagreement> {
        let (topology, sources) = self.read(edition, text)?;
        let options = Options { edition, enabled: &|_| false, level_of: &|_| None };
        let result = analyse(self.ruleset, topology, &sources, &options);
        let is_tried = |group: &str| method.groups.iter().any(|known| known == group);
        let flows: Vec<_> = result.flows.iter().filter(|flow| is_tried(&flow.group)).collect();
        match flows.as_slice() {
            [flow] => Ok(Ends { origin: flow.origin.clone(), target: flow.target.clone(), purpose: None }),
            flows => {
                let message = format!("has {} flows on which the method is tried; say which with `flow:`", flows.len());
                Err(Disagreement::new(message))
            }
        }
    }
}

/// Which flow an example is about.
struct Ends {
    origin: String,
    target: String,
    purpose: Option<String>,
}

/// `origin -> target` or `origin -> target (use)`.
fn ends(text: &str) -> Result<Ends, Disagreement> {
    let Some((origin, rest)) = text.split_once("->") else {
        return Err(Disagreement::new(format!("names the flow `{text}`, which should read `origin -> target (use)`")));
    };
    let (target, purpose) = match rest.split_once('(') {
        Some((target, purpose)) => (target, Some(purpose.trim_end_matches(')').trim().to_owned())),
        None => (rest, None),
    };
    Ok(Ends { origin: origin.trim().to_owned(), target: target.trim().to_owned(), purpose })
}

fn find(topology: &Topology, address: &str) -> Option<ObjectId> {
    (0u32..)
        .zip(topology.objects())
        .map(|(index, _)| ObjectId(index))
        .find(|id| topology.object(*id).kind != FLOW && topology.address(*id) == address)
}

fn holds(example: &MethodExample, result: &PathResult, tried: &MethodResult) -> Result<(), Disagreement> {
    let named = |outcome: Outcome| -> BTreeSet<&str> {
        let of_outcome = tried.requirements.iter().filter(|requirement| requirement.outcome == outcome);
        of_outcome.map(|requirement| requirement.name.as_str()).collect()
    };
    let expected = |names: &'_ [String]| -> BTreeSet<String> { names.iter().cloned().collect() };
    let same = |found: &BTreeSet<&str>, names: &[String]| {
        expected(names).iter().map(String::as_str).collect::<BTreeSet<&str>>() == *found
    };
    let (missing, unknown) = (named(Outcome::Missing), named(Outcome::Unknown));
    let disagreement = match example.outcome.as_str() {
        "open" if tried.outcome != Outcome::Met => {
            Some(format!("is not open by it: missing is {}, unknown is {}", listed(&missing), listed(&unknown)))
        }
        "open" if result.flow.verdict != Verdict::Open => Some("is not open".to_owned()),
        "open" => {
            let other = example.path.as_ref().filter(|path| **path != tried.path_class);
            other.map(|path| format!("is open by path class {}, not {path}", tried.path_class))
        }
        "blocked" if !same(&missing, &example.missing) => {
            Some(format!("lacks {}, not {}", listed(&missing), example.missing.join(", ")))
        }
        "undetermined" if !missing.is_empty() => Some(format!("lacks {}, though it cannot be told", listed(&missing))),
        "undetermined" if !same(&unknown, &example.unknown) => {
            Some(format!("leaves {} unknown, not {}", listed(&unknown), example.unknown.join(", ")))
        }
        _ => None,
    };
    disagreement.map_or(Ok(()), |message| Err(Disagreement::new(message)))
}

fn listed(names: &BTreeSet<&str>) -> String {
    if names.is_empty() { "nothing".to_owned() } else { names.iter().copied().collect::<Vec<_>>().join(", ") }
}
