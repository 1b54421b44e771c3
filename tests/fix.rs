//! `check --fix` and `--diff`: what is repaired, what is left to people, and that nothing else changes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
mod support;

use std::fs;

use command::{Folder, each};
use isolint::analysis::{
    Finding, Layouts, Outcome, PathResult, Repair, RepairStep, RequirementResult, Supposed, paths,
};
use isolint::knowledge::definitions::{Definitions, ExampleKind, Operation, RequirementStep, read_file};
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Content, Limits, NodeId, Sources, apply_edits};
use isolint::topology::ObjectId;
use proptest::prelude::*;
use support::{definitions, judge, known, read, ruleset, seeds};

/// Fixes a file, and again. Gives its text and what was told.
fn fix(text: &str) -> (String, String) {
    let folder = Folder::with(&[("estate.yaml", text)]);
    let outcome = folder.run(&["check", "--fix", "--color", "never", "estate.yaml"]);
    assert!(outcome.stderr.is_empty(), "{}", outcome.stderr);
    let after = fs::read_to_string(folder.path().join("estate.yaml")).unwrap();
    let again = folder.run(&["check", "--fix", "--color", "never", "estate.yaml"]);
    assert_eq!(fs::read_to_string(folder.path().join("estate.yaml")).unwrap(), after, "fixing twice changes something");
    assert!(!again.stdout.contains("fixed "), "{}", again.stdout);
    // Nothing is left behind beside the file.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    (after, outcome.stdout)
}

#[test]
fn a_repair_keeps_the_layout() {
    let cases = [
        // Comments, blank lines, quotes and alignment outside the value stay byte for byte.
        (
            "clusters:   # ours\n\n  plant:\n    # smallest\n    capacity: {version: v2,   streaming_units: 6}   # é\n",
            "clusters:   # ours\n\n  plant:\n    # smallest\n    capacity: {version: v2,   streaming_units: 12}   # é\n",
        ),
        (
            "clusters:\r\n  plant:\r\n    capacity:\r\n      streaming_units: 6 # ü\r\n",
            "clusters:\r\n  plant:\r\n    capacity:\r\n      streaming_units: 12 # ü\r\n",
        ),
        (
            "storage:\n  größe:\n    network:\n      ip_rules:\n        # office\n        - 203.0.113.1\n        # vpn\n        - 10.0.0.0/8  # all\n        - 203.0.113.2\n      default_action: deny\n",
            "storage:\n  größe:\n    network:\n      ip_rules:\n        # office\n        - 203.0.113.1\n        # vpn\n        - 203.0.113.2\n      default_action: deny\n",
        ),
        (
            "storage:\n  raw:\n    network: {default_action: deny, ip_rules: [10.0.0.0/8, 203.0.113.1, 192.168.0.0/16]}\n",
            "storage:\n  raw:\n    network: {default_action: deny, ip_rules: [203.0.113.1]}\n",
        ),
        (
            "vnets: {v: {subnets: {s: {prefix: [10.1.0.0/24]}}}}\nstorage:\n  raw:\n    network: {default_action: deny, virtual_network_rules: [v/s]}\n",
            "vnets: {v: {subnets: {s: {prefix: [10.1.0.0/24], service_endpoints: [Microsoft.Storage]}}}}\nstorage:\n  raw:\n    network: {default_action: deny, virtual_network_rules: [v/s]}\n",
        ),
        (
            "vnets:\n  v:\n    subnets:\n      s:   # ours\nstorage:\n  raw:\n    network: {default_action: deny, virtual_network_rules: [v/s]}\n",
            "vnets:\n  v:\n    subnets:\n      s:   # ours\n        service_endpoints: [Microsoft.Storage]\nstorage:\n  raw:\n    network: {default_action: deny, virtual_network_rules: [v/s]}\n",
        ),
        (
            "---\nclusters:\n  plant: {capacity: {streaming_units: 6}}\n---\nclusters:\n  other: {capacity: {streaming_units: 7, version: v1}}\n",
            "---\nclusters:\n  plant: {capacity: {streaming_units: 12}}\n---\nclusters:\n  other: {capacity: {streaming_units: 36, version: v1}}\n",
        ),
        // Two that stand side by side.
        (
            "storage:\n  raw:\n    network:\n      default_action: deny\n      ip_rules:\n        - 10.0.0.0/8\n        - AzureCloud",
            "storage:\n  raw:\n    network:\n      default_action: deny\n      ip_rules: []",
        ),
    ];
    for (before, expected) in cases {
        let (after, report) = fix(before);
        assert_eq!(after, expected, "{report}");
    }
}

