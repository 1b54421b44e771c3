//! Mistakes in expressions.

use serde_json::{Value, json};

use crate::{check, tagged, written};

#[test]
fn each_is_underlined_within_its_text() {
    for (expression, sections, code, place) in [
        ("[concta('a')]", json!({}), "unknown-function", "concta"),
        ("[concat('äöü😀', conct('a'))]", json!({}), "unknown-function", "conct"),
        ("[substring('a')]", json!({}), "wrong-number-of-arguments", "substring"),
        ("[add('a', 1)]", json!({}), "wrong-type", "'a'"),
        ("[concat('a]", json!({}), "unclosed-text", "'a"),
        ("[parameters('nmae')]", json!({"parameters": {"name": {"type": "string"}}}), "unknown-name", "'nmae'"),
        ("[variables('a').c]", json!({"variables": {"a": {"b": 1}}}), "unknown-property", "c"),
        ("[dateTimeAdd('2026-01-31T00:00:00Z', '1 day')]", json!({}), "wrong-argument", "'1 day'"),
        ("[copyIndex()]", json!({}), "wrong-place", "copyIndex"),
        ("[utcNow('u')]", json!({}), "wrong-place", "utcNow"),
        ("[concat('a', newGuid())]", json!({}), "wrong-place", "newGuid"),
        ("[variables('a')]", json!({"variables": {"a": "[newGuid()]"}}), "wrong-place", "newGuid"),
        (
            "[utcNow()]",
            json!({"parameters": {"now": {"type": "string", "defaultValue": "[utcNow()]"}}}),
            "wrong-place",
            "utcNow",
        ),
        ("[fail('no')]", json!({}), "fail", "fail"),
        ("[variables('a')]", json!({"variables": {"a": "[variables('b')]", "b": "[variables('a')]"}}), "cycle", "'a'"),
        (
            "[parameters('a')]",
            json!({"parameters": {
                "a": {"type": "string", "defaultValue": "[parameters('b')]"},
                "b": {"type": "string", "defaultValue": "[parameters('a')]"}
            }}),
            "cycle",
            "'a'",
        ),
        (
            "[c.g('x')]",
            json!({"functions": [{"namespace": "c", "members": {"f": {"output": {"type": "int", "value": 1}}}}]}),
            "unknown-name",
            "c.g",
        ),
        (
            "[c.f('x')]",
            json!({"functions": [{"namespace": "c", "members": {"f": {"output": {"type": "int", "value": 1}}}}]}),
            "wrong-argument-count",
            "c.f",
        ),
    ] {
        check(&written(&tagged(json!(expression), sections))).has(code, place);
    }
}

#[test]
fn columns_count_characters() {
    let told = check(&written(&tagged(json!("[concat('äöü😀', conct('a'))]"), json!({}))));
    let line = told.text.lines().position(|line| line.contains("conct")).unwrap();
    let before = told.text.lines().nth(line).unwrap().split("conct").next().unwrap();
    let place = &told.report["problems"][0]["location"];
    assert_eq!(place["line"], line + 1);
    assert_eq!(place["column"], before.chars().count() + 1);
    assert_eq!(place["end_column"], before.chars().count() + 1 + "conct".len());
}

#[test]
fn a_known_mistake_has_a_suggestion() {
    let told = check(&written(&tagged(json!("[concta('a')]"), json!({}))));
    assert_eq!(told.report["problems"][0]["help"], "did you mean `concat`?");
}

#[test]
fn nesting_and_length_are_bounded() {
    let deep = |open: &str, close: &str| format!("[{}'a'{}]", open.repeat(1000), close.repeat(1000));
    let indexed = format!("[variables('a'){}]", "[0]".repeat(1000));
    let many = format!("[concat({})]", vec!["conct('a')"; 100_000].join(", "));
    for (expression, code) in [
        (deep("concat(", ")"), "expression-syntax"),
        (indexed, "expression-syntax"),
        (format!("[{}]", "(".repeat(1000)), "expression-syntax"),
        (format!("[concat('{}')]", "a".repeat(1_000_000)), "expression-too-long"),
        (many, "expression-too-long"),
    ] {
        let told = check(&written(&tagged(json!(expression), json!({"variables": {"a": [1]}}))));
        let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, [code]);
        told.goes_on();
    }
}

#[test]
fn what_grows_without_end_is_stopped() {
    let doubled = |first: Value| {
        let mut variables = json!({ "v0": first });
        for index in 1..=60 {
            let before = index - 1;
            variables[format!("v{index}")] = json!(format!("[concat(variables('v{before}'), variables('v{before}'))]"));
        }
        json!({"variables": variables, "parameters": {"hidden": {"type": "string"}}})
    };
    let maps = "[map(range(0, 90000), lambda('x', map(range(0, 90000), lambda('y', lambdaVariables('y')))))]";
    for (expression, sections) in [
        ("[variables('v60')]", doubled(json!("sixteen letters."))),
        ("[variables('v60')]", doubled(json!("[parameters('hidden')]"))),
        ("[variables('v60')]", doubled(json!(["[parameters('hidden')]"]))),
        ("[range(0, 100000000)]", json!({})),
        ("[padLeft('a', 2000000000)]", json!({})),
        (maps, json!({})),
    ] {
        let told = check(&written(&tagged(json!(expression), sections)));
        let codes: Vec<String> = told.mistakes().into_iter().map(|(code, _)| code).collect();
        assert_eq!(codes, ["too-much-work"], "{expression}");
        told.goes_on();
    }
}
