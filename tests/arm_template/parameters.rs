//! Parameters: what gives them values, what these must be, and where they were given.

use isolint::frontend::arm::expression::Level;
use isolint::frontend::arm::parameters::belongs;
use isolint::frontend::arm::recognise::{Recognised, recognise};
use isolint::frontend::arm::value::{GivenBy, Reason};
use isolint::source::{Limits, Sources};
use serde_json::json;

use crate::{account, part, run, run_files, template};

fn named() -> serde_json::Value {
    template(json!({
        "parameters": {
            "name": {"type": "string", "defaultValue": "[concat('st', variables('suffix'))]"},
            "zones": {"type": "array"}
        },
        "variables": {"suffix": "logs"},
        "resources": [{
            "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
            "name": "[parameters('name')]", "zones": "[parameters('zones')]"
        }]
    }))
}

#[test]
fn a_default_counts_until_a_file_gives_a_value() {
    let run = run_files(&named(), None, &[]).sound();
    assert_eq!(run.names(), ["stlogs"]);
    let file = json!({"parameters": {"NAME": {"value": "stprod"}, "zones": {"value": ["1"]}}});
    let run = run_files(&named(), Some(&file), &[]).sound();
    assert_eq!(run.names(), ["stprod"]);
    assert_eq!(crate::shown(&part(&run.resource("stprod").body, "zones")), json!(["1"]));
}

#[test]
fn a_value_knows_where_it_was_given() {
    let file = json!({"parameters": {"name": {"value": "stprod"}}});
    let run = run_files(&named(), Some(&file), &[]).sound();
    let name = &run.resource("stprod").name;
    let slice = |node| {
        let place = run.sources.place(node);
        (run.sources.file(place.file).unwrap().name.as_str(), run.sources.slice(place.file, place.span))
    };
    assert_eq!(slice(name.at), ("main.json", "\"[parameters('name')]\""));
    let given = &name.trail.places()[0];
    assert_eq!((given.by, slice(given.at)), (GivenBy::ParameterValue, ("main.parameters.json", "\"stprod\"")));
}

#[test]
fn a_parameter_without_value_is_unknown() {
    let run = run_files(&named(), None, &[]).sound();
    let zones = part(&run.resource("stlogs").body, "zones");
    assert_eq!(zones.as_unknown().map(|unknown| unknown.reason), Some(Reason::Parameter));
    assert_eq!(zones.trail.places()[0].by, GivenBy::ParameterDeclaration);
}

#[test]
fn secrets_are_unknown_whatever_is_given() {
    let run = run(json!({
        "parameters": {
            "password": {"type": "secureString", "defaultValue": "open sesame"},
            "settings": {"$ref": "#/definitions/settings", "defaultValue": {"user": "sa", "key": "hidden"}}
        },
        "definitions": {"settings": {"type": "object", "properties": {
            "user": {"type": "string"}, "key": {"type": "securestring"}
        }}},
        "outputs": {
            "password": {"type": "string", "value": "[parameters('password')]"},
            "user": {"type": "string", "value": "[parameters('settings').user]"},
            "key": {"type": "string", "value": "[parameters('settings').key]"}
        }
    }))
    .sound();
    assert_eq!(run.output("password"), json!("?{parameters('password')}"));
    assert_eq!(run.output("user"), json!("sa"));
    assert_eq!(run.output_value("key").as_unknown().map(|unknown| unknown.reason), Some(Reason::Secret));
}

#[test]
fn what_does_not_fit_is_reported_where_it_is_written() {
    let template = template(json!({"parameters": {
        "tier": {"type": "string", "allowedValues": ["Standard", "Premium"]},
        "days": {"type": "int", "minValue": 1, "maxValue": 7},
        "name": {"type": "string", "maxLength": 5},
        "open": {"type": "bool"}
    }}));
    let file = json!({"parameters": {
        "tier": {"value": "Basic"}, "days": {"value": 90}, "name": {"value": "lengthy"}, "open": {"value": "yes"},
        "opne": {"value": true}
    }});
    let run = run_files(&template, Some(&file), &[]);
    let mut mistakes = run.mistakes();
    mistakes.sort();
    let expected = [
        ("not-allowed", "\"Basic\""),
        ("out-of-bounds", "\"lengthy\""),
        ("out-of-bounds", "90"),
        ("unknown-name", "\"opne\""),
        ("wrong-type", "\"yes\""),
    ];
    assert_eq!(mistakes, expected.map(|(code, text)| (code, text.to_owned())));
    let misspelt = run.problems.iter().find(|problem| problem.code == "unknown-name").unwrap();
    assert_eq!(misspelt.help.as_deref(), Some("did you mean `open`?"));
}

