//! Flows, verdicts, rules: from a topology to findings.

mod answers;
mod citations;
mod comparison;
mod editions;
mod engine;
mod exceptions;
mod explain;
mod finding;
mod fingerprint;
mod flows;
mod grouping;
mod parallel;
mod paths;
mod policy;
mod repair;
mod rules;
mod standing;
mod tell;
mod trace;
mod verdicts;
mod visit;
mod wording;

pub use answers::{Answers, CheckAnswer, FlowAnswer, Member, Subject, answers};
pub use citations::Citations;
pub use comparison::{Amend, Change, Changed, Comparison, Direction, FlowChange, FlowChangeKind, State, compare};
pub use engine::{Options, UnitResult, analyse, sort_findings};
pub use exceptions::{
    Acceptance, Accounting, Accounts, Baseline, BaselineEntry, BaselineMatch, Date, ExceptedRule, Exception,
    Exceptions, GoneFinding, Ignored, IgnoredBy, Judged, Layout, Malformed, Scope, Until, account, comment_exceptions,
    removals, write_baseline,
};
pub use finding::{
    Analysis, Citation, Finding, Fixed, FlowResult, Input, InputStatus, Level, MethodResult, MissingFact, Outcome,
    Participant, RequirementResult, Undetermined, Unread, Verdict,
};
pub use fingerprint::digest;
pub use paths::{PathResult, Supposed, paths};
pub use repair::{Layouts, Repair, RepairStep};
pub use standing::{Estate, Part, Standing, Surrounding};
