//! Trees of values that were computed from what stands in files. Each value has the place of what it was made of, so that
//! whatever reads them can point into the files as if it had been written there.

use super::{Content, Entry, FileId, Node, NodeId, Sources};

/// In which files computed values have their places, and where they were given.
#[derive(Debug, Default)]
pub(super) struct ComputedPlaces {
    /// Runs of nodes, ascending: the first, one past the last, and the file.
    runs: Vec<(u32, u32, FileId)>,
    /// Nodes, ascending, with where they were given.
    given: Vec<(NodeId, TrailId)>,
    /// Where values were given, the nearest first, and what to say there; many values share one.
    trails: Vec<Vec<(NodeId, String)>>,
    /// Turns of loops, in the order of their first nodes.
    turns: Vec<Turn>,
    /// The innermost turn around the node that is being added.
    around: Option<usize>,
}

/// What a turn of a loop made: a node and all below it, which follow one another.
#[derive(Debug)]
struct Turn {
    first: NodeId,
    /// One past the last node.
    end: u32,
    /// The turn around it.
    outer: Option<usize>,
    text: String,
}

impl ComputedPlaces {
    /// The file that a node has its place in, if it is a computed one.
    pub(super) fn file_of(&self, id: NodeId) -> Option<FileId> {
        let next = self.runs.partition_point(|(first, ..)| *first <= id.0);
        let (_, end, file) = self.runs.get(next.checked_sub(1)?)?;
        (id.0 < *end).then_some(*file)
    }

    /// The turns of loops around a node, innermost first.
    fn turns(&self, id: NodeId) -> impl Iterator<Item = &Turn> {
        let last = self.turns.partition_point(|turn| turn.first.0 <= id.0).checked_sub(1);
        let turn = |index: usize| self.turns.get(index);
        let around = std::iter::successors(last.and_then(turn), move |inner| inner.outer.and_then(turn));
        around.filter(move |turn| id.0 < turn.end)
    }

    /// One past the last node before this one that was computed, or the first, and the first such node behind it.
    fn computed_around(&self, id: NodeId) -> (u32, u32) {
        let next = self.runs.partition_point(|(first, ..)| *first <= id.0);
        let before = next.checked_sub(1).and_then(|last| self.runs.get(last)).map_or(0, |(_, end, _)| *end);
        (before, self.runs.get(next).map_or(u32::MAX, |(first, ..)| *first))
    }

    /// Notes the file of a node that comes after all others.
    fn add(&mut self, id: NodeId, file: FileId) {
        match self.runs.last_mut() {
            Some((_, end, last)) if *end == id.0 && *last == file => *end += 1,
            _ => self.runs.push((id.0, id.0 + 1, file)),
        }
    }
}

impl Sources {
    /// Starts to add trees of computed values.
    pub(crate) fn computing(&mut self) -> Computing<'_> {
        Computing { sources: self, items: Vec::new(), entries: Vec::new(), around: (0, 0, FileId(0)) }
    }

    /// Where what a computed value is made of was given, the nearest first, with what to say there; nothing for a value
    /// that stands in a file itself.
    #[must_use]
    pub fn trail(&self, node: NodeId) -> &[(NodeId, String)] {
        let given = &self.computed.given;
        let found = given.binary_search_by_key(&node, |(node, _)| *node).ok().and_then(|index| given.get(index));
        found.and_then(|(_, trail)| self.computed.trails.get(trail.0 as usize)).map_or(&[], Vec::as_slice)
    }

    /// In which turns of which loops a value was made, outermost first, as far as it stands in them: what a resource says
    /// of another one is in the loop of its own.
    #[must_use]
    pub fn turns(&self, node: NodeId) -> Vec<&str> {
        let place = self.place(node);
        let stands_in = |turn: &&Turn| {
            let around = self.place(turn.first);
            around.file == place.file && around.span.start <= place.span.start && place.span.end <= around.span.end
        };
        let mut turns: Vec<&str> = self.computed.turns(node).filter(stands_in).map(|turn| &*turn.text).collect();
        turns.dedup();
        turns.reverse();
        turns
    }

    /// The number of the text of a scalar, where that is kept apart from its file: equal numbers are equal texts.
    pub(crate) fn kept_text(&self, scalar: NodeId) -> Option<u32> {
        match self.node(scalar).content {
            Content::Scalar { decoded, .. } => decoded,
            _ => None,
        }
    }

    /// Nodes around one that are in the same file: the first, and one past the last.
    fn stretch(&self, id: NodeId) -> (u32, u32, FileId) {
        let file = self.file_of(id);
        let behind = self.files.get(file.0 as usize + 1).map_or(u32::MAX, |next| next.first_node);
        if self.is_computed(id) {
            return (id.0, id.0 + 1, file);
        }
        let first = self.file(file).map_or(id.0, |file| file.first_node);
        let (after, before) = self.computed.computed_around(id);
        (first.max(after), behind.min(before).min(offset(self.nodes.len())), file)
    }

    /// Whether a node was computed from what stands in a file, rather than written there.
    #[must_use]
    pub fn is_computed(&self, node: NodeId) -> bool {
        self.computed.file_of(node).is_some()
    }
}

