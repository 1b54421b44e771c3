//! `isolint diff` over templates: which template with which parameters is compared with which.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/command.rs"]
mod command;

use std::process::Command;

use command::Folder;
use serde_json::{Value, json};

/// An account that is open or closed as a parameter says, and one that is as written.
fn template(account: &str, also: &str) -> String {
    let resource = |name: &str, action: &str| {
        json!({
            "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": name, "location": "westeurope",
            "kind": "StorageV2", "sku": {"name": "Standard_LRS"},
            "properties": {"networkAcls": {"defaultAction": action, "bypass": "None"}}
        })
    };
    let template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"action": {"type": "string", "defaultValue": "Deny"}},
        "resources": [resource(account, "[parameters('action')]"), resource("fixed", also)]
    });
    format!("{template:#}\n")
}

fn parameters(action: &str) -> String {
    let parameters = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"action": {"value": action}}
    });
    format!("{parameters:#}\n")
}

/// The changes: which way, what, of which resource, and with which parameters.
fn changes(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let outcome = folder.run(&[&["diff", "--format", "json"], arguments].concat());
    assert!(outcome.status <= 1, "{}", outcome.text());
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let told = report["changes"].as_array().unwrap().iter().map(|change| {
        let flow = if change["flow"]["now"].is_null() { &change["flow"]["was"] } else { &change["flow"]["now"] };
        let about = flow["target"].as_str().or_else(|| change["finding"]["rule"].as_str()).unwrap_or_default();
        let parameters: Vec<&str> =
            change["parameters"].as_array().unwrap().iter().map(|file| file.as_str().unwrap()).collect();
        format!("{} {} {about} [{}]", change["direction"], change["kind"], parameters.join(" ")).replace('"', "")
    });
    told.collect()
}

#[test]
fn each_set_of_parameters_is_compared_with_its_own() {
    let account = template("raw", "Deny");
    let folder = Folder::with(&[
        ("old/main.json", &account),
        ("old/main.prod.parameters.json", &parameters("Deny")),
        ("old/main.test.parameters.json", &parameters("Deny")),
        ("new/main.json", &account),
        ("new/main.prod.parameters.json", &parameters("Deny")),
        ("new/main.test.parameters.json", &parameters("Allow")),
    ]);
    let opened = "worse opened storage/raw [new/main.test.parameters.json]";
    assert_eq!(changes(&folder, &["old", "new"]), [opened]);
    assert_eq!(changes(&folder, &["old/main.json", "new/main.json"]), [opened]);
    assert_eq!(changes(&folder, &["old", "old"]), [""; 0]);
    // What holds for several sets is told once.
    folder.write("new/main.json", template("raw", "Allow").as_bytes());
    let both = "worse opened storage/fixed [new/main.prod.parameters.json new/main.test.parameters.json]";
    let mut found = changes(&folder, &["old", "new"]);
    found.sort();
    assert_eq!(found, [both, opened]);
    let outcome = folder.run(&["diff", "old", "new"]);
    assert_eq!(outcome.status, 1);
    insta::assert_snapshot!("human", outcome.text());
    insta::assert_snapshot!("markdown", folder.run(&["diff", "old", "new", "--format", "markdown"]).text());
}

#[test]
fn templates_of_one_folder_are_told_apart_and_may_get_other_names() {
    let (first, second) = (template("raw", "Deny"), template("archive", "Deny"));
    let folder = Folder::with(&[
        ("old/first.json", &first),
        ("old/second.json", &second),
        ("old/deeper/third.json", &first),
        ("new/first.json", &first),
        ("new/second.json", &second),
        ("new/deeper/third.json", &first),
    ]);
    assert_eq!(changes(&folder, &["old", "new"]), [""; 0]);
    folder.write("new/second.json", template("archive", "Allow").as_bytes());
    assert_eq!(changes(&folder, &["old", "new"]), ["worse opened storage/fixed []"]);
    // One of them is called anew, together with its parameters.
    std::fs::remove_file(folder.path().join("new/second.json")).unwrap();
    folder.write("new/two.json", second.as_bytes());
    assert_eq!(changes(&folder, &["old", "new"]), [""; 0]);
    for (state, name) in [("old", "second"), ("new", "two")] {
        folder.write(&format!("{state}/{name}.test.parameters.json"), parameters("Deny").as_bytes());
        folder.write(&format!("{state}/{name}.prod.parameters.json"), parameters("Deny").as_bytes());
    }
    assert_eq!(changes(&folder, &["old", "new"]), [""; 0]);
    // One that is gone is gone, and nothing else is.
    std::fs::remove_file(folder.path().join("new/first.json")).unwrap();
    folder.write("new/topology.yaml", b"jobs: {}\n");
    assert_eq!(changes(&folder, &["old", "new"]), [""; 0], "nobody could reach the accounts that are gone");
}

