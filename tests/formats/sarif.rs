//! SARIF as a contract: its published schema, what GitHub demands beyond it, and that it says what was found.

use std::collections::HashSet;
use std::fs;

use serde_json::Value;

use super::command::Folder;
use super::{FOREIGN, SITUATIONS, json, run, situations};

fn sarif(folder: &Folder, situation: &str, status: i32) -> Value {
    json(&run(folder, situation, "sarif", status))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value}"))
}

#[test]
fn every_log_is_as_the_published_schema_says() {
    let validator = jsonschema::validator_for(&json(include_str!("../sarif/sarif-2.1.0.json"))).unwrap();
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let log = sarif(&folder, situation, *status);
        let errors: Vec<String> =
            validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{situation}");
    }
}

/// What GitHub's documentation of its support for SARIF asks of logs: <https://docs.github.com/code-security>, "SARIF
/// support for code scanning".
#[test]
fn every_log_is_as_github_takes_it() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let log = sarif(&folder, situation, *status);
        assert_eq!(log["version"], "2.1.0");
        let [run] = list(&log, "runs") else { panic!("{situation}: not one run") };
        let rules = list(&run["tool"]["driver"], "rules");
        for rule in rules {
            for (description, most) in [("shortDescription", 1024), ("fullDescription", 1024), ("help", usize::MAX)] {
                let words = text(&rule[description], "text");
                assert!(!words.is_empty() && words.chars().count() <= most, "{rule}");
            }
            assert!(!text(&rule["help"], "markdown").is_empty(), "{rule}");
            assert!(text(rule, "id").len() <= 255, "{rule}");
            assert!(list(&rule["properties"], "tags").len() <= 20, "{rule}");
            if let Some(severity) = rule["properties"].get("security-severity") {
                let severity: f64 = severity.as_str().unwrap().parse().unwrap();
                assert!(severity > 0.0 && severity <= 10.0, "{rule}");
            }
        }
        for result in list(run, "results") {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(["error", "warning", "note"].contains(&text(result, "level")), "{result}");
            assert!(text(&result["message"], "text").contains('.'), "{result}");
            assert_eq!(text(&result["partialFingerprints"], "isolint/v1").len(), 32);
            let [location] = list(result, "locations") else { panic!("not one location: {result}") };
            for location in list(result, "relatedLocations").iter().chain([location]) {
                check_physical_location(&location["physicalLocation"]);
            }
            for flow in list(result, "codeFlows") {
                for step in list(&flow["threadFlows"][0], "locations") {
                    check_physical_location(&step["location"]["physicalLocation"]);
                }
            }
        }
    }
}

fn check_physical_location(location: &Value) {
    let artifact = &location["artifactLocation"];
    assert_eq!(artifact["uriBaseId"], "%SRCROOT%");
    let uri = text(artifact, "uri");
    let may_be = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(!uri.starts_with('/') && uri.chars().all(may_be), "{uri}");
    let region = &location["region"];
    let at = |line: &str, column: &str| (region[line].as_u64().unwrap(), region[column].as_u64().unwrap());
    let (start, end) = (at("startLine", "startColumn"), at("endLine", "endColumn"));
    assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{region}");
}

#[test]
fn results_are_the_findings_and_the_mistakes() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let run_object = &sarif(&folder, situation, *status)["runs"][0];
        let report = json(&run(&folder, situation, "json", *status));
        let mut expected: Vec<(Value, Value)> = Vec::new();
        for problem in list(&report, "problems") {
            expected.push((problem["code"].clone(), problem["location"]["line"].clone()));
        }
        for finding in list(&report, "findings") {
            expected.push((finding["rule"].clone(), finding["location"]["line"].clone()));
        }
        let line = |result: &Value| result["locations"][0]["physicalLocation"]["region"]["startLine"].clone();
        let found: Vec<(Value, Value)> =
            list(run_object, "results").iter().map(|result| (result["ruleId"].clone(), line(result))).collect();
        assert_eq!(found, expected, "{situation}");
        let results = list(run_object, "results").iter().skip(list(&report, "problems").len());
        for (result, finding) in results.zip(list(&report, "findings")) {
            assert_eq!(result["partialFingerprints"]["isolint/v1"], finding["fingerprint"]);
            let related = list(finding, "related");
            assert_eq!(list(result, "relatedLocations").len(), related.len());
            // GitHub shows only those that the message names.
            for number in 1..=related.len() {
                assert!(text(&result["message"], "text").contains(&format!("]({number})")), "{result}");
            }
            let names: HashSet<&str> = list(&result["locations"][0], "logicalLocations")
                .iter()
                .map(|one| text(one, "fullyQualifiedName"))
                .collect();
            let resources: HashSet<&str> = list(finding, "resources").iter().map(|one| text(one, "resource")).collect();
            assert_eq!(names, resources);
            assert_eq!(list(result, "codeFlows").is_empty(), list(finding, "methods").is_empty(), "{result}");
        }
    }
}

