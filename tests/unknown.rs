//! What is unknown decides nothing: replacing any leaf of a topology by an unknown may only move an answer to
//! "undetermined", never from one side to the other.
//!
//! Compared are the answers per rule, subject and combination, and per flow, before anything is grouped. What a
//! combination consists of is told by place, so that it is the same one after the change:
//! - what breaks a rule with the unknown broke it before, for the same subject and members;
//! - what broke it before still does, or may: for the same members, for members that are now unknown, or because the list
//!   they stood in cannot be told (a flow then stands among those that could not be listed);
//! - a flow that is decided with the unknown was there before with the same verdict and path class, unless it is itself
//!   in doubt; one that was decided before is still there, decided alike or undetermined.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use isolint::analysis::{Answers, Subject, Verdict, answers};
use isolint::knowledge::definitions::Definitions;
use isolint::knowledge::ruleset::Ruleset;
use isolint::source::{Content, NodeId, Place, Sources};
use isolint::topology::{CONSTANTS, FLOW, FieldType, KINDS, ObjectId, SERVICE, Slot, SlotIndex, Topology, Value};
use proptest::prelude::*;
use support::{Seed, definitions, read, ruleset, seeds};

struct Knowledge {
    definitions: Definitions,
    ruleset: Ruleset,
}

fn knowledge() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| {
        let definitions = definitions();
        let ruleset = ruleset(&definitions);
        Knowledge { definitions, ruleset }
    })
}

/// Where something stands in the unchanged text: file and first byte.
type Position = (u32, u32);

/// A subject or a connection, told by its kind and place.
type Name = (String, Vec<Position>);

