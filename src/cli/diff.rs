//! `isolint diff`.

mod accepted;
mod pairing;

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use self::accepted::{Accepting, Stands};
use super::baseline::{Baselines, Matching};
use super::exceptions::{Paths, Said};
use super::load::{Loaded, load};
use super::output::unless_closed;
use super::selection::Selection;
use super::terminal::Terminal;
use super::units::{Beside, Unit, clean, display, find_units, unreadable};
use super::variants::Variants;
use super::{
    CLEAN, CommandError, Common, FINDINGS, FailOn, Setting, SettingOrigin, Settings, UNREADABLE, USAGE, knowledge,
};
use crate::analysis::{Acceptance, Exceptions, InputStatus, Options, State, compare};
use crate::knowledge::ruleset::Ruleset;
use crate::report::{self, ComparisonReport, ReadState};
use crate::source::{FileId, Sources};
use crate::topology::Topology;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The earlier state: a file or a folder; `-` is standard input
    old: PathBuf,
    /// The later state: a file or a folder; `-` is standard input
    new: PathBuf,
    /// The form of the report
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
    /// From which level on a finding that is gained makes the command fail
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<FailOn>,
    #[command(flatten)]
    beside: Beside,
    /// The parameters of the templates of the earlier state, where they are others
    #[arg(long, value_name = "FILE")]
    old_parameters: Vec<PathBuf>,
    /// What resolves the references of the earlier state, where that is something else
    #[arg(long, value_name = "PATH")]
    old_context: Vec<PathBuf>,
    #[command(flatten)]
    accepting: Accepting,
    #[command(flatten)]
    common: Common,
}

/// In which form to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
enum Format {
    /// For people
    #[default]
    Human,
    /// For the comment of a review
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(arguments: &Arguments) -> Result<u8, CommandError> {
    let dash = Path::new("-");
    if arguments.old == dash && arguments.new == dash {
        return Err(CommandError::Usage("standard input can be one of the two states, not both".to_owned()));
    }
    let mut sides =
        [Side::find(&arguments.old, &arguments.beside_old()), Side::find(&arguments.new, &arguments.beside)];
    check_apart(arguments, &sides)?;
    let mut run = Run::default();
    let pairs = pairing::pair(&mut sides);
    // All settings and rules are read before anything is compared: a mistake in one stops the run.
    let mut plan = Vec::new();
    for (old, new) in pairs {
        let settings = arguments.settings(&new.root)?;
        let ruleset = run.ruleset(&settings, arguments)?;
        plan.push((old, new, Selection::new(&settings, &ruleset.definitions)?, settings));
    }
    let settings = arguments.settings(&arguments.new)?;
    run.report.edition = plan.last().map_or(&settings, |(.., settings)| settings).edition.value.as_str().to_owned();
    let mut loaded = Vec::new();
    for (old, new, selection, settings) in plan {
        let variant = new.variant.clone().or_else(|| old.variant.clone());
        let states = run.load(&mut sides, (old, new), &settings);
        loaded.push((states, variant, selection, settings));
    }
    let [mut old, mut new] = sides.map(|side| side.state);
    for state in [&mut old, &mut new] {
        state.is_there |= state.inputs.iter().any(|input| input.status == InputStatus::Checked);
    }
    run.report.compared = old.is_there && new.is_there;
    (run.report.old, run.report.new) = (old, new);
    for ((old, new), variant, selection, settings) in loaded {
        run.compare((old, new), variant, arguments, (&selection, &settings));
    }
    run.variants.tell_changes(&mut run.report.comparison, &run.sources);
    run.report.comparison.exceptions = run.said.finish().into_iter().map(|(finding, _)| finding).collect();
    // Who reads has had enough; what was found remains so.
    unless_closed(write(arguments, &run))?;
    Ok(run.status())
}

impl Arguments {
    /// What is read beside the earlier state: what is read beside the later one, unless it is said.
    fn beside_old(&self) -> Beside {
        let or = |own: &Vec<PathBuf>, other: &Vec<PathBuf>| if own.is_empty() { other.clone() } else { own.clone() };
        Beside {
            parameters: or(&self.old_parameters, &self.beside.parameters),
            context: or(&self.old_context, &self.beside.context),
        }
    }

