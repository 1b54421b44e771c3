//! JUnit's XML, which nearly every CI server shows: a suite for each input, in it a case for each finding.
//!
//! Errors and warnings are failures, what merely informs is a case that passes with a word to say, what could not be read
//! is an error, and a check that could not be decided is skipped.

use std::collections::BTreeMap;
use std::io;

use super::compact::position;
use super::locate::Locator;
use super::notice::{Notice, notices};
use super::repository::Repository;
use crate::analysis::{Analysis, InputStatus, Level, MissingFact, Undetermined};
use crate::source::Sources;

/// Writes the report as JUnit's XML.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_junit(
    out: &mut impl io::Write,
    analysis: &Analysis,
    sources: &Sources,
    repository: &Repository,
) -> io::Result<()> {
    let locator = Locator::new(sources);
    let notices = notices(analysis, &locator);
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    let mut suite = |path: &str, case: Case| suites.entry(repository.path(path)).or_default().cases.push(case);
    for notice in &notices {
        let at = position(&locator, &repository.path(notice.path), notice.place);
        suite(notice.path, Case::of_notice(notice, &at));
    }
    for undetermined in &analysis.undetermined {
        let path = undetermined.facts.first().map(|fact| locator.name(fact.place));
        let path = path.or_else(|| analysis.inputs.first().map(|input| input.path.as_str()));
        suite(path.unwrap_or("isolint"), Case::of_undetermined(undetermined));
    }
    for input in &analysis.inputs {
        let suite = suites.entry(repository.path(&input.path)).or_default();
        match &input.status {
            InputStatus::Skipped(reason) => suite.cases.push(Case::new("input", Result::Skipped(reason.clone()))),
            // A suite without cases is told by nobody.
            InputStatus::Checked if suite.cases.is_empty() => suite.cases.push(Case::new("check", Result::Passed)),
            InputStatus::Checked | InputStatus::Unreadable(_) => {}
        }
    }
    write(out, &suites)
}

#[derive(Default)]
struct Suite {
    cases: Vec<Case>,
}

struct Case {
    name: String,
    result: Result,
}

enum Result {
    Passed,
    Told(String),
    Skipped(String),
    Failed { message: String, sort: &'static str, text: String },
    Broken { message: String, sort: String, text: String },
}

impl Case {
    fn new(name: &str, result: Result) -> Self {
        Self { name: name.to_owned(), result }
    }

    fn of_notice(notice: &Notice<'_>, at: &str) -> Self {
        let message = notice.message.to_owned();
        let text = format!("{at}\n{}", notice.sentences());
        let result = match (notice.is_mistake, notice.level) {
            (true, Level::Error) => Result::Broken { message, sort: notice.code.to_owned(), text },
            (_, Level::Error | Level::Warning) => Result::Failed { message, sort: notice.level.as_str(), text },
            (_, Level::Info) => Result::Told(text),
        };
        let name = match notice.subject {
            "" => notice.code.to_owned(),
            subject => format!("{}: {subject}", notice.code),
        };
        Self { name, result }
    }

    fn of_undetermined(undetermined: &Undetermined) -> Self {
        let fact = |fact: &MissingFact| match fact.field.as_str() {
            "" => format!("{} ({})", fact.resource, fact.reason),
            field => format!("{field} of {} ({})", fact.resource, fact.reason),
        };
        let facts: Vec<String> = undetermined.facts.iter().map(fact).collect();
        let name = format!("{}: {}", undetermined.check, undetermined.subject);
        Self::new(&name, Result::Skipped(format!("undetermined: it hangs on {}", facts.join(", "))))
    }

    fn write(&self, out: &mut impl io::Write, suite: &str) -> io::Result<()> {
        write!(out, "    <testcase name=\"{}\" classname=\"{}\"", escape(&self.name), escape(suite))?;
        let (element, attributes, text) = match &self.result {
            Result::Passed => return writeln!(out, "/>"),
            Result::Skipped(message) => {
                return writeln!(out, ">\n      <skipped message=\"{}\"/>\n    </testcase>", escape(message));
            }
            Result::Told(text) => ("system-out", String::new(), text),
            Result::Failed { message, sort, text } => ("failure", attributes(message, sort), text),
            Result::Broken { message, sort, text } => ("error", attributes(message, sort), text),
        };
        writeln!(out, ">\n      <{element}{attributes}>{}</{element}>\n    </testcase>", escape(text))
    }
}

fn attributes(message: &str, sort: &str) -> String {
    format!(" message=\"{}\" type=\"{}\"", escape(message), escape(sort))
}

/// How many cases there are, and how many of them fail, break and are skipped; the last of which only a suite may say.
fn counts<'a>(suites: impl Iterator<Item = &'a Suite>) -> (String, String) {
    let [mut tests, mut failures, mut errors, mut skipped] = [0; 4];
    for case in suites.flat_map(|suite| &suite.cases) {
        tests += 1;
        match case.result {
            Result::Passed | Result::Told(_) => {}
            Result::Skipped(_) => skipped += 1,
            Result::Failed { .. } => failures += 1,
            Result::Broken { .. } => errors += 1,
        }
    }
    (format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\""), format!("skipped=\"{skipped}\""))
}

fn write(out: &mut impl io::Write, suites: &BTreeMap<String, Suite>) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"isolint\" {}>", counts(suites.values()).0)?;
    for (name, suite) in suites {
        let (counts, skipped) = counts(std::iter::once(suite));
        writeln!(out, "  <testsuite name=\"{}\" {counts} {skipped}>", escape(name))?;
        for case in &suite.cases {
            case.write(out, name)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// A text as XML takes it, in an attribute too. What XML has no way to write becomes a replacement character.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push_str(&format!("&#{};", u32::from(c))),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}
