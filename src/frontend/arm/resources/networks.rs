//! Virtual networks, their subnets and peerings.

use std::rc::Rc;

use hashbrown::HashMap;

use super::Estate;
use super::computed::{Computed, ComputedData, Given, Text};
use super::estate::{Address, Wanted, perhaps, within};
use super::fields::{Fields, trail_of, turn_of, unknown};
use super::ids::last_name;
use super::reading::{Found, items_of, list_of, shown, text_of};
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::resource::{Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::source::NodeId;

/// Notes what the subnets of a network are called, so that others can name them.
pub(super) fn name_subnets<'a>(estate: &mut Estate<'a>, network: &'a Resource, address: &Address<'a>) {
    for subnet in subnets(estate, network).0 {
        estate.note(&subnet.id, last_name(&subnet.id), address.subnet(&subnet.name));
    }
}

pub(super) fn vnet<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let space = estate.find(body, "properties.addressSpace.addressPrefixes");
    fields.set("address_space", estate.texts(space));
    let servers = estate.find(body, "properties.dhcpOptions.dnsServers");
    let servers = estate.texts(servers);
    let is_empty = matches!(&servers, Some(Computed { data: ComputedData::Sequence(items), .. }) if items.is_empty());
    fields.set("dns_servers", servers.filter(|_| !is_empty));
    peerings(estate, resource, fields);
    let (found, at, rest) = subnets(estate, resource);
    let mut children = Fields::default();
    let mut written: Vec<(Computed, NodeId, Fields)> = Vec::new();
    let mut positions: HashMap<Rc<str>, usize> = HashMap::new();
    for subnet in found {
        let mut body = read_subnet(estate, &subnet);
        if resource.existing {
            // The network is declared elsewhere, and its subnets with it, but for this one.
            body.set("outside", Computed::boolean(false, subnet.head));
        }
        let position = *positions.entry(subnet.id).or_insert(written.len());
        match written.get_mut(position) {
            Some((.., known)) => known.over(body),
            None => {
                let key = Computed::text(subnet.name, subnet.head).given(subnet.given).in_turn(subnet.turn);
                written.push((key, subnet.node, body));
            }
        }
    }
    for (key, node, body) in written {
        let turn = key.turn.clone();
        children.name(key, body.at(node).in_turn(turn));
    }
    match rest {
        Some(why) if children.is_empty() => fields.set("subnets", why),
        Some(why) => children.name(Computed::text("{more}", why.at), why),
        None => {}
    }
    if !children.is_empty() {
        fields.set("subnets", children.at(at.unwrap_or(resource.node)));
    }
}

/// A subnet: part of its network, or a resource of its own.
struct Subnet<'a> {
    id: Rc<str>,
    name: Text,
    head: NodeId,
    node: NodeId,
    given: Given,
    /// The loops around it, in words.
    turn: Option<Rc<String>>,
    body: &'a Value,
    existence: &'a Presence,
}

/// The subnets of a network, the place of their list, and why there may be more.
fn subnets<'a>(estate: &mut Estate<'a>, network: &'a Resource) -> (Vec<Subnet<'a>>, Option<NodeId>, Option<Computed>) {
    let mut found = Vec::new();
    let inline = estate.find(&network.body, "properties.subnets");
    let (items, at, rest) = match estate.items(inline) {
        Ok(items) => (items.items, items.at, items.rest),
        Err(why) => (&[][..], None, Some(why)),
    };
    for item in items {
        let Some(name) = name_of(item) else { continue };
        let text = shown(name);
        found.push(Subnet {
            id: normalised(&[&*network.id, "/subnets/", &*text].concat()),
            name: text,
            head: if name.at.is_somewhere() { name.at } else { item.at },
            node: item.at,
            given: trail_of(name),
            turn: turn_of(item),
            body: item,
            existence: &network.existence,
        });
    }
    for part in estate.parts_of(&network.id, "subnets").into_iter().filter(|part| !part.existing) {
        found.push(Subnet {
            id: Rc::clone(&part.id),
            name: last_name(&shown(&part.name)).to_owned().into(),
            head: part.head,
            node: part.node,
            given: trail_of(&part.name),
            turn: super::turns_of(part),
            body: &part.body,
            existence: &part.existence,
        });
    }
    (found, at, rest)
}

fn name_of(item: &Value) -> Option<&Value> {
    use crate::frontend::arm::value::Lookup;
    match item.as_object()?.get("name") {
        Lookup::Found(name) => Some(name),
        _ => None,
    }
}

