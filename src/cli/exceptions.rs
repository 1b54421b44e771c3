//! Exceptions of the files and of the configuration, held against what was found in a unit.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::selection::{PathOf, Selection};
use super::settings::{ExceptionSetting, SettingPlace};
use super::units::{CONFIGURATION, InputFile, Unit, display, identity};
use super::{FailOn, Setting, SettingOrigin, Settings};
use crate::analysis::{
    Accounting, Accounts, Date, ExceptedRule, Exception, Exceptions, Finding, Fixed, IgnoredBy, Judged, Layout,
    Malformed, Repair, Scope, UnitResult, Until, account, removals,
};
use crate::knowledge::definitions::Definitions;
use crate::knowledge::definitions::program::UNUSED_EXCEPTION;
use crate::source::{FileId, Place, Problem, Severity, Sources, Span, apply_edits};

/// Holds exceptions against findings, by the settings of a unit.
pub(super) struct Accountant<'a> {
    pub(super) settings: &'a Settings,
    pub(super) selection: &'a Selection,
    /// The day by which exceptions expire.
    pub(super) today: Date,
    /// Ignore what exceptions cover; otherwise only say so.
    pub(super) obey: bool,
    /// The exceptions of the configuration are for this unit alone, and all of it is there.
    pub(super) owns_configuration: bool,
}

/// Exceptions with what was said about them.
pub(super) struct Accounted {
    /// Those of the files and of the configuration.
    pub(super) exceptions: Exceptions,
    /// What was said.
    pub(super) accounts: Accounts,
    /// Something in the configuration is wrong.
    pub(super) misconfigured: bool,
}

impl Accountant<'_> {
    /// Marks what is ignored in a unit, and tells about the exceptions. `whole` says that the unit was read whole.
    pub(super) fn account(
        &self,
        result: &mut UnitResult,
        mut exceptions: Exceptions,
        sources: &mut Sources,
        definitions: &Definitions,
        whole: bool,
    ) -> Accounted {
        self.add_configured(&mut exceptions, sources);
        let sources = &*sources;
        let paths = Paths::new(self.settings, sources);
        let path_of = |file| paths.of(file);
        self.selection.amend(&mut result.findings, &mut result.undetermined, &path_of);
        let judges_use =
            |exception: &Exception| whole && (exception.by == IgnoredBy::Comment || self.owns_configuration);
        let about = (Judged::Topology, &judges_use as &dyn Fn(&Exception) -> bool);
        let accounts = self.hold(&mut result.findings, &exceptions, (sources, definitions), about, &path_of);
        let misconfigured = accounts.is_misconfigured(&exceptions);
        Accounted { exceptions, accounts, misconfigured }
    }

    /// Marks which findings are ignored, and tells about the exceptions: what they are judged about, and whether one can
    /// be called unused.
    pub(super) fn hold<'f>(
        &self,
        findings: impl IntoIterator<Item = &'f mut Finding>,
        exceptions: &Exceptions,
        (sources, definitions): (&Sources, &Definitions),
        (subject, judges_use): (Judged, &dyn Fn(&Exception) -> bool),
        path_of: PathOf<'_>,
    ) -> Accounts {
        let not_ignorable = self.settings.not_ignorable();
        let accounting = Accounting {
            definitions,
            applied: &|rule, file| self.selection.applies_to(rule, file, path_of),
            level_of: &|rule| self.selection.level_of(rule),
            today: self.today,
            require_reason: self.settings.require_reason.value,
            longest: self.settings.longest_exception.value,
            not_ignorable: &not_ignorable,
            subject,
            obey: self.obey,
            judges_use,
            path_of,
        };
        let mut accounts = account(findings, exceptions, sources, &accounting);
        self.selection.amend(&mut accounts.findings, &mut Vec::new(), path_of);
        accounts
    }

    /// Adds the exceptions of the configuration, and the file to the sources.
    pub(super) fn add_configured(&self, exceptions: &mut Exceptions, sources: &mut Sources) {
        let Some(file) = self.settings.file.as_ref().filter(|_| !self.settings.exceptions.is_empty()) else { return };
        let id = sources.add_text(&display(&file.path), file.text.clone());
        for setting in &self.settings.exceptions {
            match configured(setting, id) {
                Ok(exception) => exceptions.read.push(exception),
                Err(malformed) => exceptions.malformed.push(malformed),
            }
        }
    }
}

