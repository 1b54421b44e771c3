//! What is wrong is said at its place.

use super::{kind_of, run};
use crate::frontend::arm::value::{Kind, Reason};

#[test]
fn mistakes_have_their_place_and_a_suggestion() {
    for (expression, code, written, help) in [
        ("concta('a', 'b')", "unknown-function", "concta", "did you mean `concat`?"),
        ("if(true(), 1, resourceIdd('a'))", "unknown-function", "resourceIdd", "did you mean `resourceId`?"),
        ("parameters('nmae')", "unknown-name", "'nmae'", "did you mean `name`?"),
        ("variables('prefx')", "unknown-name", "'prefx'", "did you mean `prefix`?"),
        ("contoso.sme('a')", "unknown-name", "contoso.sme", "did you mean `contoso.same`?"),
        ("copyIndex('lop')", "unknown-name", "'lop'", "did you mean `loop`?"),
        ("parameters('object').tow", "unknown-property", "tow", "did you mean `two`?"),
        ("parameters('object')['on']", "unknown-property", "'on'", "did you mean `One`?"),
        ("parameters('list')[3]", "index-out-of-range", "3", ""),
        ("parameters('list').one", "wrong-type", "one", ""),
        ("parameters('name').one", "wrong-type", "one", ""),
        ("null().one", "wrong-type", "one", ""),
        ("toLower('a', 'b')", "wrong-number-of-arguments", "toLower", ""),
        ("guid()", "wrong-number-of-arguments", "guid", ""),
        ("length(12)", "wrong-type", "12", ""),
        ("add('1', 2)", "wrong-type", "'1'", ""),
        ("parameters('name'", "expression-syntax", "", ""),
        ("'abc", "unclosed-text", "'abc", "a `'` within a text is written twice: `''`"),
        ("concat('a' 'b')", "expression-syntax", "'b'", ""),
        ("concat('a', )", "expression-syntax", ")", ""),
        (
            "concat(a, 'b')",
            "expression-syntax",
            "a",
            "write `parameters('a')` or `variables('a')`, or 'a' in quotes for a text",
        ),
        ("true", "expression-syntax", "true", "write `true()`"),
        (
            "add(1, 2) = 3",
            "expression-syntax",
            "=",
            "the language has functions in place of operators: `equals(a, b)`, `not(a)`, `add(a, b)`",
        ),
        ("1 2", "expression-syntax", "2", ""),
        ("12ab", "expression-syntax", "12ab", ""),
        ("", "expression-syntax", "", "write `[[` for a text that starts with a bracket"),
        (
            "resourceId('Microsoft.Network/virtualNetworks', 'a', 'b')",
            "wrong-argument",
            "'Microsoft.Network/virtualNetworks'",
            "",
        ),
        ("resourceId('vnet', 'a')", "wrong-argument", "'vnet'", ""),
        ("variables('self')", "cycle", "'self'", ""),
    ] {
        let run = run(expression);
        assert_eq!(run.mistakes(), [(code, written.to_owned())], "{expression}");
        assert_eq!(run.problems[0].help.as_deref().unwrap_or(""), help, "{expression}");
    }
}

#[test]
fn several_mistakes_are_all_said() {
    let run = run("concat(foo('a'), bar(), parameters('name'))");
    let written: Vec<String> = run.mistakes().into_iter().map(|(_, written)| written).collect();
    assert_eq!((written, run.reason()), (vec!["foo".to_owned(), "bar".to_owned()], Some(Reason::Wrong)));
}

#[test]
fn a_mistake_behind_escapes_is_underlined() {
    let text = r#"{"value": "[concat('\u00e9\"', foo('\\'))]"}"#;
    let run = super::run_template(text, super::Level::ResourceGroup, &[], super::Bounds::default());
    assert_eq!(run.mistakes(), [("unknown-function", "foo".to_owned())]);
}

#[test]
fn texts_that_are_no_expressions_stay_what_they_are() {
    for (written, expected) in
        [("[[test value]", "[test value]"), ("[test] value", "[test] value"), ("[", "["), ("a [b]", "a [b]"), ("", "")]
    {
        let template = format!("{{\"value\": {}}}", serde_json::to_string(written).unwrap());
        let run = super::run_template(&template, super::Level::ResourceGroup, &[], super::Bounds::default());
        assert_eq!(run.value.as_text(), Some(expected));
        assert!(run.problems.is_empty());
    }
}

#[test]
fn an_unknown_of_a_known_type_is_checked() {
    assert_eq!(kind_of("concat(uniqueString('a'), 'b')"), Some(Kind::Text));
    assert_eq!(run("add(uniqueString('a'), 1)").mistakes(), [("wrong-type", "uniqueString('a')".to_owned())]);
    assert_eq!(run("uniqueString('a').b").mistakes(), [("wrong-type", "b".to_owned())]);
}
