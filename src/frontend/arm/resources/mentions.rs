//! Which resources say something of another one, by the id of that.

use std::rc::Rc;

use hashbrown::HashMap;

use super::known::Known;
use super::reading::{value_at, value_below};
use crate::frontend::arm::identity::{canonical, normalised};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::Value;

/// What `rules/arm/types.yaml` calls a resource that puts another one into a network security perimeter.
const PERIMETER_ASSOCIATION: &str = "perimeter_association";

/// What resources say of others.
#[derive(Debug, Default)]
pub(super) struct Mentions<'a> {
    associations: HashMap<Rc<str>, &'a Resource>,
    users: HashMap<Rc<str>, Vec<&'a Resource>>,
}

impl<'a> Mentions<'a> {
    /// Looks through all resources once.
    pub(super) fn of(all: &[Known<'a>]) -> Self {
        let mut mentions = Self::default();
        for known in all {
            mentions.add(known);
        }
        mentions
    }

    fn add(&mut self, known: &Known<'a>) {
        let resource = known.resource;
        if known.part() == Some(PERIMETER_ASSOCIATION)
            && let Some(member) = value_at(&resource.body, "properties.privateLinkResource.id").and_then(canonical)
        {
            self.associations.entry(member).or_insert(resource);
        }
        let identities = value_below(&resource.body, ["identity", "userAssignedIdentities"]).and_then(Value::as_object);
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

    /// The resources that have a user-assigned identity.
    pub(super) fn users(&self, identity: &str) -> &[&'a Resource] {
        self.users.get(identity).map_or(&[], Vec::as_slice)
    }
}
