//! Bad input in templates: each mistake is said at its place, the rest is still checked, and the status says that not
//! everything could be read.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "support/command.rs"]
mod command;

#[path = "arm_bad_input/expressions.rs"]
mod expressions;
#[path = "arm_bad_input/files.rs"]
mod files;
#[path = "arm_bad_input/json.rs"]
mod json;
#[path = "arm_bad_input/sections.rs"]
mod sections;
#[path = "arm_bad_input/sizes.rs"]
mod sizes;

use command::Folder;
use serde_json::{Value, json};

const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

/// An account of which something is to be said: its rules have no effect.
fn account(name: &str) -> Value {
    json!({
        "type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01", "name": name, "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "properties": {"networkAcls": {"defaultAction": "Allow", "ipRules": [{"value": "203.0.113.1"}]}}
    })
}

/// A template of these sections; the first of its resources is sound.
fn template(sections: Value) -> Value {
    let mut template = json!({"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": []});
    for (key, value) in sections.as_object().unwrap() {
        template[key] = value.clone();
    }
    if let Some(resources) = template["resources"].as_array_mut() {
        resources.insert(0, account("sound"));
    }
    template
}

/// A sound account, and one with something in its tags.
fn tagged(tag: Value, sections: Value) -> Value {
    let mut other = account("other");
    other["tags"] = json!({"tag": tag});
    let mut sections = sections;
    sections["resources"] = json!([other]);
    template(sections)
}

/// What was said of a template in a file.
struct Told {
    status: i32,
    text: String,
    report: Value,
}

fn check(text: &str) -> Told {
    let folder = Folder::with(&[("main.json", text)]);
    check_in(&folder, &["main.json"], text)
}

fn check_in(folder: &Folder, arguments: &[&str], text: &str) -> Told {
    let (status, report) = folder.check(arguments);
    Told { status, text: text.to_owned(), report }
}

impl Told {
    /// Code and written bytes of each problem.
    fn mistakes(&self) -> Vec<(String, String)> {
        let written = |problem: &Value| {
            let place = &problem["location"];
            let number = |key: &str| usize::try_from(place[key].as_u64().unwrap()).unwrap();
            let bytes = number("byte_offset")..number("byte_offset") + number("byte_length");
            let written = if place["file"] == "main.json" { &self.text[bytes] } else { "" };
            (problem["code"].as_str().unwrap().to_owned(), written.to_owned())
        };
        self.report["problems"].as_array().unwrap().iter().map(written).collect()
    }

    /// The accounts of which something was found.
    fn found(&self) -> Vec<String> {
        let findings = self.report["findings"].as_array().unwrap();
        let rules = findings.iter().filter(|finding| finding["rule"] == "ip-rule-with-open-default");
        rules.map(|finding| finding["message"].as_str().unwrap().split(' ').next().unwrap().to_owned()).collect()
    }

    /// One mistake at its place, status 3, and the sound account is judged all the same.
    #[track_caller]
    fn has(&self, code: &str, written: &str) {
        assert_eq!(self.mistakes(), [(code.to_owned(), written.to_owned())], "{}", self.report["problems"]);
        self.goes_on();
    }

    #[track_caller]
    fn goes_on(&self) {
        assert_eq!(self.status, 3, "{}", self.report["problems"]);
        assert!(self.found().contains(&"storage/sound".to_owned()), "{:?}", self.found());
        assert_eq!(self.report["inputs"][0]["status"], "unreadable", "{}", self.report["inputs"]);
    }
}

/// The template as people write it.
fn written(template: &Value) -> String {
    serde_json::to_string_pretty(template).unwrap()
}