#[test]
fn what_is_written_for_other_places_too_is_left() {
    let cases = [
        ("clusters:\n  a: {capacity: &small {streaming_units: 6}}\n  b: {capacity: *small}\n", "alias"),
        (
            "clusters:\n  a: {capacity: {streaming_units: &six 6}}\n  b: {capacity: {streaming_units: *six}}\n",
            "anchored",
        ),
        ("clusters:\n  a: &base\n    capacity: {streaming_units: 6}\n  b:\n    <<: *base\n", "anchored"),
        ("clusters:\n  a:\n    <<: {capacity: {streaming_units: 6}}\n", "merge key"),
        ("defaults:\n  clusters:\n    capacity: {streaming_units: 6}\nclusters:\n  a: {}\n", "`defaults`"),
    ];
    for (before, word) in cases {
        let (after, report) = fix(before);
        assert_eq!(after, before, "{report}");
        let told = report.split("error[").next().unwrap();
        assert!(told.contains("left to you:") && told.contains(word), "{word} in:\n{report}");
    }
}

#[test]
fn what_lets_in_more_is_left() {
    let text = "\
hubs:
  iot:
    identity: system_assigned
    routing: {endpoints: {cold: {resource: storage/raw, auth: system_assigned}}, routes: {all: {endpoint: cold}}}
storage:
  raw:
    network: {default_action: deny, bypass: [none]}
role_assignments:
  - {principal: hub/iot, role: Storage Blob Data Contributor, scope: storage/raw}
";
    let (after, report) = fix(text);
    assert_eq!(after, text);
    assert!(report.contains("add `azure_services` to `network.bypass` of storage/raw"), "{report}");
    assert!(report.contains("it may let in more than before"), "{report}");
}

/// A repair that would break something else is not kept.
#[test]
fn a_repair_that_leads_to_another_finding_is_left() {
    let text = "\
vnets:
  v: {subnets: {s: {public_egress_ips: [203.0.113.7], service_endpoints: [Microsoft.Storage]}, other: {}}}
workloads:
  reader: {subnet: v/other, uses: [storage/raw]}
storage:
  raw:
    network: {default_action: allow, virtual_network_rules: [v/s]}
";
    let folder = Folder::with(&[("estate.yaml", text)]);
    let outcome = folder.run(&["check", "--fix", "--color", "never", "estate.yaml"]);
    assert_eq!(fs::read_to_string(folder.path().join("estate.yaml")).unwrap(), text);
    let told = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("it would lead to "), "{}", outcome.stdout);
}

#[test]
fn a_connection_is_repaired_where_its_method_is_pinned() {
    let text = |auth: &str, via: &str| {
        format!(
            "\
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      cold: {{resource: storage/raw, auth: {auth}{via}}}
storage:
  raw:
    network: {{default_action: deny}}
role_assignments:
  - {{principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}}
"
        )
    };
    let (after, _) = fix(&text("connection_string", ", via: trusted-services"));
    assert_eq!(after, text("managed_identity", ", via: trusted-services"));
}

