//! The example estate as templates: whatever is said of its topology files is said of them, in both language versions,
//! and of what they are turned into.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
mod support;

use std::fs;
use std::path::{Path, PathBuf};

use command::{Folder, each};
use isolint::analysis::{Finding, FlowResult, Options, UnitResult, analyse};
use isolint::frontend::topology_file::Reader;
use isolint::source::{Limits, Sources};
use serde_json::{Value, json};
use support::{filled, known, ruleset};

/// The estate as topology files, and as templates in both language versions.
const ESTATES: [(&str, [&str; 2]); 2] = [
    ("streaming", ["arm/streaming", "arm/symbolic-names/streaming"]),
    ("streaming-broken", ["arm/streaming-broken", "arm/symbolic-names/streaming-broken"]),
];

/// What is called otherwise in templates: a name of a storage account holds no dash.
const RENAMED: (&str, &str) = ("storage/quality-state", "storage/qualitystate");

fn examples(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(path)
}

/// An example and its files in a folder of its own.
fn copied(path: &str) -> Folder {
    let folder = Folder::with(&[]);
    for entry in fs::read_dir(examples(path)).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_file() {
            folder.write(entry.file_name().to_str().unwrap(), &fs::read(entry.path()).unwrap());
        }
    }
    folder
}

fn report(path: &str) -> Value {
    let folder = copied(path);
    let (status, report) = folder.check(&["."]);
    assert!(status <= 1, "{path}: {report:#}");
    assert_eq!(report["problems"], json!([]), "{path}");
    report
}

/// The findings without places: all that is the same wherever a thing is written.
fn findings(report: &Value) -> Vec<String> {
    let all = report["findings"].as_array().unwrap();
    let rule_of = |fingerprint: &Value| {
        let cause = all.iter().find(|finding| finding["fingerprint"] == *fingerprint);
        cause.map_or(Value::Null, |cause| cause["rule"].clone())
    };
    let told = all.iter().map(|finding| {
        let keys = ["rule", "level", "message", "resources", "field", "fingerprint", "ignored"];
        let mut told: Vec<String> = keys.iter().map(|key| finding[key].to_string()).collect();
        told.push(rule_of(&finding["caused_by"]).to_string());
        told.join(" ").replace(RENAMED.0, RENAMED.1)
    });
    sorted(told.collect())
}

/// The answers to all connections.
fn flows(report: &Value) -> Vec<String> {
    let keys = ["origin", "target", "purpose", "verdict", "method", "path_class", "declared_by"];
    sorted(each(report, "flows", &keys).into_iter().map(|flow| flow.replace(RENAMED.0, RENAMED.1)).collect())
}

fn sorted(mut told: Vec<String>) -> Vec<String> {
    told.sort();
    told
}

#[test]
fn templates_are_judged_like_the_topology_files_of_the_estate() {
    let mut counts = Vec::new();
    for (topology, templates) in ESTATES {
        let expected = report(topology);
        assert_eq!(expected["undetermined"], json!([]), "{topology}");
        for path in templates {
            let found = report(path);
            assert_eq!(findings(&found), findings(&expected), "{path}");
            assert_eq!(flows(&found), flows(&expected), "{path}");
            // What nobody knows of the templates decides nothing that the topology files decide.
            assert_eq!(found["undetermined"], json!([]), "{path}");
        }
        counts.push((findings(&expected).len(), flows(&expected).len()));
    }
    // What each of them has to say is stated with the proofs of the examples; here it is only not nothing.
    assert!(counts[0].0 == 0 && counts[1].0 > 20 && counts.iter().all(|(_, flows)| *flows > 30), "{counts:?}");
}

/// How a version names a resource that it asks something of, and how the other one does.
const REFERENCES: [(&str, &str); 2] = [
    ("reference(resourceId('Microsoft.Resources/deployments', 'data'))", "reference('data')"),
    ("reference(resourceId('Microsoft.Sql/servers', 'process'))", "reference('process')"),
];

