//! From a broken rule to a finding: message, places, help, resources, fingerprint.

use hashbrown::HashMap;

use super::answers::{Member, members};
use super::citations::Citations;
use super::engine::is_implicit;
use super::finding::{Finding, Level, MissingFact, Participant, Undetermined};
use super::fingerprint::fingerprint;
use super::repair::{Repair, changes};
use super::rules::{Hit, breaks};
use super::verdicts::Judge;
use super::visit::{Visit, visit};
use crate::knowledge::definitions::RuleDefinition;
use crate::knowledge::language::{Item, Machine, Program, Read, Truth, Val};
use crate::knowledge::ruleset::{CompiledCase, CompiledRule, RuleExplanation, Ruleset};
use crate::source::{Label, NodeId, Place, Sources};
use crate::topology::{Existence, FLOW, ObjectId, Origin, ReasonId, SERVICE, Topology, Value, flow};

/// What a finding is about, in the terms of the topology, for telling causes from consequences.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) finding: Finding,
    pub(super) rule: usize,
    /// The flow it is about.
    pub(super) flow: Option<ObjectId>,
    /// The objects of its variables.
    pub(super) objects: Vec<ObjectId>,
    /// What it is judged for, and the members that it is combined with.
    pub(super) subject: ObjectId,
    pub(super) members: Vec<Member>,
    /// The level by the cases of the rule, whatever the user has set.
    pub(super) own_level: Option<Level>,
}

/// Levels as the user set them; `None` takes the rule's own.
pub(super) type LevelOf<'a> = &'a dyn Fn(&str) -> Option<Level>;

/// Explains hits.
pub(super) struct Explainer<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) explanations: &'a HashMap<usize, RuleExplanation>,
    pub(super) sources: &'a Sources,
    pub(super) citations: &'a Citations<'a>,
    pub(super) edition: &'a str,
    pub(super) level_of: LevelOf<'a>,
}

