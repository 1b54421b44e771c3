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
        "not(".repeat(100_000),
        "a.".repeat(100_000),
    ] {
        let run = run(&expression);
        assert_eq!(run.problems.len(), 1);
        assert_eq!(run.problems[0].code, "expression-syntax");
    }
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
