//! Apps: App Service and Functions.

use super::Estate;
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::reading::{Found, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;
use crate::source::{Computed, ComputedData};

pub(super) fn app<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let subnet = estate.reference_at(body, "properties.virtualNetworkSubnetId", Wanted::Label("subnet"));
    fields.set("subnet", subnet);
    for part in estate.parts_of(&resource.id, "networkConfig") {
        let subnet = estate.reference_at(&part.body, "properties.subnetResourceId", Wanted::Label("subnet"));
        fields.set("subnet", subnet.map(|subnet| perhaps(part, subnet)));
    }
    let routed = [
        "properties.outboundVnetRouting.allTraffic",
        "properties.vnetRouteAllEnabled",
        "properties.siteConfig.vnetRouteAllEnabled",
    ];
    let routed = estate.find_any(body, &routed);
    fields.set("vnet_route_all", estate.boolean(routed));
    let mut network = Fields::default();
    estate.public_access(resource, &mut network);
    match estate.find(body, "properties.siteConfig") {
        Found::Here(config) => settings(estate, config, fields, &mut network),
        Found::Unknown(why) => network.set("ip_rules", why),
        Found::Absent => {}
    }
    for part in estate.parts_of(&resource.id, "config") {
        let is_web = super::ids::last_name(&part.name.display()).eq_ignore_ascii_case("web");
        if let Some(config) = estate.find(&part.body, "properties").value().filter(|_| is_web) {
            settings(estate, config, fields, &mut network);
        }
    }
    fields.set("network", network.some(resource.node));
}

/// The configuration of an app: within it, or a resource of its own.
fn settings<'a>(estate: &mut Estate<'a>, config: &'a Value, fields: &mut Fields, network: &mut Fields) {
    if fields.get("vnet_route_all").is_none() {
        let routed = estate.find(config, "vnetRouteAllEnabled");
        fields.set("vnet_route_all", estate.boolean(routed));
    }
    let main = estate.find(config, "scmIpSecurityRestrictionsUseMain");
    fields.set("scm_use_main_rules", estate.boolean(main));
    let scm = estate.find(config, "scmIpSecurityRestrictionsDefaultAction");
    fields.set("scm_default_action", estate.word("default_action", scm));
    if network.get("public_network_access").is_none() {
        let public = estate.find(config, "publicNetworkAccess");
        network.set("public_network_access", estate.word("public_network_access", public));
    }
    let restrictions = estate.find(config, "ipSecurityRestrictions");
    restrict(estate, restrictions, network);
    let action = estate.find(config, "ipSecurityRestrictionsDefaultAction");
    network.set("default_action", estate.word("default_action", action));
}

/// The restrictions of an app: who is let in, by subnet, address or service tag, and whether all others are shut out.
fn restrict<'a>(estate: &mut Estate<'a>, restrictions: Found<'a>, network: &mut Fields) {
    let items = match estate.items(restrictions) {
        Ok(items) => items,
        Err(why) => {
            network.set("ip_rules", why.clone());
            network.set("virtual_network_rules", why);
            return;
        }
    };
    let Some(at) = items.at else { return };
    let (mut addresses, mut subnets) = (Vec::new(), Vec::new());
    for item in items.items {
        let action = estate.find(item, "action");
        let action = estate.word("restriction", action);
        let denies = match action.map(|action| action.data) {
            Some(ComputedData::Text(word)) => word == "deny",
            _ => {
                addresses.push(Computed::unknown("what happens to a match is not known", item.at));
                continue;
            }
        };
        let address = estate.find(item, "ipAddress");
        let everyone = ["any", "0.0.0.0/0"];
        if denies && address.text().is_some_and(|text| everyone.contains(&text.to_ascii_lowercase().as_str())) {
            network.set("default_action", Computed::text("deny", item.at));
        } else if denies {
            addresses.push(Computed::unknown("a restriction that shuts out a part has no words here", item.at));
        } else if let Some(subnet) = estate.reference_at(item, "vnetSubnetResourceId", Wanted::Label("subnet")) {
            subnets.push(subnet);
        } else if let Some(address) = estate.text(address) {
            match &address.data {
                // The rule that stands where nobody made any.
                ComputedData::Text(text) if everyone.contains(&text.to_ascii_lowercase().as_str()) => {
                    network.set("default_action", Computed::text("allow", address.at));
                }
                _ => addresses.push(address),
            }
        }
    }
    addresses.extend(items.rest);
    if !addresses.is_empty() {
        network.set("ip_rules", list_of(addresses, Some(at)));
    }
    if !subnets.is_empty() {
        network.set("virtual_network_rules", list_of(subnets, Some(at)));
    }
}
