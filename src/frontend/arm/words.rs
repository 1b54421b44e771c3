//! Texts that come again and again in a template: keys, and values that are texts.

use std::rc::Rc;

use hashbrown::HashSet;

/// So many texts are found without looking them up among all.
const NEAR: usize = 512;

/// Texts, each kept once, however often it comes.
#[derive(Debug)]
pub(crate) struct Words {
    all: HashSet<Rc<str>>,
    /// Of the texts that have the same place here, the one that came last.
    near: Vec<Option<Rc<str>>>,
}

impl Default for Words {
    fn default() -> Self {
        Self { all: HashSet::new(), near: vec![None; NEAR] }
    }
}

impl Words {
    /// The one that says this.
    #[inline]
    pub(crate) fn shared(&mut self, text: &str) -> Rc<str> {
        match self.near.get(place(text)) {
            Some(Some(known)) if **known == *text => Rc::clone(known),
            _ => self.among_all(text),
        }
    }

    #[inline(never)]
    fn among_all(&mut self, text: &str) -> Rc<str> {
        let word = self.all.get_or_insert_with(text, |text| text.into());
        if let Some(near) = self.near.get_mut(place(text)) {
            *near = Some(Rc::clone(word));
        }
        Rc::clone(word)
    }
}

/// The place of a text, by its length and three of its letters.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let letter = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
    let (first, middle, last) = (letter(0), letter(bytes.len() / 2), letter(bytes.len().wrapping_sub(1)));
    ((bytes.len() + (first << 2)) ^ (last << 4) ^ (middle * 6)) % NEAR
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_is_kept_once_though_another_took_its_place() {
        let mut words = Words::default();
        let (one, other) = ("name-1-x", "name-1-x".replace("me", "my"));
        assert_eq!(place(one), place(&other));
        let first = words.shared(one);
        assert!(Rc::ptr_eq(&first, &words.shared(one)));
        assert_eq!(&*words.shared(&other), "namy-1-x");
        assert!(Rc::ptr_eq(&first, &words.shared(one)));
        assert_eq!(&*words.shared(""), "");
    }
}
