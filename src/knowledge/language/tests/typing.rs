//! Mistakes in expressions: what is said, and at which bytes.

use super::super::*;
use super::estate::labels;
use crate::topology::*;

fn scope() -> Scope {
    Scope::new()
        .with("job", Type::object(JOB))
        .with("binding", Type::object(BINDING))
        .with("storage", Type::object(SERVICE_RESOURCE))
        .with("text", Type::TEXT)
        .with("numbers", Type::list(Type::Int))
        .with("target", Type::of_field(&FieldType::Reference(&[Target::Kind(SERVICE_RESOURCE), Target::Kind(HUB)])))
}

/// The mistakes as `bytes: message (help)`.
fn mistakes(text: &str) -> Vec<String> {
    let (terms, labels) = (Terms::new(), labels());
    let compiled = parse(text).and_then(|expression| Compiler::new(&terms, &labels).compile(&expression, &scope()));
    let errors = compiled.expect_err(text);
    errors.iter().map(|error| describe(text, error)).collect()
}

fn describe(text: &str, error: &ExpressionError) -> String {
    let bytes = &text[error.span.start as usize..error.span.end as usize];
    let help = error.help.as_ref().map(|help| format!(" ({help})"));
    format!("{bytes}: {}{}", error.message, help.unwrap_or_default())
}

fn check(rows: &[(&str, &[&str])]) {
    for (text, expected) in rows {
        assert_eq!(mistakes(text), *expected, "{text}");
    }
}

#[test]
fn names() {
    check(&[
        ("jbo.region == \"x\"", &["jbo: `jbo` has no meaning here (did you mean `job`?)"]),
        ("job.regoin == \"x\"", &["regoin: a `job` has no field `regoin` (did you mean `region`?)"]),
        ("job.inputs.exists(i, i.auht == \"none\")", &["auht: a `binding` has no field `auht` (did you mean `auth`?)"]),
        (
            "job.inputs.auth",
            &[
                "auth: a list of objects of kind `binding` has no fields, so no `auth` (ask about its members: `.exists(x, x.auth ...)`, `.map(x, x.auth)`)",
            ],
        ),
        ("text.size", &["size: a text has no fields, so no `size`"]),
        ("sise(text)", &["sise: there is no function or term `sise` (did you mean `size`?)"]),
        ("text.size()", &["size: there is no method `size` (write `size(list or text)`)"]),
        ("exists(numbers, x, true)", &["exists: there is no function or term `exists` (write `x.exists(v, test)`)"]),
        ("numbers.exist(x, true)", &["exist: there is no method `exist` (did you mean `exists`?)"]),
        ("size(text, text)", &["size(text, text): `size` takes one argument, not 2 (write `size(list or text)`)"]),
        ("text.lowerAscii(1)", &["text.lowerAscii(1): `lowerAscii` takes no argument, not 1 (write `x.lowerAscii()`)"]),
        (
            "numbers.exists(job, true)",
            &["job: `job` already has a meaning here (choose another name for the variable)"],
        ),
        (
            "numbers.exists(azure, true)",
            &["azure: `azure` already has a meaning here (choose another name for the variable)"],
        ),
        (
            "numbers.exists(x, true) && x > 1",
            &[
                "x: `x` has no meaning here (there is: `job`, `binding`, `storage`, `text`, `numbers`, `target`, `azure`)",
            ],
        ),
        ("numbers.exists(1, true)", &["1: the name of a variable should stand here"]),
        ("has(job)", &["job: `has` asks for a field (write `has(x.field)`)"]),
        (
            "jbo.x && bindng.y",
            &[
                "jbo: `jbo` has no meaning here (did you mean `job`?)",
                "bindng: `bindng` has no meaning here (did you mean `binding`?)",
            ],
        ),
        (
            "target.hierarchical_namespace && target.accont_kind == \"x\"",
            &["accont_kind: `hub`, `service_resource` has no field `accont_kind` (did you mean `account_kind`?)"],
        ),
    ]);
}

