//! What is called how, from names to ids.

use std::rc::Rc;

use hashbrown::HashMap;

use super::estate::Address;
use super::ids::last_name;

/// What has a name here, by the word before `/` in its address, and by its name and that in its id, whatever their case.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, HashMap<String, Vec<Named>>>);

/// Something that has a name.
#[derive(Debug, Clone)]
struct Named {
    name: Rc<str>,
    id: Rc<str>,
}

impl Names {
    /// Notes what has that id.
    pub(super) fn add(&mut self, id: &Rc<str>, address: &Address) {
        let named = Named { name: address.name.as_str().into(), id: Rc::clone(id) };
        let (own, of_id) = (address.name.to_ascii_lowercase(), last_name(id).to_ascii_lowercase());
        if !self.0.contains_key(&address.label) {
            self.0.insert(address.label.clone(), HashMap::new());
        }
        let Some(of_label) = self.0.get_mut(&address.label) else { return };
        if of_id != own {
            of_label.entry(of_id).or_default().push(named.clone());
        }
        of_label.entry(own).or_default().push(named);
    }

    /// What a name means: of several the first by its name here.
    pub(super) fn first(&self, label: &str, name: &str) -> Option<&str> {
        self.all(label, name).iter().map(|named| &*named.name).min()
    }

    /// The id of what is called exactly that.
    pub(super) fn id_of(&self, label: &str, name: &str) -> Option<&Rc<str>> {
        self.all(label, name).iter().find(|named| &*named.name == name).map(|named| &named.id)
    }

    fn all(&self, label: &str, name: &str) -> &[Named] {
        let found = self.0.get(label).and_then(|of_label| of_label.get(&name.to_ascii_lowercase()));
        found.map_or(&[], Vec::as_slice)
    }
}
