//! `isolint test`.

use std::io::{self, Write};
use std::path::PathBuf;

use serde::Serialize;

use super::knowledge::{self, Own};
use super::terminal::{ColorChoice, Terminal};
use super::{CLEAN, CommandError, FINDINGS, Format};
use crate::knowledge::definitions::ExampleKind;
use crate::proof::{Disagreement, Prover};
use crate::source::{Place, Problem, Sources, Span};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Folders with rule files, or single ones; `rules/` itself is tested as a whole
    #[arg(required = true, value_name = "DIR")]
    paths: Vec<PathBuf>,
    /// The form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// When to use colours
    #[arg(long, value_enum, default_value = "auto")]
    color: ColorChoice,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let own = knowledge::own(&arguments.paths, arguments.color)?;
    let report = Report::of(own);
    let mut output = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Human => report.write_human(&mut output, Terminal::output(arguments.color))?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut output, &Json::of(&report)).map_err(io::Error::from)?;
            writeln!(output)?;
        }
    }
    output.flush()?;
    Ok(if report.owners.iter().all(Owner::holds) { CLEAN } else { FINDINGS })
}

/// What the examples of the files say.
struct Report {
    sources: Sources,
    owners: Vec<Owner>,
}

/// A rule or an access method with its examples.
struct Owner {
    name: String,
    /// `rule`, `change` or `method`.
    what: &'static str,
    place: Place,
    examples: Vec<Judged>,
}

struct Judged {
    /// `bad`, `good`, `undetermined`, `open` or `blocked`.
    kind: String,
    place: Place,
    disagreement: Option<Disagreement>,
}

impl Owner {
    fn holds(&self) -> bool {
        !self.examples.is_empty() && self.failing().next().is_none()
    }

    fn failing(&self) -> impl Iterator<Item = (&Judged, &Disagreement)> {
        self.examples.iter().filter_map(|example| Some((example, example.disagreement.as_ref()?)))
    }
}

impl Report {
    fn of(own: Own) -> Self {
        let Own { sources, mut ruleset, rules, changes, methods } = own;
        let definitions = ruleset.definitions.clone();
        let mut prover = Prover::new(&definitions, &mut ruleset);
        let mut owners = Vec::new();
        for rule in definitions.rules.iter().filter(|rule| rules.contains(&rule.name)) {
            let examples = rule.examples.iter().map(|example| Judged {
                kind: kind_word(example.kind).to_owned(),
                place: example.place,
                disagreement: prover.rule_example(&rule.name, example, None).err(),
            });
            let examples = examples.collect();
            owners.push(Owner { name: rule.name.clone(), what: "rule", place: rule.place, examples });
        }
        for change in definitions.changes.iter().filter(|change| changes.contains(&change.name)) {
            let examples = change.examples.iter().map(|example| {
                let kind = kind_word(example.kind).to_owned();
                match prover.change_example(change, example, None) {
                    Ok(()) => Judged { kind, place: example.before.place, disagreement: None },
                    Err((state, disagreement)) => Judged { kind, place: state.place, disagreement: Some(disagreement) },
                }
            });
            let examples = examples.collect();
            owners.push(Owner { name: change.name.clone(), what: "change", place: change.place, examples });
        }
        for method in definitions.methods.iter().filter(|method| methods.contains(&method.name)) {
            let examples = method.examples.iter().map(|example| Judged {
                kind: example.outcome.clone(),
                place: example.place,
                disagreement: prover.method_example(method, example).err(),
            });
            let examples = examples.collect();
            owners.push(Owner { name: method.name.clone(), what: "method", place: method.place, examples });
        }
        Self { sources, owners }
    }

    fn write_human(&self, output: &mut impl Write, terminal: Terminal) -> io::Result<()> {
        let width = self.owners.iter().map(|owner| owner.name.chars().count()).max().unwrap_or(0);
        for owner in &self.owners {
            let word = if owner.holds() { "ok  " } else { "FAIL" };
            let (total, failing) = (owner.examples.len(), owner.failing().count());
            let count = match (total, failing) {
                (0, _) => "no example".to_owned(),
                (_, 0) => counted(total, "example"),
                _ => format!("{} of {} hold", total - failing, counted(total, "example")),
            };
            writeln!(output, "{word} {:width$}  {count}  {}", owner.name, self.file(owner.place))?;
        }
        let problems = self.problems();
        if !problems.is_empty() {
            writeln!(output)?;
            knowledge::write(output, &self.sources, problems, terminal)?;
        }
        writeln!(output, "\n{}", self.summary())
    }

