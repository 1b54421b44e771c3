//! Which files `isolint check` reads, which it passes over, and what it says of those it cannot read.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::fmt::Write;

use command::{Folder, each};
use serde_json::Value;

const STORAGE: &str = "storage:\n  raw:\n    region: westeurope\n";
const JOB: &str = "jobs:\n  j:\n    outputs:\n      o: {resource: storage/raw}\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n";
const PIPELINE: &str = "trigger: [main]\npool: {vmImage: ubuntu-latest}\njobs:\n  - job: build\n    steps: []\n";
const WORKFLOW: &str =
    "name: ci\non: [push]\ndefaults: {run: {shell: bash}}\njobs:\n  build: {runs-on: ubuntu-latest}\n";

fn inputs(report: &Value) -> Vec<String> {
    each(report, "inputs", &["path", "status"])
}

fn reasons(report: &Value) -> Vec<String> {
    each(report, "inputs", &["path", "reason"])
}

fn problems(report: &Value) -> Vec<String> {
    each(report, "problems", &["location.file", "code"])
}

#[test]
fn the_files_of_a_folder_are_one_unit() {
    let folder = Folder::with(&[
        ("jobs.yaml", JOB),
        ("deep/er/data.YML", STORAGE),
        (".hidden/x.yaml", "storage: ["),
        ("node_modules/x.yaml", "storage: ["),
        ("notes.md", "# nothing"),
    ]);
    let (status, report) = folder.check(&[]);
    assert_eq!((status, inputs(&report)), (0, vec!["deep/er/data.YML checked".into(), "jobs.yaml checked".into()]));
    assert_eq!(report["summary"]["resources"], 2);
    for path in [".", "./", "../."] {
        let mut command = folder.command(&["check", "--format=json", path]);
        if path == "../." {
            command.current_dir(folder.path().join("deep"));
        }
        assert_eq!(command.output().unwrap().status.code(), Some(0), "{path}");
    }
}

#[test]
fn a_folder_below_with_a_configuration_is_a_unit_of_its_own() {
    let folder = Folder::with(&[
        ("data.yaml", STORAGE),
        ("other/isolint.toml", ""),
        ("other/data.yaml", STORAGE),
        ("other/jobs.yaml", JOB),
    ]);
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, problems(&report)), (0, vec![]));
    assert_eq!(report["summary"]["resources"], 3);
    // A root without files of its own is no trouble, and neither is a unit without any.
    let folder =
        Folder::with(&[("isolint.toml", ""), ("a/isolint.toml", ""), ("a/data.yaml", STORAGE), ("b/isolint.toml", "")]);
    assert_eq!(folder.check(&["."]).0, 0);
    let (status, report) = folder.check(&["b"]);
    assert_eq!(status, 3);
    assert_eq!(reasons(&report), ["b holds no topology file; nothing was checked"]);
    assert_eq!(folder.check(&["a", "b"]).0, 3);
}

#[test]
fn a_file_brings_its_unit() {
    let folder = Folder::with(&[
        ("isolint.toml", ""),
        ("jobs.yaml", JOB),
        ("sub/data.yaml", STORAGE),
        ("sub/own/isolint.toml", ""),
        ("sub/own/data.yaml", "storage: [\n"),
    ]);
    let expected = ["jobs.yaml checked", "sub/data.yaml checked"];
    for paths in [
        &["jobs.yaml"][..],
        &["./jobs.yaml"],
        &["sub/data.yaml"],
        &["jobs.yaml", "sub/data.yaml", "./sub/../jobs.yaml"],
    ] {
        let (status, report) = folder.check(paths);
        assert_eq!(status, 0, "{paths:?} {report}");
        assert_eq!(report["summary"]["resources"], 2, "{paths:?}");
        assert_eq!(report["inputs"].as_array().unwrap().len(), 2, "{paths:?}");
    }
    assert_eq!(inputs(&folder.check(&["jobs.yaml"]).1), expected);
    // Also from a folder below, where the other files are named from there.
    let mut command = folder.command(&["check", "data.yaml", "--format=json"]);
    let output = command.current_dir(folder.path().join("sub")).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (output.status.code(), inputs(&report)),
        (Some(0), vec!["../jobs.yaml checked".into(), "data.yaml checked".into()])
    );
    let absolute = folder.path().join("jobs.yaml");
    let (status, report) = folder.check(&[absolute.to_str().unwrap(), "sub/data.yaml"]);
    assert_eq!((status, report["inputs"].as_array().unwrap().len()), (0, 2));
}

