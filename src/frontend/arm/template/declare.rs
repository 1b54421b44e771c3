//! Finds the resources of a template: loops are unrolled, conditions tried, names evaluated. The rest waits.

use std::rc::Rc;

use super::engine::{Declared, Engine, Few, Keys, ResourceId, when};
use super::names::{Id, Identified, identify, joined};
use super::site::{InstanceId, LoopOf, Site};
use super::target::{Target, count_pieces};
use super::tree::Turns;
use crate::frontend::arm::expression::Evaluator;
use crate::frontend::arm::recognise::{is_mapping, is_sequence};
use crate::frontend::arm::resource::{DEPLOYMENT, Gap, Presence};
use crate::frontend::arm::value::{Data, Kind, Reason, Symbol, SymbolBuilder, Unknown, Value};
use crate::source::{NodeId, Problem};

/// More resources than these are not evaluated for one input. A deployment takes 800 of them in one template.
const MOST_RESOURCES: usize = 10_000;

/// Room is made for so many resources at once.
const AT_ONCE: usize = 1_000;

/// Where a resource is written.
#[derive(Clone)]
struct Written {
    site: Site,
    node: NodeId,
    keys: Keys,
    /// The key, in a template with symbolic names.
    symbol: Option<NodeId>,
    /// The resource that it is nested in.
    parent: Option<ResourceId>,
    presence: Presence,
    /// The name of the loop that it is a turn of.
    copy: Option<Rc<str>>,
}

