//! Members of collections within brackets.

use super::{Editor, Refusal, Span, TextEdit, span};

impl Editor {
    /// Adds a member behind the last one.
    pub(super) fn insert_member(&self, collection: Span, members: &[Span], text: &str) -> TextEdit {
        match members.last() {
            Some(last) => TextEdit::insert(last.end as usize, format!(", {text}")),
            None => {
                let inner = span(collection.start as usize + 1, (collection.end as usize).saturating_sub(1));
                match self.slice(inner).trim().is_empty() {
                    true => TextEdit::replace(inner, text),
                    // A comment: what is added stands before it.
                    false => TextEdit::insert(inner.start as usize, text),
                }
            }
        }
    }

    /// Takes a member out with one of the commas beside it.
    pub(super) fn remove_member(&self, members: &[Span], index: usize) -> Result<Vec<TextEdit>, Refusal> {
        let own = *members.get(index).ok_or(Refusal::Shape)?;
        if let Some(line) = self.own_lines(own) {
            return Ok(vec![TextEdit::replace(line, "")]);
        }
        let before = index.checked_sub(1).and_then(|index| members.get(index));
        let removed = match (before, members.get(index + 1)) {
            (Some(before), _) => Span::new(before.end, own.end),
            (None, Some(after)) => Span::new(own.start, after.start),
            (None, None) => own,
        };
        // A comment between two members may be about either.
        let between = self.slice(removed);
        let is_simple = !between.contains(['\n', '#']) || removed == own;
        if is_simple { Ok(vec![TextEdit::replace(removed, "")]) } else { Err(Refusal::Shape) }
    }

    /// The lines of a member that shares them with nothing but its comma and a comment.
    fn own_lines(&self, member: Span) -> Option<Span> {
        let end = member.end as usize;
        let rest = self.text().get(end..self.line_end(end)).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let after = if rest.as_bytes().get(blanks) == Some(&b',') { end + blanks + 1 } else { end };
        let is_alone = self.starts_line(member.start as usize) && self.ends_line(after);
        is_alone.then(|| span(self.line_start(member.start as usize), self.next_line(end)))
    }
}