/// A member of a list: its place, and what it is where that is known.
type Part = (Position, Option<String>);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Check {
    rule: String,
    subject: Name,
    members: Vec<Part>,
    cut: bool,
    breaks: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct Flow {
    name: Name,
    subject: Name,
    members: Vec<Part>,
    certain: bool,
    verdict: Verdict,
    path_class: Option<String>,
}

/// The answers about a topology, in terms that survive a change.
#[derive(Debug)]
struct Told {
    flows: Vec<Flow>,
    unlisted: Vec<(String, Name)>,
    checks: Vec<Check>,
    /// Where objects are named that count as declared elsewhere: they are no subjects.
    outside: BTreeSet<Position>,
}

/// A change of a text: what stands behind it moves by that many bytes.
#[derive(Debug, Clone, Copy)]
struct Shift {
    file: u32,
    /// The replaced bytes of the unchanged text.
    start: u32,
    end: u32,
    by: i64,
}

impl Shift {
    const NONE: Self = Self { file: u32::MAX, start: 0, end: 0, by: 0 };

    fn back(self, place: Place) -> Position {
        let (file, start) = (place.file.0, place.span.start);
        let moved = file == self.file && start > self.start;
        let start = if moved { u32::try_from(i64::from(start) - self.by).unwrap() } else { start };
        (file, start)
    }

    fn covers(self, position: Position) -> bool {
        position.0 == self.file && self.start <= position.1 && position.1 < self.end
    }
}

fn tell(sources: &Sources, topology: &Topology, answers: &Answers, shift: Shift) -> Told {
    let position = |node: NodeId| shift.back(sources.place(node));
    let object = |subject: &Subject| match subject {
        Subject::Object(id, node) => (Topology::kind(topology.object(*id).kind).name.to_owned(), vec![position(*node)]),
        Subject::Flow(_) => panic!("a flow follows from no flow"),
    };
    let members = |members: &[isolint::analysis::Member]| -> Vec<Part> {
        members.iter().map(|member| (position(member.node), member.value.clone())).collect()
    };
    let flows: Vec<Flow> = answers
        .flows
        .iter()
        .map(|flow| {
            let (subject, members) = (object(&flow.subject), members(&flow.members));
            let places = subject.1.iter().copied().chain(members.iter().map(|member| member.0)).collect();
            Flow {
                name: (format!("flow {} of {}", flow.definition, subject.0), places),
                subject,
                members,
                certain: flow.certain,
                verdict: flow.verdict,
                path_class: flow.path_class.clone(),
            }
        })
        .collect();
    let checks = answers
        .checks
        .iter()
        .map(|check| Check {
            rule: check.rule.clone(),
            subject: match &check.subject {
                Subject::Flow(index) => flows[*index].name.clone(),
                other => object(other),
            },
            members: members(&check.members),
            cut: check.cut,
            breaks: check.breaks,
        })
        .collect();
    let unlisted = answers.unlisted.iter().map(|(flow, subject)| (flow.clone(), object(subject))).collect();
    let outside = topology.objects().iter().filter(|object| object.outside);
    let outside = outside.map(|object| position(object.head)).collect();
    Told { flows, unlisted, checks, outside }
}

/// Whether members with an unknown may stand for known ones.
fn may_be(half_known: &[Part], known: &[Part], cut: bool) -> bool {
    (half_known.len() == known.len() || (cut && half_known.len() <= known.len()))
        && half_known.iter().zip(known).all(|(a, b)| a.1.is_none() || a == b)
}

/// Compares the answers with an unknown to those without; says where one has changed sides.
fn flips(before: &Told, after: &Told, shift: Shift) -> Vec<String> {
    let mut found = Vec::new();
    let gone = |name: &Name| name.1.iter().any(|position| shift.covers(*position) || after.outside.contains(position));
    for check in after.checks.iter().filter(|check| check.breaks) {
        let same = |other: &&Check| {
            other.breaks && other.rule == check.rule && other.subject == check.subject && other.members == check.members
        };
        if !before.checks.iter().any(|other| same(&other)) {
            found.push(format!("{} now breaks {}", describe(&check.subject, &check.members), check.rule));
        }
    }
    let listed = |name: &Name| after.flows.iter().any(|flow| flow.name == *name);
    for check in before.checks.iter().filter(|check| check.breaks && !gone(&check.subject)) {
        // Flows that cannot be listed are undetermined themselves, which is looked at below.
        if check.subject.0.starts_with("flow ") && !listed(&check.subject) {
            continue;
        }
        let covers = |other: &&Check| {
            other.rule == check.rule
                && other.subject == check.subject
                && may_be(&other.members, &check.members, other.cut)
        };
        if !after.checks.iter().any(|other| covers(&other)) {
            found.push(format!("{} no longer breaks {}", describe(&check.subject, &check.members), check.rule));
        }
    }
    for flow in after.flows.iter().filter(|flow| flow.certain && flow.verdict != Verdict::Undetermined) {
        let same = before
            .flows
            .iter()
            .filter(|other| other.name == flow.name && may_be(&flow.members, &other.members, false))
            .collect::<Vec<&Flow>>();
        if same.is_empty() {
            found.push(format!("{} is new: {:?}", describe(&flow.name, &[]), flow.verdict));
        }
        for other in same.into_iter().filter(|other| other.certain && !agree(other, flow)) {
            found.push(format!(
                "{} was {:?} {:?}, is {:?} {:?}",
                describe(&flow.name, &[]),
                other.verdict,
                other.path_class,
                flow.verdict,
                flow.path_class
            ));
        }
    }
    for flow in before.flows.iter().filter(|flow| flow.certain && !gone(&flow.subject)) {
        let is_there = after.flows.iter().any(|other| {
            other.name.0 == flow.name.0
                && other.subject == flow.subject
                && may_be(&other.members, &flow.members, false)
                && (other.verdict == flow.verdict || other.verdict == Verdict::Undetermined)
        });
        let unlisted = after.unlisted.iter().any(|(definition, subject)| {
            *subject == flow.subject && flow.name.0 == format!("flow {definition} of {}", subject.0)
        });
        if !is_there && !unlisted {
            found.push(format!("{} ({:?}) is gone", describe(&flow.name, &[]), flow.verdict));
        }
    }
    found
}

/// Whether an answer with an unknown agrees with the one without: it may say less.
fn agree(known: &Flow, half_known: &Flow) -> bool {
    known.verdict == half_known.verdict
        && (half_known.verdict != Verdict::Open
            || half_known.path_class.is_none()
            || known.path_class.is_none()
            || known.path_class == half_known.path_class)
}

fn describe(subject: &Name, members: &[Part]) -> String {
    let values: Vec<&str> = members.iter().map(|member| member.1.as_deref().unwrap_or("?")).collect();
    format!("{} at {:?} [{}]", subject.0, subject.1, values.join(", "))
}

/// A value of a topology that can be made unknown.
#[derive(Debug, Clone, Copy)]
struct Leaf {
    object: ObjectId,
    slot: SlotIndex,
    item: Option<usize>,
}

/// All values of what was declared: single ones, members of lists, and lists and groups of fields as a whole.
fn leaves(topology: &Topology) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for (index, object) in (0u32..).zip(topology.objects()) {
        if [SERVICE, CONSTANTS, FLOW].contains(&object.kind) {
            continue;
        }
        let id = ObjectId(index);
        for (slot, field) in (0u8..).map(SlotIndex).zip(KINDS[object.kind.0 as usize].fields) {
            let value = topology.slot(id, slot).value;
            if !field.ty.is_written() || matches!(value, Value::Absent | Value::Unknown(_)) {
                continue;
            }
            leaves.push(Leaf { object: id, slot, item: None });
            if let (Value::List(list), FieldType::List(_) | FieldType::Tags) = (value, field.ty) {
                leaves.extend((0..list.len as usize).map(|item| Leaf { object: id, slot, item: Some(item) }));
            }
        }
    }
    leaves
}

