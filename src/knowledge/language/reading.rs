//! Reading fields of objects.

use super::machine::Machine;
use super::types::{Type, count, kind_names, only};
use super::values::Val;
use crate::topology::{
    FLOW, FieldType, Inverses, KindId, KindSet, ObjectId, ReasonId, RelationId, SERVICE, SlotIndex, Topology,
};

/// How a field of one kind is read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Access {
    /// From a slot.
    Slot(SlotIndex),
    /// The name of the object.
    Name,
    /// What is known about its service.
    Service,
    /// The nearest object of that kind that it belongs to.
    Parent(KindId),
    /// Who refers to it.
    Referrers(RelationId),
}

/// The reading of one field, resolved for the kinds that the object may have.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) field: &'static str,
    lookup: Lookup,
}

#[derive(Debug)]
enum Lookup {
    One(Access),
    ByKind(Box<[(KindId, Access)]>),
}

/// Why a field cannot be read.
pub(super) enum NoField {
    /// None of the kinds has it.
    Unknown,
    /// Kinds have it with types that do not go together.
    Different(Type, Type),
}

/// What every object has.
fn common(field: &str) -> Option<(&'static str, Access, Type)> {
    match field {
        "name" => Some(("name", Access::Name, Type::TEXT)),
        "service" => Some(("service", Access::Service, Type::object(SERVICE))),
        _ => None,
    }
}

/// How a kind reads a field, and what type it has.
fn access(kind: KindId, field: &str) -> Option<(&'static str, Access, Type)> {
    let Some((slot, entry)) = Topology::kind(kind).field(field) else {
        return common(field);
    };
    let access = match entry.ty {
        FieldType::Parent(parent) => Access::Parent(parent),
        FieldType::Inverse(kind, name) => Access::Referrers(Inverses::relation(kind, name)?),
        _ => Access::Slot(slot),
    };
    Some((entry.name, access, Type::of_field(&entry.ty)))
}

/// The reading of a field from objects of some kinds. Where what every object has and the own field of a kind differ
/// in type, the former is meant: `flow.target.service` is what is known about the service.
pub(super) fn step(kinds: KindSet, field: &str) -> Result<(Step, Type), NoField> {
    let mut name = "";
    let mut found = Vec::new();
    let mut ty = Type::Nothing;
    for kind in kinds.iter() {
        let Some((its_name, access, its_type)) = access(kind, field) else {
            continue;
        };
        let differs = |(_, _, ty): &(_, _, Type)| count(kinds) > 1 && *ty != its_type;
        if common(field).as_ref().is_some_and(differs) {
            continue;
        }
        ty = match ty.union(&its_type) {
            Some(ty) => ty,
            None => return Err(NoField::Different(ty, its_type)),
        };
        name = its_name;
        found.push((kind, access));
    }
    let lookup = match (found.first(), only(kinds)) {
        (None, _) => return Err(NoField::Unknown),
        (Some((_, access)), Some(_)) => Lookup::One(*access),
        // All kinds read it alike: no need to look at the kind.
        (Some((_, access)), None)
            if found.len() == count(kinds) as usize && found.iter().all(|(_, other)| other == access) =>
        {
            Lookup::One(*access)
        }
        _ => Lookup::ByKind(found.into()),
    };
    let step = Step { field: name, lookup };
    Ok((step, ty))
}

/// The names that objects of some kinds can be read by, for suggestions.
pub(super) fn field_names(kinds: KindSet) -> Vec<&'static str> {
    let mut names = vec!["name", "service"];
    for kind in kinds.iter() {
        names.extend(Topology::kind(kind).fields.iter().map(|field| field.name));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The kinds of a set in words, for messages.
pub(super) fn kinds_in_words(kinds: KindSet) -> String {
    let names: Vec<&str> = kind_names(kinds).collect();
    match names.as_slice() {
        [name] => format!("a `{name}`"),
        _ if names.len() > 6 => "any of these kinds of object".to_owned(),
        _ => super::error::quoted(names),
    }
}

impl Step {
    /// The slot that is read whatever the kind is.
    pub(super) fn slot(&self) -> Option<SlotIndex> {
        match self.lookup {
            Lookup::One(Access::Slot(slot)) => Some(slot),
            _ => None,
        }
    }

    /// Whether the name is read whatever the kind is.
    pub(super) fn is_name(&self) -> bool {
        matches!(self.lookup, Lookup::One(Access::Name))
    }

    fn access(&self, machine: &Machine<'_>, id: ObjectId) -> Option<Access> {
        match &self.lookup {
            Lookup::One(access) => Some(*access),
            Lookup::ByKind(kinds) => {
                let kind = machine.topology().object(id).kind;
                kinds.iter().find(|(known, _)| *known == kind).map(|(_, access)| *access)
            }
        }
    }

    /// The value of the field. What is no object has no fields.
    pub(super) fn read(&self, machine: &mut Machine<'_>, base: Val) -> Val {
        match base {
            Val::Object(id) => match self.access(machine, id) {
                Some(Access::Slot(slot)) => machine.read(id, slot, self.field),
                Some(access) => self.read_other(machine, id, access),
                None => {
                    machine.note(id, None, Val::Absent);
                    Val::Absent
                }
            },
            Val::Unknown(_) => base,
            _ => Val::Absent,
        }
    }

    fn read_other(&self, machine: &mut Machine<'_>, id: ObjectId, access: Access) -> Val {
        let topology = machine.topology();
        let object = topology.object(id);
        // The name and the service are part of what the object is, whether it exists or not.
        let value = match (access, machine.in_doubt(id)) {
            (Access::Name, _) if object.symbolic => Val::Unknown(ReasonId::SYMBOLIC),
            (Access::Name, _) => Val::Text(object.name),
            (Access::Service, _) => object.service.map_or(Val::Absent, Val::Object),
            (_, Some(reason)) => Val::Unknown(reason),
            (Access::Parent(kind), None) => parent(topology, id, kind),
            (Access::Referrers(relation), None) => machine.referrers(relation, id),
            (Access::Slot(slot), None) => return machine.read(id, slot, self.field),
        };
        machine.note(id, Some(self.field), value);
        value
    }

    /// Whether there is a value: an unknown one is there, unless the object itself is in doubt. What a flow holds was
    /// computed: where that gave unknown, there may be nothing.
    pub(super) fn is_there(&self, machine: &mut Machine<'_>, base: Val) -> Val {
        let id = match base {
            Val::Object(id) => id,
            Val::Unknown(_) => return base,
            _ => return Val::FALSE,
        };
        let named = matches!(self.access(machine, id), Some(Access::Name | Access::Service));
        match self.read(machine, base) {
            Val::Absent => Val::FALSE,
            Val::Unknown(reason) if !named => {
                let stored = match self.access(machine, id) {
                    Some(Access::Slot(slot)) => machine.topology().slot(id, slot).value,
                    _ => crate::topology::Value::Absent,
                };
                match machine.in_doubt(id) {
                    None if machine.topology().object(id).kind == FLOW => Val::Unknown(reason),
                    None if matches!(stored, crate::topology::Value::Unknown(_)) => Val::TRUE,
                    _ => Val::Unknown(reason),
                }
            }
            _ => Val::TRUE,
        }
    }
}

fn parent(topology: &Topology, id: ObjectId, kind: KindId) -> Val {
    let mut next = topology.object(id).parent;
    // Parents are nested only so deep; the bound is against a circle.
    for _ in 0..16 {
        match next {
            Some(parent) if topology.object(parent).kind == kind => return Val::Object(parent),
            Some(parent) => next = topology.object(parent).parent,
            None => break,
        }
    }
    Val::Absent
}
