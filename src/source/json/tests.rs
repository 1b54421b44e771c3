//! Tests of the located reading of JSON.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::source::{Content, Limits, NodeId, Problem, ScalarStyle, Severity, Sources};

struct Read {
    sources: Sources,
    root: Option<NodeId>,
    problems: Vec<Problem>,
}

fn read(text: &str) -> Read {
    read_within(text, &Limits::default())
}

fn read_within(text: &str, limits: &Limits) -> Read {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("test.json", text.to_owned(), limits, &mut problems);
    Read { sources, root, problems }
}

fn read_well(text: &str) -> Read {
    let read = read(text);
    assert!(read.problems.is_empty(), "{text:?}: {:#?}", read.problems);
    read
}

impl Read {
    fn get(&self, key: &str) -> NodeId {
        self.sources.get(self.root.unwrap(), key).unwrap()
    }

    fn written(&self, node: NodeId) -> &str {
        let place = self.sources.place(node);
        self.sources.slice(place.file, place.span)
    }

    /// Code, severity and the bytes of each problem.
    fn mistakes(&self) -> Vec<(&'static str, Severity, &str)> {
        let slice = |problem: &Problem| {
            let place = problem.primary.place;
            (problem.code, problem.severity, self.sources.slice(place.file, place.span))
        };
        self.problems.iter().map(slice).collect()
    }

    fn value(&self, node: NodeId) -> serde_json::Value {
        use serde_json::Value;
        let sources = &self.sources;
        match sources.node(node).content {
            Content::Sequence { .. } => sources.items(node).iter().map(|item| self.value(*item)).collect(),
            Content::Mapping { .. } => {
                let entries = sources.entries(node).iter();
                Value::Object(entries.map(|entry| (sources.text(entry.key).into(), self.value(entry.value))).collect())
            }
            Content::Scalar { style: ScalarStyle::Plain, .. } => match (sources.as_bool(node), sources.as_int(node)) {
                (Some(answer), _) => answer.into(),
                (_, Some(number)) => number.into(),
                _ => sources.text(node).parse::<f64>().unwrap().into(),
            },
            Content::Scalar { .. } => sources.text(node).into(),
            _ => Value::Null,
        }
    }
}

