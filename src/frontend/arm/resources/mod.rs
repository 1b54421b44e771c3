//! From the resources of a template to the sections of a topology file.
//!
//! Which property becomes which field stands here, a file for each family. What words, types and ids are called is data:
//! `rules/arm/`. What several resources say of one thing comes together before anything is written: parts that are
//! resources of their own, the zone group of a private endpoint, the links of a zone, the inputs of a job.

mod access;
mod apps;
mod bindings;
mod common;
mod connections;
mod databases;
mod dns;
mod elsewhere;
mod estate;
mod fields;
mod ids;
mod iot_hub;
mod mentions;
mod messaging;
mod names;
mod networks;
mod private_endpoints;
mod reading;
mod roles;
mod security;
mod services;
mod storage;
mod stream_analytics;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use hashbrown::HashMap;

pub use elsewhere::Detached;

use super::resource::{DEPLOYMENT, Evaluated, Presence, Resource};
use crate::knowledge::tables::ArmTables;
use crate::source::{Computed, ComputedData, NodeId, Problem, Sources};
use crate::topology::Catalogue;

use estate::{Address, Estate};
use fields::{Fields, trail_of};

/// What a template was turned into.
#[derive(Debug)]
pub struct Converted {
    /// Sections as in a topology file.
    pub tree: Computed,
    /// Types that matter and were not understood, with what stays untold, and how many resources there were.
    pub unread: BTreeMap<String, (String, usize)>,
    /// Parts of resources that are declared elsewhere, which can be judged only with them.
    pub detached: Vec<Detached>,
    /// How many resources were understood.
    pub understood: usize,
    /// What is wrong with properties.
    pub problems: Vec<Problem>,
}

/// Turns the resources of a template into the sections of a topology file. `root` is the template, the place of what
/// stands nowhere.
#[must_use]
pub fn convert(
    sources: &Sources,
    tables: &ArmTables,
    catalogue: &Catalogue,
    evaluated: &Evaluated,
    root: NodeId,
) -> Converted {
    let wholes = elsewhere::wholes(tables, evaluated);
    let mut estate = Estate::new(sources, tables, catalogue, evaluated);
    estate.current = root;
    let mut drafts = Drafts::default();
    let standing = name_all(&mut estate, evaluated);
    let of_wholes = name(&mut estate, wholes.iter().map(|whole| &whole.resource));
    for (resource, address) in &standing {
        estate.current = resource.node;
        let fields = read(&mut estate, &address.label, resource);
        drafts.add(resource, address, fields);
    }
    for (whole, (resource, address)) in wholes.iter().zip(&of_wholes) {
        estate.current = resource.node;
        let fields = elsewhere::read(&mut estate, whole, address);
        estate.add_outside(address, &resource.id, resource.head, fields);
    }
    for resource in evaluated.resources.iter().filter(|resource| resource.existing) {
        // Whoever refers to it finds it; its name is that of the first mention.
        let _ = estate.named(&resource.id, estate::Wanted::Scope, resource.head);
    }
    estate.endpoints_elsewhere();
    let roles = roles::read(&mut estate, evaluated);
    let unread = elsewhere::unread(tables, evaluated);
    let detached = elsewhere::detached(&estate, evaluated);
    let understood = standing.len();
    let mut tree = sections(&estate, drafts);
    tree.set("role_assignments", roles);
    open(&mut tree, &estate, evaluated);
    Converted { tree: tree.at(root), unread, detached, understood, problems: estate.into_problems() }
}

/// Gives every resource that stands alone its name.
fn name_all<'a>(estate: &mut Estate<'a>, evaluated: &'a Evaluated) -> Vec<(&'a Resource, Address)> {
    name(estate, evaluated.resources.iter().filter(|resource| !resource.existing))
}

