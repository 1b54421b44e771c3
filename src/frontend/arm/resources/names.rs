//! What is called how, from names to ids.

use std::rc::Rc;

use hashbrown::HashMap;

use super::estate::Address;

/// What has a name here, by its address and that with the name in its id, whatever their case.
#[derive(Debug, Default)]
pub(super) struct Names {
    meant: HashMap<String, Meant>,
    all: Vec<Named>,
    /// The name that is looked up.
    wanted: String,
    /// Of names that many things would have, up to which number they are given away; all in lower case.
    numbers: HashMap<String, usize>,
}

/// What an address means, whatever its case.
#[derive(Debug, Default)]
struct Meant {
    /// A name that was given to something, so that nothing else may have it.
    is_taken: bool,
    /// The first and the last of what it may mean.
    named: Option<(usize, usize)>,
}

impl Meant {
    /// Notes that it may mean what has that id.
    fn add(&mut self, all: &mut Vec<Named>, id: &Rc<str>, address: &Address<'_>) {
        let last = all.len();
        let before = self.named.map(|(_, before)| before);
        self.named = Some((self.named.map_or(last, |(first, _)| first), last));
        if let Some(before) = before.and_then(|before| all.get_mut(before)) {
            before.next = Some(last);
        }
        all.push(Named { address: Rc::clone(address.text()), id: Rc::clone(id), next: None });
    }
}

/// Something that has a name.
#[derive(Debug, Clone)]
struct Named {
    address: Rc<str>,
    id: Rc<str>,
    /// The next of what the same address may mean.
    next: Option<usize>,
}

impl Names {
    /// No names, with room for so many.
    pub(super) fn with_room(names: usize) -> Self {
        Self { meant: HashMap::with_capacity(names), all: Vec::with_capacity(names), ..Self::default() }
    }

    /// Notes what has that id, and that name in it.
    pub(super) fn add(&mut self, id: &Rc<str>, of_id: &str, address: &Address<'_>) {
        self.add_name_in_id(id, of_id, address);
        self.add_as(address.label, address.name(), id, address);
    }

    /// Notes the name in the id of what has that address, where that is another one.
    pub(super) fn add_name_in_id(&mut self, id: &Rc<str>, of_id: &str, address: &Address<'_>) {
        if !of_id.eq_ignore_ascii_case(address.name()) {
            self.add_as(address.label, of_id, id, address);
        }
    }

    fn add_as(&mut self, label: &str, name: &str, id: &Rc<str>, address: &Address<'_>) {
        self.want(label, name).make_ascii_lowercase();
        self.meant.entry_ref(self.wanted.as_str()).or_default().add(&mut self.all, id, address);
    }

    /// Gives something a name, if nothing has it.
    pub(super) fn take<'a>(&mut self, label: &'a str, name: &str, id: &Rc<str>) -> Option<Address<'a>> {
        self.want(label, name);
        let address = Address::of_text(label, &self.wanted);
        if name.is_ascii() {
            self.want(label, name).make_ascii_lowercase();
            let meant = self.meant.entry_ref(self.wanted.as_str()).or_default();
            if std::mem::replace(&mut meant.is_taken, true) {
                return None;
            }
            meant.add(&mut self.all, id, &address);
            return Some(address);
        }
        self.want(label, &name.to_lowercase());
        let meant = self.meant.entry_ref(self.wanted.as_str()).or_default();
        if std::mem::replace(&mut meant.is_taken, true) {
            return None;
        }
        self.add_as(label, name, id, &address);
        Some(address)
    }

    /// Gives something that name with the least number that makes it one that nothing has.
    pub(super) fn take_numbered<'a>(&mut self, label: &'a str, name: &str, id: &Rc<str>) -> Address<'a> {
        let key = format!("{label}/{}", name.to_lowercase());
        let mut number = self.numbers.get(&key).map_or(1, |given| *given);
        loop {
            number += 1;
            if let Some(address) = self.take(label, &format!("{name} ({number})"), id) {
                self.numbers.insert(key, number);
                return address;
            }
        }
    }

    /// The address of what a name means: of several the first by its name here.
    pub(super) fn first(&mut self, label: &str, name: &str) -> Option<Rc<str>> {
        self.want(label, name).make_ascii_lowercase();
        self.named().map(|named| &named.address).min().cloned()
    }

    /// The id of what has exactly that address.
    pub(super) fn id_of(&mut self, address: &str) -> Option<Rc<str>> {
        let (label, name) = address.split_once('/')?;
        self.want(label, name).make_ascii_lowercase();
        self.named().find(|named| *named.address == *address).map(|named| Rc::clone(&named.id))
    }

    /// What the name that is looked up may mean.
    fn named(&self) -> impl Iterator<Item = &Named> {
        let first = self.meant.get(self.wanted.as_str()).and_then(|meant| meant.named).map(|(first, _)| first);
        let at = |index: usize| self.all.get(index);
        std::iter::successors(first.and_then(at), move |named| named.next.and_then(at))
    }

    fn want(&mut self, label: &str, name: &str) -> &mut str {
        self.wanted.clear();
        self.wanted.extend([label, "/", name]);
        self.wanted.get_mut(label.len()..).unwrap_or_default()
    }
}
