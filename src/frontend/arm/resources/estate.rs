//! What a template declares, by id: what things are called here, and what is named but declared elsewhere.

use std::rc::Rc;

use hashbrown::hash_map::Entry;
use hashbrown::{HashMap, HashSet};

use super::connections::Connections;
use super::fields::{Fields, trail_of, unknown};
use super::ids::{group_of, last_name, parent, parse};
use super::mentions::Mentions;
use super::names::Names;
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::resource::{Evaluated, Presence, Resource};
use crate::frontend::arm::value::Value;
use crate::knowledge::tables::ArmTables;
use crate::source::{Computed, NodeId, Place, Problem, Sources};
use crate::topology::{Catalogue, KINDS, SERVICE_RESOURCE};

/// The resources of one template while they are turned into a topology.
pub(super) struct Estate<'a> {
    pub(super) sources: &'a Sources,
    pub(super) tables: &'a ArmTables,
    pub(super) catalogue: &'a Catalogue,
    /// The resource that is being read, for values that stand nowhere.
    pub(super) current: NodeId,
    problems: Vec<Problem>,
    /// The problems at each place, by their index.
    problems_at: HashMap<Place, Vec<usize>>,
    /// What resources say of others.
    pub(super) mentions: Mentions<'a>,
    /// Resources that are declared here, by id.
    declared: HashMap<&'a str, Vec<&'a Resource>>,
    /// Parts of resources, by the id of the whole, each with the last word of its type.
    parts: HashMap<&'a str, Vec<(&'a str, &'a Resource)>>,
    /// What the targets of private endpoints say of them.
    pub(super) connections: Connections<'a>,
    /// What is called how.
    addresses: HashMap<Rc<str>, Address>,
    /// The same from name to id.
    names: Names,
    /// Names that are taken, by label, in lower case.
    taken: HashSet<(String, String)>,
    /// What is named but declared elsewhere, in the order of its mention.
    pub(super) outside: Vec<Outside>,
}

/// What something is called here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) label: String,
    /// Its name, of a subnet behind that of its network.
    pub(super) name: String,
}

/// Something that is declared elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Outside {
    pub(super) address: Address,
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

impl Address {
    /// The address as references write it.
    pub(super) fn text(&self) -> String {
        format!("{}/{}", self.label, self.name)
    }
}

