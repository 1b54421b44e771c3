//! Settings: from the command line, from the nearest `isolint.toml`, or by default, each remembering where from.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::units::{CONFIGURATION, display};
use crate::analysis::Level;

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingOrigin {
    /// Nobody said anything.
    Default,
    /// A configuration file, with the byte range there.
    File(PathBuf, std::ops::Range<usize>),
    /// An option.
    CommandLine,
}

/// A value and where it came from.
#[derive(Debug, Clone)]
pub(crate) struct Setting<T> {
    /// The value.
    pub(crate) value: T,
    /// Where from.
    pub(crate) origin: SettingOrigin,
}

impl<T> Setting<T> {
    fn default_of(value: T) -> Self {
        Self { value, origin: SettingOrigin::Default }
    }
}

/// From which level on findings make the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FailOn {
    /// Errors only.
    Error,
    /// Warnings too.
    Warning,
    /// Everything.
    Info,
    /// Nothing.
    Never,
}

impl FailOn {
    /// Whether a finding of that level makes the command fail.
    pub(crate) fn includes(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// What to do about checks that could not be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum UndeterminedMode {
    /// Count them in the summary.
    Count,
    /// List them, grouped by the missing fact.
    List,
    /// List them, and fail.
    Error,
}

/// Which state of the documentation the knowledge speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Edition {
    /// The five source documents are the law.
    Documents,
    /// Later documents win where they contradict.
    Current,
}

impl Edition {
    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Current => "current",
        }
    }
}

/// The level of a rule as set by the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LevelSetting {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// An info.
    Info,
    /// Not applied.
    Off,
}

/// Everything that can be set.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Rules that are applied, by name or glob; empty means all.
    pub(crate) select: Setting<Vec<String>>,
    /// Rules that are not applied.
    pub(crate) ignore: Setting<Vec<String>>,
    /// Levels by rule name or glob, later ones win.
    pub(crate) levels: Vec<(String, Setting<LevelSetting>)>,
    /// From which level on to fail.
    pub(crate) fail_on: Setting<FailOn>,
    /// What to do about undetermined checks.
    pub(crate) undetermined: Setting<UndeterminedMode>,
    /// The edition.
    pub(crate) edition: Setting<Edition>,
    /// Folders with a team's own rules.
    pub(crate) rules: Setting<Vec<PathBuf>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            select: Setting::default_of(Vec::new()),
            ignore: Setting::default_of(Vec::new()),
            levels: Vec::new(),
            fail_on: Setting::default_of(FailOn::Error),
            undetermined: Setting::default_of(UndeterminedMode::Count),
            edition: Setting::default_of(Edition::Documents),
            rules: Setting::default_of(Vec::new()),
        }
    }
}

/// A configuration file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    select: Option<Spanned<Vec<String>>>,
    ignore: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    level: std::collections::BTreeMap<String, Spanned<LevelSetting>>,
    fail_on: Option<Spanned<FailOn>>,
    undetermined: Option<Spanned<UndeterminedMode>>,
    edition: Option<Spanned<Edition>>,
    rules: Option<Spanned<Vec<PathBuf>>>,
}

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}:{line}:{column}: {message}")]
pub(crate) struct SettingsError {
    path: String,
    line: usize,
    column: usize,
    message: String,
}

impl Settings {
    /// The settings of the nearest `isolint.toml` at or above a folder; the defaults where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or holds something that is no setting; the error points at it.
    pub(crate) fn nearest(folder: &Path) -> Result<Self, SettingsError> {
        let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_path_buf());
        let start = if absolute.is_file() { absolute.parent().unwrap_or(&absolute) } else { &absolute };
        match start.ancestors().map(|folder| folder.join(CONFIGURATION)).find(|path| path.is_file()) {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let at = |line, column, message| SettingsError { path: display(path), line, column, message };
        let text = fs::read_to_string(path).map_err(|error| at(1, 1, error.to_string()))?;
        let file: File = toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let before = text.get(..offset).unwrap_or("");
            let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
            at(before.matches('\n').count() + 1, column, explain(error.message()))
        })?;
        Ok(Self::from_file(file, path))
    }

    fn from_file(file: File, path: &Path) -> Self {
        fn take<T>(path: &Path, value: Option<Spanned<T>>, default: Setting<T>) -> Setting<T> {
            value.map_or(default, |value| Setting {
                origin: SettingOrigin::File(path.to_path_buf(), value.span()),
                value: value.into_inner(),
            })
        }
        let default = Self::default();
        let mut rules = take(path, file.rules, default.rules);
        let folder = path.parent().unwrap_or(path);
        rules.value = rules.value.into_iter().map(|rules| folder.join(rules)).collect();
        Self {
            select: take(path, file.select, default.select),
            ignore: take(path, file.ignore, default.ignore),
            levels: file
                .level
                .into_iter()
                .map(|(rule, level)| {
                    let origin = SettingOrigin::File(path.to_path_buf(), level.span());
                    (rule, Setting { value: level.into_inner(), origin })
                })
                .collect(),
            fail_on: take(path, file.fail_on, default.fail_on),
            undetermined: take(path, file.undetermined, default.undetermined),
            edition: take(path, file.edition, default.edition),
            rules,
        }
    }
}

/// The parser's words, with a suggestion where a setting is misspelt.
fn explain(message: &str) -> String {
    let names = ["select", "ignore", "level", "fail-on", "undetermined", "edition", "rules"];
    let unknown = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
    match unknown.and_then(|name| crate::source::did_you_mean(name, names).map(|near| (name, near))) {
        Some((name, near)) => format!("`{name}` is no setting; did you mean `{near}`?"),
        None => message.to_owned(),
    }
}

/// Whether a rule name matches a name or a glob with `*`.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(before) else { return false };
    let mut parts = after.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}
