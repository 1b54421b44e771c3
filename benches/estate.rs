//! What a check costs: whole processes, in rounds one after the other, as ratios within one run.
//!
//! `cargo bench` measures estates of 1,000 to 100,000 resources; with `ISOLINT_BENCH_LARGE=1` also one of 1,000,000.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/estate.rs"]
mod estate;

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The argument by which this program calls itself to parse a file and do nothing else.
const EVENTS: &str = "--events";
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const LARGE: usize = 1_000_000;

/// The allocator of the program, so that both are measured alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [EVENTS, path] => events(path),
        ["--write", resources, path] => {
            fs::write(path, estate::estate(resources.parse().expect("a number"))).expect("it can be written");
        }
        _ => measure_all(),
    }
}

/// The yardstick: all events of a file, and nothing done with them.
fn events(path: &str) {
    let text = fs::read_to_string(path).expect("the file can be read");
    for event in granit_parser::Parser::new_from_str(&text) {
        black_box(event.expect("the file is well-formed"));
    }
}

fn measure_all() {
    let folder = env::temp_dir().join(format!("isolint-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the estates");
    measure_start();
    let large = env::var_os("ISOLINT_BENCH_LARGE").map(|_| LARGE);
    println!(
        "{:>9} {:>7} {:>15} {:>15} {:>6} {:>8} {:>8}",
        "resources", "MB", "parse ms", "check ms", "ratio", "us/res", "memory"
    );
    for size in SIZES.into_iter().chain(large) {
        measure_estate(&folder, size);
    }
    fs::remove_dir_all(&folder).expect("the estates can be removed");
}

/// A check of a small topology against doing nothing at all.
fn measure_start() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/streaming");
    let mut commands = [isolint(), isolint()];
    commands[0].arg("--version");
    commands[1].arg("check").arg(example);
    let times = rounds(&mut commands, 40);
    println!(
        "examples/streaming: {} ms, --version: {} ms (median/min), difference {:.1} ms",
        times[1],
        times[0],
        times[1].median - times[0].median
    );
}

fn measure_estate(folder: &Path, size: usize) {
    let path = folder.join(format!("{size}.yaml"));
    let text = estate::estate(size);
    fs::write(&path, &text).expect("the estate can be written");
    let mut commands = [Command::new(env::current_exe().expect("a path")), isolint()];
    commands[0].arg(EVENTS).arg(&path);
    commands[1].arg("check").arg(&path).args(["--format", "json"]);
    let times = rounds(&mut commands, if size > 100_000 { 3 } else { 7 });
    let resources = resources_of(&path);
    let peak = peak_memory(commands[1].stdout(Stdio::null()).spawn().expect("it starts"));
    println!(
        "{resources:>9} {:>7.1} {:>15} {:>15} {:>6.2} {:>8.2} {:>7.1}x",
        text.len() as f64 / 1e6,
        times[0].to_string(),
        times[1].to_string(),
        times[1].median / times[0].median,
        times[1].median * 1000.0 / resources as f64,
        peak as f64 / text.len() as f64,
    );
}

fn isolint() -> Command {
    Command::new(PathBuf::from(env!("CARGO_BIN_EXE_isolint")))
}

/// Times in milliseconds.
struct Times {
    median: f64,
    min: f64,
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.1}/{:.1}", self.median, self.min)
    }
}

/// Runs the commands by turns, so that whatever else the machine does touches all alike.
fn rounds(commands: &mut [Command], rounds: usize) -> Vec<Times> {
    let mut times = vec![Vec::new(); commands.len()];
    for _ in 0..rounds {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            times.push(time(command));
        }
    }
    let summary = |mut times: Vec<Duration>| {
        times.sort();
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        Times { median: milliseconds(times[times.len() / 2]), min: milliseconds(times[0]) }
    };
    times.into_iter().map(summary).collect()
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).status().expect("it starts");
    let time = start.elapsed();
    // 0 and 1 are clean and findings.
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?} ended with {status}");
    time
}

/// How many resources isolint sees in a file.
fn resources_of(path: &Path) -> usize {
    let output = isolint().arg("check").arg(path).args(["--format", "json"]).output().expect("it starts");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("a report");
    report["summary"]["resources"].as_u64().and_then(|count| usize::try_from(count).ok()).expect("a number")
}

/// The most memory that a process has held, in bytes: looked up until it ends, where the system tells; else 0.
fn peak_memory(mut child: Child) -> usize {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let status = fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok());
        peak = kilobytes.map_or(peak, |kilobytes| kilobytes * 1024);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}
