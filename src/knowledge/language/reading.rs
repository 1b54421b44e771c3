//! Reading fields of objects.

use std::sync::OnceLock;

use hashbrown::HashMap;

use super::machine::Machine;
use super::types::{Type, count, kind_names, only};
use super::values::Val;
use crate::topology::{
    FLOW, FieldType, Inverses, KINDS, KindId, KindSet, ObjectId, ReasonId, RelationId, SERVICE, SlotIndex, Topology,
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
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Step {
    pub(super) field: &'static str,
    lookup: Lookup,
}

#[derive(Debug, Clone, PartialEq)]
enum Lookup {
    One(Access),
    /// The kinds that have the field, and how each of them reads it, in the order of the kinds.
    ByKind(KindSet, Box<[Access]>),
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

/// By the name of a field the kinds that have it, with its slot.
fn owners(field: &str) -> &'static [(KindId, SlotIndex)] {
    static OWNERS: OnceLock<HashMap<&str, Vec<(KindId, SlotIndex)>>> = OnceLock::new();
    let owners = OWNERS.get_or_init(|| {
        let mut owners: HashMap<&str, Vec<(KindId, SlotIndex)>> = HashMap::new();
        for kind in KINDS {
            for (index, field) in (0..).zip(kind.fields) {
                owners.entry(field.name).or_default().push((kind.id, SlotIndex(index)));
            }
        }
        owners
    });
    owners.get(field).map_or(&[], Vec::as_slice)
}

/// How a kind reads a field of its own, and what type it has.
fn access(kind: KindId, slot: SlotIndex) -> Option<(&'static str, Access, Type)> {
    let entry = Topology::kind(kind).fields.get(slot.0 as usize)?;
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
    let (owners, common) = (owners(field), common(field));
    let owning = KindSet(kinds.0 & owners.iter().fold(0, |set, (kind, _)| set | KindSet::of(*kind).0));
    let having = match common {
        // None of the kinds has a field of its own of that name.
        Some((field, access, ty)) if owning.0 == 0 && kinds.0 != 0 => {
            return Ok((Step { field, lookup: Lookup::One(access) }, ty));
        }
        Some(_) => kinds,
        None => owning,
    };
    for kind in having.iter() {
        let read = match owners.iter().find(|(owner, _)| *owner == kind) {
            Some((_, slot)) => access(kind, *slot),
            None => common.clone(),
        };
        let Some((its_name, access, its_type)) = read else { continue };
        let differs = |(_, _, ty): &(_, _, Type)| count(kinds) > 1 && *ty != its_type;
        if common.as_ref().is_some_and(differs) {
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
        _ => {
            let having = found.iter().fold(KindSet::default(), |set, (kind, _)| set.union(KindSet::of(*kind)));
            Lookup::ByKind(having, found.into_iter().map(|(_, access)| access).collect())
        }
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

    /// How the field is read from an object of that kind.
    #[inline]
    pub(super) fn access(&self, kind: KindId) -> Option<Access> {
        match &self.lookup {
            Lookup::One(access) => Some(*access),
            Lookup::ByKind(kinds, accesses) if kinds.contains(kind) => {
                let before = kinds.0 & (KindSet::of(kind).0 - 1);
                accesses.get(before.count_ones() as usize).copied()
            }
            Lookup::ByKind(..) => None,
        }
    }

    /// The value of the field. What is no object has no fields.
    pub(super) fn read(&self, machine: &mut Machine<'_>, base: Val) -> Val {
        match base {
            Val::Object(id) => match self.access(machine.topology().object(id).kind) {
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
            (Access::Parent(kind), None) => parent(topology, id, kind).map_or(Val::Absent, Val::Object),
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
        let access = self.access(machine.topology().object(id).kind);
        let named = matches!(access, Some(Access::Name | Access::Service));
        match self.read(machine, base) {
            Val::Absent => Val::FALSE,
            Val::Unknown(reason) if !named => {
                let stored = match access {
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

/// The nearest object of a kind that an object belongs to.
pub(super) fn parent(topology: &Topology, id: ObjectId, kind: KindId) -> Option<ObjectId> {
    // Parents are nested only so deep; the bound is against a circle.
    let parents = std::iter::successors(topology.object(id).parent, |parent| topology.object(*parent).parent);
    parents.take(16).find(|parent| topology.object(*parent).kind == kind)
}
