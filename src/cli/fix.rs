//! `--fix` and `--diff` of `isolint check`: repairs made in the text of topology files, each one proven before it is
//! kept.

mod write;

use std::collections::{BTreeMap, HashMap};

use super::exceptions::{Accountant, Accounted, is_whole, remove_needless};
use super::load::load;
use super::units::Unit;
use crate::analysis::{Finding, Fixed, Input, Layouts, Level, Options, Repair, UnitResult, analyse};
use crate::knowledge::ruleset::Ruleset;
use crate::source::{FileId, Problem, Sources, TextEdit, apply_edits};

pub(super) use write::{replace, unified_diff, write_refusal, write_units};

/// How often a unit is judged at most, so that repairs which undo each other come to an end.
const MOST_JUDGEMENTS: usize = 500;

/// The format of the files that are edited.
const EDITABLE: &str = "topology";

/// Repairs that were tried, by the fingerprint of the finding and the method, and why they are not kept.
pub(super) type Rejected = HashMap<(String, Option<String>), String>;

/// What fixing a unit came to.
#[derive(Default)]
pub(super) struct Outcome {
    /// Findings that are gone.
    pub(super) fixed: Vec<Fixed>,
    /// Repairs that were not kept.
    pub(super) rejected: Rejected,
    /// The text of the configuration without needless exceptions, where it changes.
    pub(super) configuration: Option<String>,
}

/// A unit as it was judged.
struct State {
    sources: Sources,
    problems: Vec<Problem>,
    inputs: Vec<Input>,
    result: UnitResult,
    accounted: Accounted,
}

/// A repair that the files allow.
struct Candidate<'a> {
    finding: &'a Finding,
    repair: &'a Repair,
    edits: Vec<(FileId, TextEdit)>,
}

/// Makes repairs in the texts of a unit as long as there are any.
pub(super) fn fix(
    ruleset: &mut Ruleset,
    unit: &mut Unit,
    options: &Options<'_>,
    accountant: &Accountant<'_>,
    refused: &dyn Fn(&str) -> Option<String>,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut state = judge(ruleset, unit, options, accountant);
    let mut judgements = 1;
    // How many repairs are tried at once.
    let mut batch = usize::MAX;
    while judgements < MOST_JUDGEMENTS {
        let candidates = candidates(&state, refused, &outcome.rejected, batch);
        if candidates.is_empty() {
            break;
        }
        let edited = edited(unit, &state.sources, &candidates);
        let after = judge(ruleset, &edited, options, accountant);
        judgements += 1;
        match verify(&state, &after, &candidates) {
            Ok(()) => {
                outcome.fixed.extend(candidates.iter().map(|candidate| told(candidate, &state.sources)));
                *unit = edited;
                state = after;
                batch = usize::MAX;
            }
            Err(reason) => match candidates.as_slice() {
                [one] => {
                    outcome.rejected.insert(key(one.finding, one.repair), reason);
                    batch = usize::MAX;
                }
                several => batch = several.len().div_ceil(2).max(1),
            },
        }
    }
    let refused = |name: &str| refused(name).or_else(|| foreign(&state.inputs, name));
    let removed = remove_needless(unit, &state.accounted, &state.sources, &refused);
    outcome.fixed.extend(removed.fixed);
    outcome.configuration = removed.configuration;
    outcome
}

fn key(finding: &Finding, repair: &Repair) -> (String, Option<String>) {
    (finding.fingerprint.clone(), repair.method.clone())
}

/// Says of repairs that were tried, or that the files do not allow, why they are left.
pub(super) fn settle(
    findings: &mut [Finding],
    sources: &Sources,
    inputs: &[Input],
    refused: &dyn Fn(&str) -> Option<String>,
    rejected: &Rejected,
) {
    let refused = |name: &str| refused(name).or_else(|| foreign(inputs, name));
    let mut layouts = Layouts::new(sources, &refused);
    for finding in findings {
        for repair in &mut finding.repairs {
            layouts.settle(repair);
            let reason = rejected.get(&(finding.fingerprint.clone(), repair.method.clone()));
            if let (None, Some(reason)) = (&repair.reason_not, reason) {
                repair.reason_not = Some(reason.clone());
            }
        }
    }
}

/// Why a file is left alone that is no topology file.
fn foreign(inputs: &[Input], name: &str) -> Option<String> {
    let input = inputs.iter().find(|input| input.path == name)?;
    (input.format != EDITABLE).then(|| format!("{name} is no topology file, and only those are edited"))
}

fn judge(ruleset: &mut Ruleset, unit: &Unit, options: &Options<'_>, accountant: &Accountant<'_>) -> State {
    let mut sources = Sources::new();
    let loaded = load(unit.clone(), &ruleset.definitions, options.edition, &mut sources);
    let mut problems = loaded.problems;
    let mut result = analyse(ruleset, loaded.topology, &sources, options);
    problems.append(&mut result.problems);
    let whole = is_whole(unit.incomplete, &problems);
    let accounted = accountant.account(&mut result, loaded.exceptions, &mut sources, &ruleset.definitions, whole);
    State { sources, problems, inputs: loaded.inputs, result, accounted }
}

