//! The baseline: what is known does not fail, what is new does, what is gone is said.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::fs;

use command::{Folder, each};
use serde_json::Value;

/// Two blocked outputs and a useless firewall.
const ESTATE: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      hot: {resource: storage/archive, auth: connection_string}
      cold: {resource: storage/archive, auth: connection_string}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
  old:
    network: {default_action: allow, ip_rules: [198.51.100.20]}
";

/// The same, in another order and form.
const REWRITTEN: &str = "\
storage:
    old:
        network:
            ip_rules:
                - 198.51.100.20
            default_action: allow
    archive: {network: {bypass: [azure_services], default_action: deny}}
";
const REWRITTEN_JOB: &str = "\
# The job has a file of its own now.
jobs:
    telemetry:
        outputs:
            cold: {auth: connection_string, resource: archive}
            hot: {auth: connection_string, resource: archive}
        identity: system_assigned
";

const FILE: &str = "isolint-baseline.yaml";
const USE: &str = "--baseline=isolint-baseline.yaml";

fn text(folder: &Folder) -> String {
    fs::read_to_string(folder.path().join(FILE)).unwrap()
}

fn written(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::with(files);
    let outcome = folder.run(&["baseline", "write"]);
    assert_eq!(outcome.status, 0, "{}", outcome.text());
    folder
}

fn counted(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|one| one["ignored"].is_null());
    findings
        .map(|one| format!("{} {}", one["rule"].as_str().unwrap(), one["resources"][0]["resource"].as_str().unwrap()))
        .collect()
}

#[test]
fn what_is_known_does_not_fail() {
    let folder = written(&[("t.yaml", ESTATE)]);
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, counted(&report).len()), (1, 3));
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, counted(&report)), (0, vec![]), "{report:#}");
    assert_eq!(report["summary"]["ignored"]["baseline"], 3);
    assert_eq!(each(&report, "findings", &["ignored.by", "ignored.place.file"]), ["baseline isolint-baseline.yaml"; 3]);
    assert_eq!(report["gone"], Value::Array(vec![]));
    // The file is not taken for a topology.
    assert_eq!(each(&report, "inputs", &["path"]), ["t.yaml"]);
    let summary = folder.run(&["check", ".", USE]).stdout;
    assert!(
        summary.contains("No findings: ") && summary.contains("3 findings ignored: 3 by the baseline."),
        "{summary}"
    );
}

#[test]
fn the_file_can_be_read_and_is_sorted() {
    let folder = written(&[("t.yaml", ESTATE)]);
    let text = text(&folder);
    let rules: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  - rule: ")).collect();
    assert_eq!(rules, ["ip-rule-with-open-default", "job-flow-blocked", "job-flow-blocked"]);
    let resources: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("    resources: ")).collect();
    assert_eq!(
        resources,
        [
            "[storage/old]",
            "[job/telemetry, storage/archive, job/telemetry.outputs.cold]",
            "[job/telemetry, storage/archive, job/telemetry.outputs.hot]"
        ]
    );
    // The same estate gives the same bytes, however it is written.
    let other = written(&[("a.yaml", REWRITTEN), ("jobs/b.yaml", REWRITTEN_JOB)]);
    assert_eq!(self::text(&other), text);
}

#[test]
fn reformatting_reordering_and_moving_keep_it_valid_and_renaming_does_not() {
    let folder = written(&[("t.yaml", ESTATE)]);
    fs::remove_file(folder.path().join("t.yaml")).unwrap();
    folder.write("storage/a.yaml", REWRITTEN.as_bytes());
    folder.write("jobs/b.yaml", REWRITTEN_JOB.as_bytes());
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, counted(&report)), (0, vec![]), "{report:#}");
    folder.write("jobs/b.yaml", REWRITTEN_JOB.replace("telemetry", "metering").as_bytes());
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, counted(&report)), (1, vec!["job-flow-blocked job/metering".to_owned(); 2]));
    assert_eq!(each(&report, "gone", &["rule", "place.file"]), ["job-flow-blocked isolint-baseline.yaml"; 2]);
}

