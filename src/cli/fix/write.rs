//! What was fixed, on the disk or as a difference.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use crate::cli::failure;
use crate::cli::units::{InputFile, Unit};

/// Lines around a change in a difference.
const CONTEXT: usize = 3;

/// Why a file cannot be written in place, if it cannot.
pub(in crate::cli) fn write_refusal(file: &InputFile) -> Option<String> {
    let Some(path) = &file.path else { return Some("standard input cannot be written".to_owned()) };
    let is_read_only = fs::metadata(path).is_ok_and(|metadata| metadata.permissions().readonly());
    let can_open = || OpenOptions::new().append(true).open(path).map(drop);
    let refusal = if is_read_only {
        Err("it is read-only".to_owned())
    } else {
        can_open().map_err(|error| failure::of_writing(&error))
    };
    refusal.err().map(|reason| format!("{} cannot be written: {reason}", file.name))
}

/// Writes the files of a unit that changed. What cannot be written is put back to what it was, and told.
pub(in crate::cli) fn write_units(before: &Unit, after: &mut Unit) -> Vec<(String, io::Error)> {
    let mut failures = Vec::new();
    for (old, new) in before.files.iter().zip(&mut after.files) {
        if old.text == new.text {
            continue;
        }
        let outcome = match &new.path {
            Some(path) => replace(path, &new.text),
            None => Err(io::Error::other("it is standard input")),
        };
        if let Err(error) = outcome {
            failures.push((new.name.clone(), error));
            new.text.clone_from(&old.text);
        }
    }
    failures
}

/// Puts a text in the place of a file at once: whoever reads it meanwhile sees the old one or the new one.
pub(in crate::cli) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if !path.exists() {
        return fs::write(path, text);
    }
    // A link stays one: what it leads to is replaced.
    let path = fs::canonicalize(path)?;
    let permissions = fs::metadata(&path)?.permissions();
    let (temporary, mut file) = beside(&path)?;
    let outcome = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::set_permissions(&temporary, permissions))
        .and_then(|()| fs::rename(&temporary, &path));
    if outcome.is_err() {
        // What went wrong is told; that something is left behind matters less.
        let _ = fs::remove_file(&temporary);
    }
    outcome
}

/// A new file in the folder of another one.
fn beside(path: &Path) -> io::Result<(PathBuf, fs::File)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::other("no name for a new file");
    for number in 0..16 {
        let temporary = path.with_file_name(format!(".{name}.{}-{number}.tmp", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

/// What changed in the files of a unit, as a unified difference.
pub(in crate::cli) fn unified_diff(before: &Unit, after: &Unit) -> String {
    let mut text = String::new();
    for (old, new) in before.files.iter().zip(&after.files).filter(|(old, new)| old.text != new.text) {
        let difference = TextDiff::from_lines(&old.text, &new.text);
        let name = |side: &str| {
            if Path::new(&old.name).is_absolute() { old.name.clone() } else { format!("{side}/{}", old.name) }
        };
        text.push_str(&difference.unified_diff().context_radius(CONTEXT).header(&name("a"), &name("b")).to_string());
    }
    text
}
