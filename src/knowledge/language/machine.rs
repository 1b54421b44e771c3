//! What an evaluation works on: the topology, the variables, and the places it has read.

use hashbrown::HashMap;

use super::functions::SortedRanges;
use super::memory::Memory;
use super::sieve::Indices;
use super::values::{Item, ListVal, Owner, Read, Val};
use crate::source::NodeId;
use crate::topology::{
    CONSTANTS, Existence, Interner, Inverses, ObjectId, ReasonId, Referrer, RelationId, SlotIndex, Symbol, Topology,
    Value,
};

/// Most steps that one evaluation may take (a step is a member of a list or the use of a term); what takes more is
/// unknown with [`ReasonId::COSTLY`].
pub const STEP_LIMIT: u32 = 5_000_000;
/// Longest text that an expression may put together, in bytes; a longer one is unknown.
pub const TEXT_LIMIT: usize = 64 * 1024;
/// Of lists up to this length an answer that rests on all members names them.
pub(super) const SHORT_LIST: usize = 8;
/// Symbols from here on are texts of the machine.
const SCRATCH: u32 = 1 << 31;

/// Evaluates programs over one topology. Cheap to keep, dear to make: one serves a whole run.
#[derive(Debug)]
pub struct Machine<'t> {
    pub(super) topology: &'t Topology,
    pub(super) inverses: &'t Inverses,
    literals: &'t [Symbol],
    azure: Val,
    pub(super) frame: Vec<Item>,
    /// The first variable of the term that is being evaluated.
    pub(super) base: usize,
    pub(super) temporary: Vec<Item>,
    scratch: Interner,
    pub(super) tracing: bool,
    /// Whether values are wanted with their places.
    pub(super) places: bool,
    pub(super) trail: Vec<Read>,
    pub(super) kept: Vec<Read>,
    pub(super) assumed: Vec<ReasonId>,
    steps: u32,
    step_limit: u32,
    pub(super) referrers: Vec<Referrer>,
    /// By relation and object the referrers that were many.
    pub(super) many_referrers: HashMap<(RelationId, ObjectId), ListVal>,
    pub(super) lasting: Vec<Item>,
    pub(super) indices: Indices,
    pub(super) memory: Memory,
    /// By first index and length the ranges of stored lists; `None` for lists that are not wholly known.
    pub(super) sorted_ranges: HashMap<(u32, u32), Option<SortedRanges>>,
    /// Texts, and what they are in small letters.
    pub(super) lowered: HashMap<Symbol, Symbol>,
    /// Two texts, and what they are together.
    pub(super) joined: HashMap<(Symbol, Symbol), Symbol>,
}

impl<'t> Machine<'t> {
    /// A machine over a topology; `literals` come from [`super::Literals::intern`] for the compiler whose programs
    /// it is to run.
    #[must_use]
    pub fn new(topology: &'t Topology, inverses: &'t Inverses, literals: &'t [Symbol]) -> Self {
        let azure = topology.of_kind(CONSTANTS).first();
        Self {
            topology,
            inverses,
            literals,
            azure: azure.map_or(Val::Absent, |id| Val::Object(*id)),
            frame: Vec::new(),
            base: 0,
            temporary: Vec::new(),
            scratch: Interner::default(),
            tracing: false,
            places: true,
            trail: Vec::new(),
            kept: Vec::new(),
            assumed: Vec::new(),
            steps: STEP_LIMIT,
            step_limit: STEP_LIMIT,
            referrers: Vec::new(),
            many_referrers: HashMap::new(),
            lasting: Vec::new(),
            indices: Indices::default(),
            memory: Memory::default(),
            sorted_ranges: HashMap::new(),
            lowered: HashMap::new(),
            joined: HashMap::new(),
        }
    }

    /// The same for who wants answers only: values have no places, and reads cannot be traced.
    #[must_use]
    pub fn deciding(self) -> Self {
        Self { places: false, ..self }
    }

