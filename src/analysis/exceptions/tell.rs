//! What is said about exceptions.

use super::account::Accounting;
use super::{ExceptedRule, Exception, IgnoredBy, Malformed};
use crate::analysis::explain::parse_level;
use crate::analysis::finding::{Finding, Participant};
use crate::analysis::fingerprint::fingerprint;
use crate::analysis::repair::Repair;
use crate::knowledge::definitions::program::{
    EXCEPTION_FOR_UNKNOWN_RULE, EXCEPTION_NOT_ALLOWED, EXCEPTION_TOO_LONG, EXCEPTION_WITHOUT_REASON, EXPIRED_EXCEPTION,
    MALFORMED_EXCEPTION, ProgramRule, UNUSED_EXCEPTION,
};
use crate::source::{Label, Place, did_you_mean};

/// Makes findings about exceptions.
pub(super) struct Teller<'a> {
    pub(super) how: &'a Accounting<'a>,
}

/// What a finding is about.
struct Subject<'a> {
    owner: &'a str,
    rule: &'a str,
    place: Place,
}

impl Teller<'_> {
    pub(super) fn malformed(&self, malformed: &Malformed) -> Option<Finding> {
        let subject = Subject { owner: &malformed.owner, rule: "", place: malformed.place };
        let mut finding = self.finding(MALFORMED_EXCEPTION, &subject, malformed.message.clone(), &malformed.help)?;
        finding.notes.push("it ignores nothing".to_owned());
        Some(finding)
    }

    pub(super) fn unknown(&self, exception: &Exception, rule: &ExceptedRule) -> Option<Finding> {
        let name = &rule.name;
        let what = if name.contains('*') { "no rule has a name like" } else { "there is no rule" };
        let near = did_you_mean(name, self.how.definitions.named_rules().map(|named| named.name));
        let help =
            near.map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        let message = format!("{what} `{name}`, for which this exception is made");
        self.finding(EXCEPTION_FOR_UNKNOWN_RULE, &subject(exception, rule), message, &help)
    }

    pub(super) fn refused(&self, exception: &Exception, rule: &ExceptedRule) -> Option<Finding> {
        let name = &rule.name;
        let (message, help) = match ProgramRule::find(name) {
            Some(_) => (
                format!("`{name}` is about exceptions and has none itself"),
                format!(
                    "To hear nothing of it, set its level to `off` in the configuration: `{name} = \"off\"` below `[level]`."
                ),
            ),
            None if self.is_settled(name) => {
                (format!("`{name}` may not be ignored: its own file says so"), "Repair what is found.".to_owned())
            }
            None => (
                format!("`{name}` may not be ignored: the configuration says so"),
                "Repair what is found, or take the rule out of `not-ignorable` in the configuration.".to_owned(),
            ),
        };
        self.finding(EXCEPTION_NOT_ALLOWED, &subject(exception, rule), message, &help)
    }

    /// Whether the rules of that name are not ignorable by themselves.
    fn is_settled(&self, name: &str) -> bool {
        let mut meant = self.how.definitions.named_rules().filter(|rule| rule.is_meant_by(name));
        meant.any(|rule| !rule.ignorable && ProgramRule::find(rule.name).is_none())
    }

    pub(super) fn unused(&self, exception: &Exception, rule: &ExceptedRule) -> Option<Finding> {
        let message = format!("the exception for `{}` ignores nothing", rule.name);
        let of_several = exception.rules.len() > 1;
        let help = match (exception.by, of_several) {
            (_, false) => "Remove it, so that it does not hide the next finding.",
            (IgnoredBy::Comment, true) => "Take the rule out of it, so that it does not hide the next finding.",
            (_, true) => "Take the rule out of the list, so that it does not hide the next finding.",
        };
        let mut finding = self.finding(UNUSED_EXCEPTION, &subject(exception, rule), message, help)?;
        if exception.by == IgnoredBy::Comment || !of_several {
            finding.repairs.push(removal());
        }
        Some(finding)
    }

    /// What is wrong with an exception as a whole: that it is late, lasts too long, or gives no reason. `is_over` says
    /// that there is nothing left for it to ignore.
    pub(super) fn conditions(&self, exception: &Exception, is_over: bool) -> impl Iterator<Item = Finding> {
        let expired =
            if self.how.has_expired(exception) { self.expired(exception, is_over) } else { self.too_long(exception) };
        let silent = self.how.require_reason && exception.reason.is_none();
        let without_reason = silent.then(|| self.without_reason(exception)).flatten();
        expired.into_iter().chain(without_reason)
    }

    fn expired(&self, exception: &Exception, is_over: bool) -> Option<Finding> {
        let until = exception.until?;
        let message = format!("the exception for {} expired on {}", rules(exception), until.date);
        let help = match is_over {
            true => "Remove it: what it was for is found no more.",
            false => "Repair what it was for and remove it, or give it a later day.",
        };
        let mut finding = self.finding(EXPIRED_EXCEPTION, &whole(exception, until.place), message, help)?;
        if is_over {
            finding.repairs.push(removal());
        }
        Some(finding)
    }

    fn too_long(&self, exception: &Exception) -> Option<Finding> {
        let days = self.how.longest?;
        let last = self.how.today.after(days);
        let (how_long, place) = match exception.until {
            Some(until) if until.date <= last => return None,
            Some(until) => (format!("lasts until {}", until.date), until.place),
            None => ("has no end".to_owned(), exception.place),
        };
        let message = format!("the exception for {} {how_long}; {days} days are allowed", rules(exception));
        let help = format!("Let it end on {last} at the latest.");
        self.finding(EXCEPTION_TOO_LONG, &whole(exception, place), message, &help)
    }

    fn without_reason(&self, exception: &Exception) -> Option<Finding> {
        let message = format!("the exception for {} gives no reason", rules(exception));
        let help = match exception.by {
            IgnoredBy::Comment => "Add `reason=` and why what is found there is accepted.",
            _ => "Add `reason` and why what is found there is accepted.",
        };
        self.finding(EXCEPTION_WITHOUT_REASON, &whole(exception, exception.place), message, help)
    }

    /// A finding of a rule of the program; nothing where the rule is off.
    fn finding(&self, rule: &str, subject: &Subject<'_>, message: String, help: &str) -> Option<Finding> {
        let definition = ProgramRule::find(rule)?;
        if !(self.how.applied)(rule, subject.place.file) {
            return None;
        }
        let participant = |role: &str, text: &str| Participant { role: role.to_owned(), resource: text.to_owned() };
        let mut resources = vec![participant("exception", subject.owner)];
        if !subject.rule.is_empty() {
            resources.push(participant("rule", subject.rule));
        }
        Some(Finding {
            rule: rule.to_owned(),
            level: (self.how.level_of)(rule).or_else(|| parse_level(definition.level))?,
            message,
            primary: Label { place: subject.place, text: String::new() },
            related: Vec::new(),
            help: Some(help.to_owned()),
            notes: Vec::new(),
            fingerprint: fingerprint(rule, &resources, None),
            resources,
            field: None,
            caused_by: None,
            flow: None,
            methods: Vec::new(),
            repairs: Vec::new(),
            citations: Vec::new(),
            ignored: None,
        })
    }
}

fn subject<'a>(exception: &'a Exception, rule: &'a ExceptedRule) -> Subject<'a> {
    Subject { owner: &exception.owner, rule: &rule.name, place: rule.place }
}

fn whole(exception: &Exception, place: Place) -> Subject<'_> {
    Subject { owner: &exception.owner, rule: exception.rules.first().map_or("", |rule| &rule.name), place }
}

/// The exception is taken out of its file: no change of a resource.
fn removal() -> Repair {
    Repair { method: None, changes: Vec::new(), reason_not: None }
}

/// `` `a`, `b` ``
fn rules(exception: &Exception) -> String {
    let names: Vec<String> = exception.rules.iter().map(|rule| format!("`{}`", rule.name)).collect();
    names.join(", ")
}
