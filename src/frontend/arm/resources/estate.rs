//! What a template declares, by id: what things are called here, and what is named but declared elsewhere.

use std::rc::Rc;

use hashbrown::HashMap;

use super::common::Common;
use super::computed::Computed;
use super::connections::Connections;
use super::fields::{Fields, trail_of, unknown};
use super::ids::{Belonging, last_name, parent, parse};
use super::known::Known;
use super::mentions::Mentions;
use super::names::Names;
use super::reading::{id_of, text_of};
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::resource::{Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::ArmTables;
use crate::source::{NodeId, Place, Problem, Sources};
use crate::topology::{Catalogue, KINDS, SERVICE_RESOURCE};

/// The resources of one template while they are turned into a topology.
pub(super) struct Estate<'a> {
    pub(super) sources: &'a Sources,
    pub(super) tables: &'a ArmTables,
    pub(super) catalogue: &'a Catalogue,
    /// The resource that is being read, for values that stand nowhere.
    pub(super) current: NodeId,
    /// The last value that was asked for its properties, with these.
    pub(super) properties: Option<(&'a Value, &'a Value)>,
    problems: Vec<Problem>,
    /// The problems at each place, by their index.
    problems_at: HashMap<Place, Vec<usize>>,
    /// What resources say of others.
    pub(super) mentions: Mentions<'a>,
    /// What is known of each id.
    things: HashMap<Rc<str>, Thing<'a>>,
    /// Resources that are part of others.
    parts: Vec<Part<'a>>,
    /// What the targets of private endpoints say of them.
    pub(super) connections: Connections<'a>,
    /// What is called how, from name to id.
    names: Names,
    /// The fields that most kinds have, by label.
    common: HashMap<String, Common>,
    /// What is named but declared elsewhere, in the order of its mention.
    pub(super) outside: Vec<Outside<'a>>,
}

/// What is known of an id.
#[derive(Default)]
struct Thing<'a> {
    /// The resource that is declared here, of several the last.
    declared: Option<&'a Resource>,
    /// What it is called.
    address: Option<Address<'a>>,
    /// The first and the last of its parts.
    parts: Option<(usize, usize)>,
    /// The position of its draft.
    draft: Option<usize>,
}

/// A part of a resource.
struct Part<'a> {
    /// The last word of its type.
    word: &'a str,
    resource: &'a Resource,
    /// The next part of the same whole.
    next: Option<usize>,
}

/// What something is called here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub(super) label: &'a str,
    /// Label and name, as references write them. The name of a subnet stands behind that of its network.
    text: Rc<str>,
}

/// Something that is declared elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Outside<'a> {
    pub(super) address: Address<'a>,
    /// Its id, where one was named.
    pub(super) id: Option<Rc<str>>,
    pub(super) at: NodeId,
    pub(super) fields: Fields,
}

/// What may stand in the place of a reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// A resource with that word before `/` in its address.
    Label(&'static str),
    /// A resource of a service, or a hub.
    Service,
    /// Whatever can be the target of a private endpoint.
    Target,
    /// Whatever can be given access as a resource.
    Instance,
    /// Whatever a role can be given on.
    Scope,
}

impl<'a> Address<'a> {
    fn new(label: &'a str, name: &str) -> Self {
        Self { label, text: [label, "/", name].concat().into() }
    }

    /// The address that has that text.
    pub(super) fn of_text(label: &'a str, text: &str) -> Self {
        Self { label, text: text.into() }
    }

    /// The address as references write it.
    pub(super) fn text(&self) -> &Rc<str> {
        &self.text
    }

    /// The address of a subnet of the network that has this one.
    pub(super) fn subnet(&self, name: &str) -> Self {
        Self::new("subnet", &[self.name(), "/", name].concat())
    }

    /// Its name alone.
    pub(super) fn name(&self) -> &str {
        self.text.get(self.label.len() + 1..).unwrap_or("")
    }
}

