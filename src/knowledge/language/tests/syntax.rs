//! Lexer and parser: trees with places, mistakes with places, and no panic on any text.

use proptest::prelude::*;

use super::super::*;

/// The tree with all parentheses.
fn show(node: &Node) -> String {
    let list = |nodes: &[Node]| nodes.iter().map(show).collect::<Vec<_>>().join(", ");
    match &node.form {
        Form::Bool(value) => value.to_string(),
        Form::Int(value) => value.to_string(),
        Form::Text(value) => format!("{value:?}"),
        Form::List(items) => format!("[{}]", list(items)),
        Form::Variable(name) => name.to_string(),
        Form::Field { base, field } => format!("{}.{}", show(base), field.text),
        Form::Call { function, arguments } => format!("{}({})", function.text, list(arguments)),
        Form::Method { base, method, arguments } => {
            format!("{}.{}({})", show(base), method.text, list(arguments))
        }
        Form::Not(operand) => format!("(!{})", show(operand)),
        Form::Negative(operand) => format!("(-{})", show(operand)),
        Form::Binary { operator, left, right } => {
            format!("({} {} {})", show(left), operator.sign(), show(right))
        }
        Form::Conditional { condition, then, otherwise } => {
            format!("({} ? {} : {})", show(condition), show(then), show(otherwise))
        }
    }
}

#[test]
fn trees() {
    for (text, expected) in [
        ("a || b && c == d + e", "(a || (b && (c == (d + e))))"),
        ("a && b || c && d", "((a && b) || (c && d))"),
        ("a - b - c", "((a - b) - c)"),
        ("!a.b && !c(d)", "((!a.b) && (!c(d)))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a in b == c", "((a in b) == c)"),
        ("(a || b) && c", "((a || b) && c)"),
        ("a.b.c(d, e.f).g", "a.b.c(d, e.f).g"),
        ("-1 - -x", "(-1 - (-x))"),
        ("[1, 'a', \"b\\n\\\"\"]", "[1, \"a\", \"b\\n\\\"\"]"),
        ("a\n  && b", "(a && b)"),
        ("inner.x", "inner.x"),
        ("-9223372036854775808", "-9223372036854775808"),
    ] {
        assert_eq!(show(&parse(text).unwrap().root), expected, "{text}");
    }
}

#[test]
fn spans() {
    let text = " job.inputs.exists(b, b.auth == 'x') ";
    let expression = parse(text).unwrap();
    let bytes = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(bytes(expression.root.span), text.trim());
    let Form::Method { base, method, arguments } = &expression.root.form else { panic!() };
    assert_eq!(bytes(base.span), "job.inputs");
    assert_eq!(bytes(method.span), "exists");
    assert_eq!(bytes(arguments[1].span), "b.auth == 'x'");
    let Form::Field { field, .. } = &base.form else { panic!() };
    assert_eq!(bytes(field.span), "inputs");
    let stored = postcard::to_allocvec(&expression).unwrap();
    assert_eq!(postcard::from_bytes::<Expression>(&stored).unwrap(), expression);
}

#[test]
fn mistakes() {
    for (text, bytes, message, help) in [
        ("a = b", "=", "`=` has no meaning here", "write `==` to compare"),
        ("a & b", "&", "`&` has no meaning here", "write `&&`"),
        ("a and b", "and", "the expression should end here, but there is `and`", "write `&&`"),
        ("a &&", "", "the expression ends too early: a value should stand here", ""),
        ("(a", "", "the expression ends too early: `)` is missing here", ""),
        ("a.", "", "the expression ends too early: the name of a field should stand here", ""),
        ("f(a b)", "b", "`,` or `)` is missing here, but there is `b`", ""),
        (
            "a[0]",
            "[",
            "the expression should end here, but there is `[`",
            "the language has no indexing; see `first`, `filter` and `exists`",
        ),
        ("1.5", "1.5", "this is not a whole number", ""),
        ("1u", "1u", "this is not a whole number", ""),
        ("99999999999999999999", "99999999999999999999", "this number is too large", ""),
        ("9223372036854775808", "9223372036854775808", "this number is too large", ""),
        ("'a", "'", "the text that starts here does not end on its line", "close it with the same quotation mark"),
        ("'a\\q'", "\\q", "`\\q` is no escape", "there is: `\\n`, `\\t`, `\\r`, `\\\\`, `\\\"`, `\\'`"),
        ("x == null", "null", "the language has no `null`", "ask with `has(x.field)` whether there is a value"),
        ("é", "é", "`é` has no meaning here", ""),
    ] {
        let errors = parse(text).expect_err(text);
        let error = &errors[0];
        assert_eq!(&text[error.span.start as usize..error.span.end as usize], bytes, "{text}");
        assert_eq!(error.message, message, "{text}");
        assert_eq!(error.help.as_deref().unwrap_or(""), help, "{text}");
    }
}

#[test]
fn depth_and_length_are_limited() {
    let nested = |text: &str, times: usize| text.repeat(times);
    for text in [
        nested("(", 10_000),
        nested("!", 10_000) + "a",
        nested("-", 10_000) + "a",
        nested("[", 10_000),
        "a".to_owned() + &nested(".b", 5_000),
        "a".to_owned() + &nested("+a", 5_000),
        "a".to_owned() + &nested("?a:a", 3_000),
        nested("f(", 5_000),
        nested("a", LENGTH_LIMIT + 1),
    ] {
        assert!(parse(&text).is_err());
    }
    assert!(parse(&("a".to_owned() + &nested(" || a", 60))).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
        let _ = Template::parse(&text);
    }

    #[test]
    fn no_likely_text_makes_it_panic(
        words in prop::collection::vec(
            prop::sample::select(vec![
                "a", "job", ".", "(", ")", "[", "]", "&&", "||", "==", "in", "!", "-", "?", ":", ",", "1",
                "'x'", "\"", "'", "\\", "has", "exists", "{", "}", "{{", " ", "é", "9999999999999999999",
            ]),
            0..40,
        )
    ) {
        let text = words.concat();
        if let Err(errors) = parse(&text) {
            for error in errors {
                prop_assert!(text.get(error.span.start as usize..error.span.end as usize).is_some());
            }
        }
        if let Err(errors) = Template::parse(&text) {
            for error in errors {
                prop_assert!(text.get(error.span.start as usize..error.span.end as usize).is_some());
            }
        }
    }
}
