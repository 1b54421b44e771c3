//! Which files make one topology: a folder tree down to the next `isolint.toml`.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::baseline::BASELINE;
use super::failure;
use super::split::{Sort, is_json, sort_of, split};
use crate::analysis::{Input, InputStatus};

/// The name of the configuration file, which also marks the root of a unit.
pub(super) const CONFIGURATION: &str = "isolint.toml";

/// Files that are judged together.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    /// The folder whose settings hold.
    pub(super) root: PathBuf,
    /// The files, in order of their paths.
    pub(super) files: Vec<InputFile>,
    /// The folders of the command line that brought it in.
    pub(super) given: BTreeSet<PathBuf>,
    /// Some file or folder of it could not be read.
    pub(super) incomplete: bool,
    /// The set of parameters that makes it, where there are several.
    pub(super) variant: Option<String>,
    /// Files that resolve references, and are not judged themselves.
    pub(super) context: Vec<InputFile>,
}

impl Unit {
    /// What it is called among several.
    pub(super) fn name(&self) -> String {
        let place = match self.files.as_slice() {
            [only] => only.name.clone(),
            _ => self.root.display().to_string(),
        };
        self.variant.as_ref().map_or_else(|| place.clone(), |variant| format!("{place} ({variant})"))
    }
}

/// A file of a unit.
#[derive(Debug, Clone)]
pub(super) struct InputFile {
    /// As the user would write it.
    pub(super) name: String,
    /// Where it is; nothing for standard input.
    pub(super) path: Option<PathBuf>,
    /// Its text.
    pub(super) text: String,
    /// Named on the command line, rather than found in a folder.
    pub(super) named: bool,
}

/// The units of a command line, and what could not be read or was passed over.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) units: Vec<Unit>,
    pub(super) others: Vec<Input>,
}

/// What is read beside the paths of a command line.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Beside {
    /// The parameters of the templates; given several times, each makes a unit of its own
    #[arg(long, value_name = "FILE")]
    pub(super) parameters: Vec<PathBuf>,
    /// Files and folders that resolve what lives elsewhere; they are not judged themselves
    #[arg(long, value_name = "PATH")]
    pub(super) context: Vec<PathBuf>,
}

/// Finds the units of the paths on a command line; `-` is standard input.
pub(super) fn find_units(paths: &[PathBuf], beside: &Beside) -> Found {
    find_units_with(paths, beside, None)
}

/// The same, with a name for standard input: then it stands in for the file of that name, in the unit of that file.
pub(super) fn find_units_with(paths: &[PathBuf], beside: &Beside, input_name: Option<&Path>) -> Found {
    let mut search = Search::default();
    search.read_beside(beside);
    if paths.iter().any(|path| path.as_os_str() == "-") {
        search.read_standard_input(input_name.map(clean));
    }
    for path in paths.iter().filter(|path| path.as_os_str() != "-").map(|path| clean(path)) {
        if path.is_dir() {
            let identity = identity(&path);
            search.folder(&Place { root: &path, root_identity: &identity, given: Some(&path) }, &path, &identity);
        } else {
            search.named_file(&path);
        }
    }
    search.finish()
}

/// A unit whose files are not read yet.
#[derive(Debug, Default)]
struct Draft {
    root: PathBuf,
    given: BTreeSet<PathBuf>,
    incomplete: bool,
    /// By the absolute path, so that a file that is named in two ways is one.
    files: BTreeMap<PathBuf, Candidate>,
}

#[derive(Debug)]
struct Candidate {
    shown: PathBuf,
    named: bool,
}

/// Where a scan of folders is.
struct Place<'p> {
    /// The root of the unit, as the user would write it.
    root: &'p Path,
    /// Its absolute path.
    root_identity: &'p Path,
    /// The folder of the command line; units below are then taken too. `None` for the unit of a file.
    given: Option<&'p Path>,
}

