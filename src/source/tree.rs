//! The located value tree: one arena for all files of a run.

use std::borrow::Cow;

use super::computed::ComputedPlaces;
use super::texts::Texts;
use super::{Comment, FileId, SourceFile};

/// A range of bytes in one file. `start <= end`; both are character boundaries of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to `end`.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }
}

/// Names one node of the tree; the file is implied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

impl NodeId {
    /// Of what stands in no file, such as knowledge and what was computed.
    pub const NOWHERE: Self = Self(u32::MAX);

    /// Whether it stands in a file.
    #[must_use]
    pub fn is_somewhere(self) -> bool {
        self != Self::NOWHERE
    }
}

/// How a scalar was written: only a plain one can be a number, a boolean or null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// Within single or double quotes.
    Quoted,
    /// A block scalar, `|` or `>`.
    Block,
}

/// One value and the bytes it was read from.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// The bytes of the value: of a quoted text with its quotes, of a block scalar from its `|` or `>` to the end of
    /// its last line that is not blank, of a collection from bracket to bracket or, where there are none, from its
    /// first key or dash to the end of its last value.
    pub span: Span,
    /// What the value is.
    pub content: Content,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, Copy)]
pub enum Content {
    /// Nothing was written, or an explicit null.
    Null,
    /// Text; read it with [`Sources::text`].
    Scalar {
        /// Index into the decoded texts when the value differs from its bytes in the file (those between the
        /// quotes for a quoted one), else `None`.
        decoded: Option<u32>,
        /// How it was written.
        style: ScalarStyle,
    },
    /// A list: the ids of `len` items from `first` on in the item table. Read with [`Sources::items`].
    Sequence {
        /// Index of the first item.
        first: u32,
        /// Number of items.
        len: u32,
    },
    /// A mapping: `len` entries from `first` on in the entry table. Read with [`Sources::entries`].
    Mapping {
        /// Index of the first entry.
        first: u32,
        /// Number of entries.
        len: u32,
    },
    /// `*name`: stands for the anchored node; its own span is the place of use.
    Alias(
        /// The anchored node.
        NodeId,
    ),
    /// `!unknown reason`: a value that exists but cannot be told from here. Read the reason with [`Sources::text`].
    Unknown {
        /// As in `Scalar`.
        decoded: Option<u32>,
    },
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The key, always a scalar node.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
    /// Where `<<` brought the entry in from elsewhere, the place of that use.
    pub merged_at: Option<NodeId>,
}

/// All files of a run and the values read from them.
#[derive(Debug, Default)]
pub struct Sources {
    pub(super) files: Vec<SourceFile>,
    pub(super) nodes: Vec<Node>,
    pub(super) items: Vec<NodeId>,
    pub(super) entries: Vec<Entry>,
    pub(super) decoded: Texts,
    /// For every node from `first_parent` on its parent collection's node, or itself for a root.
    pub(super) parents: Vec<NodeId>,
    /// The first node whose parent is known.
    first_parent: u32,
    pub(super) comments: Vec<Comment>,
    pub(super) computed: ComputedPlaces,
}

