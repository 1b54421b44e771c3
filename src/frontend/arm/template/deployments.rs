//! Templates within templates: `Microsoft.Resources/deployments`.

use std::collections::BTreeMap;
use std::rc::Rc;

use hashbrown::HashMap;

use super::engine::{Engine, Instance, ResourceId, Supplied};
use super::section::{Section, State};
use super::site::{InstanceId, Site};
use super::target::Target;
use crate::frontend::arm::expression::{Deployment, Evaluator, Level};
use crate::frontend::arm::recognise::is_mapping;
use crate::frontend::arm::resource::{DEPLOYMENT, Gap, Presence};
use crate::frontend::arm::value::{Data, Kind, Value};
use crate::source::{NodeId, Problem};

/// Templates that link one another are followed so deep.
const DEEPEST: usize = 40;

/// A template that a deployment deploys.
struct Inner {
    template: NodeId,
    /// Whether its expressions are evaluated as a part of the template around it.
    outer_scope: bool,
}

impl Engine<'_> {
    /// Whether a resource is a nested deployment.
    pub(super) fn is_deployment(&self, resource: ResourceId) -> bool {
        self.resources.get(resource).is_some_and(|declared| declared.ty.eq_ignore_ascii_case(DEPLOYMENT))
    }

    /// Opens the outermost template.
    pub(super) fn open(&mut self, template: NodeId, level: Level) -> InstanceId {
        let deployment = Deployment::to(level);
        let target = Rc::new(Target::of(deployment.clone()));
        let instance = self.instance(template, target, deployment, None);
        self.instances.push(instance);
        0
    }

    fn instance(
        &mut self,
        template: NodeId,
        target: Rc<Target>,
        seen: Deployment,
        outer: Option<InstanceId>,
    ) -> Instance {
        self.statistics.templates += 1;
        let section = |key: &str| self.get(template, key);
        Instance {
            template,
            names: self.instances.len(),
            outer,
            loops: None,
            target,
            seen,
            symbolic: section("resources").is_some_and(|list| is_mapping(self.sources, list)),
            parameters: Section::of(self.sources, section("parameters"), "parameter"),
            supplied: BTreeMap::new(),
            variables: Section::of_variables(self.sources, section("variables")),
            functions: Section::of_functions(self.sources, section("functions")),
            resources: Vec::new(),
            by_symbol: HashMap::new(),
            by_name: HashMap::new(),
            named: 0,
            outputs: None,
            presence: Presence::Certain,
            within: Vec::new(),
        }
    }

    /// The evaluation of the template that a deployment holds; `None` for other resources, and where it is not there.
    pub(super) fn nested(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Option<InstanceId> {
        if !self.is_deployment(resource) {
            return None;
        }
        let declared = self.resources.get_mut(resource)?;
        match &declared.nested {
            Some(State::Done(instance)) => return *instance,
            Some(State::Running) => return None,
            None => declared.nested = Some(State::Running),
        }
        let instance = self.open_nested(evaluator, resource);
        if let Some(declared) = self.resources.get_mut(resource) {
            declared.nested = Some(State::Done(instance));
        }
        if let Some(instance) = instance {
            self.declare(evaluator, instance);
        }
        instance
    }

    fn open_nested(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Option<InstanceId> {
        let declared = self.resources.get(resource)?;
        if declared.existing {
            return None;
        }
        let (node, site) = (declared.node, declared.site.clone());
        let (name, presence) = (declared.name.clone(), declared.presence.clone());
        let properties = self.mapping_at(evaluator, node, "properties")?;
        let inner = self.inner(evaluator, &site, properties)?;
        let outer = site.instance;
        if self.is_within_itself(outer, inner.template) || self.depth_of(outer) >= DEEPEST {
            let message = format!("the deployment `{}` deploys the template that it is in", name.display());
            evaluator.report(Problem::error("cycle", self.sources.place(node), message));
            return None;
        }
        let target = self.target_of_deployment(evaluator, resource)?;
        let mut seen = self.seen_deployment(evaluator, &target, inner.outer_scope.then_some(outer));
        if !inner.outer_scope {
            seen.name = name.clone();
        }
        let mut instance = self.instance(inner.template, target, seen, Some(outer));
        if inner.outer_scope {
            (instance.names, instance.loops) = (self.names_of(outer), site.loops.clone());
        }
        instance.presence = presence;
        instance.within = self.instances.get(outer).map(|outer| outer.within.clone()).unwrap_or_default();
        instance.within.push(name.display().into());
        let id = self.instances.len();
        self.instances.push(instance);
        if !inner.outer_scope {
            self.supply_nested(evaluator, &site, id, properties);
            let given_at = self.get(properties, "parameters").unwrap_or(properties);
            self.check_parameters(evaluator, id, Some(given_at));
            self.evaluate_all_variables(evaluator, id);
        }
        Some(id)
    }

    /// What the expressions of a nested template believe to be deployed to.
    fn seen_deployment(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        target: &Target,
        as_in: Option<InstanceId>,
    ) -> Deployment {
        if let Some(outer) = as_in {
            return self.seen_from(outer).clone();
        }
        let mut seen = target.deployment.clone();
        // A resource group that the templates declare has the location that they give it.
        let declared = self.ids.get(target.base.id()).and_then(|found| found.all().first()).copied();
        if seen.level == Level::ResourceGroup
            && let Some(location) = declared.and_then(|group| self.body_entry(evaluator, group, "location"))
        {
            seen.location = location;
        }
        seen
    }

    fn depth_of(&self, instance: InstanceId) -> usize {
        std::iter::successors(Some(instance), |instance| self.instances.get(*instance)?.outer).count()
    }

    fn is_within_itself(&self, instance: InstanceId, template: NodeId) -> bool {
        std::iter::successors(Some(instance), |instance| self.instances.get(*instance)?.outer)
            .any(|instance| self.instances.get(instance).is_some_and(|instance| instance.template == template))
    }

    /// The template of a deployment: its own, or a linked one.
    fn inner(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, properties: NodeId) -> Option<Inner> {
        if let Some(template) = self.get(properties, "template") {
            if is_mapping(self.sources, template) {
                let outer_scope = self.is_outer_scope(site, properties, template);
                return Some(Inner { template, outer_scope });
            }
            self.gap(template, "the template of this deployment is computed");
            return None;
        }
        let Some(link) = self.get(properties, "templateLink") else {
            let message = "this deployment has neither a `template` nor a `templateLink`";
            evaluator.report(Problem::error("missing-field", self.sources.place(properties), message));
            return None;
        };
        let value = self.tree(evaluator, site, link);
        let path = value.as_object().and_then(|link| match link.get("relativePath") {
            crate::frontend::arm::value::Lookup::Found(path) => path.as_text().map(str::to_owned),
            _ => None,
        });
        let Some(path) = path else {
            self.gap(link, "the template of this deployment is on the network");
            return None;
        };
        let beside = &self.sources.file(self.sources.file_of(link))?.name;
        let path = super::links::resolve(beside, &path);
        let Some(template) = (self.linked)(&path) else {
            self.gap(link, &format!("the linked template `{path}` was not read"));
            return None;
        };
        Some(Inner { template, outer_scope: false })
    }

    fn gap(&mut self, at: NodeId, why: &str) {
        self.gaps.push(Gap { ty: DEPLOYMENT.into(), why: why.into(), at });
    }

    /// Expressions of a template within another belong to that other, unless it says otherwise or has symbolic names.
    fn is_outer_scope(&self, site: &Site, properties: NodeId, template: NodeId) -> bool {
        let symbolic = |template: NodeId| {
            let version = self.get(template, "languageVersion").map(|version| self.sources.text(version));
            let named = self.get(template, "resources").is_some_and(|list| is_mapping(self.sources, list));
            named || version.is_some_and(|version| version.starts_with('2'))
        };
        let options = self.get(properties, "expressionEvaluationOptions");
        let scope = options.and_then(|options| self.get(options, "scope")).map(|scope| self.sources.text(scope));
        let around = self.instances.get(site.instance).map(|outer| outer.template);
        match scope.as_deref() {
            Some(scope) if scope.eq_ignore_ascii_case("inner") => false,
            Some(scope) if scope.eq_ignore_ascii_case("outer") => true,
            _ => !(symbolic(template) || around.is_some_and(symbolic)),
        }
    }

    /// Gives a nested template its parameters.
    fn supply_nested(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, instance: InstanceId, properties: NodeId) {
        let Some(given) = self.get(properties, "parameters") else { return };
        if !is_mapping(self.sources, given) {
            let value = self.tree(evaluator, site, given);
            self.supply_computed(evaluator, instance, given, &value);
            return;
        }
        let sources = self.sources;
        for entry in sources.entries(given) {
            let (name, at): (Rc<str>, NodeId) = ((&*sources.text(entry.key)).into(), entry.key);
            let supplied = if !is_mapping(sources, entry.value) {
                let value = self.tree(evaluator, site, entry.value);
                Supplied::Value { value: entry_of(&value, "value"), at }
            } else if let Some(value) = self.get(entry.value, "value") {
                Supplied::Expression { value, at, site: site.clone() }
            } else {
                Supplied::Secret { at }
            };
            self.supply(evaluator, instance, &name, at, supplied);
        }
    }

    /// Parameters that are one expression: an object, or unknown as a whole.
    fn supply_computed(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId, at: NodeId, value: &Value) {
        let Some(holder) = self.instances.get(instance) else { return };
        let names: Vec<Rc<str>> = holder.parameters.all().iter().map(|named| Rc::clone(&named.name)).collect();
        for name in names {
            let entry = entry_of(value, &name);
            if !matches!(entry.data, Data::Null) {
                let supplied = Supplied::Value { value: entry_of(&entry, "value"), at };
                self.supply(evaluator, instance, &name, at, supplied);
            }
        }
    }
}

/// The entry of an object, null where there is none; of something unknown it is unknown.
fn entry_of(value: &Value, key: &str) -> Value {
    use crate::frontend::arm::value::{Lookup, render};
    let derived = |unknown: &crate::frontend::arm::value::Unknown| {
        Value::unknown(unknown.derived(render::abbreviated(format!("{}.{key}", value.expression()))))
    };
    match (&value.data, value.kind()) {
        (Data::Object(object), _) => match object.get(key) {
            Lookup::Found(entry) => entry.clone(),
            Lookup::Maybe(unknown) => derived(unknown),
            Lookup::Absent => Value::new(Data::Null),
        },
        (Data::Unknown(unknown), None | Some(Kind::Object)) => derived(unknown),
        _ => Value::new(Data::Null),
    }
}
