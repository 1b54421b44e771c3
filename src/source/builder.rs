//! Builds the tree of one file from its scalars and collections in the order they are written.
//!
//! It knows nothing of the format they come from. It finds the extent of collections, checks keys, brings in merged
//! entries and keeps within the limits; all state is on its own stacks, so that depth costs no stack of the program.

mod keys;

use std::borrow::Cow;

use super::yaml::Limits;
use super::{Content, FileId, Node, NodeId, Place, Problem, Severity};
use super::{Sources, Span};

/// A file with more mistakes than this is not worth listing further.
const MOST_PROBLEMS: usize = 1000;

/// Why reading cannot go on; the problem has been reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// The rest of the document is to be skipped.
    Document,
    /// The rest of the file is to be skipped.
    File,
}

/// What an open collection will be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list.
    Sequence,
    /// A mapping: its children are keys and values by turns.
    Mapping,
    /// A collection that was written where only a text may be: its children are not used.
    Unknown,
}

/// A collection whose end has not been reached.
#[derive(Debug)]
struct Frame {
    node: NodeId,
    shape: Shape,
    /// Where its children start on the stack of children.
    first_child: usize,
    /// How many nodes are reachable from it so far, those behind aliases counted at every use.
    weight: u64,
    /// The identifier of its anchor, 0 for none.
    anchor: usize,
}

/// A node that aliases can refer to.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    node: NodeId,
    /// As in [`Frame`]; `None` while the collection is still open.
    weight: Option<u64>,
}

/// Builds the nodes of one file.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    sources: &'a mut Sources,
    text: &'a str,
    file: FileId,
    limits: &'a Limits,
    problems: &'a mut Vec<Problem>,
    first_problem: usize,
    roots: Vec<NodeId>,
    frames: Vec<Frame>,
    /// The children of all open collections, those of the innermost last.
    children: Vec<NodeId>,
    /// By identifier. Identifiers are not reused, so those of earlier documents do no harm.
    anchors: Vec<Option<Anchor>>,
    /// How many nodes aliases stand for so far.
    alias_nodes: u64,
    /// Whether there are anchors, aliases or merge keys.
    has_links: bool,
}

impl<'a> Builder<'a> {
    /// A builder for the file that is to be added next, whose text is `text`.
    pub(super) fn new(
        sources: &'a mut Sources,
        text: &'a str,
        limits: &'a Limits,
        problems: &'a mut Vec<Problem>,
    ) -> Self {
        let file = FileId(offset(sources.files.len()));
        let first_problem = problems.len();
        Self {
            sources,
            text,
            file,
            limits,
            problems,
            first_problem,
            roots: Vec::new(),
            frames: Vec::new(),
            children: Vec::new(),
            anchors: Vec::new(),
            alias_nodes: 0,
            has_links: false,
        }
    }

    /// The roots of all documents, once everything is read. Problems come into the order of their places.
    pub(super) fn finish(mut self) -> Vec<NodeId> {
        self.abandon();
        if let Some(problems) = self.problems.get_mut(self.first_problem..) {
            problems.sort_by_key(|problem| problem.primary.place.span.start);
        }
        self.roots
    }

    /// A place in this file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// Adds a problem; beyond [`MOST_PROBLEMS`] only the fact that there are more.
    pub(super) fn report(&mut self, problem: Problem) {
        let count = self.problems.len() - self.first_problem;
        if count < MOST_PROBLEMS {
            self.problems.push(problem);
        } else if count == MOST_PROBLEMS {
            let message = format!("this file has more than {MOST_PROBLEMS} mistakes, of which the rest is not shown");
            let place = self.place(Span::new(offset(self.text.len()), offset(self.text.len())));
            self.problems.push(Problem::error("too-many-problems", place, message));
        }
    }

    /// Whether another problem would still be shown.
    pub(super) fn has_room_for_problems(&self) -> bool {
        self.problems.len() - self.first_problem < MOST_PROBLEMS
    }

    /// Whether nothing was wrong so far and nothing referred to values elsewhere, or can be referred to from there.
    pub(super) fn stands_alone(&self) -> bool {
        !self.has_links && self.problems.len() == self.first_problem
    }

