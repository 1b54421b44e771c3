//! What is read of other resources, and functions of the user.

use isolint::frontend::arm::identity::{asked, canonical};
use isolint::frontend::arm::value::{GivenBy, Reason};
use serde_json::json;

use crate::{account, part, run, short, shown};

fn storage() -> serde_json::Value {
    let mut storage = account("stlogs");
    storage["identity"] = json!({"type": "SystemAssigned"});
    storage["location"] = json!("westeurope");
    storage["properties"] = json!({"publicNetworkAccess": "Disabled", "networkAcls": {"defaultAction": "Deny"}});
    storage
}

fn output(expression: &str) -> crate::Run {
    run(json!({
        "resources": [storage()],
        "outputs": {"it": {"type": "string", "value": format!("[{expression}]")}}
    }))
    .sound()
}

#[test]
fn what_the_template_says_of_a_resource_is_read() {
    for name in [
        "resourceId('Microsoft.Storage/storageAccounts', 'stlogs')",
        "'stlogs'",
        "'Microsoft.Storage/storageAccounts/stlogs'",
    ] {
        let run = output(&format!("reference({name}).networkAcls.defaultAction"));
        assert_eq!(run.output("it"), json!("Deny"), "{name}");
        let by: Vec<GivenBy> = run.output_value("it").trail.places().iter().map(|given| given.by).collect();
        assert!(by.contains(&GivenBy::Resource), "{by:?}");
    }
    assert_eq!(output("reference('stlogs', '2023-01-01', 'Full').location").output("it"), json!("westeurope"));
}

#[test]
fn what_only_a_deployment_knows_is_unknown_under_a_name_of_the_resource() {
    let ask = |expression: &str| {
        let run = output(expression);
        let value = run.output_value("it");
        let unknown = value.as_unknown().unwrap().clone();
        assert_eq!((unknown.reason, unknown.repeatable), (Reason::Reference, true));
        let found = asked(&unknown.expression).unwrap();
        (short(found.id).to_owned(), found.path)
    };
    let account = "microsoft.storage/storageaccounts/stlogs".to_owned();
    let expected = (account.clone(), "properties.primaryendpoints.blob".to_owned());
    assert_eq!(ask("reference('stlogs').primaryEndpoints.blob"), expected);
    let principal = (account, "identity.principalid".to_owned());
    for version in ["2023-01-01", "2019-06-01"] {
        let id = "resourceId('Microsoft.Storage/storageAccounts', 'stlogs')";
        assert_eq!(ask(&format!("reference({id}, '{version}', 'full').identity.principalId")), principal);
    }
    // So it is of resources that are declared elsewhere.
    let outside = ask("reference(resourceId('Microsoft.Web/sites', 'app'), '2022-03-01', 'Full').identity.principalId");
    assert_eq!(outside, ("microsoft.web/sites/app".to_owned(), "identity.principalid".to_owned()));
}

#[test]
fn symbolic_names_resolve_also_in_loops() {
    let run = run(json!({"languageVersion": "2.0",
        "resources": {
            "accounts": {
                "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01",
                "copy": {"name": "accounts", "count": 2}, "name": "[format('st{0}', copyIndex())]",
                "properties": {"index": "[copyIndex()]"}
            },
            "hub": {
                "existing": true, "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub"
            },
            "last": {
                "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "stlast",
                "dependsOn": ["accounts", "[format('accounts[{0}]', 1)]"]
            }
        },
        "outputs": {
            "one": {"type": "int", "value": "[reference('accounts[1]').index]"},
            "all": {"type": "array", "value": "[map(references('accounts'), lambda('it', lambdaVariables('it').index))]"},
            "hub": {"type": "string", "value": "[reference('hub').addressSpace.addressPrefixes[0]]"},
            "info": {"type": "string", "value": "[resourceInfo('accounts[0]').name]"}
        }
    }))
    .sound();
    assert_eq!((run.output("one"), run.output("all"), run.output("info")), (json!(1), json!([0, 1]), json!("st0")));
    assert_eq!(run.output_value("hub").as_unknown().unwrap().reason, Reason::Reference);
    assert_eq!(run.resource("stlast").depends_on.len(), 2);
}

