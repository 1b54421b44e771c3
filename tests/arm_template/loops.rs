//! Loops and conditions.

use isolint::frontend::arm::resource::{Presence, Turn};
use serde_json::json;

use crate::{account, part, run, shown};

#[test]
fn resources_variables_properties_and_outputs_repeat() {
    let run = run(json!({
        "variables": {
            "names": ["in", "out"],
            "copy": [{"name": "rules", "count": 2, "input": {"value": "[concat('10.0.', copyIndex('rules', 1), '.0/24')]"}}]
        },
        "resources": [{
            "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
            "name": "[concat('st', variables('names')[copyIndex()])]",
            "copy": {"name": "accounts", "count": "[length(variables('names'))]"},
            "properties": {"networkAcls": {"defaultAction": "Deny", "copy": [{
                "name": "ipRules", "count": "[length(variables('rules'))]",
                "input": "[union(variables('rules')[copyIndex('ipRules')], createObject('of', copyIndex()))]"
            }]}}
        }],
        "outputs": {"names": {"type": "array", "copy": {"count": 2, "input": "[copyIndex(5)]"}}}
    }))
    .sound();
    assert_eq!(run.names(), ["stin", "stout"]);
    let turn = |index| vec![Turn { name: "accounts".into(), index: Some(index) }];
    assert_eq!(run.evaluated.resources[1].loops, turn(1));
    let rules = part(&run.resource("stout").body, "properties.networkAcls.ipRules");
    assert_eq!(shown(&rules), json!([{"value": "10.0.1.0/24", "of": 1}, {"value": "10.0.2.0/24", "of": 1}]));
    assert_eq!(shown(&part(&run.resource("stin").body, "properties.networkAcls.defaultAction")), json!("Deny"));
    assert_eq!(run.output("names"), json!([5, 6]));
}

#[test]
fn one_resource_stands_for_a_loop_of_unknown_count() {
    let mut resource = account("[concat('st', copyIndex())]");
    resource["copy"] = json!({"name": "each", "count": "[length(parameters('names'))]"});
    resource["properties"] = json!({"copy": [
        {"name": "rules", "count": "[length(parameters('names'))]", "input": "[copyIndex('rules')]"}
    ]});
    let run = run(json!({"parameters": {"names": {"type": "array"}}, "resources": [resource]})).sound();
    assert_eq!(run.names(), ["st{copyIndex('each')}"]);
    let only = &run.evaluated.resources[0];
    let why = "it is not known how often the loop `each` turns: the parameter `names` has no value";
    assert_eq!(only.existence, Presence::Maybe(why.into()));
    assert_eq!(only.loops, [Turn { name: "each".into(), index: None }]);
    assert_eq!(run.evaluated.gaps.len(), 1);
    // The rules may be none at all: none is said to be there, and the list is open.
    let rules = part(&only.body, "properties.rules");
    let rules = rules.as_array().unwrap();
    assert!(rules.items.is_empty() && !rules.is_closed());
}

#[test]
fn a_count_that_cannot_be_is_reported_and_the_rest_evaluated() {
    for count in [json!(10_000_000), json!(-1), json!("many"), json!([1])] {
        let mut resource = account("[concat('st', copyIndex())]");
        resource["copy"] = json!({"name": "each", "count": count});
        let run = run(json!({"resources": [resource, account("stlast")]}));
        assert_eq!(run.problems.len(), 1, "{count}");
        assert_eq!(run.problems[0].code, "wrong-count", "{count}");
        assert_eq!(run.names().last().map(String::as_str), Some("stlast"));
    }
    let mut resource = account("[concat('st', copyIndex())]");
    resource["copy"] = json!({"name": "each", "count": "2"});
    assert_eq!(run(json!({"resources": [resource]})).sound().names(), ["st0", "st1"]);
}

#[test]
fn a_false_condition_drops_a_resource_with_its_children() {
    let with = |condition: serde_json::Value| {
        let mut resource = account("stone");
        resource["condition"] = condition;
        resource["resources"] = json!([{"type": "blobServices", "apiVersion": "2023-01-01", "name": "default"}]);
        run(json!({
            "parameters": {"on": {"type": "bool"}, "names": {"type": "array", "defaultValue": []}},
            "resources": [resource]
        }))
        .sound()
    };
    assert_eq!(with(json!("[equals(1, 2)]")).names(), Vec::<String>::new());
    assert_eq!(with(json!(true)).names(), ["stone", "stone/default"]);
    let perhaps = with(json!("[parameters('on')]"));
    assert_eq!(perhaps.names(), ["stone", "stone/default"]);
    let why = Presence::Maybe("its condition is not known: the parameter `on` has no value".into());
    assert!(perhaps.evaluated.resources.iter().all(|resource| resource.existence == why));
}

#[test]
fn what_would_fail_only_where_a_condition_holds_is_no_problem() {
    let mut resource = account("[split(parameters('id'), '/')[8]]");
    resource["condition"] = json!("[parameters('on')]");
    let run = run(json!({
        "parameters": {"on": {"type": "bool"}, "id": {"type": "string", "defaultValue": ""}},
        "resources": [resource]
    }));
    assert_eq!(run.sound().evaluated.resources.len(), 1);
}

#[test]
fn copy_index_needs_a_loop() {
    let run =
        run(json!({"resources": [account("[concat('st', copyIndex())]"), account("[concat(copyIndex('rows'))]")]}));
    assert_eq!(run.mistakes(), [("wrong-place", "copyIndex".to_owned()), ("unknown-name", "'rows'".to_owned())]);
}
