//! Every rule and every access method proves itself by the examples in its file.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeSet;

use isolint::analysis::{Outcome, Supposed, Verdict, paths};
use isolint::knowledge::definitions::{Definitions, Example, ExampleKind, MethodDefinition, MethodExample};
use isolint::knowledge::ruleset::Ruleset;
use isolint::topology::{FLOW, ObjectId, Topology};
use support::{definitions, judge, line_of, read, ruleset};

/// Lines that a comment marks as the place of a finding.
fn marked(text: &str) -> BTreeSet<u32> {
    (1..).zip(text.lines()).filter(|(_, line)| line.contains("# finding")).map(|(number, _)| number).collect()
}

fn check_rule_example(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    rule: &str,
    example: &Example,
) -> Result<(), String> {
    let edition = example.edition.as_deref().unwrap_or("documents");
    let read = read(definitions, edition, &[("example.yaml", &example.topology)]);
    if let Some(problem) = read.problems.first() {
        return Err(format!(
            "cannot be read: {} (line {})",
            problem.message,
            line_of(&read.sources, problem.primary.place)
        ));
    }
    let (result, sources) = judge(ruleset, read, edition);
    let own: BTreeSet<u32> = result
        .findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| line_of(&sources, finding.primary.place))
        .collect();
    let others: BTreeSet<&str> =
        result.findings.iter().map(|finding| finding.rule.as_str()).filter(|name| *name != rule).collect();
    let expected: BTreeSet<&str> = example.also.iter().map(String::as_str).collect();
    let undecided = result.undetermined.iter().any(|check| check.check == rule || check.check == "flow");
    match example.kind {
        ExampleKind::Bad if own.is_empty() => Err(format!("is not found; found: {others:?}")),
        ExampleKind::Bad if own != marked(&example.topology) => {
            Err(format!("is found at lines {own:?}, marked are {:?}", marked(&example.topology)))
        }
        ExampleKind::Good if !own.is_empty() => Err(format!("is found at lines {own:?}")),
        ExampleKind::Undetermined if !own.is_empty() => Err(format!("is found at lines {own:?}, but cannot be told")),
        ExampleKind::Undetermined if !undecided => Err("is decided".to_owned()),
        _ if others != expected => Err(format!("also breaks {others:?}, expected {expected:?}")),
        _ => match (&example.level, result.findings.iter().find(|finding| finding.rule == rule)) {
            (Some(level), Some(finding)) if finding.level.as_str() != level => {
                Err(format!("is of level {}, not {level}", finding.level))
            }
            _ => Ok(()),
        },
    }
}

