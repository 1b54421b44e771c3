//! Texts that are known in part, and ids made of them.

use super::{Bounds, Level, run, run_template, template_of, value};
use crate::frontend::arm::value::{Kind, Reason};

/// The same text from two expressions, equal to the language and to a reader.
fn same(a: &str, b: &str) {
    assert_eq!(run(a).value.display(), run(b).value.display(), "{a} and {b}");
    assert_eq!(value(&format!("equals({a}, {b})")), true, "{a} and {b}");
}

#[test]
fn the_same_expression_is_the_same_text() {
    let account = "concat('st', uniqueString(resourceGroup().id))";
    assert_eq!(run(account).value.display(), "st{uniqueString(resourceGroup().id)}");
    same(account, "format('{0}{1}', 'st', uniqueString(resourceGroup().id))");
    same(account, "toLower(concat('ST', uniqueString(resourceGroup().id)))");
    same(account, "take(concat('st', uniqueString(resourceGroup().id)), 24)");
    same(account, "replace(concat('s-t-', uniqueString(resourceGroup().id)), '-', '')");
    same("uniqueString('a', 'b')", "uniqueString('a', 'b')");
    same("concat(parameters('missing'), '')", "string(parameters('missing'))");
    assert_eq!(run("equals(uniqueString('a'), uniqueString('b'))").reason(), Some(Reason::Hash));
    assert_eq!(run("equals(newGuid(), newGuid())").reason(), Some(Reason::Random));
}

#[test]
fn ids_are_the_same_however_they_are_written() {
    let id = "resourceId('Microsoft.Network/virtualNetworks/subnets', 'vnet', 'default')";
    same(id, "concat(resourceGroup().id, '/providers/Microsoft.Network/virtualNetworks/vnet/subnets/default')");
    same(id, "resourceId(resourceGroup().name, 'Microsoft.Network/virtualNetworks/subnets', 'vnet', 'default')");
    same(
        id,
        "resourceId(subscription().subscriptionId, resourceGroup().name, 'Microsoft.Network/virtualNetworks/subnets', 'vnet', 'default')",
    );
    same("subscriptionResourceId('A.B/c', 'x')", "concat(subscription().id, '/providers/A.B/c/x')");
    assert_eq!(value("tenantResourceId('A.B/c', 'x')"), "/providers/A.B/c/x");
    assert_eq!(
        value("resourceId('11111111-1111-1111-1111-111111111111', 'hub', 'A.B/c', 'x')"),
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/hub/providers/A.B/c/x"
    );
    same("extensionResourceId(resourceGroup().id, 'A.B/c', 'x')", "concat(resourceGroup().id, '/providers/A.B/c/x')");
    assert_eq!(
        value("managementGroupResourceId('mg', 'A.B/c', 'x')"),
        "/providers/Microsoft.Management/managementGroups/mg/providers/A.B/c/x"
    );
    same("split(resourceId('A.B/c', 'x'), '/')[4]", "resourceGroup().name");
    assert_eq!(value("last(split(resourceId('A.B/c', 'x'), '/'))"), "x");
}

#[test]
fn names_of_nested_resources_are_taken_apart() {
    let name = "split(format('{0}/{1}', parameters('missing'), 'default'), '/')";
    same(&format!("{name}[0]"), "parameters('missing')");
    same(&format!("first({name})"), "parameters('missing')");
    assert_eq!(value(&format!("{name}[1]")), "default");
    // Nobody knows how many names there are, nor how many slashes an id has.
    for open in [format!("{name}[2]"), format!("length({name})"), format!("last({name})")] {
        let run = run(&open);
        assert!(run.problems.is_empty(), "{open}: {:?}", run.problems);
        assert_eq!(run.reason(), Some(Reason::Parameter), "{open}");
    }
    assert_eq!(run("split(parameters('missing'), '/')[8]").reason(), Some(Reason::Parameter));
}

