//! From the repair of a rule or requirement to changes of fields that stand, or do not stand yet, in a file.

use super::{RepairStep, Spot};
use crate::analysis::explain::field_path;
use crate::knowledge::definitions::Operation;
use crate::knowledge::language::{Item, Machine, Truth, Val};
use crate::knowledge::ruleset::{CompiledRepairStep, CompiledValue};
use crate::source::{NodeId, Sources, Written, all_like};
use crate::topology::{
    FLOW, FieldType, Kind, ObjectId, Origin, SERVICE_RESOURCE, SUBNET, Slot, Target, Topology, Value, flow,
};

/// The changes of a repair. None where a part of it cannot be told, or would change nothing.
pub(in crate::analysis) fn changes(
    machine: &mut Machine<'_>,
    repair: &[CompiledRepairStep],
    sources: &Sources,
) -> Vec<RepairStep> {
    let mut changes = Vec::new();
    for change in repair {
        let holds = change.condition.as_ref().map_or(Truth::True, |condition| condition.truth(machine));
        match holds {
            Truth::False => {}
            Truth::Unknown => return Vec::new(),
            Truth::True => match tell(machine, change, sources) {
                Some(change) => changes.push(change),
                None => return Vec::new(),
            },
        }
    }
    changes
}

/// A field that is to be changed.
struct Goal {
    object: ObjectId,
    /// The field; before it the groups of fields that are not there.
    fields: Vec<&'static str>,
    ty: FieldType,
    /// What the field holds.
    slot: Option<Slot>,
}

fn tell(machine: &mut Machine<'_>, change: &CompiledRepairStep, sources: &Sources) -> Option<RepairStep> {
    let goal = goal(machine, change)?;
    let topology = machine.topology();
    let value = match &change.value {
        None => None,
        Some(CompiledValue::Is(program)) => Some(program.item(machine)),
        Some(CompiledValue::Nearest(program)) => {
            let former = former_text(topology, &goal)?.to_owned();
            let items = program.items(machine);
            if items.open || items.unknown.is_some() {
                return None;
            }
            let near = |item: &Item| match item.value {
                Val::Text(text) if item.in_doubt.is_none() => Some((machine.text(text).to_owned(), *item)),
                _ => None,
            };
            let known = items.items.iter().map(near).collect::<Option<Vec<_>>>()?;
            let [near] = all_like(&former, known.iter().map(|(text, _)| text.as_str()))[..] else { return None };
            known.iter().find(|(text, _)| text == near).map(|(_, item)| *item)
        }
    };
    let written = match value {
        Some(item) => Some(written(machine, &goal.ty, item.value)?),
        None => None,
    };
    if !changes_something(machine, change.operation, &goal, written.as_ref()) {
        return None;
    }
    let member = match (change.operation, value) {
        (Operation::Remove, Some(item)) => Some(member(machine, &goal, &item)?),
        _ => None,
    };
    place(topology, sources, change, &goal, written, member)
}

/// Where a member of the list stands: the one meant, or the first of the same value.
fn member(machine: &Machine<'_>, goal: &Goal, item: &Item) -> Option<NodeId> {
    let topology = machine.topology();
    let Value::List(list) = goal.slot?.value else { return None };
    let is_same = |slot: &&Slot| match (slot.value, item.value) {
        (Value::Text(one), Val::Text(other)) => topology.strings.text(one) == machine.text(other),
        (Value::Object(one), Val::Object(other)) => one == other,
        (Value::Int(one), Val::Int(other)) => one == other,
        _ => false,
    };
    let same = || topology.list(list).iter().filter(is_same);
    let slot = same().find(|slot| slot.node == item.node).or_else(|| same().next())?;
    match slot.value {
        Value::Object(id) if matches!(goal.ty, FieldType::Elements(_)) => Some(topology.object(id).node),
        _ => Some(slot.node),
    }
    .filter(|node| node.is_somewhere())
}

fn place(
    topology: &Topology,
    sources: &Sources,
    change: &CompiledRepairStep,
    goal: &Goal,
    value: Option<Written>,
    member: Option<NodeId>,
) -> Option<RepairStep> {
    let object = topology.object(goal.object);
    let resource = topology.resource_of(goal.object);
    let present = goal.slot.is_some_and(|slot| slot.value != Value::Absent && slot.origin == Origin::Declared);
    let node = match (member, goal.slot) {
        (Some(member), _) => member,
        (None, Some(slot)) if present => slot.node,
        _ => object.head,
    };
    if !node.is_somewhere() || !object.node.is_somewhere() {
        return None;
    }
    Some(RepairStep {
        operation: change.operation,
        resource: topology.address(resource),
        field: field_path(topology, goal.object, Some(&goal.fields.join(".")))?,
        value: value.as_ref().map(|value| value.text.clone()),
        place: sources.place(node),
        widens: change.widens,
        spot: Spot {
            resource: topology.object(resource).node,
            head: object.head,
            body: object.node,
            fields: goal.fields.clone(),
            kind: object.kind,
            present,
            value,
            member,
            outside: object.outside || topology.object(resource).outside,
        },
    })
}

