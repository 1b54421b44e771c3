//! The code quality report of GitLab, which a merge request compares with that of its target.

use std::collections::HashMap;
use std::io;

use serde::Serialize;

use super::json::Each;
use super::locate::Locator;
use super::notice::{Notice, notices};
use super::repository::Repository;
use crate::analysis::{Analysis, Level, digest};
use crate::source::Sources;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<u32>,
}

/// Writes the code quality report.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_gitlab(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    repository: &Repository,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    let notices = notices(analysis, &locator);
    let fingerprints = distinct(&notices);
    let pairs = || notices.iter().zip(&fingerprints);
    let issues = Each(|| pairs().map(|(notice, name)| issue(&locator, repository, notice, name)));
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.write_all(b"\n")
}

fn issue<'a>(locator: &Locator<'_>, repository: &Repository, notice: &Notice<'a>, fingerprint: &'a str) -> Issue<'a> {
    Issue {
        description: notice.sentences().replace('\n', " "),
        check_name: notice.code,
        fingerprint,
        severity: match (notice.place, notice.level) {
            // Nothing in it was checked.
            (None, _) => "blocker",
            (_, Level::Error) => "critical",
            (_, Level::Warning) => "major",
            (_, Level::Info) => "info",
        },
        location: Location { path: repository.path(notice.path), lines: lines(locator, notice) },
    }
}

fn lines(locator: &Locator<'_>, notice: &Notice<'_>) -> Lines {
    let Some(place) = notice.place else { return Lines { begin: 1, end: None } };
    Lines { begin: locator.start(place).line, end: Some(locator.end(place).line) }
}

/// A fingerprint for each, no two alike: of two with the same one GitLab would drop one.
fn distinct(notices: &[Notice<'_>]) -> Vec<String> {
    let mut seen: HashMap<&str, usize> = HashMap::with_capacity(notices.len());
    let distinct = notices.iter().map(|notice| {
        let number = seen.entry(&notice.fingerprint).or_default();
        *number += 1;
        if *number == 1 {
            return notice.fingerprint.clone();
        }
        digest(&[&notice.fingerprint, &number.to_string()])
    });
    distinct.collect()
}
