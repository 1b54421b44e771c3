//! Reading in pieces must come to the same as reading at once.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::Cutting;
use crate::source::yaml::{Limits, line_starts};
use crate::source::{Problem, Sources};

const AT_ONCE: Cutting = Cutting { pieces: 1, smallest: 1 };
const SMALL: Cutting = Cutting { pieces: 4, smallest: 8 };

/// All that reading has made of a text, behind another file so that nothing starts at zero.
fn read(text: &str, cutting: Cutting) -> (String, Vec<Problem>) {
    let (mut sources, mut problems, limits) = (Sources::new(), Vec::new(), Limits::default());
    sources.add_yaml("before.yaml", "x: [\"\\t\", {y: z}] # c\n".to_owned(), &limits, &mut problems);
    let (_, roots) = sources.add_yaml_cut("test.yaml", text.to_owned(), &limits, cutting, &mut problems);
    let Sources { nodes, items, entries, decoded, parents, comments, .. } = sources;
    (format!("{roots:?}\n{nodes:#?}{items:?}{entries:#?}{decoded:?}{parents:?}{comments:#?}"), problems)
}

fn is_cut(text: &str, cutting: Cutting) -> bool {
    Sources::new().read_in_pieces(text, &line_starts(text), &Limits::default(), cutting).is_some()
}

fn assert_same(text: &str) {
    for pieces in 2..6 {
        let cutting = Cutting { pieces, ..SMALL };
        let ((tree, problems), (expected, expected_problems)) = (read(text, cutting), read(text, AT_ONCE));
        assert!(tree == expected, "{text:?} in {pieces} pieces: {tree}\ninstead of\n{expected}");
        assert_eq!(problems, expected_problems, "{text:?}");
    }
}

/// Entries of a mapping that can be cut, each with a key of its own to come.
const ENTRIES: &[&str] = &[
    ": 1\n",
    ":\n",
    ": # c\n",
    ":\n  b: 1\n  c:\n",
    ":\n- 1\n-\n",
    ":\n- - x\n  -\n# c\n",
    ": |\n  x\n\n\n",
    ": |+\n  x\n\n\n",
    ": |+\n\n\n",
    ": |\n",
    ": >-\n  x\n   y\n\n  # no\n# yes\n",
    ": |2 # c\n    x\n # c\n\n",
    ":\n  - |\n   x\n  - >+\n   y\n\n",
    ": one\n  two\n\n  three\n\n",
    ": 'it''s\n\n  so'\n",
    ": \"\\tä\"\n\n# c\n\n",
    ": [1, {b: 2},\n  3]\n",
    ": {b: [], c: }\n",
    ": !unknown\n",
    ": !unknown \"w\\\"y\" # c\n",
    ": !!str\n",
    ":\n  ? k\n  : v\n  ? l\n",
    ":\r\n  b: ü\r\n  c: |\r\n   x\r\n",
];
/// What must not be cut, or only with care.
const DOUBTFUL: &[&str] = &[
    ": \"x\nb: y\"\n",
    ": 'x\nb: y'\n",
    ": [x,\nb: y]\n",
    ": {x,\nb: y\n}\n",
    ": &x 1\n",
    ": *x\n",
    ": {<<: {b: 1}}\n",
    ":\n  <<: {}\n",
    ":\n---\n",
    ": 1\n...\n",
    ": 1\n--- # c\n",
    ": 1\n%YAML 1.2\n",
    ": !t x\n",
    ": {b: 1, b: 2}\n",
    "\n",
    ": x: y\n",
    ": \t\n",
    ":\n\tb: 1\n",
    ": |\n  x\n y\n",
    ": x\n# c\n  y\n",
    ": x\n  # c\n  y\n",
    ": \"x\n",
    ": '\n",
    ": ]\n",
    ": [\n",
    ":\r  b: 1\r",
    ": x\r---\rb: 1\n",
    ": \u{feff}x\n",
    ": x\u{85}b: y\n",
    ": x\u{2028}b: y\n",
    ": 1\n<<: {z: 1}\n",
    ": 1\n\"q\": 2\n'r': 3\n? s\n",
    ": 1\n? s\n: t\n",
    ": 1\n- x\n",
    ": 1\n  z: 2\n",
    " ",
    ":1\n",
];

