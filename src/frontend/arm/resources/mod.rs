//! From the resources of a template to the sections of a topology file.
//!
//! Which property becomes which field stands here, a file for each family. What words, types and ids are called is data:
//! `rules/arm/`. What several resources say of one thing comes together before anything is written: parts that are
//! resources of their own, the zone group of a private endpoint, the links of a zone, the inputs of a job.

mod access;
mod apps;
mod bindings;
mod common;
mod computed;
mod connections;
mod databases;
mod dns;
mod elsewhere;
mod estate;
mod fields;
mod ids;
mod iot_hub;
mod known;
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

pub use computed::Computed;
pub use elsewhere::Detached;

use super::resource::{DEPLOYMENT, Evaluated, Presence, Resource};
use crate::knowledge::tables::ArmTables;
use crate::source::{NodeId, Problem, Sources};
use crate::topology::Catalogue;

use computed::ComputedData;
use estate::{Address, Estate};
use fields::{Fields, trail_of};
use ids::Belonging;
use known::Known;
use reading::shown;

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
    let known = Known::all(tables, evaluated);
    let wholes = elsewhere::wholes(&known);
    let mut estate = Estate::new(sources, tables, catalogue, &known);
    estate.current = root;
    let mut drafts = Vec::with_capacity(known.len());
    let standing = name(&mut estate, known.iter().filter(|known| !known.resource.existing));
    let known_wholes: Vec<Known<'_>> = wholes.iter().map(|whole| Known::new(&whole.resource, whole.ty)).collect();
    let of_wholes = name(&mut estate, &known_wholes);
    for (known, address) in &standing {
        let resource = known.resource;
        estate.current = resource.node;
        let fields = read(&mut estate, address.label, resource, known.belonging());
        let position = estate.draft(&resource.id, drafts.len());
        add_draft(&mut drafts, position, resource, address, fields);
    }
    for (whole, (known, address)) in wholes.iter().zip(&of_wholes) {
        let resource = known.resource;
        estate.current = resource.node;
        let fields = elsewhere::read(&mut estate, whole, known.belonging(), address);
        estate.add_outside(address, &resource.id, resource.head, fields);
    }
    for resource in evaluated.resources.iter().filter(|resource| resource.existing) {
        // Whoever refers to it finds it; its name is that of the first mention.
        let _ = estate.named(&resource.id, estate::Wanted::Scope, resource.head);
    }
    estate.endpoints_elsewhere();
    let roles = roles::read(&mut estate, &known);
    let unread = elsewhere::unread(&known, evaluated);
    let detached = elsewhere::detached(&estate, &known);
    let understood = standing.len();
    let mut tree = sections(&mut estate, drafts);
    tree.set("role_assignments", roles);
    open(&mut tree, &estate, evaluated);
    Converted { tree: tree.at(root), unread, detached, understood, problems: estate.into_problems() }
}

/// Gives the resources that stand alone their names, and subnets theirs behind their networks.
fn name<'k, 'a: 'k>(
    estate: &mut Estate<'a>,
    resources: impl IntoIterator<Item = &'k Known<'a>>,
) -> Vec<(&'k Known<'a>, Address<'a>)> {
    let tables = estate.tables;
    let mut standing = Vec::new();
    for known in resources {
        let resource = known.resource;
        let Some(ty) = known.ty.filter(|ty| ty.label.is_some()) else { continue };
        let kind = estate.find(&resource.body, "kind");
        let Some(label) = tables.label_of(ty, kind.text()).filter(|label| *label != "subnet") else { continue };
        let name = shown(&resource.name);
        let address = estate.call(&resource.id, known.belonging(), label, ids::last_name(&name));
        standing.push((known, address));
    }
    for (known, address) in &standing {
        if address.label == "vnet" {
            networks::name_subnets(estate, known.resource, address);
        }
    }
    standing
}

/// The fields of a resource.
fn read<'a>(estate: &mut Estate<'a>, label: &str, resource: &'a Resource, belonging: &Belonging<'_>) -> Fields {
    let mut fields = estate.common(label, resource, belonging);
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

/// An object that is complete.
struct Draft<'a> {
    address: Address<'a>,
    head: Computed,
    node: NodeId,
    /// The loops around it, in words.
    turn: Option<Rc<String>>,
    certain: bool,
    fields: Fields,
}

