//! Tests of the located reading of YAML.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::type_complexity)]

use proptest::prelude::*;

use super::Limits;
use crate::source::{Content, Entry, NodeId, Problem, ScalarStyle, Severity, Sources, Span};

struct Read {
    sources: Sources,
    roots: Vec<NodeId>,
    problems: Vec<Problem>,
}

fn read(text: &str) -> Read {
    read_within(text, &Limits::default())
}

fn read_within(text: &str, limits: &Limits) -> Read {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let (_, roots) = sources.add_yaml("test.yaml", text.to_owned(), limits, &mut problems);
    Read { sources, roots, problems }
}

/// Reads a text without mistakes.
fn read_well(text: &str) -> Read {
    let read = read(text);
    assert!(read.problems.is_empty(), "{text:?}: {:#?}", read.problems);
    read
}

impl Read {
    fn root(&self) -> NodeId {
        self.roots[0]
    }

    fn get(&self, path: &str) -> NodeId {
        path.split('.').fold(self.root(), |node, step| match step.parse::<usize>() {
            Ok(index) => self.sources.items(node)[index],
            Err(_) => self.sources.get(node, step).unwrap_or_else(|| panic!("no {step} of {path}")),
        })
    }

    fn text(&self, path: &str) -> String {
        self.sources.text(self.get(path)).into_owned()
    }

    fn slice(&self, span: Span) -> &str {
        self.sources.slice(self.sources.files[0].id(), span)
    }

    fn written(&self, path: &str) -> &str {
        self.slice(self.sources.node(self.get(path)).span)
    }

    fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(|problem| problem.code).collect()
    }

    /// Code, line and column of every problem.
    fn places(&self) -> Vec<(&'static str, u32, u32)> {
        self.problems
            .iter()
            .map(|problem| {
                let place = problem.primary.place;
                let at = self.sources.files[0].line_column(place.span.start);
                (problem.code, at.line, at.column)
            })
            .collect()
    }

    /// The whole tree, for comparing.
    fn show(&self, node: NodeId) -> String {
        match self.sources.node(node).content {
            Content::Null => "~".to_owned(),
            Content::Unknown { .. } => format!("?{:?}", self.sources.text(node)),
            Content::Alias(_) => format!("*{}", self.show(self.sources.resolve(node))),
            Content::Scalar { .. } => format!("{:?}", self.sources.text(node)),
            Content::Sequence { .. } => {
                let items = self.sources.items(node).iter();
                let items: Vec<String> = items.map(|item| self.show(*item)).collect();
                format!("[{}]", items.join(","))
            }
            Content::Mapping { .. } => {
                let entries = self.sources.entries(node).iter();
                let entries: Vec<String> =
                    entries.map(|entry| format!("{}:{}", self.show(entry.key), self.show(entry.value))).collect();
                format!("{{{}}}", entries.join(","))
            }
        }
    }
}

impl crate::source::SourceFile {
    fn id(&self) -> crate::source::FileId {
        crate::source::FileId(0)
    }
}

/// Key, value and block of the entries of a mapping as written.
fn entry_texts(read: &Read, mapping: NodeId) -> Vec<(&str, &str, &str)> {
    let text = |id| read.slice(read.sources.node(id).span);
    let entries = read.sources.entries(mapping).iter();
    entries
        .map(|entry| {
            let block = read.slice(read.sources.block_span(*entry));
            (text(entry.key), text(entry.value), block)
        })
        .collect()
}

