//! What `reference`, `references` and `resourceInfo` give: what the templates say of a resource.

use std::cell::LazyCell;
use std::rc::Rc;

use hashbrown::HashMap;

use super::engine::{Engine, ResourceId};
use super::section::{State, cycle};
use super::site::Site;
use super::target::is_relative;
use crate::frontend::arm::expression::{Evaluator, ReferenceCall, Refusal};
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::limits::children;
use crate::frontend::arm::value::{
    Array, Data, GivenBy, Lookup, Object, Reason, Symbol, SymbolBuilder, Unknown, Value, render,
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
        let found = self.find(site, asked);
        match (call.function, found.first()) {
            ("resourceInfo", Some(resource)) => Ok(self.info(evaluator, *resource)),
            (_, Some(resource)) => self.part_of_state(evaluator, *resource, full),
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
        let id = match self.id_of(site, asked) {
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
    fn id_of(&self, site: &Site, asked: &Value) -> Option<Rc<str>> {
        let symbol = asked.as_symbol()?;
        self.id_of_symbol(site, asked, &symbol, &symbol.text())
    }

    /// The same of an argument that is taken for text.
    fn id_of_symbol(&self, site: &Site, asked: &Value, symbol: &Symbol, text: &str) -> Option<Rc<str>> {
        if is_relative(symbol) {
            let target = &self.instances.get(site.instance)?.target;
            return Some(normalised(&target.scope(asked).text()));
        }
        Some(normalised(text))
    }

    /// The resources that an argument names: by symbolic name, by id, or by name.
    pub(super) fn find(&self, site: &Site, asked: &Value) -> Vec<ResourceId> {
        let Some(symbol) = asked.as_symbol() else { return Vec::new() };
        let text = symbol.text();
        let lower = LazyCell::new(|| text.to_lowercase());
        let mut instance = Some(site.instance);
        while let Some(holder) = instance.and_then(|instance| self.instances.get(instance)) {
            if !holder.by_symbol.is_empty()
                && let Some(found) = by_symbol(&holder.by_symbol, &lower)
            {
                return found;
            }
            // Expressions of the outer scope can mean resources of either template.
            instance = holder.outer.filter(|_| Some(holder.names) != instance);
        }
        if let Some(found) = self.id_of_symbol(site, asked, &symbol, &text).and_then(|id| self.ids.get(&id)) {
            return self.most_likely(site, found);
        }
        let mut instance = Some(site.instance);
        while let Some(holder) = instance.and_then(|instance| self.instances.get(instance)) {
            if let Some(found) = holder.by_name.get(lower.as_str()) {
                return found.clone();
            }
            instance = holder.outer.filter(|_| Some(holder.names) != instance);
        }
        Vec::new()
    }

    /// Of several declarations of one id first those that declare it, and of these the ones in the same template.
    fn most_likely(&self, site: &Site, found: &[ResourceId]) -> Vec<ResourceId> {
        let mut found = found.to_vec();
        found.sort_by_key(|id| {
            self.resources.get(*id).map_or((true, true), |it| (it.existing, it.site.instance != site.instance))
        });
        found
    }

    /// The state of a resource as far as the templates tell: what they declare of it, and unknown otherwise.
    fn state(&mut self, evaluator: &mut Evaluator<'_>, resource: ResourceId) -> Result<Value, Refusal> {
        let Some(declared) = self.resources.get_mut(resource) else { return Err(Refusal::new("unknown-name", "")) };
        let name = declared.name.display();
        match &declared.state {
            Some(State::Done(state)) => return Ok(state.clone()),
            Some(State::Running) => return Err(cycle("resource", &name)),
            None if matches!(declared.body, Some(State::Running)) => return Err(cycle("resource", &name)),
            None => declared.state = Some(State::Running),
        }
        let (id, ty, full_name) = (Rc::clone(&declared.id), Rc::clone(&declared.ty), declared.name.clone());
        let (id_text, head) = (declared.id_text.clone(), declared.head);
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
        let opened = opened(&Value { data: Data::from(whole), ..body }, &mut format!("reference({id})"));
        let state = opened.given(GivenBy::Resource, &name.into(), head);
        if let Some(declared) = self.resources.get_mut(resource) {
            declared.state = Some(State::Done(state.clone()));
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
        let (id, name, ty) = (declared.id_text.clone(), declared.name.clone(), Rc::clone(&declared.ty));
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
    let Lookup::Found(found) = whole.get("properties") else { return };
    let mut properties = found.clone();
    let Data::Object(object) = &properties.data else { return };
    let mut object = (**object).clone();
    for key in children(ty) {
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
    object.insert("id".into(), Value::new(id.finish().into_data()));
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

/// A value of which a deployed resource may have more to tell: objects in it can have further entries. The expression is
/// what the value is asked for by; it is the same again afterwards.
fn opened(value: &Value, expression: &mut String) -> Value {
    let data = match &value.data {
        Data::Object(object) => {
            let are_outputs = expression.ends_with(".properties.outputs");
            let mut result = object.with_values(|entry| {
                if are_outputs {
                    entry.value.clone()
                } else {
                    opened_part(&entry.value, expression, &[".", &entry.key])
                }
            });
            if !are_outputs {
                result.set_rest(Rc::new(Unknown::named(Reason::Reference, expression)));
            }
            Data::from(result)
        }
        Data::Array(array) => {
            let item = |(index, item): (usize, &Value)| opened_part(item, expression, &["[", &index.to_string(), "]"]);
            let items = array.items.iter().enumerate().map(item).collect();
            Data::Array(Rc::new(Array::with_rest(items, array.rest.clone())))
        }
        other => other.clone(),
    };
    Value { data, ..value.clone() }
}

fn opened_part(value: &Value, expression: &mut String, step: &[&str]) -> Value {
    // Nothing else has anything in it.
    if !matches!(value.data, Data::Object(_) | Data::Array(_)) {
        return value.clone();
    }
    let whole = expression.len();
    step.iter().for_each(|text| expression.push_str(text));
    let opened = opened(value, expression);
    expression.truncate(whole);
    opened
}
