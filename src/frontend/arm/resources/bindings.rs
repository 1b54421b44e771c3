//! What jobs read and write. A job names the other end by the name of the account, namespace or server alone.

use std::rc::Rc;

use super::Estate;
use super::computed::{Computed, ComputedData, Key, Text};
use super::estate::{perhaps, within};
use super::fields::{Fields, in_turn, trail_of, unknown};
use super::ids::{last_name, parent, parse};
use super::reading::{Found, Led, shown};
use crate::frontend::arm::resource::{Presence, Resource};
use crate::frontend::arm::value::{Data, Lookup, Segment, Symbol, SymbolBuilder, Value};
use crate::knowledge::tables::Word;
use crate::source::NodeId;

/// Which way data flows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// Into the job.
    Input,
    /// Out of it.
    Output,
}

/// The inputs or outputs of a job, whether within it or resources of their own.
pub(super) fn bindings<'a>(estate: &mut Estate<'a>, resource: &'a Resource, direction: Direction) -> Option<Computed> {
    let (word, path) = match direction {
        Direction::Input => ("inputs", "properties.inputs"),
        Direction::Output => ("outputs", "properties.outputs"),
    };
    let inline = estate.find(&resource.body, path);
    let items = match estate.items(inline) {
        Ok(items) => items,
        Err(why) => return Some(why),
    };
    let mut children = Fields::default();
    for (index, item) in items.items.iter().enumerate() {
        let key = match item.as_object().map(|object| object.get("name")) {
            Some(Lookup::Found(name)) => Computed::text(plain(shown(name)), name.at).given(trail_of(name)),
            _ => Computed::text(format!("{word} {}", index + 1), item.at),
        };
        let Some(body) = binding(estate, item, direction) else { continue };
        children.name(key, in_turn(item, body));
    }
    for part in estate.parts_of(&resource.id, word).into_iter().filter(|part| !part.existing) {
        let key = Computed::text(plain(last_name(&shown(&part.name)).to_owned().into()), part.head)
            .given(trail_of(&part.name));
        let key = within(part, key);
        let Some(mut body) = binding(estate, &part.body, direction) else { continue };
        body.at = part.node;
        if let (Presence::Maybe(why), ComputedData::Mapping(fields)) = (&part.existence, &mut body.data) {
            fields.push((Key::Field("exists", part.head), Computed::unknown(why, part.head)));
        } else {
            body = perhaps(part, body);
        }
        children.name(key, body);
    }
    if let Some(rest) = items.rest {
        children.name(Computed::text("{more}", rest.at), rest);
    }
    children.some(items.at.unwrap_or(resource.node))
}

/// Names as people like; a slash would join them here.
pub(super) fn plain(name: Text) -> Text {
    if name.contains('/') { name.replace('/', "-").into() } else { name }
}

/// One input or output; nothing for one that leads nowhere.
fn binding<'a>(estate: &mut Estate<'a>, item: &'a Value, direction: Direction) -> Option<Computed> {
    let properties = match estate.find(item, "properties") {
        Found::Here(properties) => properties,
        Found::Unknown(why) => return Some(why),
        Found::Absent => return item.first_unknown().map(|why| unknown(why, item)),
    };
    let mut fields = Fields::with_room(6);
    if direction == Direction::Input {
        let kind = estate.find(properties, "type");
        fields.set("kind", estate.word("input_kind", kind));
    }
    let source = match estate.find(properties, "datasource") {
        Found::Here(source) => source,
        Found::Unknown(why) => {
            fields.set("resource", why.clone());
            fields.set("auth", why);
            return Some(fields.at(item.at));
        }
        Found::Absent => return None,
    };
    let (ty, tables) = (estate.find(source, "type"), estate.tables);
    let label = match &ty {
        Found::Here(value) => match value.as_text().map(|word| tables.word("datasource", word)) {
            Some(Word::Known(label)) => &**label,
            _ => return None,
        },
        Found::Unknown(why) => {
            fields.set("resource", why.clone());
            return Some(fields.at(item.at));
        }
        Found::Absent => return None,
    };
    let table = match tables.word("datasource_authentication", ty.text().unwrap_or("")) {
        Word::Known(table) => &**table,
        Word::Unlisted => "job_authentication",
    };
    if let Some(word) = ty.text()
        && let Word::Known(part) = tables.word("datasource_subresource", word)
    {
        fields.set("subresource", Computed::text(part, ty.value().map_or(item.at, |value| value.at)));
    }
    let at = source.at;
    let Some(source) = estate.find(source, "properties").value() else {
        fields.set("resource", Computed::unknown("the template does not say what it leads to", at));
        return Some(fields.at(item.at));
    };
    let resource = other_end(estate, label, source);
    let resource = resource
        .unwrap_or_else(|| Computed::unknown("the template does not say what it leads to", estate.place_of(source.at)));
    fields.set("resource", resource);
    let mode = estate.find(source, "authenticationMode");
    fields.set("auth", estate.word(table, mode));
    let entities = ["container", "eventHubName", "queueName", "topicName", "table", "collectionNamePattern"];
    let entity = estate.find_any(source, &entities);
    fields.set("entity", estate.text(entity));
    Some(fields.at(item.at))
}

