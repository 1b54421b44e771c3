//! What fields are called in templates: that each property is read into the field that it is said to be, and that advice on
//! a template says it.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;
mod support;

use command::Folder;
use isolint::knowledge::definitions::{ArmField, Definitions};
use serde_json::{Value, json};
use support::known;

/// What a property needs beside it to be read at all.
fn around(ty: &str, field: &str) -> Value {
    match (ty, field.split('.').next().unwrap()) {
        ("Microsoft.StreamAnalytics/streamingjobs", "private_data") => {
            json!({"properties": {"contentStoragePolicy": "JobStorageAccount", "jobStorageAccount": {"accountName": "held"}}})
        }
        ("Microsoft.StreamAnalytics/streamingjobs", "job_storage") => {
            json!({"properties": {"jobStorageAccount": {"accountName": "held"}}})
        }
        ("Microsoft.StreamAnalytics/streamingjobs/inputs" | "Microsoft.StreamAnalytics/streamingjobs/outputs", _) => {
            json!({"properties": {"datasource": {"type": "Microsoft.Storage/Blob", "properties": {"storageAccounts": [{"accountName": "held"}]}}}})
        }
        ("Microsoft.Devices/IotHubs", "routing") => json!({"properties": {"routing": {"endpoints": {"eventHubs": [
            {"name": "sample", "connectionString": "Endpoint=sb://held.servicebus.windows.net/;EntityPath=x"}]}}}}),
        ("Microsoft.Devices/IotHubs", "file_upload") => json!({"properties": {"storageEndpoints": {"$default":
            {"connectionString": "DefaultEndpointsProtocol=https;AccountName=held;AccountKey=x", "containerName": "held"}}}}),
        ("Microsoft.Network/virtualNetworks/virtualNetworkPeerings", field) if field != "peerings" => {
            json!({"properties": {"remoteVirtualNetwork": {"id": "[resourceId('Microsoft.Network/virtualNetworks', 'held')]"}}})
        }
        ("Microsoft.Sql/servers/firewallRules" | "Microsoft.Synapse/workspaces/firewallRules", _) => {
            json!({"properties": {"endIpAddress": "203.0.113.9"}})
        }
        _ => json!({}),
    }
}

/// Puts a value at a path of keys, set apart by dots, where `[]` after a key stands for the first item of a list.
fn put(body: &mut Value, path: &str, value: Value) {
    let mut at = body;
    for part in path.split('.') {
        let key = part.trim_end_matches("[]");
        let is_list = part.ends_with("[]");
        if at.is_null() {
            *at = json!({});
        }
        at = &mut at[key];
        if is_list {
            if at.is_null() {
                *at = json!([null]);
            }
            at = &mut at[0];
        }
    }
    *at = value;
}

/// The type of resources with this word before the `/` of their addresses.
fn type_of(definitions: &Definitions, label: &str) -> String {
    let pairs = definitions.arm.iter().flat_map(|arm| &arm.types);
    pairs.clone().find(|pair| pair.is == label).unwrap().arm.clone()
}

/// A value that a property can have: a word of its table, or what its name asks for.
fn sample(definitions: &Definitions, entry: &ArmField) -> Value {
    let words = definitions.arm.iter().flat_map(|arm| &arm.words);
    let table = entry.words.as_ref().map(|table| words.clone().find(|(name, _)| name == table).unwrap());
    if let Some((_, pairs)) = table {
        let absent = pairs.iter().find(|pair| pair.arm == "absent").map(|pair| &pair.is);
        return match pairs.iter().find(|pair| pair.arm != "absent" && Some(&pair.is) != absent).unwrap().arm.as_str() {
            "true" => json!(true),
            "false" => json!(false),
            word => json!(word),
        };
    }
    match entry.property.rsplit('.').next().unwrap() {
        "privateLinkServiceId" | "resourceId" => json!("[resourceId('Microsoft.Storage/storageAccounts', 'held')]"),
        "id" if entry.property.contains("etwork.id") => {
            json!("[resourceId('Microsoft.Network/virtualNetworks', 'held')]")
        }
        "id" | "virtualNetworkSubnetId" => {
            json!("[resourceId('Microsoft.Network/virtualNetworks/subnets', 'held', 'in')]")
        }
        "privateDnsZoneId" => json!("[resourceId('Microsoft.Network/privateDnsZones', 'held')]"),
        "groupIds" | "dnsServers" | "addressPrefixes" => json!(["10.9.8.0"]),
        "ipRules" => json!([{"action": "Accept", "ipMask": "203.0.113.0"}]),
        "capacity" => json!(36),
        "startIpAddress" => json!("203.0.113.1"),
        name if name.starts_with("is") || name.starts_with("allow") || name.starts_with("use") => json!(true),
        "defaultOutboundAccess" | "applyToBuiltInEventHubEndpoint" => json!(true),
        _ => json!("203.0.113.7"),
    }
}

