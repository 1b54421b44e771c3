//! What the other edition of the knowledge would make of a finding: the facts that differ are turned to their other
//! values, and what broke a rule is judged once more.

use hashbrown::HashMap;

use super::answers::{Member, members};
use super::citations::Citations;
use super::explain::{Draft, first_case, parse_level};
use super::finding::{Level, Outcome};
use super::rules::breaks;
use super::verdicts::{Judge, Judgement, bind, record};
use super::visit::visit;
use crate::knowledge::definitions::Fact;
use crate::knowledge::language::{Machine, Read};
use crate::knowledge::ruleset::{RuleExplanation, Ruleset};
use crate::knowledge::tables;
use crate::topology::{
    CONSTANTS, FLOW, Inverses, ObjectId, POLICY_STATEMENT, SERVICE, Symbol, Topology, Value, policy_statement,
};

/// Judges findings by the other edition.
pub(super) struct OtherEdition<'a> {
    pub(super) ruleset: &'a Ruleset,
    pub(super) judge: &'a Judge<'a>,
    pub(super) explanations: &'a HashMap<usize, RuleExplanation>,
    pub(super) citations: &'a Citations<'a>,
    /// The edition that the findings were made in.
    pub(super) edition: &'a str,
}

/// A field of a service or of the constants.
type FactField = (ObjectId, &'static str);

/// What the other edition makes of a finding.
#[derive(Clone)]
enum Remark {
    /// It does not make it; the facts that were looked at there and in which the editions differ.
    NotMade(Vec<FactField>),
    /// It makes it, at its own level there; the facts that decide the level.
    Made(Option<Level>, Vec<Read>),
}

/// The facts that the last rule and subject looked at in which the editions differ: many findings can share them.
#[derive(Default)]
struct LookedAt {
    of: Option<(usize, ObjectId)>,
    facts: Vec<FactField>,
}

impl LookedAt {
    fn by(&mut self, edition: &OtherEdition<'_>, machine: &mut Machine<'_>, draft: &Draft) -> &[FactField] {
        let of = Some((draft.rule, draft.subject));
        if self.of != of {
            let reads = edition.reads(machine, draft);
            self.facts = edition.differing(machine.topology(), &reads);
            self.of = of;
        }
        &self.facts
    }
}

impl<'a> OtherEdition<'a> {
    /// Adds to findings that the other edition does not make, or makes milder, that it does so. Verdicts in the topology
    /// are those of the other edition afterwards.
    pub(super) fn remark(&self, topology: &mut Topology, inverses: &Inverses, drafts: &mut [Draft]) {
        if drafts.is_empty() {
            return;
        }
        let other = if self.edition == tables::CURRENT { tables::DOCUMENTS } else { tables::CURRENT };
        let literals = self.ruleset.literals().intern(&mut topology.strings);
        let definitions = &self.ruleset.definitions;
        tables::turn(topology, definitions, other, None);
        let drafts: Vec<&mut Draft> = drafts.iter_mut().collect();
        let remarks = self.verdicts(topology, inverses, &literals, &drafts);
        tables::turn(topology, definitions, self.edition, None);
        let mut machine = Machine::new(topology, inverses, &literals);
        let mut not_made = Vec::new();
        let mut looked_at = LookedAt::default();
        for (draft, remark) in drafts.into_iter().zip(remarks) {
            match remark {
                Remark::NotMade(mut facts) => {
                    facts.extend_from_slice(looked_at.by(self, &mut machine, draft));
                    facts.sort_unstable();
                    facts.dedup();
                    not_made.push((draft, facts));
                }
                Remark::Made(level, reads) => {
                    let facts = self.differing(machine.topology(), &reads);
                    let note = self.other_level(machine.topology(), draft, other, (level, &facts));
                    draft.finding.notes.splice(0..0, note);
                }
            }
        }
        drop(machine);
        self.keep_decisive(topology, inverses, &literals, &mut not_made);
        for (draft, facts) in not_made {
            let documents = self.documents(topology, other, &facts);
            draft.finding.notes.insert(0, format!("edition `{other}` does not make this finding{documents}"));
        }
    }

    /// Of several facts that differ leaves those of which each alone would make the finding go away, if there are any.
    fn keep_decisive(
        &self,
        topology: &mut Topology,
        inverses: &Inverses,
        literals: &[Symbol],
        not_made: &mut [(&mut Draft, Vec<FactField>)],
    ) {
        let mut several: Vec<_> = not_made.iter_mut().filter(|(_, facts)| facts.len() > 1).collect();
        let mut facts: Vec<FactField> = several.iter().flat_map(|(_, facts)| facts.iter().copied()).collect();
        facts.sort_unstable();
        facts.dedup();
        let mut decisive: Vec<Vec<FactField>> = vec![Vec::new(); several.len()];
        let definitions = &self.ruleset.definitions;
        let other = if self.edition == tables::CURRENT { tables::DOCUMENTS } else { tables::CURRENT };
        for fact in facts {
            tables::turn(topology, definitions, other, Some(fact));
            let drafts: Vec<&mut Draft> = several.iter_mut().map(|(draft, _)| &mut **draft).collect();
            let remarks = self.verdicts(topology, inverses, literals, &drafts);
            tables::turn(topology, definitions, self.edition, Some(fact));
            for (decisive, remark) in decisive.iter_mut().zip(remarks) {
                decisive.extend(matches!(remark, Remark::NotMade(_)).then_some(fact));
            }
        }
        for ((_, facts), decisive) in several.into_iter().zip(decisive) {
            facts.retain(|fact| decisive.is_empty() || decisive.contains(fact));
        }
    }

    /// What becomes of findings by the facts that the topology holds now.
    fn verdicts(
        &self,
        topology: &mut Topology,
        inverses: &Inverses,
        literals: &[Symbol],
        drafts: &[&mut Draft],
    ) -> Vec<Remark> {
        self.judge_again(topology, inverses, literals, drafts);
        let mut machine = Machine::new(topology, inverses, literals);
        let groups = drafts.chunk_by(|a, b| (a.rule, a.subject) == (b.rule, b.subject));
        groups.flat_map(|group| self.verdicts_on_one(&mut machine, group)).collect()
    }

    /// The facts that the rule of a finding reads for its subject and, of a connection, those that its way rests on.
    fn reads(&self, machine: &mut Machine<'_>, draft: &Draft) -> Vec<Read> {
        let Some(rule) = self.ruleset.rules.get(draft.rule) else { return Vec::new() };
        let (_, mut reads) = machine.with_trail(|machine| {
            visit(machine, &rule.steps, draft.subject, true, &mut |machine, visit| {
                breaks(rule, machine, visit);
            });
        });
        for flow in flows_of(machine.topology(), draft.subject) {
            reads.extend(self.way(machine, flow));
        }
        reads
    }

    /// What the way rests on by which a connection is open.
    fn way(&self, machine: &mut Machine<'_>, flow: ObjectId) -> Vec<Read> {
        let (trials, _) = self.judge.trials(machine, flow);
        let mut reads = Vec::new();
        for trial in trials.iter().filter(|trial| trial.outcome == Outcome::Met) {
            let Some(method) = self.ruleset.methods.get(trial.method) else { continue };
            bind(machine, method, flow, true);
            for (index, requirement) in method.requirements.iter().enumerate() {
                if index == method.prerequisites {
                    trial.candidate.into_iter().for_each(|candidate| machine.push(candidate));
                }
                reads.extend(machine.with_trail(|machine| requirement.that.truth(machine)).1);
            }
        }
        reads
    }

    /// Writes the verdicts of the other edition into the connections that findings are about.
    fn judge_again(&self, topology: &mut Topology, inverses: &Inverses, literals: &[Symbol], drafts: &[&mut Draft]) {
        let mut flows: Vec<ObjectId> = drafts.iter().flat_map(|draft| flows_of(topology, draft.subject)).collect();
        flows.sort_unstable();
        flows.dedup();
        let mut machine = Machine::new(topology, inverses, literals);
        let judgements: Vec<(ObjectId, Judgement)> =
            flows.into_iter().map(|flow| (flow, self.judge.judge(&mut machine, flow))).collect();
        drop(machine);
        for (flow, judgement) in judgements {
            record(self.ruleset, topology, flow, &judgement);
        }
    }

    /// Whether the other edition makes findings of one rule on one subject. What it leaves undecided it does not deny.
    fn verdicts_on_one(&self, machine: &mut Machine<'_>, drafts: &[&mut Draft]) -> Vec<Remark> {
        let mut remarks: Vec<Option<Remark>> = vec![None; drafts.len()];
        let Some(first) = drafts.first() else { return Vec::new() };
        let Some(rule) = self.ruleset.rules.get(first.rule) else {
            return vec![Remark::Made(None, Vec::new()); drafts.len()];
        };
        let mut of_members: HashMap<&[Member], Vec<usize>> = HashMap::new();
        for (index, draft) in drafts.iter().enumerate() {
            of_members.entry(&draft.members).or_default().push(index);
        }
        let all: Vec<usize> = (0..drafts.len()).collect();
        visit(machine, &rule.steps, first.subject, false, &mut |machine, visit| {
            let members = members(machine, &rule.steps);
            let meant = if visit.cut { Some(&all) } else { of_members.get(&*members) };
            let mut open =
                meant.into_iter().flatten().filter(|index| matches!(remarks.get(**index), Some(None))).peekable();
            if open.peek().is_none() || breaks(rule, machine, visit).is_none() {
                return;
            }
            let open: Vec<usize> = open.copied().collect();
            let made = self.made(machine, first.rule);
            for index in open {
                if let Some(remark) = remarks.get_mut(index) {
                    *remark = Some(made.clone());
                }
            }
        });
        let mut looked_at = LookedAt::default();
        let made = remarks.into_iter().zip(drafts);
        made.map(|(remark, draft)| match remark {
            Some(made) => made,
            None => Remark::NotMade(looked_at.by(self, machine, draft).to_vec()),
        })
        .collect()
    }

    /// A finding that is made for the combination that a machine holds.
    fn made(&self, machine: &mut Machine<'_>, rule: usize) -> Remark {
        let explanation = self.explanations.get(&rule);
        let case = |machine: &mut Machine<'_>| first_case(machine, &explanation?.level);
        let (word, reads) = machine.with_trail(case);
        Remark::Made(word.and_then(|word| parse_level(&word)), reads)
    }

    /// The facts among those that were read in which the editions differ.
    fn differing(&self, topology: &Topology, reads: &[Read]) -> Vec<FactField> {
        let fields = reads.iter().filter_map(|read| Some((read.object, read.field?)));
        let mut fields: Vec<FactField> = fields.filter(|field| self.fact(topology, *field).is_some()).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// The fact behind a field of knowledge, where the editions differ in it.
    fn fact(&self, topology: &Topology, (object, field): FactField) -> Option<&'a Fact> {
        let definitions = &self.ruleset.definitions;
        let name = topology.strings.text(topology.object(object).name);
        let facts = match topology.object(object).kind {
            CONSTANTS => &definitions.constants,
            SERVICE => &definitions.services.iter().find(|service| service.name == name)?.facts,
            _ => return None,
        };
        facts.iter().find(|(known, fact)| known == field && fact.current.is_some()).map(|(_, fact)| fact)
    }

    /// The later documents behind facts that differ between the editions.
    fn documents(&self, topology: &Topology, other: &str, facts: &[FactField]) -> String {
        let mut documents: Vec<String> = Vec::new();
        for source in facts.iter().filter_map(|fact| self.fact(topology, *fact)).flat_map(|fact| &fact.sources) {
            let document = self.citations.dated(source);
            if !documents.contains(&document) {
                documents.push(document);
            }
        }
        match (documents.is_empty(), other == tables::CURRENT) {
            (true, _) => String::new(),
            (false, true) => format!(" ({})", documents.join("; ")),
            (false, false) => format!("; this rests on a later document ({})", documents.join("; ")),
        }
    }

    /// That the other edition takes a finding more or less seriously.
    fn other_level(
        &self,
        topology: &Topology,
        draft: &Draft,
        other: &str,
        (level, facts): (Option<Level>, &[FactField]),
    ) -> Option<String> {
        let definition = self.ruleset.definitions.rules.get(draft.rule)?;
        if let Some(change) = definition.editions.iter().find(|change| change.edition == other) {
            let word = parse_level(&change.level).min(level).map_or("no finding", Level::as_str);
            let document = self.citations.title(&change.source).unwrap_or(&change.source);
            return Some(format!("edition `{other}` makes this {word}: {} ({document}, {})", change.note, change.date));
        }
        let level = level.filter(|level| draft.own_level.is_some_and(|own| *level != own))?;
        Some(format!("edition `{other}` makes this {level}{}", self.documents(topology, other, facts)))
    }
}

/// The connections that a finding is about: its subject, or those that a statement of policy speaks of.
fn flows_of(topology: &Topology, subject: ObjectId) -> Vec<ObjectId> {
    match topology.object(subject).kind {
        FLOW => vec![subject],
        POLICY_STATEMENT => {
            let lists =
                [policy_statement::flows, policy_statement::others].map(|slot| topology.slot(subject, slot).value);
            lists.into_iter().flat_map(|value| objects(topology, value)).collect()
        }
        _ => Vec::new(),
    }
}

fn objects(topology: &Topology, value: Value) -> Vec<ObjectId> {
    let Value::List(list) = value else { return Vec::new() };
    let object = |value| match value {
        Value::Object(id) => Some(id),
        _ => None,
    };
    topology.list(list).iter().filter_map(|slot| object(slot.value)).collect()
}
