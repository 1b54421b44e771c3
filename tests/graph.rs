//! `isolint graph`: the pictures of the example estates, and of names that were chosen to break them. The pictures in
//! `docs/graph/` are kept: `UPDATE_DOCS=1 cargo test --test graph` draws them anew.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
#[path = "support/kept.rs"]
mod kept;

use command::{Folder, Outcome};
use kept::{isolint, keep, output};
use serde_json::Value;

const FORMATS: &[&str] = &["mermaid", "dot", "svg", "html"];

/// A job of which one connection is open, one blocked and one undetermined, beside a network.
const SMALL: &str = "\
jobs:
  telemetry:
    identity: system_assigned
    inputs:
      measurements: {kind: stream, resource: storage/raw, auth: managed_identity}
    outputs:
      results: {resource: storage/archive, auth: connection_string}
      copies: {resource: storage/copies, auth: !unknown \"per stage\"}
storage:
  raw: {network: {default_action: deny, bypass: [azure_services]}}
  archive: {network: {default_action: deny, bypass: [azure_services]}}
  copies: {network: {default_action: deny, bypass: [azure_services]}}
  alone: {}
role_assignments:
  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}
  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/copies}
vnets:
  core:
    address_space: [10.0.0.0/16]
    subnets:
      endpoints: {prefix: [10.0.1.0/24]}
private_endpoints:
  raw: {subnet: core/endpoints, target: storage/raw, subresource: blob}
";

/// Names that mean something in every one of the forms.
const HOSTILE: &str = r##"
storage:
  "a\"]--><b>&amp;#quot;": {network: {default_action: deny}}
  "Größe 测试": {}
  "`end` %% \\n | {x} <script>alert('x')</script>": {}
workloads:
  "]]>\u0001 --> n0": {uses: ["storage/a\"]--><b>&amp;#quot;", "storage/Größe 测试"]}
"##;

fn small(arguments: &[&str]) -> Outcome {
    Folder::with(&[("topology.yaml", SMALL)]).run(&[&["graph"], arguments].concat())
}

fn example(name: &str, format: &str) -> String {
    let (text, status) = output(isolint().args(["graph", &format!("examples/{name}"), "--format", format]));
    assert_eq!(status, 0);
    text
}

#[test]
fn the_example_estates() {
    for name in ["streaming", "streaming-broken"] {
        for format in ["mermaid", "dot"] {
            let text = example(name, format);
            insta::with_settings!({ omit_expression => true }, {
                insta::assert_snapshot!(format!("{name}-{format}"), text);
            });
        }
    }
}

#[test]
fn their_pictures_are_kept() {
    for name in ["streaming", "streaming-broken"] {
        let text = example(name, "svg");
        assert_eq!(text, example(name, "svg"), "two runs draw alike");
        keep(&format!("docs/graph/{name}.svg"), &text, "UPDATE_DOCS");
    }
}

#[test]
fn verdicts_show_as_solid_dashed_and_dotted() {
    let dot = small(&["--format", "dot"]).stdout;
    let line = |end: &str| -> String {
        let label = dot.lines().find(|line| line.contains(&format!("[label=\"{end}\""))).expect("the item is there");
        let node = label.trim().split(' ').next().unwrap();
        let arrow = format!("-> {node} [label=\"");
        dot.lines().find(|line| line.contains(&arrow) && !line.contains("arrowhead")).expect("an edge").to_owned()
    };
    let (open, blocked, undetermined) = (line("storage/raw"), line("storage/archive"), line("storage/copies"));
    assert!(open.contains(r"stream-input\ntrusted") && !open.contains("style="), "{open}");
    assert!(blocked.contains(r"output\nblocked: no ") && blocked.contains("style=dashed"), "{blocked}");
    assert!(undetermined.contains(r"output\nundetermined") && undetermined.contains("style=dotted"), "{undetermined}");
}

#[test]
fn networks_are_boxes_around_what_stands_in_them() {
    let mermaid = small(&[]).stdout;
    let mut open = Vec::new();
    let mut around = None;
    for line in mermaid.lines().map(str::trim) {
        if line.starts_with("subgraph") {
            open.push(line.to_owned());
        } else if line == "end" {
            open.pop();
        } else if line.contains("private_endpoint/raw") {
            around = Some(open.clone());
        }
    }
    let around = around.expect("the endpoint is drawn");
    assert!(around[0].contains("vnet/core") && around[1].contains("subnet/core/endpoints"), "{around:?}");
}