    /// Whether the next node would be a key.
    pub(super) fn at_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            frame.shape == Shape::Mapping && (self.children.len() - frame.first_child).is_multiple_of(2)
        })
    }

    /// Whether the next node would be the value of an entry.
    pub(super) fn at_value(&self) -> bool {
        !self.at_key() && self.frames.last().is_some_and(|frame| frame.shape == Shape::Mapping)
    }

    /// Whether the next node would be an item of a list.
    pub(super) fn at_item(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.shape == Shape::Sequence)
    }

    /// The starts of the open collections, the innermost first.
    pub(super) fn open_starts(&self) -> impl Iterator<Item = u32> {
        self.frames.iter().rev().filter_map(|frame| {
            let node = self.sources.nodes.get(frame.node.0 as usize)?;
            Some(node.span.start)
        })
    }

    /// Keeps a text that differs from its bytes in the file.
    pub(super) fn keep_text(&mut self, text: &str) -> u32 {
        self.sources.decoded.keep(text)
    }

    /// Adds a node without children. `anchor` is the identifier of its anchor, 0 for none.
    pub(super) fn leaf(&mut self, span: Span, content: Content, anchor: usize) {
        let node = self.create(span, content);
        self.attach(node, 1);
        if anchor != 0 {
            self.set_anchor(anchor, node, Some(1));
        }
    }

    /// Adds an alias to the node of that anchor.
    pub(super) fn alias(&mut self, span: Span, anchor: usize) -> Result<(), Stop> {
        self.has_links = true;
        let Some(target) = self.anchors.get(anchor).copied().flatten() else {
            self.leaf(span, Content::Null, 0);
            return Ok(());
        };
        let Some(weight) = target.weight else {
            let target = self.span_of(target.node);
            let inside =
                Problem::error("alias-cycle", self.place(span), "this alias stands within the value it refers to")
                    .related(self.place(Span::new(target.start, target.start)), "the value starts here")
                    .help("a value cannot contain itself: write out what is meant");
            self.report(inside);
            self.leaf(span, Content::Null, 0);
            return Ok(());
        };
        let node = self.create(span, Content::Alias(target.node));
        self.attach(node, weight.saturating_add(1));
        self.spend(weight, span)
    }

    /// Opens a collection that starts at byte `start`; what is added next belongs to it.
    pub(super) fn open(&mut self, shape: Shape, start: u32, anchor: usize) -> Result<(), Stop> {
        if self.frames.len() >= self.limits.depth {
            let message = format!("lists and mappings are nested deeper than {} levels", self.limits.depth);
            let problem =
                Problem::error("too-deep", self.place(Span::new(start, start)), message).severity(Severity::Fatal);
            self.report(problem);
            return Err(Stop::Document);
        }
        // The content is filled in when the collection is closed.
        let node = self.create(Span::new(start, start), Content::Null);
        if anchor != 0 {
            self.set_anchor(anchor, node, None);
        }
        self.frames.push(Frame { node, shape, first_child: self.children.len(), weight: 1, anchor });
        Ok(())
    }

    /// Closes the innermost collection. `bracket_end` is the byte after its closing bracket, if it has one.
    pub(super) fn close(&mut self, bracket_end: Option<u32>) -> Result<(), Stop> {
        let Some(frame) = self.frames.pop() else {
            return Ok(());
        };
        let mut stack = std::mem::take(&mut self.children);
        let children = stack.get(frame.first_child..).unwrap_or(&[]);
        let span = self.extent(frame.node, children, bracket_end);
        let (content, outcome) = match frame.shape {
            Shape::Unknown => (Content::Unknown { decoded: None }, Ok(())),
            Shape::Sequence => (self.sequence(children), Ok(())),
            Shape::Mapping => self.mapping(children),
        };
        stack.truncate(frame.first_child);
        self.children = stack;
        if let Some(node) = self.sources.nodes.get_mut(frame.node.0 as usize) {
            *node = Node { span, content };
        }
        if frame.anchor != 0 {
            self.set_anchor(frame.anchor, frame.node, Some(frame.weight));
        }
        self.attach(frame.node, frame.weight);
        outcome
    }

    /// Closes whatever is open, so that what has been read of a broken document can be used.
    pub(super) fn abandon(&mut self) {
        while !self.frames.is_empty() {
            // The limits have been or will be reported; closing must not stop half-way.
            let _ = self.close(None);
        }
    }

    fn create(&mut self, span: Span, content: Content) -> NodeId {
        let node = NodeId(offset(self.sources.nodes.len()));
        self.sources.nodes.push(Node { span, content });
        let parent = self.frames.last().map_or(node, |frame| frame.node);
        self.sources.parents.push(parent);
        node
    }

    fn attach(&mut self, node: NodeId, weight: u64) {
        if let Some(frame) = self.frames.last_mut() {
            frame.weight = frame.weight.saturating_add(weight);
            self.children.push(node);
        } else {
            self.roots.push(node);
        }
    }

    fn set_anchor(&mut self, anchor: usize, node: NodeId, weight: Option<u64>) {
        self.has_links = true;
        if self.anchors.len() <= anchor {
            self.anchors.resize(anchor + 1, None);
        }
        if let Some(slot) = self.anchors.get_mut(anchor) {
            *slot = Some(Anchor { node, weight });
        }
    }

    /// Counts nodes that an alias or a merge key stands for.
    fn spend(&mut self, nodes: u64, span: Span) -> Result<(), Stop> {
        let before = self.alias_nodes;
        self.alias_nodes = before.saturating_add(nodes);
        let limit = self.limits.alias_nodes as u64;
        if self.alias_nodes <= limit {
            return Ok(());
        }
        if before <= limit {
            let message = format!("aliases and merge keys stand for more than {limit} values");
            let problem = Problem::error("too-many-aliases", self.place(span), message)
                .severity(Severity::Fatal)
                .help("write the values out, or split the file");
            self.report(problem);
        }
        Err(Stop::File)
    }

    fn span_of(&self, node: NodeId) -> Span {
        self.sources.node(node).span
    }

    /// The bytes of a collection: all its children, and its brackets if it has any.
    fn extent(&self, node: NodeId, children: &[NodeId], bracket_end: Option<u32>) -> Span {
        let mut span = self.span_of(node);
        if let (Some(first), Some(last)) = (children.first(), children.last()) {
            span.start = span.start.min(self.span_of(*first).start);
            span.end = span.end.max(self.span_of(*last).end);
        }
        span.end = span.end.max(bracket_end.unwrap_or(0));
        span
    }

    fn sequence(&mut self, children: &[NodeId]) -> Content {
        let first = offset(self.sources.items.len());
        self.sources.items.extend_from_slice(children);
        Content::Sequence { first, len: offset(children.len()) }
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// A text of the file as it can stand in a message: not longer than a line.
pub(super) fn shorten(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(60) {
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or(""))),
        None => Cow::Borrowed(text),
    }
}

/// A count or byte offset as the tree keeps it. Files that would not fit are refused before they are read.
pub(super) fn offset(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
