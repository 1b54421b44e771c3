//! `isolint diff` from outside: what a reviewer sees of a change to the streaming estate, and what becomes of the exit
//! status.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::fs;

use command::{Folder, Outcome};
use serde_json::Value;

const FILES: [&str; 3] = ["data.yaml", "networks.yaml", "streaming.yaml"];

/// The clean estate in `old/`, and in `new/` with these changes: file, what stood there once, what stands there now.
fn estates(changes: &[(&str, &str, &str)]) -> Folder {
    let folder = Folder::with(&[("old/isolint.toml", ""), ("new/isolint.toml", "")]);
    for file in FILES {
        let path = format!("{}/examples/streaming/{file}", env!("CARGO_MANIFEST_DIR"));
        let mut text = fs::read_to_string(path).unwrap();
        folder.write(&format!("old/{file}"), text.as_bytes());
        for (_, was, now) in changes.iter().filter(|(changed, ..)| *changed == file) {
            assert_eq!(text.matches(was).count(), 1, "`{was}` stands in {file} not once");
            text = text.replace(was, now);
        }
        folder.write(&format!("new/{file}"), text.as_bytes());
    }
    folder
}

/// What somebody might propose: the account of a job's private data is exchanged, a subnet gets a service endpoint under open
/// connections, an account is opened, a job gets another name and an output more, and a firewall is closed.
const PROPOSED: &[(&str, &str, &str)] = &[
    (
        "streaming.yaml",
        "private_data: {account: storage/quality-state, auth: connection_string}",
        "private_data: {account: storage/checkpoints, auth: connection_string}",
    ),
    (
        "networks.yaml",
        "        nsg: dispatch\n",
        "        nsg: dispatch\n        service_endpoints: [Microsoft.ServiceBus]\n",
    ),
    (
        "data.yaml",
        "  raw:\n    isolation: private_only\n    network:\n      default_action: deny\n",
        "  raw:\n    isolation: private_only\n    network:\n      default_action: allow\n",
    ),
    (
        "streaming.yaml",
        "\n  history:\n    streaming_units",
        "\n  long-term:\n    formerly: history\n    streaming_units",
    ),
    (
        "data.yaml",
        "{principal: job/history, role: Storage Blob Data Contributor, scope: storage/raw}",
        "{principal: job/long-term, role: Storage Blob Data Contributor, scope: storage/raw}",
    ),
    (
        "data.yaml",
        "{principal: job/history, role: Storage Blob Data Contributor, scope: storage/archive}",
        "{principal: job/long-term, role: Storage Blob Data Contributor, scope: storage/archive}",
    ),
    ("data.yaml", "      ip_rules:\n        - 203.0.113.17\n", "      ip_rules: []\n"),
];

fn json(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.stdout).unwrap_or_else(|error| panic!("{error}: {}", outcome.text()))
}

/// The changes of a direction, each as its kind and what it is about.
fn told(report: &Value, direction: &str) -> Vec<String> {
    let changes = report["changes"].as_array().unwrap().iter().filter(|change| change["direction"] == direction);
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = changes.map(|change| {
        let flow = if change["flow"]["now"].is_null() { &change["flow"]["was"] } else { &change["flow"]["now"] };
        match change["finding"].is_null() {
            true => format!("{} {} -> {}", word(&change["kind"]), word(&flow["origin"]), word(&flow["target"])),
            false => format!("{} {}", word(&change["kind"]), word(&change["finding"]["rule"])),
        }
    });
    told.collect()
}

#[test]
fn a_reviewer_sees_what_got_worse_first() {
    let folder = estates(PROPOSED);
    let outcome = folder.run(&["diff", "old", "new"]);
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!("human", outcome.text());
    let outcome = folder.run(&["diff", "old", "new", "--format", "markdown"]);
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!("markdown", outcome.text());
}

