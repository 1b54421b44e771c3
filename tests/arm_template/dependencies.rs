//! What `dependsOn` names, and the template does not declare.

use serde_json::{Value, json};

use crate::{account, run};

/// The problems where an account waits for this, among these other resources.
fn waits_for(item: &str, others: Value) -> Vec<(&'static str, String)> {
    let mut last = account("stlast");
    last["dependsOn"] = json!([item]);
    let mut resources = others.as_array().unwrap().clone();
    resources.push(last);
    let parameters = json!({"unknown": {"type": "string"}, "count": {"type": "int"}});
    run(json!({"parameters": parameters, "resources": resources})).mistakes()
}

fn changed(name: &str, key: &str, value: Value) -> Value {
    let mut account = account(name);
    account[key] = value;
    account
}

const ITEMS: [&str; 4] = [
    "stfrist",
    "Microsoft.Storage/storageAccounts/stfrist",
    "[resourceId('Microsoft.Storage/storageAccounts', 'stfrist')]",
    "[resourceId('another', 'Microsoft.Storage/storageAccounts', 'stfrist')]",
];

#[test]
fn what_nothing_can_be_is_reported() {
    let vault = json!({"type": "Microsoft.KeyVault/vaults", "apiVersion": "2023-07-01", "name": "kv"});
    for item in ITEMS {
        let told = waits_for(item, json!([account("stfirst"), vault]));
        assert_eq!(told, [("unknown-dependency", format!("\"{item}\""))]);
    }
    let of_another_type = "[resourceId('Microsoft.KeyVault/vaults', 'stfirst')]";
    assert_eq!(waits_for(of_another_type, json!([account("stfirst")])).len(), 1);
}

#[test]
fn what_many_wait_for_is_said_once() {
    let mut other = account("stother");
    other["dependsOn"] = json!([ITEMS[2]]);
    assert_eq!(waits_for(ITEMS[1], json!([other])).len(), 1);
}

#[test]
fn it_is_told_as_it_is_written_and_once_for_all_ways_of_writing() {
    let (mut first, mut second) = (account("stfirst"), account("stsecond"));
    first["dependsOn"] = json!(["[resourceId('Microsoft.KeyVault/vaults', 'Secrets-Ä')]"]);
    second["dependsOn"] = json!(["[resourceId('microsoft.keyvault/Vaults', 'SECRETS-ä')]"]);
    let run = run(json!({"resources": [first, second]}));
    let messages: Vec<&str> = run.problems.iter().map(|problem| problem.message.as_str()).collect();
    let named = "this resource waits for `Secrets-Ä` of type `Microsoft.KeyVault/vaults`";
    assert_eq!(messages, [format!("{named}, which its template does not declare")]);
}

#[test]
fn it_is_an_error_with_a_suggestion() {
    let mut last = account("stlast");
    last["dependsOn"] = json!(["stfrist"]);
    let run = run(json!({"resources": [account("stfirst"), last]}));
    let problem = &run.problems[0];
    assert_eq!(problem.severity, isolint::source::Severity::Error);
    assert_eq!(problem.help.as_deref(), Some("did you mean `stfirst`?"));
}

#[test]
fn what_may_be_meant_is_not_reported() {
    let none = json!({"name": "stfrist", "count": 0});
    for other in [
        account("STFRIST"),
        account("[parameters('unknown')]"),
        account("[concat('st', parameters('unknown'))]"),
        changed("stfrist", "condition", json!(false)),
        changed("stfrist", "copy", none),
        changed("[concat('st', copyIndex())]", "copy", json!({"name": "stfrist", "count": "[parameters('count')]"})),
        changed("stfrist", "type", json!("[parameters('unknown')]")),
    ] {
        for item in &ITEMS[..3] {
            assert_eq!(waits_for(item, json!([other])), [], "{item} with {other}");
        }
    }
    for item in
        ["[parameters('unknown')]", "[concat('st', parameters('unknown'))]", "/subscriptions/s/resourceGroups/g"]
    {
        assert_eq!(waits_for(item, json!([])), [], "{item}");
    }
}

#[test]
fn what_is_itself_not_certain_waits_for_anything() {
    let mut perhaps = changed("stlast", "condition", json!("[equals(parameters('unknown'), 'yes')]"));
    perhaps["dependsOn"] = json!(["stfrist"]);
    let sections = json!({"parameters": {"unknown": {"type": "string"}}, "resources": [perhaps]});
    assert_eq!(run(sections).mistakes(), []);
}
