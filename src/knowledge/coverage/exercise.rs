//! Which clauses the examples exercise: the predicate that carries the clause is broken in one and holds in another.
//!
//! Of a rule that rests on several clauses the bad examples say which they break. Of access methods it follows from the
//! outcome: a blocked example breaks what its missing requirements rest on, and in an open one every requirement holds. What
//! a method as a whole, or a flow, rests on is exercised by the examples that name it. Facts and defaults are exercised by
//! the examples of what reads them.

use crate::knowledge::definitions::{
    Definitions, ExampleClauses, ExampleKind, MethodDefinition, RequirementDefinition, RuleDefinition,
};
use crate::source::Place;

/// A clause that something carries and no example exercises.
#[derive(Debug, Clone)]
pub struct Unexercised<'a> {
    /// The rule, the method, `method/requirement`, or the flow.
    pub carrier: String,
    /// Where it stands.
    pub place: Place,
    /// The clause.
    pub clause: &'a str,
    /// What there is no example of.
    pub lack: Lack,
}

/// What examples do not show of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// That a rule is broken.
    Bad,
    /// That a rule holds.
    Good,
    /// That a requirement is missing.
    Blocked,
    /// That a requirement is met.
    Open,
    /// No example of a method names it.
    Named,
}

impl Lack {
    /// What would have to be added.
    #[must_use]
    pub fn help(self) -> &'static str {
        match self {
            Self::Bad => {
                "add `clauses: [...]` beneath the bad example that breaks it (`clauses: all` where one predicate carries all \
                 of them), add such an example, or drop the clause from the rule"
            }
            Self::Good => "add a good example of it, or drop the clause from the rule",
            Self::Blocked => "add a blocked example with the requirement in `missing`, or drop the clause from it",
            Self::Open => "add an open example of a method with the requirement, or drop the clause from it",
            Self::Named => "add `clauses: [...]` to an example of a method that shows it, or drop the clause",
        }
    }
}

/// Every clause that is carried and not exercised, by what carries it.
#[must_use]
pub fn unexercised(definitions: &Definitions) -> Vec<Unexercised<'_>> {
    let mut found = Vec::new();
    for rule in &definitions.rules {
        let examples = rule.examples.iter().map(|example| (example.kind, &example.clauses)).collect::<Vec<_>>();
        of_rule((&rule.name, rule.place), &rule.clauses, &examples, &mut found);
    }
    for change in &definitions.changes {
        let examples = change.examples.iter().map(|example| (example.kind, &example.clauses)).collect::<Vec<_>>();
        of_rule((&change.name, change.place), &change.clauses, &examples, &mut found);
    }
    definitions.methods.iter().for_each(|method| of_method(definitions, method, &mut found));
    for flow in &definitions.flows {
        let methods = definitions.methods.iter().filter(|method| method.groups.contains(&flow.group));
        let methods: Vec<&MethodDefinition> = methods.collect();
        named(&flow.name, flow.place, &flow.clauses, &methods, &mut found);
    }
    found
}

/// Bad examples, of rules that rest on several clauses, that do not say which they break.
pub fn unsaid(definitions: &Definitions) -> impl Iterator<Item = (&RuleDefinition, Place)> {
    let several = definitions.rules.iter().filter(|rule| rule.clauses.len() > 1);
    several.flat_map(|rule| {
        let bad = rule.examples.iter().filter(|example| example.kind == ExampleKind::Bad);
        bad.filter(|example| example.clauses == ExampleClauses::Unsaid).map(move |example| (rule, example.place))
    })
}

fn of_rule<'a>(
    (name, place): (&str, Place),
    clauses: &'a [String],
    examples: &[(ExampleKind, &ExampleClauses)],
    found: &mut Vec<Unexercised<'a>>,
) {
    let shown = |kind: ExampleKind, clause: &String| {
        examples.iter().filter(|(own, _)| *own == kind).any(|(_, exercised)| match exercised {
            ExampleClauses::All => true,
            ExampleClauses::These(these) => these.contains(clause),
            // A good example breaks no predicate of the rule; a bad one breaks some, and has to say which.
            ExampleClauses::Unsaid => kind == ExampleKind::Good || clauses.len() == 1,
        })
    };
    for clause in clauses {
        for (kind, lack) in [(ExampleKind::Bad, Lack::Bad), (ExampleKind::Good, Lack::Good)] {
            if !shown(kind, clause) {
                found.push(Unexercised { carrier: name.to_owned(), place, clause, lack });
            }
        }
    }
}

fn of_method<'a>(definitions: &'a Definitions, method: &'a MethodDefinition, found: &mut Vec<Unexercised<'a>>) {
    named(&method.name, method.place, &method.clauses, &[method], found);
    for requirement in definitions.requirements_of(method) {
        let carrier = format!("{}/{}", method.name, requirement.name);
        // A shared requirement is one predicate, wherever it is shown.
        let sharing = definitions.methods.iter().filter(|other| has(definitions, other, requirement));
        let examples: Vec<_> = sharing.flat_map(|method| &method.examples).collect();
        let is_missing = examples.iter().any(|example| example.missing.contains(&requirement.name));
        let is_met = examples.iter().any(|example| example.outcome == "open");
        for clause in &requirement.clauses {
            let mut lacks = |lack| {
                found.push(Unexercised { carrier: carrier.clone(), place: requirement.place, clause, lack });
            };
            if !is_missing && !is_capability(definitions, clause) {
                lacks(Lack::Blocked);
            }
            if !is_met {
                lacks(Lack::Open);
            }
        }
    }
}

fn has(definitions: &Definitions, method: &MethodDefinition, requirement: &RequirementDefinition) -> bool {
    definitions.requirements_of(method).any(|one| std::ptr::eq(one, requirement))
}

/// What is merely possible is shown where it is used: there is nothing to break.
fn is_capability(definitions: &Definitions, id: &str) -> bool {
    definitions.clauses.iter().any(|clause| clause.id == id && clause.kind == "capability")
}

fn named<'a>(
    carrier: &str,
    place: Place,
    clauses: &'a [String],
    methods: &[&MethodDefinition],
    found: &mut Vec<Unexercised<'a>>,
) {
    for clause in clauses {
        if !methods.iter().any(|method| method.examples.iter().any(|example| example.clauses.contains(clause))) {
            found.push(Unexercised { carrier: carrier.to_owned(), place, clause, lack: Lack::Named });
        }
    }
}
