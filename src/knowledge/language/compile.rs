//! Trees to closures; everything is type-checked on the way.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::sync::Arc;

use super::binary::plain;
use super::code::{Code, Constant, Path, Program, Root, Run, Shape};
use super::error::ExpressionError;
use super::functions::Use;
use super::literals::Literals;
use super::operators;
use super::reading::{NoField, field_names, kinds_in_words, step};
use super::scope::{AZURE, Scope};
use super::syntax::{Expression, Form, Name, Node};
use super::template::{CompiledTemplate, Template};
use super::terms::{TermCode, TermError, Terms};
use super::types::{Labels, Type, Words};
use super::values::{Item, Val};
use crate::source::{NodeId, Span};
use crate::topology::{CONSTANTS, KindId, Topology};

/// Deepest nesting of an expression with its terms put in place.
pub const NESTING_LIMIT: usize = 256;

/// Compiles expressions that share a table of literals and a set of terms.
#[derive(Debug)]
pub struct Compiler<'a> {
    pub(super) terms: &'a Terms,
    pub(super) labels: &'a Labels,
    pub(super) literals: Literals,
    pub(super) compiled: HashMap<String, TermCode>,
    /// Mistakes in terms, each in the term that it stands in.
    pub(super) term_errors: Vec<TermError>,
    pub(super) errors: Vec<ExpressionError>,
    /// How deep the current node is nested, and the deepest so far, terms included.
    pub(super) level: usize,
    /// How deep the term that is being compiled is nested in those that use it.
    pub(super) outer: usize,
    pub(super) deepest: usize,
    /// The fields that were read so far, where they are wanted.
    reads: Option<FieldReads>,
}

