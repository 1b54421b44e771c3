//! What commands that judge topologies have in common: which files, which rules, which exceptions.

use std::path::{Path, PathBuf};

use super::units::{Beside, clean};
use super::{CommandError, Common, LevelSetting, Setting, SettingOrigin, Settings};
use crate::analysis::Date;

/// What is judged, and how.
#[derive(Debug, clap::Args)]
pub(super) struct Judging {
    /// Files and folders to check; `-` is standard input
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Apply these rules only (names, or globs such as `hub-*`)
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not apply these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Set the level of a rule: error, warning, info or off
    #[arg(long, value_name = "RULE=LEVEL", value_delimiter = ',')]
    level: Vec<String>,
    /// The findings of this file are known and do not count
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// The day by which exceptions expire, such as 2027-01-31 (default: today, in UTC)
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    pub(super) today: Option<Date>,
    #[command(flatten)]
    pub(super) beside: Beside,
    #[command(flatten)]
    pub(super) common: Common,
}

/// A day as an option.
pub(super) fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is written like 2027-01-31".to_owned())
}

impl Judging {
    /// The settings that hold for a folder.
    pub(super) fn settings(&self, root: &Path) -> Result<Settings, CommandError> {
        let mut settings = Settings::nearest(root)?;
        self.over(&mut settings)?;
        Ok(settings)
    }

    /// Puts the options over settings.
    pub(super) fn over(&self, settings: &mut Settings) -> Result<(), CommandError> {
        self.common.over(settings);
        if !self.select.is_empty() {
            settings.select = self.select.iter().cloned().map(by_option).collect();
        }
        if !self.ignore.is_empty() {
            settings.ignore = self.ignore.iter().cloned().map(by_option).collect();
        }
        if let Some(baseline) = &self.baseline {
            settings.baseline = by_option(Some(clean(baseline)));
        }
        for level in &self.level {
            settings.levels.push(parse_level(level)?);
        }
        Ok(())
    }
}

/// A setting that was said on the command line.
pub(super) fn by_option<T>(value: T) -> Setting<T> {
    Setting { value, origin: SettingOrigin::CommandLine }
}

fn parse_level(text: &str) -> Result<(Setting<String>, LevelSetting), CommandError> {
    let Some((rule, level)) = text.split_once('=') else {
        return Err(CommandError::Usage(format!("`--level {text}` should read `--level RULE=LEVEL`")));
    };
    let level = match level {
        "error" => LevelSetting::Error,
        "warning" => LevelSetting::Warning,
        "info" => LevelSetting::Info,
        "off" => LevelSetting::Off,
        _ => return Err(CommandError::Usage(format!("`{level}` is no level: write error, warning, info or off"))),
    };
    Ok((by_option(rule.to_owned()), level))
}
