//! What `isolint diff` makes of exceptions: what they cover makes nothing worse.

use std::path::{Path, PathBuf};

use super::Arguments;
use crate::analysis::{Comparison, Date, Exception, Exceptions, Finding, Judged};
use crate::cli::Settings;
use crate::cli::exceptions::{Accountant, Accounted, Paths};
use crate::cli::judging::{by_option, parse_date};
use crate::cli::selection::Selection;
use crate::cli::units::{clean, identity};
use crate::knowledge::definitions::Definitions;
use crate::knowledge::definitions::program::UNUSED_EXCEPTION;
use crate::report::ComparisonReport;
use crate::source::{FileId, Sources};

/// What is accepted, on the command line.
#[derive(Debug, clap::Args)]
pub(super) struct Accepting {
    /// The findings of this file are known and make nothing worse
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Compare as if there were no exceptions and no baseline, and say what they would ignore
    #[arg(long)]
    no_ignores: bool,
    /// The day by which exceptions expire, such as 2027-01-31 (default: today, in UTC)
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    today: Option<Date>,
}

impl Accepting {
    /// Puts the options over settings.
    pub(super) fn over(&self, settings: &mut Settings) {
        if let Some(baseline) = &self.baseline {
            settings.baseline = by_option(Some(clean(baseline)));
        }
    }

    /// Whether exceptions and baselines are obeyed.
    pub(super) const fn obeys(&self) -> bool {
        !self.no_ignores
    }

    /// Who accounts for exceptions in one comparison.
    pub(super) fn acceptor<'a>(&self, settings: &'a Settings, selection: &'a Selection) -> Acceptor<'a> {
        let today = self.today.unwrap_or_else(Date::today);
        // Of exceptions for change rules the comparison is all there is.
        Acceptor(Accountant { settings, selection, today, obey: self.obeys(), owns_configuration: true })
    }
}

/// The exceptions of the two states and of the configuration.
pub(super) struct Gathered {
    exceptions: Exceptions,
    /// How many of them stand in files of the earlier state, where what is gone was.
    earlier: usize,
}

/// Where the two states stand.
pub(super) struct Stands {
    /// The path of the earlier one.
    pub(super) old: PathBuf,
    /// The path of the later one.
    pub(super) new: PathBuf,
    /// The names of the files of the earlier one.
    pub(super) of_old: Vec<String>,
}

impl Stands {
    pub(super) fn of(arguments: &Arguments, report: &ComparisonReport) -> Self {
        let of_old = report.old.inputs.iter().map(|input| input.path.clone()).collect();
        Self { old: arguments.old.clone(), new: arguments.new.clone(), of_old }
    }

    /// The path of a file below the folder of the configuration. A file of the earlier state counts as where it stands in
    /// the later one.
    pub(super) fn path_of(&self, paths: &Paths<'_>, sources: &Sources, file: FileId) -> Option<String> {
        let name = &sources.file(file)?.name;
        if !self.of_old.contains(name) {
            return paths.of(file);
        }
        let path = identity(Path::new(name));
        match path.strip_prefix(identity(&self.old)) {
            Ok(rest) if rest.as_os_str().is_empty() => paths.below(&self.new),
            Ok(rest) => paths.below(&self.new.join(rest)),
            Err(_) => paths.below(&self.new),
        }
    }
}

/// Accounts for exceptions in the comparison of a unit.
pub(super) struct Acceptor<'a>(Accountant<'a>);

impl Acceptor<'_> {
    /// Puts the exceptions of the files of both states and those of the configuration together.
    pub(super) fn gather(&self, old: Exceptions, new: Exceptions, sources: &mut Sources) -> Gathered {
        let earlier = old.read.len();
        let mut exceptions = Exceptions { read: old.read, malformed: Vec::new() };
        exceptions.read.extend(new.read);
        self.0.add_configured(&mut exceptions, sources);
        Gathered { exceptions, earlier }
    }

    /// Marks what is accepted, and adds what is to be said of exceptions for change rules; of the others `isolint check`
    /// says it. `whole` says that both states were read whole.
    pub(super) fn accept(
        &self,
        comparison: &mut Comparison,
        Gathered { exceptions, earlier }: Gathered,
        (sources, definitions): (&Sources, &Definitions),
        path_of: &dyn Fn(FileId) -> Option<String>,
        whole: bool,
    ) -> Accounted {
        let later = || exceptions.read.iter().skip(earlier);
        let judges_use = |one: &Exception| whole && later().any(|exception| exception.place == one.place);
        let mut accounts = self.0.hold(
            comparison.worsening_mut(),
            &exceptions,
            (sources, definitions),
            (Judged::Change, &judges_use),
            path_of,
        );
        let misconfigured = accounts.is_misconfigured(&exceptions);
        let configuration = self.0.settings.file.as_ref().map(|file| crate::cli::units::display(&file.path));
        let concerns = |finding: &Finding| {
            let file = sources.file(finding.primary.place.file).map(|file| &file.name);
            finding.rule == UNUSED_EXCEPTION || (misconfigured && file == configuration.as_ref())
        };
        accounts.findings.retain(concerns);
        Accounted { exceptions, accounts, misconfigured }
    }
}
