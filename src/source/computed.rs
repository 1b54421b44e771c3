//! Trees of values that were computed from what stands in files. Each value has the place of what it was made of, so that
//! whatever reads them can point into the files as if it had been written there.

use hashbrown::HashMap;

use super::{Content, Entry, FileId, Node, NodeId, ScalarStyle, Sources};

/// A value to be added to the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Computed {
    /// What it is.
    pub data: ComputedData,
    /// The node whose place it has; [`NodeId::NOWHERE`] for that of the collection it stands in.
    pub at: NodeId,
    /// Where what it is made of was given, the nearest first, and what to say there.
    pub trail: Vec<(NodeId, String)>,
    /// The turn of the loop that made it and all in it, in words.
    pub turn: Option<String>,
}

/// What a [`Computed`] value is.
#[derive(Debug, Clone, PartialEq)]
pub enum ComputedData {
    /// Text as it is.
    Text(String),
    /// A plain scalar: a number or a truth value.
    Plain(String),
    /// A value that cannot be told from here, with the reason.
    Unknown(String),
    /// A list.
    Sequence(Vec<Computed>),
    /// A mapping; the keys are texts.
    Mapping(Vec<(Computed, Computed)>),
}

impl Computed {
    /// A value at the place of a node.
    #[must_use]
    pub fn new(data: ComputedData, at: NodeId) -> Self {
        Self { data, at, trail: Vec::new(), turn: None }
    }

    /// A text at the place of a node.
    #[must_use]
    pub fn text(text: impl Into<String>, at: NodeId) -> Self {
        Self::new(ComputedData::Text(text.into()), at)
    }

    /// Something unknown at the place of a node.
    #[must_use]
    pub fn unknown(reason: impl Into<String>, at: NodeId) -> Self {
        Self::new(ComputedData::Unknown(reason.into()), at)
    }

    /// A truth value at the place of a node.
    #[must_use]
    pub fn boolean(value: bool, at: NodeId) -> Self {
        Self::new(ComputedData::Plain(value.to_string()), at)
    }

    /// A whole number at the place of a node.
    #[must_use]
    pub fn integer(value: i64, at: NodeId) -> Self {
        Self::new(ComputedData::Plain(value.to_string()), at)
    }

    /// The same, given there.
    #[must_use]
    pub fn given(mut self, trail: Vec<(NodeId, String)>) -> Self {
        self.trail = trail;
        self
    }

    /// The same, made in a turn of a loop, which stands around those that it was made in already.
    #[must_use]
    pub fn in_turn(mut self, turn: Option<String>) -> Self {
        self.turn = match (turn, self.turn) {
            (Some(turn), Some(inner)) if turn != inner => Some(format!("{turn}, {inner}")),
            (turn, inner) => turn.or(inner),
        };
        self
    }
}

/// In which files computed values have their places, and where they were given.
#[derive(Debug, Default)]
pub(super) struct ComputedPlaces {
    /// Runs of nodes, ascending: the first, one past the last, and the file.
    runs: Vec<(u32, u32, FileId)>,
    trails: HashMap<NodeId, Vec<(NodeId, String)>>,
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

    /// Notes the file of a node that comes after all others.
    fn add(&mut self, id: NodeId, file: FileId) {
        match self.runs.last_mut() {
            Some((_, end, last)) if *end == id.0 && *last == file => *end += 1,
            _ => self.runs.push((id.0, id.0 + 1, file)),
        }
    }
}

impl Sources {
    /// Adds a tree of computed values. Its root is its own parent.
    pub fn add_computed(&mut self, value: Computed) -> NodeId {
        self.add_below(None, value)
    }

    /// Where what a computed value is made of was given, the nearest first, with what to say there; nothing for a value
    /// that stands in a file itself.
    #[must_use]
    pub fn trail(&self, node: NodeId) -> &[(NodeId, String)] {
        self.computed.trails.get(&node).map_or(&[], Vec::as_slice)
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

    /// Whether a node was computed from what stands in a file, rather than written there.
    #[must_use]
    pub fn is_computed(&self, node: NodeId) -> bool {
        self.computed.file_of(node).is_some()
    }

    /// Computed trees are as deep as the model that they are written in: recursion is bounded by it.
    fn add_below(&mut self, parent: Option<NodeId>, value: Computed) -> NodeId {
        let id = NodeId(offset(self.nodes.len()));
        let at = if value.at.is_somewhere() { value.at } else { parent.unwrap_or(value.at) };
        let (file, span) = (self.file_of(at), self.node(at).span);
        self.computed.add(id, file);
        self.nodes.push(Node { span, content: Content::Null });
        self.parents.push(parent.unwrap_or(id));
        if !value.trail.is_empty() {
            self.computed.trails.insert(id, value.trail);
        }
        let outer = self.computed.around;
        let is_turn = value.turn.is_some();
        if let Some(text) = value.turn {
            self.computed.around = Some(self.computed.turns.len());
            self.computed.turns.push(Turn { first: id, end: id.0 + 1, outer, text });
        }
        let content = self.computed_content(id, value.data);
        if is_turn {
            let end = offset(self.nodes.len());
            if let Some(turn) = self.computed.around.and_then(|turn| self.computed.turns.get_mut(turn)) {
                turn.end = end;
            }
            self.computed.around = outer;
        }
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.content = content;
        }
        id
    }

