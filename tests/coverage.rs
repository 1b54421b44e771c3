//! Every statement of the source documents is carried by something or waived with a reason, and what carries it is shown by
//! examples.

#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod proofs;
mod support;

#[path = "support/command.rs"]
mod command;

use std::collections::BTreeSet;

use command::Folder;
use isolint::knowledge::coverage::{Coverage, Lack, check_waivers, unexercised, unsaid};
use isolint::knowledge::definitions::{Definitions, ExampleClauses, ExampleKind, Folder as Holds, read_file};
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Place, Problem, Sources};
use proofs::rules_on_disk;
use serde_json::Value;
use support::{definitions, ruleset};

/// More than this many waivers would need an argument.
const WAIVERS: usize = 25;

fn place_of(sources: &Sources, place: Place) -> String {
    let file = sources.file(place.file).unwrap();
    format!("{}:{}", file.name, file.line_column(place.span.start).line)
}

// What ships

#[test]
fn every_clause_is_carried_or_waived() {
    let definitions = definitions();
    let ruleset = ruleset(&definitions);
    let (sources, register) = (rules_on_disk().1, rules_on_disk().0.clauses);
    let coverage = Coverage::of(&ruleset);
    let open =
        coverage.clauses.iter().filter(|one| one.clause.is_binding() && one.waiver.is_none() && !one.is_carried());
    let lines: Vec<String> = open
        .map(|one| {
            let place = register.iter().find(|clause| clause.id == one.clause.id).unwrap().place;
            let facts: Vec<&str> = one.facts.iter().map(|fact| fact.field).collect();
            let unread =
                if facts.is_empty() { String::new() } else { format!(" (nothing reads {})", facts.join(", ")) };
            format!(
                "{}: {} ({}) is carried by nothing{unread}: {}",
                place_of(&sources, place),
                one.clause.id,
                one.clause.kind,
                one.clause.fact
            )
        })
        .collect();
    assert!(
        lines.is_empty(),
        "name these in the `clauses` of a rule, a requirement, a flow or a fact that one of them reads, or in \
         rules/waivers.yaml with a reason:\n{}",
        lines.join("\n")
    );
}

#[test]
fn every_carried_clause_is_exercised_by_an_example() {
    let (definitions, sources) = rules_on_disk();
    let lines: Vec<String> = unexercised(&definitions)
        .iter()
        .map(|lack| {
            let place = place_of(&sources, lack.place);
            format!("{place}: {} of `{}` is not exercised: {}", lack.clause, lack.carrier, lack.lack.help())
        })
        .collect();
    assert!(lines.is_empty(), "{} clauses are carried and shown by no example:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn every_bad_example_says_which_clauses_it_breaks() {
    let (definitions, sources) = rules_on_disk();
    let lines: Vec<String> = unsaid(&definitions)
        .map(|(rule, place)| {
            let clauses = rule.clauses.join(", ");
            format!(
                "{}: add `clauses: [...]` beneath this bad example of `{}`, naming those of {clauses} that it breaks \
                 (`all` where one predicate carries all of them, `[]` for none)",
                place_of(&sources, place),
                rule.name
            )
        })
        .collect();
    assert!(lines.is_empty(), "{} examples do not say what they exercise:\n{}", lines.len(), lines.join("\n"));
}

#[test]
fn there_are_few_waivers_and_each_gives_a_reason() {
    let definitions = definitions();
    let waived: usize = definitions.waivers.iter().map(|waiver| waiver.clauses.len()).sum();
    assert!(waived <= WAIVERS, "{waived} clauses are waived");
    for waiver in &definitions.waivers {
        assert!(waiver.reason.split_whitespace().count() >= 5, "not much of a reason: {}", waiver.reason);
    }
}

#[test]
fn the_command_tells_what_the_register_holds() {
    let folder = Folder::with(&[]);
    let outcome = folder.run(&["rules", "--clauses", "--format", "json"]);
    let register: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let clauses: Vec<&Value> =
        register["documents"].as_array().unwrap().iter().flat_map(|one| one["clauses"].as_array().unwrap()).collect();
    let listed: BTreeSet<&str> = clauses.iter().map(|clause| clause["clause"].as_str().unwrap()).collect();
    let definitions = definitions();
    assert_eq!(listed, definitions.clauses.iter().map(|clause| clause.id.as_str()).collect());
    for total in register["totals"].as_array().unwrap() {
        let of_kind = || clauses.iter().filter(|clause| clause["kind"] == total["kind"]);
        assert_eq!(total["clauses"], of_kind().count());
        assert_eq!(total["carried"], of_kind().filter(|clause| clause["carried"] == true).count());
    }
    let fact = |clause: &str| clauses.iter().find(|one| one["clause"] == clause).unwrap()["facts"].clone();
    assert_eq!(fact("SE-42")[0]["of"][0], "adls_gen1");
    let readers: Vec<Value> = serde_json::from_value(fact("SE-42")[0]["read_by"].clone()).unwrap();
    assert!(readers.contains(&Value::from("service-endpoint/region")), "{readers:?}");
}

#[test]
fn the_command_fits_a_terminal_and_ends_with_the_totals() {
    let folder = Folder::with(&[]);
    let output = folder.command(&["rules", "--clauses"]).env("COLUMNS", "80").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:?}");
    assert!(!text.contains('\u{1b}'));
    let last: Vec<&str> = text.lines().rev().take(6).collect();
    assert!(last[0].contains(" of 246 clauses carried or waived"), "{last:?}");
    for (line, kind) in last[1..].iter().rev().zip(["violation", "leak", "advice", "capability", "informational"]) {
        assert!(line.starts_with(kind), "{last:?}");
    }
}

