//! Tests of the expression language.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod bounds;
mod corpus;
mod decided;
mod functions;
mod mistakes;
mod places;
mod symbols;

use std::rc::Rc;

use super::{Bounds, Deployment, Evaluator, Level, ReferenceCall, Refusal, Scope};
use crate::frontend::arm::value::{Data, GivenBy, Kind, Reason, Unknown, Value};
use crate::source::{Limits, NodeId, Problem, Sources};

/// A template of parameters and variables, and nothing else.
struct Small {
    root: NodeId,
    deployment: Deployment,
    /// The names of parameters whose values are unknown.
    hidden: Vec<&'static str>,
    running: Vec<String>,
}

impl Small {
    fn of(root: NodeId, level: Level) -> Self {
        Self { root, deployment: Deployment::to(level), hidden: Vec::new(), running: Vec::new() }
    }

    fn section(&self, evaluator: &Evaluator<'_>, section: &str, name: &str) -> Result<(Rc<str>, NodeId), Refusal> {
        let sources = evaluator.sources();
        let section_node = sources.get(self.root, section).unwrap_or(NodeId::NOWHERE);
        let entries = sources.entries(section_node);
        let found = entries.iter().find(|entry| sources.text(entry.key).eq_ignore_ascii_case(name));
        let names: Vec<String> = entries.iter().map(|entry| sources.text(entry.key).into_owned()).collect();
        let what = section.trim_end_matches('s');
        let refusal = || Refusal::unknown_name(what, name, names.iter().map(String::as_str));
        found.map(|entry| ((&*sources.text(entry.key)).into(), entry.value)).ok_or_else(refusal)
    }
}

impl Scope for Small {
    fn parameter(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal> {
        let (name, node) = self.section(evaluator, "parameters", name)?;
        if evaluator.sources().is_null(node) || self.hidden.contains(&&*name) {
            let expression = format!("parameters('{name}')");
            let value = Value::unknown(Unknown::new(Reason::Parameter, &name, &expression));
            return Ok(value.given(GivenBy::ParameterDeclaration, &name, node));
        }
        Ok(evaluator.literal(node).given(GivenBy::ParameterDefault, &name, node))
    }

    fn variable(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal> {
        let (name, node) = self.section(evaluator, "variables", name)?;
        if self.running.iter().any(|running| **running == *name) {
            return Err(Refusal::new("cycle", format!("the variable `{name}` depends on itself")));
        }
        self.running.push(name.to_string());
        let value = evaluator.value(self, node);
        self.running.pop();
        Ok(value.given(GivenBy::Variable, &name, node))
    }

    fn copy_index(&mut self, _: &mut Evaluator<'_>, name: Option<&str>) -> Result<Value, Refusal> {
        match name {
            None | Some("loop") => Ok(Value::new(Data::Int(3))),
            Some(other) => Err(Refusal::unknown_name("loop", other, ["loop"])),
        }
    }

    fn reference(&mut self, _: &mut Evaluator<'_>, call: &ReferenceCall<'_>) -> Result<Value, Refusal> {
        Ok(call.outside())
    }

    fn user_function(&mut self, _: &mut Evaluator<'_>, name: &str, arguments: Vec<Value>) -> Result<Value, Refusal> {
        match (name, &*arguments) {
            ("contoso.same", [only]) => Ok(only.clone()),
            _ => Err(Refusal::unknown_name("function", name, ["contoso.same"])),
        }
    }

    fn deployment(&self) -> &Deployment {
        &self.deployment
    }
}

/// What came out of the expression under `value`.
struct Run {
    sources: Sources,
    value: Value,
    problems: Vec<Problem>,
}

impl Run {
    /// Code and written bytes of each problem.
    fn mistakes(&self) -> Vec<(&'static str, String)> {
        let written = |problem: &Problem| {
            let place = problem.primary.place;
            (problem.code, self.sources.slice(place.file, place.span).to_owned())
        };
        self.problems.iter().map(written).collect()
    }

    fn json(&self) -> serde_json::Value {
        json(&self.value)
    }

    fn reason(&self) -> Option<Reason> {
        self.value.as_unknown().map(|unknown| unknown.reason)
    }
}

fn json(value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(answer) => (*answer).into(),
        Data::Int(number) => (*number).into(),
        Data::Decimal(text) => text.parse::<f64>().unwrap().into(),
        Data::Text(text) => (&**text).into(),
        Data::Array(array) => array.items.iter().map(json).collect(),
        Data::Object(object) => {
            object.entries().iter().map(|entry| (entry.key.to_string(), json(&entry.value))).collect()
        }
        Data::Symbol(_) | Data::Unknown(_) => format!("?{}", value.display()).into(),
    }
}

/// Evaluates `value` in a template, which is JSON as people write it.
fn run_template(template: &str, level: Level, hidden: &[&'static str], bounds: Bounds) -> Run {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("test.json", template.to_owned(), &Limits::default(), &mut problems);
    assert!(problems.is_empty(), "{problems:?}");
    let mut scope = Small { hidden: hidden.to_vec(), ..Small::of(root.unwrap(), level) };
    let mut evaluator = Evaluator::new(&sources, bounds);
    let node = sources.get(root.unwrap(), "value").unwrap();
    let value = evaluator.value(&mut scope, node);
    let problems = evaluator.take_problems();
    drop(evaluator);
    Run { sources, value, problems }
}

/// Parameters and variables that the tests speak of. A parameter that is null has no value.
const AROUND: &str = r#"
    "parameters": {
        "name": "web", "count": 3, "on": true, "missing": null,
        "list": ["one", "two", "three"], "object": {"One": "a", "two": {"deep": [1, 2]}, "nothing": null},
        "dogs": [
            {"name": "Evie", "age": 5}, {"name": "Casper", "age": 3}, {"name": "Indy", "age": 2}, {"name": "Kira", "age": 8}
        ]
    },
    "variables": {"prefix": "[concat(parameters('name'), '-')]", "self": "[variables('self')]"}"#;

fn template_of(expression: &str) -> String {
    format!("{{{AROUND}, \"value\": {}}}", serde_json::to_string(&format!("[{expression}]")).unwrap())
}

/// Evaluates an expression, written without its brackets, among [`AROUND`].
fn run(expression: &str) -> Run {
    run_template(&template_of(expression), Level::ResourceGroup, &[], Bounds::default())
}

/// What an expression without mistakes gives.
fn value(expression: &str) -> serde_json::Value {
    let run = run(expression);
    assert!(run.problems.is_empty(), "{expression}: {:#?}", run.problems);
    run.json()
}

fn kind_of(expression: &str) -> Option<Kind> {
    run(expression).value.kind()
}