#[test]
fn spans_of_entries_are_exact() {
    let cases: &[(&str, &[(&str, &str, &str)])] = &[
        ("a: 1\n", &[("a", "1", "a: 1")]),
        ("a : 1  # c\n", &[("a", "1", "a : 1")]),
        ("\"a\": 'b c' # c\n", &[("\"a\"", "'b c'", "\"a\": 'b c'")]),
        ("ä: ö\r\nü: \"ß\"\r\n", &[("ä", "ö", "ä: ö"), ("ü", "\"ß\"", "ü: \"ß\"")]),
        ("\u{feff}a: 1\r\n", &[("a", "1", "a: 1")]),
        ("a:\nb:   # c\nc: ~\n", &[("a", "", "a:"), ("b", "", "b:"), ("c", "~", "c: ~")]),
        ("a:\n  b: 1\n  c:\n\nd: 2\n", &[("a", "b: 1\n  c:", "a:\n  b: 1\n  c:"), ("d", "2", "d: 2")]),
        ("a:\n- 1\n- 2\nb: 3\n", &[("a", "- 1\n- 2", "a:\n- 1\n- 2"), ("b", "3", "b: 3")]),
        ("a: # - c\n  - 1\n  -\nb: 3\n", &[("a", "- 1\n  -", "a: # - c\n  - 1\n  -"), ("b", "3", "b: 3")]),
        ("a:\n-\n- - x\n", &[("a", "-\n- - x", "a:\n-\n- - x")]),
        ("a: &x\n- 1\nb: &y\n  c: 1\n", &[("a", "- 1", "a: &x\n- 1"), ("b", "c: 1", "b: &y\n  c: 1")]),
        ("a: [ 1, {b: 2} ] # c\n", &[("a", "[ 1, {b: 2} ]", "a: [ 1, {b: 2} ]")]),
        ("a: {}\nb: []\n", &[("a", "{}", "a: {}"), ("b", "[]", "b: []")]),
        ("{a: 1, b, c: , \"d\":2}", &[("a", "1", "a: 1"), ("b", "", "b"), ("c", "", "c:"), ("\"d\"", "2", "\"d\":2")]),
        ("? a\n: 1\n? b\n? c\n:\n", &[("a", "1", "a\n: 1"), ("b", "", "b"), ("c", "", "c\n:")]),
        (
            "a: one\n  two\nb: 'one\n\n  two'\n",
            &[("a", "one\n  two", "a: one\n  two"), ("b", "'one\n\n  two'", "b: 'one\n\n  two'")],
        ),
        ("&k a: &v b\n", &[("a", "b", "a: &v b")]),
        ("a: !!str 5\n", &[("a", "5", "a: !!str 5")]),
        (
            "a: !unknown \"why\" # c\nb: !unknown\n",
            &[("a", "!unknown \"why\"", "a: !unknown \"why\""), ("b", "!unknown", "b: !unknown")],
        ),
    ];
    for (text, expected) in cases {
        let read = read_well(text);
        assert_eq!(entry_texts(&read, read.root()), *expected, "{text:?}");
    }
}

#[test]
fn span_of_a_block_scalar_goes_from_its_indicator_to_its_last_line() {
    let cases = [
        ("a: |\n  x\n  y\n\n\nb: 1\n", "|\n  x\n  y", "x\ny\n"),
        ("a: >-\r\n  x\r\n  y\r\nb: 1\r\n", ">-\r\n  x\r\n  y", "x y"),
        ("a: |2- # | no\n\n    x  \n\n# c\nb: 1\n", "|2- # | no\n\n    x  ", "\n  x  "),
        ("a: &n !!str |\n  | x\n  # no comment\n", "|\n  | x\n  # no comment", "| x\n# no comment\n"),
        ("a: |\n", "|", ""),
        ("a: |+\n\n\nb: 1\n", "|+", "\n\n"),
        ("a: |- # c\nb: 1\n", "|-", ""),
        ("a:\n  |\n  x", "|\n  x", "x\n"),
    ];
    for (text, written, value) in cases {
        let read = read_well(text);
        assert_eq!(read.written("a"), written, "{text:?}");
        assert_eq!(read.text("a"), value, "{text:?}");
    }
    let read = read_well("--- |\n x\n--- # >\n- |\n  y\n- >\n  z\n");
    assert_eq!(read.slice(read.sources.node(read.root()).span), "|\n x");
    let list = read.roots[1];
    assert_eq!(read.slice(read.sources.node(list).span), "- |\n  y\n- >\n  z");
}

