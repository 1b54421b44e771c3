//! `covers`: scopes of role assignments.

use super::estate::Estate;
use crate::topology::*;

#[test]
fn scopes() {
    let mut estate = Estate::new();
    let net = estate.add(VNET, "net");
    estate.children(net, "subnets", SUBNET, &["subnet"]);
    let full = estate.add(SERVICE_RESOURCE, "full");
    let bare = estate.add(SERVICE_RESOURCE, "bare");
    let grouped = estate.add(SERVICE_RESOURCE, "grouped");
    let elsewhere = estate.add(SERVICE_RESOURCE, "elsewhere");
    let identified = estate.add(SERVICE_RESOURCE, "identified");
    let symbolic = estate.add(SERVICE_RESOURCE, "symbolic");
    let _ = bare;
    estate.change(elsewhere, |object| object.outside = true);
    estate.change(symbolic, |object| object.symbolic = true);
    for (id, field, text) in [
        (full, "subscription", "S"),
        (full, "resource_group", "rg"),
        (grouped, "resource_group", "RG"),
        (net, "subscription", "s"),
        (net, "resource_group", "rg"),
        (identified, "id", "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Storage/storageAccounts/x"),
    ] {
        let text = estate.text(text);
        estate.set(id, field, text);
    }
    let scopes = [
        ("none", None),
        ("vague", Some(estate.unknown())),
        ("direct", Some(Value::Object(full))),
        ("network", Some(Value::Object(net))),
        ("unresolved", Some(Value::Object(symbolic))),
        ("root", Some(estate.text("/"))),
        ("subscription", Some(estate.text("/subscriptions/s"))),
        ("group", Some(estate.text("/Subscriptions/s/resourceGroups/Rg/"))),
        ("other_group", Some(estate.text("/subscriptions/s/resourceGroups/other"))),
        ("management", Some(estate.text("/providers/Microsoft.Management/managementGroups/m"))),
        (
            "account",
            Some(estate.text("/subscriptions/s/resourcegroups/rg/providers/microsoft.storage/storageaccounts/x")),
        ),
        ("prefix", Some(estate.text("/subscriptions/s/resourceGroups/r"))),
    ];
    for (name, scope) in scopes {
        let id = estate.add(ROLE_ASSIGNMENT, name);
        if let Some(scope) = scope {
            estate.set(id, "scope", scope);
        }
    }
    for (scope, object, expected) in [
        ("none", "full", "false"),
        ("vague", "full", "unknown"),
        ("vague", "full.subnet", "false"),
        ("direct", "full", "true"),
        ("direct", "bare", "false"),
        ("network", "subnet", "true"),
        ("direct", "symbolic", "unknown"),
        ("unresolved", "full", "unknown"),
        ("root", "bare", "true"),
        ("subscription", "full", "true"),
        ("subscription", "bare", "false"),
        ("subscription", "grouped", "false"),
        ("subscription", "elsewhere", "unknown"),
        ("subscription", "subnet", "true"),
        ("group", "full", "true"),
        ("group", "grouped", "true"),
        ("group", "bare", "false"),
        ("group", "elsewhere", "unknown"),
        ("group", "subnet", "true"),
        ("group", "identified", "true"),
        ("other_group", "full", "false"),
        ("other_group", "identified", "false"),
        ("prefix", "identified", "false"),
        ("management", "full", "unknown"),
        ("account", "identified", "true"),
        ("account", "full", "false"),
        ("account", "elsewhere", "unknown"),
    ] {
        let text = format!("covers({scope}, {object})");
        assert_eq!(estate.eval(&text), expected, "{text}");
    }
}