/// The first repairs that can be made together, one for each finding.
fn candidates<'a>(
    state: &'a State,
    refused: &dyn Fn(&str) -> Option<String>,
    rejected: &Rejected,
    most: usize,
) -> Vec<Candidate<'a>> {
    let refused = |name: &str| refused(name).or_else(|| foreign(&state.inputs, name));
    let mut layouts = Layouts::new(&state.sources, &refused);
    let mut taken: BTreeMap<(FileId, u32), TextEdit> = BTreeMap::new();
    let mut candidates = Vec::new();
    for finding in state.result.findings.iter().filter(|finding| finding.ignored.is_none()) {
        let repairs = finding.repairs.iter().filter(|repair| !rejected.contains_key(&key(finding, repair)));
        let found = repairs.filter_map(|repair| Some((repair, layouts.edits(repair).ok()?))).next();
        let Some((repair, edits)) = found else { continue };
        if !edits.iter().all(|(file, edit)| is_free(&taken, *file, edit)) {
            continue;
        }
        taken.extend(edits.iter().map(|(file, edit)| ((*file, edit.span.start), edit.clone())));
        candidates.push(Candidate { finding, repair, edits });
        if candidates.len() >= most {
            break;
        }
    }
    candidates
}

/// Whether an edit touches no other, or is one of them.
fn is_free(taken: &BTreeMap<(FileId, u32), TextEdit>, file: FileId, edit: &TextEdit) -> bool {
    let before = taken.range(..=(file, edit.span.start)).next_back();
    let after = taken.range((file, edit.span.start)..).next();
    let touches = |((of, _), other): (&(FileId, u32), &TextEdit)| {
        *of == file
            && other != edit
            && (other.span.start == edit.span.start
                || (other.span.start < edit.span.end && edit.span.start < other.span.end)
                || (other.span.start < edit.span.start && edit.span.start < other.span.end))
    };
    !before.into_iter().chain(after).any(touches)
}

/// The unit with the edits of these repairs made.
fn edited(unit: &Unit, sources: &Sources, candidates: &[Candidate<'_>]) -> Unit {
    let mut by_file: HashMap<&str, Vec<TextEdit>> = HashMap::new();
    for (file, edit) in candidates.iter().flat_map(|candidate| &candidate.edits) {
        if let Some(file) = sources.file(*file) {
            by_file.entry(&file.name).or_default().push(edit.clone());
        }
    }
    let mut unit = unit.clone();
    for file in &mut unit.files {
        let edits = by_file.get(file.name.as_str());
        if let Some(text) = edits.and_then(|edits| apply_edits(&file.text, edits)) {
            file.text = text;
        }
    }
    unit
}

/// Whether repairs did what they were made for, and nothing worse.
fn verify(before: &State, after: &State, candidates: &[Candidate<'_>]) -> Result<(), String> {
    let problem = |problem: &Problem| (problem.code, problem.message.clone());
    let known = counted(before.problems.iter().map(problem));
    let found = counted(after.problems.iter().map(problem));
    if let Some(((_, message), _)) = found.iter().find(|(name, number)| known.get(*name).unwrap_or(&0) < *number) {
        return Err(format!("the file would then have a mistake: {message}"));
    }
    let name = |finding: &Finding| finding.fingerprint.clone();
    let known = counted(before.result.findings.iter().map(name));
    let found = counted(after.result.findings.iter().map(name));
    let mended = counted(candidates.iter().map(|candidate| name(candidate.finding)));
    let stays =
        |(name, number): (&String, &usize)| found.get(name).unwrap_or(&0) + number > *known.get(name).unwrap_or(&0);
    if mended.iter().any(stays) {
        return Err("it would not be enough".to_owned());
    }
    let level = candidates.iter().map(|candidate| candidate.finding.level).min().unwrap_or(Level::Info);
    let new =
        after.result.findings.iter().find(|finding| {
            finding.level >= level && found.get(&finding.fingerprint) > known.get(&finding.fingerprint)
        });
    match new {
        Some(finding) => Err(format!("it would lead to {}: {}", finding.rule, finding.message)),
        None => Ok(()),
    }
}

fn counted<T: std::hash::Hash + Eq>(names: impl Iterator<Item = T>) -> HashMap<T, usize> {
    let mut numbers = HashMap::new();
    for name in names {
        *numbers.entry(name).or_default() += 1;
    }
    numbers
}

fn told(candidate: &Candidate<'_>, sources: &Sources) -> Fixed {
    let finding = candidate.finding;
    let mut files: Vec<String> = Vec::new();
    for (file, _) in &candidate.edits {
        let name = sources.file(*file).map_or("", |file| file.name.as_str());
        if !files.iter().any(|known| known == name) {
            files.push(name.to_owned());
        }
    }
    Fixed {
        rule: finding.rule.clone(),
        level: finding.level,
        message: finding.message.clone(),
        fingerprint: finding.fingerprint.clone(),
        changes: candidate.repair.changes.clone(),
        files,
    }
}
