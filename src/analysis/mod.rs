//! Flows, verdicts, rules: from a topology to findings.

mod citations;
mod engine;
mod explain;
mod finding;
mod fingerprint;
mod flows;
mod grouping;
mod paths;
mod policy;
mod rules;
mod verdicts;
mod visit;

pub use citations::Citations;
pub use engine::{Options, UnitResult, analyse};
pub use finding::{
    Analysis, Citation, Finding, FlowResult, Input, InputStatus, Level, MethodResult, MissingFact, Outcome,
    Participant, RequirementResult, Undetermined, Verdict,
};
pub use paths::{PathResult, Supposed, paths};