#[test]
fn rules_bring_their_page_and_their_document() {
    let folder = situations();
    let log = sarif(&folder, "broken", 1);
    let rules = list(&log["runs"][0]["tool"]["driver"], "rules");
    assert!(rules.len() > 10);
    for rule in rules {
        let page = text(&rule["help"], "markdown");
        assert!(page.starts_with(&format!("# {}\n", text(rule, "id"))) && page.contains("\n## Documents\n"), "{page}");
        assert!(text(rule, "helpUri").starts_with("https://"), "{rule}");
        assert!(rule["properties"].get("security-severity").is_some());
    }
}

#[test]
fn columns_count_code_points() {
    let folder = situations();
    let log = sarif(&folder, "foreign", 1);
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let location = &run["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], "foreign/r%C3%A9seau%20plan%20%231.yaml");
    let line = FOREIGN.lines().nth(4).unwrap();
    let before = line.split("storage/archive").next().unwrap();
    let column = before.chars().count() + 1;
    assert_ne!(column, before.encode_utf16().count() + 1, "the line has nothing beyond the basic plane");
    assert_eq!(location["region"]["startColumn"], column);
    assert_eq!(location["region"]["endColumn"], column + "storage/archive".len());
}

#[test]
fn the_invocation_says_what_was_not_read() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let log = sarif(&folder, situation, *status);
        let run = &log["runs"][0];
        let invocation = &run["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], *status != 3, "{situation}");
        let known: Vec<&str> =
            list(&run["tool"]["driver"], "notifications").iter().map(|one| text(one, "id")).collect();
        for notification in list(invocation, "toolExecutionNotifications") {
            assert!(known.contains(&text(&notification["descriptor"], "id")), "{notification}");
        }
    }
    let log = sarif(&folder, "mixed", 3);
    let notifications = list(&log["runs"][0]["invocations"][0], "toolExecutionNotifications");
    let uri = |one: &Value| one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].clone();
    let told: Vec<_> =
        notifications.iter().map(|one| (text(&one["descriptor"], "id"), text(one, "level"), uri(one))).collect();
    let expected = [
        ("unreadable-input", "error", Value::from("mixed/utf16.yaml")),
        ("skipped-input", "note", Value::from("mixed/other.yaml")),
    ];
    assert_eq!(told, expected);
    let log = sarif(&folder, "mistaken", 3);
    let notifications = list(&log["runs"][0]["invocations"][0], "toolExecutionNotifications");
    assert!(notifications.iter().any(|one| one["descriptor"]["id"] == "undetermined-checks"), "{log}");
}

