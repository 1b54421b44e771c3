//! Reads one large mapping in pieces, on all processors.
//!
//! A line that starts a key in the first column ends whatever stands above it, unless that is within quotes or
//! brackets, and those do not survive being cut: a piece with a problem, or one that refers to places elsewhere, makes
//! the file be read at once. So what pieces make is the very tree that the whole would make, and problems are only
//! ever told by a reading of the whole.

#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{Limits, Reader};
use crate::source::builder::offset;
use crate::source::tree::written_text;
use crate::source::{Comment, Content, Entry, FileId, Node, NodeId, Sources, Span};

/// Pieces that are smaller cost more to join than they save.
const SMALLEST_PIECE: usize = 512 * 1024;

/// How a file may be cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cutting {
    /// Into how many pieces at most.
    pub(super) pieces: usize,
    /// How small a piece may be, in bytes.
    pub(super) smallest: usize,
}

impl Cutting {
    /// One piece per processor, if the text is large: to ask how many there are takes longer than to read a small one.
    pub(super) fn of(text: &str) -> Self {
        let is_large = text.len() >= 2 * SMALLEST_PIECE;
        let processors = || thread::available_parallelism().map_or(1, NonZero::get);
        Self { pieces: if is_large { processors() } else { 1 }, smallest: SMALLEST_PIECE }
    }

    /// The bytes of a text at which it is cut: none if it is small, or surely not one mapping.
    fn cuts(self, text: &str, line_starts: &[u32]) -> Vec<usize> {
        let pieces = self.pieces.min(text.len() / self.smallest.max(1));
        let Some(borders) = (pieces > 1).then(|| borders(text, line_starts)).flatten() else { return Vec::new() };
        let mut cuts: Vec<usize> = (1..pieces)
            .filter_map(|piece| {
                let wanted = text.len() / pieces * piece;
                let after = borders.partition_point(|border| *border < wanted);
                let near = borders.get(after.saturating_sub(1)..).unwrap_or(&[]).iter().take(2);
                near.copied().min_by_key(|border| border.abs_diff(wanted))
            })
            .collect();
        cuts.dedup();
        cuts
    }
}

/// The starts of all lines that look like the start of an entry, but the first; `None` for a text that has more than
/// one document, or something that is read otherwise at the start of a line.
fn borders(text: &str, line_starts: &[u32]) -> Option<Vec<usize>> {
    let bytes = text.as_bytes();
    // A lone carriage return ends a line, too.
    if text.match_indices('\r').any(|(at, _)| bytes.get(at + 1) != Some(&b'\n')) {
        return None;
    }
    let mut borders = Vec::new();
    for start in line_starts.iter().map(|start| *start as usize) {
        match bytes.get(start) {
            Some(b'%') => return None,
            Some(b'-' | b'.') if matches!(bytes.get(start..start + 3), Some(b"---" | b"...")) => return None,
            Some(byte) if start > 0 && (byte.is_ascii_alphabetic() || *byte == b'_') => borders.push(start),
            _ => {}
        }
    }
    Some(borders)
}

/// What one piece holds.
struct Piece {
    root: NodeId,
    comments: Vec<Comment>,
}

impl Sources {
    /// Reads a text that is one mapping in pieces. `None`, with nothing read, if it has to be read as a whole.
    pub(super) fn read_in_pieces(
        &mut self,
        text: &str,
        line_starts: &[u32],
        limits: &Limits,
        cutting: Cutting,
    ) -> Option<(NodeId, Vec<Comment>)> {
        let cuts = cutting.cuts(text, line_starts);
        let (first, later) = (*cuts.first()?, cuts.get(1..)?);
        let ends = later.iter().copied().chain([text.len()]);
        let before = self.lengths();
        let given_up = AtomicBool::new(false);
        let (mut first, mut others) = thread::scope(|scope| {
            let others: Vec<_> = cuts
                .iter()
                .zip(ends)
                .map(|(start, end)| {
                    let piece = text.get(*start..end).unwrap_or("");
                    let given_up = &given_up;
                    let read = move || {
                        let mut sources = Self::new();
                        let read = read_piece(&mut sources, piece, limits, given_up);
                        read.map(|piece| (sources, piece))
                    };
                    let read = thread::Builder::new().spawn_scoped(scope, read).ok();
                    // Without a thread for each piece it is read as a whole.
                    given_up.fetch_or(read.is_none(), Ordering::Relaxed);
                    (*start, read)
                })
                .collect();
            // The first piece needs no moving later.
            let first = read_piece(self, text.get(..first).unwrap_or(""), limits, &given_up);
            let join =
                |(start, read): (usize, Option<thread::ScopedJoinHandle<'_, _>>)| match read.map(|read| read.join()) {
                    Some(Ok(read)) => (start, read),
                    Some(Err(panic)) => std::panic::resume_unwind(panic),
                    None => (start, None),
                };
            (first, others.into_iter().map(join).collect::<Vec<(usize, Option<(Self, Piece)>)>>())
        });
        let joined = self.join(text, first.take(), others.drain(..));
        if joined.is_none() {
            self.truncate(before);
        }
        joined
    }

