//! Excerpts of difficult files.

use super::{find, finding, label, nth, quiet, span};
use crate::analysis::{Finding, Level};
use crate::report::HumanOptions;
use crate::source::{FileId, Label, Sources};

fn one(primary: Label, related: Vec<Label>) -> Vec<Finding> {
    let mut one = finding("some-rule", Level::Warning, "something is so", primary);
    one.related = related;
    vec![one]
}

fn file(text: impl Into<String>) -> (Sources, FileId) {
    let mut sources = Sources::new();
    let file = sources.add_text("topology.yaml", text.into());
    (sources, file)
}

/// Renders one label on the first occurrence of a text.
fn at(text: &str, needle: &str, say: &str) -> String {
    let (sources, file) = file(text);
    let primary = label(find(&sources, file, needle), say);
    quiet(one(primary, Vec::new()), &sources, HumanOptions::default())
}

#[test]
fn windows_line_breaks() {
    let text = "\u{feff}storage:\r\n  raw:\r\n    lock: none\r\n    tier: hot\r\n";
    insta::assert_snapshot!(at(text, "none", "no lock"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:3:11]
 1 │ storage:
 2 │   raw:
 3 │     lock: none
   ·           ──┬─
   ·             ╰── no lock
 4 │     tier: hot
   ╰────
"#);
    insta::assert_snapshot!(at(text, "storage", "here"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:1:1]
 1 │ storage:
   · ───┬───
   ·    ╰── here
 2 │   raw:
   ╰────
"#);
}

#[test]
fn tabs_and_wide_characters() {
    let text = "storage:\n\t日本語:\t{名: \"e\u{301}te\u{301}\", lock: none}\n";
    insta::assert_snapshot!(at(text, "none", "no lock"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:26]
 1 │ storage:
 2 │     日本語: {名: "été", lock: none}
   ·                               ──┬─
   ·                                 ╰── no lock
   ╰────
"#);
    insta::assert_snapshot!(at(text, "日本語", "the name"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:2]
 1 │ storage:
 2 │     日本語: {名: "été", lock: none}
   ·     ───┬──
   ·        ╰── the name
   ╰────
"#);
}

#[test]
fn the_end_of_the_file() {
    let (sources, file) = file("storage:\n  raw:\n");
    let end = label(span(file, 16, 16), "fields are expected here");
    insta::assert_snapshot!(quiet(one(end, Vec::new()), &sources, HumanOptions::default()), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:3:1]
 1 │ storage:
 2 │   raw:
 3 │
   · ▲
   · ╰── fields are expected here
   ╰────
"#);
    let beyond = label(span(file, 400, 500), "");
    insta::assert_snapshot!(quiet(one(beyond, Vec::new()), &sources, HumanOptions::default()), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:3:1]
 1 │ storage:
 2 │   raw:
 3 │
   · ▲
   ╰────
"#);
}

#[test]
fn an_empty_file() {
    let (sources, file) = file("");
    let start = label(span(file, 0, 0), "nothing is here");
    insta::assert_snapshot!(quiet(one(start, Vec::new()), &sources, HumanOptions::default()), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:1:1]
 1 │
   · ▲
   · ╰── nothing is here
   ╰────
"#);
}

#[test]
fn a_block_is_shown_by_its_first_line() {
    let text = "jobs:\n  telemetry:\n    region: westeurope\n    inputs: {}\n\n  other: {}\n";
    let block = "telemetry:\n    region: westeurope\n    inputs: {}\n";
    insta::assert_snapshot!(at(text, block, "this job"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:3]
 1 │ jobs:
 2 │   telemetry:
   ·   ─────┬────
   ·        ╰── this job
 3 │     region: westeurope
   ╰────
"#);
}

#[test]
fn a_wide_line_is_cropped() {
    let filler = "priority: 100, ".repeat(12);
    let text = format!("nsgs:\n  front: {{{filler}access: deny, {filler}}}\n");
    insta::assert_snapshot!(at(&text, "deny", "everything ends here"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:199]
 2 │ … 100, priority: 100, access: deny, priority: 100, priority: 100, priority: 100, priority…
   ·                               ──┬─
   ·                                 ╰── everything ends here
   ╰────
"#);
    insta::assert_snapshot!(at(&text, "front", "this one"), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:3]
 1 │ nsgs:
 2 │   front: {priority: 100, priority: 100, priority: 100, priority: 100, priority: 100, prio…
   ·   ──┬──
   ·     ╰── this one
   ╰────
"#);
}

#[test]
fn one_line_of_a_megabyte() {
    let filler = "{\"name\":\"ä\",\"kind\":\"b\"},".repeat(20_000);
    let text = format!("[{filler}{{\"odd\":true}},{filler}{{\"even\":false}}]");
    let (sources, file) = file(text);
    let primary = label(find(&sources, file, "\"odd\""), "odd");
    let related = vec![
        label(find(&sources, file, "true"), "next to it"),
        label(find(&sources, file, "\"even\""), "far from it"),
        label(span(file, 0, 1), "the beginning"),
    ];
    let text = quiet(one(primary, related), &sources, HumanOptions::default());
    assert!(text.len() < 2000, "{}", text.len());
    insta::assert_snapshot!(text, @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:1:480003]
 1 │ …"},{"name":"ä","kind":"b"},{"odd":true},{"name":"ä","kind":"b"},{"name":"ä","kind":"b"},…
   ·                              ──┬── ──┬─
   ·                                │     ╰── next to it
   ·                                ╰── odd
   ⋮
 1 │ …"},{"name":"ä","kind":"b"},{"even":false}]
   ·                              ───┬──
   ·                                 ╰── far from it
   ⋮
 1 │ [{"name":"ä","kind":"b"},{"name":"ä","kind":"b"},{"name":"ä","kind":"b"},{"name":"ä","kin…
   · ┬
   · ╰── the beginning
   ╰────
"#);
}

#[test]
fn labels_that_meet() {
    let text = "jobs:\n  telemetry: {cluster: asa1, region: westeurope}\n";
    let (sources, file) = file(text);
    let primary = label(find(&sources, file, "asa1"), "this cluster");
    let related = vec![
        label(find(&sources, file, "westeurope"), "this region"),
        label(find(&sources, file, "asa1"), "is not declared"),
        label(find(&sources, file, "cluster: asa1"), "the whole entry"),
    ];
    insta::assert_snapshot!(quiet(one(primary, related), &sources, HumanOptions::default()), @r#"
warning[some-rule]: something is so
   ╭─[topology.yaml:2:24]
 1 │ jobs:
 2 │   telemetry: {cluster: asa1, region: westeurope}
   ·                        ──┬─          ─────┬────
   ·                          │                ╰── this region
   ·                          ╰── this cluster; is not declared
   ⋮
 2 │   telemetry: {cluster: asa1, region: westeurope}
   ·               ──────┬──────
   ·                     ╰── the whole entry
   ╰────
"#);
}

#[test]
fn far_apart_and_in_other_files() {
    let mut sources = Sources::new();
    let text = format!("jobs:\n  a: {{cluster: one}}\n{}  b: {{cluster: two}}\n", "  # nothing\n".repeat(120));
    let main = sources.add_text("main.yaml", text);
    let other = sources.add_text("networks/core.yaml", "vnets:\n  core:\n    subnets: {}\n".to_owned());
    let primary = label(find(&sources, main, "two"), "this cluster");
    let related = vec![
        label(find(&sources, main, "one"), "not that one"),
        label(
            find(&sources, other, "core"),
            "a network with a remark that is rather long and must be wrapped, since no terminal is that wide",
        ),
    ];
    insta::assert_snapshot!(quiet(one(primary, related), &sources, HumanOptions::default()));
}

#[test]
fn many_related_places() {
    let (sources, file) = file("- x\n".repeat(40));
    let related = (1..30).map(|index| label(nth(&sources, file, "x", index), "again")).collect();
    let text = quiet(one(label(span(file, 2, 3), "first"), related), &sources, HumanOptions::default());
    assert!(text.contains("= and 19 further places\n"));
}

/// Nothing in a file can command the terminal.
#[test]
fn hostile_text() {
    let text = "jobs:\n  a\u{1b}[2J: \u{202e}x\u{7}\n";
    let (sources, file) = file(text);
    let mut findings = one(label(find(&sources, file, "x"), "\u{1b}[31m\nred"), Vec::new());
    findings[0].message = "it is \u{9b}31m\u{202e} so".to_owned();
    let text = quiet(findings, &sources, HumanOptions::default());
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    assert!(!text.contains('\u{202e}'));
}

/// No span and no text makes it panic or leaves a blank at the end of a line.
#[test]
fn every_span_of_an_ugly_file() {
    let text = "\u{feff}a:\t日本\r\n\r\n  e\u{301}: \u{1b}x \t\r\n\n\u{200b}y: z";
    let (sources, file) = file(text);
    let bounds: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
    for (index, start) in bounds.iter().enumerate() {
        for end in &bounds[index..] {
            for width in [40, 100] {
                let primary = label(span(file, *start, *end), "a label of some words");
                let related = vec![label(span(file, *end, *end), "the end"), label(span(file, *start, *start), "")];
                let options = HumanOptions { width, ..HumanOptions::default() };
                quiet(one(primary, related), &sources, options);
            }
        }
    }
}

/// A label at the edge of the terminal is not hidden by the sign that the line goes on.
#[test]
fn the_ellipsis_hides_no_label() {
    let mut sources = Sources::new();
    for length in 80..100 {
        let text = format!("{}X, and so on for a while\n", "y".repeat(length));
        let file = sources.add_text("a.yaml", text);
        let findings = vec![finding("rule", Level::Info, "is so", label(find(&sources, file, "X"), "here"))];
        let text = quiet(findings, &sources, HumanOptions::default());
        assert!(text.contains('X'), "{length}\n{text}");
    }
}
