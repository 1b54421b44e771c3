//! One resource and what it connects to, or one finding among everything.

use std::collections::BTreeSet;

use super::drawing::Drawing;
use super::near::Finder;
use crate::analysis::Part;
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
    let is_meant: Vec<bool> =
        (0..drawing.items.len()).map(|index| drawing.chain(index).any(|outer| found.contains(&outer))).collect();
    let is_meant = |index: usize| is_meant.get(index).copied().unwrap_or(false);
    let edges = drawing.edges.iter().filter(|edge| is_meant(edge.from) || is_meant(edge.to));
    let ends = edges.flat_map(|edge| [edge.from, edge.to]);
    let meant = (0..drawing.items.len()).filter(|index| is_meant(*index));
    let kept: BTreeSet<usize> = ends.chain(meant).flat_map(|index| drawing.chain(index)).collect();
    let mut kept = drawing.restricted(&kept, &|_, edge| is_meant(edge.from) || is_meant(edge.to));
    kept.title = Some(format!("{name} and what it connects to"));
    Ok(kept)
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

/// Marks the resources and the flow of a finding.
///
/// # Errors
///
/// When no finding has that fingerprint.
pub fn mark(drawing: &mut Drawing, parts: &[Part], fingerprint: &str) -> Result<(), NotFound> {
    let mut message = None;
    let finder = Finder::of(drawing);
    let (mut items, mut edges) = (BTreeSet::new(), BTreeSet::new());
    for (index, part) in parts.iter().enumerate() {
        for finding in part.findings.iter().filter(|finding| finding.fingerprint == fingerprint) {
            message = Some(finding.message.clone());
            items.extend(finder.items(index, part, finding));
            edges.extend(finder.edges(drawing, index, part, finding));
        }
    }
    let title = message.ok_or_else(|| NotFound::Finding(fingerprint.to_owned()))?;
    drawing.title = Some(title);
    for (index, item) in drawing.items.iter_mut().enumerate() {
        item.marked |= items.contains(&index);
    }
    for (index, edge) in drawing.edges.iter_mut().enumerate() {
        edge.marked |= edges.contains(&index);
    }
    Ok(())
}
