//! Ids of resources, and what is asked of resources.

use super::{Function, Kinds, MANY, Run, SpecialCall, TEXT, function};
use crate::frontend::arm::expression::{Deployment, Evaluator, Failure, Level, Outcome, ReferenceCall, Scope};
use crate::frontend::arm::value::{Reason, Symbol, SymbolBuilder, Trail, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("resourceId", &[Kinds::TEXT], (2, MANY), TEXT, Run::Special(resource_id)),
    function("subscriptionResourceId", &[Kinds::TEXT], (2, MANY), TEXT, Run::Special(subscription_resource_id)),
    function("tenantResourceId", &[Kinds::TEXT], (2, MANY), TEXT, Run::Special(tenant_resource_id)),
    function("managementGroupResourceId", &[Kinds::TEXT], (2, MANY), TEXT, Run::Special(management_group_resource_id)),
    function("extensionResourceId", &[Kinds::TEXT], (3, MANY), TEXT, Run::Special(extension_resource_id)),
    function("reference", &[Kinds::TEXT], (1, 3), None, Run::Special(reference)),
    function("references", &[Kinds::TEXT], (1, 2), super::ARRAY, Run::Special(reference)),
    function("resourceInfo", &[Kinds::TEXT], (1, 1), super::OBJECT, Run::Special(reference)),
];

/// `listKeys` and all other names that start with `list`: which there are is up to each kind of resource.
pub(super) static LIST: Function =
    function("list*", &[Kinds::TEXT, Kinds::TEXT, Kinds::ANY], (1, 3), None, Run::Deployed(Reason::Keys));

fn reference(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let arguments = evaluator.arguments(scope, call)?;
    let asked = ReferenceCall { function: call.function.name, arguments: &arguments };
    scope.reference(evaluator, &asked).map_err(|refusal| Failure::Wrong { argument: Some(0), refusal })
}

/// The arguments of a call in three parts: those before the type, the type, and the names.
struct Parts<'a> {
    before: &'a [Value],
    kind: &'a str,
    names: &'a [Value],
}

/// Takes the arguments apart; the type is the first from `least` on that has a slash, and has at most `most` before it.
fn parts(values: &[Value], least: usize, most: usize) -> Result<Parts<'_>, Failure> {
    let is_type = |value: &Value| value.as_text().is_some_and(|text| text.contains('/'));
    let found = (least..=most).find(|index| values.get(*index).is_some_and(is_type));
    let Some(position) = found else {
        // An unknown text might be the type.
        let unknown = values.iter().take(most + 1).any(|value| value.as_text().is_none());
        return Err(if unknown {
            Failure::Undetermined
        } else {
            Failure::argument(
                least,
                "the type of a resource was expected here, such as `Microsoft.Network/virtualNetworks`",
            )
        });
    };
    let (before, rest) = values.split_at(position);
    let [kind, names @ ..] = rest else { return Err(Failure::Undetermined) };
    Ok(Parts { before, kind: kind.as_text().unwrap_or(""), names })
}

/// `/providers/{namespace}/{type}/{name}/{type}/{name}`, appended to the id of the scope. What appends that says whether
/// it is text.
fn id(scope: impl FnOnce(&mut SymbolBuilder) -> bool, parts: &Parts<'_>) -> Outcome {
    let mut id = SymbolBuilder::default();
    if !scope(&mut id) {
        return Err(Failure::Undetermined);
    }
    let whole = parts.kind.trim_matches('/');
    let count = whole.bytes().filter(|byte| *byte == b'/').count();
    if count != parts.names.len() {
        let message = format!(
            "a resource of type `{}` has {} in its id, and here are {}",
            parts.kind,
            if count == 1 { "one name".to_owned() } else { format!("{count} names") },
            parts.names.len()
        );
        return Err(Failure::argument(parts.before.len(), message));
    }
    let mut is_text = true;
    id.push_str("/providers/");
    if let [name] = parts.names {
        [whole, "/"].iter().for_each(|text| id.push_str(text));
        is_text &= id.push_value(name);
    } else {
        let mut types = whole.split('/');
        id.push_str(types.next().unwrap_or(""));
        for (kind, name) in types.zip(parts.names) {
            ["/", kind, "/"].iter().for_each(|text| id.push_str(text));
            is_text &= id.push_value(name);
        }
    }
    if !is_text {
        return Err(Failure::Undetermined);
    }
    let values = parts.before.iter().chain(parts.names);
    let trail = values.fold(Trail::default(), |trail, value| trail.joined(&value.trail));
    Ok(Value { trail, ..Value::new(id.into_data()) })
}

