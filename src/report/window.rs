//! The few lines of a file that an excerpt shows: cropped, cleaned, and with the labels moved to fit.
//!
//! The renderer gets this small text as its source. It never sees the file, so that an excerpt costs what it shows,
//! be the file 30 megabytes long or one single line.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use unicode_width::UnicodeWidthChar;

use super::style::{Pen, is_unsafe};
use crate::source::{LineColumn, SourceFile, Span};

/// Lines before the first labelled one.
const BEFORE: u32 = 2;
/// Lines after the last labelled one.
const AFTER: u32 = 1;
/// From this many bytes on a line is shown alone, around its label.
const LONG: usize = 2000;
/// Where tabs stop.
const TAB: usize = 4;
/// The most columns that an ellipsis takes.
const ELLIPSIS: usize = 3;

/// A label within one line of a file.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    /// Bytes of the file, all in one line.
    pub(super) span: Span,
    /// The line, from 1.
    pub(super) line: u32,
    /// What to say.
    pub(super) text: String,
    /// Whether it is what the report is about.
    pub(super) primary: bool,
}

impl Mark {
    /// A label cut down to the part of it in its first line.
    pub(super) fn new(file: &SourceFile, span: Span, text: String, primary: bool) -> Self {
        let length = u32::try_from(file.text.len()).unwrap_or(u32::MAX);
        let line = file.line_of(span.start.min(length));
        let (from, to) = line_span(file, line);
        let start = (span.start as usize).clamp(from, to);
        let mut end = (span.end as usize).clamp(start, to);
        if span.end as usize > to {
            let shown = file.text.get(start..end).unwrap_or("").trim_end();
            end = start + shown.len();
        }
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { span: Span::new(byte(start), byte(end)), line, text, primary }
    }

    /// Whether the beginning of the line must be left out to see it.
    pub(super) fn is_cropped(&self, file: &SourceFile, room: usize) -> bool {
        let (from, to) = line_span(file, self.line);
        to - from > LONG || left_of(file, std::slice::from_ref(self), room) > 0
    }

    /// The display columns of it, in a line that is not long.
    fn columns(&self, file: &SourceFile) -> (usize, usize) {
        let (from, _) = line_span(file, self.line);
        let before = file.text.get(from..self.span.start as usize).unwrap_or("");
        let within = file.text.get(self.span.start as usize..self.span.end as usize);
        let start = before.chars().fold(0, |column, c| column + width(c, column));
        let end = within.unwrap_or("").chars();
        (start, end.fold(start, |column, c| column + width(c, column)))
    }

    /// The display columns of its line.
    fn whole(&self, file: &SourceFile) -> usize {
        let (from, to) = line_span(file, self.line);
        file.text.get(from..to).unwrap_or("").chars().fold(0, |column, c| column + width(c, column))
    }
}

/// The bytes of a line without a byte-order mark.
pub(super) fn line_span(file: &SourceFile, line: u32) -> (usize, usize) {
    let (start, end) = file.line_span(line);
    if start == 0 && file.text.starts_with('\u{feff}') { (end.min('\u{feff}'.len_utf8()), end) } else { (start, end) }
}

fn width(c: char, column: usize) -> usize {
    match c {
        '\t' => TAB - column % TAB,
        c if is_unsafe(c) => 1,
        c => c.width().unwrap_or(1),
    }
}

/// A text to draw, with its labels.
#[derive(Debug)]
pub(super) struct Window<'a> {
    name: String,
    text: String,
    first_line: u32,
    /// How many lines it has.
    lines: u32,
    /// What the header of the excerpt points at.
    head: LineColumn,
    /// The labels with their places in the text, in order.
    pub(super) marks: Vec<(SourceSpan, &'a Mark)>,
}

/// Which columns of the lines are shown.
#[derive(Clone, Copy)]
struct View {
    /// Display columns to leave out on the left.
    left: usize,
    /// Display columns that there is room for.
    room: usize,
    pen: Pen,
}

impl<'a> Window<'a> {
    /// The lines around some marks, as far as they come after line `after`, which has been shown already.
    /// `room` is the number of columns for source text.
    pub(super) fn new(
        file: &SourceFile,
        head: LineColumn,
        marks: &'a [Mark],
        after: u32,
        room: usize,
        pen: Pen,
    ) -> Self {
        let mut window = Self {
            name: pen.clean(&file.name).into_owned(),
            text: String::new(),
            first_line: 1,
            lines: 0,
            head,
            marks: Vec::new(),
        };
        let first = marks.iter().map(|mark| mark.line).min().unwrap_or(1);
        let (from, to) = line_span(file, first);
        if to - from > LONG {
            window.add_long(file, first, marks, View { left: 0, room, pen });
        } else {
            let left = left_of(file, marks, room);
            window.add_lines(file, marks, after, View { left, room, pen });
        }
        window.marks.sort_by_key(|(span, _)| (span.offset(), span.len()));
        window
    }

    /// The number of the last line.
    pub(super) fn last_line(&self) -> u32 {
        self.first_line + self.lines.saturating_sub(1)
    }

    /// The display column of a byte of the text.
    pub(super) fn column(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        line.chars().map(|c| c.width().unwrap_or(0)).sum()
    }