// What cannot be

const RULE: &str = "
name: some-rule
level: info
title: A job has a name
clauses: [CLAUSES]
for: job in jobs
deny: job.name == \"\"
message: \"{job} has no name\"
at: job
examples:
  - bad: |
      jobs: {x: {}}
    clauses: [BAD]
  - good: |
      jobs: {y: {}}
";

/// The shipped definitions and one file more; what is wrong with them, with the text at the place.
fn wrong_with(holds: Holds, text: &str) -> Vec<(String, String)> {
    wrong_with_all(&[(holds, text)])
}

fn wrong_with_all(files: &[(Holds, &str)]) -> Vec<(String, String)> {
    let mut all = definitions();
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let mut more = Definitions::default();
    for (holds, text) in files {
        read_file(&mut sources, &mut more, *holds, "more.yaml", (*text).to_owned(), &mut problems);
    }
    all.extend(more);
    match Ruleset::build(all) {
        Ok(mut ruleset) => {
            problems.extend(ruleset.check().err().into_iter().flatten());
            problems.extend(check_waivers(&ruleset));
        }
        Err(found) => problems.extend(found),
    }
    let told = |problem: &Problem| {
        let place = problem.primary.place;
        let at = sources.slice(place.file, place.span).lines().next().unwrap_or_default().to_owned();
        (problem.message.clone(), at)
    };
    problems.iter().map(told).collect()
}

#[track_caller]
fn assert_wrong(holds: Holds, text: &str, message: &str, at: &str) {
    let wrong = wrong_with(holds, text);
    assert_eq!(wrong, [(message.to_owned(), at.to_owned())], "in {text}");
}

fn rule(clauses: &str, bad: &str) -> String {
    RULE.replace("CLAUSES", clauses).replace("BAD", bad)
}

#[test]
fn a_rule_and_its_examples_name_clauses_that_there_are() {
    assert!(wrong_with(Holds::Checks, &rule("SE-01, SE-02", "SE-01")).is_empty());
    assert_wrong(Holds::Checks, &rule("SE-01, SE-999", "SE-01"), "there is no clause `SE-999`", "some-rule");
    assert_wrong(
        Holds::Checks,
        &rule("SE-01, SE-02", "SE-03"),
        "the example exercises `SE-03`, which `some-rule` does not rest on",
        "|",
    );
}

