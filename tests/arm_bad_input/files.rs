//! Mistakes in what belongs to a template: linked templates, parameter files, what is given on the command line.

use serde_json::{Value, json};

use crate::command::Folder;
use crate::{account, check_in, template, written};

fn linking(path: &str) -> String {
    let link = json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "module",
        "properties": {"mode": "Incremental", "templateLink": {"relativePath": path}}
    });
    written(&template(json!({"resources": [link]})))
}

#[test]
fn links_to_nothing_and_in_circles() {
    let cut = linking("main.json");
    let cut = &cut[..cut.len() / 2];
    let folder = Folder::with(&[("broken.json", cut), ("other.json", &linking("./main.json"))]);
    for (path, code, message) in [
        ("nowhere/inner.json", "cannot-link", "the linked template `nowhere/inner.json` cannot be read: no such file"),
        ("main.json", "cycle", "the deployment `module` deploys the template that it is in"),
        ("other.json", "cycle", "the deployment `module` deploys the template that it is in"),
        ("broken.json", "json-syntax", "the file ends, and this `{` has not been closed"),
    ] {
        let text = linking(path);
        folder.write("main.json", text.as_bytes());
        let told = check_in(&folder, &["main.json"], &text);
        let problem = &told.report["problems"][0];
        assert_eq!((told.status, &problem["code"], &problem["message"]), (3, &json!(code), &json!(message)), "{path}");
        assert!(told.found().contains(&"storage/sound".to_owned()), "{path}");
    }
}

#[test]
fn a_template_from_the_network_is_named_as_not_read() {
    let link = json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": "module",
        "properties": {"templateLink": {"uri": "https://example.org/inner.json"}}
    });
    let text = written(&template(json!({"resources": [link]})));
    let told = crate::check(&text);
    assert_eq!((told.status, told.mistakes()), (0, vec![]));
    assert_eq!(told.report["unread"][0]["type"], "Microsoft.Resources/deployments");
    assert_eq!(told.report["unread"][0]["count"], 1);
}

fn parameters(section: Value) -> String {
    let schema = crate::SCHEMA.replace("deploymentTemplate", "deploymentParameters");
    written(&json!({"$schema": schema, "contentVersion": "1.0.0.0", "parameters": section}))
}

#[test]
fn values_that_do_not_fit() {
    let mut other = account("other");
    other["properties"]["networkAcls"]["defaultAction"] = json!("[parameters('action')]");
    let declared = json!({"action": {"type": "string", "allowedValues": ["Allow", "Deny"]}});
    let text = written(&template(json!({"resources": [other], "parameters": declared})));
    let folder = Folder::with(&[("main.json", &text)]);
    for (given, code, message) in [
        (json!({"action": {"value": 5}}), "wrong-type", "`action` is text, and this value is a whole number"),
        (
            json!({"action": {"value": "Block"}}),
            "not-allowed",
            "`Block` is not among the values that `action` can have: `Allow`, `Deny`",
        ),
        (json!({"acton": {"value": "Deny"}}), "unknown-name", "the template has no parameter `acton`"),
        (
            json!({"action": "Deny"}),
            "missing-field",
            "the parameter `action` is given neither a `value` nor a `reference`",
        ),
        (json!("x"), "wrong-type", "`parameters` must be an object, and this is text"),
    ] {
        folder.write("main.parameters.json", parameters(given).as_bytes());
        let told = check_in(&folder, &["main.json"], &text);
        let problems = told.report["problems"].as_array().unwrap();
        let [problem] = problems.as_slice() else { panic!("{problems:#?}") };
        assert_eq!((told.status, &problem["code"], &problem["message"]), (3, &json!(code), &json!(message)));
        assert_eq!(problem["location"]["file"], "main.parameters.json");
        assert!(told.found().contains(&"storage/sound".to_owned()));
    }
}

#[test]
fn what_holds_no_parameters_is_not_taken_for_them() {
    let text = written(&template(json!({})));
    let plain = "{\"contentVersion\": \"1.0.0.0\", \"parameters\": {}}";
    let folder = Folder::with(&[
        ("main.json", &text),
        ("other.json", &text),
        ("notes.json", "{\"a\": 1}"),
        ("empty.json", ""),
        ("main.bicepparam", "using 'main.bicep'\n"),
        ("plain.json", plain),
    ]);
    for file in ["other.json", "notes.json", "empty.json", "main.bicepparam", "nowhere.json"] {
        let told = check_in(&folder, &["main.json", "--parameters", file], &text);
        let inputs = told.report["inputs"].as_array().unwrap();
        let input = inputs.iter().find(|input| input["path"] == file).unwrap();
        assert_eq!((told.status, &input["status"]), (3, &json!("unreadable")), "{file}");
        assert_eq!(told.found(), ["storage/sound"], "{file}");
    }
    let outcome = folder.run(&["check", "main.json", "--parameters", "main.bicepparam"]);
    assert!(outcome.stdout.contains("bicep build-params main.bicepparam"), "{}", outcome.stdout);
    assert_eq!(check_in(&folder, &["main.json", "--parameters", "plain.json"], &text).status, 0);
}

#[test]
fn bicep_is_to_be_compiled_first() {
    let text = written(&template(json!({})));
    let folder =
        Folder::with(&[("main.bicep", "param a string\n"), ("sub/module.bicep", ""), ("sub/module.json", &text)]);
    let told = check_in(&folder, &["main.bicep"], "");
    assert_eq!(told.status, 3);
    let advice = "Bicep is compiled first: `bicep build main.bicep --stdout | isolint check -`";
    assert_eq!(told.report["inputs"][0]["reason"], advice);
    let told = check_in(&folder, &["."], "");
    let inputs: Vec<_> =
        told.report["inputs"].as_array().unwrap().iter().map(|input| input["path"].as_str().unwrap()).collect();
    assert_eq!((told.status, inputs), (0, vec!["main.bicep", "sub/module.json"]));
    let outcome = folder.run_with(&["check", "-", "--format", "json"], text.as_bytes());
    let report: Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(report["findings"][0]["location"]["file"], "<stdin>");
}
