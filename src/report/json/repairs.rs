//! Repairs in the report for programs.

use serde::Serialize;

use super::Location;
use crate::analysis::{Fixed, Level, Repair, RepairStep};
use crate::report::locate::Locator;

/// A way to repair a finding.
#[derive(Serialize)]
pub(super) struct JsonRepair<'a> {
    method: Option<&'a str>,
    changes: Vec<JsonChange<'a>>,
    applicable: bool,
    reason_not: Option<&'a str>,
}

impl<'a> JsonRepair<'a> {
    pub(super) fn new(locator: &Locator<'a>, repair: &'a Repair) -> Self {
        Self {
            method: repair.method.as_deref(),
            changes: JsonChange::all(locator, &repair.changes),
            applicable: repair.is_applicable(),
            reason_not: repair.reason_not.as_deref(),
        }
    }
}

/// One change of a repair.
#[derive(Serialize)]
pub(in crate::report) struct JsonChange<'a> {
    op: &'static str,
    resource: &'a str,
    field: &'a str,
    value: Option<&'a str>,
    widens: bool,
    location: Location<'a>,
}

impl<'a> JsonChange<'a> {
    pub(in crate::report) fn all(locator: &Locator<'a>, changes: &'a [RepairStep]) -> Vec<Self> {
        let change = |change: &'a RepairStep| Self {
            op: change.operation.as_str(),
            resource: &change.resource,
            field: &change.field,
            value: change.value.as_deref(),
            widens: change.widens,
            location: Location::new(locator, change.place),
        };
        changes.iter().map(change).collect()
    }
}

/// A finding that was repaired.
#[derive(Serialize)]
pub(in crate::report) struct JsonFixed<'a> {
    rule: &'a str,
    level: Level,
    message: &'a str,
    fingerprint: &'a str,
    changes: Vec<Made<'a>>,
    files: &'a [String],
}

/// A change that was made: the file is no longer what its places were of.
#[derive(Serialize)]
struct Made<'a> {
    op: &'static str,
    resource: &'a str,
    field: &'a str,
    value: Option<&'a str>,
}

impl<'a> JsonFixed<'a> {
    pub(in crate::report) fn new(fixed: &'a Fixed) -> Self {
        let made = |change: &'a RepairStep| Made {
            op: change.operation.as_str(),
            resource: &change.resource,
            field: &change.field,
            value: change.value.as_deref(),
        };
        Self {
            rule: &fixed.rule,
            level: fixed.level,
            message: &fixed.message,
            fingerprint: &fixed.fingerprint,
            changes: fixed.changes.iter().map(made).collect(),
            files: &fixed.files,
        }
    }
}
