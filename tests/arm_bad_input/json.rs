//! Mistakes in JSON, and what Azure takes though it is none.

use serde_json::json;

use crate::{account, check, template, written};

fn sound() -> String {
    written(&template(json!({"resources": [account("other")]})))
}

#[test]
fn what_azure_takes_is_read() {
    let plain = sound();
    let raw = plain.replacen("\"Standard_LRS\"", "\"[concat('Standard_',\n  'LRS')]\"", 1);
    for text in [
        plain.replacen("\"kind\"", "// a comment\n /* and\n another */ \"kind\"", 1),
        plain.replace("\"203.0.113.1\"\n", "\"203.0.113.1\",\n"),
        format!("\u{feff}{plain}"),
        raw,
        plain.replace('\n', "\r\n"),
        plain.replace("\n", ""),
        plain.replacen(
            "\"StorageV2\"",
            "\"StorageV2\", \"tags\": {\"n\": 123456789012345678901234567890, \"e\": 1e400}",
            1,
        ),
        plain.replacen("\"other\"", "\"ot\\uD800her\"", 1),
        plain.replacen("\"other\"", "\"ot\u{0}her\"", 1),
        plain.replacen("\"other\"", "\"ötäü\"", 1),
        plain.replacen(&format!("\"$schema\": \"{}\",", crate::SCHEMA), "", 1),
        plain.replacen("\"contentVersion\": \"1.0.0.0\",", "", 1),
    ] {
        let told = check(&text);
        assert_eq!((told.status, told.mistakes()), (0, vec![]), "{text}");
        assert_eq!(told.found().len(), 2, "{text}");
    }
}

#[test]
fn places_are_right_whatever_the_line_ends_and_the_mark_at_the_start() {
    let place = |text: &str| {
        let told = check(text);
        let place = &told.report["findings"][0]["location"];
        (place["line"].as_u64().unwrap(), place["column"].as_u64().unwrap())
    };
    let plain = sound();
    assert_eq!(place(&plain), place(&plain.replace('\n', "\r\n")));
    assert_eq!(place(&plain), place(&format!("\u{feff}{plain}")));
}

#[test]
fn a_mistake_is_said_and_what_can_be_read_is_judged() {
    let plain = sound();
    let at = plain.rfind("\"kind\"").unwrap();
    let (before, after) = plain.split_at(at);
    for (text, code, written) in [
        (format!("{before}\"kind\": \"Storage\", {after}"), "duplicate-key", "\"kind\""),
        (format!("{before}\"n\": 0x1F, {after}"), "json-number", "0x1F"),
        (format!("{before}\"n\": \"a\\q\", {after}"), "json-escape", "\\q"),
        (format!("{before}\"n\": 1 {after}"), "json-syntax", "\""),
        (format!("{before}\u{0}{after}"), "json-syntax", "\u{0}"),
        (format!("{before}\"n\": ]{after}"), "json-syntax", "]"),
        (plain[..at].to_owned(), "json-syntax", "{"),
        (format!("{before}\"n\": \"never closed\n }} ] }}"), "json-syntax", "\"never closed"),
        (format!("{plain} more"), "json-syntax", "m"),
    ] {
        check(&text).has(code, written);
    }
}

#[test]
fn nesting_a_thousand_deep_is_a_mistake_of_its_own() {
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let plain = sound();
    let at = plain.rfind("\"kind\"").unwrap();
    let (before, after) = plain.split_at(at);
    for text in
        [format!("{before}\"deep\": {deep}, {after}"), format!("{before}\"deep\": {}", "{\"a\":".repeat(100_000))]
    {
        let told = check(&text);
        let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["too-deep"]);
        told.goes_on();
    }
    for text in ["[".repeat(200_000), "{\"resources\":".repeat(100_000)] {
        assert_eq!(check(&text).status, 3);
    }
}

#[test]
fn what_holds_nothing_is_never_clean() {
    for text in ["", "  \n", "{}", "[]", "null", "\"text\"", "12", "{\"a\": 1}", "\u{feff}", "\u{0}", "{", "//"] {
        let told = check(text);
        assert_eq!(told.status, 3, "{text:?}");
        assert_eq!(told.report["inputs"][0]["status"], "unreadable", "{text:?}");
    }
}
