//! Findings that do not count, and what a baseline lists though it occurs no more.

use serde::Serialize;

use super::super::locate::Locator;
use super::Location;
use crate::analysis::{GoneFinding, Ignored, IgnoredBy};

/// Why a finding does not count.
#[derive(Serialize)]
pub(super) struct JsonIgnored<'a> {
    by: IgnoredBy,
    reason: Option<&'a str>,
    until: Option<String>,
    place: Location<'a>,
}

impl<'a> JsonIgnored<'a> {
    pub(super) fn new(locator: &Locator<'a>, ignored: &'a Ignored) -> Self {
        Self {
            by: ignored.by,
            reason: ignored.reason.as_deref(),
            until: ignored.until.map(|date| date.to_string()),
            place: Location::new(locator, ignored.place),
        }
    }
}

/// An entry of a baseline that was not found again.
#[derive(Serialize)]
pub(super) struct Gone<'a> {
    rule: &'a str,
    resources: &'a [String],
    fingerprint: &'a str,
    place: Location<'a>,
}

impl<'a> Gone<'a> {
    pub(super) fn new(locator: &Locator<'a>, gone: &'a GoneFinding) -> Self {
        Self {
            rule: &gone.entry.rule,
            resources: &gone.entry.resources,
            fingerprint: &gone.entry.fingerprint,
            place: Location::new(locator, gone.place),
        }
    }
}