fn read_subnet<'a>(estate: &mut Estate<'a>, subnet: &Subnet<'a>) -> Fields {
    let mut fields = Fields::with_room(8);
    fields.set("id", Computed::text(&subnet.id, subnet.head));
    if let Presence::Maybe(why) = subnet.existence {
        fields.set("exists", Computed::unknown(why, subnet.head));
    }
    let properties = match estate.find(subnet.body, "properties") {
        Found::Here(properties) => properties,
        Found::Absent => return fields,
        Found::Unknown(why) => {
            for name in ["prefix", "service_endpoints", "nsg", "route_table", "delegation"] {
                fields.set(name, why.clone());
            }
            return fields;
        }
    };
    fields.set("prefix", estate.one_or_more(properties, "addressPrefix", "addressPrefixes"));
    let endpoints = estate.find(properties, "serviceEndpoints");
    let endpoints = estate.list(endpoints, |estate, endpoint| {
        let service = estate.find(endpoint, "service");
        estate.text(service).or_else(|| endpoint.first_unknown().map(|why| unknown(why, endpoint)))
    });
    fields.set("service_endpoints", endpoints);
    fields.set("service_endpoint_policies", policies(estate, properties));
    fields.set("delegation", delegation(estate, properties));
    fields.set("nsg", estate.reference_at(properties, "networkSecurityGroup.id", Wanted::Label("nsg")));
    fields.set("route_table", estate.reference_at(properties, "routeTable.id", Wanted::Label("route_table")));
    let gateway = estate.find(properties, "natGateway.id");
    let gateway = match gateway {
        Found::Here(value) => {
            let id = text_of(value).unwrap_or_else(|| "".into());
            let name = last_name(&id);
            let is_known = !name.is_empty() && !name.contains('{');
            let why = "the name of the NAT gateway is not known";
            Some(if is_known { Computed::text(name.to_owned(), value.at) } else { Computed::unknown(why, value.at) })
        }
        Found::Unknown(why) => Some(why),
        Found::Absent => None,
    };
    if let Some(gateway) = &gateway {
        let why = "the addresses of the NAT gateway are known once it is deployed";
        fields.set("public_egress_ips", Computed::unknown(why, gateway.at));
    }
    fields.set("nat_gateway", gateway);
    let word = estate.find(properties, "privateEndpointNetworkPolicies");
    fields.set("private_endpoint_network_policies", estate.word("private_endpoint_network_policies", word));
    let outbound = estate.find(properties, "defaultOutboundAccess");
    fields.set("default_outbound_access", estate.boolean(outbound));
    fields
}

fn delegation<'a>(estate: &mut Estate<'a>, properties: &'a Value) -> Option<Computed> {
    let delegations = estate.find(properties, "delegations");
    let delegations = match estate.items(delegations) {
        Ok(delegations) => delegations,
        Err(why) => return Some(why),
    };
    let Some(first) = delegations.items.first() else { return delegations.rest };
    let service = estate.find(first, "properties.serviceName");
    estate.text(service)
}

/// What the service endpoint policies of a subnet let through, as the policies say.
fn policies<'a>(estate: &mut Estate<'a>, properties: &'a Value) -> Option<Computed> {
    let found = estate.find(properties, "serviceEndpointPolicies");
    let items = match estate.items(found) {
        Ok(items) => items,
        Err(why) => return Some(why),
    };
    let at = items.at?;
    let mut elements: Vec<Computed> = items.rest.into_iter().collect();
    for item in items.items {
        let id = estate.find(item, "id");
        let id = id.value().and_then(crate::frontend::arm::identity::canonical);
        let policy = id.and_then(|id| estate.resource(&id));
        let Some(policy) = policy else {
            elements.push(Computed::unknown("the policy is declared elsewhere", item.at));
            continue;
        };
        let definitions = estate.find(&policy.body, "properties.serviceEndpointPolicyDefinitions");
        let definitions = estate.list(definitions, |estate, definition| {
            let mut fields = Fields::default();
            let service = estate.find(definition, "properties.service");
            let missing = || Computed::unknown("the template does not say it", definition.at);
            fields.set("endpoint", estate.text(service).unwrap_or_else(missing));
            let resources = estate.find(definition, "properties.serviceResources");
            fields.set("resources", estate.references(resources, None, Wanted::Service));
            Some(fields.at(definition.at))
        });
        elements.extend(items_of(definitions).0);
    }
    list_of(elements, Some(at))
}

/// What a peering leads to, and what it lets through.
fn peerings<'a>(estate: &mut Estate<'a>, network: &'a Resource, fields: &mut Fields) {
    let inline = estate.find(&network.body, "properties.virtualNetworkPeerings");
    let (items, mut at, rest) = match estate.items(inline) {
        Ok(items) => (items.items, items.at, items.rest),
        Err(why) => (&[][..], Some(why.at), Some(why)),
    };
    let mut lists: [Vec<Computed>; 3] = Default::default();
    let mut bodies: Vec<(&'a Value, Option<&'a Resource>)> = items.iter().map(|item| (item, None)).collect();
    for part in estate.parts_of(&network.id, "virtualNetworkPeerings").into_iter().filter(|part| !part.existing) {
        bodies.push((&part.body, Some(part)));
    }
    for (body, part) in bodies {
        let Some(remote) = estate.reference_at(body, "properties.remoteVirtualNetwork.id", Wanted::Label("vnet"))
        else {
            continue;
        };
        let remote = part.map_or(remote.clone(), |part| perhaps(part, remote));
        at = at.or(Some(remote.at));
        let allows = estate.find(body, "properties.allowVirtualNetworkAccess");
        let closed = allows.value().and_then(Value::as_bool) == Some(false);
        let state = estate.find(body, "properties.peeringState");
        let state = estate.word("peering_state", state);
        let broken = !state.is_some_and(|state| state.is_text("connected"));
        let peer = match (closed, broken) {
            (true, _) => Computed::unknown("the peering does not let the networks reach each other", remote.at),
            (_, true) => Computed::unknown("the peering was not connected when the template was written", remote.at),
            _ => remote.clone(),
        };
        let [peers, transit, gateways] = &mut lists;
        {
            peers.push(peer);
            for (list, path) in
                [(transit, "properties.allowGatewayTransit"), (gateways, "properties.useRemoteGateways")]
            {
                let found = estate.find(body, path);
                match found {
                    Found::Here(value) if value.as_bool() == Some(true) => {
                        let said = Computed { at: value.at, ..remote.clone() }.given(trail_of(value));
                        list.push(part.map_or(said.clone(), |part| within(part, said)));
                    }
                    Found::Unknown(why) => list.push(why),
                    _ => {}
                }
            }
        }
    }
    let [mut peers, transit, gateways] = lists;
    peers.extend(rest);
    fields.set("peerings", list_of(peers, at));
    fields.set("allow_gateway_transit", list_of(transit, None));
    fields.set("use_remote_gateways", list_of(gateways, None));
}