/// The nearest object on the path that is there, and what is to stand below it.
fn goal(machine: &mut Machine<'_>, change: &CompiledRepairStep) -> Option<Goal> {
    for (index, (base, _)) in change.path.iter().enumerate().rev() {
        let mark = base.value(machine);
        let object = match mark {
            Val::Object(object) => declared(machine.topology(), object)?,
            Val::Absent => continue,
            _ => return None,
        };
        if machine.in_doubt(object).is_some() {
            return None;
        }
        let names = change.path.get(index..)?.iter().map(|(_, name)| name.as_str());
        return along(machine.topology(), object, names);
    }
    None
}

/// What declares a flow stands for the flow.
fn declared(topology: &Topology, object: ObjectId) -> Option<ObjectId> {
    if topology.object(object).kind != FLOW {
        return Some(object);
    }
    match topology.slot(object, flow::declared_by).value {
        Value::Object(declared) => Some(declared),
        _ => None,
    }
}

fn along<'n>(topology: &Topology, object: ObjectId, names: impl Iterator<Item = &'n str>) -> Option<Goal> {
    let mut kind: Option<&'static Kind> = Some(Topology::kind(topology.object(object).kind));
    let mut fields = Vec::new();
    let mut last = None;
    for name in names {
        let (slot, field) = kind?.field(name).filter(|(_, field)| field.ty.is_written())?;
        kind = match field.ty {
            FieldType::Struct(kind) => Some(Topology::kind(kind)),
            _ => None,
        };
        fields.push(field.name);
        last = Some((slot, field.ty));
    }
    let (slot, ty) = last?;
    let slot = (fields.len() == 1).then(|| topology.slot(object, slot));
    // What stands there cannot be told: neither can what to make of it.
    if slot.is_some_and(|slot| matches!(slot.value, Value::Unknown(_))) {
        return None;
    }
    Some(Goal { object, fields, ty, slot })
}

fn former_text<'t>(topology: &'t Topology, goal: &Goal) -> Option<&'t str> {
    match goal.slot?.value {
        Value::Text(text) => Some(topology.strings.text(text)),
        _ => None,
    }
}

/// A value as a topology file writes it in a field of that type.
fn written(machine: &Machine<'_>, ty: &FieldType, value: Val) -> Option<Written> {
    let ty = match ty {
        FieldType::List(member) => member,
        ty => ty,
    };
    let text = |text: String| Some(Written { text, is_text: true });
    match (value, ty) {
        (Val::Text(symbol), FieldType::OneOf(words)) => {
            let word = machine.text(symbol);
            if words.contains(&word) { text(word.to_owned()) } else { None }
        }
        (Val::Text(symbol), _) => text(machine.text(symbol).to_owned()),
        (Val::Int(value), _) => Some(Written { text: value.to_string(), is_text: false }),
        (Val::Bool(value), _) => Some(Written { text: value.to_string(), is_text: false }),
        (Val::Object(id), FieldType::Reference(targets) | FieldType::Scope(targets)) => {
            text(reference(machine.topology(), id, targets))
        }
        (Val::Object(id), FieldType::Elements(_)) => {
            text(machine.topology().strings.text(machine.topology().object(id).name).to_owned())
        }
        _ => None,
    }
}

/// How a field names an object: by its name alone where that says enough.
fn reference(topology: &Topology, id: ObjectId, targets: &[Target]) -> String {
    let kind = topology.object(id).kind;
    let is_enough = kind == SUBNET || (targets.len() == 1 && kind != SERVICE_RESOURCE);
    if is_enough { topology.qualified_name(id) } else { topology.address(id) }
}

fn changes_something(machine: &Machine<'_>, operation: Operation, goal: &Goal, written: Option<&Written>) -> bool {
    let topology = machine.topology();
    let text = |value: Value| match value {
        Value::Text(text) => topology.strings.text(text).to_owned(),
        Value::Int(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        _ => String::new(),
    };
    let former = goal.slot.map_or(Value::Absent, |slot| slot.value);
    let is_declared = goal.slot.is_some_and(|slot| slot.origin == Origin::Declared) && former != Value::Absent;
    match operation {
        Operation::Set => !is_declared || written.is_none_or(|written| written.text != text(former)),
        Operation::Unset | Operation::Remove => is_declared,
        Operation::Add => match former {
            Value::List(list) => {
                !topology.list(list).iter().any(|slot| written.is_some_and(|written| written.text == text(slot.value)))
            }
            _ => true,
        },
    }
}
