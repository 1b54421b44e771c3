//! Templates that others wrote, where there is a folder of them: `ISOLINT_CORPUS` names it. Without it, this says so.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use isolint::frontend::arm::parameters::{ParameterFile, belongs};
use isolint::frontend::arm::recognise::{Recognised, recognise};
use isolint::frontend::arm::resource::Statistics;
use isolint::frontend::arm::template::{evaluate, links};
use isolint::source::{Limits, NodeId, Problem, Severity, Sources};

/// What came of all files.
#[derive(Default)]
struct Totals {
    templates: usize,
    parameter_files: usize,
    other: Vec<String>,
    empty: Vec<String>,
    resources: usize,
    uncertain: usize,
    gaps: usize,
    statistics: Statistics,
    problems: BTreeMap<&'static str, Vec<String>>,
    /// The resources of each template: type, id, and whether it is certain.
    identities: BTreeMap<String, Vec<String>>,
}

#[test]
fn every_template_of_others_is_evaluated() {
    let Some(root) = std::env::var_os("ISOLINT_CORPUS") else {
        println!("ISOLINT_CORPUS is not set: no template of others was evaluated");
        return;
    };
    let only = std::env::var("ISOLINT_CORPUS_ONLY").ok();
    let mut totals = Totals::default();
    for path in files(&Path::new(&root).join("arm")) {
        let name = path.to_string_lossy().replace('\\', "/");
        if only.as_ref().is_none_or(|only| name.contains(only)) {
            one(&path, &name, &mut totals);
        }
    }
    print(&totals);
    let mut pairs = 0;
    for (name, symbolic) in &totals.identities {
        let plain =
            name.strip_suffix(".symbolicnames.json").and_then(|stem| totals.identities.get(&format!("{stem}.json")));
        if let Some(plain) = plain {
            pairs += 1;
            assert_eq!(plain, symbolic, "{name}: both language versions must declare the same resources");
        }
    }
    println!("{pairs} pairs of both language versions declare the same resources");
    assert!(totals.templates > 0, "ISOLINT_CORPUS names a folder without templates");
    assert!(totals.resources > totals.templates, "most templates have resources");
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut folders, mut found) = (vec![folder.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn read(sources: &mut Sources, name: &str, problems: &mut Vec<Problem>) -> Option<NodeId> {
    let text = String::from_utf8_lossy(&std::fs::read(name).ok()?).into_owned();
    sources.add_json(name, text, &Limits::default(), problems).1
}

fn one(path: &Path, name: &str, totals: &mut Totals) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let template = read(&mut sources, name, &mut problems);
    match template.and_then(|template| recognise(&sources, template)) {
        Some(Recognised::Template(_)) => totals.templates += 1,
        Some(Recognised::Parameters) => {
            totals.parameter_files += 1;
            return;
        }
        None => {
            totals.other.push(format!("{name}: {:?}", problems.first().map(|problem| &problem.message)));
            return;
        }
    }
    let template = template.unwrap();
    let linked = linked(&mut sources, template);
    let parameters = parameters(&mut sources, path, &name.replace(".symbolicnames", ""));
    let at = problems.len();
    let evaluated = evaluate(&sources, template, parameters.as_ref(), &|path| linked.get(path).copied(), &mut problems);
    assert!(problems.iter().all(|problem| problem.severity != Severity::Fatal) || at > 0);
    if evaluated.resources.is_empty() && problems.is_empty() {
        totals.empty.push(name.to_owned());
    }
    totals.resources += evaluated.resources.len();
    totals.uncertain += evaluated.resources.iter().filter(|resource| !resource.existence.is_certain()).count();
    let declared = evaluated.resources.iter().filter(|resource| !resource.existing);
    let mut identities: Vec<String> = declared
        .map(|resource| format!("{} {} {}", resource.ty, resource.id, resource.existence.is_certain()))
        .collect();
    identities.sort();
    totals.identities.insert(name.to_owned(), identities);
    totals.gaps += evaluated.gaps.len();
    totals.statistics.templates += evaluated.statistics.templates;
    totals.statistics.expressions += evaluated.statistics.expressions;
    for (reason, count) in evaluated.statistics.unknown {
        *totals.statistics.unknown.entry(reason).or_default() += count;
    }
    for problem in problems {
        let place = problem.primary.place;
        let line = sources.file(place.file).map_or(0, |file| file.line_of(place.span.start));
        let written: String = sources.slice(place.file, place.span).chars().take(80).collect();
        let short = name.rsplit("/arm/").next().unwrap_or(name);
        let text = format!("{short}:{line}: {} | {}", problem.message, written.replace('\n', " "));
        totals.problems.entry(problem.code).or_default().push(text);
    }
}

/// The templates that a template links, and those that they link.
fn linked(sources: &mut Sources, template: NodeId) -> BTreeMap<String, NodeId> {
    let (mut found, mut open) = (BTreeMap::new(), vec![template]);
    while let Some(template) = open.pop() {
        for (_, path) in links(sources, template) {
            if found.contains_key(&path) {
                continue;
            }
            if let Some(root) = read(sources, &path, &mut Vec::new()) {
                found.insert(path, root);
                open.push(root);
            }
        }
    }
    found
}

/// The first parameter file beside a template.
fn parameters(sources: &mut Sources, path: &Path, name: &str) -> Option<ParameterFile> {
    let mut siblings: Vec<String> = std::fs::read_dir(path.parent()?)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().to_string_lossy().replace('\\', "/")))
        .filter(|sibling| belongs(sibling, name))
        .collect();
    siblings.sort();
    let root = read(sources, siblings.first()?, &mut Vec::new())?;
    let mut problems = Vec::new();
    let file = ParameterFile::read(sources, root, &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    Some(file)
}

fn print(totals: &Totals) {
    let Totals { templates, parameter_files, resources, uncertain, gaps, statistics, .. } = totals;
    println!("{templates} templates, {parameter_files} parameter files, {} other", totals.other.len());
    println!(
        "{resources} resources, {uncertain} of them uncertain, in {} templates, {gaps} gaps",
        statistics.templates
    );
    println!("{} expressions evaluated; unknown:", statistics.expressions);
    for (reason, count) in &statistics.unknown {
        println!("  {:<14} {count}", reason.name());
    }
    println!("other: {:#?}\nempty: {:#?}", totals.other, totals.empty);
    for (code, found) in &totals.problems {
        println!("{code}: {}", found.len());
        for text in found.iter().take(std::env::var("ISOLINT_CORPUS_SHOW").map_or(12, |n| n.parse().unwrap_or(12))) {
            println!("    {text}");
        }
    }
}