#[test]
fn null_is_no_value() {
    let parameters = json!({
        "lock": {"type": "object", "nullable": true},
        "kind": {"type": "string", "defaultValue": "StorageV2"}
    });
    let outputs = json!({
        "lock": {"type": "bool", "value": "[empty(parameters('lock'))]"},
        "kind": {"type": "string", "value": "[parameters('kind')]"}
    });
    let template = template(json!({"parameters": parameters, "outputs": outputs}));
    let file = json!({"parameters": {"kind": {"value": null}}});
    let run = run_files(&template, Some(&file), &[]).sound();
    assert_eq!((run.output("lock"), run.output("kind")), (json!(true), json!("StorageV2")));
}

#[test]
fn cycles_are_reported_and_the_rest_is_evaluated() {
    let run = run(json!({
        "variables": {"a": "[variables('b')]", "b": "[concat(variables('a'), 'x')]"},
        "resources": [account("[variables('a')]"), account("stsound")]
    }));
    assert_eq!(run.mistakes(), [("cycle", "'a'".to_owned())]);
    assert_eq!(run.evaluated.resources.len(), 2);
    assert_eq!(run.names()[1], "stsound");
}

#[test]
fn files_belong_to_templates_by_their_names() {
    for file in ["a/main.parameters.json", "a/main.prod.parameters.json", "a/main.parameters.prod.json"] {
        assert!(belongs(file, "a/main.json"), "{file}");
    }
    for file in ["b/main.parameters.json", "a/other.parameters.json", "a/main.json", "a/main.bicepparam"] {
        assert!(!belongs(file, "a/main.json"), "{file}");
    }
}

#[test]
fn files_are_recognised_by_what_they_hold() {
    let schema = |name: &str| format!("https://schema.management.azure.com/schemas/2019-04-01/{name}.json#");
    let kind = |value: serde_json::Value| {
        let mut sources = Sources::new();
        let root = sources.add_json("x.json", value.to_string(), &Limits::default(), &mut Vec::new()).1.unwrap();
        recognise(&sources, root)
    };
    let with = |name: &str| kind(json!({"$schema": schema(name)}));
    assert_eq!(with("deploymentTemplate"), Some(Recognised::Template(Level::ResourceGroup)));
    assert_eq!(with("subscriptionDeploymentTemplate"), Some(Recognised::Template(Level::Subscription)));
    assert_eq!(with("managementGroupDeploymentTemplate"), Some(Recognised::Template(Level::ManagementGroup)));
    assert_eq!(with("tenantDeploymentTemplate"), Some(Recognised::Template(Level::Tenant)));
    assert_eq!(with("deploymentParameters"), Some(Recognised::Parameters));
    let bare = json!({"contentVersion": "1.0.0.0", "resources": []});
    assert_eq!(kind(bare), Some(Recognised::Template(Level::ResourceGroup)));
    assert_eq!(kind(json!({"resources": []})), None);
    assert_eq!(kind(json!(["jobs"])), None);
}

#[test]
fn two_names_that_are_wrong_are_not_the_same() {
    let run = run(json!({"resources": [account("[parameters('a')]"), account("[parameters('b')]")]}));
    assert_eq!(run.mistakes(), [("unknown-name", "'a'".to_owned()), ("unknown-name", "'b'".to_owned())]);
    assert_ne!(run.ids()[0], run.ids()[1]);
}

#[test]
fn defaults_may_be_another_value_each_time() {
    let run = run(json!({
        "parameters": {
            "now": {"type": "string", "defaultValue": "[utcNow('yyyyMMdd')]"},
            "id": {"type": "object", "defaultValue": {"each": ["[concat('st', newGuid())]"]}}
        },
        "resources": [account("[concat('st', parameters('now'), parameters('id').each[0])]")]
    }))
    .sound();
    assert_eq!(run.names(), ["st{utcNow('yyyyMMdd')}st{newGuid()}"]);
}
