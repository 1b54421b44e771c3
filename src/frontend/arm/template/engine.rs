//! The state of one run: the evaluations of templates within one another, and the resources that they declare.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use hashbrown::{HashMap, HashSet};

use super::names::parts_of_id;
use super::section::{Asked, Section, State};
use super::site::{InstanceId, LoopOf, Loops, Site};
use super::target::Target;
use crate::frontend::arm::expression::{Deployment, Evaluator, Level, Refusal};
use crate::frontend::arm::recognise;
use crate::frontend::arm::resource::{Gap, Output, Presence, Statistics};
use crate::frontend::arm::value::{GivenBy, Symbol, Value};
use crate::source::{NodeId, Problem, Sources};

/// Everything about one run.
pub(super) struct Engine<'a> {
    pub(super) sources: &'a Sources,
    pub(super) linked: &'a dyn Fn(&str) -> Option<NodeId>,
    pub(super) instances: Vec<Instance>,
    pub(super) resources: Vec<Declared>,
    /// The resources of each canonical id.
    pub(super) ids: HashMap<Rc<str>, Few>,
    /// What resources wait for, and where they say so.
    pub(super) waits: Vec<(ResourceId, NodeId)>,
    pub(super) gaps: Vec<Gap>,
    pub(super) statistics: Statistics,
    pub(super) said_too_much: bool,
    /// The instances with what their resources wait for in vain, as far as that was said.
    pub(super) said_missing: HashSet<(InstanceId, String)>,
    /// Surroundings of which nothing is known.
    nowhere: Deployment,
}

/// Names one declared resource.
pub(super) type ResourceId = usize;

/// Resources of one id: mostly one.
pub(super) enum Few {
    One([ResourceId; 1]),
    Many(Vec<ResourceId>),
}

/// One evaluation of one template.
pub(super) struct Instance {
    pub(super) template: NodeId,
    /// The instance whose parameters, variables and functions its expressions name: itself, or an outer one.
    pub(super) names: InstanceId,
    /// The instance that holds the deployment which it is.
    pub(super) outer: Option<InstanceId>,
    /// The loops that its expressions see.
    pub(super) loops: Loops,
    /// To what its resources are deployed.
    pub(super) target: Rc<Target>,
    /// To what its expressions believe to be deployed.
    pub(super) seen: Deployment,
    /// Whether resources have symbolic names.
    pub(super) symbolic: bool,
    pub(super) parameters: Section,
    pub(super) supplied: BTreeMap<String, Supplied>,
    pub(super) variables: Section,
    pub(super) functions: Section,
    pub(super) resources: Vec<ResourceId>,
    /// The resources of each symbolic name.
    pub(super) by_symbol: HashMap<Rc<str>, Vec<ResourceId>>,
    /// The resources of each name, whole or the last part of it, and of each loop; all in lower case.
    pub(super) by_name: HashMap<Rc<str>, Vec<ResourceId>>,
    /// How many of the resources have been entered there.
    pub(super) named: usize,
    pub(super) outputs: Option<State<Rc<Vec<Output>>>>,
    pub(super) presence: Presence,
    pub(super) within: Vec<Rc<str>>,
}

/// What gives a parameter its value.
#[derive(Debug, Clone)]
pub(super) enum Supplied {
    /// A parameter file.
    Literal { value: NodeId, at: NodeId },
    /// A nested deployment, whose site evaluates it.
    Expression { value: NodeId, at: NodeId, site: Site },
    /// A part of something that a nested deployment evaluated.
    Value { value: Value, at: NodeId },
    /// A secret of a key vault.
    Secret { at: NodeId },
}

/// A resource of which the name is evaluated, and the rest on demand.
pub(super) struct Declared {
    pub(super) site: Site,
    pub(super) node: NodeId,
    pub(super) depends_on: Option<NodeId>,
    /// How many of its entries are no part of its body.
    pub(super) left_out: usize,
    /// The name of the loop that it is a turn of.
    pub(super) copy: Option<Rc<str>>,
    pub(super) head: NodeId,
    pub(super) symbolic_name: Option<Rc<str>>,
    /// The type as written, joined with those of the resources around it.
    pub(super) full_type: Rc<str>,
    pub(super) ty: Rc<str>,
    pub(super) name: Value,
    pub(super) id: Rc<str>,
    /// To where it is deployed.
    pub(super) target: Rc<Target>,
    pub(super) scope: Option<Rc<str>>,
    pub(super) existing: bool,
    pub(super) presence: Presence,
    /// What `dependsOn` names, among all that resources wait for.
    pub(super) waits_for: Range<usize>,
    pub(super) body: Option<State<Value>>,
    pub(super) state: Option<Box<State<Value>>>,
    pub(super) nested: Option<State<Option<InstanceId>>>,
}