/// What a person reads of a finding: every text, and what stands at every place; of an object its name.
fn read(finding: &Value, folder: &Path) -> String {
    let shown = |location: &Value| {
        let number = |key: &str| usize::try_from(location[key].as_u64().unwrap()).unwrap();
        let file = location["file"].as_str().unwrap();
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let text = &text[number("byte_offset")..number("byte_offset") + number("byte_length")];
        let name = text.starts_with('{').then(|| text.split_once("\"name\": ").unwrap().1.lines().next().unwrap());
        let text = REFERENCES
            .iter()
            .fold(name.unwrap_or(text).to_owned(), |text, (array, symbolic)| text.replace(array, symbolic));
        format!("{file}: {}", text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let related = finding["related"].as_array().unwrap().iter();
    let related: Vec<String> =
        related.map(|related| format!("{} {}", related["message"], shown(&related["location"]))).collect();
    let texts: Vec<String> =
        ["rule", "message", "help", "notes", "label"].iter().map(|key| finding[key].to_string()).collect();
    format!("{}\n{}\n{}", texts.join("\n"), shown(&finding["location"]), related.join("\n"))
}

#[test]
fn both_language_versions_are_read_alike_to_the_word() {
    for (_, [arrays, symbolic]) in ESTATES {
        let [first, second] = [arrays, symbolic].map(|path| {
            let folder = copied(path);
            let (_, report) = folder.check(&["."]);
            let findings = report["findings"].as_array().unwrap().iter().map(|finding| read(finding, folder.path()));
            (findings.collect::<Vec<_>>(), report["summary"].clone(), report["unread"].clone())
        });
        for (first, second) in first.0.iter().zip(&second.0) {
            assert_eq!(first, second, "{arrays}");
        }
        assert_eq!((first.0.len(), first.1, first.2), (second.0.len(), second.1, second.2), "{arrays}");
    }
}

/// They are the same estate: what no template can say is the same, and each version is what it is called.
#[test]
fn the_versions_differ_in_their_resources_alone() {
    for (_, [arrays, symbolic]) in ESTATES {
        for entry in fs::read_dir(examples(arrays)).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            let [first, second] =
                [arrays, symbolic].map(|path| fs::read_to_string(examples(path).join(&name)).unwrap());
            if name.ends_with(".yaml") {
                let comments = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
                assert_eq!(comments(&first), comments(&second), "{name}");
            } else if name.ends_with(".json") && !name.contains("parameters") {
                let [first, second]: [Value; 2] = [first, second].map(|text| serde_json::from_str(&text).unwrap());
                assert!(first["resources"].is_array() && first["languageVersion"].is_null(), "{name}");
                assert!(second["resources"].is_object() && second["languageVersion"] == "2.0", "{name}");
                assert_eq!(first["parameters"], second["parameters"], "{name}");
            } else {
                assert_eq!(first, second, "{name}");
            }
        }
    }
}

#[test]
fn what_the_templates_are_turned_into_is_judged_alike() {
    for path in ESTATES.iter().flat_map(|(_, templates)| templates) {
        let folder = copied(path);
        let converted = folder.run(&["convert", "main.json"]);
        assert_eq!((converted.status, converted.stderr.as_str()), (0, ""), "{path}");
        fs::remove_file(folder.path().join("topology.yaml")).unwrap();
        let (_, expected) = folder.check(&["main.json"]);
        let folder = Folder::with(&[("converted.yaml", &converted.stdout)]);
        let (_, found) = folder.check(&["converted.yaml"]);
        assert_eq!(found["problems"], json!([]), "{path}");
        assert_eq!(findings(&found), findings(&expected), "{path}");
        assert_eq!(flows(&found), flows(&expected), "{path}");
        let undecided = |report: &Value| sorted(each(report, "undetermined", &["check", "subject"]));
        assert_eq!(undecided(&found), undecided(&expected), "{path}");
    }
}

/// What a template is turned into takes its place, beside what no template can say.
#[test]
fn what_the_templates_are_turned_into_takes_their_place() {
    for path in ESTATES.iter().flat_map(|(_, templates)| templates) {
        let folder = copied(path);
        let (_, expected) = folder.check(&["."]);
        let converted = folder.run(&["convert", "main.json"]).stdout;
        let rest = fs::read_to_string(folder.path().join("topology.yaml")).unwrap();
        let result = judged(&rest.replace("include: main.json\n", ""), &converted);
        let told = |finding: &Finding| format!("{} {} {}", finding.rule, finding.message, finding.fingerprint);
        let found = sorted(result.findings.iter().map(told).collect());
        assert_eq!(found, sorted(each(&expected, "findings", &["rule", "message", "fingerprint"])), "{path}");
        let told = |flow: &FlowResult| {
            let method = flow.method.as_deref().unwrap_or("null");
            format!("{} {} {} {} {method}", flow.origin, flow.target, flow.purpose, flow.verdict.as_str())
        };
        let found = sorted(result.flows.iter().map(told).collect());
        let keys = ["origin", "target", "purpose", "verdict", "method"];
        assert_eq!(found, sorted(each(&expected, "flows", &keys)), "{path}");
        assert_eq!(result.undetermined.len(), 0, "{path}");
    }
}

/// A topology file, and in the same form what a template was turned into.
fn judged(file: &str, converted: &str) -> UnitResult {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let mut add = |name: &str, text: &str| {
        sources.add_yaml(name, text.to_owned(), &Limits::default(), &mut problems).1.into_iter().next().unwrap()
    };
    let roots = [add("topology.yaml", file), add("converted.yaml", converted)];
    let (topology, catalogue) = filled(known(), "documents");
    let mut reader = Reader::new(&sources, &catalogue, topology);
    reader.read_document(roots[0]);
    reader.read_converted("arm", roots[1]);
    let (topology, found) = reader.finish();
    problems.extend(found);
    assert_eq!(problems, []);
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    analyse(&mut ruleset(known()), topology, &sources, &options)
}