/// Fields of kinds that expressions read.
pub type FieldReads = BTreeSet<(KindId, &'static str)>;

impl<'a> Compiler<'a> {
    /// A compiler with an empty table of literals.
    #[must_use]
    pub fn new(terms: &'a Terms, labels: &'a Labels) -> Self {
        Self {
            terms,
            labels,
            literals: Literals::default(),
            compiled: HashMap::new(),
            term_errors: Vec::new(),
            errors: Vec::new(),
            level: 0,
            outer: 0,
            deepest: 0,
            reads: None,
        }
    }

    /// A compiler that also notes which fields are read.
    #[must_use]
    pub fn noting(terms: &'a Terms, labels: &'a Labels) -> Self {
        Self { reads: Some(FieldReads::new()), ..Self::new(terms, labels) }
    }

    /// The fields that all expressions so far read, in terms too; none unless they are noted.
    #[must_use]
    pub fn into_reads(self) -> FieldReads {
        self.reads.unwrap_or_default()
    }

    /// A compiler that goes on with the table of literals of a former one.
    #[must_use]
    pub fn resume(terms: &'a Terms, labels: &'a Labels, literals: Literals) -> Self {
        Self { literals, ..Self::new(terms, labels) }
    }

    /// The literals of everything compiled so far.
    #[must_use]
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// The literals of everything that was compiled.
    #[must_use]
    pub fn into_literals(self) -> Literals {
        self.literals
    }

    /// Checks and compiles an expression.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile(&mut self, expression: &Expression, scope: &Scope) -> Result<Program, Vec<ExpressionError>> {
        self.whole(&expression.root, scope, |compiler, scope| compiler.code(&expression.root, scope))
    }

    /// Checks and compiles an expression that must be of a type.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn compile_expecting(
        &mut self,
        expression: &Expression,
        scope: &Scope,
        expected: &Type,
    ) -> Result<Program, Vec<ExpressionError>> {
        self.whole(&expression.root, scope, |compiler, scope| {
            compiler.expect(&expression.root, scope, expected, format_args!("{expected} is needed"))
        })
    }

    /// Checks and compiles the expressions of a template.
    ///
    /// # Errors
    /// Everything that is wrong with it, relative to the text of the template.
    pub fn template(&mut self, template: &Template, scope: &Scope) -> Result<CompiledTemplate, Vec<ExpressionError>> {
        CompiledTemplate::compile(self, template, scope)
    }

    fn whole(
        &mut self,
        root: &Node,
        scope: &Scope,
        compile: impl FnOnce(&mut Self, &mut Scope) -> Option<Code>,
    ) -> Result<Program, Vec<ExpressionError>> {
        self.deepest = 0;
        let code = compile(self, &mut scope.clone());
        self.check_nesting(root.span);
        match (code, std::mem::take(&mut self.errors)) {
            (Some(code), errors) if errors.is_empty() => Ok(Program::new(code, scope.len())),
            (_, errors) => Err(errors),
        }
    }

    pub(super) fn check_nesting(&mut self, span: Span) {
        if self.deepest > NESTING_LIMIT && self.errors.is_empty() {
            self.errors.push(too_nested(span));
        }
    }

    /// The mistakes found since.
    pub(super) fn take_errors(&mut self) -> Vec<ExpressionError> {
        std::mem::take(&mut self.errors)
    }

    /// Puts mistakes found earlier back in front.
    pub(super) fn restore_errors(&mut self, errors: Vec<ExpressionError>) {
        self.errors = errors;
    }

    /// Notes a mistake.
    pub(super) fn fail<T>(&mut self, error: ExpressionError) -> Option<T> {
        self.errors.push(error);
        None
    }

    /// Notes that something is of the wrong type.
    pub(super) fn wrong<T>(&mut self, node: &Node, found: &Type, needed: impl Display) -> Option<T> {
        self.fail(ExpressionError::new(node.span, format!("{needed}, but this is {found}")))
    }

    /// Compiles a node that must be of a type; `needed` says so in a sentence.
    pub(super) fn expect(
        &mut self,
        node: &Node,
        scope: &mut Scope,
        expected: &Type,
        needed: impl Display,
    ) -> Option<Code> {
        let code = self.code(node, scope)?;
        if let Type::Text(Some(words)) = expected
            && matches!(code.ty, Type::Text(_))
        {
            let before = self.errors.len();
            self.check_words(node, words);
            if self.errors.len() > before {
                return None;
            }
        }
        if expected.accepts(&code.ty) { Some(code) } else { self.wrong(node, &code.ty, needed) }
    }

    /// Compiles a node.
    pub(super) fn code(&mut self, node: &Node, scope: &mut Scope) -> Option<Code> {
        self.level += 1;
        self.deepest = self.deepest.max(self.level);
        let code = if self.outer + self.level > NESTING_LIMIT {
            self.fail(too_nested(node.span))
        } else {
            self.form(node, scope)
        };
        self.level -= 1;
        code
    }

    fn form(&mut self, node: &Node, scope: &mut Scope) -> Option<Code> {
        match &node.form {
            Form::Bool(value) => Some(constant(Type::Bool, Constant::Bool(*value))),
            Form::Int(value) => Some(constant(Type::Int, Constant::Int(*value))),
            Form::Text(text) => {
                let words = Words::joined([&**text]);
                let literal = Constant::Text(self.literals.add(text));
                Some(constant(Type::Text(Some(words)), literal))
            }
            Form::List(items) => self.literal_list(items, scope),
            Form::Variable(name) => self.variable(name, node.span, scope),
            Form::Field { base, field } => self.field(base, field, scope),
            Form::Call { function, arguments } => {
                self.call(&Use { name: function, base: None, arguments, span: node.span }, scope)
            }
            Form::Method { base, method, arguments } => {
                self.call(&Use { name: method, base: Some(base), arguments, span: node.span }, scope)
            }
            Form::Not(operand) => {
                let needed = "`!` needs a truth value";
                let operand = self.expect(operand, scope, &Type::Bool, needed)?;
                Some(Code::boxed(Type::Bool, operators::not(operand.run())))
            }
            Form::Negative(operand) => {
                let operand = self.expect(operand, scope, &Type::Int, "`-` needs a number")?;
                Some(Code::boxed(Type::Int, operators::negative(operand.run())))
            }
            Form::Binary { operator, left, right } => self.binary(*operator, left, right, scope),
            Form::Conditional { condition, then, otherwise } => self.conditional(condition, then, otherwise, scope),
        }
    }

    fn literal_list(&mut self, items: &[Node], scope: &mut Scope) -> Option<Code> {
        let mut ty = Type::Nothing;
        let mut codes = Vec::with_capacity(items.len());
        for item in items {
            let Some(code) = self.code(item, scope) else {
                continue;
            };
            match ty.union(&code.ty) {
                Some(union) => ty = union,
                None => {
                    let needed = format!("the list begins with {ty}");
                    self.wrong::<()>(item, &code.ty, &needed);
                }
            }
            codes.push(code);
        }
        if codes.len() != items.len() {
            return None;
        }
        let constants: Option<Vec<Constant>> = codes
            .iter()
            .map(|code| match code.shape {
                Shape::Constant(constant) => Some(constant),
                _ => None,
            })
            .collect();
        let ty = Type::list(ty);
        if let Some(constants) = constants {
            let shape = Shape::Constants(constants);
            return Some(Code { ty, shape });
        }
        let runs: Vec<Run> = codes.into_iter().map(Code::run).collect();
        Some(Code::new(ty, move |machine| {
            let mut items = Vec::with_capacity(runs.len());
            for run in &runs {
                match run(machine) {
                    Val::Absent => {}
                    value => items.push(match value {
                        Val::Object(id) => {
                            Item { in_doubt: machine.in_doubt(id), ..Item::object(machine.topology(), id) }
                        }
                        value => Item::new(value, NodeId::NOWHERE),
                    }),
                }
            }
            machine.list(items, false)
        }))
    }

    fn variable(&mut self, name: &str, span: Span, scope: &Scope) -> Option<Code> {
        let (root, ty) = match scope.find(name) {
            Some((index, ty)) => (Root::Variable(index), ty.clone()),
            None if name == AZURE => (Root::Azure, Type::object(CONSTANTS)),
            None => {
                let error = ExpressionError::new(span, format!("`{name}` has no meaning here"));
                return self.fail(error.suggest(name, scope.names()));
            }
        };
        let steps = Vec::new();
        Some(Code { ty, shape: Shape::Path(Path { root, steps }) })
    }

    fn field(&mut self, base: &Node, field: &Name, scope: &mut Scope) -> Option<Code> {
        let code = self.code(base, scope)?;
        let name = &*field.text;
        let Type::Object(kinds) = code.ty else {
            let error = ExpressionError::new(field.span, format!("{} has no fields, so no `{name}`", code.ty));
            return self.fail(match code.ty {
                Type::List(_) => {
                    error.help(format!("ask about its members: `.exists(x, x.{name} ...)`, `.map(x, x.{name})`"))
                }
                _ => error,
            });
        };
        let (step, ty) = match step(kinds, name) {
            Ok(found) => found,
            Err(NoField::Unknown) => {
                let message = format!("{} has no field `{name}`", kinds_in_words(kinds));
                let error = ExpressionError::new(field.span, message);
                return self.fail(error.suggest(name, field_names(kinds)));
            }
            Err(NoField::Different(one, other)) => {
                return self.fail(ExpressionError::new(
                    field.span,
                    format!("`{name}` is {one} in one kind of object and {other} in another"),
                ));
            }
        };
        if let Some(reads) = &mut self.reads {
            let own = kinds.iter().filter_map(|kind| Some((kind, Topology::kind(kind).field(name)?.1.name)));
            reads.extend(own);
        }
        let mut path = code.into_path();
        path.steps.push(step);
        Some(Code { ty, shape: Shape::Path(path) })
    }

    fn conditional(&mut self, condition: &Node, then: &Node, otherwise: &Node, scope: &mut Scope) -> Option<Code> {
        let needed = "the condition before `?` must be a truth value";
        let condition = self.expect(condition, scope, &Type::Bool, needed);
        let (one, other) = (self.code(then, scope), self.code(otherwise, scope));
        let (one, other) = (one?, other?);
        let Some(ty) = one.ty.union(&other.ty) else {
            let needed = format!("before the `:` stands {}", plain(&one.ty));
            return self.wrong(otherwise, &other.ty, &needed);
        };
        let run = operators::conditional(condition?.run(), one.run(), other.run());
        Some(Code::boxed(ty, run))
    }
}

fn constant(ty: Type, constant: Constant) -> Code {
    Code { ty, shape: Shape::Constant(constant) }
}

fn too_nested(span: Span) -> ExpressionError {
    let message = format!("with its terms this is nested more than {NESTING_LIMIT} deep");
    ExpressionError::new(span, message).help("let terms use fewer other terms")
}

/// What terms share: compiled once, used anywhere.
pub(super) type Shared = Arc<Run>;