/// What a resource says of how it is declared. Keys do not distinguish case, and the last one of a name counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Keys {
    pub(super) ty: Option<NodeId>,
    pub(super) name: Option<NodeId>,
    pub(super) copy: Option<NodeId>,
    pub(super) condition: Option<NodeId>,
    pub(super) existing: Option<NodeId>,
    pub(super) scope: Option<NodeId>,
    pub(super) subscription: Option<NodeId>,
    pub(super) group: Option<NodeId>,
    pub(super) depends_on: Option<NodeId>,
    pub(super) resources: Option<NodeId>,
}

impl Keys {
    /// Those of a resource.
    pub(super) fn of(sources: &Sources, resource: NodeId) -> Self {
        let mut keys = Self::default();
        for entry in sources.entries(resource) {
            if let Some(slot) = keys.slot(&sources.text(entry.key)) {
                *slot = Some(entry.value);
            }
        }
        keys
    }

    /// How many of them are no part of the resource itself.
    pub(super) fn left_out(&self) -> usize {
        let keys = [self.copy, self.condition, self.existing, self.depends_on, self.resources];
        keys.iter().filter(|key| key.is_some()).count()
    }

    fn slot(&mut self, key: &str) -> Option<&mut Option<NodeId>> {
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        Some(match key.len() {
            4 if is("type") => &mut self.ty,
            4 if is("name") => &mut self.name,
            4 if is("copy") => &mut self.copy,
            5 if is("scope") => &mut self.scope,
            8 if is("existing") => &mut self.existing,
            9 if is("dependsOn") => &mut self.depends_on,
            9 if is("condition") => &mut self.condition,
            9 if is("resources") => &mut self.resources,
            13 if is("resourceGroup") => &mut self.group,
            14 if is("subscriptionId") => &mut self.subscription,
            _ => return None,
        })
    }
}

impl Declared {
    /// The id as the state of the resource gives it.
    pub(super) fn id_text(&self) -> Symbol {
        let name = Symbol::within(&self.name).unwrap_or_default();
        parts_of_id(&self.target.base, &self.full_type, &name)
    }
}

impl Few {
    pub(super) fn all(&self) -> &[ResourceId] {
        match self {
            Self::One(one) => one,
            Self::Many(many) => many,
        }
    }

    pub(super) fn add(&mut self, another: ResourceId) {
        match self {
            Self::One([first]) => *self = Self::Many(vec![*first, another]),
            Self::Many(many) => many.push(another),
        }
    }
}

impl<'a> Engine<'a> {
    pub(super) fn new(sources: &'a Sources, linked: &'a dyn Fn(&str) -> Option<NodeId>) -> Self {
        Self {
            sources,
            linked,
            instances: Vec::new(),
            resources: Vec::new(),
            ids: HashMap::new(),
            waits: Vec::new(),
            gaps: Vec::new(),
            statistics: Statistics::default(),
            said_too_much: false,
            said_missing: HashSet::new(),
            nowhere: Deployment::to(Level::ResourceGroup),
        }
    }

    /// The value of a key, whatever its case.
    pub(super) fn get(&self, mapping: NodeId, key: &str) -> Option<NodeId> {
        recognise::get(self.sources, mapping, key)
    }

    /// The instance whose parameters and variables an instance names.
    pub(super) fn names_of(&self, instance: InstanceId) -> InstanceId {
        self.instances.get(instance).map_or(instance, |instance| instance.names)
    }

    /// To what the expressions of an instance believe to be deployed.
    pub(super) fn seen_from(&self, instance: InstanceId) -> &Deployment {
        self.instances.get(instance).map_or(&self.nowhere, |instance| &instance.seen)
    }

