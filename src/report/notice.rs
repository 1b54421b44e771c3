//! What the formats with an entry for everything that is wrong have in common: findings, mistakes in inputs, and inputs
//! that could not be read.

use std::borrow::Cow;
use std::collections::HashSet;

use super::locate::Locator;
use crate::analysis::{Analysis, Finding, InputStatus, Level, Outcome, digest};
use crate::source::{Place, Problem, Severity};

/// The name of the check that an input which cannot be read fails.
pub(super) const UNREADABLE: &str = "unreadable-input";

/// Something that is wrong.
#[derive(Debug, Clone)]
pub(super) struct Notice<'a> {
    pub(super) level: Level,
    /// The rule, or the kind of mistake.
    pub(super) code: &'a str,
    pub(super) message: &'a str,
    pub(super) help: Option<Cow<'a, str>>,
    /// The input, as the user would write it.
    pub(super) path: &'a str,
    /// Where; nothing for an input that was not read.
    pub(super) place: Option<Place>,
    /// Its name across runs.
    pub(super) fingerprint: String,
    /// What it is about: `kind/name`; empty for what is no finding.
    pub(super) subject: &'a str,
    /// The input could not be understood here.
    pub(super) is_mistake: bool,
}

/// Everything that is wrong: mistakes, findings, and inputs of which nothing was read.
pub(super) fn notices<'a>(analysis: &'a Analysis, locator: &'a Locator<'_>) -> Vec<Notice<'a>> {
    let mut notices: Vec<Notice<'a>> =
        analysis.problems.iter().map(|problem| Notice::of_problem(problem, locator)).collect();
    let told: HashSet<&str> = notices.iter().map(|notice| notice.path).collect();
    let unread: Vec<Notice<'a>> = unreadable(analysis)
        .filter(|(path, _)| !told.contains(path))
        .map(|(path, reason)| Notice::of_input(path, reason))
        .collect();
    notices.extend(reported(analysis).map(|finding| Notice::of_finding(finding, locator)));
    notices.extend(unread);
    notices
}

/// The findings that are told where only what counts is told.
pub(super) fn reported(analysis: &Analysis) -> impl Iterator<Item = &Finding> {
    analysis.counted()
}

/// What to do about a finding. Of a connection that does not work it is what the nearest access method lacks: all of them
/// would take a page.
pub(super) fn remedy(finding: &Finding) -> Option<Cow<'_, str>> {
    let help = || finding.help.as_deref().map(Cow::Borrowed);
    // Opening a resource to everybody is no way to recommend beside another, and a method that is out of the question none
    // beside one that is not.
    let narrow = || finding.methods.iter().filter(|method| method.path_class != "public");
    let nearest = narrow().find(|method| !method.stopped).or_else(|| narrow().next()).or(finding.methods.first());
    let Some(nearest) = nearest else { return help() };
    let missing = nearest.requirements.iter().filter(|requirement| requirement.outcome == Outcome::Missing);
    let steps: Vec<String> = missing
        .map(|one| one.help.clone().unwrap_or_else(|| sentence(&one.text)))
        .filter(|step| !step.is_empty())
        .collect();
    if steps.is_empty() {
        return help();
    }
    Some(Cow::Owned(format!("by {} ({}): {}", nearest.name, nearest.title, steps.join(" "))))
}

/// The inputs that could not be read, or not whole, and why.
pub(super) fn unreadable(analysis: &Analysis) -> impl Iterator<Item = (&str, &str)> {
    analysis.inputs.iter().filter_map(|input| match &input.status {
        InputStatus::Unreadable(reason) => Some((input.path.as_str(), reason.as_str())),
        InputStatus::Checked | InputStatus::Skipped(_) => None,
    })
}

impl<'a> Notice<'a> {
    pub(super) fn of_finding(finding: &'a Finding, locator: &'a Locator<'_>) -> Self {
        Self {
            level: finding.level,
            code: &finding.rule,
            message: &finding.message,
            help: remedy(finding),
            path: locator.name(finding.primary.place),
            place: Some(finding.primary.place),
            fingerprint: finding.fingerprint.clone(),
            subject: finding.resources.first().map_or("", |subject| subject.resource.as_str()),
            is_mistake: false,
        }
    }

    pub(super) fn of_problem(problem: &'a Problem, locator: &'a Locator<'_>) -> Self {
        let path = locator.name(problem.primary.place);
        Self {
            level: if problem.severity == Severity::Warning { Level::Warning } else { Level::Error },
            code: problem.code,
            message: &problem.message,
            help: problem.help.as_deref().map(Cow::Borrowed),
            path,
            place: Some(problem.primary.place),
            fingerprint: digest(&[problem.code, path, &problem.message]),
            subject: "",
            is_mistake: true,
        }
    }

    fn of_input(path: &'a str, reason: &'a str) -> Self {
        Self {
            level: Level::Error,
            code: UNREADABLE,
            message: reason,
            help: None,
            path,
            place: None,
            fingerprint: digest(&[UNREADABLE, path]),
            subject: "",
            is_mistake: true,
        }
    }

    /// Message and help in sentences.
    pub(super) fn sentences(&self) -> String {
        sentences(self.message, self.help.as_deref())
    }
}

/// A message and help in sentences.
pub(super) fn sentences(message: &str, help: Option<&str>) -> String {
    let mut text = sentence(message);
    if let Some(help) = help {
        text.push_str("\nTo fix: ");
        text.push_str(&sentence(help));
    }
    text
}

/// A text with a full stop.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let stop = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{text}{stop}")
}
