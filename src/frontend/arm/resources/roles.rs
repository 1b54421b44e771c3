//! Role assignments: whose identity may do what, and on what.

use std::rc::Rc;

use super::Estate;
use super::computed::{Computed, Text};
use super::estate::{Wanted, perhaps, within};
use super::fields::{Fields, trail_of, unknown};
use super::ids::{last_name, parse};
use super::known::Known;
use super::reading::{Found, Led, list_of, text_of};
use crate::frontend::arm::identity::{asked, normalised};
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::{Data, Value};
use crate::source::NodeId;

/// What `rules/arm/types.yaml` calls resources that assign roles: those of Azure, and those of an account itself.
const ROLES: &str = "role_assignment";
const ACCOUNT_ROLES: &str = "account_role_assignment";

/// All role assignments of a template.
pub(super) fn read<'a>(estate: &mut Estate<'a>, all: &[Known<'a>]) -> Option<Computed> {
    let mut assignments = Vec::new();
    for known in all.iter().filter(|known| !known.resource.existing) {
        let Some(part) = known.part().filter(|part| [ROLES, ACCOUNT_ROLES].contains(part)) else { continue };
        let resource = known.resource;
        estate.current = resource.node;
        for (principal, identity) in principals(estate, resource) {
            let mut fields = Fields::default();
            if let crate::frontend::arm::resource::Presence::Maybe(why) = &resource.existence {
                fields.set("exists", Computed::unknown(why, resource.head));
            }
            fields.set("principal", principal);
            fields.set("identity", identity);
            fields.set("role", role(estate, resource));
            fields.set("scope", scope(estate, known, part == ACCOUNT_ROLES));
            assignments.push(within(resource, fields.at(resource.node)));
        }
    }
    list_of(assignments, None)
}

/// The role by its name. Templates name its definition by an id, mostly made from a GUID.
fn role<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Computed {
    let id = estate.find(&resource.body, "properties.roleDefinitionId");
    let text = match estate.text_or_symbol(id) {
        Ok(text) => text,
        Err(why) => return why,
    };
    let (text, value) = text;
    let guid = last_name(&text);
    match estate.tables.role(guid) {
        Some(name) => Computed::text(name, value.at).given(trail_of(value)),
        None if estate.tables.is_role(guid) => Computed::text(guid.to_owned(), value.at).given(trail_of(value)),
        None => Computed::unknown(format!("the role `{guid}` is not known here"), value.at),
    }
}

/// On what: what the assignment extends, or what its properties say.
fn scope<'a>(estate: &mut Estate<'a>, known: &Known<'a>, is_of_account: bool) -> Computed {
    let resource = known.resource;
    let condition = estate.find(&resource.body, "properties.condition");
    if !condition.is_absent() && condition.text() != Some("") {
        let at = condition.value().map_or(resource.node, |value| value.at);
        return Computed::unknown("the role holds under a condition only", at);
    }
    let said = estate.find(&resource.body, "properties.scope");
    let (at, said) = (said.value().map_or(resource.node, |value| value.at), said.value().and_then(text_of));
    let (text, at): (Text, NodeId) = match (&resource.scope, said) {
        (Some(scope), _) => (scope.into(), resource.node),
        (None, Some(text)) => match known.belonging().whole.filter(|_| is_of_account) {
            // A path below the account, or one slash for all of it.
            Some(account) if *text == *"/" || text.starts_with("/dbs") => {
                ([account, text.trim_end_matches('/')].concat().into(), at)
            }
            _ => (text, at),
        },
        (None, None) => match known.belonging().whole {
            Some(whole) => (whole.to_owned().into(), resource.node),
            None => (scope_of_id(&resource.id).into(), resource.node),
        },
    };
    // Mostly it is canonical already.
    if let Some(address) = estate.address(&text).or_else(|| estate.address(&normalised(&text))) {
        return Computed::text(address.text(), at);
    }
    match parse(&text) {
        None if is_of_account => Computed::unknown(format!("the role is given on `{}`", &*text), at),
        // A group, a subscription, or something above these.
        None if text.contains('{') && !text.starts_with('/') => Computed::unknown("the scope is not known", at),
        None if text.is_empty() => Computed::text("/", at),
        None => Computed::text(text, at),
        Some(_) => match estate.named(&text, Wanted::Scope, at) {
            Some(address) if estate.is_whole(&text) => Computed::text(address.text(), at),
            Some(address) => Computed::unknown(format!("the role is given on a part of {}", address.text()), at),
            None => Computed::text(text, at),
        },
    }
}

