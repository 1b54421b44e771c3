//! One expression of a template, among parameters, variables and a loop.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut quoted = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter => quoted.push(letter),
        }
    }
    isolint_fuzz::template(&format!(
        r#"{{"$schema": "deploymentTemplate.json", "contentVersion": "1.0.0.0",
        "parameters": {{"p": {{"type": "string"}}, "o": {{"type": "object", "defaultValue": {{"a": [1, "b", null]}}}}}},
        "variables": {{"v": "st", "e": "[{quoted}]"}},
        "functions": [{{"namespace": "f", "members": {{"g": {{"parameters": [{{"name": "x", "type": "string"}}],
            "output": {{"type": "string", "value": "[toLower(parameters('x'))]"}}}}}}}}],
        "resources": [{{"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-05-01",
            "name": "[concat('a', copyIndex())]", "copy": {{"name": "c", "count": 2}},
            "properties": {{"minimumTlsVersion": "[{quoted}]"}}}}]}}"#
    ));
});
