//! Each way of writing a thing, before and after.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{Editor, Refusal, Request, Spot, Written, apply_edits};
use crate::source::{NodeId, Sources};

/// What is done to the field at the end of a path.
#[derive(Clone, Copy)]
enum Do {
    Set(&'static str),
    Number(&'static str),
    Unset,
    Add(&'static str),
    Remove(usize),
}

const ORDER: &[&str] = &["region", "kind", "network", "bypass", "notes"];

fn root(sources: &Sources) -> NodeId {
    let nodes = sources.nodes.len();
    let roots = (0..nodes).map(|node| NodeId(u32::try_from(node).unwrap()));
    roots.into_iter().rfind(|node| sources.parent(*node) == *node).unwrap()
}

/// Edits a field of the object at a path; the fields that are not there are made.
fn edit(text: &str, path: &[&str], fields: &[&str], present: bool, what: Do) -> Result<String, Refusal> {
    let editor = Editor::read(text).expect("lines end as they should");
    let sources = &editor.sources;
    let (mut key, mut body) = (root(sources), root(sources));
    for name in path {
        let entry =
            sources.entries(body).iter().find(|entry| sources.text(entry.key) == *name).copied().expect("it is there");
        (key, body) = (entry.key, entry.value);
    }
    let spot = Spot { resource: body, head: key, body, fields, present, order: ORDER };
    let written = |text: &str, is_text| Written { text: text.to_owned(), is_text };
    let edits = match what {
        Do::Set(value) => editor.edit(&spot, Request::Set(&written(value, true))),
        Do::Number(value) => editor.edit(&spot, Request::Set(&written(value, false))),
        Do::Unset => editor.edit(&spot, Request::Unset),
        Do::Add(value) => editor.edit(&spot, Request::Add(&written(value, true))),
        Do::Remove(index) => {
            let list = sources.get(body, fields.last().unwrap()).expect("the list is there");
            let item = sources.items(list).get(index).copied().unwrap_or(list);
            editor.edit(&spot, Request::Remove(item))
        }
    }?;
    let after = apply_edits(text, &edits).expect("edits of one change do not touch");
    let mut problems = Vec::new();
    Sources::new().add_yaml("after", after.clone(), &crate::source::Limits::default(), &mut problems);
    assert!(problems.is_empty(), "{problems:?} in\n{after}");
    Ok(after)
}

#[track_caller]
fn becomes(before: &str, path: &[&str], fields: &[&str], what: Do, after: &str) {
    assert_eq!(edit(before, path, fields, false, what).as_deref(), Ok(after));
    // The same with the line ends of Windows.
    let crlf = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(edit(&crlf(before), path, fields, false, what), Ok(crlf(after)), "with CRLF");
}

#[track_caller]
fn refused(before: &str, path: &[&str], fields: &[&str], what: Do, why: Refusal) {
    assert_eq!(edit(before, path, fields, false, what), Err(why));
}

const X: &[&str] = &["x"];

#[test]
fn a_value_is_replaced_within_its_quotes() {
    becomes("x:\n  kind: a # é\n", X, &["kind"], Do::Set("b"), "x:\n  kind: b # é\n");
    becomes("x:\n  kind: \"a\"\n", X, &["kind"], Do::Set("b"), "x:\n  kind: \"b\"\n");
    becomes("x:\n  kind: 'a' # why\n", X, &["kind"], Do::Set("it's"), "x:\n  kind: 'it''s' # why\n");
    becomes("x: {kind: a, region: é}\n", X, &["kind"], Do::Set("b c"), "x: {kind: b c, region: é}\n");
    becomes("x:\n  kind: 6\n", X, &["kind"], Do::Number("12"), "x:\n  kind: 12\n");
}

#[test]
fn what_would_be_read_otherwise_is_quoted() {
    for (value, written) in [
        ("true", "\"true\""),
        ("12", "\"12\""),
        ("1.5", "\"1.5\""),
        ("0x1f", "\"0x1f\""),
        ("a: b", "\"a: b\""),
        ("a, b", "\"a, b\""),
        ("*", "\"*\""),
        ("", "\"\""),
        ("say \"so\"", "\"say \\\"so\\\"\""),
        ("10.0.0.0/8", "10.0.0.0/8"),
        ("10.0.0.1", "10.0.0.1"),
        ("Microsoft.Storage", "Microsoft.Storage"),
        ("plant/stream", "plant/stream"),
        ("größe", "größe"),
    ] {
        becomes("x:\n  kind: a\n", X, &["kind"], Do::Set(value), &format!("x:\n  kind: {written}\n"));
    }
}

#[test]
fn nothing_and_null_are_filled() {
    becomes("x:\n  kind:\n  notes: n\n", X, &["kind"], Do::Set("b"), "x:\n  kind: b\n  notes: n\n");
    becomes("x:\n  kind: # why\n", X, &["kind"], Do::Set("b"), "x:\n  kind: b # why\n");
    becomes("x:\n  kind: ~\n", X, &["kind"], Do::Set("b"), "x:\n  kind: b\n");
    becomes("x: # why\ny: 1\n", X, &["kind"], Do::Set("b"), "x: # why\n  kind: b\ny: 1\n");
    becomes("x:\n", X, &["network", "bypass"], Do::Add("b"), "x:\n  network:\n    bypass: [b]\n");
    becomes("x: {}\n", X, &["network", "bypass"], Do::Add("b"), "x: {network: {bypass: [b]}}\n");
    refused("x: ~\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
    refused("{x: , y: 1}\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
}

#[test]
fn a_field_is_inserted_where_it_usually_stands() {
    let before = "x:\n  region: r # here\n  notes: n\ny: 1\n";
    becomes(before, X, &["kind"], Do::Set("b"), "x:\n  region: r # here\n  kind: b\n  notes: n\ny: 1\n");
    becomes("x:\n  notes: n\n", X, &["kind"], Do::Set("b"), "x:\n  kind: b\n  notes: n\n");
    // A comment above the first field stays with it.
    becomes("x:\n  # N\n  notes: n\n", X, &["kind"], Do::Set("b"), "x:\n  # N\n  notes: n\n  kind: b\n");
    // Comments that belong to what stands above stay with it, and so does a nested group.
    let before = "x:\n  network:\n    bypass: [a]\n    # more to come\n  # N\n  notes: n\n";
    let after = "x:\n  region: r\n  network:\n    bypass: [a]\n    # more to come\n  # N\n  notes: n\n";
    becomes(before, X, &["region"], Do::Set("r"), after);
    let before = "x:\n  region: r\n  network:\n    kind: a\n    # more\nz: 1\n";
    let after = "x:\n  region: r\n  network:\n    kind: a\n    # more\n  bypass: [b]\nz: 1\n";
    becomes(before, X, &["bypass"], Do::Add("b"), after);
}

#[test]
fn a_field_is_inserted_in_the_manner_of_its_neighbours() {
    becomes("x: {region: r}\n", X, &["kind"], Do::Set("b"), "x: {region: r, kind: b}\n");
    becomes("x: { region: r, } # é\n", X, &["kind"], Do::Set("b"), "x: { region: r, kind: b, } # é\n");
    // As deep as the others, in braces where the others are.
    let before = "a:\n    x:\n        region: r\n";
    let after = "a:\n    x:\n        region: r\n        network:\n            bypass: [b]\n";
    becomes(before, &["a", "x"], &["network", "bypass"], Do::Add("b"), after);
    let before = "x:\n  region: r\n  notes: {a: 1}\n";
    let after = "x:\n  region: r\n  network: {bypass: [b]}\n  notes: {a: 1}\n";
    becomes(before, X, &["network", "bypass"], Do::Add("b"), after);
    // A group that is there already gets the field.
    let before = "x:\n  network:\n  notes: n\n";
    let after = "x:\n  network:\n    bypass: [b]\n  notes: n\n";
    becomes(before, X, &["network", "bypass"], Do::Add("b"), after);
    refused("x: {region: }\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
}

#[test]
fn a_last_line_without_an_end_stays_one() {
    assert_eq!(edit("x:\n  bypass:\n    - a", X, &["bypass"], true, Do::Remove(0)).unwrap(), "x:\n  bypass: []");
    assert_eq!(edit("x:\n  region: r", X, &["kind"], false, Do::Set("b")).unwrap(), "x:\n  region: r\n  kind: b");
    assert_eq!(
        edit("x:\n  bypass:\n    - a\n    - b", X, &["bypass"], true, Do::Remove(1)).unwrap(),
        "x:\n  bypass:\n    - a"
    );
    assert_eq!(edit("x:\r\n  region: r", X, &["kind"], false, Do::Set("b")).unwrap(), "x:\r\n  region: r\r\n  kind: b");
}

#[test]
fn a_member_is_added_behind_the_others() {
    becomes("x:\n  bypass: [a, b] # why\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [a, b, c] # why\n");
    becomes("x:\n  bypass: []\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [c]\n");
    becomes("x:\n  bypass: [ ]\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [c]\n");
    becomes("x:\n  bypass: a # one\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [a, c] # one\n");
    becomes("x:\n  bypass: \"a\"\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [\"a\", c]\n");
    becomes("x:\n  bypass:\n", X, &["bypass"], Do::Add("c"), "x:\n  bypass: [c]\n");
    becomes(
        "x:\n  bypass:\n    # A\n    - a # é\n\n  notes: n\n",
        X,
        &["bypass"],
        Do::Add("c"),
        "x:\n  bypass:\n    # A\n    - a # é\n    - c\n\n  notes: n\n",
    );
    // A list may stand as far out as its key.
    becomes(
        "x:\n  bypass:\n  - a\n  notes: n\n",
        X,
        &["bypass"],
        Do::Add("c"),
        "x:\n  bypass:\n  - a\n  - c\n  notes: n\n",
    );
    becomes(
        "x:\n  bypass: [\n    a, # A\n    b # B\n  ]\n",
        X,
        &["bypass"],
        Do::Add("c"),
        "x:\n  bypass: [\n    a, # A\n    b, c # B\n  ]\n",
    );
}

#[test]
fn a_member_is_removed_with_what_belongs_to_it() {
    becomes("x:\n  bypass: [a, b, c] # why\n", X, &["bypass"], Do::Remove(0), "x:\n  bypass: [b, c] # why\n");
    becomes("x:\n  bypass: [a, b, c]\n", X, &["bypass"], Do::Remove(1), "x:\n  bypass: [a, c]\n");
    becomes("x:\n  bypass: [a, b, c]\n", X, &["bypass"], Do::Remove(2), "x:\n  bypass: [a, b]\n");
    becomes("x:\n  bypass: [a]\n", X, &["bypass"], Do::Remove(0), "x:\n  bypass: []\n");
    becomes("x:\n  bypass: a # one\n", X, &["bypass"], Do::Remove(0), "x:\n  bypass: [] # one\n");
    becomes(
        "x:\n  bypass: [\n    a, # A\n    b, # B\n    c\n  ]\n",
        X,
        &["bypass"],
        Do::Remove(1),
        "x:\n  bypass: [\n    a, # A\n    c\n  ]\n",
    );
    refused("x:\n  bypass: [a, # A\n    b]\n", X, &["bypass"], Do::Remove(0), Refusal::Shape);
    let list = |items: &str| format!("x:\n  # all\n  bypass:\n{items}  notes: n\n");
    // A comment that can be about nothing else goes, one above several stays.
    becomes(&list("    - a\n    # B\n    - b # why\n"), X, &["bypass"], Do::Remove(1), &list("    - a\n"));
    becomes(&list("    # AB\n    - a\n    - b\n"), X, &["bypass"], Do::Remove(0), &list("    # AB\n    - b\n"));
    becomes(&list("    # A\n    - a\n    # B\n    - b\n"), X, &["bypass"], Do::Remove(0), &list("    # B\n    - b\n"));
    becomes(&list("    - a\n"), X, &["bypass"], Do::Remove(0), "x:\n  # all\n  bypass: []\n  notes: n\n");
    becomes(
        &list("    - {k: 1,\n       l: 2}\n    - k: 3\n      l: 4\n"),
        X,
        &["bypass"],
        Do::Remove(1),
        &list("    - {k: 1,\n       l: 2}\n"),
    );
}

#[test]
fn a_field_is_taken_away() {
    becomes("x:\n  kind: a # why\n  notes: n\n", X, &["kind"], Do::Unset, "x:\n  notes: n\n");
    becomes("x:\n  notes: n\n  # K\n  kind: a\n\ny: 1\n", X, &["kind"], Do::Unset, "x:\n  notes: n\n\ny: 1\n");
    becomes("x: {kind: a, notes: n}\n", X, &["kind"], Do::Unset, "x: {notes: n}\n");
    becomes("x: {kind: a}\n", X, &["kind"], Do::Unset, "x: {}\n");
    refused("x:\n  kind: a\n", X, &["kind"], Do::Unset, Refusal::Shape);
}

#[test]
fn what_other_places_use_is_refused() {
    let own = "a: &a {kind: k}\nx: *a\n";
    refused(own, X, &["kind"], Do::Set("b"), Refusal::Alias);
    refused(own, &["a"], &["kind"], Do::Set("b"), Refusal::Anchored);
    refused("a: &a k\nx: {kind: *a}\n", X, &["kind"], Do::Set("b"), Refusal::Alias);
    refused("a: {kind: &a k}\nx: {kind: *a}\n", &["a"], &["kind"], Do::Set("b"), Refusal::Anchored);
    refused("a: &a {kind: k}\nx: {<<: *a, notes: n}\n", X, &["kind"], Do::Set("b"), Refusal::Merged);
    refused("a: &a {kind: k}\nx: {<<: *a, notes: n}\n", &["a"], &["kind"], Do::Set("b"), Refusal::Anchored);
    refused("x: {<<: {network: {kind: k}}}\n", &["x", "network"], &["kind"], Do::Set("b"), Refusal::Merged);
    // An anchor that nothing uses does no harm; what is written beside a merge key is its own.
    becomes("x: {kind: &a k}\n", X, &["kind"], Do::Set("b"), "x: {kind: &a b}\n");
    becomes(
        "a: &a {kind: k}\nx:\n  <<: *a\n  notes: n\n",
        X,
        &["notes"],
        Do::Set("b"),
        "a: &a {kind: k}\nx:\n  <<: *a\n  notes: b\n",
    );
    let defaults = "defaults: {kind: k}\nx: {notes: n}\n";
    assert_eq!(edit(defaults, X, &["kind"], true, Do::Set("b")), Err(Refusal::Defaults));
    refused("defaults:\n  x: {kind: k}\n", &["defaults", "x"], &["kind"], Do::Set("b"), Refusal::Defaults);
}

#[test]
fn values_of_another_shape_are_refused() {
    refused("x:\n  kind: [a]\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
    refused("x:\n  kind: |\n    a\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
    refused("x:\n  kind: !unknown a\n", X, &["kind"], Do::Set("b"), Refusal::Shape);
    refused("x:\n  bypass: {a: 1}\n", X, &["bypass"], Do::Add("b"), Refusal::Shape);
    refused("x:\n  bypass:\n    - - a\n", X, &["bypass", "y"], Do::Add("b"), Refusal::Shape);
    assert!(Editor::read("x: 1\ry: 2\n").is_none());
}

#[test]
fn several_documents_and_a_byte_order_mark_are_kept() {
    becomes(
        "---\ny: 1\n---\nx:\n  region: r\n...\n",
        X,
        &["kind"],
        Do::Set("b"),
        "---\ny: 1\n---\nx:\n  region: r\n  kind: b\n...\n",
    );
    becomes("\u{feff}x:\n  kind: a\n", X, &["kind"], Do::Set("b"), "\u{feff}x:\n  kind: b\n");
    becomes("\u{feff}x: {kind: a}\n", X, &["region"], Do::Set("r"), "\u{feff}x: {kind: a, region: r}\n");
}

#[test]
fn edits_that_touch_are_not_made_together() {
    use super::{TextEdit, span};
    let edit = |start, end| TextEdit::replace(span(start, end), "x");
    assert_eq!(apply_edits("abcd", &[edit(2, 3), edit(0, 1)]).as_deref(), Some("xbxd"));
    assert_eq!(apply_edits("abcd", &[edit(0, 2), edit(1, 3)]), None);
    assert_eq!(apply_edits("abcd", &[edit(1, 1), TextEdit::insert(1, "y")]), None);
    assert_eq!(apply_edits("abcd", &[edit(1, 1), edit(1, 1)]).as_deref(), Some("axbcd"));
}
