//! The same text in many places of a template.

use serde_json::{Value as Json, json};

use crate::{account, run, template};

fn deployment(name: &str, stem: &str, resource: &Json) -> Json {
    json!({
        "type": "Microsoft.Resources/deployments", "apiVersion": "2022-09-01", "name": name,
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"stem": {"value": stem}},
            "template": template(json!({"parameters": {"stem": {"type": "string"}}, "resources": [resource]}))
        }
    })
}

#[test]
fn a_text_has_the_value_of_the_template_that_it_is_in() {
    let same = account("[concat('st', parameters('stem'))]");
    let run = run(json!({
        "parameters": {"stem": {"type": "string", "defaultValue": "outer"}},
        "resources": [deployment("a", "one", &same), same, deployment("b", "two", &same)]
    }));
    assert!(run.problems.is_empty(), "{:#?}", run.problems);
    let mut names = run.names();
    names.retain(|name| name.starts_with("st"));
    assert_eq!(names, ["stone", "stouter", "sttwo"]);
}

#[test]
fn a_mistake_is_reported_wherever_it_is_written() {
    for mistaken in ["[concat('st', parameters('stem'))]", "[concat('st' 'x')]", "[first(createArray(''))[3]]"] {
        let run = run(json!({"outputs": {
            "a": {"type": "string", "value": mistaken},
            "b": {"type": "string", "value": mistaken}
        }}));
        let places: Vec<_> = run.problems.iter().map(|problem| problem.primary.place.span.start).collect();
        assert_eq!(places.len(), 2, "{:#?}", run.problems);
        assert!(places[0] < places[1]);
    }
}