#[test]
fn a_focus_keeps_what_it_connects_to() {
    let text = small(&["--focus", "storage/raw"]).stdout;
    for kept in ["storage/raw", "job/telemetry", "private_endpoint/raw", "subnet/core/endpoints", "vnet/core"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    for dropped in ["storage/archive", "storage/copies", "storage/alone"] {
        assert!(!text.contains(dropped), "{dropped}: {text}");
    }
    assert_eq!(small(&["--focus", "archive"]).stdout.matches("storage/archive").count(), 1, "a bare name will do");
    let network = small(&["--focus", "vnet/core"]).stdout;
    assert!(network.contains("private_endpoint/raw") && network.contains("storage/raw") && !network.contains("job/"));
}

#[test]
fn a_focus_on_nothing_is_a_mistake() {
    let outcome = small(&["--focus", "storage/achive"]);
    assert_eq!((outcome.status, outcome.stdout.as_str()), (2, ""));
    assert!(outcome.stderr.contains("did you mean `storage/archive`?"), "{}", outcome.stderr);
    let outcome = small(&["--focus", "raw"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("`private_endpoint/raw` or `storage/raw`"), "{}", outcome.stderr);
}

#[test]
fn a_finding_is_highlighted() {
    let folder = Folder::with(&[("topology.yaml", SMALL)]);
    let report: Value = serde_json::from_str(&folder.run(&["check", "--format", "json"]).stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["message"].as_str().unwrap().contains("archive")).unwrap();
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    let text = folder.run(&["graph", "--format", "svg", "--finding", fingerprint]).stdout;
    let marked: Vec<&str> = text.lines().filter(|line| line.contains("marked\"><title>")).collect();
    assert!(marked.iter().any(|line| line.contains("<title>storage/archive<")), "{marked:?}");
    assert!(marked.iter().any(|line| line.contains("<title>job/telemetry<")), "{marked:?}");
    assert!(marked.iter().any(|line| line.contains("class=\"edge blocked marked\"")), "{marked:?}");
    assert!(!marked.iter().any(|line| line.contains("storage/raw")), "{marked:?}");
    assert!(!folder.run(&["graph", "--format", "svg"]).stdout.contains("marked\"><title>"));

    let outcome = folder.run(&["graph", "--finding", "0123"]);
    assert_eq!(outcome.status, 2);
    assert!(outcome.stderr.contains("no finding has the fingerprint `0123`"), "{}", outcome.stderr);
}

/// Every tag is closed by its like, and nothing stands in it that XML does not admit.
#[track_caller]
fn assert_well_formed(text: &str) {
    let mut open = Vec::new();
    let text = text.trim_start_matches("<!DOCTYPE html>\n");
    for piece in text.split('<').skip(1) {
        let (tag, content) = piece.split_once('>').unwrap_or_else(|| panic!("`<{piece}` is not closed"));
        let name = tag.trim_end_matches('/').split(' ').next().unwrap();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric());
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "`</{name}>` closes something else");
        } else {
            assert!(is_name(name) && tag.matches('"').count() % 2 == 0, "`<{tag}>` is no tag");
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(!content.chars().any(|c| c.is_control() && c != '\n'), "a control character in {content:?}");
        if open.last() != Some(&"style") {
            let entities = content.split('&').skip(1);
            assert!(!content.contains('>'), "a bare `>` in {content:?}");
            for entity in entities {
                let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
                assert!(known.iter().any(|known| entity.starts_with(known)), "a bare `&` in {content:?}");
            }
        }
    }
    assert!(open.is_empty(), "not closed: {open:?}");
}

#[test]
fn pictures_are_well_formed() {
    for format in ["svg", "html"] {
        assert_well_formed(&small(&["--format", format]).stdout);
        assert_well_formed(&example("streaming-broken", format));
        let hostile = Folder::with(&[("topology.yaml", HOSTILE)]).run(&["graph", "--format", format]).stdout;
        assert_well_formed(&hostile);
        assert!(hostile.contains("storage/Größe 测试"), "{hostile}");
        assert!(hostile.contains("storage/a&quot;]--&gt;&lt;b&gt;&amp;amp;#quot;"), "{hostile}");
        assert!(!hostile.contains("<script"), "{hostile}");
        assert!(!hostile.contains("http:") || hostile.contains("xmlns=\"http://www.w3.org/2000/svg\""));
    }
}

#[test]
fn names_end_no_label() {
    let folder = Folder::with(&[("topology.yaml", HOSTILE)]);
    let mermaid = folder.run(&["graph"]).stdout;
    for line in mermaid.lines().filter(|line| line.contains("[\"") || line.contains("|\"")) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
        let label = line.split('"').nth(1).unwrap().replace("<br>", "");
        assert!(!label.contains(['<', '>', '`', '[', ']', '|', '{', '}', '&', '\\']), "{line}");
    }
    assert!(mermaid.contains("storage/Größe 测试"), "{mermaid}");
    let dot = folder.run(&["graph", "--format", "dot"]).stdout;
    for line in dot.lines() {
        let quotes = line.replace("\\\\", "").replace("\\\"", "");
        assert_eq!(quotes.matches('"').count() % 2, 0, "{line}");
    }
}

#[test]
fn several_units_have_a_box_each() {
    let files =
        [("a/isolint.toml", ""), ("a/topology.yaml", SMALL), ("b/isolint.toml", ""), ("b/topology.yaml", SMALL)];
    let folder = Folder::with(&files);
    let text = folder.run(&["graph", "a", "b"]).stdout;
    assert_eq!(text.matches("[\"job/telemetry\"]").count(), 2, "{text}");
    assert!(text.contains("subgraph n0[\""), "{text}");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_drawn() {
    let folder = Folder::with(&[("good.yaml", SMALL), ("broken.yaml", "sql: {db: [}\n")]);
    for format in FORMATS {
        let outcome = folder.run(&["graph", "--format", format]);
        assert_eq!(outcome.status, 3, "{format}");
        assert!(outcome.stdout.contains("storage/raw") && outcome.stderr.contains("broken.yaml"), "{format}");
    }
    let nothing = Folder::with(&[("other.yaml", "apiVersion: v1\n")]).run(&["graph"]);
    assert_eq!(nothing.status, 3);
}
