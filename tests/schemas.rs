//! The published schemas say what the program reads and writes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/kept.rs"]
mod kept;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use isolint::source::{Content, Limits, NodeId, Sources};
use jsonschema::Validator;
use kept::{isolint, keep, output, root};
use serde_json::{Map, Value};

/// The schema of topologies as the program prints it, which the kept one is to equal.
fn topology_schema() -> Validator {
    let (printed, status) = output(isolint().arg("schema"));
    assert_eq!(status, 0);
    validator(&printed)
}

fn report_schema() -> Validator {
    validator(&fs::read_to_string(root().join("schemas/report.schema.json")).expect("the schema is kept"))
}

fn validator(text: &str) -> Validator {
    let schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a JSON Schema");
    jsonschema::validator_for(&schema).expect("the schema can be used")
}

/// What a schema says against a value, a line for each objection.
fn objections(schema: &Validator, value: &Value) -> Vec<String> {
    schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The documents of a YAML text as JSON, as an editor sees them: a tag such as `!unknown` leaves the text behind it.
fn documents(yaml: &str) -> Vec<Value> {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let (_, roots) = sources.add_yaml("input.yaml", yaml.to_owned(), &Limits::default(), &mut problems);
    assert_eq!(problems, [], "{yaml}");
    roots.into_iter().map(|root| json(&sources, root)).collect()
}

fn json(sources: &Sources, node: NodeId) -> Value {
    match sources.node(sources.resolve(node)).content {
        Content::Null => Value::Null,
        Content::Sequence { .. } => sources.items(node).iter().map(|item| json(sources, *item)).collect(),
        Content::Mapping { .. } => {
            let entries = sources.entries(node).iter();
            let entries = entries.map(|entry| (sources.text(entry.key).into_owned(), json(sources, entry.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        _ => match (sources.as_bool(node), sources.as_int(node)) {
            (Some(truth), _) => Value::Bool(truth),
            (_, Some(number)) => Value::from(number),
            _ => Value::from(sources.text(node).into_owned()),
        },
    }
}

/// All YAML files below a folder.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = |path: PathBuf| if path.is_dir() { yaml_files(&path) } else { vec![path] };
    let is_yaml = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yaml");
    paths.into_iter().flat_map(below).filter(is_yaml).collect()
}

/// Runs `isolint check --format json` on a topology from standard input.
fn check_text(yaml: &str) -> (Value, i32) {
    let mut command = isolint();
    command.args(["check", "-", "--format", "json"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    child.stdin.take().unwrap().write_all(yaml.as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    (serde_json::from_slice(&output.stdout).expect("the report is JSON"), output.status.code().unwrap())
}

/// Inputs with a mistake that a schema can express.
const BROKEN: &[(&str, &str)] = &[
    ("an unknown section", "jobs: {}\nstorages: {}\n"),
    ("a section that is a list", "jobs: [telemetry]\n"),
    ("a list that is a section", "role_assignments: {first: {}}\n"),
    ("an unknown field", "storage: {raw: {colour: blue}}\n"),
    ("a field of another service", "sql: {process: {hierarchical_namespace: true}}\n"),
    ("an unknown field within a group", "storage: {raw: {network: {default: deny}}}\n"),
    ("a group that is a list", "storage: {raw: {network: [deny]}}\n"),
    ("names that are a list", "jobs: {telemetry: {inputs: [measurements]}}\n"),
    ("a list in the place of a number", "jobs: {telemetry: {streaming_units: [6]}}\n"),
    ("a number in the place of a truth value", "devices: {press: {hub: iot, uploads_files: 3}}\nhubs: {iot: {}}\n"),
    ("an input without its resource", "jobs: {telemetry: {inputs: {measurements: {kind: stream}}}}\n"),
    ("an unknown field below defaults", "defaults: {jobs: {colour: blue}}\njobs: {}\n"),
];

#[test]
fn the_topology_schema_is_what_the_program_prints() {
    let (printed, status) = output(isolint().arg("schema"));
    assert_eq!(status, 0);
    keep("schemas/topology.schema.json", &printed, "UPDATE_DOCS");
}

#[test]
fn the_example_estates_fit_the_topology_schema() {
    let schema = topology_schema();
    let mut files = yaml_files(&root().join("examples"));
    files.retain(|file| !file.starts_with(root().join("examples/policies")));
    assert!(files.len() >= 7, "examples are missing: {files:?}");
    for file in files {
        for document in documents(&fs::read_to_string(&file).unwrap()) {
            assert_eq!(objections(&schema, &document), [""; 0], "{}", file.display());
        }
    }
}

#[test]
fn the_examples_of_rules_and_methods_fit_the_topology_schema() {
    let schema = topology_schema();
    let definitions = isolint::shipped::definitions().expect("the embedded knowledge can be read");
    let of_rules = definitions
        .rules
        .iter()
        .flat_map(|rule| rule.examples.iter().map(move |example| (&rule.name, &example.topology)));
    let of_methods = definitions
        .methods
        .iter()
        .flat_map(|method| method.examples.iter().map(move |example| (&method.name, &example.topology)));
    for (name, topology) in of_rules.chain(of_methods) {
        for document in documents(topology) {
            assert_eq!(objections(&schema, &document), [""; 0], "{name}:\n{topology}");
        }
    }
}

#[test]
fn what_does_not_fit_the_topology_schema_is_not_read_either() {
    let schema = topology_schema();
    for (mistake, yaml) in BROKEN {
        let fits = documents(yaml).iter().all(|document| schema.is_valid(document));
        assert!(!fits, "the schema accepts {mistake}");
        let (report, status) = check_text(yaml);
        assert_eq!(status, 3, "isolint accepts {mistake}: {report:#}");
    }
}

#[test]
fn every_report_fits_the_report_schema() {
    let schema = report_schema();
    for paths in
        [&["examples/topology.yaml"][..], &["examples/streaming"], &["examples/streaming-broken"], &["examples"]]
    {
        for edition in ["documents", "current"] {
            let (text, status) =
                output(isolint().args(["check", "--format", "json", "--edition", edition]).args(paths));
            assert!(status <= 1, "{paths:?} end with status {status}");
            let report = serde_json::from_str(&text).expect("the report is JSON");
            assert_eq!(objections(&schema, &report), [""; 0], "{paths:?}");
        }
    }
}

#[test]
fn reports_of_mistakes_and_of_what_is_not_known_fit_the_report_schema() {
    let schema = report_schema();
    let unknown = "\
storage: {raw: {network: !unknown set by the platform team}}
jobs: {telemetry: {identity: system_assigned, outputs: {raw: {resource: storage/raw, auth: managed_identity}}}}
";
    let not_yaml = "jobs: {telemetry: [\n";
    let foreign = "apiVersion: v1\nkind: Service\n";
    let inputs = BROKEN.iter().map(|(_, yaml)| *yaml).chain([unknown, not_yaml, foreign, "", "jobs: {}\n"]);
    for yaml in inputs {
        let (report, _) = check_text(yaml);
        assert_eq!(objections(&schema, &report), [""; 0], "{yaml}");
    }
    let (report, _) = check_text(unknown);
    assert_ne!(report["undetermined"], Value::Array(Vec::new()), "{report:#}");
}
