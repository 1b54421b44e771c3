//! Stream Analytics: jobs and clusters.

use super::Estate;
use super::bindings::{Direction, bindings};
use super::computed::{Computed, ComputedData};
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::ids::last_name;
use super::private_endpoints::target;
use super::reading::Found;
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;

pub(super) fn job<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let sku = estate.find_any(body, &["properties.sku.name", "sku.name"]);
    fields.set("sku", estate.word("job_sku", sku));
    let inline = estate.find(body, "properties.transformation.properties.streamingUnits");
    fields.set("streaming_units", estate.integer(inline));
    for part in estate.parts_of(&resource.id, "transformations") {
        let units = estate.find(&part.body, "properties.streamingUnits");
        fields.set("streaming_units", estate.integer(units).map(|units| perhaps(part, units)));
    }
    fields.set("cluster", estate.reference_at(body, "properties.cluster.id", Wanted::Label("cluster")));
    let ty = estate.find(body, "properties.jobType");
    let at = ty.value().map_or(resource.node, |value| value.at);
    match estate.word("job_type", ty) {
        Some(word) if word.is_text("cloud") => {
            fields.set("inputs", bindings(estate, resource, Direction::Input));
            fields.set("outputs", bindings(estate, resource, Direction::Output));
            storage(estate, resource, fields);
        }
        // What a device sends and receives takes the paths of the device.
        Some(Computed { data: ComputedData::Text(_), .. }) => {
            for name in ["inputs", "outputs", "job_storage"] {
                fields.set(name, Computed::unknown("the job runs on devices, not in Azure", at));
            }
        }
        why => {
            for name in ["inputs", "outputs", "job_storage"] {
                fields.set(name, why.clone());
            }
        }
    }
}

/// The storage account of a job. Where the job keeps its own content there, it holds the private data, under the keys of
/// that account.
fn storage<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let properties = estate.find(&resource.body, "properties.jobStorageAccount");
    let policy = estate.find(&resource.body, "properties.contentStoragePolicy");
    let is_private = match estate.word("content_storage", policy.clone()).map(|word| word.data) {
        Some(ComputedData::Text(word)) => Some(*word == *"own_account"),
        _ => None,
    };
    let account = match properties {
        Found::Absent if is_private == Some(true) => {
            let why = "the template does not say which account holds the private data";
            let at = policy.value().map_or(resource.node, |value| value.at);
            fields.set("private_data", Computed::unknown(why, at));
            return;
        }
        Found::Absent => return,
        Found::Unknown(why) => {
            fields.set(if is_private == Some(true) { "private_data" } else { "job_storage" }, why);
            return;
        }
        Found::Here(account) => account,
    };
    let group = account_of(estate, account);
    match is_private {
        Some(true) => {
            fields.set("encryption", keys(estate, &group, policy.value()));
            fields.set("private_data", group.at(account.at));
        }
        Some(false) => fields.set("job_storage", group.at(account.at)),
        None => {
            let why = "whether the job keeps its private data there is not known";
            fields.set("private_data", Computed::unknown(why, account.at));
            fields.set("job_storage", group.at(account.at));
        }
    }
}

/// An account and how the job authenticates to it.
fn account_of<'a>(estate: &mut Estate<'a>, account: &'a Value) -> Fields {
    let mut group = Fields::default();
    group.set("account", estate.named_at("storage", account, "accountName"));
    let auth = estate.find(account, "authenticationMode");
    group.set("auth", estate.word("job_account_authentication", auth));
    group
}

/// Whose keys encrypt the private data: those of its account.
fn keys<'a>(estate: &mut Estate<'a>, group: &Fields, policy: Option<&'a Value>) -> Option<Computed> {
    let at = policy.map_or(estate.current, |value| value.at);
    let Some(Computed { data: ComputedData::Text(address), .. }) = group.get("account") else {
        return Some(Computed::unknown("the account of the private data is not known", at));
    };
    let Some(account) = estate.declared_as(address) else {
        return Some(Computed::unknown("the account of the private data is declared elsewhere", at));
    };
    let source = estate.find(&account.body, "properties.encryption.keySource");
    let word = estate.word("key_source", source)?;
    Some(Computed { at, ..word })
}

pub(super) fn cluster<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let mut capacity = Fields::default();
    let version = estate.find(&resource.body, "sku.name");
    capacity.set("version", estate.word("cluster_sku", version));
    let units = estate.find(&resource.body, "sku.capacity");
    capacity.set("streaming_units", estate.integer(units));
    fields.set("capacity", capacity.some(resource.node));
    let mut endpoints = Fields::default();
    for part in estate.parts_of(&resource.id, "privateEndpoints").into_iter().filter(|part| !part.existing) {
        let mut endpoint = Fields::default();
        if let crate::frontend::arm::resource::Presence::Maybe(why) = &part.existence {
            endpoint.set("exists", Computed::unknown(why, part.head));
        }
        let found = estate.find(&part.body, "properties.manualPrivateLinkServiceConnections");
        match estate.items(found) {
            Ok(items) => {
                if let Some(first) = items.items.first() {
                    target(estate, first, &mut endpoint);
                    let state = estate.find(first, "properties.privateLinkServiceConnectionState.status");
                    endpoint.set("connection_state", estate.word("connection_state", state));
                }
            }
            Err(why) => endpoint.set("target", why),
        }
        if endpoint.get("target").is_none() {
            endpoint.set("target", Computed::unknown("the template does not say what it leads to", part.node));
        }
        let key = Computed::text(last_name(&part.name.display()).to_owned(), part.head);
        endpoints.name(key, endpoint.at(part.node));
    }
    fields.set("managed_private_endpoints", endpoints.some(resource.node));
}
