//! Where resources are deployed to.

use std::rc::Rc;

use crate::frontend::arm::expression::{Deployment, Level};
use crate::frontend::arm::identity::normalised;
use crate::frontend::arm::value::{Kind, Reason, Segment, Symbol, SymbolBuilder, Unknown, Value};

/// A scope that resources are deployed to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) deployment: Deployment,
    /// The id that those of its resources begin with; empty for a tenant.
    pub(super) base: Symbol,
}

impl Target {
    pub(super) fn of(deployment: Deployment) -> Self {
        let mut base = SymbolBuilder::default();
        match deployment.level {
            Level::ResourceGroup => {
                base.push_str("/subscriptions/");
                push(&mut base, &deployment.subscription);
                base.push_str("/resourceGroups/");
                push(&mut base, &deployment.resource_group);
            }
            Level::Subscription => {
                base.push_str("/subscriptions/");
                push(&mut base, &deployment.subscription);
            }
            Level::ManagementGroup => {
                base.push_str("/providers/Microsoft.Management/managementGroups/");
                push(&mut base, &deployment.management_group);
            }
            Level::Tenant => {}
        }
        let base = base.finish();
        // All ids in it are made of this one.
        let _ = base.id();
        Self { deployment, base }
    }

    /// The same with another subscription or resource group, where these are given. A deployment that names only a
    /// subscription goes to that.
    pub(super) fn moved(self: &Rc<Self>, subscription: Option<Value>, group: Option<Value>) -> Rc<Self> {
        if subscription.is_none() && group.is_none() {
            return Rc::clone(self);
        }
        let mut deployment = self.deployment.clone();
        deployment.level = if group.is_some() { Level::ResourceGroup } else { Level::Subscription };
        if let Some(subscription) = subscription {
            deployment.subscription = subscription;
        }
        if let Some(group) = group {
            deployment.location = location_of(&group);
            deployment.resource_group = group;
        }
        Rc::new(Self::of(deployment))
    }

    /// The id that `scope` names: whole, or relative to this target.
    pub(super) fn scope(&self, scope: &Value) -> Symbol {
        let text = scope.as_symbol().unwrap_or_default();
        if text.prefix().starts_with('/') {
            let is_tenant = scope.as_text().is_some_and(|text| text.trim_matches('/').is_empty());
            return if is_tenant { Symbol::default() } else { text };
        }
        if !is_relative(&text) {
            return text;
        }
        let mut id = SymbolBuilder::default();
        if !normalised(text.prefix()).starts_with("microsoft.management/managementgroups") {
            id.push(&self.base);
        }
        id.push_str("/providers/");
        id.push(&text);
        id.finish()
    }

    /// The target that a deployment with that `scope` goes to.
    pub(super) fn scoped(self: &Rc<Self>, scope: &Value) -> Rc<Self> {
        let id = self.scope(scope);
        let mut deployment = self.deployment.clone();
        let parts = pieces(&id);
        let named = |index: usize| parts.get(index).map(|part| Value::new(part.clone().into_data()));
        let word = |index: usize| parts.get(index).map(|part| part.text().to_lowercase()).unwrap_or_default();
        match (&*word(1), &*word(3), named(2), named(4)) {
            ("subscriptions", "resourcegroups", Some(subscription), Some(group)) => {
                return self.moved(Some(subscription), Some(group));
            }
            ("subscriptions", _, Some(subscription), _) => return self.moved(Some(subscription), None),
            ("providers", "managementgroups", _, Some(group)) => {
                deployment.level = Level::ManagementGroup;
                deployment.management_group = group;
            }
            _ if id.segments().is_empty() => deployment.level = Level::Tenant,
            _ => return Rc::new(Self { deployment, base: id }),
        }
        Rc::new(Self::of(deployment))
    }
}

fn push(id: &mut SymbolBuilder, part: &Value) {
    // What is no text counts as none.
    let _ = id.push_value(part);
}

/// The location of a resource group that is not the one that the template is deployed to.
fn location_of(group: &Value) -> Value {
    let group = group.expression();
    if &*group == "resourceGroup().name" {
        return Deployment::to(Level::ResourceGroup).location;
    }
    let expression = format!("resourceGroup({group}).location");
    Value::unknown(Unknown::new(Reason::Deployment, &expression, &expression).of_kind(Kind::Text))
}

/// Whether a text is an id without its scope: `Microsoft.Storage/storageAccounts/name`.
pub(super) fn is_relative(text: &Symbol) -> bool {
    let start = text.prefix();
    if start.starts_with('/') {
        return false;
    }
    start.split_once('/').is_some_and(|(namespace, _)| namespace.contains('.') && !namespace.contains(' '))
}

/// How many slashes there are in a text.
pub(super) fn count_slashes(text: &str) -> usize {
    // Of so few bytes the count fits into one, so that many are counted at a time.
    let counted = |bytes: &[u8]| bytes.iter().fold(0, |count: u8, byte| count + u8::from(*byte == b'/'));
    text.as_bytes().chunks(usize::from(u8::MAX)).map(|bytes| usize::from(counted(bytes))).sum()
}

/// How many parts there are between the slashes that are known.
pub(super) fn count_pieces(path: &Symbol) -> usize {
    let slashes = |segment: &Segment| match segment {
        Segment::Known(text) => count_slashes(text),
        Segment::Unknown(_) => 0,
    };
    path.segments().iter().map(slashes).sum::<usize>() + 1
}

/// The parts between the slashes that are known.
pub(super) fn pieces(path: &Symbol) -> Vec<Symbol> {
    if !path.segments().iter().any(|segment| matches!(segment, Segment::Known(text) if text.contains('/'))) {
        return vec![path.clone()];
    }
    let mut parts = vec![SymbolBuilder::default()];
    for segment in path.segments() {
        let Segment::Known(text) = segment else {
            if let Some(last) = parts.last_mut() {
                last.push_segment(segment);
            }
            continue;
        };
        for (index, piece) in text.split('/').enumerate() {
            if index > 0 {
                parts.push(SymbolBuilder::default());
            }
            if let Some(last) = parts.last_mut() {
                last.push_str(piece);
            }
        }
    }
    parts.into_iter().map(SymbolBuilder::finish).collect()
}