#[test]
fn without_a_configuration_a_file_stands_alone() {
    let folder = Folder::with(&[("jobs.yaml", JOB), ("data.yaml", STORAGE), ("again.yaml", STORAGE)]);
    let (status, report) = folder.check(&["data.yaml", "again.yaml"]);
    assert_eq!((status, problems(&report)), (0, vec![]));
    let (status, report) = folder.check(&["jobs.yaml"]);
    assert_eq!((status, problems(&report)), (3, vec!["jobs.yaml unresolved-reference".into()]));
    // As a part of a folder it is read once.
    let folder = Folder::with(&[("jobs.yaml", JOB), ("data.yaml", STORAGE)]);
    for paths in [&[".", "jobs.yaml"][..], &["jobs.yaml", "."], &[".", "."]] {
        let (status, report) = folder.check(paths);
        assert_eq!((status, report["inputs"].as_array().unwrap().len()), (0, 2), "{paths:?}");
    }
}

#[test]
fn what_is_no_topology_is_passed_over_in_a_folder_and_refused_by_name() {
    let cases = [
        ("empty.yaml", "", "empty", "empty: nothing was checked"),
        ("comment.yaml", "# only this\n", "empty", "empty: nothing was checked"),
        ("pod.yaml", POD, "it is a Kubernetes manifest (kind `Pod`)", ""),
        (
            "helm.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {{ x }}\n  y\n",
            "it is a Kubernetes manifest (kind `Pod`)",
            "",
        ),
        ("azure-pipelines.yaml", PIPELINE, "it is a pipeline of some other tool", ""),
        ("workflow.yaml", WORKFLOW, "it is a pipeline of some other tool", ""),
        (
            "mkdocs.yaml",
            "site_name: x\nplugins: [!!python/name:a.b '']\n",
            "none of its keys (`site_name`, `plugins`) is a section of a topology",
            "",
        ),
        (
            "job.yaml",
            "job: {a: }\n",
            "none of its keys (`job`) is a section of a topology; for `job`, did you mean `jobs`?",
            "",
        ),
        ("list.yaml", "- a\n- b\n", "it holds a list, not sections such as `jobs:` and `storage:`", ""),
    ];
    for (name, text, found, named) in cases {
        let folder = Folder::with(&[("topology.yaml", STORAGE), (name, text)]);
        let (status, report) = folder.check(&["."]);
        assert_eq!((status, problems(&report)), (0, vec![]), "{name}");
        let found = if named.is_empty() { format!("not a topology: {found}") } else { found.to_owned() };
        assert!(reasons(&report).contains(&format!("{name} {found}")), "{report}");
        let (status, report) = folder.check(&[name]);
        assert_eq!((status, problems(&report)), (3, vec![]), "{name}");
        let named = if named.is_empty() { found } else { named.to_owned() };
        assert_eq!(reasons(&report), [format!("{name} {named}")]);
        // Alone in a folder it is nothing to check.
        let folder = Folder::with(&[(name, text)]);
        assert_eq!(folder.check(&["."]).0, 3, "{name}");
    }
}

#[test]
fn inputs_of_other_formats_are_named_for_what_they_are() {
    let template = "{\n\t\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\n\t\"resources\": []\n}\n";
    let folder = Folder::with(&[
        ("azuredeploy.json", template),
        ("template.yaml", template),
        ("main.parameters.json", "{\"$schema\": \"x\", \"parameters\": {}}"),
        ("plan.json", "{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"planned_values\": {}}"),
        ("main.bicep", "resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n}\n"),
        ("main.tf", "resource \"azurerm_storage_account\" \"a\" {\n}\n"),
        ("topology.json", "{\"storage\": {\"raw\": {\"region\": \"westeurope\"}}}"),
    ]);
    for (name, reason) in [
        ("main.parameters.json", "not a topology: it looks like the parameters of an ARM template"),
        ("plan.json", "not a topology: it is a Terraform plan or state, which this version does not read"),
        ("main.bicep", "Bicep is compiled first: `bicep build main.bicep --stdout | isolint check -`"),
        ("main.tf", "not a topology: it is Terraform code, which this version does not read"),
    ] {
        let (status, report) = folder.check(&[name]);
        assert_eq!((status, reasons(&report)), (3, vec![format!("{name} {reason}")]));
    }
    // Templates are known by what they hold, whatever the file is called.
    for name in ["azuredeploy.json", "template.yaml"] {
        let (status, report) = folder.check(&[name]);
        assert_eq!((status, &report["inputs"][0]["format"]), (0, &serde_json::json!("arm")), "{report}");
    }
    // JSON is YAML.
    assert_eq!(folder.check(&["topology.json"]).0, 0);
}

