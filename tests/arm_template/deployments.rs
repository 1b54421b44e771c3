//! Templates within templates.

use isolint::frontend::arm::resource::Presence;
use serde_json::{Value as Json, json};

use crate::{account, run, run_files, short, template};

fn deployment(name: &str, properties: Json) -> Json {
    json!({"type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name, "properties": properties})
}

fn inner(template: &Json, parameters: Json) -> Json {
    json!({"mode": "Incremental", "expressionEvaluationOptions": {"scope": "inner"}, "template": template, "parameters": parameters})
}

/// A template that makes the account of a name and gives the name.
fn module() -> Json {
    template(json!({
        "parameters": {"name": {"type": "string"}, "tail": {"type": "string", "defaultValue": "x"}},
        "variables": {"name": "[concat('st', parameters('name'), parameters('tail'))]"},
        "resources": [account("[variables('name')]")],
        "outputs": {"name": {"type": "string", "value": "[variables('name')]"}}
    }))
}

#[test]
fn inner_templates_have_their_own_names() {
    let run = run(json!({
        "parameters": {"name": {"type": "string", "defaultValue": "outer"}},
        "resources": [deployment("module", inner(&module(), json!({"name": {"value": "[concat(parameters('name'), 1)]"}})))],
        "outputs": {"name": {"type": "string", "value": "[reference('module').outputs.name.value]"}}
    }))
    .sound();
    assert_eq!(run.names(), ["module", "stouter1x"]);
    assert_eq!(run.output("name"), json!("stouter1x"));
    let account = run.resource("stouter1x");
    assert_eq!(account.within, ["module".into()]);
    let given: Vec<&str> = account.name.trail.places().iter().map(|given| &*given.name).collect();
    assert!(given.contains(&"name"), "{given:?}");
}

#[test]
fn outer_templates_use_the_names_and_loops_around_them() {
    let nested = template(json!({
        "parameters": {"name": {"type": "string", "defaultValue": "mine"}},
        "resources": [account("[concat('st', parameters('name'), copyIndex())]")]
    }));
    let mut outer = deployment("[concat('each', copyIndex())]", json!({"mode": "Incremental", "template": nested}));
    outer["copy"] = json!({"name": "each", "count": 2});
    let run = run(json!({"parameters": {"name": {"type": "string", "defaultValue": "theirs"}}, "resources": [outer]}))
        .sound();
    assert_eq!(run.names(), ["each0", "sttheirs0", "each1", "sttheirs1"]);
    assert_eq!(run.resource("sttheirs1").loops[0].index, Some(1));
}

#[test]
fn deployments_go_to_other_groups_and_subscriptions() {
    let with = |fields: Json| {
        let resource = account("[concat('st', uniqueString(resourceGroup().id))]");
        let mut outer = deployment("module", inner(&template(json!({"resources": [resource]})), json!({})));
        for (key, value) in fields.as_object().unwrap() {
            outer[key] = value.clone();
        }
        run(json!({"parameters": {"group": {"type": "string"}}, "resources": [outer]})).sound().evaluated.resources[1]
            .id
            .to_string()
    };
    let id = with(json!({"resourceGroup": "Shared", "subscriptionId": "S"}));
    let group = "/subscriptions/s/resourcegroups/shared";
    assert_eq!(
        id,
        format!("{group}/providers/microsoft.storage/storageaccounts/st{{uniquestring('{group}')}}")
            .replace("('/subscriptions/s", "('/subscriptions/s")
    );
    let unknown = with(json!({"resourceGroup": "[parameters('group')]"}));
    let start = "/subscriptions/{subscription().subscriptionid}/resourcegroups/{parameters('group')}/providers/";
    assert!(unknown.starts_with(start), "{unknown}");
    assert!(with(json!({"scope": "/subscriptions/s/resourceGroups/Shared"})).starts_with(group));
}

#[test]
fn linked_templates_are_found_by_their_paths() {
    let link = |path: &str| {
        deployment("module", json!({"templateLink": {"relativePath": path}, "parameters": {"name": {"value": "far"}}}))
    };
    let whole = template(json!({
        "resources": [link("nested/module.json")],
        "outputs": {"name": {"type": "string", "value": "[reference('module').outputs.name.value]"}}
    }));
    let run = run_files(&whole, None, &[("nested/module.json", module())]).sound();
    assert_eq!((run.names(), run.output("name")), (vec!["module".to_owned(), "stfarx".to_owned()], json!("stfarx")));
    let run = run_files(&whole, None, &[]).sound();
    assert_eq!(run.names(), ["module"]);
    assert_eq!(&*run.evaluated.gaps[0].why, "the linked template `nested/module.json` was not read");
    assert_eq!(run.output_value("name").as_unknown().unwrap().reason.name(), "elsewhere");
    let far = json!({"templateLink": {"uri": "https://example.org/module.json"}});
    let run = run_files(&template(json!({"resources": [deployment("far", far)]})), None, &[]).sound();
    assert_eq!(&*run.evaluated.gaps[0].why, "the template of this deployment is on the network");
}

#[test]
fn a_template_that_links_itself_is_a_cycle() {
    let link = json!({"templateLink": {"relativePath": "a.json"}});
    let a = template(json!({"resources": [deployment("again", link.clone()), account("stinner")]}));
    let whole = template(json!({"resources": [deployment("first", link), account("stlast")]}));
    let run = run_files(&whole, None, &[("a.json", a)]);
    assert_eq!(run.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["cycle"]);
    assert_eq!(run.names(), ["first", "again", "stinner", "stlast"]);
}

#[test]
fn what_a_nested_template_needs_must_be_given() {
    let run = run(json!({"resources": [deployment("module", inner(&module(), json!({"nmae": {"value": "x"}})))]}));
    let mut codes: Vec<&str> = run.problems.iter().map(|problem| problem.code).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["missing-parameter", "unknown-name"]);
}

#[test]
fn conditions_of_deployments_hold_for_what_is_in_them() {
    let with = |condition: &str| {
        let mut outer = deployment("module", inner(&module(), json!({"name": {"value": "x"}})));
        outer["condition"] = json!(condition);
        run(json!({"parameters": {"on": {"type": "bool"}}, "resources": [outer]})).sound()
    };
    assert_eq!(with("[false()]").names(), Vec::<String>::new());
    let perhaps = with("[parameters('on')]");
    assert_eq!(perhaps.names(), ["module", "stxx"]);
    assert!(matches!(perhaps.resource("stxx").existence, Presence::Maybe(_)));
}

#[test]
fn symbolic_names_make_templates_inner() {
    let nested = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "languageVersion": "2.0", "contentVersion": "1.0.0.0",
        "parameters": {"name": {"type": "string"}},
        "resources": {"logs": account("[parameters('name')]")},
        "outputs": {"id": {"type": "string", "value": "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]"}}
    });
    let properties = json!({"mode": "Incremental", "template": nested, "parameters": {"name": {"value": "stlogs"}}});
    let run = run(json!({"languageVersion": "2.0",
        "resources": {"module": deployment("module", properties)},
        "outputs": {"id": {"type": "string", "value": "[reference('module').outputs.id.value]"}}
    }))
    .sound();
    let account = run.resource("stlogs");
    assert_eq!(account.symbolic_name.as_deref(), Some("logs"));
    let id = run.output("id").as_str().unwrap().trim_start_matches('?').to_lowercase();
    assert_eq!(short(&id), short(&account.id));
}

#[test]
fn a_group_that_the_template_makes_has_the_location_it_says() {
    let nested = template(json!({"resources": [
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "stlogs", "location": "[resourceGroup().location]"}
    ]}));
    let mut outer = deployment("module", inner(&nested, json!({})));
    outer["resourceGroup"] = json!("rg");
    let mut whole = template(json!({"resources": [
        {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01", "name": "rg", "location": "westeurope"},
        outer
    ]}));
    whole["$schema"] =
        json!("https://schema.management.azure.com/schemas/2018-05-01/subscriptionDeploymentTemplate.json#");
    let run = run_files(&whole, None, &[]).sound();
    assert_eq!(crate::shown(&crate::part(&run.resource("stlogs").body, "location")), json!("westeurope"));
}
