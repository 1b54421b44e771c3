//! What the expressions of a template see.

use std::rc::Rc;

use super::engine::Engine;
use super::site::{LoopOf, Site, outwards};
use crate::frontend::arm::expression::{Deployment, Evaluator, ReferenceCall, Refusal, Scope};
use crate::frontend::arm::value::Value;

/// The view from one site.
pub(super) struct Context<'c, 'a> {
    pub(super) engine: &'c mut Engine<'a>,
    pub(super) site: &'c Site,
}

impl Scope for Context<'_, '_> {
    fn parameter(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal> {
        let Some(parameters) = &self.site.function else {
            return self.engine.parameter(evaluator, self.site.instance, name);
        };
        let found = parameters.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        let names = parameters.iter().map(|(known, _)| &**known);
        found.map(|(_, value)| value.clone()).ok_or_else(|| Refusal::unknown_name("parameter", name, names))
    }

    fn variable(&mut self, evaluator: &mut Evaluator<'_>, name: &str) -> Result<Value, Refusal> {
        if self.site.function.is_some() {
            return Err(Refusal::new("wrong-place", "a function of a template does not see the variables of it"));
        }
        self.engine.variable(evaluator, self.site.instance, name)
    }

    fn copy_index(&mut self, _: &mut Evaluator<'_>, name: Option<&str>) -> Result<Value, Refusal> {
        let loops = || outwards(&self.site.loops);
        let found = match name {
            Some(name) => loops().find(|turn| turn.name.eq_ignore_ascii_case(name)),
            None => loops().find(|turn| turn.of == LoopOf::Resources).or_else(|| loops().next()),
        };
        found.map(|turn| turn.index.clone()).ok_or_else(|| match name {
            Some(name) => Refusal::unknown_name("loop", name, loops().map(|turn| &*turn.name)),
            None => Refusal::new("wrong-place", "`copyIndex()` has no loop around it"),
        })
    }

    fn reference(&mut self, evaluator: &mut Evaluator<'_>, call: &ReferenceCall<'_>) -> Result<Value, Refusal> {
        if self.site.function.is_some() || !self.site.may_refer {
            let message = format!("`{}` cannot be used here, since it asks for what is deployed", call.function);
            let help = "use it in the properties of resources and in outputs";
            return Err(Refusal::new("wrong-place", message).help(help));
        }
        self.engine.reference(evaluator, self.site, call)
    }

    fn user_function(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        name: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, Refusal> {
        self.engine.user_function(evaluator, self.site.instance, name, arguments)
    }

    fn deployment(&self) -> &Deployment {
        self.engine.seen_from(self.site.instance)
    }

    fn may_differ_each_time(&self) -> bool {
        self.site.is_default
    }

    fn view(&self) -> Option<usize> {
        self.site.function.is_none().then_some(self.site.instance)
    }
}

impl Engine<'_> {
    /// `namespace.name(arguments)`: the body of the function sees its parameters and nothing else.
    fn user_function(
        &mut self,
        evaluator: &mut Evaluator<'_>,
        instance: usize,
        name: &str,
        arguments: Vec<Value>,
    ) -> Result<Value, Refusal> {
        let names = self.names_of(instance);
        let Some(names) = self.instances.get(names) else { return Err(Refusal::new("unknown-name", "")) };
        let Some(function) = names.functions.find(name) else {
            let known = names.functions.all().iter().map(|named| &*named.name);
            return Err(Refusal::unknown_name("function", name, known));
        };
        let (name, node) = (Rc::clone(&function.name), function.node);
        let parameters: Vec<Rc<str>> = self
            .get(node, "parameters")
            .map(|list| self.sources.items(list))
            .unwrap_or_default()
            .iter()
            .map(|item| self.get(*item, "name").map(|name| self.sources.text(name)).unwrap_or_default().into())
            .collect();
        if parameters.len() != arguments.len() {
            let (takes, are) = (parameters.len(), arguments.len());
            let words = if takes == 1 { "one argument".to_owned() } else { format!("{takes} arguments") };
            return Err(Refusal::new("wrong-argument-count", format!("`{name}` takes {words}, and here are {are}")));
        }
        let Some(body) = self.get(node, "output").and_then(|output| self.get(output, "value")) else {
            return Err(Refusal::new("missing-field", format!("the function `{name}` has no output")));
        };
        let frame = parameters.into_iter().zip(arguments).collect();
        let site = Site { function: Some(Rc::new(frame)), ..Site::new(instance, None) };
        Ok(self.tree(evaluator, &site, body))
    }
}