impl Sources {
    /// An empty set of files.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The node of that id; a null node for an id that is not of this tree.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node {
        self.nodes.get(id.0 as usize).copied().unwrap_or(Node { span: Span::default(), content: Content::Null })
    }

    /// Follows an alias to the node it stands for.
    #[must_use]
    pub fn resolve(&self, id: NodeId) -> NodeId {
        match self.node(id).content {
            Content::Alias(target) => target,
            _ => id,
        }
    }

    /// How many nodes there are in all files.
    pub(crate) fn size(&self) -> usize {
        self.nodes.len()
    }

    /// What a node holds. An alias is followed.
    #[must_use]
    #[inline]
    pub fn content(&self, id: NodeId) -> Content {
        match self.node(id).content {
            Content::Alias(target) => self.node(target).content,
            content => content,
        }
    }

    /// The collection that holds this node; the node itself when it is the root of a document.
    #[must_use]
    pub fn parent(&self, id: NodeId) -> NodeId {
        let index = id.0.checked_sub(self.first_parent);
        index.and_then(|index| self.parents.get(index as usize)).copied().unwrap_or(id)
    }

    /// The items of a sequence, empty for anything else. An alias is followed.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match self.content(id) {
            Content::Sequence { first, len } => self.items.get(first as usize..(first + len) as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// The entries of a mapping, empty for anything else. An alias is followed.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[Entry] {
        match self.content(id) {
            Content::Mapping { first, len } => self.entries.get(first as usize..(first + len) as usize).unwrap_or(&[]),
            _ => &[],
        }
    }

    /// The value of that key in a mapping.
    #[must_use]
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        self.entries(mapping).iter().find(|entry| self.has_text(entry.key, key)).map(|entry| entry.value)
    }

    /// Whether that is the text of a scalar.
    #[must_use]
    pub fn has_text(&self, id: NodeId, text: &str) -> bool {
        match self.node(id).content {
            // It need not be read for that.
            Content::Scalar { decoded: Some(index), .. } => self.decoded.is(index, text),
            _ => self.text(id) == text,
        }
    }

    /// The value of that key in a mapping, whatever the case of its letters; of several the last.
    #[must_use]
    pub fn get_in_any_case(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        let mut entries = self.entries(mapping).iter().rev();
        entries.find(|entry| self.has_text_in_any_case(entry.key, key)).map(|entry| entry.value)
    }

    /// Whether the text of a scalar is this one, whatever the case of its letters.
    #[must_use]
    #[inline]
    pub(crate) fn has_text_in_any_case(&self, id: NodeId, text: &str) -> bool {
        // Most texts are of another length, and need not be read.
        let may_be = match self.node(id) {
            Node { span, content: Content::Scalar { decoded: None, style } } => {
                let written = span_of_text(span, style);
                written.end.saturating_sub(written.start) as usize == text.len()
            }
            _ => true,
        };
        may_be && self.text(id).eq_ignore_ascii_case(text)
    }

    /// The text of a scalar, or the reason of an unknown; empty for anything else. An alias is followed.
    #[must_use]
    #[inline]
    pub fn text(&self, id: NodeId) -> Cow<'_, str> {
        match self.node(id) {
            Node { span, content: Content::Scalar { decoded: None, style } } => {
                Cow::Borrowed(self.slice(self.file_of(id), span_of_text(span, style)))
            }
            node => self.text_of(node),
        }
    }

    /// The same of a node whose text is not what stands at its place.
    fn text_of(&self, node: Node) -> Cow<'_, str> {
        match node.content {
            Content::Scalar { decoded: Some(index), .. } | Content::Unknown { decoded: Some(index) } => {
                Cow::Borrowed(self.decoded.get(index).unwrap_or(""))
            }
            // No alias stands for another one.
            Content::Alias(target) if !matches!(self.node(target).content, Content::Alias(_)) => self.text(target),
            _ => Cow::Borrowed(""),
        }
    }

    /// Forgets what collections hold, once everything has been read from them: from then on nodes are places only.
    pub fn keep_places_only(&mut self) {
        self.items = Vec::new();
        self.entries = Vec::new();
        self.parents = Vec::new();
        self.first_parent = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
    }

    /// The file with that id.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order they were added.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The comments of all files, in order of file and place.
    #[must_use]
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The value of a file of JSON, if there is one.
    #[must_use]
    pub fn first_of(&self, file: FileId) -> Option<NodeId> {
        let node = NodeId(self.file(file)?.first_node);
        ((node.0 as usize) < self.nodes.len() && self.file_of(node) == file).then_some(node)
    }

    /// The file that a node stands in.
    #[must_use]
    #[inline]
    pub fn file_of(&self, id: NodeId) -> FileId {
        if let [_] = &*self.files { FileId(0) } else { self.file_among(id) }
    }

    /// The same of several files.
    fn file_among(&self, id: NodeId) -> FileId {
        if let Some(file) = self.computed.file_of(id) {
            return file;
        }
        let next = self.files.partition_point(|file| file.first_node <= id.0);
        FileId(u32::try_from(next.saturating_sub(1)).unwrap_or(0))
    }

    /// Whether one node is within the bytes of another, or is that node.
    #[must_use]
    pub fn holds(&self, outer: NodeId, inner: NodeId) -> bool {
        if !outer.is_somewhere() || !inner.is_somewhere() || self.file_of(outer) != self.file_of(inner) {
            return false;
        }
        let (outer, inner) = (self.node(outer).span, self.node(inner).span);
        outer.start <= inner.start && inner.end <= outer.end
    }

    /// The number of a node within its file: the same in every reading of the same text.
    #[must_use]
    pub fn index_in_file(&self, id: NodeId) -> u32 {
        self.file(self.file_of(id)).map_or(id.0, |file| id.0.saturating_sub(file.first_node))
    }

    /// The bytes of a span as text; empty when the span is not of that file.
    #[must_use]
    pub fn slice(&self, file: FileId, span: Span) -> &str {
        self.file(file).and_then(|file| file.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }
}

/// Where the text of a scalar stands whose value is its bytes in the file: between the quotes, if there are any.
fn span_of_text(span: Span, style: ScalarStyle) -> Span {
    let quote = u32::from(style == ScalarStyle::Quoted);
    Span::new(span.start.saturating_add(quote), span.end.saturating_sub(quote))
}

/// The text of a scalar whose value is its bytes in the file: what stands between the quotes, if there are any.
pub(super) fn written_text(bytes: &str, style: ScalarStyle) -> &str {
    match style {
        ScalarStyle::Quoted => bytes.get(1..bytes.len().saturating_sub(1)).unwrap_or(""),
        ScalarStyle::Plain | ScalarStyle::Block => bytes,
    }
}
