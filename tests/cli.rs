//! The command `isolint` from outside: every command and option, and what becomes of the exit status.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use command::{Folder, each};

/// A job that writes to a closed account without managed identity: one error.
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

/// A cluster that does not say in which units it is counted: one info.
const INFO: &str = "clusters:\n  c: {capacity: {streaming_units: 24}}\n";

/// An open account that admits a subnet: one warning.
const WARNING: &str = "\
vnets:
  spoke: {address_space: [10.1.0.0/16], subnets: {apps: {prefix: 10.1.1.0/24, service_endpoints: [Microsoft.Sql]}}}
sql:
  raw: {network: {default_action: allow, virtual_network_rules: [spoke/apps]}}
";

/// An output whose authentication nobody knows: one undetermined flow.
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

const CLEAN: &str = "storage:\n  raw:\n    region: westeurope\n";

const RULE: &str = "\
name: acme/short-names
level: warning
formerly: [acme/terse-names]
title: Storage accounts have short names
why: Long ones do not fit on our whiteboard.
sources: [{title: Naming guide, date: 2024-05-01}]
for: account in storage
deny: size(account.name) > 5
message: \"`{account.name}` is too long\"
at: account
help: Take a shorter name.
examples:
  - bad: |
      storage:
        telemetry:   # finding
  - good: |
      storage:
        raw:
";

fn rules(report: &serde_json::Value) -> Vec<String> {
    each(report, "findings", &["level", "rule"])
}

#[test]
fn the_examples_used_here_are_what_they_say() {
    for (text, expected) in [
        (BLOCKED, &["error job-flow-blocked"][..]),
        (INFO, &["info cluster-unit-version"]),
        (WARNING, &["warning rule-with-open-default"]),
        (UNDETERMINED, &[]),
        (CLEAN, &[]),
    ] {
        let (_, report) = Folder::with(&[("t.yaml", text)]).check(&["t.yaml"]);
        assert_eq!(rules(&report), expected);
        assert_eq!(report["undetermined"].as_array().unwrap().is_empty(), text != UNDETERMINED);
    }
}

