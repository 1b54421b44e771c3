//! What `dependsOn` names, and no resource of the template can be.
//!
//! Azure does not take a template that waits for something else. What is left out by a condition or by a loop without
//! turns may be named, and what is only known to a deployment may be what is meant: then nothing is said.

use std::collections::HashSet;

use super::engine::{Engine, Instance};
use super::site::Site;
use super::target::{is_relative, pieces};
use crate::frontend::arm::expression::Evaluator;
use crate::frontend::arm::recognise::is_mapping;
use crate::frontend::arm::value::{Segment, Symbol, Value};
use crate::source::{NodeId, Problem, did_you_mean};

/// The code of such a problem.
pub(super) const CODE: &str = "unknown-dependency";

/// What an item of `dependsOn` names, where that is known, as it is written.
struct Named {
    /// The type; a name alone has none.
    ty: Option<String>,
    name: String,
}

impl Named {
    fn of(item: &Symbol) -> Option<Self> {
        let parts: Vec<Symbol> = pieces(item).into_iter().filter(|part| !part.segments().is_empty()).collect();
        let after = parts.iter().rposition(|part| part.text().eq_ignore_ascii_case("providers"));
        let is_id = item.prefix().starts_with('/');
        let parts = match after {
            Some(position) if is_id => parts.get(position + 1..)?,
            _ if is_id => return None,
            _ => &*parts,
        };
        if !parts.iter().flat_map(Symbol::segments).all(|segment| matches!(segment, Segment::Known(_))) {
            return None;
        }
        let texts: Vec<String> = parts.iter().map(Symbol::text).collect();
        if !is_id && !is_relative(item) {
            // An index into a loop is not followed.
            let name = texts.join("/");
            return (!name.is_empty() && !name.contains('[')).then_some(Self { ty: None, name });
        }
        let (namespace, rest) = texts.split_first()?;
        let (mut ty, mut names) = (namespace.clone(), Vec::new());
        for pair in rest.chunks(2) {
            let [part, name] = pair else { return None };
            ty.push('/');
            ty.push_str(part);
            names.push(name.as_str());
        }
        (!names.is_empty()).then(|| Self { ty: Some(ty), name: names.join("/") })
    }

    /// Whether something of that type can be meant.
    fn may_be_of(&self, ty: &str) -> bool {
        ty.contains(['{', '[']) || self.ty.as_ref().is_none_or(|named| named.eq_ignore_ascii_case(ty))
    }

    /// Whether something in a resource of which only the type is read can be meant: that type is perhaps not whole.
    fn may_be_within(&self, ty: &str) -> bool {
        let last = |ty: &str| ty.rsplit('/').next().unwrap_or("").to_lowercase();
        ty.contains('[') || self.ty.as_ref().is_none_or(|named| last(named) == last(ty))
    }
}

impl Engine<'_> {
    /// Says of an item of `dependsOn`, of which nothing was found, that there is nothing that it could mean.
    /// What many wait for is said once.
    pub(super) fn check_dependency(&mut self, evaluator: &mut Evaluator<'_>, site: &Site, item: &Value, at: NodeId) {
        let Some(named) = Symbol::within(item).and_then(|item| Named::of(&item)) else { return };
        let is_cut = self.said_too_much || evaluator.budget().is_spent();
        if is_cut || self.seen_instances(site.instance).any(|(_, holder)| self.may_hold(holder, &named)) {
            return;
        }
        let what = match &named.ty {
            Some(ty) => format!("`{}` of type `{ty}`", named.name),
            None => format!("`{}`", named.name),
        };
        if !self.said_missing.insert((site.instance, what.to_lowercase())) {
            return;
        }
        let message = format!("this resource waits for {what}, which its template does not declare");
        let known: Vec<String> =
            self.seen_instances(site.instance).flat_map(|(_, holder)| self.names_in(holder, &named)).collect();
        let near = did_you_mean(&named.name, known.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "Azure takes only resources of the same template: remove it, or declare what it names".to_owned(),
        };
        evaluator.report(Problem::error(CODE, self.sources.place(at), message).help(help));
    }

    /// Whether a template can have what is named.
    fn may_hold(&self, holder: &Instance, named: &Named) -> bool {
        let mut nodes = HashSet::new();
        for declared in holder.resources.iter().filter_map(|resource| self.resources.get(*resource)) {
            nodes.insert(declared.node);
            if named.may_be_of(&declared.ty)
                && declared.name.as_text().is_none_or(|name| name.eq_ignore_ascii_case(&named.name))
            {
                return true;
            }
        }
        let mut open: Vec<NodeId> = self.get(holder.template, "resources").into_iter().collect();
        while let Some(list) = open.pop() {
            let values = self.sources.entries(list).iter().map(|entry| entry.value);
            for node in self.sources.items(list).iter().copied().chain(values) {
                let read = |key: &str| self.get(node, key).map(|value| self.sources.text(value));
                let is_declared = nodes.contains(&node) || !is_mapping(self.sources, node);
                let is_looped = named.ty.is_none() && self.get(node, "copy").is_some_and(|copy| self.is_hidden(copy));
                if is_looped || (!is_declared && read("type").is_none_or(|ty| named.may_be_within(&ty))) {
                    return true;
                }
                // What is left out leaves out all within it.
                if !is_declared && self.get(node, "resources").is_some() {
                    return true;
                }
                open.extend(self.get(node, "resources"));
            }
        }
        false
    }

    /// Whether the name of a loop is not written as it is.
    fn is_hidden(&self, copy: NodeId) -> bool {
        self.get(copy, "name").is_none_or(|name| self.sources.text(name).starts_with('['))
    }

    /// The names in a template that can stand where that one does.
    fn names_in(&self, holder: &Instance, named: &Named) -> Vec<String> {
        let declared = holder.resources.iter().filter_map(|resource| self.resources.get(*resource));
        let fitting = declared.filter(|declared| named.may_be_of(&declared.ty));
        fitting.filter_map(|declared| declared.name.as_text().map(str::to_owned)).collect()
    }
}