#[test]
fn several_files_are_repaired_together() {
    let files = [
        ("isolint.toml", ""),
        ("networks.yaml", "vnets: {v: {subnets: {s: {}}}}\n"),
        (
            "data.yaml",
            "storage: {raw: {network: {default_action: deny, virtual_network_rules: [v/s], ip_rules: [10.0.0.0/8]}}}\n",
        ),
    ];
    let folder = Folder::with(&files);
    let (status, report) = folder.check(&["--fix", "."]);
    assert_eq!(status, 0, "{report:#}");
    let rules = each(&report, "fixed", &["rule", "files"]);
    assert_eq!(
        rules,
        ["endpoint-missing-on-ruled-subnet [\"networks.yaml\"]", "private-range-in-firewall [\"data.yaml\"]"]
    );
    let text = |name| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(text("networks.yaml"), "vnets: {v: {subnets: {s: {service_endpoints: [Microsoft.Storage]}}}}\n");
    assert_eq!(
        text("data.yaml"),
        "storage: {raw: {network: {default_action: deny, virtual_network_rules: [v/s], ip_rules: []}}}\n"
    );
}

const SMALL: &str = "clusters:\n  plant: {capacity: {streaming_units: 6}}\n";

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let folder = Folder::with(&[("a.yaml", SMALL)]);
    let outcome = folder.run(&["check", "--diff", "--color", "never", "a.yaml"]);
    let expected = "\
--- a/a.yaml
+++ b/a.yaml
@@ -1,2 +1,2 @@
 clusters:
-  plant: {capacity: {streaming_units: 6}}
+  plant: {capacity: {streaming_units: 12}}
";
    assert_eq!((outcome.status, outcome.stdout.as_str()), (0, expected));
    assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).unwrap(), SMALL);
    let outcome = folder.run_with(&["check", "--diff", "-"], SMALL.as_bytes());
    assert_eq!((outcome.status, outcome.stdout.lines().next()), (0, Some("--- a/<stdin>")));
    let outcome = folder.run_with(&["check", "--fix", "-"], SMALL.as_bytes());
    assert_eq!(outcome.status, 2, "{}", outcome.text());
    assert!(outcome.stderr.contains("`--diff`"), "{}", outcome.stderr);
    assert_eq!(folder.run(&["check", "--fix", "--diff", "a.yaml"]).status, 2);
}

#[cfg(unix)]
#[test]
fn a_read_only_file_is_left_and_the_rest_is_repaired() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder =
        Folder::with(&[("a/isolint.toml", ""), ("a/a.yaml", SMALL), ("b/isolint.toml", ""), ("b/b.yaml", SMALL)]);
    let path = |name: &str| folder.path().join(name);
    fs::set_permissions(path("a/a.yaml"), fs::Permissions::from_mode(0o444)).unwrap();
    fs::set_permissions(path("b/b.yaml"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink(path("b/b.yaml"), path("b/link.yml")).unwrap();
    fs::rename(path("b/b.yaml"), path("b/real.txt")).unwrap();
    fs::remove_file(path("b/link.yml")).unwrap();
    symlink(path("b/real.txt"), path("b/link.yml")).unwrap();
    let outcome = folder.run(&["check", "--fix", "--color", "never", "a", "b"]);
    assert_eq!(outcome.status, 1, "{}", outcome.text());
    let told = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("a/a.yaml cannot be written: it is read-only"), "{told}");
    assert_eq!(fs::read_to_string(path("a/a.yaml")).unwrap(), SMALL);
    // What a link leads to is written, with the rights that it had.
    assert!(fs::symlink_metadata(path("b/link.yml")).unwrap().is_symlink());
    assert_eq!(fs::read_to_string(path("b/real.txt")).unwrap(), SMALL.replace('6', "12"));
    assert_eq!(fs::metadata(path("b/real.txt")).unwrap().permissions().mode() & 0o777, 0o640);
}

