//! What the template and the deployment give: parameters, variables, loops, scopes.

use std::rc::Rc;

use super::{Function, INT, Kinds, OBJECT, Run, SpecialCall, function};
use crate::frontend::arm::expression::{Bounds, Evaluator, Failure, Level, Outcome, Refusal, Scope};
use crate::frontend::arm::value::{Kind, Object, Reason, SymbolBuilder, Unknown, Value};
use crate::source::{Limits, Sources};

pub(super) const FUNCTIONS: &[Function] = &[
    function("parameters", &[Kinds::TEXT], (1, 1), None, Run::Special(parameters)),
    function("variables", &[Kinds::TEXT], (1, 1), None, Run::Special(variables)),
    function("copyIndex", &[Kinds::TEXT.or(Kinds::INT), Kinds::INT], (0, 2), INT, Run::Special(copy_index)),
    function("deployment", &[], (0, 0), OBJECT, Run::Special(deployment)),
    function("environment", &[], (0, 0), OBJECT, Run::Special(environment)),
    function("resourceGroup", &[], (0, 0), OBJECT, Run::Special(resource_group)),
    function("subscription", &[], (0, 0), OBJECT, Run::Special(subscription)),
    function("managementGroup", &[], (0, 0), OBJECT, Run::Special(management_group)),
    function("tenant", &[], (0, 0), OBJECT, Run::Special(tenant)),
    function("deployer", &[], (0, 0), OBJECT, Run::Deployed(Reason::Deployment)),
];

fn parameters(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    named(evaluator, scope, call, |evaluator, scope, name| scope.parameter(evaluator, name))
}

fn variables(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    named(evaluator, scope, call, |evaluator, scope, name| scope.variable(evaluator, name))
}

