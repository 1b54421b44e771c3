//! Access methods, the requirements that they share, and flows, as they are written.

use serde::{Deserialize, Serialize};

use super::EDITIONS;
use super::decode::{Decoder, ExpressionSource, Group, TemplateSource};
use super::repair::RepairStepDefinition;
use super::rule::{Binding, Case};
use crate::source::{NodeId, Place};

const METHOD_FIELDS: &[&str] =
    &["name", "title", "path", "for", "clauses", "why", "let", "prerequisites", "try", "none", "requires", "examples"];
const FLOW_FIELDS: &[&str] =
    &["name", "group", "title", "clauses", "why", "implicit", "claims", "for", "each", "let", "where", "at", "flow"];
const PATHS: &[&str] = &["private", "vnet-bound", "trusted", "ip-filtered", "public"];

/// One documented way in which a flow can be satisfied.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MethodDefinition {
    /// Its kebab-case name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// What people call it.
    pub title: String,
    /// The path class, by cases.
    pub path: Vec<Case>,
    /// The groups of flows that it is tried on.
    pub groups: Vec<String>,
    /// The explanation for people.
    pub why: String,
    /// The statements that it rests on as a whole; an example names those that it exercises.
    pub clauses: Vec<String>,
    /// Named values.
    pub values: Vec<(String, ExpressionSource)>,
    /// Requirements without which the rest makes no sense.
    pub prerequisites: Vec<RequirementDefinition>,
    /// Candidates; the best is reported.
    pub candidates: Option<Binding>,
    /// The requirement that there is a candidate.
    pub none: Option<RequirementDefinition>,
    /// The requirements, in order.
    pub requires: Vec<RequirementStep>,
    /// Topologies that prove it.
    pub examples: Vec<MethodExample>,
}

/// A requirement, or the requirements of a shared list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum RequirementStep {
    /// One requirement.
    One(Box<RequirementDefinition>),
    /// Those of the shared list of that name.
    Include(String, Place),
}

/// One predicate of a method.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequirementDefinition {
    /// Its kebab-case name within the method.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// The predicate; of `none` there is none.
    pub that: Option<ExpressionSource>,
    /// Where a failure points.
    pub at: Option<ExpressionSource>,
    /// What is missing.
    pub missing: TemplateSource,
    /// What would make it hold.
    pub help: Option<TemplateSource>,
    /// What makes it hold.
    pub repair: Vec<RepairStepDefinition>,
    /// The statements that it rests on.
    pub clauses: Vec<String>,
}

/// Requirements that several methods share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequirementsDefinition {
    /// The name to include them by.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// The variables they expect, with their types.
    pub parameters: Vec<(String, String)>,
    /// The requirements.
    pub requires: Vec<RequirementDefinition>,
}

/// A topology that proves a method.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MethodExample {
    /// `open`, `blocked` or `undetermined`.
    pub outcome: String,
    /// The text of the topology file.
    pub topology: String,
    /// Where it stands.
    pub place: Place,
    /// Which flow, as `origin -> target` or `origin -> target (use)`.
    pub flow: Option<String>,
    /// The requirements that must be missing, exactly.
    pub missing: Vec<String>,
    /// The requirements that must be unknown, exactly.
    pub unknown: Vec<String>,
    /// The edition it is judged under.
    pub edition: Option<String>,
    /// The path class it must have, where it is said.
    pub path: Option<String>,
    /// The clauses it exercises of the method as a whole or of the flow, beside those of requirements.
    pub clauses: Vec<String>,
}

/// Which connections follow from a kind of object.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FlowDefinition {
    /// Its kebab-case name.
    pub name: String,
    /// Where the name stands.
    pub place: Place,
    /// The group of access methods.
    pub group: String,
    /// The statements that it rests on.
    pub clauses: Vec<String>,
    /// What it is, in words.
    pub title: String,
    /// Nobody means to make it: it is judged for claims and policies, and not told among the connections.
    pub implicit: bool,
    /// Of an implicit one the fields of the subject that are claims about it: where nothing else asks for such flows, it
    /// is judged for subjects that claim something.
    pub claims: Vec<(String, Place)>,
    /// What it follows from.
    pub subject: Binding,
    /// What is combined with the subject.
    pub each: Vec<Binding>,
    /// Named values.
    pub values: Vec<(String, ExpressionSource)>,
    /// Where there is such a flow.
    pub filter: Option<ExpressionSource>,
    /// The place of the flow.
    pub at: ExpressionSource,
    /// The name of the flow, in words.
    pub flow_name: TemplateSource,
    /// The fields of the flow.
    pub fields: Vec<(String, ExpressionSource)>,
}

