//! What an expression speaks of beyond itself.

use super::{Evaluator, Refusal};
use crate::frontend::arm::value::{Kind, Reason, Unknown, Value, render};

/// What a template, a loop in it or the body of a function lets its expressions see.
///
/// Answers are values, unknown ones included; an `Err` becomes a problem at the name that was asked for. Whoever evaluates
/// further to answer uses the evaluator that it is given, so that cost and depth are bounded over the whole input.
pub trait Scope {
    /// `parameters('name')`.
    ///
    /// # Errors
    /// There is no such parameter.
    fn parameter(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal>;

    /// `variables('name')`.
    ///
    /// # Errors
    /// There is no such variable, or it depends on itself.
    fn variable(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal>;

    /// `copyIndex('name')`, without its offset; without a name that of the innermost loop around a resource.
    ///
    /// # Errors
    /// There is no such loop around the expression.
    fn copy_index(&mut self, evaluator: &mut Evaluator<'_>, name: Option<&str>) -> Result<Value, Refusal>;

    /// `reference(...)`, `references(...)` and `resourceInfo(...)`.
    ///
    /// # Errors
    /// It must not be used here, or names what cannot be.
    fn reference(&mut self, evaluator: &mut Evaluator<'_>, call: &ReferenceCall<'_>) -> Result<Value, Refusal>;

    /// `namespace.name(arguments)`.
    ///
    /// # Errors
    /// There is no such function, or it does not take these arguments.
    fn user_function(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        name: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, Refusal>;

    /// What is deployed to where.
    fn deployment(&self) -> &Deployment;

    /// Whether `utcNow` and `newGuid` may be called: Azure takes them in the defaults of parameters alone.
    fn may_differ_each_time(&self) -> bool {
        true
    }

    /// Names what is seen: in the same view all parameters, variables and surroundings are the same. `None` where that
    /// cannot be promised.
    fn view(&self) -> Option<usize> {
        None
    }
}

/// A call that asks for the state of a resource.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceCall<'a> {
    /// `reference`, `references` or `resourceInfo`.
    pub function: &'static str,
    /// The arguments as evaluated: first the id, the name or the symbolic name, then the API version, then `'Full'`.
    pub arguments: &'a [Value],
}

impl ReferenceCall<'_> {
    /// What the call gives where nothing can be told of the resource.
    #[must_use]
    pub fn outside(&self) -> Value {
        let expression = render::call(self.function, self.arguments);
        let unknown = Unknown::new(Reason::Reference, &expression, &expression);
        Value::unknown(if self.function == "references" { unknown.of_kind(Kind::Array) } else { unknown })
    }
}

/// To what a template is deployed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A resource group.
    ResourceGroup,
    /// A subscription.
    Subscription,
    /// A management group.
    ManagementGroup,
    /// A tenant.
    Tenant,
}

/// The surroundings of a deployment: texts, mostly unknown.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// To what it goes.
    pub level: Level,
    /// The identifier of the subscription.
    pub subscription: Value,
    /// The name of the resource group.
    pub resource_group: Value,
    /// The location of the resource group.
    pub location: Value,
    /// The name of the management group.
    pub management_group: Value,
    /// The identifier of the tenant.
    pub tenant: Value,
    /// The name of the deployment.
    pub name: Value,
}

impl Deployment {
    /// A deployment of which only the level is known.
    #[must_use]
    pub fn to(level: Level) -> Self {
        Self {
            level,
            subscription: fact("subscription().subscriptionId"),
            resource_group: fact("resourceGroup().name"),
            location: fact("resourceGroup().location"),
            management_group: fact("managementGroup().name"),
            tenant: fact("tenant().tenantId"),
            name: fact("deployment().name"),
        }
    }
}

/// A text that only a deployment knows.
pub(super) fn fact(expression: &str) -> Value {
    Value::unknown(Unknown::new(Reason::Deployment, expression, expression).of_kind(Kind::Text))
}