impl Explainer<'_> {
    /// Tells findings and undecided checks from hits, which are in order of rule, subject and combination.
    pub(super) fn explain(&self, machine: &mut Machine<'_>, hits: &[Hit]) -> (Vec<Draft>, Vec<Undetermined>) {
        let mut drafts = Vec::new();
        let mut undetermined = Vec::new();
        for group in hits.chunk_by(|a, b| a.rule == b.rule && a.subject == b.subject) {
            let Some(first) = group.first() else { continue };
            let (Some(rule), Some(definition)) =
                (self.ruleset.rules.get(first.rule), self.ruleset.definitions.rules.get(first.rule))
            else {
                continue;
            };
            let mut doubts: Vec<Read> = Vec::new();
            let hit_of = |ordinal: u32| {
                let found = group.binary_search_by_key(&ordinal, |hit| hit.ordinal);
                found.ok().and_then(|index| group.get(index))
            };
            visit(machine, &rule.steps, first.subject, true, &mut |machine, visit| match hit_of(visit.ordinal) {
                Some(hit) if hit.certain => drafts.extend(self.finding(machine, hit, rule, definition)),
                Some(_) => doubts.extend(self.doubts(machine, rule, visit)),
                None => {}
            });
            let is_undecided = group.iter().any(|hit| !hit.certain);
            // A flow that cannot be decided is told on its own.
            let is_told = self.is_told_undetermined(machine.topology(), first.subject)
                && !doubts.is_empty()
                && doubts.iter().all(|read| is_of_verdict(machine.topology(), read));
            if is_undecided && !is_told {
                let doubts = self.behind_verdicts(machine, doubts);
                let subject = describe(machine.topology(), first.subject);
                undetermined.push(Undetermined {
                    check: definition.name.clone(),
                    subject,
                    facts: self.facts(machine.topology(), &doubts),
                });
            }
        }
        (drafts, undetermined)
    }

    /// Whether it is a flow that is listed as undetermined.
    fn is_told_undetermined(&self, topology: &Topology, id: ObjectId) -> bool {
        topology.object(id).kind == FLOW
            && matches!(topology.slot(id, flow::verdict).value, Value::Unknown(_))
            && !is_implicit(self.ruleset, topology, id)
    }

    /// Puts what stands in the way of deciding a flow in the place of its verdict.
    fn behind_verdicts(&self, machine: &mut Machine<'_>, reads: Vec<Read>) -> Vec<Read> {
        let mut judge = None;
        let mut facts = Vec::new();
        for read in reads {
            if is_of_verdict(machine.topology(), &read) {
                let judge = judge.get_or_insert_with(|| Judge::new(self.ruleset));
                facts.extend(super::verdicts::doubts(judge, machine, read.object));
            } else {
                facts.push(read);
            }
        }
        facts
    }

    fn doubts(&self, machine: &mut Machine<'_>, rule: &CompiledRule, visit: Visit<'_>) -> Vec<Read> {
        let mut reads = visit.doubts.to_vec();
        if !visit.cut {
            let (truth, read) = machine.with_trail(|machine| rule.deny.truth(machine));
            if truth == Truth::Unknown {
                reads.extend(read);
            }
        }
        reads.retain(|read| read.unknown.is_some());
        reads
    }

    fn finding(
        &self,
        machine: &mut Machine<'_>,
        hit: &Hit,
        rule: &CompiledRule,
        definition: &RuleDefinition,
    ) -> Option<Draft> {
        debug_assert!(
            breaks(rule, machine, Visit { ordinal: hit.ordinal, in_doubt: false, cut: false, doubts: &[] })
                == Some(true)
        );
        let explanation = self.explanations.get(&hit.rule)?;
        let own_level = first_case(machine, &explanation.level).and_then(|word| parse_level(&word));
        let (level, mut notes) = self.level(definition, own_level)?;
        let (_, evidence) = machine.with_trail(|machine| rule.deny.truth(machine));
        let topology = machine.topology();
        let at = explanation.at.place(machine).filter(|read| read.node.is_somewhere());
        let flow = (topology.object(hit.subject).kind == FLOW).then_some(hit.subject);
        let node = at.map_or(topology.object(hit.subject).head, |read| read.node);
        let field = at.and_then(|read| field_path(topology, read.object, read.field));
        let resources = self.participants(machine, rule, flow);
        notes.extend(self.notes(topology, hit.subject, &evidence));
        let mut related = self.related(machine, explanation, node);
        self.add_trail(node, &mut related);
        notes.extend(self.turns(machine.topology(), hit.subject, node));
        let citations = definition.clauses.iter().map(|clause| self.citations.clause(clause));
        let finding = Finding {
            rule: definition.name.clone(),
            level,
            message: explanation.message.render(machine),
            primary: Label { place: self.sources.place(node), text: String::new() },
            related,
            help: explanation.help.as_ref().map(|help| help.render(machine)),
            notes,
            fingerprint: fingerprint(&definition.name, &resources, field.as_deref()),
            resources,
            field,
            caused_by: None,
            flow: None,
            methods: Vec::new(),
            repairs: Repair::of_rule(changes(machine, &explanation.repair, self.sources)).into_iter().collect(),
            citations: citations.chain(definition.sources.iter().map(|source| self.citations.source(source))).collect(),
            ignored: None,
        };
        let objects = machine.frame().iter().filter_map(object_of).collect();
        let members = members(machine, &rule.steps);
        Some(Draft { finding, rule: hit.rule, flow, objects, subject: hit.subject, members, own_level })
    }

    /// The level of a finding, with a remark where the edition softens it. Nothing where it is off.
    fn level(&self, definition: &RuleDefinition, own: Option<Level>) -> Option<(Level, Vec<String>)> {
        let mut notes = Vec::new();
        let mut level = own;
        for change in definition.editions.iter().filter(|change| change.edition == self.edition) {
            let document = self.citations.title(&change.source).unwrap_or(&change.source);
            level = parse_level(&change.level).min(own);
            notes.push(format!("{} ({document}, {})", change.note, change.date));
        }
        if let Some(set) = (self.level_of)(&definition.name) {
            level = Some(set);
        }
        Some((level?, notes))
    }

    fn participants(&self, machine: &Machine<'_>, rule: &CompiledRule, flow: Option<ObjectId>) -> Vec<Participant> {
        let topology = machine.topology();
        let mut participants = Vec::new();
        if let Some(flow) = flow {
            participants.extend(flow_ends(topology, flow));
        }
        for (name, item) in rule.variables.iter().zip(machine.frame()) {
            let resource = match item.value {
                Val::Object(id) if topology.object(id).kind == FLOW || topology.object(id).kind == SERVICE => continue,
                Val::Object(id) => topology.address(id),
                // A text of a list tells one finding from the next, as an address in a firewall.
                Val::Text(text) if item.owner.is_some() => machine.text(text).to_owned(),
                _ => continue,
            };
            participants.push(Participant { role: name.clone(), resource });
        }
        participants
    }

    fn related(&self, machine: &mut Machine<'_>, explanation: &RuleExplanation, primary: NodeId) -> Vec<Label> {
        let mut labels: Vec<Label> = Vec::new();
        let mut given = Vec::new();
        for related in &explanation.related {
            let holds = related.condition.as_ref().is_none_or(|condition| condition.truth(machine) == Truth::True);
            if !holds {
                continue;
            }
            for node in places(machine, &related.at) {
                let label = Label { place: self.sources.place(node), text: related.say.render(machine) };
                if node != primary && !labels.contains(&label) {
                    labels.push(label);
                    given.extend(self.sources.trail(node).last());
                }
            }
        }
        // Of a value that was handed on several times, where it was written down tells the most.
        for (node, text) in given {
            let label = Label { place: self.sources.place(*node), text: text.clone() };
            if labels.iter().all(|known| known.place != label.place) && label.place != self.sources.place(primary) {
                labels.push(label);
            }
        }
        labels
    }

    /// Adds where the value at a place was given, such as the parameter that it came from.
    fn add_trail(&self, primary: NodeId, related: &mut Vec<Label>) {
        for (node, text) in self.sources.trail(primary) {
            let label = Label { place: self.sources.place(*node), text: text.clone() };
            if !self.sources.holds(*node, primary) && !related.contains(&label) {
                related.push(label);
            }
        }
    }

    /// In which turns of which loops it stands: those of what is pointed at, of the subject, or of the resource that it is
    /// part of.
    fn turns(&self, topology: &Topology, subject: ObjectId, primary: NodeId) -> Option<String> {
        let (part, owner) = (topology.object(subject), topology.object(topology.resource_of(subject)));
        let turns = [primary, part.head, owner.head].map(|node| self.sources.turns(node));
        turns.into_iter().find(|turns| !turns.is_empty()).map(|turns| turns.join(", "))
    }

    /// What a reader should know: that it holds only if deployed, what was assumed.
    fn notes(&self, topology: &Topology, subject: ObjectId, evidence: &[Read]) -> Vec<String> {
        let mut notes = Vec::new();
        if let Existence::Maybe(reason) = topology.object(subject).existence
            && reason != ReasonId::IN_DOUBT
        {
            notes.push(format!("if deployed: {}", topology.reason_text(reason)));
        }
        for read in evidence {
            let Some(field) = read.field else { continue };
            let note = match read.origin {
                Origin::Assumed(assumption) => topology.assumption_text(assumption).to_owned(),
                Origin::Default => default_note(topology, read.object, field),
                Origin::Declared => continue,
            };
            if !note.is_empty() && !notes.contains(&note) {
                notes.push(note);
            }
        }
        notes
    }

    /// The facts behind unknown reads, each once.
    pub(super) fn facts(&self, topology: &Topology, reads: &[Read]) -> Vec<MissingFact> {
        missing_facts(self.sources, topology, reads)
    }

    /// Connections that follow from something that cannot be told, so that they could not even be listed.
    pub(super) fn unlisted_flows(
        &self,
        machine: &mut Machine<'_>,
        definition: usize,
        subject: ObjectId,
    ) -> Option<Undetermined> {
        let steps = &self.ruleset.flows.get(definition)?.steps;
        let mut doubts = Vec::new();
        visit(machine, steps, subject, true, &mut |_, visit| {
            if visit.cut {
                doubts.extend(visit.doubts.iter().filter(|read| read.unknown.is_some()));
            }
        });
        let facts = self.facts(machine.topology(), &doubts);
        Some(Undetermined { check: "flow".to_owned(), subject: describe(machine.topology(), subject), facts })
    }

    /// A flow that could not be decided.
    pub(super) fn undecided_flow(&self, machine: &mut Machine<'_>, judge: &Judge<'_>, flow: ObjectId) -> Undetermined {
        let reads = super::verdicts::doubts(judge, machine, flow);
        let facts = self.facts(machine.topology(), &reads);
        Undetermined { check: "flow".to_owned(), subject: describe(machine.topology(), flow), facts }
    }
}

