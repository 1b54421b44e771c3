//! The README is run: its commands, its topologies, its settings, its rule. With `UPDATE_README=1` the outputs that it
//! shows are written anew.
//!
//! A block of code says in its first line what it is:
//!
//! | block | what is tested |
//! | --- | --- |
//! | `console` | every line `$ command` is run by a shell in the root of the project. What follows it must be the output; one line `...` stands for any number of lines, so that as many lines as stand before it and after it count. No command may end with a status above 1 |
//! | `yaml topology` | is read without mistakes |
//! | `yaml rule` | is accepted, and its examples hold |
//! | `toml settings` | is accepted |
//! | `sh` | every line that begins with `isolint` is run where `infrastructure/` is the broken estate, and no usage may be wrong |
//! | `yaml hook`, `yaml workflow` | nothing: they are for other programs |
//!
//! What stands between `<!-- findings of PATH -->` and `<!-- end -->` is made of the JSON report.

#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/kept.rs"]
mod kept;

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use isolint::knowledge::definitions::{Definitions, ExampleKind, Folder, read_file};
use isolint::source::Sources;
use kept::{at_root, isolint, keep, output, root};
use serde_json::Value;

/// Commands that are not run, since they would run these tests again or install something. That what they need is there
/// is all that is tested of them.
const NOT_RUN: &[(&str, &str)] =
    &[("cargo test", "tests/readme.rs"), ("cargo install --path .", "src/main.rs"), (".ci/run", ".ci/run")];

/// `cargo run --release -- check` is run as `isolint check`: with the program that the tests have built.
const BUILT_BY_CARGO: &str = "cargo run --release --";

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).expect("there is a README")
}

/// A block of code: its first line after the backticks, and its text.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(kind) = line.strip_prefix("```") {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push((kind, inside.map(|line| format!("{line}\n")).collect()));
        }
    }
    blocks
}

fn blocks_of(kind: &str) -> Vec<String> {
    blocks(&readme()).into_iter().filter(|(found, _)| *found == kind).map(|(_, text)| text).collect()
}

/// What a command writes to standard output, and its exit status. `None` when it is not run.
fn run(command: &str) -> Option<(String, i32)> {
    if let Some((_, needed)) = NOT_RUN.iter().find(|(name, _)| *name == command) {
        assert!(root().join(needed).is_file(), "`{command}` needs {needed}");
        return None;
    }
    let command = command.replace(BUILT_BY_CARGO, "isolint");
    assert!(!command.contains("cargo"), "`{command}` is neither run nor listed as not run");
    let program = Path::new(env!("CARGO_BIN_EXE_isolint")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    Some(output(at_root("sh").args(["-c", &command]).env("PATH", path)))
}

/// A console block with the outputs of today.
fn rerun(block: &str) -> String {
    let mut fresh = String::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("`{line}` belongs to no command"));
        let mut shown = Vec::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            shown.push(line);
        }
        fresh.push_str(&format!("$ {command}\n"));
        let Some((text, status)) = run(command) else {
            assert!(shown.is_empty(), "`{command}` is not run, and shows output");
            continue;
        };
        assert!(status <= 1, "`{command}` ends with status {status}");
        if !shown.is_empty() {
            assert!(!text.trim().is_empty(), "`{command}` prints nothing");
            fresh.push_str(&elide(&text, &shown));
        }
    }
    fresh
}

/// An output, cut like the shown one: as many lines before and after its `...`.
fn elide(text: &str, shown: &[&str]) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let all = |lines: &[&str]| -> String { lines.iter().map(|line| format!("{line}\n")).collect() };
    let Some(head) = shown.iter().position(|line| *line == "...") else { return all(&lines) };
    let tail = shown.len() - head - 1;
    assert!(!shown[head + 1..].contains(&"..."), "an output is cut in one place only");
    if lines.len() <= head + tail {
        return all(&lines);
    }
    format!("{}...\n{}", all(&lines[..head]), all(&lines[lines.len() - tail..]))
}

