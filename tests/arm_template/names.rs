//! Types, names, ids, scopes, dependencies.

use isolint::frontend::arm::identity::{asked, normalised};
use serde_json::json;

use crate::{account, run, run_files, short, template};

const SUBNET: &str = "microsoft.network/virtualnetworks/hub/subnets/jobs";

#[test]
fn children_are_the_same_nested_and_by_name() {
    let child = |ty: &str, name: &str| json!({"type": ty, "apiVersion": "2023-04-01", "name": name});
    let mut parent = json!({"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub"});
    let apart = run(json!({"resources": [
        parent.clone(), child("Microsoft.Network/virtualNetworks/subnets", "[concat('hub', '/jobs')]")
    ]}))
    .sound();
    parent["resources"] = json!([child("subnets", "jobs")]);
    let nested = run(json!({"resources": [parent]})).sound();
    assert_eq!(nested.ids(), ["microsoft.network/virtualnetworks/hub", SUBNET]);
    assert_eq!(apart.ids(), nested.ids());
    assert_eq!(&*nested.resource("hub/jobs").ty, "Microsoft.Network/virtualNetworks/subnets");
}

#[test]
fn unknown_parts_of_names_stay_in_ids() {
    let run = run(json!({
        "parameters": {"vnet": {"type": "string"}},
        "resources": [{
            "type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2023-04-01",
            "name": "[format('{0}/{1}', parameters('VNET'), uniqueString(resourceGroup().id))]",
            "dependsOn": ["[resourceId('Microsoft.Network/virtualNetworks', parameters('vnet'))]"]
        }]
    }))
    .sound();
    let expected = "microsoft.network/virtualnetworks/{parameters('vnet')}/subnets/{uniquestring(resourcegroup().id)}";
    assert_eq!(run.ids(), [expected]);
    let waits: Vec<&str> = run.evaluated.resources[0].depends_on.iter().map(|id| short(id)).collect();
    assert_eq!(waits, ["microsoft.network/virtualnetworks/{parameters('vnet')}"]);
}

#[test]
fn a_name_with_too_few_parts_is_reported() {
    let run = run(json!({"resources": [
        {"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2023-04-01", "name": "jobs"}
    ]}));
    assert_eq!(run.mistakes(), [("wrong-name", "\"jobs\"".to_owned())]);
}

#[test]
fn extensions_lie_below_what_they_extend() {
    let id = "microsoft.storage/storageaccounts/stlogs/providers/microsoft.authorization/roleassignments/one";
    let role = |fields: serde_json::Value| {
        let mut role = json!({"apiVersion": "2022-04-01", "properties": {}});
        for (key, value) in fields.as_object().unwrap() {
            role[key] = value.clone();
        }
        let run = run(json!({"resources": [account("stlogs"), role]})).sound();
        let role = &run.evaluated.resources[1];
        assert_eq!(short(&role.id), id);
        assert_eq!(&*role.ty, "Microsoft.Authorization/roleAssignments");
        assert_eq!(role.scope.as_deref().map(short), Some("microsoft.storage/storageaccounts/stlogs"));
    };
    role(json!({
        "type": "Microsoft.Storage/storageAccounts/providers/roleAssignments",
        "name": "stlogs/Microsoft.Authorization/one"
    }));
    for scope in
        ["Microsoft.Storage/storageAccounts/stlogs", "[resourceId('Microsoft.Storage/storageAccounts', 'stlogs')]"]
    {
        role(json!({"type": "Microsoft.Authorization/roleAssignments", "name": "one", "scope": scope}));
    }
}

#[test]
fn an_extension_nested_in_what_it_extends_lies_below_it() {
    let mut parent = account("stlogs");
    parent["resources"] = json!([
        {"type": "providers/roleAssignments", "apiVersion": "2022-04-01", "name": "Microsoft.Authorization/one"}
    ]);
    let run = run(json!({"resources": [parent]})).sound();
    let id = "microsoft.storage/storageaccounts/stlogs/providers/microsoft.authorization/roleassignments/one";
    assert_eq!(run.ids()[1], id);
}

#[test]
fn dependencies_are_found_under_every_name() {
    let vnet = json!({"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub"});
    let mut loops = account("[concat('st', copyIndex())]");
    loops["copy"] = json!({"name": "accounts", "count": 2});
    let mut last = account("stlast");
    last["dependsOn"] = json!(["hub", "accounts", "Microsoft.Network/virtualNetworks/hub", "[parameters('unknown')]"]);
    let run = run(json!({"parameters": {"unknown": {"type": "string"}}, "resources": [vnet, loops, last]})).sound();
    let waits: Vec<&str> = run.resource("stlast").depends_on.iter().map(|id| short(id)).collect();
    let storage = "microsoft.storage/storageaccounts";
    assert_eq!(waits, ["microsoft.network/virtualnetworks/hub", &format!("{storage}/st0"), &format!("{storage}/st1")]);
}

#[test]
fn existing_resources_can_be_elsewhere() {
    let run = run(json!({"languageVersion": "2.0", "resources": {"hub": {
        "existing": true, "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub",
        "subscriptionId": "0000-11", "resourceGroup": "Shared"
    }}}))
    .sound();
    let hub = run.resource("hub");
    assert!(hub.existing);
    assert_eq!(hub.symbolic_name.as_deref(), Some("hub"));
    let id = "/subscriptions/0000-11/resourcegroups/shared/providers/microsoft.network/virtualnetworks/hub";
    assert_eq!(&*hub.id, id);
}

