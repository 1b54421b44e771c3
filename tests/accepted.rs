//! What is accepted where: rules that may not be ignored, and exceptions and baselines when two states are compared.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::io::Read;
use std::process::Stdio;

use command::{Folder, each};
use serde_json::Value;

const TODAY: &str = "--today=2026-11-22";

/// A rule of a team; what is added to it stands at its end.
fn rule(added: &str) -> String {
    format!(
        "name: team/short\nlevel: error\ntitle: Short names\nsources: []\nfor: account in storage\n\
         deny: size(account.name) > 5\nmessage: \"{{account}} is too long\"\nat: account\n{added}"
    )
}

/// What is found, each with what ignores it.
fn found(folder: &Folder, arguments: &[&str]) -> (i32, Vec<String>) {
    let all = [&["--rules=policies", "--select=team/*", TODAY, "t"], arguments].concat();
    let (status, report) = folder.check(&all);
    (status, each(&report, "findings", &["rule", "ignored.by"]))
}

/// Whatever way somebody tries to ignore it: it is found, and the attempt is a finding of its own.
#[test]
fn a_rule_that_says_so_cannot_be_ignored() {
    let comment = "storage:\n  # isolint: ignore[team/short] reason=so\n  archives: {}\n";
    let former = "storage:\n  # isolint: ignore[team/terse] reason=so\n  archives: {}\n";
    let plain = "storage:\n  archives: {}\n";
    let by_name = "[[exception]]\nrule = \"team/short\"\nresource = \"storage/*\"\n";
    let by_glob = "[[exception]]\nrule = \"team/*\"\nresource = \"storage/*\"\n";
    let by_all = "[[exception]]\nrule = \"*\"\nresource = \"storage/*\"\n";
    let settled = "ignorable: false\nformerly: [team/terse]\n";
    let listed = "not-ignorable = [\"team/*\"]\n";
    let refused = ["exception-not-allowed null", "team/short null"];
    for (topology, settings, added, expected) in [
        (comment, String::new(), "", &["team/short comment"][..]),
        (comment, String::new(), "ignorable: true\n", &["team/short comment"]),
        (comment, String::new(), settled, &refused),
        (former, String::new(), settled, &refused),
        (comment, listed.to_owned(), "", &refused),
        (plain, by_name.to_owned(), "", &["team/short configuration"]),
        (plain, by_name.to_owned(), settled, &refused),
        (plain, by_glob.to_owned(), settled, &refused),
        (plain, format!("{listed}{by_name}"), "", &refused),
        // It means other rules too, of which it ignores nothing.
        (plain, by_all.to_owned(), settled, &["team/short null"]),
    ] {
        let folder =
            Folder::with(&[("t/t.yaml", topology), ("t/isolint.toml", &settings), ("policies/r.yaml", &rule(added))]);
        let (status, mut told) = found(&folder, &[]);
        told.sort();
        told.retain(|one| !one.starts_with("unused-exception"));
        assert_eq!(told, expected, "{topology}{settings}{added}");
        assert_eq!(status, i32::from(told.iter().any(|one| one.ends_with("null"))), "{topology}{settings}{added}");
    }
    let folder = Folder::with(&[("t/t.yaml", comment), ("policies/r.yaml", &rule(settled))]);
    let text = folder.run(&["check", "t", "--rules=policies", TODAY]).stdout;
    assert!(text.contains("`team/short` may not be ignored: its own file says so"), "{text}");
    let page = folder.run(&["explain", "team/short", "--rules=policies"]).stdout;
    assert!(page.contains("It may not be ignored"), "{page}");
}

