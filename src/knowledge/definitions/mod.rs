//! The files of `rules/` as they are written: rules, access methods, flows, terms, services, tables.
//!
//! Reading them checks their shape and parses their expressions; that names and types are right is checked when they
//! are compiled.

mod arm;
mod change;
mod decode;
mod method;
pub mod program;
mod read;
mod repair;
mod rule;
mod table;
mod waiver;

use serde::{Deserialize, Serialize};

use crate::source::matches_glob;

pub use arm::{ArmDefinition, ArmField, ArmPair};
pub use change::{ChangeDefinition, ChangeExample, ChangeSign, StateSource};
pub use decode::{ExpressionSource, Source, TemplateSource};
pub use method::{
    FlowDefinition, MethodDefinition, MethodExample, RequirementDefinition, RequirementStep, RequirementsDefinition,
};
pub use read::{Folder, read_file};
pub use repair::{OpeningDefinition, Operation, RepairStepDefinition, ValueDefinition};
pub use rule::{
    Binding, Case, EditionChange, Example, ExampleClauses, ExampleKind, RelatedDefinition, RuleDefinition,
    SourceDocument,
};
pub use table::{
    AssumptionDefinition, CLAUSE_KINDS, Clause, Completeness, DefaultDefinition, Document, Fact, Literal,
    ServiceDefinition, TermDefinition, is_binding,
};
pub use waiver::Waiver;

/// The name of the edition in which the five source documents are the law.
pub const DOCUMENTS: &str = "documents";
/// The name of the edition in which later documents win where they contradict the five.
pub const CURRENT: &str = "current";
/// The names of all editions.
const EDITIONS: &[&str] = &[DOCUMENTS, CURRENT];

/// Everything that `rules/` says, or a team's folder of rules.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Definitions {
    /// Services, in the order of their files.
    pub services: Vec<ServiceDefinition>,
    /// Constants: fields of `azure`.
    pub constants: Vec<(String, Fact)>,
    /// Documented defaults of kinds that are no services.
    pub defaults: Vec<DefaultDefinition>,
    /// Named expressions.
    pub terms: Vec<TermDefinition>,
    /// Which connections follow from what.
    pub flows: Vec<FlowDefinition>,
    /// Lists of requirements that methods share.
    pub requirements: Vec<RequirementsDefinition>,
    /// Access methods.
    pub methods: Vec<MethodDefinition>,
    /// Rules.
    pub rules: Vec<RuleDefinition>,
    /// Change rules.
    pub changes: Vec<ChangeDefinition>,
    /// Openness and assumptions per input format.
    pub completeness: Vec<Completeness>,
    /// The documents that knowledge rests on.
    pub documents: Vec<Document>,
    /// The statements of the source documents.
    pub clauses: Vec<Clause>,
    /// Changes that may let in more than before.
    pub openings: Vec<OpeningDefinition>,
    /// Why nothing carries some of them.
    pub waivers: Vec<Waiver>,
    /// What things are called in ARM templates, and here.
    pub arm: Vec<ArmDefinition>,
}

impl Definitions {
    /// Every fact: of services, of constants, and every default.
    pub fn facts(&self) -> impl Iterator<Item = &Fact> {
        let of_services = self.services.iter().flat_map(|service| service.facts.iter().chain(&service.defaults));
        let constants = self.constants.iter().map(|(_, fact)| fact);
        let defaults = self.defaults.iter().map(|default| &default.fact);
        of_services.map(|(_, fact)| fact).chain(constants).chain(defaults)
    }

    /// The requirements of an access method with those of the shared lists that it includes, the prerequisites first.
    pub fn requirements_of<'a>(
        &'a self,
        method: &'a MethodDefinition,
    ) -> impl Iterator<Item = &'a RequirementDefinition> {
        let steps = method.requires.iter().flat_map(|step| match step {
            RequirementStep::One(requirement) => std::slice::from_ref(&**requirement),
            RequirementStep::Include(name, _) => {
                let shared = self.requirements.iter().find(|shared| shared.name == *name);
                shared.map_or(&[][..], |shared| &shared.requires)
            }
        });
        method.prerequisites.iter().chain(&method.none).chain(steps)
    }

    /// Takes over everything that another folder defines.
    pub fn extend(&mut self, other: Self) {
        self.services.extend(other.services);
        self.constants.extend(other.constants);
        self.defaults.extend(other.defaults);
        self.terms.extend(other.terms);
        self.flows.extend(other.flows);
        self.requirements.extend(other.requirements);
        self.methods.extend(other.methods);
        self.rules.extend(other.rules);
        self.changes.extend(other.changes);
        self.completeness.extend(other.completeness);
        self.documents.extend(other.documents);
        self.clauses.extend(other.clauses);
        self.openings.extend(other.openings);
        self.waivers.extend(other.waivers);
        self.arm.extend(other.arm);
    }

    /// All rules by name, change rules and those of the program itself too.
    pub fn named_rules(&self) -> impl Iterator<Item = NamedRule<'_>> {
        let rules = self.rules.iter().map(|rule| NamedRule {
            name: &rule.name,
            formerly: &rule.formerly,
            is_off: rule.is_off(),
            is_change: false,
            ignorable: rule.ignorable,
        });
        let changes = self.changes.iter().map(|change| NamedRule {
            name: &change.name,
            formerly: &change.formerly,
            is_off: change.is_off(),
            is_change: true,
            ignorable: change.ignorable,
        });
        rules.chain(changes).chain(program::PROGRAM_RULES.iter().map(program::ProgramRule::named))
    }
}

/// A rule of any sort, as settings name it.
#[derive(Debug, Clone, Copy)]
pub struct NamedRule<'a> {
    /// Its name.
    pub name: &'a str,
    /// Names it had before.
    pub formerly: &'a [String],
    /// Whether it is off unless somebody asks for it.
    pub is_off: bool,
    /// Whether it judges the step from one topology to another.
    pub is_change: bool,
    /// Whether its own file lets exceptions cover what it finds.
    pub ignorable: bool,
}

impl NamedRule<'_> {
    /// Whether a name or glob means it, by its name or a former one.
    #[must_use]
    pub fn is_meant_by(&self, pattern: &str) -> bool {
        matches_glob(pattern, self.name) || self.formerly.iter().any(|former| matches_glob(pattern, former))
    }
}
