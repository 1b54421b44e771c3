//! Each function on known values, mostly after the published examples.

use serde_json::json;

use super::{run, value};

/// Expressions beside what they give.
fn gives(rows: &[(&str, serde_json::Value)]) {
    for (expression, expected) in rows {
        assert_eq!(value(expression), *expected, "{expression}");
    }
}

/// Expressions that are refused, beside a part of what is said.
fn refuses(rows: &[(&str, &str)]) {
    for (expression, said) in rows {
        let run = run(expression);
        let messages: Vec<&str> = run.problems.iter().map(|problem| &*problem.message).collect();
        assert!(matches!(&*messages, [one] if one.contains(said)), "{expression}: {messages:?}");
        assert!(!run.value.is_known(), "{expression}");
    }
}

#[test]
fn literals_and_what_is_taken_out_of_values() {
    gives(&[
        ("'it''s'", json!("it's")),
        ("-12", json!(-12)),
        ("json('1.5')", json!(1.5)),
        ("parameters('NAME')", json!("web")),
        ("variables('prefix')", json!("web-")),
        ("parameters('object').ONE", json!("a")),
        ("parameters('object')['two'].deep[1]", json!(2)),
        ("parameters('object').two.deep[sub(2, 1)]", json!(2)),
        ("parameters('list')[0]", json!("one")),
        (" Concat ( 'a' ,\n 'b' ) ", json!("ab")),
        ("contoso.same('x')", json!("x")),
        ("copyIndex()", json!(3)),
        ("copyIndex(1)", json!(4)),
        ("copyIndex('loop', 2)", json!(5)),
    ]);
}

#[test]
fn texts() {
    gives(&[
        ("concat('prefix', '-', 1, true())", json!("prefix-1True")),
        (
            "format('{0}, {1}. Formatted number: {2:D4}', 'Hello', 'User', 42)",
            json!("Hello, User. Formatted number: 0042"),
        ),
        ("format('{{{0}}}{1,4}|{1,-4}|', 'a', 'b')", json!("{a}   b|b   |")),
        ("format('{0:X2}{0:x}', 255)", json!("FFff")),
        (
            "format('{0}, {1}. Formatted number: {2:N0}', 'Hello', 'User', 8175133)",
            json!("Hello, User. Formatted number: 8,175,133"),
        ),
        ("format('{0:N}|{0:F1}|{0:G}|{0:000}|{0:d5}', -42)", json!("-42.00|-42.0|-42|-042|-00042")),
        ("format('{0:N0} {1:N0} {2:N0}', 999, 1000, 1234567)", json!("999 1,000 1,234,567")),
        ("format('{0}', createArray(1, 'a'))", json!("[1,\"a\"]")),
        ("toLower('One Two')", json!("one two")),
        ("toUpper('One Two')", json!("ONE TWO")),
        ("trim('    one two three   ')", json!("one two three")),
        ("replace('123-123-1234', '-', '')", json!("1231231234")),
        ("replace('123-123-1234', '1234', 'xxxx')", json!("123-123-xxxx")),
        ("split('one,two,three', ',')", json!(["one", "two", "three"])),
        ("split('one;two,three', createArray(',', ';'))", json!(["one", "two", "three"])),
        ("split('', ',')", json!([""])),
        ("join(createArray('one', 'two', 3), ';')", json!("one;two;3")),
        ("substring('one two three', 4, 3)", json!("two")),
        ("substring('one two three', 4)", json!("two three")),
        ("substring('äöü', 1, 1)", json!("ö")),
        ("startsWith('abcdef', 'AB')", json!(true)),
        ("startsWith('abcdef', 'e')", json!(false)),
        ("endsWith('abcdef', 'EF')", json!(true)),
        ("endsWith('ef', 'def')", json!(false)),
        ("padLeft('123', 10, '0')", json!("0000000123")),
        ("padLeft(5, 3)", json!("  5")),
        ("indexOf('test', 'T')", json!(0)),
        ("indexOf('abcdef', 'z')", json!(-1)),
        ("lastIndexOf('test', 't')", json!(3)),
        ("lastIndexOf('abcdef', 'AB')", json!(0)),
    ]);
    refuses(&[
        ("format('{1}', 'a')", "names `{1}`"),
        ("format('{a', 'a')", "no partner"),
        ("substring('abc', 2, 5)", "past its end"),
        ("substring('abc', -1, 1)", "position 0"),
        ("padLeft('a', 3, 'xy')", "one character"),
        ("replace('a', '', 'b')", "empty"),
        ("join(createArray(createArray()), ',')", "not all items"),
        ("concat('a', createArray('b'))", "texts and arrays"),
    ]);
}

