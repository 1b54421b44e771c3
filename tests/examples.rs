//! Every rule and every access method proves itself by the examples in its file, and the example estates are judged as
//! it is stated of them.

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

use isolint::knowledge::definitions::ExampleKind;
use proofs::Proof;
use support::{definitions, ruleset};

fn all_hold(these: impl Fn(&Proof<'_>) -> bool) {
    let definitions = definitions();
    let mut ruleset = ruleset(&definitions);
    let proofs = Proof::all(&definitions);
    let proofs: Vec<&Proof<'_>> = proofs.iter().filter(|proof| these(proof)).collect();
    assert!(!proofs.is_empty());
    let mut failures = Vec::new();
    for proof in &proofs {
        if let Err(why) = proof.check(&definitions, &mut ruleset, None) {
            failures.push(format!("{why}\n  in {}", proof.describe()));
        }
    }
    assert!(failures.is_empty(), "{} of {} examples fail:\n\n{}", failures.len(), proofs.len(), failures.join("\n"));
}

#[test]
fn every_rule_example_holds() {
    all_hold(|proof| matches!(proof, Proof::Rule(..)));
}

#[test]
fn every_method_example_holds() {
    all_hold(|proof| matches!(proof, Proof::Method(..)));
}

#[test]
fn every_change_example_holds() {
    all_hold(|proof| matches!(proof, Proof::Change(..)));
}

#[test]
fn the_example_estates_are_judged_as_stated() {
    all_hold(|proof| matches!(proof, Proof::Estate(_)));
}

#[test]
fn every_rule_has_a_bad_and_a_good_example() {
    for rule in &definitions().rules {
        for kind in [ExampleKind::Bad, ExampleKind::Good] {
            assert!(rule.examples.iter().any(|example| example.kind == kind), "{} has no {kind:?} example", rule.name);
        }
    }
    for change in &definitions().changes {
        for kind in [ExampleKind::Bad, ExampleKind::Good, ExampleKind::Undetermined] {
            let has = change.examples.iter().any(|example| example.kind == kind);
            assert!(has, "{} has no {kind:?} example", change.name);
        }
    }
}
