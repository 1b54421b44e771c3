//! What definitions cite is in the register of clauses and documents, and examples name clauses that they can exercise.

use std::collections::HashMap;

use crate::knowledge::definitions::{
    Definitions, ExampleClauses, MethodDefinition, RequirementDefinition, RequirementStep,
};
use crate::source::{Place, Problem, did_you_mean};

/// Reports what is cited and is not there.
pub(super) fn check(definitions: &Definitions, problems: &mut Vec<Problem>) {
    let clauses: Vec<&str> = definitions.clauses.iter().map(|clause| clause.id.as_str()).collect();
    let documents: Vec<&str> = definitions.documents.iter().map(|document| document.name.as_str()).collect();
    check_register(definitions, &documents, problems);
    check_known(cited_clauses(definitions), &clauses, "clause", problems);
    check_known(cited_documents(definitions), &documents, "document", problems);
    for rule in &definitions.rules {
        for example in &rule.examples {
            check_rule_example(&rule.name, &rule.clauses, (&example.clauses, example.place), problems);
        }
    }
    for change in &definitions.changes {
        for example in &change.examples {
            check_rule_example(&change.name, &change.clauses, (&example.clauses, example.before.place), problems);
        }
    }
    for method in &definitions.methods {
        check_method_examples(definitions, method, problems);
    }
}

/// Every clause stands in the register once, and its document is known.
fn check_register(definitions: &Definitions, documents: &[&str], problems: &mut Vec<Problem>) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    for clause in &definitions.clauses {
        if let Some(first) = seen.insert(&clause.id, clause.place) {
            let problem = Problem::error("duplicate-name", clause.place, format!("the name `{}` is taken", clause.id));
            problems.push(problem.related(first, "first used here"));
        }
    }
    let cited = definitions.clauses.iter().map(|clause| (&clause.document, clause.place));
    check_known(cited.collect(), documents, "document", problems);
}

/// Names that are cited, and where.
type Cited<'a> = Vec<(&'a String, Place)>;

fn at(names: &[String], place: Place) -> impl Iterator<Item = (&String, Place)> {
    names.iter().map(move |name| (name, place))
}

fn cited_clauses(definitions: &Definitions) -> Cited<'_> {
    let of_methods = definitions.methods.iter().flat_map(|method| {
        let own = method.requires.iter().filter_map(|step| match step {
            RequirementStep::One(requirement) => Some(requirement.as_ref()),
            RequirementStep::Include(..) => None,
        });
        method.prerequisites.iter().chain(&method.none).chain(own)
    });
    let shared = definitions.requirements.iter().flat_map(|shared| &shared.requires);
    let requirements = of_methods.chain(shared);
    let rules = definitions.rules.iter().flat_map(|rule| at(&rule.clauses, rule.place));
    let changes = definitions.changes.iter().flat_map(|change| at(&change.clauses, change.place));
    let methods = definitions.methods.iter().flat_map(|method| at(&method.clauses, method.place));
    let flows = definitions.flows.iter().flat_map(|flow| at(&flow.clauses, flow.place));
    let waivers = definitions.waivers.iter().flat_map(|waiver| waiver.clauses.iter().map(|(clause, at)| (clause, *at)));
    rules
        .chain(changes)
        .chain(methods)
        .chain(requirements.flat_map(|requirement| at(&requirement.clauses, requirement.place)))
        .chain(flows)
        .chain(definitions.facts().flat_map(|fact| at(&fact.clauses, fact.place)))
        .chain(waivers)
        .collect()
}

fn cited_documents(definitions: &Definitions) -> Cited<'_> {
    let editions = definitions.rules.iter().flat_map(|rule| {
        let changes = rule.editions.iter();
        changes.map(|change| (&change.source, rule.place))
    });
    let tables = definitions.arm.iter().flat_map(|table| at(&table.sources, table.place));
    editions.chain(tables).chain(definitions.facts().flat_map(|fact| at(&fact.sources, fact.place))).collect()
}

fn check_known(cited: Cited<'_>, known: &[&str], what: &str, problems: &mut Vec<Problem>) {
    for (name, place) in cited.into_iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        let problem = Problem::error("unknown-source", place, format!("there is no {what} `{name}`"));
        problems.push(match did_you_mean(name, known.iter().copied()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
    }
}

/// An example exercises clauses of its own rule only.
fn check_rule_example(
    name: &str,
    known: &[String],
    (exercised, place): (&ExampleClauses, Place),
    problems: &mut Vec<Problem>,
) {
    let ExampleClauses::These(clauses) = exercised else { return };
    for clause in clauses.iter().filter(|clause| !known.contains(clause)) {
        let message = format!("the example exercises `{clause}`, which `{name}` does not rest on");
        let problem = Problem::error("unknown-clause", place, message);
        problems.push(problem.help(match known {
            [] => "the rule has no `clauses`".to_owned(),
            clauses => format!("its clauses are {}", clauses.join(", ")),
        }));
    }
}

/// An example of a method names requirements of it, and clauses that the method as a whole or a flow rests on: those of
/// requirements follow from the outcome.
fn check_method_examples(definitions: &Definitions, method: &MethodDefinition, problems: &mut Vec<Problem>) {
    let flows = definitions.flows.iter().filter(|flow| method.groups.contains(&flow.group));
    let clauses: Vec<&String> = flows.flat_map(|flow| &flow.clauses).chain(&method.clauses).collect();
    let requirements: Vec<_> = definitions.requirements_of(method).collect();
    let known =
        |name: &String| requirements.iter().any(|requirement: &&RequirementDefinition| requirement.name == *name);
    for example in &method.examples {
        for clause in example.clauses.iter().filter(|clause| !clauses.contains(clause)) {
            let message = format!(
                "the example exercises `{clause}`, on which neither `{}` as a whole nor its flows rest",
                method.name
            );
            let problem = Problem::error("unknown-clause", example.place, message);
            problems.push(problem.help("what a requirement rests on is exercised by the outcome of the example"));
        }
        for name in example.missing.iter().chain(&example.unknown).filter(|name| !known(name)) {
            let message = format!("`{}` has no requirement `{name}`", method.name);
            let problem = Problem::error("unknown-requirement", example.place, message);
            let names = requirements.iter().map(|requirement| requirement.name.as_str());
            problems.push(match did_you_mean(name, names) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
}
