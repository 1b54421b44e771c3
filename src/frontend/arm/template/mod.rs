//! Evaluates a whole template: from the located tree of a file to the resources that it declares.
//!
//! First the resources are found: loops are unrolled, conditions tried, names evaluated, nested templates opened. Then
//! what is said of them is evaluated, and so it can ask for any resource, wherever that is declared. Everything is
//! evaluated once, when it is first asked for; what asks for itself is a cycle, and reported.
//!
//! - `engine` holds the state of a run, `site` tells where in it an expression stands, `context` what it sees.
//! - `section`, `parameters` and `types` are about what has a name in a template, `tree` about values and loops.
//! - `declare`, `names` and `target` find resources and their ids, `deployments` and `links` nested templates.
//! - `references` reads what is said of other resources, `bodies` finishes, `cycles` looks for what waits for itself,
//!   `dependencies` for what waits for nothing.

mod bodies;
mod context;
mod cycles;
mod declare;
mod dependencies;
mod deployments;
mod engine;
mod links;
mod names;
mod parameters;
mod references;
mod section;
mod site;
mod target;
mod tree;
mod types;

pub use links::links;

use std::collections::HashMap;

use super::expression::{Bounds, Evaluator};
use super::parameters::ParameterFile;
use super::recognise::level_of;
use super::resource::Evaluated;
use crate::source::{FileId, NodeId, Problem, Severity, Sources};

/// Evaluates a template.
///
/// `template` is the root of its file. `linked` gives the root of a linked template by its path, as [`links`] gives it; a
/// path that it does not know leaves a gap. What is wrong is added to `problems`, each at its place, and is unknown.
pub fn evaluate(
    sources: &Sources,
    template: NodeId,
    parameters: Option<&ParameterFile>,
    linked: &dyn Fn(&str) -> Option<NodeId>,
    problems: &mut Vec<Problem>,
) -> Evaluated {
    let file = sources.file_of(template);
    if super::recognise::get(sources, template, "resources").is_none()
        && problems.iter().all(|problem| problem.primary.place.file != file)
    {
        // Where the file was cut short by a mistake, that says it better.
        let message = "this template has no `resources`";
        problems.push(Problem::error("missing-field", sources.place(template), message));
    }
    let mut evaluator = Evaluator::new(sources, Bounds::default());
    let evaluated = run(&mut evaluator, engine::Engine::new(sources, linked), template, parameters);
    let cut = cut_files(sources, problems);
    let mut found = evaluator.take_problems();
    found.retain(|problem| {
        // What is missing where a file was cut off has not been read.
        let place = problem.primary.place;
        if problem.code == dependencies::CODE {
            return !cut.contains_key(&place.file);
        }
        problem.code != "missing-field" || cut.get(&place.file).is_none_or(|end| place.span.end < *end)
    });
    problems.append(&mut found);
    evaluated
}

/// The files that were not read to their end, and where what was read of them ends.
fn cut_files(sources: &Sources, problems: &[Problem]) -> HashMap<FileId, u32> {
    let cuts = |problem: &&Problem| problem.severity == Severity::Fatal || problem.code == "too-deep";
    let files = problems.iter().filter(cuts).map(|problem| problem.primary.place.file);
    files.filter_map(|file| Some((file, sources.place(sources.first_of(file)?).span.end))).collect()
}

fn run(
    evaluator: &mut Evaluator<'_>,
    mut engine: engine::Engine<'_>,
    template: NodeId,
    parameters: Option<&ParameterFile>,
) -> Evaluated {
    let level = level_of(engine.sources, template);
    let root = engine.open(template, level);
    for section in ["parameters", "variables", "outputs", "definitions"] {
        // What is not an object is reported, and has no entries.
        let _ = engine.mapping_at(evaluator, template, section);
    }
    if let Some(file) = parameters {
        engine.supply_file(evaluator, root, file);
    }
    engine.check_parameters(evaluator, root, None);
    engine.evaluate_all_variables(evaluator, root);
    engine.declare(evaluator, root);
    let mut resources = Vec::new();
    engine.finish(evaluator, root, &mut resources);
    engine.check_cycles(evaluator);
    let outputs = engine.outputs(evaluator, root).map(|outputs| outputs.to_vec()).unwrap_or_default();
    Evaluated { level, resources, outputs, gaps: engine.gaps, statistics: engine.statistics }
}