/// An exception of the configuration.
fn configured(setting: &ExceptionSetting, file: FileId) -> Result<Exception, Malformed> {
    let place = |setting: &Setting<String>| match &setting.origin {
        SettingOrigin::File(place) => place_in(file, place),
        SettingOrigin::Default | SettingOrigin::CommandLine => Place { file, span: Span::default() },
    };
    let texts = |settings: &[Setting<String>]| settings.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
    let (resources, paths) = (texts(&setting.resources), texts(&setting.paths));
    let owner =
        [resources.join(", "), paths.join(", ")].iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>();
    let owner = owner.join(" in ");
    let malformed = |at: &Setting<String>, message: String, help: &str| Malformed {
        by: IgnoredBy::Configuration,
        message,
        place: place(at),
        help: help.to_owned(),
        owner: owner.clone(),
    };
    let until = match &setting.until {
        None => None,
        Some(until) => match Date::parse(&until.value) {
            Some(date) => Some(Until { date, place: place(until) }),
            None => {
                let message = format!("`{}` is no date", until.value);
                return Err(malformed(until, message, "write the last day as `until = \"2027-01-31\"`"));
            }
        },
    };
    if let Some(empty) = setting.reason.as_ref().filter(|reason| reason.value.trim().is_empty()) {
        return Err(malformed(empty, "the reason is empty".to_owned(), "say why, or leave `reason` out"));
    }
    Ok(Exception {
        by: IgnoredBy::Configuration,
        place: place_in(file, &setting.place),
        rules: setting.rules.iter().map(|rule| ExceptedRule { name: rule.value.clone(), place: place(rule) }).collect(),
        scope: Scope::Globs { resources, paths },
        until,
        reason: setting.reason.as_ref().map(|reason| reason.value.clone()),
        owner,
        layout: Layout::Table,
    })
}

fn place_in(file: FileId, place: &SettingPlace) -> Place {
    let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Place { file, span: Span::new(offset(place.span.start), offset(place.span.end)) }
}

/// The paths of files below the folder of a configuration.
pub(super) struct Paths<'a> {
    folder: Option<PathBuf>,
    sources: &'a Sources,
    known: RefCell<HashMap<FileId, Option<String>>>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(settings: &Settings, sources: &'a Sources) -> Self {
        let folder = settings.file.as_ref().map(|file| identity(&file.path));
        let folder = folder.and_then(|path| path.parent().map(Path::to_path_buf));
        Self { folder, sources, known: RefCell::default() }
    }

    /// The path of a file.
    pub(super) fn of(&self, file: FileId) -> Option<String> {
        let find = || self.below(Path::new(&self.sources.file(file)?.name));
        self.known.borrow_mut().entry(file).or_insert_with(find).clone()
    }
}

impl Paths<'_> {
    /// A path as seen from the folder.
    pub(super) fn below(&self, path: &Path) -> Option<String> {
        let path = identity(path);
        Some(display(path.strip_prefix(self.folder.as_ref()?).ok()?))
    }
}

/// Whether the settings of a unit are those of its own folder, and all that is in there was read.
pub(super) fn owns_configuration(unit: &Unit, settings: &Settings) -> bool {
    let folder = settings.file.as_ref().map(|file| identity(&file.path));
    let is_own = folder.as_deref().is_some_and(|path| path == identity(&unit.root).join(CONFIGURATION));
    is_own && !unit.given.is_empty() && !unit.incomplete && unit.files.iter().all(|file| file.path.is_some())
}

/// What taking out needless exceptions comes to.
pub(super) struct Removed {
    /// The findings about them, as fixed.
    pub(super) fixed: Vec<Fixed>,
    /// The text of the configuration without them, where it changes.
    pub(super) configuration: Option<String>,
}

