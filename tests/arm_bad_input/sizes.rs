//! Templates that come to more than anybody deploys.

use serde_json::{Value, json};

use crate::{account, check, template, written};

fn nested(name: &str, resources: Value) -> Value {
    json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name,
        "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": {
            "$schema": crate::SCHEMA, "contentVersion": "1.0.0.0", "resources": resources
        }}
    })
}

#[test]
fn loops_that_multiply_to_a_billion() {
    let mut inside = json!([account("[concat('st', copyIndex())]")]);
    for depth in 0..3 {
        inside[0]["copy"] = json!({"name": "each", "count": 800});
        inside = json!([nested(&format!("[concat('d{depth}', copyIndex())]"), inside)]);
    }
    inside[0]["copy"] = json!({"name": "each", "count": 2});
    let told = check(&written(&template(json!({"resources": inside}))));
    let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["too-much-work"]);
    told.goes_on();
}

#[test]
fn deployments_a_hundred_deep() {
    let mut inside = json!([account("deepest")]);
    for depth in 0..100 {
        inside = json!([nested(&format!("d{depth}"), inside)]);
    }
    let told = check(&template(json!({"resources": inside})).to_string());
    let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["too-deep"]);
    told.goes_on();
}

#[test]
fn more_mistakes_than_anybody_reads() {
    let tags: serde_json::Map<String, Value> =
        (0..1500).map(|index| (format!("t{index}"), json!(format!("[nothing{index}()]")))).collect();
    let mut other = account("other");
    other["tags"] = json!(tags);
    let told = check(&written(&template(json!({"resources": [other]}))));
    let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes.len(), 1001);
    assert_eq!(codes.iter().filter(|code| *code == "too-many-problems").count(), 1);
    told.goes_on();
}