impl<'a> Estate<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        tables: &'a ArmTables,
        catalogue: &'a Catalogue,
        evaluated: &'a Evaluated,
    ) -> Self {
        let mut estate = Self {
            sources,
            tables,
            catalogue,
            current: NodeId::NOWHERE,
            problems: Vec::new(),
            problems_at: HashMap::new(),
            mentions: Mentions::of(tables, evaluated),
            declared: HashMap::new(),
            parts: HashMap::new(),
            connections: Connections::of(evaluated),
            addresses: HashMap::new(),
            names: Names::default(),
            taken: HashSet::new(),
            outside: Vec::new(),
        };
        for resource in evaluated.resources.iter().filter(|resource| !resource.existing) {
            estate.declared.entry(&resource.id).or_default().push(resource);
            let word = resource.ty.rsplit('/').next().unwrap_or("");
            let whole = resource.scope.as_deref().or_else(|| parent(&resource.id)).unwrap_or("");
            estate.parts.entry(whole).or_default().push((word, resource));
        }
        estate
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
        let parts = self.parts.get(id).map_or(&[][..], Vec::as_slice).iter();
        parts.filter(|(of, _)| of.eq_ignore_ascii_case(word)).map(|(_, part)| *part).collect()
    }

    /// The resource of that id, if it is declared here.
    pub(super) fn resource(&self, id: &str) -> Option<&'a Resource> {
        self.declared.get(id).and_then(|found| found.last()).copied()
    }

    /// What a resource of that id is called, if anything is.
    pub(super) fn address(&self, id: &str) -> Option<&Address> {
        self.addresses.get(id)
    }

    /// Finds a name for what has that id, which nothing else of its sort has.
    pub(super) fn call(&mut self, id: &Rc<str>, label: &str, name: &str) -> Address {
        if let Some(known) = self.addresses.get(id) {
            return known.clone();
        }
        let name = if name.is_empty() { "{}" } else { name };
        let group = group_of(id).1.unwrap_or("another group");
        let candidates = std::iter::once(name.to_owned()).chain(std::iter::once(format!("{name} in {group}")));
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let mut free = candidates.chain(numbered);
        let is_free = |name: &String| !self.taken.contains(&(label.to_owned(), name.to_lowercase()));
        let name = free.find(is_free).unwrap_or_else(|| name.to_owned());
        self.taken.insert((label.to_owned(), name.to_lowercase()));
        let address = Address { label: label.to_owned(), name };
        self.note(id, address.clone());
        address
    }

    /// Notes what something is called that has its name within another one.
    pub(super) fn note(&mut self, id: &Rc<str>, address: Address) {
        if let Entry::Vacant(place) = self.addresses.entry(Rc::clone(id)) {
            self.names.add(id, &address);
            place.insert(address);
        }
    }

    /// A reference to what an id names; unknown where nobody can tell what that is.
    pub(super) fn refer(&mut self, value: &Value, wanted: Wanted) -> Computed {
        let Some(symbol) = value.as_symbol() else {
            return match value.first_unknown() {
                Some(why) => unknown(why, value),
                None => Computed::unknown("it is no id of a resource", value.at),
            };
        };
        let text = symbol.text();
        let at = self.place_of(value.at);
        match self.named(&text, wanted, at) {
            Some(address) => Computed::text(address.text(), value.at).given(trail_of(value)),
            None => match symbol.first_unknown() {
                Some(why) => unknown(why, value),
                None => Computed::unknown(format!("`{text}` is not understood here"), value.at),
            },
        }
    }

    /// What an id names: something declared here, or else something outside.
    pub(super) fn named(&mut self, text: &str, wanted: Wanted, at: NodeId) -> Option<Address> {
        let id = normalised(text);
        if let Some(address) = self.addresses.get(&id) {
            return self.is_wanted(&address.label, wanted).then(|| address.clone());
        }
        let Some(parsed) = parse(text) else { return self.unnamed(text, &id, wanted, at) };
        if self.tables.label(&parsed.ty, None) == Some("subnet") {
            return self.is_wanted("subnet", wanted).then(|| self.outside_subnet(text, &id, at)).flatten();
        }
        let Some(label) = self.tables.label(&parsed.ty, None).map(str::to_owned) else {
            // A part of something is reached through it.
            return parent(text).and_then(|whole| self.named(whole, wanted, at));
        };
        if !self.is_wanted(&label, wanted) {
            return None;
        }
        let name = parsed.names.last().copied().unwrap_or("").to_owned();
        Some(self.outsider(&id, &label, &name, at))
    }

    /// Something of which the id is unknown but its kind is not: the expression is its name.
    fn unnamed(&mut self, text: &str, id: &Rc<str>, wanted: Wanted, at: NodeId) -> Option<Address> {
        let Wanted::Label(label) = wanted else { return None };
        if !text.contains('{') {
            return None;
        }
        if label == "subnet" {
            return self.outside_subnet(text, id, at);
        }
        let name = last_name(text).to_owned();
        Some(self.outsider(id, label, &name, at))
    }

    /// A subnet that is not declared here, in its network.
    fn outside_subnet(&mut self, text: &str, id: &Rc<str>, at: NodeId) -> Option<Address> {
        let pieces = super::ids::pieces(text);
        let (network, name) = match pieces.as_slice() {
            [.., word, name] if word.eq_ignore_ascii_case("subnets") => {
                let end = word.as_ptr() as usize - text.as_ptr() as usize;
                (text.get(..end).unwrap_or("").trim_end_matches('/'), *name)
            }
            _ => (text, last_name(text)),
        };
        let network_id = normalised(network);
        let network_name = last_name(network).to_owned();
        let network = match self.addresses.get(&network_id) {
            Some(address) => address.clone(),
            None => self.outsider(&network_id, "vnet", &network_name, at),
        };
        let address = Address { label: "subnet".to_owned(), name: format!("{}/{name}", network.name) };
        self.note(id, address.clone());
        let subnet = Outside { address: address.clone(), id: Some(Rc::clone(id)), at, fields: Fields::default() };
        self.outside.push(subnet);
        Some(address)
    }

    /// Something of that kind that is not declared here.
    pub(super) fn outsider(&mut self, id: &Rc<str>, label: &str, name: &str, at: NodeId) -> Address {
        if let Some(known) = self.addresses.get(id) {
            return known.clone();
        }
        let address = self.call(id, label, name);
        let id = Some(Rc::clone(id)).filter(|id| parse(id).is_some());
        self.outside.push(Outside { address: address.clone(), id, at, fields: Fields::default() });
        address
    }

    /// Something that is not declared here, though parts of it are.
    pub(super) fn add_outside(&mut self, address: &Address, id: &Rc<str>, at: NodeId, fields: Fields) {
        let id = Some(Rc::clone(id)).filter(|id| parse(id).is_some());
        self.outside.push(Outside { address: address.clone(), id, at, fields });
    }

    /// A resource of a kind by its name alone, as jobs name what they read: declared here, or else outside.
    pub(super) fn by_name(&mut self, label: &str, value: &Value) -> Option<Computed> {
        let name = value.as_symbol()?.text();
        let at = self.place_of(value.at);
        Some(Computed::text(self.by_text(label, &name, at), value.at).given(trail_of(value)))
    }

    /// The address of a resource of a kind by its name alone.
    pub(super) fn by_text(&mut self, label: &str, name: &str, at: NodeId) -> String {
        match self.names.first(label, name) {
            Some(known) => format!("{label}/{known}"),
            None => self.outsider(&format!("{label}/{}", name.to_lowercase()).into(), label, name, at).text(),
        }
    }

    /// The resource of an address, if it is declared here.
    pub(super) fn declared_as(&self, address: &str) -> Option<&'a Resource> {
        let (label, name) = address.split_once('/')?;
        self.resource(self.names.id_of(label, name)?)
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
