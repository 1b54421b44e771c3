//! What people see: the whole output of some runs. When the layout changes on purpose, accept the new one with
//! `cargo insta review`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use command::Folder;

const BLOCKED: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      results: {resource: storage/archive, auth: connection_string}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
";

const UNDETERMINED: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      results: {resource: storage/archive, auth: !unknown \"per stage\"}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
role_assignments:
  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/archive}
";

fn folder() -> Folder {
    Folder::with(&[
        ("blocked.yaml", BLOCKED),
        ("undetermined.yaml", UNDETERMINED),
        ("clean.yaml", "storage:\n  raw:\n    region: westeurope\n"),
        (
            "mistakes.yaml",
            "strorage: {}\nstorage:\n  raw: {regoin: x}\njobs:\n  j: {outputs: {o: {resource: storage/rwa}}}\n",
        ),
        ("mixed/pod.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("mixed/topology.yaml", "storage: {raw: }\n"),
        ("mixed/broken.yaml", "sql: {db: [}\n"),
        ("rules/rule.yaml", "name: acme/x\nlevle: error\n"),
    ])
}

#[track_caller]
fn snapshot(name: &str, arguments: &[&str]) {
    let outcome = folder().run(&[arguments, &["--color", "never"]].concat());
    insta::with_settings!({ description => format!("isolint {}", arguments.join(" ")), omit_expression => true }, {
        insta::assert_snapshot!(name, outcome.text());
    });
}

#[test]
fn checks() {
    snapshot("blocked", &["check", "blocked.yaml"]);
    snapshot("clean", &["check", "clean.yaml"]);
    snapshot("undetermined", &["check", "undetermined.yaml", "--undetermined=error"]);
    snapshot("mistakes", &["check", "mistakes.yaml"]);
    snapshot("mixed", &["check", "mixed"]);
    snapshot("missing", &["check", "missing.yaml"]);
    snapshot("rule-mistakes", &["check", "clean.yaml", "--rules", "rules"]);
}

#[test]
fn answers() {
    snapshot("unknown-name", &["paths", "job/telemetri", "storage/archive", "blocked.yaml"]);
    snapshot("help", &["check", "-h"]);
}
