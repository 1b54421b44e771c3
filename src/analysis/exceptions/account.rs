//! Which findings exceptions cover, and what is to be said about the exceptions themselves.

use std::collections::{BTreeMap, HashMap};

use super::tell::Teller;
use super::{Date, Exception, Exceptions, Ignored, IgnoredBy, Scope};
use crate::analysis::finding::{Finding, Level};
use crate::knowledge::definitions::program::UNUSED_EXCEPTION;
use crate::knowledge::definitions::{Definitions, NamedRule};
use crate::source::{FileId, Sources, matches_glob, matches_path};

/// How exceptions are held against findings.
pub struct Accounting<'a> {
    /// The rules there are.
    pub definitions: &'a Definitions,
    /// Whether a rule was applied to a file, so that an exception for it could have been of use.
    pub applied: &'a dyn Fn(&str, FileId) -> bool,
    /// The level of a rule, where the user has set one.
    pub level_of: &'a dyn Fn(&str) -> Option<Level>,
    /// The day by which exceptions expire.
    pub today: Date,
    /// Every exception must give a reason.
    pub require_reason: bool,
    /// For how many days from today an exception may hold.
    pub longest: Option<u32>,
    /// Globs of rules that have no exceptions.
    pub not_ignorable: &'a [String],
    /// What findings are about: a topology, or a change of one. Only of rules about that an exception can be called unused.
    pub subject: Judged,
    /// Ignore what exceptions cover; otherwise it is only said that they would.
    pub obey: bool,
    /// Whether an exception can be called unused: everything that it may be for was read.
    pub judges_use: &'a dyn Fn(&Exception) -> bool,
    /// The path of a file below the folder of the configuration.
    pub path_of: &'a dyn Fn(FileId) -> Option<String>,
}

/// What the findings are about that exceptions are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// A topology.
    Topology,
    /// The step from one to another.
    Change,
}

/// What accounting came to.
#[derive(Debug, Default)]
pub struct Accounts {
    /// What is to be said about exceptions.
    pub findings: Vec<Finding>,
    /// Rules of exceptions that ignore nothing: of an exception, by its index, those of its rules.
    pub needless: BTreeMap<usize, Vec<usize>>,
    /// An exception of the configuration names a rule that does not exist.
    unknown_in_configuration: bool,
}

impl Accounts {
    /// Whether an exception of the configuration cannot be read, or names a rule that does not exist.
    #[must_use]
    pub fn is_misconfigured(&self, exceptions: &Exceptions) -> bool {
        let of_configuration = |by| by == IgnoredBy::Configuration;
        exceptions.malformed.iter().any(|one| of_configuration(one.by)) || self.unknown_in_configuration
    }
}

/// What became of one rule of an exception.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// There is no such rule.
    Unknown,
    /// It may not be ignored.
    Refused,
    /// It has covered nothing yet.
    Idle,
    /// It covers something.
    Used,
}

/// Marks the findings that exceptions cover, and tells about the exceptions.
pub fn account<'f>(
    findings: impl IntoIterator<Item = &'f mut Finding>,
    exceptions: &Exceptions,
    sources: &Sources,
    how: &Accounting<'_>,
) -> Accounts {
    let mut standings = Vec::new();
    let mut by_rule: HashMap<&str, Vec<(usize, usize)>> = HashMap::new();
    for (index, exception) in exceptions.read.iter().enumerate() {
        let mut of_rules = Vec::new();
        for (number, rule) in exception.rules.iter().enumerate() {
            let meant: Vec<NamedRule<'_>> =
                how.definitions.named_rules().filter(|named| named.is_meant_by(&rule.name)).collect();
            let allowed: Vec<&str> = meant.iter().filter(|named| how.allows(named)).map(|named| named.name).collect();
            of_rules.push(match (meant.is_empty(), allowed.is_empty()) {
                (true, _) => Standing::Unknown,
                (false, true) => Standing::Refused,
                (false, false) => Standing::Idle,
            });
            for name in allowed {
                by_rule.entry(name).or_default().push((index, number));
            }
        }
        standings.push(of_rules);
    }
    for finding in findings {
        let candidates = by_rule.get(finding.rule.as_str()).map_or(&[][..], Vec::as_slice);
        for (index, number) in candidates {
            let Some(exception) = exceptions.read.get(*index) else { continue };
            if !how.covers(exception, finding) {
                continue;
            }
            if let Some(standing) = standings.get_mut(*index).and_then(|rules| rules.get_mut(*number)) {
                *standing = Standing::Used;
            }
            if !how.has_expired(exception) {
                how.ignore(exception, finding, sources);
            }
        }
    }
    how.tell(exceptions, &standings)
}

