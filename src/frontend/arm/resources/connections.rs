//! What the targets of private endpoints say of the connections to them: in a property of their own, or in resources
//! that are part of them.

use std::rc::Rc;

use hashbrown::HashMap;

use super::Estate;
use super::computed::Computed;
use super::estate::{Wanted, perhaps};
use super::ids::parent;
use super::known::Known;
use super::reading::{value_at, value_below};
use crate::frontend::arm::identity::canonical;
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;

/// The connections of which a template tells the state.
#[derive(Debug, Default)]
pub(super) struct Connections<'a> {
    all: Vec<Connection<'a>>,
    by_endpoint: HashMap<Rc<str>, usize>,
}

/// The connection of a private endpoint, as its target sees it.
#[derive(Debug, Clone)]
struct Connection<'a> {
    endpoint: &'a Value,
    target: Rc<str>,
    properties: &'a Value,
    said_by: &'a Resource,
}

impl<'a> Connections<'a> {
    pub(super) fn of(known: &[Known<'a>]) -> Self {
        let mut connections = Self::default();
        for known in known.iter().filter(|known| !known.resource.existing) {
            let resource = known.resource;
            if known.word.eq_ignore_ascii_case("privateEndpointConnections") {
                let target = parent(&resource.id).unwrap_or("").into();
                connections.add(target, &resource.body, resource);
                continue;
            }
            let inline =
                value_below(&resource.body, ["properties", "privateEndpointConnections"]).and_then(Value::as_array);
            for item in inline.iter().flat_map(|array| &array.items) {
                connections.add(Rc::clone(&resource.id), item, resource);
            }
        }
        connections
    }

    fn add(&mut self, target: Rc<str>, body: &'a Value, said_by: &'a Resource) {
        let Some(properties) = value_at(body, "properties") else { return };
        let Some(endpoint) = value_at(properties, "privateEndpoint.id") else { return };
        let Some(id) = canonical(endpoint) else { return };
        self.by_endpoint.entry(id).or_insert(self.all.len());
        self.all.push(Connection { endpoint, target, properties, said_by });
    }
}

impl<'a> Estate<'a> {
    /// What its target says of the connection of an endpoint.
    pub(super) fn state_at_target(&mut self, endpoint: &str) -> Option<Computed> {
        let index = self.connections.by_endpoint.get(endpoint)?;
        let connection = self.connections.all.get(*index)?.clone();
        self.state_of(&connection)
    }

    fn state_of(&mut self, connection: &Connection<'a>) -> Option<Computed> {
        let status = self.find(connection.properties, "privateLinkServiceConnectionState.status");
        let word = self.word("connection_state", status)?;
        Some(perhaps(connection.said_by, word))
    }

    /// Private endpoints that only their targets speak of: they are declared elsewhere.
    pub(super) fn endpoints_elsewhere(&mut self) {
        for connection in self.connections.all.clone() {
            let Some(target) = self.address(&connection.target).cloned() else { continue };
            let Some(id) = canonical(connection.endpoint).filter(|id| self.address(id).is_none()) else { continue };
            if !self.is_wanted(target.label, Wanted::Target) {
                continue;
            }
            self.current = connection.said_by.node;
            let at = self.place_of(connection.endpoint.at);
            let Some(text) = connection.endpoint.as_symbol().map(|symbol| symbol.text()) else { continue };
            if self.named(&text, Wanted::Label("private_endpoint"), at).is_none() {
                continue;
            }
            let state = self.state_of(&connection);
            if let Some(outside) = self.outside.iter_mut().find(|outside| outside.id.as_ref() == Some(&id)) {
                outside.fields.set("target", Computed::text(target.text(), at));
                outside.fields.set("connection_state", state);
            }
        }
    }
}