/// The facts behind unknown reads, each once.
pub(super) fn missing_facts(sources: &Sources, topology: &Topology, reads: &[Read]) -> Vec<MissingFact> {
    let mut facts: Vec<MissingFact> = reads
        .iter()
        .filter_map(|read| {
            let reason = topology.reason_text(read.unknown?).to_owned();
            // A field of a flow was read from what declares it.
            let object = match topology.slot(read.object, flow::declared_by).value {
                Value::Object(declared) if topology.object(read.object).kind == FLOW => declared,
                _ => read.object,
            };
            let owner = topology.resource_of(object);
            if topology.object(owner).kind == FLOW {
                return None;
            }
            // What cannot be read of an object that may not exist is not the question, but whether it does.
            let stored = topology.object(owner);
            let (field, node) = match (stored.existence, read.unknown) {
                (Existence::Maybe(condition), Some(unknown)) if condition == unknown => (None, stored.head),
                _ => (field_path(topology, object, read.field), read.node),
            };
            Some(MissingFact {
                resource: topology.address(owner),
                field: field.unwrap_or_default(),
                reason,
                place: sources.place(node),
            })
        })
        .collect();
    facts.sort();
    facts.dedup();
    facts
}

/// "`network.default_action` of storage/raw is `allow` by default".
fn default_note(topology: &Topology, object: ObjectId, field: &str) -> String {
    let owner = topology.resource_of(object);
    let Some(path) = field_path(topology, object, Some(field)) else { return String::new() };
    let Some((slot, _)) = Topology::kind(topology.object(object).kind).field(field) else { return String::new() };
    match topology.slot(object, slot).value {
        Value::Text(text) => {
            format!("`{path}` of {} is `{}` by default", topology.address(owner), topology.strings.text(text))
        }
        Value::Bool(value) => format!("`{path}` of {} is `{value}` by default", topology.address(owner)),
        Value::Int(value) => format!("`{path}` of {} is {value} by default", topology.address(owner)),
        _ => String::new(),
    }
}