/// Names where values were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TrailId(u32);

/// Adds computed values: every collection before what it holds.
#[derive(Debug)]
pub(crate) struct Computing<'s> {
    sources: &'s mut Sources,
    /// The items of lists that are not complete.
    items: Vec<NodeId>,
    /// The same of mappings.
    entries: Vec<Entry>,
    /// The nodes around the place of the last value that are all in one file.
    around: (u32, u32, FileId),
}

impl Computing<'_> {
    /// Keeps where values were given, the nearest first, and what to say there.
    pub(crate) fn trail(&mut self, places: Vec<(NodeId, String)>) -> TrailId {
        let trails = &mut self.sources.computed.trails;
        trails.push(places);
        TrailId(offset(trails.len() - 1))
    }

    /// Keeps a text that values hold.
    pub(crate) fn text(&mut self, text: &str) -> u32 {
        self.sources.decoded.keep(text)
    }

    /// Adds a value to the collection that holds it; the root of a tree has none, and is its own parent. It has the place
    /// of the node `at`, and that of its parent where that is [`NodeId::NOWHERE`].
    // For every key and every value.
    #[inline(always)]
    pub(crate) fn add(&mut self, parent: Option<NodeId>, at: NodeId, content: Content) -> NodeId {
        let sources = &mut *self.sources;
        let id = NodeId(offset(sources.nodes.len()));
        let at = if at.is_somewhere() { at } else { parent.unwrap_or(at) };
        let (first, end, _) = self.around;
        if !(first..end).contains(&at.0) {
            self.around = sources.stretch(at);
        }
        let span = sources.node(at).span;
        sources.computed.add(id, self.around.2);
        sources.nodes.push(Node { span, content });
        sources.parents.push(parent.unwrap_or(id));
        id
    }

    /// Says where the value was given that was added last.
    pub(crate) fn given(&mut self, value: NodeId, trail: TrailId) {
        self.sources.computed.given.push((value, trail));
    }

    /// Sets what a value is. `content` adds what it holds: all of that was made in a turn of a loop, if one is given.
    pub(crate) fn fill(&mut self, value: NodeId, turn: Option<&str>, content: impl FnOnce(&mut Self) -> Content) {
        let content = match turn {
            Some(turn) => self.in_turn(value, turn, content),
            None => content(self),
        };
        if let Some(node) = self.sources.nodes.get_mut(value.0 as usize) {
            node.content = content;
        }
    }

    fn in_turn(&mut self, first: NodeId, text: &str, content: impl FnOnce(&mut Self) -> Content) -> Content {
        let computed = &mut self.sources.computed;
        let (outer, turn) = (computed.around, computed.turns.len());
        computed.turns.push(Turn { first, end: first.0 + 1, outer, text: text.to_owned() });
        computed.around = Some(turn);
        let content = content(self);
        let end = offset(self.sources.nodes.len());
        let computed = &mut self.sources.computed;
        if let Some(turn) = computed.turns.get_mut(turn) {
            turn.end = end;
        }
        computed.around = outer;
        content
    }

    /// The content of a list; `add` adds an item.
    pub(crate) fn sequence<T>(&mut self, items: &[T], mut add: impl FnMut(&mut Self, &T) -> NodeId) -> Content {
        let before = self.items.len();
        for item in items {
            let node = add(self, item);
            self.items.push(node);
        }
        let (first, len) = (offset(self.sources.items.len()), offset(items.len()));
        self.sources.items.extend_from_slice(self.items.get(before..).unwrap_or(&[]));
        self.items.truncate(before);
        Content::Sequence { first, len }
    }

    /// The content of a mapping; `add` adds a key, which is a text, and its value.
    pub(crate) fn mapping<T>(
        &mut self,
        entries: &[T],
        mut add: impl FnMut(&mut Self, &T) -> (NodeId, NodeId),
    ) -> Content {
        let before = self.entries.len();
        for entry in entries {
            let (key, value) = add(self, entry);
            self.entries.push(Entry { key, value, merged_at: None });
        }
        let (first, len) = (offset(self.sources.entries.len()), offset(entries.len()));
        self.sources.entries.extend_from_slice(self.entries.get(before..).unwrap_or(&[]));
        self.entries.truncate(before);
        Content::Mapping { first, len }
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::{Limits, ScalarStyle};

    /// A value of a tree to be added: a text, or a list.
    struct Tree {
        at: NodeId,
        turn: Option<&'static str>,
        holds: Result<&'static str, Vec<Tree>>,
    }

    fn text(text: &'static str, at: NodeId) -> Tree {
        Tree { at, turn: None, holds: Ok(text) }
    }

    fn list(items: Vec<Tree>, at: NodeId) -> Tree {
        Tree { at, turn: None, holds: Err(items) }
    }

    fn add(to: &mut Computing<'_>, parent: Option<NodeId>, tree: &Tree) -> NodeId {
        let id = to.add(parent, tree.at, Content::Null);
        to.fill(id, tree.turn, |to| match &tree.holds {
            Ok(text) => Content::Scalar { decoded: Some(to.text(text)), style: ScalarStyle::Plain },
            Err(items) => to.sequence(items, |to, item| add(to, Some(id), item)),
        });
        id
    }

    #[test]
    fn computed_values_read_like_written_ones_and_lie_where_they_come_from() {
        let mut sources = Sources::new();
        let mut problems = Vec::new();
        let (first, roots) = sources.add_yaml("a.yaml", "x: one\n".into(), &Limits::default(), &mut problems);
        let (second, others) = sources.add_yaml("b.yaml", "# c\ny: two\n".into(), &Limits::default(), &mut problems);
        let (x, y) = (sources.get(roots[0], "x").unwrap(), sources.get(others[0], "y").unwrap());
        let mut to = sources.computing();
        let trail = to.trail(vec![(x, "given here".to_owned())]);
        let root = to.add(None, y, Content::Null);
        let items = list(vec![text("true", x), text("who knows", y)], NodeId::NOWHERE);
        to.fill(root, None, |to| {
            to.mapping(&["size", "list"], |to, name| {
                let key = add(to, Some(root), &text(name, x));
                if *name == "list" {
                    return (key, add(to, Some(root), &items));
                }
                let size = add(to, Some(root), &text("3", y));
                to.given(size, trail);
                (key, size)
            })
        });
        let (third, _) = sources.add_yaml("c.yaml", "z: three\n".into(), &Limits::default(), &mut problems);
        let size = sources.get(root, "size").unwrap();
        assert_eq!(sources.as_int(size), Some(3));
        assert_eq!((sources.file_of(size), sources.place(size)), (second, sources.place(y)));
        assert_eq!(sources.trail(size), [(x, "given here".to_owned())]);
        let list = sources.get(root, "list").unwrap();
        assert!(sources.trail(list).is_empty());
        let items = sources.items(list).to_vec();
        assert_eq!(sources.as_bool(items[0]), Some(true));
        assert_eq!((sources.file_of(items[0]), sources.file_of(items[1])), (first, second));
        assert_eq!(sources.text(items[1]), "who knows");
        // What was computed from nothing lies where its collection does.
        assert_eq!(sources.place(list), sources.place(y));
        assert_eq!(sources.parent(items[0]), list);
        assert_eq!(sources.file_of(NodeId(u32::try_from(sources.nodes.len() - 1).unwrap())), third);
    }
    #[test]
    fn what_a_loop_made_knows_its_turns_where_it_stands_in_them() {
        let (mut sources, mut problems) = (Sources::new(), Vec::new());
        let file = "a: {b: {c: 1}, d: 2}\nelsewhere: 3\n";
        let (_, roots) = sources.add_yaml("a.yaml", file.into(), &Limits::default(), &mut problems);
        let find = |path: &[&str]| path.iter().fold(roots[0], |node, key| sources.get(node, key).unwrap());
        let (a, b, c, d) = (find(&["a"]), find(&["a", "b"]), find(&["a", "b", "c"]), find(&["a", "d"]));
        let elsewhere = find(&["elsewhere"]);
        let inner = Tree { turn: Some("inner"), ..list(vec![text("1", c), text("3", elsewhere)], b) };
        let outer = Tree { turn: Some("outer"), ..list(vec![text("2", d), inner, text("4", d)], a) };
        let root = add(&mut sources.computing(), None, &list(vec![outer, text("5", a)], roots[0]));
        let [outer, after] = *sources.items(root) else { panic!("two items") };
        let [before, inner, behind] = *sources.items(outer) else { panic!("three items") };
        let [within, of_another] = *sources.items(inner) else { panic!("two items") };
        assert_eq!(sources.turns(outer), ["outer"]);
        assert_eq!((sources.turns(before), sources.turns(behind)), (vec!["outer"], vec!["outer"]));
        assert_eq!((sources.turns(inner), sources.turns(within)), (vec!["outer", "inner"], vec!["outer", "inner"]));
        assert!(
            sources.turns(of_another).is_empty() && sources.turns(after).is_empty() && sources.turns(root).is_empty()
        );
    }
}
