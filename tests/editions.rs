//! The editions of the knowledge: every row of `docs/editions.md` is borne out by examples in both of them, and a finding
//! says what the other edition makes of it.

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

use isolint::knowledge::definitions::{CURRENT, DOCUMENTS, Definitions, Fact, Folder, read_file};
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::Sources;
use proofs::Proof;
use support::{definitions, judge, known, read, ruleset};

/// A row of the page.
struct Row {
    number: usize,
    kind: String,
    by: String,
}

impl Row {
    fn all() -> Vec<Self> {
        let page = std::fs::read_to_string(format!("{}/docs/editions.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let cells = |line: &str| -> Vec<String> { line.split('|').map(|cell| cell.trim().to_owned()).collect() };
        let rows = page.lines().filter(|line| line.starts_with("| ")).map(cells);
        rows.filter_map(|cells| {
            let number = cells[1].parse().ok()?;
            assert_eq!(cells.len(), 8, "row {number}");
            Some(Self { number, kind: cells[5].clone(), by: cells[6].clone() })
        })
        .collect()
    }

    /// What stands in backquotes in the last column: facts, which have a dot, and rules and methods.
    fn names(&self, of_facts: bool) -> Vec<&str> {
        self.by.split('`').skip(1).step_by(2).filter(|name| name.contains('.') == of_facts).collect()
    }

    /// The examples of the rules and methods that it names.
    fn proofs<'a>(&self, all: &'a [Proof<'a>]) -> Vec<&'a Proof<'a>> {
        let mut proofs = Vec::new();
        for name in self.names(false) {
            let before = proofs.len();
            proofs.extend(all.iter().filter(|proof| !matches!(proof, Proof::Estate(_)) && proof.owner() == name));
            assert!(proofs.len() > before, "row {}: there is no rule or method `{name}`", self.number);
        }
        proofs
    }
}

fn fact_of<'d>(definitions: &'d mut Definitions, name: &str) -> &'d mut Fact {
    let (owner, field) = name.split_once('.').unwrap();
    let facts = match owner {
        "azure" => &mut definitions.constants,
        service => &mut definitions.services.iter_mut().find(|known| known.name == service).expect(name).facts,
    };
    &mut facts.iter_mut().find(|(known, _)| known == field).unwrap_or_else(|| panic!("there is no fact {name}")).1
}

fn edition_of<'p>(proof: &'p Proof<'_>) -> &'p str {
    let edition = match proof {
        Proof::Rule(_, example) => &example.edition,
        Proof::Method(_, example) => &example.edition,
        Proof::Change(..) | Proof::Estate(_) => &None,
    };
    edition.as_deref().unwrap_or(DOCUMENTS)
}

#[test]
fn the_page_has_all_rows() {
    let rows = Row::all();
    let numbers: Vec<usize> = rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
    for row in &rows {
        assert!(["differs", "same", "not checked"].contains(&row.kind.as_str()), "row {}: {}", row.number, row.kind);
        assert_eq!(row.kind == "not checked", row.names(false).is_empty(), "row {}", row.number);
    }
}

/// Where the editions differ, giving a fact the value of the other one makes an example of the row fail, in either edition.
#[test]
fn what_differs_is_held_by_examples_of_both_editions() {
    let all = definitions();
    let mut ruleset = ruleset(&all);
    let proofs = Proof::all(&all);
    let mut unnoticed = Vec::new();
    for row in Row::all().iter().filter(|row| row.kind == "differs") {
        let own = row.proofs(&proofs);
        assert!(!row.names(true).is_empty(), "row {} names no fact", row.number);
        for name in row.names(true) {
            for edition in [DOCUMENTS, CURRENT] {
                let mut changed = all.clone();
                let fact = fact_of(&mut changed, name);
                let later = fact.current.clone().unwrap_or_else(|| panic!("{name} is the same in both editions"));
                assert_ne!(later, fact.documents, "{name}");
                match edition {
                    DOCUMENTS => fact.documents = later,
                    _ => fact.current = Some(fact.documents.clone()),
                }
                let of_edition = own.iter().filter(|proof| edition_of(proof) == edition);
                if !of_edition.into_iter().any(|proof| proof.check(&changed, &mut ruleset, None).is_err()) {
                    unnoticed.push(format!("row {}: `{name}` in `{edition}`", row.number));
                }
            }
        }
    }
    assert!(unnoticed.is_empty(), "no example of the row fails without the difference:\n{}", unnoticed.join("\n"));
}

/// What holds in both editions is shown by an example that holds in both.
#[test]
fn what_is_the_same_is_shown_in_both_editions() {
    let all = definitions();
    let mut ruleset = ruleset(&all);
    let proofs = Proof::all(&all);
    for row in Row::all().iter().filter(|row| row.kind == "same") {
        for name in row.names(true) {
            assert!(fact_of(&mut all.clone(), name).current.is_none(), "row {}: {name} differs", row.number);
        }
        for name in row.names(false) {
            let holds = |ruleset: &mut Ruleset, proof: &Proof<'_>| match proof {
                Proof::Rule(rule, example) if *rule == name && example.topology.contains("# finding") => {
                    let later = isolint::knowledge::definitions::Example {
                        edition: Some(CURRENT.to_owned()),
                        ..(*example).clone()
                    };
                    Proof::Rule(rule, &later).check(&all, ruleset, Some(name)).is_ok()
                }
                Proof::Method(method, example) if method.name == name && example.edition.is_none() => {
                    let later = isolint::knowledge::definitions::MethodExample {
                        edition: Some(CURRENT.to_owned()),
                        ..(*example).clone()
                    };
                    Proof::Method(method, &later).check(&all, ruleset, None).is_ok()
                }
                _ => false,
            };
            assert!(proofs.iter().any(|proof| holds(&mut ruleset, proof)), "row {}: {name}", row.number);
        }
    }
}

