//! From a change that breaks a rule to a finding.

use super::renames::Renames;
use crate::analysis::citations::Citations;
use crate::analysis::engine::Options;
use crate::analysis::explain::{field_path, first_case, flow_ends, missing_facts, parse_level};
use crate::analysis::finding::{Finding, Level, MissingFact, Participant};
use crate::analysis::fingerprint::fingerprint;
use crate::knowledge::definitions::ChangeDefinition;
use crate::knowledge::language::{Item, Machine, Program, Read, Val};
use crate::knowledge::ruleset::CompiledChange;
use crate::source::{Label, NodeId, Sources};
use crate::topology::{Existence, FLOW, ObjectId, SERVICE, Topology};

/// Tells findings of change rules.
pub(super) struct Teller<'a> {
    pub(super) sources: &'a Sources,
    pub(super) citations: &'a Citations<'a>,
    pub(super) options: &'a Options<'a>,
    pub(super) renames: &'a Renames,
}

/// A watched value that is not what it was.
pub(super) struct Breach<'a> {
    /// The word for it.
    pub(super) word: &'a str,
    /// Whether no other value is watched.
    pub(super) is_only: bool,
    /// What it was.
    pub(super) was: &'a str,
    /// What it is.
    pub(super) now: &'a str,
    /// Where it stood.
    pub(super) node: Option<NodeId>,
    /// Where it stands is where this does.
    pub(super) program: &'a Program,
}

impl Teller<'_> {
    /// What would have to be known.
    pub(super) fn facts(&self, topology: &Topology, reads: &[Read]) -> Vec<MissingFact> {
        missing_facts(self.sources, topology, reads)
    }

    /// A value that is not what it was; the machine has the variables of the later state.
    pub(super) fn changed(
        &self,
        machine: &mut Machine<'_>,
        rule: &CompiledChange,
        definition: &ChangeDefinition,
        breach: &Breach<'_>,
    ) -> Option<Finding> {
        let at = rule.at.as_ref().unwrap_or(breach.program).place(machine);
        let bound = machine.frame().len();
        let mut participants = self.participants(machine, rule, false);
        if !breach.is_only {
            participants.push(Participant { role: "value".to_owned(), resource: breach.word.to_owned() });
        }
        for text in [breach.word, breach.was, breach.now] {
            let symbol = machine.intern(text);
            machine.push(Item::new(Val::Text(symbol), NodeId::NOWHERE));
        }
        let before =
            breach.node.map(|node| Label { place: self.sources.place(node), text: format!("before: {}", breach.was) });
        let label = format!("now: {}", breach.now);
        let finding = self.finding(machine, rule, definition, (at, label), participants, before);
        machine.truncate(bound);
        finding
    }

    /// An object that is not there any more; the machine has the variables of the earlier state.
    pub(super) fn gone(
        &self,
        machine: &mut Machine<'_>,
        rule: &CompiledChange,
        definition: &ChangeDefinition,
        id: ObjectId,
    ) -> Option<Finding> {
        let head = machine.topology().object(id).head;
        let own =
            Read { object: id, field: None, node: head, origin: crate::topology::Origin::Declared, unknown: None };
        let at = match &rule.at {
            Some(at) => at.place(machine),
            None => Some(own),
        };
        let participants = self.participants(machine, rule, true);
        self.finding(machine, rule, definition, (at, "it is not there any more".to_owned()), participants, None)
    }

    fn finding(
        &self,
        machine: &mut Machine<'_>,
        rule: &CompiledChange,
        definition: &ChangeDefinition,
        (at, label): (Option<Read>, String),
        resources: Vec<Participant>,
        before: Option<Label>,
    ) -> Option<Finding> {
        let level = first_case(machine, &rule.level);
        let level: Level = match (self.options.level_of)(&definition.name) {
            Some(level) => level,
            None => parse_level(&level?)?,
        };
        let topology = machine.topology();
        let subject = machine.frame().first().and_then(|item| match item.value {
            Val::Object(id) => Some(id),
            _ => None,
        })?;
        let at = at.filter(|read| read.node.is_somewhere());
        let node = at.map_or(topology.object(subject).head, |read| read.node);
        let field = at.and_then(|read| field_path(topology, read.object, read.field));
        let citations = definition.clauses.iter().map(|clause| self.citations.clause(clause));
        Some(Finding {
            rule: definition.name.clone(),
            level,
            message: rule.message.render(machine),
            primary: Label { place: self.sources.place(node), text: label },
            related: before.into_iter().collect(),
            help: rule.help.as_ref().map(|help| help.render(machine)),
            notes: condition(topology, subject).into_iter().collect(),
            fingerprint: fingerprint(&definition.name, &resources, field.as_deref()),
            resources,
            field,
            caused_by: None,
            flow: None,
            methods: Vec::new(),
            repairs: Vec::new(),
            citations: citations.chain(definition.sources.iter().map(|source| self.citations.source(source))).collect(),
            ignored: None,
        })
    }

    /// The resources in their roles; those of the earlier state by what they are called in the later one.
    fn participants(&self, machine: &Machine<'_>, rule: &CompiledChange, is_earlier: bool) -> Vec<Participant> {
        let topology = machine.topology();
        let mut participants = Vec::new();
        for (name, item) in rule.variables.iter().zip(machine.frame()) {
            let resource = match item.value {
                Val::Object(id) if topology.object(id).kind == FLOW => {
                    participants.extend(flow_ends(topology, id));
                    continue;
                }
                Val::Object(id) if topology.object(id).kind == SERVICE => continue,
                Val::Object(id) => topology.address(id),
                Val::Text(text) if item.owner.is_some() => machine.text(text).to_owned(),
                _ => continue,
            };
            participants.push(Participant { role: name.clone(), resource });
        }
        if is_earlier {
            for participant in &mut participants {
                participant.resource = self.renames.of(&participant.resource).to_owned();
            }
        }
        participants
    }
}

/// The condition under which the subject is deployed at all.
fn condition(topology: &Topology, subject: ObjectId) -> Option<String> {
    match topology.object(subject).existence {
        Existence::Maybe(reason) => Some(format!("if deployed: {}", topology.reason_text(reason))),
        Existence::Certain => None,
    }
}