fn blur(topology: &mut Topology, leaf: Leaf) {
    let unknown = Value::Unknown(topology.reason("the test says so"));
    let slot = topology.slot(leaf.object, leaf.slot);
    match (leaf.item, slot.value) {
        (Some(index), Value::List(list)) => {
            let item = topology.list(list)[index];
            topology.set_item(list, index, Slot { value: unknown, ..item });
        }
        // Its list has been made unknown already.
        (Some(_), _) => {}
        (None, _) => topology.set(leaf.object, leaf.slot, Slot { value: unknown, ..slot }),
    }
}

fn name_of(topology: &Topology, leaf: Leaf) -> String {
    let kind = Topology::kind(topology.object(leaf.object).kind);
    let field = kind.fields[leaf.slot.0 as usize].name;
    let item = leaf.item.map(|index| format!("[{index}]")).unwrap_or_default();
    format!("{}.{field}{item}", topology.address(leaf.object))
}

/// A topology that was read, with its answers.
struct Case {
    name: String,
    sources: Sources,
    topology: Topology,
    roots: Vec<NodeId>,
    before: Told,
    leaves: Vec<Leaf>,
}

fn case(seed: &Seed) -> Case {
    let knowledge = knowledge();
    let read = read(&knowledge.definitions, &seed.edition, &seed.files());
    let before = answers(&knowledge.ruleset, read.topology.clone());
    let before = tell(&read.sources, &read.topology, &before, Shift::NONE);
    assert!(read.problems.is_empty(), "{}: {:?}", seed.name, read.problems);
    let leaves = leaves(&read.topology);
    Case { name: seed.name.clone(), sources: read.sources, topology: read.topology, roots: read.roots, before, leaves }
}

fn flips_of(case: &Case, leaves: &[Leaf]) -> Vec<String> {
    let mut topology = case.topology.clone();
    for leaf in leaves {
        blur(&mut topology, *leaf);
    }
    let after = answers(&knowledge().ruleset, topology.clone());
    let after = tell(&case.sources, &topology, &after, Shift::NONE);
    let names: Vec<String> = leaves.iter().map(|leaf| name_of(&case.topology, *leaf)).collect();
    let found = flips(&case.before, &after, Shift::NONE);
    found.into_iter().map(|flip| format!("{}: with {} unknown: {flip}", case.name, names.join(", "))).collect()
}

fn report(flips: BTreeSet<String>) {
    let lines: Vec<&str> = flips.iter().map(String::as_str).collect();
    assert!(lines.is_empty(), "{} answers change sides:\n{}", lines.len(), lines.join("\n"));
}

/// All of a few, and some of many: the values of a long example are alike.
fn some<T>(all: &[T]) -> impl Iterator<Item = &T> {
    all.iter().step_by(if all.len() > 200 { all.len() / 40 } else { 1 })
}

#[test]
fn no_single_leaf_of_an_example_changes_sides() {
    let mut found = BTreeSet::new();
    let mut count = 0;
    for seed in seeds(&knowledge().definitions).iter().filter(|seed| !seed.is_estate) {
        let case = case(seed);
        for leaf in some(&case.leaves) {
            found.extend(flips_of(&case, &[*leaf]));
            count += 1;
        }
    }
    eprintln!("{count} leaves");
    report(found);
}

#[test]
fn no_single_leaf_of_an_estate_changes_sides() {
    let mut found = BTreeSet::new();
    // Its sound counterpart has the same shape; it takes part below.
    for seed in seeds(&knowledge().definitions).iter().filter(|seed| seed.name == "streaming-broken") {
        let case = case(seed);
        for leaf in &case.leaves {
            found.extend(flips_of(&case, &[*leaf]));
        }
    }
    report(found);
}

/// All cases, for random choices among them.
fn cases() -> &'static [Case] {
    static CASES: OnceLock<Vec<Case>> = OnceLock::new();
    CASES.get_or_init(|| seeds(&knowledge().definitions).iter().map(case).collect())
}