#[test]
fn methods_flows_and_facts_name_clauses_that_there_are() {
    let method = |whole: &str, none: &str, requirement: &str, example: &str| {
        format!(
            "name: some-method\ntitle: t\npath: public\nfor: [workload]\nclauses: [{whole}]\n\
             try: endpoint in flow.target.private_endpoints\nnone: {{name: nothing, missing: m, clauses: [{none}]}}\n\
             requires:\n  - {{name: something, that: \"true\", missing: m, clauses: [{requirement}]}}\n\
             examples:\n  - open: |\n      jobs: {{x: {{}}}}\n    clauses: [{example}]\n"
        )
    };
    assert!(wrong_with(Holds::Methods, &method("SE-01", "SE-02", "SE-03", "SE-01")).is_empty());
    let no = "there is no clause `SE-999`";
    assert_wrong(Holds::Methods, &method("SE-999", "", "", ""), no, "some-method");
    assert_wrong(Holds::Methods, &method("", "SE-999", "", ""), no, "nothing");
    assert_wrong(Holds::Methods, &method("", "", "SE-999", ""), no, "something");
    let message = "the example exercises `SE-03`, on which neither `some-method` as a whole nor its flows rest";
    assert_wrong(Holds::Methods, &method("SE-01", "", "SE-03", "SE-03"), message, "|");
    let flow = "
name: some-flow
group: workload
title: t
clauses: [SE-999]
for: workload in workloads
at: workload
flow: {name: n, origin: workload, target: workload}
";
    assert_wrong(Holds::Flows, flow, no, "some-flow");
    let table = "defaults:\n  vnet:\n    region: {is: here, clauses: [SE-999]}\n";
    assert_wrong(Holds::Tables, table, no, "{is: here, clauses: [SE-999]}");
}

