//! `isolint.toml` as it is written, and where it is found.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::{
    ConfigurationFile, Edition, ExceptionSetting, FailOn, LevelSetting, PathSettings, Setting, SettingOrigin,
    SettingPlace, Settings, SettingsError, UndeterminedMode,
};
use crate::cli::failure;
use crate::cli::units::{CONFIGURATION, clean, folders_above};

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
    baseline: Option<Spanned<PathBuf>>,
    require_reason: Option<Spanned<bool>>,
    longest_exception: Option<Spanned<u32>>,
    #[serde(default)]
    not_ignorable: Vec<Spanned<String>>,
    #[serde(default)]
    per_path: Vec<Spanned<PathTable>>,
    #[serde(default)]
    exception: Vec<Spanned<ExceptionTable>>,
}

/// One `[[per-path]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PathTable {
    path: Spanned<String>,
    #[serde(default)]
    ignore: Vec<Spanned<String>>,
    #[serde(default)]
    level: BTreeMap<Spanned<String>, LevelSetting>,
}

/// One `[[exception]]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ExceptionTable {
    rule: Spanned<OneOrMany>,
    resource: Option<Spanned<OneOrMany>>,
    path: Option<Spanned<OneOrMany>>,
    /// A text, or a date of TOML.
    until: Option<Spanned<toml::Value>>,
    reason: Option<Spanned<String>>,
}

/// A text or a list of texts.
#[derive(Debug)]
enum OneOrMany {
    One(String),
    Many(Vec<Spanned<String>>),
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;
        impl<'de> Visitor<'de> for Texts {
            type Value = OneOrMany;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text in quotes, or a list such as `[\"name\"]`")
            }

            fn visit_str<E>(self, text: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<OneOrMany, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(OneOrMany::Many(texts))
            }
        }
        deserializer.deserialize_any(Texts)
    }
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
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(path, text),
            Err(error) => {
                let file = ConfigurationFile { path: path.to_path_buf(), text: String::new() };
                let place = SettingPlace { file: Arc::new(file), span: 0..0 };
                Err(SettingsError::new(place, format!("cannot be read: {}", failure::of_reading(&error))))
            }
        }
    }

    /// The settings that a text says.
    ///
    /// # Errors
    /// When the text holds something that is no setting; the error points at it.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self, SettingsError> {
        let origins = Origins { file: Arc::new(ConfigurationFile { path: path.to_path_buf(), text }) };
        match toml::from_str::<File>(&origins.file.text) {
            Ok(file) => Self::from_file(file, &origins),
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                Err(SettingsError::of_parser(origins.place(span), error.message()))
            }
        }
    }

    fn from_file(file: File, origins: &Origins) -> Result<Self, SettingsError> {
        let default = Self::default();
        let folder = origins.file.path.parent().unwrap_or(&origins.file.path).to_path_buf();
        let mut rules = origins.take(file.rules, default.rules);
        rules.value = rules.value.into_iter().map(|rules| folder.join(rules)).collect();
        let baseline = file.baseline.map(|baseline| origins.setting(baseline));
        let exceptions = file.exception.into_iter().map(|table| origins.exception(table)).collect::<Result<_, _>>()?;
        Ok(Self {
            select: origins.list(file.select),
            ignore: origins.list(file.ignore),
            levels: origins.levels(file.level),
            fail_on: origins.take(file.fail_on, default.fail_on),
            undetermined: origins.take(file.undetermined, default.undetermined),
            edition: origins.take(file.edition, default.edition),
            rules,
            baseline: baseline.map_or(default.baseline, |baseline| Setting {
                value: Some(clean(&folder.join(baseline.value))),
                origin: baseline.origin,
            }),
            require_reason: origins.take(file.require_reason, default.require_reason),
            longest_exception: file.longest_exception.map_or(default.longest_exception, |days| {
                let days = origins.setting(days);
                Setting { value: Some(days.value), origin: days.origin }
            }),
            not_ignorable: origins.list(file.not_ignorable),
            per_path: file.per_path.into_iter().map(|table| origins.per_path(table.into_inner())).collect(),
            exceptions,
            file: Some(Arc::clone(&origins.file)),
        })
    }
}