#[test]
fn arrays() {
    gives(&[
        ("array(1)", json!([1])),
        ("array('efgh')", json!(["efgh"])),
        ("array(createObject('a', 'b'))", json!([{"a": "b"}])),
        ("array(createArray(1))", json!([1])),
        ("concat(createArray('1-1'), createArray('2-1', '2-2'))", json!(["1-1", "2-1", "2-2"])),
        ("createArray()", json!([])),
        ("contains('OneTwoThree', 'e')", json!(true)),
        ("contains('OneTwoThree', 'E')", json!(false)),
        ("contains(parameters('object'), 'one')", json!(true)),
        ("contains(parameters('object'), 'a')", json!(false)),
        ("contains(parameters('list'), 'three')", json!(true)),
        ("contains(parameters('list'), 'four')", json!(false)),
        ("empty(createArray())", json!(true)),
        ("empty(createObject())", json!(true)),
        ("empty('')", json!(true)),
        ("empty(null())", json!(true)),
        ("empty(parameters('list'))", json!(false)),
        ("length(parameters('list'))", json!(3)),
        ("length('One Two Three')", json!(13)),
        ("length(parameters('object'))", json!(3)),
        ("first(parameters('list'))", json!("one")),
        ("first('One Two Three')", json!("O")),
        ("first(createArray())", json!(null)),
        ("last(parameters('list'))", json!("three")),
        ("last('One Two Three')", json!("e")),
        ("take(parameters('list'), 2)", json!(["one", "two"])),
        ("take('one two three', 2)", json!("on")),
        ("take('ab', 5)", json!("ab")),
        ("take('ab', -1)", json!("")),
        ("skip(parameters('list'), 2)", json!(["three"])),
        ("skip('one two three', 4)", json!("two three")),
        ("indexOf(parameters('list'), 'two')", json!(1)),
        ("indexOf(createArray(1, 2, 1), 3)", json!(-1)),
        ("lastIndexOf(createArray(1, 2, 1), 1)", json!(2)),
        ("range(5, 3)", json!([5, 6, 7])),
        ("range(0, 0)", json!([])),
        ("flatten(createArray(createArray(1, 2), createArray(3)))", json!([1, 2, 3])),
        ("distinct(createArray(1, 2, 1))", json!([1, 2])),
        ("indexFromEnd(parameters('list'), 1)", json!("three")),
        ("tryIndexFromEnd(parameters('list'), 9)", json!(null)),
        ("min(0, 3, 2)", json!(0)),
        ("max(createArray(0, 3, 2, 5, 4))", json!(5)),
    ]);
    refuses(&[
        ("range(0, -1)", "negative"),
        ("range(9223372036854775807, 2)", "too large"),
        ("indexFromEnd(parameters('list'), 4)", "not so many"),
        ("max(createArray('a'))", "whole numbers"),
        ("min(createArray())", "empty"),
    ]);
}