#[test]
fn programs_get_the_same() {
    let folder = estates(PROPOSED);
    let report = json(&folder.run(&["diff", "old", "new", "--format", "json"]));
    insta::assert_snapshot!(
        "changes",
        format!(
            "worse:\n  {}\nother:\n  {}\nbetter:\n  {}\n{}",
            told(&report, "worse").join("\n  "),
            told(&report, "other").join("\n  "),
            told(&report, "better").join("\n  "),
            serde_json::to_string_pretty(&report["summary"]).unwrap(),
        )
    );
    assert_eq!(report["worse"], true);
    let schema: Value = serde_json::from_str(include_str!("../schemas/report.schema.json")).unwrap();
    let schema = serde_json::json!({"$ref": "#/$defs/comparison", "$defs": schema["$defs"]});
    let validator = jsonschema::validator_for(&schema).unwrap();
    let objections: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(objections, [""; 0]);
    assert!(!validator.is_valid(&serde_json::json!({"version": 1})));
}

#[test]
fn the_same_estate_in_other_words_is_no_difference() {
    let folder = estates(&[]);
    let outcome = folder.run(&["diff", "old", "new"]);
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (0, 1), "{}", outcome.text());
    assert!(outcome.stdout.starts_with("No difference in isolation: "), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with(", 32 flows as before\n"), "{}", outcome.stdout);
    // Everything in one file, from the end to the start.
    let files = FILES.map(|file| fs::read_to_string(folder.path().join("old").join(file)).unwrap());
    let reversed = Folder::with(&[("old/isolint.toml", ""), ("new/isolint.toml", "")]);
    for (file, text) in FILES.iter().zip(&files) {
        reversed.write(&format!("old/{file}"), text.as_bytes());
        reversed.write(&format!("new/deeper/moved-{file}"), text.replace('\n', "\n\n").as_bytes());
    }
    let outcome = reversed.run(&["diff", "old", "new"]);
    assert_eq!((outcome.status, outcome.stdout.lines().count()), (0, 1), "{}", outcome.text());
    let report = json(&reversed.run(&["diff", "old", "new", "--format", "json"]));
    assert_eq!(report["changes"], serde_json::json!([]));
}

/// An account that a job reads.
const PLAIN: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    inputs:
      messages: {resource: storage/raw, auth: managed_identity}
storage:
  raw: {isolation: vnet_only, network: {default_action: deny, bypass: [azure_services]}}
role_assignments:
  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}
";

#[test]
fn the_status_says_whether_it_got_worse() {
    let open = PLAIN.replace("default_action: deny", "default_action: allow");
    // An error less and another path, but no claim and nothing weaker.
    let blocked =
        PLAIN.replace("auth: managed_identity", "auth: connection_string").replace("isolation: vnet_only, ", "");
    let fixed = PLAIN.replace("isolation: vnet_only, ", "");
    // A cluster that does not say in which units it is counted: one info.
    let info = format!("{PLAIN}clusters: {{c: {{capacity: {{streaming_units: 24}}}}}}\n");
    let folder = Folder::with(&[
        ("plain.yaml", PLAIN),
        ("open.yaml", &open),
        ("blocked.yaml", &blocked),
        ("fixed.yaml", &fixed),
        ("info.yaml", &info),
        ("broken.yaml", "jobs: {telemetry: [\n"),
        ("mistaken.yaml", "jobs: {telemetry: {reigon: westeurope}}\n"),
        ("foreign.yaml", "apiVersion: v1\nkind: Service\n"),
        ("empty/", ""),
    ]);
    let table: &[(&[&str], i32)] = &[
        (&["plain.yaml", "plain.yaml"], 0),
        (&["plain.yaml", "open.yaml"], 1),
        (&["open.yaml", "plain.yaml"], 0),
        (&["plain.yaml", "open.yaml", "--fail-on", "never"], 0),
        (&["blocked.yaml", "fixed.yaml"], 0),
        (&["fixed.yaml", "blocked.yaml"], 1),
        (&["plain.yaml", "info.yaml"], 0),
        (&["plain.yaml", "info.yaml", "--fail-on", "warning"], 0),
        (&["plain.yaml", "info.yaml", "--fail-on", "info"], 1),
        (&["info.yaml", "plain.yaml", "--fail-on", "info"], 0),
        (&["plain.yaml"], 2),
        (&["plain.yaml", "plain.yaml", "--fail-on", "sometimes"], 2),
        (&["-", "-"], 2),
        (&["plain.yaml", "plain.yaml", "--rules", "nowhere"], 2),
        (&["broken.yaml", "plain.yaml"], 3),
        (&["plain.yaml", "broken.yaml"], 3),
        (&["plain.yaml", "mistaken.yaml"], 3),
        (&["plain.yaml", "nowhere.yaml"], 3),
        (&["foreign.yaml", "plain.yaml"], 3),
        (&["plain.yaml", "empty"], 3),
    ];
    for (arguments, expected) in table {
        for format in ["human", "markdown", "json"] {
            let outcome = folder.run(&[&["diff", "--format", format], *arguments].concat());
            assert_eq!(outcome.status, *expected, "{arguments:?}: {}", outcome.text());
        }
    }
}

