//! Lines of a text: where they start and end, how far they are indented, whether they are comments.

use super::Editor;

impl Editor {
    /// The first byte of the line that a byte stands in.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text().get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
    }

    /// The byte at which the line of a byte ends, its line break not included.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text().get(at..).unwrap_or("");
        let line = rest.find('\n').map_or(rest, |found| rest.get(..found).unwrap_or(rest));
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// The byte at which the line after the one of a byte starts; the end of the text for the last one.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let rest = self.text().get(at..).unwrap_or("");
        rest.find('\n').map_or(self.text().len(), |found| at + found + 1)
    }

    /// The line of a byte, without its line break.
    pub(super) fn line(&self, at: usize) -> &str {
        self.text().get(self.line_start(at)..self.line_end(at)).unwrap_or("")
    }

    /// How lines end around a byte.
    pub(super) fn line_break(&self, at: usize) -> &'static str {
        let rest = self.text().get(at..).unwrap_or("");
        let (before, after) = match rest.find('\n') {
            Some(found) => (rest, Some(found)),
            None => (self.text(), self.text().find('\n')),
        };
        match after.and_then(|found| before.as_bytes().get(found.checked_sub(1)?)) {
            Some(b'\r') => "\r\n",
            _ => "\n",
        }
    }

    /// As many blanks as stand before a byte on its line, counting everything (such as the dash of a list) as one.
    pub(super) fn indent(&self, at: usize) -> String {
        let before = self.text().get(self.line_start(at)..at).unwrap_or("").trim_start_matches('\u{feff}');
        before.chars().map(|_| ' ').collect()
    }

    /// Whether nothing but blanks stands before a byte on its line.
    pub(super) fn starts_line(&self, at: usize) -> bool {
        self.text()
            .get(self.line_start(at)..at)
            .is_some_and(|before| before.trim_start_matches('\u{feff}').trim().is_empty())
    }

    /// Whether nothing but blanks and a comment stands after a byte on its line.
    pub(super) fn ends_line(&self, at: usize) -> bool {
        let rest = self.text().get(at..self.line_end(at)).unwrap_or("");
        let trimmed = rest.trim_start_matches([' ', '\t']);
        trimmed.is_empty() || (trimmed.starts_with('#') && (trimmed.len() < rest.len() || at == self.line_start(at)))
    }

    /// How far the line of a byte is indented, if it is a comment.
    pub(super) fn comment_indent(&self, at: usize) -> Option<usize> {
        let line = self.line(at);
        let text = line.trim_start_matches(' ');
        text.starts_with('#').then_some(line.len() - text.len())
    }

    /// The start of the first of the comment lines, indented that far, that stand directly above a line.
    pub(super) fn comments_above(&self, line_start: usize, indent: usize) -> usize {
        let mut start = line_start;
        while start > 0 {
            let above = self.line_start(start - 1);
            if self.comment_indent(above) != Some(indent) {
                break;
            }
            start = above;
        }
        start
    }
}
