//! One line for everything that is wrong, as compilers write them: `path:line:column: level[rule]: message`.

use std::io;

use super::locate::Locator;
use super::notice::notices;
use super::style::is_unsafe;
use super::summary::headline;
use crate::analysis::Analysis;
use crate::source::{Place, Sources};

/// Writes a line for each finding, and one that sums up unless only findings are wanted.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_compact(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    is_quiet: bool,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    for notice in notices(analysis, &locator) {
        let at = position(&locator, notice.path, notice.place);
        writeln!(out, "{}: {}[{}]: {}", one_line(&at), notice.level, notice.code, one_line(notice.message))?;
    }
    if !is_quiet {
        writeln!(out, "{}", headline(&locator, analysis))?;
    }
    Ok(())
}

/// `path:line:column`, or the path alone.
pub(super) fn position(locator: &Locator<'_>, path: &str, place: Option<Place>) -> String {
    let Some(place) = place else { return path.to_owned() };
    let start = locator.start(place);
    format!("{path}:{}:{}", start.line, start.column)
}

/// A text without line breaks and what else a terminal would obey.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(|c| if is_unsafe(c) { ' ' } else { c }).collect()
}
