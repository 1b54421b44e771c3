//! Whatever becomes of a template, a check of it ends, does not panic, and says nothing of a place that is not there.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod support;

use std::cell::RefCell;
use std::path::PathBuf;

use isolint::analysis::{Options, analyse};
use isolint::frontend::arm::resources::convert;
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::topology_file::Reader;
use isolint::knowledge::ruleset::Ruleset;
use isolint::knowledge::tables::ArmTables;
use isolint::source::{Limits, Problem, Sources};
use proptest::prelude::*;
use serde_json::Value;
use support::{filled, known, ruleset};

thread_local! {
    static RULES: RefCell<Ruleset> = RefCell::new(ruleset(known()));
}

/// The templates of the project.
fn templates() -> Vec<String> {
    let (mut texts, mut open) = (Vec::new(), vec![PathBuf::from("examples/arm")]);
    while let Some(folder) = open.pop() {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                texts.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts.retain(|text| text.contains("deploymentTemplate.json"));
    assert!(!texts.is_empty());
    texts
}

/// Checks a text as a template; what was said stands where the text is.
fn check(text: &str) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("main.json", text.to_owned(), &Limits::default(), &mut problems);
    let Some(root) = root else { return };
    let evaluated = evaluate(&sources, root, None, &|_| None, &mut problems);
    let (topology, catalogue) = filled(known(), "documents");
    let converted = convert(&sources, &ArmTables::of(known()), &catalogue, &evaluated, root);
    problems.extend(converted.problems);
    let tree = converted.tree.add_to(&mut sources);
    let mut reader = Reader::new(&sources, &catalogue, topology);
    reader.read_converted("arm", tree);
    let (topology, found) = reader.finish();
    problems.extend(found);
    let options = Options { edition: "documents", enabled: &|_| true, level_of: &|_| None };
    let result = RULES.with_borrow_mut(|rules| analyse(rules, topology, &sources, &options));
    for Problem { primary, message, .. } in &problems {
        let file = sources.file(primary.place.file).unwrap();
        let span = primary.place.span;
        assert!(file.text.get(span.start as usize..span.end as usize).is_some(), "{message}");
        assert!(!message.is_empty());
    }
    for finding in &result.findings {
        let file = sources.file(finding.primary.place.file).unwrap();
        let span = finding.primary.place.span;
        assert!(file.text.get(span.start as usize..span.end as usize).is_some(), "{}", finding.message);
    }
}

/// Bytes that mean something to a reader of templates.
const SPLINTERS: &[&str] = &[
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ",",
    ":",
    "\\",
    "\\u",
    "//",
    "/*",
    "[[",
    "]]",
    "\u{0}",
    "é",
    "😀",
    "-",
    "9",
    "null",
    "[parameters('x')]",
    "[copyIndex()]",
    "[reference('a')]",
    "1e999",
    "\r\n",
    "resources",
    "/",
    "..",
    "$",
];

/// Puts splinters in, or takes bytes out.
fn cut(text: &str, changes: &[(bool, usize, usize)]) -> String {
    let mut text = text.to_owned();
    for (insert, at, what) in changes {
        let mut at = at % (text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        if *insert {
            text.insert_str(at, SPLINTERS[what % SPLINTERS.len()]);
        } else if let Some(end) =
            (at..=text.len()).rev().find(|end| *end <= at + what % 40 && text.is_char_boundary(*end))
        {
            text.replace_range(at..end, "");
        }
    }
    text
}

/// The values of a tree, as pointers to them.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), into));
        }
        Value::Object(entries) => {
            entries.iter().for_each(|(key, value)| pointers(value, &format!("{at}/{}", escaped(key)), into));
        }
        _ => {}
    }
}

/// Puts a value of the tree, or something else, in the place of another.
fn grafted(text: &str, changes: &[(usize, usize)]) -> String {
    let mut tree: Value = serde_json::from_str(text).unwrap();
    for (to, from) in changes {
        let mut all = Vec::new();
        pointers(&tree, "", &mut all);
        let others =
            [Value::Null, true.into(), (-1).into(), "".into(), "[variables('v')]".into(), Value::Array(vec![])];
        let source = from % (all.len() + others.len());
        let value = match others.get(source) {
            Some(other) => other.clone(),
            None => tree.pointer(&all[source - others.len()]).unwrap().clone(),
        };
        *tree.pointer_mut(&all[to % all.len()]).unwrap() = value;
    }
    serde_json::to_string_pretty(&tree).unwrap()
}

#[test]
fn the_templates_are_sound_before_they_are_changed() {
    templates().iter().for_each(|text| check(text));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_cut_makes_it_panic(
        which in any::<usize>(),
        changes in prop::collection::vec((any::<bool>(), any::<usize>(), any::<usize>()), 1..5),
    ) {
        let templates = templates();
        check(&cut(&templates[which % templates.len()], &changes));
    }

    #[test]
    fn no_graft_makes_it_panic(
        which in any::<usize>(),
        changes in prop::collection::vec((any::<usize>(), any::<usize>()), 1..6),
    ) {
        let templates = templates();
        check(&grafted(&templates[which % templates.len()], &changes));
    }
}
