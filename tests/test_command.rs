//! `isolint test`: the examples inside rule files are run, and what disagrees is shown at its line.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use command::Folder;
use insta::assert_snapshot;

/// A rule of a team with these examples.
fn rule(examples: &str) -> String {
    format!(
        r#"name: acme/account-has-owner
level: warning
title: Every account says who owns it
sources: []
why: Someone has to answer for it.
for: account in storage
deny: '!account.tags.exists(tag, tag.startsWith("owner="))'
message: "{{account}} does not say who owns it"
at: account
examples:
{examples}"#
    )
}

const BAD: &str = "  - bad: |\n      storage:\n        raw: {}   # finding\n";
const GOOD: &str = "  - good: |\n      storage:\n        raw: {tags: {owner: ada}}\n";

fn tested(examples: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = Folder::with(&[("policies/owner.yaml", &rule(examples))]);
    let outcome = folder.run(&[&["test", "policies"], arguments].concat());
    (outcome.status, outcome.stdout, outcome.stderr)
}

#[test]
fn examples_that_hold_are_counted() {
    let (status, output, _) = tested(&format!("{BAD}{GOOD}"), &[]);
    assert_eq!(status, 0);
    assert_snapshot!(output, @r"
    ok   acme/account-has-owner  2 examples  policies/owner.yaml

    2 examples of 1 rule: all hold
    ");
}

#[test]
fn what_disagrees_is_shown_at_its_line() {
    let examples = "  - bad: |
      storage:
        raw: {}   # finding
        cold:
          region: westeurope
  - bad: |
      storage:
        raw: {tags: {owner: ada}}   # finding
  - good: |
      storage:
        raw:
          tags: {ower: ada}
  - good: 'storage: {raw: {tgs: {owner: ada}}}'
  - undetermined: |
      storage:
        raw: {tags: {owner: ada}}
  - bad: |
      storage:
        raw: {}   # finding
    level: error
  - bad: |
      storage:
        raw: {}   # finding
    also: [rule-with-open-default]
";
    let (status, output, _) = tested(examples, &[]);
    assert_eq!(status, 1);
    assert_snapshot!(output);
    let (status, output, _) = tested(examples, &["--format=json"]);
    assert_eq!(status, 1);
    assert_snapshot!(output);
}

#[test]
fn a_rule_without_examples_shows_nothing() {
    let (status, output, _) = tested("  []\n", &[]);
    assert_eq!(status, 1);
    assert!(output.contains("`acme/account-has-owner` has no example"), "{output}");
    assert!(output.ends_with("0 examples of 1 rule: all hold; 1 without an example\n"), "{output}");
}

#[test]
fn a_rule_that_is_off_is_on_in_its_examples_and_where_it_is_asked_for() {
    let off = rule(&format!("{BAD}{GOOD}")).replace("level: warning", "level: off");
    let folder = Folder::with(&[("policies/owner.yaml", &off), ("estate.yaml", "storage:\n  raw: {}\n")]);
    assert_eq!(folder.run(&["test", "policies"]).status, 0);
    let found = |options: &[&str]| {
        let outcome = folder.run(&[&["check", "estate.yaml", "--rules=policies", "--format=json"], options].concat());
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        report["findings"].as_array().unwrap().iter().map(|finding| finding["level"].to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), Vec::<String>::new());
    assert_eq!(found(&["--level=acme/account-has-owner=error"]), ["\"error\""]);
    assert_eq!(found(&["--select=acme/account-has-owner"]), ["\"info\""]);
    assert_eq!(found(&["--select=acme/*"]), Vec::<String>::new());
}

#[test]
fn rule_files_with_mistakes_are_refused() {
    let misspelt = rule(&format!("{BAD}{GOOD}")).replace("account.tags", "account.tgs");
    let folder = Folder::with(&[("policies/owner.yaml", &misspelt), ("empty/notes.txt", "nothing")]);
    let outcome = folder.run(&["test", "policies"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("did you mean `tags`?"), "{}", outcome.stderr);
    assert!(outcome.stderr.ends_with("error: 1 mistake in rule files; nothing was tested\n"), "{}", outcome.stderr);
    for (path, reason) in [("empty", "there are no rules in `empty`"), ("gone", "cannot read `gone`")] {
        let outcome = folder.run(&["test", path]);
        assert_eq!(outcome.status, 2);
        assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    }
    let unnamed = rule(&format!("{BAD}{GOOD}")).replace("acme/", "");
    folder.write("policies/owner.yaml", unnamed.as_bytes());
    let outcome = folder.run(&["test", "policies"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("`account-has-owner` has no team"), "{}", outcome.stderr);
}

#[test]
fn shipped_files_stand_in_the_place_of_what_is_built_in() {
    let rules = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let path = |below: &str| rules.join(below).to_string_lossy().into_owned();
    let folder = Folder::with(&[]);
    let one = folder.run(&["test", &path("checks/policy"), &path("methods/exposed-by-address.yaml")]);
    assert_eq!(one.status, 0, "{}{}", one.stdout, one.stderr);
    assert!(one.stdout.contains("ok   policy-denies-connection"), "{}", one.stdout);
    assert!(one.stdout.contains("rules and 1 access method: all hold"), "{}", one.stdout);

    // What is tested is what stands in the file.
    let text = std::fs::read_to_string(path("checks/service-endpoints/endpoint-region.yaml")).unwrap();
    let changed = text.replace("deny: \"!serves_region(rule, resource)\"", "deny: \"false\"");
    assert_ne!(text, changed);
    folder.write("changed.yaml", changed.as_bytes());
    let changed = folder.run(&["test", "changed.yaml"]);
    assert_eq!(changed.status, 1, "{}{}", changed.stdout, changed.stderr);
}
