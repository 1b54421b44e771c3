//! The tree of an expression.

use serde::{Deserialize, Serialize};

use crate::source::Span;

/// A parsed expression. All spans are relative to its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expression {
    /// The outermost node.
    pub root: Node,
}

/// One node and the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub form: Form,
}

impl Node {
    /// Whether a variable of that name stands in it.
    #[must_use]
    pub fn mentions(&self, variable: &str) -> bool {
        let any = |nodes: &[Self]| nodes.iter().any(|node| node.mentions(variable));
        match &self.form {
            Form::Bool(_) | Form::Int(_) | Form::Text(_) => false,
            Form::Variable(name) => **name == *variable,
            Form::List(nodes) | Form::Call { arguments: nodes, .. } => any(nodes),
            Form::Field { base, .. } | Form::Not(base) | Form::Negative(base) => base.mentions(variable),
            Form::Method { base, arguments, .. } => base.mentions(variable) || any(arguments),
            Form::Binary { left, right, .. } => left.mentions(variable) || right.mentions(variable),
            Form::Conditional { condition, then, otherwise } => {
                [condition, then, otherwise].iter().any(|node| node.mentions(variable))
            }
        }
    }
}

/// A name and the bytes it was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name.
    pub text: Box<str>,
    /// Its bytes.
    pub span: Span,
}

/// What a [`Node`] is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text.
    Text(Box<str>),
    /// `[a, b]`.
    List(Vec<Node>),
    /// A name that stands alone.
    Variable(Box<str>),
    /// `base.field`.
    Field {
        /// What is read from.
        base: Box<Node>,
        /// What is read.
        field: Name,
    },
    /// `function(arguments)`.
    Call {
        /// The function or term.
        function: Name,
        /// What it is given.
        arguments: Vec<Node>,
    },
    /// `base.method(arguments)`.
    Method {
        /// What it is applied to.
        base: Box<Node>,
        /// The method.
        method: Name,
        /// What it is given.
        arguments: Vec<Node>,
    },
    /// `!operand`.
    Not(Box<Node>),
    /// `-operand`.
    Negative(Box<Node>),
    /// `left operator right`.
    Binary {
        /// Which operator.
        operator: Operator,
        /// The left operand.
        left: Box<Node>,
        /// The right operand.
        right: Box<Node>,
    },
    /// `condition ? then : otherwise`.
    Conditional {
        /// The condition.
        condition: Box<Node>,
        /// The value where it is true.
        then: Box<Node>,
        /// The value where it is not.
        otherwise: Box<Node>,
    },
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `+`
    Plus,
    /// `-`
    Minus,
}

impl Operator {
    /// All operators with how they are written and how tightly they bind.
    pub(super) const ALL: [(Self, &'static str, u8); 11] = [
        (Self::Or, "||", 1),
        (Self::And, "&&", 2),
        (Self::Equal, "==", 3),
        (Self::NotEqual, "!=", 3),
        (Self::Less, "<", 3),
        (Self::LessOrEqual, "<=", 3),
        (Self::Greater, ">", 3),
        (Self::GreaterOrEqual, ">=", 3),
        (Self::In, "in", 3),
        (Self::Plus, "+", 4),
        (Self::Minus, "-", 4),
    ];

    /// How it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        Self::ALL.iter().find(|(operator, ..)| *operator == self).map_or("", |(_, sign, _)| sign)
    }
}