/// How a text may start: most of these are no start of a mapping that can be cut.
const STARTS: &[&str] =
    &["", "# c\n", "\n", "\u{feff}", "\u{feff}# ü\n", "--- \n", "!!map\n", "!unknown\n", "  a: 1\n", "- ", "{", "? "];

fn text(doubtful: impl Strategy<Value = usize>) -> impl Strategy<Value = String> {
    let entry = (any::<prop::sample::Selector>(), 0..40usize);
    let doubts = doubtful.prop_flat_map(|count| {
        prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(DOUBTFUL)), count)
    });
    let start = prop_oneof![4 => Just(""), 1 => prop::sample::select(STARTS)];
    (start, prop::collection::vec(entry, 2..12), doubts).prop_map(|(start, entries, doubts)| {
        let mut texts: Vec<&str> = entries.iter().map(|(selector, _)| *selector.select(ENTRIES)).collect();
        for (at, doubt) in doubts {
            let at = at.index(texts.len());
            texts[at] = doubt;
        }
        // Some keys come twice.
        let keys = entries.iter().enumerate().map(|(index, (_, same))| if *same == 0 { 0 } else { index });
        let lines = keys.zip(texts).map(|(key, text)| format!("key{key}{text}"));
        start.to_owned() + &lines.collect::<String>()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_make_the_tree_of_the_whole(text in text(Just(0))) {
        assert_same(&text);
    }

    #[test]
    fn what_cannot_be_cut_is_read_at_once(text in text(1..4usize)) {
        assert_same(&text);
    }

    #[test]
    fn any_change_is_seen(
        text in text(0..2usize),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..3usize, "[-:?#|>&*!\n\r\t {}a\\[\\],'\"%.<ä]{0,3}"), 1..4)
    ) {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, drop, put) in &changes {
            let at = at.index(chars.len() + 1);
            let end = (at + drop).min(chars.len());
            chars.splice(at..end, put.chars());
        }
        assert_same(&chars.into_iter().collect::<String>());
    }
}

#[test]
fn plain_mappings_are_cut() {
    let text: String = (0..60).map(|index| format!("key{index}{}", ENTRIES[index % ENTRIES.len()])).collect();
    assert!(is_cut(&text, SMALL));
    assert_same(&text);
    for (index, entry) in ENTRIES.iter().enumerate() {
        let text = format!("one{entry}two{entry}three{entry}four{entry}");
        assert!(is_cut(&text, SMALL), "{index}: {entry:?}");
        assert_same(&text);
    }
}

#[test]
fn borders_cannot_be_faked() {
    for entry in DOUBTFUL {
        for text in [
            format!("one{entry}two: 2\nthree: 3\nfour: 4\n"),
            format!("one: 1\ntwo{entry}three: 3\nfour: 4\n"),
            format!("one: 1\ntwo: 2\nthree: 3\nfour{entry}"),
            format!("one{entry}two{entry}three{entry}four{entry}"),
        ] {
            assert_same(&text);
        }
    }
    let uncut = [
        "a: \"x\nb: y\nc: z\"\nd: 12345678\n",
        "a: 12345678\nb: 12345678\na: 12345678\n",
        "a: &x 12345678\nb: 12345678\n",
        "a: 12345678\n---\nb: 12345678\n",
        "a: 12345678\n<<: {b: 1}\nc: 12345678\n",
        "- a12345678\n- b12345678\n",
        "{\na: 12345678,\nb: 12345678\n}\n",
    ];
    for text in uncut {
        assert!(!is_cut(text, SMALL), "{text:?}");
        assert_same(text);
    }
}

#[test]
fn small_files_are_read_at_once() {
    let text = "key: 12345678\n".to_owned() + &"other: 12345678\n".repeat(2);
    assert!(!is_cut(&text, Cutting::of(&text)));
    assert!(!is_cut(&text, AT_ONCE));
}
