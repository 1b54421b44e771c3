//! What `reference`, `references` and `resourceInfo` give: what the templates say of a resource.

use std::cell::LazyCell;
use std::rc::Rc;

use hashbrown::HashMap;

use super::engine::{Engine, Instance, ResourceId};
use super::section::{State, cycle};
use super::site::{InstanceId, Site};
use super::target::{is_relative, pieces};
use crate::frontend::arm::expression::{Evaluator, ReferenceCall, Refusal};
use crate::frontend::arm::limits::children;
use crate::frontend::arm::value::{
    Array, Data, GivenBy, Lookup, Object, Reason, Symbol, SymbolBuilder, Unknown, Value, opened, render,
};

impl Engine<'_> {
    /// The value of a call that asks for the state of a resource.
    pub(super) fn reference(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        call: &ReferenceCall<'_>,
    ) -> Result<Value, Refusal> {
        let Some(asked) = call.arguments.first() else { return Ok(call.outside()) };
        if call.function == "references" {
            return self.references(evaluator, site, call, asked);
        }
        let full =
            call.arguments.get(2).is_some_and(|view| view.as_text().is_some_and(|t| t.eq_ignore_ascii_case("full")));
        let found = self.find(site, asked).first().copied();
        match (call.function, found) {
            ("resourceInfo", Some(resource)) => Ok(self.info(evaluator, resource)),
            (_, Some(resource)) => self.part_of_state(evaluator, resource, full),
            (_, None) => self.elsewhere(site, call, asked, full),
        }
    }

    /// The whole state of a resource, or its properties.
    fn part_of_state(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        resource: ResourceId,
        full: bool,
    ) -> Result<Value, Refusal> {
        let whole = self.state(evaluator, resource)?;
        Ok(if full { whole } else { entry(&whole, "properties") })
    }

    /// `references('loop')`: the properties of all resources of a loop, or the whole of them.
    fn references(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        call: &ReferenceCall<'_>,
        asked: &Value,
    ) -> Result<Value, Refusal> {
        let found = self.find(site, asked);
        if found.is_empty() {
            return Ok(call.outside());
        }
        let full =
            call.arguments.get(1).is_some_and(|view| view.as_text().is_some_and(|t| t.eq_ignore_ascii_case("full")));
        let certain = found.iter().all(|id| self.resources.get(*id).is_some_and(|found| found.presence.is_certain()));
        if !certain {
            return Ok(call.outside());
        }
        let mut items = Vec::new();
        for resource in found {
            items.push(self.part_of_state(evaluator, resource, full)?);
        }
        Ok(Value::new(Data::Array(Rc::new(Array::of(items)))))
    }

    /// A resource that no template here declares: what it is asked for is unknown, under a name that is always the same.
    fn elsewhere(&self, site: &Site, call: &ReferenceCall<'_>, asked: &Value, full: bool) -> Result<Value, Refusal> {
        let holder = self.instances.get(site.instance);
        if let (Some(name), Some(holder)) = (asked.as_text(), holder)
            && holder.symbolic
            && holder.names == site.instance
            && call.function != "resourceInfo"
            && !name.contains(['/', '['])
            && !self.is_named(holder.template, name)
        {
            let names: Vec<&str> = holder.by_symbol.keys().map(|name| &**name).collect();
            return Err(Refusal::unknown_name("resource", name, names));
        }
        let id = match Symbol::within(asked).and_then(|symbol| self.id_of(site, asked, &symbol)) {
            Some(id) if call.function == "reference" => id,
            _ => return Ok(call.outside()),
        };
        let expression = if full { format!("reference({id})") } else { format!("reference({id}).properties") };
        let mut unknown = Unknown::new(Reason::Reference, &expression, &render::abbreviated(expression.clone()));
        unknown.repeatable = asked.as_symbol().is_some_and(|symbol| symbol.is_repeatable());
        Ok(Value { trail: asked.trail.clone(), ..Value::unknown(unknown) })
    }

    /// Whether a template has a resource of that symbolic name, deployed or not.
    fn is_named(&self, template: crate::source::NodeId, name: &str) -> bool {
        self.get(template, "resources").is_some_and(|resources| self.get(resources, name).is_some())
    }

    /// The canonical id that an argument names, relative ones completed.
    fn id_of(&self, site: &Site, asked: &Value, symbol: &Symbol) -> Option<Rc<str>> {
        if is_relative(symbol) {
            let target = &self.instances.get(site.instance)?.target;
            return Some(Rc::clone(target.scope(asked).id()));
        }
        Some(Rc::clone(symbol.id()))
    }

    /// The resources that an argument names: by symbolic name, by id, or by name.
    pub(super) fn find(&mut self, site: &Site, asked: &Value) -> Vec<ResourceId> {
        let mut found = Vec::new();
        self.find_into(site, asked, &mut found);
        found
    }

    /// Adds these.
    pub(super) fn find_into(&mut self, site: &Site, asked: &Value, into: &mut Vec<ResourceId>) {
        let Some(symbol) = Symbol::within(asked) else { return };
        let lower = LazyCell::new(|| symbol.text().to_lowercase());
        for (_, holder) in self.seen_instances(site.instance) {
            if !holder.by_symbol.is_empty()
                && let Some(found) = by_symbol(&holder.by_symbol, &lower)
            {
                into.extend(found);
                return;
            }
        }
        if let Some(found) = self.id_of(site, asked, &symbol).and_then(|id| self.ids.get(&id)) {
            let start = into.len();
            into.extend_from_slice(found.all());
            self.most_likely_first(site, into.get_mut(start..).unwrap_or_default());
            return;
        }
        let instances: Vec<InstanceId> = self.seen_instances(site.instance).map(|(id, _)| id).collect();
        for holder in instances {
            self.enter_names(holder);
            let found = self.instances.get(holder).and_then(|holder| holder.by_name.get(lower.as_str()));
            if let Some(found) = found {
                into.extend_from_slice(found);
                return;
            }
        }
    }

    /// The templates whose resources can be meant by a name, the nearest first. Expressions of the outer scope can mean
    /// resources of either template.
    pub(super) fn seen_instances(&self, instance: InstanceId) -> impl Iterator<Item = (InstanceId, &Instance)> {
        let next = |(id, holder): &(InstanceId, &Instance)| {
            let outer = holder.outer.filter(|_| holder.names != *id)?;
            Some((outer, self.instances.get(outer)?))
        };
        let first = self.instances.get(instance).map(|holder| (instance, holder));
        std::iter::successors(first, next)
    }

    /// Enters the resources of a template under all their names, as far as they are declared.
    fn enter_names(&mut self, instance: InstanceId) {
        let Some(holder) = self.instances.get_mut(instance) else { return };
        let from = std::mem::replace(&mut holder.named, holder.resources.len());
        for position in holder.resources.iter().skip(from) {
            let Some(declared) = self.resources.get(*position) else { continue };
            let name = Symbol::within(&declared.name).unwrap_or_default();
            let mut names: Vec<Rc<str>> = vec![name.text().to_lowercase().into()];
            if let [_, .., last] = &*pieces(&name) {
                names.push(last.text().to_lowercase().into());
            }
            names.extend(declared.copy.as_ref().map(|copy| copy.to_lowercase().into()));
            names.dedup();
            for name in names {
                holder.by_name.entry(name).or_default().push(*position);
            }
        }
    }

    /// Of several declarations of one id first those that declare it, and of these the ones in the same template.
    fn most_likely_first(&self, site: &Site, found: &mut [ResourceId]) {
        if found.len() > 1 {
            found.sort_by_key(|id| {
                self.resources.get(*id).map_or((true, true), |it| (it.existing, it.site.instance != site.instance))
            });
        }
    }

    /// The state of a resource as far as the templates tell: what they declare of it, and unknown otherwise.
    fn state(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Result<Value, Refusal> {
        let Some(declared) = self.resources.get_mut(resource) else { return Err(Refusal::new("unknown-name", "")) };
        if let Some(State::Done(state)) = declared.state.as_deref() {
            return Ok(state.clone());
        }
        let name = declared.name.display();
        if declared.state.is_some() || matches!(declared.body, Some(State::Running)) {
            return Err(cycle("resource", &name));
        }
        declared.state = Some(Box::new(State::Running));
        let (id, ty, full_name) = (Rc::clone(&declared.id), Rc::clone(&declared.ty), declared.name.clone());
        let (id_text, head) = (declared.id_text(), declared.head);
        let body = self.body(evaluator, resource);
        let mut whole = body.as_object().cloned().unwrap_or_default();
        if let Some(outputs) = self.deployment_properties(evaluator, resource) {
            whole.insert("properties".into(), outputs);
        }
        name_children(&mut whole, &ty, &id_text);
        if !matches!(whole.get("properties"), Lookup::Found(_)) {
            whole.insert("properties".into(), Value::from(Object::default()));
        }
        whole.insert("id".into(), Value::new(id_text.into_data()));
        whole.insert("name".into(), full_name);
        whole.insert("type".into(), Value::new(Data::Text(ty)));
        let opened = opened(&Value { data: Data::from(whole), ..body }, &format!("reference({id})"));
        let state = opened.given(GivenBy::Resource, &name.into(), head);
        if let Some(declared) = self.resources.get_mut(resource) {
            declared.state = Some(Box::new(State::Done(state.clone())));
        }
        Ok(state)
    }

    /// The properties of a nested deployment: its outputs.
    fn deployment_properties(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Option<Value> {
        if !self.is_deployment(resource) {
            return None;
        }
        let outputs = match self.nested(evaluator, resource) {
            Some(instance) => {
                let outputs = self.outputs(evaluator, instance)?;
                let entry = |output: &crate::frontend::arm::resource::Output| {
                    let held: Object = [(Rc::from("value"), output.value.clone())].into_iter().collect();
                    (Rc::clone(&output.name), Value::from(held).at(output.at))
                };
                Value::from(outputs.iter().map(entry).collect::<Object>())
            }
            None => {
                let declared = self.resources.get(resource)?;
                let expression = format!("reference({}).properties.outputs", declared.id);
                Value::unknown(Unknown::new(Reason::Elsewhere, &declared.name.display(), &expression))
            }
        };
        let properties: Object = [(Rc::from("outputs"), outputs)].into_iter().collect();
        Some(Value::from(properties))
    }

    /// `resourceInfo('name')`: what a resource is called.
    fn info(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Value {
        let Some(declared) = self.resources.get(resource) else { return super::tree::wrong("resourceInfo") };
        let mut object = Object::default();
        let (id, name, ty) = (declared.id_text(), declared.name.clone(), Rc::clone(&declared.ty));
        let expression = format!("reference({})", declared.id);
        object.insert("id".into(), Value::new(id.into_data()));
        object.insert("name".into(), name);
        object.insert("type".into(), Value::new(Data::Text(ty)));
        for key in ["apiVersion", "location"] {
            if let Some(value) = self.body_entry(evaluator, resource, key) {
                object.insert(key.into(), value);
            }
        }
        object.set_rest(Rc::new(Unknown::new(Reason::Reference, &expression, &expression)));
        Value::from(object)
    }

    /// An entry of a resource beside its properties, evaluated on its own.
    pub(super) fn body_entry(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        resource: ResourceId,
        key: &str,
    ) -> Option<Value> {
        let declared = self.resources.get(resource)?;
        let (site, node) = (declared.site.clone(), self.get(declared.node, key)?);
        Some(self.tree(evaluator, &site, node))
    }
}

/// Gives ids to the resources that are items of lists in the properties of another.
fn name_children(whole: &mut Object, ty: &str, id: &Symbol) {
    let lists = children(ty);
    if lists.is_empty() {
        return;
    }
    let Lookup::Found(found) = whole.get("properties") else { return };
    let mut properties = found.clone();
    let Data::Object(object) = &properties.data else { return };
    let mut object = (**object).clone();
    for key in lists {
        let Lookup::Found(list) = object.get(key) else { continue };
        let mut list = list.clone();
        let Data::Array(array) = &list.data else { continue };
        let items = array.items.iter().map(|item| with_id(item, id, key)).collect();
        list.data = Data::Array(Rc::new(Array::with_rest(items, array.rest.clone())));
        object.insert(key.as_str().into(), list);
    }
    properties.data = Data::from(object);
    whole.insert("properties".into(), properties);
}

/// An item of a list of resources, with its id.
fn with_id(item: &Value, parent: &Symbol, list: &str) -> Value {
    let name = item.as_object().and_then(|object| match object.get("name") {
        Lookup::Found(name) => name.as_symbol(),
        _ => None,
    });
    let (Data::Object(object), Some(name)) = (&item.data, name) else { return item.clone() };
    let mut id = SymbolBuilder::default();
    id.push(parent);
    ["/", list, "/"].iter().for_each(|text| id.push_str(text));
    id.push(&name);
    let mut object = (**object).clone();
    object.insert("id".into(), Value::new(id.into_data()));
    Value { data: Data::from(object), ..item.clone() }
}

/// The resources of a symbolic name, or the one of an index: `name[2]`.
fn by_symbol(names: &HashMap<Rc<str>, Vec<ResourceId>>, text: &str) -> Option<Vec<ResourceId>> {
    if let Some(found) = names.get(text) {
        return Some(found.clone());
    }
    let (name, index) = text.strip_suffix(']')?.split_once('[')?;
    let found = names.get(name)?;
    match index.parse::<usize>() {
        Ok(index) => found.get(index).map(|resource| vec![*resource]),
        // One resource stands for all turns of a loop whose count is unknown.
        Err(_) => found.first().filter(|_| found.len() == 1).map(|resource| vec![*resource]),
    }
}

/// The entry of an object that was opened.
fn entry(whole: &Value, key: &str) -> Value {
    match whole.as_object().map(|object| object.get(key)) {
        Some(Lookup::Found(value)) => Value { trail: value.trail.joined(&whole.trail), ..value.clone() },
        _ => whole.clone(),
    }
}
