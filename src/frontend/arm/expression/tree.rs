//! Values of whole trees: what is written as JSON, with expressions in it or without.

use std::rc::Rc;

use super::{Evaluator, Scope};
use crate::frontend::arm::value::{Data, Object, Symbol, Value};
use crate::source::{Content, NodeId, ScalarStyle};

impl Evaluator<'_> {
    /// The value of a node: its texts and keys are evaluated where they are expressions. `copy` means nothing here.
    pub fn value(&mut self, scope: &mut dyn Scope, node: NodeId) -> Value {
        self.tree(Some(scope), node)
    }

    /// The value of a node as it is written, as in a parameter file.
    pub fn literal(&mut self, node: NodeId) -> Value {
        self.tree(None, node)
    }

    fn tree(&mut self, mut scope: Option<&mut dyn Scope>, node: NodeId) -> Value {
        let content = self.sources.content(node);
        if self.budget.steps(1).is_err() || self.depth >= self.budget.bounds().depth {
            return super::evaluator::unknown(crate::frontend::arm::value::Reason::TooMuch, "").at(node);
        }
        self.depth += 1;
        let value = match content {
            Content::Sequence { .. } => {
                let sources = self.sources;
                let items = sources.items(node).iter();
                let items: Vec<Value> = items.map(|item| self.tree(reborrow(&mut scope), *item)).collect();
                Value::new(Data::from(items)).at(node)
            }
            Content::Mapping { .. } => self.mapping(scope, node),
            _ => self.scalar(scope, node),
        };
        self.depth -= 1;
        value
    }

    fn mapping(&mut self, mut scope: Option<&mut dyn Scope>, node: NodeId) -> Value {
        let mut object = Object::default();
        for entry in self.sources.entries(node) {
            let value = self.tree(reborrow(&mut scope), entry.value);
            let key = match &mut scope {
                Some(scope) => self.text(*scope, entry.key),
                None => Value::new(Data::Text((&*self.sources.text(entry.key)).into())),
            };
            match &key.data {
                Data::Text(key) => object.insert(Rc::clone(key), value),
                _ => {
                    if let Some(symbol) = Symbol::of(&key) {
                        object.insert_symbol(Rc::new(symbol), value);
                    }
                }
            }
        }
        Value::new(Data::from(object)).at(node)
    }

    fn scalar(&mut self, scope: Option<&mut dyn Scope>, node: NodeId) -> Value {
        let sources = self.sources;
        let data = match sources.content(node) {
            Content::Scalar { style: ScalarStyle::Plain, .. } => match (sources.as_bool(node), sources.as_int(node)) {
                (Some(answer), _) => Data::Bool(answer),
                (_, Some(number)) => Data::Int(number),
                _ if sources.describe(node) == "a number" => Data::Decimal((&*sources.text(node)).into()),
                _ => Data::Text((&*sources.text(node)).into()),
            },
            Content::Scalar { .. } => match scope {
                Some(scope) => return self.text(scope, node),
                None => Data::Text((&*sources.text(node)).into()),
            },
            _ => Data::Null,
        };
        Value::new(data).at(node)
    }
}

fn reborrow<'a>(scope: &'a mut Option<&mut dyn Scope>) -> Option<&'a mut dyn Scope> {
    match scope {
        Some(scope) => Some(&mut **scope),
        None => None,
    }
}