#[test]
fn a_baseline_does_not_cover_it_either() {
    let folder = Folder::with(&[("t/t.yaml", "storage:\n  archives: {}\n"), ("policies/r.yaml", &rule(""))]);
    let known = ["--baseline=known.yaml"];
    let write = |action: &str| {
        folder.run(&["baseline", action, "t", "--rules=policies", "--select=team/*", "--baseline=known.yaml"])
    };
    assert_eq!(write("write").stdout, "known.yaml: 1 finding\n");
    assert_eq!(found(&folder, &known), (0, vec!["team/short baseline".to_owned()]));
    folder.write("policies/r.yaml", rule("ignorable: false\n").as_bytes());
    assert_eq!(found(&folder, &known), (1, vec!["team/short null".to_owned()]));
    let text = folder.run(&["check", "t", "--rules=policies", "--baseline=known.yaml", "--select=team/*"]).stdout;
    assert!(text.contains("the baseline knows it, but its rule may not be ignored"), "{text}");
    let told = write("update").stdout;
    assert_eq!(told, "known.yaml: 0 findings (0 added, 0 gone); 1 is left out, whose rule may not be ignored\n");
}

#[test]
fn whether_a_rule_may_be_ignored_is_true_or_false() {
    let folder = Folder::with(&[("policies/r.yaml", &rule("ignorable: never\n"))]);
    let outcome = folder.run(&["rules", "--rules=policies"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("expected `true` or `false`, found text"), "{}", outcome.stderr);
    folder.write("policies/r.yaml", rule("ignorable: false\n").as_bytes());
    let outcome = folder.run(&["rules", "--rules=policies", "--format=json"]);
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let ignorable = each(&report, "rules", &["name", "ignorable"]);
    assert_eq!(ignorable.iter().filter(|one| one.ends_with(" false")).collect::<Vec<_>>(), ["team/short false"]);
}

/// The account for the private data of a job is another, and the former one is gone.
const OLD: &str = "\
jobs:
  telemetry: {private_data: {account: storage/assets}}
storage:
  assets: {}
  others: {}
  old: {network: {default_action: allow}}
";
const NEW: &str = "\
jobs:
  <job>
  telemetry: {private_data: {account: storage/others}}
storage:
  others: {}
  <account>
  old: {network: {default_action: allow, ip_rules: [198.51.100.20]}}
";
const CHANGED: &str = "private-data-setting-changed";
const REMOVED: &str = "private-data-account-removed";
const OPEN: &str = "ip-rule-with-open-default";

/// Both states, with comments and a configuration of the later one.
fn states(job: &str, account: &str, settings: &str) -> Folder {
    let new = NEW.replace("<job>", job).replace("<account>", account);
    Folder::with(&[("old/isolint.toml", ""), ("old/t.yaml", OLD), ("new/isolint.toml", settings), ("new/t.yaml", &new)])
}

fn compare(folder: &Folder, arguments: &[&str]) -> (i32, Value) {
    let outcome = folder.run(&[&["diff", "old", "new", "--format=json", TODAY], arguments].concat());
    let report = serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.text()));
    (outcome.status, report)
}

/// The findings that make things worse or would, each with its direction and what ignores it.
fn worsening(report: &Value) -> Vec<String> {
    let changes = report["changes"].as_array().unwrap().iter();
    let changes = changes.filter(|one| ["broken", "gained", "other_level"].contains(&one["kind"].as_str().unwrap()));
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut told: Vec<String> = changes
        .map(|one| {
            let finding = &one["finding"];
            let by = word(&finding["ignored"]["by"]);
            format!("{} {} {by}", word(&one["direction"]), word(&finding["rule"]))
        })
        .collect();
    told.sort();
    told
}