impl<'a> Estate<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        tables: &'a ArmTables,
        catalogue: &'a Catalogue,
        known: &[Known<'a>],
    ) -> Self {
        let mut estate = Self {
            sources,
            tables,
            catalogue,
            current: NodeId::NOWHERE,
            properties: None,
            problems: Vec::new(),
            problems_at: HashMap::new(),
            mentions: Mentions::of(known),
            things: HashMap::with_capacity(known.len()),
            parts: Vec::with_capacity(known.len()),
            connections: Connections::of(known),
            names: Names::with_room(known.len() / 2),
            common: HashMap::new(),
            outside: Vec::new(),
        };
        for known in known.iter().filter(|known| !known.resource.existing) {
            estate.declare(known);
        }
        estate
    }

    fn declare(&mut self, known: &Known<'a>) {
        let resource = known.resource;
        self.things.entry(Rc::clone(&resource.id)).or_default().declared = Some(resource);
        let word = known.word;
        let whole = resource.scope.as_deref().or_else(|| known.belonging().whole).unwrap_or("");
        let last = self.parts.len();
        match self.things.get_mut(whole) {
            Some(thing) => {
                let before = thing.parts.replace((thing.parts.map_or(last, |(first, _)| first), last));
                if let Some(before) = before.and_then(|(_, before)| self.parts.get_mut(before)) {
                    before.next = Some(last);
                }
            }
            None => {
                self.things.insert(whole.into(), Thing { parts: Some((last, last)), ..Thing::default() });
            }
        }
        self.parts.push(Part { word, resource, next: None });
    }

    pub(super) fn report(&mut self, problem: Problem) {
        // A value that several resources share, as in a loop, is mistaken once.
        let there = self.problems_at.entry(problem.primary.place).or_default();
        if !there.iter().any(|known| self.problems.get(*known) == Some(&problem)) {
            there.push(self.problems.len());
            self.problems.push(problem);
        }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// The place of a node, or of the resource that is being read.
    pub(super) fn place_of(&self, node: NodeId) -> NodeId {
        if node.is_somewhere() { node } else { self.current }
    }

    /// The resources that are part of another one or extend it, by the last word of their type.
    pub(super) fn parts_of(&self, id: &str, word: &str) -> Vec<&'a Resource> {
        let at = |index: usize| self.parts.get(index);
        let first = self.things.get(id).and_then(|thing| thing.parts).and_then(|(first, _)| at(first));
        let parts = std::iter::successors(first, |part| part.next.and_then(at));
        parts.filter(|part| part.word.eq_ignore_ascii_case(word)).map(|part| part.resource).collect()
    }

    /// The resource of that id, if it is declared here.
    pub(super) fn resource(&self, id: &str) -> Option<&'a Resource> {
        self.things.get(id)?.declared
    }

    /// What a resource of that id is called, if anything is.
    pub(super) fn address(&self, id: &str) -> Option<&Address<'a>> {
        self.things.get(id)?.address.as_ref()
    }

    /// The position of the draft of an id, which is the given one if there is none yet.
    pub(super) fn draft(&mut self, id: &Rc<str>, next: usize) -> usize {
        *self.things.entry_ref(id).or_default().draft.get_or_insert(next)
    }

    /// Finds a name for what has that id, which nothing else of its sort has.
    pub(super) fn call(&mut self, id: &Rc<str>, belonging: &Belonging<'_>, label: &'a str, name: &str) -> Address<'a> {
        let thing = self.things.entry_ref(id).or_default();
        if let Some(known) = &thing.address {
            return known.clone();
        }
        let (name, names) = (if name.is_empty() { "{}" } else { name }, &mut self.names);
        let in_group = || format!("{name} in {}", belonging.group.unwrap_or("another group"));
        let address = names.take(label, name, id).or_else(|| names.take(label, &in_group(), id));
        let address = address.unwrap_or_else(|| names.take_numbered(label, name, id));
        names.add_name_in_id(id, belonging.name, &address);
        thing.address = Some(address.clone());
        address
    }

    /// Notes what something is called. `name` is that in its id.
    pub(super) fn note(&mut self, id: &Rc<str>, name: &str, address: Address<'a>) {
        let thing = self.things.entry_ref(id).or_default();
        if thing.address.is_none() {
            self.names.add(id, name, &address);
            thing.address = Some(address);
        }
    }

    /// A reference to what an id names; unknown where nobody can tell what that is.
    pub(super) fn refer(&mut self, value: &Value, wanted: Wanted) -> Computed {
        let Some((id, text)) = id_of(value) else {
            return match value.first_unknown() {
                Some(why) => unknown(why, value),
                None => Computed::unknown("it is no id of a resource", value.at),
            };
        };
        if let Some(address) = self.address(&id).filter(|address| self.is_wanted(address.label, wanted)) {
            return Computed::text(address.text(), value.at).given(trail_of(value));
        }
        let text = text.or_else(|| text_of(value)).unwrap_or_else(|| "".into());
        match self.named(&text, wanted, self.place_of(value.at)) {
            Some(address) => Computed::text(address.text(), value.at).given(trail_of(value)),
            None => match value.first_unknown() {
                Some(why) => unknown(why, value),
                None => Computed::unknown(format!("`{}` is not understood here", &*text), value.at),
            },
        }
    }

    /// What an id names: something declared here, or else something outside.
    pub(super) fn named(&mut self, text: &str, wanted: Wanted, at: NodeId) -> Option<Address<'a>> {
        let id = normalised(text);
        if let Some(address) = self.address(&id) {
            return self.is_wanted(address.label, wanted).then(|| address.clone());
        }
        let Some(parsed) = parse(text) else { return self.unnamed(text, &id, wanted, at) };
        let tables = self.tables;
        let Some(label) = tables.label(&parsed.ty, None) else {
            // A part of something is reached through it.
            return parent(text).and_then(|whole| self.named(whole, wanted, at));
        };
        if !self.is_wanted(label, wanted) {
            return None;
        }
        if label == "subnet" {
            return self.outside_subnet(text, &id, at);
        }
        Some(self.outsider(&id, label, parsed.names.last().copied().unwrap_or(""), at))
    }

    /// Something of which the id is unknown but its kind is not: the expression is its name.
    fn unnamed(&mut self, text: &str, id: &Rc<str>, wanted: Wanted, at: NodeId) -> Option<Address<'a>> {
        let Wanted::Label(label) = wanted else { return None };
        if !text.contains('{') {
            return None;
        }
        if label == "subnet" {
            return self.outside_subnet(text, id, at);
        }
        Some(self.outsider(id, label, last_name(text), at))
    }

    /// A subnet that is not declared here, in its network.
    fn outside_subnet(&mut self, text: &str, id: &Rc<str>, at: NodeId) -> Option<Address<'a>> {
        let pieces = super::ids::pieces(text);
        let (network, name) = match pieces.as_slice() {
            [.., word, name] if word.eq_ignore_ascii_case("subnets") => {
                let end = word.as_ptr() as usize - text.as_ptr() as usize;
                (text.get(..end).unwrap_or("").trim_end_matches('/'), *name)
            }
            _ => (text, last_name(text)),
        };
        let network_id = normalised(network);
        let network = match self.address(&network_id) {
            Some(address) => address.clone(),
            None => self.outsider(&network_id, "vnet", last_name(network), at),
        };
        let address = network.subnet(name);
        self.note(id, last_name(id), address.clone());
        let subnet = Outside { address: address.clone(), id: Some(Rc::clone(id)), at, fields: Fields::default() };
        self.outside.push(subnet);
        Some(address)
    }

    /// Something of that kind that is not declared here.
    pub(super) fn outsider(&mut self, id: &Rc<str>, label: &'a str, name: &str, at: NodeId) -> Address<'a> {
        if let Some(known) = self.address(id) {
            return known.clone();
        }
        let address = self.call(id, &Belonging::of(id), label, name);
        let id = Some(Rc::clone(id)).filter(|id| parse(id).is_some());
        self.outside.push(Outside { address: address.clone(), id, at, fields: Fields::default() });
        address
    }

    /// Something that is not declared here, though parts of it are.
    pub(super) fn add_outside(&mut self, address: &Address<'a>, id: &Rc<str>, at: NodeId, fields: Fields) {
        let id = Some(Rc::clone(id)).filter(|id| parse(id).is_some());
        self.outside.push(Outside { address: address.clone(), id, at, fields });
    }

    /// A resource of a kind by its name alone, as jobs name what they read: declared here, or else outside.
    pub(super) fn by_name(&mut self, label: &'a str, value: &Value) -> Option<Computed> {
        let name = text_of(value)?;
        let at = self.place_of(value.at);
        Some(Computed::text(self.by_text(label, &name, at), value.at).given(trail_of(value)))
    }

    /// The address of a resource of a kind by its name alone.
    pub(super) fn by_text(&mut self, label: &'a str, name: &str, at: NodeId) -> Rc<str> {
        match self.names.first(label, name) {
            Some(known) => known,
            None => {
                let id = format!("{label}/{}", name.to_lowercase()).into();
                Rc::clone(self.outsider(&id, label, name, at).text())
            }
        }
    }

    /// The resource of an address, if it is declared here.
    pub(super) fn declared_as(&mut self, address: &str) -> Option<&'a Resource> {
        let id = self.names.id_of(address)?;
        self.resource(&id)
    }

    pub(super) fn is_wanted(&self, label: &str, wanted: Wanted) -> bool {
        let is_service = || self.catalogue.by_name(label).is_some_and(|service| service.kind == SERVICE_RESOURCE);
        match wanted {
            Wanted::Label(only) => label == only,
            Wanted::Service => label == "hub" || is_service(),
            Wanted::Target => ["hub", "job", "cluster"].contains(&label) || is_service(),
            Wanted::Instance => ["hub", "job"].contains(&label) || is_service(),
            Wanted::Scope => ["hub", "job", "cluster", "vnet"].contains(&label) || is_service(),
        }
    }

    /// Which of the fields that most kinds have those have of that word before `/` in their addresses.
    pub(super) fn common_of(&mut self, label: &str) -> Common {
        *self.common.entry_ref(label).or_insert_with(|| Common::of(label))
    }

    /// The section of a topology that holds what has that word before `/` in its address.
    pub(super) fn section(&self, label: &str) -> Option<&'a str> {
        let kind = KINDS.iter().find(|kind| kind.name == label).and_then(|kind| kind.section);
        kind.or_else(|| self.catalogue.by_name(label)?.section.as_deref())
    }
}

/// A part of something, with the loops in which the part is declared.
pub(super) fn within(resource: &Resource, value: Computed) -> Computed {
    if resource.loops.is_empty() { value } else { value.in_turn(super::turns_of(resource)) }
}

/// A part of something as far as it is known to be there.
pub(super) fn perhaps(resource: &Resource, value: Computed) -> Computed {
    match &resource.existence {
        Presence::Certain => within(resource, value),
        Presence::Maybe(why) => Computed::unknown(format!("perhaps it is not deployed: {why}"), value.at),
    }
}