#[test]
fn objects() {
    let first = "createObject('one', 'a', 'two', 'b', 'three', 'c1')";
    let second = "createObject('three', 'c2', 'four', 'd', 'FIVE', 'e')";
    gives(&[
        (
            &format!("union({first}, {second})"),
            json!({"one": "a", "two": "b", "three": "c2", "four": "d", "FIVE": "e"}),
        ),
        (
            "union(createObject('p', createObject('a', 1, 'l', createArray(1))), createObject('P', createObject('b', 2, 'l', createArray(2))))",
            json!({"p": {"a": 1, "l": [2], "b": 2}}),
        ),
        (
            "shallowMerge(createArray(createObject('p', createObject('a', 1)), createObject('p', createObject('b', 2))))",
            json!({"p": {"b": 2}}),
        ),
        (
            "union(createArray('one', 'two', 'three'), createArray('three', 'four'))",
            json!(["one", "two", "three", "four"]),
        ),
        (
            "intersection(createObject('one', 'a', 'two', 'b', 'three', 'c'), createObject('one', 'a', 'two', 'z', 'three', 'c'))",
            json!({"one": "a", "three": "c"}),
        ),
        ("intersection(createArray('one', 'two', 'three'), createArray('two', 'three'))", json!(["two", "three"])),
        (
            "items(createObject('item002', 2, 'item001', 1))",
            json!([{"key": "item001", "value": 1}, {"key": "item002", "value": 2}]),
        ),
        ("objectKeys(createObject('b', 2, 'a', 1))", json!(["a", "b"])),
        ("tryGet(parameters('object'), 'two', 'deep', 1)", json!(2)),
        ("tryGet(parameters('object'), 'three', 'deep')", json!(null)),
        ("tryGet(parameters('list'), 9)", json!(null)),
        ("json('{\"a\": [1, true, null, ''x'']}')", json!({"a": [1, true, null, "x"]})),
        ("json('null')", json!(null)),
        ("createObject('intProp', 1, 'arrayProp', createArray('a'))", json!({"intProp": 1, "arrayProp": ["a"]})),
    ]);
    refuses(&[
        ("createObject('a')", "has no value"),
        ("createObject(1, 2)", "the name of a property is a text"),
        ("union(createArray(), createObject())", "arrays and objects"),
        ("json('{')", "not JSON"),
        ("shallowMerge(createArray(1))", "only objects"),
    ]);
}

#[test]
fn numbers_and_comparisons() {
    gives(&[
        ("add(5, 3)", json!(8)),
        ("sub(7, 3)", json!(4)),
        ("mul(5, 3)", json!(15)),
        ("div(8, 3)", json!(2)),
        ("mod(7, 3)", json!(1)),
        ("int('4')", json!(4)),
        ("float(3)", json!(3.0)),
        ("equals(1, 2)", json!(false)),
        ("equals('a', 'A')", json!(false)),
        ("equals(createArray('a', 'b'), createArray('a', 'b'))", json!(true)),
        ("equals(createObject('a', 1, 'b', 2), createObject('B', 2, 'A', 1))", json!(true)),
        ("equals(null(), parameters('object').nothing)", json!(true)),
        ("less(1, 2)", json!(true)),
        ("lessOrEquals('A', 'a')", json!(true)),
        ("greater(json('1.5'), 1)", json!(true)),
        ("greaterOrEquals(2, 2)", json!(true)),
        ("bool('TRUE')", json!(true)),
        ("bool(0)", json!(false)),
        ("string(true())", json!("True")),
        ("string(createObject('a', createArray(1, null())))", json!("{\"a\":[1,null]}")),
        ("string(12)", json!("12")),
    ]);
    refuses(&[
        ("add(9223372036854775807, 1)", "too large"),
        ("div(1, 0)", "by zero"),
        ("div(-9223372036854775808, -1)", "too large"),
        ("mod(1, 0)", "by zero"),
        ("int('four')", "not a whole number"),
        ("bool('maybe')", "neither"),
        ("less('a', 1)", "cannot be compared"),
    ]);
}