/// Gives resources their names, and subnets theirs behind their networks.
fn name<'a>(
    estate: &mut Estate<'a>,
    resources: impl IntoIterator<Item = &'a Resource>,
) -> Vec<(&'a Resource, Address)> {
    let mut standing = Vec::new();
    for resource in resources {
        let kind = estate.find(&resource.body, "kind");
        let Some(label) = estate.tables.label(&resource.ty, kind.text()) else { continue };
        if label == "subnet" {
            continue;
        }
        let label = label.to_owned();
        let name = resource.name.display();
        let address = estate.call(&resource.id, &label, ids::last_name(&name));
        standing.push((resource, address));
    }
    for (resource, address) in &standing {
        if address.label == "vnet" {
            networks::name_subnets(estate, resource, address);
        }
    }
    standing
}

/// The fields of a resource.
fn read<'a>(estate: &mut Estate<'a>, label: &str, resource: &'a Resource) -> Fields {
    let mut fields = estate.common(label, resource);
    match label {
        "job" => stream_analytics::job(estate, resource, &mut fields),
        "cluster" => stream_analytics::cluster(estate, resource, &mut fields),
        "hub" => iot_hub::hub(estate, resource, &mut fields),
        "vnet" => networks::vnet(estate, resource, &mut fields),
        "nsg" => security::group(estate, resource, &mut fields),
        "route_table" => security::route_table(estate, resource, &mut fields),
        "workload" => security::firewall(estate, resource, &mut fields),
        "private_endpoint" => private_endpoints::endpoint(estate, resource, &mut fields),
        "dns_zone" => dns::zone(estate, resource, &mut fields),
        "storage" => storage::account(estate, resource, &mut fields),
        "event_hubs" | "service_bus" | "event_grid" => messaging::namespace(estate, label, resource, &mut fields),
        "sql" | "synapse" | "postgresql" | "mysql" | "mariadb" | "cosmos_db" => {
            databases::server(estate, label, resource, &mut fields);
        }
        "app_service" | "functions" => apps::app(estate, resource, &mut fields),
        _ => services::service(estate, label, resource, &mut fields),
    }
    fields
}

/// Objects that are complete, by label, in the order of the template.
#[derive(Default)]
struct Drafts {
    all: Vec<Draft>,
    /// The position of the draft of an id.
    positions: HashMap<Rc<str>, usize>,
}

struct Draft {
    address: Address,
    head: Computed,
    node: NodeId,
    /// The loops around it, in words.
    turn: Option<String>,
    certain: bool,
    fields: Fields,
}

impl Drafts {
    fn add(&mut self, resource: &Resource, address: &Address, fields: Fields) {
        let certain = resource.existence == Presence::Certain;
        let position = *self.positions.entry(Rc::clone(&resource.id)).or_insert(self.all.len());
        if let Some(known) = self.all.get_mut(position) {
            // What is deployed later holds; of two that are perhaps deployed nobody knows which one is.
            if certain {
                known.fields.over(fields);
            } else if known.certain {
                let before = known.fields.clone();
                let mut both = fields;
                both.either(&before, "it depends on what is deployed");
                known.fields.over(both);
            } else {
                known.fields.either(&fields, "it depends on which of two declarations is deployed");
            }
            known.certain |= certain;
            return;
        }
        let turn = turns_of(resource);
        let head = Computed::text(&address.name, resource.head).given(trail_of(&resource.name)).in_turn(turn.clone());
        self.all.push(Draft { address: address.clone(), head, node: resource.node, turn, certain, fields });
    }
}

/// In which turns of which loops a resource is declared.
fn turns_of(resource: &Resource) -> Option<String> {
    let turns = resource.loops.iter().map(|turn| match turn.index {
        Some(index) => format!("in loop `{}`, index {index}", turn.name),
        None => format!("in loop `{}`", turn.name),
    });
    let turns: Vec<String> = turns.collect();
    (!turns.is_empty()).then(|| turns.join(", "))
}

