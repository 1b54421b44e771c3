//! Definitions, checked and compiled: what the analysis evaluates.
//!
//! What decides is compiled at once; what explains (messages, places, help) only for rules that have a finding.

mod build;
mod change;
mod citations;
mod collection;
mod explanation;
mod reads;
mod repair;

use crate::knowledge::definitions::Definitions;
use crate::knowledge::language::{CompiledTemplate, Labels, Literals, Program, Scope, Sift, Terms};
use crate::topology::SlotIndex;

pub use change::{CompiledChange, CompiledSign};
pub use collection::Collection;
pub use explanation::{CompiledCase, CompiledRelated, ExplanationCompiler, RequirementExplanation, RuleExplanation};
pub use reads::{Reader, ReaderKind};
pub use repair::{CompiledRepairStep, CompiledValue};

/// Everything that is known, ready to be evaluated.
pub struct Ruleset {
    /// What it was made from.
    pub definitions: Definitions,
    /// Flows, at the index of their definitions.
    pub flows: Vec<CompiledFlow>,
    /// Access methods, at the index of their definitions.
    pub methods: Vec<CompiledMethod>,
    /// Rules, at the index of their definitions.
    pub rules: Vec<CompiledRule>,
    terms: Terms,
    labels: Labels,
    literals: Literals,
}

/// A list of what to combine: variables in the order of their frame.
pub struct CompiledSteps {
    /// The subjects.
    pub subject: Collection,
    /// What follows the subject, in order.
    pub steps: Vec<Step>,
    /// What a subject must have for anything to come of it.
    pub sift: Sift,
    /// The steps whose values decide nothing: only what is said needs them.
    pub telling: Vec<usize>,
}

/// One step of finding subjects.
pub enum Step {
    /// A test that must hold.
    Filter(Program),
    /// A named value.
    Value(Program),
    /// A list, each member of which is tried.
    Each(Program),
}

/// A kind of flow.
pub struct CompiledFlow {
    /// What it follows from.
    pub steps: CompiledSteps,
    /// The claims of the subject for which it is judged, of an implicit one.
    pub claims: Vec<SlotIndex>,
    /// The fields that are set.
    pub fields: Vec<(SlotIndex, Program)>,
    /// The place.
    pub at: Program,
    /// How it is called.
    pub name: CompiledTemplate,
    scope: Scope,
}

/// An access method.
pub struct CompiledMethod {
    /// Named values, after the flow in the frame.
    pub values: Vec<Program>,
    /// Candidates, the last variable.
    pub candidates: Option<Program>,
    /// The requirements, the prerequisites first, shared ones in their place.
    pub requirements: Vec<CompiledRequirement>,
    /// How many of them are prerequisites: while one is missing the rest makes no sense. They do not see the candidate.
    pub prerequisites: usize,
    /// What a flow must have for no requirement to be missing.
    pub sift: Sift,
    /// The path class, by cases.
    pub path: Vec<CompiledCase>,
    scope: Scope,
}

/// A requirement of a method.
pub struct CompiledRequirement {
    /// Where it is defined.
    pub origin: RequirementOrigin,
    /// The predicate.
    pub that: Program,
}

/// Where a requirement is defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequirementOrigin {
    /// A prerequisite of the method, by its index.
    Prerequisite(usize),
    /// In the method itself: the index of the step.
    Own(usize),
    /// In a shared list: its index and that of the requirement.
    Shared(usize, usize),
}

/// A rule.
pub struct CompiledRule {
    /// What it is judged for.
    pub steps: CompiledSteps,
    /// Where the finding is made.
    pub deny: Program,
    /// The names of the variables, in the order of the frame.
    pub variables: Vec<String>,
    scope: Scope,
}
