//! Whole reports.

use super::{estate, finding, human, label, span};
use crate::analysis::{Analysis, Input, InputStatus, Level};
use crate::report::{HumanOptions, write_paths_human};
use crate::source::{FileId, Sources};

#[test]
fn everything() {
    let (analysis, sources) = estate::analysis();
    insta::assert_snapshot!(human(&analysis, &sources, &HumanOptions::default()));
}

#[test]
fn narrow_ascii() {
    let (analysis, sources) = estate::analysis();
    let options = HumanOptions { unicode: false, width: 60, ..HumanOptions::default() };
    let text = human(&analysis, &sources, &options);
    assert!(text.is_ascii());
    insta::assert_snapshot!(text);
}

#[test]
fn colours_and_links() {
    let (analysis, sources) = estate::analysis();
    let options = HumanOptions { color: true, hyperlinks: true, ..HumanOptions::default() };
    let text = human(&analysis, &sources, &options);
    insta::assert_snapshot!(text.replace('\u{1b}', "^"));
}

#[test]
fn quiet_is_the_findings_alone() {
    let (analysis, sources) = estate::analysis();
    let options = HumanOptions { quiet: true, ..HumanOptions::default() };
    let text = human(&analysis, &sources, &options);
    assert!(text.starts_with("error[unknown-field]"));
    assert!(text.ends_with("\n\nunreadable: estate/old.yaml: not UTF-8\n"));
    assert!(!text.contains("undetermined"));
}

fn inputs(statuses: Vec<InputStatus>) -> Vec<Input> {
    let input = |status| Input { path: "a.yaml".to_owned(), format: "topology", status };
    statuses.into_iter().map(input).collect()
}

fn summary(inputs: Vec<Input>) -> String {
    let analysis = Analysis { inputs, resources: 41, rules: 60, ..Analysis::default() };
    human(&analysis, &Sources::new(), &HumanOptions::default())
}

#[test]
fn nothing_found() {
    let text = summary(inputs(vec![InputStatus::Checked]));
    insta::assert_snapshot!(text, @"No findings: 41 resources in 1 file, 60 rules, 0 flows");
}

#[test]
fn what_was_not_read_is_never_clean() {
    let broken = InputStatus::Unreadable("not UTF-8".to_owned());
    let text = summary(inputs(vec![InputStatus::Checked, broken.clone()]));
    insta::assert_snapshot!(text, @r#"
unreadable: a.yaml: not UTF-8
No findings, but 1 file could not be read: 41 resources in 1 file, 60 rules, 0 flows
"#);
    let text = summary(inputs(vec![broken]));
    insta::assert_snapshot!(text, @r#"
unreadable: a.yaml: not UTF-8
Nothing was checked: 1 file could not be read.
"#);
    let text = summary(inputs(vec![InputStatus::Skipped("empty".to_owned()); 12]));
    insta::assert_snapshot!(text, @r#"
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: a.yaml: empty
skipped: 2 more files
Nothing was checked.
"#);
}

#[test]
fn causes_in_a_circle_and_in_a_row() {
    let mut sources = Sources::new();
    let file = sources.add_text("a.yaml", "jobs: {}\n".to_owned());
    let one = |name: &str, cause: Option<&str>| {
        let mut one = finding(name, Level::Warning, "is so", label(span(file, 0, 4), ""));
        one.fingerprint = name.to_owned();
        one.caused_by = cause.map(str::to_owned);
        one
    };
    let findings = vec![
        one("round", Some("about")),
        one("third", Some("second")),
        one("about", Some("round")),
        one("first", None),
        one("second", Some("first")),
        one("elsewhere", Some("not-here")),
    ];
    insta::assert_snapshot!(super::quiet(findings, &sources, HumanOptions::default()));
}

#[test]
fn a_place_in_no_file_is_no_reason_to_fail() {
    let place = span(FileId(7), 10, 20);
    let findings = vec![finding("lost", Level::Info, "is nowhere", label(place, "here"))];
    let text = super::quiet(findings, &Sources::new(), HumanOptions::default());
    assert_eq!(text, "info[lost]: is nowhere\n\n");
}

/// Texts come from rules, which anyone may write.
#[test]
fn help_of_several_paragraphs_and_a_requirement_without_words() {
    let (mut analysis, sources) = estate::analysis();
    analysis.problems.clear();
    analysis.findings.drain(..2);
    for finding in &mut analysis.findings {
        finding.help = Some("Do this.\n\n  Then that.\n".to_owned());
        finding.methods.truncate(1);
        for requirement in finding.methods.iter_mut().flat_map(|one| &mut one.requirements) {
            requirement.text.clear();
            requirement.places.clear();
        }
    }
    let text = super::quiet(analysis.findings, &sources, HumanOptions::default());
    insta::assert_snapshot!(text);
}

fn paths(hypothetical: bool, options: &HumanOptions) -> String {
    let (report, sources) = estate::paths(hypothetical);
    let mut out = Vec::new();
    write_paths_human(&mut out, std::slice::from_ref(&report), &sources, options).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn every_path() {
    insta::assert_snapshot!(paths(false, &HumanOptions::default()));
}

#[test]
fn every_path_of_a_flow_that_nobody_declared() {
    let options = HumanOptions { unicode: false, width: 60, ..HumanOptions::default() };
    insta::assert_snapshot!(paths(true, &options));
}