/// The broken estate, and what would be repaired in it.
#[test]
fn the_broken_estate() {
    let folder = Folder::with(&[]);
    for file in ["isolint.toml", "data.yaml", "networks.yaml", "streaming.yaml"] {
        let text = fs::read(format!("{}/examples/streaming-broken/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        folder.write(file, &text);
    }
    insta::assert_snapshot!("broken-estate", folder.run(&["check", "--diff", "--color", "never", "."]).text());
}

/// The bad examples of all rules that name a repair.
fn bad_examples() -> Vec<(&'static str, &'static str, &'static str)> {
    let rules = known().rules.iter().filter(|rule| !rule.repair.is_empty());
    let bad = rules.flat_map(|rule| {
        let examples = rule.examples.iter().filter(|example| example.kind == ExampleKind::Bad);
        examples.map(|example| {
            (rule.name.as_str(), example.topology.as_str(), example.edition.as_deref().unwrap_or("documents"))
        })
    });
    bad.collect()
}

/// A folder with a unit for each of these topologies.
fn units(texts: &[(String, &str)]) -> Folder {
    let folder = Folder::with(&[]);
    for (number, (text, edition)) in texts.iter().enumerate() {
        folder.write(&format!("{number}/isolint.toml"), format!("edition = \"{edition}\"\n").as_bytes());
        folder.write(&format!("{number}/estate.yaml"), text.as_bytes());
    }
    folder
}

/// Fixes all units of a folder, twice. Gives the texts, and the rules that were fixed in each.
fn fixed(folder: &Folder, number: usize) -> Vec<(String, Vec<String>)> {
    let (_, report) = folder.check(&["--fix", "."]);
    let texts = || -> Vec<String> {
        (0..number).map(|unit| fs::read_to_string(folder.path().join(format!("{unit}/estate.yaml"))).unwrap()).collect()
    };
    let once = texts();
    let (_, again) = folder.check(&["--fix", "."]);
    assert_eq!(again["fixed"].as_array().unwrap().len(), 0, "{:#}", again["fixed"]);
    assert_eq!(texts(), once);
    // What was fixed is not found again in the same file.
    let still = each(&again, "findings", &["location.file", "fingerprint"]);
    let mut rules = vec![Vec::new(); number];
    for one in report["fixed"].as_array().unwrap() {
        let file = one["files"][0].as_str().unwrap();
        let unit: usize = file.split('/').next().unwrap().parse().unwrap();
        assert!(!still.contains(&format!("{file} {}", one["fingerprint"].as_str().unwrap())), "{one:#}");
        rules[unit].push(one["rule"].as_str().unwrap().to_owned());
    }
    once.into_iter().zip(rules).collect()
}

#[test]
fn every_rule_with_a_repair_is_repaired_in_an_example() {
    let examples = bad_examples();
    let texts: Vec<(String, &str)> = examples.iter().map(|(_, text, edition)| ((*text).to_owned(), *edition)).collect();
    let folder = units(&texts);
    let mut repaired: Vec<&str> = Vec::new();
    for ((rule, before, _), (after, rules)) in examples.iter().zip(fixed(&folder, texts.len())) {
        if rules.iter().any(|fixed| fixed == rule) {
            repaired.push(rule);
        } else {
            println!("{rule}: left in\n{before}");
        }
        keeps_the_rest(before, &after, rules.len());
    }
    repaired.dedup();
    let applicable = known().rules.iter().filter(|rule| rule.repair.iter().any(|change| !change.widens));
    let missed: Vec<&str> = applicable.map(|rule| rule.name.as_str()).filter(|rule| !repaired.contains(rule)).collect();
    assert_eq!(missed, [""; 0], "rules whose repair is never made in an example");
}

/// No more lines differ than there were repairs, in either direction, but for comments that went with what they told.
fn keeps_the_rest(before: &str, after: &str, repairs: usize) {
    let difference = similar::TextDiff::from_lines(before, after);
    let changed = |tag| difference.iter_all_changes().filter(|change| change.tag() == tag).count();
    let (gone, new) = (changed(similar::ChangeTag::Delete), changed(similar::ChangeTag::Insert));
    assert!(gone <= 3 * repairs && new <= 3 * repairs, "{}", difference.unified_diff());
}

/// Everything that a file says, without its layout.
fn values(text: &str) -> String {
    fn write(sources: &Sources, node: NodeId, out: &mut String) {
        match sources.node(node).content {
            Content::Mapping { .. } => {
                let mut entries: Vec<String> = Vec::new();
                for entry in sources.entries(node) {
                    let mut text = format!("{}: ", sources.text(entry.key));
                    write(sources, entry.value, &mut text);
                    entries.push(text);
                }
                // A new field may stand elsewhere where comments stand in between.
                entries.sort();
                out.push_str(&format!("{{{}}}", entries.join(", ")));
            }
            Content::Sequence { .. } => {
                for item in sources.items(node) {
                    out.push_str("- ");
                    write(sources, *item, out);
                    out.push(' ');
                }
            }
            _ => out.push_str(&format!("`{}`", sources.text(node))),
        }
    }
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let (_, roots) = sources.add_yaml("text", text.to_owned(), &Limits::default(), &mut problems);
    assert!(problems.is_empty(), "{problems:?} in\n{text}");
    let mut out = String::new();
    roots.into_iter().for_each(|root| write(&sources, root, &mut out));
    out
}

/// The same text in another layout: comments, blank lines, other line ends.
fn disturbed(text: &str, dice: &[u8], crlf: bool) -> String {
    let mut out = String::new();
    for (number, line) in text.lines().enumerate() {
        let cast = dice[number % dice.len()];
        if cast & 1 != 0 {
            out.push_str(&format!("{}# ü{number}\n", " ".repeat(usize::from(cast >> 4))));
        }
        if cast & 2 != 0 {
            out.push('\n');
        }
        out.push_str(line);
        if cast & 4 != 0 {
            out.push_str(&format!("  # é{number}"));
        }
        out.push('\n');
    }
    if crlf { out.replace('\n', "\r\n") } else { out }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Comments, blank lines and line ends make no difference to what is repaired, and all of them are kept but for
    /// those of what is removed.
    #[test]
    fn the_layout_makes_no_difference(dice in prop::collection::vec(any::<u8>(), 1..40), crlf in any::<bool>()) {
        let examples = bad_examples();
        let plain: Vec<(String, &str)> = examples.iter().map(|(_, text, edition)| ((*text).to_owned(), *edition)).collect();
        let noisy: Vec<(String, &str)> = examples.iter().map(|(_, text, edition)| (disturbed(text, &dice, crlf), *edition)).collect();
        let (of_plain, of_noisy) = (fixed(&units(&plain), plain.len()), fixed(&units(&noisy), noisy.len()));
        for (((_, text, _), before), ((plain, rules), (noisy, noisy_rules))) in examples.iter().zip(&noisy).zip(of_plain.iter().zip(&of_noisy)) {
            prop_assert_eq!(rules, noisy_rules, "in\n{}", text);
            prop_assert_eq!(values(plain), values(noisy), "in\n{}\n{}", before.0, noisy);
            let own_lines = |text: &str| text.matches("# ü").count();
            prop_assert!(own_lines(noisy) + 2 * rules.len() >= own_lines(&before.0), "{}", noisy);
            prop_assert_eq!(noisy.matches('\n').count(), noisy.matches("\r\n").count() * if crlf { 1 } else { 0 } + if crlf { 0 } else { noisy.matches('\n').count() });
        }
    }
}

/// All findings of all examples and estates, with the definitions they come from.
fn all_findings(definitions: &Definitions) -> Vec<Finding> {
    let mut ruleset = ruleset(definitions);
    let mut findings = Vec::new();
    for seed in seeds(definitions) {
        let read = read(definitions, &seed.edition, &seed.files());
        findings.extend(judge(&mut ruleset, read, &seed.edition).0.findings);
    }
    findings
}

/// The connections of an example with what each of its access methods requires, by the name of the connection.
fn connections(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    edition: &str,
    text: &str,
) -> Vec<(String, PathResult, Sources)> {
    let files = [("example.yaml", text)];
    let flows = judge(ruleset, read(definitions, edition, &files), edition).0.flows;
    let mut ends: Vec<(String, String)> = flows.into_iter().map(|flow| (flow.origin, flow.target)).collect();
    ends.sort();
    ends.dedup();
    let mut found = Vec::new();
    for (origin, target) in ends {
        let read = read(definitions, edition, &files);
        let objects = (0..read.topology.objects().len()).map(|index| ObjectId(u32::try_from(index).unwrap()));
        let named = |address: &str| objects.clone().find(|id| read.topology.address(*id) == address);
        let (Some(from), Some(to)) = (named(&origin), named(&target)) else { continue };
        let results = paths(ruleset, read.topology, &read.sources, (from, to), Supposed::default());
        for result in results.into_iter().filter(|result| !result.hypothetical) {
            // Each with sources of its own: they are needed to edit.
            let sources = support::read(definitions, edition, &files).sources;
            found.push((format!("{origin} {target} {} {}", result.flow.name, result.flow.purpose), result, sources));
        }
    }
    found
}

fn missing<'p>(result: &'p PathResult, method: &str) -> Vec<&'p RequirementResult> {
    let methods = result.methods.iter().filter(|one| one.name == method);
    methods.flat_map(|one| &one.requirements).filter(|one| one.outcome == Outcome::Missing).collect()
}

