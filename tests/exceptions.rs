//! Exceptions: what they cover, what is said of them, and how they go.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
#[path = "exceptions/table.rs"]
mod table;

use std::fs;

use command::{Folder, each};
use isolint::knowledge::definitions::program::PROGRAM_RULES;
use serde_json::Value;

const TODAY: &str = "--today=2026-11-22";

/// An account whose firewall is useless: `ip-rule-with-open-default` at the `allow`, and a job that cannot reach another
/// account: `job-flow-blocked` at `storage/archive`. What stands in `<1>` to `<9>` is filled in.
const ESTATE: &str = "\
<1>
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      <2>
      results:<3>
        resource: storage/archive<4>
        auth: connection_string
<5>
storage:<6>
  archive:
    network: {default_action: deny, bypass: [azure_services]}
  old:<7>
    <8>
    network: {default_action: allow, ip_rules: [198.51.100.20]}<9>
";

/// The estate with a comment at a place.
fn estate(place: usize, comment: &str) -> String {
    let mut text = ESTATE.to_owned();
    for number in 1..=9 {
        let filled = match (number == place, [1, 2, 5, 8].contains(&number)) {
            (false, _) => String::new(),
            (true, true) => comment.to_owned(),
            (true, false) => format!("  {comment}"),
        };
        text = text.replace(&format!("<{number}>"), &filled);
    }
    text
}