/// The findings of a topology as a table.
fn findings(path: &str) -> String {
    let (text, _) = output(isolint().args(["check", path, "--format", "json"]));
    let report: Value = serde_json::from_str(&text).expect("the report is JSON");
    let findings = report["findings"].as_array().expect("a report has findings");
    let word = |value: &Value| value.as_str().unwrap_or_default().replace('|', "\\|");
    let rules: HashMap<String, String> =
        findings.iter().map(|finding| (word(&finding["fingerprint"]), word(&finding["rule"]))).collect();
    let mut table = "| | rule | place | message |\n| --- | --- | --- | --- |\n".to_owned();
    for finding in findings {
        let file = word(&finding["location"]["file"]);
        let place =
            format!("{}:{}", file.trim_start_matches(path).trim_start_matches('/'), finding["location"]["line"]);
        let cause = rules.get(&word(&finding["caused_by"]));
        let cause = cause.map_or_else(String::new, |rule| format!(" (because of `{rule}`)"));
        let (level, rule, message) = (word(&finding["level"]), word(&finding["rule"]), word(&finding["message"]));
        table.push_str(&format!("| {level} | `{rule}` | {place} | {message}{cause} |\n"));
    }
    table
}

/// The README with everything that is made of the program's output made anew.
fn renewed(readme: &str) -> String {
    let mut fresh = String::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        fresh.push_str(&format!("{line}\n"));
        if line == "```console" {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            fresh.push_str(&format!("{}```\n", rerun(&block)));
        } else if let Some(path) = line.strip_prefix("<!-- findings of ").and_then(|rest| rest.strip_suffix(" -->")) {
            assert!(lines.by_ref().any(|line| line == "<!-- end -->"), "the findings of {path} have no end");
            fresh.push_str(&format!("{}<!-- end -->\n", findings(path)));
        }
    }
    fresh
}

#[test]
fn every_command_prints_what_the_readme_shows() {
    keep("README.md", &renewed(&readme()), "UPDATE_README");
}

#[test]
fn every_block_is_of_a_kind_that_is_tested() {
    let kinds = ["console", "yaml topology", "yaml rule", "toml settings", "yaml hook", "yaml workflow", "sh"];
    for (kind, text) in blocks(&readme()) {
        assert!(kinds.contains(&kind), "no kind of block is `{kind}`:\n{text}");
    }
    for kind in kinds {
        assert!(!blocks_of(kind).is_empty(), "no block is `{kind}`");
    }
}

/// Checks a topology from standard input; gives the report and the exit status.
fn check(topology: &str, arguments: &[&str]) -> (Value, i32) {
    let mut command = isolint();
    command.args(["check", "-", "--format", "json"]).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program starts");
    child.stdin.take().unwrap().write_all(topology.as_bytes()).expect("the program reads");
    let output = child.wait_with_output().expect("the program ends");
    (serde_json::from_slice(&output.stdout).unwrap_or_default(), output.status.code().unwrap())
}

#[test]
fn the_topologies_are_read_without_mistakes() {
    for topology in blocks_of("yaml topology") {
        let (report, status) = check(&topology, &[]);
        assert!(status <= 1, "{report:#}");
        assert_eq!(report["problems"], Value::Array(Vec::new()));
    }
}

#[test]
fn the_rule_is_the_one_in_the_examples() {
    let file = fs::read_to_string(root().join("examples/policies/raw-data-is-private.yaml")).unwrap();
    assert_eq!(blocks_of("yaml rule"), [file]);
}

/// A folder with the rule of the README in `policies/`.
fn with_policies(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(folder.join("policies")).unwrap();
    for (index, rule) in blocks_of("yaml rule").iter().enumerate() {
        fs::write(folder.join("policies").join(format!("{index}.yaml")), rule).unwrap();
    }
    folder
}

