//! Flows, verdicts, rules: from a topology to findings.

mod finding;

pub use finding::{
    Analysis, Citation, Finding, FlowResult, Input, InputStatus, Level, MethodResult, MissingFact,
    Outcome, Participant, RequirementResult, Undetermined, Verdict,
};