/// What counts and what is ignored, as the names of rules.
fn told(report: &Value) -> (Vec<String>, Vec<String>) {
    let names = |ignored: bool| {
        let findings = report["findings"].as_array().unwrap().iter();
        let mut names: Vec<String> = findings
            .filter(|finding| finding["ignored"].is_null() != ignored)
            .map(|finding| finding["rule"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    (names(false), names(true))
}

const BLOCKED: &str = "job-flow-blocked";
const OPEN: &str = "ip-rule-with-open-default";

#[test]
fn a_comment_covers_its_line_its_block_or_its_resource() {
    for (place, rule, covers) in [
        // Above the first section it covers that section.
        (1, BLOCKED, true),
        (1, OPEN, false),
        // Above an entry: its block.
        (2, BLOCKED, true),
        (5, OPEN, true),
        (5, BLOCKED, false),
        (8, OPEN, true),
        // Behind what opens a block: that block.
        (3, BLOCKED, true),
        (6, OPEN, true),
        (7, OPEN, true),
        // Behind something else: its line.
        (4, BLOCKED, true),
        (9, OPEN, true),
        (9, BLOCKED, false),
        (7, BLOCKED, false),
    ] {
        let comment = format!("# isolint: ignore[{rule}] until=2027-01-31 reason=it is so");
        let folder = Folder::with(&[("t.yaml", &estate(place, &comment))]);
        let (status, report) = folder.check(&[TODAY, "t.yaml"]);
        let other = if rule == OPEN { BLOCKED } else { OPEN };
        let (counted, ignored) = told(&report);
        if covers {
            assert_eq!((counted, ignored), (vec![other.to_owned()], vec![rule.to_owned()]), "{rule} at {place}");
            assert_eq!(status, i32::from(other == BLOCKED), "{rule} at {place}");
            let finding = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == rule).unwrap();
            let why = &finding["ignored"];
            assert_eq!(
                (&why["by"], &why["reason"], &why["until"]),
                (&Value::from("comment"), &Value::from("it is so"), &Value::from("2027-01-31"))
            );
            assert_eq!(why["place"]["file"], "t.yaml");
            assert_eq!(report["summary"]["ignored"]["comment"], 1);
        } else {
            let mut expected = [BLOCKED, OPEN, "unused-exception"].map(str::to_owned).to_vec();
            expected.sort();
            assert_eq!((counted, ignored), (expected, vec![]), "{rule} at {place}");
        }
    }
}

#[test]
fn an_exception_at_a_resource_covers_what_is_absent_in_it() {
    // The identity of the job is absent: the finding points at the job itself.
    let text = |comment: &str| {
        format!(
            "jobs:\n  telemetry:{comment}\n    outputs:\n      raw: {{resource: storage/raw, auth: managed_identity}}\nstorage:\n  raw: {{}}\n"
        )
    };
    let folder = Folder::with(&[("t.yaml", &text(""))]);
    let (_, report) = folder.check(&[TODAY, "t.yaml"]);
    let absent: Vec<String> = each(&report, "findings", &["rule", "location.line"])
        .into_iter()
        .filter(|found| found.ends_with(" 2") || found.ends_with(" 3"))
        .collect();
    assert!(!absent.is_empty(), "{report:#}");
    let rules: Vec<&str> = absent.iter().map(|found| found.split(' ').next().unwrap()).collect();
    folder.write("t.yaml", text(&format!("  # isolint: ignore[{}]", rules.join(", "))).as_bytes());
    let (_, report) = folder.check(&[TODAY, "t.yaml"]);
    let ignored = told(&report).1;
    for rule in rules {
        assert!(ignored.contains(&rule.to_owned()), "{rule} is not among {ignored:?}");
    }
}

#[test]
fn what_is_wrong_with_a_comment_is_said_at_its_place() {
    for (comment, rule, message, column) in [
        ("# isolint: ignore[ip-rule-with-open-default] until=soon", "malformed-exception", "`soon` is no date", 50),
        (
            "# isolint: ignore[ip-rule-with-open-default] until=2027-02-30",
            "malformed-exception",
            "`2027-02-30` is no date",
            50,
        ),
        (
            "# isolint: ignore[ip-rule-with-open-default] untl=2027-01-31",
            "malformed-exception",
            "`untl=2027-01-31` is neither `until=` nor `reason=`",
            50,
        ),
        ("# isolint: ignore[ip-rule-with-open-default] reason=", "malformed-exception", "the reason is empty", 50),
        (
            "# isolint: ignore[ip-rule-with-open-default] reason=\"a",
            "malformed-exception",
            "the quote of the reason is not closed",
            50,
        ),
        (
            "# isolint: ignore[ip-rule-with-open-default] reason=a reason=b",
            "malformed-exception",
            "`reason` is said twice",
            59,
        ),
        ("# isolint: ignore[]", "malformed-exception", "a rule is missing between the brackets", 16),
        ("# isolint: ignore", "malformed-exception", "`ignore` names no rule", 16),
        (
            "# isolint: ignore[ip-rule-with-open-default",
            "malformed-exception",
            "the bracket behind `ignore` is not closed",
            16,
        ),
        ("# isolint: ignore[ip-*]", "malformed-exception", "`ip-*` is no name: a comment names each rule", 23),
        (
            "# isolint: ignroe[ip-rule-with-open-default]",
            "malformed-exception",
            "`ignroe` is nothing that isolint can be told in a comment",
            16,
        ),
        (
            "# isolint ignore[ip-rule-with-open-default]",
            "malformed-exception",
            "`isolint` is not followed by a colon",
            5,
        ),
        (
            "# isolint: ignore[ip-rule-with-open-defalt]",
            "exception-for-unknown-rule",
            "there is no rule `ip-rule-with-open-defalt`, for which this exception is made",
            23,
        ),
        (
            "# isolint: ignore[unused-exception]",
            "exception-not-allowed",
            "`unused-exception` is about exceptions and has none itself",
            23,
        ),
        (
            "# isolint: ignore[ip-rule-with-open-default] until=2026-11-21",
            "expired-exception",
            "the exception for `ip-rule-with-open-default` expired on 2026-11-21",
            50,
        ),
    ] {
        let folder = Folder::with(&[("t.yaml", &estate(8, comment))]);
        let (status, report) = folder.check(&[TODAY, "t.yaml"]);
        let (counted, ignored) = told(&report);
        assert!(ignored.is_empty() && counted.contains(&OPEN.to_owned()), "{comment}: {counted:?} {ignored:?}");
        let found = each(&report, "findings", &["rule", "message"]);
        assert!(found.contains(&format!("{rule} {message}")), "{comment}: {found:#?}");
        let finding = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == rule).unwrap();
        assert_eq!(
            (finding["location"]["line"].as_u64(), finding["location"]["column"].as_u64()),
            (Some(15), Some(column)),
            "{comment}"
        );
        assert_eq!(status, 1);
    }
}

#[test]
fn what_only_speaks_of_isolint_is_no_exception() {
    for comment in
        ["# isolint checks this", "# isolint's ignore list", "# see isolint: ignore[x]", "# isolintx: ignore[x]"]
    {
        let folder = Folder::with(&[("t.yaml", &estate(8, comment))]);
        let (counted, _) = told(&folder.check(&[TODAY, "t.yaml"]).1);
        assert_eq!(counted, [OPEN, BLOCKED], "{comment}");
    }
}

#[test]
fn the_last_day_and_the_form_of_a_reason() {
    for (settings, reason) in [
        ("until=2026-11-22", None),
        ("reason=until spring until=2026-11-22", Some("until spring")),
        ("until=2026-11-22 reason=\"a=b until=no\"", Some("a=b until=no")),
        ("reason=\"first\" until=2026-11-22", Some("first")),
        ("reason=see #12: why=so", Some("see #12: why=so")),
    ] {
        let folder = Folder::with(&[("t.yaml", &estate(8, &format!("#isolint:ignore[ {OPEN} ] {settings}")))]);
        let (_, report) = folder.check(&[TODAY, "t.yaml"]);
        assert_eq!(told(&report), (vec![BLOCKED.to_owned()], vec![OPEN.to_owned()]), "{settings}");
        let finding = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == OPEN).unwrap();
        assert_eq!(finding["ignored"]["reason"].as_str(), reason, "{settings}");
    }
}

