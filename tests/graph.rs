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
fn the_picture_says_in_words_what_it_shows() {
    let svg = small(&["--format", "svg"]).stdout;
    assert!(svg.contains("role=\"img\" aria-labelledby=\"picture-title picture-text\""), "{svg}");
    assert!(svg.contains("<title id=\"picture-title\">The estate and its connections</title>"), "{svg}");
    let words = "3 arrows: 1 open, 1 blocked, 1 undetermined.";
    assert!(svg.contains(words) && svg.contains("<desc id=\"picture-text\">"), "{svg}");
    let page = small(&["--format", "html"]).stdout;
    assert!(page.contains("<html lang=\"en\">") && page.contains(words), "{page}");
    // Every line of the picture is a row of the table, and every name in it leads to its place.
    let table = page.split("</svg>").nth(1).unwrap();
    for class in ["open", "blocked", "undetermined", "leads"] {
        assert_eq!(
            svg.matches(&format!("class=\"edge {class}\"><title>")).count() > 0,
            table.contains(&format!("<tr class=\"{class}\">"))
        );
    }
    for link in page.split("href=\"#").skip(1) {
        let name = link.split('"').next().unwrap();
        assert_eq!(page.matches(&format!("id=\"{name}\"")).count(), 1, "{name}");
    }
    for other in ["src=", "<script", "url(", "@import", "<link"] {
        assert!(!page.contains(other), "the page needs nothing else, but has `{other}`");
    }
}

#[test]
fn colours_are_there_for_light_and_for_dark() {
    for format in ["svg", "html"] {
        let text = small(&["--format", format]).stdout;
        assert!(text.contains("@media (prefers-color-scheme:dark)"), "{format}");
    }
}

/// The Mermaid of a summary.
fn picture(summary: &str) -> &str {
    let (_, rest) = summary.split_once("```mermaid\n").expect("the summary has a picture");
    rest.split_once("\n```\n").expect("and it ends").0
}

#[test]
fn the_summary_shows_what_the_findings_are_about() {
    let folder = Folder::with(&[("topology.yaml", SMALL)]);
    let summary = folder.run(&["check", "--format", "markdown"]).stdout;
    let picture = picture(&summary);
    assert!(picture.starts_with("flowchart LR\n"), "{summary}");
    assert!(picture.contains("storage/archive") && picture.contains("blocked: no "), "{picture}");
    let mut outcome = folder.run(&["check", "--output", "markdown=summary.md"]);
    outcome.stdout = std::fs::read_to_string(folder.path().join("summary.md")).unwrap();
    assert_eq!(outcome.stdout, summary);
    let sound = isolint().args(["check", "examples/streaming", "--format", "markdown"]).output().unwrap();
    assert!(!String::from_utf8(sound.stdout).unwrap().contains("mermaid"), "nothing is wrong, nothing is shown");
}

#[test]
fn hostile_names_do_not_leave_the_picture_of_a_summary() {
    let summary = Folder::with(&[("topology.yaml", HOSTILE)]).run(&["check", "--format", "markdown"]).stdout;
    let picture = picture(&summary);
    assert!(!picture.contains('`') && !picture.contains("<script"), "{picture}");
    assert!(picture.contains("storage/a#34;#93;--#62;#60;b#62;"), "{picture}");
    assert_eq!(summary.matches("```").count(), 2, "one block, opened and closed: {summary}");
}

#[test]
fn the_picture_of_a_summary_keeps_within_what_mermaid_and_github_take() {
    let long = "x".repeat(900);
    for text in [large(300, "connection_string"), large(60, "connection_string").replace("store", &long)] {
        let summary = Folder::with(&[("topology.yaml", &text)]).run(&["check", "--format", "markdown"]).stdout;
        let picture = picture(&summary);
        assert!(picture.encode_utf16().count() < 50_000, "{}", picture.len());
        assert!(picture.matches("-->").count() < 500);
        assert!(summary.len() < 1024 * 1024, "{}", summary.len());
        let said = summary.lines().find(|line| line.starts_with("What ")).unwrap();
        assert!(said.contains(" findings are about, the worst ones: "), "{said}");
    }
}

