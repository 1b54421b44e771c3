//! Which rules are applied, and at what level: names and globs of the settings over the rules there are.

use std::collections::HashMap;

use super::{CommandError, LevelSetting, Setting, SettingOrigin, Settings};
use crate::analysis::Level;
use crate::knowledge::definitions::{Definitions, NamedRule};
use crate::source::{did_you_mean, matches_glob};

/// What settings make of every rule.
pub(super) struct Selection {
    /// By name: the level that is set, if any. Rules that are not applied are not in it.
    applied: HashMap<String, Option<Level>>,
    /// How many of them judge a topology, rather than a change of one.
    count: usize,
}

impl Selection {
    /// What settings make of these rules.
    ///
    /// # Errors
    /// When the settings name a rule that does not exist, so that a misspelt one does not pass for obeyed.
    pub(super) fn new(settings: &Settings, definitions: &Definitions) -> Result<Self, CommandError> {
        let levels = settings.levels.iter().map(|(pattern, _)| pattern);
        for pattern in levels.chain(&settings.select).chain(&settings.ignore) {
            check_name(pattern, definitions)?;
        }
        let chosen = definitions.named_rules().filter_map(|rule| Some((rule.name.to_owned(), choice(settings, rule)?)));
        let applied: HashMap<String, Option<Level>> = chosen.collect();
        let count = definitions.rules.iter().filter(|rule| applied.contains_key(&rule.name)).count();
        Ok(Self { applied, count })
    }

    /// Whether a rule is applied at all.
    pub(super) fn applies(&self, rule: &str) -> bool {
        self.applied.contains_key(rule)
    }

    /// The level of a rule, where one is set.
    pub(super) fn level_of(&self, rule: &str) -> Option<Level> {
        self.applied.get(rule).copied().flatten()
    }

    /// How many rules are applied to a topology.
    pub(super) fn count(&self) -> usize {
        self.count
    }
}

/// The level that is set for a rule; `None` when it is not applied. Of several levels the last one holds.
#[expect(clippy::option_option, reason = "not applied, and applied at its own level")]
fn choice(settings: &Settings, rule: NamedRule<'_>) -> Option<Option<Level>> {
    let any = |patterns: &[Setting<String>]| patterns.iter().any(|pattern| names(&pattern.value, rule));
    if any(&settings.ignore) || !(settings.select.is_empty() || any(&settings.select)) {
        return None;
    }
    match settings.levels.iter().rev().find(|(pattern, _)| names(&pattern.value, rule)) {
        // Whoever selects a rule by its name wants to hear of it, also of one that is off unless asked for.
        None => {
            Some((rule.is_off && settings.select.iter().any(|name| name.value == rule.name)).then_some(Level::Info))
        }
        Some((_, LevelSetting::Error)) => Some(Some(Level::Error)),
        Some((_, LevelSetting::Warning)) => Some(Some(Level::Warning)),
        Some((_, LevelSetting::Info)) => Some(Some(Level::Info)),
        Some((_, LevelSetting::Off)) => None,
    }
}

/// Whether a name or glob means a rule, by its name or a former one.
fn names(pattern: &str, rule: NamedRule<'_>) -> bool {
    matches_glob(pattern, rule.name) || rule.formerly.iter().any(|former| matches_glob(pattern, former))
}

fn check_name(pattern: &Setting<String>, definitions: &Definitions) -> Result<(), CommandError> {
    if definitions.named_rules().any(|rule| names(&pattern.value, rule)) {
        return Ok(());
    }
    let place = match &pattern.origin {
        SettingOrigin::File(place) => format!("{place}: "),
        SettingOrigin::Default | SettingOrigin::CommandLine => String::new(),
    };
    let pattern = &pattern.value;
    if pattern.contains('*') {
        return Err(CommandError::Usage(format!(
            "{place}no rule has a name like `{pattern}`; `isolint rules` lists them"
        )));
    }
    let hint = did_you_mean(pattern, definitions.named_rules().map(|rule| rule.name))
        .map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
    Err(CommandError::Usage(format!("{place}there is no rule `{pattern}`; {hint}")))
}
