//! Databases: SQL, Synapse, PostgreSQL, MySQL, MariaDB, Cosmos DB.

use super::Estate;
use super::computed::Computed;
use super::estate::Wanted;
use super::fields::Fields;
use super::ids::last_name;
use super::reading::{Found, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::Word;

pub(super) fn server<'a>(estate: &mut Estate<'a>, label: &str, resource: &'a Resource, fields: &mut Fields) {
    let mut network = Fields::default();
    match label {
        "cosmos_db" => cosmos(estate, resource, fields, &mut network),
        "sql" if last_name(&resource.ty).eq_ignore_ascii_case("managedInstances") => {
            fields.set("subnet", estate.reference_at(&resource.body, "properties.subnetId", Wanted::Label("subnet")));
            let public = estate.find(&resource.body, "properties.publicDataEndpointEnabled");
            let word = estate.word("managed_instance_endpoint", public);
            network.set("public_network_access", word.map(|word| Computed { at: estate.place_of(word.at), ..word }));
        }
        _ => estate.public_access(resource, &mut network),
    }
    let trusted = estate.find(&resource.body, "properties.trustedServiceBypassEnabled");
    if let Some(at) = trusted.value().map(|value| value.at) {
        let bypass = estate.word("trusted_service_access", trusted);
        network.set("bypass", bypass.and_then(|word| list_of(vec![word], Some(at))));
    }
    if ["postgresql", "mysql"].contains(&label) {
        let kind = Value::text(last_name(&resource.ty)).at(resource.node);
        fields.set("deployment", estate.word("server_kind", Found::Here(&kind)));
    }
    let path = "properties.network.delegatedSubnetResourceId";
    fields.set("subnet", estate.reference_at(&resource.body, path, Wanted::Label("subnet")));
    if network.get("public_network_access").is_none() {
        let public = estate.find(&resource.body, "properties.network.publicNetworkAccess");
        network.set("public_network_access", estate.word("public_network_access", public));
    }
    estate.subnet_parts(&resource.id, &mut network);
    estate.range_parts(&resource.id, &mut network);
    estate.in_perimeter(resource, &mut network);
    fields.set("network", network.some(resource.node));
}

fn cosmos<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields, network: &mut Fields) {
    estate.public_access(resource, network);
    let Some(properties) = estate.find(&resource.body, "properties").value() else { return };
    let filter = estate.find(properties, "isVirtualNetworkFilterEnabled");
    fields.set("virtual_network_filter", estate.boolean(filter));
    let local = estate.find(properties, "disableLocalAuth");
    fields.set("local_auth", estate.negated(local));
    fields.set("api", api(estate, resource));
    network.set("virtual_network_rules", estate.subnet_rules(properties, "virtualNetworkRules"));
    let past = estate.find(properties, "networkAclBypassResourceIds");
    network.set("resource_access_rules", estate.references(past, None, Wanted::Instance));
    let older = estate.find(properties, "ipRangeFilter");
    let addresses = match older.text() {
        // Older versions of the account list addresses in one text.
        Some(text) => {
            let at = older.value().map_or(resource.node, |value| value.at);
            let addresses = text.split(',').map(str::trim).filter(|address| !address.is_empty());
            list_of(addresses.map(|address| Computed::text(address.to_owned(), at)).collect(), Some(at))
        }
        None if !older.is_absent() => estate.text(older),
        None => estate.ip_rules(properties, "ipRules"),
    };
    network.set("ip_rules", addresses);
    let bypass = estate.find(properties, "networkAclBypass");
    let bypass = estate.word("bypass", bypass);
    network.set("bypass", bypass.and_then(|word| list_of(vec![word.clone()], Some(word.at))));
}

/// The API of an account follows from its kind and its capabilities.
fn api<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Option<Computed> {
    let capabilities = estate.find(&resource.body, "properties.capabilities");
    let capabilities = match estate.items(capabilities) {
        Ok(capabilities) => capabilities,
        Err(why) => return Some(why),
    };
    for capability in capabilities.items {
        let name = estate.find(capability, "name");
        let word = estate.word("cosmos_capability", name);
        if let Some(word) = word.filter(|word| matches!(word.data, super::computed::ComputedData::Text(_))) {
            return Some(word);
        }
    }
    let kind = estate.find(&resource.body, "kind");
    match kind {
        Found::Here(value) if estate.tables.word("cosmos_kind", value.as_text().unwrap_or("")) != Word::Unlisted => {
            estate.word("cosmos_kind", kind)
        }
        Found::Unknown(why) => Some(why),
        _ => capabilities.rest.or_else(|| Some(estate.said(resource, "sql"))),
    }
}
