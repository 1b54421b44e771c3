//! Operators between two operands: what types they take, and what they compile to.

use super::code::{Code, Constant, Path, Root, Run, Shape};
use super::compile::Compiler;
use super::error::ExpressionError;
use super::functions::{member_of, member_of_constants};
use super::operators;
use super::scope::Scope;
use super::syntax::{Form, Node, Operator};
use super::types::{Type, Words, any_kind};
use super::values::Val;
use crate::source::Span;

impl Compiler<'_> {
    /// Compiles an operator with its operands.
    pub(super) fn binary(&mut self, operator: Operator, left: &Node, right: &Node, scope: &mut Scope) -> Option<Code> {
        match operator {
            Operator::And | Operator::Or => {
                let sign = operator.sign();
                let one = self.expect(left, scope, &Type::Bool, format_args!("`{sign}` needs truth values"));
                let other = self.expect(right, scope, &Type::Bool, format_args!("`{sign}` needs truth values"));
                let sought = operator == Operator::Or;
                let run = operators::logic(one?.run(), other?.run(), sought);
                Some(Code::boxed(Type::Bool, run))
            }
            Operator::Equal | Operator::NotEqual => self.equality(operator, left, right, scope),
            Operator::In => self.membership(left, right, scope),
            Operator::Plus | Operator::Minus => self.sum(operator, left, right, scope),
            _ => self.order(operator, left, right, scope),
        }
    }

    fn order(&mut self, operator: Operator, left: &Node, right: &Node, scope: &mut Scope) -> Option<Code> {
        let (one, other) = (self.code(left, scope), self.code(right, scope));
        let (one, other) = (one?, other?);
        match (&one.ty, &other.ty) {
            (Type::Int, Type::Int) | (Type::Text(_), Type::Text(_)) => {}
            (Type::Int | Type::Text(_), found) => {
                let needed = format!("`{}` compares with {}", operator.sign(), plain(&one.ty));
                return self.wrong(right, found, &needed);
            }
            (found, _) => {
                let needed = format!("`{}` compares numbers or texts", operator.sign());
                return self.wrong(left, found, &needed);
            }
        }
        let run = operators::order(one.run(), other.run(), operator);
        Some(Code::boxed(Type::Bool, run))
    }

    fn equality(&mut self, operator: Operator, left: &Node, right: &Node, scope: &mut Scope) -> Option<Code> {
        let (one, other) = (self.code(left, scope), self.code(right, scope));
        let (one, other) = (one?, other?);
        self.comparable((left, &one.ty), (right, &other.ty))?;
        let negate = operator == Operator::NotEqual;
        let run = match (one.shape, other.shape) {
            (Shape::Path(path), Shape::Constant(constant)) | (Shape::Constant(constant), Shape::Path(path)) => {
                path_equals(path, constant, negate)
            }
            (one_shape, other_shape) => {
                let texts = matches!((&one.ty, &other.ty), (Type::Text(_), Type::Text(_)));
                let one = Code { ty: one.ty, shape: one_shape };
                let other = Code { ty: other.ty, shape: other_shape };
                let equality = if texts { operators::equality_of_texts } else { operators::equality };
                equality(one.run(), other.run(), negate)
            }
        };
        Some(Code::boxed(Type::Bool, run))
    }

    /// Checks that two values can be equal at all.
    fn comparable(&mut self, left: (&Node, &Type), right: (&Node, &Type)) -> Option<()> {
        let literal = |node: &Node| matches!(node.form, Form::Text(_) | Form::List(_));
        if literal(left.0) && literal(right.0) && plain(left.1) == plain(right.1) {
            return Some(());
        }
        let before = self.errors.len();
        for ((node, ty), (_, other)) in [(right, left), (left, right)] {
            if let (Some(words), Some(_)) = (words(other), words(ty)) {
                self.check_words(node, words);
            }
            if self.errors.len() > before {
                return None;
            }
        }
        if !left.1.overlaps(right.1) {
            let message = if plain(left.1) == plain(right.1) {
                format!("{} can never be {}", left.1, right.1)
            } else {
                format!("{} cannot be compared with {}", plain(left.1), plain(right.1))
            };
            let span = Span::new(left.0.span.start, right.0.span.end);
            return self.fail(ExpressionError::new(span, message));
        }
        Some(())
    }

    /// Notes every literal of a node that is none of the words.
    pub(super) fn check_words(&mut self, node: &Node, words: &Words) {
        match &node.form {
            Form::Text(text) if !words.contains(text) => {
                let message = format!("`{text}` is not among the words that can stand here");
                let error = ExpressionError::new(node.span, message);
                self.errors.push(error.suggest(text, words.iter()));
            }
            Form::List(items) => {
                for item in items {
                    self.check_words(item, words);
                }
            }
            Form::Conditional { then, otherwise, .. } => {
                self.check_words(then, words);
                self.check_words(otherwise, words);
            }
            _ => {}
        }
    }

    fn membership(&mut self, left: &Node, right: &Node, scope: &mut Scope) -> Option<Code> {
        let (needle, list) = (self.code(left, scope), self.code(right, scope));
        let (needle, list) = (needle?, list?);
        let Type::List(of) = &list.ty else {
            return self.wrong(right, &list.ty, "`in` looks into a list");
        };
        self.comparable((left, &needle.ty), (right, of))?;
        let run = match list.shape {
            Shape::Constants(constants) => member_of_constants(needle.run(), constants),
            shape => {
                let list = Code { ty: Type::Nothing, shape };
                member_of(needle.run(), list.run())
            }
        };
        Some(Code::boxed(Type::Bool, run))
    }

    fn sum(&mut self, operator: Operator, left: &Node, right: &Node, scope: &mut Scope) -> Option<Code> {
        let (one, other) = (self.code(left, scope), self.code(right, scope));
        let (one, other) = (one?, other?);
        let sign = operator.sign();
        if operator == Operator::Minus {
            for (node, ty) in [(left, &one.ty), (right, &other.ty)] {
                if *ty != Type::Int {
                    return self.wrong(node, ty, "`-` needs numbers");
                }
            }
            return Some(Code::boxed(Type::Int, operators::minus(one.run(), other.run())));
        }
        let ty = match (&one.ty, &other.ty) {
            (Type::Int, Type::Int) => Type::Int,
            (Type::Text(_), Type::Text(_)) => Type::TEXT,
            (Type::List(_), Type::List(_)) => match one.ty.union(&other.ty) {
                Some(ty) => {
                    let run = operators::join(one.run(), other.run());
                    return Some(Code::boxed(ty, run));
                }
                None => {
                    let needed = format!("`+` puts this behind {}", one.ty);
                    return self.wrong(right, &other.ty, &needed);
                }
            },
            (Type::Int | Type::Text(_) | Type::List(_), found) => {
                let needed = format!("`{sign}` adds to {}", plain(&one.ty));
                return self.wrong(right, found, &needed);
            }
            (found, _) => return self.wrong(left, found, "`+` needs numbers, texts or lists"),
        };
        Some(Code::boxed(ty, operators::plus(one.run(), other.run())))
    }
}

/// The closed words of a text or of the members of a list.
fn words(ty: &Type) -> Option<&Words> {
    match ty {
        Type::Text(words) => words.as_ref(),
        Type::List(of) => words(of),
        _ => None,
    }
}

/// The type without its words and kinds, for messages.
pub(super) fn plain(ty: &Type) -> Type {
    match ty {
        Type::Text(_) => Type::TEXT,
        Type::Object(_) => Type::Object(any_kind()),
        Type::List(of) => Type::list(plain(of)),
        other => other.clone(),
    }
}

/// The comparison of a path with a constant; of a field of a variable without a detour.
fn path_equals(mut path: Path, constant: Constant, negate: bool) -> Run {
    if let (Root::Variable(index), [step]) = (&path.root, path.steps.as_slice())
        && let Some(slot) = step.slot()
    {
        let (index, field) = (*index, step.field);
        return operators::equality_with(
            move |machine| match machine.variable(index) {
                Val::Object(id) => machine.read(id, slot, field),
                other => super::code::broken(machine, index, other),
            },
            constant,
            negate,
        );
    }
    path.steps.shrink_to_fit();
    let code = Code { ty: Type::Nothing, shape: Shape::Path(path) };
    operators::equality_with(code.run(), constant, negate)
}
