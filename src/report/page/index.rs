//! The index of all pages: by what is judged, by service and by document.

use std::collections::BTreeMap;

use super::cases;
use crate::analysis::Citations;
use crate::knowledge::definitions::program::PROGRAM_RULES;
use crate::knowledge::definitions::{Definitions, ExampleKind, MethodDefinition, RuleDefinition, ServiceDefinition};
use crate::knowledge::ruleset::{Collection, Ruleset};
use crate::topology::{FieldType, KINDS, Kind, KindId, SERVICE_RESOURCE};

/// Names by what they are listed under.
type Lists = BTreeMap<String, Vec<String>>;

/// The index page, as Markdown.
#[must_use]
pub fn index(ruleset: &Ruleset) -> String {
    let definitions = &ruleset.definitions;
    let mut rules: Vec<&RuleDefinition> = definitions.rules.iter().collect();
    rules.sort_by_key(|rule| rule.name.as_str());
    let mut text = format!(
        "# Rules and access methods\n\n{} rules, {} change rules and {} access methods. A rule is a constraint that a \
         topology can break, a change rule one that the step from one state to the next can break; an access method is one \
         way in which a connection can be open. `isolint explain NAME` prints the same pages.\n\n\
         ## Rules\n\n| rule | level | what it says |\n| --- | --- | --- |\n",
        rules.len(),
        definitions.changes.len(),
        definitions.methods.len()
    );
    for rule in &rules {
        let level = cases(&rule.level).replace('|', "\\|");
        text.push_str(&format!("| {} | {level} | {} |\n", link(&rule.name), rule.title));
    }
    text.push_str("\n## Change rules\n\n| rule | level | what it says |\n| --- | --- | --- |\n");
    for change in &definitions.changes {
        let level = cases(&change.level).replace('|', "\\|");
        text.push_str(&format!("| {} | {level} | {} |\n", link(&change.name), change.title));
    }
    text.push_str("\n## Rules about exceptions\n\n| rule | level | what it says |\n| --- | --- | --- |\n");
    for rule in PROGRAM_RULES {
        text.push_str(&format!("| {} | {} | {} |\n", link(rule.name), rule.level, rule.title));
    }
    text.push_str(
        "\n## Access methods\n\n| method | path class | connections of | what it is |\n| --- | --- | --- | --- |\n",
    );
    for method in &definitions.methods {
        let (path, groups) = (cases(&method.path).replace('|', "\\|"), method.groups.join(", "));
        text.push_str(&format!("| {} | {path} | {groups} | {} |\n", link(&method.name), method.title));
    }
    text.push_str(
        "\n## By service\n\nRules that are judged for a service, speak of it by name, or show it in a bad example.\n\n",
    );
    lists(&mut text, &by_service(definitions, &rules));
    text.push_str("\n## By document\n\n");
    by_document(&mut text, definitions);
    text
}

fn link(name: &str) -> String {
    format!("[{name}]({name}.md)")
}

fn lists(text: &mut String, lists: &Lists) {
    for (title, names) in lists {
        let links: Vec<String> = names.iter().map(|name| link(name)).collect();
        text.push_str(&format!("- **{title}**: {}\n", links.join(", ")));
    }
}

fn by_service(definitions: &Definitions, rules: &[&RuleDefinition]) -> Lists {
    let sections: Vec<(String, Option<String>)> =
        definitions.services.iter().map(|service| (service.name.clone(), service.section.clone())).collect();
    let mut lists = Lists::new();
    for rule in rules {
        let subject = Collection::parse(rule.subject.list.source.text.trim(), &sections).ok();
        for service in &definitions.services {
            let is_subject = subject.as_ref().is_some_and(|subject| concerns(subject, service));
            if is_subject || mentions(rule, &service.name) || shows(rule, service) {
                lists.entry(service.title.clone()).or_default().push(rule.name.clone());
            }
        }
    }
    lists
}