#[test]
fn values_know_their_bytes() {
    let read = read_well(r#"{"a": [1, "x\ny", {}], "b" : -2.5e3, "c": null, "d": true}"#);
    assert_eq!(read.written(read.get("a")), r#"[1, "x\ny", {}]"#);
    let items = read.sources.items(read.get("a"));
    assert_eq!((&*read.sources.text(items[1]), read.written(items[1])), ("x\ny", r#""x\ny""#));
    assert_eq!(read.written(items[2]), "{}");
    let entry = read.sources.entries(read.root.unwrap())[1];
    assert_eq!(read.written(entry.key), r#""b""#);
    let block = read.sources.block_span(entry);
    assert_eq!(read.sources.slice(read.sources.file_of(entry.key), block), r#""b" : -2.5e3"#);
    assert_eq!(read.sources.describe(read.get("b")), "a number");
    assert!(read.sources.is_null(read.get("c")));
    assert_eq!(read.sources.as_bool(read.get("d")), Some(true));
    assert_eq!(read.sources.parent(items[2]), read.get("a"));
}

#[test]
fn what_the_engine_accepts_beyond_the_standard() {
    let text =
        "\u{feff}// head\n{ /* a\n b */ 'a': 'it\\'s \"x\"', b: [1, 2,], \"c\": \"line\nbreak\ttab\", // last\n}\n/**/";
    let read = read_well(text);
    assert_eq!(read.sources.text(read.get("a")), "it's \"x\"");
    assert_eq!(read.sources.items(read.get("b")).len(), 2);
    assert_eq!(read.sources.text(read.get("c")), "line\nbreak\ttab");
    let comments: Vec<(&str, bool)> = read
        .sources
        .comments()
        .iter()
        .map(|comment| (read.sources.slice(comment.file, comment.span), comment.own_line))
        .collect();
    assert_eq!(comments, [("// head", true), ("/* a\n b */", false), ("// last", false), ("/**/", true)]);
    assert_eq!(read.sources.file(read.sources.comments()[0].file).unwrap().line_column(3).column, 1);
}

#[test]
fn quoted_words_are_text() {
    let read = read_well(r#"{"a": "true", "b": "1", true: "null"}"#);
    assert_eq!(read.sources.as_bool(read.get("a")), None);
    assert_eq!(read.sources.as_int(read.get("b")), None);
    assert_eq!(read.sources.text(read.get("true")), "null");
}

#[test]
fn escapes_say_what_they_stand_for() {
    let read = read_well(r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"]"#);
    let text = read.sources.text(read.sources.items(read.root.unwrap())[0]).into_owned();
    assert_eq!(text, "\"\\/\u{8}\u{c}\n\r\té😀\u{fffd}");
    let wrong = self::read(r#"["C:\temp\new\x", "\u12"]"#);
    let escape = |written: &'static str| ("json-escape", Severity::Error, written);
    assert_eq!(wrong.mistakes(), [escape("\\x"), escape("\\u")]);
    assert_eq!(wrong.sources.items(wrong.root.unwrap()).len(), 2);
}

#[test]
fn a_place_in_a_text_is_found_behind_escapes() {
    let read = read_well(r#"{"a": "[f('\u00e9\"x', g)]", "b": "[f(g)]", "c": 12}"#);
    let slice = |key: &str, range: std::ops::Range<usize>| {
        let place = read.sources.place_in_text(read.get(key), range);
        read.sources.slice(place.file, place.span).to_owned()
    };
    let text = read.sources.text(read.get("a")).into_owned();
    let at = text.find('g').unwrap();
    assert_eq!(slice("a", at..at + 1), "g");
    let accent = text.find('é').unwrap();
    assert_eq!(slice("a", accent..accent + 2), r"\u00e9");
    assert_eq!(slice("a", accent..accent + 4), r#"\u00e9\"x"#);
    assert_eq!(slice("a", text.len() - 1..text.len()), "]");
    assert_eq!(slice("a", text.len()..text.len()), "");
    assert_eq!(slice("b", 3..4), "g");
    assert_eq!(slice("c", 1..2), "2");
}

#[test]
fn one_mistake_gives_one_error_at_its_place() {
    let fatal = |written: &'static str| vec![("json-syntax", Severity::Fatal, written)];
    for (text, found) in [
        (r#"{"a": 1"#, "{"),
        (r#"{"a": [1}"#, "}"),
        (r#"{"a" 1}"#, "1"),
        (r#"{"a": }"#, "}"),
        (r#"{"a": 1} x"#, "x"),
        (r#"[1,,2]"#, ","),
        (r#"{"a": "b"#, "\""),
        ("{\"a\": \"b\n}", "\"b"),
        (r#"{"a": /* b"#, "/*"),
        (r#"{,}"#, ","),
        ("]", "]"),
        ("é: 1", ":"),
        ("[1] é", "é"),
    ] {
        let read = read(text);
        if text.starts_with('é') {
            assert_eq!(read.problems.len(), 2, "a word that is no value, and what follows it");
            continue;
        }
        assert_eq!(read.mistakes(), fatal(found), "{text}");
    }
}

#[test]
fn reading_goes_on_where_it_is_clear_what_was_meant() {
    let read = read("{\"a\": 1\n \"b\": [2 3], \"c\": 007, \"d\": tru, \"e\": NaN, \"a\": 9}");
    let error = |code, written: &'static str| (code, Severity::Error, written);
    let expected = [
        error("json-syntax", "\""),
        error("json-syntax", "3"),
        error("json-number", "007"),
        error("json-syntax", "tru"),
        error("json-syntax", "NaN"),
        error("duplicate-key", "\"a\""),
    ];
    assert_eq!(read.mistakes(), expected);
    assert_eq!(read.problems[3].help.as_deref(), Some("did you mean `true`?"));
    assert_eq!(read.sources.as_int(read.get("a")), Some(1));
    assert_eq!(read.sources.items(read.get("b")).len(), 2);
}

#[test]
fn what_stands_before_a_mistake_is_kept() {
    let read = read(r#"{"a": 1, "b": {"c": 2, "d" 3}}"#);
    let inner = read.get("b");
    assert_eq!(read.sources.as_int(read.sources.get(inner, "c").unwrap()), Some(2));
    assert!(read.sources.get(inner, "d").is_none());
}

#[test]
fn an_empty_file_has_no_value() {
    for text in ["", " \n", "\u{feff}", "// nothing"] {
        let read = read_well(text);
        assert!(read.root.is_none(), "{text:?}");
    }
}

#[test]
fn size_and_depth_are_bounded() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let read = read(&deep);
    assert_eq!(read.problems.len(), 1);
    assert_eq!((read.problems[0].code, read.problems[0].severity), ("too-deep", Severity::Fatal));
    let small = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read_within("[1, 2, 3, 4, 5]", &small).problems[0].code, "too-large");
    let at_the_bound = format!("{}1{}", "[".repeat(128), "]".repeat(128));
    read_well(&at_the_bound);
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let number =
        prop_oneof![any::<i64>().prop_map(serde_json::Value::from), (-1e6_f64..1e6).prop_map(serde_json::Value::from),];
    let text = prop_oneof![".*", "[\\[\\]'\"\\\\/{}:,\\PC]{0,12}", "true|null|1|<<|~"];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(serde_json::Value::from),
        number,
        text.clone().prop_map(serde_json::Value::from),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..20)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn valid_json_has_the_values_that_serde_reads(value in json(), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let read = read(&text);
        prop_assert!(read.problems.is_empty(), "{text}: {:?}", read.problems);
        prop_assert_eq!(read.value(read.root.unwrap()), value);
    }

    #[test]
    fn nothing_makes_it_panic(text in prop_oneof![".{0,60}", "[\\[\\]{}:,\"'\\\\/*0-9truenl \n\u{feff}é-]{0,60}"]) {
        let read = read(&text);
        for problem in &read.problems {
            let place = problem.primary.place;
            prop_assert!(read.sources.files()[0].text.get(place.span.start as usize..place.span.end as usize).is_some());
        }
        // What serde reads is read, whatever else is.
        if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
            prop_assert!(read.problems.iter().all(|problem| problem.code == "duplicate-key"), "{:?}", read.problems);
        }
    }

    #[test]
    fn places_in_texts_are_within_them(text in ".{0,20}", from in 0_usize..30, len in 0_usize..30) {
        let file = serde_json::to_string(&[&text]).unwrap();
        let read = read_well(&file);
        let node = read.sources.items(read.root.unwrap())[0];
        let place = read.sources.place_in_text(node, from..from + len);
        let whole = read.sources.place(node).span;
        prop_assert!(whole.start < place.span.start && place.span.start <= place.span.end && place.span.end < whole.end);
    }
}

/// All files below the folder that `ISOLINT_CORPUS` names, if it does.
fn corpus() -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("ISOLINT_CORPUS") else {
        println!("ISOLINT_CORPUS is not set: no file of others was read");
        return Vec::new();
    };
    let mut folders = vec![Path::new(&root).join("arm")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(!files.is_empty(), "ISOLINT_CORPUS names a folder without templates");
    files.sort();
    files
}

#[test]
fn templates_of_others_are_read() {
    for path in corpus() {
        let text = std::fs::read_to_string(&path).unwrap();
        let read = read(&text);
        let broken: Vec<_> = read.mistakes().into_iter().filter(|mistake| mistake.0 != "duplicate-key").collect();
        assert!(broken.is_empty() && read.root.is_some(), "{}: {broken:?}", path.display());
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(&text)
            && read.problems.is_empty()
        {
            assert_eq!(read.value(read.root.unwrap()), value, "{}", path.display());
        }
    }
}