#[test]
fn conditions() {
    gives(&[
        ("if(equals(1, 1), 'yes', 'no')", json!("yes")),
        ("if(false(), div(1, 0), 'no')", json!("no")),
        ("and(true(), not(false()))", json!(true)),
        ("and(true(), false(), div(1, 0))", json!(false)),
        ("or(false(), true())", json!(true)),
        ("or(false(), false())", json!(false)),
        ("coalesce(null(), 'fallback', div(1, 0))", json!("fallback")),
        ("coalesce(null(), null())", json!(null)),
    ]);
    refuses(&[
        ("if('yes', 1, 2)", "takes true or false"),
        ("and(true(), 1)", "takes true or false"),
        ("fail('no')", "no"),
    ]);
}

#[test]
fn lambdas() {
    gives(&[
        (
            "map(parameters('dogs'), lambda('dog', lambdaVariables('dog').name))",
            json!(["Evie", "Casper", "Indy", "Kira"]),
        ),
        (
            "map(range(0, 2), lambda('i', 'n', createArray(lambdaVariables('I'), lambdaVariables('n'))))",
            json!([[0, 0], [1, 1]]),
        ),
        (
            "map(createArray(1), lambda('a', map(createArray(2), lambda('b', add(lambdaVariables('a'), lambdaVariables('b'))))))",
            json!([[3]]),
        ),
        ("filter(range(0, 10), lambda('i', equals(0, mod(lambdaVariables('i'), 2))))", json!([0, 2, 4, 6, 8])),
        (
            "reduce(map(parameters('dogs'), lambda('d', lambdaVariables('d').age)), 1, lambda('c', 'n', add(lambdaVariables('c'), lambdaVariables('n'))))",
            json!(19),
        ),
        (
            "reduce(createArray('a', 'b'), '', lambda('c', 'n', 'i', concat(lambdaVariables('c'), lambdaVariables('n'), lambdaVariables('i'))))",
            json!("a0b1"),
        ),
        (
            "map(sort(parameters('dogs'), lambda('a', 'b', less(lambdaVariables('a').age, lambdaVariables('b').age))), lambda('d', lambdaVariables('d').name))",
            json!(["Indy", "Casper", "Evie", "Kira"]),
        ),
        ("sort(createArray(2, 1, 3), lambda('a', 'b', true()))", json!([3, 1, 2])),
        (
            "toObject(take(parameters('dogs'), 1), lambda('e', lambdaVariables('e').name))",
            json!({"Evie": {"name": "Evie", "age": 5}}),
        ),
        (
            "toObject(parameters('list'), lambda('e', lambdaVariables('e')), lambda('e', length(lambdaVariables('e'))))",
            json!({"one": 3, "two": 3, "three": 5}),
        ),
        (
            "groupBy(parameters('list'), lambda('e', string(length(lambdaVariables('e')))))",
            json!({"3": ["one", "two"], "5": ["three"]}),
        ),
        ("mapValues(createObject('a', 1), lambda('v', add(lambdaVariables('v'), 1)))", json!({"a": 2})),
    ]);
    refuses(&[
        ("lambda('a', 1)", "can only be given"),
        ("map(createArray(1), 1)", "takes a `lambda`"),
        ("map(createArray(1), lambda('a', 'b', 'c', 1))", "1 to 2 variables"),
        ("filter(createArray(1), lambda('a', 1))", "true or false"),
        ("map(createArray(1), lambda('item', lambdaVariables('itm')))", "no variable of a lambda `itm`"),
        ("toObject(createArray(1), lambda('a', lambdaVariables('a')))", "the name of a property"),
    ]);
}

