//! IoT hubs: who may connect, where messages go, where files are uploaded to.

use std::rc::Rc;

use super::Estate;
use super::bindings::plain;
use super::computed::Computed;
use super::fields::{Fields, in_turn, trail_of, unknown};
use super::reading::{Found, items_of, list_of, shown};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::{Lookup, Value};
use crate::knowledge::tables::Word;

pub(super) fn hub<'a>(estate: &mut Estate<'a>, resource: &'a Resource, fields: &mut Fields) {
    let body = &resource.body;
    let public = estate.find(body, "properties.publicNetworkAccess");
    fields.set("public_network_access", estate.word("public_network_access", public));
    let local = estate.find(body, "properties.disableLocalAuth");
    fields.set("local_auth", estate.negated(local));
    let tier = estate.find(body, "sku.name");
    fields.set("tier", estate.text(tier));
    fields.set("ip_filter", filter(estate, resource));
    let covers = estate.find(body, "properties.networkRuleSets.applyToBuiltInEventHubEndpoint");
    fields.set("ip_filter_covers_built_in_endpoint", estate.boolean(covers));
    match estate.find(body, "properties.routing") {
        Found::Here(routing) => {
            let at = routing.at;
            let routing = read_routing(estate, routing);
            fields.set("routing", routing.some(at));
        }
        Found::Unknown(why) => fields.set("routing", why),
        Found::Absent => {}
    }
    match estate.find(body, "properties.storageEndpoints.$default") {
        Found::Here(upload) => {
            let at = upload.at;
            let upload = file_upload(estate, upload);
            fields.set("file_upload", upload.and_then(|upload| upload.some(at)));
        }
        Found::Unknown(why) => fields.set("file_upload", why),
        Found::Absent => {}
    }
}

/// The filter as rules in order: those of the newer form all accept, and what they leave is decided by the default action.
fn filter<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Option<Computed> {
    let newer = match estate.find(&resource.body, "properties.networkRuleSets") {
        Found::Here(rules) => rules,
        Found::Unknown(why) => return Some(why),
        Found::Absent => {
            let classic = estate.find(&resource.body, "properties.ipFilterRules");
            return estate.list(classic, |estate, rule| Some(rule_of(estate, rule)));
        }
    };
    let rules = estate.find(newer, "ipRules");
    let (mut rules, at) = items_of(estate.list(rules, |estate, rule| Some(rule_of(estate, rule))));
    let action = estate.find(newer, "defaultAction");
    if let Some(action) = estate.word("hub_default_action", action) {
        let is_open = action.is_text("accept");
        if is_open && rules.is_empty() {
            return None;
        }
        let mut last = Fields::default();
        last.set("action", Computed { ..action.clone() });
        last.set("cidr", Computed::text("0.0.0.0/0", action.at));
        rules.push(last.at(action.at));
    }
    list_of(rules, at.or(Some(newer.at)))
}

fn rule_of<'a>(estate: &mut Estate<'a>, rule: &'a Value) -> Computed {
    let mut fields = Fields::default();
    let action = estate.find(rule, "action");
    let mask = estate.find(rule, "ipMask");
    let missing = |why: Option<Computed>| {
        let reason = || rule.first_unknown().map(|why| unknown(why, rule));
        why.or_else(reason).unwrap_or_else(|| Computed::unknown("the template does not say it", rule.at))
    };
    let action = estate.word("ip_filter_action", action);
    fields.set("action", missing(action));
    let mask = estate.text(mask);
    fields.set("cidr", missing(mask));
    fields.at(rule.at)
}

fn read_routing<'a>(estate: &mut Estate<'a>, routing: &'a Value) -> Fields {
    let mut fields = Fields::default();
    match estate.find(routing, "endpoints") {
        Found::Here(endpoints) => fields.set("endpoints", read_endpoints(estate, endpoints)),
        Found::Unknown(why) => fields.set("endpoints", why),
        Found::Absent => {}
    }
    let routes = estate.find(routing, "routes");
    match estate.items(routes) {
        Ok(routes) => {
            let mut children = Fields::default();
            for (index, item) in routes.items.iter().enumerate() {
                children.name(name_of(item, "route", index), in_turn(item, route(estate, item)));
            }
            if let Some(rest) = routes.rest {
                children.name(Computed::text("{more}", rest.at), rest);
            }
            fields.set("routes", children.some(routes.at.unwrap_or(routing.at)));
        }
        Err(why) => fields.set("routes", why),
    }
    let fallback = estate.find(routing, "fallbackRoute.isEnabled");
    fields.set("fallback_route", estate.word("fallback_route", fallback));
    fields
}

fn name_of(item: &Value, word: &str, index: usize) -> Computed {
    match item.as_object().map(|object| object.get("name")) {
        Some(Lookup::Found(name)) => Computed::text(plain(shown(name)), name.at).given(trail_of(name)),
        _ => Computed::text(format!("{word} {}", index + 1), item.at),
    }
}

fn route<'a>(estate: &mut Estate<'a>, item: &'a Value) -> Computed {
    if let Some(why) = item.as_unknown() {
        return unknown(why, item);
    }
    let mut fields = Fields::default();
    let source = estate.find(item, "source");
    fields.set("source", estate.text(source));
    let endpoints = estate.find(item, "endpointNames");
    let endpoint = match estate.items(endpoints) {
        Ok(items) => items.items.first().and_then(|first| {
            let found = estate.find_self(first);
            estate.text(found)
        }),
        Err(why) => Some(why),
    };
    fields.set("endpoint", endpoint.unwrap_or_else(|| Computed::unknown("the template does not say it", item.at)));
    let enabled = estate.find(item, "isEnabled");
    fields.set("enabled", estate.boolean(enabled));
    fields.at(item.at)
}

