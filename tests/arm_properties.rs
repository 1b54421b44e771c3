//! Every property of a template that bears on isolation is read, or is known not to be: `tests/arm_properties.yaml`.
//!
//! A row of `read` is a resource that is converted without the property and with it: what the property becomes is a line
//! of the topology that is there only in the second.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use isolint::frontend::arm::resources::convert;
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::topology_file::write;
use isolint::knowledge::tables::ArmTables;
use isolint::source::{Content, Limits, NodeId, ScalarStyle, Sources};
use serde_json::{Map, Value, json};
use support::{filled, known};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// A value of a file as JSON.
fn value_of(sources: &Sources, node: NodeId) -> Value {
    match sources.node(node).content {
        Content::Mapping { .. } => {
            let pairs = sources.entries(node).iter();
            let pairs = pairs.map(|entry| (sources.text(entry.key).into_owned(), value_of(sources, entry.value)));
            Value::Object(pairs.collect::<Map<String, Value>>())
        }
        Content::Sequence { .. } => sources.items(node).iter().map(|item| value_of(sources, *item)).collect(),
        Content::Scalar { style: ScalarStyle::Plain, .. } => {
            let text = sources.text(node);
            serde_json::from_str(&text).unwrap_or_else(|_| json!(text))
        }
        _ => json!(sources.text(node)),
    }
}

/// Sets what a path names; `[]` behind a key is the first item of a list, `*` any key.
fn set(object: &mut Value, path: &str, value: &Value) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let (key, is_list) = key.strip_suffix("[]").map_or((key, false), |key| (key, true));
    let key = if key == "*" { "$default" } else { key };
    let fields = object.as_object_mut().expect("an object");
    let mut place = fields.entry(key).or_insert_with(|| if is_list { json!([{}]) } else { json!({}) });
    if is_list {
        place = &mut place[0];
    }
    match rest {
        Some(rest) => set(place, rest, value),
        None => *place = value.clone(),
    }
}

/// The lines of the topology that a resource of a type becomes, with its parent and what stands beside it.
fn lines(ty: &str, body: &Value, beside: &[Value]) -> Vec<String> {
    let parts: Vec<&str> = ty.split('/').collect();
    let mut resources = beside.to_vec();
    let mut resource = body.clone();
    let name = if parts.len() > 2 { "p/default" } else { "p" };
    if parts.len() > 2 {
        resources.push(json!({"type": parts[..2].join("/"), "apiVersion": "2023-01-01", "name": "p"}));
    }
    for (key, value) in [("type", ty), ("apiVersion", "2023-01-01"), ("name", name)] {
        resource[key] = json!(value);
    }
    resources.push(resource);
    let template = json!({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources});
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("main.json", template.to_string(), &Limits::default(), &mut problems);
    let root = root.expect("a template");
    let evaluated = evaluate(&sources, root, None, &|_| None, &mut problems);
    let (_, catalogue) = filled(known(), "documents");
    let converted = convert(&sources, &ArmTables::of(known()), &catalogue, &evaluated, root);
    problems.extend(converted.problems);
    assert_eq!(problems, [], "{ty}: {template}");
    let tree = converted.tree.add_to(&mut sources);
    let text = write(&sources, tree, &[]);
    text.lines().map(|line| line.split("  # ").next().unwrap_or(line).trim().to_owned()).collect()
}

fn table() -> (Value, Vec<String>) {
    let text = std::fs::read_to_string("tests/arm_properties.yaml").unwrap();
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, roots) = sources.add_yaml("tests/arm_properties.yaml", text, &Limits::default(), &mut problems);
    assert_eq!(problems, []);
    let table = value_of(&sources, roots[0]);
    let types = ["read", "not_read"].iter().flat_map(|part| table[part].as_object().unwrap().keys().cloned());
    let types = types.collect();
    (table, types)
}

#[test]
fn properties_become_what_the_table_says() {
    let (table, _) = table();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (ty, rows) in table["read"].as_object().unwrap() {
        for row in rows.as_array().unwrap() {
            let (property, becomes) = (row["property"].as_str().unwrap(), row["becomes"].as_str().unwrap());
            let beside = row.get("beside").and_then(Value::as_array).cloned().unwrap_or_default();
            let without = row.get("with").cloned().unwrap_or_else(|| json!({}));
            let mut with = without.clone();
            set(&mut with, property, &row["value"]);
            let has = |body: &Value| lines(ty, body, &beside).iter().any(|line| line == becomes);
            if has(&without) || !has(&with) {
                let found = lines(ty, &with, &beside).join("\n    ");
                wrong.push(format!("{ty} {property} does not make `{becomes}`:\n    {found}"));
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200, "{count}");
}

#[test]
fn what_is_not_read_changes_nothing_and_has_a_reason() {
    let (table, types) = table();
    for (ty, properties) in table["not_read"].as_object().unwrap() {
        for (property, reason) in properties.as_object().unwrap() {
            assert!(reason.as_str().is_some_and(|reason| reason.len() > 10), "{ty} {property}");
            let mut read = table["read"].get(ty).and_then(Value::as_array).into_iter().flatten();
            assert!(read.all(|row| row["property"] != **property), "{ty} {property} is in both lists");
        }
    }
    // A type is understood, read with others, or named as one that is not understood.
    let tables = ArmTables::of(known());
    for ty in types {
        let root = ty.split('/').take(2).collect::<Vec<&str>>().join("/");
        let is_known =
            |ty: &str| tables.label(ty, None).is_some() || tables.part(ty).is_some() || tables.unread(ty).is_some();
        let policy = "Microsoft.Network/serviceEndpointPolicies";
        assert!(is_known(&ty) || is_known(&root) || ty == policy, "{ty}");
    }
}
