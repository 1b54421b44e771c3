//! Templates that ask for more than is done for one input.

use serde_json::{Map, json};

use crate::{account, run, run_text, template};

#[test]
fn a_long_chain_of_variables_is_cut_and_the_rest_evaluated() {
    let mut variables = Map::new();
    for index in 0..1000 {
        variables.insert(format!("v{index}"), json!([[[[format!("[variables('v{}')]", index + 1)]]]]));
    }
    variables.insert("v1000".to_owned(), json!("end"));
    let run = run(json!({"variables": variables, "resources": [account("stsound")]}));
    assert!(run.problems.iter().all(|problem| problem.code == "too-deep"), "{:#?}", run.problems.first());
    assert!(!run.problems.is_empty());
    assert_eq!(run.names(), ["stsound"]);
}

#[test]
fn nesting_a_thousand_deep_is_reported() {
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let text = template(json!({"variables": {"deep": "DEEP"}, "resources": [account("stsound")]}))
        .to_string()
        .replace("\"DEEP\"", &deep);
    let run = run_text(&text, None, &[]);
    assert_eq!(run.problems.len(), 1, "{:#?}", run.problems);
    let mut nested = json!([]);
    for _ in 0..30 {
        nested = json!([{
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "d",
            "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": template(json!({"resources": nested}))}
        }]);
    }
    let run = crate::run(json!({"resources": nested}));
    assert!(run.names().len() > 10);
}

#[test]
fn loops_of_loops_are_bounded() {
    let mut inside = json!([account("[concat('st', copyIndex())]")]);
    for _ in 0..3 {
        inside[0]["copy"] = json!({"name": "each", "count": 800});
        inside = json!([{
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "[concat('d', copyIndex())]",
            "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "template": template(json!({"resources": inside}))}
        }]);
    }
    inside[0]["copy"] = json!({"name": "each", "count": 2});
    let run = run(json!({"resources": inside}));
    assert_eq!(run.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["too-much-work"]);
}

#[test]
fn a_long_chain_of_deployments_is_cut_and_the_rest_evaluated() {
    let module = template(json!({
        "parameters": {"name": {"type": "string"}},
        "resources": [account("[parameters('name')]")],
        "outputs": {"name": {"type": "string", "value": "[concat(parameters('name'), 'x')]"}}
    }));
    let deployment = |index: usize, name: String| {
        json!({
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": format!("d{index}"),
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"}, "template": module,
                "parameters": {"name": {"value": name}}
            }
        })
    };
    let mut chain: Vec<_> =
        (0..500).map(|index| deployment(index, format!("[reference('d{}').outputs.name.value]", index + 1))).collect();
    chain.push(deployment(500, "st".to_owned()));
    let resources = run(json!({"resources": chain}));
    assert!(resources.problems.iter().all(|problem| problem.code == "too-deep"), "{:#?}", resources.problems.first());
    assert_eq!(resources.names().len(), 1002);
    chain.reverse();
    let resources = run(json!({"resources": chain[..40]})).sound();
    assert_eq!(resources.names()[3], "stx");
}
