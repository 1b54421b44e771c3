//! The pages in `docs/rules/` are those that `isolint explain` prints, and there is one for each rule and access method.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/kept.rs"]
mod kept;

use std::collections::BTreeSet;
use std::fs;

use isolint::knowledge::ruleset::Ruleset;
use isolint::report::page::{Page, index};
use kept::{isolint, keep, output, root};

const FOLDER: &str = "docs/rules";

fn ruleset() -> Ruleset {
    let definitions = isolint::shipped::definitions().expect("the embedded knowledge can be read");
    Ruleset::build(definitions).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn every_rule_and_method_has_its_page() {
    let ruleset = ruleset();
    let mut files: BTreeSet<String> = BTreeSet::from(["README.md".to_owned()]);
    keep(&format!("{FOLDER}/README.md"), &index(&ruleset), "UPDATE_DOCS");
    for page in Page::all(&ruleset) {
        keep(&format!("{FOLDER}/{}", page.file()), &page.markdown(), "UPDATE_DOCS");
        files.insert(page.file());
    }
    for entry in fs::read_dir(root().join(FOLDER)).unwrap() {
        let path = entry.unwrap().path();
        if !files.contains(path.file_name().unwrap().to_str().unwrap()) {
            assert!(std::env::var_os("UPDATE_DOCS").is_some(), "{} is the page of nothing", path.display());
            fs::remove_file(path).unwrap();
        }
    }
}

#[test]
fn every_link_in_the_index_leads_to_a_page() {
    let index = fs::read_to_string(root().join(FOLDER).join("README.md")).unwrap();
    let links: BTreeSet<&str> = index.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let pages: Vec<&&str> = links.iter().filter(|link| link.ends_with(".md")).collect();
    assert!(pages.len() > 50, "{}", pages.len());
    for link in pages {
        assert!(root().join(FOLDER).join(link).is_file(), "{link}");
    }
}

#[test]
fn explain_prints_the_same_page() {
    // Words in their order, without what only one of the two forms has.
    let words = |text: &str| -> Vec<String> {
        let text = text.replace("](", " ").replace(['*', '[', ']', '#', '(', ')'], " ");
        let words = text.split_whitespace().filter(|word| !word.chars().all(|letter| "-`".contains(letter)));
        words.filter(|word| *word != "```yaml").map(str::to_owned).collect()
    };
    for name in ["cmk-with-managed-identity", "trusted-services"] {
        let (printed, _) = output(isolint().args(["explain", name]));
        let page = fs::read_to_string(root().join(FOLDER).join(format!("{name}.md"))).unwrap();
        let (mut printed, mut page) = (words(&printed), words(&page));
        printed.sort();
        page.sort();
        assert_eq!(printed, page);
    }
}
