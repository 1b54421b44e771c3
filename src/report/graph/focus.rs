//! One resource and what it connects to, or one finding among everything.

use std::collections::BTreeSet;

use super::drawing::{Drawing, Part};
use crate::source::did_you_mean;

/// What was asked for is not in the picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotFound {
    /// No item has that name.
    #[error("nothing that is drawn has the name `{name}`{}", .near.as_ref().map_or_else(String::new, |near| format!("; did you mean `{near}`?")))]
    Resource {
        /// The name.
        name: String,
        /// One like it.
        near: Option<String>,
    },
    /// Several items have that name.
    #[error("`{name}` may be {}", .addresses.join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// What has it.
        addresses: Vec<String>,
    },
    /// No finding has that fingerprint.
    #[error("no finding has the fingerprint `{0}`; `isolint check --format json` tells the fingerprint of each")]
    Finding(String),
}

/// Keeps a resource, or everything in a box, with what it connects to.
///
/// # Errors
///
/// When nothing has that name, or several things have.
pub fn focus(drawing: &Drawing, name: &str) -> Result<Drawing, NotFound> {
    let found = find(drawing, name)?;
    let is_meant = |index: usize| chain(drawing, index).any(|outer| found.contains(&outer));
    let is_near = |from: usize, to: usize| is_meant(from) || is_meant(to);
    let edges = drawing.edges.iter().filter(|edge| is_near(edge.from, edge.to));
    let ends = edges.flat_map(|edge| [edge.from, edge.to]);
    let meant = (0..drawing.items.len()).filter(|index| is_meant(*index));
    let kept: BTreeSet<usize> = ends.chain(meant).flat_map(|index| chain(drawing, index)).collect();
    let mut kept = only(drawing, &kept, &is_near);
    kept.title = Some(format!("{name} and what it connects to"));
    Ok(kept)
}

/// An item and the boxes around it, from the inside out.
fn chain(drawing: &Drawing, index: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(index), |index| drawing.items.get(*index).and_then(|item| item.within))
}

/// The items of an address, or of a bare name that only one address has.
fn find(drawing: &Drawing, name: &str) -> Result<BTreeSet<usize>, NotFound> {
    let items = || drawing.items.iter().enumerate();
    let exact: BTreeSet<usize> = items().filter(|(_, item)| item.address == name).map(|(index, _)| index).collect();
    if !exact.is_empty() {
        return Ok(exact);
    }
    let is_named = |address: &str| address.split_once('/').is_some_and(|(_, bare)| bare == name);
    let named = || items().filter(|(_, item)| is_named(&item.address));
    let addresses: BTreeSet<&str> = named().map(|(_, item)| item.address.as_str()).collect();
    match addresses.len() {
        0 => {
            let near = did_you_mean(name, items().map(|(_, item)| item.address.as_str())).map(str::to_owned);
            Err(NotFound::Resource { name: name.to_owned(), near })
        }
        1 => Ok(named().map(|(index, _)| index).collect()),
        _ => {
            let addresses = addresses.into_iter().map(|address| format!("`{address}`")).collect();
            Err(NotFound::Ambiguous { name: name.to_owned(), addresses })
        }
    }
}

fn only(drawing: &Drawing, kept: &BTreeSet<usize>, is_near: &dyn Fn(usize, usize) -> bool) -> Drawing {
    let new = |old: usize| kept.iter().position(|index| *index == old);
    let mut result = Drawing { title: drawing.title.clone(), ..Drawing::default() };
    for item in kept.iter().filter_map(|index| drawing.items.get(*index)) {
        let mut item = item.clone();
        item.within = item.within.and_then(new);
        result.items.push(item);
    }
    for edge in drawing.edges.iter().filter(|edge| is_near(edge.from, edge.to)) {
        let (Some(from), Some(to)) = (new(edge.from), new(edge.to)) else { continue };
        result.edges.push(super::Edge { from, to, ..edge.clone() });
    }
    result
}

/// Marks the resources and the flow of a finding.
///
/// # Errors
///
/// When no finding has that fingerprint.
pub fn mark(drawing: &mut Drawing, parts: &[Part], fingerprint: &str) -> Result<(), NotFound> {
    let mut message = None;
    for (index, part) in parts.iter().enumerate() {
        for finding in part.findings.iter().filter(|finding| finding.fingerprint == fingerprint) {
            message = Some(finding.message.clone());
            let mut addresses: BTreeSet<&str> = BTreeSet::new();
            for participant in &finding.resources {
                let address = participant.resource.as_str();
                let stand_ins = part.estate.shown_as.get(address);
                addresses.extend(stand_ins.into_iter().flatten().map(String::as_str).chain([address]));
            }
            let flow = finding.flow.and_then(|index| part.flows.get(index));
            addresses.extend(flow.into_iter().flat_map(|flow| [flow.origin.as_str(), flow.target.as_str()]));
            for item in drawing.items.iter_mut().filter(|item| item.part == index) {
                item.marked |= addresses.contains(item.address.as_str());
            }
            let Some(flow) = flow else { continue };
            let named = |end: usize| drawing.items.get(end).filter(|item| item.part == index).map(|item| &item.address);
            for edge in &mut drawing.edges {
                edge.marked |= edge.kind == flow.verdict.into()
                    && named(edge.from) == Some(&flow.origin)
                    && named(edge.to) == Some(&flow.target);
            }
        }
    }
    drawing.title = Some(message.ok_or_else(|| NotFound::Finding(fingerprint.to_owned()))?);
    Ok(())
}
