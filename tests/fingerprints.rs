//! The name of a finding across runs: reformatting, reordering and moving keep it, renaming a resource changes it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use isolint::analysis::{Finding, Options, UnitResult, analyse};
use isolint::topology::{CONSTANTS, DNS_ZONE, INTERNET, ObjectId, POLICY_STATEMENT, SERVICE, SUBNET, Topology, VNET};
use proptest::prelude::*;
use support::rewrite::{Dice, Tree, Writer, reorder, split, tree};
use support::{Read, Seed, judge, known, read, ruleset, seeds};

fn all_seeds() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    SEEDS.get_or_init(|| seeds(known()))
}

fn judged(read: Read, edition: &str) -> UnitResult {
    thread_local! {
        static RULES: std::cell::RefCell<isolint::knowledge::ruleset::Ruleset> = ruleset(known()).into();
    }
    RULES.with_borrow_mut(|rules| judge(rules, read, edition).0)
}

/// What a run says, without places: fingerprints of findings with their causes, verdicts of flows.
fn told(result: &UnitResult) -> (Vec<(String, Option<String>)>, Vec<String>) {
    let mut findings: Vec<_> = result
        .findings
        .iter()
        .map(|finding| (format!("{} {}", finding.rule, finding.fingerprint), finding.caused_by.clone()))
        .collect();
    findings.sort();
    let verdict = |flow: &isolint::analysis::FlowResult| {
        format!("{} {} {} {:?} {:?}", flow.origin, flow.target, flow.purpose, flow.verdict, flow.path_class)
    };
    let mut flows: Vec<String> = result.flows.iter().map(verdict).collect();
    flows.sort();
    (findings, flows)
}

