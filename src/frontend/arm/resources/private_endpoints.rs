//! Private endpoints, with their zone groups.

use super::Estate;
use super::computed::Computed;
use super::estate::{Wanted, perhaps};
use super::fields::{Fields, unknown};
use super::reading::{items_of, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;

pub(super) fn endpoint<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    fields.set("subnet", estate.reference_at(body, "properties.subnet.id", Wanted::Label("subnet")));
    connection(estate, resource, fields);
    let addresses = estate.find(body, "properties.ipConfigurations");
    if let Ok(addresses) = estate.items(addresses)
        && let Some(first) = addresses.items.first()
    {
        let address = estate.find(first, "properties.privateIPAddress");
        fields.set("ip", estate.text(address));
    }
    let mut zones = Vec::new();
    for group in estate.parts_of(&resource.id, "privateDnsZoneGroups") {
        let configurations = estate.find(&group.body, "properties.privateDnsZoneConfigs");
        let found = estate.list(configurations, |estate, configuration| {
            estate.reference_at(configuration, "properties.privateDnsZoneId", Wanted::Label("dns_zone"))
        });
        zones.extend(items_of(found).0.into_iter().map(|zone| perhaps(group, zone)));
    }
    fields.set("dns_zones", list_of(zones, None));
}

/// What an endpoint leads to. It has one connection, which is approved as it is made or waits for somebody else.
fn connection<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    for (path, is_manual) in
        [("properties.privateLinkServiceConnections", false), ("properties.manualPrivateLinkServiceConnections", true)]
    {
        let found = estate.find(&resource.body, path);
        let items = match estate.items(found) {
            Ok(items) => items,
            Err(why) => {
                fields.set("target", why.clone());
                fields.set("subresource", why);
                continue;
            }
        };
        let Some(first) = items.items.first() else { continue };
        target(estate, first, fields);
        if is_manual {
            fields.set("connection_state", state(estate, resource, first));
        }
    }
    if fields.get("target").is_none() {
        fields.set("target", Computed::unknown("the template does not say what it leads to", resource.node));
    }
    if let Some(state) = estate.state_at_target(&resource.id) {
        fields.set("connection_state", state);
    }
}

/// The target of a connection and its sub-resource.
pub(super) fn target<'a>(estate: &mut Estate<'a>, connection: &'a Value, fields: &mut Fields) {
    let id = estate.find(connection, "properties.privateLinkServiceId");
    let target = estate.reference(id, Wanted::Target);
    fields.set("target", target.or_else(|| connection.first_unknown().map(|why| unknown(why, connection))));
    let groups = estate.find(connection, "properties.groupIds");
    match estate.items(groups) {
        Ok(groups) => {
            if let Some(first) = groups.items.first() {
                let found = estate.find_self(first);
                fields.set("subresource", estate.text(found));
            }
        }
        Err(why) => fields.set("subresource", why),
    }
}

/// Whether a connection that waits for the owner of its target was approved.
fn state<'a>(estate: &mut Estate<'a>, resource: &'a Resource, connection: &'a Value) -> Option<Computed> {
    let status = estate.find(connection, "properties.privateLinkServiceConnectionState.status");
    let why = "the owner of the target approves the connection after the deployment";
    estate.word("connection_state", status).or_else(|| Some(Computed::unknown(why, resource.node)))
}