impl Accounting<'_> {
    fn allows(&self, rule: &NamedRule<'_>) -> bool {
        may_be_ignored(rule, self.not_ignorable)
    }

    pub(super) fn has_expired(&self, exception: &Exception) -> bool {
        exception.until.is_some_and(|until| until.date < self.today)
    }

    fn covers(&self, exception: &Exception, finding: &Finding) -> bool {
        let at = finding.primary.place;
        match &exception.scope {
            Scope::Bytes(covered) => {
                covered.file == at.file
                    && covered.span.start <= at.span.start
                    && at.span.start < covered.span.end.max(covered.span.start + 1)
            }
            Scope::Globs { resources, paths } => {
                let is_there =
                    || (self.path_of)(at.file).is_some_and(|path| paths.iter().any(|glob| matches_path(glob, &path)));
                let takes_part =
                    || finding.resources.iter().any(|one| resources.iter().any(|glob| names(glob, &one.resource)));
                (resources.is_empty() || takes_part()) && (paths.is_empty() || is_there())
            }
        }
    }

    fn ignore(&self, exception: &Exception, finding: &mut Finding, sources: &Sources) {
        if self.obey {
            finding.ignored.get_or_insert_with(|| Ignored {
                by: exception.by,
                reason: exception.reason.clone(),
                until: exception.until.map(|until| until.date),
                place: exception.place,
            });
            return;
        }
        let line = sources
            .file(exception.place.file)
            .map(|file| (file.name.as_str(), file.line_of(exception.place.span.start)));
        let (file, line) = line.unwrap_or(("", 1));
        let reason = exception.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
        finding.notes.push(format!("an exception ignores it ({file}:{line}){reason}"));
    }

    fn tell(&self, exceptions: &Exceptions, standings: &[Vec<Standing>]) -> Accounts {
        let teller = Teller { how: self };
        let mut accounts = Accounts::default();
        accounts.findings.extend(exceptions.malformed.iter().filter_map(|malformed| teller.malformed(malformed)));
        for (index, (exception, standings)) in exceptions.read.iter().zip(standings).enumerate() {
            let has_expired = self.has_expired(exception);
            let is_over = standings.iter().all(|standing| *standing == Standing::Idle)
                && exception.rules.iter().all(|rule| self.could_be_of_use(exception, &rule.name));
            accounts.findings.extend(teller.conditions(exception, is_over));
            for (number, (rule, standing)) in exception.rules.iter().zip(standings).enumerate() {
                accounts.unknown_in_configuration |=
                    *standing == Standing::Unknown && exception.by == IgnoredBy::Configuration;
                let is_needless = *standing == Standing::Idle && self.could_be_of_use(exception, &rule.name);
                if is_needless {
                    accounts.needless.entry(index).or_default().push(number);
                }
                accounts.findings.extend(match standing {
                    Standing::Unknown => teller.unknown(exception, rule),
                    Standing::Refused => teller.refused(exception, rule),
                    Standing::Idle if is_needless && !has_expired => teller.unused(exception, rule),
                    Standing::Idle | Standing::Used => None,
                });
            }
        }
        accounts
    }

    /// Whether what an exception is for was looked for.
    fn could_be_of_use(&self, exception: &Exception, rule: &str) -> bool {
        let meant = || self.definitions.named_rules().filter(|named| named.is_meant_by(rule));
        let file = match &exception.scope {
            Scope::Bytes(covered) => covered.file,
            Scope::Globs { .. } => exception.place.file,
        };
        let is_judged = (self.judges_use)(exception) && (self.applied)(UNUSED_EXCEPTION, exception.place.file);
        // Of a glob that means rules of both sorts, those about topologies say whether it is of use.
        let is_about = match self.subject {
            Judged::Topology => meant().any(|named| !named.is_change && (self.applied)(named.name, file)),
            Judged::Change => meant().all(|named| named.is_change && (self.applied)(named.name, file)),
        };
        is_judged && is_about
    }
}

/// Whether what a rule finds may be ignored: neither its own file nor the configuration says otherwise. `not_ignorable` are
/// the globs of the configuration.
pub(super) fn may_be_ignored(rule: &NamedRule<'_>, not_ignorable: &[String]) -> bool {
    rule.ignorable && !not_ignorable.iter().any(|pattern| rule.is_meant_by(pattern))
}

/// Whether a glob means a resource, or what the address belongs to: `job/telemetry` means `job/telemetry.outputs.cold`.
fn names(glob: &str, address: &str) -> bool {
    let owners = address.match_indices('.').filter_map(|(at, _)| address.get(..at));
    matches_glob(glob, address) || owners.into_iter().any(|owner| matches_glob(glob, owner))
}
