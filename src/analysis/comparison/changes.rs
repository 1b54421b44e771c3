//! Change rules: what must not happen between two states. Each state is evaluated on its own; compared are the values.

use std::collections::{HashMap, HashSet};

use super::breach::{Breach, Teller};
use super::flows::Pairs;
use super::hidden::Hidden;
use super::renames::Renames;
use super::value::Value;
use super::{Change, Changed, Comparison, Direction, Judged};
use crate::analysis::citations::Citations;
use crate::analysis::engine::Options;
use crate::analysis::explain::describe;
use crate::analysis::finding::{MissingFact, Undetermined};
use crate::analysis::visit::visit;
use crate::knowledge::definitions::ChangeDefinition;
use crate::knowledge::language::{Item, Machine, Program, Read, Truth, Type, Val};
use crate::knowledge::ruleset::{CompiledChange, CompiledSign, CompiledSteps, Ruleset, Step};
use crate::source::{NodeId, Sources};
use crate::topology::{FLOW, Inverses, ObjectId, Topology};

/// Applies all change rules.
pub(super) fn judge(
    ruleset: &mut Ruleset,
    (old, new): (&mut Judged, &mut Judged),
    sources: &Sources,
    options: &Options<'_>,
    renames: &Renames,
    pairs: &Pairs,
    comparison: &mut Comparison,
) {
    // What is shipped was checked when the program was built, and a team's rules when they were loaded.
    let Ok(compiled) = ruleset.explaining().changes() else { return };
    let literals = [&mut *old, &mut *new].map(|state| ruleset.literals().intern(&mut state.topology.strings));
    let inverses = [&*old, &*new].map(|state| Inverses::build(&state.topology));
    let (old, new) = (&*old, &*new);
    let [of_old, of_new] = &literals;
    let [back, forth] = &inverses;
    let mut machines =
        Machines { old: Machine::new(&old.topology, back, of_old), new: Machine::new(&new.topology, forth, of_new) };
    let citations = Citations::new(&ruleset.definitions);
    let teller = Teller { sources, citations: &citations, options, renames };
    for (rule, definition) in compiled.iter().zip(&ruleset.definitions.changes) {
        let name = definition.name.as_str();
        if !(options.enabled)(name) || (definition.is_off() && (options.level_of)(name).is_none()) {
            continue;
        }
        let judge = Judge { rule, definition, teller: &teller, pairs, hidden: Hidden::of_new(new) };
        judge.apply(&mut machines, comparison);
    }
}

/// A machine for each state.
struct Machines<'t> {
    old: Machine<'t>,
    new: Machine<'t>,
}

/// One rule, applied.
struct Judge<'a> {
    rule: &'a CompiledChange,
    definition: &'a ChangeDefinition,
    teller: &'a Teller<'a>,
    pairs: &'a Pairs,
    hidden: Hidden<'a>,
}

/// A combination before the change.
struct Before {
    /// What it consists of.
    key: Vec<Value>,
    /// Whether the rule speaks of it.
    filter: Truth,
    values: Vec<Watched>,
}

/// A value before the change.
struct Watched {
    value: Value,
    shown: String,
    node: Option<NodeId>,
}

/// What is found for one subject.
#[derive(Default)]
struct Found {
    breaches: Vec<crate::analysis::Finding>,
    undecided: bool,
    facts: Vec<MissingFact>,
}

