//! The report for programs, against its schema.

use serde_json::{Value, json};

use super::{estate, finding, label, span};
use crate::analysis::{Analysis, Level};
use crate::report::{write_json, write_paths_json};
use crate::source::Sources;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../schemas/report.schema.json")).unwrap()
}

fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

fn written(analysis: &Analysis, sources: &Sources) -> (String, Value) {
    let mut out = Vec::new();
    write_json(&mut out, analysis, sources).unwrap();
    let text = String::from_utf8(out).unwrap();
    let value = serde_json::from_str(&text).unwrap();
    (text, value)
}

#[test]
fn everything() {
    let (analysis, sources) = estate::analysis();
    let (text, value) = written(&analysis, &sources);
    assert_valid(&schema(), &value);
    insta::assert_snapshot!(text);
}

#[test]
fn nothing() {
    let (_, value) = written(&Analysis::default(), &Sources::new());
    assert_valid(&schema(), &value);
    assert_eq!(value["findings"], json!([]));
}

#[test]
fn paths() {
    let (report, sources) = estate::paths(true);
    let mut out = Vec::new();
    write_paths_json(&mut out, std::slice::from_ref(&report), &sources).unwrap();
    let value: Value = serde_json::from_slice(&out).unwrap();
    let mut schema = schema();
    let definitions = schema["$defs"].take();
    assert_valid(&json!({"$ref": "#/$defs/paths", "$defs": definitions}), &value);
    assert_eq!(value["version"], json!(1));
    assert_eq!(value["paths"].as_array().unwrap().len(), 1);
    assert_eq!(value["paths"][0]["hypothetical"], json!(true));
    assert_eq!(value["paths"][0]["methods"].as_array().unwrap().len(), report.methods.len());
}

#[test]
fn the_schema_lets_nothing_else_in() {
    let (analysis, sources) = estate::analysis();
    let (_, value) = written(&analysis, &sources);
    let validator = jsonschema::validator_for(&schema()).unwrap();
    for path in ["", "/summary", "/findings/0", "/findings/0/location", "/findings/2/methods/0"] {
        let mut changed = value.clone();
        changed.pointer_mut(path).unwrap()["surplus"] = json!(1);
        assert!(!validator.is_valid(&changed), "{path}");
    }
}

/// Columns are code points, also behind a byte-order mark, wide characters, and 40 kB of the same line.
#[test]
fn locations() {
    let mut sources = Sources::new();
    let text = format!("\u{feff}日本: a\r\ne\u{301}: [{}x]\n", "ö, ".repeat(20_000));
    let file = sources.add_text("a.yaml", text.clone());
    let at = |needle: &str| {
        let start = text.rfind(needle).unwrap();
        label(span(file, start, start + needle.len()), "")
    };
    let one = |primary| finding("rule", Level::Info, "\u{1b}[31m", primary);
    let end = label(span(file, text.len(), text.len()), "");
    let analysis = Analysis { findings: vec![one(at("a\r")), one(at("x]")), one(end)], ..Analysis::default() };
    let (_, value) = written(&analysis, &sources);
    assert_valid(&schema(), &value);
    let place = |index: usize| {
        let location = &value["findings"][index]["location"];
        let number = |key: &str| location[key].as_u64().unwrap();
        (number("line"), number("column"), number("end_line"), number("end_column"))
    };
    assert_eq!(place(0), (1, 5, 1, 7));
    assert_eq!(place(1), (2, 60_006, 2, 60_008));
    assert_eq!(place(2), (3, 1, 3, 1));
    assert_eq!(value["findings"][0]["message"], json!("\u{1b}[31m"));
}
