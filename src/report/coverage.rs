//! The answer of `isolint rules --clauses`: what carries each statement of the documents.

use std::io;

use serde::Serialize;

use super::human::HumanOptions;
use super::style::{Pen, Style, count, flush, listed, piece};
use crate::knowledge::coverage::{ClauseCoverage, Coverage, FactCoverage};
use crate::knowledge::definitions::{Clause, Document};

/// How many readers of a fact are named before the rest is counted.
const READERS: usize = 3;

/// Writes the register for people: document by document, and the totals.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_coverage_human(
    out: &mut impl io::Write,
    coverage: &Coverage<'_>,
    documents: &[Document],
    options: &HumanOptions,
) -> io::Result<()> {
    let pen = Pen::new(options);
    let mut text = String::new();
    for (document, clauses) in by_document(coverage, documents) {
        let name = document.file.as_ref().unwrap_or(&document.title);
        pen.put(&mut text, Style::Strong, &pen.clean(name));
        text.push_str(&format!(" ({}), {}\n", document.date, count(clauses.len(), "clause")));
        let mut heading = "";
        for coverage in clauses {
            if coverage.clause.heading != heading {
                heading = &coverage.clause.heading;
                text.push('\n');
                pen.prose(&mut text, 0, 2, &[piece(Style::Frame, heading)]);
            }
            write_clause(&mut text, pen, coverage);
        }
        text.push('\n');
        flush(out, &mut text)?;
    }
    write_totals(&mut text, pen, coverage);
    flush(out, &mut text)
}

fn write_clause(out: &mut String, pen: Pen, coverage: &ClauseCoverage<'_>) {
    let Clause { id, line, kind, .. } = coverage.clause;
    out.push_str("  ");
    pen.put(out, Style::Strong, id);
    out.push_str(&format!("  line {line}  {kind}\n"));
    let mut write = |style: Style, words: String| {
        out.push_str("      ");
        pen.prose(out, 6, 8, &[piece(style, words)]);
    };
    for (noun, names) in
        [("rule", names(&coverage.rules)), ("method", coverage.methods.clone()), ("flow", names(&coverage.flows))]
    {
        if !names.is_empty() {
            write(Style::Plain, format!("{noun} {}", names.join(", ")));
        }
    }
    for fact in &coverage.facts {
        write(Style::Plain, fact_in_words(fact));
    }
    match coverage.waiver {
        Some(reason) => write(Style::Faint, format!("waived: {reason}")),
        None if coverage.is_carried() => {}
        None if coverage.clause.is_binding() => write(Style::Error, "carried by nothing".to_owned()),
        None => write(Style::Faint, "carried by nothing, and nothing has to".to_owned()),
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// `fact service_endpoints of storage, sql, read by rule-without-service-endpoint, 7 more`.
fn fact_in_words(fact: &FactCoverage<'_>) -> String {
    let of = fact.of.join(", ");
    let readers = match fact.readers.as_slice() {
        [] => "read by nothing".to_owned(),
        readers => format!("read by {}", listed(readers, READERS)),
    };
    format!("{} {} of {of}, {readers}", fact.sort.as_str(), fact.field)
}

fn write_totals(out: &mut String, pen: Pen, coverage: &Coverage<'_>) {
    let totals = coverage.totals();
    let (mut clauses, mut settled, mut waived) = (0, 0, 0);
    for total in &totals {
        let rest = match total.waived {
            0 if total.is_binding() => String::new(),
            0 => "; nothing has to carry them".to_owned(),
            waived => format!(", {waived} waived"),
        };
        out.push_str(&format!("{:13}  {} of {} carried{rest}\n", total.kind, total.carried, total.clauses));
        if total.is_binding() {
            clauses += total.clauses;
            settled += total.carried + total.waived;
            waived += total.waived;
        }
    }
    let style = if settled == clauses { Style::Good } else { Style::Error };
    let sum = format!("{settled} of {clauses} clauses carried or waived ({waived} waived)");
    pen.prose(out, 0, 4, &[piece(style, sum)]);
}

/// The clauses of each document, in the order of its lines.
fn by_document<'c, 'a>(
    coverage: &'c Coverage<'a>,
    documents: &'c [Document],
) -> Vec<(&'c Document, Vec<&'c ClauseCoverage<'a>>)> {
    let of = |document: &Document| {
        let own = coverage.clauses.iter().filter(|coverage| coverage.clause.document == document.name);
        let mut clauses: Vec<_> = own.collect();
        clauses.sort_by_key(|coverage| coverage.clause.line);
        clauses
    };
    let all = documents.iter().map(|document| (document, of(document)));
    all.filter(|(_, clauses)| !clauses.is_empty()).collect()
}

#[derive(Serialize)]
struct Register<'a> {
    version: u32,
    documents: Vec<DocumentEntry<'a>>,
    totals: Vec<TotalEntry>,
}

#[derive(Serialize)]
struct DocumentEntry<'a> {
    document: &'a str,
    title: &'a str,
    date: &'a str,
    clauses: Vec<ClauseEntry<'a>>,
}

#[derive(Serialize)]
struct ClauseEntry<'a> {
    clause: &'a str,
    line: u32,
    heading: &'a str,
    kind: &'a str,
    fact: &'a str,
    carried: bool,
    rules: &'a [&'a str],
    methods: &'a [String],
    flows: &'a [&'a str],
    facts: Vec<FactEntry<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waiver: Option<&'a str>,
}

#[derive(Serialize)]
struct FactEntry<'a> {
    sort: &'static str,
    field: &'a str,
    of: &'a [&'a str],
    read_by: &'a [String],
}

#[derive(Serialize)]
struct TotalEntry {
    kind: &'static str,
    clauses: usize,
    carried: usize,
    waived: usize,
}

/// Writes the register for programs.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_coverage_json(
    out: &mut impl io::Write,
    coverage: &Coverage<'_>,
    documents: &[Document],
) -> io::Result<()> {
    let register = Register {
        version: 1,
        documents: by_document(coverage, documents).into_iter().map(DocumentEntry::of).collect(),
        totals: coverage
            .totals()
            .into_iter()
            .map(|total| TotalEntry {
                kind: total.kind,
                clauses: total.clauses,
                carried: total.carried,
                waived: total.waived,
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &register).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

impl<'a> DocumentEntry<'a> {
    fn of((document, clauses): (&'a Document, Vec<&'a ClauseCoverage<'_>>)) -> Self {
        Self {
            document: &document.name,
            title: &document.title,
            date: &document.date,
            clauses: clauses.into_iter().map(ClauseEntry::of).collect(),
        }
    }
}

impl<'a> ClauseEntry<'a> {
    fn of(coverage: &'a ClauseCoverage<'_>) -> Self {
        let clause = coverage.clause;
        let facts = coverage.facts.iter().map(|fact| FactEntry {
            sort: fact.sort.as_str(),
            field: fact.field,
            of: &fact.of,
            read_by: &fact.readers,
        });
        Self {
            clause: &clause.id,
            line: clause.line,
            heading: &clause.heading,
            kind: &clause.kind,
            fact: &clause.fact,
            carried: coverage.is_carried(),
            rules: &coverage.rules,
            methods: &coverage.methods,
            flows: &coverage.flows,
            facts: facts.collect(),
            waiver: coverage.waiver,
        }
    }
}