/// Takes exceptions that ignore nothing out of the files of a unit. `refused` tells of a file why it cannot be written.
pub(super) fn remove_needless(
    unit: &mut Unit,
    accounted: &Accounted,
    sources: &Sources,
    refused: &dyn Fn(&str) -> Option<String>,
) -> Removed {
    let may_be_written = |file: FileId| sources.file(file).is_some_and(|file| refused(&file.name).is_none());
    let mut edits = removals(sources, &accounted.exceptions.read, &accounted.accounts.needless);
    edits.retain(|file, edits| !edits.is_empty() && may_be_written(*file));
    let fixed = accounted.accounts.findings.iter().filter(|finding| {
        edits.contains_key(&finding.primary.place.file) && finding.repairs.iter().any(Repair::is_applicable)
    });
    let fixed = fixed.map(|finding| fixed_of(finding, sources)).collect();
    let mut configuration = None;
    for (file, edits) in &edits {
        let Some(source) = sources.file(*file) else { continue };
        let Some(text) = apply_edits(&source.text, edits) else { continue };
        match unit.files.iter_mut().find(|file| file.name == source.name) {
            Some(file) => file.text = text,
            None => configuration = Some(text),
        }
    }
    Removed { fixed, configuration }
}

fn fixed_of(finding: &Finding, sources: &Sources) -> Fixed {
    let name = sources.file(finding.primary.place.file).map_or("", |file| file.name.as_str());
    Fixed {
        rule: finding.rule.clone(),
        level: finding.level,
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
        changes: Vec::new(),
        files: vec![name.to_owned()],
    }
}

/// A configuration as a unit of its own, so that it is written and compared like one.
pub(super) fn configuration_unit(settings: &Settings) -> Option<Unit> {
    let file = settings.file.as_ref()?;
    let input =
        InputFile { name: display(&file.path), path: Some(file.path.clone()), text: file.text.clone(), named: false };
    Some(Unit { files: vec![input], ..Unit::default() })
}

/// Whether everything of a unit was read, so that it can be told what is not found any more.
pub(super) fn is_whole(incomplete: bool, problems: &[Problem]) -> bool {
    !incomplete && problems.iter().all(|problem| problem.severity < Severity::Error)
}

/// What makes what is said about exceptions equal: the file and the bytes in it, the rule, the fingerprint.
type Told = (String, Span, String, String);

/// What is said about exceptions over all units: a file may be read in several of them, and each has its say.
#[derive(Default)]
pub(super) struct Said {
    /// By what makes them equal: what is said, in how many units, and from which level on it fails.
    findings: BTreeMap<Told, (Finding, usize, FailOn)>,
    /// In how many units a file with exceptions was read.
    readings: HashMap<String, usize>,
}

impl Said {
    /// Adds what is said in a unit.
    pub(super) fn add(&mut self, accounted: Accounted, sources: &Sources, fail_on: FailOn) {
        let name = |file: FileId| sources.file(file).map_or_else(String::new, |file| file.name.clone());
        let Exceptions { read, malformed } = &accounted.exceptions;
        let places = read.iter().map(|one| one.place).chain(malformed.iter().map(|one| one.place));
        let files: BTreeSet<String> = places.map(|place| name(place.file)).collect();
        for file in files {
            *self.readings.entry(file).or_default() += 1;
        }
        for finding in accounted.accounts.findings {
            let place = finding.primary.place;
            let key = (name(place.file), place.span, finding.rule.clone(), finding.fingerprint.clone());
            let (_, count, _) = self.findings.entry(key).or_insert((finding, 0, fail_on));
            *count += 1;
        }
    }

    /// What holds of all units together: an exception is unused when it is in each of them.
    pub(super) fn finish(&mut self) -> Vec<(Finding, FailOn)> {
        let findings = std::mem::take(&mut self.findings).into_iter();
        let holds = |file: &String, finding: &Finding, count: usize| {
            finding.rule != UNUSED_EXCEPTION || self.readings.get(file).is_none_or(|readings| count >= *readings)
        };
        let findings = findings.filter(|((file, ..), (finding, count, _))| holds(file, finding, *count));
        findings.map(|(_, (finding, _, fail_on))| (finding, fail_on)).collect()
    }
}