// What a finding says of the other edition

/// The notes of the findings of a rule.
fn notes(rule: &str, topology: &str, edition: &str) -> Vec<String> {
    let mut ruleset = ruleset(known());
    let read = read(known(), edition, &[("topology.yaml", topology)]);
    assert!(read.problems.is_empty(), "{:?}", read.problems);
    let (result, _) = judge(&mut ruleset, read, edition);
    let findings: Vec<_> = result.findings.into_iter().filter(|finding| finding.rule == rule).collect();
    assert!(!findings.is_empty(), "{rule} does not fire");
    findings.into_iter().flat_map(|finding| finding.notes).filter(|note| note.starts_with("edition")).collect()
}

const ALARMS: &str = "
jobs:
  telemetry:
    identity: system_assigned
    outputs:
      alarms: {resource: service_bus/alarms, auth: managed_identity}
service_bus:
  alarms:
    tier: Premium
    network: {default_action: deny, ip_rules: [203.0.113.9], bypass: [azure_services]}
role_assignments:
  - {principal: job/telemetry, role: Azure Service Bus Data Sender, scope: service_bus/alarms}
policy:
  - {effect: allow, from: [job/telemetry], to: [service_bus/alarms]}
";

#[test]
fn a_blocked_connection_says_that_the_other_edition_opens_it() {
    let expected =
        ["edition `current` does not make this finding (Trusted Microsoft services of Azure Service Bus, 2023-03-31)"];
    assert_eq!(notes("job-flow-blocked", ALARMS, DOCUMENTS), expected);
    assert_eq!(notes("policy-allows-blocked", ALARMS, DOCUMENTS), expected);
}

#[test]
fn a_finding_of_the_later_edition_says_that_it_rests_on_a_later_document() {
    let servers = "mariadb: {orders: {}}";
    let notes = notes("retired-service", servers, CURRENT);
    assert_eq!(
        notes,
        [
            "edition `documents` does not make this finding; this rests on a later document (Upgrade guide of the Terraform \
          provider azurerm 5.0, 2026-08-21)"
        ]
    );
}

#[test]
fn a_finding_says_that_the_other_edition_takes_it_otherwise() {
    let registry = "vnets: {plant: {subnets: {app: {service_endpoints: [Microsoft.ContainerRegistry]}}}}";
    let of = |edition| notes("preview-service-endpoint", registry, edition).join("\n");
    assert_eq!(
        of(DOCUMENTS),
        "edition `current` makes this warning (Types of the Azure Resource Manager schema, 2026-08-20)"
    );
    assert_eq!(
        of(CURRENT),
        "edition `documents` makes this info; this rests on a later document (Types of the Azure Resource Manager schema, \
         2026-08-20)"
    );
}

#[test]
fn a_rule_that_a_later_document_softens_says_so() {
    let keys = "
jobs:
  telemetry:
    identity: system_assigned
    encryption: customer_managed
    private_data: {account: storage/assets}
    outputs:
      cold: {resource: storage/raw, auth: managed_identity}
storage: {assets: {encryption: customer_managed}, raw: {}}
";
    assert_eq!(
        notes("cmk-with-managed-identity", keys, DOCUMENTS),
        [
            "edition `current` makes this warning: the limitation is gone from later versions of the page (Data protection in \
          Azure Stream Analytics, later version, 2023-03-13)"
        ]
    );
}

#[test]
fn what_both_editions_say_alike_has_no_remark() {
    let cluster = "clusters: {small: {capacity: {version: v2, streaming_units: 6}}}";
    assert_eq!(notes("cluster-below-minimum", cluster, DOCUMENTS), Vec::<String>::new());
    assert_eq!(notes("cluster-below-minimum", cluster, CURRENT), Vec::<String>::new());
}

#[test]
fn an_edition_that_does_not_exist_is_an_error_at_its_place() {
    let rule =
        "name: team/rule\nlevel: error\ntitle: t\nsources: []\nfor: job in jobs\ndeny: \"true\"\nmessage: m\nat: job\n";
    let editions = "editions:\n  curent: {level: info, note: n, source: data-protection, date: 2023-03-13}\n";
    let example = "examples:\n  - good: |\n      storage: {}\n    edition: curent\n";
    for (text, expected) in [
        (format!("{rule}{editions}"), "there is no edition `curent`: the editions are documents and current"),
        (format!("{rule}{example}"), "`curent` is not one of documents, current"),
    ] {
        let (mut sources, mut all, mut problems) = (Sources::new(), Definitions::default(), Vec::new());
        read_file(&mut sources, &mut all, Folder::of("checks/rule.yaml").unwrap(), "rule.yaml", text, &mut problems);
        let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, [expected]);
    }
}