#[test]
fn encodings() {
    gives(&[
        ("base64('one, two, three')", json!("b25lLCB0d28sIHRocmVl")),
        ("base64('a')", json!("YQ==")),
        ("base64ToString('b25lLCB0d28sIHRocmVl')", json!("one, two, three")),
        ("base64ToJson(base64('{''one'': ''a''}'))", json!({"one": "a"})),
        ("dataUri('Hello')", json!("data:text/plain;charset=utf8;base64,SGVsbG8=")),
        ("dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", json!("Hello, World!")),
        (
            "uriComponent('http://contoso.com/resources/nested/a z.json')",
            json!("http%3A%2F%2Fcontoso.com%2Fresources%2Fnested%2Fa%20z.json"),
        ),
        ("uriComponentToString('http%3A%2F%2Fcontoso.com%2F%zz')", json!("http://contoso.com/%zz")),
        ("uri('http://contoso.org/firstpath', 'myscript.sh')", json!("http://contoso.org/myscript.sh")),
        (
            "uri('http://contoso.org/firstpath/azuredeploy.json/', '/myscript.sh')",
            json!("http://contoso.org/firstpath/azuredeploy.json/myscript.sh"),
        ),
        ("uri('http://contoso.org', 'x')", json!("http://contoso.org/x")),
    ]);
    refuses(&[("base64ToString('a')", "not base64"), ("dataUriToString('x')", "not a data URI")]);
}

#[test]
fn ranges_of_addresses() {
    gives(&[
        (
            "parseCidr('10.144.0.0/20')",
            json!({
                "network": "10.144.0.0", "netmask": "255.255.240.0", "broadcast": "10.144.15.255",
                "firstUsable": "10.144.0.1", "lastUsable": "10.144.15.254", "cidr": 20
            }),
        ),
        ("parseCidr('fdad:3236:5555::/48').lastUsable", json!("fdad:3236:5555:ffff:ffff:ffff:ffff:ffff")),
        (
            "map(range(0, 3), lambda('i', cidrSubnet('10.144.0.0/20', 24, lambdaVariables('i'))))",
            json!(["10.144.0.0/24", "10.144.1.0/24", "10.144.2.0/24"]),
        ),
        ("cidrSubnet('aaaa:bbbb:cccc::/41', 52, 1)", json!("aaaa:bbbb:cc80:1000::/52")),
        (
            "map(range(0, 2), lambda('i', cidrHost('10.144.3.0/24', lambdaVariables('i'))))",
            json!(["10.144.3.1", "10.144.3.2"]),
        ),
    ]);
    refuses(&[
        ("parseCidr('10.0.0.0')", "not a range"),
        ("cidrSubnet('10.0.0.0/24', 16, 0)", "/24 and /32"),
        ("cidrSubnet('10.0.0.0/24', 25, 2)", "no /25"),
        ("cidrHost('10.0.0.0/30', 2)", "no host"),
    ]);
}

#[test]
fn surroundings() {
    gives(&[
        ("environment().suffixes.storage", json!("core.windows.net")),
        ("environment().authentication.audiences[1]", json!("https://management.azure.com/")),
        ("resourceGroup().type", json!("Microsoft.Resources/resourceGroups")),
    ]);
}

