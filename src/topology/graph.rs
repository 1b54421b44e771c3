//! The other direction of every reference, built once after reading.

use std::sync::OnceLock;

use super::{FieldType, KINDS, KindId, ObjectId, ReasonId, SlotIndex, Topology, Value};

/// Names one relation that is read in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RelationId(u8);

/// For every `(kind, field)` that some inverse field names: who refers to whom.
#[derive(Debug, Default)]
pub struct Inverses {
    relations: Vec<Relation>,
}

/// One relation, turned around.
#[derive(Debug)]
struct Relation {
    kind: KindId,
    /// The first object that is referred to; what is referred to mostly stands together.
    first: ObjectId,
    /// From that object to the last one the start of its referrers; one longer than there are objects.
    starts: Vec<u32>,
    referrers: Vec<ObjectId>,
    /// Objects whose reference is unknown or names something of unresolved identity: they may refer to anything.
    floating: Vec<Floating>,
    /// Everything that refers to anything, in order.
    all: Vec<ObjectId>,
    /// Why there may be referrers within groups of fields that are unknown as a whole.
    hidden: Option<ReasonId>,
}

/// A referrer that may refer to anything.
#[derive(Debug, Clone, Copy)]
struct Floating {
    referrer: ObjectId,
    reason: ReasonId,
}

/// Somebody who refers to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referrer {
    /// Who.
    pub object: ObjectId,
    /// Why it is not certain that it does.
    pub in_doubt: Option<ReasonId>,
}

/// What else may refer to an object, beside those that were listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    /// More objects may exist than are declared.
    pub open: bool,
    /// Declared objects that may refer to it cannot be listed: too many of them may, or what may is unknown as a whole.
    /// The reason.
    pub in_doubt: Option<ReasonId>,
}

/// More doubtful referrers than this are not listed one by one but stand as one unknown member of the list. It keeps the
/// cost of reading all lists linear in the size of the topology.
const LISTED_DOUBTS: usize = 64;

/// The relations that inverse fields name, in the order of the table of kinds.
fn relations() -> &'static [(KindId, SlotIndex)] {
    static RELATIONS: OnceLock<Vec<(KindId, SlotIndex)>> = OnceLock::new();
    RELATIONS.get_or_init(|| {
        let mut relations = Vec::new();
        for field in KINDS.iter().flat_map(|kind| kind.fields) {
            if let FieldType::Inverse(kind, name) = field.ty
                && let Some((slot, _)) = Topology::kind(kind).field(name)
                && !relations.contains(&(kind, slot))
            {
                relations.push((kind, slot));
            }
        }
        relations
    })
}

impl Inverses {
    /// Turns all references around, in time linear in the size of the topology.
    #[must_use]
    pub fn build(topology: &Topology) -> Self {
        Self { relations: relations().iter().map(|(kind, slot)| Relation::build(topology, *kind, *slot)).collect() }
    }

    /// The relation behind an inverse field, by the kind and field of the referring side.
    #[must_use]
    pub fn relation(kind: KindId, field: &str) -> Option<RelationId> {
        let (slot, _) = Topology::kind(kind).field(field)?;
        let index = relations().iter().position(|known| *known == (kind, slot))?;
        u8::try_from(index).ok().map(RelationId)
    }

    /// Adds to `found` who refers to an object, in the order of the referrers, and says what else may.
    pub fn referrers(
        &self,
        topology: &Topology,
        relation: RelationId,
        object: ObjectId,
        found: &mut Vec<Referrer>,
    ) -> More {
        let Some(relation) = self.relations.get(relation.0 as usize) else {
            return More { open: true, in_doubt: None };
        };
        let named = topology.object(object);
        let open = topology.is_open(relation.kind) || named.outside;
        let certain = relation.certain(object);
        let in_doubt = if named.symbolic {
            let in_doubt =
                relation.all.iter().map(|referrer| Floating { referrer: *referrer, reason: ReasonId::SYMBOLIC });
            merge(certain, in_doubt, relation.all.len(), found)
        } else {
            let in_doubt = relation.floating.iter().copied();
            merge(certain, in_doubt, relation.floating.len(), found)
        };
        More { open, in_doubt: in_doubt.or(relation.hidden) }
    }
}

/// Merges two ordered lists of referrers. Where the doubtful ones are too many to list it gives the reason of the first.
fn merge(
    certain: &[ObjectId],
    in_doubt: impl Iterator<Item = Floating>,
    doubts: usize,
    found: &mut Vec<Referrer>,
) -> Option<ReasonId> {
    let too_many = doubts > LISTED_DOUBTS;
    let mut in_doubt = in_doubt.peekable();
    let reason = in_doubt.peek().filter(|_| too_many).map(|floating| floating.reason);
    let mut in_doubt = in_doubt.take(if too_many { 0 } else { doubts }).peekable();
    for object in certain {
        while let Some(floating) = in_doubt.next_if(|floating| floating.referrer <= *object) {
            if floating.referrer < *object {
                found.push(floating.into());
            }
        }
        found.push(Referrer { object: *object, in_doubt: None });
    }
    found.extend(in_doubt.map(Referrer::from));
    reason
}