    fn summary(&self) -> String {
        let of = |what: &str| self.owners.iter().filter(|owner| owner.what == what).count();
        let all_rules = of("rule") + of("change");
        let (rules, methods) = (counted(all_rules, "rule"), counted(of("method"), "access method"));
        let owners = match (all_rules, of("method")) {
            (_, 0) => rules,
            (0, _) => methods,
            _ => format!("{rules} and {methods}"),
        };
        let total: usize = self.owners.iter().map(|owner| owner.examples.len()).sum();
        let failing: usize = self.owners.iter().map(|owner| owner.failing().count()).sum();
        let without = self.owners.iter().filter(|owner| owner.examples.is_empty()).count();
        let mut summary = format!("{} of {owners}: ", counted(total, "example"));
        summary += &if failing == 0 { "all hold".to_owned() } else { format!("{failing} fail") };
        if without > 0 {
            summary += &format!("; {without} without an example");
        }
        summary
    }

    /// Every example that does not hold, as a mistake in the rule file.
    fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for owner in &self.owners {
            if owner.examples.is_empty() {
                let message = format!("`{}` has no example, so that nothing shows that it works", owner.name);
                problems.push(Problem::error("no-example", owner.place, message));
            }
            for (example, disagreement) in owner.failing() {
                let message = format!("the {} example of `{}` {}", example.kind, owner.name, disagreement.message);
                problems.push(Problem::error("example", self.at(example, disagreement), message));
            }
        }
        problems
    }

    fn file(&self, place: Place) -> &str {
        self.sources.file(place.file).map_or("", |file| &file.name)
    }

    /// The line of the example that disagrees, as a place in the rule file; the example where there is no such line.
    fn at(&self, example: &Judged, disagreement: &Disagreement) -> Place {
        let line = disagreement.line.and_then(|line| {
            let file = self.sources.file(example.place.file)?;
            let text = file.text.get(example.place.span.start as usize..)?;
            // The lines of a block scalar follow that of its indicator; any other text is a line of its own.
            let is_block = text.starts_with('|') || text.starts_with('>');
            let skipped: usize = text.split_inclusive('\n').take(line as usize).map(str::len).sum();
            let found = text.get(skipped..).filter(|_| is_block)?.lines().next()?;
            let indented = found.len() - found.trim_start().len();
            let start = example.place.span.start + u32::try_from(skipped + indented).ok()?;
            let end = start + u32::try_from(found.trim().len()).ok()?;
            Some(Place { file: example.place.file, span: Span { start, end } })
        });
        line.unwrap_or(example.place)
    }

    fn line(&self, place: Place) -> u32 {
        self.sources.file(place.file).map_or(0, |file| file.line_column(place.span.start).line)
    }
}

fn kind_word(kind: ExampleKind) -> &'static str {
    match kind {
        ExampleKind::Bad => "bad",
        ExampleKind::Good => "good",
        ExampleKind::Undetermined => "undetermined",
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    examples: Vec<JsonExample<'a>>,
    without_example: Vec<&'a str>,
    summary: JsonSummary,
}

#[derive(Serialize)]
struct JsonExample<'a> {
    of: &'a str,
    what: &'a str,
    kind: &'a str,
    file: &'a str,
    line: u32,
    holds: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    /// The line of the file that disagrees.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<u32>,
}

#[derive(Serialize)]
struct JsonSummary {
    examples: usize,
    failing: usize,
}

impl<'a> Json<'a> {
    fn of(report: &'a Report) -> Self {
        let example = |owner: &'a Owner, judged: &'a Judged| JsonExample {
            of: &owner.name,
            what: owner.what,
            kind: &judged.kind,
            file: report.file(judged.place),
            line: report.line(judged.place),
            holds: judged.disagreement.is_none(),
            message: judged.disagreement.as_ref().map(|disagreement| disagreement.message.as_str()),
            at: judged.disagreement.as_ref().map(|disagreement| report.line(report.at(judged, disagreement))),
        };
        let all = report.owners.iter().flat_map(|owner| owner.examples.iter().map(move |judged| (owner, judged)));
        let examples: Vec<JsonExample<'a>> = all.map(|(owner, judged)| example(owner, judged)).collect();
        let without = report.owners.iter().filter(|owner| owner.examples.is_empty());
        let failing = examples.iter().filter(|example| !example.holds).count();
        Self {
            version: 1,
            summary: JsonSummary { examples: examples.len(), failing },
            examples,
            without_example: without.map(|owner| owner.name.as_str()).collect(),
        }
    }
}
