//! The files of `rules/` as they are written: rules, access methods, flows, terms, services, tables.
//!
//! Reading them checks their shape and parses their expressions; that names and types are right is checked when they
//! are compiled.

mod decode;
mod method;
mod read;
mod repair;
mod rule;
mod table;

use serde::{Deserialize, Serialize};

pub use decode::{ExpressionSource, Source, TemplateSource};
pub use method::{
    FlowDefinition, MethodDefinition, MethodExample, RequirementDefinition, RequirementStep, RequirementsDefinition,
};
pub use read::{Folder, read_file};
pub use repair::{ChangeDefinition, OpeningDefinition, Operation, ValueDefinition};
pub use rule::{Binding, Case, EditionChange, Example, ExampleKind, RelatedDefinition, RuleDefinition, SourceDocument};
pub use table::{
    AssumptionDefinition, Clause, Completeness, DefaultDefinition, Document, Fact, Literal, ServiceDefinition,
    TermDefinition,
};

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
    /// Openness and assumptions per input format.
    pub completeness: Vec<Completeness>,
    /// The documents that knowledge rests on.
    pub documents: Vec<Document>,
    /// The statements of the source documents.
    pub clauses: Vec<Clause>,
    /// Changes that may let in more than before.
    pub openings: Vec<OpeningDefinition>,
}

impl Definitions {
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
        self.completeness.extend(other.completeness);
        self.documents.extend(other.documents);
        self.clauses.extend(other.clauses);
        self.openings.extend(other.openings);
    }
}
