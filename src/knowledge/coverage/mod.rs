//! Which statement of the documents is carried by what: by a rule, by a requirement of an access method, by a kind of
//! flow, by a fact or a default that one of these reads; or waived with a reason.

mod exercise;
mod waivers;

use std::collections::HashMap;

use crate::knowledge::definitions::{CLAUSE_KINDS, Clause, Definitions, Fact, is_binding};
use crate::knowledge::ruleset::{Reader, Ruleset};
use crate::topology::{CONSTANTS, FieldType, KINDS, Kind, KindId, SERVICE, SERVICE_RESOURCE, Topology};

pub use exercise::{Lack, Unexercised, unexercised, unsaid};
pub use waivers::check_waivers;

/// Every clause of the register with what carries it, in the order of the documents.
#[derive(Debug, Clone)]
pub struct Coverage<'a> {
    /// One entry for each clause.
    pub clauses: Vec<ClauseCoverage<'a>>,
}

/// What carries a clause.
#[derive(Debug, Clone)]
pub struct ClauseCoverage<'a> {
    /// The clause.
    pub clause: &'a Clause,
    /// Rules that rest on it, those about changes too.
    pub rules: Vec<&'a str>,
    /// Requirements as `method/requirement`, and methods that rest on it as a whole.
    pub methods: Vec<String>,
    /// Kinds of flow that rest on it.
    pub flows: Vec<&'a str>,
    /// Facts and defaults that rest on it.
    pub facts: Vec<FactCoverage<'a>>,
    /// Why nothing can carry it.
    pub waiver: Option<&'a str>,
}

/// A fact or default that rests on a clause, of one or several services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactCoverage<'a> {
    /// Which of them.
    pub sort: FactSort,
    /// The field path.
    pub field: &'a str,
    /// The services or the kind that have it.
    pub of: Vec<&'a str>,
    /// Rules, `method/requirement`s and flows that read the field; without one the fact carries nothing.
    pub readers: Vec<String>,
}

/// What sort of knowledge a [`FactCoverage`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactSort {
    /// What is known of a service.
    Fact,
    /// A field of `azure`.
    Constant,
    /// What holds where a topology says nothing.
    Default,
}

impl FactSort {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fact => "fact",
            Self::Constant => "constant",
            Self::Default => "default",
        }
    }
}

impl ClauseCoverage<'_> {
    /// Whether something carries it.
    #[must_use]
    pub fn is_carried(&self) -> bool {
        !self.rules.is_empty()
            || !self.methods.is_empty()
            || !self.flows.is_empty()
            || self.facts.iter().any(|fact| !fact.readers.is_empty())
    }
}

/// How many clauses of a kind there are, and how they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// The kind of clause.
    pub kind: &'static str,
    /// All of them.
    pub clauses: usize,
    /// Those that something carries.
    pub carried: usize,
    /// Those that are waived.
    pub waived: usize,
}

impl Total {
    /// Whether clauses of the kind have to be carried or waived.
    #[must_use]
    pub fn is_binding(&self) -> bool {
        is_binding(self.kind)
    }
}

impl<'a> Coverage<'a> {
    /// What carries which clause.
    #[must_use]
    pub fn of(ruleset: &'a Ruleset) -> Self {
        let definitions = &ruleset.definitions;
        let clauses = definitions.clauses.iter().map(ClauseCoverage::new).collect();
        let index = definitions.clauses.iter().zip(0..).map(|(clause, index)| (clause.id.as_str(), index)).collect();
        let mut collector = Collector { clauses, index };
        collector.judging(definitions);
        collector.facts(definitions, &ruleset.readers());
        for waiver in &definitions.waivers {
            for (clause, _) in &waiver.clauses {
                collector.add(clause, |coverage| coverage.waiver = Some(&waiver.reason));
            }
        }
        Self { clauses: collector.clauses }
    }

    /// The numbers per kind of clause.
    #[must_use]
    pub fn totals(&self) -> Vec<Total> {
        let total = |kind: &'static str| {
            let of_kind = || self.clauses.iter().filter(move |coverage| coverage.clause.kind == kind);
            Total {
                kind,
                clauses: of_kind().count(),
                carried: of_kind().filter(|coverage| coverage.is_carried()).count(),
                waived: of_kind().filter(|coverage| coverage.waiver.is_some()).count(),
            }
        };
        CLAUSE_KINDS.iter().copied().map(total).collect()
    }
}