/// Every repair of a requirement, made by force, makes it hold: also those that are left to people.
#[test]
fn what_is_suggested_for_a_connection_would_help() {
    let definitions = definitions();
    let mut ruleset = ruleset(&definitions);
    let mut proven: Vec<String> = Vec::new();
    for method in &definitions.methods {
        for example in method.examples.iter().filter(|example| example.outcome == "blocked") {
            let edition = example.edition.as_deref().unwrap_or("documents");
            for (name, result, sources) in connections(&definitions, &mut ruleset, edition, &example.topology) {
                for requirement in missing(&result, &method.name).into_iter().filter(|one| !one.repair.is_empty()) {
                    let changes = requirement.repair.clone();
                    let repair = Repair { method: None, changes, reason_not: None };
                    let edits = Layouts::new(&sources, &|_| None).edits(&repair).unwrap();
                    let edits: Vec<_> = edits.into_iter().map(|(_, edit)| edit).collect();
                    let text = apply_edits(&example.topology, &edits).unwrap();
                    let again = connections(&definitions, &mut ruleset, edition, &text);
                    let (_, after, _) = again.iter().find(|(found, ..)| *found == name).unwrap();
                    let still = missing(after, &method.name);
                    assert!(
                        !still.iter().any(|one| one.name == requirement.name),
                        "{}/{} in\n{text}",
                        method.name,
                        requirement.name
                    );
                    proven.push(format!("{}/{}", method.name, requirement.name));
                }
            }
        }
    }
    proven.sort();
    proven.dedup();
    let own = definitions.methods.iter().flat_map(|method| {
        let own = method.requires.iter().filter_map(|step| match step {
            RequirementStep::One(requirement) if !requirement.repair.is_empty() => Some(requirement),
            _ => None,
        });
        own.map(move |requirement| format!("{}/{}", method.name, requirement.name))
    });
    let missed: Vec<String> = own.filter(|name| !proven.contains(name)).collect();
    assert_eq!(missed, [""; 0], "repairs that no example needs");
}

