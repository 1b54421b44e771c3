//! Settings: from the command line, from the nearest `isolint.toml`, or by default, each remembering where from.

mod file;
mod mistake;

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;

use super::units::display;
use crate::analysis::Level;

pub(crate) use mistake::SettingsError;

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

/// A configuration file that was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ConfigurationFile {
    /// Where it is, as the user would write it.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

/// A place in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SettingPlace {
    /// The file.
    pub(crate) file: Arc<ConfigurationFile>,
    /// The bytes in it.
    pub(crate) span: Range<usize>,
}

impl fmt::Display for SettingPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.file.text.get(..self.span.start).unwrap_or("");
        let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
        write!(formatter, "{}:{}:{column}", display(&self.file.path), before.matches('\n').count() + 1)
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
    /// Whether it was said on the command line.
    pub(crate) fn is_by_option(&self) -> bool {
        self.origin == SettingOrigin::CommandLine
    }

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
    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Never => "never",
        }
    }

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

impl UndeterminedMode {
    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::List => "list",
            Self::Error => "error",
        }
    }
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

impl LevelSetting {
    /// The word for it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Off => "off",
        }
    }

    /// The level; nothing when it is off.
    pub(crate) const fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Info => Some(Level::Info),
            Self::Off => None,
        }
    }
}

/// An exception for what is found of some rules, of some resources, in some files.
#[derive(Debug, Clone)]
pub(crate) struct ExceptionSetting {
    /// Where it stands.
    pub(crate) place: SettingPlace,
    /// Names and globs of its rules.
    pub(crate) rules: Vec<Setting<String>>,
    /// Globs of its resources; empty means all.
    pub(crate) resources: Vec<Setting<String>>,
    /// Globs of its paths; empty means all.
    pub(crate) paths: Vec<Setting<String>>,
    /// Its last day, as it is written.
    pub(crate) until: Option<Setting<String>>,
    /// The reason.
    pub(crate) reason: Option<Setting<String>>,
}

/// Settings for some files.
#[derive(Debug, Clone)]
pub(crate) struct PathSettings {
    /// The glob of their paths.
    pub(crate) path: Setting<String>,
    /// Rules not to apply there.
    pub(crate) ignore: Vec<Setting<String>>,
    /// Levels of rules there; later ones win.
    pub(crate) levels: Vec<(Setting<String>, LevelSetting)>,
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
    /// The file with the findings that are known.
    pub(crate) baseline: Setting<Option<PathBuf>>,
    /// Every exception must give a reason.
    pub(crate) require_reason: Setting<bool>,
    /// For how many days an exception may hold.
    pub(crate) longest_exception: Setting<Option<u32>>,
    /// Rules that have no exceptions.
    pub(crate) not_ignorable: Vec<Setting<String>>,
    /// Settings for some files; later ones win.
    pub(crate) per_path: Vec<PathSettings>,
    /// Exceptions.
    pub(crate) exceptions: Vec<ExceptionSetting>,
    /// The file that holds them, where there is one.
    pub(crate) file: Option<Arc<ConfigurationFile>>,
}

impl Settings {
    /// Globs of the rules that have no exceptions.
    pub(crate) fn not_ignorable(&self) -> Vec<String> {
        self.not_ignorable.iter().map(|one| one.value.clone()).collect()
    }
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
            baseline: Setting::default_of(None),
            require_reason: Setting::default_of(false),
            longest_exception: Setting::default_of(None),
            not_ignorable: Vec::new(),
            per_path: Vec::new(),
            exceptions: Vec::new(),
            file: None,
        }
    }
}
