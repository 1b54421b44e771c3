//! Rules about how isolint is used: exceptions that are wrong, late or needless. They are no knowledge about Azure, but are
//! listed, explained and given levels like all others.

use super::NamedRule;

/// A rule of the program itself.
#[derive(Debug, Clone, Copy)]
pub struct ProgramRule {
    /// Its name.
    pub name: &'static str,
    /// Its level, unless the user sets another.
    pub level: &'static str,
    /// What it says, in a sentence.
    pub title: &'static str,
    /// The explanation for people.
    pub why: &'static str,
    /// A topology with an exception that it finds, or a part of a configuration.
    pub example: &'static str,
}

impl ProgramRule {
    /// The rule of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Self> {
        PROGRAM_RULES.iter().find(|rule| rule.name == name)
    }

    /// As settings name it.
    #[must_use]
    pub fn named<'a>(&self) -> NamedRule<'a> {
        NamedRule { name: self.name, formerly: &[], is_off: false, is_change: false, ignorable: false }
    }
}

/// An exception that cannot be read.
pub const MALFORMED_EXCEPTION: &str = "malformed-exception";
/// An exception for a rule that does not exist.
pub const EXCEPTION_FOR_UNKNOWN_RULE: &str = "exception-for-unknown-rule";
/// An exception for a rule that may not be ignored.
pub const EXCEPTION_NOT_ALLOWED: &str = "exception-not-allowed";
/// An exception whose day is over.
pub const EXPIRED_EXCEPTION: &str = "expired-exception";
/// An exception that ignores nothing.
pub const UNUSED_EXCEPTION: &str = "unused-exception";
/// An exception without the reason that the configuration demands.
pub const EXCEPTION_WITHOUT_REASON: &str = "exception-without-reason";
/// An exception that lasts longer than the configuration allows.
pub const EXCEPTION_TOO_LONG: &str = "exception-too-long";

/// All of them, in the order of their names.
pub const PROGRAM_RULES: &[ProgramRule] = &[
    ProgramRule {
        name: EXCEPTION_FOR_UNKNOWN_RULE,
        level: "error",
        title: "An exception names a rule that does not exist",
        why: "It ignores nothing, though somebody believes that it does: the name is misspelt, or the rule is of a folder \
              that is not given by `rules`. Former names of a rule are known.",
        example: "storage:\n  raw:\n    # isolint: ignore[no-such-rule] reason=Nobody will ever see this\n    network: {default_action: deny}\n",
    },
    ProgramRule {
        name: EXCEPTION_NOT_ALLOWED,
        level: "error",
        title: "An exception names a rule that may not be ignored",
        why: "`not-ignorable` in `isolint.toml` says which rules must hold without exception, and so does `ignorable: \
              false` in the file of a rule; those about exceptions themselves never have any. What the exception was meant \
              for is found as if it were not there. A baseline does not cover it either.",
        example: "storage:\n  raw:\n    # isolint: ignore[unused-exception]\n    network: {default_action: deny}\n",
    },
    ProgramRule {
        name: EXCEPTION_TOO_LONG,
        level: "error",
        title: "An exception lasts longer than the configuration allows",
        why: "`longest-exception` in `isolint.toml` says for how many days from today an exception may hold, so that each is \
              looked at again in time. One without an end lasts too long as well. It is obeyed all the same: this finding \
              is the only one about it.",
        example: "longest-exception = 90\n\n[[exception]]\nrule = \"job-flow-blocked\"\nresource = \"storage/archive\"\n",
    },
    ProgramRule {
        name: EXCEPTION_WITHOUT_REASON,
        level: "error",
        title: "An exception gives no reason",
        why: "`require-reason` in `isolint.toml` asks every exception for the reason why what is found there is accepted. \
              Who reads it in a year will want to know. It is obeyed all the same: this finding is the only one about it.",
        example: "require-reason = true\n\n[[exception]]\nrule = \"job-flow-blocked\"\nresource = \"storage/archive\"\n",
    },
    ProgramRule {
        name: EXPIRED_EXCEPTION,
        level: "warning",
        title: "An exception has expired",
        why: "The day after `until` it ignores nothing any more: what it was for is found again. Repair that, or renew the \
              exception with a reason.",
        example: "storage:\n  raw:\n    # isolint: ignore[ip-rule-with-open-default] until=2024-01-31\n    network: {ip_rules: [198.51.100.20]}\n",
    },
    ProgramRule {
        name: MALFORMED_EXCEPTION,
        level: "error",
        title: "An exception cannot be read",
        why: "A comment that starts with `isolint:` reads `# isolint: ignore[rule-name, other] until=2027-01-31 \
              reason=...`; what stands after the bracket may be left out. An exception that cannot be read ignores nothing. \
              There is none for all rules at once: each that is to be ignored is named.",
        example: "storage:\n  raw:\n    # isolint: ignore[ip-rule-with-open-default] until=next-year\n    network: {ip_rules: [198.51.100.20]}\n",
    },
    ProgramRule {
        name: UNUSED_EXCEPTION,
        level: "warning",
        title: "An exception ignores nothing",
        why: "What it was for was repaired, or moved away from it. Left where it is, it would hide the next finding of that \
              rule. `isolint check --fix` removes it. Exceptions for rules that are not applied in a run, and those in \
              files with mistakes, are not called unused.",
        example: "storage:\n  raw:\n    # isolint: ignore[ip-rule-with-open-default]\n    network: {default_action: deny}\n",
    },
];