#[test]
fn what_is_new_fails_and_what_is_gone_is_said() {
    let folder = written(&[("t.yaml", ESTATE)]);
    let changed = ESTATE.replace("hot:", "warm:");
    folder.write("t.yaml", changed.as_bytes());
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, counted(&report)), (1, vec!["job-flow-blocked job/telemetry".to_owned()]));
    assert_eq!(report["summary"]["gone"], 1);
    assert_eq!(
        each(&report, "gone", &["rule", "resources"]),
        ["job-flow-blocked [\"job/telemetry\",\"storage/archive\",\"job/telemetry.outputs.hot\"]"]
    );
    let text = folder.run(&["check", ".", USE]).stdout;
    assert!(text.contains("1 of the baseline occurs no more; `isolint baseline prune` takes it out."), "{text}");

    let before = self::text(&folder);
    assert_eq!(folder.run(&["baseline", "prune"]).stdout, "isolint-baseline.yaml: 2 findings (1 gone)\n");
    assert_eq!(folder.check(&[".", USE]).0, 1, "pruning adds nothing");
    assert_eq!(folder.run(&["baseline", "update"]).stdout, "isolint-baseline.yaml: 3 findings (1 added, 0 gone)\n");
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, report["summary"]["gone"].as_u64()), (0, Some(0)));
    folder.write("t.yaml", ESTATE.as_bytes());
    assert_eq!(folder.run(&["baseline", "update"]).stdout, "isolint-baseline.yaml: 3 findings (1 added, 1 gone)\n");
    assert_eq!(self::text(&folder), before);
}

#[test]
fn the_configuration_names_it_and_an_audit_leaves_it_out() {
    let folder = written(&[("t.yaml", ESTATE)]);
    fs::rename(folder.path().join(FILE), folder.path().join("known.yaml")).unwrap();
    folder.write("isolint.toml", b"baseline = \"known.yaml\"\n");
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, each(&report, "inputs", &["path"])), (0, vec!["t.yaml".to_owned()]));
    let (status, report) = folder.check(&[".", "--no-ignores"]);
    assert_eq!((status, counted(&report).len()), (1, 3));
    // Of a part of what it is about nothing is called gone.
    folder.write("more/u.yaml", b"storage: {x: {}}\n");
    assert_eq!(folder.check(&["more"]).1["gone"], Value::Array(vec![]));
    // The command writes to where the configuration says.
    assert_eq!(folder.run(&["baseline", "update"]).stdout, "known.yaml: 3 findings (0 added, 0 gone)\n");
}

#[test]
fn exceptions_come_before_it_and_what_is_said_of_them_is_never_in_it() {
    let text = ESTATE.replace(
        "  old:\n",
        "  # isolint: ignore[ip-rule-with-open-default]\n  old:\n    # isolint: ignore[nonsense]\n",
    );
    let folder = written(&[("t.yaml", &text)]);
    assert_eq!(self::text(&folder).matches("- rule: ").count(), 2);
    let (status, report) = folder.check(&[".", USE]);
    assert_eq!((status, counted(&report).len()), (1, 1), "{report:#}");
    let by = each(&report, "findings", &["rule", "ignored.by"]);
    assert!(by.contains(&"ip-rule-with-open-default comment".to_owned()), "{by:?}");
}

