//! Apps: App Service and Functions.

use super::Estate;
use super::computed::{Computed, ComputedData};
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::reading::{Found, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;
use crate::source::NodeId;

/// Where a restriction without a priority stands: behind all others but the one that Azure adds at the end.
const NO_PRIORITY: i64 = i32::MAX as i64 - 1;

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
    if network.get("public_network_access").is_none() {
        let public = estate.find(config, "publicNetworkAccess");
        network.set("public_network_access", estate.word("public_network_access", public));
    }
    let main = estate.find(config, "scmIpSecurityRestrictionsUseMain");
    fields.set("scm_use_main_rules", estate.boolean(main));
    let site = estate.find(config, "scmIpSecurityRestrictions");
    let site = restrictions(estate, site);
    let action = estate.find(config, "scmIpSecurityRestrictionsDefaultAction");
    let action = estate.word("default_action", action);
    fields.set("scm_default_action", site.rest(action));
    let app = estate.find(config, "ipSecurityRestrictions");
    let app = restrictions(estate, app);
    let action = estate.find(config, "ipSecurityRestrictionsDefaultAction");
    let action = estate.word("default_action", action);
    network.set("default_action", app.everyone.or(action));
    if app.is_unknown || !app.addresses.is_empty() {
        network.set("ip_rules", list(app.addresses, app.is_unknown, app.at));
    }
    if app.is_unknown || !app.subnets.is_empty() {
        network.set("virtual_network_rules", list(app.subnets, app.is_unknown, app.at));
    }
}

fn list(items: Vec<Computed>, is_unknown: bool, at: Option<NodeId>) -> Option<Computed> {
    if is_unknown { items.into_iter().next() } else { list_of(items, at) }
}

/// Who is let in to a site, by address, service tag or subnet.
#[derive(Debug, Default)]
struct Restrictions {
    addresses: Vec<Computed>,
    subnets: Vec<Computed>,
    /// What a restriction does to everyone.
    everyone: Option<Computed>,
    at: Option<NodeId>,
    /// Nothing is known: the one address and the one subnet say why.
    is_unknown: bool,
}

impl Restrictions {
    /// What happens to whom no restriction admits. Where there is any, it is shut out, unless the site says otherwise.
    fn rest(&self, said: Option<Computed>) -> Option<Computed> {
        let doubtful = || self.addresses.iter().find(|rule| matches!(rule.data, ComputedData::Unknown(_))).cloned();
        let any = self.addresses.first().or(self.subnets.first());
        let implied = || any.map(|rule| Computed::text("deny", self.at.unwrap_or(rule.at)));
        self.everyone.clone().or(said).or_else(doubtful).or_else(implied)
    }
}

/// Reads restrictions in the order in which they act. One that holds for everyone ends them.
fn restrictions<'a>(estate: &mut Estate<'a>, found: Found<'a>) -> Restrictions {
    let items = match estate.items(found) {
        Ok(items) => items,
        Err(why) => {
            let (addresses, subnets) = (vec![why.clone()], vec![why]);
            return Restrictions { addresses, subnets, is_unknown: true, ..Restrictions::default() };
        }
    };
    let mut all = Restrictions { at: items.at, ..Restrictions::default() };
    let mut in_order: Vec<(i64, &'a Value)> = Vec::new();
    for item in items.items {
        let priority = estate.find(item, "priority");
        match priority {
            Found::Absent => in_order.push((NO_PRIORITY, item)),
            Found::Here(value) => in_order.push((value.as_int().unwrap_or(NO_PRIORITY), item)),
            Found::Unknown(why) => all.addresses.push(why),
        }
    }
    in_order.sort_by_key(|(priority, _)| *priority);
    for (_, item) in in_order {
        if all.everyone.is_none() {
            restrict(estate, item, &mut all);
        }
    }
    all.addresses.extend(items.rest);
    all
}

/// Reads one restriction.
fn restrict<'a>(estate: &mut Estate<'a>, item: &'a Value, all: &mut Restrictions) {
    let action = estate.find(item, "action");
    let action = estate.word("restriction", action);
    let denies = match action.map(|action| action.data) {
        Some(ComputedData::Text(word)) => *word == *"deny",
        _ => return all.addresses.push(Computed::unknown("what happens to a match is not known", item.at)),
    };
    let address = estate.find(item, "ipAddress");
    let is_everyone = address
        .text()
        .is_some_and(|text| estate.tables.word("everyone", text) != crate::knowledge::tables::Word::Unlisted);
    if is_everyone {
        let at = address.value().map_or(item.at, |value| value.at);
        all.everyone = Some(Computed::text(if denies { "deny" } else { "allow" }, at));
    } else if denies {
        all.addresses.push(Computed::unknown("a restriction that shuts out a part has no words here", item.at));
    } else if let Some(subnet) = estate.reference_at(item, "vnetSubnetResourceId", Wanted::Label("subnet")) {
        all.subnets.push(subnet);
    } else {
        all.addresses.extend(estate.text(address));
    }
}
