//! Parts of resources that the template itself does not declare: a subnet in a network that exists already, a firewall rule
//! of another team's server. The whole is declared elsewhere; what the template says of its parts is known. What cannot be
//! judged without the whole is named in the summary, beside types that are not read.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::Estate;
use super::estate::Address;
use super::fields::Fields;
use super::ids::{last_name, parent};
use crate::frontend::arm::resource::{DEPLOYMENT, Evaluated, Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::ArmTables;

/// A resource that is declared elsewhere, while parts of it are declared here.
pub(super) struct Whole {
    /// Its name and id; nothing is said of it.
    pub(super) resource: Resource,
    /// The same without its parts.
    bare: Resource,
}

/// The wholes of parts, each once.
pub(super) fn wholes(tables: &ArmTables, evaluated: &Evaluated) -> Vec<Whole> {
    let declared = evaluated.resources.iter().filter(|resource| !resource.existing);
    let mut known: HashSet<&str> = declared.clone().map(|resource| &*resource.id).collect();
    let mut found = Vec::new();
    for part in declared {
        let ty = part.ty.rsplit_once('/').map_or("", |(ty, _)| ty);
        if tables.label(ty, None).is_none_or(|label| label == "subnet") {
            continue;
        }
        if let Some(id) = parent(&part.id).filter(|id| known.insert(id)) {
            let resource = whole(part, ty, id);
            let bare = Resource { id: "".into(), ..resource.clone() };
            found.push(Whole { resource, bare });
        }
    }
    found
}

fn whole(part: &Resource, ty: &str, id: &str) -> Resource {
    let joined = part.name.display();
    let name = joined.strip_suffix(last_name(&joined)).map_or("", |rest| rest.trim_end_matches('/'));
    let name = if name.is_empty() { last_name(id) } else { name };
    Resource {
        ty: ty.into(),
        name: Value::text(name).at(part.head),
        id: id.into(),
        symbolic_name: None,
        existing: true,
        existence: Presence::Certain,
        scope: None,
        depends_on: Vec::new(),
        body: Value::object([]),
        loops: Vec::new(),
        ..part.clone()
    }
}

/// What the template says of a whole. That nothing is said of it beside its parts means nothing: it is said elsewhere.
pub(super) fn read<'a>(estate: &mut Estate<'a>, whole: &'a Whole, address: &Address) -> Fields {
    let mut fields = super::read(estate, &address.label, &whole.resource);
    fields.leave_out(&super::read(estate, &address.label, &whole.bare));
    fields
}

/// A part of a resource that is declared elsewhere, which says nothing without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    /// What it is part of: `kind/name`.
    pub whole: String,
    /// Its type, as it is mostly written.
    pub ty: String,
    /// What stays untold.
    pub why: String,
}

/// The parts that say nothing without the wholes, which are declared elsewhere.
pub(super) fn detached(estate: &Estate<'_>, evaluated: &Evaluated) -> Vec<Detached> {
    let parts = evaluated.resources.iter().filter(|resource| !resource.existing);
    let detached = parts.filter_map(|part| {
        let (ty, why) = estate.tables.detached(&part.ty)?;
        let whole = parent(&part.id).filter(|whole| estate.resource(whole).is_none())?;
        Some(Detached { whole: estate.address(whole)?.text(), ty: ty.to_owned(), why: why.to_owned() })
    });
    detached.collect()
}

/// What matters and was not understood: types that are not read, and deployments whose template is not here.
pub(super) fn unread(tables: &ArmTables, evaluated: &Evaluated) -> BTreeMap<String, (String, usize)> {
    let types = evaluated.resources.iter().filter_map(|resource| tables.unread(&resource.ty));
    let deployments = evaluated.gaps.iter().filter(|gap| gap.ty.eq_ignore_ascii_case(DEPLOYMENT));
    let mut unread = BTreeMap::new();
    for (name, why) in types.chain(deployments.map(|gap| (DEPLOYMENT, &*gap.why))) {
        unread.entry(name.to_owned()).or_insert_with(|| (why.to_owned(), 0)).1 += 1;
    }
    unread
}