/// Whoever makes the changes that the log names is rid of the finding.
#[test]
fn fixes_repair_what_they_are_for() {
    let folder = situations();
    let log = sarif(&folder, "broken", 1);
    let results = list(&log["runs"][0], "results");
    let with_fixes: Vec<&Value> = results.iter().filter(|result| !list(result, "fixes").is_empty()).collect();
    let report = json(&run(&folder, "broken", "json", 1));
    let is_applicable = |finding: &&Value| list(finding, "repairs").iter().any(|repair| repair["applicable"] == true);
    let applicable: Vec<&Value> = list(&report, "findings").iter().filter(is_applicable).collect();
    assert_eq!(with_fixes.len(), applicable.len());
    assert!(!with_fixes.is_empty());
    for result in with_fixes {
        let [fix] = list(result, "fixes") else { panic!("{result}") };
        let mut before = Vec::new();
        for change in list(fix, "artifactChanges") {
            let path = folder.path().join(text(&change["artifactLocation"], "uri"));
            let former = fs::read_to_string(&path).unwrap();
            fs::write(&path, replaced(&former, list(change, "replacements"))).unwrap();
            before.push((path, former));
        }
        let fingerprint = &result["partialFingerprints"]["isolint/v1"];
        let (status, report) = folder.check(&["broken"]);
        assert_ne!(status, 3, "{fix}");
        let is_there = list(&report, "findings").iter().any(|finding| finding["fingerprint"] == *fingerprint);
        assert!(!is_there, "{fix} does not repair {result}");
        for (path, former) in before {
            fs::write(path, former).unwrap();
        }
    }
}

/// A text with replacements by line and column made, the last first.
fn replaced(text: &str, replacements: &[Value]) -> String {
    let offset = |line: &Value, column: &Value| {
        let line = usize::try_from(line.as_u64().unwrap()).unwrap();
        let column = usize::try_from(column.as_u64().unwrap()).unwrap();
        let start: usize = text.split_inclusive('\n').take(line - 1).map(str::len).sum();
        start + text[start..].chars().take(column - 1).map(char::len_utf8).sum::<usize>()
    };
    let mut edits: Vec<(usize, usize, &str)> = Vec::new();
    for replacement in replacements {
        let region = &replacement["deletedRegion"];
        let start = offset(&region["startLine"], &region["startColumn"]);
        let end = offset(&region["endLine"], &region["endColumn"]);
        edits.push((start, end, replacement["insertedContent"]["text"].as_str().unwrap_or("")));
    }
    edits.sort_unstable();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

/// What is ignored stays in the log, with what says so, why, and where that stands.
#[test]
fn what_is_ignored_is_suppressed_with_its_justification() {
    let folder = situations();
    let log = sarif(&folder, "accepted", 0);
    let results = list(&log["runs"][0], "results");
    let report = json(&run(&folder, "accepted", "json", 0));
    let findings = list(&report, "findings");
    assert_eq!(results.len(), findings.len());
    let mut told = Vec::new();
    for (result, finding) in results.iter().zip(findings) {
        let suppressions = list(result, "suppressions");
        assert_eq!(suppressions.is_empty(), finding["ignored"].is_null(), "{result}");
        for suppression in suppressions {
            assert_eq!(suppression["status"], "accepted");
            let place = &suppression["location"]["physicalLocation"];
            check_physical_location(place);
            assert_eq!(place["region"]["startLine"], finding["ignored"]["place"]["line"]);
            let uri = text(&place["artifactLocation"], "uri");
            told.push((text(suppression, "kind"), text(suppression, "justification"), uri));
        }
    }
    let reason = "Opened for the \"migration\" <é> (until 2099-01-31)";
    assert_eq!(
        told,
        [
            ("inSource", reason, "accepted/topology.yaml"),
            ("external", "It was there when the baseline was written", "accepted/known.yaml")
        ]
    );
    // Of what is not ignored nothing is suppressed; of what the configuration ignores it is said where.
    let folder = Folder::with(&[
        ("t.yaml", super::BLOCKED),
        ("isolint.toml", "[[exception]]\nrule = \"job-*\"\nresource = \"job/*\"\nreason = \"so\"\n"),
    ]);
    let outcome = folder.run(&["check", ".", "--format", "sarif"]);
    let log = json(&outcome.stdout);
    let result = &log["runs"][0]["results"][0];
    assert_eq!((outcome.status, &result["suppressions"][0]["kind"]), (0, &Value::from("external")));
    assert_eq!(result["suppressions"][0]["justification"], "so");
    let log = json(&folder.run(&["check", ".", "--format", "sarif", "--no-ignores"]).stdout);
    assert!(log["runs"][0]["results"][0].get("suppressions").is_none_or(|list| list.as_array().unwrap().is_empty()));
}