/// Adds what a resource was read as, at the position of the draft of its id: in the order of the template.
fn add_draft<'a>(
    drafts: &mut Vec<Draft<'a>>,
    position: usize,
    resource: &Resource,
    address: &Address<'a>,
    fields: Fields,
) {
    let certain = resource.existence == Presence::Certain;
    if let Some(known) = drafts.get_mut(position) {
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
    let head = Computed::text(address.name().to_owned(), resource.head).given(trail_of(&resource.name));
    let head = head.in_turn(turn.clone());
    drafts.push(Draft { address: address.clone(), head, node: resource.node, turn, certain, fields });
}

/// In which turns of which loops a resource is declared.
fn turns_of(resource: &Resource) -> Option<Rc<String>> {
    if resource.loops.is_empty() {
        return None;
    }
    let turns = resource.loops.iter().map(|turn| match turn.index {
        Some(index) => format!("in loop `{}`, index {index}", turn.name),
        None => format!("in loop `{}`", turn.name),
    });
    Some(Rc::new(turns.collect::<Vec<String>>().join(", ")))
}

/// The sections, with what is declared elsewhere behind what is declared here.
fn sections(estate: &mut Estate<'_>, drafts: Vec<Draft<'_>>) -> Fields {
    let outside = std::mem::take(&mut estate.outside);
    let (subnets, others): (Vec<_>, Vec<_>) =
        outside.into_iter().partition(|outside| outside.address.label == "subnet");
    let subnets = by_network(&subnets);
    let mut sections = Sections { estate, of_labels: HashMap::new(), all: Vec::new() };
    for mut draft in drafts {
        if draft.address.label == "vnet" {
            add_outside_subnets(&mut draft.fields, subnets.get(draft.address.name()));
        }
        sections.add(draft.address.label, draft.head, draft.fields.at(draft.node).in_turn(draft.turn));
    }
    for outside in others {
        let mut fields = outside.fields;
        fields.set("outside", Computed::boolean(true, outside.at));
        if let Some(id) = &outside.id {
            fields.set("id", Computed::text(id, outside.at));
        }
        if outside.address.label == "vnet" {
            add_outside_subnets(&mut fields, subnets.get(outside.address.name()));
        }
        let head = Computed::text(outside.address.name().to_owned(), outside.at);
        sections.add(outside.address.label, head, fields.at(outside.at));
    }
    let mut tree = Fields::default();
    for (section, fields) in sections.all {
        let name = Computed::text(section.to_owned(), NodeId::NOWHERE);
        tree.name(name, fields.at(NodeId::NOWHERE));
    }
    tree
}

/// The sections of a topology while they are filled.
struct Sections<'e, 'a> {
    estate: &'e Estate<'a>,
    /// The position of the section of a label, if it has one.
    of_labels: HashMap<&'a str, Option<usize>>,
    all: Vec<(&'a str, Fields)>,
}

impl<'a> Sections<'_, 'a> {
    fn add(&mut self, label: &'a str, key: Computed, body: Computed) {
        let (estate, all) = (self.estate, &mut self.all);
        let position = *self.of_labels.entry(label).or_insert_with(|| {
            let section = estate.section(label)?;
            Some(all.iter().position(|(name, _)| *name == section).unwrap_or_else(|| {
                all.push((section, Fields::default()));
                all.len() - 1
            }))
        });
        if let Some((_, fields)) = position.and_then(|position| self.all.get_mut(position)) {
            fields.name(key, body);
        }
    }
}

/// Subnets that are declared elsewhere, each with its name in its network, by what can be the name of that.
type Subnets<'s> = HashMap<&'s str, Vec<(&'s str, &'s estate::Outside<'s>)>>;

fn by_network<'s>(subnets: &'s [estate::Outside<'s>]) -> Subnets<'s> {
    let mut networks = Subnets::new();
    for subnet in subnets {
        let name = subnet.address.name();
        for (slash, _) in name.match_indices('/') {
            let (network, own) = (name.get(..slash).unwrap_or(""), name.get(slash + 1..).unwrap_or(""));
            networks.entry(network).or_default().push((own, subnet));
        }
    }
    networks
}

/// Adds the subnets of a network that are named but not declared here.
fn add_outside_subnets(fields: &mut Fields, subnets: Option<&Vec<(&str, &estate::Outside<'_>)>>) {
    let mut children = Fields::default();
    let mut at = NodeId::NOWHERE;
    for (name, subnet) in subnets.into_iter().flatten() {
        at = subnet.at;
        let mut body = Fields::default();
        body.set("outside", Computed::boolean(true, subnet.at));
        if let Some(id) = subnet.id.as_ref().filter(|id| ids::parse(id).is_some()) {
            body.set("id", Computed::text(id, subnet.at));
        }
        children.name(Computed::text((*name).to_owned(), subnet.at), body.at(subnet.at));
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
                tree.name(Computed::text(section.to_owned(), gap.at), Computed::unknown(&gap.why, gap.at));
            }
        }
    }
}
