//! Values know where they stand and where they were given.

use super::run;

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