pub(super) fn first_case(machine: &mut Machine<'_>, cases: &[CompiledCase]) -> Option<String> {
    let holds = |machine: &mut Machine<'_>, case: &CompiledCase| {
        case.condition.as_ref().is_none_or(|condition| condition.truth(machine) == Truth::True)
    };
    // Where no case is certain the last one speaks, the mildest by convention.
    cases.iter().find(|case| holds(machine, case)).or(cases.last()).map(|case| case.value.clone())
}

pub(super) fn parse_level(word: &str) -> Option<Level> {
    match word {
        "error" => Some(Level::Error),
        "warning" => Some(Level::Warning),
        "info" => Some(Level::Info),
        _ => None,
    }
}

fn places(machine: &mut Machine<'_>, program: &Program) -> Vec<NodeId> {
    if let Some(read) = program.place(machine).filter(|read| read.node.is_somewhere())
        && !matches!(program.value(machine), Val::List(_) | Val::Absent)
    {
        return vec![read.node];
    }
    // A list of things is pointed at thing by thing; more than a handful helps nobody.
    program
        .items(machine)
        .items
        .iter()
        .filter(|item| !matches!(item.value, Val::Absent))
        .map(|item| item.node)
        .filter(|node| node.is_somewhere())
        .take(5)
        .collect()
}

fn object_of(item: &Item) -> Option<ObjectId> {
    match item.value {
        Val::Object(id) => Some(id),
        _ => None,
    }
}

/// The ends of a flow and what declares it, as participants.
pub(super) fn flow_ends(topology: &Topology, flow: ObjectId) -> Vec<Participant> {
    let mut ends = Vec::new();
    for (role, slot) in [("origin", flow::origin), ("target", flow::target), ("declared_by", flow::declared_by)] {
        if let Value::Object(id) = topology.slot(flow, slot).value {
            ends.push(Participant { role: role.to_owned(), resource: topology.address(id) });
        }
    }
    if let Value::Text(text) = topology.slot(flow, flow::r#use).value {
        ends.push(Participant { role: "use".to_owned(), resource: topology.strings.text(text).to_owned() });
    }
    ends
}

/// `kind/name`, or for a flow its ends.
pub(super) fn describe(topology: &Topology, id: ObjectId) -> String {
    let object = topology.object(id);
    if object.kind != FLOW {
        return topology.address(id);
    }
    let name = topology.strings.text(object.name);
    let end = |slot| match topology.slot(id, slot).value {
        Value::Object(end) => topology.address(end),
        _ => "an unknown resource".to_owned(),
    };
    format!("{name} ({} -> {})", end(flow::origin), end(flow::target))
}

/// The path of a field below the resource that it belongs to.
pub(super) fn field_path(topology: &Topology, object: ObjectId, field: Option<&str>) -> Option<String> {
    let owner = topology.resource_of(object);
    if topology.object(owner).kind == FLOW {
        return None;
    }
    let mut path = topology.address(object).split_off(topology.address(owner).len());
    if let Some(field) = field {
        path.push('.');
        path.push_str(field);
    }
    let path = path.trim_start_matches('.').to_owned();
    (!path.is_empty()).then_some(path)
}

/// Whether the verdict of a flow was read, or what follows from it.
fn is_of_verdict(topology: &Topology, read: &Read) -> bool {
    topology.object(read.object).kind == FLOW
        && read.field.is_some_and(|field| matches!(field, "verdict" | "method" | "path_class" | "missing"))
}

/// The place of a flow.
pub(super) fn place_of(topology: &Topology, sources: &Sources, flow: ObjectId) -> Place {
    sources.place(topology.object(flow).head)
}
