//! Texts that differ from the bytes they were read from, or that stand in no file: all in one piece of memory.

/// Texts, each by its index.
#[derive(Debug, Default, Clone)]
pub(super) struct Texts {
    /// All of them, one after the other.
    all: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Texts {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Keeps a text, and says by which index.
    pub(super) fn keep(&mut self, text: &str) -> u32 {
        let index = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.all.push_str(text);
        self.ends.push(self.all.len());
        index
    }

    pub(super) fn get(&self, index: u32) -> Option<&str> {
        let index = index as usize;
        let end = *self.ends.get(index)?;
        self.all.get(self.end_before(index)..end)
    }

    /// Whether the text of that index is this one.
    pub(super) fn is(&self, index: u32, text: &str) -> bool {
        let index = index as usize;
        let Some(end) = self.ends.get(index) else { return false };
        let start = self.end_before(index);
        end - start == text.len() && self.all.as_bytes().get(start..*end) == Some(text.as_bytes())
    }

    /// Adds those of another file behind these.
    pub(super) fn append(&mut self, more: &Self) {
        let before = self.all.len();
        self.all.push_str(&more.all);
        self.ends.extend(more.ends.iter().map(|end| before + end));
    }

    /// Forgets all but the first of them.
    pub(super) fn truncate(&mut self, len: usize) {
        self.all.truncate(self.end_before(len.min(self.ends.len())));
        self.ends.truncate(len);
    }

    fn end_before(&self, index: usize) -> usize {
        index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_by_its_index() {
        let (mut texts, mut more) = (Texts::default(), Texts::default());
        assert_eq!((texts.keep("one"), texts.keep(""), texts.keep("three")), (0, 1, 2));
        more.keep("four");
        texts.append(&more);
        let all = |texts: &Texts| (0..5).map_while(|index| texts.get(index).map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(all(&texts), ["one", "", "three", "four"]);
        assert_eq!(["three", "four", "thre"].map(|text| texts.is(2, text)), [true, false, false]);
        texts.truncate(2);
        assert_eq!((all(&texts), texts.keep("other")), (vec!["one".to_owned(), String::new()], 2));
        assert_eq!((texts.get(2), texts.len()), (Some("other"), 3));
    }
}