impl From<Floating> for Referrer {
    fn from(floating: Floating) -> Self {
        Self { object: floating.referrer, in_doubt: Some(floating.reason) }
    }
}

impl Relation {
    fn build(topology: &Topology, kind: KindId, slot: SlotIndex) -> Self {
        let mut pairs: Vec<(ObjectId, ObjectId)> = Vec::new();
        let mut floating = Vec::new();
        let mut all = Vec::new();
        let mut targets = Targets::default();
        for referrer in topology.of_kind(kind) {
            targets.clear();
            let value = topology.slot(*referrer, slot).value;
            if value == Value::Absent && topology.object(*referrer).outside {
                targets.add(topology, Value::Unknown(ReasonId::ELSEWHERE));
            }
            targets.add(topology, value);
            targets.named.sort_unstable();
            targets.named.dedup();
            pairs.extend(targets.named.iter().map(|target| (*target, *referrer)));
            floating.extend(targets.unknown.map(|reason| Floating { referrer: *referrer, reason }));
            if !targets.named.is_empty() || targets.unknown.is_some() {
                all.push(*referrer);
            }
        }
        let (first, starts, referrers) = turn_around(&pairs);
        Self { kind, first, starts, referrers, floating, all, hidden: hidden(topology, kind) }
    }

    fn certain(&self, object: ObjectId) -> &[ObjectId] {
        let Some(index) = object.0.checked_sub(self.first.0).map(|index| index as usize) else { return &[] };
        match (self.starts.get(index), self.starts.get(index + 1)) {
            (Some(start), Some(end)) => self.referrers.get(*start as usize..*end as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

impl Topology {
    /// Whether objects of a kind may exist in groups of fields that are unknown as a whole, or that belong to something
    /// declared elsewhere.
    #[must_use]
    pub fn may_hide(&self, kind: KindId) -> bool {
        hidden(self, kind).is_some()
    }
}

/// Why objects of a kind may exist in groups of fields that are unknown as a whole, or that belong to something declared
/// elsewhere.
fn hidden(topology: &Topology, kind: KindId) -> Option<ReasonId> {
    let holds = |ty: &FieldType| matches!(ty, FieldType::Struct(inner) | FieldType::Children(inner) | FieldType::Elements(inner) if *inner == kind);
    for owner in KINDS {
        for (index, _) in (0u8..).zip(owner.fields).filter(|(_, field)| holds(&field.ty)) {
            let reason =
                topology.of_kind(owner.id).iter().find_map(|id| match topology.slot(*id, SlotIndex(index)).value {
                    Value::Unknown(reason) => Some(reason),
                    Value::Absent if topology.object(*id).outside => Some(ReasonId::ELSEWHERE),
                    _ => None,
                });
            if let Some(reason) = reason.or_else(|| hidden(topology, owner.id)) {
                return Some(reason);
            }
        }
    }
    None
}

/// What one referrer refers to.
#[derive(Default)]
struct Targets {
    named: Vec<ObjectId>,
    unknown: Option<ReasonId>,
}

impl Targets {
    fn clear(&mut self) {
        self.named.clear();
        self.unknown = None;
    }

    fn add(&mut self, topology: &Topology, value: Value) {
        match value {
            Value::Object(target) => {
                self.named.push(target);
                if topology.object(target).symbolic {
                    self.unknown = self.unknown.or(Some(ReasonId::SYMBOLIC));
                }
            }
            Value::Unknown(reason) => self.unknown = self.unknown.or(Some(reason)),
            Value::List(list) => {
                if list.open {
                    self.unknown = self.unknown.or(Some(ReasonId::OPEN));
                }
                for item in topology.list(list) {
                    if !matches!(item.value, Value::List(_)) {
                        self.add(topology, item.value);
                    }
                }
            }
            Value::Absent | Value::Bool(_) | Value::Int(_) | Value::Text(_) => {}
        }
    }
}

/// Pairs of target and referrer, ordered by referrer, as one row of referrers per target, from the first target on.
fn turn_around(pairs: &[(ObjectId, ObjectId)]) -> (ObjectId, Vec<u32>, Vec<ObjectId>) {
    let targets = || pairs.iter().map(|(target, _)| *target);
    let (Some(first), Some(last)) = (targets().min(), targets().max()) else {
        return (ObjectId(0), Vec::new(), Vec::new());
    };
    let row = |target: ObjectId| (target.0 - first.0) as usize;
    let mut starts = vec![0_u32; row(last) + 2];
    for target in targets() {
        if let Some(count) = starts.get_mut(row(target) + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut next = starts.clone();
    let mut referrers = vec![ObjectId(0); sum as usize];
    for (target, referrer) in pairs {
        if let Some(place) = next.get_mut(row(*target)) {
            if let Some(row) = referrers.get_mut(*place as usize) {
                *row = *referrer;
            }
            *place += 1;
        }
    }
    (first, starts, referrers)
}
