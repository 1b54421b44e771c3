//! Files that are kept from what the program says: a test compares them, and an environment variable rewrites them.

#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

/// The root of the project.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program, as the tests built it, to be run in the root of the project without regard to who runs the tests.
pub(crate) fn isolint() -> Command {
    at_root(env!("CARGO_BIN_EXE_isolint"))
}

/// Another program, run in the same way.
pub(crate) fn at_root(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    let drawing = ["COLUMNS", "NO_COLOR", "FORCE_COLOR", "NO_GRAPHICS", "TERM_PROGRAM"];
    let pipelines = ["GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "GITHUB_STEP_SUMMARY"];
    for name in drawing.into_iter().chain(pipelines) {
        command.env_remove(name);
    }
    command
}

/// What a run of the program writes to standard output, and its exit status.
pub(crate) fn output(command: &mut Command) -> (String, i32) {
    let output = command.output().expect("the program starts");
    let text = String::from_utf8(output.stdout).expect("the output is UTF-8");
    (text, output.status.code().expect("the program ends by itself"))
}

/// Fails when a file differs from what it should hold. With the environment variable set, writes the file.
pub(crate) fn keep(path: &str, expected: &str, variable: &str) {
    let file = root().join(path);
    let found = fs::read_to_string(&file).unwrap_or_default();
    if found == expected {
        return;
    }
    if env::var_os(variable).is_some_and(|value| !value.is_empty()) {
        fs::create_dir_all(file.parent().unwrap()).expect("the folder can be made");
        fs::write(&file, expected).expect("the file can be written");
        return;
    }
    panic!("{path} is out of date; `{variable}=1 cargo test` rewrites it\n{}", difference(&found, expected));
}

/// The lines where two texts part and meet again.
fn difference(found: &str, expected: &str) -> String {
    let (found, expected): (Vec<&str>, Vec<&str>) = (found.lines().collect(), expected.lines().collect());
    let shortest = found.len().min(expected.len());
    let start = (0..shortest).find(|line| found[*line] != expected[*line]).unwrap_or(shortest);
    let tail = |from_end: &usize| found[found.len() - 1 - from_end] == expected[expected.len() - 1 - from_end];
    let same = (0..shortest - start).take_while(tail).count();
    let lines = |sign: &str, lines: &[&str]| -> String {
        let shown = lines.iter().take(20).map(|line| format!("{sign} {line}\n"));
        shown.chain((lines.len() > 20).then(|| format!("{sign} ...\n"))).collect()
    };
    format!(
        "line {}:\n{}{}",
        start + 1,
        lines("-", &found[start..found.len() - same]),
        lines("+", &expected[start..expected.len() - same])
    )
}