#[test]
fn ids_depend_on_what_is_deployed_to() {
    let at = |expression: &str, level| {
        let run = run_template(&template_of(expression), level, &[], Bounds::default());
        (run.value.display(), run.mistakes())
    };
    let id = |level| at("resourceId('A.B/c', 'x')", level).0;
    assert_eq!(id(Level::Subscription), "/subscriptions/{subscription().subscriptionId}/providers/A.B/c/x");
    assert_eq!(id(Level::Tenant), "/providers/A.B/c/x");
    assert_eq!(at("resourceGroup().id", Level::Subscription).1, [("wrong-scope", "resourceGroup".to_owned())]);
    assert!(at("managementGroup().id", Level::ManagementGroup).1.is_empty());
}

#[test]
fn a_part_that_is_known_decides_what_it_can() {
    let symbol = "concat('st', parameters('missing'), '01')";
    for (expression, expected) in [
        (format!("empty({symbol})"), true),
        (format!("equals({symbol}, 'kv1')"), true),
        (format!("equals({symbol}, concat('vm', parameters('missing')))"), true),
        (format!("not(startsWith({symbol}, 'S'))"), true),
        (format!("endsWith({symbol}, 'x01')"), false),
        (format!("not(contains({symbol}, 't'))"), true),
        (format!("startsWith({symbol}, 'stx')"), false),
        (format!("equals({symbol}, 'st-01')"), false),
    ] {
        let run = run(&expression);
        assert!(run.problems.is_empty(), "{expression}");
        // Decided ones are false; the others are left open.
        assert_eq!(run.value.as_bool(), expected.then_some(false), "{expression}");
    }
    assert_eq!(value("length(uniqueString('x'))"), 13);
    assert_eq!(run("take(concat(parameters('missing'), 'x'), 3)").value.kind(), None);
    assert_eq!(run(symbol).value.kind(), Some(Kind::Text));
}

#[test]
fn unknowns_say_why_and_of_what() {
    for (expression, reason, text) in [
        ("parameters('missing')", Reason::Parameter, "{parameters('missing')}"),
        ("parameters('missing').subnets[0]['a b']", Reason::Parameter, "{parameters('missing').subnets[0]['a b']}"),
        ("utcNow('u')", Reason::Time, "{utcNow('u')}"),
        ("newGuid()", Reason::Random, "{newGuid()}"),
        ("listKeys('x', '2021-01-01').keys[0].value", Reason::Keys, "{listKeys('x', '2021-01-01').keys[0].value}"),
        ("reference('x').properties.y", Reason::Reference, "{reference('x').properties.y}"),
        ("resourceGroup().tags.owner", Reason::Deployment, "{resourceGroup().tags.owner}"),
        ("dateTimeAdd(utcNow(), 'P1D')", Reason::Time, "{dateTimeAdd(utcNow(), 'P1D')}"),
        ("dateTimeAdd('7 April 2020', 'P1D')", Reason::NotSupported, "{dateTimeAdd('7 April 2020', 'P1D')}"),
        ("add(parameters('missing'), 1)", Reason::Parameter, "{add(parameters('missing'), 1)}"),
        ("if(parameters('missing'), 1, 2)", Reason::Parameter, "{if(parameters('missing'), 1, 2)}"),
    ] {
        let run = run(expression);
        assert!(run.problems.is_empty(), "{expression}: {:?}", run.problems);
        assert_eq!((run.reason(), &*run.value.display()), (Some(reason), text), "{expression}");
        assert!(!run.value.as_unknown().unwrap().why().is_empty());
    }
}

#[test]
fn long_expressions_are_told_by_a_hash() {
    let long = |letter: &str| format!("uniqueString('{}')", letter.repeat(5000));
    let (a, b) = (run(&long("a")).value.display(), run(&long("b")).value.display());
    assert!(a.len() < 200 && a != b, "{a}");
    same(&long("a"), &long("a"));
}

#[test]
fn what_different_functions_list_is_not_the_same() {
    assert_eq!(value("equals(listKeys('x', '2021-01-01').a, listKeys('x', '2021-01-01').a)"), true);
    let different = run("equals(listKeys('x', '2021-01-01').a, listAdminKeys('x', '2021-01-01').a)");
    assert_eq!(different.value.as_bool(), None);
    assert_eq!(run("listKeys()").problems[0].message, "`listKeys` takes 1 to 3 arguments, and here are 0");
}