#[test]
fn what_the_configuration_demands_of_exceptions() {
    let comment = format!("# isolint: ignore[{OPEN}]");
    for (settings, expected, is_ignored) in [
        ("require-reason = true\n", &["exception-without-reason"][..], true),
        ("longest-exception = 90\n", &["exception-too-long"], true),
        ("not-ignorable = [\"ip-*\"]\n", &["exception-not-allowed", OPEN], false),
        ("[level]\nunused-exception = \"off\"\n", &[], true),
        ("require-reason = true\n[level]\nexception-without-reason = \"off\"\n", &[], true),
    ] {
        let folder = Folder::with(&[("t.yaml", &estate(8, &comment)), ("isolint.toml", settings)]);
        let (counted, ignored) = told(&folder.check(&[TODAY, "t.yaml"]).1);
        let mut expected: Vec<&str> = expected.iter().copied().chain([BLOCKED]).collect();
        expected.sort_unstable();
        assert_eq!(counted, expected, "{settings}");
        assert_eq!(!ignored.is_empty(), is_ignored, "{settings}");
    }
    let long = format!("# isolint: ignore[{OPEN}] until=2027-02-20");
    for (days, is_allowed) in [(90, true), (89, false)] {
        let settings = format!("longest-exception = {days}\n");
        let folder = Folder::with(&[("t.yaml", &estate(8, &long)), ("isolint.toml", &settings)]);
        let counted = told(&folder.check(&[TODAY, "t.yaml"]).1).0;
        assert_eq!(!counted.contains(&"exception-too-long".to_owned()), is_allowed, "{days}: {counted:?}");
    }
}

