//! `isolint explain`.

use std::io::{self, Write};
use std::path::Path;

use super::terminal::Terminal;
use super::{CLEAN, CommandError, Common, Settings, knowledge};
use crate::report::page::{Page, names};
use crate::source::did_you_mean;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The name of a rule or an access method
    name: String,
    #[command(flatten)]
    common: Common,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let terminal = Terminal::output(arguments.common.color);
    let mut settings = Settings::nearest(Path::new("."))?;
    arguments.common.over(&mut settings);
    let ruleset = knowledge::load(&settings, arguments.common.color)?;
    let name = arguments.name.as_str();
    let Some(page) = Page::find(&ruleset, name) else {
        let hint = did_you_mean(name, names(&ruleset.definitions))
            .map_or_else(|| "`isolint rules` lists them".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(CommandError::Usage(format!("there is no rule or access method `{name}`; {hint}")));
    };
    let mut output = io::BufWriter::new(io::stdout().lock());
    page.write_terminal(&mut output, terminal.width)?;
    output.flush()?;
    Ok(CLEAN)
}
