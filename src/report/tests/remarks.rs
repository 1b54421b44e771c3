//! What stands beneath an excerpt, and what is said only once.

use super::{estate, finding, human, label, quiet, span};
use crate::analysis::{Analysis, Citation, Finding, Input, InputStatus, Level};
use crate::report::HumanOptions;
use crate::source::{FileId, Problem, Sources};

fn sources() -> Sources {
    let mut sources = Sources::new();
    sources.add_text("a.yaml", "jobs: {}\n".to_owned());
    sources
}

fn one(change: impl FnOnce(&mut Finding)) -> String {
    let sources = sources();
    let place = span(FileId(0), 0, 4);
    let mut one = finding("rule", Level::Warning, "is so", label(place, ""));
    change(&mut one);
    quiet(vec![one], &sources, HumanOptions::default())
}

fn remarks(text: &str) -> String {
    text.lines().skip_while(|line| !line.contains("= ")).map(|line| format!("{}\n", line.trim_start())).collect()
}

fn citation(clause: &str, document: &str, heading: &str, line: u32) -> Citation {
    Citation {
        clause: Some(clause.to_owned()),
        document: document.to_owned(),
        heading: Some(heading.to_owned()),
        line: Some(line),
        date: Some("2020-05-25".to_owned()),
        address: Some(format!("https://example.org/{document}")),
    }
}

#[test]
fn a_document_is_cited_once() {
    let text = one(|one| {
        one.citations = vec![
            citation("A-2", "a.md", "Second", 103),
            citation("B-1", "b.md", "Only", 7),
            citation("A-1", "a.md", "First", 79),
            citation("B-2", "b.md", "Only", 7),
            Citation { clause: Some("C-9".to_owned()), document: String::new(), ..blank() },
            Citation { clause: Some("C-8".to_owned()), document: String::new(), ..blank() },
            Citation { document: "Questions".to_owned(), ..blank() },
        ];
    });
    insta::assert_snapshot!(remarks(&text), @r#"
= see: a.md (2020-05-25), lines 79, 103: https://example.org/a.md
= see: b.md (2020-05-25), "Only", line 7: https://example.org/b.md
= see: C-9
= see: C-8
= see: Questions
"#);
}

fn blank() -> Citation {
    Citation { clause: None, document: String::new(), heading: None, line: None, date: None, address: None }
}

#[test]
fn defaults_share_a_line_and_many_are_left_out() {
    let notes = ["`a` of x/y is `b` by default", "assumed: z", "`c.d` of x/z is 4 by default"].map(str::to_owned);
    let text = one(|one| one.notes = notes.to_vec());
    insta::assert_snapshot!(remarks(&text), @r#"
= note: assumed: z
= note: `a` of x/y is `b` and `c.d` of x/z is 4 by default
"#);
    let mut many = notes.to_vec();
    many.push("`e` of x/z is `true` by default".to_owned());
    let text = one(|one| one.notes = many);
    insta::assert_snapshot!(remarks(&text), @r#"= note: assumed: z"#);
}

#[test]
fn the_same_mistake_over_and_over_is_counted() {
    let sources = sources();
    let place = span(FileId(0), 0, 4);
    let help = "its fields are a great many, ".repeat(4);
    let mistake = || Problem::error("unknown-field", place, "has no field").help(help.clone());
    let analysis = Analysis {
        problems: std::iter::repeat_with(mistake).take(25).collect(),
        inputs: vec![Input {
            path: "a.yaml".to_owned(),
            format: "topology",
            status: InputStatus::Unreadable("25 mistakes in it".to_owned()),
        }],
        ..Analysis::default()
    };
    let text = human(&analysis, &sources, &HumanOptions::default());
    assert_eq!(text.matches("error[unknown-field]").count(), 20);
    assert_eq!(text.matches("= help").count(), 1);
    let end: Vec<&str> = text.lines().rev().take(4).collect();
    insta::assert_snapshot!(end.into_iter().rev().collect::<Vec<_>>().join("\n"), @r#"
5 more [unknown-field] in a.yaml; `--format json` lists them all

partly read: a.yaml: 25 mistakes in it
25 errors; 1 file could be read only in part.
"#);
}

/// The command works as it stands, from the folder in which the report was made.
#[test]
fn the_command_for_all_methods_names_the_inputs() {
    let (mut analysis, sources) = estate::analysis();
    let mut command = |paths: &[&str]| {
        let input = |path: &&str| Input { path: (*path).to_owned(), format: "topology", status: InputStatus::Checked };
        analysis.inputs = paths.iter().map(input).collect();
        let text = human(&analysis, &sources, &HumanOptions { width: 300, ..HumanOptions::default() });
        let (_, rest) = text.split_once("all in full: `").unwrap();
        rest.split('`').next().unwrap().to_owned()
    };
    assert_eq!(command(&[]), "isolint paths job/telemetry storage/raw");
    assert_eq!(command(&["x/one.yaml"]), "isolint paths job/telemetry storage/raw x/one.yaml");
    assert_eq!(command(&["x/y/a.yaml", "x/y/b/c.yaml"]), "isolint paths job/telemetry storage/raw x/y");
    assert_eq!(command(&["x/y/a.yaml", "x/yy.yaml"]), "isolint paths job/telemetry storage/raw x");
    assert_eq!(command(&["a.yaml", "b.yaml"]), "isolint paths job/telemetry storage/raw");
    assert_eq!(command(&["my own/a.yaml"]), "isolint paths job/telemetry storage/raw 'my own/a.yaml'");
}
