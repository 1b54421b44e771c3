//! Private DNS zones.

use super::Estate;
use super::computed::{Computed, ComputedData};
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::reading::{items_of, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Data;

pub(super) fn zone<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    match &resource.name.data {
        Data::Text(name) => {
            let is_renamed = estate.address(&resource.id).is_some_and(|address| address.name() != &**name);
            if is_renamed {
                fields.set("dns_name", Computed::text(name, resource.head));
            }
        }
        _ => {
            let why = resource.name.first_unknown().map_or_else(|| "it is not known".to_owned(), |why| why.why());
            fields.set("dns_name", Computed::unknown(why, resource.head));
        }
    }
    let mut links = Vec::new();
    for link in estate.parts_of(&resource.id, "virtualNetworkLinks").into_iter().filter(|link| !link.existing) {
        let network = estate.reference_at(&link.body, "properties.virtualNetwork.id", Wanted::Label("vnet"));
        links.extend(network.map(|network| perhaps(link, network)));
        let policy = estate.find(&link.body, "properties.resolutionPolicy");
        if let Some(fallback) = estate.word("dns_fallback", policy) {
            let is_known = matches!(fallback.data, ComputedData::Bool(true));
            if is_known || fields.get("fallback_to_internet").is_none() {
                fields.set("fallback_to_internet", perhaps(link, fallback));
            }
        }
    }
    fields.set("links", list_of(links, None));
    let mut records = Vec::new();
    for record in estate.parts_of(&resource.id, "A") {
        let addresses = estate.find_any(&record.body, &["properties.aRecords", "properties.ARecords"]);
        let addresses = estate.list(addresses, |estate, address| {
            let found = estate.find(address, "ipv4Address");
            estate.text(found)
        });
        records.extend(items_of(addresses).0.into_iter().map(|address| perhaps(record, address)));
    }
    fields.set("records", list_of(records, None));
}