    fn add_lines(&mut self, file: &SourceFile, marks: &'a [Mark], shown: u32, view: View) {
        let blank = |line: u32| {
            let (from, to) = line_span(file, line);
            file.text.get(from..to).unwrap_or("").trim().is_empty()
        };
        let first = marks.iter().map(|mark| mark.line).min().unwrap_or(1);
        let last = marks.iter().map(|mark| mark.line).max().unwrap_or(1);
        let (mut from, mut to) = (first, last);
        // Where the beginning of the line is left out, its neighbours would be shreds.
        if view.left == 0 {
            let top = first.saturating_sub(BEFORE).max(shown + 1);
            while from > top && !blank(from - 1) {
                from -= 1;
            }
            let count = u32::try_from(file.line_count()).unwrap_or(u32::MAX);
            let bottom = last.saturating_add(AFTER).min(count);
            while to < bottom && !blank(to + 1) {
                to += 1;
            }
        }
        self.first_line = from;
        for line in from..=to {
            self.add_line(line_span(file, line), file, line, marks, view);
        }
    }

    /// A line that is too long to measure: shown from a little before its first mark.
    fn add_long(&mut self, file: &SourceFile, line: u32, marks: &'a [Mark], view: View) {
        let (from, to) = line_span(file, line);
        let start = marks.iter().map(|mark| mark.span.start as usize).min();
        let start = start.unwrap_or(from);
        let before = file.text.get(from..start).unwrap_or("");
        let mut seen = 0;
        let shown = before
            .char_indices()
            .rev()
            .take_while(|(_, c)| {
                seen += width(*c, 0).max(1);
                seen <= view.room / 3
            })
            .last();
        let skipped = shown.map_or(before.len(), |(at, _)| at);
        self.first_line = line;
        let view = View {
            // One column, which the ellipsis takes, stands for everything before.
            left: usize::from(skipped > 0),
            ..view
        };
        self.add_line((from + skipped, to), file, line, marks, view);
    }

    fn add_line(&mut self, (from, to): (usize, usize), file: &SourceFile, line: u32, marks: &'a [Mark], view: View) {
        let text = file.text.get(from..to).unwrap_or("");
        let marks: Vec<&Mark> = marks.iter().filter(|mark| mark.line == line).collect();
        let mut found: Vec<(Option<usize>, Option<usize>)> = vec![(None, None); marks.len()];
        let ellipsis = view.pen.glyphs().ellipsis;
        let begin = self.text.len();
        let limit = view.left + view.room;
        let mut column = 0;
        let mut rest = text.char_indices().peekable();
        while let Some((at, c)) = rest.next() {
            let wide = width(c, column);
            let tail = if rest.peek().is_some() { ellipsis.chars().count() } else { 0 };
            if column + wide + tail > limit {
                self.text.push_str(ellipsis);
                break;
            }
            if column >= view.left + ellipsis.chars().count() || view.left == 0 {
                note(&mut found, &marks, from + at, self.text.len());
                self.push(c, wide, view.pen);
            } else if column + wide > view.left && self.text.len() == begin {
                self.text.push_str(ellipsis);
            }
            column += wide;
        }
        let end = self.text.len();
        for (mark, (start, stop)) in marks.into_iter().zip(found) {
            let start = start.unwrap_or(end);
            let stop = if mark.span.start == mark.span.end { start } else { stop.unwrap_or(end) };
            self.marks.push(((start, stop.saturating_sub(start)).into(), mark));
        }
        self.text.push('\n');
        self.lines += 1;
    }

    fn push(&mut self, c: char, wide: usize, pen: Pen) {
        match c {
            '\t' => self.text.extend(std::iter::repeat_n(' ', wide)),
            c if is_unsafe(c) => self.text.push(pen.glyphs().replacement),
            c => self.text.push(c),
        }
    }
}

/// Remembers where in the window the marks begin and end, on the way through a line.
fn note(found: &mut [(Option<usize>, Option<usize>)], marks: &[&Mark], at: usize, shown: usize) {
    for ((start, end), mark) in found.iter_mut().zip(marks) {
        if at >= mark.span.start as usize && start.is_none() {
            *start = Some(shown);
        }
        if at >= mark.span.end as usize && end.is_none() {
            *end = Some(shown);
        }
    }
}

/// How many columns to leave out so that the marks are seen, with a little of what comes before.
fn left_of(file: &SourceFile, marks: &[Mark], room: usize) -> usize {
    let columns = || marks.iter().map(|mark| (mark, mark.columns(file)));
    // Where the line goes on, an ellipsis takes the last columns.
    let is_seen = |mark: &Mark, end: usize| end + ELLIPSIS <= room || (end <= room && mark.whole(file) <= room);
    if columns().all(|(mark, (_, end))| is_seen(mark, end)) {
        return 0;
    }
    let start = columns().map(|(_, (start, _))| start).min().unwrap_or(0);
    start.saturating_sub(room / 3)
}

impl SourceCode for Window<'_> {
    /// The whole text for an excerpt; for its header (no lines of context) the place that it points at.
    fn read_span<'b>(
        &'b self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'b> + 'b>, MietteError> {
        let (line, column) = if before == 0 { (self.head.line, self.head.column) } else { (self.first_line, 1) };
        let whole = if before == 0 { *span } else { (0, self.text.len()).into() };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            self.text.as_bytes(),
            whole,
            (line as usize).saturating_sub(1),
            (column as usize).saturating_sub(1),
            self.lines as usize,
        )))
    }
}