#[derive(Debug, Default)]
struct Search {
    drafts: BTreeMap<PathBuf, Draft>,
    /// The file that standard input stands in for, by the absolute path, and what came.
    input: Option<(PathBuf, Result<String, String>)>,
    found: Found,
    /// Parameter files of the command line.
    parameters: Vec<InputFile>,
    /// What resolves references.
    context: Vec<InputFile>,
    /// Bicep files, which are compiled before they are read.
    bicep: Vec<PathBuf>,
}

impl Search {
    fn read_standard_input(&mut self, name: Option<PathBuf>) {
        let mut bytes = Vec::new();
        let outcome = std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string());
        let outcome = outcome.and_then(|_| text_of(bytes));
        if let Some(name) = name {
            self.input = Some((identity(&name), outcome));
            return self.named_file(&name);
        }
        match outcome {
            Ok(text) => {
                let file = InputFile { name: "<stdin>".to_owned(), path: None, text, named: true };
                let unit = Unit { root: PathBuf::from("."), files: vec![file], ..Unit::default() };
                self.found.units.extend(split(unit, &self.parameters));
            }
            Err(reason) => self.found.others.push(unreadable("<stdin>".to_owned(), reason)),
        }
    }

    /// Reads the parameters and the context of the command line.
    fn read_beside(&mut self, beside: &Beside) {
        for path in &beside.parameters {
            let path = clean(path);
            match self.read_file(&path, true) {
                Some(file) if sort_of(&file) == Sort::Parameters => self.parameters.push(file),
                Some(file) => self.found.others.push(unreadable(file.name, no_parameters(&path))),
                None => {}
            }
        }
        for path in &beside.context {
            let path = clean(path);
            let mut search = Self::default();
            if path.is_dir() {
                let identity = identity(&path);
                search.folder(&Place { root: &path, root_identity: &identity, given: Some(&path) }, &path, &identity);
            } else {
                let candidate = Candidate { shown: path.clone(), named: true };
                let draft = search.drafts.entry(path.clone()).or_default();
                draft.files.insert(identity(&path), candidate);
            }
            let drafts = std::mem::take(&mut search.drafts);
            for candidate in drafts.into_values().flat_map(|draft| draft.files.into_values()) {
                let file = self.read_file(&candidate.shown, candidate.named);
                self.context.extend(file);
            }
            self.found.others.extend(search.found.others);
        }
    }

    /// Reads one file; that it cannot be read is said.
    fn read_file(&mut self, path: &Path, named: bool) -> Option<InputFile> {
        let name = display(path);
        match fs::read(path).map_err(|error| failure::of_reading(&error)).and_then(text_of) {
            Ok(text) => Some(InputFile { name, path: Some(path.to_path_buf()), text, named }),
            Err(reason) => {
                self.found.others.push(unreadable(name, reason));
                None
            }
        }
    }

    /// Reads a file of a unit, or takes what stands in for it.
    fn candidate(&mut self, identity: &Path, candidate: &Candidate) -> Option<InputFile> {
        let Some((_, input)) = self.input.as_ref().filter(|(of, _)| of == identity) else {
            return self.read_file(&candidate.shown, candidate.named);
        };
        let name = display(&candidate.shown);
        match input.clone() {
            Ok(text) => Some(InputFile { name, path: None, text, named: candidate.named }),
            Err(reason) => {
                self.found.others.push(unreadable(name, reason));
                None
            }
        }
    }

    /// A file given by name brings its whole unit: the tree below the nearest `isolint.toml` above it, or else itself.
    fn named_file(&mut self, path: &Path) {
        let identity = identity(path);
        let root = folders_above(path).into_iter().find(|folder| folder.join(CONFIGURATION).is_file());
        let key = match &root {
            Some(root) => {
                let root_identity = self::identity(root);
                self.folder(&Place { root, root_identity: &root_identity, given: None }, root, &root_identity);
                root_identity
            }
            // Alone it is a unit of its own, so that two files given by name do not share their names by accident.
            None => identity.clone(),
        };
        let draft = self.drafts.entry(key).or_default();
        draft.root = root.unwrap_or_else(|| path.to_path_buf());
        draft.files.insert(identity, Candidate { shown: path.to_path_buf(), named: true });
    }

    /// Takes the YAML and JSON files of a folder tree. A folder below with its own `isolint.toml` is a unit of its own.
    fn folder(&mut self, place: &Place<'_>, folder: &Path, identity: &Path) {
        let draft = self.drafts.entry(place.root_identity.to_path_buf()).or_default();
        draft.root = place.root.to_path_buf();
        draft.given.extend(place.given.map(Path::to_path_buf));
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.fail(place, folder, &error),
        };
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names.iter().filter(|name| !is_passed_over(name)) {
            let shown = if folder == Path::new(".") { PathBuf::from(name) } else { folder.join(name) };
            self.entry(place, &shown, &identity.join(name));
        }
    }

    fn entry(&mut self, place: &Place<'_>, path: &Path, identity: &Path) {
        let Ok(kind) = fs::symlink_metadata(path) else { return };
        let is_yaml = is_yaml(path) || is_json(path);
        if is_bicep(path) {
            self.bicep.push(path.to_path_buf());
        }
        if kind.is_dir() {
            if !path.join(CONFIGURATION).is_file() {
                self.folder(place, path, identity);
            } else if place.given.is_some() {
                self.folder(&Place { root: path, root_identity: identity, given: place.given }, path, identity);
            }
            return;
        }
        // What a link leads to; links to folders are not followed, so that a loop of them does no harm.
        match fs::metadata(path) {
            Ok(target) if target.is_file() && is_yaml => self.take(place, path, identity),
            Ok(target) if target.is_dir() => self.skip(path, "a link to a folder, which is not followed"),
            Ok(target) if !target.is_file() && is_yaml => self.skip(path, "not a regular file"),
            Err(error) if is_yaml => self.fail(place, path, &error),
            _ => {}
        }
    }

    fn take(&mut self, place: &Place<'_>, path: &Path, identity: &Path) {
        if let Some(draft) = self.drafts.get_mut(place.root_identity) {
            let candidate = || Candidate { shown: path.to_path_buf(), named: false };
            draft.files.entry(identity.to_path_buf()).or_insert_with(candidate);
        }
    }

    fn fail(&mut self, place: &Place<'_>, path: &Path, error: &std::io::Error) {
        if let Some(draft) = self.drafts.get_mut(place.root_identity) {
            draft.incomplete = true;
        }
        self.found.others.push(unreadable(display(path), failure::of_reading(error)));
    }

    fn skip(&mut self, path: &Path, reason: &str) {
        let status = InputStatus::Skipped(reason.to_owned());
        self.found.others.push(Input { path: display(path), format: "topology", status });
    }

    /// Reads the files.
    fn finish(mut self) -> Found {
        self.drop_covered();
        for draft in std::mem::take(&mut self.drafts).into_values() {
            let Draft { root, given, incomplete, files: candidates } = draft;
            let mut unit = Unit { root, given, incomplete, ..Unit::default() };
            for (identity, candidate) in candidates {
                match self.candidate(&identity, &candidate) {
                    Some(file) => unit.files.push(file),
                    None => unit.incomplete = true,
                }
            }
            self.found.units.extend(split(unit, &self.parameters));
        }
        for unit in &mut self.found.units {
            unit.context.clone_from(&self.context);
        }
        for path in std::mem::take(&mut self.bicep) {
            if !path.with_extension("json").is_file() {
                self.skip(&path, &bicep_advice(&path));
            }
        }
        let mut seen = HashSet::new();
        self.found.others.retain(|input| seen.insert(input.path.clone()));
        self.found
    }

    /// Drops units all of whose files belong to a larger one too, as those of `check . folder` do.
    fn drop_covered(&mut self) {
        let mut order: Vec<PathBuf> = self.drafts.keys().cloned().collect();
        order.sort_by_key(|key| std::cmp::Reverse(self.drafts.get(key).map_or(0, |draft| draft.files.len())));
        let mut owners: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for key in order {
            let Some(draft) = self.drafts.get(&key) else { continue };
            let owner = draft.files.keys().next().and_then(|file| owners.get(file)).cloned();
            let is_covered = draft.files.keys().all(|file| owners.get(file) == owner.as_ref());
            match owner {
                Some(owner) if is_covered => self.merge(&key, &owner),
                _ => owners.extend(draft.files.keys().map(|file| (file.clone(), key.clone()))),
            }
        }
    }

    fn merge(&mut self, key: &Path, owner: &Path) {
        let Some(draft) = self.drafts.remove(key) else { return };
        let Some(owner) = self.drafts.get_mut(owner) else { return };
        owner.given.extend(draft.given);
        owner.incomplete |= draft.incomplete;
        for (file, candidate) in draft.files {
            if let Some(known) = owner.files.get_mut(&file) {
                known.named |= candidate.named;
            }
        }
    }
}

