//! The bare answers of an analysis, before anything is explained, grouped or counted.
//!
//! What a topology with unknown values says must agree with what any topology says in which they are known: the tests
//! compare answers for that.

use super::engine::judge_derived;
use super::finding::Verdict;
use super::flows::{Wanted, derive};
use super::rules::{breaks, decide};
use super::visit::visit;
use crate::knowledge::language::{Machine, Val};
use crate::knowledge::ruleset::{CompiledSteps, Ruleset, Step};
use crate::source::NodeId;
use crate::topology::{Existence, FLOW, Inverses, ObjectId, Topology};

/// Every answer about one topology.
#[derive(Debug, Clone, Default)]
pub struct Answers {
    /// Every connection.
    pub flows: Vec<FlowAnswer>,
    /// What connections follow from that cannot be listed: the definition of the flow and its subject.
    pub unlisted: Vec<(String, Subject)>,
    /// Every combination that breaks a rule or may do so. What is not here breaks none.
    pub checks: Vec<CheckAnswer>,
}

/// The answer for one connection.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowAnswer {
    /// The definition of the flow.
    pub definition: String,
    /// What it follows from.
    pub subject: Subject,
    /// What it follows from beside that.
    pub members: Vec<Member>,
    /// Whether there is such a connection.
    pub certain: bool,
    /// Whether it will work; of one in doubt, if there is such a connection.
    pub verdict: Verdict,
    /// The path class, where it can be told.
    pub path_class: Option<String>,
}

/// The answer of one rule for one combination.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckAnswer {
    /// The name of the rule.
    pub rule: String,
    /// What it is judged for.
    pub subject: Subject,
    /// The members that it is combined with.
    pub members: Vec<Member>,
    /// A list could not be told: there may be members from here on.
    pub cut: bool,
    /// Whether it breaks the rule for certain; else it cannot be told.
    pub breaks: bool,
}

/// What a rule or a flow is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// An object of the topology, and where it is named.
    Object(ObjectId, NodeId),
    /// A connection, as an index into [`Answers::flows`].
    Flow(usize),
}

/// A member of a list that a subject is combined with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Member {
    /// Where it stands, or where the object is named.
    pub node: NodeId,
    /// What it is; nothing where that cannot be told.
    pub value: Option<String>,
}

/// Judges a topology under all rules.
pub fn answers(ruleset: &Ruleset, mut topology: Topology) -> Answers {
    let inverses = Inverses::build(&topology);
    let wanted = Wanted { members: true, ..Wanted::of(&topology) };
    let derivation = derive(ruleset, &mut topology, &inverses, wanted);
    let judged = judge_derived(ruleset, &mut topology, &inverses, &derivation);
    let literals = ruleset.literals().intern(&mut topology.strings);
    let mut machine = Machine::new(&topology, &inverses, &literals);
    let mut deciding = Machine::new(&topology, &inverses, &literals).deciding();
    let object = |id: ObjectId| Subject::Object(id, topology.object(id).head);
    let first_flow = topology.of_kind(FLOW).first().map_or(0, |id| id.0 as usize);
    let name_of_flow =
        |index: usize| ruleset.definitions.flows.get(index).map_or_else(String::new, |flow| flow.name.clone());
    let mut answers = Answers::default();
    for (derived, (_, judgement)) in derivation.flows.into_iter().zip(judged) {
        answers.flows.push(FlowAnswer {
            definition: name_of_flow(derived.definition),
            subject: object(derived.subject),
            members: derived.members,
            certain: !in_doubt(&topology, derived.flow),
            verdict: judgement.verdict,
            path_class: judgement.path_class.filter(|_| !judgement.at_least).map(str::to_owned),
        });
    }
    answers.unlisted = derivation.unlisted.iter().map(|(flow, id)| (name_of_flow(*flow), object(*id))).collect();
    for (rule, definition) in ruleset.rules.iter().zip(&ruleset.definitions.rules) {
        for id in rule.steps.subject.subjects(&topology) {
            let is_flow = topology.object(id).kind == FLOW;
            let subject = if is_flow { Subject::Flow(id.0 as usize - first_flow) } else { object(id) };
            let mut found = Vec::new();
            visit(&mut machine, &rule.steps, id, false, &mut |machine, visit| {
                if let Some(breaks) = breaks(rule, machine, visit) {
                    found.push((visit.ordinal, breaks));
                    let members = members(machine, &rule.steps);
                    let (rule, subject) = (definition.name.clone(), subject.clone());
                    answers.checks.push(CheckAnswer { rule, subject, members, cut: visit.cut, breaks });
                }
            });
            if cfg!(debug_assertions) {
                let mut decided = Vec::new();
                decide(&mut deciding, rule, id, &mut |ordinal, breaks| decided.push((ordinal, breaks)));
                debug_assert_eq!(decided, found, "{} is decided otherwise than it is answered", definition.name);
            }
        }
    }
    answers
}

/// Whether it cannot be told if there is such a flow; what exists under a condition of its own is not meant.
fn in_doubt(topology: &Topology, flow: ObjectId) -> bool {
    topology.object(flow).existence == Existence::Maybe(crate::topology::ReasonId::IN_DOUBT)
}

/// The members of lists among the variables of a machine.
pub(super) fn members(machine: &Machine<'_>, steps: &CompiledSteps) -> Vec<Member> {
    let variables = steps.steps.iter().filter(|step| !matches!(step, Step::Filter(_)));
    let bound = variables.zip(machine.frame().iter().skip(1));
    let members = bound.filter(|(step, _)| matches!(step, Step::Each(_)));
    members
        .map(|(_, item)| Member {
            node: item.node,
            value: match item.value {
                Val::Unknown(_) => None,
                Val::Object(id) => Some(machine.topology().address(id)),
                Val::Text(text) => Some(machine.text(text).to_owned()),
                other => Some(format!("{other:?}")),
            },
        })
        .collect()
}