/// What the call gives, or an unknown where its arguments leave it open.
fn finish(call: &SpecialCall<'_>, values: &[Value], outcome: Outcome) -> Outcome {
    match outcome {
        Err(Failure::Undetermined) => {
            let first = values.iter().find(|value| !value.is_known()).or(values.first());
            first.map(|first| super::logic::undetermined(call.function, first, values)).ok_or(Failure::Undetermined)
        }
        other => other,
    }
}

fn push_subscription(id: &mut SymbolBuilder, subscription: &Value) -> bool {
    id.push_str("/subscriptions/");
    id.push_value(subscription)
}

fn push_group(id: &mut SymbolBuilder, subscription: &Value, group: &Value) -> bool {
    let is_text = push_subscription(id, subscription);
    id.push_str("/resourceGroups/");
    is_text && id.push_value(group)
}

fn resource_id(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let outcome = parts(&values, 0, 2).and_then(|parts| match (parts.before, scope.view()) {
        ([], Some(view)) => {
            let own = evaluator.own_scope(view, scope);
            id(|id| own.map(|own| id.push(own)).is_some(), &parts)
        }
        _ => id(|id| push_scope(id, scope.deployment(), parts.before), &parts),
    });
    finish(call, &values, outcome)
}

impl Evaluator<'_> {
    /// The id of what is deployed to in a view; `None` where it is no text.
    fn own_scope(&mut self, view: usize, scope: &dyn Scope) -> Option<&Symbol> {
        if self.own_scope.as_ref().is_none_or(|(known, _)| *known != view) {
            let mut id = SymbolBuilder::default();
            let is_text = push_scope(&mut id, scope.deployment(), &[]);
            let id = id.finish();
            // All ids in it are made of this one.
            let _ = id.id();
            self.own_scope = Some((view, is_text.then_some(id)));
        }
        self.own_scope.as_ref().and_then(|(_, id)| id.as_ref())
    }
}

/// Appends the id of the scope that is given before the type, or of the one that is deployed to.
fn push_scope(id: &mut SymbolBuilder, deployment: &Deployment, before: &[Value]) -> bool {
    match (before, deployment.level) {
        ([subscription, group], _) => push_group(id, subscription, group),
        ([group], Level::ResourceGroup) => push_group(id, &deployment.subscription, group),
        ([subscription], _) => push_subscription(id, subscription),
        (_, Level::ResourceGroup) => push_group(id, &deployment.subscription, &deployment.resource_group),
        (_, Level::Subscription) => push_subscription(id, &deployment.subscription),
        _ => true,
    }
}

fn subscription_resource_id(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let outcome = parts(&values, 0, 1).and_then(|parts| {
        let subscription = parts.before.first().unwrap_or(&scope.deployment().subscription);
        id(|id| push_subscription(id, subscription), &parts)
    });
    finish(call, &values, outcome)
}

fn tenant_resource_id(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let outcome = parts(&values, 0, 0).and_then(|parts| id(|_| true, &parts));
    finish(call, &values, outcome)
}

fn management_group_resource_id(
    evaluator: &mut Evaluator<'_>,
    scope: &mut dyn Scope,
    call: &SpecialCall<'_>,
) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let outcome = parts(&values, 0, 1).and_then(|parts| {
        let group = parts.before.first().unwrap_or(&scope.deployment().management_group);
        let push_group = |id: &mut SymbolBuilder| {
            id.push_str("/providers/Microsoft.Management/managementGroups/");
            id.push_value(group)
        };
        id(push_group, &parts)
    });
    finish(call, &values, outcome)
}

fn extension_resource_id(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let outcome = parts(&values, 1, 1).and_then(|parts| {
        let of = parts.before.first().ok_or(Failure::Undetermined)?;
        id(|id| id.push_value(of), &parts)
    });
    finish(call, &values, outcome)
}
