//! The excerpts of one report: labels gathered into windows, drawn by miette, joined in one frame.

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::locate::Locator;
use super::style::{Pen, Style, count};
use super::window::{Mark, Window};
use crate::source::{FileId, Label, LineColumn, Place, SourceFile, Span};

/// Labels at most this many lines apart share an excerpt.
const NEAR: u32 = 5;
/// An excerpt grows no higher than this.
const HEIGHT: u32 = 24;
/// More related places than these are counted only.
const RELATED: usize = 10;
/// The narrowest room that the text of a label is wrapped to.
const LABEL: usize = 28;

/// The labels that one excerpt shows.
struct Group<'a> {
    file: &'a SourceFile,
    id: FileId,
    marks: Vec<Mark>,
}

impl Group<'_> {
    fn lines(&self) -> (u32, u32) {
        let lines = || self.marks.iter().map(|mark| mark.line);
        (lines().min().unwrap_or(1), lines().max().unwrap_or(1))
    }

    /// Whether the mark can be shown here without hiding or displacing another.
    fn takes(&self, mark: &Mark, room: usize) -> bool {
        let (first, last) = self.lines();
        let (low, high) = (first.min(mark.line), last.max(mark.line));
        let near = mark.line + NEAR >= first && mark.line <= last + NEAR && high - low < HEIGHT;
        near && !self.marks.iter().any(|other| overlap(other, mark)) && self.fits(mark, room)
    }

    /// Whether all are seen at once: from the first column on, or else close together in one line.
    fn fits(&self, mark: &Mark, room: usize) -> bool {
        let marks = || self.marks.iter().chain(std::iter::once(mark));
        if marks().all(|mark| !mark.is_cropped(self.file, room)) {
            return true;
        }
        let start = |mark: &Mark| mark.span.start as usize;
        let low = marks().map(start).min().unwrap_or(0);
        let high = marks().map(start).max().unwrap_or(0);
        marks().all(|other| other.line == mark.line) && high - low + 10 <= room / 2
    }

    /// Says the words of a mark at the same place together with these.
    fn merge(&mut self, mark: &Mark) -> bool {
        let same = |other: &&mut Mark| other.span == mark.span;
        let Some(other) = self.marks.iter_mut().find(same) else {
            return false;
        };
        if other.text.is_empty() {
            other.text.clone_from(&mark.text);
        } else if !mark.text.is_empty() && other.text != mark.text {
            other.text.push_str("; ");
            other.text.push_str(&mark.text);
        }
        true
    }
}

fn overlap(a: &Mark, b: &Mark) -> bool {
    let end = |span: Span| span.end.max(span.start + 1);
    a.span.start < end(b.span) && b.span.start < end(a.span)
}

/// Writes the excerpts of a report. Returns how many columns its line numbers take, for what is written beneath.
pub(super) fn write_excerpts(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    style: Style,
    primary: &Label,
    related: &[Label],
) -> usize {
    let room = pen.width.saturating_sub(10).max(30);
    let groups = gather(locator, primary, related, room);
    if groups.is_empty() {
        return 1;
    }
    let mut shown: Option<(FileId, u32)> = None;
    let mut windows: Vec<Window<'_>> = Vec::with_capacity(groups.len());
    for group in &groups {
        let head = head_of(locator, group.id, primary, related);
        let after = shown.filter(|(file, _)| *file == group.id);
        let after = after.map_or(0, |(_, line)| line);
        let window = Window::new(group.file, head, &group.marks, after, room, pen);
        shown = Some((group.id, window.last_line()));
        windows.push(window);
    }
    let last = windows.iter().map(Window::last_line).max().unwrap_or(1);
    let gutter = digits(last);
    let mut previous: Option<FileId> = None;
    for (group, window) in groups.iter().zip(&windows) {
        let joint = match previous {
            None => Joint::Top,
            Some(file) if file == group.id => Joint::Gap,
            Some(_) => Joint::File,
        };
        draw(out, pen, style, window, gutter, joint);
        previous = Some(group.id);
    }
    indent(out, gutter + 2);
    out.push_str(pen.glyphs().close);
    out.push('\n');
    if related.len() > RELATED {
        indent(out, gutter + 2);
        let more = count(related.len() - RELATED, "further place");
        pen.put(out, Style::Frame, "=");
        out.push_str(&format!(" and {more}\n"));
    }
    gutter
}

