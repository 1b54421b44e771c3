//! Resources as a template describes them, once its expressions are evaluated.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::expression::Level;
use super::value::{Reason, Unknown, Value};
use crate::source::NodeId;

/// The type of a nested deployment.
pub const DEPLOYMENT: &str = "Microsoft.Resources/deployments";

/// A resource of a template after evaluation.
///
/// Ids are *canonical*: normalised ARM ids in lower case, without a slash at the end, in which `{expression}` stands for
/// what is not known. Equal canonical ids are the same resource. [`super::identity::canonical`] gives that of a value, so
/// that what a property names can be looked up among resources.
#[derive(Debug, Clone)]
pub struct Resource {
    /// Its type, as `Microsoft.Storage/storageAccounts`. Those of its parents are joined:
    /// `Microsoft.Network/virtualNetworks/subnets`. Of an extension resource it is the type of the extension alone:
    /// `Microsoft.Authorization/roleAssignments`.
    pub ty: Rc<str>,
    /// The API version.
    pub api_version: Option<Rc<str>>,
    /// The name, joined with those of its parents by `/`: a text, a symbol or an unknown.
    pub name: Value,
    /// The canonical id. That of an extension resource begins with that of what it extends.
    pub id: Rc<str>,
    /// The name by which the template itself speaks of it, in a template of language version 2.0.
    pub symbolic_name: Option<Rc<str>>,
    /// Whether it is declared elsewhere, and here only spoken of: `existing: true`.
    pub existing: bool,
    /// Whether it is certain that it is deployed. One that is certainly not is no [`Resource`] at all.
    pub existence: Presence,
    /// The canonical id of what an extension resource is made on, and of the scope that a resource is deployed to, where
    /// the template gives that by `scope`.
    pub scope: Option<Rc<str>>,
    /// The canonical ids of what it waits for, as far as known.
    pub depends_on: Vec<Rc<str>>,
    /// All of it: `location`, `kind`, `sku`, `tags`, `identity`, `properties`, `zones` and so on. Child resources,
    /// conditions and loops are left out, and of nested deployments the template and its parameters.
    pub body: Value,
    /// Where it is named: the value of `name`, or the symbolic name.
    pub head: NodeId,
    /// Its object.
    pub node: NodeId,
    /// The turns of the loops around it, outermost first, those of nested deployments included.
    pub loops: Vec<Turn>,
    /// The names of the nested deployments around it, outermost first.
    pub within: Vec<Rc<str>>,
}

/// Whether something is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Presence {
    /// It is.
    Certain,
    /// Perhaps; why that is not known, in words for a reader.
    Maybe(Rc<str>),
}

/// One turn of a loop.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Turn {
    /// The name of the loop.
    pub name: Rc<str>,
    /// The index, from 0. `None` where it is not known how often the loop turns: one resource then stands for all, and
    /// its existence is not certain.
    pub index: Option<i64>,
}

/// An output of a template.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: Rc<str>,
    /// Its value; a secret is unknown.
    pub value: Value,
    /// Where it is declared.
    pub at: NodeId,
}

/// Why a collection of resources may hold more than is listed.
#[derive(Debug, Clone)]
pub struct Gap {
    /// What it is: the type of resources in a loop, or [`DEPLOYMENT`] for a template that was not
    /// read, which may hold anything.
    pub ty: Rc<str>,
    /// Why, in words for a reader.
    pub why: Rc<str>,
    /// The loop or the link.
    pub at: NodeId,
}

/// What evaluating a template gave.
#[derive(Debug)]
pub struct Evaluated {
    /// To what the template is deployed.
    pub level: Level,
    /// The resources in the order of the template, those of nested deployments after the deployment.
    pub resources: Vec<Resource>,
    /// The outputs of the template itself.
    pub outputs: Vec<Output>,
    /// What of it cannot be listed.
    pub gaps: Vec<Gap>,
    /// What was counted.
    pub statistics: Statistics,
}

/// What was counted while a template was evaluated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statistics {
    /// How many expressions gave a value; one in a loop counts at each turn.
    pub expressions: usize,
    /// How many of these were not known, by the first reason.
    pub unknown: BTreeMap<Reason, usize>,
    /// How many templates there were: this one and those of nested deployments.
    pub templates: usize,
}

impl Presence {
    /// Whether it is certain.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        *self == Self::Certain
    }

    /// That of something within: certain only if both are.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        if self.is_certain() { other.clone() } else { self.clone() }
    }
}

impl Statistics {
    /// Counts one evaluation.
    pub fn count(&mut self, value: &Value) {
        self.expressions += 1;
        if let Some(unknown) = value.first_unknown() {
            self.count_unknown(unknown);
        }
    }

    fn count_unknown(&mut self, unknown: &Unknown) {
        *self.unknown.entry(unknown.reason).or_default() += 1;
    }
}
