//! `isolint rules`.

use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

use super::terminal::Terminal;
use super::{CLEAN, CommandError, Common, Format, Settings, knowledge};
use crate::knowledge::coverage::Coverage;
use crate::knowledge::definitions::program::PROGRAM_RULES;
use crate::knowledge::definitions::{Case, MethodDefinition, RuleDefinition};
use crate::knowledge::ruleset::Ruleset;
use crate::report;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The form of the list
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// Tell of every statement of the documents what carries it
    #[arg(long)]
    clauses: bool,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let mut settings = Settings::nearest(Path::new("."))?;
    arguments.common.over(&mut settings);
    let ruleset = knowledge::load(&settings, arguments.common.color)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    let documents = &ruleset.definitions.documents;
    match arguments.format {
        Format::Human if arguments.clauses => {
            let options = Terminal::output(arguments.common.color).human();
            report::write_coverage_human(&mut output, &Coverage::of(&ruleset), documents, &options)?;
        }
        Format::Json if arguments.clauses => {
            report::write_coverage_json(&mut output, &Coverage::of(&ruleset), documents)?;
        }
        Format::Human => write_table(&mut output, &ruleset)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut output, &List::of(&ruleset)).map_err(io::Error::from)?;
            writeln!(output)?;
        }
    }
    output.flush()?;
    Ok(CLEAN)
}

fn write_table(output: &mut impl Write, ruleset: &Ruleset) -> io::Result<()> {
    let rules =
        ruleset.definitions.rules.iter().map(|rule| [rule.name.clone(), levels(&rule.level), rule.title.clone()]);
    let methods = ruleset
        .definitions
        .methods
        .iter()
        .map(|method| [method.name.clone(), levels(&method.path), method.title.clone()]);
    let mut rules: Vec<[String; 3]> = rules.collect();
    rules.sort();
    write_columns(output, ["RULE", "LEVEL", "WHAT IT SAYS"], &rules)?;
    writeln!(output)?;
    let changes = &ruleset.definitions.changes;
    let changes = changes.iter().map(|change| [change.name.clone(), levels(&change.level), change.title.clone()]);
    let changes: Vec<[String; 3]> = changes.collect();
    write_columns(output, ["CHANGE RULE", "LEVEL", "WHAT IT SAYS"], &changes)?;
    writeln!(output)?;
    let about = PROGRAM_RULES.iter().map(|rule| [rule.name.to_owned(), rule.level.to_owned(), rule.title.to_owned()]);
    write_columns(output, ["ABOUT EXCEPTIONS", "LEVEL", "WHAT IT SAYS"], &about.collect::<Vec<_>>())?;
    writeln!(output)?;
    write_columns(output, ["ACCESS METHOD", "PATH CLASS", "WHAT IT IS"], &methods.collect::<Vec<_>>())?;
    writeln!(output)?;
    writeln!(
        output,
        "{} rules, {} change rules, {} about exceptions, {} access methods; `isolint explain NAME` tells more",
        rules.len(),
        changes.len(),
        PROGRAM_RULES.len(),
        ruleset.definitions.methods.len()
    )
}

fn write_columns(output: &mut impl Write, head: [&str; 3], rows: &[[String; 3]]) -> io::Result<()> {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.len())).max().unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    writeln!(output, "{:first$}  {:second$}  {}", head[0], head[1], head[2])?;
    for [name, level, title] in rows {
        writeln!(output, "{name:first$}  {level:second$}  {title}")?;
    }
    Ok(())
}

/// `error`, or by cases `error, warning`.
pub(super) fn levels(cases: &[Case]) -> String {
    let mut words: Vec<&str> = Vec::new();
    for case in cases {
        if !words.contains(&case.value.as_str()) {
            words.push(&case.value);
        }
    }
    words.join(", ")
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    rules: Vec<RuleEntry<'a>>,
    changes: Vec<ChangeEntry<'a>>,
    about_exceptions: Vec<ProgramEntry>,
    methods: Vec<MethodEntry<'a>>,
}

#[derive(Serialize)]
struct RuleEntry<'a> {
    name: &'a str,
    levels: Vec<&'a str>,
    title: &'a str,
    clauses: &'a [String],
    explains: &'a [String],
    formerly: &'a [String],
    ignorable: bool,
}

#[derive(Serialize)]
struct ChangeEntry<'a> {
    name: &'a str,
    levels: Vec<&'a str>,
    title: &'a str,
    clauses: &'a [String],
    formerly: &'a [String],
    ignorable: bool,
}

#[derive(Serialize)]
struct ProgramEntry {
    name: &'static str,
    level: &'static str,
    title: &'static str,
}

#[derive(Serialize)]
struct MethodEntry<'a> {
    name: &'a str,
    title: &'a str,
    path_classes: Vec<&'a str>,
    groups: &'a [String],
    requirements: Vec<String>,
}

impl<'a> List<'a> {
    fn of(ruleset: &'a Ruleset) -> Self {
        let mut rules: Vec<RuleEntry<'a>> = ruleset.definitions.rules.iter().map(RuleEntry::of).collect();
        rules.sort_by_key(|rule| rule.name);
        let methods = ruleset
            .definitions
            .methods
            .iter()
            .enumerate()
            .map(|(index, method)| MethodEntry::of(ruleset, index, method));
        let changes = ruleset.definitions.changes.iter().map(|change| ChangeEntry {
            name: &change.name,
            levels: words(&change.level),
            title: &change.title,
            clauses: &change.clauses,
            formerly: &change.formerly,
            ignorable: change.ignorable,
        });
        let about =
            PROGRAM_RULES.iter().map(|rule| ProgramEntry { name: rule.name, level: rule.level, title: rule.title });
        let about_exceptions = about.collect();
        Self { version: 1, rules, about_exceptions, changes: changes.collect(), methods: methods.collect() }
    }
}

impl<'a> RuleEntry<'a> {
    fn of(rule: &'a RuleDefinition) -> Self {
        Self {
            name: &rule.name,
            levels: words(&rule.level),
            title: &rule.title,
            clauses: &rule.clauses,
            explains: &rule.explains,
            formerly: &rule.formerly,
            ignorable: rule.ignorable,
        }
    }
}

impl<'a> MethodEntry<'a> {
    fn of(ruleset: &'a Ruleset, index: usize, method: &'a MethodDefinition) -> Self {
        let count = ruleset.methods.get(index).map_or(0, |method| method.requirements.len());
        let all = std::iter::once(None).chain((0..count).map(Some));
        let requirements = all
            .filter_map(|requirement| ruleset.requirement(index, requirement))
            .map(|requirement| requirement.name.clone());
        Self {
            name: &method.name,
            title: &method.title,
            path_classes: words(&method.path),
            groups: &method.groups,
            requirements: requirements.collect(),
        }
    }
}

fn words(cases: &[Case]) -> Vec<&str> {
    cases.iter().map(|case| case.value.as_str()).collect()
}