    /// The topology.
    #[must_use]
    pub fn topology(&self) -> &'t Topology {
        self.topology
    }

    /// Changes how many steps an evaluation may take; [`STEP_LIMIT`] at first.
    pub fn set_step_limit(&mut self, steps: u32) {
        self.step_limit = steps;
    }

    /// Forgets all variables, assumptions and lists, but not the computed texts.
    pub fn clear(&mut self) {
        self.frame.clear();
        self.temporary.clear();
        self.kept.clear();
        self.assumed.clear();
        self.base = 0;
    }

    /// Binds the next variable of the scope.
    pub fn push(&mut self, item: Item) {
        self.frame.push(item);
    }

    /// Unbinds the last variable.
    pub fn pop(&mut self) -> Option<Item> {
        self.frame.pop()
    }

    /// The variables, in the order of the scope.
    #[must_use]
    pub fn frame(&self) -> &[Item] {
        &self.frame
    }

    /// Unbinds all but the first variables.
    pub fn truncate(&mut self, variables: usize) {
        self.frame.truncate(variables);
    }

    /// From now on whatever exists under that condition counts as existing.
    pub fn assume(&mut self, condition: ReasonId) {
        self.assumed.push(condition);
    }

    /// Takes the last assumption back.
    pub fn unassume(&mut self) -> Option<ReasonId> {
        self.assumed.pop()
    }

    /// Whether an object counts as existing; if not, on which condition it hangs.
    #[must_use]
    pub fn in_doubt(&self, id: ObjectId) -> Option<ReasonId> {
        match self.topology.object(id).existence {
            Existence::Certain => None,
            Existence::Maybe(reason) => (!self.assumed.contains(&reason)).then_some(reason),
        }
    }

    /// The text of a symbol, of the topology or of this machine.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        match symbol.0.checked_sub(SCRATCH) {
            Some(own) => self.scratch.text(Symbol(own)),
            None => self.topology.strings.text(symbol),
        }
    }

    /// The symbol of a text; equal texts have equal symbols.
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.topology.strings.find(text).unwrap_or_else(|| {
            let own = self.scratch.intern(text);
            Symbol(own.0 | SCRATCH)
        })
    }

    /// Stores a list until [`Machine::clear`], or until the evaluation that needed it is over.
    pub fn list(&mut self, items: impl IntoIterator<Item = Item>, open: bool) -> Val {
        let first = self.temporary.len();
        self.temporary.extend(items);
        self.listed_since(first, open)
    }

    /// The list of what was stored from `first` on.
    pub(super) fn listed_since(&self, first: usize, open: bool) -> Val {
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Val::List(ListVal {
            first: small(first),
            len: small(self.temporary.len().saturating_sub(first)),
            open,
            stored: false,
            kept: false,
            slot: SlotIndex(0),
            object: ObjectId(0),
        })
    }

    /// Where the next temporary item will stand.
    pub(super) fn mark(&self) -> usize {
        self.temporary.len()
    }

    /// Forgets temporary items from a mark on.
    #[inline]
    pub(super) fn release(&mut self, mark: usize) {
        self.temporary.truncate(mark);
    }

    pub(super) fn keep(&mut self, item: Item) {
        self.temporary.push(item);
    }

    #[inline]
    pub(super) fn literal(&self, index: u32) -> Symbol {
        self.literals.get(index as usize).copied().unwrap_or(Symbol(u32::MAX))
    }

    pub(super) fn azure(&self) -> Val {
        self.azure
    }

    #[inline]
    pub(super) fn variable(&self, index: usize) -> Val {
        self.frame.get(self.base + index).map_or(Val::Absent, |item| item.value)
    }

    pub(super) fn bound(&self, index: usize) -> Option<Item> {
        self.frame.get(self.base + index).copied()
    }

    /// Takes a step; false when there are none left.
    #[inline]
    pub(super) fn step(&mut self) -> bool {
        match self.steps.checked_sub(1) {
            Some(left) => {
                self.steps = left;
                true
            }
            None => false,
        }
    }

    /// Takes several steps; false when there are too few left.
    pub(super) fn take_steps(&mut self, steps: u32) -> bool {
        let left = self.steps.checked_sub(steps);
        self.steps = left.unwrap_or(0);
        left.is_some()
    }

    pub(super) fn steps_left(&self) -> u32 {
        self.steps
    }

    pub(super) fn set_steps_left(&mut self, steps: u32) {
        self.steps = steps;
    }

    pub(super) fn refill(&mut self) {
        self.steps = self.step_limit;
    }

    /// The members of a list.
    #[must_use]
    pub fn members(&self, list: ListVal) -> Vec<Item> {
        (0..list.len).map(|index| self.member(list, index)).collect()
    }

    /// The member of a list at an index below its length.
    pub(super) fn member(&self, list: ListVal, index: u32) -> Item {
        let nothing = Item::new(Val::Absent, NodeId::NOWHERE);
        if !list.stored {
            let at = list.first as usize + index as usize;
            let store = if list.kept { &self.lasting } else { &self.temporary };
            let item = store.get(at).copied().unwrap_or(nothing);
            return match item.value {
                // What was in doubt may have been assumed since, and the other way round.
                Val::Object(id) if item.in_doubt.is_none() => Item { in_doubt: self.in_doubt(id), ..item },
                _ => item,
            };
        }
        let items = self.topology.list(list.reference());
        let Some(slot) = items.get(index as usize) else {
            return nothing;
        };
        let mut item = Item::new(self.plain(slot.value, list.object, list.slot), slot.node);
        if !self.places {
            if let Val::Object(id) = item.value {
                item.in_doubt = self.in_doubt(id);
            }
            return item;
        }
        item.origin = slot.origin;
        item.owner = owner(self.topology, list.object, list.slot);
        if let Val::Object(id) = item.value {
            item.in_doubt = self.in_doubt(id);
            let object = self.topology.object(id);
            if object.parent == Some(list.object) {
                item.node = object.head;
                item.owner = None;
            }
        }
        item
    }

    /// The value of the member of a list at an index below its length.
    pub(super) fn value_at(&self, list: ListVal, index: u32) -> Val {
        if !list.stored {
            return self.member(list, index).value;
        }
        let slot = self.topology.list(list.reference()).get(index as usize);
        slot.map_or(Val::Absent, |slot| self.plain(slot.value, list.object, list.slot))
    }

    /// Why the member of a list at an index below its length is in doubt.
    pub(super) fn doubt_about(&self, list: ListVal, index: u32) -> Option<ReasonId> {
        if !list.stored {
            return self.member(list, index).in_doubt;
        }
        match self.topology.list(list.reference()).get(index as usize)?.value {
            Value::Unknown(reason) => Some(reason),
            Value::Object(id) => self.in_doubt(id),
            _ => None,
        }
    }

    /// A value of the topology as a value to work with.
    #[inline]
    fn plain(&self, value: Value, object: ObjectId, slot: SlotIndex) -> Val {
        match value {
            Value::Absent => Val::Absent,
            Value::Unknown(reason) => Val::Unknown(reason),
            Value::Bool(value) => Val::Bool(value),
            Value::Int(value) => Val::Int(value),
            Value::Text(symbol) => Val::Text(symbol),
            Value::Object(id) => Val::Object(id),
            Value::List(list) => Val::List(ListVal::stored(list, object, slot)),
        }
    }

    /// What a slot holds for an evaluation: existence and outside considered.
    #[inline]
    pub(super) fn read(&mut self, id: ObjectId, slot: SlotIndex, field: &'static str) -> Val {
        let object = self.topology.object(id);
        let stored = self.topology.slot(id, slot);
        let value = match object.existence {
            Existence::Maybe(reason) if !self.assumed.contains(&reason) => Val::Unknown(reason),
            _ if object.outside && stored.value == Value::Absent => Val::Unknown(ReasonId::ELSEWHERE),
            _ => self.plain(stored.value, id, slot),
        };
        if self.tracing {
            self.note_slot(id, field, stored, value);
        }
        value
    }
}

/// The reason of an unknown value.
pub(super) const fn reason(value: Val) -> Option<ReasonId> {
    match value {
        Val::Unknown(reason) => Some(reason),
        _ => None,
    }
}

/// The object and field of a slot.
fn owner(topology: &Topology, object: ObjectId, slot: SlotIndex) -> Option<Owner> {
    let kind = Topology::kind(topology.object(object).kind);
    let field = kind.fields.get(slot.0 as usize)?;
    Some(Owner { object, field: field.name })
}