impl<'a> ClauseCoverage<'a> {
    fn new(clause: &'a Clause) -> Self {
        Self { clause, rules: Vec::new(), methods: Vec::new(), flows: Vec::new(), facts: Vec::new(), waiver: None }
    }
}

struct Collector<'a> {
    clauses: Vec<ClauseCoverage<'a>>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Collector<'a> {
    /// A clause that is not in the register is reported where rules are checked.
    fn add(&mut self, clause: &str, change: impl FnOnce(&mut ClauseCoverage<'a>)) {
        let found = self.index.get(clause).and_then(|index| self.clauses.get_mut(*index));
        if let Some(coverage) = found {
            change(coverage);
        }
    }

    fn judging(&mut self, definitions: &'a Definitions) {
        for rule in &definitions.rules {
            for clause in &rule.clauses {
                self.add(clause, |coverage| coverage.rules.push(&rule.name));
            }
        }
        for change in &definitions.changes {
            for clause in &change.clauses {
                self.add(clause, |coverage| coverage.rules.push(&change.name));
            }
        }
        for method in &definitions.methods {
            for clause in &method.clauses {
                self.add(clause, |coverage| coverage.methods.push(method.name.clone()));
            }
            for requirement in definitions.requirements_of(method) {
                for clause in &requirement.clauses {
                    let name = format!("{}/{}", method.name, requirement.name);
                    self.add(clause, |coverage| coverage.methods.push(name));
                }
            }
        }
        for flow in &definitions.flows {
            for clause in &flow.clauses {
                self.add(clause, |coverage| coverage.flows.push(&flow.name));
            }
        }
    }

    fn facts(&mut self, definitions: &'a Definitions, readers: &[Reader]) {
        let resource = Topology::kind(SERVICE_RESOURCE).name;
        for service in &definitions.services {
            for (field, fact) in &service.facts {
                self.fact(fact, (FactSort::Fact, field, &service.name), || Some((SERVICE, field.as_str())), readers);
            }
            let kind = service.model.as_deref().unwrap_or(resource);
            for (path, fact) in &service.defaults {
                self.fact(fact, (FactSort::Default, path, &service.name), || end_of(kind, path), readers);
            }
        }
        for (field, fact) in &definitions.constants {
            self.fact(fact, (FactSort::Constant, field, "azure"), || Some((CONSTANTS, field.as_str())), readers);
        }
        for default in &definitions.defaults {
            let named = (FactSort::Default, default.path.as_str(), default.kind.as_str());
            self.fact(&default.fact, named, || end_of(&default.kind, &default.path), readers);
        }
    }

    fn fact<'f>(
        &mut self,
        fact: &Fact,
        (sort, field, of): (FactSort, &'a str, &'a str),
        slot: impl Fn() -> Option<(KindId, &'f str)>,
        readers: &[Reader],
    ) {
        for clause in &fact.clauses {
            let reads = |reader: &&Reader| slot().is_some_and(|(kind, field)| reader.reads(kind, field));
            let readers = readers.iter().filter(reads).map(|reader| reader.name.clone());
            self.add(clause, |coverage| {
                match coverage.facts.iter_mut().find(|known| known.sort == sort && known.field == field) {
                    Some(known) => known.of.push(of),
                    None => {
                        coverage.facts.push(FactCoverage { sort, field, of: vec![of], readers: readers.collect() });
                    }
                }
            });
        }
    }
}

/// The kind and the field that a path from a kind ends at.
fn end_of<'p>(kind: &str, path: &'p str) -> Option<(KindId, &'p str)> {
    let mut at: &Kind = KINDS.iter().find(|candidate| candidate.name == kind)?;
    let (above, field) = path.rsplit_once('.').map_or((None, path), |(above, field)| (Some(above), field));
    for name in above.into_iter().flat_map(|above| above.split('.')) {
        match at.field(name)?.1.ty {
            FieldType::Struct(inner) => at = Topology::kind(inner),
            _ => return None,
        }
    }
    Some((at.id, field))
}