/// Exception × what it is for × where it stands, of the comparison.
#[test]
fn what_is_accepted_makes_nothing_worse() {
    let comment = |rule: &str| format!("# isolint: ignore[{rule}] until=2027-01-31 reason=so");
    let exception = |rule: &str, rest: &str| format!("[[exception]]\nrule = [\"{rule}\"]\nreason = \"so\"\n{rest}");
    let none = String::new;
    let [changed, removed, open] = [CHANGED, REMOVED, OPEN].map(|rule| format!("worse {rule} -"));
    let by = |rule: &str, what: &str| format!("other {rule} {what}");
    // `unused`: what is said of exceptions for change rules.
    for (job, account, settings, expected, unused) in [
        (none(), none(), none(), [&open, &removed, &changed].map(String::clone), 0),
        (comment(CHANGED), none(), none(), [by(CHANGED, "comment"), open.clone(), removed.clone()], 0),
        (none(), comment(OPEN), none(), [by(OPEN, "comment"), removed.clone(), changed.clone()], 0),
        // A comment covers its own block only.
        (none(), comment(CHANGED), none(), [open.clone(), removed.clone(), changed.clone()], 1),
        // Of what is gone there is nothing left to stand a comment at.
        (
            none(),
            none(),
            exception(REMOVED, "resource = \"storage/assets\"\n"),
            [by(REMOVED, "configuration"), open.clone(), changed.clone()],
            0,
        ),
        // Its path is that in the later state.
        (
            none(),
            none(),
            exception(&format!("{REMOVED}\", \"{CHANGED}"), "path = \"t.yaml\"\n"),
            [by(REMOVED, "configuration"), by(CHANGED, "configuration"), open.clone()],
            0,
        ),
        (
            none(),
            none(),
            exception(REMOVED, "path = \"other/**\"\n"),
            [open.clone(), removed.clone(), changed.clone()],
            1,
        ),
        (
            none(),
            none(),
            exception(CHANGED, "resource = \"job/*\"\nuntil = 2026-11-21\n"),
            [open.clone(), removed.clone(), changed.clone()],
            0,
        ),
        (
            none(),
            none(),
            format!("not-ignorable = [\"{CHANGED}\"]\n{}", exception(CHANGED, "resource = \"job/*\"\n")),
            [open.clone(), removed.clone(), changed.clone()],
            0,
        ),
        // What an exception for another rule is worth, a check tells.
        (comment("job-flow-blocked"), none(), none(), [open.clone(), removed.clone(), changed.clone()], 0),
    ] {
        let folder = states(&job, &account, &settings);
        let (status, report) = compare(&folder, &["--fail-on=warning"]);
        assert_eq!(status, 1);
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(worsening(&report), expected, "{job}{account}{settings}");
        let said = each(&report, "exceptions", &["rule"]);
        assert_eq!(said, vec!["unused-exception"; unused], "{job}{account}{settings}");
        let ignored = expected.iter().filter(|one| one.starts_with("other")).count() as u64;
        let counts = &report["summary"]["ignored"];
        assert_eq!(counts["comment"].as_u64().unwrap() + counts["configuration"].as_u64().unwrap(), ignored);
        // A check knows nothing of changes, and calls no exception for them unused.
        let about = folder.check(&["new", TODAY]).1;
        let about = each(&about, "findings", &["rule", "resources"]);
        let unused = about.iter().filter(|one| one.starts_with("unused-exception") && one.contains("private-data"));
        assert_eq!(unused.count(), 0, "{about:?}");
    }
}

#[test]
fn the_status_follows_what_counts() {
    let all = "[[exception]]\nrule = [\"private-data-*\"]\nresource = \"job/*\"\nreason = \"agreed\"\n";
    let folder = states("", "", all);
    let (status, report) = compare(&folder, &[]);
    assert_eq!((status, &report["worse"]), (0, &Value::Bool(false)), "{report:#}");
    let text = folder.run(&["diff", "old", "new", TODAY]).stdout;
    assert!(text.contains("2 findings ignored: 2 by exceptions.\n") && !text.contains(CHANGED), "{text}");
    assert!(text.contains("Isolation did not get worse"), "{text}");
    let text = folder.run(&["diff", "old", "new", TODAY, "--format=markdown"]).stdout;
    assert!(text.contains("\n2 findings ignored: 2 by exceptions.\n") && !text.contains(CHANGED), "{text}");
    let (status, report) = compare(&folder, &["--no-ignores"]);
    assert_eq!(status, 1);
    let notes = report["changes"].as_array().unwrap().iter().map(|one| one["finding"]["notes"].to_string());
    assert_eq!(notes.filter(|notes| notes.contains("an exception ignores it (new/isolint.toml:1): agreed")).count(), 2);
}

