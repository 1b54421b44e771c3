//! Values know where they stand and where they were given.

use super::{Bounds, Level, run, run_template, value};

#[test]
fn a_value_stands_at_its_property_and_names_what_gave_it() {
    let run = run("concat(variables('prefix'), parameters('object').two.deep[1])");
    assert_eq!(run.value.as_text(), Some("web-2"));
    let place = run.sources.place(run.value.at);
    assert!(run.sources.slice(place.file, place.span).starts_with("\"[concat("));
    let given: Vec<(&str, &str)> = run
        .value
        .trail
        .places()
        .iter()
        .map(|given| {
            let place = run.sources.place(given.at);
            (&*given.name, run.sources.slice(place.file, place.span))
        })
        .collect();
    let prefix = r#""[concat(parameters('name'), '-')]""#;
    assert_eq!(given, [("prefix", prefix), ("name", "\"web\""), ("object", "2")]);
}

#[test]
fn what_is_written_in_place_has_no_other_place() {
    assert!(run("concat('a', 'b')").value.trail.places().is_empty());
}

#[test]
fn what_is_wrong_with_a_call_is_said_wherever_it_is_written() {
    let template = r#"{"parameters": {"name": "web"}, "value": [
        "[concat(substring(parameters('name'), 5), '-')]",
        "[format('{0}', concat(substring(parameters('name'), 5), '-'))]"
    ]}"#;
    let run = run_template(template, Level::ResourceGroup, &[], Bounds::default());
    assert_eq!(run.mistakes(), [("wrong-argument", "5".to_owned()), ("wrong-argument", "5".to_owned())]);
    let starts: Vec<u32> = run.problems.iter().map(|problem| problem.primary.place.span.start).collect();
    let found: Vec<usize> = template.match_indices("5)").map(|(at, _)| at).collect();
    assert_eq!(starts.iter().map(|start| *start as usize).collect::<Vec<_>>(), found);
}

#[test]
fn a_call_that_is_written_twice_has_one_value_and_what_hangs_on_a_loop_has_not() {
    let twice = "concat(parameters('name'), '-', 'a')";
    let inner = "concat(lambdaVariables('x'), '-')";
    assert_eq!(value(&format!("createArray({twice}, {twice})")), serde_json::json!(["web-a", "web-a"]));
    assert_eq!(
        value(&format!("map(createArray('a', 'b'), lambda('x', concat({inner}, {inner})))")),
        serde_json::json!(["a-a-", "b-b-"])
    );
}
