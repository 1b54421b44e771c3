//! What the fuzz targets share: a check of some text, from its bytes to findings.

use std::cell::RefCell;

use isolint::analysis::{Options, analyse};
use isolint::frontend::arm::resources::convert;
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::topology_file::Reader;
use isolint::knowledge::definitions::Definitions;
use isolint::knowledge::ruleset::Ruleset;
use isolint::knowledge::tables::{self, ArmTables};
use isolint::source::{Limits, NodeId, Problem, Sources};
use isolint::topology::{Catalogue, Topology};

struct Known {
    definitions: Definitions,
    rules: Ruleset,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::new(known());
}

fn known() -> Known {
    let definitions = isolint::shipped::definitions().expect("what is shipped is sound");
    let rules = Ruleset::build(definitions.clone()).expect("what is shipped compiles");
    Known { definitions, rules }
}

/// Checks a text as a template.
pub fn template(text: &str) {
    KNOWN.with_borrow_mut(|known| {
        let (mut sources, mut problems) = (Sources::new(), Vec::new());
        let (_, root) = sources.add_json("main.json", text.to_owned(), &Limits::default(), &mut problems);
        let Some(root) = root else { return };
        let evaluated = evaluate(&sources, root, None, &|_| None, &mut problems);
        let (topology, catalogue) = tables::fill(&known.definitions, "documents", &mut Vec::new());
        let converted = convert(&sources, &ArmTables::of(&known.definitions), &catalogue, &evaluated, root);
        problems.extend(converted.problems);
        let tree = converted.tree.add_to(&mut sources);
        let read = |reader: &mut Reader<'_>| reader.read_converted("arm", tree);
        judge(known, &sources, topology, &catalogue, problems, read);
    });
}

/// Checks a text as a topology file.
pub fn topology(text: &str) {
    KNOWN.with_borrow_mut(|known| {
        let (mut sources, mut problems) = (Sources::new(), Vec::new());
        let (_, roots) = sources.add_yaml("topology.yaml", text.to_owned(), &Limits::default(), &mut problems);
        let (topology, catalogue) = tables::fill(&known.definitions, "documents", &mut Vec::new());
        let read = |reader: &mut Reader<'_>| roots.iter().for_each(|root: &NodeId| reader.read_document(*root));
        judge(known, &sources, topology, &catalogue, problems, read);
    });
}

fn judge(
    known: &mut Known,
    sources: &Sources,
    topology: Topology,
    catalogue: &Catalogue,
    mut problems: Vec<Problem>,
    read: impl FnOnce(&mut Reader<'_>),
) {
    let mut reader = Reader::new(sources, catalogue, topology);
    read(&mut reader);
    let (topology, found) = reader.finish();
    problems.extend(found);
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    let result = analyse(&mut known.rules, topology, sources, &options);
    places_exist(sources, &problems);
    for finding in &result.findings {
        let place = finding.primary.place;
        let file = sources.file(place.file).expect("a finding has a file");
        assert!(file.text.get(place.span.start as usize..place.span.end as usize).is_some());
    }
}

/// Every problem has a place that is there.
pub fn places_exist(sources: &Sources, problems: &[Problem]) {
    for problem in problems {
        let place = problem.primary.place;
        let file = sources.file(place.file).expect("a problem has a file");
        assert!(file.text.get(place.span.start as usize..place.span.end as usize).is_some(), "{}", problem.message);
    }
}