#[test]
fn what_the_baseline_knows_makes_nothing_worse() {
    let folder = states("", "", "[[exception]]\nrule = \"private-data-*\"\nresource = \"job/*\"\n");
    assert_eq!(compare(&folder, &["--fail-on=warning"]).0, 1);
    assert_eq!(folder.run(&["baseline", "write", "new", "--baseline=known.yaml"]).status, 0);
    let (status, report) = compare(&folder, &["--fail-on=warning", "--baseline=known.yaml"]);
    let ignored = format!("other {OPEN} baseline");
    assert_eq!((status, worsening(&report).contains(&ignored)), (0, true), "{report:#}");
    // In the configuration of the later state, next to its files.
    assert_eq!(folder.run(&["baseline", "write", "new", "--baseline=new/known.yaml"]).status, 0);
    folder.write(
        "new/isolint.toml",
        b"baseline = \"known.yaml\"\n[[exception]]\nrule = \"private-data-*\"\nresource = \"job/*\"\n",
    );
    assert_eq!(compare(&folder, &["--fail-on=warning"]).0, 0);
    // A mistake in it hinders nothing, but is one.
    folder.write("new/known.yaml", b"version: 7\nfindings: []\n");
    let outcome = folder.run(&["diff", "old", "new", "--fail-on=warning", TODAY]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("[new/known.yaml:1:10]"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains(&format!("warning[{OPEN}]")), "{}", outcome.stdout);
}

#[test]
fn a_mistake_in_an_exception_of_the_configuration_is_told() {
    let folder = states("", "", "[[exception]]\nrule = \"private-data-setting-changd\"\nresource = \"job/*\"\n");
    let (status, report) = compare(&folder, &[]);
    assert_eq!((status, worsening(&report).len()), (2, 3));
    assert_eq!(
        each(&report, "exceptions", &["rule", "location.file", "location.line"]),
        ["exception-for-unknown-rule new/isolint.toml 2"]
    );
}

/// One configuration may hold for several topologies; an exception is of use when it is in one of them.
#[test]
fn an_exception_for_several_units_is_used_in_one() {
    let folder = states("", "", "");
    let settings = format!("[[exception]]\nrule = \"{CHANGED}\"\nresource = \"job/*\"\n");
    for (side, text) in [("old", OLD), ("new", &NEW.replace("  <job>\n", "").replace("  <account>\n", ""))] {
        folder.write(&format!("{side}/t.yaml"), b"");
        folder.write(&format!("{side}/a/t.yaml"), text.as_bytes());
        folder.write(&format!("{side}/a/isolint.toml"), settings.as_bytes());
        folder.write(&format!("{side}/b/t.yaml"), b"storage: {raw: {}}\n");
    }
    let (_, report) = compare(&folder, &[]);
    assert_eq!(each(&report, "exceptions", &["rule"]), [""; 0], "{report:#}");
    // What is in the other one is of no use there.
    for side in ["old", "new"] {
        folder.write(&format!("{side}/b/isolint.toml"), settings.as_bytes());
    }
    let (_, report) = compare(&folder, &[]);
    assert_eq!(each(&report, "exceptions", &["location.file"]), ["new/b/isolint.toml"], "{report:#}");
}

/// Whoever has read enough may go: what was found remains so.
#[test]
fn a_closed_pipe_changes_no_status() {
    let folder = states("", "", "");
    for arguments in [&["diff", "old", "new"][..], &["diff", "old", "new", "--format=json"], &["check", "new"]] {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        let status = i32::from(arguments[0] == "diff");
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(status), ""), "{arguments:?}");
    }
}

/// What holds for some files holds for them in both states.
#[test]
fn settings_for_some_files_hold_in_a_comparison() {
    for (settings, expected) in [
        (format!("[[per-path]]\npath = \"t.yaml\"\nignore = [\"{OPEN}\", \"private-data-*\"]\n"), vec![]),
        (
            format!("[[per-path]]\npath = \"t.yaml\"\nlevel = {{\"{OPEN}\" = \"error\"}}\n"),
            vec![format!("worse {OPEN} -"), format!("worse {REMOVED} -"), format!("worse {CHANGED} -")],
        ),
    ] {
        let (_, report) = compare(&states("", "", &settings), &[]);
        assert_eq!(worsening(&report), expected, "{settings}");
    }
}
