//! What two states of an estate have to do with each other: the same one in other words is no difference, the way back is
//! the way forth turned around, what was renamed is the same thing, and what is unknown breaks no rule about changes.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;

use isolint::Reader;
use isolint::analysis::{Changed, Comparison, Options, State, UnitResult, analyse, compare};
use isolint::knowledge::definitions::ExampleKind;
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Limits, Sources};
use isolint::topology::{
    CONSTANTS, FormerName, INTERNET, KINDS, ObjectId, POLICY_STATEMENT, SERVICE, Slot, SlotIndex, Topology, Value,
};
use proptest::prelude::*;
use support::rewrite::{Dice, Tree, Writer, reorder, split, tree};
use support::{Seed, filled, known, ruleset, seeds};

fn all_seeds() -> &'static [Seed] {
    static SEEDS: OnceLock<Vec<Seed>> = OnceLock::new();
    SEEDS.get_or_init(|| seeds(known()))
}

fn with_rules<T>(run: impl FnOnce(&mut Ruleset) -> T) -> T {
    thread_local! {
        static RULES: RefCell<Ruleset> = ruleset(known()).into();
    }
    RULES.with_borrow_mut(run)
}

/// Reads the files of a state into sources that both states share.
fn read(sources: &mut Sources, edition: &str, files: &[(&str, &str)]) -> Topology {
    let mut problems = Vec::new();
    let (topology, catalogue) = filled(known(), edition);
    let mut roots = Vec::new();
    for (name, text) in files {
        roots.extend(sources.add_yaml(name, (*text).to_owned(), &Limits::default(), &mut problems).1);
    }
    let mut reader = Reader::new(sources, &catalogue, topology);
    for root in roots {
        reader.read_document(root);
    }
    let (topology, found) = reader.finish();
    problems.extend(found);
    assert!(problems.is_empty(), "{problems:?}");
    topology
}

fn compared(sources: &Sources, edition: &str, old: Topology, new: Topology) -> Comparison {
    let options = Options { edition, enabled: &|_| true, level_of: &|_| None };
    let [old, new] = [old, new].map(|topology| State { topology, incomplete: false });
    with_rules(|rules| compare(rules, (old, new), sources, &options, &|_, _| (), &|_| true))
}

/// Every difference in a line, without places.
fn told(comparison: &Comparison) -> BTreeSet<String> {
    let line = |changed: &Changed| match changed {
        Changed::Flow(flow) => format!("{:?} {}", flow.kind, flow.now.as_ref().or(flow.was.as_ref()).unwrap().name),
        other => {
            let finding = other.finding().unwrap();
            let sort = format!("{other:?}");
            format!("{} {} {:?}", sort.split('(').next().unwrap(), finding.rule, finding.resources)
        }
    };
    comparison.changes.iter().map(|change| line(&change.changed)).collect()
}