/// Gives the values of a configuration file their places.
struct Origins {
    file: Arc<ConfigurationFile>,
}

impl Origins {
    fn place(&self, span: Range<usize>) -> SettingPlace {
        SettingPlace { file: Arc::clone(&self.file), span }
    }

    fn setting<T>(&self, value: Spanned<T>) -> Setting<T> {
        let origin = SettingOrigin::File(self.place(value.span()));
        Setting { value: value.into_inner(), origin }
    }

    fn take<T>(&self, value: Option<Spanned<T>>, default: Setting<T>) -> Setting<T> {
        value.map_or(default, |value| self.setting(value))
    }

    fn list(&self, values: Vec<Spanned<String>>) -> Vec<Setting<String>> {
        values.into_iter().map(|value| self.setting(value)).collect()
    }

    fn one_or_many(&self, values: Spanned<OneOrMany>) -> Vec<Setting<String>> {
        let values = self.setting(values);
        match values.value {
            OneOrMany::One(value) => vec![Setting { value, origin: values.origin }],
            OneOrMany::Many(list) => self.list(list),
        }
    }

    fn levels(&self, levels: BTreeMap<Spanned<String>, LevelSetting>) -> Vec<(Setting<String>, LevelSetting)> {
        levels.into_iter().map(|(rule, level)| (self.setting(rule), level)).collect()
    }

    fn per_path(&self, table: PathTable) -> PathSettings {
        PathSettings {
            path: self.setting(table.path),
            ignore: self.list(table.ignore),
            levels: self.levels(table.level),
        }
    }

    fn exception(&self, table: Spanned<ExceptionTable>) -> Result<ExceptionSetting, SettingsError> {
        let head = table.span();
        let table = table.into_inner();
        let rules = self.one_or_many(table.rule);
        let of = |values: Option<Spanned<OneOrMany>>| values.map(|values| self.one_or_many(values)).unwrap_or_default();
        let (resources, paths) = (of(table.resource), of(table.path));
        let until = table.until.map(|until| {
            let written = self.file.text.get(until.span()).unwrap_or("").to_owned();
            let until = self.setting(until);
            let text = match &until.value {
                toml::Value::String(text) => text.clone(),
                _ => written,
            };
            Setting { value: text, origin: until.origin }
        });
        let reason = table.reason.map(|reason| self.setting(reason));
        if rules.is_empty() {
            return Err(SettingsError::new(self.place(head), "this exception names no rule".to_owned()));
        }
        if resources.is_empty() && paths.is_empty() {
            let message = "this exception would hold everywhere: name a `resource` or a `path`, or use `ignore`";
            return Err(SettingsError::new(self.place(head), message.to_owned()));
        }
        let texts = rules.iter().chain(&resources).chain(&paths).chain(&until).chain(&reason);
        let ends = texts.filter_map(|setting| match &setting.origin {
            SettingOrigin::File(place) => Some(place.span.end),
            SettingOrigin::Default | SettingOrigin::CommandLine => None,
        });
        let end = ends.fold(head.end, usize::max);
        let place = self.place(self.start(head.start)..self.end_of_line(end));
        Ok(ExceptionSetting { place, rules, resources, paths, until, reason })
    }

    /// The start of the line of a byte.
    fn start(&self, at: usize) -> usize {
        self.file.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |found| found + 1)
    }

    /// The end of the line of a byte, its line break not included. A list may be closed on a line of its own.
    fn end_of_line(&self, at: usize) -> usize {
        let rest = self.file.text.get(at..).unwrap_or("");
        let behind = rest.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        let at = if behind.starts_with(']') { at + rest.len() - behind.len() + 1 } else { at };
        let rest = self.file.text.get(at..).unwrap_or("");
        at + rest.find('\n').map_or(rest.len(), |end| rest.get(..end).unwrap_or("").trim_end_matches('\r').len())
    }
}
