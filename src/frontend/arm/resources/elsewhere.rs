//! Parts of resources that the template itself does not declare: a subnet in a network that exists already, a firewall rule
//! of another team's server. The whole is declared elsewhere; what the template says of its parts is known. What cannot be
//! judged without the whole is named in the summary, beside types that are not read.

use std::collections::BTreeMap;

use hashbrown::HashSet;

use super::Estate;
use super::estate::Address;
use super::fields::Fields;
use super::ids::{Belonging, last_name};
use super::known::Known;
use crate::frontend::arm::resource::{DEPLOYMENT, Evaluated, Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::ArmType;

/// A resource that is declared elsewhere, while parts of it are declared here.
pub(super) struct Whole<'a> {
    /// Its name and id; nothing is said of it.
    pub(super) resource: Resource,
    /// What the tables say of its type.
    pub(super) ty: Option<&'a ArmType>,
    /// The same without its parts.
    bare: Resource,
}

/// The wholes of parts, each once.
pub(super) fn wholes<'a>(all: &[Known<'a>]) -> Vec<Whole<'a>> {
    let of_part = |part: &Known<'a>| {
        let known = part.of_whole.filter(|known| known.label.as_deref().is_some_and(|label| label != "subnet"))?;
        let (ty, _) = part.resource.ty.rsplit_once('/')?;
        Some((part.belonging().whole?, ty, known))
    };
    let declared = all.iter().filter(|known| !known.resource.existing);
    let parts: Vec<_> = declared.clone().filter_map(|part| Some((part.resource, of_part(part)?))).collect();
    let mut missing: HashSet<&str> = parts.iter().map(|(_, (id, ..))| *id).collect();
    for known in declared {
        if missing.is_empty() {
            return Vec::new();
        }
        missing.remove(&*known.resource.id);
    }
    let mut found = Vec::new();
    for (part, (id, name, ty)) in parts.into_iter().filter(|(_, (id, ..))| missing.remove(*id)) {
        let resource = whole(part, name, id);
        let bare = Resource { id: "".into(), ..resource.clone() };
        found.push(Whole { resource, ty: Some(ty), bare });
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
pub(super) fn read<'a>(
    estate: &mut Estate<'a>,
    whole: &'a Whole<'a>,
    belonging: &Belonging<'_>,
    address: &Address<'a>,
) -> Fields {
    let mut fields = super::read(estate, address.label, &whole.resource, belonging);
    fields.leave_out(&super::read(estate, address.label, &whole.bare, &Belonging::of(&whole.bare.id)));
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
pub(super) fn detached(estate: &Estate<'_>, all: &[Known<'_>]) -> Vec<Detached> {
    let parts = all.iter().filter(|known| !known.resource.existing);
    let detached = parts.filter_map(|part| {
        let (ty, why) = part.ty?.detached.as_ref()?;
        let whole = part.belonging().whole.filter(|whole| estate.resource(whole).is_none())?;
        Some(Detached { whole: estate.address(whole)?.text().to_string(), ty: ty.clone(), why: why.clone() })
    });
    detached.collect()
}

/// What matters and was not understood: types that are not read, and deployments whose template is not here.
pub(super) fn unread(all: &[Known<'_>], evaluated: &Evaluated) -> BTreeMap<String, (String, usize)> {
    let types = all.iter().filter_map(|known| known.ty?.unread.as_ref());
    let types = types.map(|(name, why)| (name.as_str(), why.as_str()));
    let deployments = evaluated.gaps.iter().filter(|gap| gap.ty.eq_ignore_ascii_case(DEPLOYMENT));
    let mut unread = BTreeMap::new();
    for (name, why) in types.chain(deployments.map(|gap| (DEPLOYMENT, &*gap.why))) {
        unread.entry(name.to_owned()).or_insert_with(|| (why.to_owned(), 0)).1 += 1;
    }
    unread
}
