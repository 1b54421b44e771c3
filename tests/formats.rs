//! The forms of the report: each as its readers demand it, of clean, broken, unreadable and foreign input.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
#[path = "formats/commands.rs"]
mod commands;
#[path = "formats/junit.rs"]
mod junit;
#[path = "formats/outputs.rs"]
mod outputs;
#[path = "formats/pipelines.rs"]
mod pipelines;
#[path = "formats/sarif.rs"]
mod sarif;

use std::collections::HashSet;
use std::io::Read;
use std::process::Stdio;

use command::Folder;
use serde_json::Value;

/// Every form that `check` knows.
const FORMATS: [&str; 10] =
    ["human", "compact", "json", "json-lines", "sarif", "github", "markdown", "gitlab", "azure-pipelines", "junit"];

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

/// Names from elsewhere, with characters beyond the basic plane before the place that matters.
const FOREIGN: &str = "\
jobs:
  télémétrie:
    identity: system_assigned
    outputs:
      \"😀 日本\": {resource: storage/archive, auth: connection_string}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
";

/// Names that mean something to those who read reports.
const HOSTILE: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      \"a,b: 100% ]]> <b>&\\n::error::x ##vso[task.complete] ##[warning]\": {resource: storage/archive, auth: connection_string}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
";

/// A mistake that can be read past, and a value that nobody knows.
const MISTAKEN: &str = "\
jobs:
  telemetry:
    capcity: 3
    identity: !unknown \"a parameter without default\"
    outputs:
      results: {resource: storage/archive, auth: managed_identity}
storage:
  archive:
    network: {default_action: deny, bypass: [azure_services]}
";

/// A template with a parameter that nobody gives a value, and a resource of a type that is not understood.
const TEMPLATE: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "parameters": {"name": {"type": "string"}, "région": {"type": "string", "defaultValue": "westeurope"}},
  "resources": [
    {
      "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "[parameters('name')]",
      "location": "[parameters('région')]", "sku": {"name": "Standard_LRS"}, "kind": "StorageV2",
      "properties": {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/24"}]}}
    },
    {"type": "Microsoft.Network/azureFirewalls", "apiVersion": "2023-01-01", "name": "😀", "properties": {}}
  ]
}
"#;

/// One finding under an exception, one in the baseline, and one about an exception; an entry of the baseline is gone.
const ACCEPTED: &str = "\
storage:
  # isolint: ignore[ip-rule-with-open-default] until=2099-01-31 reason=Opened for the \"migration\" <é>
  old:
    network: {default_action: allow, ip_rules: [198.51.100.20]}
  known:
    network: {default_action: allow, ip_rules: [198.51.100.21]}
  raw:
    network: {default_action: deny}  # isolint: ignore[ip-rule-with-open-default] until=2020-01-01
";
const KNOWN: &str = "\
version: 1
findings:
  - {rule: ip-rule-with-open-default, resources: [storage/known], fingerprint: 3e2f27964956eb43294fde37e501e898}
  - {rule: job-flow-blocked, resources: [storage/gone], fingerprint: \"0123456789abcdef0123456789abcdef\"}
";

/// Every sort of input, in a folder of its own.
fn situations() -> Folder {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/");
    let broken = |file: &str| std::fs::read_to_string(format!("{root}streaming-broken/{file}.yaml")).unwrap();
    let folder = Folder::with(&[
        ("clean/topology.yaml", "storage:\n  raw: {}\n"),
        ("blocked/topology.yaml", BLOCKED),
        ("broken/data.yaml", &broken("data")),
        ("broken/networks.yaml", &broken("networks")),
        ("broken/streaming.yaml", &broken("streaming")),
        ("foreign/réseau plan #1.yaml", FOREIGN),
        ("hostile/topology.yaml", HOSTILE),
        ("mistaken/topology.yaml", MISTAKEN),
        ("syntax/topology.yaml", "jobs: {telemetry: [\n"),
        ("mixed/other.yaml", "apiVersion: v1\nkind: Service\n"),
        ("mixed/topology.yaml", BLOCKED),
        ("template/azuredeploy.json", TEMPLATE),
        ("accepted/topology.yaml", ACCEPTED),
        ("accepted/isolint.toml", "baseline = \"known.yaml\"\n"),
        ("accepted/known.yaml", KNOWN),
    ]);
    folder.write("unreadable/topology.yaml", b"\xff\xfej\0o\0b\0s\0");
    folder.write("mixed/utf16.yaml", b"\xff\xfej\0o\0b\0s\0");
    folder
}

/// The situations and the status that each ends with.
const SITUATIONS: &[(&str, i32)] = &[
    ("clean", 0),
    ("blocked", 1),
    ("broken", 1),
    ("foreign", 1),
    ("hostile", 1),
    ("mistaken", 3),
    ("syntax", 3),
    ("unreadable", 3),
    ("mixed", 3),
    ("nowhere", 3),
    ("template", 1),
    ("accepted", 0),
];

fn run(folder: &Folder, situation: &str, format: &str, status: i32) -> String {
    let outcome = folder.run(&["check", situation, "--format", format]);
    assert_eq!(outcome.status, status, "{situation} as {format}: {}", outcome.text());
    outcome.stdout
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn the_status_and_the_bytes_hang_on_the_input_alone() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        for format in FORMATS {
            let first = run(&folder, situation, format, *status);
            assert_eq!(first, run(&folder, situation, format, *status), "{situation} as {format}");
        }
    }
    for format in FORMATS {
        let outcome = folder.run(&["check", "blocked", "--format", format, "--ignore", "no-such-rule"]);
        assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""), "{format}");
        let outcome = folder.run(&["check", "blocked", "--format", format, "--fail-on", "never"]);
        assert_eq!(outcome.status, 0, "{format}");
    }
}

