//! Files and the lines in them.

use super::Sources;

/// Names one file of a run, in the order of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct FileId(pub u32);

/// The text of one input and what is needed to point into it.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as the user would write it, with forward slashes; `<stdin>` for standard input.
    pub name: String,
    /// The whole text, a byte-order mark included, so that byte offsets are those of the file.
    pub text: String,
    /// The first node of this file in the tree.
    pub(super) first_node: u32,
    /// Byte offset of the start of every line.
    pub(super) line_starts: Vec<u32>,
}

/// A place for people: both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode characters, from 1.
    pub column: u32,
}

impl SourceFile {
    /// A file and where its lines start.
    #[must_use]
    pub fn new(name: &str, text: String, first_node: u32) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts =
            std::iter::once(0).chain(breaks.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX))).collect();
        Self { name: name.to_owned(), text, first_node, line_starts }
    }

    /// The line (from 1) that holds a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn line_of(&self, offset: u32) -> u32 {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        u32::try_from(line.max(1)).unwrap_or(u32::MAX)
    }

    /// The line and column of a byte offset; an offset past the end is the end.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let line = self.line_starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).copied().unwrap_or(0) as usize;
        let mut column = self.text.get(start..offset).map_or(0, |text| text.chars().count());
        if line == 1 && self.text.starts_with('\u{feff}') {
            column = column.saturating_sub(1);
        }
        LineColumn {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column + 1).unwrap_or(u32::MAX),
        }
    }

    /// The byte range of a line (from 1) without its line break; empty past the end.
    #[must_use]
    pub fn line_span(&self, line: u32) -> (usize, usize) {
        let index = (line as usize).saturating_sub(1);
        let start = self.line_starts.get(index).map_or(self.text.len(), |start| *start as usize);
        let next = self.line_starts.get(index + 1).map_or(self.text.len(), |start| *start as usize);
        let line = self.text.get(start..next).unwrap_or("");
        (start, start + line.trim_end_matches(['\n', '\r']).len())
    }

    /// How many lines the file has.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

impl Sources {
    /// Adds a file that no reader has made values of, so that places in it can be shown.
    pub fn add_text(&mut self, name: &str, text: String) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let first_node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.files.push(SourceFile::new(name, text, first_node));
        id
    }
}
