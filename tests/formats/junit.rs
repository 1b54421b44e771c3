//! JUnit's XML: what those who read it take, and that it counts right.

use super::{SITUATIONS, run, situations};

/// What may stand where, by the schema that Jenkins checks against: an element, its attributes (those that must be there with
/// `!`), and its children.
const GRAMMAR: &[(&str, &[&str], &[&str])] = &[
    ("testsuites", &["name", "time", "tests", "failures", "errors"], &["testsuite"]),
    (
        "testsuite",
        &[
            "name!",
            "tests!",
            "failures!",
            "errors!",
            "skipped",
            "time",
            "timestamp",
            "hostname",
            "id",
            "package",
            "file",
        ],
        &["testsuite", "properties", "testcase", "system-out", "system-err"],
    ),
    (
        "testcase",
        &["name!", "time", "classname", "group"],
        &["skipped", "error", "failure", "system-out", "system-err"],
    ),
    ("failure", &["message", "type"], &[]),
    ("error", &["message", "type"], &[]),
    ("skipped", &["message", "type"], &[]),
    ("system-out", &[], &[]),
];

#[test]
fn every_element_is_one_that_readers_take() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let text = run(&folder, situation, "junit", *status);
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(document.root_element().has_tag_name("testsuites"));
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            let known = GRAMMAR.iter().find(|(element, ..)| *element == name);
            let (_, attributes, children) = known.unwrap_or_else(|| panic!("<{name}>: {text}"));
            for attribute in node.attributes() {
                let is_known = attributes.iter().any(|known| known.trim_end_matches('!') == attribute.name());
                assert!(is_known, "{} of <{name}>: {text}", attribute.name());
            }
            for needed in attributes.iter().filter_map(|attribute| attribute.strip_suffix('!')) {
                assert!(node.has_attribute(needed), "<{name}> without {needed}: {text}");
            }
            for child in node.children().filter(roxmltree::Node::is_element) {
                assert!(children.contains(&child.tag_name().name()), "{child:?} in <{name}>: {text}");
            }
            let has_text =
                node.children().any(|child| child.is_text() && !child.text().unwrap_or("").trim().is_empty());
            assert!(!has_text || children.is_empty(), "text in <{name}>: {text}");
        }
    }
}

#[test]
fn junit_is_well_formed_and_counts_right() {
    let folder = situations();
    for (situation, status) in SITUATIONS {
        let text = run(&folder, situation, "junit", *status);
        let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        let named = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.descendants().filter(|node| node.has_tag_name(name)).count().to_string()
        };
        let root = document.root_element();
        let suites: Vec<_> = root.children().filter(|node| node.has_tag_name("testsuite")).collect();
        assert!(!suites.is_empty());
        for node in suites.into_iter().chain([root]) {
            let counts = [("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")];
            let is_counted = |attribute| node != root || attribute != "skipped";
            for (attribute, element) in counts.into_iter().filter(|(attribute, _)| is_counted(*attribute)) {
                assert_eq!(node.attribute(attribute), Some(named(node, element).as_str()), "{attribute}: {text}");
            }
            assert_ne!(node.attribute("tests"), Some("0"), "{text}");
        }
        let bad = named(root, "failure") != "0" || named(root, "error") != "0";
        assert_eq!(bad, *status != 0 || *situation == "accepted", "{situation}: {text}");
    }
    let text = run(&folder, "hostile", "junit", 1);
    let document = roxmltree::Document::parse(&text).unwrap();
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).unwrap();
    assert!(failure.attribute("message").unwrap().contains("100% ]]> <b>&\n::error::x"), "{text}");
    let text = run(&folder, "mistaken", "junit", 3);
    assert!(text.contains("<skipped message=\"undetermined"), "{text}");
}
