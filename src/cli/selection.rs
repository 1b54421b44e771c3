//! Which rules are applied, and at what level: names and globs of the settings over the rules there are.

use std::collections::HashMap;

use super::{CommandError, LevelSetting, Setting, SettingOrigin, Settings, SettingsError};
use crate::analysis::{Finding, Level, Undetermined};
use crate::knowledge::definitions::program::ProgramRule;
use crate::knowledge::definitions::{Definitions, NamedRule};
use crate::source::{FileId, did_you_mean, matches_path};

/// What settings make of every rule.
pub(super) struct Selection {
    /// By name: what is set. Rules that are applied nowhere are not in it.
    applied: HashMap<String, Choice>,
    /// What is set for some paths, by rule; later ones win.
    per_path: Vec<(String, HashMap<String, LevelSetting>)>,
    /// How many of them judge a topology, rather than a change of one.
    count: usize,
}

/// What is set for a rule that is applied.
#[derive(Debug, Clone, Copy)]
struct Choice {
    /// The level, where one is set.
    level: Option<Level>,
    /// It is on for some paths only.
    on_paths_only: bool,
}

/// Tells the path of a file below the folder of the configuration.
pub(super) type PathOf<'a> = &'a dyn Fn(FileId) -> Option<String>;

impl Selection {
    /// What settings make of these rules.
    ///
    /// # Errors
    /// When the settings name a rule that does not exist, so that a misspelt one does not pass for obeyed.
    pub(super) fn new(settings: &Settings, definitions: &Definitions) -> Result<Self, CommandError> {
        let levels = settings.levels.iter().map(|(pattern, _)| pattern);
        let of_paths = settings.per_path.iter();
        let of_paths = of_paths.flat_map(|one| one.ignore.iter().chain(one.levels.iter().map(|(pattern, _)| pattern)));
        let global = levels.chain(&settings.select).chain(&settings.ignore).chain(&settings.not_ignorable);
        for pattern in global.chain(of_paths) {
            check_name(pattern, definitions)?;
        }
        let per_path = per_path(settings, definitions);
        let chosen = definitions.named_rules().filter_map(|rule| {
            let on_paths = per_path
                .iter()
                .any(|(_, levels)| levels.get(rule.name).is_some_and(|level| *level != LevelSetting::Off));
            Some((rule.name.to_owned(), choice(settings, rule, on_paths)?))
        });
        let applied: HashMap<String, Choice> = chosen.collect();
        let count = definitions.rules.iter().filter(|rule| applied.contains_key(&rule.name)).count();
        Ok(Self { applied, per_path, count })
    }

    /// Whether a rule is applied at all.
    pub(super) fn applies(&self, rule: &str) -> bool {
        self.applied.contains_key(rule)
    }

    /// The level of a rule, where one is set.
    pub(super) fn level_of(&self, rule: &str) -> Option<Level> {
        self.applied.get(rule).and_then(|choice| choice.level)
    }

    /// How many rules are applied to a topology.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Whether a rule is applied to a file.
    pub(super) fn applies_to(&self, rule: &str, file: FileId, path_of: PathOf<'_>) -> bool {
        match (self.applied.get(rule), self.set_for(rule, file, path_of)) {
            (None, _) => false,
            (Some(_), Some(level)) => level != LevelSetting::Off,
            (Some(choice), None) => !choice.on_paths_only,
        }
    }

    /// Gives findings the levels that are set for their paths, and drops those of rules that are off there.
    pub(super) fn amend(&self, findings: &mut Vec<Finding>, undetermined: &mut Vec<Undetermined>, path_of: PathOf<'_>) {
        if self.per_path.is_empty() {
            return;
        }
        findings.retain_mut(|finding| {
            let file = finding.primary.place.file;
            if let Some(level) = self.set_for(&finding.rule, file, path_of).and_then(LevelSetting::level) {
                finding.level = level;
            }
            self.applies_to(&finding.rule, file, path_of)
        });
        undetermined.retain(|one| {
            let is_rule = self.applied.contains_key(&one.check);
            let mut files = one.facts.iter().map(|fact| fact.place.file);
            !is_rule || one.facts.is_empty() || files.any(|file| self.applies_to(&one.check, file, path_of))
        });
    }

    /// What is set for a rule by the path of a file.
    fn set_for(&self, rule: &str, file: FileId, path_of: PathOf<'_>) -> Option<LevelSetting> {
        let mut found =
            self.per_path.iter().rev().filter_map(|(glob, levels)| Some((glob, levels.get(rule)?))).peekable();
        found.peek()?;
        let path = path_of(file)?;
        found.find(|(glob, _)| matches_path(glob, &path)).map(|(_, level)| *level)
    }
}

fn per_path(settings: &Settings, definitions: &Definitions) -> Vec<(String, HashMap<String, LevelSetting>)> {
    let of_path = settings.per_path.iter().map(|one| {
        let set = definitions.named_rules().filter_map(|rule| {
            let is_ignored = one.ignore.iter().any(|pattern| rule.is_meant_by(&pattern.value));
            let level = one.levels.iter().rev().find(|(pattern, _)| rule.is_meant_by(&pattern.value));
            let level = if is_ignored { Some(LevelSetting::Off) } else { level.map(|(_, level)| *level) };
            Some((rule.name.to_owned(), level?))
        });
        (one.path.value.clone(), set.collect())
    });
    of_path.collect()
}

/// What is set for a rule; `None` when it is applied nowhere. Of several levels the last one holds.
fn choice(settings: &Settings, rule: NamedRule<'_>, on_paths: bool) -> Option<Choice> {
    let any = |patterns: &[Setting<String>]| patterns.iter().any(|pattern| rule.is_meant_by(&pattern.value));
    let is_selected = settings.select.is_empty() || any(&settings.select);
    // What is to be said about exceptions holds whatever else is selected.
    if any(&settings.ignore) || !(is_selected || ProgramRule::find(rule.name).is_some()) {
        return None;
    }
    let everywhere = |level| Some(Choice { level, on_paths_only: false });
    match settings.levels.iter().rev().find(|(pattern, _)| rule.is_meant_by(&pattern.value)) {
        // Whoever selects a rule by its name wants to hear of it, also of one that is off unless asked for.
        None if rule.is_off && settings.select.iter().any(|name| name.value == rule.name) => {
            everywhere(Some(Level::Info))
        }
        // It is given the levels of the paths when it is known where they are.
        None if rule.is_off && on_paths => Some(Choice { level: Some(Level::Info), on_paths_only: true }),
        None => everywhere(None),
        Some((_, LevelSetting::Off)) => on_paths.then_some(Choice { level: Some(Level::Info), on_paths_only: true }),
        Some((_, level)) => everywhere(level.level()),
    }
}

fn check_name(pattern: &Setting<String>, definitions: &Definitions) -> Result<(), CommandError> {
    if definitions.named_rules().any(|rule| rule.is_meant_by(&pattern.value)) {
        return Ok(());
    }
    let name = &pattern.value;
    let message = if name.contains('*') {
        format!("no rule has a name like `{name}`; `isolint rules` lists them")
    } else {
        let hint = did_you_mean(name, definitions.named_rules().map(|rule| rule.name))
            .map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        format!("there is no rule `{name}`; {hint}")
    };
    match &pattern.origin {
        SettingOrigin::File(place) => Err(SettingsError::new(place.clone(), message).into()),
        SettingOrigin::Default | SettingOrigin::CommandLine => Err(CommandError::Usage(message)),
    }
}
