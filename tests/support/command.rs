//! What the tests of the binary share: a folder with files, and runs of `isolint` in it.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

/// A folder of its own, gone when the test ends.
pub struct Folder(PathBuf);

/// What a run gave.
pub struct Outcome {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// A folder with these files; a path that ends in `/` is a folder.
    pub fn with(files: &[(&str, &str)]) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("isolint-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        let folder = Self(fs::canonicalize(path).unwrap());
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.0.join(name);
        if name.ends_with('/') {
            return fs::create_dir_all(path).unwrap();
        }
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// The command, to be run in this folder, with nothing of the environment that changes what it prints.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_isolint"));
        command.args(arguments).current_dir(&self.0).env("COLUMNS", "100");
        let drawing = ["NO_COLOR", "FORCE_COLOR", "NO_GRAPHICS", "CLICOLOR", "CLICOLOR_FORCE"];
        let pipelines = ["GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "GITHUB_STEP_SUMMARY"];
        for name in drawing.into_iter().chain(pipelines) {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, b"")
    }

    /// Runs the command with bytes on its standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that does not read its input may be gone by now.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Outcome {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The JSON report of a check, and the exit status.
    #[track_caller]
    pub fn check(&self, arguments: &[&str]) -> (i32, Value) {
        let outcome = self.run(&[&["check", "--format", "json"], arguments].concat());
        let report = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", outcome.stdout, outcome.stderr));
        (outcome.status, report)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Outcome {
    /// Everything that can be seen of a run.
    pub fn text(&self) -> String {
        let mut text = format!("status: {}\n", self.status);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.push_str(&format!("----- {name}\n{stream}"));
            }
        }
        text
    }
}

/// The members of a list of the report, each as the values of some keys joined by blanks. A key may be a path.
pub fn each(report: &Value, list: &str, keys: &[&str]) -> Vec<String> {
    let member = |one: &Value| {
        let values = keys.iter().map(|key| {
            let value = key.split('.').fold(one, |value, key| &value[key]);
            value.as_str().map_or_else(|| value.to_string(), str::to_owned)
        });
        values.collect::<Vec<_>>().join(" ")
    };
    report[list].as_array().unwrap().iter().map(member).collect()
}
