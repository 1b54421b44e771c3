//! Mistakes in the sections of a template.

use serde_json::{Value, json};

use crate::{account, check, tagged, template, written};

fn with_resource(resource: Value) -> String {
    written(&template(json!({"resources": [resource]})))
}

fn changed(name: &str, key: &str, value: Value) -> Value {
    let mut account = account(name);
    account[key] = value;
    account
}

#[test]
fn parameters() {
    for (declaration, code, place) in [
        (json!({"type": "string", "defaultValue": 5}), "wrong-type", "5"),
        (json!({"type": "string", "defaultValue": "z", "allowedValues": ["x", "y"]}), "not-allowed", "\"z\""),
        (json!({"type": "int", "defaultValue": 50, "maxValue": 10}), "out-of-bounds", "50"),
        (json!({"type": "int", "defaultValue": -1, "minValue": 0}), "out-of-bounds", "-1"),
        (json!({"type": "string", "defaultValue": "abc", "minLength": 5}), "out-of-bounds", "\"abc\""),
        (json!({"type": "text", "defaultValue": "abc"}), "unknown-type", "\"text\""),
        (json!({"$ref": "#/definitions/nothing"}), "unknown-name", "\"#/definitions/nothing\""),
        (json!({"$ref": "#/definitions/a"}), "cycle", "\"#/definitions/a\""),
    ] {
        let definitions = json!({"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}});
        let sections = json!({"parameters": {"p": declaration}, "definitions": definitions});
        check(&written(&tagged(json!("x"), sections))).has(code, place);
    }
}

#[test]
fn sections_of_the_wrong_shape() {
    for section in ["parameters", "variables", "outputs", "definitions"] {
        let mut sections = json!({});
        sections[section] = json!("text");
        check(&written(&tagged(json!("x"), sections))).has("wrong-type", "\"text\"");
    }
    let told = check(&written(&template(json!({"resources": "many"}))));
    assert_eq!((told.status, told.mistakes()), (3, vec![("wrong-type".into(), "\"many\"".into())]));
    let text = format!("{{\"$schema\": \"{}\", \"contentVersion\": \"1.0.0.0\"}}", crate::SCHEMA);
    let told = check(&text);
    assert_eq!((told.status, told.mistakes()), (3, vec![("missing-field".into(), text)]));
}

#[test]
fn resources_of_the_wrong_shape() {
    for (resource, code, place) in [
        (json!(5), "wrong-type", "5"),
        (json!("x"), "wrong-type", "\"x\""),
        (changed("other", "name", json!(["a"])), "wrong-type", "[\n        \"a\"\n      ]"),
        (changed("other", "name", json!("a/b")), "wrong-name", "\"a/b\""),
        (changed("other", "condition", json!("perhaps")), "wrong-type", "\"perhaps\""),
        (changed("other", "dependsOn", json!("x")), "wrong-type", "\"x\""),
        (changed("other", "copy", json!({"name": "c", "count": 10_000_000})), "wrong-count", "10000000"),
        (changed("other", "copy", json!({"name": "c", "count": -1})), "wrong-count", "-1"),
        (changed("other", "copy", json!({"name": "c", "count": "many"})), "wrong-count", "\"many\""),
        (changed("other", "copy", json!(true)), "wrong-type", "true"),
    ] {
        check(&with_resource(resource)).has(code, place);
    }
    let names = |text: &str| check(text).mistakes().into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    assert_eq!(names(&with_resource(json!({"name": "x"}))), ["missing-field"]);
    assert_eq!(names(&with_resource(account("sound"))), ["duplicate-resource"]);
    for (copy, code, place) in [
        (json!([{"name": "v", "count": 10_000_000, "input": "x"}]), "wrong-count", "10000000"),
        (json!([{"name": "v", "count": -5, "input": "x"}]), "wrong-count", "-5"),
    ] {
        check(&written(&tagged(json!("x"), json!({"variables": {"copy": copy}})))).has(code, place);
    }
}

#[test]
fn resources_that_wait_for_themselves() {
    let id = |name: &str| format!("[resourceId('Microsoft.Storage/storageAccounts', '{name}')]");
    let waiting = |name: &str, targets: Value| changed(name, "dependsOn", targets);
    check(&with_resource(waiting("other", json!(["other"])))).has("cycle", "\"other\"");
    let circle = json!([
        waiting("first", json!([id("sound"), id("second")])),
        waiting("second", json!([id("third")])),
        waiting("third", json!([id("first"), id("sound")])),
    ]);
    let told = check(&written(&template(json!({"resources": circle}))));
    told.has("cycle", &format!("\"{}\"", id("first")));
    assert_eq!(told.report["problems"][0]["message"], "the resource `first` waits for itself");
    assert_eq!(told.report["problems"][0]["related"].as_array().unwrap().len(), 2);
    // Two that wait for a third are no circle, and neither is one that is perhaps not there.
    let mut perhaps = waiting("b", json!([id("a")]));
    perhaps["condition"] = json!("[parameters('on')]");
    let diamond =
        json!([waiting("a", json!([id("b"), id("c"), id("sound")])), perhaps, waiting("c", json!([id("sound")])),]);
    let sections = json!({"resources": diamond, "parameters": {"on": {"type": "bool"}}});
    assert_eq!(check(&written(&template(sections))).mistakes(), []);
}