    /// Puts the later pieces behind the first one, which is already here.
    fn join(
        &mut self,
        text: &str,
        first: Option<Piece>,
        others: impl Iterator<Item = (usize, Option<(Self, Piece)>)>,
    ) -> Option<(NodeId, Vec<Comment>)> {
        let Piece { root, mut comments } = first?;
        let file = FileId(offset(self.files.len()));
        let mut entries = self.take_entries(root)?;
        for (start, read) in others {
            let (mut sources, piece) = read?;
            let own = sources.take_entries(piece.root)?;
            let shift = Shift::behind(self, root, offset(start));
            let end = shift.span(sources.node(piece.root).span).end;
            self.nodes.get_mut(root.0 as usize)?.span.end = end;
            self.nodes.extend(sources.nodes.iter().skip(1).map(|node| shift.node(*node)));
            self.parents.extend(sources.parents.iter().skip(1).map(|parent| shift.id(*parent)));
            self.items.extend(sources.items.iter().map(|item| shift.id(*item)));
            self.entries.extend(sources.entries.iter().map(|entry| shift.entry(*entry)));
            self.decoded.append(&sources.decoded);
            entries.extend(own.iter().map(|entry| shift.entry(*entry)));
            comments.extend(piece.comments.iter().map(|comment| shift.comment(comment, file)));
        }
        if self.has_duplicates(text, &entries) {
            return None;
        }
        let content = Content::Mapping { first: offset(self.entries.len()), len: offset(entries.len()) };
        self.nodes.get_mut(root.0 as usize)?.content = content;
        self.entries.append(&mut entries);
        Some((root, comments))
    }

    /// Takes out the entries of the mapping that was closed last.
    fn take_entries(&mut self, root: NodeId) -> Option<Vec<Entry>> {
        match self.node(root).content {
            Content::Mapping { first, .. } => Some(self.entries.split_off(first as usize)),
            _ => None,
        }
    }

    /// Whether a key occurs twice. The file has not been added yet.
    fn has_duplicates(&self, text: &str, entries: &[Entry]) -> bool {
        let mut seen = HashSet::with_capacity(entries.len());
        let key = |entry: &Entry| {
            let node = self.node(entry.key);
            match node.content {
                Content::Scalar { decoded: Some(index), .. } => self.decoded.get(index),
                Content::Scalar { decoded: None, style } => {
                    text.get(node.span.start as usize..node.span.end as usize).map(|bytes| written_text(bytes, style))
                }
                _ => None,
            }
        };
        !entries.iter().all(|entry| seen.insert(key(entry)))
    }

    /// The lengths of all tables that reading adds to.
    fn lengths(&self) -> [usize; 5] {
        [self.nodes.len(), self.parents.len(), self.items.len(), self.entries.len(), self.decoded.len()]
    }

    fn truncate(&mut self, [nodes, parents, items, entries, decoded]: [usize; 5]) {
        self.nodes.truncate(nodes);
        self.parents.truncate(parents);
        self.items.truncate(items);
        self.entries.truncate(entries);
        self.decoded.truncate(decoded);
    }
}

/// Reads a piece; `None` if it is not a block mapping in the first column that stands for itself. All pieces stop as
/// soon as one has to.
fn read_piece(sources: &mut Sources, text: &str, limits: &Limits, given_up: &AtomicBool) -> Option<Piece> {
    let mut problems = Vec::new();
    sources.reserve_for(text);
    let mut reader = Reader::new(sources, text, limits, &mut problems);
    let is_whole = reader.read_piece(given_up);
    let (roots, comments) = reader.finish();
    let piece = match *roots.as_slice() {
        [root] if is_whole && problems.is_empty() && starts_in_first_column(sources, text, root) => {
            Some(Piece { root, comments })
        }
        _ => None,
    };
    if piece.is_none() {
        given_up.store(true, Ordering::Relaxed);
    }
    piece
}

/// Whether a root is a mapping without brackets whose first key stands at the start of a line.
fn starts_in_first_column(sources: &Sources, text: &str, root: NodeId) -> bool {
    let Content::Mapping { first, .. } = sources.node(root).content else { return false };
    let Some(entry) = sources.entries.get(first as usize) else { return false };
    let start = sources.node(root).span.start;
    let at_line_start = start == 0 || text.as_bytes().get(start as usize - 1) == Some(&b'\n');
    at_line_start && sources.node(entry.key).span.start == start
}

/// From what a piece says of itself to what it is within the whole.
struct Shift {
    bytes: u32,
    /// What its root becomes.
    root: NodeId,
    /// Its own root, which comes first, is not kept.
    nodes: u32,
    items: u32,
    entries: u32,
    decoded: u32,
}

impl Shift {
    /// For a piece that starts at a byte and is to be added to what is there.
    fn behind(sources: &Sources, root: NodeId, bytes: u32) -> Self {
        Self {
            bytes,
            root,
            nodes: offset(sources.nodes.len()).saturating_sub(1),
            items: offset(sources.items.len()),
            entries: offset(sources.entries.len()),
            decoded: offset(sources.decoded.len()),
        }
    }

    fn span(&self, span: Span) -> Span {
        Span::new(span.start + self.bytes, span.end + self.bytes)
    }

    fn id(&self, id: NodeId) -> NodeId {
        if id.0 == 0 { self.root } else { NodeId(id.0 + self.nodes) }
    }

    fn node(&self, node: Node) -> Node {
        let decoded = |index: Option<u32>| index.map(|index| index + self.decoded);
        let content = match node.content {
            Content::Null => Content::Null,
            Content::Scalar { decoded: index, style } => Content::Scalar { decoded: decoded(index), style },
            Content::Sequence { first, len } => Content::Sequence { first: first + self.items, len },
            Content::Mapping { first, len } => Content::Mapping { first: first + self.entries, len },
            Content::Alias(target) => Content::Alias(self.id(target)),
            Content::Unknown { decoded: index } => Content::Unknown { decoded: decoded(index) },
        };
        Node { span: self.span(node.span), content }
    }

    fn entry(&self, entry: Entry) -> Entry {
        let merged_at = entry.merged_at.map(|at| self.id(at));
        Entry { key: self.id(entry.key), value: self.id(entry.value), merged_at }
    }

    fn comment(&self, comment: &Comment, file: FileId) -> Comment {
        Comment { file, span: self.span(comment.span), own_line: comment.own_line }
    }
}
