//! What all resources say of themselves.

use super::Estate;
use super::computed::{Computed, ComputedData};
use super::estate::Wanted;
use super::fields::{Fields, trail_of, unknown};
use super::ids::Belonging;
use super::reading::{Found, Led};
use crate::frontend::arm::resource::{Presence, Resource};
use crate::frontend::arm::value::{Data, Value};
use crate::topology::{KINDS, Kind, SERVICE_RESOURCE, Topology};

/// The subscription and the resource group that a template is deployed to, as parts of ids.
const HERE: [&str; 2] = ["{subscription().subscriptionId}", "{resourceGroup().name}"];

/// Hardly any resource has more fields than this.
const MOSTLY: usize = 12;

/// Which of the fields that most kinds have a kind has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Common {
    region: bool,
    subscription: bool,
    resource_group: bool,
    tags: bool,
    identity: bool,
}

impl Common {
    /// Those of the kind of that name; of any other that of the resources of services.
    pub(super) fn of(label: &str) -> Self {
        let service = Topology::kind(SERVICE_RESOURCE);
        let kind: &Kind = KINDS.iter().copied().find(|kind| kind.name == label).unwrap_or(service);
        let has = |name: &str| kind.field(name).is_some();
        Self {
            region: has("region"),
            subscription: has("subscription"),
            resource_group: has("resource_group"),
            tags: has("tags"),
            identity: has("identity"),
        }
    }
}

impl<'a> Estate<'a> {
    /// The fields that resources of a kind have whatever they are.
    pub(super) fn common(&mut self, label: &str, resource: &'a Resource, belonging: &Belonging<'_>) -> Fields {
        let has = self.common_of(label);
        let mut fields = Fields::with_room(MOSTLY);
        if let Presence::Maybe(why) = &resource.existence {
            fields.set("exists", Computed::unknown(why, resource.head));
        }
        fields.set("id", Computed::text(&resource.id, resource.head));
        if has.region {
            let region = self.region(&resource.body);
            fields.set("region", region);
        }
        for (name, part, has) in [
            ("subscription", belonging.subscription, has.subscription),
            ("resource_group", belonging.group, has.resource_group),
        ] {
            // What is deployed here is all in one subscription and group, whichever that may be.
            let is_here = |part: &&str| HERE.iter().any(|here| here.eq_ignore_ascii_case(part));
            if let Some(part) = part.filter(|part| has && !is_here(part)) {
                fields.set(name, self.part_of_id(resource, name, part));
            }
        }
        if has.tags {
            let tags = self.find(&resource.body, "tags");
            fields.set("tags", self.tags(tags));
        }
        if has.identity && label != "subnet" {
            let identity = self.find(&resource.body, "identity.type");
            fields.set("identity", self.word("identity", identity));
        }
        fields
    }

    /// Where a resource is. An expression that cannot be resolved is the name of a region: what has it is in the same one.
    fn region(&mut self, body: &'a Value) -> Option<Computed> {
        let value = match self.follow(body, "location") {
            Led::To(value) => value,
            led => return led.why(),
        };
        let symbol = if value.as_text().is_some() { None } else { value.as_symbol() };
        match symbol.filter(|symbol| symbol.first_unknown().is_some()) {
            Some(symbol) if symbol.is_repeatable() && matches!(symbol.segments(), [_]) => {
                Some(Computed::unknown(symbol.text(), value.at).given(trail_of(value)))
            }
            _ => {
                let region = self.find_self(value);
                self.text(region).map(as_region)
            }
        }
    }

    fn part_of_id(&self, resource: &Resource, name: &str, part: &str) -> Computed {
        if part.contains('{') {
            let what = name.replace('_', " ");
            return Computed::unknown(format!("the {what} is known only to a deployment"), resource.head);
        }
        Computed::text(part.to_owned(), resource.head)
    }