/// The sections, with what is declared elsewhere behind what is declared here.
fn sections(estate: &Estate<'_>, drafts: Drafts) -> Fields {
    let mut sections: Vec<(&str, Fields)> = Vec::new();
    let mut add = |label: &str, key: Computed, body: Computed| {
        let Some(section) = estate.section(label) else { return };
        let position = sections.iter().position(|(name, _)| *name == section).unwrap_or_else(|| {
            sections.push((section, Fields::default()));
            sections.len() - 1
        });
        if let Some((_, fields)) = sections.get_mut(position) {
            fields.name(key, body);
        }
    };
    let (subnets, others): (Vec<_>, Vec<_>) =
        estate.outside.iter().partition(|outside| outside.address.label == "subnet");
    let subnets = by_network(&subnets);
    for mut draft in drafts.all {
        if draft.address.label == "vnet" {
            add_outside_subnets(&mut draft.fields, subnets.get(&*draft.address.name));
        }
        add(&draft.address.label, draft.head, draft.fields.at(draft.node).in_turn(draft.turn));
    }
    for outside in others {
        let mut fields = outside.fields.clone();
        fields.set("outside", Computed::boolean(true, outside.at));
        if let Some(id) = &outside.id {
            fields.set("id", Computed::text(&**id, outside.at));
        }
        if outside.address.label == "vnet" {
            add_outside_subnets(&mut fields, subnets.get(&*outside.address.name));
        }
        add(&outside.address.label, Computed::text(&outside.address.name, outside.at), fields.at(outside.at));
    }
    let mut tree = Fields::default();
    for (section, fields) in sections {
        tree.set(section, fields.at(NodeId::NOWHERE));
    }
    tree
}

/// Subnets that are declared elsewhere, each with its name in its network, by what can be the name of that.
type Subnets<'s> = HashMap<&'s str, Vec<(&'s str, &'s estate::Outside)>>;

fn by_network<'s>(subnets: &[&'s estate::Outside]) -> Subnets<'s> {
    let mut networks = Subnets::new();
    for subnet in subnets {
        let name = subnet.address.name.as_str();
        for (slash, _) in name.match_indices('/') {
            let (network, own) = (name.get(..slash).unwrap_or(""), name.get(slash + 1..).unwrap_or(""));
            networks.entry(network).or_default().push((own, subnet));
        }
    }
    networks
}

/// Adds the subnets of a network that are named but not declared here.
fn add_outside_subnets(fields: &mut Fields, subnets: Option<&Vec<(&str, &estate::Outside)>>) {
    let mut children = Fields::default();
    let mut at = NodeId::NOWHERE;
    for (name, subnet) in subnets.into_iter().flatten() {
        at = subnet.at;
        let mut body = Fields::default();
        body.set("outside", Computed::boolean(true, subnet.at));
        if let Some(id) = subnet.id.as_ref().filter(|id| ids::parse(id).is_some()) {
            body.set("id", Computed::text(&**id, subnet.at));
        }
        children.name(Computed::text(*name, subnet.at), body.at(subnet.at));
    }
    if children.is_empty() {
        return;
    }
    match fields.get("subnets").map(|known| &known.data) {
        Some(ComputedData::Unknown(_)) => {}
        _ => {
            let mut with = Fields::default();
            with.set("subnets", children.at(at));
            fields.over(with);
        }
    }
}

/// Opens the sections of which the template may deploy more than could be listed.
fn open(tree: &mut Fields, estate: &Estate<'_>, evaluated: &Evaluated) {
    let mut opened = BTreeSet::new();
    for gap in &evaluated.gaps {
        let tables = estate.tables;
        let sections: Vec<&str> = if gap.ty.eq_ignore_ascii_case(DEPLOYMENT) {
            tables.unread_sections().iter().map(String::as_str).collect()
        } else {
            tables.label(&gap.ty, None).and_then(|label| estate.section(label)).into_iter().collect()
        };
        for section in sections {
            // One reason is enough, however many deployments there are.
            if opened.insert(section) {
                tree.name(Computed::text(section, gap.at), Computed::unknown(&*gap.why, gap.at));
            }
        }
    }
}
