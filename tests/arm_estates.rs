//! Five estates as teams write them in templates, each sound and with a broken twin: every finding, where it points, and how
//! each connection is made. `expected.yaml` beside each pair says what is to be found, and which mistake it stands for.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::fs;
use std::path::{Path, PathBuf};

use command::Folder;
use isolint::source::{Limits, Sources};
use serde_json::Value;

const ESTATES: [&str; 5] = ["turbines", "smart-meters", "press-shop", "fleet", "refinery"];
const FORMS: [&str; 2] = ["sound", "broken"];

fn folder_of(estate: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/arm_estates").join(estate)
}

/// The files of an estate by name.
fn files(estate: &str, form: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder_of(estate).join(form)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = entries
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// A report on these files, and the exit status.
fn check(files: &[(String, String)]) -> (i32, Value) {
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Folder::with(&texts).check(&["."])
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

/// `level rule file:line`, with the turn of the loop and the rule that it is a consequence of.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap();
    let line = |finding: &Value| {
        let file = text(&finding["location"], "file");
        let file = file.strip_prefix("./").unwrap_or(file);
        let mut line =
            format!("{} {} {file}:{}", text(finding, "level"), text(finding, "rule"), finding["location"]["line"]);
        let notes = finding["notes"].as_array().unwrap().iter().filter_map(Value::as_str);
        for note in notes.filter(|note| note.starts_with("in loop")) {
            line += &format!(" {note}");
        }
        if let Some(cause) = finding["caused_by"].as_str() {
            let cause = all.iter().find(|finding| text(finding, "fingerprint") == cause).unwrap();
            line += &format!(" (because of {})", text(cause, "rule"));
        }
        line
    };
    all.iter().map(line).collect()
}

/// `origin -> target (use): verdict`, of what is open with the access method and the class of the path.
fn connections(report: &Value) -> Vec<String> {
    let line = |flow: &Value| {
        let ends = format!("{} -> {} ({})", text(flow, "origin"), text(flow, "target"), text(flow, "purpose"));
        match text(flow, "verdict") {
            "open" => format!("{ends} open by {}, {}", text(flow, "method"), text(flow, "path_class")),
            verdict => format!("{ends} {verdict}"),
        }
    };
    report["flows"].as_array().unwrap().iter().map(line).collect()
}

/// What `expected.yaml` of an estate lists.
fn expected(estate: &str, form: &str, list: &str) -> Vec<String> {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let written = fs::read_to_string(folder_of(estate).join("expected.yaml")).unwrap();
    let (_, roots) = sources.add_yaml("expected.yaml", written, &Limits::default(), &mut problems);
    assert_eq!(problems, []);
    let form = sources.get(roots[0], form).expect("what is expected of both forms");
    let list = sources.get(form, list).expect("findings and connections");
    sources.items(list).iter().map(|item| sources.text(*item).into_owned()).collect()
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

#[test]
fn every_finding_and_every_connection_is_as_stated() {
    for estate in ESTATES {
        for form in FORMS {
            let (status, report) = check(&files(estate, form));
            let about = format!("{estate}, {form}");
            assert_eq!(sorted(findings(&report)), sorted(expected(estate, form, "findings")), "{about}");
            assert_eq!(sorted(connections(&report)), sorted(expected(estate, form, "connections")), "{about}");
            assert_eq!(report["inputs"].as_array().map(Vec::len), Some(files(estate, form).len()), "{about}");
            assert_eq!(report["problems"].as_array().map(Vec::len), Some(0), "{about}");
            assert_eq!(status, i32::from(form == "broken"), "{about}");
        }
    }
}

#[test]
fn sound_estates_have_nothing_to_warn_of_and_all_connections_work() {
    for estate in ESTATES {
        let found = expected(estate, "sound", "findings");
        assert!(found.iter().all(|finding| finding.starts_with("info ")), "{estate}: {found:?}");
        let connections = expected(estate, "sound", "connections");
        assert!(!connections.is_empty() && connections.iter().all(|one| one.contains(" open by ")), "{estate}");
        let mistakes = expected(estate, "broken", "findings").len();
        assert!(mistakes >= 5, "{estate}: {mistakes}");
    }
}

/// What is found, but for the places: writing a file differently moves them.
fn found(report: &Value) -> Vec<(String, String)> {
    let findings = report["findings"].as_array().unwrap();
    let found =
        findings.iter().map(|finding| (text(finding, "fingerprint").to_owned(), text(finding, "message").to_owned()));
    found.collect()
}

/// The files, with every template and parameter file written differently.
fn rewritten(estate: &str, change: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let files = files(estate, "broken").into_iter();
    files.map(|(name, text)| if name.ends_with(".json") { (name, change(&text)) } else { (name, text) }).collect()
}

#[test]
fn line_ends_byte_order_marks_and_comments_change_no_finding() {
    let carriage_returns = |text: &str| text.replace('\n', "\r\n");
    let marked = |text: &str| format!("\u{feff}{text}");
    let commented = |text: &str| {
        let lines = text.lines().map(|line| match line.ends_with(['{', '[', ',']) {
            true => format!("{line} // kept by hand \"{{\n  /* and\n  [so on] */\n"),
            false => format!("{line}\n"),
        });
        format!("// The estate of one plant.\n{}", lines.collect::<String>())
    };
    for estate in ESTATES {
        let (_, plain) = check(&files(estate, "broken"));
        let forms = [rewritten(estate, carriage_returns), rewritten(estate, marked), rewritten(estate, commented)];
        for form in forms {
            let (status, report) = check(&form);
            assert_eq!((status, found(&report)), (1, found(&plain)), "{estate}");
        }
    }
}

#[test]
fn letters_of_any_script_in_names_move_no_finding() {
    let names = [
        ("turbines", "overspeed", "überdrehzahl"),
        ("smart-meters", "meter-readings", "zähler-stände"),
        ("press-shop", "quality", "qualität"),
        ("fleet", "geofence", "géorepère"),
        ("refinery", "cracker", "крекинг"),
    ];
    for (estate, name, other) in names {
        let plain = files(estate, "broken");
        let renamed: Vec<(String, String)> =
            plain.iter().map(|(file, text)| (file.clone(), text.replace(name, other))).collect();
        assert_ne!(plain, renamed, "{estate}");
        let (plain, renamed) = (check(&plain).1, check(&renamed).1);
        assert_eq!(sorted(findings(&plain)), sorted(findings(&renamed)), "{estate}");
        assert_eq!(connections(&plain).len(), connections(&renamed).len(), "{estate}");
        assert!(renamed.to_string().contains(other), "{estate}");
    }
}