#[test]
fn a_symbolic_name_that_nothing_has_is_reported() {
    let run = run(json!({"languageVersion": "2.0",
        "resources": {"logs": storage(), "off": {
            "condition": false, "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "stoff"
        }},
        "outputs": {
            "a": {"type": "string", "value": "[reference('lgos').x]"},
            "b": {"type": "string", "value": "[reference('off').x]"}
        }
    }));
    assert_eq!(run.mistakes(), [("unknown-name", "'lgos'".to_owned())]);
    assert_eq!(run.problems[0].help.as_deref(), Some("did you mean `logs`?"));
}

#[test]
fn resources_that_read_each_other_are_a_cycle() {
    let with = |name: &str, other: &str| {
        let mut resource = account(name);
        resource["properties"] = json!({"other": format!("[reference('{other}').other]")});
        resource
    };
    let run = run(json!({"resources": [with("sta", "stb"), with("stb", "sta"), account("stc")]}));
    assert_eq!(run.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["cycle"]);
    assert_eq!(run.names(), ["sta", "stb", "stc"]);
}

#[test]
fn references_do_not_belong_into_names() {
    let run = run(json!({"resources": [storage(), account("[reference('stlogs').kind]")]}));
    assert_eq!(run.mistakes(), [("wrong-place", "'stlogs'".to_owned())]);
}

#[test]
fn functions_of_the_user_see_their_parameters() {
    let run = run(json!({
        "parameters": {"tail": {"type": "string", "defaultValue": "prod"}},
        "functions": [{"namespace": "contoso", "members": {
            "name": {
                "parameters": [{"name": "tail", "type": "string"}, {"name": "n", "type": "int"}],
                "output": {"type": "string", "value": "[format('st{0}{1}', parameters('tail'), parameters('n'))]"}
            },
            "bad": {"parameters": [], "output": {"type": "string", "value": "[variables('x')]"}}
        }}],
        "variables": {"x": "y"},
        "resources": [account("[contoso.name('dev', 1)]")],
        "outputs": {
            "bad": {"type": "string", "value": "[contoso.bad()]"},
            "few": {"type": "string", "value": "[contoso.name('dev')]"},
            "none": {"type": "string", "value": "[contoso.nmae('dev', 1)]"}
        }
    }));
    assert_eq!(run.names(), ["stdev1"]);
    let codes: Vec<&str> = run.mistakes().iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["wrong-place", "wrong-argument-count", "unknown-name"]);
}

#[test]
fn lambdas_work_on_what_the_template_has() {
    let run = run(json!({
        "variables": {"subnets": [{"name": "jobs", "open": false}, {"name": "edge", "open": true}]},
        "resources": [{
            "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub",
            "properties": {"subnets": "[map(filter(variables('subnets'), lambda('s', lambdaVariables('s').open)), lambda('s', createObject('name', lambdaVariables('s').name)))]"}
        }]
    }))
    .sound();
    assert_eq!(shown(&part(&run.resource("hub").body, "properties.subnets")), json!([{"name": "edge"}]));
}

#[test]
fn subnets_of_a_network_have_ids_of_their_own() {
    let run = run(json!({
        "parameters": {"subnet": {"type": "string"}},
        "resources": [{
            "type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-04-01", "name": "hub",
            "properties": {"subnets": [{"name": "edge"}, {"name": "[parameters('subnet')]"}]}
        }],
        "outputs": {"id": {"type": "string", "value": "[reference('hub').subnets[1].id]"}}
    }))
    .sound();
    let id = canonical(&run.output_value("id")).unwrap();
    assert_eq!(short(&id), "microsoft.network/virtualnetworks/hub/subnets/{parameters('subnet')}");
}