fn judge_texts(seed: &Seed, texts: &[String]) -> Result<UnitResult, String> {
    let names: Vec<String> = (0..texts.len()).map(|index| format!("part-{index}.yaml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
    let read = read(known(), &seed.edition, &files);
    match read.problems.first() {
        Some(problem) => Err(format!("{}\n{}", problem.message, texts.join("\n---\n"))),
        None => Ok(judged(read, &seed.edition)),
    }
}

fn check_rewritten(seed: &Seed, change: impl Fn(Vec<Tree>, &mut Dice) -> Vec<Tree>, dice: u64) -> Result<(), String> {
    let mut dice = Dice(dice);
    let original = read(known(), &seed.edition, &seed.files());
    let trees = original.roots.iter().map(|root| tree(&original.sources, *root)).collect();
    let texts: Vec<String> = change(trees, &mut dice).iter().map(|tree| Writer::write(tree, &mut dice)).collect();
    let before = told(&judged(original, &seed.edition));
    let after = told(&judge_texts(seed, &texts)?);
    let texts = texts.join("\n---\n");
    if before != after {
        let fingerprints = |told: &(Vec<(String, Option<String>)>, Vec<String>)| {
            told.0.iter().map(|finding| format!("{finding:?}")).chain(told.1.clone()).collect::<BTreeSet<String>>()
        };
        let (before, after) = (fingerprints(&before), fingerprints(&after));
        let gone: Vec<&String> = before.difference(&after).collect();
        let new: Vec<&String> = after.difference(&before).collect();
        return Err(format!("{}: gone {gone:#?}\nnew {new:#?}\n{texts}", seed.name));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reformatting_keeps_fingerprints(seed in any::<prop::sample::Index>(), dice in any::<u64>()) {
        let seed = &all_seeds()[seed.index(all_seeds().len())];
        let result = check_rewritten(seed, |trees, _| trees, dice);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn reordering_keeps_fingerprints(seed in any::<prop::sample::Index>(), dice in any::<u64>()) {
        let seed = &all_seeds()[seed.index(all_seeds().len())];
        let shuffled = |mut trees: Vec<Tree>, dice: &mut Dice| {
            trees.iter_mut().for_each(|tree| reorder(tree, dice, 0));
            trees
        };
        let result = check_rewritten(seed, shuffled, dice);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }

    #[test]
    fn moving_between_files_keeps_fingerprints(
        seed in any::<prop::sample::Index>(),
        parts in 2..4_usize,
        dice in any::<u64>(),
    ) {
        let seed = &all_seeds()[seed.index(all_seeds().len())];
        let moved = |trees: Vec<Tree>, dice: &mut Dice| {
            let mut files: Vec<Tree> = trees.iter().flat_map(|tree| split(tree, parts, dice)).collect();
            dice.shuffle(&mut files);
            files
        };
        let result = check_rewritten(seed, moved, dice);
        prop_assert!(result.is_ok(), "{}", result.unwrap_err());
    }
}

#[test]
fn rewriting_keeps_fingerprints() {
    for seed in all_seeds() {
        for dice in 0..if seed.is_estate { 5 } else { 2 } {
            let changed = |trees: Vec<Tree>, dice: &mut Dice| {
                let mut files: Vec<Tree> = trees.iter().flat_map(|tree| split(tree, 2, dice)).collect();
                files.iter_mut().for_each(|tree| reorder(tree, dice, 0));
                dice.shuffle(&mut files);
                files
            };
            check_rewritten(seed, changed, dice).unwrap_or_else(|why| panic!("{why}"));
        }
    }
}

/// Whether an address is that of a resource or lies below it.
fn is_of(address: &str, resource: &str) -> bool {
    address == resource || address.strip_prefix(resource).is_some_and(|rest| rest.starts_with(['.', '/']))
}

#[test]
fn renaming_changes_the_fingerprints_that_name_it() {
    let mut ruleset = ruleset(known());
    let mut renamed_findings = 0;
    for seed in all_seeds() {
        let original = read(known(), &seed.edition, &seed.files());
        let options = Options { edition: &seed.edition, enabled: &|_| true, level_of: &|_| None };
        let before = analyse(&mut ruleset, original.topology.clone(), &original.sources, &options).findings;
        let resources = (0u32..).zip(original.topology.objects()).filter(|(_, object)| {
            Topology::stands_alone(object.kind)
                // The name of a subnet may be reserved, and that of a zone is mostly its DNS name.
                && ![SERVICE, CONSTANTS, SUBNET, DNS_ZONE, INTERNET, POLICY_STATEMENT].contains(&object.kind)
        });
        // A policy names resources by text: renaming one alone makes it speak of another.
        if before.is_empty() || !original.topology.of_kind(POLICY_STATEMENT).is_empty() {
            continue;
        }
        for (index, object) in resources {
            let id = ObjectId(index);
            let mut topology = original.topology.clone();
            let symbol = topology.strings.intern("another-name");
            topology.object_mut(id).unwrap().name = symbol;
            let after = analyse(&mut ruleset, topology, &original.sources, &options).findings;
            assert_eq!(before.len(), after.len(), "{}", seed.name);
            let address = original.topology.address(id);
            let subnets = format!("subnet/{}", original.topology.qualified_name(id));
            let names_it = |finding: &Finding| {
                let mut resources = finding.resources.iter().map(|participant| participant.resource.as_str());
                resources.any(|other| is_of(other, &address) || (object.kind == VNET && is_of(other, &subnets)))
            };
            let kept: BTreeSet<&str> = after.iter().map(|finding| finding.fingerprint.as_str()).collect();
            for finding in &before {
                let is_kept = kept.contains(finding.fingerprint.as_str());
                assert_eq!(is_kept, !names_it(finding), "{}: {address} in {}", seed.name, finding.message);
                renamed_findings += usize::from(!is_kept);
            }
        }
    }
    assert!(renamed_findings > 500, "only {renamed_findings} were looked at");
}

/// What a finding is about: its first resource, of a flow its ends.
fn subject(finding: &Finding) -> Vec<&str> {
    let ends = if finding.flow.is_some() { 4 } else { 1 };
    finding.resources.iter().take(ends).map(|participant| participant.resource.as_str()).collect()
}

fn are_linked(a: &Finding, b: &Finding) -> bool {
    a.caused_by.as_ref() == Some(&b.fingerprint)
        || b.caused_by.as_ref() == Some(&a.fingerprint)
        || (a.caused_by.is_some() && a.caused_by == b.caused_by)
}

#[test]
fn no_two_findings_share_place_and_subject() {
    let mut found = BTreeSet::new();
    for seed in all_seeds() {
        let result = judged(read(known(), &seed.edition, &seed.files()), &seed.edition);
        for (index, a) in result.findings.iter().enumerate() {
            for b in &result.findings[..index] {
                if a.fingerprint == b.fingerprint {
                    found.insert(format!("{}: {} twice: {} / {}", seed.name, a.rule, a.message, b.message));
                }
                if a.primary.place == b.primary.place && subject(a) == subject(b) && !are_linked(a, b) {
                    found.insert(format!(
                        "{}: {} and {}\n    {}\n    {}",
                        seed.name, a.rule, b.rule, a.message, b.message
                    ));
                }
            }
        }
    }
    let lines: Vec<&str> = found.iter().map(String::as_str).collect();
    assert!(lines.is_empty(), "{} findings share place and subject:\n{}", lines.len(), lines.join("\n"));
}
