//! Logging commands of Azure Pipelines, which list each finding among the issues of a run.

use std::io;

use super::compact::{one_line, position};
use super::locate::Locator;
use super::notice::notices;
use super::repository::Repository;
use super::summary::headline;
use crate::analysis::{Analysis, Level};
use crate::source::Sources;

/// Writes a logging command for each error and warning, a line for what merely informs, and one that sums up unless only
/// findings are wanted.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_azure_pipelines(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    repository: &Repository,
    is_quiet: bool,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    for notice in notices(analysis, &locator) {
        let path = repository.path(notice.path);
        let sort = match notice.level {
            Level::Error => "error",
            Level::Warning => "warning",
            // There is no such issue: it is an ordinary line of the log.
            Level::Info => {
                let at = position(&locator, &path, notice.place);
                writeln!(out, "{}", inert(&format!("{at}: info[{}]: {}", notice.code, notice.message)))?;
                continue;
            }
        };
        let mut properties = vec![("type", sort.to_owned()), ("sourcepath", path)];
        if let Some(place) = notice.place {
            let start = locator.start(place);
            properties.push(("linenumber", start.line.to_string()));
            properties.push(("columnnumber", start.column.to_string()));
        }
        properties.push(("code", notice.code.to_owned()));
        let properties: Vec<String> =
            properties.into_iter().map(|(name, value)| format!("{name}={}", property(&value))).collect();
        writeln!(out, "##vso[task.logissue {}]{}", properties.join(";"), data(&notice.sentences()))?;
    }
    if !is_quiet {
        writeln!(out, "{}", inert(&headline(&locator, analysis)))?;
    }
    Ok(())
}

/// The text behind a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(';', "%3B").replace(']', "%5D")
}

/// A line in which no command is found: one counts wherever in a line it stands.
fn inert(text: &str) -> String {
    one_line(text).replace("##", "# #")
}