/// What a template with one resource is understood as.
fn converted(folder: &Folder, ty: &str, of: Option<&String>, body: &Value) -> String {
    let mut whole = json!({"type": ty, "apiVersion": "2023-01-01", "name": "sample", "location": "westeurope"});
    let mut resources = Vec::new();
    let parts = ty.split('/').count();
    if parts > 2 {
        whole["name"] = json!("held/sample");
    }
    let mut target = match of {
        None => whole,
        Some(of) => {
            resources.push(whole);
            json!({"type": of, "apiVersion": "2023-01-01", "name": "sample/part"})
        }
    };
    for (key, value) in body.as_object().unwrap() {
        target[key] = value.clone();
    }
    resources.push(target);
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let template = json!({"$schema": schema, "contentVersion": "1.0.0.0", "resources": resources});
    folder.write("azuredeploy.json", template.to_string().as_bytes());
    let output = folder.run(&["convert", "azuredeploy.json"]);
    assert!(output.status == 0, "{}\n{template}", output.stderr);
    output.stdout
}

#[test]
fn every_property_of_the_vocabulary_is_read_into_its_field() {
    let definitions = known();
    let folder = Folder::with(&[]);
    let mut wrong = Vec::new();
    for (label, entries) in definitions.arm.iter().flat_map(|arm| &arm.vocabulary) {
        let ty = type_of(definitions, label);
        for entry in entries {
            let mut body = around(entry.of.as_ref().unwrap_or(&ty), &entry.field);
            let before = converted(&folder, &ty, entry.of.as_ref(), &body);
            put(&mut body, &entry.property, sample(definitions, entry));
            let after = converted(&folder, &ty, entry.of.as_ref(), &body);
            let name = format!("{}:", entry.field.rsplit('.').next().unwrap());
            let says =
                |text: &str| text.lines().filter(|line| line.contains(&name)).map(str::to_owned).collect::<Vec<_>>();
            if says(&before) == says(&after) {
                wrong.push(format!("{label}.{}: {}\n{after}", entry.field, entry.property));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn advice_on_a_template_is_given_in_its_words() {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    let template = json!({"$schema": schema, "contentVersion": "1.0.0.0", "resources": [
        {"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": "raw",
         "properties": {"networkAcls": {"defaultAction": "Deny", "virtualNetworkRules":
            [{"id": "[resourceId('Microsoft.Network/virtualNetworks/subnets', 'plant', 'press')]"}]}}},
        {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-01-01", "name": "plant",
         "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [{"name": "press", "properties": {"addressPrefix": "10.0.1.0/24"}}]}}]});
    let folder = Folder::with(&[("azuredeploy.json", &template.to_string())]);
    let report = folder.run(&["check", "azuredeploy.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    assert_eq!(finding["rule"], "endpoint-missing-on-ruled-subnet");
    let notes = finding["notes"].as_array().unwrap();
    assert!(
        notes.contains(&json!("in the template `service_endpoints` is `properties.serviceEndpoints[].service`")),
        "{notes:?}"
    );

    // The same estate in a topology file is spoken of in its own words.
    let topology = folder.run(&["convert", "azuredeploy.json"]);
    folder.write("own/topology.yaml", topology.stdout.as_bytes());
    let report = folder.run(&["check", "own", "--format", "json"]);
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["findings"].as_array().unwrap().len(), 1, "{report}");
    assert!(!report["findings"][0]["notes"].to_string().contains("in the template"), "{report}");
}
