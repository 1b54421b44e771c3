//! The reports for programs, of real runs, against their schema and against the files they speak of.

#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use isolint::analysis::{Analysis, Input, InputStatus, Supposed, paths};
use isolint::report::{HumanOptions, PathsReport, write_human, write_json, write_paths_json};
use isolint::source::Sources;
use isolint::topology::{FLOW, ObjectId, Topology};
use serde_json::{Value, json};
use support::{definitions, judge, read, ruleset};

/// Mistakes, unknown values and things that are elsewhere.
const DOUBTFUL: &str = r#"
jobs:
  télémétrie:
    capcity: 3
    identity: !unknown "parameter `identity` has no default"
    outputs:
      froid: {resource: storage/archive, auth: !unknown "sortie du module", name: "日本"}
      ailleurs: {resource: storage/elsewhere, auth: managed_identity}
      nowhere: {resource: storage/nowhere, auth: managed_identity}
storage:
  archive:
    network: {default_action: !unknown posture, bypass: [azure_services]}
  elsewhere: {outside: true}
"#;

type Files = Vec<(String, String)>;

fn estates() -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let load = |path: &Path| {
        let name = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        (name, fs::read_to_string(path).unwrap())
    };
    let folder = |name: &str| -> Files {
        let files = fs::read_dir(root.join(name)).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Files =
            files.filter(|path| path.extension().is_some_and(|ext| ext == "yaml")).map(|path| load(&path)).collect();
        files.sort();
        files
    };
    vec![
        vec![load(&root.join("topology.yaml"))],
        folder("streaming"),
        folder("streaming-broken"),
        vec![("doubtful.yaml".to_owned(), DOUBTFUL.to_owned())],
    ]
}

fn borrowed(files: &Files) -> Vec<(&str, &str)> {
    files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}

/// What `isolint check` reports.
fn check(files: &Files) -> (Analysis, Sources) {
    let definitions = definitions();
    let mut read = read(&definitions, "documents", &borrowed(files));
    let mut problems = std::mem::take(&mut read.problems);
    let (result, sources) = judge(&mut ruleset(&definitions), read, "documents");
    problems.extend(result.problems);
    let input =
        |(name, _): &(String, String)| Input { path: name.clone(), format: "topology", status: InputStatus::Checked };
    let analysis = Analysis {
        findings: result.findings,
        fixed: Vec::new(),
        problems,
        flows: result.flows,
        undetermined: result.undetermined,
        inputs: files.iter().map(input).collect(),
        resources: result.resources,
        unread: Vec::new(),
        rules: definitions.rules.len(),
        edition: "documents".to_owned(),
        ..Analysis::default()
    };
    (analysis, sources)
}

