//! Nothing in `rules/` is dead: whatever single fact or predicate is changed, some example stops holding.
//!
//! Changed are: every value of a fact and of a default, in both editions; every predicate (of a requirement, of a rule's
//! `deny`, `where` and level cases, of a term, of a flow's `where`), negated, true, false, and without each operand of its
//! outermost `&&` or `||`; the groups and the path class of a method; the level of a rule in the later edition.
//!
//! All of it takes a minute or two: `cargo test --release --test mutations -- --ignored --nocapture`. With
//! `MUTATE=some text` only mutants are tried of which the description holds that text. A sample is run with the other
//! tests.

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

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use isolint::knowledge::definitions::{
    Definitions, ExpressionSource, Fact, Literal, RequirementDefinition, RequirementStep,
};
use isolint::knowledge::language::{Expression, Form, Node, Operator};
use isolint::knowledge::ruleset::Ruleset;
use isolint::knowledge::tables;
use isolint::source::{Place, Sources};
use isolint::topology::{FieldType, KINDS, SERVICE_RESOURCE, Topology};
use proofs::{Proof, rules_on_disk};

/// Mutants that no example can tell from the original, each with the reason: part of the description, and why.
const EQUIVALENT: &[(&str, &str)] = &[
    ("default of binding.auth: none", "all that is not managed identity is refused alike"),
    ("default of binding.auth: sql_authentication", "all that is not managed identity is refused alike"),
    ("default of binding.auth: user_token", "all that is not managed identity is refused alike"),
    ("default of job.identity: user_assigned", "neither is a system-assigned identity, and nothing else is documented"),
    ("default of nsg_rule.protocol: tcp", "all services are spoken to over TCP"),
    ("azure.wide_range_addresses: 16777215", "no range has so many addresses"),
    ("default of subnet.private_endpoint_network_policies: route_table_enabled", "either leaves out security groups"),
    ("needs_relay()", "it decides what a help says, which examples do not look at"),
    ("default of storage.account_kind: general_purpose_v1", "either general-purpose kind will do"),
];

/// One change to the knowledge.
struct Mutant {
    what: String,
    place: Place,
    reach: Reach,
    spot: Spot,
    change: Change,
}

/// Which proofs a change can affect.
#[derive(Clone)]
enum Reach {
    /// Those with findings of the rule.
    Rule(String),
    /// Examples of these methods first; then every other with flows.
    Methods(Vec<String>),
    /// Those with resources of the service, which stand in this section.
    Section(String),
    /// Any.
    All,
}

/// What is changed, by its indices.
#[derive(Clone, Copy)]
enum Spot {
    ServiceFact(usize, usize),
    ServiceDefault(usize, usize),
    Constant(usize),
    Default(usize),
    Deny(usize),
    Where(usize),
    Level(usize, usize),
    Prerequisite(usize, usize),
    Requirement(usize, usize),
    Shared(usize, usize),
    Term(usize),
    FlowWhere(usize),
    Group(usize, usize),
    Path(usize, usize),
    Edition(usize, usize),
}