#[test]
fn no_repair_that_is_made_without_asking_lets_in_more() {
    let definitions = definitions();
    let opens = |change: &RepairStep| {
        definitions.openings.iter().any(|opening| {
            let field = change.field.rsplit('.').next().unwrap();
            opening.operation == change.operation
                && opening.field == field
                && (opening.values.is_empty()
                    || change.value.as_ref().is_none_or(|value| opening.values.contains(value)))
        })
    };
    let (mut applicable, mut left) = (0, 0);
    for finding in all_findings(&definitions) {
        for repair in &finding.repairs {
            if repair.is_applicable() {
                applicable += 1;
                assert!(!repair.changes.iter().any(|change| change.widens || opens(change)), "{finding:#?}");
            } else {
                left += 1;
            }
        }
    }
    assert!(applicable > 50 && left > 50, "{applicable} {left}");
}

/// A rule of a team with a repair; gives the mistakes that reading and checking it finds.
fn mistakes(repair: &str) -> Vec<String> {
    let rule = format!(
        "name: acme/x
level: error
title: x
sources: []
for: resource in resources
let: {{rules: resource.network.virtual_network_rules}}
deny: resource.network.default_action == \"deny\"
message: x
at: resource
repair: {repair}
"
    );
    let mut own = Definitions::default();
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    read_file(&mut sources, &mut own, isolint::knowledge::definitions::Folder::Checks, "x.yaml", rule, &mut problems);
    if problems.is_empty() {
        let mut all = definitions();
        all.extend(own);
        match isolint::Ruleset::build(all) {
            Ok(mut ruleset) => problems.extend(ruleset.check().err().into_iter().flatten()),
            Err(found) => problems.extend(found),
        }
    }
    problems.into_iter().map(|problem| format!("{}: {}", problem.code, problem.message)).collect()
}

