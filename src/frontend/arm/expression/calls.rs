//! Calls of functions of the language.

use std::ops::Range;

use super::evaluator::{Frame, unknown};
use super::functions::{Call, Function, Run, SpecialCall};
use super::{Arguments, Evaluator, Failure, Outcome, Refusal, Scope, Term};
use crate::frontend::arm::value::{Reason, Trail, Unknown, Value, render};

/// Values whose arrays and objects are deeper within one another are not made.
const DEEPEST: usize = 300;

/// Where a call stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) frame: &'a Frame<'a>,
    /// The call.
    pub(super) term: Term,
}

impl<'a> Site<'a> {
    /// The name as it is written.
    fn written(&self) -> &'a str {
        self.frame.written(self.term.name())
    }
}

impl Evaluator<'_> {
    /// The value of a call.
    pub(super) fn call(
        &mut self,
        scope: &mut dyn Scope,
        site: &Site<'_>,
        function: &'static Function,
        arguments: Arguments,
    ) -> Value {
        if arguments.len() < function.least || arguments.len() > function.most {
            // That has been reported when the expression was read.
            return unknown(Reason::Wrong, function.called(site.written()));
        }
        if let Run::Special(run) = function.run {
            let call = SpecialCall { function, arguments, frame: site.frame };
            let outcome = run(self, scope, &call);
            return self.finished(site, function, arguments, &[], outcome);
        }
        let values = self.values(scope, site.frame, arguments);
        let outcome = match function.run {
            Run::Deployed(Reason::Time | Reason::Random) if !scope.may_differ_each_time() => Err(Failure::Wrong {
                argument: None,
                refusal: Refusal::new(
                    "wrong-place",
                    format!("`{}` is for the defaults of parameters alone", function.name),
                )
                .help("make it the `defaultValue` of a parameter, and use that parameter here"),
            }),
            _ => self.apply(function, &values),
        };
        self.finished(site, function, arguments, &values, outcome)
    }

    /// What a function gives for values.
    fn apply(&mut self, function: &'static Function, values: &[Value]) -> Outcome {
        let gave_up = |unknown: &Unknown| matches!(unknown.reason, Reason::Wrong | Reason::TooMuch);
        if values.iter().any(|value| value.as_unknown().is_some_and(gave_up)) {
            return Err(Failure::Undetermined);
        }
        check_kinds(function, values)?;
        let mut call = Call { function, arguments: values, budget: &mut self.budget };
        match function.run {
            Run::Known(_) if !values.iter().all(Value::is_known) => Err(Failure::Undetermined),
            Run::Shallow(_) if values.iter().any(is_unknown_itself) => Err(Failure::Undetermined),
            Run::Known(run) | Run::Shallow(run) | Run::Open(run) => run(&mut call),
            Run::Deployed(reason) => Err(Failure::Unknown(reason)),
            Run::NotSupported => Err(Failure::Unknown(Reason::NotSupported)),
            Run::Special(_) => Err(Failure::Unknown(Reason::NotSupported)),
        }
    }

    /// The outcome of a call as a value, its failure reported.
    fn finished(
        &mut self,
        site: &Site<'_>,
        function: &'static Function,
        arguments: Arguments,
        values: &[Value],
        outcome: Outcome,
    ) -> Value {
        let trail = values.iter().fold(Trail::default(), |trail, value| trail.joined(&value.trail));
        let name = function.called(site.written());
        let mut value = match outcome {
            Ok(value) if value.depth() > DEEPEST => self.too_much(site.frame, site.term.range()),
            Ok(value) => value,
            Err(Failure::TooMuch) => self.too_much(site.frame, site.term.range()),
            Err(Failure::Wrong { argument, refusal }) => {
                let terms = &self.meanings.terms;
                let term = argument.and_then(|index| terms.argument(arguments, index));
                let place = term.and_then(|term| terms.get(term)).map_or(site.term.name(), Term::range);
                let expression = if values.is_empty() {
                    // What the arguments came to is not known here: the call is told by how it is written.
                    site.frame.written(site.term.range()).into()
                } else {
                    render::call(name, values)
                };
                self.refuse_or_guard(site.frame, place, refusal, &expression)
            }
            Err(Failure::Unknown(reason)) => {
                let mut unknown = Unknown::new(reason, name, &render::call(name, values));
                unknown.kind = function.gives;
                unknown.repeatable = reason != Reason::Random && values.iter().all(is_repeatable);
                Value::unknown(unknown)
            }
            Err(Failure::Undetermined) => undetermined(function, name, values),
        };
        if value.as_unknown().is_some_and(|unknown| unknown.expression.len() > 300) {
            // Writing a long expression is work, too; that nothing is left shows at the next term.
            let _ = self.budget.steps(1000);
        }
        if value.trail.places().is_empty() {
            value.trail = trail;
        }
        value
    }

    /// Reports what is wrong, or lets it be where it is not known whether this would be evaluated at all.
    pub(super) fn refuse_or_guard(
        &mut self,
        frame: &Frame<'_>,
        range: Range<usize>,
        refusal: Refusal,
        expression: &str,
    ) -> Value {
        if self.guards > 0 {
            self.fail();
            return unknown(Reason::Guarded, expression);
        }
        self.refuse(frame, range, refusal);
        unknown(Reason::Wrong, expression)
    }

    /// Reports that a bound is reached.
    pub(super) fn too_much(&mut self, frame: &Frame<'_>, range: Range<usize>) -> Value {
        self.fail();
        let refusal = if self.depth >= self.budget.bounds().depth {
            Refusal::new("too-deep", "evaluating this takes too many steps within one another")
        } else {
            Refusal::new("too-much-work", "this makes more text, or more items, than is evaluated for one input")
        };
        // Once everything is spent, all that follows fails for the same reason.
        if !self.said_spent {
            self.said_spent = self.budget.is_spent();
            self.refuse(frame, range.clone(), refusal);
        }
        unknown(Reason::TooMuch, frame.written(range))
    }
}

/// What hangs on the first argument that is unknown.
fn undetermined(function: &Function, name: &str, values: &[Value]) -> Value {
    let expression = render::call(name, values);
    let first = values.iter().find_map(Value::first_unknown);
    let mut result = match first {
        Some(first) => first.derived(expression),
        None => Unknown::new(Reason::NotSupported, name, &expression),
    };
    result.kind = function.gives;
    result.repeatable = values.iter().all(is_repeatable);
    Value::unknown(result)
}

/// Whether every evaluation of the same expression gives the same value.
pub(super) fn is_repeatable(value: &Value) -> bool {
    // The order of items in an open array is not in the text of its expression.
    let disordered = value.as_array().is_some_and(|array| !array.is_closed() && !array.items.is_empty());
    !disordered && value.first_unknown_such(&|unknown| !unknown.repeatable).is_none()
}

fn is_unknown_itself(value: &Value) -> bool {
    use crate::frontend::arm::value::Data;
    matches!(value.data, Data::Unknown(_) | Data::Symbol(_))
}

pub(super) fn check_kinds(function: &Function, values: &[Value]) -> Result<(), Failure> {
    for (index, value) in values.iter().enumerate() {
        let Some(takes) = function.takes.get(index).or(function.takes.last()) else { continue };
        if let Some(kind) = value.kind()
            && !takes.admit(kind)
        {
            let message = format!("`{}` takes {} here, and this is {}", function.name, takes.words(), kind.words());
            let refusal = Refusal::new("wrong-type", message);
            return Err(Failure::Wrong { argument: Some(index), refusal });
        }
    }
    Ok(())
}