#[test]
fn the_rule_finds_what_its_examples_say() {
    let policies = with_policies("readme-rule").join("policies");
    let policies = policies.to_str().unwrap();
    for text in blocks_of("yaml rule") {
        let (mut definitions, mut problems) = (Definitions::default(), Vec::new());
        read_file(&mut Sources::new(), &mut definitions, Folder::Checks, "rule.yaml", text, &mut problems);
        assert_eq!(problems, []);
        for rule in &definitions.rules {
            for example in &rule.examples {
                let (report, status) = check(&example.topology, &["--rules", policies]);
                assert!(status <= 1, "{report:#}");
                let found: Vec<&str> =
                    report["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
                let expected: &[&str] = if example.kind == ExampleKind::Bad { &[&rule.name] } else { &[] };
                assert_eq!(found, expected, "{}", example.topology);
            }
        }
    }
}

#[test]
fn the_settings_are_accepted() {
    let folder = with_policies("readme-settings");
    fs::write(folder.join("topology.yaml"), &blocks_of("yaml topology")[0]).unwrap();
    for settings in blocks_of("toml settings") {
        fs::write(folder.join("isolint.toml"), settings).unwrap();
        let (text, status) = output(isolint().arg("check").arg(&folder));
        assert!(status <= 1, "{text}");
    }
}

/// The first words of the indented lines below a heading of a help text.
fn words_below(help: &str, heading: &str) -> Vec<String> {
    let below = help.lines().skip_while(|line| *line != heading).skip(1);
    let entries = below.take_while(|line| line.is_empty() || line.starts_with(' '));
    let words = entries.filter_map(|line| line.split([' ', '=', '[', ',']).find(|word| word.len() > 2));
    words.map(str::to_owned).collect()
}

/// A fingerprint of the broken estate, in the place of the shortened one.
const FINGERPRINTS: (&str, &str) = ("0f2c...", "a9cb0b31ceee94ef3d335d46d574b6ba");

#[test]
fn commands_on_a_readers_own_estate_are_right() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readers-estate");
    let (work, base) = (folder.join("work"), folder.join("base"));
    for (into, estate) in [(&work, "streaming-broken"), (&base, "streaming")] {
        fs::create_dir_all(into.join("infrastructure")).unwrap();
        for entry in fs::read_dir(root().join("examples").join(estate)).unwrap() {
            let file = entry.unwrap().path();
            fs::copy(&file, into.join("infrastructure").join(file.file_name().unwrap())).unwrap();
        }
    }
    let program = Path::new(env!("CARGO_BIN_EXE_isolint")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let blocks = blocks_of("sh").concat();
    let commands: Vec<&str> = blocks.lines().filter(|line| line.starts_with("isolint ")).collect();
    assert!(commands.len() > 5, "{commands:?}");
    for command in commands {
        let command = command.replace(FINGERPRINTS.0, FINGERPRINTS.1);
        let mut shell = at_root("sh");
        shell.args(["-c", &command]).current_dir(&work).env("PATH", &path).env("GITHUB_STEP_SUMMARY", "summary.md");
        let expected = i32::from(!command.starts_with("isolint graph"));
        assert_eq!(output(&mut shell).1, expected, "{command}");
    }
}

#[test]
fn every_command_and_every_option_is_in_the_readme() {
    let readme = readme();
    let commands = words_below(&output(isolint().arg("--help")).0, "Commands:");
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        assert!(readme.contains(&format!("`isolint {command}")), "`isolint {command}` is missing");
        let help = output(isolint().args([&command, "--help"])).0;
        let options = words_below(&help, "Options:").into_iter().filter(|word| word.starts_with("--"));
        for option in options.filter(|option| option != "--help") {
            assert!(readme.contains(&format!("`{option}")), "`{option}` of `isolint {command}` is missing");
        }
    }
}

#[test]
fn every_folder_of_the_code_is_in_the_readme() {
    let readme = readme();
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(!path.is_dir() || readme.contains(&format!("[src/{name}/](src/{name}/)")), "src/{name}/ is missing");
    }
}

#[test]
fn every_link_between_the_pages_leads_somewhere() {
    for page in ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/topology.md"] {
        let file = root().join(page);
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{page}: {error}"));
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap();
            let leads = path.is_empty() || path.contains("://") || file.parent().unwrap().join(path).exists();
            assert!(leads, "{page} links to `{link}`, which is not there");
        }
    }
}