#[test]
fn exceptions_of_the_configuration() {
    for (exception, status, counted, ignored) in [
        ("rule = \"job-flow-blocked\"\nresource = \"storage/archive\"", 0, &[OPEN][..], &[BLOCKED][..]),
        ("rule = [\"job-flow-*\", \"ip-rule-with-open-default\"]\npath = \"sub/**\"", 0, &[], &[OPEN, BLOCKED]),
        ("rule = \"*\"\nresource = [\"job/*\", \"storage/o*\"]\nuntil = 2026-11-22", 0, &[], &[OPEN, BLOCKED]),
        // What belongs to a resource is meant by its address.
        ("rule = \"job-flow-blocked\"\nresource = \"job/telemetry\"\npath = \"sub\"", 0, &[OPEN], &[BLOCKED]),
        (
            "rule = \"job-flow-blocked\"\nresource = \"storage/archive\"\npath = \"other/*\"",
            1,
            &[OPEN, BLOCKED, "unused-exception"],
            &[],
        ),
        ("rule = \"job-flow-blocked\"\nresource = \"storage/archiv\"", 1, &[OPEN, BLOCKED, "unused-exception"], &[]),
        (
            "rule = \"job-flow-blocked\"\nresource = \"job/*\"\nuntil = \"2026-11-21\"",
            1,
            &["expired-exception", OPEN, BLOCKED],
            &[],
        ),
        // A mistake keeps nothing from being checked, but is one of the configuration.
        ("rule = \"job-flow-bloked\"\nresource = \"job/*\"", 2, &["exception-for-unknown-rule", OPEN, BLOCKED], &[]),
        (
            "rule = \"job-flow-blocked\"\nresource = \"job/*\"\nuntil = \"soon\"",
            2,
            &[OPEN, BLOCKED, "malformed-exception"],
            &[],
        ),
        (
            "rule = \"job-flow-blocked\"\nresource = \"job/*\"\nreason = \"\"",
            2,
            &[OPEN, BLOCKED, "malformed-exception"],
            &[],
        ),
    ] {
        let settings = format!("[[exception]]\n{exception}\n");
        let folder = Folder::with(&[("sub/t.yaml", &estate(0, "")), ("isolint.toml", &settings)]);
        let (found, report) = folder.check(&[TODAY, "."]);
        assert_eq!(
            told(&report),
            (
                counted.iter().map(|one| (*one).to_owned()).collect(),
                ignored.iter().map(|one| (*one).to_owned()).collect()
            ),
            "{exception}"
        );
        assert_eq!(found, status, "{exception}");
        let about = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["rule"].as_str().unwrap().contains("exception"));
        assert!(about.into_iter().all(|one| one["location"]["file"] == "isolint.toml"), "{exception}");
    }
}

