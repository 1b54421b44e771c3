//! Entries and items that stand on lines of their own.

use super::{Content, Editor, Entry, Group, NodeId, Refusal, Span, TextEdit, span};

/// How far a group of fields is indented where nothing shows how far.
const STEP: usize = 2;

impl Editor {
    /// Writes a new field into a group; before it the groups of fields that hold it.
    pub(super) fn insert(
        &self,
        group: Group,
        fields: &[&str],
        value: &str,
        order: &[&str],
    ) -> Result<Vec<TextEdit>, Refusal> {
        let node = self.sources.node(group.body);
        match node.content {
            Content::Mapping { .. } if self.is_flow(group.body) => {
                let spans: Vec<Span> =
                    self.written_entries(group.body).map(|entry| self.sources.block_span(entry)).collect();
                let ends_in_value = self
                    .written_entries(group.body)
                    .last()
                    .is_none_or(|entry| !self.slice(self.sources.node(entry.value).span).is_empty());
                let written = self.sources.entries(group.body).len() == spans.len();
                if ends_in_value && written {
                    return Ok(vec![self.insert_member(node.span, &spans, &in_braces(fields, value))]);
                }
                Err(Refusal::Shape)
            }
            Content::Mapping { .. } => self.insert_entry(group, fields, value, order),
            Content::Null if self.slice(node.span).trim().is_empty() => self.insert_body(group, fields, value),
            _ => Err(Refusal::Shape),
        }
    }

