//! Which files make one topology: a folder tree down to the next `isolint.toml`.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::analysis::{Input, InputStatus};

/// The name of the configuration file, which also marks the root of a unit.
pub(super) const CONFIGURATION: &str = "isolint.toml";

/// Files that are judged together.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// The folder whose settings hold.
    pub(super) root: PathBuf,
    /// The files, in order of their names.
    pub(super) files: Vec<InputFile>,
}

/// A file of a unit.
#[derive(Debug)]
pub(super) struct InputFile {
    /// As the user would write it.
    pub(super) name: String,
    /// Its text.
    pub(super) text: String,
    /// Named on the command line, rather than found in a folder.
    pub(super) named: bool,
}

/// The units of a command line, and what could not be read.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) units: Vec<Unit>,
    pub(super) unreadable: Vec<Input>,
}

/// Finds the units of the paths on a command line; `-` is standard input.
pub(super) fn find_units(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut by_root: BTreeMap<PathBuf, BTreeMap<PathBuf, bool>> = BTreeMap::new();
    for path in paths {
        if path.as_os_str() == "-" {
            read_standard_input(&mut found);
        } else if path.is_dir() {
            collect_folder(path, path, true, &mut by_root, &mut found);
        } else {
            collect_file(path, &mut by_root, &mut found);
        }
    }
    for (root, files) in by_root {
        let mut unit = Unit { root, files: Vec::new() };
        for (path, named) in files {
            read_file(&path, named, &mut unit, &mut found);
        }
        found.units.push(unit);
    }
    found
}

fn read_standard_input(found: &mut Found) {
    let mut bytes = Vec::new();
    let outcome = std::io::stdin().lock().read_to_end(&mut bytes).map_err(|error| error.to_string());
    match outcome.and_then(|_| String::from_utf8(bytes).map_err(|error| not_text(&error.utf8_error()))) {
        Ok(text) => {
            let file = InputFile { name: "<stdin>".to_owned(), text, named: true };
            found.units.push(Unit { root: PathBuf::from("."), files: vec![file] });
        }
        Err(reason) => found.unreadable.push(unreadable("<stdin>".to_owned(), reason)),
    }
}

/// A file given by name brings its whole unit: the tree below the nearest `isolint.toml` above it, or else itself.
fn collect_file(path: &Path, by_root: &mut BTreeMap<PathBuf, BTreeMap<PathBuf, bool>>, found: &mut Found) {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let root = folder.ancestors().find(|folder| folder.join(CONFIGURATION).is_file()).map(Path::to_path_buf);
    if let Some(root) = &root {
        collect_folder(root, root, false, by_root, found);
    }
    // Alone it is a unit of its own, so that two files given by name do not share their names by accident.
    let root = root.unwrap_or_else(|| path.to_path_buf());
    by_root.entry(root).or_default().insert(path.to_path_buf(), true);
}

/// Takes the YAML files of a folder tree. A folder below with its own `isolint.toml` is a unit of its own. Symbolic links
/// to folders are not followed, so that a loop of them does no harm.
fn collect_folder(
    root: &Path,
    folder: &Path,
    other_units: bool,
    by_root: &mut BTreeMap<PathBuf, BTreeMap<PathBuf, bool>>,
    found: &mut Found,
) {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return found.unreadable.push(unreadable(display(folder), error.to_string())),
    };
    by_root.entry(root.to_path_buf()).or_default();
    let mut paths: Vec<(PathBuf, bool)> = entries
        .flatten()
        .filter_map(|entry| Some((entry.path(), entry.file_type().ok()?.is_dir())))
        .filter(|(path, _)| !is_hidden(path))
        .collect();
    paths.sort();
    for (path, is_folder) in paths {
        if is_folder {
            let is_unit = path.join(CONFIGURATION).is_file();
            if is_unit && !other_units {
                continue;
            }
            let root = if is_unit { path.as_path() } else { root };
            collect_folder(root, &path, other_units, by_root, found);
        } else if matches!(path.extension().and_then(|extension| extension.to_str()), Some("yaml" | "yml")) {
            by_root.entry(root.to_path_buf()).or_default().entry(path).or_insert(false);
        }
    }
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
    name.starts_with('.') || name == "node_modules"
}

fn read_file(path: &Path, named: bool, unit: &mut Unit, found: &mut Found) {
    let name = display(path);
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return found.unreadable.push(unreadable(name, explain(&error))),
    };
    match String::from_utf8(bytes) {
        Ok(text) => unit.files.push(InputFile { name, text, named }),
        Err(error) => found.unreadable.push(unreadable(name, not_text(&error.utf8_error()))),
    }
}

fn explain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        _ => error.to_string(),
    }
}

fn not_text(error: &std::str::Utf8Error) -> String {
    format!("is not UTF-8 text (byte {})", error.valid_up_to())
}

fn unreadable(path: String, reason: String) -> Input {
    Input { path, format: "topology", status: InputStatus::Unreadable(reason) }
}

/// A path as the user would write it: forward slashes, no leading `./`.
pub(super) fn display(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_owned)
}