#[test]
fn every_level_has_its_own_ids() {
    let at = |name: &str| {
        let mut whole = template(json!({"resources": [
            {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "rg"},
            {"type": "Microsoft.Authorization/policyDefinitions", "apiVersion": "2021-06-01", "name": "p"}
        ]}));
        whole["$schema"] = json!(format!("https://schema.management.azure.com/schemas/2019-08-01/{name}.json#"));
        let run = run_files(&whole, None, &[]).sound();
        run.evaluated.resources.iter().map(|resource| resource.id.to_string()).collect::<Vec<_>>()
    };
    let policy = "providers/microsoft.authorization/policydefinitions/p";
    let subscription = "/subscriptions/{subscription().subscriptionid}";
    let ids = at("subscriptionDeploymentTemplate");
    assert_eq!(ids, [format!("{subscription}/resourcegroups/rg"), format!("{subscription}/{policy}")]);
    let group = "/providers/microsoft.management/managementgroups/{managementgroup().name}";
    assert_eq!(at("managementGroupDeploymentTemplate")[1], format!("{group}/{policy}"));
    assert_eq!(at("tenantDeploymentTemplate")[1], format!("/{policy}"));
}

#[test]
fn a_resource_that_is_declared_twice_is_reported() {
    let run = run(json!({"resources": [account("stlogs"), account("STLOGS")]}));
    assert_eq!(run.mistakes(), [("duplicate-resource", "\"STLOGS\"".to_owned())]);
}

#[test]
fn resources_need_a_type_and_a_name() {
    let run = run(json!({"resources": [
        {"name": "a"}, {"type": "Microsoft.Storage/storageAccounts"}, "text", account("[createArray()]"), account("st")
    ]}));
    let codes: Vec<&str> = run.problems.iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["missing-field", "missing-field", "wrong-type", "wrong-type"]);
    assert_eq!(run.names(), ["st"]);
}

#[test]
fn ids_are_compared_without_case_and_last_slash() {
    assert_eq!(&*normalised("/Subscriptions/A/ResourceGroups/B/"), "/subscriptions/a/resourcegroups/b");
    let found = asked("{reference(/subscriptions/{f(')')}/x).identity.principalId}").unwrap();
    assert_eq!((found.id, &*found.path), ("/subscriptions/{f(')')}/x", "identity.principalid"));
    assert_eq!(asked("{parameters('x')}"), None);
}

#[test]
fn a_template_without_resources_is_reported() {
    let mut whole = template(json!({}));
    whole.as_object_mut().unwrap().remove("resources");
    let run = run_files(&whole, None, &[]);
    assert_eq!(run.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["missing-field"]);
}

/// The same estate in both versions of the language: a network with a subnet, accounts in a loop, a lock, a module.
#[test]
fn both_versions_of_the_language_declare_the_same() {
    let parameters = json!({"names": {"type": "array", "defaultValue": ["in", "out"]}, "locked": {"type": "bool"}});
    let mut accounts = account("[format('st{0}', parameters('names')[copyIndex()])]");
    accounts["copy"] = json!({"name": "accounts", "count": "[length(parameters('names'))]"});
    let lock = |scope: &str| {
        json!({
            "type": "Microsoft.Authorization/locks", "apiVersion": "2020-05-01", "name": "keep", "scope": scope,
            "condition": "[parameters('locked')]", "properties": {"level": "CanNotDelete"}
        })
    };
    let network = json!({"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub"});
    let subnet =
        json!({"type": "Microsoft.Network/virtualNetworks/subnets", "apiVersion": "2023-04-01", "name": "hub/jobs"});
    let module = |name: &str| {
        json!({
            "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "module",
            "properties": {
                "expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"name": {"value": name}},
                "template": template(json!({
                    "parameters": {"name": {"type": "string"}}, "resources": [account("[concat(parameters('name'), 'x')]")]
                }))
            }
        })
    };
    let lock_on = lock("[resourceId('Microsoft.Network/virtualNetworks', 'hub')]");
    let list = json!({
        "parameters": parameters,
        "resources": [network, subnet, accounts, lock_on, module("[reference('stout', '2023-01-01', 'full').name]")]
    });
    let named = json!({
        "languageVersion": "2.0", "parameters": parameters,
        "resources": {
            "hub": network, "jobs": subnet, "accounts": accounts, "keep": lock("Microsoft.Network/virtualNetworks/hub"),
            "module": module("[reference('accounts[1]', '2023-01-01', 'full').name]")
        }
    });
    let declared = |sections: serde_json::Value| -> Vec<String> {
        let run = run(sections).sound();
        let row = |resource: &isolint::frontend::arm::resource::Resource| {
            format!("{} {} {:?} {:?}", resource.ty, resource.id, resource.existence, resource.loops)
        };
        let mut rows: Vec<String> = run.evaluated.resources.iter().map(row).collect();
        rows.sort();
        rows
    };
    let (list, named) = (declared(list), declared(named));
    assert_eq!(list, named);
    assert_eq!(list.len(), 7);
    assert!(list.iter().any(|row| row.contains("/storageaccounts/stoutx ")), "{list:#?}");
}