    fn computed_content(&mut self, id: NodeId, data: ComputedData) -> Content {
        match data {
            ComputedData::Text(text) => {
                Content::Scalar { decoded: Some(self.decode(text)), style: ScalarStyle::Quoted }
            }
            ComputedData::Plain(text) => {
                Content::Scalar { decoded: Some(self.decode(text)), style: ScalarStyle::Plain }
            }
            ComputedData::Unknown(reason) => Content::Unknown { decoded: Some(self.decode(reason)) },
            ComputedData::Sequence(items) => {
                let nodes: Vec<NodeId> = items.into_iter().map(|item| self.add_below(Some(id), item)).collect();
                let (first, len) = (offset(self.items.len()), offset(nodes.len()));
                self.items.extend(nodes);
                Content::Sequence { first, len }
            }
            ComputedData::Mapping(entries) => {
                let mut nodes = Vec::with_capacity(entries.len());
                for (key, value) in entries {
                    let key = self.add_below(Some(id), key);
                    nodes.push(Entry { key, value: self.add_below(Some(id), value), merged_at: None });
                }
                let (first, len) = (offset(self.entries.len()), offset(nodes.len()));
                self.entries.extend(nodes);
                Content::Mapping { first, len }
            }
        }
    }

    fn decode(&mut self, text: String) -> u32 {
        self.decoded.push(text.into());
        offset(self.decoded.len() - 1)
    }
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::Limits;

    #[test]
    fn computed_values_read_like_written_ones_and_lie_where_they_come_from() {
        let mut sources = Sources::new();
        let mut problems = Vec::new();
        let (first, roots) = sources.add_yaml("a.yaml", "x: one\n".into(), &Limits::default(), &mut problems);
        let (second, others) = sources.add_yaml("b.yaml", "# c\ny: two\n".into(), &Limits::default(), &mut problems);
        let (x, y) = (sources.get(roots[0], "x").unwrap(), sources.get(others[0], "y").unwrap());
        let tree = Computed::new(
            ComputedData::Mapping(vec![
                (Computed::text("size", x), Computed::integer(3, y).given(vec![(x, "given here".to_owned())])),
                (
                    Computed::text("list", NodeId::NOWHERE),
                    Computed::new(
                        ComputedData::Sequence(vec![Computed::boolean(true, x), Computed::unknown("who knows", y)]),
                        NodeId::NOWHERE,
                    ),
                ),
            ]),
            y,
        );
        let root = sources.add_computed(tree);
        let (third, _) = sources.add_yaml("c.yaml", "z: three\n".into(), &Limits::default(), &mut problems);
        let size = sources.get(root, "size").unwrap();
        assert_eq!(sources.as_int(size), Some(3));
        assert_eq!((sources.file_of(size), sources.place(size)), (second, sources.place(y)));
        assert_eq!(sources.trail(size), [(x, "given here".to_owned())]);
        let list = sources.get(root, "list").unwrap();
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
        let text = "a: {b: {c: 1}, d: 2}\nelsewhere: 3\n";
        let (_, roots) = sources.add_yaml("a.yaml", text.into(), &Limits::default(), &mut problems);
        let find = |path: &[&str]| path.iter().fold(roots[0], |node, key| sources.get(node, key).unwrap());
        let (a, b, c, d) = (find(&["a"]), find(&["a", "b"]), find(&["a", "b", "c"]), find(&["a", "d"]));
        let elsewhere = find(&["elsewhere"]);
        let list = |items, at| Computed::new(ComputedData::Sequence(items), at);
        let turn = |text: &str| Some(text.to_owned());
        let inner = list(vec![Computed::integer(1, c), Computed::integer(3, elsewhere)], b).in_turn(turn("inner"));
        let outer = list(vec![Computed::integer(2, d), inner, Computed::integer(4, d)], a).in_turn(turn("outer"));
        let root = sources.add_computed(list(vec![outer, Computed::integer(5, a)], roots[0]));
        let [outer, after] = *sources.items(root) else { panic!("two items") };
        let [before, inner, behind] = *sources.items(outer) else { panic!("three items") };
        let [within, of_another] = *sources.items(inner) else { panic!("two items") };
        assert_eq!(sources.turns(outer), ["outer"]);
        assert_eq!((sources.turns(before), sources.turns(behind)), (vec!["outer"], vec!["outer"]));
        assert_eq!((sources.turns(inner), sources.turns(within)), (vec!["outer", "inner"], vec!["outer", "inner"]));
        assert!(
            sources.turns(of_another).is_empty() && sources.turns(after).is_empty() && sources.turns(root).is_empty()
        );
        let nested = Computed::integer(1, a).in_turn(turn("inner")).in_turn(turn("outer"));
        assert_eq!(nested.turn.as_deref(), Some("outer, inner"));
    }
}
