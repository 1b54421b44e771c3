//! Which connections follow from what is declared, as objects of the topology.

use super::answers::{Member, members};
use super::parallel::{TASK, in_parallel};
use super::policy;
use super::visit::visit;
use crate::knowledge::language::{Item, Machine, Val};
use crate::knowledge::ruleset::{CompiledFlow, Ruleset};
use crate::source::NodeId;
use crate::topology::{
    Existence, FLOW, Inverses, Object, ObjectId, Origin, POLICY_STATEMENT, ReasonId, Slot, SlotIndex, Symbol, Topology,
    Value, flow,
};

/// A flow before it becomes an object: texts may be new ones.
struct Derived {
    definition: usize,
    subject: ObjectId,
    name: String,
    node: NodeId,
    existence: Existence,
    fields: Vec<(SlotIndex, DerivedSlot)>,
    members: Vec<Member>,
}

enum DerivedSlot {
    Single(DerivedValue, NodeId, Origin),
    List(Vec<(DerivedValue, NodeId)>, bool, NodeId),
}

enum DerivedValue {
    Value(Value),
    Text(String),
}

/// The connections of a topology.
#[derive(Default)]
pub(super) struct Derivation {
    pub(super) flows: Vec<DerivedFlow>,
    /// What connections follow from that cannot be listed: the definition and its subject.
    pub(super) unlisted: Vec<(usize, ObjectId)>,
}

/// A connection that has become an object.
pub(super) struct DerivedFlow {
    pub(super) flow: ObjectId,
    pub(super) definition: usize,
    pub(super) subject: ObjectId,
    /// What it follows from beside its subject; only where that was asked for.
    pub(super) members: Vec<Member>,
}

/// What was found for a subject.
enum Found {
    Flow(Box<Derived>),
    /// What connections follow from cannot be listed.
    Unlisted(usize, ObjectId),
}

/// Flows are found for as many tasks at once, then added: before that they take much room.
const BATCH: usize = 64;

/// Some of the objects that a definition of flows looks at.
struct Task<'a> {
    definition: usize,
    compiled: &'a CompiledFlow,
    subjects: &'a [ObjectId],
}

/// What is wanted of the flows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Also those that nobody means to make, whether or not a claim is judged by them.
    pub(super) implicit: bool,
    /// What each of them follows from.
    pub(super) members: bool,
}

impl Wanted {
    /// What judging a topology needs: connections that nobody means to make matter to policies, and of what claims
    /// something, to its claims.
    pub(super) fn of(topology: &Topology) -> Self {
        let implicit = topology.is_open(POLICY_STATEMENT) || !topology.of_kind(POLICY_STATEMENT).is_empty();
        Self { implicit, members: false }
    }
}

/// Adds flows to the topology, in the order of their definitions and of what they follow from.
pub(super) fn derive(ruleset: &Ruleset, topology: &mut Topology, inverses: &Inverses, wanted: Wanted) -> Derivation {
    let is_implicit = |index: usize| ruleset.definitions.flows.get(index).is_some_and(|definition| definition.implicit);
    let subjects: Vec<Vec<ObjectId>> = ruleset
        .flows
        .iter()
        .enumerate()
        .map(|(index, compiled)| subjects_of(topology, compiled, is_implicit(index) && !wanted.implicit))
        .collect();
    if subjects.iter().enumerate().any(|(index, subjects)| is_implicit(index) && !subjects.is_empty()) {
        policy::collect_addresses(topology);
    }
    let literals = ruleset.literals().intern(&mut topology.strings);
    let label = topology.strings.intern("flow");
    let definitions = ruleset.flows.iter().zip(&subjects).enumerate();
    let tasks: Vec<Task<'_>> = definitions
        .flat_map(|(definition, (compiled, subjects))| {
            subjects.chunks(TASK).map(move |subjects| Task { definition, compiled, subjects })
        })
        .collect();
    let mut derivation = Derivation::default();
    for batch in tasks.chunks(BATCH) {
        for found in derive_batch(batch, topology, (inverses, &literals), wanted.members) {
            derivation.take(ruleset, topology, label, found);
        }
    }
    derivation
}

/// What flows of a definition may follow from; `claiming` only what claims something of itself.
fn subjects_of(topology: &Topology, compiled: &CompiledFlow, claiming: bool) -> Vec<ObjectId> {
    let claims = |id: &ObjectId| compiled.claims.iter().any(|slot| topology.slot(*id, *slot).value != Value::Absent);
    compiled.steps.subject.subjects(topology).filter(|id| !claiming || claims(id)).collect()
}

impl Derivation {
    fn take(&mut self, ruleset: &Ruleset, topology: &mut Topology, label: Symbol, found: Found) {
        match found {
            Found::Unlisted(definition, subject) => self.unlisted.push((definition, subject)),
            Found::Flow(mut derived) => {
                let definition = ruleset.definitions.flows.get(derived.definition);
                let group = definition.map_or("", |definition| definition.group.as_str());
                let (definition, subject) = (derived.definition, derived.subject);
                let members = std::mem::take(&mut derived.members);
                let flow = add(topology, label, group, *derived);
                self.flows.push(DerivedFlow { flow, definition, subject, members });
            }
        }
    }
}

