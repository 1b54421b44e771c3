//! Exceptions: what is found and accepted, with a reason and an end. Each is accounted for: one that is malformed, late or
//! needless is a finding of its own.

mod account;
mod baseline;
mod comment;
mod date;
mod removal;
mod tell;

use serde::Serialize;

use crate::source::{Place, Span};

use account::may_be_ignored;
pub use account::{Accounting, Accounts, Judged, account};
pub use baseline::{Acceptance, Baseline, BaselineEntry, BaselineMatch, GoneFinding, write_baseline};
pub use comment::comment_exceptions;
pub use date::Date;
pub use removal::removals;

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ignored {
    /// What says so.
    pub by: IgnoredBy,
    /// The reason that was given.
    pub reason: Option<String>,
    /// The last day on which it is ignored.
    pub until: Option<Date>,
    /// Where that is said.
    pub place: Place,
}

/// What says that a finding does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum IgnoredBy {
    /// A comment in the file.
    Comment,
    /// An exception in the configuration.
    Configuration,
    /// It was there when the baseline was written.
    Baseline,
}

/// An exception as somebody wrote it.
#[derive(Debug, Clone)]
pub struct Exception {
    /// What says it; never the baseline.
    pub by: IgnoredBy,
    /// All of it.
    pub place: Place,
    /// The rules that it names, at least one.
    pub rules: Vec<ExceptedRule>,
    /// What it covers.
    pub scope: Scope,
    /// The last day on which it holds.
    pub until: Option<Until>,
    /// The reason.
    pub reason: Option<String>,
    /// What it belongs to, for the name of findings about it: `kind/name`, or what the configuration says.
    pub owner: String,
    /// How it is written.
    pub layout: Layout,
}

/// A rule in an exception.
#[derive(Debug, Clone)]
pub struct ExceptedRule {
    /// Its name, or in the configuration a glob.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
}

/// The end of an exception.
#[derive(Debug, Clone, Copy)]
pub struct Until {
    /// Its last day.
    pub date: Date,
    /// Where that is said.
    pub place: Place,
}

/// What an exception covers.
#[derive(Debug, Clone)]
pub enum Scope {
    /// What is found in these bytes.
    Bytes(Place),
    /// What is found of these resources, in files of these paths. An empty list stands for all of them.
    Globs {
        /// Globs on the addresses of resources.
        resources: Vec<String>,
        /// Globs on paths below the folder of the configuration.
        paths: Vec<String>,
    },
}

/// How an exception is written, for taking it out again.
#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// A comment on a line of its own, or behind something; and the bytes between its brackets.
    Comment {
        /// Nothing else stands on its line.
        own_line: bool,
        /// The bytes between the brackets.
        list: Span,
    },
    /// A table in the configuration.
    Table,
}

/// Something that was meant to be an exception.
#[derive(Debug, Clone)]
pub struct Malformed {
    /// What says it.
    pub by: IgnoredBy,
    /// What is wrong, in a sentence.
    pub message: String,
    /// Where.
    pub place: Place,
    /// How to write it.
    pub help: String,
    /// What it belongs to.
    pub owner: String,
}

/// The exceptions of a unit.
#[derive(Debug, Clone, Default)]
pub struct Exceptions {
    /// Those that can be read.
    pub read: Vec<Exception>,
    /// Those that cannot.
    pub malformed: Vec<Malformed>,
}