#[test]
fn what_is_ignored_is_not_in_the_picture_of_a_summary() {
    let text =
        SMALL.replace("      results: {", "      # isolint: ignore[job-flow-blocked] reason=known\n      results: {");
    let summary = Folder::with(&[("topology.yaml", &text)]).run(&["check", "--format", "markdown"]).stdout;
    assert!(!summary.contains("blocked: no "), "{summary}");
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

/// A network of many machines that do the same, and as many applications that share one hub.
fn large(applications: usize, auth: &str) -> String {
    let mut text = "event_hubs:\n  shared: {network: {default_action: deny, bypass: [azure_services]}}\n".to_owned();
    text.push_str("sites: {plant: {}}\nhubs: {iot: {}}\nstorage:\n");
    let rows = |row: &dyn Fn(usize) -> String| (0..applications).map(row).collect::<String>();
    text.push_str(&rows(&|n| format!("  store{n}: {{network: {{default_action: deny, bypass: [azure_services]}}}}\n")));
    text.push_str("devices:\n");
    text.push_str(&rows(&|n| format!("  machine{n}: {{hub: iot, site: plant}}\n")));
    text.push_str("jobs:\n");
    text.push_str(&rows(&|n| {
        format!(
            "  job{n}:\n    identity: system_assigned\n    inputs: {{in: {{kind: stream, resource: event_hubs/shared, auth: managed_identity}}}}\n    outputs: {{out: {{resource: storage/store{n}, auth: {auth}}}}}\n"
        )
    }));
    text.push_str("role_assignments:\n");
    text.push_str(&rows(&|n| {
        format!(
            "  - {{principal: job/job{n}, role: Storage Blob Data Contributor, scope: storage/store{n}}}\n  - {{principal: job/job{n}, role: Azure Event Hubs Data Receiver, scope: event_hubs/shared}}\n"
        )
    }));
    text
}

#[test]
fn of_a_large_estate_alike_ones_are_drawn_once_and_shared_ones_for_each_group() {
    let folder = Folder::with(&[("topology.yaml", &large(40, "managed_identity"))]);
    for format in FORMATS {
        let text = folder.run(&["graph", "--format", format]).stdout;
        assert!(text.contains("What is alike is drawn once"), "{format}");
        assert!(text.contains("and 39 more like it"), "{format}");
        assert!(text.contains("shared, drawn 40 times"), "{format}");
    }
    let dot = folder.run(&["graph", "--format", "dot"]).stdout;
    assert_eq!(dot.matches("[label=\"device/").count(), 1, "{dot}");
    assert_eq!(dot.matches("[label=\"event_hubs/shared\\n").count(), 40, "{dot}");
    let page = folder.run(&["graph", "--format", "html"]).stdout;
    for number in 0..40 {
        assert!(page.contains(&format!("device/machine{number}")), "the page names what is drawn once");
    }
    let all = folder.run(&["graph", "--format", "dot", "--all"]).stdout;
    assert_eq!(all.matches("[label=\"device/").count(), 40, "{all}");
    assert_eq!(all.matches("[label=\"event_hubs/shared\"").count(), 1, "{all}");
    assert!(!all.contains("more like it") && !all.contains("drawn once"), "{all}");
}

#[test]
fn of_a_very_large_estate_only_what_does_not_work_is_drawn() {
    // Job 7 has no role on what it writes to.
    let text = large(130, "managed_identity").replace("{resource: storage/store7,", "{resource: storage/store8,");
    let folder = Folder::with(&[("topology.yaml", &text)]);
    let dot = folder.run(&["graph", "--format", "dot"]).stdout;
    assert!(dot.contains("Only what is blocked or cannot be told, 1 of "), "{}", &dot[..900]);
    assert!(dot.contains("[label=\"storage/store8\""), "what job7 writes to without a role");
    assert_eq!(dot.matches("[label=\"job/").count(), 1, "{dot}");
    let focus = folder.run(&["graph", "--format", "dot", "--focus", "job/job9"]).stdout;
    assert!(focus.contains("[label=\"storage/store9\"") && !focus.contains("Only what is"), "{focus}");
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
