//! Network security groups and route tables.

use super::Estate;
use super::bindings::plain;
use super::computed::Computed;
use super::estate::{Wanted, perhaps, within};
use super::fields::{Fields, in_turn, trail_of, unknown};
use super::ids::last_name;
use super::reading::{Found, list_of, shown, value_at};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::{Lookup, Value};

pub(super) fn group<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let rules = children(estate, resource, ("securityRules", "properties.securityRules"), rule);
    fields.set("rules", rules);
}

pub(super) fn route_table<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let routes = children(estate, resource, ("routes", "properties.routes"), route);
    fields.set("routes", routes);
    let switched_off = estate.find(&resource.body, "properties.disableBgpRoutePropagation");
    fields.set("gateway_routes", estate.negated(switched_off));
}

/// Parts that are written within a resource, and those that are resources of their own.
fn children<'a>(
    estate: &mut Estate<'a>,
    resource: &'a Resource,
    (word, path): (&str, &str),
    read: fn(&mut Estate<'a>, &'a Value) -> Fields,
) -> Option<Computed> {
    let inline = estate.find(&resource.body, path);
    let items = match estate.items(inline) {
        Ok(items) => items,
        Err(why) => return Some(why),
    };
    let mut children = Fields::default();
    for (index, item) in items.items.iter().enumerate() {
        let name = item.as_object().map(|object| object.get("name"));
        let key = match name {
            Some(Lookup::Found(name)) => Computed::text(plain(shown(name)), name.at).given(trail_of(name)),
            _ => Computed::text(format!("{word} {}", index + 1), item.at),
        };
        let body = in_turn(item, body_of(estate, item, read));
        children.name(key, body);
    }
    for part in estate.parts_of(&resource.id, word).into_iter().filter(|part| !part.existing) {
        let key = Computed::text(plain(last_name(&shown(&part.name)).to_owned().into()), part.head)
            .given(trail_of(&part.name));
        let key = within(part, key);
        let body = body_of(estate, &part.body, read);
        children.name(key, perhaps(part, Computed { at: part.node, ..body }));
    }
    if let Some(rest) = items.rest {
        children.name(Computed::text("{more}", rest.at), rest);
    }
    children.some(items.at.unwrap_or(resource.node))
}

fn body_of<'a>(estate: &mut Estate<'a>, item: &'a Value, read: fn(&mut Estate<'a>, &'a Value) -> Fields) -> Computed {
    match estate.find(item, "properties") {
        Found::Here(properties) => read(estate, properties).at(item.at),
        Found::Unknown(why) => why,
        Found::Absent => match item.first_unknown() {
            Some(why) => unknown(why, item),
            None => Computed::unknown("it has no properties", item.at),
        },
    }
}

fn rule<'a>(estate: &mut Estate<'a>, properties: &'a Value) -> Fields {
    let mut fields = Fields::with_room(8);
    for name in ["direction", "access", "protocol"] {
        let word = estate.find(properties, name);
        fields.set(name, estate.word(name, word));
    }
    let priority = estate.find(properties, "priority");
    fields.set("priority", estate.integer(priority));
    let ends = [
        ("source", ["sourceApplicationSecurityGroups", "sourceAddressPrefix", "sourceAddressPrefixes"]),
        (
            "destination",
            ["destinationApplicationSecurityGroups", "destinationAddressPrefix", "destinationAddressPrefixes"],
        ),
    ];
    for (name, [groups, prefix, prefixes]) in ends {
        let groups = estate.find(properties, groups);
        let groups = estate.items(groups).unwrap_or_default();
        let members = groups.items.iter().map(|group| {
            Computed::unknown("the members of an application security group are known once it is deployed", group.at)
        });
        let members: Vec<Computed> = members.collect();
        let at = members.first().map(|member| member.at);
        let prefixes = estate.one_or_more(properties, prefix, prefixes);
        fields.set(name, if members.is_empty() { prefixes } else { list_of(members, at) });
    }
    fields.set("ports", estate.one_or_more(properties, "destinationPortRange", "destinationPortRanges"));
    for name in ["direction", "access", "priority"] {
        if fields.get(name).is_none() {
            fields.set(name, Computed::unknown("the template does not say it", properties.at));
        }
    }
    fields
}

fn route<'a>(estate: &mut Estate<'a>, properties: &'a Value) -> Fields {
    let mut fields = Fields::default();
    let prefix = estate.find(properties, "addressPrefix");
    fields.set("prefix", estate.text(prefix));
    let hop = estate.find(properties, "nextHopType");
    let hop = estate.word("next_hop", hop);
    let is_appliance = hop.as_ref().is_some_and(|hop| hop.is_text("appliance"));
    fields.set("next_hop", hop);
    if is_appliance {
        fields.set("appliance", appliance(estate, properties));
    }
    for name in ["prefix", "next_hop"] {
        if fields.get(name).is_none() {
            fields.set(name, Computed::unknown("the template does not say it", properties.at));
        }
    }
    fields
}

/// A firewall of Azure's own: an appliance in the subnet of its first address. What passes it is not understood.
pub(super) fn firewall<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    fields.set("kind", Computed::text("firewall", resource.node));
    fields.set("role", Computed::text("appliance", resource.node));
    let configurations = estate.find(&resource.body, "properties.ipConfigurations");
    let first = match estate.items(configurations) {
        Ok(configurations) => configurations.items.first(),
        Err(why) => {
            fields.set("subnet", why.clone());
            fields.set("public_ips", why);
            return;
        }
    };
    let Some(first) = first else { return };
    fields.set("subnet", estate.reference_at(first, "properties.subnet.id", Wanted::Label("subnet")));
    let address = estate.find(first, "properties.publicIPAddress.id");
    if let Some(value) = address.value() {
        let why = "the public addresses of the firewall are known once it is deployed";
        fields.set("public_ips", Computed::unknown(why, value.at));
    }
}

/// The appliance that a route leads through: one that is declared here and asked for its address, or else one of which
/// the address alone is known, which is declared elsewhere.
fn appliance<'a>(estate: &mut Estate<'a>, properties: &'a Value) -> Option<Computed> {
    let address = estate.find(properties, "nextHopIpAddress");
    if let Some(found) = value_at(properties, "nextHopIpAddress").and_then(|value| estate.asked_for("workload", value))
    {
        return Some(found);
    }
    let value = match address {
        Found::Here(value) => value,
        Found::Unknown(why) => return Some(why),
        Found::Absent => return None,
    };
    let text = value.display();
    let name = format!("appliance at {text}");
    let id = format!("workload/{}", text.to_lowercase()).into();
    let address = estate.outsider(&id, "workload", &name, estate.place_of(value.at));
    // Nothing else makes one of that id: either it is the last, or it was told its role when it was.
    if let Some(outside) = estate.outside.last_mut().filter(|outside| outside.address == address) {
        outside.fields.set("role", Computed::text("appliance", outside.at));
    }
    Some(Computed::text(address.text(), value.at).given(trail_of(value)))
}
