//! Where everything stands: which resource is in which subnet, network, site or cluster. Pictures are made of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Finding, FlowResult};
use crate::topology::{
    CLUSTER, DEVICE, DNS_ZONE, Existence, HUB, JOB, KindId, NSG, ObjectId, PRIVATE_ENDPOINT, ROLE_ASSIGNMENT,
    ROUTE_TABLE, SERVICE_RESOURCE, SITE, SUBNET, SlotIndex, Topology, VNET, Value, WORKLOAD, device, dns_zone, job,
    private_endpoint, role_assignment, service_resource, subnet, vnet, vnet_integration, workload,
};

/// What can be drawn of a topology, beside its flows.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    /// Resources and what surrounds them, each after what it stands in.
    pub standings: Vec<Standing>,
    /// Of the addresses that findings name and that are not drawn themselves: what is drawn in their place.
    pub shown_as: BTreeMap<String, BTreeSet<String>>,
}

/// What one unit gives to a picture.
#[derive(Debug, Clone)]
pub struct Part {
    /// What the unit is called, where there are several.
    pub name: String,
    /// Where everything stands.
    pub estate: Estate,
    /// What connects to what.
    pub flows: Vec<FlowResult>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// A resource and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// `kind/name`.
    pub address: String,
    /// Whether other resources stand in it.
    pub surrounding: Option<Surrounding>,
    /// The address of what it stands in.
    pub within: Option<String>,
    /// The resources that it leads to, of a private endpoint.
    pub leads_to: Vec<String>,
    /// The networks that it is peered with.
    pub peered: Vec<String>,
    /// It is declared elsewhere.
    pub outside: bool,
    /// It cannot be told whether it exists.
    pub maybe: bool,
}

/// What resources can stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surrounding {
    /// A virtual network.
    Network,
    /// A subnet of one.
    Subnet,
    /// A place on the customer's premises.
    Site,
    /// A Stream Analytics cluster.
    Cluster,
}

/// What is drawn as a resource.
const RESOURCES: &[KindId] = &[JOB, HUB, SERVICE_RESOURCE, WORKLOAD, DEVICE, PRIVATE_ENDPOINT];

/// What is drawn as a box around resources, the outer ones first.
const SURROUNDINGS: &[(KindId, Surrounding)] = &[
    (VNET, Surrounding::Network),
    (SITE, Surrounding::Site),
    (CLUSTER, Surrounding::Cluster),
    (SUBNET, Surrounding::Subnet),
];

/// What is not drawn but for what it refers to, or what refers to it.
const THROUGH: &[(KindId, &[SlotIndex])] =
    &[(ROLE_ASSIGNMENT, &[role_assignment::principal, role_assignment::scope]), (DNS_ZONE, &[dns_zone::links])];

impl Estate {
    /// Reads where everything stands.
    #[must_use]
    pub fn of(topology: &Topology) -> Self {
        let boxes = SURROUNDINGS.iter().map(|(kind, surrounding)| (*kind, Some(*surrounding)));
        let resources = RESOURCES.iter().map(|kind| (*kind, None));
        let mut standings = Vec::new();
        for (kind, surrounding) in boxes.chain(resources) {
            let mut some: Vec<Standing> =
                topology.of_kind(kind).iter().map(|id| standing(topology, *id, surrounding)).collect();
            some.sort_by(|a, b| a.address.cmp(&b.address));
            standings.extend(some);
        }
        Self { standings, shown_as: shown_as(topology) }
    }
}

fn standing(topology: &Topology, id: ObjectId, surrounding: Option<Surrounding>) -> Standing {
    let object = topology.object(id);
    let leads_to =
        if object.kind == PRIVATE_ENDPOINT { named(topology, id, private_endpoint::target) } else { Vec::new() };
    let peered = if object.kind == VNET { named(topology, id, vnet::peerings) } else { Vec::new() };
    let addresses = |ids: Vec<ObjectId>| ids.into_iter().map(|id| topology.address(id)).collect();
    Standing {
        address: topology.address(id),
        surrounding,
        within: within(topology, id).map(|id| topology.address(id)),
        leads_to: addresses(leads_to),
        peered: addresses(peered),
        outside: object.outside,
        maybe: matches!(object.existence, Existence::Maybe(_)),
    }
}

/// What a resource stands in, as far as that is known.
fn within(topology: &Topology, id: ObjectId) -> Option<ObjectId> {
    let first = |slots: &[SlotIndex]| slots.iter().find_map(|slot| named(topology, id, *slot).into_iter().next());
    let object = topology.object(id);
    match object.kind {
        SUBNET => object.parent,
        JOB => {
            let injection = first(&[job::vnet_integration]);
            let subnet = injection.and_then(|id| named(topology, id, vnet_integration::subnet).into_iter().next());
            subnet.or_else(|| first(&[job::cluster]))
        }
        SERVICE_RESOURCE => first(&[service_resource::subnet]),
        WORKLOAD => first(&[workload::subnet, workload::site]),
        DEVICE => first(&[device::subnet, device::site]),
        PRIVATE_ENDPOINT => first(&[private_endpoint::subnet]),
        _ => None,
    }
}

/// The objects that a field names.
fn named(topology: &Topology, id: ObjectId, slot: SlotIndex) -> Vec<ObjectId> {
    match topology.slot(id, slot).value {
        Value::Object(other) => vec![other],
        Value::List(list) => {
            let items = topology.list(list).iter();
            items.filter_map(|item| if let Value::Object(other) = item.value { Some(other) } else { None }).collect()
        }
        _ => Vec::new(),
    }
}

fn is_drawn(kind: KindId) -> bool {
    RESOURCES.contains(&kind) || SURROUNDINGS.iter().any(|(known, _)| *known == kind)
}

fn shown_as(topology: &Topology) -> BTreeMap<String, BTreeSet<String>> {
    let mut shown: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (index, object) in (0u32..).zip(topology.objects()) {
        let id = ObjectId(index);
        if is_drawn(object.kind) {
            continue;
        }
        let owner = std::iter::successors(object.parent, |parent| topology.object(*parent).parent)
            .find(|parent| is_drawn(topology.object(*parent).kind));
        let slots = THROUGH.iter().find(|(kind, _)| *kind == object.kind).map_or(&[][..], |(_, slots)| *slots);
        let others = slots.iter().flat_map(|slot| named(topology, id, *slot));
        let others: BTreeSet<String> = others.chain(owner).map(|other| topology.address(other)).collect();
        if !others.is_empty() {
            shown.entry(topology.address(id)).or_default().extend(others);
        }
    }
    // What acts on subnets is shown by them.
    for id in topology.of_kind(SUBNET) {
        for guard in [subnet::nsg, subnet::route_table].iter().flat_map(|slot| named(topology, *id, *slot)) {
            debug_assert!([NSG, ROUTE_TABLE].contains(&topology.object(guard).kind), "a subnet is guarded by these");
            shown.entry(topology.address(guard)).or_default().insert(topology.address(*id));
        }
    }
    shown
}
