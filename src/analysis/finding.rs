//! What an analysis says: findings, verdicts with their evidence, and what stayed undetermined.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::exceptions::{GoneFinding, Ignored};
use super::repair::{Repair, RepairStep};
use super::standing::Part;
use crate::source::{Label, Place, Problem};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Less isolated than it looks, or likely to surprise.
    Warning,
    /// It will not work, or it breaks a documented constraint.
    Error,
}

impl Level {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// One breach of a rule. It cannot exist without a place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The name of the rule.
    pub rule: String,
    /// How much it matters.
    pub level: Level,
    /// The fact, in one sentence.
    pub message: String,
    /// Where, and what is there.
    pub primary: Label,
    /// The other ends of it, also in other files.
    pub related: Vec<Label>,
    /// What to change, and where.
    pub help: Option<String>,
    /// Further remarks: what was assumed, that it holds only if deployed, what another edition says.
    pub notes: Vec<String>,
    /// The resources in their roles, the subject first.
    pub resources: Vec<Participant>,
    /// The field that the primary place shows, as a path below its resource.
    pub field: Option<String>,
    /// Names the finding across runs: rule, resources in their roles, field path; no line, no message.
    pub fingerprint: String,
    /// The fingerprint of the finding that this one is a consequence of.
    pub caused_by: Option<String>,
    /// Of a finding about a flow: which one, as an index into [`Analysis::flows`].
    pub flow: Option<usize>,
    /// The access methods of a blocked flow, the nearest first.
    pub methods: Vec<MethodResult>,
    /// The ways to repair it; of a blocked flow one for each access method that knows any.
    pub repairs: Vec<Repair>,
    /// Where the documentation says so.
    pub citations: Vec<Citation>,
    /// Why it does not count, if it does not.
    pub ignored: Option<Ignored>,
}

/// A resource and what it is to a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Participant {
    /// The name of the variable in the rule: `job`, `binding`, `origin`, `target`.
    pub role: String,
    /// `kind/name`.
    pub resource: String,
}

/// A statement of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Citation {
    /// The clause, where it is one of the source documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clause: Option<String>,
    /// File name or title of the document.
    pub document: String,
    /// Heading within it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// Line within the source text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Date of the document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Whether a requirement or a method holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds.
    Met,
    /// It cannot be told.
    Unknown,
    /// It does not hold.
    Missing,
}

/// An access method, tried on a flow.
#[derive(Debug, Clone)]
pub struct MethodResult {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// How private the path would be.
    pub path_class: String,
    /// All requirements met, one missing, or neither.
    pub outcome: Outcome,
    /// The candidate it was tried with (an endpoint, a link), where it has candidates.
    pub candidate: Option<String>,
    /// Every requirement, in the order of the method; only those that were judged.
    pub requirements: Vec<RequirementResult>,
    /// A prerequisite is missing or there is no candidate, so that the rest was not judged.
    pub stopped: bool,
}

/// A requirement, tried on a flow.
#[derive(Debug, Clone)]
pub struct RequirementResult {
    /// Its name within the method.
    pub name: String,
    /// Whether it holds.
    pub outcome: Outcome,
    /// What is missing or unknown; empty when met.
    pub text: String,
    /// What would make it hold; of a missing one.
    pub help: Option<String>,
    /// What to change so that it holds; of a missing one, where it is known.
    pub repair: Vec<RepairStep>,
    /// The lines that made it so.
    pub places: Vec<Label>,
    /// The clauses it rests on.
    pub clauses: Vec<String>,
}

/// A finding that was repaired in the files.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The name of the rule.
    pub rule: String,
    /// How much it mattered.
    pub level: Level,
    /// The fact, as it was.
    pub message: String,
    /// The name of the finding across runs.
    pub fingerprint: String,
    /// What was changed; the places are those of the file as it was.
    pub changes: Vec<RepairStep>,
    /// The files that were changed.
    pub files: Vec<String>,
}

/// A connection and whether it will work.
#[derive(Debug, Clone)]
pub struct FlowResult {
    /// What sort it is: the group of access methods.
    pub group: Arc<str>,
    /// In words: "output `cold`".
    pub name: String,
    /// What for.
    pub purpose: Arc<str>,
    /// `kind/name` of who connects.
    pub origin: String,
    /// `kind/name` of what it connects to.
    pub target: String,
    /// `kind/name` of what declares it.
    pub declared_by: String,
    /// `open`, `blocked` or `undetermined`.
    pub verdict: Verdict,
    /// The strongest satisfied method, of an open flow.
    pub method: Option<Arc<str>>,
    /// The path class of that method.
    pub path_class: Option<&'static str>,
    /// Of a blocked flow what its nearest method misses, as `method/requirement`.
    pub missing: Vec<String>,
    /// Where it is declared.
    pub place: Place,
}

/// The answer for a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Some access method is satisfied.
    Open,
    /// Every access method misses something.
    Blocked,
    /// Neither can be told.
    Undetermined,
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Blocked => "blocked",
            Self::Undetermined => "undetermined",
        }
    }
}

/// A check that could not be decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undetermined {
    /// The rule, or for a flow the word `flow`.
    pub check: String,
    /// `kind/name` of the subject, or the flow in words.
    pub subject: String,
    /// What would have to be known.
    pub facts: Vec<MissingFact>,
}

/// A fact that is not known from the inputs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MissingFact {
    /// `kind/name` of the resource it belongs to.
    pub resource: String,
    /// The field path below the resource; empty where the resource itself is in doubt.
    pub field: String,
    /// Why it is unknown.
    pub reason: String,
    /// Where the value or its owner stands.
    pub place: Place,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Input {
    /// The path as the user would write it.
    pub path: String,
    /// The input format: `topology`.
    pub format: &'static str,
    /// What became of it.
    pub status: InputStatus,
}

/// A type of resources that matter for isolation and were not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// The type, as the input format calls it.
    pub ty: String,
    /// What stays untold.
    pub why: String,
    /// How many there are.
    pub count: usize,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputStatus {
    /// Read and checked.
    Checked,
    /// Found in a folder, but not a topology; with the reason.
    Skipped(String),
    /// Not or only partly read; with the reason.
    Unreadable(String),
}

impl Analysis {
    /// The breaches that count: those that no exception and no baseline covers.
    pub fn counted(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.ignored.is_none())
    }
}

/// Everything that one run has to say. Reports are made of this and the sources alone.
#[derive(Debug, Default)]
pub struct Analysis {
    /// Breaches, in the order of their places; also those that are ignored.
    pub findings: Vec<Finding>,
    /// Breaches that a baseline knows and that are there no more.
    pub gone: Vec<GoneFinding>,
    /// Breaches that were repaired before.
    pub fixed: Vec<Fixed>,
    /// Mistakes in the inputs.
    pub problems: Vec<Problem>,
    /// Every connection with its verdict.
    pub flows: Vec<FlowResult>,
    /// What is needed for a picture, where one is drawn.
    pub parts: Vec<Part>,
    /// Checks that could not be decided.
    pub undetermined: Vec<Undetermined>,
    /// What was read.
    pub inputs: Vec<Input>,
    /// Resources that matter for isolation and were not understood.
    pub unread: Vec<Unread>,
    /// How many resources were checked.
    pub resources: usize,
    /// How many rules were applied.
    pub rules: usize,
    /// The edition of the knowledge: `documents` or `current`.
    pub edition: String,
}
