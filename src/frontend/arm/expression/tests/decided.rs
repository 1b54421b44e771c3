//! What is decided though something is unknown, and that an unknown never turns an answer into its opposite.

use proptest::prelude::*;

use super::{Bounds, Level, run, run_template, template_of, value};
use crate::frontend::arm::value::{Data, Lookup, Reason, Value};

#[test]
fn answers_that_do_not_hang_on_the_unknown_part() {
    for (expression, expected) in [
        ("and(parameters('missing'), false())", false),
        ("or(parameters('missing'), true())", true),
        ("if(parameters('missing'), true(), true())", true),
        ("equals(parameters('missing'), parameters('missing'))", true),
        ("contains(createArray(parameters('missing'), 'x'), 'x')", true),
        ("empty(concat(parameters('list'), parameters('missing')))", false),
        ("empty(union(createObject('a', 1), parameters('missing')))", false),
        ("contains(union(createObject('a', 1), parameters('missing')), 'A')", true),
        ("equals(length(createArray(parameters('missing'))), 1)", true),
        ("equals(coalesce('x', parameters('missing')), 'x')", true),
        ("equals(createArray(parameters('missing')), createArray(1, 2))", false),
        ("equals(union(parameters('missing'), createObject('a', 1)).a, 1)", true),
        ("equals(createObject(parameters('missing'), 1)[parameters('missing')], 1)", true),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn what_hangs_on_it_is_open() {
    for expression in [
        "and(parameters('missing'), true())",
        "or(parameters('missing'), false())",
        "not(parameters('missing'))",
        "if(parameters('missing'), 1, 2)",
        "contains(createArray(parameters('missing'), 'x'), 'y')",
        "contains(union(createObject('a', 1), parameters('missing')), 'b')",
        "equals(union(createObject('a', 1), parameters('missing')).a, 1)",
        "length(concat(parameters('list'), parameters('missing')))",
        "first(concat(parameters('list'), parameters('missing')))",
        "concat(parameters('list'), parameters('missing'))[0]",
        "coalesce(parameters('missing'), 'x')",
        "length(filter(createArray(1, 2), lambda('i', equals(lambdaVariables('i'), parameters('missing')))))",
        "equals(union(createObject('a', 1), createObject(parameters('missing'), 2)).a, 1)",
        "contains(union(parameters('missing'), createObject('a', createObject('b', 1))).a, 'c')",
    ] {
        let run = run(expression);
        assert!(run.problems.is_empty(), "{expression}: {:?}", run.problems);
        assert_eq!(run.reason(), Some(Reason::Parameter), "{expression} gives {}", run.value.display());
    }
}

#[test]
fn an_open_array_keeps_the_items_that_are_known() {
    let run = run(
        "filter(concat(parameters('list'), parameters('missing')), lambda('i', not(equals(lambdaVariables('i'), 'two'))))",
    );
    let array = run.value.as_array().unwrap();
    let known: Vec<&str> = array.items.iter().filter_map(Value::as_text).collect();
    assert_eq!((known, array.is_closed()), (vec!["one", "three"], false));
}

#[test]
fn an_object_with_an_unknown_key_may_have_any() {
    let run = run("createObject(concat('id-', parameters('missing')), 1, 'b', 2)");
    let object = run.value.as_object().unwrap();
    assert!(matches!(object.get("ID-x"), Lookup::Maybe(_)));
    assert!(matches!(object.get("x"), Lookup::Absent));
    assert!(matches!(object.get("B"), Lookup::Found(value) if value.as_int() == Some(2)));
}

#[test]
fn what_may_not_be_evaluated_is_not_reported() {
    let guarded = run("if(contains(parameters('missing'), 'x'), parameters('object').x, parameters('object').one)");
    assert!(guarded.problems.is_empty(), "{:?}", guarded.problems);
    let certain = run("if(contains(parameters('object'), 'one'), parameters('object').x, 1)");
    assert_eq!(certain.mistakes(), [("unknown-property", "x".to_owned())]);
    assert!(run("and(parameters('missing'), equals(div(1, 0), 1))").problems.is_empty());
}

/// Expressions that give true or false, over parameters.
fn condition() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        Just("parameters('name')".to_owned()),
        Just("'web'".to_owned()),
        Just("concat(parameters('name'), '-x')".to_owned()),
        Just("toUpper(parameters('name'))".to_owned()),
        Just("take(concat(parameters('name'), 'abc'), 4)".to_owned()),
        Just("format('{0}-{1}', parameters('name'), parameters('count'))".to_owned()),
        Just("replace(concat('a-', parameters('name')), '-', '')".to_owned()),
        Just("join(parameters('list'), parameters('name'))".to_owned()),
        Just("coalesce(tryGet(parameters('object'), 'none'), parameters('name'))".to_owned()),
        Just("coalesce(parameters('object').nothing, 'web')".to_owned()),
        Just("first(concat(parameters('list'), createArray('web')))".to_owned()),
        Just("if(parameters('on'), 'web', parameters('name'))".to_owned()),
        Just("string(parameters('object'))".to_owned()),
        Just("uniqueString(parameters('name'))".to_owned()),
    ];
    let list = prop_oneof![
        Just("parameters('list')".to_owned()),
        Just("concat(parameters('list'), createArray(parameters('name')))".to_owned()),
        Just("union(parameters('list'), createArray('web', 'one'))".to_owned()),
        Just("filter(parameters('list'), lambda('i', contains(lambdaVariables('i'), 'o')))".to_owned()),
        Just("map(parameters('list'), lambda('i', concat(lambdaVariables('i'), parameters('name'))))".to_owned()),
        Just("skip(parameters('list'), parameters('count'))".to_owned()),
        Just("sort(parameters('list'), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))".to_owned()),
        Just("intersection(parameters('list'), createArray('one', parameters('name')))".to_owned()),
        Just("objectKeys(union(parameters('object'), createObject(parameters('name'), 1)))".to_owned()),
        Just("flatten(createArray(parameters('list'), createArray('x')))".to_owned()),
        Just("split(concat(parameters('name'), '/', 'x'), '/')".to_owned()),
    ];
    let object = prop_oneof![
        Just("parameters('object')".to_owned()),
        Just("union(parameters('object'), createObject('one', 'b', 'two', createObject('x', 1)))".to_owned()),
        Just("union(createObject('two', createObject('x', 1, 'deep', 2)), parameters('object'))".to_owned()),
        Just(
            "union(createObject('one', 1), createObject(parameters('name'), 2, 'two', parameters('object')))"
                .to_owned()
        ),
        Just("shallowMerge(createArray(parameters('object'), createObject('web', 1)))".to_owned()),
        Just("toObject(parameters('list'), lambda('i', lambdaVariables('i')))".to_owned()),
        Just("mapValues(parameters('object'), lambda('v', parameters('count')))".to_owned()),
    ];
    let leaf = prop_oneof![
        Just("parameters('on')".to_owned()),
        (text.clone(), text.clone()).prop_map(|(a, b)| format!("equals({a}, {b})")),
        (text.clone(), "[a-zA-Z]{0,2}").prop_map(|(a, b)| format!("contains({a}, '{b}')")),
        (text.clone(), "(w|we|web|a|O)").prop_map(|(a, b)| format!("startsWith({a}, '{b}')")),
        (text.clone(), "(b|eb|x|3)").prop_map(|(a, b)| format!("endsWith({a}, '{b}')")),
        text.clone().prop_map(|a| format!("empty({a})")),
        (text.clone(), 0_i64..8).prop_map(|(a, b)| format!("greater(length({a}), {b})")),
        (list.clone(), text.clone()).prop_map(|(a, b)| format!("contains({a}, {b})")),
        (list.clone(), list.clone()).prop_map(|(a, b)| format!("equals({a}, {b})")),
        list.clone().prop_map(|a| format!("empty({a})")),
        (list.clone(), 0_i64..5).prop_map(|(a, b)| format!("less(length({a}), {b})")),
        (list.clone(), text.clone()).prop_map(|(a, b)| format!("equals(first({a}), {b})")),
        (list, text.clone()).prop_map(|(a, b)| format!("equals(indexOf({a}, {b}), 1)")),
        (object.clone(), text.clone()).prop_map(|(a, b)| format!("contains({a}, {b})")),
        (object.clone(), object.clone()).prop_map(|(a, b)| format!("equals({a}, {b})")),
        (object.clone(), "(one|two|web)").prop_map(|(a, b)| format!("equals(tryGet({a}, '{b}'), 'a')")),
        (object.clone(), "(x|deep)").prop_map(|(a, b)| format!("equals(tryGet(tryGet({a}, 'two'), '{b}'), 1)")),
        (object, 0_i64..6).prop_map(|(a, b)| format!("equals(length({a}), {b})")),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("and({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("or({a}, {b})")),
            inner.clone().prop_map(|a| format!("not({a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("if({a}, {b}, {c})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn hiding_a_value_never_turns_an_answer(
        condition in condition(),
        hidden in prop::collection::vec(prop::sample::select(vec!["name", "count", "on", "list", "object"]), 1..3),
    ) {
        let template = template_of(&condition);
        let run = |hidden: &[&'static str]| run_template(&template, Level::ResourceGroup, hidden, Bounds::default());
        let (known, unknown) = (run(&[]), run(&hidden));
        if let (Some(before), Some(after)) = (known.value.as_bool(), unknown.value.as_bool()) {
            prop_assert_eq!(before, after, "{} with {:?} hidden", condition, hidden);
        }
        // What fails may not be told from what does not, but what does not must not be said to fail.
        if known.problems.is_empty() {
            prop_assert!(unknown.problems.is_empty(), "{} with {:?} hidden: {:?}", condition, hidden, unknown.problems);
            prop_assert!(!matches!(unknown.value.data, Data::Null));
        }
    }
}