#[test]
fn dates() {
    gives(&[
        ("dateTimeAdd('2023-01-01 00:00:00Z', 'P1Y')", json!("2024-01-01T00:00:00Z")),
        ("dateTimeAdd('2024-01-01 00:00:00Z', 'P1Y')", json!("2024-12-31T00:00:00Z")),
        ("dateTimeAdd('2023-02-01 00:00:00Z', 'P1M')", json!("2023-03-03T00:00:00Z")),
        ("dateTimeAdd('2024-02-01 00:00:00Z', 'P1M')", json!("2024-03-02T00:00:00Z")),
        ("dateTimeAdd('2020-04-07T14:53:14Z', '-P9D', 'u')", json!("2020-03-29 14:53:14Z")),
        ("dateTimeAdd('20200407T145314Z', 'PT1H')", json!("2020-04-07T15:53:14Z")),
        ("dateTimeAdd('2020-04-07', 'P1DT2H3M4S', 'yyyy-MM-dd HH:mm:ss')", json!("2020-04-08 02:03:04")),
        ("dateTimeAdd('2019-03-05T17:53:18.25Z', 'PT0S', 'o')", json!("2019-03-05T17:53:18.2500000Z")),
        ("dateTimeAdd('2019-03-05T17:53:18+01:00', 'PT0S', 'R')", json!("Tue, 05 Mar 2019 16:53:18 GMT")),
        ("dateTimeAdd('2019-03-05T17:53:18+01:00', 'PT0S', 'yyyy-MM-ddTHH:mmzzz')", json!("2019-03-05T17:53+01:00")),
        ("dateTimeAdd('2019-03-05T17:53:18Z', 'PT0S', 'd')", json!("03/05/2019")),
        ("dateTimeAdd('2019-03-05T17:53:18Z', 'PT0S', 'M d')", json!("3 5")),
        (
            "dateTimeAdd('2019-03-05T17:53:18Z', 'PT0S', 'ddd dddd MMM MMMM yy h tt ''at'' \\d %s')",
            json!("Tue Tuesday Mar March 19 5 PM at d 18"),
        ),
        ("dateTimeToEpoch('2023-05-02T15:16:13Z')", json!(1_683_040_573)),
        ("dateTimeToEpoch(dateTimeAdd('1970-01-01T00:00:00Z', 'P1Y'))", json!(31_536_000)),
        ("dateTimeFromEpoch(1683040573)", json!("2023-05-02T15:16:13Z")),
        ("dateTimeFromEpoch(-1)", json!("1969-12-31T23:59:59Z")),
        ("dateTimeFromEpoch(951782400)", json!("2000-02-29T00:00:00Z")),
    ]);
    refuses(&[
        ("dateTimeAdd('tomorrow', 'P1D')", "`tomorrow` is not a date"),
        ("dateTimeAdd('2020-04-07T14:53:14Z', '1 day')", "`1 day` is not a duration"),
        ("dateTimeAdd('2020-04-07T14:53:14Z', 'P')", "not a duration"),
        ("dateTimeAdd('2020-04-07T14:53:14Z', 'P1DT')", "not a duration"),
        ("dateTimeAdd('2020-04-07T14:53:14Z', 'P9999Y')", "beyond the year 9999"),
        ("dateTimeFromEpoch(9999999999999)", "out of the years"),
    ]);
}

#[test]
fn what_is_documented_and_cannot_be_told_is_unknown() {
    use crate::frontend::arm::value::Reason;
    for (expression, reason) in [
        ("utcNow('u')", Reason::Time),
        ("dateTimeAdd(utcNow(), 'P1D')", Reason::Time),
        ("dateTimeToEpoch(dateTimeAdd(utcNow('u'), 'P1D'))", Reason::Time),
        ("dateTimeAdd('4/7/2020 2:53:14 PM', 'P1D')", Reason::NotSupported),
        ("dateTimeAdd('2020-02-30T00:00:00Z', 'P1D')", Reason::NotSupported),
        ("dateTimeAdd('2020-04-07T14:53:14', 'P1D')", Reason::NotSupported),
        ("format('{0:C}', 5)", Reason::NotSupported),
        ("newGuid()", Reason::Random),
        ("deployer().objectId", Reason::Deployment),
        ("toLogicalZone(subscription().subscriptionId, 'westeurope', 'westeurope-az1')", Reason::Deployment),
        ("pickZones('Microsoft.Compute', 'virtualMachines', 'westeurope')", Reason::Deployment),
        ("listKeys('a', '2023-01-01').keys[0].value", Reason::Keys),
        ("externalInput('sys.envVar', 'A')", Reason::NotSupported),
        ("extensions('kubernetes')", Reason::NotSupported),
        ("buildUri(createObject('scheme', 'https', 'host', 'example.org'))", Reason::NotSupported),
        ("parseUri('https://example.org/')", Reason::NotSupported),
    ] {
        let run = run(expression);
        assert_eq!((run.mistakes(), run.reason()), (vec![], Some(reason)), "{expression}");
    }
}