#[test]
fn words() {
    check(&[
        (
            "binding.auth == \"manged_identity\"",
            &[
                "\"manged_identity\": `manged_identity` is not among the words that can stand here (did you mean `managed_identity`?)",
            ],
        ),
        (
            "\"stram\" != binding.kind",
            &["\"stram\": `stram` is not among the words that can stand here (did you mean `stream`?)"],
        ),
        (
            "binding.kind in [\"stream\", \"batch\"]",
            &["\"batch\": `batch` is not among the words that can stand here (there is: `stream`, `reference`)"],
        ),
        (
            "\"azure_service\" in storage.network.bypass",
            &[
                "\"azure_service\": `azure_service` is not among the words that can stand here (did you mean `azure_services`?)",
            ],
        ),
        (
            "kind(target) == \"storge\"",
            &["\"storge\": `storge` is not among the words that can stand here (did you mean `storage`?)"],
        ),
        (
            "binding.kind == binding.auth",
            &[
                "binding.kind == binding.auth: a text out of `stream`, `reference` can never be a text out of `managed_identity`, `connection_string`, `user_token`, `sql_authentication`, `none`",
            ],
        ),
        (
            "(has(job.region) ? \"open\" : \"closed\") == \"opn\"",
            &["\"opn\": `opn` is not among the words that can stand here (did you mean `open`?)"],
        ),
    ]);
    assert!(parse("kind(target) == \"event_hubs\" && kind(target) != \"hub\"").is_ok());
}

#[test]
fn types() {
    check(&[
        ("job.streaming_units == \"6\"", &["job.streaming_units == \"6\": a number cannot be compared with a text"]),
        ("job == binding", &["job == binding: an object of kind `job` can never be an object of kind `binding`"]),
        ("job.region && true", &["job.region: `&&` needs truth values, but this is a text"]),
        ("true || 1", &["1: `||` needs truth values, but this is a number"]),
        ("!job", &["job: `!` needs a truth value, but this is an object of kind `job`"]),
        ("1 < text", &["text: `<` compares with a number, but this is a text"]),
        ("job < 1", &["job: `<` compares numbers or texts, but this is an object of kind `job`"]),
        ("1 in text", &["text: `in` looks into a list, but this is a text"]),
        ("text in numbers", &["text in numbers: a text cannot be compared with a number"]),
        ("1 + text", &["text: `+` adds to a number, but this is a text"]),
        ("true + true", &["true: `+` needs numbers, texts or lists, but this is a truth value"]),
        ("text - 1", &["text: `-` needs numbers, but this is a text"]),
        (
            "numbers + job.inputs",
            &["job.inputs: `+` puts this behind a list of numbers, but this is a list of objects of kind `binding`"],
        ),
        ("true ? 1 : text", &["text: before the `:` stands a number, but this is a text"]),
        ("1 ? 1 : 2", &["1: the condition before `?` must be a truth value, but this is a number"]),
        ("[1, text]", &["text: the list begins with a number, but this is a text"]),
        ("text.exists(x, true)", &["text: `exists` is of a list, but this is a text"]),
        ("numbers.filter(x, x)", &["x: the test of `filter` must be a truth value, but this is a number"]),
        ("numbers.startsWith(text)", &["numbers: `startsWith` is of a text, but this is a list of numbers"]),
        ("text.contains(1)", &["1: `contains` takes a text, but this is a number"]),
        ("kind(text)", &["text: `kind` is of an object, but this is a text"]),
        (
            "covers(job, job)",
            &["job: `covers` is of a role assignment and an object, but this is an object of kind `job`"],
        ),
        ("text.orValue(1)", &["1: the value before `orValue` is a text, but this is a number"]),
        ("size(1)", &["1: `size` is of a list or a text, but this is a number"]),
        ("numbers.flatMap(x, x)", &["x: `flatMap` is of a list, but this is a number"]),
        ("numbers.sortedBy(x, text)", &["text: `sortedBy` sorts by a number, but this is a text"]),
        ("numbers.overlapping(x, x)", &["x: `overlapping` compares address ranges, but this is a number"]),
    ]);
    let (terms, labels) = (Terms::new(), labels());
    let mut compiler = Compiler::new(&terms, &labels);
    let errors = compiler.compile_expecting(&parse("job.region").unwrap(), &scope(), &Type::Bool).unwrap_err();
    assert_eq!(describe("job.region", &errors[0]), "job.region: a truth value is needed, but this is a text");
    for text in ["any", "text", "int", "bool", "list(subnet)", "list(any)", "service_resource"] {
        assert!(Type::parse(text).is_some(), "{text}");
    }
    assert!(Type::parse("list(list(int))").is_none());
    assert!(Type::parse("sub").is_none());
}

