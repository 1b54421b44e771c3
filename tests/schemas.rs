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

/// A schema as the program prints it; the kept one is the same.
fn printed(kind: &str) -> Value {
    let (text, status) = output(isolint().args(["schema", kind]));
    assert_eq!(status, 0);
    keep(&format!("schemas/{kind}.schema.json"), &text, "UPDATE_DOCS");
    let schema: Value = serde_json::from_str(&text).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a JSON Schema");
    schema
}

fn keys(object: &Value) -> Vec<String> {
    let mut keys: Vec<String> = object.as_object().expect("a group").keys().cloned().collect();
    keys.sort();
    keys
}

/// A folder of its own with these files.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    for (file, text) in files {
        fs::create_dir_all(folder.join(file).parent().unwrap()).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }
    folder
}

fn run_in(folder: &Path, arguments: &[&str]) -> (String, String, i32) {
    let output = isolint().args(arguments).current_dir(folder).output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is UTF-8");
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn every_kind_of_schema_is_kept() {
    for kind in ["topology", "configuration", "rule", "report", "baseline"] {
        printed(kind);
        assert!(root().join(format!("schemas/{kind}.schema.json")).is_file());
    }
    let kept = fs::read_dir(root().join("schemas")).unwrap().count();
    assert_eq!(kept, 5, "a schema is kept that nothing prints");
}

/// A configuration as JSON, as an editor sees it.
fn configuration(text: &str) -> Value {
    let value: toml::Value = toml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    serde_json::to_value(value).unwrap()
}

/// What is allowed in a place, as the program lists it after a word that is not.
fn allowed(settings: &str) -> Vec<String> {
    let folder = folder("schema-allowed", &[("isolint.toml", settings), ("t.yaml", "storage: {raw: {}}\n")]);
    let (_, error, status) = run_in(&folder, &["check", "."]);
    assert_eq!(status, 2, "{settings}");
    let list = error.split("(allowed: ").nth(1).and_then(|rest| rest.split(')').next());
    let list = list.unwrap_or_else(|| panic!("no list after {settings}: {error}"));
    let mut words: Vec<String> = list.split(", ").map(str::to_owned).collect();
    words.sort();
    words
}

#[test]
fn the_configuration_schema_names_what_the_program_reads() {
    let schema = printed("configuration");
    let definitions = &schema["$defs"];
    assert_eq!(allowed("nonsense = 1\n"), keys(&schema["properties"]));
    assert_eq!(allowed("[[per-path]]\nnonsense = 1\n"), keys(&definitions["per-path"]["properties"]));
    assert_eq!(allowed("[[exception]]\nnonsense = 1\n"), keys(&definitions["exception"]["properties"]));
    for key in ["fail-on", "undetermined", "edition"] {
        let mut words: Vec<&str> =
            schema["properties"][key]["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        words.sort_unstable();
        assert_eq!(allowed(&format!("{key} = \"nonsense\"\n")), words, "{key}");
    }
    let mut levels: Vec<&str> = schema["properties"]["level"]["additionalProperties"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    levels.sort_unstable();
    assert_eq!(allowed("[level]\nx = \"nonsense\"\n"), levels);
}

#[test]
fn the_configuration_schema_and_the_program_agree() {
    let schema = validator(&printed("configuration").to_string());
    for (text, is_good) in [
        ("", true),
        ("select = [\"hub-*\"]\nrequire-reason = true\nlongest-exception = 90\n", true),
        ("[[per-path]]\npath = \"legacy/**\"\nignore = [\"ip-*\"]\nlevel = {\"hub-*\" = \"off\"}\n", true),
        ("[[exception]]\nrule = \"ip-*\"\nresource = [\"a\", \"b\"]\nuntil = \"2099-01-31\"\nreason = \"so\"\n", true),
        ("select = \"hub-*\"\n", false),
        ("require-reason = \"yes\"\n", false),
        ("longest-exception = -1\n", false),
        ("[[per-path]]\nignore = []\n", false),
        ("[[exception]]\nrule = \"ip-*\"\n", false),
        ("[[exception]]\npath = \"ip-*\"\n", false),
        ("[[exception]]\nrule = []\npath = \"a\"\n", false),
        ("[[exception]]\nrule = \"ip-*\"\npath = \"a\"\nuntil = \"soon\"\n", false),
        ("[[exception]]\nrule = \"ip-*\"\npath = \"a\"\nreason = \"\"\n", false),
    ] {
        assert_eq!(schema.is_valid(&configuration(text)), is_good, "the schema on {text}");
        let folder = folder("schema-agree", &[("isolint.toml", text), ("t.yaml", "storage: {raw: {}}\n")]);
        let (_, error, status) = run_in(&folder, &["check", "."]);
        assert_eq!(status != 2, is_good, "isolint on {text}: {error}");
    }
    let examples = fs::read_to_string(root().join("examples/isolint.toml")).unwrap();
    assert_eq!(objections(&schema, &configuration(&examples)), [""; 0]);
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let blocks: Vec<&str> =
        readme.split("```toml settings\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 2);
    for block in blocks {
        // A date of TOML is text for a schema.
        let block = block.replace("until = 2030-01-31", "until = \"2030-01-31\"");
        assert_eq!(objections(&schema, &configuration(&block)), [""; 0], "{block}");
    }
}

#[test]
fn the_rule_schema_fits_every_rule_and_names_their_fields() {
    let schema = printed("rule");
    let validator = validator(&schema.to_string());
    let mut files = yaml_files(&root().join("rules/checks"));
    files.extend(yaml_files(&root().join("rules/changes")));
    files.extend(yaml_files(&root().join("examples/policies")));
    assert!(files.len() > 150);
    for file in files {
        for document in documents(&fs::read_to_string(&file).unwrap()) {
            assert_eq!(objections(&validator, &document), [""; 0], "{}", file.display());
        }
    }
    for (kind, mark) in [("rule", ""), ("change", "watch: {}\n")] {
        let text = format!("{mark}zzzzzzzzzzzz: 1\n");
        assert!(!validator.is_valid(&documents(&text)[0]), "{kind}");
        let folder = folder("schema-rule", &[("r/r.yaml", &text)]);
        let (_, error, status) = run_in(&folder, &["rules", "--rules", "r"]);
        assert_eq!(status, 2, "{error}");
        let told = error.replace(['\n', ' '], "");
        let mut listed: Vec<&str> = told.split("thefieldsare").nth(1).unwrap().split(',').collect();
        let last = listed.pop().unwrap();
        assert!(last.starts_with("examples"), "{last}");
        listed.push("examples");
        listed.sort_unstable();
        assert_eq!(listed, keys(&schema["$defs"][kind]["properties"]), "{kind}");
    }
}

#[test]
fn the_baseline_schema_fits_what_is_written() {
    let schema = printed("baseline");
    let validator = validator(&schema.to_string());
    let folder = folder("schema-baseline", &[]);
    let file = folder.join("known.yaml");
    let broken = root().join("examples/streaming-broken");
    let (_, error, status) =
        run_in(&folder, &["baseline", "write", broken.to_str().unwrap(), "--baseline", file.to_str().unwrap()]);
    assert_eq!(status, 0, "{error}");
    let written = &documents(&fs::read_to_string(&file).unwrap())[0];
    assert_eq!(objections(&validator, written), [""; 0]);
    assert!(written["findings"].as_array().unwrap().len() > 10);
    assert_eq!(keys(&schema["$defs"]["finding"]["properties"]), keys(&written["findings"][0]));
    for bad in ["version: 2\nfindings: []\n", "version: 1\n", "version: 1\nfindings: [{rule: a}]\n"] {
        assert!(!validator.is_valid(&documents(bad)[0]), "{bad}");
    }
}
