//! Where reports go: standard output and any number of files, and what standard input is called.

use std::fs;

use super::command::{Folder, each};
use super::{BLOCKED, FORMATS, json, run, situations};

const NETWORK: &str = "\
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
";
const JOB: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      results: {resource: storage/archive, auth: connection_string}
";

#[test]
fn one_run_writes_any_number_of_reports() {
    let folder = situations();
    for (situation, status) in [("clean", 0), ("broken", 1), ("mixed", 3)] {
        let options = FORMATS.map(|format| format!("{format}=report.{format}"));
        let mut arguments = vec!["check", situation, "--format", "compact"];
        arguments.extend(options.iter().flat_map(|option| ["--output", option.as_str()]));
        let outcome = folder.run(&arguments);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (status, ""));
        assert_eq!(outcome.stdout, run(&folder, situation, "compact", status));
        for format in FORMATS {
            let written = fs::read_to_string(folder.path().join(format!("report.{format}"))).unwrap();
            assert_eq!(written, run(&folder, situation, format, status), "{format}");
        }
    }
}

/// What is wrong with an output is said with what is allowed; the rest is written all the same.
#[test]
fn a_mistaken_output_hinders_nothing_but_itself() {
    let folder = Folder::with(&[("in/topology.yaml", BLOCKED), ("folder/", ""), ("text", "")]);
    let all = FORMATS.join(", ");
    let unknown = format!("error: `sarf` in `--output sarf=x` is no format; did you mean `sarif`? (allowed: {all})\n");
    let shape = format!("should read `--output FORMAT=PATH`, with one of the formats {all}\n");
    for (option, expected) in [
        ("sarf=x", unknown.as_str()),
        ("sarif", &shape),
        ("sarif=", &shape),
        ("sarif=-", "names no file: for standard output there is `--format sarif`\n"),
        ("sarif=missing/x.sarif", "cannot be written: there is no folder missing\n"),
        ("sarif=folder", "cannot be written: it is a folder; name a file in it\n"),
        ("sarif=in/topology.yaml", "cannot be written: it would replace in/topology.yaml, which was checked\n"),
        ("sarif=./good.json", "`--output json=good.json` and `--output sarif=./good.json` name the same file"),
        ("sarif=folder/../good.json", "name the same file; give each report a file of its own\n"),
    ] {
        let _ = fs::remove_file(folder.path().join("good.json"));
        let outcome =
            folder.run(&["check", "in", "--output", "json=good.json", "--output", option, "--format", "json"]);
        assert_eq!(outcome.status, 2, "{option}: {}", outcome.text());
        assert!(outcome.stderr.starts_with("error: ") && outcome.stderr.contains(expected), "{}", outcome.stderr);
        assert_eq!(json(&outcome.stdout)["findings"].as_array().unwrap().len(), 1, "{option}");
        assert_eq!(fs::read_to_string(folder.path().join("good.json")).unwrap(), outcome.stdout, "{option}");
        assert_eq!(fs::read_to_string(folder.path().join("in/topology.yaml")).unwrap(), BLOCKED);
    }
    // Two are wrong, and unreadable input does not hide it.
    let outcome = folder.run(&["check", "in", "nowhere", "--output", "sarf=x", "--output", "sarif"]);
    assert_eq!((outcome.status, outcome.stderr.matches("error: ").count()), (2, 2), "{}", outcome.text());
}

#[cfg(unix)]
#[test]
fn a_link_to_another_output_is_the_same_file() {
    let folder = Folder::with(&[("topology.yaml", BLOCKED), ("report", "")]);
    std::os::unix::fs::symlink("report", folder.path().join("link")).unwrap();
    let outcome = folder.run(&["check", "topology.yaml", "--output", "json=report", "--output", "sarif=link"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("name the same file"), "{}", outcome.stderr);
}

#[test]
fn an_unknown_form_on_standard_output_stops_the_run() {
    let folder = Folder::with(&[("topology.yaml", BLOCKED)]);
    let outcome = folder.run(&["check", ".", "--format", "sarf"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
    assert!(outcome.stderr.contains(&FORMATS.join(", ")), "{}", outcome.stderr);
}

/// An editor checks what is not saved yet, within the files that belong to it.
#[test]
fn standard_input_stands_in_for_the_file_of_its_name() {
    let folder = Folder::with(&[
        ("estate/isolint.toml", ""),
        ("estate/network.yaml", NETWORK),
        ("estate/job.yaml", "jobs: {telemetry: {}}\n"),
    ]);
    for name in ["estate/job.yaml", "./estate/job.yaml", "estate/new.yaml"] {
        let arguments = ["check", "-", "--stdin-filename", name, "--format", "json"];
        let outcome = folder.run_with(&arguments, JOB.as_bytes());
        let shown = name.trim_start_matches("./");
        if name == "estate/new.yaml" {
            // The saved job is still there: two of one name.
            assert_eq!(outcome.status, 3, "{}", outcome.text());
            continue;
        }
        assert_eq!(outcome.status, 1, "{}", outcome.text());
        let found = each(&json(&outcome.stdout), "findings", &["rule", "location.file", "location.line"]);
        assert_eq!(found, [format!("job-flow-blocked {shown} 5")]);
    }
    let saved = fs::read_to_string(folder.path().join("estate/job.yaml")).unwrap();
    assert_eq!(saved, "jobs: {telemetry: {}}\n");
}

#[test]
fn the_settings_of_the_folder_hold_for_standard_input() {
    let folder = Folder::with(&[("estate/isolint.toml", "ignore = [\"job-flow-blocked\"]\n")]);
    let arguments = ["check", "-", "--stdin-filename", "estate/job.yaml", "--format"];
    let check = |format: &str| folder.run_with(&[&arguments[..], &[format]].concat(), BLOCKED.as_bytes());
    for format in FORMATS {
        assert_eq!(check(format).status, 0, "{format}");
    }
    assert_eq!(folder.run_with(&["check", "-"], BLOCKED.as_bytes()).status, 1);
    // Nothing is said of the disk, where no such file is.
    assert!(!folder.path().join("estate/job.yaml").exists());
}

#[test]
fn a_name_without_standard_input_is_a_mistake() {
    let folder = Folder::with(&[("topology.yaml", BLOCKED)]);
    let outcome = folder.run(&["check", "topology.yaml", "--stdin-filename", "a.yaml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("`--stdin-filename` names what comes from standard input"), "{}", outcome.stderr);
}

#[test]
fn standard_input_that_is_no_text_is_told_by_its_name() {
    let folder = Folder::with(&[]);
    for format in FORMATS {
        let arguments = ["check", "-", "--stdin-filename", "plan.yaml", "--format", format];
        let outcome = folder.run_with(&arguments, b"\xff\xfea\0");
        assert_eq!(outcome.status, 3, "{format}");
        assert!(
            outcome.stdout.contains("plan.yaml") && outcome.stdout.contains("UTF-16"),
            "{format}: {}",
            outcome.text()
        );
    }
}