    fn settings(&self, root: &Path) -> Result<Settings, CommandError> {
        let mut settings = Settings::nearest(root)?;
        self.common.over(&mut settings);
        if let Some(fail_on) = self.fail_on {
            settings.fail_on = Setting { value: fail_on, origin: SettingOrigin::CommandLine };
        }
        self.accepting.over(&mut settings);
        Ok(settings)
    }
}

/// A unit in one of the two states, with the exceptions in its files.
type Stated = (State, Exceptions);

/// One of the two states while it is read.
struct Side {
    /// Where it is, as the user wrote it.
    path: PathBuf,
    units: Vec<Unit>,
    state: ReadState,
    /// A file that is read for several sets of parameters is told of once.
    variants: Variants,
}

impl Side {
    fn find(path: &Path, beside: &Beside) -> Self {
        let found = find_units(&[path.to_path_buf()], beside);
        let state = ReadState { path: display(path), inputs: found.others, ..ReadState::default() };
        let mut side = Self { path: clean(path), units: found.units, state, variants: Variants::default() };
        if side.state.inputs.is_empty() && side.units.iter().all(|unit| unit.files.is_empty()) {
            let reason = "holds neither a topology file nor a template; nothing was compared".to_owned();
            side.state.inputs.push(unreadable(display(path), reason));
        }
        side
    }
}

/// Two files that are parts of one topology are no two states of it.
fn check_apart(arguments: &Arguments, sides: &[Side; 2]) -> Result<(), CommandError> {
    let [old, new] = sides;
    let ([of_old], [of_new]) = (old.units.as_slice(), new.units.as_slice()) else { return Ok(()) };
    let names = |unit: &Unit| unit.files.iter().map(|file| file.name.clone()).collect::<Vec<String>>();
    let is_one = of_old.root == of_new.root && of_old.files.len() > 1 && names(of_old) == names(of_new);
    if !is_one || old.path == new.path || arguments.old == Path::new("-") || arguments.new == Path::new("-") {
        return Ok(());
    }
    let (old, new, root) = (display(&old.path), display(&new.path), display(&of_new.root));
    Err(CommandError::Usage(format!(
        "`{old}` and `{new}` are parts of one topology, that of `{root}/isolint.toml`; compare two folders, or two files \
         outside of it"
    )))
}

/// One comparison over all units.
#[derive(Default)]
struct Run {
    sources: Sources,
    report: ComparisonReport,
    /// Rules by the folders that a team's own ones come from.
    rulesets: BTreeMap<Vec<PathBuf>, Ruleset>,
    /// What several sets of parameters have in common.
    variants: Variants,
    /// The files that are not judged themselves.
    context: HashSet<FileId>,
    /// Findings that are known.
    baselines: Baselines,
    /// What is said about exceptions for change rules.
    said: Said,
    /// An exception of the configuration or a baseline has a mistake, which kept nothing from being compared.
    misconfigured: bool,
    /// Something got worse in a unit of which the settings say that it makes the command fail.
    failed: bool,
}

impl Run {
    fn ruleset(&mut self, settings: &Settings, arguments: &Arguments) -> Result<&mut Ruleset, CommandError> {
        use std::collections::btree_map::Entry;
        match self.rulesets.entry(settings.rules.value.clone()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(knowledge::load(settings, arguments.common.color)?)),
        }
    }

    /// Reads a unit in both states.
    fn load(&mut self, sides: &mut [Side; 2], units: (Unit, Unit), settings: &Settings) -> (Stated, Stated) {
        let [old, new] = sides;
        (self.load_side(old, units.0, settings), self.load_side(new, units.1, settings))
    }

