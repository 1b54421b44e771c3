//! A page for a terminal.

use std::io::{self, Write};

use super::{Block, Page};
use crate::analysis::Citation;

impl Page {
    /// Writes the page in lines of at most `width` characters, as far as words allow.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_terminal(&self, output: &mut impl Write, width: usize) -> io::Result<()> {
        let mut printer = Printer { output, width };
        printer.heading(&format!("{} ({})", self.name, self.kind))?;
        printer.blocks(&self.blocks, "")
    }
}

struct Printer<'a, W> {
    output: &'a mut W,
    width: usize,
}

impl<W: Write> Printer<'_, W> {
    fn blocks(&mut self, blocks: &[Block], indent: &str) -> io::Result<()> {
        let deeper = format!("{indent}    ");
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Heading(text) => self.heading(text)?,
                Block::Text(text) => self.lines(&fill(text, self.width, indent))?,
                Block::Code(text) => {
                    self.lines(&text.lines().map(|line| format!("{deeper}{line}")).collect::<Vec<_>>())?;
                }
                Block::Item { name, about } => {
                    writeln!(self.output, "{indent}- {name}")?;
                    self.blocks(about, &deeper)?;
                }
                Block::Citation(citation, fact) => {
                    writeln!(self.output, "{indent}{}", one_line(citation))?;
                    for line in fact.iter().flat_map(|fact| fill(fact, self.width, &deeper)) {
                        writeln!(self.output, "{line}")?;
                    }
                    if let Some(address) = &citation.address {
                        writeln!(self.output, "{deeper}{address}")?;
                    }
                    if !matches!(blocks.get(index + 1), Some(Block::Citation(..))) {
                        writeln!(self.output)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.output, "{text}\n{}\n", "-".repeat(text.chars().count()))
    }

    /// Lines and an empty one.
    fn lines(&mut self, lines: &[String]) -> io::Result<()> {
        for line in lines {
            writeln!(self.output, "{}", line.trim_end())?;
        }
        writeln!(self.output)
    }
}

/// `[ASA-DP-31] stream-analytics-data-protection.md, line 74, "Known issues" (2020-09-23)`.
fn one_line(citation: &Citation) -> String {
    let clause = citation.clause.as_ref().map(|clause| format!("[{clause}] ")).unwrap_or_default();
    format!("{clause}{}", place(citation))
}

/// `stream-analytics-data-protection.md, line 74, "Known issues" (2020-09-23)`.
pub(super) fn place(citation: &Citation) -> String {
    let line = citation.line.map(|line| format!(", line {line}")).unwrap_or_default();
    let heading = citation.heading.as_ref().map(|heading| format!(", \"{heading}\"")).unwrap_or_default();
    let date = citation.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
    format!("{}{line}{heading}{date}", citation.document)
}

fn fill(text: &str, width: usize, indent: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines
}
