//! Parts of what is declared elsewhere. Subnets are read as if their network were declared here with nothing else said of
//! it; other parts, and what a template leaves to others, are named in the summary.

use std::collections::{BTreeMap, HashSet};

use super::fields::Fields;
use super::ids::{parent, pieces};
use crate::frontend::arm::resource::{DEPLOYMENT, Evaluated, Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::ArmTables;
use crate::source::{Computed, ComputedData, NodeId};
use crate::topology::{FieldType, Topology, VNET};

/// Why nothing else is known of a network.
const WHY: &str = "the network is declared elsewhere";

/// What the id and the type of a network tell.
const TOLD: [&str; 4] = ["id", "subscription", "resource_group", "deployment_model"];

/// The networks of subnets that are declared here while they are not, each as a resource of which nothing else is said.
pub(super) fn networks(tables: &ArmTables, evaluated: &Evaluated) -> Vec<Resource> {
    let declared = declared(evaluated);
    let mut found: Vec<Resource> = Vec::new();
    for subnet in evaluated.resources.iter().filter(|resource| !resource.existing) {
        if tables.label(&subnet.ty, None) != Some("subnet") {
            continue;
        }
        let Some(id) = parent(&subnet.id).filter(|id| !declared.contains(id)) else { continue };
        if found.iter().any(|network| &*network.id == id) {
            continue;
        }
        let name = subnet.name.display();
        let Some(name) = pieces(&name).iter().rev().nth(1).map(|name| (*name).to_owned()) else { continue };
        let ty = subnet.ty.rsplit_once('/').map_or(&*subnet.ty, |(ty, _)| ty);
        found.push(Resource {
            ty: ty.into(),
            id: id.into(),
            name: Value { trail: subnet.name.trail.clone(), ..Value::text(&name).at(subnet.name.at) },
            existence: Presence::Certain,
            scope: None,
            depends_on: Vec::new(),
            symbolic_name: None,
            body: Value::object([]).at(subnet.node),
            loops: Vec::new(),
            ..subnet.clone()
        });
    }
    found
}

/// Makes everything unknown of such a network that nobody said; it may have more subnets.
pub(super) fn leave_open(fields: &mut Fields, at: NodeId) {
    let unknown = || Computed::unknown(WHY, at);
    if let Some(Computed { data: ComputedData::Mapping(children), .. }) = fields.get_mut("subnets") {
        children.push((Computed::text("{more}", at), unknown()));
    }
    for field in Topology::kind(VNET).fields {
        let is_told = matches!(field.ty, FieldType::Inverse(..) | FieldType::Parent(_)) || field.claim;
        if !is_told && !TOLD.contains(&field.name) && fields.get(field.name).is_none() {
            fields.set(field.name, Some(unknown()));
        }
    }
}

/// What matters and was not understood: types that are not read, parts of what is declared elsewhere, and deployments
/// whose template is not here.
pub(super) fn unread(tables: &ArmTables, evaluated: &Evaluated) -> BTreeMap<String, (String, usize)> {
    let declared = declared(evaluated);
    let mut unread = BTreeMap::new();
    let mut count = |name: &str, why: &str| {
        let entry = unread.entry(name.to_owned()).or_insert_with(|| (why.to_owned(), 0));
        entry.1 += 1;
    };
    for resource in &evaluated.resources {
        if let Some((name, why)) = tables.unread(&resource.ty) {
            count(name, why);
        }
        let whole = resource.scope.as_deref().or_else(|| parent(&resource.id));
        let is_alone = !resource.existing && whole.is_some_and(|whole| !declared.contains(whole));
        if let Some((name, why)) = tables.detached(&resource.ty).filter(|_| is_alone) {
            count(name, why);
        }
    }
    for gap in evaluated.gaps.iter().filter(|gap| gap.ty.eq_ignore_ascii_case(DEPLOYMENT)) {
        count(DEPLOYMENT, &gap.why);
    }
    unread
}

fn declared(evaluated: &Evaluated) -> HashSet<&str> {
    let declared = evaluated.resources.iter().filter(|resource| !resource.existing);
    declared.map(|resource| &*resource.id).collect()
}