#[test]
fn repairs_are_checked_when_they_are_read() {
    for (repair, expected) in [
        ("{set: resource.network.default_action, to: '\"allow\"'}", "unmarked-opening"),
        ("{set: resource.network.default_action, to: 'size(rules) > 0 ? \"deny\" : \"allow\"'}", "unmarked-opening"),
        ("{set: resource.network.default_action, to: resource.network.default_action}", "unmarked-opening"),
        ("{add: '\"203.0.113.0/24\"', to: resource.network.ip_rules}", "unmarked-opening"),
        ("{set: resource.network.default_action, to: '\"denied\"'}", "wrong-type"),
        ("{set: resource.network.default_action, to: 3}", "wrong-type"),
        ("{set: resource.network.default_action, nearest: '\"deny\"'}", "wrong-type"),
        ("{set: resource.network.defalut_action, to: '\"deny\"'}", "expression"),
        ("{set: resource.network.ip_rules, to: '\"deny\"'}", "bad-change"),
        ("{set: resource, to: '\"deny\"'}", "bad-change"),
        ("{add: '\"a\"', to: resource.network.default_action}", "bad-change"),
        ("{unset: resource.private_endpoints}", "bad-change"),
        ("{set: resource.region}", "missing-field"),
        ("{set: resource.region, unset: resource.region}", "bad-change"),
        ("{to: resource.region}", "bad-change"),
        ("{set: resource.region, to: '\"x\"', widens: perhaps}", "wrong-type"),
        ("{set: resource.region, too: '\"x\"'}", "unknown-field"),
    ] {
        let found = mistakes(repair);
        assert!(found.iter().any(|mistake| mistake.starts_with(expected)), "{repair}: {found:?}");
    }
    for repair in [
        "{set: resource.network.default_action, to: '\"deny\"'}",
        "{set: resource.network.default_action, to: '\"allow\"', widens: true}",
        "[{set: resource.region, to: '\"x\"', if: size(rules) > 0}, {unset: resource.lock}]",
        "{set: resource.network.default_action, to: 'size(rules) > 0 ? \"deny\" : \"deny\"'}",
        "{remove: first(rules), from: resource.network.virtual_network_rules}",
    ] {
        assert_eq!(mistakes(repair), [""; 0], "{repair}");
    }
}

#[test]
fn openings_are_checked_when_they_are_read() {
    let mut definitions = definitions();
    for opening in &mut definitions.openings {
        if opening.field == "default_action" && opening.operation == Operation::Set {
            opening.field = "defualt_action".to_owned();
        }
    }
    let problems = isolint::Ruleset::build(definitions).map_err(|_| ()).unwrap().check().unwrap_err();
    assert_eq!(problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["unknown-field"]);
}