    /// The same site, where no state of resources is known yet. A template that is part of the properties of a deployment
    /// is evaluated when that is deployed: it may ask for states everywhere.
    pub(super) fn early(&self, site: &Site) -> Site {
        if self.names_of(site.instance) == site.instance { site.clone().before_deployment() } else { site.clone() }
    }

    /// `variables('name')`.
    pub(super) fn variable(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        name: &str,
    ) -> Result<Value, Refusal> {
        let instance = self.names_of(instance);
        let Some(holder) = self.instances.get_mut(instance) else { return Err(Refusal::new("unknown-name", "")) };
        let (position, named) = match holder.variables.ask(name)? {
            Asked::Known(value) => return Ok(value),
            Asked::Evaluate(position, named) => (position, named),
        };
        let site = Site::new(instance, None).before_deployment();
        let value = if named.looped {
            self.items(evaluator, &site, &named.name, named.node)
        } else {
            self.tree(evaluator, &site, named.node)
        };
        let value = value.given(GivenBy::Variable, &named.name, named.node);
        if let Some(holder) = self.instances.get_mut(instance) {
            holder.variables.keep(position, &value);
        }
        Ok(value)
    }

    /// The outputs of an instance; `None` while they are being evaluated.
    pub(super) fn outputs(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId) -> Option<Rc<Vec<Output>>> {
        let holder = self.instances.get_mut(instance)?;
        match &holder.outputs {
            Some(State::Done(outputs)) => return Some(Rc::clone(outputs)),
            Some(State::Running) => return None,
            None => holder.outputs = Some(State::Running),
        }
        let (template, loops) = (holder.template, holder.loops.clone());
        let section = Section::of(self.sources, self.get(template, "outputs"), "output");
        let site = Site::new(instance, loops);
        let mut outputs = Vec::new();
        for named in section.all() {
            if let Some(value) = self.output(evaluator, &site, &named.name, named.node) {
                let value = value.given(GivenBy::Output, &named.name, named.node);
                outputs.push(Output { name: Rc::clone(&named.name), value, at: named.node });
            }
        }
        let outputs = Rc::new(outputs);
        if let Some(holder) = self.instances.get_mut(instance) {
            holder.outputs = Some(State::Done(Rc::clone(&outputs)));
        }
        Some(outputs)
    }

    /// The value of an output; `None` where its condition is false.
    fn output(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, name: &Rc<str>, node: NodeId) -> Option<Value> {
        let condition = self.get(node, "condition").map(|condition| self.tree(evaluator, site, condition));
        if condition.is_some_and(|condition| condition.as_bool() == Some(false)) {
            return None;
        }
        if let Some(declared) = self.schema(site.instance, node).secret() {
            return Some(Value::unknown(declared.unknown(name, &format!("outputs('{name}')"))).at(node));
        }
        if let Some(copy) = self.get(node, "copy") {
            return Some(self.items_of(evaluator, site, name, copy, LoopOf::Resources));
        }
        let value = self.get(node, "value");
        if value.is_none() {
            let message = format!("the output `{name}` has no value");
            evaluator.report(Problem::error("missing-field", self.sources.place(node), message));
        }
        Some(value.map_or_else(|| super::tree::wrong("outputs").at(node), |value| self.tree(evaluator, site, value)))
    }

    /// Evaluates what nothing asked for, so that mistakes in it are found.
    pub(super) fn evaluate_all_variables(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId) {
        let Some(holder) = self.instances.get(instance) else { return };
        if holder.names != instance {
            return;
        }
        let names =
            |section: &Section| -> Vec<Rc<str>> { section.all().iter().map(|named| Rc::clone(&named.name)).collect() };
        let (parameters, variables) = (names(&holder.parameters), names(&holder.variables));
        let presence = holder.presence.clone();
        when(&presence, evaluator, |evaluator| {
            for name in parameters {
                // What is wrong has been reported where it is written.
                let _ = self.parameter(evaluator, instance, &name);
            }
            for name in variables {
                let _ = self.variable(evaluator, instance, &name);
            }
        });
    }
}

/// Does work for something that is there, certainly or perhaps.
pub(super) fn when<'s, T>(
    presence: &Presence,
    evaluator: &mut Evaluator<'s>,
    work: impl FnOnce(&mut Evaluator<'s>) -> T,
) -> T {
    if presence.is_certain() { work(evaluator) } else { evaluator.perhaps(work) }
}