/// The folders above a file, the nearest first, as the user would write them: `a/b`, `a`, `.`, `..` and so on.
pub(super) fn folders_above(path: &Path) -> Vec<PathBuf> {
    let depth = identity(path).components().count();
    let mut folders = Vec::new();
    let mut folder = path.to_path_buf();
    for _ in 1..depth {
        folder = match folder.components().next_back() {
            Some(Component::Normal(_)) => clean(folder.parent().unwrap_or(Path::new("."))),
            Some(Component::CurDir) => PathBuf::from(".."),
            Some(Component::ParentDir) => folder.join(".."),
            _ => break,
        };
        folders.push(folder.clone());
    }
    folders
}

/// A path without `.` in it; the empty one is `.`.
pub(super) fn clean(path: &Path) -> PathBuf {
    let cleaned: PathBuf = path.components().filter(|component| *component != Component::CurDir).collect();
    if cleaned.as_os_str().is_empty() { PathBuf::from(".") } else { cleaned }
}

/// What tells whether two paths are the same file: the absolute path, with links resolved in the folders above it.
pub(super) fn identity(path: &Path) -> PathBuf {
    let absolute = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    let resolved = match (path.parent(), path.file_name()) {
        (Some(folder), Some(name)) => absolute(&clean(folder)).map(|folder| folder.join(name)),
        _ => absolute(path),
    };
    resolved.unwrap_or_else(|_| path.to_path_buf())
}