/// The custom endpoints of a hub, which a template sorts by what they lead to.
fn read_endpoints<'a>(estate: &mut Estate<'a>, endpoints: &'a Value) -> Option<Computed> {
    let mut children = Fields::default();
    let (object, tables) = (endpoints.as_object()?, estate.tables);
    for entry in object.entries() {
        let kind = &*entry.key;
        let found = estate.find_self(&entry.value);
        let (Word::Known(ty), Word::Known(label)) =
            (tables.word("routing_endpoint", kind), tables.word("routing_endpoint_service", kind))
        else {
            if !found.is_absent() {
                let why = format!("endpoints among the `{kind}` are not understood");
                children.name(
                    Computed::text(format!("{{{kind}}}"), entry.value.at),
                    Computed::unknown(why, entry.value.at),
                );
            }
            continue;
        };
        match estate.items(found) {
            Ok(items) => {
                for (index, item) in items.items.iter().enumerate() {
                    children.name(name_of(item, kind, index), in_turn(item, endpoint(estate, ty, label, item)));
                }
                if let Some(rest) = items.rest {
                    children.name(Computed::text(format!("{{more {kind}}}"), rest.at), rest);
                }
            }
            Err(why) => children.name(Computed::text(format!("{{{kind}}}"), why.at), why),
        }
    }
    if let Some(why) = object.rest() {
        children.name(Computed::text("{more}", endpoints.at), unknown(why, endpoints));
    }
    children.some(endpoints.at)
}

fn endpoint<'a>(estate: &mut Estate<'a>, ty: &Rc<str>, label: &'a str, item: &'a Value) -> Computed {
    if let Some(why) = item.as_unknown() {
        return unknown(why, item);
    }
    let mut fields = Fields::default();
    fields.set("type", Computed::text(ty, item.at));
    fields.set("resource", delivered_to(estate, label, item));
    fields.set("auth", authentication(estate, item));
    let texts: &[(&'static str, &str)] = match label {
        "storage" => &[("container", "containerName"), ("file_name_format", "fileNameFormat")],
        "event_hubs" => &[("instance", "entityPath")],
        "service_bus" => &[("entity", "entityPath")],
        _ => &[],
    };
    for (field, path) in texts {
        let found = estate.find(item, path);
        fields.set(field, estate.text(found));
    }
    if label == "storage" {
        let encoding = estate.find(item, "encoding");
        fields.set("encoding", estate.word("encoding", encoding));
    }
    fields.at(item.at)
}

/// By its identity a hub authenticates as itself, or as an identity that it was given.
fn authentication<'a>(estate: &mut Estate<'a>, item: &'a Value) -> Option<Computed> {
    let kind = estate.find(item, "authenticationType");
    let word = estate.word("hub_authentication", kind)?;
    let given = estate.find(item, "identity.userAssignedIdentity");
    let by_identity = word.is_text("system_assigned");
    Some(match given {
        Found::Here(value) if by_identity => Computed::text("user_assigned", value.at),
        Found::Unknown(_) if by_identity => Computed::text("user_assigned", word.at),
        _ => word,
    })
}

/// What an endpoint delivers to: an address on the internet, or what its connection string says.
fn delivered_to<'a>(estate: &mut Estate<'a>, label: &'a str, item: &'a Value) -> Option<Computed> {
    for path in ["endpointUri", "connectionString"] {
        let Lookup::Found(value) = item.as_object()?.get(path) else { continue };
        if path == "endpointUri" {
            return estate.named_at(label, item, path);
        }
        return Some(estate.by_connection_string(label, value));
    }
    let why = "the template does not say where it delivers to";
    Some(Computed::unknown(why, item.at))
}

fn file_upload<'a>(estate: &mut Estate<'a>, upload: &'a Value) -> Option<Fields> {
    let Lookup::Found(text) = upload.as_object()?.get("connectionString") else {
        return None;
    };
    // A hub without uploads has an empty connection string.
    if text.as_text().is_some_and(str::is_empty) {
        return None;
    }
    let mut fields = Fields::default();
    fields.set("resource", estate.by_connection_string("storage", text));
    let container = estate.find(upload, "containerName");
    fields.set("container", estate.text(container));
    fields.set("auth", authentication(estate, upload));
    Some(fields)
}

impl<'a> Estate<'a> {
    /// The resource that a connection string names, or whose keys it lists.
    fn by_connection_string(&mut self, label: &'a str, value: &'a Value) -> Computed {
        let text = Self::text_of(value).unwrap_or_default();
        let written = [("AccountName=", ';'), ("Endpoint=sb://", '.'), ("AccountEndpoint=https://", '.')];
        for (start, end) in written {
            let Some(rest) = text.find(start).and_then(|at| text.get(at + start.len()..)) else { continue };
            let name = before(rest, end);
            if name.is_empty() || name.starts_with('{') && !name.ends_with('}') {
                continue;
            }
            let at = self.place_of(value.at);
            return Computed::text(self.by_text(label, name, at), value.at).given(trail_of(value));
        }
        let by_keys = self.keys_of(label, &text, self.place_of(value.at));
        match (by_keys, value.first_unknown()) {
            (Some(address), _) => Computed::text(address, value.at).given(trail_of(value)),
            (None, Some(why)) => unknown(why, value),
            _ => Computed::unknown("the connection string names no resource", value.at),
        }
    }
}

/// The text before a character outside of braces.
fn before(text: &str, end: char) -> &str {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if character == end && depth == 0 => return text.get(..at).unwrap_or(text),
            _ => {}
        }
    }
    text
}