#[test]
fn list_items_and_roots_have_exact_spans() {
    let read = read_well("# top\n- a\n-   # none\n- - b\n  - c\n-\n  d: e\n");
    assert_eq!(read.show(read.root()), r#"["a",~,["b","c"],{"d":"e"}]"#);
    assert_eq!(read.sources.node(read.root()).span, Span::new(6, 41));
    assert_eq!(read.written("2"), "- b\n  - c");
    assert_eq!(read.written("3"), "d: e");
    assert_eq!(read.sources.node(read.get("1")).span, Span::new(11, 11));
    let read = read_well("[a, b: c , d: e]");
    assert_eq!(read.written("1"), "b: c");
}

#[test]
fn parents_lead_to_the_root() {
    let read = read_well("a:\n  - b: 1\n");
    let value = read.get("a.0.b");
    let mapping = read.sources.parent(value);
    assert_eq!(mapping, read.get("a.0"));
    assert_eq!(read.sources.parent(mapping), read.get("a"));
    assert_eq!(read.sources.parent(read.get("a")), read.root());
    assert_eq!(read.sources.parent(read.root()), read.root());
    let key = read.sources.entries(mapping)[0].key;
    assert_eq!(read.sources.parent(key), mapping);
}

#[test]
fn text_is_kept_only_where_it_differs_from_its_bytes() {
    let read = read_well("a: plain\nb: \"as is\"\nc: 'it''s'\nd: \"\\t\"\ne: |\n  x\n");
    assert_eq!(read.sources.decoded.len(), 3);
    let texts = ["a", "b", "c", "d", "e"].map(|key| read.text(key));
    assert_eq!(texts, ["plain", "as is", "it's", "\t", "x\n"]);
}

#[test]
fn scalars_have_the_types_of_the_core_schema() {
    let text = "a: true\nb: \"true\"\nc: yes\nd: 0777\ne: 0x1F\nf: 0o17\ng: -5\nh: '5'\ni: 1.5e3\nj: 99999999999999999999\n\
        k: 10.0.0.0\nl: ~\nm:\nn: !!str 5\no: !!int \"5\"\np: ! 5\nq: 0x-1\nr: e5\ns: .\nt: [x]\nu: {x: y}\nv: !unknown\nw: !!null ''\n\
        x: NULL\ny: FALSE\n";
    let read = read_well(text);
    let describe = |key: &str| read.sources.describe(read.get(key));
    let int = |key| read.sources.as_int(read.get(key));
    let boolean = |key| read.sources.as_bool(read.get(key));
    assert_eq!([boolean("a"), boolean("b"), boolean("c"), boolean("y")], [Some(true), None, None, Some(false)]);
    assert_eq!([int("d"), int("e"), int("f"), int("g")], [Some(777), Some(31), Some(15), Some(-5)]);
    assert_eq!([int("h"), int("i"), int("j"), int("k")], [None; 4]);
    assert_eq!([int("n"), int("o"), int("p"), int("q")], [None, Some(5), None, None]);
    for (words, keys) in [
        ("true or false", "ay"),
        ("text", "bchknpqrs"),
        ("a number", "defgijo"),
        ("nothing", "lmwx"),
        ("a list", "t"),
        ("a mapping", "u"),
        ("unknown", "v"),
    ] {
        for key in keys.chars() {
            assert_eq!(describe(&key.to_string()), words, "{key}");
        }
    }
    assert!(read.sources.is_null(read.get("m")) && !read.sources.is_null(read.get("a")));
}

#[test]
fn comments_have_their_places() {
    let text =
        "\u{feff}# one\r\na: \"# no\" # two\r\n  # three\r\nb: x#no\nc: | # four\n  # no\n  x\n\t# fünf\n- # never\n";
    let read = read(text);
    let comments: Vec<(&str, bool)> =
        read.sources.comments().iter().map(|comment| (read.slice(comment.span), comment.own_line)).collect();
    let expected = [("# one", true), ("# two", false), ("# three", true), ("# four", false)];
    assert_eq!(comments[..4], expected);
    let many = format!("a: 1\n{}b: 2\n", "# c\n".repeat(500));
    assert_eq!(read_well(&many).sources.comments().len(), 500);
}

#[test]
fn aliases_stand_for_their_anchor() {
    let read = read_well("a: &x {b: [1]}\nc: *x\n? *x2\n: d\n".replace("? *x2\n: d\n", "").as_str());
    assert_eq!(read.written("c"), "*x");
    assert_eq!(read.sources.resolve(read.get("c")), read.get("a"));
    assert_eq!(read.text("c.b.0"), "1");
    assert_eq!(read.sources.parent(read.get("c")), read.root());
    let read = read_well("a: &k key\n*k : 1\nb: &u !unknown why\nc: *u\nd: &n\ne: *n\n");
    assert_eq!(read.text("key"), "1");
    assert_eq!(read.text("c"), "why");
    assert!(read.sources.is_null(read.get("e")));
}

#[test]
fn merge_keys_bring_entries_in_below_written_ones() {
    let text = "one: &one {a: 1, b: 1}\ntwo: &two\n  <<: *one\n  b: 2\n  c: 2\nuse:\n  d: 0\n  <<: [*two, *one, {e: 5}]\n  c: 3\n";
    let read = read_well(text);
    assert_eq!(read.show(read.get("use")), r#"{"d":"0","c":"3","b":"2","a":"1","e":"5"}"#);
    let entries = read.sources.entries(read.get("use"));
    let merged_at = |entry: &Entry| entry.merged_at.map(|at| read.slice(read.sources.node(at).span));
    let uses: Vec<Option<&str>> = entries.iter().map(merged_at).collect();
    assert_eq!(uses, [None, None, Some("*two"), Some("*two"), Some("{e: 5}")]);
    assert_eq!(entries[3].value, read.get("one.a"));
    assert_eq!(read.sources.parent(entries[3].value), read.get("one"));
    assert_eq!(read_well("\"<<\": 1\n").text("<<"), "1");
}

#[test]
fn wrong_merges_are_reported() {
    let read = read("<<: 1\n<<: [*no, x, {a: 1}]\nb: &l [{c: 1}]\nd:\n  <<: *l\ne:\n  <<:\n");
    assert_eq!(
        read.places(),
        [
            ("merge-value", 1, 5),
            ("duplicate-key", 2, 1),
            ("unknown-anchor", 2, 6),
            ("merge-value", 2, 11),
            ("merge-value", 7, 6),
        ]
    );
    assert_eq!(read.text("a"), "1");
    assert_eq!(read.text("d.c"), "1");
}

#[test]
fn unknown_values_keep_their_reason() {
    let read = read(
        "a: !unknown \"set \\\"later\\\"\"\nb: !unknown from a variable\nc: !unknown\nd: !unknown {e: 1}\nf: !unknown |\n  two\n  lines\n",
    );
    assert_eq!(read.codes(), ["unknown-reason"]);
    for key in ["a", "b", "c", "d", "f"] {
        let content = read.sources.node(read.get(key)).content;
        assert!(matches!(content, Content::Unknown { .. }), "{key}");
    }
    assert_eq!(read.text("a"), "set \"later\"");
    assert_eq!(read.text("b"), "from a variable");
    assert_eq!(read.text("c"), "");
    assert_eq!(read.written("d"), "!unknown {e: 1}");
    assert_eq!(read.written("f"), "!unknown |\n  two\n  lines");
    assert_eq!(read.text("f"), "two\nlines\n");
}

#[test]
fn other_tags_are_reported_and_their_values_read() {
    let read =
        read("a: !Ref b\nc: !unkown x\nd: !!map {e: 1}\nf: !!str [1]\ng: !foo\nh: !!binary aGk=\ni: !k\n  j: 1\n");
    assert_eq!(
        read.places(),
        [
            ("unknown-tag", 1, 4),
            ("unknown-tag", 2, 4),
            ("unknown-tag", 4, 4),
            ("unknown-tag", 5, 4),
            ("unknown-tag", 6, 4),
            ("unknown-tag", 7, 4),
        ]
    );
    assert_eq!(read.problems[1].help.as_deref(), Some("did you mean `!unknown`?"));
    assert_eq!(read.text("a"), "b");
    assert_eq!(read.text("i.j"), "1");
    assert!(read.sources.is_null(read.get("g")));
}

#[test]
fn every_document_has_a_root() {
    let read = read_well("a: &x 1\n---\n---\nb: 2\n...\n# end\n---\n&x c\n");
    let shown: Vec<String> = read.roots.iter().map(|root| read.show(*root)).collect();
    assert_eq!(shown, [r#"{"a":"1"}"#, "~", r#"{"b":"2"}"#, r#""c""#]);
    assert!(read_well("").roots.is_empty());
    assert!(read_well("# only\n").roots.is_empty());
    let read = self::read("a: &x 1\n---\nb: *x\n");
    assert_eq!(read.codes(), ["unknown-anchor"]);
}

#[test]
fn several_files_share_one_tree() {
    let mut sources = Sources::new();
    let mut problems = Vec::new();
    let limits = Limits::default();
    let mut add = |name: &str, text: &str| {
        let (file, roots) = sources.add_yaml(name, text.to_owned(), &limits, &mut problems);
        (file, roots.first().copied())
    };
    let (one, root_one) = add("one", "a: 1 # x\n");
    let (_, none) = add("none", "");
    let (two, root_two) = add("two", "a: 2\na: 3 # y\n");
    assert_eq!(none, None);
    assert_eq!(sources.file_of(root_one.unwrap()), one);
    assert_eq!(sources.file_of(root_two.unwrap()), two);
    assert_eq!(sources.text(sources.get(root_two.unwrap(), "a").unwrap()), "2");
    assert_eq!(problems[0].primary.place.file, two);
    assert_eq!(sources.comments()[1].file, two);
}

#[test]
fn keys_must_be_text_and_unique() {
    let read = read("a: 1\n\"a\": 2\n[b]: 3\n: 4\n? {c: d}\n: 5\n!unknown e: 6\nnull: 7\nf: {g: 1, g: 2, g: 3}\n");
    assert_eq!(
        read.places(),
        [
            ("duplicate-key", 2, 1),
            ("non-scalar-key", 3, 1),
            ("non-scalar-key", 4, 1),
            ("non-scalar-key", 5, 3),
            ("non-scalar-key", 7, 1),
            ("duplicate-key", 9, 11),
            ("duplicate-key", 9, 17),
        ]
    );
    assert_eq!(read.show(read.root()), r#"{"a":"1","null":"7","f":{"g":"1"}}"#);
    assert_eq!(read.slice(read.problems[0].related[0].place.span), "a");
    let many: String = (0..100).map(|index| format!("key{}: 1\n", index % 90)).collect();
    let read = self::read(&many);
    assert_eq!(read.problems.len(), 10);
    assert_eq!(read.sources.entries(read.root()).len(), 90);
}

#[test]
fn unknown_anchors_are_reported_with_a_suggestion() {
    let read = read("a: &base 1\nb: *bsae\nc: *.example.com\nd: 2\n");
    assert_eq!(read.places(), [("unknown-anchor", 2, 4), ("unknown-anchor", 3, 4)]);
    assert_eq!(read.problems[0].help.as_deref(), Some("did you mean `*base`?"));
    assert!(read.problems[1].help.as_ref().unwrap().contains("\"*.example.com\""));
    assert_eq!(read.text("d"), "2");
}

#[test]
fn an_alias_within_its_own_value_is_a_mistake() {
    let read = read("a: &x\n  b: [*x]\n  <<: *x\nc: 1\n");
    assert_eq!(read.places(), [("alias-cycle", 2, 7), ("alias-cycle", 3, 7)]);
    assert_eq!(read.show(read.root()), r#"{"a":{"b":[~]},"c":"1"}"#);
}

#[test]
fn syntax_errors_have_places_and_plain_words() {
    let cases = [
        ("a: b: c\n", 1, 5, "`:` cannot stand here"),
        ("a: 1\nfoo\n", 2, 1, "this should be a key, but there is no `:` after it"),
        ("a: [1, 2\n", 1, 4, "`[` is never closed"),
        ("a: [1}\n", 1, 4, "`[` is closed by `}`"),
        ("a: {b: 1 c: 2}\n", 1, 11, "`,` or `}` is missing here"),
        ("ä: @x\n", 1, 4, "a value cannot start with `@`"),
        ("a: *\n", 1, 4, "`*` and `&` need a name after them"),
        ("a:\n\tb: 1\n", 2, 2, "a tab cannot indent a line"),
        ("a:\n  b: 1\n\tc: 1\n", 3, 1, "a tab cannot indent a line"),
        ("a: |\n\tx\n", 2, 1, "a tab cannot indent a line"),
        ("a:\n    b: 1\n  c: 2\n", 3, 3, "this does not fit the keys of the mapping before it"),
        ("a: 'x' y\n", 1, 8, "something stands after the closing quote"),
        ("a: \"\\q\"\n", 1, 5, "`\\` is followed by something that it does not escape"),
        ("a: \"x\\\\ \\Users\"\n", 1, 9, "this escape does not stand for a character"),
        ("a: - b\n", 1, 4, "a list cannot start here"),
    ];
    for (text, line, column, message) in cases {
        let read = read(text);
        assert_eq!(read.problems.len(), 1, "{text:?}: {:#?}", read.problems);
        assert_eq!(read.places(), [("syntax", line, column)], "{text:?}");
        assert_eq!(read.problems[0].message, message, "{text:?}");
        assert_eq!(read.problems[0].severity, Severity::Fatal);
        assert!(read.problems[0].help.is_some(), "{text:?}");
    }
    let read = read("a: \"x\nb: 1\n");
    assert_eq!(read.slice(read.problems[0].related[0].place.span), "\"");
}

#[test]
fn what_stands_before_a_syntax_error_is_kept_and_the_next_document_read() {
    let read = read("a: 1\na: 2\nb: {c: 1, d: [2, ]]\n---\ne: 3\n--- [\n---\nf: 4\n");
    assert_eq!(read.codes(), ["duplicate-key", "syntax", "syntax"]);
    let shown: Vec<String> = read.roots.iter().map(|root| read.show(*root)).collect();
    assert_eq!(shown[0], r#"{"a":"1","b":{"c":"1","d":["2"]}}"#);
    assert_eq!(shown[1], r#"{"e":"3"}"#);
    assert_eq!(shown.last().unwrap(), r#"{"f":"4"}"#);
}

#[test]
fn limits_hold() {
    let small = |bytes, depth, alias_nodes| Limits { bytes, depth, alias_nodes };
    let read = read_within("a: 1\n", &small(4, 9, 9));
    assert_eq!(read.codes(), ["too-large"]);
    assert!(read.roots.is_empty() && read.sources.files().len() == 1);
    let read = read_within("[[[x]]]\n---\n[y]\n", &small(100, 2, 9));
    assert_eq!(read.codes(), ["too-deep"]);
    assert_eq!(read.show(read.roots[1]), r#"["y"]"#);
    let read = read_within("a: &a [1, 2]\nb: *a\nc: *a\n", &small(100, 9, 6));
    assert_eq!(read.codes(), Vec::<&str>::new());
    let read = read_within("a: &a [1, 2]\nb: *a\nc: *a\nd: *a\ne: *a\n", &small(100, 9, 6));
    assert_eq!(read.places(), [("too-many-aliases", 4, 4)]);
}

#[test]
fn hostile_input_is_bounded() {
    for (opening, count) in [("- ", 100_000), ("[", 200_000), ("{a: ", 100_000), ("? ", 100_000)] {
        let read = read(&opening.repeat(count));
        assert_eq!(read.codes(), ["too-deep"], "{opening:?}");
    }
    let indented: String = (0..2000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(read(&indented).codes(), ["too-deep"]);
    let mut laughs = "a0: &a0 [lol, lol]\n".to_owned();
    for level in 1..64 {
        let below = level - 1;
        laughs += &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n");
    }
    assert_eq!(read(&laughs).codes(), ["too-many-aliases"]);
    let repeated = read(&"--- [\n".repeat(5000));
    assert_eq!(repeated.codes().last(), Some(&"too-many-problems"));
    assert_eq!(repeated.problems.len(), 1001);
}

#[test]
fn json_is_read_as_yaml() {
    let read = read_well("{\n  \"a\": [1, true, null, \"x\\u00e4\"],\n\t\"b\": {\"c\":-1.5}\n}\n");
    assert_eq!(read.show(read.root()), r#"{"a":["1","true",~,"xä"],"b":{"c":"-1.5"}}"#);
    assert_eq!(read.written("b"), "{\"c\":-1.5}");
}

/// Everything that must hold of any text: places are in the text, children within their parents.
fn check_invariants(text: &str) {
    let limits = Limits { alias_nodes: 10_000, ..Limits::default() };
    let read = read_within(text, &limits);
    let sources = &read.sources;
    let check = |span: Span, what: &str| {
        assert!(text.get(span.start as usize..span.end as usize).is_some(), "{what} {span:?} of {text:?}");
    };
    assert_eq!(sources.nodes.len(), sources.parents.len());
    for (index, node) in sources.nodes.iter().enumerate() {
        check(node.span, "node");
        let id = NodeId(u32::try_from(index).unwrap());
        let parent = sources.node(sources.parent(id)).span;
        assert!(
            parent.start <= node.span.start && node.span.end <= parent.end,
            "{:?} is not within {parent:?} in {text:?}",
            node.span
        );
        let _ = (sources.text(id), sources.describe(id));
        for entry in sources.entries(id) {
            check(sources.block_span(*entry), "block");
        }
    }
    for comment in sources.comments() {
        check(comment.span, "comment");
        assert!(read.slice(comment.span).starts_with('#'));
    }
    assert!(sources.comments().is_sorted_by_key(|comment| comment.span.start));
    for problem in &read.problems {
        check(problem.primary.place.span, "problem");
        assert!(!problem.message.ends_with('.'));
        for label in &problem.related {
            check(label.place.span, "related");
        }
    }
}

const SNIPPET: &str = "\u{feff}# ü\r\na: &x {b: [1, 'zwö', \"\\u00e4\"], c: ~}\n\
    list:\n- |2-\n    | x # no\n\n- >+\n  ö\n  y\n\n- &y\n  <<: [*x, *x]\n  ? k\n  : !unknown \"why\" # c\n\
    -\n- - !!str 5\n  - *y\n---\n- multi\n  line # d\n- <<: &z {}\n- *z\n...\n";

/// One change of a text: where, how much to drop, what to put in.
fn mutation() -> impl Strategy<Value = (usize, usize, String)> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "a: ",
            "- ",
            "-",
            ": ",
            ":",
            "? ",
            "#",
            " #",
            "|",
            ">-",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&x ",
            "*x",
            "<<: ",
            "!unknown ",
            "!t ",
            "'",
            "\"",
            "\\",
            "\n",
            "\r\n",
            "\r",
            "\t",
            "  ",
            "~",
            "\u{feff}",
            "ü",
            "---\n",
            "...\n",
            "%",
            "\u{85}",
            "\u{2028}",
            "\u{a0}",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(|c| c.to_string()),
    ];
    (any::<usize>(), 0..4usize, piece)
}

fn mutate(changes: &[(usize, usize, String)]) -> String {
    let mut chars: Vec<char> = SNIPPET.chars().collect();
    for (at, drop, piece) in changes {
        let at = at % (chars.len() + 1);
        let end = (at + drop).min(chars.len());
        chars.splice(at..end, piece.chars());
    }
    chars.into_iter().collect()
}

/// A value to be written as YAML and read back.
#[derive(Debug, Clone)]
enum Value {
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof!["[a-z]{1,4}( [a-z0-9#:]{1,3})?", "\\PC{0,6}", "[a-zä\n \"'\\\\]{0,8}"];
    text.prop_map(Value::Text).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-z]{1,3}|[ü#: ]{1,2}", inner, 0..4)
                .prop_map(|map| Value::Map(map.into_iter().collect())),
        ]
    })
}

fn write_text(text: &str, out: &mut String) {
    let plain = text.chars().all(|c| c.is_ascii_lowercase()) && !matches!(text, "" | "null" | "true" | "false");
    if plain {
        out.push_str(text);
    } else {
        // JSON's escapes are a part of YAML's.
        out.push_str(&serde_json::to_string(text).unwrap());
    }
}

/// Writes a value after `- ` or `key:`; blocks start on the next line.
fn write_value(value: &Value, indent: usize, out: &mut String) {
    let line_start = |out: &mut String| {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    };
    match value {
        Value::Text(text) => {
            out.push(' ');
            write_text(text, out);
        }
        Value::List(items) if items.is_empty() => out.push_str(" []"),
        Value::Map(entries) if entries.is_empty() => out.push_str(" {} # none"),
        Value::List(items) => {
            for item in items {
                line_start(out);
                out.push('-');
                write_value(item, indent + 2, out);
            }
        }
        Value::Map(entries) => {
            for (key, value) in entries {
                line_start(out);
                write_text(key, out);
                out.push(':');
                // A list may stand below its key without indentation.
                let deeper = if matches!(value, Value::List(_)) { 0 } else { 2 };
                write_value(value, indent + deeper, out);
            }
        }
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::Text(text) => format!("{text:?}"),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(","))
        }
        Value::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key:?}:{}", show(value))).collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_panic(text in "([\\PC\n\t\r]|[-:?#|>&*!\n {}a\\[\\],'\"]){0,60}") {
        check_invariants(&text);
    }

    #[test]
    fn any_mutated_snippet_keeps_its_invariants(changes in prop::collection::vec(mutation(), 0..6)) {
        check_invariants(&mutate(&changes));
    }

    #[test]
    fn what_is_written_is_read_back(value in value()) {
        let mut text = "---".to_owned();
        write_value(&value, 0, &mut text);
        text.push('\n');
        let read = read_well(&text);
        prop_assert_eq!(read.show(read.root()), show(&value));
        check_invariants(&text);
    }
}

#[test]
fn the_snippet_is_well_formed() {
    check_invariants(SNIPPET);
    let read = read_well(SNIPPET);
    assert_eq!(
        read.show(read.root()),
        r#"{"a":{"b":["1","zwö","ä"],"c":~},"list":["  | x # no","ö y\n\n",{"k":?"why","b":["1","zwö","ä"],"c":~},~,["5",*{"k":?"why","b":["1","zwö","ä"],"c":~}]]}"#
    );
    let style = read.sources.node(read.get("list.0")).content;
    assert!(matches!(style, Content::Scalar { style: ScalarStyle::Block, .. }));
}