fn checked(files: &Files) -> Value {
    let (analysis, sources) = check(files);
    let mut out = Vec::new();
    write_json(&mut out, &analysis, &sources).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn find(topology: &Topology, address: &str) -> Option<ObjectId> {
    let objects = (0u32..).zip(topology.objects()).map(|(index, _)| ObjectId(index));
    objects.into_iter().find(|id| topology.object(*id).kind != FLOW && topology.address(*id) == address)
}

/// What `isolint paths` answers for the ends of a flow.
fn answered(files: &Files, origin: &str, target: &str) -> Value {
    let definitions = definitions();
    let read = read(&definitions, "documents", &borrowed(files));
    let ends = (find(&read.topology, origin).unwrap(), find(&read.topology, target).unwrap());
    let found = paths(&mut ruleset(&definitions), read.topology, &read.sources, ends, Supposed::default());
    let reports: Vec<PathsReport> = found
        .into_iter()
        .map(|path| PathsReport { flow: path.flow, methods: path.methods, hypothetical: path.hypothetical })
        .collect();
    let mut out = Vec::new();
    write_paths_json(&mut out, &reports, &read.sources).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn schema() -> Value {
    serde_json::from_str(include_str!("../schemas/report.schema.json")).unwrap()
}

/// Every location in a report.
fn locations<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    match value {
        Value::Object(members) if members.contains_key("byte_offset") => found.push(value),
        Value::Object(members) => members.values().for_each(|member| locations(member, found)),
        Value::Array(items) => items.iter().for_each(|item| locations(item, found)),
        _ => {}
    }
}

/// Line and column of a byte, counted the long way.
fn counted(text: &str, offset: usize) -> (u64, u64) {
    let before = &text[..offset];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().trim_start_matches('\u{feff}').chars().count() + 1;
    (line as u64, column as u64)
}

fn lines_and_columns(location: &Value) -> [u64; 4] {
    ["line", "column", "end_line", "end_column"].map(|key| location[key].as_u64().unwrap())
}

#[test]
fn what_check_writes_is_as_its_schema_says() {
    let schema = schema();
    for files in estates() {
        assert_valid(&schema, &checked(&files));
    }
}

#[test]
fn what_paths_writes_is_as_its_schema_says() {
    let definitions = schema()["$defs"].take();
    let schema = json!({"$ref": "#/$defs/paths", "$defs": definitions});
    for files in estates() {
        let report = checked(&files);
        let flows = report["flows"].as_array().unwrap();
        assert!(!flows.is_empty());
        // Of every verdict one.
        let end = |flow: &Value, key: &str| flow[key].as_str().unwrap().to_owned();
        let verdicts: BTreeMap<String, &Value> = flows
            .iter()
            .filter(|flow| end(flow, "target").contains('/'))
            .map(|flow| (end(flow, "verdict"), flow))
            .collect();
        for flow in verdicts.values() {
            let answer = answered(&files, &end(flow, "origin"), &end(flow, "target"));
            assert_valid(&schema, &answer);
            assert_ne!(answer["paths"], json!([]));
        }
    }
}

#[test]
fn locations_are_those_of_the_files() {
    let mut total = 0;
    for files in estates() {
        let report = checked(&files);
        let mut found = Vec::new();
        locations(&report, &mut found);
        for location in &found {
            let (_, text) = files.iter().find(|(name, _)| location["file"] == json!(name)).unwrap();
            let offset = usize::try_from(location["byte_offset"].as_u64().unwrap()).unwrap();
            let length = usize::try_from(location["byte_length"].as_u64().unwrap()).unwrap();
            let (line, column) = counted(text, offset);
            let (end_line, end_column) = counted(text, offset + length);
            assert_eq!(lines_and_columns(location), [line, column, end_line, end_column], "{location}");
        }
        total += found.len();
    }
    assert!(total > 200, "{total}");
}

/// The same estate from another editor: byte-order marks and the line breaks of Windows move bytes, but nothing else.
#[test]
fn locations_do_not_hang_on_line_breaks_and_marks() {
    for files in estates() {
        let foreign: Files = files
            .iter()
            .map(|(name, text)| (name.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n"))))
            .collect();
        let (own, other) = (checked(&files), checked(&foreign));
        let (mut ours, mut others) = (Vec::new(), Vec::new());
        locations(&own, &mut ours);
        locations(&other, &mut others);
        let places = |found: &[&Value]| -> Vec<[u64; 4]> { found.iter().map(|one| lines_and_columns(one)).collect() };
        assert_eq!(places(&ours), places(&others));
        assert_eq!(own["summary"], other["summary"]);
    }
}

/// No line is wider than the terminal, but for words that cannot be broken.
#[test]
fn reports_for_people_keep_to_the_width() {
    for files in estates() {
        let (analysis, sources) = check(&files);
        for width in [60, 80, 100, 140] {
            let options = HumanOptions { width, show_undetermined: true, ..HumanOptions::default() };
            let mut out = Vec::new();
            write_human(&mut out, &analysis, &sources, &options).unwrap();
            let text = String::from_utf8(out).unwrap();
            for line in text.lines().filter(|line| line.chars().count() > width) {
                let longest = line.split_whitespace().map(str::len).max().unwrap_or(0);
                let is_drawn = line.contains(['│', '·', '╭', '├']);
                // Words to choose from stand in the place of one value.
                let is_choice = line.contains(": <") && line.ends_with('>');
                assert!(is_drawn || is_choice || longest > width / 3, "{width}: {line}");
            }
        }
    }
}
