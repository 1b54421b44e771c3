//! Workflow commands of GitHub Actions, which show each finding at its line of a pull request.

use std::io;

use super::compact::one_line;
use super::locate::Locator;
use super::notice::notices;
use super::repository::Repository;
use super::summary::headline;
use crate::analysis::{Analysis, Level};
use crate::source::Sources;

/// Writes a workflow command for each finding, and a line that sums up unless only findings are wanted.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_github(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    repository: &Repository,
    is_quiet: bool,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    for notice in notices(analysis, &locator) {
        let command = match notice.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let mut properties = vec![("file", repository.path(notice.path))];
        if let Some(place) = notice.place {
            let (start, end) = (locator.start(place), locator.end(place));
            properties.push(("line", start.line.to_string()));
            properties.push(("endLine", end.line.to_string()));
            // Columns that are not of one line are refused.
            if start.line == end.line {
                properties.push(("col", start.column.to_string()));
                properties.push(("endColumn", end.column.to_string()));
            }
        }
        properties.push(("title", format!("isolint: {}", notice.code)));
        let properties: Vec<String> =
            properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
        writeln!(out, "::{command} {}::{}", properties.join(","), data(&notice.sentences()))?;
    }
    if !is_quiet {
        // A line that looks like a command of the older form would be obeyed.
        writeln!(out, "{}", one_line(&headline(&locator, analysis)).replace("##[", "# #["))?;
    }
    Ok(())
}

/// The text behind a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