#[test]
fn every_rule_example_holds() {
    let definitions = definitions();
    let mut ruleset = ruleset(&definitions);
    let mut failures = Vec::new();
    let mut count = 0;
    for rule in &definitions.rules {
        for (index, example) in rule.examples.iter().enumerate() {
            count += 1;
            if let Err(why) = check_rule_example(&definitions, &mut ruleset, &rule.name, example) {
                failures.push(format!(
                    "{} example {} ({:?}): {why}\n{}",
                    rule.name,
                    index + 1,
                    example.kind,
                    example.topology
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} examples fail:\n\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_rule_has_a_bad_and_a_good_example() {
    for rule in &definitions().rules {
        for kind in [ExampleKind::Bad, ExampleKind::Good] {
            assert!(rule.examples.iter().any(|example| example.kind == kind), "{} has no {kind:?} example", rule.name);
        }
    }
}

/// The ends of the flow of an example, `origin -> target` or `origin -> target (use)`.
fn flow_of(
    example: &MethodExample,
    topology: &Topology,
    ruleset: &mut Ruleset,
    method: &MethodDefinition,
) -> (String, String, Option<String>) {
    if let Some(flow) = &example.flow {
        let (origin, rest) = flow.split_once("->").expect("a flow reads `origin -> target`");
        let (target, purpose) = match rest.split_once('(') {
            Some((target, purpose)) => (target, Some(purpose.trim_end_matches(')').trim().to_owned())),
            None => (rest, None),
        };
        return (origin.trim().to_owned(), target.trim().to_owned(), purpose);
    }
    let _ = (topology, ruleset, method);
    (String::new(), String::new(), None)
}

fn find(topology: &Topology, address: &str) -> Option<ObjectId> {
    (0u32..)
        .zip(topology.objects())
        .map(|(index, _)| ObjectId(index))
        .find(|id| topology.object(*id).kind != FLOW && topology.address(*id) == address)
}

fn check_method_example(
    definitions: &Definitions,
    ruleset: &mut Ruleset,
    method: &MethodDefinition,
    example: &MethodExample,
) -> Result<(), String> {
    let edition = example.edition.as_deref().unwrap_or("documents");
    let loaded = read(definitions, edition, &[("example.yaml", &example.topology)]);
    if let Some(problem) = loaded.problems.first() {
        return Err(format!(
            "cannot be read: {} (line {})",
            problem.message,
            line_of(&loaded.sources, problem.primary.place)
        ));
    }
    let (mut origin, mut target, purpose) = flow_of(example, &loaded.topology, ruleset, method);
    if origin.is_empty() {
        let again = read(definitions, edition, &[("example.yaml", &example.topology)]);
        let (result, _) = judge(ruleset, again, edition);
        let of_method: Vec<_> = result.flows.iter().filter(|flow| method.groups.contains(&flow.group)).collect();
        let [flow] = of_method.as_slice() else {
            return Err(format!("has {} flows of its groups; say which with `flow:`", of_method.len()));
        };
        (origin, target) = (flow.origin.clone(), flow.target.clone());
    }
    let ends = (find(&loaded.topology, &origin), find(&loaded.topology, &target));
    let (Some(from), Some(to)) = ends else { return Err(format!("has no {origin} or {target}")) };
    let results = paths(ruleset, loaded.topology, &loaded.sources, (from, to), Supposed::default());
    let of_flow =
        results.iter().filter(|result| purpose.as_ref().is_none_or(|purpose| result.flow.purpose == *purpose));
    let tried: Vec<_> = of_flow
        .filter_map(|result| result.methods.iter().find(|tried| tried.name == method.name).map(|tried| (result, tried)))
        .collect();
    let Some((result, tried)) = tried.first() else { return Err(format!("is not tried on {origin} -> {target}")) };
    let named = |outcome: Outcome| -> BTreeSet<&str> {
        tried
            .requirements
            .iter()
            .filter(|requirement| requirement.outcome == outcome)
            .map(|requirement| requirement.name.as_str())
            .collect()
    };
    let expected = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
    let owned = |names: BTreeSet<&str>| -> BTreeSet<String> { names.into_iter().map(str::to_owned).collect() };
    let (missing, unknown) = (owned(named(Outcome::Missing)), owned(named(Outcome::Unknown)));
    match example.outcome.as_str() {
        "open" if tried.outcome != Outcome::Met => {
            Err(format!("is not open by it: missing {missing:?}, unknown {unknown:?}"))
        }
        "open" if result.flow.verdict != Verdict::Open => Err("is not open".to_owned()),
        "open" => match &example.path {
            Some(path) if *path != tried.path_class => Err(format!("is of path class {}", tried.path_class)),
            _ => Ok(()),
        },
        "blocked" if missing != expected(&example.missing) => {
            Err(format!("misses {missing:?}, expected {:?}", example.missing))
        }
        "undetermined" if !missing.is_empty() => Err(format!("misses {missing:?}, though it cannot be told")),
        "undetermined" if unknown != expected(&example.unknown) => {
            Err(format!("does not know {unknown:?}, expected {:?}", example.unknown))
        }
        _ => Ok(()),
    }
}

#[test]
fn every_method_example_holds() {
    let definitions = definitions();
    let mut ruleset = ruleset(&definitions);
    let mut failures = Vec::new();
    let mut count = 0;
    for method in &definitions.methods {
        for (index, example) in method.examples.iter().enumerate() {
            count += 1;
            if let Err(why) = check_method_example(&definitions, &mut ruleset, method, example) {
                failures.push(format!(
                    "{} example {} ({}): {why}\n{}",
                    method.name,
                    index + 1,
                    example.outcome,
                    example.topology
                ));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} examples fail:\n\n{}", failures.len(), failures.join("\n"));
}