/// What could not be read is told in every form, so that nothing looks clean that is not.
#[test]
fn no_form_is_silent_about_what_was_not_read() {
    let folder = situations();
    for format in FORMATS {
        for situation in ["mistaken", "syntax", "unreadable", "nowhere"] {
            let text = run(&folder, situation, format, 3);
            assert!(text.contains(situation), "{situation} as {format}: {text}");
        }
    }
}

#[test]
fn whoever_has_read_enough_may_go() {
    let folder = situations();
    for format in FORMATS {
        let mut command = folder.command(&["check", "broken", "--format", format]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(1), ""), "{format}");
    }
}

#[test]
fn compact_has_a_line_for_each() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let text = run(&folder, situation, "compact", *status);
        let report = json(&run(&folder, situation, "json", *status));
        let length = |key: &str| report[key].as_array().unwrap().len();
        let lines: Vec<&str> = text.lines().collect();
        let told: HashSet<&str> = lines.iter().filter_map(|line| line.split(':').next()).collect();
        let unread = |input: &&Value| input["status"] == "unreadable";
        for input in report["inputs"].as_array().unwrap().iter().filter(unread) {
            assert!(told.contains(input["path"].as_str().unwrap()), "{text}");
        }
        let counted = report["findings"].as_array().unwrap().iter().filter(|one| one["ignored"].is_null()).count();
        assert!(lines.len() > counted + length("problems"), "{text}");
        let quiet = folder.run(&["check", situation, "--format", "compact", "--quiet"]).stdout;
        assert_eq!(quiet.lines().collect::<Vec<_>>(), lines[..lines.len() - 1]);
    }
    let text = run(&folder, "foreign", "compact", 1);
    let start =
        "foreign/réseau plan #1.yaml:5:26: error[job-flow-blocked]: job/télémétrie cannot reach storage/archive";
    assert!(text.starts_with(start), "{text}");
}

#[test]
fn json_lines_say_what_json_says() {
    let folder = situations();
    let schema = json(include_str!("../schemas/report.schema.json"));
    let line_schema = serde_json::json!({"$ref": "#/$defs/line", "$defs": schema["$defs"]});
    let validator = jsonschema::validator_for(&line_schema).unwrap();
    for (situation, status) in SITUATIONS {
        let report = json(&run(&folder, situation, "json", *status));
        let lines: Vec<Value> = run(&folder, situation, "json-lines", *status).lines().map(json).collect();
        for line in &lines {
            let errors: Vec<String> = validator.iter_errors(line).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0], "{line}");
        }
        let of = |key: &str| lines.iter().filter_map(|line| line.get(key)).cloned().collect::<Vec<Value>>();
        for (key, list) in [
            ("finding", "findings"),
            ("fixed", "fixed"),
            ("problem", "problems"),
            ("flow", "flows"),
            ("undetermined", "undetermined"),
            ("input", "inputs"),
            ("unread", "unread"),
        ] {
            assert_eq!(Value::Array(of(key)), report[list], "{situation}: {key}");
        }
        assert_eq!(of("summary"), [report["summary"].clone()]);
        assert_eq!(lines[0]["report"]["edition"], "documents");
    }
}

#[test]
fn gitlab_gets_what_it_reads() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let issues = json(&run(&folder, situation, "gitlab", *status));
        let issues = issues.as_array().unwrap();
        assert_eq!(issues.is_empty(), *situation == "clean", "{situation}");
        let mut fingerprints = HashSet::new();
        for issue in issues {
            assert!(fingerprints.insert(issue["fingerprint"].as_str().unwrap()), "{issue} is told twice");
            assert!(!issue["description"].as_str().unwrap().contains('\n'), "{issue}");
            assert!(["info", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap()), "{issue}");
            assert!(!issue["check_name"].as_str().unwrap().is_empty(), "{issue}");
            assert!(issue["location"]["path"].as_str().unwrap().starts_with(situation), "{issue}");
            assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1, "{issue}");
        }
    }
    let issues = json(&run(&folder, "blocked", "gitlab", 1));
    let report = json(&run(&folder, "blocked", "json", 1));
    assert_eq!(issues[0]["fingerprint"], report["findings"][0]["fingerprint"]);
    assert_eq!(issues[0]["location"]["lines"]["begin"], 5);
    assert_eq!(json(&run(&folder, "unreadable", "gitlab", 3))[0]["severity"], "blocker");
}

#[test]
fn markdown_tells_every_finding_and_means_nothing_else() {
    let folder = situations();
    let text = run(&folder, "broken", "markdown", 1);
    let report = json(&run(&folder, "broken", "json", 1));
    for finding in report["findings"].as_array().unwrap() {
        let (location, rule) = (&finding["location"], finding["rule"].as_str().unwrap());
        let place = format!("(`{}:{}`)", location["file"].as_str().unwrap(), location["line"]);
        let is_told = |line: &str| line.contains(&format!("`{rule}`: ")) && line.ends_with(&place);
        assert!(text.lines().any(is_told), "{rule} {place}: {text}");
    }
    let text = run(&folder, "hostile", "markdown", 1);
    assert!(text.contains("::error::x") && !text.lines().any(|line| line.trim_start().starts_with("::")), "{text}");
    assert!(run(&folder, "clean", "markdown", 0).starts_with("## isolint\n\nNo findings: 1 resource in 1 file"));
}
