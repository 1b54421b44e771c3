//! `isolint config`: the settings that are in force, as a configuration that says of each where it came from.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::selection::Selection;
use super::units::display;
use super::{CLEAN, CommandError, Common, LevelSetting, Setting, SettingOrigin, Settings, knowledge};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The folder or file whose settings are asked for
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let path = &arguments.path;
    if !path.exists() {
        return Err(CommandError::Usage(format!("there is no `{}`", display(path))));
    }
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(Path::new(".")) };
    let mut settings = Settings::nearest(folder)?;
    arguments.common.over(&mut settings);
    let ruleset = knowledge::load(&settings, arguments.common.color)?;
    let selection = Selection::new(&settings, &ruleset.definitions)?;
    let mut text = Text::default();
    text.head(&settings, selection.count(), ruleset.definitions.rules.len());
    text.settings(&settings);
    let mut output = io::stdout().lock();
    output.write_all(text.align().as_bytes())?;
    Ok(CLEAN)
}

/// The printed configuration: each line with its remark.
#[derive(Default)]
struct Text {
    lines: Vec<(String, String)>,
}

impl Text {
    fn head(&mut self, settings: &Settings, applied: usize, all: usize) {
        let from = match &settings.file {
            Some(file) => format!("# the settings of {}", display(&file.path)),
            None => "# the defaults: there is no isolint.toml here or above".to_owned(),
        };
        self.line(from, "");
        self.line(format!("# {applied} of {all} rules are applied"), "");
        self.line("", "");
    }

    fn settings(&mut self, settings: &Settings) {
        self.list("select", &settings.select, "every rule that is not off by itself");
        self.list("ignore", &settings.ignore, "by default");
        self.value("fail-on", &settings.fail_on, quoted(settings.fail_on.value.as_str()));
        self.value("undetermined", &settings.undetermined, quoted(settings.undetermined.value.as_str()));
        self.value("edition", &settings.edition, quoted(settings.edition.value.as_str()));
        let rules: Vec<String> = settings.rules.value.iter().map(|folder| quoted(&display(folder))).collect();
        self.value("rules", &settings.rules, format!("[{}]", rules.join(", ")));
        match &settings.baseline.value {
            Some(path) => self.value("baseline", &settings.baseline, quoted(&display(path))),
            None => self.line("# baseline", "none, by default"),
        }
        self.value("require-reason", &settings.require_reason, settings.require_reason.value.to_string());
        match settings.longest_exception.value {
            Some(days) => self.value("longest-exception", &settings.longest_exception, days.to_string()),
            None => self.line("# longest-exception", "without end, by default"),
        }
        self.list("not-ignorable", &settings.not_ignorable, "by default");
        self.levels("level", &settings.levels);
        for one in &settings.per_path {
            self.line("", "");
            self.line("[[per-path]]", "");
            self.value("path", &one.path, quoted(&one.path.value));
            if !one.ignore.is_empty() {
                self.list("ignore", &one.ignore, "");
            }
            if !one.levels.is_empty() {
                self.levels("per-path.level", &one.levels);
            }
        }
        for one in &settings.exceptions {
            self.line("", "");
            self.line("[[exception]]", "");
            self.list("rule", &one.rules, "");
            for (key, values) in [("resource", &one.resources), ("path", &one.paths)] {
                if !values.is_empty() {
                    self.list(key, values, "");
                }
            }
            for (key, value) in [("until", &one.until), ("reason", &one.reason)] {
                if let Some(value) = value {
                    self.value(key, value, quoted(&value.value));
                }
            }
        }
    }

    /// A table of levels. One that is set twice holds by its last place.
    fn levels(&mut self, table: &str, levels: &[(Setting<String>, LevelSetting)]) {
        self.line("", "");
        self.line(format!("[{table}]"), if levels.is_empty() { "each rule has its own, by default" } else { "" });
        for (pattern, level) in levels {
            self.value(&key(&pattern.value), pattern, quoted(level.as_str()));
        }
    }

    fn list(&mut self, key: &str, values: &[Setting<String>], by_default: &str) {
        let mut origins: Vec<String> = values.iter().map(|value| origin(&value.origin)).collect();
        origins.dedup();
        let remark = if values.is_empty() { by_default.to_owned() } else { origins.join(", ") };
        let values: Vec<String> = values.iter().map(|value| quoted(&value.value)).collect();
        self.line(format!("{key} = [{}]", values.join(", ")), remark);
    }

    fn value<T>(&mut self, key: &str, setting: &Setting<T>, value: String) {
        self.line(format!("{key} = {value}"), origin(&setting.origin));
    }

    fn line(&mut self, text: impl Into<String>, remark: impl Into<String>) {
        self.lines.push((text.into(), remark.into()));
    }

    /// All lines, with the remarks below each other where there is room.
    fn align(&self) -> String {
        const WIDEST: usize = 48;
        let with_remark = self.lines.iter().filter(|(_, remark)| !remark.is_empty());
        let widths = with_remark.map(|(text, _)| text.chars().count()).filter(|width| *width <= WIDEST);
        let width = widths.max().unwrap_or(0);
        let mut all = String::new();
        for (text, remark) in &self.lines {
            let gap = if remark.is_empty() { String::new() } else { format!("  # {remark}") };
            let width = if remark.is_empty() { 0 } else { width };
            // Writing to a text does not fail.
            let _ = writeln!(all, "{text:width$}{gap}");
        }
        all
    }
}

fn origin(origin: &SettingOrigin) -> String {
    match origin {
        SettingOrigin::Default => "by default".to_owned(),
        SettingOrigin::CommandLine => "by an option".to_owned(),
        SettingOrigin::File(place) => place.to_string(),
    }
}

/// A key of a table: in quotes where it needs them.
fn key(text: &str) -> String {
    let is_bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if is_bare { text.to_owned() } else { quoted(text) }
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                // Writing to a text does not fail.
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
