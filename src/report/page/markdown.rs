//! A page for `docs/rules/`.

use super::terminal::place;
use super::{Block, Page};
use crate::analysis::Citation;

impl Page {
    /// The page as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n\n*{}*\n\n", self.name, self.kind);
        write(&mut text, &self.blocks, "");
        text.truncate(text.trim_end().len());
        text.push('\n');
        text
    }

    /// The file it is kept in.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.md", self.name)
    }
}

fn write(text: &mut String, blocks: &[Block], indent: &str) {
    for (index, block) in blocks.iter().enumerate() {
        match block {
            Block::Heading(heading) => text.push_str(&format!("## {heading}\n\n")),
            Block::Text(paragraph) => text.push_str(&format!("{indent}{paragraph}\n\n")),
            Block::Code(code) => {
                text.push_str(&format!("{indent}```yaml\n"));
                for line in code.lines() {
                    text.push_str(format!("{indent}{line}").trim_end());
                    text.push('\n');
                }
                text.push_str(&format!("{indent}```\n\n"));
            }
            Block::Item { name, about } => {
                text.push_str(&format!("{indent}- **{name}**\n\n"));
                write(text, about, &format!("{indent}  "));
            }
            Block::Citation(citation, fact) => {
                text.push_str(&format!("{indent}- {}\n", cited(citation)));
                if let Some(fact) = fact {
                    text.push_str(&format!("{indent}  {}\n", fact.trim_end()));
                }
                if !matches!(blocks.get(index + 1), Some(Block::Citation(..))) {
                    text.push('\n');
                }
            }
        }
    }
}

/// A place in a document, with a link to it.
fn cited(citation: &Citation) -> String {
    let clause = citation.clause.as_ref().map(|clause| format!("**{clause}** ")).unwrap_or_default();
    match &citation.address {
        Some(address) => format!("{clause}[{}]({address})", place(citation).replace(['[', ']'], "")),
        None => format!("{clause}{}", place(citation)),
    }
}