#[test]
fn an_exception_of_the_configuration_must_not_hold_everywhere() {
    let folder = Folder::with(&[("t.yaml", &estate(0, "")), ("isolint.toml", "[[exception]]\nrule = \"*\"\n")]);
    let outcome = folder.run(&["check", "."]);
    assert_eq!(outcome.status, 2);
    assert!(
        outcome.stderr.starts_with("error: isolint.toml:1:1: this exception would hold everywhere"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn nothing_is_called_unused_that_was_not_looked_for() {
    let comment = format!("# isolint: ignore[{BLOCKED}]");
    let unused = |folder: &Folder, arguments: &[&str]| {
        let (counted, _) = told(&folder.check(arguments).1);
        counted.contains(&"unused-exception".to_owned())
    };
    let folder = Folder::with(&[("a/t.yaml", &estate(8, &comment))]);
    assert!(unused(&folder, &["a"]));
    // The rule is not applied.
    assert!(!unused(&folder, &["a", "--select=ip-*"]));
    assert!(!unused(&folder, &["a", "--ignore=job-*"]));
    // A part of the file could not be read.
    folder.write("a/more.yaml", b"storage: {x: {colour: blue}}\n");
    assert!(!unused(&folder, &["a"]));
    folder.write("a/more.yaml", b"");
    // The configuration speaks of more than this folder.
    folder.write("isolint.toml", b"[[exception]]\nrule = \"job-flow-blocked\"\npath = \"b/**\"\n");
    folder.write("a/t.yaml", estate(0, "").as_bytes());
    assert!(!unused(&folder, &["a"]));
    assert!(unused(&folder, &["."]));
    assert!(!unused(&folder, &["a/t.yaml"]));
}

#[test]
fn an_audit_counts_everything() {
    let comment = format!("# isolint: ignore[{OPEN}] reason=known");
    let folder = Folder::with(&[("t.yaml", &estate(8, &comment))]);
    let (_, report) = folder.check(&["t.yaml", "--no-ignores"]);
    assert_eq!(told(&report), (vec![OPEN.to_owned(), BLOCKED.to_owned()], vec![]));
    let finding = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == OPEN).unwrap();
    assert_eq!(finding["notes"].as_array().unwrap().last().unwrap(), "an exception ignores it (t.yaml:15): known");
}

#[test]
fn exceptions_move_with_what_they_cover() {
    let comment = format!("# isolint: ignore[{OPEN}]");
    let ignored = |files: &[(&str, &str)]| told(&Folder::with(files).check(&[TODAY, "."]).1);
    let expected = (vec![], vec![OPEN.to_owned()]);
    for text in [
        // Reformatted, reordered, in a file of its own, anchored, in a list below, with other line ends.
        format!("storage:\n    {comment}\n    old:\n        network:\n            ip_rules: [198.51.100.20]\n            default_action: allow\n"),
        format!("storage:\n  {comment}\n  old: {{network: {{default_action: allow, ip_rules: [198.51.100.20]}}}}\n  new: {{}}\n"),
        format!("storage:\n  new: {{}}\n  old: {comment}\n    network: {{default_action: allow, ip_rules: [198.51.100.20]}}\n"),
        format!("storage:\n  old: {{ {comment}\n    network: {{\n      default_action: allow, {comment}\n      ip_rules: [198.51.100.20]}}}}\n").replacen(&format!(" {comment}"), "", 1),
        format!("storage:\r\n  {comment}\r\n  old:\r\n    network: {{default_action: allow, ip_rules: [198.51.100.20]}}\r\n"),
        format!("\u{feff}storage:\n  # Eine Ausnahme für später\n  {comment}\n  # und noch etwas\n  old:\n    network: {{default_action: allow, ip_rules: [198.51.100.20]}}\n"),
    ] {
        assert_eq!(ignored(&[("t.yaml", &text)]), expected, "{text}");
        assert_eq!(ignored(&[("a/moved.yaml", &text), ("b.yaml", "jobs: {}\n")]), expected, "{text}");
    }
}

#[test]
fn former_names_of_rules_work() {
    // A rule of one's own says what it was called; the shipped ones are known in the same way.
    let rule = fs::read_to_string("examples/policies/raw-data-is-private.yaml").unwrap();
    let name = rule.lines().find_map(|line| line.strip_prefix("name: ")).unwrap().to_owned();
    let rule = format!("{rule}\nformerly: [team/what-it-was-called]\n");
    let bad = bad_example(&rule);
    let folder = Folder::with(&[("policies/rule.yaml", &rule), ("t.yaml", &bad)]);
    let (_, report) = folder.check(&["t.yaml", "--rules=policies", &format!("--select={name}")]);
    assert_eq!(told(&report).0, std::slice::from_ref(&name));
    let commented = format!("# isolint: ignore[team/what-it-was-called]\n{bad}");
    folder.write("t.yaml", commented.as_bytes());
    let (_, report) = folder.check(&["t.yaml", "--rules=policies", &format!("--select={name}")]);
    assert_eq!(told(&report), (vec![], vec![name]), "{commented}");
}

/// The first bad example of a rule.
fn bad_example(rule: &str) -> String {
    use isolint::knowledge::definitions::{Definitions, ExampleKind, Folder, read_file};
    let (mut definitions, mut problems) = (Definitions::default(), Vec::new());
    let text = rule.to_owned();
    read_file(&mut isolint::Sources::new(), &mut definitions, Folder::Checks, "rule.yaml", text, &mut problems);
    assert_eq!(problems, []);
    let mut examples = definitions.rules[0].examples.iter();
    examples.find(|example| example.kind == ExampleKind::Bad).unwrap().topology.clone()
}

#[test]
fn needless_exceptions_are_taken_out() {
    let text = format!(
        "# kept\nstorage:\n  # isolint: ignore[{BLOCKED}] reason=long gone\n  raw:  # isolint: ignore[{OPEN}]\n    \
         network: {{default_action: deny}}  # isolint: ignore[{OPEN}] until=2025-01-01\n  # isolint: ignore[{OPEN}, {BLOCKED}]\n  \
         old:\n    network: {{default_action: allow, ip_rules: [198.51.100.20]}}\n"
    );
    let settings = format!(
        "fail-on = \"error\"\n\n# gone\n[[exception]]\nrule = \"{BLOCKED}\"\nresource = [\n  \"job/none\",\n]\n\n[[exception]]\nrule = \"{OPEN}\"\npath = \"t.yaml\"\n"
    );
    let folder = Folder::with(&[("t.yaml", &text), ("isolint.toml", &settings)]);
    let shown = folder.run(&["check", TODAY, "--diff"]);
    assert_eq!(fs::read_to_string(folder.path().join("t.yaml")).unwrap(), text);
    assert_eq!(shown.stdout.lines().filter(|line| line.starts_with("+++")).count(), 2, "{}", shown.stdout);
    let (status, report) = folder.check(&[TODAY, "--fix"]);
    assert_eq!((status, told(&report)), (0, (vec![], vec![OPEN.to_owned()])), "{report:#}");
    assert_eq!(report["fixed"].as_array().unwrap().len(), 5, "{report:#}");
    let fixed = fs::read_to_string(folder.path().join("t.yaml")).unwrap();
    assert_eq!(
        fixed,
        format!(
            "# kept\nstorage:\n  raw:\n    network: {{default_action: deny}}\n  # isolint: ignore[{OPEN}]\n  old:\n    \
             network: {{default_action: allow, ip_rules: [198.51.100.20]}}\n"
        )
    );
    let fixed = fs::read_to_string(folder.path().join("isolint.toml")).unwrap();
    assert_eq!(
        fixed,
        format!("fail-on = \"error\"\n\n# gone\n\n[[exception]]\nrule = \"{OPEN}\"\npath = \"t.yaml\"\n")
    );
}

#[test]
fn what_is_ignored_is_not_repaired() {
    let text = "storage:\n  raw:\n    network: {default_action: deny, bypass: [azure_services]}\njobs:\n  telemetry:\n    \
                identity: system_assigned\n    outputs:\n      # isolint: ignore[job-flow-blocked]\n      raw: {resource: storage/raw, auth: connection_string}\n\
                role_assignments:\n  - {principal: job/telemetry, role: Storage Blob Data Contributor, scope: storage/raw}\n";
    let without = text.replace("      # isolint: ignore[job-flow-blocked]\n", "");
    let folder = Folder::with(&[("t.yaml", &without)]);
    folder.run(&["check", "--fix", "t.yaml"]);
    assert_ne!(fs::read_to_string(folder.path().join("t.yaml")).unwrap(), without, "there is something to repair");
    let folder = Folder::with(&[("t.yaml", text)]);
    folder.run(&["check", "--fix", "t.yaml"]);
    assert_eq!(fs::read_to_string(folder.path().join("t.yaml")).unwrap(), text);
}

#[test]
fn the_summary_counts_what_is_ignored() {
    let comment = format!("# isolint: ignore[{OPEN}]");
    let folder = Folder::with(&[("t.yaml", &estate(8, &comment))]);
    let text = folder.run(&["check", "t.yaml"]).stdout;
    assert!(text.contains("1 error (3 resources in 1 file"), "{text}");
    assert!(text.contains("1 finding ignored: 1 by an exception."), "{text}");
    assert!(!text.contains(OPEN) || text.contains(&format!("ignore[{OPEN}]")), "{text}");
}

#[test]
fn the_rules_about_exceptions_find_their_examples() {
    for rule in PROGRAM_RULES {
        let is_configuration = rule.example.contains("[[exception]]");
        let (topology, settings) =
            if is_configuration { (estate(0, ""), rule.example) } else { (rule.example.to_owned(), "") };
        let folder = Folder::with(&[("t.yaml", &topology), ("isolint.toml", settings)]);
        let (_, report) = folder.check(&[TODAY, "."]);
        let found = each(&report, "findings", &["rule", "level"]);
        assert!(found.contains(&format!("{} {}", rule.name, rule.level)), "{}: {found:?}", rule.name);
        let explained = folder.run(&["explain", rule.name]);
        assert!(explained.status == 0 && explained.stdout.contains(rule.title), "{}", explained.text());
    }
}
