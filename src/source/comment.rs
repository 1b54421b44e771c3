//! Comments, kept with their places: exceptions live in them.

use super::{Content, FileId, NodeId, Sources, Span};

/// One comment: in YAML from its `#` to the end of its line, in JSON from `//` to there or from `/*` to `*/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// The file it stands in.
    pub file: FileId,
    /// Its bytes, what marks it included, the line break not.
    pub span: Span,
    /// Whether nothing but blanks stands before it on its line.
    pub own_line: bool,
}

/// The entries and list items of a file, in the order of their first bytes, the largest first.
#[derive(Debug)]
pub struct Blocks {
    file: FileId,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy)]
struct Block {
    span: Span,
    /// Where the value starts; of a list item where it starts itself.
    value: u32,
}

impl Sources {
    /// The comments of a file.
    pub fn comments_of(&self, file: FileId) -> impl Iterator<Item = Comment> {
        let first = self.comments.partition_point(|comment| comment.file < file);
        let comments = self.comments.get(first..).unwrap_or(&[]);
        comments.iter().take_while(move |comment| comment.file == file).copied()
    }

    /// The entries and list items of a file. Nothing once only places are kept.
    #[must_use]
    pub fn blocks(&self, file: FileId) -> Blocks {
        let start = |index: u32| self.files.get(index as usize).map(|file| file.first_node as usize);
        let first = start(file.0).unwrap_or(self.nodes.len());
        let end = start(file.0 + 1).unwrap_or(self.nodes.len());
        let mut blocks = Vec::new();
        for index in first..end {
            let id = NodeId(u32::try_from(index).unwrap_or(u32::MAX));
            if self.file_of(id) != file {
                continue;
            }
            match self.node(id).content {
                Content::Mapping { .. } => {
                    let written = self.entries(id).iter().filter(|entry| entry.merged_at.is_none());
                    blocks.extend(written.map(|entry| Block {
                        span: self.block_span(*entry),
                        value: self.node(entry.value).span.start,
                    }));
                }
                Content::Sequence { .. } => {
                    let spans = self.items(id).iter().map(|item| self.node(*item).span);
                    blocks.extend(spans.map(|span| Block { span, value: span.start }));
                }
                _ => {}
            }
        }
        blocks.sort_by_key(|block| (block.span.start, std::cmp::Reverse(block.span.end)));
        Blocks { file, blocks }
    }

    /// What a comment speaks of. On a line of its own: the entry or list item below it, with all that is in it. Behind
    /// something: its line, and the block that the line opens.
    #[must_use]
    pub fn covered_by(&self, comment: Comment, blocks: &Blocks) -> Span {
        let after = |offset: u32| blocks.blocks.partition_point(|block| block.span.start < offset);
        if comment.own_line {
            let next = blocks.blocks.get(after(comment.span.end));
            return next.map_or(comment.span, |block| block.span);
        }
        let Some(file) = self.file(blocks.file) else { return comment.span };
        let (start, end) = file.line_span(file.line_of(comment.span.start));
        let offset = super::builder::offset;
        let mut covered = Span::new(offset(start), offset(end));
        let on_line = blocks.blocks.get(after(covered.start)..after(covered.end)).unwrap_or(&[]);
        let opened = on_line.iter().filter(|block| block.value >= comment.span.end);
        covered.end = opened.map(|block| block.span.end).fold(covered.end, u32::max);
        covered
    }
}
