//! Who may connect to the public endpoint of a resource.

use std::net::Ipv4Addr;

use ipnet::Ipv4Subnets;

use super::Estate;
use super::computed::{Computed, ComputedData};
use super::estate::{Wanted, perhaps};
use super::fields::Fields;
use super::reading::{Found, items_of, list_of};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;

impl<'a> Estate<'a> {
    /// The access rules that most services write alike, below one of these properties.
    pub(super) fn access_rules(&mut self, resource: &'a Resource, paths: &[&str]) -> Fields {
        let mut network = Fields::with_room(6);
        self.public_access(resource, &mut network);
        let rules = self.find_any(&resource.body, paths);
        let rules = match rules {
            Found::Absent => return network,
            Found::Here(rules) => rules,
            Found::Unknown(why) => {
                for name in ["default_action", "virtual_network_rules", "ip_rules", "bypass"] {
                    network.set(name, why.clone());
                }
                return network;
            }
        };
        let action = self.find(rules, "defaultAction");
        network.set("default_action", self.word("default_action", action));
        network.set("bypass", self.bypass(rules));
        network.set("virtual_network_rules", self.subnet_rules(rules, "virtualNetworkRules"));
        network.set("ip_rules", self.ip_rules(rules, "ipRules"));
        network.set("resource_access_rules", self.resource_rules(rules));
        network
    }

    pub(super) fn public_access(&mut self, resource: &'a Resource, network: &mut Fields) {
        let public = self.find(&resource.body, "properties.publicNetworkAccess");
        network.set("public_network_access", self.word("public_network_access", public));
    }

    /// Subnets in rules: by an id of their own, or in an object.
    pub(super) fn subnet_rules(&mut self, rules: &'a Value, path: &str) -> Option<Computed> {
        let found = self.find(rules, path);
        self.list(found, |estate, rule| {
            let paths = ["id", "subnet.id", "subnetId", "properties.subnetId", "virtualNetworkSubnetId"];
            let path = paths.into_iter().find(|path| !estate.find(rule, path).is_absent());
            match path {
                Some(path) => estate.reference_at(rule, path, Wanted::Label("subnet")),
                None => rule.first_unknown().map(|why| super::fields::unknown(why, rule)),
            }
        })
    }

    /// Addresses in rules, by whichever name the service has for them.
    pub(super) fn ip_rules(&mut self, rules: &'a Value, path: &str) -> Option<Computed> {
        let found = self.find(rules, path);
        self.list(found, |estate, rule| {
            let address = if rule.as_object().is_some() {
                estate.find_any(rule, &["value", "ipMask", "ipAddressOrRange", "ipAddress"])
            } else {
                estate.find_self(rule)
            };
            estate.text(address)
        })
    }

    /// Services that are let past the rules: words in one text, set apart by commas.
    fn bypass(&mut self, rules: &'a Value) -> Option<Computed> {
        let found = self.find(rules, "bypass");
        let Some(text) = found.text() else { return self.text(found) };
        let at = found.value().map_or(self.current, |value| value.at);
        let trail = found.value().map(super::fields::trail_of).unwrap_or_default();
        let mut words = Vec::new();
        for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            let word = Value::text(word).at(at);
            words.extend(self.word("bypass", Found::Here(&word)).map(|word| word.given(trail.clone())));
        }
        list_of(words, Some(at))
    }

    fn resource_rules(&mut self, rules: &'a Value) -> Option<Computed> {
        let found = self.find(rules, "resourceAccessRules");
        self.list(found, |estate, rule| {
            let id = estate.find(rule, "resourceId");
            if id.text().is_some_and(|id| id.contains('*')) {
                let at = id.value().map_or(estate.current, |value| value.at);
                return Some(Computed::unknown("it stands for several resources", at));
            }
            estate.reference(id, Wanted::Instance)
        })
    }

    /// Rules that are resources of their own: subnets.
    pub(super) fn subnet_parts(&mut self, id: &str, network: &mut Fields) {
        let (mut items, at) = items_of(network.get("virtual_network_rules").cloned());
        for part in self.parts_of(id, "virtualNetworkRules") {
            let paths = ["properties.virtualNetworkSubnetId", "properties.subnetId"];
            let path = paths.into_iter().find(|path| !self.find(&part.body, path).is_absent());
            let rule = path.and_then(|path| self.reference_at(&part.body, path, Wanted::Label("subnet")));
            items.extend(rule.map(|rule| perhaps(part, rule)));
        }
        network.set("virtual_network_rules", list_of(items, at));
    }

    /// Rules that are resources of their own: ranges of addresses from one to another.
    pub(super) fn range_parts(&mut self, id: &str, network: &mut Fields) {
        let (mut items, at) = items_of(network.get("ip_rules").cloned());
        for part in self.parts_of(id, "firewallRules") {
            let ranges = self.range(&part.body, "properties.");
            items.extend(ranges.into_iter().map(|range| perhaps(part, range)));
        }
        network.set("ip_rules", list_of(items, at));
    }

    /// A range of addresses as prefixes, below properties with that start.
    pub(super) fn range(&mut self, start: &'a Value, before: &str) -> Vec<Computed> {
        let first = self.find_any(start, &[&format!("{before}startIpAddress"), &format!("{before}startIP")]);
        let last = self.find_any(start, &[&format!("{before}endIpAddress"), &format!("{before}endIP")]);
        let at = first.value().map_or(self.current, |value| value.at);
        let trail = first.value().map(super::fields::trail_of).unwrap_or_default();
        let parsed = |found: &Found<'_>| found.text().and_then(|text| text.trim().parse::<Ipv4Addr>().ok());
        match (parsed(&first), parsed(&last)) {
            (Some(first), Some(last)) if first <= last => {
                prefixes(first, last).into_iter().map(|text| Computed::text(text, at).given(trail.clone())).collect()
            }
            _ => match (self.text(first), self.text(last)) {
                (Some(why @ Computed { data: ComputedData::Unknown(_), .. }), _)
                | (_, Some(why @ Computed { data: ComputedData::Unknown(_), .. })) => vec![why],
                (Some(text), _) => vec![Computed::unknown("it is no range of addresses", text.at)],
                _ => Vec::new(),
            },
        }
    }
}

/// The fewest prefixes that make up a range; a single address stands alone. That of zeros is how services write that all
/// of Azure is admitted.
fn prefixes(first: Ipv4Addr, last: Ipv4Addr) -> Vec<String> {
    if first == last {
        return vec![first.to_string()];
    }
    let written = |net: ipnet::Ipv4Net| if net.prefix_len() == 32 { net.addr().to_string() } else { net.to_string() };
    Ipv4Subnets::new(first, last, 0).map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_made_of_prefixes() {
        let made = |first: [u8; 4], last: [u8; 4]| prefixes(first.into(), last.into()).join(" ");
        assert_eq!(made([0; 4], [0; 4]), "0.0.0.0");
        assert_eq!(made([0; 4], [255; 4]), "0.0.0.0/0");
        assert_eq!(made([203, 0, 113, 0], [203, 0, 113, 255]), "203.0.113.0/24");
        assert_eq!(made([10, 0, 0, 5], [10, 0, 0, 7]), "10.0.0.5 10.0.0.6/31");
    }
}