fn is_yaml(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("");
    extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
}

fn is_bicep(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("bicep"))
}

/// How to have a Bicep file checked.
pub(super) fn bicep_advice(path: &Path) -> String {
    format!("Bicep is compiled first: `bicep build {} --stdout | isolint check -`", display(path))
}

/// Why a file of `--parameters` gives none.
fn no_parameters(path: &Path) -> String {
    let name = display(path);
    if name.to_ascii_lowercase().ends_with(".bicepparam") {
        return format!("Bicep is compiled first: `bicep build-params {name} --outfile parameters.json`");
    }
    "not the parameters of a template: `--parameters` takes a JSON file of the schema `deploymentParameters.json`"
        .to_owned()
}

fn is_passed_over(name: &std::ffi::OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.') || name == "node_modules" || name == BASELINE
}

pub(super) fn text_of(bytes: Vec<u8>) -> Result<String, String> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("is UTF-16 text; save it as UTF-8".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..at).unwrap_or(&[]);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("is not UTF-8 text (byte {at}, in line {line})")
    })
}

/// An input that could not be read, and why.
pub(super) fn unreadable(path: String, reason: String) -> Input {
    Input { path, format: "topology", status: InputStatus::Unreadable(reason) }
}

/// A path as the user would write it: forward slashes, no leading `./`.
pub(super) fn display(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}