/// Situation by format: the exit status does not depend on the format, and 2 wins over 3 over 1.
#[test]
fn the_exit_status_is_that_of_the_situation_whatever_the_format() {
    let folder = Folder::with(&[
        ("clean.yaml", CLEAN),
        ("info.yaml", INFO),
        ("warning.yaml", WARNING),
        ("blocked.yaml", BLOCKED),
        ("undetermined.yaml", UNDETERMINED),
        ("syntax.yaml", "storage: [\n"),
        ("mistake.yaml", "storage: {raw: {regoin: x}}\n"),
        ("empty.yaml", "# nothing\n"),
        ("foreign.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("nothing/", ""),
        ("foreign/pod.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("mixed/pod.yaml", "apiVersion: v1\nkind: Pod\n"),
        ("mixed/topology.yaml", CLEAN),
        ("bad-rules/rule.yaml", "name: acme/x\nlevle: error\n"),
    ]);
    folder.write("binary.yaml", b"storage: \xff\xfe\n");
    let situations: &[(&[&str], i32)] = &[
        (&["clean.yaml"], 0),
        (&["info.yaml"], 0),
        (&["warning.yaml"], 0),
        (&["blocked.yaml"], 1),
        (&["clean.yaml", "blocked.yaml"], 1),
        (&["undetermined.yaml"], 0),
        (&["undetermined.yaml", "--undetermined"], 0),
        (&["undetermined.yaml", "--undetermined=list"], 0),
        (&["undetermined.yaml", "--undetermined=error"], 1),
        (&["clean.yaml", "--undetermined=error"], 0),
        (&["info.yaml", "--fail-on", "info"], 1),
        (&["info.yaml", "--fail-on", "warning"], 0),
        (&["warning.yaml", "--fail-on", "warning"], 1),
        (&["warning.yaml", "--fail-on", "info"], 1),
        (&["warning.yaml", "--fail-on", "error"], 0),
        (&["blocked.yaml", "--fail-on", "never"], 0),
        (&["blocked.yaml", "--level", "job-flow-blocked=warning"], 0),
        (&["blocked.yaml", "--level", "job-flow-blocked=off"], 0),
        (&["blocked.yaml", "--ignore", "job-*"], 0),
        (&["blocked.yaml", "--select", "cluster-*"], 0),
        (&["warning.yaml", "--level", "rule-with-open-default=error"], 1),
        (&["blocked.yaml", "--quiet"], 1),
        (&["syntax.yaml"], 3),
        (&["mistake.yaml"], 3),
        (&["empty.yaml"], 3),
        (&["foreign.yaml"], 3),
        (&["binary.yaml"], 3),
        (&["missing.yaml"], 3),
        (&["nothing"], 3),
        (&["foreign"], 3),
        (&["mixed"], 0),
        (&["mixed", "foreign"], 3),
        (&["clean.yaml", "missing.yaml"], 3),
        (&["blocked.yaml", "missing.yaml"], 3),
        (&["blocked.yaml", "--fail-on", "never", "missing.yaml"], 3),
        (&["blocked.yaml", "missing.yaml", "--select", "no-such-rule"], 2),
        (&["blocked.yaml", "--select", "no-such-*"], 2),
        (&["blocked.yaml", "--ignore", "no-such-rule"], 2),
        (&["blocked.yaml", "--level", "no-such-rule=error"], 2),
        (&["blocked.yaml", "--level", "job-flow-blocked=fatal"], 2),
        (&["blocked.yaml", "--level", "job-flow-blocked"], 2),
        (&["blocked.yaml", "--fail-on", "sometimes"], 2),
        (&["blocked.yaml", "--edition", "first"], 2),
        (&["blocked.yaml", "--no-such-option"], 2),
        (&["blocked.yaml", "--rules", "no-such-folder"], 2),
        (&["blocked.yaml", "--rules", "nothing"], 2),
        (&["missing.yaml", "--rules", "bad-rules"], 2),
    ];
    for (arguments, expected) in situations {
        for format in ["human", "json"] {
            let outcome = folder.run(&[&["check", "--color", "never", "--format", format], *arguments].concat());
            assert_eq!(outcome.status, *expected, "{format} {arguments:?}\n{}", outcome.text());
            assert_eq!(outcome.stdout.is_empty(), *expected == 2, "{format} {arguments:?}");
        }
    }
    let outcome = folder.run(&["check", "--format", "yaml"]);
    assert_eq!(outcome.status, 2);
}

#[test]
fn select_ignore_and_level_take_names_and_globs() {
    let folder = Folder::with(&[("t.yaml", &format!("{BLOCKED}  telemetry:\n{WARNING}"))]);
    let found = |arguments: &[&str]| rules(&folder.check(&[&["t.yaml"], arguments].concat()).1);
    let both = ["error job-flow-blocked", "warning rule-with-open-default"];
    assert_eq!(found(&[]), both);
    assert_eq!(found(&["--select", "*"]), both);
    assert_eq!(found(&["--select", "job-flow-blocked"]), both[..1]);
    assert_eq!(found(&["--select", "*-blocked,rule-*"]), both);
    assert_eq!(found(&["--select", "*-blocked", "--select", "rule-*"]), both);
    assert_eq!(found(&["--select", "j*-fl*-b*d"]), both[..1]);
    assert_eq!(found(&["--ignore", "job-*"]), both[1..]);
    assert_eq!(found(&["--select", "*", "--ignore", "*"]), [""; 0]);
    // A level for every rule is one for those that are off, too.
    let all =
        ["info private-data-copy", "info job-flow-blocked", "info public-endpoint-open", "info rule-with-open-default"];
    assert_eq!(found(&["--level", "*=info"]), all);
    assert_eq!(found(&["--level", "*=info,job-flow-blocked=warning"])[1], "warning job-flow-blocked");
    assert_eq!(found(&["--level", "job-flow-blocked=off"]), both[1..]);
}

#[test]
fn what_is_misspelt_is_suggested() {
    let folder = Folder::with(&[("t.yaml", BLOCKED)]);
    for (arguments, expected) in [
        (&["--select", "job-flow-bloked"][..], "there is no rule `job-flow-bloked`; did you mean `job-flow-blocked`?"),
        (&["--ignore", "xyzzy"], "there is no rule `xyzzy`; `isolint rules` lists them"),
        (&["--ignore", "xyzzy-*"], "no rule has a name like `xyzzy-*`; `isolint rules` lists them"),
        (&["--level", "job-flow-blocked=high"], "`high` is no level: write error, warning, info or off"),
        (&["--level", "high"], "`--level high` should read `--level RULE=LEVEL`"),
    ] {
        let outcome = folder.run(&[&["check", "t.yaml"], arguments].concat());
        assert_eq!((outcome.status, outcome.stderr), (2, format!("error: {expected}\n")), "{arguments:?}");
    }
}

#[test]
fn the_edition_softens_what_later_documents_lifted() {
    let text = "\
jobs:
  t:
    identity: system_assigned
    encryption: customer_managed
    private_data: {account: storage/assets, auth: connection_string}
    outputs: {cold: {resource: storage/raw, auth: managed_identity}}
storage:
  assets: {account_kind: general_purpose_v2, encryption: customer_managed}
  raw: {}
";
    let folder = Folder::with(&[("t.yaml", text)]);
    let (status, report) = folder.check(&["t.yaml"]);
    assert_eq!((status, rules(&report)), (1, vec!["error cmk-with-managed-identity".to_owned()]));
    assert_eq!(report["edition"], "documents");
    let (status, report) = folder.check(&["t.yaml", "--edition", "current"]);
    assert_eq!((status, rules(&report)), (0, vec!["warning cmk-with-managed-identity".to_owned()]));
    assert_eq!(report["edition"], "current");
    folder.write("isolint.toml", b"edition = \"current\"\n");
    assert_eq!(folder.check(&["t.yaml"]).0, 0);
    assert_eq!(folder.check(&["t.yaml", "--edition=documents"]).0, 1);
}

#[test]
fn rules_of_a_team() {
    let folder = Folder::with(&[("t.yaml", "storage:\n  telemetry:\n  raw:\n"), ("policies/names/short.yaml", RULE)]);
    let found = |arguments: &[&str]| rules(&folder.check(&[&["t.yaml", "--rules", "policies"], arguments].concat()).1);
    assert_eq!(found(&[]), ["warning acme/short-names"]);
    assert_eq!(found(&["--select", "acme/*"]), ["warning acme/short-names"]);
    assert_eq!(found(&["--ignore", "acme/short-names"]), [""; 0]);
    // A former name still means the rule.
    assert_eq!(found(&["--select", "acme/terse-names"]), ["warning acme/short-names"]);
    assert_eq!(found(&["--select", "acme/terse-*"]), ["warning acme/short-names"]);
    assert_eq!(found(&["--ignore", "acme/terse-names"]), [""; 0]);
    assert_eq!(found(&["--level", "acme/terse-names=error"]), ["error acme/short-names"]);
    assert_eq!(found(&["--level", "acme/terse-names=off"]), [""; 0]);
    let explained = folder.run(&["explain", "acme/terse-names", "--rules", "policies"]);
    assert!(explained.stdout.starts_with("acme/short-names"), "{}", explained.text());
    let listed = folder.run(&["rules", "--rules=policies"]);
    assert!(listed.stdout.contains("acme/short-names"));
}

#[test]
fn mistakes_in_rules_stop_everything_and_point_into_the_file() {
    for (rule, expected) in [
        (RULE.replace("account.name)", "account.nmae)"), "policies/rule.yaml:8:20"),
        (RULE.replace("level: warning", "levle: warning"), "policies/rule.yaml:2:1"),
        (RULE.replace("level: warning", "level: warnign"), "policies/rule.yaml:2:8"),
        (RULE.replace("account in storage", "account in strorage"), "policies/rule.yaml:7:17"),
        (RULE.replace("acme/short-names", "short-names"), "policies/rule.yaml:1:"),
        (RULE.replace("deny: size(account.name) > 5", "deny: size(account.name) > "), "policies/rule.yaml:8:"),
        (format!("{RULE}x: [\n"), "policies/rule.yaml:"),
    ] {
        let folder = Folder::with(&[("t.yaml", BLOCKED), ("policies/rule.yaml", &rule)]);
        let outcome = folder.run(&["check", "t.yaml", "--rules", "policies", "--color", "never"]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{}", outcome.text());
        assert!(outcome.stderr.contains(expected), "{expected} in\n{}", outcome.stderr);
        assert!(outcome.stderr.contains("nothing was checked"), "{}", outcome.stderr);
        // The other commands that know rules say the same.
        for arguments in
            [&["rules"][..], &["explain", "job-flow-blocked"], &["paths", "job/telemetry", "storage/archive"]]
        {
            let outcome = folder.run(&[arguments, &["--rules", "policies"]].concat());
            assert_eq!(outcome.status, 2, "{arguments:?}");
        }
    }
    let twice = Folder::with(&[("t.yaml", CLEAN), ("policies/a.yaml", RULE), ("policies/b.yaml", RULE)]);
    let outcome = twice.run(&["check", "t.yaml", "--rules", "policies"]);
    assert_eq!(outcome.status, 2, "{}", outcome.text());
}

#[test]
fn quiet_prints_findings_only() {
    let folder = Folder::with(&[("t.yaml", BLOCKED), ("clean.yaml", CLEAN)]);
    assert_eq!(folder.run(&["check", "clean.yaml", "-q"]).text(), "status: 0\n");
    let outcome = folder.run(&["check", "t.yaml", "--quiet"]);
    assert!(outcome.stdout.starts_with("error[job-flow-blocked]"));
    assert!(!outcome.stdout.contains("1 error"), "{}", outcome.stdout);
}

#[test]
fn every_setting_of_the_configuration_file() {
    let folder = Folder::with(&[
        ("t.yaml", &format!("{BLOCKED}  telemetry:\n{WARNING}")),
        ("policies/rule.yaml", RULE),
        ("isolint.toml", ""),
    ]);
    let checked = |settings: &str, arguments: &[&str]| {
        folder.write("isolint.toml", settings.as_bytes());
        let (status, report) = folder.check(arguments);
        (status, rules(&report).join(", "))
    };
    let both = "error job-flow-blocked, warning rule-with-open-default";
    for (settings, arguments, expected) in [
        ("", &[][..], (1, both)),
        ("select = [\"job-*\"]\n", &[], (1, "error job-flow-blocked")),
        ("select = [\"job-*\"]\n", &["--select=rule-*"], (0, "warning rule-with-open-default")),
        ("ignore = [\"job-*\"]\n", &[], (0, "warning rule-with-open-default")),
        ("ignore = [\"job-*\"]\n", &["--ignore=rule-*"], (1, "error job-flow-blocked")),
        ("[level]\njob-flow-blocked = \"info\"\n", &[], (0, "info job-flow-blocked, warning rule-with-open-default")),
        ("[level]\njob-flow-blocked = \"off\"\n", &[], (0, "warning rule-with-open-default")),
        (
            "[level]\n\"*\" = \"info\"\njob-flow-blocked = \"error\"\n",
            &[],
            (
                1,
                "info private-data-copy, error job-flow-blocked, info public-endpoint-open, info rule-with-open-default",
            ),
        ),
        ("[level]\njob-flow-blocked = \"off\"\n", &["--level=job-flow-blocked=error"], (1, both)),
        ("fail-on = \"never\"\n", &[], (0, both)),
        ("fail-on = \"never\"\n", &["--fail-on=warning"], (1, both)),
        ("ignore = [\"job-*\"]\nfail-on = \"warning\"\n", &[], (1, "warning rule-with-open-default")),
        ("undetermined = \"error\"\nignore = [\"job-*\"]\n", &[], (0, "warning rule-with-open-default")),
        (
            "rules = [\"policies\"]\nselect = [\"acme/*\"]\n",
            &[],
            (0, "warning acme/short-names, warning acme/short-names"),
        ),
    ] {
        let (status, found) = checked(settings, arguments);
        assert_eq!((status, found.as_str()), expected, "{settings} {arguments:?}");
    }
}

#[test]
fn mistakes_in_the_configuration_are_told_at_their_places() {
    let folder = Folder::with(&[("sub/t.yaml", CLEAN), ("nothing/", "")]);
    for (settings, expected) in [
        (
            "selekt = []\n",
            "isolint.toml:1:1: `selekt` is no setting; did you mean `select`? (allowed: select, ignore, level, fail-on, undetermined, edition, rules, baseline, require-reason, longest-exception, not-ignorable, per-path, exception)",
        ),
        ("\nselect = \"x\"\n", "isolint.toml:2:10: expected a list such as `[\"name\"]`, found text \"x\""),
        (
            "fail-on = \"warn\"\n",
            "isolint.toml:1:11: `warn` is not allowed here (allowed: error, warning, info, never)",
        ),
        (
            "[level]\njob-flow-blocked = \"eror\"\n",
            "isolint.toml:2:20: `eror` is not allowed here; did you mean `error`? (allowed: error, warning, info, off)",
        ),
        ("edition = \"now\"\n", "isolint.toml:1:11: `now` is not allowed here (allowed: documents, current)"),
        (
            "ignore = [\n  \"job-flow-blocked\",\n  \"job-flow-bloked\",\n]\n",
            "isolint.toml:3:3: there is no rule `job-flow-bloked`; did you mean `job-flow-blocked`?",
        ),
        (
            "[level]\n\njob-flow-bloked = \"error\"\n",
            "isolint.toml:3:1: there is no rule `job-flow-bloked`; did you mean `job-flow-blocked`?",
        ),
        ("rules = [\"no-such-folder\"]\n", "isolint.toml:1:9: cannot read the rules in `no-such-folder`: "),
        ("rules = [\"nothing\"]\n", "isolint.toml:1:9: there are no rules in `nothing`"),
        ("select = [\n", "isolint.toml:1:11: unclosed array, expected `]`"),
    ] {
        folder.write("isolint.toml", settings.as_bytes());
        let outcome = folder.run(&["check", "sub/t.yaml"]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{settings}");
        assert!(outcome.stderr.starts_with(&format!("error: {expected}")), "{settings}\n{}", outcome.stderr);
    }
    // From a folder below, the same file is named as it is written from there.
    folder.write("isolint.toml", b"selekt = []\n");
    let mut command = folder.command(&["check", "t.yaml"]);
    let output = command.current_dir(folder.path().join("sub")).output().unwrap();
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: ../isolint.toml:1:1: "));
}

#[test]
fn the_nearest_configuration_holds() {
    let folder = Folder::with(&[
        ("isolint.toml", "ignore = [\"job-*\"]\n"),
        ("t.yaml", BLOCKED),
        ("inner/isolint.toml", "fail-on = \"never\"\n"),
        ("inner/t.yaml", BLOCKED),
        ("inner/deep/more.yaml", "sql: {db: }\n"),
    ]);
    // A mistake in the settings of one unit is told whichever comes first.
    let (status, report) = folder.check(&["."]);
    assert_eq!(status, 0);
    assert_eq!(each(&report, "findings", &["rule", "location.file"]), ["job-flow-blocked inner/t.yaml"]);
    assert_eq!(folder.check(&["inner"]).0, 0);
    assert_eq!(folder.check(&["inner/deep/more.yaml"]).1["findings"][0]["location"]["file"], "inner/t.yaml");
    folder.write("inner/isolint.toml", b"ignore = [\"no-such-rule\"]\n");
    let outcome = folder.run(&["check", "."]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.starts_with("error: inner/isolint.toml:1:11: there is no rule `no-such-rule`"));
}

#[test]
fn standard_input_and_the_end_of_options() {
    let folder = Folder::with(&[("-odd.yaml", BLOCKED), ("jobs.yaml", CLEAN)]);
    for arguments in [
        &["check", "-", "--format=json"][..],
        &["check", "--format=json", "--", "-"],
        &["check", "-", "-", "--format=json"],
    ] {
        let outcome = folder.run_with(arguments, BLOCKED.as_bytes());
        assert_eq!(outcome.status, 1, "{arguments:?}");
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(
            each(&report, "findings", &["rule", "location.file", "location.line"]),
            ["job-flow-blocked <stdin> 5"]
        );
        assert_eq!(each(&report, "inputs", &["path", "status"]), ["<stdin> checked"]);
    }
    let (status, report) = folder.check(&["--", "-odd.yaml"]);
    assert_eq!((status, each(&report, "inputs", &["path", "status"])), (1, vec!["-odd.yaml checked".to_owned()]));
    assert_eq!(folder.run(&["check", "-odd.yaml"]).status, 2);
    for (input, reason) in [
        (&b""[..], "empty: nothing was checked"),
        (b"a: \xff\n", "is not UTF-8 text (byte 3, in line 1)"),
        (b"\xff\xfea\0", "is UTF-16 text; save it as UTF-8"),
        (b"hello\n", "not a topology: it holds text, not sections such as `jobs:` and `storage:`"),
    ] {
        let outcome = folder.run_with(&["check", "-", "--format=json"], input);
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!((outcome.status, report["inputs"][0]["reason"].as_str().unwrap()), (3, reason));
    }
}

#[test]
fn output_is_the_same_byte_for_byte() {
    let folder = Folder::with(&[
        ("a/t.yaml", BLOCKED),
        ("a/isolint.toml", ""),
        ("b/t.yaml", UNDETERMINED),
        ("b/isolint.toml", ""),
        ("c.yaml", WARNING),
        ("d.yaml", "jobs: {a: {x: 1, outputs: {o: {resource: y}}}}\n"),
    ]);
    for arguments in [
        &["check", ".", "--undetermined"][..],
        &["check", ".", "--format", "json"],
        &["check", "b/t.yaml", "c.yaml", "a", "--format", "json"],
        &["paths", "job/telemetry", "storage/archive", "a"],
        &["rules", "--format", "json"],
        &["schema"],
    ] {
        let first = folder.run(arguments).text();
        for _ in 0..3 {
            assert_eq!(folder.run(arguments).text(), first, "{arguments:?}");
        }
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let many: String = (0..2000).map(|index| format!("  a{index}: {{regoin: x}}\n")).collect();
    let folder = Folder::with(&[("t.yaml", &format!("storage:\n{many}"))]);
    for (arguments, status) in [
        (&["check", "t.yaml"][..], 3),
        (&["check", "t.yaml", "--format", "json"], 3),
        (&["rules", "--format", "json"], 0),
        (&["schema"], 0),
        (&["--help"], 0),
    ] {
        let mut command = folder.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::with_capacity(16, child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        drop(output);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let folder = Folder::with(&[("t.yaml", BLOCKED)]);
    let colored = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = folder.command(&[&["check", "t.yaml"], arguments].concat());
        command.envs(variables.iter().copied());
        command.output().unwrap().stdout.contains(&0x1b)
    };
    assert!(!colored(&[], &[]));
    assert!(colored(&["--color", "always"], &[]));
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(colored(&[], &[("FORCE_COLOR", "1")]));
    assert!(!colored(&[], &[("FORCE_COLOR", "1"), ("NO_COLOR", "1")]));
    assert!(!colored(&["--color", "never"], &[("FORCE_COLOR", "1")]));
    let outcome = folder.command(&["check", "t.yaml"]).env("NO_GRAPHICS", "1").output().unwrap();
    assert!(outcome.stdout.is_ascii());
}

#[test]
fn explain_tells_rules_and_methods() {
    let folder = Folder::with(&[]);
    let rule = folder.run(&["explain", "cmk-with-managed-identity"]);
    assert_eq!(rule.status, 0);
    for part in ["cmk-with-managed-identity (error)", "[ASA-DP-31]", "line 74", "Edition current", "Bad\n", "Good\n"] {
        assert!(rule.stdout.contains(part), "{part} in\n{}", rule.stdout);
    }
    let method = folder.run(&["explain", "trusted-services"]);
    assert_eq!(method.status, 0);
    for part in ["access method", "Requirements", "- managed-identity"] {
        assert!(method.stdout.contains(part), "{part} in\n{}", method.stdout);
    }
    let unknown = folder.run(&["explain", "trusted-service"]);
    let message = "error: there is no rule or access method `trusted-service`; did you mean `trusted-services`?\n";
    assert_eq!((unknown.status, unknown.stderr.as_str()), (2, message));
    assert_eq!(folder.run(&["explain"]).status, 2);
}

#[test]
fn rules_lists_rules_and_methods() {
    let folder = Folder::with(&[]);
    let table = folder.run(&["rules"]);
    assert_eq!(table.status, 0);
    let list = folder.run(&["rules", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&list.stdout).unwrap();
    for kind in ["rules", "methods"] {
        let names = each(&list, kind, &["name"]);
        assert!(names.len() > 5);
        for name in names {
            assert!(table.stdout.lines().any(|line| line.starts_with(&format!("{name} "))), "{name}");
        }
    }
}

#[test]
fn paths_of_declared_flows() {
    let folder = Folder::with(&[("t.yaml", BLOCKED)]);
    for ends in [["job/telemetry", "storage/archive"], ["telemetry", "archive"]] {
        let outcome = folder.run(&["paths", ends[0], ends[1], "t.yaml", "--format", "json"]);
        assert_eq!(outcome.status, 0, "{}", outcome.text());
        let report: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(
            each(&report, "paths", &["flow.verdict", "flow.name", "hypothetical"]),
            ["blocked output `results` false"]
        );
        let methods = each(&report["paths"][0], "methods", &["name"]);
        assert!(methods.contains(&"trusted-services".to_owned()) && methods.contains(&"open-target".to_owned()));
    }
    assert!(folder.run(&["paths", "job/telemetry", "storage/archive"]).stdout.starts_with("blocked: "));
    let outcome = folder.run_with(&["paths", "job/telemetry", "storage/archive", "-"], BLOCKED.as_bytes());
    assert!(outcome.stdout.starts_with("blocked: "));
}

#[test]
fn paths_of_flows_that_nothing_declares() {
    let text = format!(
        "{BLOCKED}  other:\n    network: {{default_action: deny, bypass: [azure_services]}}\nrole_assignments:\n  - {{principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/other}}\n"
    );
    let folder = Folder::with(&[("t.yaml", &text)]);
    let verdict = |arguments: &[&str]| {
        let all = [&["paths", "job/telemetry", "storage/other", "t.yaml", "--format=json"], arguments].concat();
        let report: serde_json::Value = serde_json::from_str(&folder.run(&all).stdout).unwrap();
        each(&report, "paths", &["flow.verdict", "hypothetical"])
    };
    assert_eq!(verdict(&["--use=output", "--auth=managed_identity"]), ["open true"]);
    assert_eq!(verdict(&["--use=output", "--auth=connection_string"]), ["blocked true"]);
    assert_eq!(verdict(&["--use=output"]), ["undetermined true"]);
    for (arguments, expected) in [
        (&["--use", "outptu"][..], "`outptu` is not allowed for `--use`; did you mean `output`?"),
        (
            &["--auth", "managed-identitty"],
            "`managed-identitty` is not allowed for `--auth`; did you mean `managed_identity`?",
        ),
    ] {
        let outcome = folder.run(&[&["paths", "job/telemetry", "storage/other", "t.yaml"], arguments].concat());
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
        assert!(outcome.stderr.contains(expected), "{}", outcome.stderr);
    }
}

#[test]
fn paths_from_or_to_what_is_not_there() {
    let folder = Folder::with(&[("t.yaml", BLOCKED), ("syntax.yaml", "storage: [\n"), ("nothing/", "")]);
    let run = |from, to, path| {
        let outcome = folder.run(&["paths", from, to, path]);
        assert_eq!(outcome.stdout, "");
        (outcome.status, outcome.stderr)
    };
    let (status, message) = run("job/telemetri", "storage/archive", "t.yaml");
    assert_eq!(status, 2);
    assert_eq!(message, "error: nothing is declared by the name `job/telemetri`; did you mean `job/telemetry`?\n");
    assert_eq!(
        run("job/telemetry", "xyzzy", "t.yaml"),
        (2, "error: nothing is declared by the name `xyzzy`\n".to_owned())
    );
    // What could not be read may declare it.
    assert_eq!(run("job/telemetry", "storage/archive", "syntax.yaml").0, 3);
    assert_eq!(run("job/telemetry", "storage/archive", "missing.yaml").0, 3);
    assert_eq!(run("job/telemetry", "storage/archive", "nothing").0, 3);
    assert_eq!(folder.run(&["paths", "job/telemetry"]).status, 2);
    // An answer from a file with a mistake is given all the same.
    folder.write("t.yaml", format!("{BLOCKED}    regoin: x\n").as_bytes());
    let outcome = folder.run(&["paths", "job/telemetry", "storage/archive", "t.yaml"]);
    assert_eq!(outcome.status, 3);
    assert!(outcome.stdout.starts_with("blocked: ") && outcome.stderr.contains("unknown-field"), "{}", outcome.text());
}

#[test]
fn the_schema_admits_the_examples_and_names_what_it_does_not_know() {
    let folder = Folder::with(&[]);
    let outcome = folder.run(&["schema"]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (0, ""));
    let schema: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = serde_json::json!({
        "defaults": {"region": "x", "storage": {"network": {"default_action": "deny"}}},
        "storage": {"raw": {"outside": true}, "bare": null},
        "vnets": {"v": {"subnets": {"s": {"prefix": ["10.0.0.0/24"], "outside": true}}}},
        "flows": [{"from": "site/a", "to": "storage/raw"}],
    });
    assert!(validator.is_valid(&valid));
    for invalid in [
        serde_json::json!({"strorage": {}}),
        serde_json::json!({"storage": {"raw": {"regoin": "x"}}}),
        serde_json::json!({"storage": {"raw": {"network": {"outside": true}}}}),
        serde_json::json!({"storage": ["raw"]}),
    ] {
        assert!(!validator.is_valid(&invalid), "{invalid}");
    }
}

#[test]
fn help_fits_and_is_complete() {
    let folder = Folder::with(&[]);
    let general = folder.run(&["--help"]);
    assert_eq!(general.status, 0);
    for command in ["check", "explain", "rules", "paths", "schema"] {
        assert!(general.stdout.contains(&format!("\n  {command} ")), "{command}");
        for option in ["-h", "--help"] {
            let help = folder.run(&[command, option]);
            assert_eq!((help.status, help.stderr.as_str()), (0, ""));
            assert!(help.stdout.contains("Usage: isolint"), "{}", help.stdout);
            assert!(help.stdout.lines().all(|line| line.chars().count() <= 100), "{}", help.stdout);
        }
    }
    let version = folder.run(&["--version"]);
    assert_eq!((version.status, version.stdout.starts_with("isolint ")), (0, true));
    let nothing = folder.run(&[]);
    assert_eq!((nothing.status, nothing.stdout.as_str()), (2, ""));
    let misspelt = folder.run(&["chekc"]);
    assert_eq!(misspelt.status, 2);
    assert!(misspelt.stderr.contains("'check'"), "{}", misspelt.stderr);
}
