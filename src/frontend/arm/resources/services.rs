//! Services with rules like those of storage accounts, and services of which little is written in a template.

use super::Estate;
use super::computed::Computed;
use super::estate::Wanted;
use super::fields::Fields;
use super::reading::{items_of, list_of};
use crate::frontend::arm::resource::Resource;
use crate::knowledge::tables::Word;

pub(super) fn service<'a>(estate: &mut Estate<'a>, label: &str, resource: &'a Resource, fields: &mut Fields) {
    let network = match label {
        "key_vault" => estate.access_rules(resource, &["properties.networkAcls"]),
        "cognitive_services" => {
            let domain = estate.find(&resource.body, "properties.customSubDomainName");
            fields.set("custom_subdomain", estate.text(domain));
            estate.access_rules(resource, &["properties.networkAcls"])
        }
        "container_registry" => registry(estate, resource, fields),
        "data_explorer" => data_explorer(estate, resource, fields),
        "redis" => redis(estate, resource, fields),
        "device_provisioning" => provisioning(estate, resource),
        "machine_learning" => {
            let mut network = Fields::default();
            estate.public_access(resource, &mut network);
            network
        }
        "adls_gen1" => data_lake(estate, resource),
        _ => {
            let why = "what a template says of the access to this service is not understood";
            fields.set("network", Computed::unknown(why, resource.node));
            return;
        }
    };
    let mut network = network;
    estate.in_perimeter(resource, &mut network);
    fields.set("network", network.some(resource.node));
}

fn registry<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) -> Fields {
    let tier = estate.find(&resource.body, "sku.name");
    fields.set("tier", estate.text(tier));
    let mut network = estate.access_rules(resource, &["properties.networkRuleSet"]);
    let bypass = estate.find(&resource.body, "properties.networkRuleBypassOptions");
    let bypass = estate.word("bypass", bypass).map(|word| (word.at, vec![word]));
    network.set("bypass", bypass.and_then(|(at, words)| list_of(words, Some(at))));
    network
}

fn data_explorer<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) -> Fields {
    let mut network = Fields::default();
    estate.public_access(resource, &mut network);
    let addresses = estate.find(&resource.body, "properties.allowedIpRangeList");
    network.set("ip_rules", estate.texts(addresses));
    let path = "properties.virtualNetworkConfiguration.subnetId";
    fields.set("subnet", estate.reference_at(&resource.body, path, Wanted::Label("subnet")));
    network
}

fn redis<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) -> Fields {
    let tier = estate.find_any(&resource.body, &["properties.sku.name", "sku.name"]);
    fields.set("tier", estate.text(tier));
    fields.set("subnet", estate.reference_at(&resource.body, "properties.subnetId", Wanted::Label("subnet")));
    let mut network = Fields::default();
    estate.public_access(resource, &mut network);
    estate.range_parts(&resource.id, &mut network);
    network
}

fn data_lake<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Fields {
    let mut network = Fields::default();
    let state = estate.find(&resource.body, "properties.firewallState");
    network.set("default_action", estate.word("data_lake_firewall", state));
    if let Some(properties) = estate.find(&resource.body, "properties").value() {
        network.set("virtual_network_rules", estate.subnet_rules(properties, "virtualNetworkRules"));
    }
    estate.subnet_parts(&resource.id, &mut network);
    let inline = estate.find(&resource.body, "properties.firewallRules");
    let (mut items, mut at) = items_of(None);
    match estate.items(inline) {
        Ok(rules) => {
            at = rules.at;
            for rule in rules.items {
                items.extend(estate.range(rule, "properties."));
            }
            items.extend(rules.rest);
        }
        Err(why) => items.push(why),
    }
    let azure = estate.find(&resource.body, "properties.firewallAllowAzureIps");
    let place = azure.value().map(|value| value.at);
    match estate.word("data_lake_azure_addresses", azure) {
        Some(word) if word.is_text("none") => {}
        admitted => items.extend(admitted),
    }
    network.set("ip_rules", list_of(items, at.or(place)));
    estate.range_parts(&resource.id, &mut network);
    network
}

/// A provisioning service has rules like those of the older hubs: in order, some for a part of its addresses only.
fn provisioning<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Fields {
    let mut network = Fields::default();
    estate.public_access(resource, &mut network);
    let found = estate.find(&resource.body, "properties.ipFilterRules");
    let rules = match estate.items(found) {
        Ok(rules) => rules,
        Err(why) => {
            network.set("ip_rules", why);
            return network;
        }
    };
    let mut admitted: Vec<Computed> = Vec::new();
    for rule in rules.items {
        let target = estate.find(rule, "target");
        let target = estate.word("provisioning_filter_target", target);
        let action = estate.find(rule, "action");
        let action = estate.word("ip_filter_action", action);
        let mask = estate.find(rule, "ipMask");
        let is_everyone = mask.text().is_some_and(|text| estate.tables.word("everyone", text) != Word::Unlisted);
        match (is_word(target.as_ref(), "all"), is_word(action.as_ref(), "accept"), is_everyone) {
            (true, true, _) => admitted.extend(estate.text(mask)),
            (true, false, true) if is_word(action.as_ref(), "reject") => {
                network.set("default_action", Computed::text("deny", rule.at));
                break;
            }
            _ => admitted.push(Computed::unknown("a rule that holds for a part only has no words here", rule.at)),
        }
    }
    admitted.extend(rules.rest);
    network.set("ip_rules", list_of(admitted, rules.at));
    network
}

fn is_word(value: Option<&Computed>, word: &str) -> bool {
    value.is_some_and(|value| value.is_text(word))
}

impl<'a> Estate<'a> {
    /// In a network security perimeter the perimeter decides who gets in, not what the resource says.
    pub(super) fn in_perimeter(&mut self, resource: &'a Resource, network: &mut Fields) {
        let Some(association) = self.mentions.association(&resource.id) else { return };
        let mode = self.find(&association.body, "properties.accessMode");
        if let Some(mode) = self.word("perimeter_mode", mode)
            && !is_word(Some(&mode), "learning")
        {
            let why = "a network security perimeter decides it";
            for name in ["public_network_access", "default_action", "ip_rules", "virtual_network_rules"] {
                network.set(name, Computed::unknown(why, association.node));
            }
        }
    }
}
