//! Parts of resources that the template itself does not declare: a subnet in a network that exists already, a firewall rule
//! of another team's server. The whole is declared elsewhere; what the template says of its parts is known.

use std::collections::HashSet;

use super::Estate;
use super::estate::Address;
use super::fields::Fields;
use super::ids::{last_name, parent};
use crate::frontend::arm::resource::{Evaluated, Presence, Resource};
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
pub(super) fn of(tables: &ArmTables, evaluated: &Evaluated) -> Vec<Whole> {
    let declared = evaluated.resources.iter().filter(|resource| !resource.existing);
    let mut known: HashSet<&str> = declared.clone().map(|resource| &*resource.id).collect();
    let mut wholes = Vec::new();
    for part in declared {
        let ty = part.ty.rsplit_once('/').map_or("", |(ty, _)| ty);
        if tables.label(ty, None).is_none_or(|label| label == "subnet") {
            continue;
        }
        if let Some(id) = parent(&part.id).filter(|id| known.insert(id)) {
            let resource = whole(part, ty, id);
            let bare = Resource { id: "".into(), ..resource.clone() };
            wholes.push(Whole { resource, bare });
        }
    }
    wholes
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

/// Whether something is said of it that is judged with the whole: not only subnets, which are judged on their own.
pub(super) fn is_judged_as_a_whole(fields: &Fields) -> bool {
    fields.names().any(|name| !["id", "subscription", "resource_group", "subnets"].contains(&name))
}