#[test]
fn a_former_name_of_a_rule_is_known() {
    let rule = |name: &str, formerly: &str| {
        format!(
            "name: team/{name}\nlevel: error\ntitle: Short names\nsources: []\nfor: account in storage\n\
             deny: size(account.name) > 5\nmessage: \"{{account}} is too long\"\nat: account\n{formerly}"
        )
    };
    let arguments = ["--rules=policies", "--select=team/*"];
    let folder = Folder::with(&[("t/t.yaml", "storage: {archives: {}}\n"), ("policies/r.yaml", &rule("terse", ""))]);
    let outcome = folder.run(&[&["baseline", "write", "t"], &arguments[..]].concat());
    assert_eq!(outcome.stdout, "isolint-baseline.yaml: 1 finding\n", "{}", outcome.text());
    folder.write("policies/r.yaml", rule("short", "formerly: [team/terse]\n").as_bytes());
    let (status, report) = folder.check(&[&["t", USE], &arguments[..]].concat());
    assert_eq!(
        (status, each(&report, "findings", &["rule", "ignored.by"])),
        (0, vec!["team/short baseline".to_owned()])
    );
    assert_eq!(report["gone"], Value::Array(vec![]));
    folder.run(&[&["baseline", "prune", "t"], &arguments[..]].concat());
    assert!(text(&folder).contains("rule: team/short"), "{}", text(&folder));
}

#[test]
fn a_file_that_is_no_baseline_stops_no_check_and_is_status_2() {
    let folder = written(&[("t.yaml", ESTATE)]);
    let good = text(&folder);
    for (bad, place, message) in [
        (
            good.replace("version: 1", "version: 7"),
            ":3:10",
            "this baseline is of version `7`; this isolint reads version 1",
        ),
        (good.replace("version: 1", "versoin: 1"), ":3:1", "there is no field `versoin` here"),
        (good.replace("  - rule: ip", "  - rlue: ip"), ":5:5", "there is no field `rlue` here"),
        (good.replace("resources: [storage/old]", "resources: storage/old"), ":6:16", "expected a list, found text"),
        ("version: 1\n".to_owned(), ":1:1", "`findings` is missing"),
        ("[".to_owned(), ":1:", ""),
        ("nothing".to_owned(), ":1:1", "expected a group of fields, found text"),
    ] {
        folder.write(FILE, bad.as_bytes());
        let outcome = folder.run(&["check", ".", USE]);
        assert_eq!(outcome.status, 2, "{bad}\n{}", outcome.text());
        assert!(outcome.stderr.contains(&format!("[isolint-baseline.yaml{place}")), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
        assert!(outcome.stdout.contains("2 errors, 1 warning"), "what is found is told: {}", outcome.stdout);
        // The command does not touch what it cannot read.
        let outcome = folder.run(&["baseline", "update"]);
        assert_eq!((outcome.status, text(&folder)), (2, bad), "{}", outcome.text());
    }
    let outcome = folder.run(&["check", ".", "--baseline=none.yaml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.starts_with("error: the baseline `none.yaml` cannot be read"), "{}", outcome.stderr);
    folder.write("isolint.toml", b"\nbaseline = \"none.yaml\"\n");
    let outcome = folder.run(&["check", "."]);
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.starts_with("error: isolint.toml:2:12: the baseline `none.yaml` cannot be read"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn nothing_is_written_over_or_made_by_mistake() {
    let folder = Folder::with(&[("t.yaml", ESTATE)]);
    for action in ["update", "prune"] {
        let outcome = folder.run(&["baseline", action]);
        assert_eq!(outcome.status, 2);
        assert!(outcome.stderr.contains("there is no `isolint-baseline.yaml`; `isolint baseline write` makes one"));
    }
    assert_eq!(folder.run(&["baseline", "write"]).status, 0);
    let before = text(&folder);
    let outcome = folder.run(&["baseline", "write"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("exists; `isolint baseline update` writes it anew"), "{}", outcome.stderr);
    // What could not be read may hold what seems to be gone.
    folder.write("t.yaml", ESTATE.replace("outputs:", "outptus:").as_bytes());
    for action in ["update", "prune"] {
        let outcome = folder.run(&["baseline", action]);
        assert_eq!((outcome.status, text(&folder) == before), (3, true), "{}", outcome.text());
    }
    let (_, report) = folder.check(&[".", USE]);
    assert_eq!(report["gone"], Value::Array(vec![]), "nothing is called gone where something could not be read");
}
