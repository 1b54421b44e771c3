//! Bytes to lines and columns, also in files that are one very long line.

use std::cell::OnceCell;

use crate::source::{LineColumn, Place, SourceFile, Sources};

/// Distance of the counted marks in a file, in bytes.
const STEP: usize = 256;

/// Answers where a byte stands. A column costs at most [`STEP`] bytes of counting, however long the line.
pub(super) struct Locator<'a> {
    sources: &'a Sources,
    /// Per file, made on the first long line.
    marks: Vec<OnceCell<Marks>>,
}

/// What counting characters rests on.
enum Marks {
    /// Every byte is a character.
    Bytes,
    /// How many characters stand before every multiple of [`STEP`].
    Counted(Vec<u32>),
}

impl<'a> Locator<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, marks: sources.files().iter().map(|_| OnceCell::new()).collect() }
    }

    /// The file of a place; none for a place that is not of these sources.
    pub(super) fn file(&self, place: Place) -> Option<&'a SourceFile> {
        self.sources.file(place.file)
    }

    /// The path of the file of a place.
    pub(super) fn name(&self, place: Place) -> &'a str {
        self.file(place).map_or("<unknown>", |file| &file.name)
    }

    /// Line and column of the first byte of a place.
    pub(super) fn start(&self, place: Place) -> LineColumn {
        self.at(place, place.span.start)
    }

    /// Line and column one past the last byte of a place.
    pub(super) fn end(&self, place: Place) -> LineColumn {
        self.at(place, place.span.end)
    }

    /// `file:line:column`, as terminals make links of it.
    pub(super) fn text(&self, place: Place) -> String {
        let start = self.start(place);
        format!("{}:{}:{}", self.name(place), start.line, start.column)
    }

    fn at(&self, place: Place, offset: u32) -> LineColumn {
        let Some(file) = self.file(place) else {
            return LineColumn { line: 1, column: 1 };
        };
        let offset = (offset as usize).min(file.text.len());
        let line = file.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let (start, _) = file.line_span(line);
        if offset.saturating_sub(start) < STEP {
            return file.line_column(u32::try_from(offset).unwrap_or(u32::MAX));
        }
        let before = self.characters(place, file, offset) - self.characters(place, file, start);
        let mark = u32::from(line == 1 && file.text.starts_with('\u{feff}'));
        LineColumn { line, column: before + 1 - mark.min(before) }
    }

    /// How many characters start before a byte of the file.
    fn characters(&self, place: Place, file: &SourceFile, offset: usize) -> u32 {
        let bytes = file.text.as_bytes();
        let count = |bytes: &[u8]| {
            let starts = bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
            u32::try_from(starts).unwrap_or(u32::MAX)
        };
        let marks = self.marks.get(place.file.0 as usize).map(|marks| {
            marks.get_or_init(|| {
                if bytes.is_ascii() {
                    return Marks::Bytes;
                }
                let mut total = 0;
                let mut marks = vec![total];
                for chunk in bytes.chunks(STEP) {
                    total += count(chunk);
                    marks.push(total);
                }
                Marks::Counted(marks)
            })
        });
        let mark = match marks {
            Some(Marks::Bytes) => return u32::try_from(offset).unwrap_or(u32::MAX),
            Some(Marks::Counted(marks)) => marks.get(offset / STEP),
            None => None,
        };
        let counted = mark.map_or(0, |_| offset - offset % STEP);
        mark.unwrap_or(&0) + count(bytes.get(counted..offset).unwrap_or(&[]))
    }
}
