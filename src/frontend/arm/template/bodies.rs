//! What is said of the resources, once all are known.

use std::rc::Rc;

use super::engine::{Engine, ResourceId, when};
use super::section::State;
use super::site::{InstanceId, Site, turns};
use super::tree::LeftOut;
use crate::frontend::arm::expression::Evaluator;
use crate::frontend::arm::identity::canonical;
use crate::frontend::arm::resource::Resource;
use crate::frontend::arm::value::{Data, Lookup, Symbol, Value};
use crate::source::{NodeId, Problem};

/// What of a resource belongs to the template rather than to the resource.
const LEFT_OUT: &[&str] = &["resources", "copy", "condition", "dependsOn", "existing"];

impl Engine<'_> {
    /// The resources of an instance in their order, those of each nested deployment after it.
    pub(super) fn finish(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId, into: &mut Vec<Resource>) {
        let Some(holder) = self.instances.get(instance) else { return };
        let (declared, within) = (holder.resources.clone(), holder.within.clone());
        into.reserve(declared.len());
        for resource in declared {
            if let Some(finished) = self.finish_one(evaluator, resource, &within) {
                into.push(finished);
            }
            if let Some(inner) = self.nested(evaluator, resource) {
                self.finish(evaluator, inner, into);
                // Nothing may have asked for its outputs.
                let _ = self.outputs(evaluator, inner);
            }
        }
    }

    fn finish_one(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        resource: ResourceId,
        within: &[Rc<str>],
    ) -> Option<Resource> {
        let body = self.body(evaluator, resource);
        let depends_on = self.dependencies(evaluator, resource);
        let api_version = body.as_object().and_then(|body| match body.get("apiVersion") {
            Lookup::Found(version) => match &version.data {
                Data::Text(version) => Some(Rc::clone(version)),
                _ => None,
            },
            _ => None,
        });
        let declared = self.resources.get(resource)?;
        Some(Resource {
            ty: Rc::clone(&declared.ty),
            api_version,
            name: declared.name.clone(),
            id: Rc::clone(&declared.id),
            symbolic_name: declared.symbolic_name.clone(),
            existing: declared.existing,
            existence: declared.presence.clone(),
            scope: declared.scope.clone(),
            depends_on,
            body,
            head: declared.head,
            node: declared.node,
            loops: turns(&declared.site.loops),
            within: within.to_vec(),
        })
    }

    /// Everything that is said of a resource. While it is being evaluated, it is an empty object.
    pub(super) fn body(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Value {
        let is_deployment = self.is_deployment(resource);
        let Some(declared) = self.resources.get_mut(resource) else { return super::tree::wrong("resource") };
        let (site, node) = (declared.site.clone(), declared.node);
        let left_out = LeftOut { names: LEFT_OUT, count: declared.left_out };
        match &declared.body {
            Some(State::Done(body)) => return body.clone(),
            Some(State::Running) => return super::tree::wrong("resource").at(node),
            None => declared.body = Some(State::Running),
        }
        let presence = declared.presence.clone();
        let body = when(&presence, evaluator, |evaluator| {
            if is_deployment {
                self.deployment_body(evaluator, &site, node)
            } else {
                self.mapping(evaluator, &site, node, left_out)
            }
        });
        if let Some(declared) = self.resources.get_mut(resource) {
            declared.body = Some(State::Done(body.clone()));
        }
        body
    }

    /// Of a nested deployment the template and its parameters are left out: they are evaluated as templates are.
    fn deployment_body(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, node: NodeId) -> Value {
        let mut left_out = LEFT_OUT.to_vec();
        left_out.push("properties");
        let mut body = self.mapping(evaluator, site, node, LeftOut { names: &left_out, count: 0 });
        let inner = LeftOut { names: &["template", "parameters"], count: 0 };
        if let (Some(properties), Data::Object(object)) = (self.get(node, "properties"), &body.data) {
            let value = self.mapping(evaluator, site, properties, inner);
            let mut object = (**object).clone();
            object.insert("properties".into(), value);
            body.data = Data::from(object);
        }
        body
    }

    /// The ids of what a resource waits for.
    fn dependencies(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Vec<Rc<str>> {
        let Some(declared) = self.resources.get(resource) else { return Vec::new() };
        let (site, presence) = (declared.site.clone(), declared.presence.clone());
        let Some(list) = declared.depends_on else { return Vec::new() };
        let value = when(&presence, evaluator, |evaluator| self.tree(evaluator, &site, list));
        let Some(array) = value.as_array() else {
            if value.as_unknown().is_none() {
                let message = format!("`dependsOn` must be a list, and this is {}", self.sources.describe(list));
                evaluator.report(Problem::error("wrong-type", self.sources.place(list), message));
            }
            return Vec::new();
        };
        let mut ids: Vec<Rc<str>> = Vec::with_capacity(array.items.len());
        let (first, mut found) = (self.waits.len(), Vec::new());
        for item in &array.items {
            found.clear();
            self.find_into(&site, item, &mut found);
            let at = if item.at.is_somewhere() { item.at } else { list };
            // A name can be that of a resource, of a part of another one and of a loop: then nobody knows which is meant.
            let mut types = found.iter().filter_map(|found| self.resources.get(*found)).map(|found| &found.ty);
            let first = types.next();
            if types.all(|ty| first.is_some_and(|first| ty.eq_ignore_ascii_case(first))) {
                self.waits.extend(found.iter().map(|found| (*found, at)));
            }
            let known = found.iter().filter_map(|found| self.resources.get(*found)).map(|found| Rc::clone(&found.id));
            ids.extend(known);
            if found.is_empty() && presence.is_certain() {
                self.check_dependency(evaluator, &site, item, at);
            }
            if found.is_empty() && Symbol::within(item).is_some_and(|item| item.prefix().starts_with('/')) {
                ids.extend(canonical(item));
            }
        }
        if let Some(declared) = self.resources.get_mut(resource) {
            declared.waits_for = first..self.waits.len();
        }
        if ids.len() > 1 {
            let mut seen = hashbrown::HashSet::with_capacity(ids.len());
            ids.retain(|id| seen.insert(Rc::clone(id)));
        }
        ids
    }
}
