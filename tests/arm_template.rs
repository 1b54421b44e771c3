//! Templates as people write them, and what they come to.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "arm_template/bounds.rs"]
mod bounds;
#[path = "arm_template/dependencies.rs"]
mod dependencies;
#[path = "arm_template/deployments.rs"]
mod deployments;
#[path = "arm_template/loops.rs"]
mod loops;
#[path = "arm_template/mutations.rs"]
mod mutations;
#[path = "arm_template/names.rs"]
mod names;
#[path = "arm_template/parameters.rs"]
mod parameters;
#[path = "arm_template/references.rs"]
mod references;
#[path = "arm_template/repeats.rs"]
mod repeats;

use std::collections::BTreeMap;

use isolint::frontend::arm::parameters::ParameterFile;
use isolint::frontend::arm::resource::{Evaluated, Resource};
use isolint::frontend::arm::template::evaluate;
use isolint::frontend::arm::value::{Data, Lookup, Value};
use isolint::source::{Limits, NodeId, Problem, Sources};
use serde_json::{Value as Json, json};

/// What a template came to.
pub struct Run {
    pub sources: Sources,
    pub evaluated: Evaluated,
    pub problems: Vec<Problem>,
}

/// A template of these sections, deployed to a resource group.
pub fn template(sections: Json) -> Json {
    let mut template = json!({
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": []
    });
    for (key, value) in sections.as_object().unwrap() {
        template[key] = value.clone();
    }
    template
}

/// A storage account of that name.
pub fn account(name: &str) -> Json {
    json!({"type": "Microsoft.Storage/storageAccounts", "apiVersion": "2023-01-01", "name": name})
}

pub fn run(sections: Json) -> Run {
    run_files(&template(sections), None, &[])
}

/// Evaluates a template with a parameter file and linked templates.
pub fn run_files(template: &Json, parameters: Option<&Json>, linked: &[(&str, Json)]) -> Run {
    let text = serde_json::to_string_pretty(template).unwrap();
    run_text(&text, parameters, linked)
}

pub fn run_text(text: &str, parameters: Option<&Json>, linked: &[(&str, Json)]) -> Run {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let mut add = |name: &str, text: String| sources.add_json(name, text, &Limits::default(), &mut problems).1;
    let root = add("main.json", text.to_owned()).unwrap_or(NodeId::NOWHERE);
    let links: BTreeMap<String, NodeId> =
        linked.iter().map(|(name, template)| ((*name).to_owned(), add(name, template.to_string()).unwrap())).collect();
    let file = parameters.map(|parameters| add("main.parameters.json", parameters.to_string()).unwrap());
    let file = file.map(|file| ParameterFile::read(&sources, file, &mut problems));
    let evaluated = evaluate(&sources, root, file.as_ref(), &|path| links.get(path).copied(), &mut problems);
    Run { sources, evaluated, problems }
}

impl Run {
    /// The same, if nothing was wrong.
    #[track_caller]
    pub fn sound(self) -> Self {
        assert!(self.problems.is_empty(), "{:#?}", self.problems);
        self
    }

    /// Code and written bytes of each problem.
    pub fn mistakes(&self) -> Vec<(&'static str, String)> {
        let written = |problem: &Problem| {
            let place = problem.primary.place;
            (problem.code, self.sources.slice(place.file, place.span).to_owned())
        };
        self.problems.iter().map(written).collect()
    }

    /// The names of all resources, unknown parts in braces.
    pub fn names(&self) -> Vec<String> {
        self.evaluated.resources.iter().map(|resource| resource.name.display()).collect()
    }

    /// The ids of all resources, without the scope of the deployment.
    pub fn ids(&self) -> Vec<&str> {
        self.evaluated.resources.iter().map(|resource| short(&resource.id)).collect()
    }

    #[track_caller]
    pub fn resource(&self, name: &str) -> &Resource {
        let found = self.evaluated.resources.iter().find(|resource| resource.name.display() == name);
        found.unwrap_or_else(|| panic!("no {name} among {:?}", self.names()))
    }

    #[track_caller]
    pub fn output(&self, name: &str) -> Json {
        shown(&self.output_value(name))
    }

    #[track_caller]
    pub fn output_value(&self, name: &str) -> Value {
        self.evaluated.outputs.iter().find(|output| &*output.name == name).unwrap().value.clone()
    }
}

/// An id without the scope that everything is deployed to.
pub fn short(id: &str) -> &str {
    id.strip_prefix("/subscriptions/{subscription().subscriptionid}/resourcegroups/{resourcegroup().name}/providers/")
        .unwrap_or(id)
}

/// A part of a value, by the names of properties.
#[track_caller]
pub fn part(value: &Value, path: &str) -> Value {
    path.split('.').fold(value.clone(), |value, key| match value.as_object().map(|object| object.get(key)) {
        Some(Lookup::Found(part)) => part.clone(),
        _ => panic!("no {key} in {}", value.expression()),
    })
}

/// A value as JSON; what is unknown is a text that begins with `?`.
pub fn shown(value: &Value) -> Json {
    match &value.data {
        Data::Null => Json::Null,
        Data::Bool(answer) => (*answer).into(),
        Data::Int(number) => (*number).into(),
        Data::Decimal(text) => text.parse::<f64>().unwrap().into(),
        Data::Text(text) => (&**text).into(),
        Data::Array(array) => {
            let open = array.rest.as_ref().map(|rest| Json::from(format!("?...{}", rest.expression)));
            array.items.iter().map(shown).chain(open).collect()
        }
        Data::Object(object) => {
            object.entries().iter().map(|entry| (entry.key.to_string(), shown(&entry.value))).collect()
        }
        Data::Symbol(_) | Data::Unknown(_) => format!("?{}", value.display()).into(),
    }
}
