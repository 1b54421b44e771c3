//! What of the files of a folder is judged together: topology files with what they include, and each template with one set
//! of parameters.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::units::{InputFile, Unit, clean, display, identity, text_of};
use crate::frontend::arm::parameters::belongs;
use crate::frontend::arm::template::links;
use crate::frontend::topology_file::includes;
use crate::source::{Limits, Sources};

/// What a file looks like, by a glance at its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A template.
    Template,
    /// The values of the parameters of one.
    Parameters,
    /// JSON that is neither.
    Json,
    /// Something else: perhaps a topology.
    Other,
}

/// What a file looks like.
#[must_use]
pub(super) fn sort_of(file: &InputFile) -> Sort {
    let is_json =
        is_json(Path::new(&file.name)) || file.text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
    if !is_json {
        return Sort::Other;
    }
    let has = |word: &str| contains_ignoring_case(&file.text, word);
    if has("deploymentTemplate.json") {
        Sort::Template
    } else if has("deploymentParameters.json") {
        Sort::Parameters
    } else if has("\"resources\"") && (has("\"contentVersion\"") || has("\"apiVersion\"")) {
        Sort::Template
    } else if has("\"parameters\"") && has("\"contentVersion\"") {
        Sort::Parameters
    } else {
        Sort::Json
    }
}

fn contains_ignoring_case(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let first = word.first().map(u8::to_ascii_lowercase);
    text.windows(word.len())
        .any(|window| window.first().map(u8::to_ascii_lowercase) == first && window.eq_ignore_ascii_case(word))
}

/// Whether a path names a JSON file.
pub(super) fn is_json(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    extension.eq_ignore_ascii_case("json") || extension.eq_ignore_ascii_case("jsonc")
}

/// Splits the files of a folder into units. `parameters` are those of the command line, which hold for all templates.
pub(super) fn split(unit: Unit, parameters: &[InputFile]) -> Vec<Unit> {
    let Unit { root, files, given, incomplete, .. } = unit;
    let is_named_only = given.is_empty();
    let taken = taken(&files);
    let (templates, rest): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|file| sort_of(file) == Sort::Template && !is_taken(&taken, file));
    let (sets, mut others): (Vec<_>, Vec<_>) = rest.into_iter().partition(|file| sort_of(file) == Sort::Parameters);
    let mut matched = BTreeSet::new();
    let mut units = Vec::new();
    let make = |files| Unit { root: root.clone(), files, given: given.clone(), incomplete, ..Unit::default() };
    for template in templates {
        let mut own = if parameters.is_empty() { parameters_of(&template, &sets) } else { parameters.to_vec() };
        matched.extend(own.iter().map(|set| set.name.clone()));
        let Some(last) = own.pop() else {
            units.push(make(vec![template]));
            continue;
        };
        let variant = |set: &InputFile| Some(set.name.clone());
        let several = !own.is_empty();
        units.extend(own.into_iter().map(|set| Unit { variant: variant(&set), ..make(vec![template.clone(), set]) }));
        let variant = variant(&last).filter(|_| several);
        units.push(Unit { variant, ..make(vec![template, last]) });
    }
    // A link or an include may bring in parameters too.
    others.extend(sets.into_iter().filter(|set| !matched.contains(&set.name) && !is_taken(&taken, set)));
    others.retain(|file| file.named || !(sort_of(file) == Sort::Template));
    if !others.is_empty() || units.is_empty() {
        units.insert(0, make(others));
    }
    if is_named_only && units.iter().any(is_named) {
        units.retain(is_named);
    }
    units
}

/// Whether a unit is what somebody named; to name parameters does not name every template of the folder.
fn is_named(unit: &Unit) -> bool {
    match unit.files.first() {
        Some(file) if sort_of(file) == Sort::Template => file.named,
        _ => unit.files.iter().any(|file| file.named),
    }
}

/// The parameter files of a template: those that were found, and those that lie beside it.
fn parameters_of(template: &InputFile, sets: &[InputFile]) -> Vec<InputFile> {
    let mut own: Vec<InputFile> = sets.iter().filter(|set| belongs(&set.name, &template.name)).cloned().collect();
    let Some(folder) = template.path.as_deref().and_then(Path::parent) else { return own };
    let folder = clean(folder);
    let mut beside: Vec<PathBuf> = fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| if folder == Path::new(".") { PathBuf::from(entry.file_name()) } else { entry.path() })
        .filter(|path| is_json(path) && belongs(&display(path), &template.name))
        .collect();
    beside.sort();
    for path in beside {
        let name = display(&path);
        if own.iter().any(|known| known.name == name) {
            continue;
        }
        if let Some(file) = read(path, false).filter(|file| sort_of(file) == Sort::Parameters) {
            own.push(file);
        }
    }
    own.sort_by(|a, b| a.name.cmp(&b.name));
    own
}

/// Reads a file, if it can be read.
fn read(path: PathBuf, named: bool) -> Option<InputFile> {
    let text = fs::read(&path).ok().and_then(|bytes| text_of(bytes).ok())?;
    Some(InputFile { name: display(&path), path: Some(path), text, named })
}

/// The files that topology files include and templates link: they are judged as part of those, unless they were named.
fn taken(files: &[InputFile]) -> BTreeSet<PathBuf> {
    let mut taken = BTreeSet::new();
    if files.iter().all(|file| file.named) {
        return taken;
    }
    for file in files {
        let folder = file.path.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("."), clean);
        match sort_of(file) {
            Sort::Other if file.text.contains("include") => {
                let mut sources = Sources::new();
                let (_, roots) = sources.add_yaml(&file.name, file.text.clone(), &Limits::default(), &mut Vec::new());
                for node in roots.iter().flat_map(|root| includes(&sources, *root)) {
                    taken.insert(identity(&folder.join(&*sources.text(node))));
                }
            }
            Sort::Template if file.text.contains("relativePath") => {
                let mut sources = Sources::new();
                let (_, root) = sources.add_json(&file.name, file.text.clone(), &Limits::default(), &mut Vec::new());
                let found = root.map(|root| links(&sources, root)).unwrap_or_default();
                taken.extend(found.into_iter().map(|(_, path)| identity(Path::new(&path))));
            }
            _ => {}
        }
    }
    taken
}

fn is_taken(taken: &BTreeSet<PathBuf>, file: &InputFile) -> bool {
    !file.named && file.path.as_deref().is_some_and(|path| taken.contains(&identity(path)))
}