#[test]
fn an_example_of_a_method_names_requirements_that_it_has() {
    let method = "
name: some-method
title: t
path: public
for: [workload]
requires:
  - {name: something, that: \"true\", missing: m}
examples:
  - blocked: |
      jobs: {x: {}}
    missing: [something-else]
";
    assert_wrong(Holds::Methods, method, "`some-method` has no requirement `something-else`", "|");
}

#[test]
fn a_waiver_is_for_a_clause_that_nothing_carries() {
    let waiver = |clauses: &str| format!("- {{clauses: [{clauses}], reason: There is nothing to break.}}\n");
    let open = "document: service-endpoints\nclauses:\n  - {id: SE-998, line: 1, heading: h, kind: leak, fact: f}\n";
    let with_open = |waivers: &str| wrong_with_all(&[(Holds::Clauses, open), (Holds::Waivers, waivers)]);
    assert!(with_open(&waiver("SE-998")).is_empty());
    let twice = with_open(&format!("{}{}", waiver("SE-998"), waiver("SE-998")));
    assert_eq!(twice, [("`SE-998` is waived twice".to_owned(), "SE-998".to_owned())]);
    assert_wrong(Holds::Waivers, &waiver("SE-999"), "there is no clause `SE-999`", "SE-999");
    assert_wrong(
        Holds::Waivers,
        &waiver("ASA-DP-17"),
        "`ASA-DP-17` is waived, and carried by cmk-account-not-cmk",
        "ASA-DP-17",
    );
    assert_wrong(
        Holds::Waivers,
        &waiver("ASA-VNET-17"),
        "`ASA-VNET-17` is informational: nothing has to carry it",
        "ASA-VNET-17",
    );
    let silent = "- {clauses: [SE-01], reason: \" \"}\n";
    assert_wrong(Holds::Waivers, silent, "a waiver says why nothing can carry the clause", "\" \"");
    assert_wrong(Holds::Waivers, "- {clauses: [SE-01]}\n", "`reason` is missing", "{clauses: [SE-01]}");
}

#[test]
fn a_clause_is_of_a_known_kind_and_stands_once() {
    let clauses = |id: &str, kind: &str| {
        format!("document: service-endpoints\nclauses:\n  - {{id: {id}, line: 1, heading: h, kind: {kind}, fact: f}}\n")
    };
    assert!(wrong_with(Holds::Clauses, &clauses("SE-999", "leak")).is_empty());
    let words = "`breach` is not one of violation, leak, advice, capability, informational";
    assert_wrong(Holds::Clauses, &clauses("SE-999", "breach"), words, "breach");
    let wrong = wrong_with(Holds::Clauses, &clauses("SE-01", "leak"));
    assert_eq!(wrong.first().map(|(message, _)| message.as_str()), Some("the name `SE-01` is taken"));
}

// What would be noticed

#[test]
fn facts_that_nothing_reads_carry_nothing() {
    let mut definitions = definitions();
    let carried = |definitions: &Definitions| {
        let ruleset = ruleset(definitions);
        let coverage = Coverage::of(&ruleset);
        let carried = coverage.clauses.iter().filter(|one| one.is_carried());
        carried.map(|one| one.clause.id.clone()).collect::<BTreeSet<String>>()
    };
    // The region of Data Lake Gen1 stands in a fact that rules and requirements read in a term.
    let reads = |text: &str| text.contains("serves_region");
    definitions.rules.iter_mut().for_each(|rule| rule.clauses.retain(|clause| clause != "SE-42"));
    for list in &mut definitions.requirements {
        list.requires.iter_mut().for_each(|one| one.clauses.retain(|clause| clause != "SE-42"));
    }
    assert!(carried(&definitions).contains("SE-42"));
    definitions.rules.retain(|rule| !reads(&rule.deny.source.text));
    assert!(carried(&definitions).contains("SE-42"), "requirements still read it");
    for list in &mut definitions.requirements {
        list.requires.retain(|one| !one.that.as_ref().is_some_and(|that| reads(&that.source.text)));
    }
    assert!(!carried(&definitions).contains("SE-42"));
}

/// What is no longer exercised after a change.
fn lacks_after(change: impl FnOnce(&mut Definitions)) -> Vec<(String, String, Lack)> {
    let mut definitions = definitions();
    change(&mut definitions);
    let lacks = unexercised(&definitions);
    lacks.into_iter().map(|one| (one.carrier, one.clause.to_owned(), one.lack)).collect()
}

#[test]
fn an_example_that_is_taken_away_is_missed() {
    let of_rule = |name: &'static str, keep: fn(&isolint::knowledge::definitions::Example) -> bool| {
        move |all: &mut Definitions| {
            let rule = all.rules.iter_mut().find(|rule| rule.name == name).unwrap();
            rule.examples.retain(keep);
        }
    };
    let only_good = lacks_after(of_rule("cmk-account-not-cmk", |example| example.kind == ExampleKind::Good));
    assert_eq!(only_good, [("cmk-account-not-cmk".to_owned(), "ASA-DP-17".to_owned(), Lack::Bad)]);
    let only_bad = lacks_after(of_rule("cmk-account-not-cmk", |example| example.kind == ExampleKind::Bad));
    assert_eq!(only_bad, [("cmk-account-not-cmk".to_owned(), "ASA-DP-17".to_owned(), Lack::Good)]);
    let without_adls = lacks_after(of_rule("endpoint-region", |example| match &example.clauses {
        ExampleClauses::These(clauses) => !clauses.iter().any(|clause| clause == "SE-42"),
        _ => true,
    }));
    assert_eq!(without_adls, [("endpoint-region".to_owned(), "SE-42".to_owned(), Lack::Bad)]);
}

#[test]
fn an_example_of_a_method_that_is_taken_away_is_missed() {
    let never_missing = lacks_after(|all| {
        let methods = all.methods.iter_mut().flat_map(|method| &mut method.examples);
        methods.for_each(|example| example.missing.retain(|name| name != "region"));
    });
    assert!(never_missing.contains(&("service-endpoint/region".to_owned(), "SE-41".to_owned(), Lack::Blocked)));
    let never_open = lacks_after(|all| {
        let method = all.methods.iter_mut().find(|method| method.name == "managed-private-endpoint").unwrap();
        method.examples.retain(|example| example.outcome != "open");
    });
    assert!(never_open.contains(&(
        "managed-private-endpoint/cluster".to_owned(),
        "ASA-VNET-06".to_owned(),
        Lack::Open
    )));
    let unnamed = lacks_after(|all| {
        let method = all.methods.iter_mut().find(|method| method.name == "trusted-services").unwrap();
        method.examples.iter_mut().for_each(|example| example.clauses.clear());
    });
    assert_eq!(unnamed, [("trusted-services".to_owned(), "ASA-VNET-25".to_owned(), Lack::Named)]);
}