fn derive_batch(
    tasks: &[Task<'_>],
    topology: &Topology,
    (inverses, literals): (&Inverses, &[Symbol]),
    detailed: bool,
) -> Vec<Found> {
    in_parallel(
        tasks,
        |task| task.subjects.len(),
        || {
            let mut machine = Machine::new(topology, inverses, literals);
            move |task: &Task<'_>, found: &mut Vec<Found>| {
                for subject in task.subjects {
                    if task.compiled.steps.sift.passes(&machine, *subject) {
                        derive_from(&mut machine, task.compiled, (task.definition, *subject), detailed, found);
                    }
                }
            }
        },
    )
}

fn derive_from(
    machine: &mut Machine<'_>,
    compiled: &CompiledFlow,
    (definition, subject): (usize, ObjectId),
    detailed: bool,
    found: &mut Vec<Found>,
) {
    let mut all = true;
    let existence = machine.topology().object(subject).existence;
    visit(machine, &compiled.steps, subject, false, &mut |machine, visit| {
        if visit.cut {
            all = false;
            return;
        }
        let place = compiled.at.place(machine).filter(|read| read.node.is_somewhere());
        let fields: Vec<_> = compiled
            .fields
            .iter()
            .map(|(slot, program)| {
                let item = program.item(machine);
                (*slot, derived_slot(machine, item))
            })
            .collect();
        // A flow without a target is none; what is missing then has been said elsewhere.
        let has_target = fields.iter().any(|(slot, value)| {
            *slot == flow::target && !matches!(value, DerivedSlot::Single(DerivedValue::Value(Value::Absent), ..))
        });
        if has_target {
            found.push(Found::Flow(Box::new(Derived {
                definition,
                subject,
                name: compiled.name.render(machine),
                node: place.map_or(machine.topology().object(subject).head, |read| read.node),
                existence: if visit.in_doubt { Existence::Maybe(ReasonId::IN_DOUBT) } else { existence },
                fields,
                members: if detailed { members(machine, &compiled.steps) } else { Vec::new() },
            })));
        }
    });
    if !all {
        found.push(Found::Unlisted(definition, subject));
    }
}

fn derived_slot(machine: &Machine<'_>, item: Item) -> DerivedSlot {
    match item.value {
        Val::List(list) => {
            let members = machine.members(list);
            let items = members.iter().map(|item| (derived_value(machine, item.value), item.node)).collect();
            DerivedSlot::List(items, list.is_open(), item.node)
        }
        value => DerivedSlot::Single(derived_value(machine, value), item.node, item.origin),
    }
}

fn derived_value(machine: &Machine<'_>, value: Val) -> DerivedValue {
    match value {
        Val::Absent | Val::List(_) => DerivedValue::Value(Value::Absent),
        Val::Unknown(reason) => DerivedValue::Value(Value::Unknown(reason)),
        Val::Bool(value) => DerivedValue::Value(Value::Bool(value)),
        Val::Int(value) => DerivedValue::Value(Value::Int(value)),
        Val::Text(symbol) => DerivedValue::Text(machine.text(symbol).to_owned()),
        Val::Object(id) => DerivedValue::Value(Value::Object(id)),
    }
}

fn add(topology: &mut Topology, label: Symbol, group: &str, derived: Derived) -> ObjectId {
    let name = topology.strings.intern(&derived.name);
    let id = topology.add(Object {
        kind: FLOW,
        label,
        name,
        parent: None,
        service: None,
        head: derived.node,
        node: derived.node,
        first_slot: 0,
        existence: derived.existence,
        outside: false,
        symbolic: false,
    });
    let group = Value::Text(topology.strings.intern(group));
    topology.set(id, flow::group, Slot { value: group, node: derived.node, origin: Origin::Declared });
    for (slot, value) in derived.fields {
        let value = stored(topology, value);
        topology.set(id, slot, value);
    }
    id
}

fn stored(topology: &mut Topology, slot: DerivedSlot) -> Slot {
    match slot {
        DerivedSlot::Single(value, node, origin) => Slot { value: plain(topology, value), node, origin },
        DerivedSlot::List(items, open, node) => {
            let items: Vec<Slot> = items
                .into_iter()
                .map(|(value, node)| Slot { value: plain(topology, value), node, origin: Origin::Declared })
                .collect();
            Slot { value: Value::List(topology.add_list(items, open)), node, origin: Origin::Declared }
        }
    }
}

fn plain(topology: &mut Topology, value: DerivedValue) -> Value {
    match value {
        DerivedValue::Value(value) => value,
        DerivedValue::Text(text) => Value::Text(topology.strings.intern(&text)),
    }
}