    fn tags(&mut self, found: Found<'a>) -> Option<Computed> {
        let value = match found {
            Found::Absent => return None,
            Found::Unknown(why) => return Some(why),
            Found::Here(value) => value,
        };
        let object = value.as_object()?;
        if let Some(why) = object.rest() {
            return Some(unknown(why, value));
        }
        let mut tags = Fields::default();
        for entry in object.entries().iter().filter(|entry| entry.symbol.is_none()) {
            let found = self.find_self(&entry.value);
            if let Some(text) = self.text(found) {
                tags.name(Computed::text(&entry.key, entry.value.at), text);
            }
        }
        Some(tags.at(value.at))
    }

    /// References in a list of ids, or in a list of groups with an id at that path.
    pub(super) fn references(&mut self, found: Found<'a>, path: Option<&str>, wanted: Wanted) -> Option<Computed> {
        self.list(found, |estate, item| {
            let found = match path {
                Some(path) => estate.find(item, path),
                None => estate.find_self(item),
            };
            estate.reference(found, wanted)
        })
    }

    pub(super) fn reference(&mut self, found: Found<'_>, wanted: Wanted) -> Option<Computed> {
        match found {
            Found::Absent => None,
            // An unknown id is a name of its own, where the kind is known.
            Found::Unknown(why) => Some(why),
            Found::Here(value) => Some(self.refer(value, wanted)),
        }
    }

    /// A reference at a path, where an id of which nothing is known still names one thing.
    pub(super) fn reference_at(&mut self, start: &'a Value, path: &str, wanted: Wanted) -> Option<Computed> {
        match self.follow(start, path) {
            Led::To(value) => match &value.data {
                Data::Null => None,
                Data::Unknown(why) if !matches!(wanted, Wanted::Label(_)) => Some(unknown(why, value)),
                _ => Some(self.refer(value, wanted)),
            },
            led => led.why(),
        }
    }

    /// A word that holds for a service in the place of a value that a template has no property for.
    pub(super) fn said(&self, resource: &Resource, word: &'static str) -> Computed {
        Computed::text(word, resource.node)
    }

    /// A single text or a list of texts, whichever of two properties is there.
    pub(super) fn one_or_more(&mut self, start: &'a Value, one: &str, more: &str) -> Option<Computed> {
        let many = self.find(start, more);
        let is_empty =
            many.value().and_then(Value::as_array).is_some_and(|array| array.is_closed() && array.items.is_empty());
        if !many.is_absent() && !is_empty {
            return self.texts(many);
        }
        let single = self.find(start, one);
        let text = self.text(single)?;
        if matches!(&text.data, ComputedData::Text(text) if text.is_empty()) {
            return None;
        }
        let (at, given) = (text.at, text.given.clone());
        Some(Computed::new(ComputedData::Sequence(vec![text]), at).given(given))
    }

    /// The names of parts: event hubs, queues.
    pub(super) fn names_of_parts(&mut self, id: &str, word: &str) -> Option<Computed> {
        let mut names = Vec::new();
        for part in self.parts_of(id, word) {
            let name = match &part.name.data {
                Data::Text(text) => {
                    Computed::text(super::ids::last_name(text).to_owned(), part.head).given(trail_of(&part.name))
                }
                _ => match part.name.first_unknown() {
                    Some(why) => Computed::unknown(why.why(), part.head),
                    None => continue,
                },
            };
            names.push(super::estate::perhaps(part, name));
        }
        super::reading::list_of(names, None)
    }
}

/// Regions are written in two ways: `West Europe` and `westeurope`.
fn as_region(value: Computed) -> Computed {
    match value.data {
        ComputedData::Text(text) => {
            let is_kept = |character: char| !character.is_whitespace() && !character.is_ascii_uppercase();
            let text = if text.chars().all(is_kept) {
                text
            } else {
                let text = text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
                text.to_ascii_lowercase().into()
            };
            Computed { data: ComputedData::Text(text), ..value }
        }
        _ => value,
    }
}
