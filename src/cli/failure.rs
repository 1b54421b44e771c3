//! Why a file could not be read or written, in words.

use std::io::{Error, ErrorKind};

/// Why something could not be read.
pub(super) fn of_reading(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "no such file or folder".to_owned(),
        ErrorKind::PermissionDenied => "may not be read".to_owned(),
        _ => of_system(error),
    }
}

/// Why a file could not be written.
pub(super) fn of_writing(error: &Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "its folder is not there".to_owned(),
        ErrorKind::IsADirectory => "it is a folder; name a file in it".to_owned(),
        ErrorKind::PermissionDenied => "the file or its folder may not be written".to_owned(),
        _ => of_system(error),
    }
}

/// The words of the system, without its number and in the middle of a sentence.
fn of_system(error: &Error) -> String {
    let told = error.to_string();
    let words = told.rsplit_once(" (os error ").map_or(told.as_str(), |(words, _)| words);
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
