//! `isolint explain`.

use std::io::{self, Write};
use std::path::Path;

use super::rules::levels;
use super::terminal::Terminal;
use super::{CLEAN, CommandError, Common, Settings, knowledge};
use crate::analysis::{Citation, Citations};
use crate::knowledge::definitions::{
    ExampleKind, MethodDefinition, RequirementDefinition, RuleDefinition, SourceDocument,
};
use crate::knowledge::ruleset::Ruleset;
use crate::source::did_you_mean;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The name of a rule or an access method
    name: String,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let terminal = Terminal::output(arguments.common.color);
    let mut settings = Settings::nearest(Path::new("."))?;
    arguments.common.over(&mut settings);
    let ruleset = knowledge::load(&settings, arguments.common.color)?;
    let mut output = io::BufWriter::new(io::stdout().lock());
    let definitions = &ruleset.definitions;
    let name = arguments.name.as_str();
    let is_named = |rule: &&RuleDefinition| rule.name == name || rule.formerly.iter().any(|former| former == name);
    if let Some(rule) = definitions.rules.iter().find(is_named) {
        Page { output: &mut output, citations: Citations::new(definitions), width: terminal.width }.rule(rule)?;
    } else if let Some(index) = definitions.methods.iter().position(|method| method.name == name) {
        Page { output: &mut output, citations: Citations::new(definitions), width: terminal.width }
            .method(&ruleset, index)?;
    } else {
        let rules = definitions.rules.iter().map(|rule| rule.name.as_str());
        let names = rules.chain(definitions.methods.iter().map(|method| method.name.as_str()));
        let hint = did_you_mean(name, names)
            .map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(CommandError::Usage(format!("there is no rule or access method `{name}`; {hint}")));
    }
    output.flush()?;
    Ok(CLEAN)
}

struct Page<'a, W: Write> {
    output: &'a mut W,
    citations: Citations<'a>,
    width: usize,
}

impl<W: Write> Page<'_, W> {
    fn rule(&mut self, rule: &RuleDefinition) -> io::Result<()> {
        self.heading(&format!("{} ({})", rule.name, levels(&rule.level)))?;
        self.paragraphs(&rule.title)?;
        self.paragraphs(&rule.why)?;
        self.documents(&rule.clauses, &rule.sources)?;
        for change in &rule.editions {
            let document = self.citations.title(&change.source).unwrap_or(&change.source).to_owned();
            self.heading(&format!("Edition {}", change.edition))?;
            self.paragraphs(&format!("{}: {} ({document}, {})", change.level, change.note, change.date))?;
        }
        for (kind, title) in [(ExampleKind::Bad, "Bad"), (ExampleKind::Good, "Good")] {
            if let Some(example) = rule.examples.iter().find(|example| example.kind == kind) {
                self.heading(title)?;
                self.code(&example.topology)?;
            }
        }
        if !rule.explains.is_empty() {
            self.heading("Explains")?;
            self.paragraphs(&format!(
                "A connection that lacks only {} is told beneath this finding.",
                rule.explains.join(", ")
            ))?;
        }
        Ok(())
    }

    fn method(&mut self, ruleset: &Ruleset, index: usize) -> io::Result<()> {
        let Some(method) = ruleset.definitions.methods.get(index) else { return Ok(()) };
        self.heading(&format!("{} (access method, {})", method.name, levels(&method.path)))?;
        self.paragraphs(&method.title)?;
        self.paragraphs(&method.why)?;
        if !method.clauses.is_empty() {
            self.documents(&method.clauses, &[])?;
        }
        self.heading("Requirements")?;
        let count = ruleset.methods.get(index).map_or(0, |method| method.requirements.len());
        for requirement in std::iter::once(None).chain((0..count).map(Some)) {
            if let Some(requirement) = ruleset.requirement(index, requirement) {
                self.requirement(requirement)?;
            }
        }
        self.method_examples(method)
    }

    fn requirement(&mut self, requirement: &RequirementDefinition) -> io::Result<()> {
        writeln!(self.output, "- {}", requirement.name)?;
        match &requirement.that {
            Some(that) => self.code(that.source.text.trim())?,
            None => self.code("(there is a candidate at all)")?,
        }
        for clause in &requirement.clauses {
            let citation = self.citations.clause(clause);
            writeln!(self.output, "    {}", one_line(&citation))?;
        }
        writeln!(self.output)
    }

    fn method_examples(&mut self, method: &MethodDefinition) -> io::Result<()> {
        for (outcome, title) in [("open", "Open"), ("blocked", "Blocked")] {
            if let Some(example) = method.examples.iter().find(|example| example.outcome == outcome) {
                self.heading(title)?;
                self.code(&example.topology)?;
            }
        }
        Ok(())
    }

    fn documents(&mut self, clauses: &[String], sources: &[SourceDocument]) -> io::Result<()> {
        self.heading("Documents")?;
        let citations: Vec<Citation> = clauses
            .iter()
            .map(|clause| self.citations.clause(clause))
            .chain(sources.iter().map(|source| self.citations.source(source)))
            .collect();
        for citation in citations {
            writeln!(self.output, "{}", one_line(&citation))?;
            if let Some(fact) =
                citation.clause.as_deref().and_then(|clause| self.citations.fact(clause)).map(str::to_owned)
            {
                self.indented(&fact)?;
            }
            if let Some(address) = &citation.address {
                writeln!(self.output, "    {address}")?;
            }
        }
        writeln!(self.output)
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.output, "{text}\n{}\n", "-".repeat(text.chars().count()))
    }

    fn paragraphs(&mut self, text: &str) -> io::Result<()> {
        for paragraph in text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()) {
            let words: Vec<&str> = paragraph.split_whitespace().collect();
            writeln!(self.output, "{}\n", fill(&words, self.width, ""))?;
        }
        Ok(())
    }

    fn indented(&mut self, text: &str) -> io::Result<()> {
        let words: Vec<&str> = text.split_whitespace().collect();
        writeln!(self.output, "{}", fill(&words, self.width, "    "))
    }

    fn code(&mut self, text: &str) -> io::Result<()> {
        for line in text.trim_end().lines() {
            writeln!(self.output, "{}", format!("    {line}").trim_end())?;
        }
        writeln!(self.output)
    }
}

/// `[ASA-DP-31] stream-analytics-data-protection.md, line 74, "Known issues" (2020-09-23)`.
fn one_line(citation: &Citation) -> String {
    let clause = citation.clause.as_ref().map(|clause| format!("[{clause}] ")).unwrap_or_default();
    let line = citation.line.map(|line| format!(", line {line}")).unwrap_or_default();
    let heading = citation.heading.as_ref().map(|heading| format!(", \"{heading}\"")).unwrap_or_default();
    let date = citation.date.as_ref().map(|date| format!(" ({date})")).unwrap_or_default();
    format!("{clause}{}{line}{heading}{date}", citation.document)
}

fn fill(words: &[&str], width: usize, indent: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{indent}{word}")),
        }
    }
    lines.join("\n")
}