impl Decoder<'_> {
    pub(super) fn method(&mut self, node: NodeId) -> Option<MethodDefinition> {
        let group = self.group(node, METHOD_FIELDS)?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let name = self.name(name)?;
        let title = self.required_text(group, "title");
        let path = self.required(group, "path").map(|node| self.cases(node, PATHS, "path"));
        Some(MethodDefinition {
            name,
            place,
            groups: self.texts(group, "for"),
            why: self.optional_text(group, "why").unwrap_or_default(),
            clauses: self.texts(group, "clauses"),
            values: self.values(group),
            prerequisites: self
                .list(group, "prerequisites")
                .into_iter()
                .filter_map(|node| self.requirement(node, true))
                .collect(),
            candidates: self.get(group, "try").and_then(|node| self.binding(node)),
            none: self.get(group, "none").and_then(|node| self.requirement(node, false)),
            requires: self.list(group, "requires").into_iter().filter_map(|node| self.step(node)).collect(),
            examples: self.list(group, "examples").into_iter().filter_map(|node| self.method_example(node)).collect(),
            title: title?,
            path: path?,
        })
    }

    fn step(&mut self, node: NodeId) -> Option<RequirementStep> {
        if let Some(name) = self.sources.get(node, "include") {
            self.group(node, &["include"])?;
            let place = self.sources.place(name);
            return Some(RequirementStep::Include(self.text(name)?, place));
        }
        self.requirement(node, true).map(|requirement| RequirementStep::One(Box::new(requirement)))
    }

    fn requirement(&mut self, node: NodeId, predicate: bool) -> Option<RequirementDefinition> {
        let group = self.group(node, &["name", "that", "at", "missing", "help", "repair", "clauses"])?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let name = self.name(name)?;
        let that = if predicate { Some(self.required_expression(group, "that")?) } else { None };
        let missing = self.required_template(group, "missing");
        Some(RequirementDefinition {
            name,
            place,
            that,
            at: self.optional_expression(group, "at"),
            help: self.optional_template(group, "help"),
            repair: self.repair(group),
            clauses: self.texts(group, "clauses"),
            missing: missing?,
        })
    }

    pub(super) fn shared_requirements(&mut self, node: NodeId) -> Option<RequirementsDefinition> {
        let group = self.group(node, &["name", "parameters", "requires", "why"])?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let parameters = self.parameters(group);
        let requires =
            self.list(group, "requires").into_iter().filter_map(|node| self.requirement(node, true)).collect();
        Some(RequirementsDefinition { name: self.name(name)?, place, parameters, requires })
    }

    pub(super) fn parameters(&mut self, group: Group) -> Vec<(String, String)> {
        self.entries(group, "parameters")
            .into_iter()
            .filter_map(|(name, node)| Some((name, self.text(node)?)))
            .collect()
    }

    fn method_example(&mut self, node: NodeId) -> Option<MethodExample> {
        let fields = ["open", "blocked", "undetermined", "flow", "missing", "unknown", "edition", "path", "clauses"];
        let group = self.group(node, &fields)?;
        let found = ["open", "blocked", "undetermined"]
            .into_iter()
            .find_map(|outcome| Some((outcome, self.get(group, outcome)?)));
        let Some((outcome, topology)) = found else {
            self.error(node, "bad-example", "an example of a method is `open`, `blocked` or `undetermined`");
            return None;
        };
        Some(MethodExample {
            outcome: outcome.to_owned(),
            place: self.sources.place(topology),
            topology: self.text(topology)?,
            flow: self.optional_text(group, "flow"),
            missing: self.texts(group, "missing"),
            unknown: self.texts(group, "unknown"),
            edition: self.get(group, "edition").and_then(|node| self.word(node, EDITIONS)),
            path: self.optional_text(group, "path"),
            clauses: self.texts(group, "clauses"),
        })
    }

    pub(super) fn flow(&mut self, node: NodeId) -> Option<FlowDefinition> {
        let group = self.group(node, FLOW_FIELDS)?;
        let name = self.required(group, "name")?;
        let place = self.sources.place(name);
        let name = self.name(name)?;
        let title = self.required_text(group, "title");
        let method_group = self.required_text(group, "group");
        let subject = self.required(group, "for").and_then(|node| self.binding(node));
        let at = self.required_expression(group, "at");
        let mut fields = self.entries(group, "flow");
        let flow_name = match fields.iter().position(|(field, _)| field == "name") {
            Some(index) => {
                let (_, node) = fields.remove(index);
                self.template(node)
            }
            None => {
                self.error(node, "missing-field", "`flow` needs a `name`");
                None
            }
        };
        Some(FlowDefinition {
            name,
            place,
            each: self.list(group, "each").into_iter().filter_map(|node| self.binding(node)).collect(),
            values: self.values(group),
            filter: self.optional_expression(group, "where"),
            fields: fields.into_iter().filter_map(|(field, node)| Some((field, self.expression(node)?))).collect(),
            title: title?,
            group: method_group?,
            clauses: self.texts(group, "clauses"),
            subject: subject?,
            at: at?,
            flow_name: flow_name?,
            claims: self
                .list(group, "claims")
                .into_iter()
                .map(|node| (self.sources.text(node).into_owned(), self.sources.place(node)))
                .collect(),
            implicit: self.get(group, "implicit").and_then(|node| self.sources.as_bool(node)).unwrap_or(false),
        })
    }
}
