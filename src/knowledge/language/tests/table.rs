//! The truth table of values in `rules/README.md`, cell by cell.

use super::estate::Estate;
use crate::topology::*;

/// Storage accounts in every state, a service with ports, a network with a subnet that may not exist.
fn estate() -> Estate {
    let mut estate = Estate::new();
    let e = &mut estate;
    for name in ["known", "absent", "unknown", "member", "open", "outside", "maybe", "symbolic", "empty"] {
        e.add(SERVICE_RESOURCE, name);
    }
    let [known, absent, unknown, member, open, outside, maybe, symbolic, empty] =
        std::array::from_fn(|index| ObjectId(index as u32));
    let _ = absent;
    e.change(outside, |object| object.outside = true);
    e.change(symbolic, |object| object.symbolic = true);
    e.maybe(maybe);
    for id in [known, outside, maybe] {
        let tier = e.text("Standard");
        e.set(id, "tier", tier);
        e.set(id, "hierarchical_namespace", Value::Bool(true));
    }
    let lists = [
        (known, e.texts(["a", "b", "c"])),
        (member, e.texts(["a", "?", "b"])),
        (maybe, e.texts(["a"])),
        (empty, e.texts([])),
    ];
    let opened = Estate::open(e.texts(["a", "b"]));
    for (id, list) in lists.into_iter().chain([(open, opened)]) {
        e.set(id, "instances", list);
    }
    for field in ["tier", "hierarchical_namespace", "instances", "encryption", "subnet"] {
        let value = e.unknown();
        e.set(unknown, field, value);
    }
    for (name, expression) in [("here", "{a}"), ("here_too", "{a}"), ("there", "{b}")] {
        let id = e.add(SERVICE_RESOURCE, name);
        let tier = e.unknown_named(expression);
        e.set(id, "tier", tier);
    }
    for (name, ports) in [
        ("numbers", vec![Some(3), Some(1), Some(2)]),
        ("doubtful_numbers", vec![Some(3), None]),
        ("first_doubtful", vec![None, Some(3)]),
    ] {
        let id = e.add(SERVICE, name);
        let ports: Vec<Value> = ports.into_iter().map(|port| port.map_or_else(|| e.unknown(), Value::Int)).collect();
        let ports = e.list(ports, false);
        e.set(id, "ports", ports);
    }
    let no_numbers = e.add(SERVICE, "no_numbers");
    let limit = e.unknown();
    e.set(no_numbers, "virtual_network_rules_limit", limit);
    let open_numbers = e.add(SERVICE, "open_numbers");
    let ports = Estate::open(e.list([Value::Int(3), Value::Int(1)], false));
    e.set(open_numbers, "ports", ports);
    e.set(open_numbers, "virtual_network_rules_limit", Value::Int(5));
    let net = e.add(VNET, "net");
    let subnets = e.children(net, "subnets", SUBNET, &["one", "two"]);
    e.maybe(subnets[1]);
    for (id, delegation) in [(subnets[0], "x"), (subnets[1], "y")] {
        let delegation = e.text(delegation);
        e.set(id, "delegation", delegation);
    }
    estate
}