enum Change {
    Documents(Literal),
    Current(Literal),
    Remove,
    Test(Expression),
    Word(&'static str),
}

fn fact_at(all: &mut Definitions, spot: Spot) -> &mut Fact {
    match spot {
        Spot::ServiceFact(service, fact) => &mut all.services[service].facts[fact].1,
        Spot::ServiceDefault(service, default) => &mut all.services[service].defaults[default].1,
        Spot::Constant(constant) => &mut all.constants[constant].1,
        Spot::Default(default) => &mut all.defaults[default].fact,
        _ => unreachable!("no fact stands there"),
    }
}

fn test_at(all: &mut Definitions, spot: Spot) -> &mut ExpressionSource {
    match spot {
        Spot::Deny(rule) => &mut all.rules[rule].deny,
        Spot::Where(rule) => all.rules[rule].filter.as_mut().unwrap(),
        Spot::Level(rule, case) => all.rules[rule].level[case].condition.as_mut().unwrap(),
        Spot::Prerequisite(method, index) => all.methods[method].prerequisites[index].that.as_mut().unwrap(),
        Spot::Requirement(method, step) => match &mut all.methods[method].requires[step] {
            RequirementStep::One(requirement) => requirement.that.as_mut().unwrap(),
            RequirementStep::Include(..) => unreachable!("it is one"),
        },
        Spot::Shared(list, index) => all.requirements[list].requires[index].that.as_mut().unwrap(),
        Spot::Term(term) => &mut all.terms[term].is,
        Spot::FlowWhere(flow) => all.flows[flow].filter.as_mut().unwrap(),
        _ => unreachable!("no test stands there"),
    }
}

fn apply(mutant: &Mutant, all: &mut Definitions) {
    match (&mutant.change, mutant.spot) {
        (Change::Documents(value), spot) => fact_at(all, spot).documents = value.clone(),
        (Change::Current(value), spot) => fact_at(all, spot).current = Some(value.clone()),
        (Change::Test(expression), spot) => test_at(all, spot).expression = expression.clone(),
        (Change::Remove, Spot::Group(method, group)) => drop(all.methods[method].groups.remove(group)),
        (Change::Remove, _) => unreachable!("nothing else is removed"),
        (Change::Word(word), Spot::Path(method, case)) => (*word).clone_into(&mut all.methods[method].path[case].value),
        (Change::Word(word), Spot::Edition(rule, edition)) => {
            (*word).clone_into(&mut all.rules[rule].editions[edition].level);
        }
        (Change::Word(_), _) => unreachable!("no word stands there"),
    }
}

// Facts

/// Other values that could stand in the place of one.
fn other_literals(literal: &Literal, ty: Option<FieldType>, foreign: Option<&Literal>) -> Vec<(String, Literal)> {
    match literal {
        Literal::Bool(value) => vec![((!value).to_string(), Literal::Bool(!value))],
        Literal::Int(value) => {
            [value - 1, value + 1].into_iter().map(|other| (other.to_string(), Literal::Int(other))).collect()
        }
        Literal::Text(text) => {
            let others = match ty {
                Some(FieldType::OneOf(words)) => {
                    words.iter().filter(|word| *word != text).map(|word| (*word).to_owned()).collect()
                }
                _ => vec![format!("{text}-other")],
            };
            others.into_iter().map(|other: String| (other.clone(), Literal::Text(other))).collect()
        }
        Literal::List(items) => {
            let item_type = match ty {
                Some(FieldType::List(item)) => Some(*item),
                _ => None,
            };
            let mut others = Vec::new();
            for (index, item) in items.iter().enumerate() {
                let mut fewer = items.clone();
                fewer.remove(index);
                others.push((format!("without {item:?}"), Literal::List(fewer)));
                if let Some((_, other)) = other_literals(item, item_type, None).pop() {
                    let mut changed = items.clone();
                    changed[index] = other.clone();
                    others.push((format!("{other:?} for {item:?}"), Literal::List(changed)));
                }
            }
            if let Some(foreign) = foreign.filter(|foreign| !items.contains(foreign)) {
                let mut more = items.clone();
                more.push(foreign.clone());
                others.push((format!("with {foreign:?}"), Literal::List(more)));
            }
            others
        }
    }
}

fn field_type(kind: &str, path: &str) -> Option<FieldType> {
    let mut at = *KINDS.iter().find(|candidate| candidate.name == kind)?;
    let mut ty = None;
    for name in path.split('.') {
        if let Some(FieldType::Struct(inner)) = ty {
            at = Topology::kind(inner);
        }
        ty = Some(at.field(name)?.1.ty);
    }
    ty
}

struct Mutants(Vec<Mutant>);

impl Mutants {
    /// Changes of what a fact says, in either edition. That it is not there at all comes to one of these.
    fn fact(
        &mut self,
        what: &str,
        reach: &Reach,
        fact: &Fact,
        spot: Spot,
        ty: Option<FieldType>,
        foreign: Option<&Literal>,
    ) {
        let mut push = |what: String, change| {
            self.0.push(Mutant { what, place: fact.place, reach: reach.clone(), spot, change });
        };
        for (change, other) in other_literals(&fact.documents, ty, foreign) {
            push(format!("{what}: {change}"), Change::Documents(other));
        }
        if let Some(current) = &fact.current {
            for (change, other) in other_literals(current, ty, foreign) {
                push(format!("{what}, current: {change}"), Change::Current(other));
            }
        }
    }