impl Judge<'_> {
    fn apply(&self, machines: &mut Machines<'_>, comparison: &mut Comparison) {
        let later = self.later_subjects(machines.new.topology());
        let there = match self.rule.sign {
            CompiledSign::Gone(_) => addresses(machines.new.topology()),
            CompiledSign::Watch(_) => HashSet::new(),
        };
        let subjects: Vec<ObjectId> = self.rule.steps.subject.subjects(machines.old.topology()).collect();
        for subject in subjects {
            let now = self.later(machines.old.topology(), subject, &later);
            let mut found = Found::default();
            match (&self.rule.sign, now) {
                (CompiledSign::Watch(values), Some(now)) => self.watch(machines, values, (subject, now), &mut found),
                (CompiledSign::Gone(variable), now) => {
                    self.gone(&mut machines.old, *variable, (subject, now), &there, &mut found);
                }
                (CompiledSign::Watch(_), None) => {}
            }
            let breach = |finding| Change::new(Direction::Worse, Changed::Broken(Box::new(finding)));
            comparison.changes.extend(found.breaches.into_iter().map(breach));
            if found.undecided {
                found.facts.sort();
                found.facts.dedup();
                comparison.undetermined.push(Undetermined {
                    check: self.definition.name.clone(),
                    subject: describe(machines.old.topology(), subject),
                    facts: found.facts,
                });
            }
        }
    }

    /// The subjects of the later state by their address; connections are paired already.
    fn later_subjects(&self, new: &Topology) -> HashMap<String, ObjectId> {
        if self.rule.steps.subject.kind == FLOW {
            return HashMap::new();
        }
        self.rule.steps.subject.subjects(new).map(|id| (new.address(id), id)).collect()
    }

    fn later(&self, old: &Topology, subject: ObjectId, later: &HashMap<String, ObjectId>) -> Option<ObjectId> {
        if old.object(subject).kind == FLOW {
            return self.pairs.later.get(&subject).copied();
        }
        later.get(self.teller.renames.of(&old.address(subject))).copied()
    }

    /// Compares values of every combination that both states have.
    fn watch(
        &self,
        machines: &mut Machines<'_>,
        values: &[(String, Program)],
        (was, now): (ObjectId, ObjectId),
        found: &mut Found,
    ) {
        let mut before = self.before(&mut machines.old, values, was, found);
        if before.is_empty() {
            return;
        }
        let steps = &self.rule.steps;
        let mut is_unclear = false;
        visit(&mut machines.new, steps, now, !steps.steps.is_empty(), &mut |machine, visit| {
            let key = key(machine, steps, None);
            if visit.cut || visit.in_doubt || key.contains(&Value::Unknown) {
                is_unclear = true;
                return self.note(machine, visit.doubts, found);
            }
            if let Some(at) = before.iter().position(|before| before.key == key) {
                let before = before.swap_remove(at);
                self.compare(machine, values, &before, found);
            }
        });
        found.undecided |= before.iter().any(|before| is_unclear || before.key.contains(&Value::Unknown));
    }

    /// Compares the values of a combination, which is bound in the later state.
    fn compare(&self, machine: &mut Machine<'_>, values: &[(String, Program)], before: &Before, found: &mut Found) {
        for ((word, program), was) in values.iter().zip(&before.values) {
            let item = program.item(machine);
            let value = self.value(machine, program, &item, None, found);
            let is_unknown = was.value == Value::Unknown || value == Value::Unknown;
            if is_unknown || (was.value != value && before.filter == Truth::Unknown) {
                found.undecided = true;
            } else if was.value != value {
                let now = Value::shown(machine, &item);
                let is_only = values.len() == 1;
                let breach = Breach { word, is_only, was: &was.shown, now: &now, node: was.node, program };
                found.breaches.extend(self.teller.changed(machine, self.rule, self.definition, &breach));
            }
        }
    }

    /// The combinations that the rule speaks of, before the change, with what is watched of them.
    fn before(
        &self,
        machine: &mut Machine<'_>,
        values: &[(String, Program)],
        subject: ObjectId,
        found: &mut Found,
    ) -> Vec<Before> {
        let steps = &self.rule.steps;
        let mut all = Vec::new();
        visit(machine, steps, subject, !steps.steps.is_empty(), &mut |machine, visit| {
            let mut key = key(machine, steps, Some(self.teller.renames));
            if visit.cut || visit.in_doubt {
                key.push(Value::Unknown);
                self.note(machine, visit.doubts, found);
            }
            // What is not bound cannot be asked about.
            let filter = if visit.cut { Truth::Unknown } else { self.filter(machine, found) };
            if filter != Truth::False {
                let bound = values.iter().filter(|_| !visit.cut);
                let values = bound.map(|(_, program)| self.watched(machine, program, found)).collect();
                all.push(Before { key, filter, values });
            }
        });
        all
    }

    /// A value of the earlier state.
    fn watched(&self, machine: &mut Machine<'_>, program: &Program, found: &mut Found) -> Watched {
        let item = program.item(machine);
        let value = self.value(machine, program, &item, Some(self.teller.renames), found);
        let at = self.rule.at.as_ref().unwrap_or(program);
        let node = at.place(machine).map(|read| read.node).filter(|node| node.is_somewhere());
        Watched { shown: Value::shown(machine, &item), value, node }
    }

    /// What an item says; where that cannot be told, what would have to be known is noted.
    fn value(
        &self,
        machine: &mut Machine<'_>,
        program: &Program,
        item: &Item,
        renames: Option<&Renames>,
        found: &mut Found,
    ) -> Value {
        let value = Value::of(machine, item, renames);
        if value == Value::Unknown {
            let reads = machine.with_trail(|machine| program.value(machine)).1;
            self.note(machine, &reads, found);
        }
        value
    }

    /// Whether the rule speaks of the combination that is bound.
    fn filter(&self, machine: &mut Machine<'_>, found: &mut Found) -> Truth {
        let Some(filter) = &self.rule.filter else { return Truth::True };
        let truth = filter.truth(machine);
        if truth == Truth::Unknown {
            let reads = machine.with_trail(|machine| filter.truth(machine)).1;
            self.note(machine, &reads, found);
        }
        truth
    }

    /// Whether the object of a variable is there no more although its subject is.
    fn gone(
        &self,
        machine: &mut Machine<'_>,
        variable: usize,
        (was, now): (ObjectId, Option<ObjectId>),
        there: &HashSet<String>,
        found: &mut Found,
    ) {
        if now.is_none() && variable > 0 {
            return;
        }
        let steps = &self.rule.steps;
        visit(machine, steps, was, !steps.steps.is_empty(), &mut |machine, visit| {
            let filter = if visit.cut { Truth::Unknown } else { self.filter(machine, found) };
            let object = machine.frame().get(variable).map(|item| (item.value, item.in_doubt.is_some()));
            let (id, is_clear) = match (filter, object) {
                (Truth::False, _) => return,
                (filter, Some((Val::Object(id), doubt))) => (id, filter == Truth::True && !doubt && !visit.in_doubt),
                (_, Some((Val::Unknown(_), _)) | None) => return found.undecided = true,
                _ => return,
            };
            let object = machine.topology().object(id);
            let address = machine.topology().address(id);
            let address = self.teller.renames.of(&address);
            if object.outside || there.contains(address) {
                return;
            }
            if is_clear && !object.symbolic && !self.hidden.may_hold(address) {
                found.breaches.extend(self.teller.gone(machine, self.rule, self.definition, id));
            } else {
                found.undecided = true;
            }
        });
    }

    /// Notes what would have to be known.
    fn note(&self, machine: &Machine<'_>, reads: &[Read], found: &mut Found) {
        let unknown: Vec<Read> = reads.iter().filter(|read| read.unknown.is_some()).copied().collect();
        found.facts.extend(self.teller.facts(machine.topology(), &unknown));
    }
}

/// What a combination consists of: the objects that its variables name, and the members of its lists. The subject is the
/// same anyhow.
fn key(machine: &Machine<'_>, steps: &CompiledSteps, renames: Option<&Renames>) -> Vec<Value> {
    let items = machine.frame().iter().skip(1);
    let bound = steps.steps.iter().filter(|step| !matches!(step, Step::Filter(_))).zip(items);
    let parts = bound.filter(|(step, _)| match step {
        Step::Each(_) => true,
        Step::Value(program) | Step::Filter(program) => matches!(program.ty, Type::Object(_)),
    });
    parts.map(|(_, item)| Value::of(machine, item, renames)).collect()
}

/// The addresses of everything that has a name.
fn addresses(topology: &Topology) -> HashSet<String> {
    let ids = (0u32..).zip(topology.objects()).filter(|(_, object)| Topology::has_name(object.kind));
    ids.map(|(index, _)| topology.address(ObjectId(index))).collect()
}
