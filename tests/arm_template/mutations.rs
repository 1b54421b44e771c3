//! No text makes the evaluation panic, or say something of a place that is not there.

use proptest::prelude::*;
use serde_json::json;

use crate::{account, run_text, template};

/// A template with a little of everything.
fn everything() -> String {
    let inner = template(json!({
        "parameters": {"name": {"type": "string"}, "list": {"type": "array", "defaultValue": [1, 2]}},
        "resources": [account("[parameters('name')]")],
        "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]"}}
    }));
    let mut first = account("[concat('st', copyIndex(), variables('tail'))]");
    first["copy"] = json!({"name": "each", "count": 2});
    first["condition"] = json!("[parameters('on')]");
    first["properties"] =
        json!({"copy": [{"name": "rules", "count": 2, "input": "[contoso.rule(copyIndex('rules'))]"}]});
    first["resources"] = json!([{"type": "blobServices", "apiVersion": "2023-01-01", "name": "default"}]);
    let whole = template(json!({
        "parameters": {"on": {"type": "bool", "defaultValue": true}, "secret": {"$ref": "#/definitions/secret"}},
        "definitions": {"secret": {"type": "secureString", "nullable": true}},
        "functions": [{"namespace": "contoso", "members": {"rule": {
            "parameters": [{"name": "n", "type": "int"}], "output": {"type": "string", "value": "[format('10.{0}', parameters('n'))]"}
        }}}],
        "variables": {"tail": "x", "copy": [{"name": "many", "count": 3, "input": "[copyIndex('many')]"}]},
        "resources": [first, {
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "module", "resourceGroup": "other",
            "dependsOn": ["each"],
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"}, "template": inner,
                "parameters": {"name": {"value": "[reference('st0x').kind]"}, "list": {"value": "[variables('many')]"}}
            }
        }, {
            "type": "Microsoft.Authorization/roleAssignments", "apiVersion": "2022-04-01", "name": "[guid('a')]",
            "scope": "Microsoft.Storage/storageAccounts/st0x",
            "properties": {"principalId": "[reference('st1x', '2023-01-01', 'full').identity.principalId]"}
        }],
        "outputs": {"id": {"type": "string", "value": "[reference('module').outputs.id.value]"}}
    }));
    serde_json::to_string_pretty(&whole).unwrap()
}

#[test]
fn the_template_is_sound_before_it_is_changed() {
    let run = run_text(&everything(), None, &[]).sound();
    assert_eq!(run.evaluated.resources.len(), 7);
}

/// Exchanges two words of the text, drops one, or doubles one.
fn mutated(text: &str, changes: &[(u8, usize, usize)]) -> String {
    let mut words: Vec<&str> = text.split_inclusive(['"', '\'', '(', ')', ',', '[', ']', '{', '}', '/']).collect();
    for (kind, a, b) in changes {
        let (a, b) = (a % words.len(), b % words.len());
        match kind % 3 {
            0 => words.swap(a, b),
            1 => drop(words.remove(a)),
            _ => words.insert(a, words[b]),
        }
    }
    words.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_change_makes_it_panic(changes in prop::collection::vec((any::<u8>(), any::<usize>(), any::<usize>()), 1..6)) {
        let run = run_text(&mutated(&everything(), &changes), None, &[]);
        for problem in &run.problems {
            let place = problem.primary.place;
            let file = run.sources.file(place.file).unwrap();
            prop_assert!(file.text.get(place.span.start as usize..place.span.end as usize).is_some());
            prop_assert!(!problem.message.is_empty());
        }
        for resource in &run.evaluated.resources {
            prop_assert!(resource.node.is_somewhere() && resource.head.is_somewhere());
            prop_assert_eq!(&*resource.id, resource.id.to_lowercase());
        }
    }
}