    fn facts(&mut self, definitions: &Definitions) {
        for (s, service) in definitions.services.iter().enumerate() {
            let section = match (&service.section, &service.model) {
                (Some(section), _) => section.clone(),
                (None, Some(model)) => format!("{model}s"),
                (None, None) => String::new(),
            };
            let reach = Reach::Section(section);
            for (f, (name, fact)) in service.facts.iter().enumerate() {
                // A value that another service has: what if it were copied here?
                let others = definitions.services.iter().enumerate().filter(|(other, _)| *other != s);
                let values = others.flat_map(|(_, other)| &other.facts).filter(|(other, _)| other == name);
                let items = values.filter_map(|(_, fact)| match &fact.documents {
                    Literal::List(items) => Some(items),
                    _ => None,
                });
                let foreign = items.flatten().find(|item| match &fact.documents {
                    Literal::List(own) => !own.contains(item),
                    _ => false,
                });
                let what = format!("{}.{name}", service.name);
                self.fact(&what, &reach, fact, Spot::ServiceFact(s, f), field_type("service", name), foreign);
            }
            let kind = service.model.as_deref().unwrap_or(Topology::kind(SERVICE_RESOURCE).name);
            for (d, (path, fact)) in service.defaults.iter().enumerate() {
                let what = format!("default of {}.{path}", service.name);
                self.fact(&what, &reach, fact, Spot::ServiceDefault(s, d), field_type(kind, path), None);
            }
        }
        for (c, (name, fact)) in definitions.constants.iter().enumerate() {
            let what = format!("azure.{name}");
            self.fact(&what, &Reach::All, fact, Spot::Constant(c), field_type("constants", name), None);
        }
        for (d, default) in definitions.defaults.iter().enumerate() {
            let what = format!("default of {}.{}", default.kind, default.path);
            let ty = field_type(&default.kind, &default.path);
            self.fact(&what, &Reach::All, &default.fact, Spot::Default(d), ty, None);
        }
    }
}

// Predicates and words

/// The expression without each of the operands that its outermost `&&` or `||` joins.
fn without_operand(node: &Node, operator: Operator) -> Vec<Node> {
    let Form::Binary { operator: own, left, right } = &node.form else { return Vec::new() };
    if *own != operator {
        return Vec::new();
    }
    let join = |left: Node, right: Node| Node {
        span: node.span,
        form: Form::Binary { operator, left: Box::new(left), right: Box::new(right) },
    };
    let is_chain = |side: &Node| matches!(&side.form, Form::Binary { operator: own, .. } if *own == operator);
    let mut all = Vec::new();
    if is_chain(left) {
        all.extend(without_operand(left, operator).into_iter().map(|left| join(left, (**right).clone())));
    } else {
        all.push((**right).clone());
    }
    if is_chain(right) {
        all.extend(without_operand(right, operator).into_iter().map(|right| join((**left).clone(), right)));
    } else {
        all.push((**left).clone());
    }
    all
}

fn other_tests(source: &ExpressionSource) -> Vec<(String, Expression)> {
    let root = &source.expression.root;
    let with = |form: Form| Expression { root: Node { span: root.span, form } };
    let mut all = vec![
        ("negated".to_owned(), with(Form::Not(Box::new(root.clone())))),
        ("true".to_owned(), with(Form::Bool(true))),
        ("false".to_owned(), with(Form::Bool(false))),
    ];
    all.retain(|(_, other)| other.root.form != root.form);
    for operator in [Operator::And, Operator::Or] {
        for (index, root) in without_operand(root, operator).into_iter().enumerate() {
            all.push((format!("without operand {} of {}", index + 1, operator.sign()), Expression { root }));
        }
    }
    all
}

impl Mutants {
    fn test(&mut self, what: &str, reach: &Reach, source: &ExpressionSource, spot: Spot) {
        for (change, other) in other_tests(source) {
            self.0.push(Mutant {
                what: format!("{what}: {change}"),
                place: source.source.place,
                reach: reach.clone(),
                spot,
                change: Change::Test(other),
            });
        }
    }