/// Asks the scope for what has a name; an unknown name makes the value unknown.
fn named(
    evaluator: &mut Evaluator<'_>,
    scope: &mut dyn Scope,
    call: &SpecialCall<'_>,
    ask: impl Fn(&mut Evaluator<'_>, &mut dyn Scope, &str) -> Result<Value, Refusal>,
) -> Outcome {
    let wrong = |refusal| Failure::Wrong { argument: Some(0), refusal };
    let written = call.arguments.first().and_then(|name| call.frame.text_of(evaluator.meanings.terms.get(name)?));
    if let Some(name) = written {
        return ask(evaluator, scope, &name).map_err(wrong);
    }
    let values = evaluator.arguments(scope, call)?;
    let Some(name) = values.first() else { return Err(Failure::Undetermined) };
    match name.as_text() {
        Some(text) => ask(evaluator, scope, text).map_err(wrong),
        None => Ok(super::logic::undetermined(call.function, name, &values)),
    }
}

/// `copyIndex()`, `copyIndex(offset)`, `copyIndex('loop')` or `copyIndex('loop', offset)`.
fn copy_index(evaluator: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    let values = evaluator.arguments(scope, call)?;
    let (name, offset) = match &*values {
        [] => (None, None),
        [only] if only.kind() == Some(Kind::Text) => (Some(only), None),
        [only] => (None, Some(only)),
        [name, offset, ..] => (Some(name), Some(offset)),
    };
    let name = match name.map(|name| name.as_text().ok_or(name)) {
        None => None,
        Some(Ok(name)) => Some(name),
        Some(Err(unknown)) => return Ok(super::logic::undetermined(call.function, unknown, &values)),
    };
    let wrong = |refusal| Failure::Wrong { argument: name.map(|_| 0), refusal };
    let index = scope.copy_index(evaluator, name).map_err(wrong)?;
    let Some(offset) = offset else { return Ok(index) };
    match (index.as_int(), offset.as_int()) {
        (Some(index), Some(offset)) => {
            let sum =
                index.checked_add(offset).ok_or_else(|| Failure::wrong("the result is too large for a number"))?;
            Ok(Value::new(sum.into()))
        }
        (Some(_), None) => Ok(super::logic::undetermined(call.function, offset, [&index, offset])),
        (None, _) => Ok(super::logic::undetermined(call.function, &index, [&index, offset])),
    }
}

/// An object of which only a deployment knows the rest.
fn open_object(expression: &str, entries: Vec<(&'static str, Value)>) -> Outcome {
    let mut object: Object = entries.into_iter().map(|(key, value)| (Rc::from(key), value)).collect();
    object.set_rest(Rc::new(Unknown::new(Reason::Deployment, expression, expression)));
    Ok(Value::new(object.into()))
}

fn fact(expression: &'static str) -> Value {
    crate::frontend::arm::expression::fact(expression)
}

/// Texts and parts that are texts, one after the other.
pub(super) fn path(parts: &[&Value]) -> Result<Value, Failure> {
    let mut symbol = SymbolBuilder::default();
    if !parts.iter().all(|part| symbol.push_value(part)) {
        return Err(Failure::Undetermined);
    }
    Ok(Value::new(symbol.into_data()))
}

/// Refuses a function that a deployment to that level does not have.
fn only_at(scope: &dyn Scope, levels: &[Level], call: &SpecialCall<'_>, what: &str) -> Result<(), Failure> {
    if levels.contains(&scope.deployment().level) {
        return Ok(());
    }
    let message = format!("`{}()` cannot be used in a template that is not deployed to {what}", call.function.name);
    Err(Failure::Wrong { argument: None, refusal: Refusal::new("wrong-scope", message) })
}

fn resource_group(_: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    only_at(scope, &[Level::ResourceGroup], call, "a resource group")?;
    let deployment = scope.deployment();
    let id = path(&[
        &Value::text("/subscriptions/"),
        &deployment.subscription,
        &Value::text("/resourceGroups/"),
        &deployment.resource_group,
    ])?;
    let entries = vec![
        ("id", id),
        ("name", deployment.resource_group.clone()),
        ("type", Value::text("Microsoft.Resources/resourceGroups")),
        ("location", deployment.location.clone()),
    ];
    open_object("resourceGroup()", entries)
}

fn subscription(_: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    only_at(scope, &[Level::ResourceGroup, Level::Subscription], call, "a resource group or a subscription")?;
    let deployment = scope.deployment();
    let entries = vec![
        ("id", path(&[&Value::text("/subscriptions/"), &deployment.subscription])?),
        ("subscriptionId", deployment.subscription.clone()),
        ("tenantId", deployment.tenant.clone()),
        ("displayName", fact("subscription().displayName")),
    ];
    open_object("subscription()", entries)
}

fn management_group(_: &mut Evaluator<'_>, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Outcome {
    only_at(scope, &[Level::ManagementGroup], call, "a management group")?;
    let deployment = scope.deployment();
    let id = path(&[&Value::text("/providers/Microsoft.Management/managementGroups/"), &deployment.management_group])?;
    open_object("managementGroup()", vec![("id", id), ("name", deployment.management_group.clone())])
}

fn tenant(_: &mut Evaluator<'_>, scope: &mut dyn Scope, _: &SpecialCall<'_>) -> Outcome {
    let deployment = scope.deployment();
    let entries = vec![
        ("id", path(&[&Value::text("/tenants/"), &deployment.tenant])?),
        ("tenantId", deployment.tenant.clone()),
        ("displayName", fact("tenant().displayName")),
        ("countryCode", fact("tenant().countryCode")),
    ];
    open_object("tenant()", entries)
}

fn deployment(_: &mut Evaluator<'_>, scope: &mut dyn Scope, _: &SpecialCall<'_>) -> Outcome {
    open_object("deployment()", vec![("name", scope.deployment().name.clone())])
}

thread_local! {
    static ENVIRONMENT: Value = public_cloud();
}

/// What is documented of the public cloud; of others, a template cannot tell that it is meant for them.
fn environment(_: &mut Evaluator<'_>, _: &mut dyn Scope, _: &SpecialCall<'_>) -> Outcome {
    Ok(ENVIRONMENT.with(Value::clone))
}

fn public_cloud() -> Value {
    let text = include_str!("../../../../../rules/arm/environment.yaml");
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, roots) = sources.add_yaml("rules/arm/environment.yaml", text.to_owned(), &Limits::default(), &mut problems);
    let node = roots.first().and_then(|root| sources.get(*root, "environment"));
    match node {
        Some(node) => super::convert::without_places(Evaluator::new(&sources, Bounds::default()).literal(node)),
        None => Value::unknown(Unknown::new(Reason::Deployment, "environment()", "environment()")),
    }
}