pub(super) fn indent(out: &mut String, columns: usize) {
    out.extend(std::iter::repeat_n(' ', columns));
}

fn digits(number: u32) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The labels in as few excerpts as read well: the file of the primary place first, each file from top to bottom.
fn gather<'a>(locator: &Locator<'a>, primary: &Label, related: &[Label], room: usize) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut files: Vec<FileId> = Vec::new();
    let related = related.iter().take(RELATED).map(|label| (label, false));
    for (label, is_primary) in std::iter::once((primary, true)).chain(related) {
        let Some(file) = locator.file(label.place) else {
            continue;
        };
        let id = label.place.file;
        if !files.contains(&id) {
            files.push(id);
        }
        let mark = Mark::new(file, label.place.span, label.text.clone(), is_primary);
        let mut same = groups.iter_mut().filter(|group| group.id == id);
        if same.any(|group| group.merge(&mark)) {
            continue;
        }
        let mut same = groups.iter_mut().filter(|group| group.id == id);
        match same.find(|group| group.takes(&mark, room)) {
            Some(group) => group.marks.push(mark),
            None => groups.push(Group { file, id, marks: vec![mark] }),
        }
    }
    let order = |id: FileId| files.iter().position(|file| *file == id);
    groups.sort_by_key(|group| (order(group.id), group.lines().0));
    groups
}

/// What the header of a file points at: the first label there.
fn head_of(locator: &Locator<'_>, file: FileId, primary: &Label, related: &[Label]) -> LineColumn {
    let mut places = std::iter::once(primary).chain(related).map(|label| label.place);
    let place = places.find(|place| place.file == file);
    locator.start(place.unwrap_or(Place { file, span: Span::default() }))
}

/// How an excerpt joins the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// It is the first.
    Top,
    /// It shows another file.
    File,
    /// It shows another part of the same file.
    Gap,
}

fn draw(out: &mut String, pen: Pen, style: Style, window: &Window<'_>, gutter: usize, joint: Joint) {
    let mut theme = match (pen.unicode, pen.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    if joint == Joint::File {
        theme.characters.ltop = theme.characters.lcross;
    }
    if pen.color {
        let (info, related) = (theme.styles.highlights.last().copied(), theme.styles.help);
        let primary = match style {
            Style::Error => theme.styles.error,
            Style::Warning => theme.styles.warning,
            _ => info.unwrap_or(theme.styles.advice),
        };
        let styles = window.marks.iter().map(|(_, mark)| if mark.primary { primary } else { related });
        theme.styles.highlights = styles.collect();
    }
    let handler =
        GraphicalReportHandler::new_themed(theme).with_width(pen.width).with_context_lines(1).with_urls(false);
    let mut drawn = String::new();
    // Neither a string nor a window can fail to be written or read.
    let _ = handler.render_report(&mut drawn, &Drawing { window, pen });
    if joint != Joint::Top {
        indent(out, gutter + 2);
        out.push_str(if joint == Joint::Gap { pen.glyphs().gap } else { pen.glyphs().bar });
        out.push('\n');
    }
    let pad = gutter - digits(window.last_line());
    // The first line is an empty message, the last one closes the frame.
    let lines = drawn.lines().skip(if joint == Joint::Gap { 2 } else { 1 });
    let mut lines = lines.peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() {
            indent(out, pad);
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }
}

/// What miette draws: a window with its labels and nothing around them.
#[derive(Debug)]
struct Drawing<'a> {
    window: &'a Window<'a>,
    pen: Pen,
}

impl std::fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.window)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.window.marks.iter().map(|(span, mark)| {
            let column = self.window.column(span.offset()) + 14;
            let room = self.pen.width.saturating_sub(column).max(LABEL);
            let text = self.pen.lines(&mark.text, room);
            LabeledSpan::new_with_span((!text.is_empty()).then_some(text), *span)
        })))
    }
}