/// What stands before the provider of an assignment.
fn scope_of_id(id: &str) -> String {
    let end = id.rfind("/providers/microsoft.authorization").unwrap_or(id.len());
    id.get(..end).unwrap_or("").to_owned()
}

/// Whose identities the role is given to. A user-assigned identity is that of whatever uses it.
fn principals<'a>(estate: &mut Estate<'a>, resource: &'a Resource) -> Vec<(Computed, Option<Computed>)> {
    let unsaid = || Computed::unknown("the template does not say whose identity it is", resource.node);
    let value = match estate.follow(&resource.body, "properties.principalId") {
        Led::To(value) if !matches!(value.data, Data::Null) => value,
        led => return vec![(led.why().unwrap_or_else(unsaid), None)],
    };
    let nobody = || match value.first_unknown() {
        Some(why) => vec![(unknown(why, value), None)],
        None => vec![(Computed::unknown("an id of Entra does not tell whose identity it is", value.at), None)],
    };
    let Some(asked) = value.first_unknown().and_then(|why| asked(&why.expression)) else { return nobody() };
    let id = asked.id;
    let written = |address: &Rc<str>, word: &'static str| {
        let principal = Computed::text(address, value.at).given(trail_of(value));
        (principal, Some(Computed::text(word, value.at)))
    };
    if let Some(address) = estate.address(id).filter(|address| estate.is_wanted(address.label, Wanted::Instance)) {
        let (principal, identity) = written(address.text(), "system_assigned");
        // Where there is no other identity, nobody has to say which one it is.
        return vec![(principal, identity.filter(|_| !has_only_its_own(estate, id)))];
    }
    let users = estate.mentions.users(id).iter();
    let users: Vec<_> = users.filter_map(|user| Some((*user, estate.address(&user.id)?.clone()))).collect();
    if users.is_empty() {
        return nobody();
    }
    users
        .into_iter()
        .filter(|(_, address)| estate.is_wanted(address.label, Wanted::Instance))
        .map(|(user, address)| {
            let (principal, identity) = written(address.text(), "user_assigned");
            (perhaps(user, principal), identity)
        })
        .collect()
}

/// Whether the system-assigned identity is the only one of a resource.
fn has_only_its_own(estate: &mut Estate<'_>, id: &str) -> bool {
    let Some(resource) = estate.resource(id) else { return false };
    let identity = estate.find(&resource.body, "identity.type");
    identity.text().is_some_and(|identity| identity.eq_ignore_ascii_case("SystemAssigned"))
}

impl<'a> Estate<'a> {
    /// The text at a property, unknown parts in braces.
    fn text_or_symbol(&mut self, found: Found<'a>) -> Result<(Text, &'a Value), Computed> {
        match found {
            Found::Absent => Err(Computed::unknown("the template does not say it", self.current)),
            Found::Unknown(why) => Err(why),
            Found::Here(value) => match text_of(value) {
                Some(text) => Ok((text, value)),
                None => Err(Computed::unknown("it is no text", value.at)),
            },
        }
    }

    /// Whether an id names a resource rather than a part of one.
    fn is_whole(&self, id: &str) -> bool {
        parse(id).is_some_and(|parsed| self.tables.label(&parsed.ty, None).is_some())
    }
}
