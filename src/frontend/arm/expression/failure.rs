//! Why something has no value.

use crate::frontend::arm::value::{Reason, Value};
use crate::source::{Label, did_you_mean};

/// What a function gives.
pub type Outcome = Result<Value, Failure>;

/// Why a function gives no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something is wrong with the call.
    Wrong {
        /// The argument that is wrong, counted from 0; `None` for the call as a whole.
        argument: Option<usize>,
        /// What is wrong, in one sentence.
        refusal: Refusal,
    },
    /// The value hangs on something unknown: the first unknown argument, if there is one.
    Undetermined,
    /// The value cannot be told, for this reason.
    Unknown(Reason),
    /// The value is larger, or takes more work, than is done for one input.
    TooMuch,
}

/// What is wrong, to be said at the place of a name or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// A stable, kebab-case name of the kind of mistake.
    pub code: &'static str,
    /// The fact, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that matter.
    pub related: Vec<Label>,
}

impl Refusal {
    /// A mistake.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, related: Vec::new() }
    }

    /// A name that nothing has: `what` says of which kind of thing, as in "parameter".
    #[must_use]
    pub fn unknown_name<'a>(what: &str, name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        let shown: String = name.chars().take(60).collect();
        let mut refusal = Self::new("unknown-name", format!("there is no {what} `{shown}`"));
        // A template has no more variables than these, and searching takes time.
        refusal.help =
            did_you_mean(name, candidates.into_iter().take(512)).map(|near| format!("did you mean `{near}`?"));
        refusal
    }

    /// The same with a word on what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn related(mut self, label: Label) -> Self {
        self.related.push(label);
        self
    }
}

impl Failure {
    /// The call as a whole is wrong.
    #[must_use]
    pub fn wrong(message: impl Into<String>) -> Self {
        Self::Wrong { argument: None, refusal: Refusal::new("wrong-argument", message) }
    }

    /// That argument is wrong.
    #[must_use]
    pub fn argument(index: usize, message: impl Into<String>) -> Self {
        Self::Wrong { argument: Some(index), refusal: Refusal::new("wrong-argument", message) }
    }

    /// The same with a word on what to do, if something is wrong.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Wrong { argument, refusal } => Self::Wrong { argument, refusal: refusal.help(help) },
            other => other,
        }
    }
}
