//! What the terminal can show.

use std::env;
use std::io::{self, IsTerminal};

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub(super) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a stream can show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    /// Colours.
    pub(super) color: bool,
    /// More than ASCII.
    pub(super) unicode: bool,
    /// Characters in a line.
    pub(super) width: usize,
    /// Clickable links.
    pub(super) hyperlinks: bool,
}

impl Terminal {
    /// Standard output as the environment describes it.
    pub(super) fn output(choice: ColorChoice) -> Self {
        Self::detect(choice, io::stdout().is_terminal())
    }

    /// Standard error as the environment describes it.
    pub(super) fn errors(choice: ColorChoice) -> Self {
        Self::detect(choice, io::stderr().is_terminal())
    }

    fn detect(choice: ColorChoice, is_terminal: bool) -> Self {
        let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if set("NO_COLOR") => false,
            ColorChoice::Auto => (is_terminal && env::var("TERM").as_deref() != Ok("dumb")) || set("FORCE_COLOR"),
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        // A pipe gets UTF-8 whatever the locale: files and other programs take it.
        let unicode = !set("NO_GRAPHICS")
            && (!is_terminal
                || locale
                    .is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8") || cfg!(windows)));
        let width = env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
            .or_else(|| terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| width.0.into()))
            .unwrap_or(100_usize);
        Self {
            color,
            unicode,
            width: width.clamp(40, 160),
            hyperlinks: color && is_terminal && env::var_os("TERM_PROGRAM").is_some(),
        }
    }

    /// How the human report is to be drawn here.
    pub(super) fn human(self) -> crate::report::HumanOptions {
        crate::report::HumanOptions {
            color: self.color,
            unicode: self.unicode,
            width: self.width,
            hyperlinks: self.hyperlinks,
            ..crate::report::HumanOptions::default()
        }
    }
}
