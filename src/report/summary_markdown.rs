//! The report as Markdown, for the summary of a job or the comment of a review.

use std::fmt::Write as _;
use std::io;

use super::findings_picture::findings_picture;
use super::human::{Group, grouped};
use super::locate::Locator;
use super::markdown::{plain, sentence};
use super::notice::{remedy, reported, unreadable};
use super::repository::Repository;
use super::style::count;
use super::summary::headline;
use crate::analysis::{Analysis, Finding, Level};
use crate::source::{Place, Sources};

/// GitHub drops a summary of more than a mebibyte altogether; what comes after so many bytes is counted only.
const MOST_BYTES: usize = 900_000;

/// Writes the report as Markdown.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_summary_markdown(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    repository: &Repository,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    let page = Page { locator: &locator, repository };
    let mut text = format!("## isolint\n\n{}\n", plain(&sentence(&headline(&locator, analysis))));
    page.write_unread(&mut text, analysis);
    page.write_findings(&mut text, &reported(analysis).collect::<Vec<_>>());
    text.push_str(&findings_picture(&analysis.parts));
    let unread: usize = analysis.unread.iter().map(|unread| unread.count).sum();
    if unread > 0 {
        let _ =
            write!(text, "\n{} not understood; the report for people names their types.\n", count(unread, "resource"));
    }
    let undetermined = analysis.undetermined.len();
    if undetermined > 0 {
        let verb = if undetermined == 1 { "check is" } else { "checks are" };
        let _ = write!(text, "\n{undetermined} {verb} undetermined; `isolint check --undetermined` lists why.\n");
    }
    out.write_all(text.as_bytes())
}

struct Page<'a> {
    locator: &'a Locator<'a>,
    repository: &'a Repository,
}

impl Page<'_> {
    fn write_unread(&self, out: &mut String, analysis: &Analysis) {
        let mut lines: Vec<String> = unreadable(analysis)
            .map(|(path, reason)| format!("- {}: {}", code(&self.repository.path(path)), plain(reason)))
            .collect();
        for problem in &analysis.problems {
            lines.push(format!(
                "- `{}`: {} ({})",
                problem.code,
                plain(&problem.message),
                self.at(problem.primary.place)
            ));
            lines.extend(problem.help.as_ref().map(|help| format!("  - To fix: {}", plain(help))));
        }
        if !lines.is_empty() {
            let _ = write!(out, "\n### Not read\n\n");
            write_within(out, lines.iter().map(|line| format!("{line}\n")), "line");
        }
    }

    /// The findings that stand on their own by level, what follows from them beneath.
    fn write_findings(&self, out: &mut String, findings: &[&Finding]) {
        let groups = grouped(findings);
        for (level, heading) in [(Level::Error, "Errors"), (Level::Warning, "Warnings"), (Level::Info, "Info")] {
            let mut groups = groups.iter().filter(|(finding, _)| finding.level == level).peekable();
            if groups.peek().is_none() {
                continue;
            }
            let _ = write!(out, "\n### {heading}\n\n");
            write_within(out, groups.map(|group| self.group(group)), "finding");
        }
    }

    fn group(&self, (finding, consequences): &Group<'_>) -> String {
        let mut text = format!("- {}\n", self.line(finding));
        if let Some(help) = remedy(finding) {
            let _ = writeln!(text, "  - To fix: {}", plain(&help));
        }
        for note in &finding.notes {
            let _ = writeln!(text, "  - {}", plain(note));
        }
        for (_, consequence) in consequences {
            let _ = writeln!(text, "  - So: **{}** {}", consequence.level, self.line(consequence));
        }
        text
    }

    fn line(&self, finding: &Finding) -> String {
        format!("`{}`: {} ({})", finding.rule, plain(&finding.message), self.at(finding.primary.place))
    }

    /// Path and line, as a link where files have pages.
    fn at(&self, place: Place) -> String {
        let (name, line) = (self.locator.name(place), self.locator.start(place).line);
        let text = code(&format!("{}:{line}", self.repository.path(name)));
        match self.repository.page(name, line) {
            Some(page) => format!("[{text}]({page})"),
            None => text,
        }
    }
}

/// A text as code.
fn code(text: &str) -> String {
    if text.contains('`') { plain(text) } else { format!("`{text}`") }
}

/// Writes entries as long as there is room, and counts the rest.
fn write_within(out: &mut String, entries: impl Iterator<Item = String>, noun: &str) {
    let mut left = 0;
    for entry in entries {
        if left > 0 || out.len() + entry.len() > MOST_BYTES {
            left += 1;
        } else {
            out.push_str(&entry);
        }
    }
    if left > 0 {
        let _ = writeln!(out, "- {}", count(left, &format!("more {noun}")));
    }
}