#[test]
fn a_broken_file_hides_nothing_of_the_others() {
    let blocked = "jobs:\n  j:\n    outputs:\n      o: {resource: storage/raw, auth: connection_string}\n      p: {resource: sql/db}\nstorage:\n  raw: {network: {default_action: deny}}\n";
    let syntax = "sql:\n  da: {region: x}\n  db: [\n";
    let folder = Folder::with(&[("a.yaml", blocked), ("b.yaml", syntax)]);
    let (status, report) = folder.check(&["."]);
    assert_eq!(status, 3);
    assert_eq!(each(&report, "findings", &["rule"]), ["job-flow-blocked"]);
    // What the broken file would have declared is not told as missing.
    assert!(problems(&report).iter().all(|problem| problem.starts_with("b.yaml ")), "{report}");
    assert_eq!(inputs(&report), ["a.yaml checked", "b.yaml unreadable"]);
    let folder = Folder::with(&[("a.yaml", blocked)]);
    folder.write("b.yaml", b"sql: {db: {region: \xff}}");
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, problems(&report)), (3, vec![]));
    assert_eq!(reasons(&report)[0], "b.yaml is not UTF-8 text (byte 19, in line 1)");
    assert_eq!(each(&report, "findings", &["rule"]), ["job-flow-blocked"]);
    // What was cut off by a syntax error is not told as mistaken too.
    let folder = Folder::with(&[("t.yaml", "storage: {raw: [}\n")]);
    assert_eq!(problems(&folder.check(&["t.yaml"]).1), ["t.yaml syntax"]);
    // A file of which a part is something else.
    let folder = Folder::with(&[("a.yaml", &format!("{STORAGE}---\n{POD}"))]);
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, report["summary"]["resources"].as_u64()), (3, Some(1)));
}

#[test]
fn syntax_errors_are_told_in_words_at_their_places() {
    for (text, place, message) in [
        ("storage:\n\traw: {}\n", "2:2", "a tab cannot indent a line"),
        ("storage: {raw: {}\n", "1:10", "`{` is never closed"),
        ("storage: {raw: {region: \"x}}\n", "1:25", "the quote is never closed"),
        ("storage:\n  raw: a: b\n", "2:9", "`:` cannot stand here"),
        ("storage:\n  raw:\n    region: x\n   sku: y\n", "4:4", "this does not fit the keys of the mapping before it"),
    ] {
        let folder = Folder::with(&[("t.yaml", text)]);
        let (status, report) = folder.check(&["t.yaml"]);
        let found = each(&report, "problems", &["location.line", "location.column", "message"]);
        let (line, column) = place.split_once(':').unwrap();
        assert_eq!(status, 3);
        assert_eq!(found[0], format!("{line} {column} {message}"), "{text}");
    }
}

#[test]
fn a_missing_file_is_told_and_the_rest_is_checked() {
    let folder = Folder::with(&[("a.yaml", STORAGE)]);
    let (status, report) = folder.check(&["a.yaml", "missing.yaml", "missing/"]);
    assert_eq!(status, 3);
    assert_eq!(
        reasons(&report),
        ["missing no such file or folder", "missing.yaml no such file or folder", "a.yaml null"]
    );
}

