//! What the template and the deployment give: parameters, variables, loops, scopes.

use std::rc::Rc;

use super::{Call, Function, Kinds, Run, SpecialCall};
use crate::frontend::arm::expression::{Deployment, Evaluator, Failure, Level, Outcome, Refusal, Scope};
use crate::frontend::arm::value::{Data, Kind, Reason, Symbol, Unknown, Value};

const TEXT: Option<Kind> = Some(Kind::Text);

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "parameters",
        takes: &[Kinds::TEXT],
        least: 1,
        most: 1,
        gives: None,
        run: Run::Special(parameters),
    },
    Function { name: "variables", takes: &[Kinds::TEXT], least: 1, most: 1, gives: None, run: Run::Special(variables) },
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
    let values = evaluator.arguments(scope, call)?;
    let Some(name) = values.first() else { return Err(Failure::Undetermined) };
    match name.as_text() {
        Some(text) => ask(evaluator, scope, text).map_err(|refusal| Failure::Wrong { argument: Some(0), refusal }),
        None => Ok(super::logic::undetermined(call.function, name, &values)),
    }
}
