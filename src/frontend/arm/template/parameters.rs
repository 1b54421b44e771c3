//! The values of parameters.

use std::rc::Rc;

use super::engine::{Engine, Supplied};
use super::section::{Asked, Named};
use super::site::{InstanceId, Site};
use crate::frontend::arm::expression::{Evaluator, Refusal};
use crate::frontend::arm::parameters::ParameterFile;
use crate::frontend::arm::value::{Data, GivenBy, Value};
use crate::source::{NodeId, Problem, did_you_mean};

impl Engine<'_> {
    /// `parameters('name')`.
    pub(super) fn parameter(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        name: &str,
    ) -> Result<Value, Refusal> {
        let instance = self.names_of(instance);
        let Some(holder) = self.instances.get_mut(instance) else { return Err(Refusal::new("unknown-name", "")) };
        let (position, named) = match holder.parameters.ask(name)? {
            Asked::Known(value) => return Ok(value),
            Asked::Evaluate(position, named) => (position, named),
        };
        let value = self.evaluate_parameter(evaluator, instance, &named);
        if let Some(holder) = self.instances.get_mut(instance) {
            holder.parameters.keep(position, &value);
        }
        Ok(value)
    }

    fn evaluate_parameter(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId, named: &Named) -> Value {
        let schema = self.schema(instance, named.node);
        let name = &named.name;
        let within = self.instances.get(instance).map(|holder| holder.within.join("/")).unwrap_or_default();
        let expression = if within.is_empty() {
            format!("parameters('{name}')")
        } else {
            format!("deployment('{within}').parameters('{name}')")
        };
        let unknown = || Value::unknown(schema.unknown(name, &expression)).at(named.node);
        let supplied =
            self.instances.get(instance).and_then(|holder| holder.supplied.get(&name.to_lowercase())).cloned();
        if let Some(supplied) = supplied {
            let (value, at) = match supplied {
                Supplied::Literal { value, at } => (evaluator.literal(value), at),
                Supplied::Expression { value, at, site } => (self.tree(evaluator, &site, value), at),
                Supplied::Value { value, at } => (value, at),
                Supplied::Secret { at } => return unknown().given(GivenBy::ParameterValue, name, at),
            };
            // To give null is to give nothing.
            if !matches!(value.data, Data::Null) {
                let place = if value.at.is_somewhere() { value.at } else { at };
                let value = self.conform(evaluator, instance, &schema, name, value);
                return value.given(GivenBy::ParameterValue, name, place);
            }
        }
        match self.get(named.node, "defaultValue") {
            Some(_) if schema.is_secret() => unknown().given(GivenBy::ParameterDeclaration, name, named.node),
            Some(default) => {
                let value = self.tree(evaluator, &Site::new(instance, None).for_default(), default);
                let value = self.conform(evaluator, instance, &schema, name, value);
                value.given(GivenBy::ParameterDefault, name, default)
            }
            None if schema.nullable => {
                Value::new(Data::Null).at(named.node).given(GivenBy::ParameterDeclaration, name, named.node)
            }
            None => unknown().given(GivenBy::ParameterDeclaration, name, named.node),
        }
    }

    /// Takes the values of a parameter file for the outermost template.
    pub(super) fn supply_file(&mut self, evaluator: &mut Evaluator<'_>, instance: InstanceId, file: &ParameterFile) {
        for given in &file.given {
            let supplied = match given.value {
                Some(value) => Supplied::Literal { value, at: given.at },
                None => Supplied::Secret { at: given.at },
            };
            self.supply(evaluator, instance, &given.name, given.at, supplied);
        }
    }

    /// Gives a parameter its value.
    pub(super) fn supply(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        name: &Rc<str>,
        at: NodeId,
        supplied: Supplied,
    ) {
        let Some(holder) = self.instances.get_mut(instance) else { return };
        if holder.parameters.find(name).is_none() {
            let names = holder.parameters.all().iter().map(|named| &*named.name);
            let message = format!("the template has no parameter `{name}`");
            let mut problem = Problem::error("unknown-name", self.sources.place(at), message);
            problem.help = did_you_mean(name, names).map(|near| format!("did you mean `{near}`?"));
            evaluator.report(problem);
        }
        holder.supplied.insert(name.to_lowercase(), supplied);
    }

    /// Reports what is wrong with the declarations of an instance, and what a nested deployment does not give.
    pub(super) fn check_parameters(
        &self,
        evaluator: &mut Evaluator<'_>,
        instance: InstanceId,
        given_at: Option<NodeId>,
    ) {
        let Some(holder) = self.instances.get(instance) else { return };
        for named in holder.parameters.all() {
            self.check_declaration(evaluator, instance, named.node);
            let Some(at) = given_at else { continue };
            let is_given = holder.supplied.contains_key(&named.name.to_lowercase());
            if is_given || self.get(named.node, "defaultValue").is_some() || self.schema(instance, named.node).nullable
            {
                continue;
            }
            let message = format!("this deployment gives no value to the parameter `{}`", named.name);
            let declared = self.sources.place(named.node);
            let problem = Problem::error("missing-parameter", self.sources.place(at), message);
            evaluator.report(problem.related(declared, "declared here, without a default"));
        }
    }
}