fn check(flips: &[String]) -> Result<(), TestCaseError> {
    prop_assert!(flips.is_empty(), "{}", flips.join("\n"));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Several leaves at once, of the estates.
    #[test]
    fn no_leaves_of_an_estate_change_sides(
        estate in 0..3_usize,
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 1..40),
    ) {
        let case = &cases()[estate];
        let leaves: Vec<Leaf> = chosen.iter().map(|index| case.leaves[index.index(case.leaves.len())]).collect();
        check(&flips_of(case, &leaves))?;
    }

    /// Several leaves at once, of the examples.
    #[test]
    fn no_leaves_of_an_example_change_sides(
        example in any::<prop::sample::Index>(),
        chosen in prop::collection::vec(any::<prop::sample::Index>(), 2..6),
    ) {
        let examples = &cases()[3..];
        let case = &examples[example.index(examples.len())];
        let leaves: Vec<Leaf> = chosen.iter().map(|index| case.leaves[index.index(case.leaves.len())]).collect();
        check(&flips_of(case, &leaves))?;
    }
}

/// A value in the text of a topology file: where it stands, and its bytes.
struct Written {
    file: usize,
    start: usize,
    end: usize,
    is_scalar: bool,
    /// Whether it stands below `defaults`, so that it is a value of many resources.
    is_default: bool,
}

/// All values of resources and defaults, whole lists and groups included.
fn written(case: &Case) -> Vec<Written> {
    fn add(sources: &Sources, node: NodeId, depth: usize, found: &mut Vec<Written>) {
        let place = sources.place(node);
        let span = place.span;
        // A resource of which nothing is known counts as declared elsewhere.
        let is_scalar = matches!(sources.node(node).content, Content::Scalar { .. });
        let is_value = depth >= 3 || (depth == 2 && is_scalar);
        match sources.node(node).content {
            Content::Mapping { .. } => {
                for entry in sources.entries(node) {
                    // Whether a resource is declared elsewhere is no value of it.
                    if sources.text(entry.key) != "outside" {
                        add(sources, entry.value, depth + 1, found);
                    }
                }
            }
            Content::Sequence { .. } => {
                for item in sources.items(node) {
                    add(sources, *item, depth + 1, found);
                }
            }
            Content::Null | Content::Unknown { .. } | Content::Alias(_) => return,
            Content::Scalar { .. } => {}
        }
        if is_value {
            let (file, start, end) = (place.file.0 as usize, span.start as usize, span.end as usize);
            found.push(Written { file, start, end, is_scalar, is_default: false });
        }
    }
    let mut found = Vec::new();
    for root in &case.roots {
        for section in case.sources.entries(*root) {
            let first = found.len();
            add(&case.sources, section.value, 1, &mut found);
            let is_default = case.sources.text(section.key) == "defaults";
            found[first..].iter_mut().for_each(|value| value.is_default = is_default);
        }
    }
    found
}

const UNKNOWN: &str = "!unknown \"the test says so\"";

/// Judges a topology whose text says that a value is unknown.
fn flips_of_text(seed: &Seed, case: &Case, written: &Written) -> Vec<String> {
    let knowledge = knowledge();
    let mut texts = seed.texts.clone();
    let text = &mut texts[written.file].1;
    let said = text[written.start..written.end].to_owned();
    text.replace_range(written.start..written.end, UNKNOWN);
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let read = read(&knowledge.definitions, &seed.edition, &files);
    let (start, end) = (u32::try_from(written.start).unwrap(), u32::try_from(written.end).unwrap());
    let by = i64::try_from(UNKNOWN.len()).unwrap() - i64::from(end - start);
    let shift = Shift { file: u32::try_from(written.file).unwrap(), start, end, by };
    let after = answers(&knowledge.ruleset, read.topology.clone());
    let after = tell(&read.sources, &read.topology, &after, shift);
    let line = seed.texts[written.file].1[..written.start].lines().count();
    let found = flips(&case.before, &after, shift);
    found.into_iter().map(|flip| format!("{}: with line {line} `{said}` unknown: {flip}", case.name)).collect()
}

#[test]
fn no_unknown_in_a_text_changes_sides() {
    let mut found = BTreeSet::new();
    let mut count = 0;
    for seed in seeds(&knowledge().definitions) {
        let case = case(&seed);
        let values = written(&case);
        let values: Box<dyn Iterator<Item = &Written>> =
            if seed.is_estate { Box::new(values.iter()) } else { Box::new(some(&values)) };
        for value in values {
            // Without an anchor what refers to it cannot be read.
            if seed.texts[value.file].1[value.start..value.end].contains(['&']) {
                continue;
            }
            // Single values of what is large are looked at above; here they only cost time.
            if seed.is_estate && value.is_scalar && !value.is_default {
                continue;
            }
            count += 1;
            found.extend(flips_of_text(&seed, &case, value));
        }
    }
    eprintln!("{count} texts");
    report(found);
}