/// Whether the subjects are of that service, or parts of what is.
fn concerns(subject: &Collection, service: &ServiceDefinition) -> bool {
    match &subject.service {
        Some(name) => *name == service.name,
        None if subject.kind == SERVICE_RESOURCE => false,
        None => {
            service.model.as_deref().is_some_and(|model| outermost(subject.kind).is_some_and(|kind| kind.name == model))
        }
    }
}

/// The kind that stands alone and holds objects of a kind.
fn outermost(mut id: KindId) -> Option<&'static Kind> {
    loop {
        let kind = KINDS.iter().find(|kind| kind.id == id)?;
        let parent = kind.fields.iter().find_map(|field| match field.ty {
            FieldType::Parent(parent) => Some(parent),
            _ => None,
        });
        match parent {
            Some(parent) => id = parent,
            None => return Some(kind),
        }
    }
}

/// Whether the condition names a service.
fn mentions(rule: &RuleDefinition, service: &str) -> bool {
    let values = rule.values.iter().map(|(_, value)| value);
    let lists = rule.each.iter().map(|each| &each.list);
    let expressions = rule.filter.iter().chain([&rule.deny]).chain(values).chain(lists);
    let quoted = format!("\"{service}\"");
    expressions.into_iter().any(|expression| expression.source.text.contains(&quoted))
}

/// Whether a bad example holds a resource of a service.
fn shows(rule: &RuleDefinition, service: &ServiceDefinition) -> bool {
    let Some(section) = &service.section else { return false };
    let bad = rule.examples.iter().filter(|example| example.kind == ExampleKind::Bad);
    let mut lines = bad.flat_map(|example| example.topology.lines());
    lines.any(|line| line.strip_prefix(section.as_str()).is_some_and(|rest| rest.starts_with(':')))
}

fn by_document(text: &mut String, definitions: &Definitions) {
    let citations = Citations::new(definitions);
    for document in definitions.documents.iter().filter(|document| document.file.is_some()) {
        let address = document.address.as_deref().unwrap_or_default();
        text.push_str(&format!("### {}\n\n[{}]({address}), {}.\n\n", document.title, document.name, document.date));
        for clause in definitions.clauses.iter().filter(|clause| clause.document == document.name) {
            let carriers = carriers(definitions, &clause.id);
            if !carriers.is_empty() {
                let fact =
                    citations.fact(&clause.id).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
                text.push_str(&format!("- **{}** {fact} {}\n", clause.id, carriers.join(", ")));
            }
        }
        text.push('\n');
    }
    let mut others = Lists::new();
    let rules = definitions.rules.iter().map(|rule| (&rule.name, &rule.sources));
    for (name, sources) in rules.chain(definitions.changes.iter().map(|change| (&change.name, &change.sources))) {
        for source in sources {
            let names = others.entry(format!("{} ({})", source.title, source.date)).or_default();
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    if !others.is_empty() {
        text.push_str("### Other documents\n\n");
        lists(text, &others);
    }
}

/// Links to the rules and methods that rest on a clause.
fn carriers(definitions: &Definitions, clause: &str) -> Vec<String> {
    let rules = definitions.rules.iter().map(|rule| (&rule.name, &rule.clauses));
    let rules = rules.chain(definitions.changes.iter().map(|change| (&change.name, &change.clauses)));
    let rules = rules.filter(|(_, clauses)| clauses.iter().any(|known| known == clause));
    let methods = definitions.methods.iter().filter(|method| rests_on(definitions, method, clause));
    rules.map(|(name, _)| link(name)).chain(methods.map(|method| link(&method.name))).collect()
}

fn rests_on(definitions: &Definitions, method: &MethodDefinition, clause: &str) -> bool {
    let of_requirements = definitions.requirements_of(method).flat_map(|requirement| &requirement.clauses);
    of_requirements.chain(&method.clauses).any(|known| known == clause)
}
