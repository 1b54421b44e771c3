//! Event Hubs and Service Bus namespaces, Event Grid topics.

use super::Estate;
use super::computed::Computed;
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::reading::{items_of, list_of};
use crate::frontend::arm::resource::Resource;

pub(super) fn namespace<'a>(estate: &mut Estate<'a>, label: &str, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let mut network = Fields::default();
    estate.public_access(resource, &mut network);
    if label == "event_grid" {
        if let Some(properties) = estate.find(body, "properties").value() {
            network.set("ip_rules", estate.ip_rules(properties, "inboundIpRules"));
        }
        fields.set("network", network.some(resource.node));
        return;
    }
    let tier = estate.find(body, "sku.name");
    fields.set("tier", estate.text(tier));
    let local = estate.find(body, "properties.disableLocalAuth");
    fields.set("local_auth", estate.negated(local));
    if label == "event_hubs" {
        fields.set("instances", estate.names_of_parts(&resource.id, "eventhubs"));
    } else {
        fields.set("queues", estate.names_of_parts(&resource.id, "queues"));
        fields.set("topics", estate.names_of_parts(&resource.id, "topics"));
    }
    for rules in estate.parts_of(&resource.id, "networkRuleSets") {
        rule_set(estate, rules, &mut network);
    }
    older_rules(estate, resource, &mut network);
    estate.in_perimeter(resource, &mut network);
    fields.set("network", network.some(resource.node));
}

/// The rules of a namespace, a resource of its own.
fn rule_set<'a>(estate: &mut Estate<'a>, rules: &'a Resource, network: &mut Fields) {
    let Some(properties) = estate.find(&rules.body, "properties").value() else { return };
    let action = estate.find(properties, "defaultAction");
    let action = estate.word("default_action", action);
    let trusted = estate.find(properties, "trustedServiceAccessEnabled");
    let at = trusted.value().map_or(rules.node, |value| value.at);
    let trusted = estate.word("trusted_service_access", trusted);
    let subnets = estate.subnet_rules(properties, "virtualNetworkRules");
    let addresses = estate.ip_rules(properties, "ipRules");
    let mut set =
        |name: &'static str, value: Option<Computed>| network.set(name, value.map(|value| perhaps(rules, value)));
    set("default_action", action);
    set("bypass", trusted.and_then(|word| list_of(vec![Computed { at, ..word }], Some(at))));
    set("virtual_network_rules", subnets);
    set("ip_rules", addresses);
    if network.get("public_network_access").is_none() {
        let public = estate.find(properties, "publicNetworkAccess");
        let public = estate.word("public_network_access", public);
        network.set("public_network_access", public.map(|value| perhaps(rules, value)));
    }
}

/// Rules as older versions of the service had them: each a resource of its own, by their presence they shut the others out.
fn older_rules<'a>(estate: &mut Estate<'a>, resource: &'a Resource, network: &mut Fields) {
    let subnets = estate.parts_of(&resource.id, "virtualNetworkRules");
    let addresses = estate.parts_of(&resource.id, "ipFilterRules");
    let Some(first) = subnets.first().or(addresses.first()) else { return };
    let (mut items, at) = items_of(network.get("virtual_network_rules").cloned());
    for rule in &subnets {
        let subnet = estate.reference_at(&rule.body, "properties.virtualNetworkSubnetId", Wanted::Label("subnet"));
        items.extend(subnet.map(|subnet| perhaps(rule, subnet)));
    }
    network.set("virtual_network_rules", list_of(items, at));
    let (mut items, at) = items_of(network.get("ip_rules").cloned());
    for rule in &addresses {
        let mask = estate.find(&rule.body, "properties.ipMask");
        let action = estate.find(&rule.body, "properties.action");
        let is_reject = action.text().is_some_and(|action| action.eq_ignore_ascii_case("Reject"));
        let address = if is_reject {
            Some(Computed::unknown("a rule that rejects has no words here", rule.node))
        } else {
            estate.text(mask)
        };
        items.extend(address.map(|address| perhaps(rule, address)));
    }
    network.set("ip_rules", list_of(items, at));
    if network.get("default_action").is_none() {
        let why = "this version of the service has no default action";
        network.set("default_action", Computed::unknown(why, first.node));
    }
}