impl Engine<'_> {
    /// Declares all resources of an instance, and those of its nested deployments.
    pub(super) fn declare(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId) {
        let Some(holder) = self.instances.get(instance) else { return };
        let site = Site::new(instance, holder.loops.clone());
        let presence = holder.presence.clone();
        let Some(list) = self.get(holder.template, "resources") else { return };
        self.declare_list(evaluator, &site, list, None, &presence);
        let declared = self.instances.get(instance).map(|holder| holder.resources.clone()).unwrap_or_default();
        for resource in declared {
            let _ = self.nested(evaluator, resource);
        }
    }

    /// Declares the resources of a list, or of an object with symbolic names.
    fn declare_list(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        list: NodeId,
        parent: Option<ResourceId>,
        presence: &Presence,
    ) {
        let sources = self.sources;
        let written = |node: NodeId, symbol: Option<NodeId>| Written {
            site: site.clone(),
            node,
            keys: Keys::of(sources, node),
            symbol,
            parent,
            presence: presence.clone(),
            copy: None,
        };
        if is_mapping(sources, list) {
            for entry in sources.entries(list) {
                self.declare_loop(evaluator, written(entry.value, Some(entry.key)));
            }
        } else if is_sequence(sources, list) {
            let count = sources.items(list).len().min(AT_ONCE);
            self.resources.reserve(count);
            self.ids.reserve(count);
            if let Some(holder) = self.instances.get_mut(site.instance) {
                holder.resources.reserve(count);
            }
            for item in sources.items(list) {
                self.declare_loop(evaluator, written(*item, None));
            }
        } else {
            let message = format!("`resources` must be a list or an object, and this is {}", sources.describe(list));
            evaluator.report(Problem::error("wrong-type", sources.place(list), message));
        }
    }

    /// Declares a resource, or one for each turn of its loop.
    fn declare_loop(&mut self, evaluator: &mut Evaluator<'_>, written: Written) {
        if !is_mapping(self.sources, written.node) {
            let message = format!("a resource must be an object, and this is {}", self.sources.describe(written.node));
            evaluator.report(Problem::error("wrong-type", self.sources.place(written.node), message));
            return;
        }
        let Some(copy) = written.keys.copy.and_then(|copy| self.as_mapping(evaluator, copy, "copy")) else {
            self.declare_one(evaluator, written);
            return;
        };
        let name = self.get(copy, "name").map(|name| self.text(evaluator, &written.site, name));
        let name: Rc<str> = name.map(|name| name.display()).unwrap_or_default().into();
        let early = self.early(&written.site);
        match self.turns(evaluator, &early, copy) {
            Turns::Known(count) => {
                for index in 0..count {
                    let site = written.site.in_turn(&name, Value::new(Data::Int(index)), LoopOf::Resources);
                    self.declare_one(evaluator, Written { site, copy: Some(Rc::clone(&name)), ..written.clone() });
                }
            }
            Turns::Unknown(why) => {
                let index = index_of(&name, &why);
                let site = written.site.in_turn(&name, index, LoopOf::Resources);
                let reason = format!("it is not known how often the loop `{name}` turns: {}", why.why());
                let presence = written.presence.and(&Presence::Maybe(reason.as_str().into()));
                let ty = written.keys.ty.map(|ty| self.sources.text(ty)).unwrap_or_default();
                self.gaps.push(Gap { ty: (&*ty).into(), why: reason.into(), at: copy });
                self.declare_one(evaluator, Written { site, presence, copy: Some(name), ..written });
            }
        }
    }

    fn declare_one(&mut self, evaluator: &mut Evaluator<'_>, mut written: Written) {
        if evaluator.budget().is_spent() || self.resources.len() >= MOST_RESOURCES {
            self.too_many(evaluator, written.node);
            return;
        }
        let early = self.early(&written.site);
        if let Some(condition) = written.keys.condition {
            match self.condition(evaluator, &early, condition) {
                Some(presence) => written.presence = written.presence.and(&presence),
                None => return,
            }
        }
        let declared = when(&written.presence, evaluator, |evaluator| self.identified(evaluator, &early, &written));
        let Some(declared) = declared else { return };
        let id = self.add(evaluator, declared);
        if let Some(children) = written.keys.resources {
            self.declare_list(evaluator, &written.site, children, Some(id), &written.presence);
        }
    }

    fn too_many(&mut self, evaluator: &mut Evaluator<'_>, node: NodeId) {
        if !(self.said_too_much || evaluator.has_said_so()) {
            self.said_too_much = true;
            let message = "from here on, these are more resources than are evaluated for one input";
            evaluator.report(Problem::error("too-much-work", self.sources.place(node), message));
        }
    }

    /// What a condition says; `None` if it is false.
    fn condition(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, node: NodeId) -> Option<Presence> {
        let value = self.tree(evaluator, site, node);
        match (&value.data, value.kind()) {
            (Data::Bool(answer), _) => answer.then_some(Presence::Certain),
            (Data::Text(text), _) if text.eq_ignore_ascii_case("true") => Some(Presence::Certain),
            (Data::Text(text), _) if text.eq_ignore_ascii_case("false") => None,
            (Data::Unknown(unknown), None | Some(Kind::Bool)) => {
                Some(Presence::Maybe(format!("its condition is not known: {}", unknown.why()).into()))
            }
            (_, kind) => {
                let kind = kind.map_or("unknown", Kind::words);
                let message = format!("a condition is true or false, and this is {kind}");
                evaluator.report(Problem::error("wrong-type", self.sources.place(node), message));
                Some(Presence::Maybe("its condition is wrong".into()))
            }
        }
    }

    /// A required text of a resource.
    fn required(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        resource: NodeId,
        (key, node): (&str, Option<NodeId>),
    ) -> Option<(NodeId, Value)> {
        let Some(node) = node else {
            let message = format!("this resource has no `{key}`");
            evaluator.report(Problem::error("missing-field", self.sources.place(resource), message));
            return None;
        };
        let value = self.tree(evaluator, site, node);
        if !value.is_textual() {
            let kind = value.kind().map_or("unknown", Kind::words);
            let message = format!("the {key} of a resource is text, and this is {kind}");
            evaluator.report(Problem::error("wrong-type", self.sources.place(node), message));
            return None;
        }
        Some((node, value))
    }

    /// A resource with its type, its name and its id.
    fn identified(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, written: &Written) -> Option<Declared> {
        let (type_node, ty) = self.required(evaluator, site, written.node, ("type", written.keys.ty))?;
        let (name_node, name) = self.required(evaluator, site, written.node, ("name", written.keys.name))?;
        let own_type = match &ty.data {
            Data::Text(text) => Rc::clone(text),
            _ => ty.display().into(),
        };
        let (full_type, name) = self.joined(written.parent, own_type, name);
        let target = self.target_of(evaluator, site, &written.keys, &full_type)?;
        let text = Symbol::within(&name).unwrap_or_default();
        let found = identify(&target.0.base, &full_type, &text).unwrap_or_else(|mismatch| {
            if ty.is_known() {
                let message = format!(
                    "a resource of type `{full_type}` has {}, and `{}` has {}",
                    parts(mismatch.expected),
                    name.display(),
                    parts(mismatch.found)
                );
                let declared = self.sources.place(type_node);
                evaluator.report(
                    Problem::error("wrong-name", self.sources.place(name_node), message).related(declared, "the type"),
                );
            }
            let id = joined(&target.0.base, &full_type, &text);
            Identified { ty: Rc::clone(&full_type), id: Id::Parts(id), extends: None }
        });
        let scope = found.extends.as_ref().or(target.1.as_ref()).map(|scope| Rc::clone(scope.id()));
        let existing = written.keys.existing.and_then(|node| self.sources.as_bool(node)) == Some(true);
        Some(Declared {
            site: written.site.clone(),
            node: written.node,
            depends_on: written.keys.depends_on,
            left_out: written.keys.left_out(),
            copy: written.copy.clone(),
            head: if self.sources.holds(written.node, name_node) { name_node } else { written.node },
            symbolic_name: written.symbol.map(|symbol| (&*self.sources.text(symbol)).into()),
            full_type,
            ty: found.ty,
            id: found.id.canonical(),
            target: target.0,
            name,
            scope,
            existing,
            presence: written.presence.clone(),
            waits_for: 0..0,
            body: None,
            state: None,
            nested: None,
        })
    }

    /// Type and name, joined with those of the resource that it is nested in, unless they are whole already.
    fn joined(&self, parent: Option<ResourceId>, ty: Rc<str>, name: Value) -> (Rc<str>, Value) {
        let Some(parent) = parent.and_then(|parent| self.resources.get(parent)) else { return (ty, name) };
        let own = Symbol::within(&name).unwrap_or_default();
        let of_another_provider = ty.split('/').next().is_some_and(|first| first.contains('.'));
        let is_whole = count_pieces(&own) == ty.split('/').count() - 1;
        if of_another_provider && (is_whole || !starts_with(&ty, &parent.full_type)) {
            return (ty, name);
        }
        let full_type = if of_another_provider { ty } else { format!("{}/{ty}", parent.full_type).into() };
        let mut whole = SymbolBuilder::default();
        // What is no text counts as none: that has been reported.
        let _ = whole.push_value(&parent.name);
        whole.push_str("/");
        whole.push(&own);
        let trail = name.trail.joined(&parent.name.trail);
        (full_type, Value { data: whole.into_data(), at: name.at, trail })
    }

    /// To where a resource is deployed, and the scope that it gives itself.
    fn target_of(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        site: &Site,
        keys: &Keys,
        full_type: &str,
    ) -> Option<(Rc<Target>, Option<Symbol>)> {
        let own = Rc::clone(&self.instances.get(site.instance)?.target);
        let mut given = |node: Option<NodeId>| Some(self.tree(evaluator, site, node?)).filter(Value::is_textual);
        let (subscription, group, scope) = (given(keys.subscription), given(keys.group), given(keys.scope));
        let Some(scope) = scope else { return Some((own.moved(subscription, group), None)) };
        if full_type.eq_ignore_ascii_case(DEPLOYMENT) {
            return Some((own.scoped(&scope), None));
        }
        let id = own.moved(subscription, group).scope(&scope);
        Some((Rc::new(Target { deployment: own.deployment.clone(), base: id.clone() }), Some(id)))
    }

    /// Where a nested deployment goes to.
    pub(super) fn target_of_deployment(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        resource: ResourceId,
    ) -> Option<Rc<Target>> {
        let declared = self.resources.get(resource)?;
        let (site, keys, full_type) =
            (declared.site.clone(), Keys::of(self.sources, declared.node), Rc::clone(&declared.full_type));
        Some(self.target_of(evaluator, &site, &keys, &full_type)?.0)
    }

    /// Adds a resource to what is known.
    fn add(&mut self, evaluator: &mut Evaluator<'_>, declared: Declared) -> ResourceId {
        let position = self.resources.len();
        match self.ids.get_mut(&declared.id) {
            Some(others) => {
                let before = others.all().to_vec();
                others.add(position);
                self.check_twice(evaluator, &declared, &before);
            }
            None => _ = self.ids.insert(Rc::clone(&declared.id), Few::One([position])),
        }
        if let Some(holder) = self.instances.get_mut(declared.site.instance) {
            holder.resources.push(position);
            if let Some(symbol) = &declared.symbolic_name {
                holder.by_symbol.entry(symbol.to_lowercase().into()).or_default().push(position);
            }
        }
        self.resources.push(declared);
        position
    }

    /// Reports a resource that is certain to be declared twice in one template.
    fn check_twice(&self, evaluator: &mut Evaluator<'_>, declared: &Declared, others: &[ResourceId]) {
        let certain = |declared: &Declared| declared.presence.is_certain() && !declared.existing;
        let repeatable = declared.id_text().is_repeatable();
        let same = others
            .iter()
            .filter_map(|other| self.resources.get(*other))
            .find(|other| other.site.instance == declared.site.instance && certain(other));
        let Some(other) = same.filter(|_| repeatable && certain(declared)) else { return };
        let message = format!("`{}` of type `{}` is declared twice", declared.name.display(), declared.ty);
        let problem = Problem::error("duplicate-resource", self.sources.place(declared.head), message);
        evaluator.report(problem.related(self.sources.place(other.head), "also here"));
    }
}

/// The index in a loop that turns an unknown number of times.
fn index_of(name: &str, why: &Unknown) -> Value {
    let reason = if why.reason == Reason::Wrong { Reason::Wrong } else { why.reason };
    let unknown = Unknown::new(reason, &why.what, &format!("copyIndex('{name}')"));
    Value::unknown(unknown.of_kind(Kind::Int))
}

fn starts_with(ty: &str, parent: &str) -> bool {
    ty.get(..parent.len()).is_some_and(|start| start.eq_ignore_ascii_case(parent))
}

fn parts(count: usize) -> String {
    if count == 1 { "one part in its name".to_owned() } else { format!("{count} parts in its name") }
}