#[test]
fn parameters_may_be_given_to_both_states_or_to_each_its_own() {
    let account = template("raw", "Deny");
    let folder = Folder::with(&[
        ("old.json", &account),
        ("new.json", &account),
        ("open.json", &parameters("Allow")),
        ("closed.json", &parameters("Deny")),
        ("isolint.toml", ""),
    ]);
    let opened = ["worse opened storage/raw []"];
    // Two templates of one folder are two states.
    assert_eq!(changes(&folder, &["old.json", "new.json"]), [""; 0]);
    assert_eq!(changes(&folder, &["old.json", "new.json", "--parameters", "open.json"]), [""; 0]);
    let own = ["old.json", "new.json", "--old-parameters", "closed.json", "--parameters", "open.json"];
    assert_eq!(changes(&folder, &own), opened);
    // A set that is new is compared with nothing, the other one with itself.
    let sets = [
        "old.json",
        "new.json",
        "--old-parameters",
        "closed.json",
        "--parameters",
        "open.json",
        "--parameters",
        "closed.json",
    ];
    assert_eq!(changes(&folder, &sets), ["other opened storage/raw [open.json]"]);
}

#[test]
fn a_context_resolves_in_both_states_and_is_not_compared() {
    let spoke = |prefix: &str| {
        let template = json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": [
                {"type": "Microsoft.Network/virtualNetworks", "apiVersion": "2023-09-01", "name": "spoke",
                 "properties": {"addressSpace": {"addressPrefixes": [prefix]}}},
                {"type": "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", "apiVersion": "2023-09-01", "name": "spoke/hub",
                 "properties": {"remoteVirtualNetwork": {"id": "/subscriptions/1/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"}}}
            ]
        });
        template.to_string()
    };
    let hub = |action: &str| {
        format!(
            "vnets:\n  hub: {{address_space: [10.1.0.0/24]}}\nstorage:\n  theirs: {{network: {{default_action: {action}, ip_rules: [203.0.113.1]}}}}\n"
        )
    };
    let folder = Folder::with(&[
        ("old.json", &spoke("10.2.0.0/16")),
        ("new.json", &spoke("10.1.0.0/16")),
        ("before/hub.yaml", &hub("deny")),
        ("after/hub.yaml", &hub("allow")),
    ]);
    assert_eq!(changes(&folder, &["old.json", "new.json"]), [""; 0]);
    let overlap = ["worse gained overlapping-peered-networks []", "better lost one-way-peering []"];
    assert_eq!(changes(&folder, &["old.json", "new.json", "--context", "after"]), overlap);
    // What became of the context itself is for those who own it.
    let own = ["old.json", "new.json", "--old-context", "before", "--context", "after"];
    assert_eq!(changes(&folder, &own), overlap);
}

/// The example estate changes as its topology files do, whatever it is written in.
#[test]
fn the_example_estate_changes_as_its_topology_files_do() {
    let compared = |paths: [&str; 2]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_isolint"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["diff", "--format", "json"]).args(paths);
        let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
        let word = |value: &Value| value.to_string().replace("quality-state", "qualitystate");
        let told = report["changes"].as_array().unwrap().iter().map(|change| {
            let flow = |state: &str| {
                ["origin", "target", "purpose", "verdict", "method"]
                    .map(|key| word(&change["flow"][state][key]))
                    .join(" ")
            };
            let finding = ["rule", "message", "fingerprint"].map(|key| word(&change["finding"][key])).join(" ");
            format!("{} {} {finding} {} {}", change["direction"], change["kind"], flow("was"), flow("now"))
        });
        let mut told: Vec<String> = told.collect();
        told.sort();
        (told, report["summary"].clone())
    };
    let expected = compared(["examples/streaming", "examples/streaming-broken"]);
    assert!(expected.0.len() > 30, "{expected:?}");
    for folder in ["examples/arm", "examples/arm/symbolic-names"] {
        let [old, new] = ["streaming", "streaming-broken"].map(|name| format!("{folder}/{name}"));
        assert_eq!(compared([&old, &new]), expected, "{folder}");
    }
    // In the other language version it is the same estate.
    let unchanged = compared(["examples/arm/streaming-broken", "examples/arm/symbolic-names/streaming-broken"]);
    assert_eq!(unchanged.0, [""; 0]);
}