/// The resource at the other end.
fn other_end<'a>(estate: &mut Estate<'a>, label: &'a str, source: &'a Value) -> Option<Computed> {
    match label {
        "event_hubs" | "service_bus" => estate.named_at(label, source, "serviceBusNamespace"),
        "hub" => estate.named_at(label, source, "iotHubNamespace"),
        "storage" => {
            if let Found::Here(_) = estate.find(source, "accountName") {
                return estate.named_at(label, source, "accountName");
            }
            let accounts = estate.find(source, "storageAccounts");
            let accounts = match estate.items(accounts) {
                Ok(accounts) => accounts,
                Err(why) => return Some(why),
            };
            let first = accounts.items.first()?;
            estate.named_at(label, first, "accountName")
        }
        "cosmos_db" => estate.named_at(label, source, "accountId"),
        "functions" => estate.named_at(label, source, "functionAppName"),
        "adls_gen1" => estate.named_at(label, source, "accountName"),
        "data_explorer" => estate.named_at(label, source, "cluster"),
        "power_bi" => {
            let group = estate.find(source, "groupId");
            match group {
                Found::Here(value) => estate.by_name(label, value),
                Found::Unknown(why) => Some(why),
                Found::Absent => None,
            }
        }
        _ => estate.named_at(label, source, "server"),
    }
}

impl<'a> Estate<'a> {
    /// The resource that a property names: by its name alone, or by its name on the internet.
    pub(super) fn named_at(&mut self, label: &'a str, start: &'a Value, path: &str) -> Option<Computed> {
        let value = match self.follow(start, path) {
            Led::To(value) => value,
            led => return start.as_object().and_then(|_| led.why()),
        };
        if let Data::Unknown(why) = &value.data {
            // The same expression in two places is the same name.
            let named = self.asked_for(label, value).or_else(|| self.by_name(label, value));
            return Some(named.unwrap_or_else(|| unknown(why, value)));
        }
        let (symbol, tables) = (value.as_symbol()?, self.tables);
        // What is asked of a resource that is declared here names it, though its text is not known.
        if let Some(found) = self.asked_for(label, value) {
            return Some(found);
        }
        // A database in a warehouse may be one of a SQL server: its name on the internet tells.
        let label = tables.label_of_host(symbol.suffix()).unwrap_or(label);
        let name = host_start(&symbol);
        let name = Value { data: name.into_data(), at: value.at, trail: value.trail.clone() };
        self.by_name(label, &name)
    }

    /// The resource of which a value asks something, if it is of that kind: `reference(...).fullyQualifiedDomainName`.
    pub(super) fn asked_for(&mut self, label: &str, value: &Value) -> Option<Computed> {
        let asked = crate::frontend::arm::identity::asked(&value.first_unknown()?.expression)?;
        let address = self.address(asked.id).filter(|address| address.label == label)?.text();
        Some(Computed::text(address, value.at).given(trail_of(value)))
    }

    /// The resource of a kind whose keys an expression lists: the id in it, from its provider on.
    pub(super) fn keys_of(&mut self, label: &'a str, text: &str, at: NodeId) -> Option<Rc<str>> {
        let rest = text.get(text.find("/providers/")?..)?;
        let mut id = rest.get(..rest.find('\'')?)?;
        loop {
            let parsed = parse(id)?;
            if self.tables.label(&parsed.ty, None) == Some(label) {
                let name = parsed.names.last().copied()?;
                return Some(self.by_text(label, name, at));
            }
            id = parent(id)?;
        }
    }

    pub(super) fn text_of(value: &Value) -> Option<String> {
        match &value.data {
            Data::Unknown(why) => Some(why.expression.to_string()),
            _ => Some(value.as_symbol()?.text()),
        }
    }
}

/// The first word of a name on the internet: `server.database.windows.net` is `server`; without protocol, before a port.
fn host_start(symbol: &Symbol) -> Symbol {
    let mut start = SymbolBuilder::default();
    for (index, segment) in symbol.segments().iter().enumerate() {
        let Segment::Known(text) = segment else {
            start.push_segment(segment);
            continue;
        };
        let text = if index == 0 {
            ["https://", "http://", "sb://", "tcp:"]
                .iter()
                .fold(&**text, |text, start| text.strip_prefix(start).unwrap_or(text))
        } else {
            text
        };
        match text.find(['.', ',', ':', '/']) {
            Some(end) => {
                start.push_str(text.get(..end).unwrap_or(""));
                return start.finish();
            }
            None => start.push_str(text),
        }
    }
    start.finish()
}
