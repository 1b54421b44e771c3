//! Templates and the files around them: what is linked, what is named, and what is asked of another resource.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use command::{Folder, each};
use serde_json::{Value, json};

fn template(resources: &Value) -> String {
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"action": {"type": "string", "defaultValue": "Deny"}},
        "resources": resources
    });
    format!("{template:#}\n")
}

/// An account with a rule that keeps nobody out as long as everybody is admitted.
fn account(name: &str, action: &str) -> Value {
    json!({
        "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": name, "location": "westeurope",
        "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
        "properties": {"networkAcls": {"defaultAction": action, "ipRules": [{"value": "203.0.113.1"}]}}
    })
}

#[test]
fn linked_templates_are_among_the_files_and_keep_their_exceptions() {
    let main = template(&json!([{
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "data",
        "properties": {"mode": "Incremental", "templateLink": {"relativePath": "data.json"}}
    }]));
    let data = template(&json!([account("raw", "Allow")]));
    let folder = Folder::with(&[("main.json", &main), ("data.json", &data)]);
    for path in ["main.json", "."] {
        let (_, report) = folder.check(&[path]);
        assert_eq!(each(&report, "inputs", &["path", "status"]), ["main.json checked", "data.json checked"], "{path}");
        assert_eq!(each(&report, "findings", &["rule", "location.file"]), ["ip-rule-with-open-default data.json"]);
    }
    let excepted = data.replace(
        "\"defaultAction\"",
        "// isolint: ignore[ip-rule-with-open-default] until=2999-01-31\n\"defaultAction\"",
    );
    folder.write("data.json", excepted.as_bytes());
    let (_, report) = folder.check(&["main.json"]);
    assert_eq!(report["summary"]["ignored"]["comment"], 1, "{report:#}");
    folder.write("data.json", b"{\"resources\": [");
    let (status, report) = folder.check(&["main.json"]);
    assert_eq!(
        (status, each(&report, "inputs", &["path", "status"])),
        (3, vec!["main.json checked".to_owned(), "data.json unreadable".to_owned()])
    );
}

#[test]
fn parameters_are_for_the_template_that_is_named_with_them() {
    let parameters = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "parameters": {"action": {"value": "Allow"}}
    });
    let folder = Folder::with(&[
        ("isolint.toml", ""),
        ("first.json", &template(&json!([account("first", "[parameters('action')]")]))),
        ("second.json", &template(&json!([account("second", "[parameters('action')]")]))),
        ("open.json", &parameters.to_string()),
    ]);
    let (_, report) = folder.check(&["first.json", "--parameters", "open.json"]);
    assert_eq!(each(&report, "findings", &["location.file"]), ["first.json"]);
    let (_, report) = folder.check(&[".", "--parameters", "open.json"]);
    assert_eq!(each(&report, "findings", &["location.file"]), ["first.json", "second.json"]);
}

#[test]
fn a_route_leads_through_the_firewall_that_it_asks_for_an_address() {
    let firewall = |addresses: Value| {
        template(&json!([
            {"type": "Microsoft.Network/azureFirewalls", "apiVersion": "2023-09-01", "name": "edge", "properties": {"ipConfigurations": addresses}},
            {"type": "Microsoft.Network/routeTables", "apiVersion": "2023-09-01", "name": "out", "properties": {"routes": [{"name": "all", "properties": {
                "addressPrefix": "0.0.0.0/0", "nextHopType": "VirtualAppliance",
                "nextHopIpAddress": "[reference(resourceId('Microsoft.Network/azureFirewalls', 'edge')).ipConfigurations[0].properties.privateIPAddress]"}}]}}
        ]))
    };
    let addresses = json!([{"name": "a", "properties": {
        "subnet": {"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'core', 'AzureFirewallSubnet')]"},
        "publicIPAddress": {"id": "[resourceId('Microsoft.Network/publicIPAddresses', 'edge')]"}}}]);
    let folder = Folder::with(&[
        ("main.json", &firewall(addresses)),
        (
            "hidden.json",
            &firewall(json!(
                "[reference('/subscriptions/1/resourceGroups/shared/providers/Microsoft.Network/azureFirewalls/other', '2023-09-01').ipConfigurations]"
            )),
        ),
    ]);
    let text = folder.run(&["convert", "main.json"]).stdout;
    for line in [
        "appliance: workload/edge",
        "role: appliance",
        "subnet: subnet/core/AzureFirewallSubnet",
        "public_ips: !unknown",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let text = folder.run(&["convert", "hidden.json"]).stdout;
    for line in ["role: appliance", "subnet: !unknown", "public_ips: !unknown", "appliance: !unknown"] {
        assert!(text.contains(line), "{line}: {text}");
    }
}
