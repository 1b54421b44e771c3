//! Settings: from the command line, from the nearest `isolint.toml`, or by default, each remembering where from.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::units::{CONFIGURATION, clean, display, folders_above};
use crate::analysis::Level;

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SettingOrigin {
    /// Nobody said anything.
    Default,
    /// A configuration file.
    File(SettingPlace),
    /// An option.
    CommandLine,
}

/// A place in a configuration file, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SettingPlace {
    path: PathBuf,
    line: usize,
    column: usize,
}

impl fmt::Display for SettingPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", display(&self.path), self.line, self.column)
    }
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
    /// Rules to apply; empty means all.
    pub(crate) select: Vec<Setting<String>>,
    /// Rules not to apply.
    pub(crate) ignore: Vec<Setting<String>>,
    /// Levels of rules by name or glob; later ones win.
    pub(crate) levels: Vec<(Setting<String>, LevelSetting)>,
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
            select: Vec::new(),
            ignore: Vec::new(),
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
    #[serde(default)]
    select: Vec<Spanned<String>>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    level: BTreeMap<Spanned<String>, LevelSetting>,
    fail_on: Option<Spanned<FailOn>>,
    undetermined: Option<Spanned<UndeterminedMode>>,
    edition: Option<Spanned<Edition>>,
    rules: Option<Spanned<Vec<PathBuf>>>,
}

/// A configuration file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {message}")]
pub(crate) struct SettingsError {
    place: SettingPlace,
    message: String,
}

impl Settings {
    /// The settings of the nearest `isolint.toml` at or above a folder; the defaults where there is none.
    ///
    /// # Errors
    /// When the file cannot be read or holds something that is no setting; the error points at it.
    pub(crate) fn nearest(folder: &Path) -> Result<Self, SettingsError> {
        let folders = std::iter::once(folder.to_path_buf()).chain(folders_above(folder));
        match folders.map(|folder| clean(&folder.join(CONFIGURATION))).find(|path| path.is_file()) {
            Some(path) => Self::read(&path),
            None => Ok(Self::default()),
        }
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let start = || SettingPlace { path: path.to_path_buf(), line: 1, column: 1 };
        let text = fs::read_to_string(path)
            .map_err(|error| SettingsError { place: start(), message: format!("cannot be read: {error}") })?;
        let origins = Origins { path, text: &text };
        match toml::from_str::<File>(&text) {
            Ok(file) => Ok(Self::from_file(file, &origins)),
            Err(error) => {
                let place = origins.place(error.span().map_or(0, |span| span.start));
                Err(SettingsError { place, message: explain(error.message()) })
            }
        }
    }

    fn from_file(file: File, origins: &Origins<'_>) -> Self {
        let default = Self::default();
        let mut rules = origins.take(file.rules, default.rules);
        let folder = origins.path.parent().unwrap_or(origins.path);
        rules.value = rules.value.into_iter().map(|rules| folder.join(rules)).collect();
        Self {
            select: file.select.into_iter().map(|name| origins.setting(name)).collect(),
            ignore: file.ignore.into_iter().map(|name| origins.setting(name)).collect(),
            levels: file.level.into_iter().map(|(rule, level)| (origins.setting(rule), level)).collect(),
            fail_on: origins.take(file.fail_on, default.fail_on),
            undetermined: origins.take(file.undetermined, default.undetermined),
            edition: origins.take(file.edition, default.edition),
            rules,
        }
    }
}

/// Gives the values of a configuration file their places.
struct Origins<'t> {
    path: &'t Path,
    text: &'t str,
}

impl Origins<'_> {
    fn place(&self, offset: usize) -> SettingPlace {
        let before = self.text.get(..offset).unwrap_or("");
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        SettingPlace { path: self.path.to_path_buf(), line: before.matches('\n').count() + 1, column }
    }

    fn setting<T>(&self, value: Spanned<T>) -> Setting<T> {
        let origin = SettingOrigin::File(self.place(value.span().start));
        Setting { value: value.into_inner(), origin }
    }

    fn take<T>(&self, value: Option<Spanned<T>>, default: Setting<T>) -> Setting<T> {
        value.map_or(default, |value| self.setting(value))
    }
}

/// The parser's words in ours, with a suggestion where a word is misspelt.
fn explain(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let Some((word, allowed)) = quoted.split_first() else { return explain_type(message) };
    let what = if message.starts_with("unknown field") {
        "no setting"
    } else if message.starts_with("unknown variant") {
        "not allowed here"
    } else {
        return message.to_owned();
    };
    let near = crate::source::did_you_mean(word, allowed.iter().copied());
    let near = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    format!("`{word}` is {what}{near} (allowed: {})", allowed.join(", "))
}

/// `invalid type: string "x", expected a sequence`.
fn explain_type(message: &str) -> String {
    let found = message.strip_prefix("invalid type: ").and_then(|rest| rest.split_once(", expected "));
    let Some((found, expected)) = found else { return message.to_owned() };
    let expected = match expected {
        "a sequence" => "a list such as `[\"name\"]`",
        "a map" => "a table",
        "a string" | "path string" => "text in quotes",
        other if other.starts_with("enum ") || other.starts_with("string or table") => "text in quotes",
        other => other,
    };
    format!("expected {expected}, found {}", found.replace("string", "text").replace("sequence", "a list"))
}
