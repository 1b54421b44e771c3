//! Everything over real templates, where there are any: `ISOLINT_CORPUS` names a folder with a folder `arm`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};

use isolint::analysis::{Options, analyse};
use isolint::frontend::arm::recognise::{Recognised, recognise};
use isolint::frontend::arm::resources::convert;
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::topology_file::Reader;
use isolint::knowledge::tables::ArmTables;
use isolint::source::{Limits, Severity, Sources};
use support::{filled, known, ruleset};

/// What came of all templates.
#[derive(Default)]
struct Table {
    files: usize,
    templates: usize,
    rejected: Vec<(String, String)>,
    resources: usize,
    understood: usize,
    detached: usize,
    unread: BTreeMap<String, usize>,
    expressions: usize,
    unknown: BTreeMap<&'static str, usize>,
    findings: BTreeMap<String, usize>,
    problems: BTreeMap<&'static str, usize>,
    undetermined: usize,
    other_types: BTreeMap<String, usize>,
    /// By file the findings, without the places.
    told: BTreeMap<String, Vec<String>>,
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "json") {
            found.push(path);
        }
    }
}

#[test]
fn templates_of_others() {
    let Some(corpus) = std::env::var_os("ISOLINT_CORPUS") else { return };
    let mut paths = Vec::new();
    files(&PathBuf::from(corpus).join("arm"), &mut paths);
    let mut ruleset = ruleset(known());
    let tables = ArmTables::of(known());
    let mut table = Table::default();
    for path in paths {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        table.files += 1;
        read(&path, text, &tables, &mut ruleset, &mut table);
    }
    print(&table);
    let mut pairs = 0;
    for (name, findings) in &table.told {
        let Some(other) =
            name.strip_suffix(".json").and_then(|stem| table.told.get(&format!("{stem}.symbolicnames.json")))
        else {
            continue;
        };
        pairs += 1;
        assert_eq!(findings, other, "{name} and the same with symbolic names differ");
    }
    println!("{pairs} templates in both language versions give the same");
    assert!(table.templates > 0, "no template was found");
}

fn read(
    path: &Path,
    text: String,
    tables: &ArmTables,
    ruleset: &mut isolint::knowledge::ruleset::Ruleset,
    table: &mut Table,
) {
    let name = path.to_string_lossy().into_owned();
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json(&name, text, &Limits::default(), &mut problems);
    let Some(root) = root.filter(|root| matches!(recognise(&sources, *root), Some(Recognised::Template(_)))) else {
        return;
    };
    table.templates += 1;
    let evaluated = evaluate(&sources, root, None, &|_| None, &mut problems);
    let (topology, catalogue) = filled(known(), "documents");
    let converted = convert(&sources, tables, &catalogue, &evaluated, root);
    table.resources += evaluated.resources.len();
    table.understood += converted.understood;
    table.detached += converted.detached.len();
    table.expressions += evaluated.statistics.expressions;
    for (reason, count) in &evaluated.statistics.unknown {
        *table.unknown.entry(reason.name()).or_default() += count;
    }
    for (ty, (_, count)) in &converted.unread {
        *table.unread.entry(ty.clone()).or_default() += count;
    }
    for resource in &evaluated.resources {
        if tables.label(&resource.ty, None).is_none() && tables.unread(&resource.ty).is_none() {
            *table.other_types.entry(resource.ty.to_string()).or_default() += 1;
        }
    }
    problems.extend(converted.problems);
    let root = converted.tree.add_to(&mut sources);
    let mut reader = Reader::new(&sources, &catalogue, topology);
    reader.read_converted("arm", root);
    let (topology, found) = reader.finish();
    for problem in &found {
        println!("from the tree: {name}: {}: {}", problem.code, problem.message);
    }
    problems.extend(found);
    if let Some(problem) = problems.iter().find(|problem| problem.severity >= Severity::Error) {
        table.rejected.push((name.clone(), format!("{}: {}", problem.code, problem.message)));
    }
    for problem in &problems {
        *table.problems.entry(problem.code).or_default() += 1;
    }
    assert!(
        !evaluated.resources.is_empty()
            || !evaluated.gaps.is_empty()
            || has_no_resources(&sources, &name)
            || !problems.is_empty(),
        "{name} gave nothing, and nobody says why"
    );
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    let result = analyse(ruleset, topology, &sources, &options);
    let mut told: Vec<String> =
        result.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.fingerprint)).collect();
    told.sort();
    table.told.insert(name.clone(), told);
    table.undetermined += result.undetermined.len();
    for finding in &result.findings {
        *table.findings.entry(format!("{:?} {}", finding.level, finding.rule)).or_default() += 1;
        if std::env::var_os("ISOLINT_FINDINGS").is_some() {
            println!("finding: {} | {:?} | {} | {}", finding.rule, finding.level, finding.message, name);
        }
    }
}

fn has_no_resources(sources: &Sources, name: &str) -> bool {
    let text = &sources.files().iter().find(|file| file.name == name).unwrap().text;
    let value: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap_or_default();
    let resources = &value["resources"];
    resources.as_array().is_none_or(Vec::is_empty) && resources.as_object().is_none_or(serde_json::Map::is_empty)
}

/// The figures, as Markdown.
fn print(table: &Table) {
    let rejected: BTreeSet<&String> = table.rejected.iter().map(|(name, _)| name).collect();
    println!("\n| what | how many |\n| --- | ---: |");
    println!("| files | {} |", table.files);
    println!("| of them templates | {} |", table.templates);
    println!("| read without a mistake | {} |", table.templates - rejected.len());
    println!("| with a mistake in them, the rest read | {} |", rejected.len());
    println!("| resources | {} |", table.resources);
    println!("| understood as such | {} |", table.understood);
    println!("| in which a part is all that is declared | {} |", table.detached);
    println!("| expressions evaluated | {} |", table.expressions);
    println!("| unknown | {} |", table.unknown.values().sum::<usize>());
    println!("| undetermined checks | {} |", table.undetermined);
    list("mistakes by reason", &table.problems);
    list("unknown by reason", &table.unknown);
    list("findings", &table.findings);
    list("not understood, and named in the summary", &table.unread);
    list("other types", &table.other_types);
    println!();
    for (name, reason) in &table.rejected {
        println!("rejected: {name}: {reason}");
    }
}

fn list<T: Ord + Display>(title: &str, counts: &BTreeMap<T, usize>) {
    println!("\n| {title} | how many |\n| --- | ---: |");
    let mut sorted: Vec<_> = counts.iter().collect();
    sorted.sort_by_key(|(name, count)| (std::cmp::Reverse(**count), *name));
    for (name, count) in sorted.into_iter().take(60) {
        println!("| {name} | {count} |");
    }
}
