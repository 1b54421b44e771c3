//! Which resources say something of another one, by the id of that.

use std::collections::HashMap;
use std::rc::Rc;

use super::ids::last_name;
use crate::frontend::arm::identity::{canonical, normalised};
use crate::frontend::arm::resource::{Evaluated, Resource};
use crate::frontend::arm::value::{Lookup, Value};

/// The type of what puts a resource into a network security perimeter.
const ASSOCIATION: &str = "Microsoft.Network/networkSecurityPerimeters/resourceAssociations";
/// The last word of the types that say whether the connection of a private endpoint is approved.
const APPROVAL: &str = "privateEndpointConnections";

/// What resources say of others.
#[derive(Debug, Default)]
pub(super) struct Mentions<'a> {
    associations: HashMap<Rc<str>, &'a Resource>,
    approvals: HashMap<Rc<str>, &'a Resource>,
    users: HashMap<Rc<str>, Vec<&'a Resource>>,
}

impl<'a> Mentions<'a> {
    /// Looks through all resources once.
    pub(super) fn of(evaluated: &'a Evaluated) -> Self {
        let mut mentions = Self::default();
        for resource in &evaluated.resources {
            mentions.add(resource);
        }
        mentions
    }

    fn add(&mut self, resource: &'a Resource) {
        let named = |path: &[&str]| at(&resource.body, path).and_then(canonical);
        if resource.ty.eq_ignore_ascii_case(ASSOCIATION) {
            let associated = named(&["properties", "privateLinkResource", "id"]);
            associated.map(|id| self.associations.entry(id).or_insert(resource));
        }
        if !resource.existing && last_name(&resource.ty).eq_ignore_ascii_case(APPROVAL) {
            let endpoint = named(&["properties", "privateEndpoint", "id"]);
            endpoint.map(|id| self.approvals.entry(id).or_insert(resource));
        }
        let identities = at(&resource.body, &["identity", "userAssignedIdentities"]).and_then(Value::as_object);
        for identity in identities.map_or(&[][..], |identities| identities.entries()) {
            let users = self.users.entry(normalised(&identity.key)).or_default();
            if users.last().is_none_or(|last| !std::ptr::eq(*last, resource)) {
                users.push(resource);
            }
        }
    }

    /// The association of a resource with a network security perimeter.
    pub(super) fn association(&self, id: &str) -> Option<&'a Resource> {
        self.associations.get(id).copied()
    }

    /// The resource that says whether the connection of a private endpoint is approved.
    pub(super) fn approval(&self, endpoint: &str) -> Option<&'a Resource> {
        self.approvals.get(endpoint).copied()
    }

    /// The resources that have a user-assigned identity.
    pub(super) fn users(&self, identity: &str) -> &[&'a Resource] {
        self.users.get(identity).map_or(&[], Vec::as_slice)
    }
}

/// The value at a path.
fn at<'v>(start: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(start, |value, key| match value.as_object()?.get(key) {
        Lookup::Found(found) => Some(found),
        _ => None,
    })
}