fn rewritten(seed: &Seed, dice: u64) -> Vec<String> {
    let mut dice = Dice(dice);
    let mut sources = Sources::new();
    let mut trees: Vec<Tree> = Vec::new();
    for (name, text) in &seed.texts {
        let roots = sources.add_yaml(name, text.clone(), &Limits::default(), &mut Vec::new()).1;
        trees.extend(roots.into_iter().map(|root| tree(&sources, root)));
    }
    let mut files: Vec<Tree> = trees.iter().flat_map(|tree| split(tree, 2, &mut dice)).collect();
    files.iter_mut().for_each(|tree| reorder(tree, &mut dice, 0));
    dice.shuffle(&mut files);
    files.iter().map(|tree| Writer::write(tree, &mut dice)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Reformatted, reordered and spread over other files.
    #[test]
    fn the_same_in_other_words_is_no_difference(seed in any::<prop::sample::Index>(), dice in any::<u64>()) {
        let seed = &all_seeds()[seed.index(all_seeds().len())];
        let mut sources = Sources::new();
        let old = read(&mut sources, &seed.edition, &seed.files());
        let texts = rewritten(seed, dice);
        let names: Vec<String> = (0..texts.len()).map(|index| format!("part-{index}.yaml")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let new = read(&mut sources, &seed.edition, &files);
        let comparison = compared(&sources, &seed.edition, old, new);
        prop_assert_eq!(told(&comparison), BTreeSet::new(), "{}", seed.name);
    }
}

#[test]
fn an_estate_is_no_different_from_itself_and_judged_like_alone() {
    // The estates, and of the examples a part.
    let some = all_seeds().iter().enumerate().filter(|(index, seed)| seed.is_estate || index % 6 == 0);
    for seed in some.map(|(_, seed)| seed) {
        let mut sources = Sources::new();
        let topology = read(&mut sources, &seed.edition, &seed.files());
        let options = Options { edition: &seed.edition, enabled: &|_| true, level_of: &|_| None };
        let alone: UnitResult = with_rules(|rules| analyse(rules, topology.clone(), &sources, &options));
        let comparison = compared(&sources, &seed.edition, topology.clone(), topology);
        assert_eq!(told(&comparison), BTreeSet::new(), "{}", seed.name);
        assert_eq!(comparison.findings_as_before, alone.findings.len(), "{}", seed.name);
        assert_eq!(comparison.flows_as_before, alone.flows.len(), "{}", seed.name);
    }
}

#[test]
fn the_way_back_is_the_way_forth_turned_around() {
    let mut differences = 0;
    let pairs = all_seeds().windows(2).filter(|pair| pair[0].edition == pair[1].edition);
    for pair in pairs.step_by(6) {
        let mut sources = Sources::new();
        let [one, other] = [&pair[0], &pair[1]].map(|seed| read(&mut sources, &seed.edition, &seed.files()));
        let forth = compared(&sources, &pair[0].edition, one.clone(), other.clone());
        let back = compared(&sources, &pair[0].edition, other, one);
        let names = |comparison: &Comparison, gained: bool| -> BTreeSet<String> {
            let findings = comparison.changes.iter().filter_map(|change| match &change.changed {
                Changed::Gained(finding) if gained => Some(finding),
                Changed::Lost(finding) | Changed::Undecided(finding) if !gained => Some(finding),
                _ => None,
            });
            findings.map(|finding| finding.fingerprint.clone()).collect()
        };
        assert_eq!(names(&forth, true), names(&back, false), "{} and {}", pair[0].name, pair[1].name);
        assert_eq!(names(&forth, false), names(&back, true), "{} and {}", pair[0].name, pair[1].name);
        assert_eq!(forth.flows_as_before, back.flows_as_before, "{} and {}", pair[0].name, pair[1].name);
        differences += forth.changes.len();
    }
    assert!(differences > 100, "only {differences} were looked at");
}

/// The same topology with another name for an object, which says what it was called before.
fn renamed(topology: &Topology, id: ObjectId) -> Topology {
    let mut renamed = topology.clone();
    let was = topology.object(id);
    renamed.add_former_name(FormerName { object: id, name: was.name, node: was.head });
    renamed.object_mut(id).unwrap().name = renamed.strings.intern("another-name");
    // What has no name is called after what it says.
    for index in (0u32..).zip(topology.objects()).map(|(index, _)| index) {
        let (id, object) = (ObjectId(index), *renamed.object(ObjectId(index)));
        let is_element = !Topology::has_name(object.kind) && object.name != object.label;
        if is_element && ![SERVICE, CONSTANTS, INTERNET].contains(&object.kind) {
            let said = renamed
                .said_name(id, &|other, said| renamed.push_address(other, said), &|text, said| said.push_str(text));
            renamed.object_mut(id).unwrap().name = renamed.strings.intern(&said);
        }
    }
    renamed
}

#[test]
fn what_was_renamed_is_the_same_thing() {
    let mut objects = 0;
    for seed in all_seeds().iter().step_by(6) {
        let mut sources = Sources::new();
        let old = read(&mut sources, &seed.edition, &seed.files());
        // A policy, and the routes of a hub, name things by text: renaming one alone makes them speak of another.
        if !old.of_kind(POLICY_STATEMENT).is_empty() {
            continue;
        }
        let named = (0u32..).zip(old.objects()).filter(|(_, object)| Topology::has_name(object.kind));
        let routed = KINDS.iter().find(|kind| kind.name == "routing_endpoint").unwrap().id;
        let ids: Vec<ObjectId> = named
            .filter(|(_, object)| ![SERVICE, CONSTANTS, INTERNET, routed].contains(&object.kind))
            // A few names mean something to Azure.
            .filter(|(_, object)| {
                let name = old.strings.text(object.name);
                !name.ends_with("Subnet") && !name.contains('.')
            })
            .map(|(index, _)| ObjectId(index))
            .collect();
        for id in ids.iter().step_by(if seed.is_estate { 11 } else { 4 }) {
            let new = renamed(&old, *id);
            for (from, to) in [(old.clone(), new.clone()), (new, old.clone())] {
                let comparison = compared(&sources, &seed.edition, from, to);
                assert_eq!(told(&comparison), BTreeSet::new(), "{}: {}", seed.name, old.address(*id));
            }
            objects += 1;
        }
    }
    assert!(objects > 50, "only {objects} were renamed");
}

#[test]
fn two_that_swap_their_names_are_told_apart() {
    let state = |first: &str, second: &str| format!("storage:\n{first}{second}");
    let open = "{isolation: private_only}";
    let closed = "{isolation: private_only, network: {public_network_access: disabled}}";
    let old = state(&format!("  a: {open}\n"), &format!("  b: {closed}\n"));
    let new = state(
        &format!("  b: {}\n", open.replace('{', "{formerly: a, ")),
        &format!("  a: {}\n", closed.replacen('{', "{formerly: b, ", 1)),
    );
    let mut sources = Sources::new();
    let [was, now] = [("old.yaml", &old), ("new.yaml", &new)]
        .map(|(name, text)| read(&mut sources, "documents", &[(name, text.as_str())]));
    let comparison = compared(&sources, "documents", was.clone(), now.clone());
    assert_eq!(told(&comparison), BTreeSet::new());
    // What was renamed long ago is not renamed again.
    assert_eq!(told(&compared(&sources, "documents", now.clone(), now.clone())), BTreeSet::new());
    // Without the former names it is another thing.
    let plain = read(
        &mut sources,
        "documents",
        &[("plain.yaml", &new.replace("formerly: a, ", "").replace("formerly: b, ", ""))],
    );
    assert_ne!(told(&compared(&sources, "documents", was, plain)), BTreeSet::new());
}

#[test]
fn a_subnet_keeps_its_identity_in_another_network() {
    let old = "\
vnets: {plant: {subnets: {app: {}, other: {}}}}
workloads: {report: {subnet: plant/app, uses: [sql/raw]}}
sql: {raw: {network: {default_action: deny, virtual_network_rules: [plant/app]}}}
";
    let new = "\
vnets: {plant: {subnets: {other: {}}}, works: {subnets: {program: {formerly: plant/app}}}}
workloads: {report: {subnet: works/program, uses: [sql/raw]}}
sql: {raw: {network: {default_action: deny, virtual_network_rules: [works/program]}}}
";
    let mut sources = Sources::new();
    let [was, now] = [("old.yaml", old), ("new.yaml", new)].map(|file| read(&mut sources, "documents", &[file]));
    let comparison = compared(&sources, "documents", was, now);
    assert_eq!(told(&comparison), BTreeSet::new());
    assert!(comparison.findings_as_before > 0);
}

/// An unknown in the place of any value of either state makes no finding; one that is lost by it is undetermined.
#[test]
fn what_is_unknown_breaks_no_rule_about_changes() {
    let mut leaves = 0;
    for change in &known().changes {
        let examples = change.examples.iter().filter(|example| example.kind != ExampleKind::Undetermined);
        for example in examples {
            let mut sources = Sources::new();
            let states = [("before.yaml", &example.before.topology), ("after.yaml", &example.after.topology)]
                .map(|(name, text)| read(&mut sources, "documents", &[(name, text.as_str())]));
            let own = |comparison: &Comparison| -> BTreeSet<String> {
                let broken = comparison.changes.iter().filter_map(|one| match &one.changed {
                    Changed::Broken(finding) if finding.rule == change.name => Some(finding.fingerprint.clone()),
                    _ => None,
                });
                broken.collect()
            };
            let before = own(&compared(&sources, "documents", states[0].clone(), states[1].clone()));
            for side in [0, 1] {
                for (id, slot) in written(&states[side]) {
                    let mut blurred = states.clone();
                    let unknown = Value::Unknown(blurred[side].reason("the test says so"));
                    let was = blurred[side].slot(id, slot);
                    blurred[side].set(id, slot, Slot { value: unknown, ..was });
                    let [old, new] = blurred;
                    let comparison = compared(&sources, "documents", old, new);
                    let after = own(&comparison);
                    let place = format!("{}: {} of {side}", change.name, states[side].address(id));
                    assert!(after.is_subset(&before), "{place}: a finding more\n{}", example.after.topology);
                    let is_said = comparison.undetermined.iter().any(|check| check.check == change.name);
                    // A connection of which nothing can be said is told as such.
                    let is_flow = change.subject.list.source.text == "flows";
                    assert!(after == before || is_said || is_flow, "{place}: decided\n{}", example.after.topology);
                    leaves += 1;
                }
            }
        }
    }
    assert!(leaves > 200, "only {leaves} were looked at");
}

/// The slots of declared objects that hold something.
fn written(topology: &Topology) -> Vec<(ObjectId, SlotIndex)> {
    let mut found = Vec::new();
    for (index, object) in (0u32..).zip(topology.objects()) {
        if [SERVICE, CONSTANTS].contains(&object.kind) {
            continue;
        }
        for (slot, field) in (0u8..).map(SlotIndex).zip(KINDS[object.kind.0 as usize].fields) {
            let value = topology.slot(ObjectId(index), slot).value;
            if field.ty.is_written() && !matches!(value, Value::Absent | Value::Unknown(_)) {
                found.push((ObjectId(index), slot));
            }
        }
    }
    found
}