#[test]
fn terms() {
    let mut terms = Terms::new();
    let mut add = |name: &str, parameters: &[(&str, Type)], body: &str| {
        let parameters = parameters.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone()));
        let term = Term { parameters: parameters.collect(), body: parse(body).unwrap() };
        assert!(terms.add(name, term).is_none());
    };
    let storage = ("resource", Type::object(SERVICE_RESOURCE));
    add(
        "posture",
        std::slice::from_ref(&storage),
        "resource.network.default_action == \"deny\" ? \"closed\" : \"open\"",
    );
    add("firewalled", std::slice::from_ref(&storage), "posture(resource) != \"open\"");
    terms.check(&labels()).unwrap();
    assert_eq!(terms.type_of("firewalled"), Some(&Type::Bool));
    let expect = |terms: &Terms, text: &str| {
        let labels = labels();
        let errors = Compiler::new(terms, &labels).compile(&parse(text).unwrap(), &scope()).unwrap_err();
        errors.iter().map(|error| describe(text, error)).collect::<Vec<_>>()
    };
    assert_eq!(
        expect(&terms, "firewalld(storage)"),
        ["firewalld: there is no function or term `firewalld` (did you mean `firewalled`?)"]
    );
    assert_eq!(
        expect(&terms, "firewalled(job)"),
        [
            "job: `resource` of `firewalled` must be an object of kind `service_resource`, but this is an object of kind `job`"
        ]
    );
    assert_eq!(
        expect(&terms, "firewalled()"),
        ["firewalled(): `firewalled` takes one argument, not 0 (write `firewalled(resource)`)"]
    );
    assert_eq!(
        expect(&terms, "storage.firewalled()"),
        ["firewalled: there is no method `firewalled` (write `firewalled(...)`: it is a term)"]
    );
    assert_eq!(
        expect(&terms, "posture(storage) == \"opn\""),
        ["\"opn\": `opn` is not among the words that can stand here (did you mean `open`?)"]
    );
    for (name, body) in [("one", "two(x)"), ("two", "one(x)")] {
        let term = Term { parameters: vec![("x".to_owned(), Type::Int)], body: parse(body).unwrap() };
        terms.add(name, term);
    }
    let errors = terms.check(&labels()).unwrap_err();
    let messages: Vec<String> = errors.iter().map(|found| format!("{}: {}", found.term, found.error)).collect();
    assert_eq!(messages, ["one: the term `two` has mistakes of its own", "two: the term `one` uses itself",]);
    let mut terms = Terms::new();
    let term = Term { parameters: vec![("azure".to_owned(), Type::Int)], body: parse("size(1)").unwrap() };
    terms.add("size", term.clone());
    terms.add("self", Term { body: parse("self(1)").unwrap(), ..term });
    let errors = terms.check(&labels()).unwrap_err();
    assert!(errors.iter().any(|found| found.error.message == "the term `self` uses itself"));
    assert!(errors.iter().any(|found| found.error.message == "`size` is a function of the language"));
    assert!(errors.iter().any(|found| found.error.message == "the parameter `azure` already has a meaning"));
}

#[test]
fn templates() {
    let text = "a {job.regoin} {{ {binding.auth} } {x";
    let errors = Template::parse(text).unwrap_err();
    let found: Vec<String> = errors.iter().map(|error| describe(text, error)).collect();
    assert_eq!(
        found,
        [
            "}: this brace closes nothing (write `}}` for a brace)",
            "{: this brace is never closed (write `{{` for a brace)",
        ]
    );
    let text = "a {job.regoin} {{ {job ==}";
    let errors = Template::parse(text).unwrap_err();
    assert_eq!((errors[0].span.start, errors[0].span.end), (25, 25));
    let text = "a {job.regoin}";
    let (terms, labels) = (Terms::new(), labels());
    let template = Template::parse(text).unwrap();
    let errors = Compiler::new(&terms, &labels).template(&template, &scope()).unwrap_err();
    assert_eq!(describe(text, &errors[0]), "regoin: a `job` has no field `regoin` (did you mean `region`?)");
}

#[test]
fn objects_of_any_kind() {
    let (terms, labels) = (Terms::new(), labels());
    let scope = Scope::new().with("flow", Type::object(FLOW));
    let mut compiler = Compiler::new(&terms, &labels);
    for (text, ty) in [
        ("flow.target.service", Type::object(SERVICE)),
        ("flow.target.name", Type::TEXT),
        ("flow.target.private_endpoints", Type::list(Type::object(PRIVATE_ENDPOINT))),
        ("flow.origin.region", Type::TEXT),
        ("flow.target.network.default_action == \"allow\"", Type::Bool),
        ("kind(flow.target) == \"event_hubs\"", Type::Bool),
    ] {
        let program = compiler.compile(&parse(text).unwrap(), &scope).expect(text);
        assert_eq!(program.ty, ty, "{text}");
    }
    let text = "flow.target.scope";
    let errors = compiler.compile(&parse(text).unwrap(), &scope).unwrap_err();
    assert_eq!(
        describe(text, &errors[0]),
        "scope: `scope` is a text out of `customer_data`, `all` in one kind of object and an object of kind `job`, `cluster`, `hub`, `service_resource`, `vnet` in another"
    );
}