    fn insert_entry(
        &self,
        group: Group,
        fields: &[&str],
        value: &str,
        order: &[&str],
    ) -> Result<Vec<TextEdit>, Refusal> {
        let entries: Vec<Entry> = self.written_entries(group.body).collect();
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Err(Refusal::Shape) };
        let start = self.sources.node(first.key).span.start as usize;
        let indent = self.indent(start);
        let step = self.column(start).checked_sub(self.column_of(group.key)).filter(|step| *step > 0).unwrap_or(STEP);
        let inline = self.prefers_braces(&entries);
        let lines = if inline { vec![in_braces(fields, value)] } else { on_lines(fields, value, step) };
        let rank = |name: &str| order.iter().position(|known| *known == name);
        let own = fields.first().and_then(|field| rank(field));
        let precedes = |entry: &&Entry| rank(&self.sources.text(entry.key)).is_some_and(|rank| Some(rank) < own);
        let before = entries.iter().filter(precedes).max_by_key(|entry| rank(&self.sources.text(entry.key)));
        let is_commented = start > 0
            && self.starts_line(start)
            && self.comment_indent(self.line_start(start).saturating_sub(1)) == Some(indent.len());
        if before.is_none() && own.is_some() && !is_commented {
            let end = self.line_break(start);
            let text: String = lines.iter().map(|line| format!("{line}{end}{indent}")).collect();
            return Ok(vec![TextEdit::insert(start, text)]);
        }
        Ok(vec![self.insert_below(self.sources.block_span(*before.unwrap_or(last)), &indent, &lines)])
    }

    /// Writes lines below the last line of something, and below the comments that belong to it.
    fn insert_below(&self, above: Span, indent: &str, lines: &[String]) -> TextEdit {
        let mut at = self.line_end(above.end as usize);
        loop {
            let next = self.next_line(at);
            if next >= self.text().len() || self.comment_indent(next).is_none_or(|comment| comment <= indent.len()) {
                break;
            }
            at = self.line_end(next);
        }
        let end = self.line_break(at);
        TextEdit::insert(at, lines.iter().map(|line| format!("{end}{indent}{line}")).collect::<String>())
    }

    /// Writes the first fields of a group that has none.
    fn insert_body(&self, group: Group, fields: &[&str], value: &str) -> Result<Vec<TextEdit>, Refusal> {
        let after = self.after_colon(group.key)?;
        let key = self.sources.node(group.key).span;
        let is_block = self.starts_line(key.start as usize) && self.ends_line(after);
        if !is_block {
            return Err(Refusal::Shape);
        }
        let indent = format!("{}{}", self.indent(key.start as usize), " ".repeat(STEP));
        Ok(vec![self.insert_below(span(after, after), &indent, &on_lines(fields, value, STEP))])
    }

    /// Adds an item below the last one.
    pub(super) fn insert_item(&self, sequence: NodeId, value: &str) -> Result<Vec<TextEdit>, Refusal> {
        let span = self.sources.node(sequence).span;
        if !self.slice(span).starts_with('-') {
            return Err(Refusal::Shape);
        }
        let indent = self.indent(span.start as usize);
        Ok(vec![self.insert_below(span, &indent, &[format!("- {value}")])])
    }

    /// Takes an item out; instead of the only one an empty list is written.
    pub(super) fn remove_item(&self, entry: Entry, index: usize) -> Result<Vec<TextEdit>, Refusal> {
        let mut spans = self.item_spans(entry.value);
        for item in &mut spans {
            let dash = self.dash_before(item.start as usize).ok_or(Refusal::Shape)?;
            item.start = super::super::builder::offset(dash);
        }
        let mut edits = self.remove_lines(&spans, index)?;
        if spans.len() == 1 {
            let colon = self.after_colon(entry.key)?;
            match edits.first_mut() {
                // The lines go up to the key.
                Some(lines) if lines.span.start as usize == colon => lines.text = " []".to_owned(),
                _ => edits.push(TextEdit::insert(colon, " []")),
            }
        }
        Ok(edits)
    }

    /// The dash of an item: the last one before it on its line.
    fn dash_before(&self, at: usize) -> Option<usize> {
        let start = self.line_start(at);
        let before = self.text().get(start..at)?;
        let dash = before.trim_end_matches([' ', '\t']).strip_suffix('-')?.len();
        Some(start + dash)
    }

    /// Takes the lines of a member out, with the comment above them if it can be about nothing else.
    pub(super) fn remove_lines(&self, members: &[Span], index: usize) -> Result<Vec<TextEdit>, Refusal> {
        let own = *members.get(index).ok_or(Refusal::Shape)?;
        let (start, end) = (own.start as usize, own.end as usize);
        if !self.starts_line(start) || !self.ends_line(end) {
            return Err(Refusal::Shape);
        }
        let first_line = self.line_start(start);
        let next = self.next_line(end);
        let is_followed = members.get(index + 1).is_some_and(|after| self.line_start(after.start as usize) == next);
        let first = if is_followed { first_line } else { self.comments_above(first_line, start - first_line) };
        if next == self.text().len() && !self.text().ends_with('\n') {
            // The last line of the file has no end; that of the line before it goes.
            let before = first.checked_sub(1).ok_or(Refusal::Shape)?;
            return Ok(vec![TextEdit::replace(span(self.line_end(self.line_start(before)), next), "")]);
        }
        Ok(vec![TextEdit::replace(span(first, next), "")])
    }

    /// Whether the groups of fields beside a new one stand within braces.
    fn prefers_braces(&self, siblings: &[Entry]) -> bool {
        let groups = siblings.iter().map(|entry| entry.value);
        let mut groups =
            groups.filter(|value| matches!(self.sources.node(*value).content, Content::Mapping { .. })).peekable();
        groups.peek().is_some() && groups.all(|group| self.is_flow(group))
    }

    fn column(&self, at: usize) -> usize {
        self.indent(at).len()
    }

    fn column_of(&self, key: NodeId) -> usize {
        self.column(self.sources.node(key).span.start as usize)
    }
}

/// `network: {bypass: [none]}`
fn in_braces(fields: &[&str], value: &str) -> String {
    match fields {
        [field, rest @ ..] if !rest.is_empty() => format!("{field}: {{{}}}", in_braces(rest, value)),
        [field, ..] => format!("{field}: {value}"),
        [] => String::new(),
    }
}

/// Each field on a line below the one that holds it.
fn on_lines(fields: &[&str], value: &str, step: usize) -> Vec<String> {
    let last = fields.len().saturating_sub(1);
    let line = |(depth, field): (usize, &&str)| {
        let indent = " ".repeat(depth * step);
        if depth == last { format!("{indent}{field}: {value}") } else { format!("{indent}{field}:") }
    };
    fields.iter().enumerate().map(line).collect()
}
