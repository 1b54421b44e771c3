//! Colours, glyphs and the wrapping of prose: everything that depends on what the terminal can show.

use std::borrow::Cow;
use std::io;

use unicode_width::UnicodeWidthStr;

use super::HumanOptions;
use crate::analysis::Level;
use crate::source::Severity;

/// How a piece of text is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Strong,
    Faint,
    Frame,
    Good,
    Error,
    Warning,
    Info,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Frame => "36",
            Self::Good => "32",
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Info => "1;32",
        }
    }
}

impl From<Level> for Style {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

impl From<Severity> for Style {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Warning => Self::Warning,
            Severity::Error | Severity::Fatal => Self::Error,
        }
    }
}

/// The signs that a report draws with, beside those of the excerpts.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) met: &'static str,
    pub(super) missing: &'static str,
    pub(super) unknown: &'static str,
    pub(super) arrow: &'static str,
    pub(super) dash: &'static str,
    pub(super) ellipsis: &'static str,
    pub(super) gap: &'static str,
    pub(super) bar: &'static str,
    pub(super) branch: &'static str,
    pub(super) close: &'static str,
    pub(super) replacement: char,
}

static UNICODE: Glyphs = Glyphs {
    met: "✓",
    missing: "✗",
    unknown: "?",
    arrow: "→",
    dash: "—",
    ellipsis: "…",
    gap: "⋮",
    bar: "│",
    branch: "╰─▶ ",
    close: "╰────",
    replacement: '\u{fffd}',
};

static ASCII: Glyphs = Glyphs {
    met: "+",
    missing: "x",
    unknown: "?",
    arrow: "->",
    dash: "-",
    ellipsis: "...",
    gap: ":",
    bar: "|",
    branch: "`-> ",
    close: "`----",
    replacement: '?',
};

/// A piece of text with its style.
pub(super) type Piece<'a> = (Style, Cow<'a, str>);

/// Text in a style.
pub(super) fn piece<'a>(style: Style, text: impl Into<Cow<'a, str>>) -> Piece<'a> {
    (style, text.into())
}

/// Writes for one kind of terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    pub(super) color: bool,
    pub(super) unicode: bool,
    pub(super) hyperlinks: bool,
    pub(super) width: usize,
}

impl Pen {
    pub(super) fn new(options: &HumanOptions) -> Self {
        Self {
            color: options.color,
            unicode: options.unicode,
            hyperlinks: options.hyperlinks,
            width: options.width.clamp(40, 1000),
        }
    }

    pub(super) fn glyphs(&self) -> &'static Glyphs {
        if self.unicode { &UNICODE } else { &ASCII }
    }

    /// Text in a style, without wrapping.
    pub(super) fn put(&self, out: &mut String, style: Style, text: &str) {
        if self.color && style != Style::Plain && !text.is_empty() {
            out.push_str("\u{1b}[");
            out.push_str(style.code());
            out.push('m');
            out.push_str(text);
            out.push_str("\u{1b}[0m");
        } else {
            out.push_str(text);
        }
    }

    /// Without what could command a terminal or reverse the direction of the text; line breaks become blanks.
    pub(super) fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.chars().any(is_unsafe) {
            return Cow::Borrowed(text);
        }
        let blank = |c: char| match c {
            '\n' | '\r' | '\t' => ' ',
            c if is_unsafe(c) => self.glyphs().replacement,
            c => c,
        };
        Cow::Owned(text.trim_end().chars().map(blank).collect())
    }

    /// Prose from the current column `at` on, wrapped to the width; further lines start after `hang` blanks.
    /// Ends with a line break.
    pub(super) fn prose(&self, out: &mut String, at: usize, hang: usize, pieces: &[Piece<'_>]) {
        let cleaned: Vec<Piece<'_>> = pieces.iter().map(|(style, text)| (*style, self.clean(text))).collect();
        let mut column = at;
        let mut fresh = true;
        let mut run = (Style::Plain, String::new());
        for word in words(&cleaned) {
            let width: usize = word.iter().map(|(_, text)| text.width()).sum();
            let breaks = !fresh && column + 1 + width > self.width;
            if breaks {
                self.put(out, run.0, &std::mem::take(&mut run.1));
                out.push('\n');
                out.extend(std::iter::repeat_n(' ', hang));
                column = hang;
            }
            let mut blank = !fresh && !breaks;
            column += width + usize::from(blank);
            for (style, text) in word {
                if run.0 != style {
                    self.put(out, run.0, &std::mem::take(&mut run.1));
                    run.0 = style;
                    out.push_str(if std::mem::take(&mut blank) { " " } else { "" });
                }
                run.1.push_str(if std::mem::take(&mut blank) { " " } else { "" });
                run.1.push_str(text);
            }
            fresh = false;
        }
        self.put(out, run.0, &run.1);
        out.push('\n');
    }

    /// The lines of a text, none wider than `width` where its words allow it.
    pub(super) fn lines(&self, text: &str, width: usize) -> String {
        let pen = Self { color: false, width, ..*self };
        let mut out = String::new();
        pen.prose(&mut out, 0, 0, &[piece(Style::Plain, text)]);
        out.truncate(out.trim_end().len());
        out
    }
}

/// Pieces into words; a word may run over several pieces.
fn words<'a>(pieces: &'a [Piece<'_>]) -> Vec<Vec<(Style, &'a str)>> {
    let mut words: Vec<Vec<(Style, &str)>> = Vec::new();
    let mut open = false;
    for (style, text) in pieces {
        for (index, part) in text.split(' ').enumerate() {
            if index > 0 {
                open = false;
            }
            if part.is_empty() {
                continue;
            }
            match words.last_mut() {
                Some(word) if open => word.push((*style, part)),
                _ => words.push(vec![(*style, part)]),
            }
            open = true;
        }
    }
    words
}

/// Control characters and the marks that reorder text.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `1 file`, `2 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// `a, b, c`, and of a long list the first ones: `a, b, 7 more`.
pub(super) fn listed(words: &[String], most: usize) -> String {
    if words.len() <= most + 1 {
        return words.join(", ");
    }
    let shown = words.get(..most).unwrap_or(words);
    format!("{}, {} more", shown.join(", "), words.len() - most)
}

/// Writes a text without the blanks at the ends of its lines, and empties it.
pub(super) fn flush(out: &mut impl io::Write, text: &mut String) -> io::Result<()> {
    for line in text.lines() {
        out.write_all(line.trim_end_matches(' ').as_bytes())?;
        out.write_all(b"\n")?;
    }
    text.clear();
    Ok(())
}
