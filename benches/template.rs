//! What a check of a template costs: its phases in one process, and whole processes, in rounds one after the other, as
//! ratios to the reading of its bytes into the located tree.
//!
//! `cargo bench --bench template` measures one template of 1 MB and one of 800 resources in about 0.5 MB.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/template.rs"]
mod template;

use std::env;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use isolint::frontend::arm::resources::convert;
use isolint::knowledge::tables::{self, ArmTables};
use isolint::{Limits, Options, Reader, Ruleset, Sources, analyse, shipped};
use template::{Form, resources_of_an_application, template};

/// The argument by which this program calls itself to read a file into the located tree and do nothing else.
const TREE: &str = "--tree";
/// How often the phases are measured, and how often the processes, of which each has more to disturb it.
const ROUNDS: usize = 25;
const ROUNDS_OF_PROCESSES: usize = 75;

/// The allocator of the program, so that both are measured alike.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [TREE, path] => {
            black_box(read(&fs::read_to_string(path).expect("the file can be read")));
        }
        ["--write", form, applications, path] => {
            let form = if *form == "flat" { Form::Flat } else { Form::Modules };
            fs::write(path, template(applications.parse().expect("a number"), form)).expect("it can be written");
        }
        // Commands run on a thread of their own too.
        _ => thread::scope(|scope| _ = scope.spawn(measure_all)),
    }
}

fn measure_all() {
    let folder = env::temp_dir().join(format!("isolint-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the templates");
    let one = template(1, Form::Modules).len();
    let each = template(2, Form::Modules).len() - one;
    measure(&folder, "1 MB of modules", &template(1 + (1_000_000 - one).div_ceil(each), Form::Modules));
    measure(&folder, "800 resources", &template(800_usize.div_ceil(resources_of_an_application()), Form::Flat));
    fs::remove_dir_all(&folder).expect("the templates can be removed");
}

fn measure(folder: &Path, what: &str, text: &str) {
    println!("{what}, {:.2} MB", text.len() as f64 / 1e6);
    measure_phases(text);
    measure_processes(folder, text);
}

/// The located tree of a template.
fn read(text: &str) -> (Sources, isolint::source::NodeId) {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let (_, root) = sources.add_json("azuredeploy.json", text.to_owned(), &Limits::default(), &mut problems);
    (sources, root.expect("it is well-formed"))
}

/// The least time of every phase, each with how often that of the located tree it is.
fn measure_phases(text: &str) {
    let definitions = shipped::definitions().expect("the rules are sound");
    let words = ArmTables::of(&definitions);
    let mut ruleset = Ruleset::build(shipped::definitions().expect("the rules are sound")).expect("they compile");
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    let mut phases: Vec<(&str, Duration)> = Vec::new();
    let mut note = |phase: &'static str, since: Instant| {
        let time = since.elapsed();
        match phases.iter_mut().find(|(known, _)| *known == phase) {
            Some((_, least)) => *least = time.min(*least),
            None => phases.push((phase, time)),
        }
    };
    for _ in 0..ROUNDS {
        let (topology, catalogue) = tables::fill(&definitions, "documents", &mut Vec::new());
        let mut problems = Vec::new();
        let start = Instant::now();
        let (mut sources, root) = read(text);
        note("located tree", start);
        let start = Instant::now();
        let evaluated = isolint::frontend::arm::template::evaluate(&sources, root, None, &|_| None, &mut problems);
        note("evaluation", start);
        let start = Instant::now();
        let converted = convert(&sources, &words, &catalogue, &evaluated, root);
        note("resources", start);
        let start = Instant::now();
        let root = converted.tree.add_to(&mut sources);
        note("computed tree", start);
        let start = Instant::now();
        let mut reader = Reader::new(&sources, &catalogue, topology);
        reader.read_converted("arm", root);
        let (topology, _) = reader.finish();
        note("topology", start);
        let start = Instant::now();
        black_box(analyse(&mut ruleset, topology, &sources, &options));
        note("analysis", start);
    }
    let tree = phases[0].1.as_secs_f64();
    for (phase, time) in &phases {
        println!("  {phase:<14} {:>8.2} ms {:>6.2}", milliseconds(*time), time.as_secs_f64() / tree);
    }
}

/// The whole check of a process that starts, without what checking hardly anything takes.
fn measure_processes(folder: &Path, text: &str) {
    let (path, small) = (folder.join("azuredeploy.json"), folder.join("small.json"));
    fs::write(&path, text).expect("the template can be written");
    fs::write(&small, SMALL).expect("the template can be written");
    let own = env::current_exe().expect("a path");
    let tree = |path: &Path| command(own.as_path(), &[TREE.as_ref(), path.as_os_str()]);
    let check = |path: &Path| {
        let format = ["--format", "json"].map(AsRef::as_ref);
        command(env!("CARGO_BIN_EXE_isolint").as_ref(), &["check".as_ref(), path.as_os_str(), format[0], format[1]])
    };
    let mut commands = [tree(&small), tree(&path), check(&small), check(&path)];
    let mut least = [Duration::MAX; 4];
    for _ in 0..ROUNDS_OF_PROCESSES {
        for (command, least) in commands.iter_mut().zip(&mut least) {
            *least = time(command).min(*least);
        }
    }
    let [tree, check] = [least[1].saturating_sub(least[0]), least[3].saturating_sub(least[2])];
    println!(
        "  processes: tree {:.2} ms, check {:.2} ms, ratio {:.2}; start {:.2} ms",
        milliseconds(tree),
        milliseconds(check),
        check.as_secs_f64() / tree.as_secs_f64(),
        milliseconds(least[2])
    );
}

/// A template that holds hardly anything.
const SMALL: &str = r#"{
  "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [{"type": "Microsoft.Network/privateDnsZones", "apiVersion": "2020-06-01", "name": "example.net", "location": "global"}]
}"#;

fn command(program: &Path, arguments: &[&std::ffi::OsStr]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null());
    command
}

fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.status().expect("it starts");
    let time = start.elapsed();
    // 0 and 1 are clean and findings.
    assert!(matches!(status.code(), Some(0 | 1)), "{command:?} ended with {status}");
    time
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
