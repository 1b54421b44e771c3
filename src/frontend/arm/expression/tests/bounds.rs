//! No input makes it run for long, and none makes it panic.

use proptest::prelude::*;

use super::{Bounds, Level, run, run_template, template_of};
use crate::frontend::arm::value::Reason;

#[test]
fn bombs_are_stopped() {
    let nested = "map(range(0, 90000), lambda('a', map(range(0, 90000), lambda('b', 1))))";
    let doubled = "reduce(range(0, 60), 'x', lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))";
    let deep = "reduce(range(0, 50000), createArray(), lambda('a', 'b', createArray(lambdaVariables('a'))))";
    let objects = "reduce(range(0, 50000), createObject(), lambda('a', 'b', createObject('x', lambdaVariables('a'))))";
    let hashes =
        "reduce(range(0, 60), uniqueString('a'), lambda('a', 'b', concat(lambdaVariables('a'), lambdaVariables('a'))))";
    let symbols = "reduce(range(0, 60), parameters('missing'), lambda('a', 'b', concat(lambdaVariables('a'), 'x', lambdaVariables('a'))))";
    for expression in [
        "range(0, 10000000)",
        "padLeft('', 2000000000)",
        "format('{0,2000000000}', 'a')",
        nested,
        doubled,
        deep,
        objects,
        symbols,
        hashes,
    ] {
        let bounds = Bounds { steps: 200_000, ..Bounds::default() };
        let run = run_template(&template_of(expression), Level::ResourceGroup, &[], bounds);
        assert_eq!(run.problems.len(), 1, "{expression}: {:?}", run.problems);
        assert_eq!(run.problems[0].code, "too-much-work", "{expression}");
        assert!(run.value.first_unknown().is_some_and(|unknown| unknown.reason == Reason::TooMuch), "{expression}");
    }
}

#[test]
fn deep_expressions_are_refused() {
    for expression in [
        format!("{}1{}", "not(".repeat(1000), ")".repeat(1000)),
        format!("parameters('object'){}", ".a".repeat(1000)),
        format!("parameters('list'){}", "[0]".repeat(1000)),
        "not(".repeat(6000),
        "a.".repeat(12_000),
    ] {
        let run = run(&expression);
        assert_eq!(run.problems.len(), 1);
        assert_eq!(run.problems[0].code, "expression-syntax");
    }
}

#[test]
fn an_expression_that_no_deployment_takes_is_not_read() {
    for (items, code) in [(900, None), (1100, Some("expression-too-long"))] {
        let expression = format!("concat({})", vec!["'twenty characters ab'"; items].join(", "));
        let run = run(&expression);
        assert_eq!(run.problems.first().map(|problem| problem.code), code, "{}", expression.len());
        assert_eq!(run.problems.len(), usize::from(code.is_some()));
    }
    let text = format!("{{\"value\": \"{}\"}}", "a".repeat(1_000_000));
    let run = run_template(&text, Level::ResourceGroup, &[], Bounds::default());
    assert!(run.problems.is_empty() && run.value.is_known());
}

#[test]
fn a_long_list_is_joined_in_time() {
    let run = run("length(join(map(range(0, 90000), lambda('a', 'forty characters that are all of them here')), ','))");
    assert_eq!((run.problems.len(), run.json()), (0, serde_json::json!(90_000 * 43 - 1)));
}

#[test]
fn a_long_chain_of_variables_is_refused() {
    let variables: Vec<String> =
        (0..5000).map(|index| format!("\"v{index}\": \"[concat('x', variables('v{}'))]\"", index + 1)).collect();
    let template =
        format!("{{\"variables\": {{{}, \"v5000\": 1}}, \"value\": \"[variables('v0')]\"}}", variables.join(", "));
    let run = run_template(&template, Level::ResourceGroup, &[], Bounds::default());
    assert_eq!(run.problems.len(), 1, "{:?}", run.problems);
    assert_eq!(run.problems[0].code, "too-deep");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![
        ".{0,80}",
        "[\\[\\]().,' a-z0-9{}\\-é]{0,60}",
        "(concat|format|take|split|json|map|lambda|if|union|parameters|resourceId|range|substring)\\(('[a-z{}0-9:,/]{0,8}'|-?[0-9]{1,19}|createArray\\(1\\)|[(),]){0,5}\\)?",
    ]) {
        let run = run(&text);
        for problem in &run.problems {
            let span = problem.primary.place.span;
            prop_assert!(run.sources.files()[0].text.get(span.start as usize..span.end as usize).is_some());
        }
        prop_assert!(run.problems.is_empty() || run.value.first_unknown().is_some() || run.value.is_known());
    }
}
