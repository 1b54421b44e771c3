//! Parameter files: the values of the parameters of a template, as JSON.
//!
//! `.bicepparam` files are programs of another language and are not read.

use std::rc::Rc;

use super::recognise::{get, is_mapping};
use crate::source::{NodeId, Problem, Sources};

/// The values that a file gives to parameters.
#[derive(Debug, Clone, Default)]
pub struct ParameterFile {
    /// What it gives, in the order of the file.
    pub given: Vec<Assigned>,
}

/// What a parameter file gives to one parameter.
#[derive(Debug, Clone)]
pub struct Assigned {
    /// The name of the parameter.
    pub name: Rc<str>,
    /// The value; `None` for a secret of a key vault.
    pub value: Option<NodeId>,
    /// Where it is named.
    pub at: NodeId,
}

impl ParameterFile {
    /// Reads a parameter file.
    #[must_use]
    pub fn read(sources: &Sources, root: NodeId, problems: &mut Vec<Problem>) -> Self {
        let Some(section) = get(sources, root, "parameters") else { return Self::default() };
        if !is_mapping(sources, section) {
            let message = format!("`parameters` must be an object, and this is {}", sources.describe(section));
            problems.push(Problem::error("wrong-type", sources.place(section), message));
        }
        let mut given = Vec::new();
        for entry in sources.entries(section) {
            let name: Rc<str> = sources.text(entry.key).into();
            let value = get(sources, entry.value, "value");
            if value.is_none() && get(sources, entry.value, "reference").is_none() {
                let message = format!("the parameter `{name}` is given neither a `value` nor a `reference`");
                problems.push(
                    Problem::error("missing-field", sources.place(entry.key), message)
                        .help(format!("write `\"{name}\": {{\"value\": ...}}`")),
                );
                continue;
            }
            given.push(Assigned { name, value, at: entry.key });
        }
        Self { given }
    }
}

/// Whether a parameter file belongs to a template, by their names: `main.parameters.json`, `main.prod.parameters.json`
/// and `main.parameters.prod.json` belong to `main.json`. The two must be in the same folder.
#[must_use]
pub fn belongs(parameters: &str, template: &str) -> bool {
    let split = |path: &str| {
        let (folder, file) = path.rsplit_once('/').map_or(("", path), |(folder, file)| (folder, file));
        (folder.to_owned(), file.to_ascii_lowercase())
    };
    let ((folder, parameters), (other, template)) = (split(parameters), split(template));
    let stem = |name: &str| ["json", "jsonc"].iter().find_map(|end| Some(name.strip_suffix(end)?.to_owned()));
    let (Some(parameters), Some(template)) = (stem(&parameters), stem(&template)) else { return false };
    let rest = parameters.strip_prefix(&template);
    folder == other && rest.is_some_and(|rest| rest.split('.').any(|word| matches!(word, "parameters" | "params")))
}