#[cfg(unix)]
#[test]
fn links_and_special_files() {
    use std::os::unix::fs::symlink;
    let folder = Folder::with(&[("a.yaml", STORAGE), ("sub/b.yaml", "sql: {db: }\n")]);
    let path = |name: &str| folder.path().join(name);
    symlink(folder.path(), path("sub/loop")).unwrap();
    symlink("more.yaml", path("more.yaml")).unwrap();
    let (status, report) = folder.check(&["."]);
    assert_eq!(status, 3);
    assert_eq!(inputs(&report), ["more.yaml unreadable", "sub/loop skipped", "a.yaml checked", "sub/b.yaml checked"]);
    std::fs::remove_file(path("more.yaml")).unwrap();
    // A pipe would never end.
    assert!(std::process::Command::new("mkfifo").arg(path("pipe.yaml")).status().unwrap().success());
    let (status, report) = folder.check(&["."]);
    assert_eq!((status, reasons(&report)[0].as_str()), (0, "pipe.yaml not a regular file"));
    symlink("a.yaml", path("link.txt")).unwrap();
    assert_eq!(folder.check(&["link.txt"]).0, 0);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("a.yaml", STORAGE), ("locked/b.yaml", STORAGE)]);
    let locked = folder.path().join("locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever runs this may be allowed everything.
    if std::fs::read_dir(&locked).is_err() {
        let (status, report) = folder.check(&["."]);
        assert_eq!((status, reasons(&report)), (3, vec!["locked may not be read".into(), "a.yaml null".into()]));
        assert_eq!(folder.check(&["locked"]).0, 3);
    }
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn names_and_texts_beyond_ascii() {
    let folder =
        Folder::with(&[("größe 測定.yaml", "\u{feff}storage:\r\n  größe: {region: x}\r\n  測定: {regoin: y}\r\n")]);
    let (status, report) = folder.check(&["größe 測定.yaml"]);
    assert_eq!(status, 3);
    let keys = ["location.file", "location.line", "location.column", "location.byte_offset"];
    assert_eq!(each(&report, "problems", &keys), ["größe 測定.yaml 3 8 48"]);
}

#[test]
fn large_files() {
    // A file of 30 MB, most of it remarks.
    let mut text = String::from(STORAGE);
    let line = format!("# {}\n", "x".repeat(1000));
    while text.len() < 30_000_000 {
        text.push_str(&line);
    }
    text.push_str("sql: {db: {regoin: x}}\n");
    let folder = Folder::with(&[("t.yaml", &text)]);
    let (status, report) = folder.check(&["t.yaml"]);
    assert_eq!(status, 3);
    assert_eq!(problems(&report), ["t.yaml unknown-field"]);
    // Ten thousand mistakes: all of them in the report for programs, the first of them in the one for people.
    let mut text = String::from("storage:\n");
    for index in 0..10_000 {
        writeln!(text, "  a{index}: {{regoin: x}}").unwrap();
    }
    let folder = Folder::with(&[("t.yaml", &text)]);
    let (status, report) = folder.check(&["t.yaml"]);
    assert_eq!((status, problems(&report).len()), (3, 10_000));
    let outcome = folder.run(&["check", "t.yaml"]);
    assert_eq!(outcome.status, 3);
    assert!(outcome.stdout.contains("9980 more"), "{}", outcome.stdout);
}

#[test]
fn hostile_files_end_soon() {
    let deep = (0..3000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<String>();
    let brackets = format!("storage: {}", "[".repeat(200_000));
    let braces = format!("storage: {}", "{a: ".repeat(200_000));
    for text in [deep, brackets, braces, "? ".repeat(100_000), "- ".repeat(100_000), "&a ".repeat(10_000)] {
        let folder = Folder::with(&[("t.yaml", &text)]);
        assert_eq!(folder.check(&["t.yaml"]).0, 3, "{}", &text[..20]);
    }
}

#[test]
fn mistakes_in_the_estate_are_findings() {
    let outside = "vnets:\n  v: {address_space: [10.0.0.0/16], subnets: {s: {prefix: 10.1.0.0/24}}}\n";
    let endpoint = "jobs: {j: }\nvnets: {v: {address_space: [10.0.0.0/16], subnets: {s: {prefix: 10.0.0.0/24}}}}\nprivate_endpoints:\n  p: {target: job/j, subnet: v/s}\n";
    for (text, rule) in [(outside, "subnet-outside-network"), (endpoint, "private-endpoint-to-job")] {
        let folder = Folder::with(&[("t.yaml", text)]);
        let (status, report) = folder.check(&["t.yaml"]);
        assert_eq!(status, 1, "{report}");
        assert!(each(&report, "findings", &["rule"]).contains(&rule.to_owned()), "{report}");
    }
}