pub(super) fn check(rows: &[(&str, &str)]) {
    let mut estate = estate();
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(text, expected)| {
            let found = estate.eval(text);
            (found != *expected).then(|| format!("{text}: {found}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn fields() {
    check(&[
        ("known.tier", "Standard"),
        ("absent.tier", "nothing"),
        ("unknown.tier", "unknown"),
        ("outside.tier", "Standard"),
        ("outside.encryption", "unknown"),
        ("maybe.tier", "unknown"),
        ("maybe.name", "maybe"),
        ("symbolic.name", "unknown"),
        ("absent.subnet.vnet", "nothing"),
        ("unknown.subnet.vnet", "unknown"),
        ("one.vnet", "net"),
        ("two.vnet", "unknown"),
        ("known.service", "nothing"),
        ("azure.private_ranges", "nothing"),
        ("has(known.tier)", "true"),
        ("has(absent.tier)", "false"),
        ("has(unknown.tier)", "true"),
        ("has(outside.tier)", "true"),
        ("has(outside.encryption)", "unknown"),
        ("has(maybe.tier)", "unknown"),
        ("has(maybe.encryption)", "unknown"),
        ("has(absent.subnet.vnet)", "false"),
        ("has(unknown.subnet.vnet)", "unknown"),
        ("has(empty.instances)", "true"),
        ("has(known.private_endpoints)", "true"),
        ("has(one.vnet)", "true"),
        ("has(known.service)", "false"),
        ("has(known.name)", "true"),
    ]);
}

#[test]
fn comparisons() {
    check(&[
        ("known.tier == \"Standard\"", "true"),
        ("known.tier == \"Basic\"", "false"),
        ("absent.tier == \"Standard\"", "false"),
        ("absent.tier == empty.tier", "true"),
        ("known.tier == absent.tier", "false"),
        ("unknown.tier == \"Standard\"", "unknown"),
        ("unknown.tier == absent.tier", "unknown"),
        ("here.tier == here_too.tier", "true"),
        ("here.tier != here_too.tier", "false"),
        ("here.tier.lowerAscii() == here_too.tier.lowerAscii()", "true"),
        ("here.tier == there.tier", "unknown"),
        ("here.tier != there.tier", "unknown"),
        ("unknown.tier == unknown.tier", "unknown"),
        ("here.tier + \"a\" == here_too.tier + \"b\"", "unknown"),
        ("here.tier == \"{a}\"", "unknown"),
        ("known.tier != \"Standard\"", "false"),
        ("absent.tier != \"Standard\"", "true"),
        ("absent.tier != empty.tier", "false"),
        ("unknown.tier != \"Standard\"", "unknown"),
        ("known == known", "true"),
        ("known == absent", "false"),
        ("known == symbolic", "unknown"),
        ("symbolic == symbolic", "true"),
        ("known == maybe", "false"),
        ("absent.subnet == one", "false"),
        ("known.instances == [\"a\", \"b\", \"c\"]", "true"),
        ("known.instances == [\"a\", \"b\"]", "false"),
        ("member.instances == [\"a\"]", "unknown"),
        ("open.instances == [\"a\"]", "unknown"),
        ("1 < 2", "true"),
        ("2 <= 1", "false"),
        ("\"a\" < \"b\"", "true"),
        ("2 > absent.service.virtual_network_rules_limit", "false"),
        ("absent.service.virtual_network_rules_limit <= 2", "false"),
        ("no_numbers.virtual_network_rules_limit < 2", "unknown"),
        ("no_numbers.virtual_network_rules_limit >= 2", "unknown"),
        ("open_numbers.virtual_network_rules_limit > 4", "true"),
        ("absent.tier < unknown.tier", "false"),
    ]);
}

#[test]
fn sums() {
    check(&[
        ("1 + 2", "3"),
        ("1 - 2", "-1"),
        ("9223372036854775807 + 1", "9223372036854775807"),
        ("-9223372036854775808 - 1", "-9223372036854775808"),
        ("\"a\" + \"b\"", "ab"),
        ("known.tier + \"V2\" == \"StandardV2\"", "true"),
        ("known.tier + absent.tier", "nothing"),
        ("known.tier + unknown.tier", "unknown"),
        ("1 - absent.service.virtual_network_rules_limit", "nothing"),
        ("1 - no_numbers.virtual_network_rules_limit", "unknown"),
        ("-no_numbers.virtual_network_rules_limit", "unknown"),
        ("known.instances + [\"d\"]", "[a b c d]"),
        ("absent.instances + [\"d\"]", "[d]"),
        ("[\"d\"] + absent.instances", "[d]"),
        ("absent.instances + empty.instances", "[]"),
        ("unknown.instances + [\"d\"]", "unknown"),
        ("member.instances + open.instances", "[a ? b a b ...]"),
    ]);
}

#[test]
fn logic() {
    let (t, f, n, u) = (
        "known.hierarchical_namespace",
        "!known.hierarchical_namespace",
        "absent.hierarchical_namespace",
        "unknown.hierarchical_namespace",
    );
    let operands = [(t, "true"), (f, "false"), (n, "false"), (u, "unknown")];
    let mut estate = estate();
    for (left, a) in operands {
        let not = match a {
            "true" => "false",
            "false" => "true",
            _ => "unknown",
        };
        assert_eq!(estate.eval(&format!("!{left}")), not);
        for (right, b) in operands {
            let and = match (a, b) {
                ("false", _) | (_, "false") => "false",
                ("unknown", _) | (_, "unknown") => "unknown",
                _ => "true",
            };
            let or = match (a, b) {
                ("true", _) | (_, "true") => "true",
                ("unknown", _) | (_, "unknown") => "unknown",
                _ => "false",
            };
            assert_eq!(estate.eval(&format!("{left} && {right}")), and, "{left} && {right}");
            assert_eq!(estate.eval(&format!("{left} || {right}")), or, "{left} || {right}");
        }
    }
    check(&[
        ("known.hierarchical_namespace ? 1 : 2", "1"),
        ("!known.hierarchical_namespace ? 1 : 2", "2"),
        ("absent.hierarchical_namespace ? 1 : 2", "2"),
        ("unknown.hierarchical_namespace ? 1 : 2", "unknown"),
        ("unknown.hierarchical_namespace ? 1 : 1", "1"),
        ("unknown.hierarchical_namespace ? absent.tier : empty.tier", "nothing"),
        ("unknown.hierarchical_namespace ? [1] : [1]", "[1]"),
        ("unknown.hierarchical_namespace ? unknown.tier : unknown.tier", "unknown"),
        ("absent.tier.orValue(\"x\")", "x"),
        ("known.tier.orValue(\"x\")", "Standard"),
        ("unknown.tier.orValue(\"x\")", "unknown"),
        ("absent.tier.orValue(empty.tier)", "nothing"),
    ]);
}

#[test]
fn texts_and_objects() {
    check(&[
        ("known.tier.startsWith(\"Sta\")", "true"),
        ("known.tier.endsWith(\"dard\")", "true"),
        ("known.tier.contains(\"x\")", "false"),
        ("absent.tier.startsWith(\"x\")", "false"),
        ("unknown.tier.endsWith(\"x\")", "unknown"),
        ("unknown.tier.startsWith(absent.tier)", "false"),
        ("known.tier.contains(unknown.tier)", "unknown"),
        ("known.tier.lowerAscii()", "standard"),
        ("known.tier.lowerAscii() == \"standard\"", "true"),
        ("absent.tier.lowerAscii()", "nothing"),
        ("unknown.tier.lowerAscii()", "unknown"),
        ("isCIDR(\"10.0.0.0/8\") && isCIDR(\"::1\") && isCIDR(\"1.2.3.4\")", "true"),
        ("isCIDR(\"Internet\")", "false"),
        ("isCIDR(absent.tier)", "false"),
        ("isCIDR(unknown.tier)", "unknown"),
        ("\"10.0.0.0/8\".containsCIDR(\"10.1.2.3\")", "true"),
        ("\"10.1.0.0/16\".containsCIDR(\"10.0.0.0/8\")", "false"),
        ("\"10.1.0.0/16\".overlapsCIDR(\"10.0.0.0/8\")", "true"),
        ("\"10.1.0.0/16\".overlapsCIDR(\"10.2.0.0/16\")", "false"),
        ("\"::/0\".overlapsCIDR(\"10.0.0.0/8\")", "false"),
        ("\"::/0\".containsCIDR(\"fe80::1\")", "true"),
        ("\"Internet\".containsCIDR(\"10.0.0.0/8\")", "false"),
        ("absent.tier.containsCIDR(\"10.0.0.0/8\")", "false"),
        ("unknown.tier.overlapsCIDR(\"10.0.0.0/8\")", "unknown"),
        ("prefixLength(\"10.0.0.0/29\")", "29"),
        ("prefixLength(\"0.0.0.0/0\")", "0"),
        ("prefixLength(\"10.0.0.4\")", "32"),
        ("prefixLength(\"fd00::/64\")", "64"),
        ("prefixLength(\"fd00::1\")", "128"),
        ("prefixLength(\"Internet\")", "nothing"),
        ("prefixLength(absent.tier)", "nothing"),
        ("prefixLength(unknown.tier)", "unknown"),
        ("\"10.1.0.0/24\".addressCount()", "256"),
        ("\"10.1.0.4\".addressCount()", "1"),
        ("\"::/0\".addressCount()", "9223372036854775807"),
        ("\"Internet\".addressCount()", "nothing"),
        ("absent.tier.addressCount()", "nothing"),
        ("unknown.tier.addressCount()", "unknown"),
        ("kind(known)", "storage"),
        ("kind(one)", "subnet"),
        ("kind(maybe)", "storage"),
        ("kind(absent.subnet)", "nothing"),
        ("kind(unknown.subnet)", "unknown"),
        ("portsInclude([\"80\", \"443-445\"], 444)", "true"),
        ("portsInclude([\"80\", \"443-445\"], 446)", "false"),
        ("portsInclude([\"*\"], 1)", "true"),
        ("portsInclude(numbers.ports, 2)", "true"),
        ("portsInclude(absent.instances, 2)", "true"),
        ("portsInclude(empty.instances, 2)", "false"),
        ("portsInclude(unknown.instances, 2)", "unknown"),
        ("portsInclude(doubtful_numbers.ports, 3)", "true"),
        ("portsInclude(doubtful_numbers.ports, 4)", "unknown"),
        ("portsInclude(open_numbers.ports, 4)", "unknown"),
        ("portsInclude([\"80\"], no_numbers.virtual_network_rules_limit)", "unknown"),
        ("portsInclude([\"*\"], no_numbers.virtual_network_rules_limit)", "true"),
        ("portsInclude([\"80\"], absent.service.virtual_network_rules_limit)", "false"),
    ]);
}