#[test]
fn what_could_not_be_read_is_named_and_the_rest_is_compared() {
    let open = PLAIN.replace("default_action: deny", "default_action: allow");
    let folder = Folder::with(&[
        ("old/isolint.toml", ""),
        ("old/topology.yaml", PLAIN),
        ("old/more.yaml", "vnets: {plant: {adress_space: [10.0.0.0/8]}}\n"),
        ("new/isolint.toml", ""),
        ("new/topology.yaml", &open),
    ]);
    let outcome = folder.run(&["diff", "old", "new"]);
    assert_eq!(outcome.status, 3);
    insta::assert_snapshot!("read_in_part", outcome.text());
    let report = json(&folder.run(&["diff", "old", "new", "--format", "json"]));
    assert_eq!(report["worse"], true);
    assert_eq!(report["old"]["problems"].as_array().unwrap().len(), 1);
    assert_eq!(report["new"]["problems"].as_array().unwrap().len(), 0);
    let outcome = folder.run(&["diff", "old", "nowhere"]);
    assert_eq!(outcome.status, 3);
    assert!(
        outcome.stdout.contains("the later state `nowhere` could not be read\nNothing was compared.\n"),
        "{}",
        outcome.stdout
    );
    let outcome = folder.run(&["diff", "nowhere", "new", "--format", "markdown"]);
    assert!(outcome.stdout.contains("## Nothing was compared"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("The earlier state `nowhere` could not be read."), "{}", outcome.stdout);
}

/// Where something could not be read, what is missing may be there: it is not gone.
#[test]
fn what_is_missing_from_a_state_that_was_read_in_part_is_not_called_gone() {
    let private = "\
jobs: {telemetry: {private_data: {account: storage/assets}, inputs: {in: {resource: storage/assets}}}}
storage: {assets: {}}
";
    let rest = "jobs: {telemetry: {}}\n";
    let folder = Folder::with(&[
        ("old/isolint.toml", ""),
        ("old/topology.yaml", private),
        ("new/isolint.toml", ""),
        ("new/topology.yaml", rest),
        ("new/storage.yaml", "storage: {assets: [\n"),
    ]);
    let report = json(&folder.run(&["diff", "old", "new", "--format", "json"]));
    assert_eq!(told(&report, "better"), [""; 0]);
    assert!(!told(&report, "worse").iter().any(|change| change.contains("removed")), "{report:#}");
    assert!(told(&report, "other").contains(&"undetermined job/telemetry -> storage/assets".to_owned()), "{report:#}");
}

#[test]
fn names_of_rules_about_changes_are_settings_like_others() {
    let before = "jobs: {telemetry: {}}\nstorage: {assets: {}}\n";
    let after = "jobs: {telemetry: {private_data: {account: storage/assets}}}\nstorage: {assets: {}}\n";
    let folder = Folder::with(&[
        ("old/topology.yaml", before),
        ("new/topology.yaml", after),
        ("quiet/isolint.toml", "ignore = [\"private-data-setting-changed\"]\n"),
        ("quiet/topology.yaml", after),
        ("mild/isolint.toml", "[level]\nprivate-data-setting-changed = \"warning\"\n"),
        ("mild/topology.yaml", after),
        ("wrong/isolint.toml", "ignore = [\"private-data-seting-changed\"]\n"),
        ("wrong/topology.yaml", after),
    ]);
    let kinds = |new: &str| {
        let outcome = folder.run(&["diff", "old", new, "--format", "json"]);
        (outcome.status, told(&json(&outcome), "worse"), told(&json(&outcome), "other"))
    };
    let broken = "broken private-data-setting-changed".to_owned();
    let (status, worse, _) = kinds("new");
    assert_eq!((status, worse.contains(&broken)), (1, true));
    let (status, worse, other) = kinds("quiet");
    assert_eq!((status, worse.contains(&broken), other.contains(&broken)), (0, false, false));
    let (status, _, other) = kinds("mild");
    assert_eq!((status, other.contains(&broken)), (0, true));
    let outcome = folder.run(&["diff", "old", "wrong"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("did you mean `private-data-setting-changed`?"), "{}", outcome.stderr);
    // `check` knows the name too.
    assert_eq!(folder.run(&["check", "quiet"]).status, 0);
    assert_eq!(folder.run(&["check", "new", "--ignore", "private-data-setting-changed"]).status, 0);
}

const TEAM: &str = "\
name: acme/tier-kept
level: error
title: The tier of a namespace stays
sources: []
for: namespace in service_bus
watch: {tier: namespace.tier}
message: \"{namespace} goes from {was} to {now}\"
examples:
  - bad:
      before: \"service_bus: {alarms: {tier: standard}}\"
      after: \"service_bus: {alarms: {tier: premium}}   # finding\"
  - good:
      before: \"service_bus: {alarms: {tier: standard}}\"
      after: \"service_bus: {alarms: {tier: standard, region: westeurope}}\"
";

#[test]
fn a_team_has_change_rules_of_its_own() {
    let folder = Folder::with(&[
        ("policies/tier.yaml", TEAM),
        ("old.yaml", "service_bus: {alarms: {tier: standard}}\n"),
        ("new.yaml", "service_bus: {alarms: {tier: premium}}\n"),
    ]);
    let outcome = folder.run(&["diff", "old.yaml", "new.yaml", "--rules", "policies"]);
    assert_eq!(outcome.status, 1, "{}", outcome.text());
    assert!(outcome.stdout.contains("error[acme/tier-kept]: service_bus/alarms goes from standard to premium"));
    let outcome = folder.run(&["test", "policies"]);
    assert_eq!(outcome.status, 0, "{}", outcome.text());
    folder.write("policies/tier.yaml", TEAM.replace("namespace.tier}", "namespace.teir}").as_bytes());
    let outcome = folder.run(&["diff", "old.yaml", "new.yaml", "--rules", "policies"]);
    assert_eq!(outcome.status, 2, "{}", outcome.text());
    assert!(outcome.stderr.contains("did you mean `tier`?"), "{}", outcome.stderr);
    folder.write("policies/tier.yaml", TEAM.replace("tier: premium}}   # f", "tier: basic}} # no f").as_bytes());
    let outcome = folder.run(&["test", "policies"]);
    assert_eq!(outcome.status, 1, "{}", outcome.text());
}

#[test]
fn a_statement_of_the_policy_says_that_a_connection_is_meant() {
    let with = |more: &str| format!("{PLAIN}{more}");
    let second =
        "  second: {identity: system_assigned, inputs: {messages: {resource: storage/raw, auth: managed_identity}}}\n";
    let new = PLAIN.replace("storage:\n", &format!("{second}storage:\n")).replace(
        "role_assignments:\n",
        "role_assignments:\n  - {principal: job/second, role: Storage Blob Data Contributor, scope: storage/raw}\n",
    );
    let meant = format!("{new}policy:\n  - {{effect: allow, from: job/*, to: storage/raw}}\n");
    let denied = format!("{new}policy:\n  - {{effect: deny, from: job/second, to: storage/raw}}\n");
    let folder =
        Folder::with(&[("old.yaml", &with("")), ("new.yaml", &new), ("meant.yaml", &meant), ("denied.yaml", &denied)]);
    let run = |new: &str| folder.run(&["diff", "old.yaml", new]);
    let outcome = run("new.yaml");
    assert_eq!(outcome.status, 1);
    assert!(outcome.stdout.contains("= why: storage/raw claims to be `vnet_only`"), "{}", outcome.stdout);
    assert_eq!(run("meant.yaml").status, 0, "{}", run("meant.yaml").stdout);
    let outcome = run("denied.yaml");
    assert_eq!(outcome.status, 1);
    assert!(outcome.stdout.contains("= why: the policy is against this connection"), "{}", outcome.stdout);
}

#[test]
fn states_are_compared_topology_by_topology() {
    let folder = Folder::with(&[
        ("old/a/isolint.toml", ""),
        ("old/a/topology.yaml", PLAIN),
        ("old/b/isolint.toml", ""),
        ("old/b/topology.yaml", "storage: {other: {}}\n"),
        ("new/b/isolint.toml", "fail-on = \"never\"\n"),
        ("new/b/topology.yaml", "storage: {other: {}}\n"),
        ("new/c/isolint.toml", ""),
        ("new/c/topology.yaml", PLAIN),
    ]);
    let report = json(&folder.run(&["diff", "old", "new", "--format", "json"]));
    let flow = "job/telemetry -> storage/raw";
    assert!(told(&report, "worse").contains(&format!("opened {flow}")), "{report:#}");
    assert!(told(&report, "better").contains(&format!("closed {flow}")), "{report:#}");
    // Two files of one topology are no two states.
    let outcome = folder.run(&["diff", "old/a/topology.yaml", "old/a/topology.yaml"]);
    assert_eq!(outcome.status, 0, "{}", outcome.text());
    folder.write("old/a/more.yaml", b"vnets: {}\n");
    let outcome = folder.run(&["diff", "old/a/topology.yaml", "old/a/more.yaml"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("are parts of one topology, that of `old/a/isolint.toml`"), "{}", outcome.stderr);
}

#[test]
fn standard_input_can_be_the_earlier_state() {
    let folder = Folder::with(&[("new.yaml", &PLAIN.replace("deny", "allow"))]);
    let outcome = folder.run_with(&["diff", "-", "new.yaml"], PLAIN.as_bytes());
    assert_eq!(outcome.status, 1, "{}", outcome.text());
    assert!(outcome.stdout.contains("<stdin>:7:"), "{}", outcome.stdout);
}

#[test]
fn mistaken_former_names_are_told_at_their_places() {
    let topology = "\
storage:
  raw: {formerly: storage/cold}
  cooked: {formerly: cooked}
  one: {formerly: [both, other]}
  two: {formerly: both}
  three: {formerly: {name: x}}
  four: {formerly: [a, a]}
vnets:
  plant: {formerly: site/plant, subnets: {app: {formerly: factory/app}}}
role_assignments:
  - {formerly: x, principal: storage/raw, role: Reader, scope: storage/one}
defaults:
  storage: {formerly: x}
";
    let folder = Folder::with(&[("topology.yaml", topology)]);
    let (status, report) = folder.check(&["topology.yaml"]);
    assert_eq!(status, 3);
    let problems = command::each(&report, "problems", &["location.line", "code", "message"]);
    assert_eq!(
        problems,
        [
            "2 bad-name `storage/cold` cannot have been its name",
            "3 bad-name `cooked` is its name today",
            "5 duplicate-name `both` cannot be the former name of both `storage/one` and `storage/two`",
            "6 wrong-type expected a name, found a mapping",
            "7 duplicate-name `a` is said twice to be a former name of `storage/four`",
            "9 bad-name `site/plant` cannot have been its name",
            "11 unknown-field a `role assignment` has no field `formerly`",
            "13 unknown-field `formerly` cannot be a default",
        ]
    );
}

#[test]
fn a_path_class_beside_a_denial_is_told() {
    let folder = Folder::with(&[(
        "topology.yaml",
        "policy:\n  - {effect: deny, from: internet, to: storage/*, at_least: private}\nstorage: {raw: {network: {default_action: deny}}}\n",
    )]);
    let (status, report) = folder.check(&["topology.yaml"]);
    assert_eq!(status, 3);
    let problems = command::each(&report, "problems", &["location.line", "code", "message"]);
    assert_eq!(problems, ["2 useless-field `at_least` says nothing beside `effect: deny`"]);
    for statement in
        ["effect: allow, from: job/*, to: storage/*, at_least: private", "effect: deny, from: job/*, to: storage/*"]
    {
        let text = format!("policy:\n  - {{{statement}}}\nstorage: {{raw: {{}}}}\njobs: {{telemetry: {{}}}}\n");
        folder.write("topology.yaml", text.as_bytes());
        assert_eq!(folder.check(&["topology.yaml"]).1["problems"], serde_json::json!([]), "{statement}");
    }
}