    fn load_side(&mut self, side: &mut Side, mut unit: Unit, settings: &Settings) -> Stated {
        let Some(ruleset) = self.rulesets.get(&settings.rules.value) else {
            return (State { topology: Topology::new(), incomplete: true }, Exceptions::default());
        };
        let edition = settings.edition.value.as_str();
        self.baselines.leave_out(&mut unit, settings);
        let Loaded { topology, problems, inputs, exceptions, context, .. } =
            load(unit, &ruleset.definitions, edition, &mut self.sources);
        self.context.extend(context);
        side.state.is_there |= topology.objects().iter().any(|object| Topology::has_name(object.kind));
        side.variants.add_inputs(&mut side.state.inputs, inputs);
        side.variants.add_problems(&mut side.state.problems, problems, &self.sources);
        (State { topology, incomplete: false }, exceptions)
    }

    fn compare(
        &mut self,
        ((mut old, of_old), (mut new, of_new)): (Stated, Stated),
        variant: Option<String>,
        arguments: &Arguments,
        (selection, settings): (&Selection, &Settings),
    ) {
        let known = self.baselines.of(settings, &mut self.sources, arguments.common.color);
        self.misconfigured |= known.is_err();
        let Some(ruleset) = self.rulesets.get_mut(&settings.rules.value) else { return };
        if !self.report.compared {
            return;
        }
        old.incomplete = self.report.old.is_broken();
        new.incomplete = self.report.new.is_broken();
        let enabled = |name: &str| selection.applies(name);
        let level_of = |name: &str| selection.level_of(name);
        let options = Options { edition: settings.edition.value.as_str(), enabled: &enabled, level_of: &level_of };
        let fails = |level| settings.fail_on.value.includes(level);
        let whole = !old.incomplete && !new.incomplete;
        let acceptor = arguments.accepting.acceptor(settings, selection);
        let gathered = acceptor.gather(of_old, of_new, &mut self.sources);
        let sources = &self.sources;
        let (paths, stands) = (Paths::new(settings, sources), Stands::of(arguments, &self.report));
        let path_of = |file| stands.path_of(&paths, sources, file);
        let amend = |findings: &mut _, undetermined: &mut _| selection.amend(findings, undetermined, &path_of);
        let mut comparison = compare(ruleset, (old, new), sources, &options, &amend, &fails);
        let definitions = &ruleset.definitions;
        let said = acceptor.accept(&mut comparison, gathered, (sources, definitions), &path_of, whole);
        self.misconfigured |= said.misconfigured;
        self.said.add(said, sources, settings.fail_on.value);
        if let Ok(Some(known)) = known {
            let (not_ignorable, obey) = (settings.not_ignorable(), arguments.accepting.obeys());
            let acceptance = Acceptance { definitions, not_ignorable: &not_ignorable, obey };
            let how = Matching { acceptance, covers_all: false, is_variant: variant.is_some() };
            self.baselines.ignore(&known, comparison.worsening_mut(), &how);
        }
        comparison.leave_ignored();
        let [of_old, of_new] = std::mem::take(&mut comparison.problems);
        self.report.old.problems.extend(of_old);
        self.report.new.problems.extend(of_new);
        comparison.changes.retain(|change| !change.is_in(&self.context));
        self.failed |= comparison.is_worse() && settings.fail_on.value != FailOn::Never;
        self.variants.add_changes(&mut comparison, variant, &self.sources);
        self.report.comparison.extend(comparison);
    }

    fn status(&self) -> u8 {
        let is_broken = self.report.old.is_broken() || self.report.new.is_broken();
        match (self.misconfigured, is_broken, self.failed) {
            (true, ..) => USAGE,
            (false, true, _) => UNREADABLE,
            (false, false, true) => FINDINGS,
            (false, false, false) => CLEAN,
        }
    }
}

fn write(arguments: &Arguments, run: &Run) -> io::Result<()> {
    let terminal = Terminal::output(arguments.common.color);
    let mut output = io::BufWriter::new(io::stdout().lock());
    match arguments.format {
        Format::Human => {
            report::write_comparison_human(&mut output, &run.report, &run.sources, &terminal.human())?;
        }
        Format::Markdown => report::write_comparison_markdown(&mut output, &run.report, &run.sources)?,
        Format::Json => report::write_comparison_json(&mut output, &run.report, &run.sources)?,
    }
    output.flush()
}