    fn words(&mut self, what: &str, reach: &Reach, words: &[&'static str], own: &str, place: Place, spot: Spot) {
        for word in words.iter().copied().filter(|word| *word != own) {
            let what = format!("{what}: {word}");
            self.0.push(Mutant { what, place, reach: reach.clone(), spot, change: Change::Word(word) });
        }
    }

    fn requirement(&mut self, of: &str, reach: &Reach, requirement: &RequirementDefinition, spot: Spot) {
        if let Some(that) = &requirement.that {
            self.test(&format!("{of}/{}", requirement.name), reach, that, spot);
        }
    }

    fn rules(&mut self, definitions: &Definitions) {
        for (r, rule) in definitions.rules.iter().enumerate() {
            let reach = Reach::Rule(rule.name.clone());
            self.test(&format!("{} deny", rule.name), &reach, &rule.deny, Spot::Deny(r));
            if let Some(filter) = &rule.filter {
                self.test(&format!("{} where", rule.name), &reach, filter, Spot::Where(r));
            }
            for (e, edition) in rule.editions.iter().enumerate() {
                let (what, levels) = (format!("{} in {}", rule.name, edition.edition), ["error", "warning", "info"]);
                self.words(&what, &reach, &levels, &edition.level, rule.place, Spot::Edition(r, e));
            }
            for (c, case) in rule.level.iter().enumerate() {
                if let Some(condition) = &case.condition {
                    self.test(&format!("{} level", rule.name), &reach, condition, Spot::Level(r, c));
                }
            }
        }
    }

    fn methods(&mut self, definitions: &Definitions) {
        for (m, method) in definitions.methods.iter().enumerate() {
            let reach = Reach::Methods(vec![method.name.clone()]);
            for (p, requirement) in method.prerequisites.iter().enumerate() {
                self.requirement(&method.name, &reach, requirement, Spot::Prerequisite(m, p));
            }
            for (s, step) in method.requires.iter().enumerate() {
                if let RequirementStep::One(requirement) = step {
                    self.requirement(&method.name, &reach, requirement, Spot::Requirement(m, s));
                }
            }
            for (c, case) in method.path.iter().enumerate() {
                let (what, paths) =
                    (format!("{} path", method.name), ["private", "vnet-bound", "trusted", "ip-filtered", "public"]);
                self.words(&what, &reach, &paths, &case.value, method.place, Spot::Path(m, c));
            }
            for (g, group) in method.groups.iter().enumerate() {
                self.0.push(Mutant {
                    what: format!("{} not for {group}", method.name),
                    place: method.place,
                    reach: reach.clone(),
                    spot: Spot::Group(m, g),
                    change: Change::Remove,
                });
            }
        }
        for (l, list) in definitions.requirements.iter().enumerate() {
            let includes =
                |step: &RequirementStep| matches!(step, RequirementStep::Include(name, _) if *name == list.name);
            let including = definitions.methods.iter().filter(|method| method.requires.iter().any(includes));
            let reach = Reach::Methods(including.map(|method| method.name.clone()).collect());
            for (r, requirement) in list.requires.iter().enumerate() {
                self.requirement(&list.name, &reach, requirement, Spot::Shared(l, r));
            }
        }
    }

    fn terms_and_flows(&mut self, definitions: &Definitions) {
        for (t, term) in definitions.terms.iter().enumerate() {
            self.test(&format!("{}()", term.name), &Reach::All, &term.is, Spot::Term(t));
        }
        for (f, flow) in definitions.flows.iter().enumerate() {
            if let Some(filter) = &flow.filter {
                self.test(&format!("flow {}", flow.name), &Reach::All, filter, Spot::FlowWhere(f));
            }
        }
    }
}

fn all_mutants(definitions: &Definitions) -> Vec<Mutant> {
    let mut mutants = Mutants(Vec::new());
    mutants.facts(definitions);
    mutants.rules(definitions);
    mutants.methods(definitions);
    mutants.terms_and_flows(definitions);
    mutants.0
}

// The run

/// The proofs that a mutant may break, those most likely to first.
fn order<'p, 'a>(mutant: &Mutant, proofs: &'p [Proof<'a>], luck: &[AtomicUsize]) -> Vec<(usize, &'p Proof<'a>)> {
    let mut order: Vec<(usize, &Proof<'_>)> = proofs.iter().enumerate().collect();
    // A rule says nothing about the examples of methods, and a service nothing where there is no resource of it.
    order.retain(|(_, proof)| match &mutant.reach {
        Reach::Rule(_) => !matches!(proof, Proof::Method(..)),
        Reach::Section(section) => proof.files().iter().any(|(_, text)| text.contains(section.as_str())),
        Reach::Methods(_) | Reach::All => true,
    });
    let own = |proof: &Proof<'_>| match &mutant.reach {
        Reach::Rule(rule) => proof.owner() == rule,
        Reach::Methods(methods) => methods.iter().any(|method| proof.owner() == method),
        Reach::Section(_) | Reach::All => false,
    };
    order.sort_by_key(|(index, proof)| {
        let (is_estate, luck) = (matches!(proof, Proof::Estate(_)), luck[*index].load(Ordering::Relaxed));
        (!own(proof), is_estate, std::cmp::Reverse(luck))
    });
    order
}

/// Whether some proof fails under a mutant.
fn is_killed(mutant: &Mutant, slim: &Definitions, proofs: &[Proof<'_>], luck: &[AtomicUsize]) -> bool {
    let mut definitions = slim.clone();
    apply(mutant, &mut definitions);
    let mut problems = Vec::new();
    for edition in ["documents", tables::CURRENT] {
        let _ = tables::fill(&definitions, edition, &mut problems);
    }
    if !problems.is_empty() {
        return true;
    }
    let Ok(mut ruleset) = Ruleset::build(definitions.clone()) else { return true };
    let only = match &mutant.reach {
        Reach::Rule(rule) => Some(rule.as_str()),
        _ => None,
    };
    for (index, proof) in order(mutant, proofs, luck) {
        if proof.check(&definitions, &mut ruleset, only).is_err() {
            luck[index].fetch_add(1, Ordering::Relaxed);
            return true;
        }
    }
    false
}

/// Without what decides nothing, to be cheap to copy.
fn slim(definitions: &Definitions) -> Definitions {
    let mut slim = definitions.clone();
    slim.clauses.clear();
    slim.rules.iter_mut().for_each(|rule| rule.examples.clear());
    slim.methods.iter_mut().for_each(|method| method.examples.clear());
    slim
}

fn place_of(sources: &Sources, place: Place) -> String {
    let file = sources.file(place.file).unwrap();
    format!("{}:{}", file.name, file.line_column(place.span.start).line)
}

struct Outcome {
    tried: usize,
    killed: usize,
    survivors: Vec<String>,
}

/// Tries every `step`th mutant until the time is over.
fn run(step: usize, limit: Duration) -> Outcome {
    let start = Instant::now();
    let (definitions, sources) = rules_on_disk();
    let slim = slim(&definitions);
    let proofs = Proof::all(&definitions);
    let luck: Vec<AtomicUsize> = proofs.iter().map(|_| AtomicUsize::new(0)).collect();
    let wanted = std::env::var("MUTATE").unwrap_or_default();
    let mutants = all_mutants(&definitions);
    let mutants: Vec<&Mutant> = mutants
        .iter()
        .filter(|mutant| mutant.what.contains(&wanted))
        .enumerate()
        .filter(|(index, _)| index % step == step / 2)
        .map(|(_, mutant)| mutant)
        .collect();
    let next = AtomicUsize::new(0);
    let survivors = Mutex::new(BTreeSet::new());
    let (tried, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        while start.elapsed() < limit {
            let Some(mutant) = mutants.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            tried.fetch_add(1, Ordering::Relaxed);
            if is_killed(mutant, &slim, &proofs, &luck) {
                killed.fetch_add(1, Ordering::Relaxed);
            } else {
                survivors.lock().unwrap().insert(format!("{} ({})", mutant.what, place_of(&sources, mutant.place)));
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, |threads| threads.get().min(8));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    Outcome {
        tried: tried.into_inner(),
        killed: killed.into_inner(),
        survivors: survivors.into_inner().unwrap().into_iter().collect(),
    }
}

fn report(outcome: &Outcome) {
    let excused = |survivor: &&String| EQUIVALENT.iter().any(|(what, _)| survivor.contains(what));
    let (known, new): (Vec<&String>, Vec<&String>) = outcome.survivors.iter().partition(excused);
    println!("{} mutants: {} killed, {} equivalent", outcome.tried, outcome.killed, known.len());
    let list: String = new.iter().map(|survivor| format!("\n  {survivor}")).collect();
    assert!(new.is_empty(), "{} of {} mutants are noticed by no example:{list}", new.len(), outcome.tried);
}

#[test]
fn a_sample_of_the_mutants_is_noticed() {
    report(&run(40, Duration::from_secs(15)));
}

#[test]
#[ignore = "takes a minute or two"]
fn every_mutant_is_noticed() {
    let outcome = run(1, Duration::MAX);
    report(&outcome);
    // An entry that excuses nothing is out of date.
    if std::env::var("MUTATE").is_err() {
        for (what, why) in EQUIVALENT {
            assert!(outcome.survivors.iter().any(|survivor| survivor.contains(what)), "{what} is noticed ({why})");
        }
    }
}

#[test]
fn the_proofs_hold_of_what_is_not_changed() {
    let (definitions, _) = rules_on_disk();
    let slim = slim(&definitions);
    let mut ruleset = support::ruleset(&slim);
    let proofs = Proof::all(&definitions);
    let failures: Vec<String> = proofs
        .iter()
        .filter_map(|proof| Some(format!("{} in {}", proof.check(&slim, &mut ruleset, None).err()?, proof.describe())))
        .collect();
    assert!(failures.is_empty(), "{} of {} fail:\n\n{}", failures.len(), proofs.len(), failures.join("\n"));
}
