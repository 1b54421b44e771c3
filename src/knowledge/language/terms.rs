//! Named expressions, used like functions.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use super::code::{Argument, Code, Run};
use super::compile::{Compiler, Shared};
use super::error::ExpressionError;
use super::functions::{FUNCTIONS, Use, counted};
use super::scope::{AZURE, Scope};
use super::syntax::{Expression, Node};
use super::types::{Labels, Type};
use super::values::Val;
use crate::source::Span;
use crate::topology::{KindSet, ReasonId};

/// A named expression.
#[derive(Debug, Clone)]
pub struct Term {
    /// Its parameters, in order.
    pub parameters: Vec<(String, Type)>,
    /// What it stands for.
    pub body: Expression,
}

/// A mistake in a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermError {
    /// The name of the term.
    pub term: String,
    /// What is wrong, relative to the text of its expression; at its start where the name or a parameter is wrong.
    pub error: ExpressionError,
}

/// A term with its number among all that were added.
#[derive(Debug, Clone)]
struct Numbered {
    number: u32,
    term: Term,
}

/// All terms, by name.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    terms: BTreeMap<String, Numbered>,
    types: BTreeMap<String, Type>,
    added: u32,
}

impl Terms {
    /// No terms.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a term; the former one of that name is given back.
    pub fn add(&mut self, name: impl Into<String>, term: Term) -> Option<Term> {
        let number = self.added;
        self.added += 1;
        self.terms.insert(name.into(), Numbered { number, term }).map(|former| former.term)
    }

    /// A term.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Term> {
        self.terms.get(name).map(|numbered| &numbered.term)
    }

    /// The type of a term that [`Terms::check`] found right.
    #[must_use]
    pub fn type_of(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// The names of all terms.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.terms.keys().map(String::as_str)
    }

    /// Checks all terms, also against each other.
    ///
    /// # Errors
    /// Everything that is wrong with them, each mistake in the term that it stands in.
    pub fn check(&mut self, labels: &Labels) -> Result<(), Vec<TermError>> {
        let mut compiler = Compiler::new(self, labels);
        let mut types = BTreeMap::new();
        let mut misnamed = Vec::new();
        for (name, Numbered { term, .. }) in &self.terms {
            types.extend(compiler.term(name).map(|ty| (name.clone(), ty)));
            misnamed.extend(term.misnamed(name).into_iter().map(|error| TermError { term: name.clone(), error }));
        }
        let mut found = compiler.term_errors;
        found.extend(misnamed);
        found.sort_by(|a, b| (&a.term, a.error.span.start).cmp(&(&b.term, b.error.span.start)));
        self.types = types;
        if found.is_empty() { Ok(()) } else { Err(found) }
    }
}

impl Term {
    fn scope(&self) -> Scope {
        self.parameters.iter().fold(Scope::new(), |scope, (name, ty)| scope.with(name.clone(), ty.clone()))
    }

    /// Mistakes in the name and the parameters.
    fn misnamed(&self, name: &str) -> Vec<ExpressionError> {
        let here = Span::new(0, 0);
        let mut errors = Vec::new();
        if FUNCTIONS.iter().any(|function| function.name == name) {
            let message = format!("`{name}` is a function of the language");
            errors.push(ExpressionError::new(here, message).help("choose another name"));
        }
        for (index, (parameter, _)) in self.parameters.iter().enumerate() {
            let mut earlier = self.parameters.iter().take(index);
            if parameter == AZURE || earlier.any(|(other, _)| other == parameter) {
                let message = format!("the parameter `{parameter}` already has a meaning");
                errors.push(ExpressionError::new(here, message).help("choose another name"));
            }
        }
        errors
    }
}

/// What became of a term.
pub(super) enum TermCode {
    /// It is being compiled: who uses it now goes round in a circle.
    InProgress,
    /// It has mistakes, which are reported where it stands.
    Broken,
    /// It can be used.
    Ready { number: u32, run: Shared, ty: Type, height: usize },
}

impl fmt::Debug for TermCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InProgress => "InProgress",
            Self::Broken => "Broken",
            Self::Ready { .. } => "Ready",
        })
    }
}

impl Compiler<'_> {
    /// Compiles a term, unless that was done before, and gives its type if it is right.
    fn term(&mut self, name: &str) -> Option<Type> {
        match self.compiled.get(name) {
            Some(TermCode::Ready { ty, .. }) => return Some(ty.clone()),
            Some(_) => return None,
            None => {}
        }
        let Numbered { number, term } = self.terms.terms.get(name)?;
        self.compiled.insert(name.to_owned(), TermCode::InProgress);
        let outer = self.take_errors();
        let (level, deepest) = (self.level, self.deepest);
        self.outer += level;
        (self.level, self.deepest) = (0, 0);
        let code = self.code(&term.body.root, &mut term.scope());
        let height = self.deepest;
        self.check_nesting(term.body.root.span);
        (self.level, self.deepest) = (level, deepest);
        self.outer -= level;
        let errors = self.take_errors();
        self.restore_errors(outer);
        let (outcome, answer) = match code {
            Some(code) if errors.is_empty() => {
                let ty = code.ty.clone();
                let ready = TermCode::Ready { number: *number, ty: ty.clone(), run: Shared::new(code.run()), height };
                (ready, Some(ty))
            }
            _ => {
                self.term_errors.extend(errors.into_iter().map(|error| TermError { term: name.to_owned(), error }));
                (TermCode::Broken, None)
            }
        };
        self.compiled.insert(name.to_owned(), outcome);
        answer
    }

    /// Compiles the use of a term: arguments are evaluated once and bound as variables.
    pub(super) fn term_call(&mut self, call: &Use<'_>, scope: &mut Scope) -> Option<Code> {
        let name = &*call.name.text;
        let term = self.terms.get(name)?;
        if term.parameters.len() != call.arguments.len() {
            let names: Vec<&str> = term.parameters.iter().map(|(name, _)| &**name).collect();
            let error = ExpressionError::new(
                call.span,
                format!("`{name}` takes {}, not {}", counted(names.len()), call.arguments.len()),
            );
            return self.fail(error.help(format!("write `{name}({})`", names.join(", "))));
        }
        let arguments = self.term_arguments(call, &term.parameters, scope);
        if matches!(self.compiled.get(name), Some(TermCode::InProgress)) {
            let message = format!("the term `{name}` uses itself");
            return self.fail(ExpressionError::new(call.name.span, message));
        }
        if self.term(name).is_none() {
            // What is wrong is said where the term stands.
            let message = format!("the term `{name}` has mistakes of its own");
            return self.fail(ExpressionError::new(call.name.span, message));
        }
        let Some(TermCode::Ready { number, run, ty, height }) = self.compiled.get(name) else {
            return None;
        };
        self.deepest = self.deepest.max(self.level + height);
        Some(Code::boxed(ty.clone(), used(arguments?, *number, run.clone())))
    }

    /// An argument that may be of a kind that the parameter takes, and may be of another: it is then absent.
    fn narrowed(&mut self, node: &Node, scope: &mut Scope, expected: &Type) -> Option<Code> {
        let Type::Object(kinds) = expected else { return None };
        let before = self.take_errors();
        let code = self.code(node, scope);
        self.restore_errors(before);
        let code = code?;
        match code.ty {
            Type::Object(found) if found.0 & kinds.0 != 0 && found.0 & !kinds.0 != 0 => {
                Some(Code::boxed(expected.clone(), only_of(*kinds, code.run())))
            }
            _ => None,
        }
    }

    fn term_arguments(
        &mut self,
        call: &Use<'_>,
        parameters: &[(String, Type)],
        scope: &mut Scope,
    ) -> Option<Vec<Argument>> {
        let name = &*call.name.text;
        let mut arguments = Vec::with_capacity(parameters.len());
        for (node, (parameter, ty)) in call.arguments.iter().zip(parameters) {
            let code = match self.narrowed(node, scope, ty) {
                Some(code) => Some(code),
                None => self.expect(node, scope, ty, format_args!("`{parameter}` of `{name}` must be {ty}")),
            };
            arguments.push(code.map(Argument::new));
            // The arguments before stand in the frame already; no name leads to them.
            scope.push("", Type::Nothing);
        }
        for _ in parameters {
            scope.pop();
        }
        arguments.into_iter().collect()
    }
}

/// An object of one of these kinds; any other one is absent.
fn only_of(kinds: KindSet, run: Run) -> Run {
    Box::new(move |machine| match run(machine) {
        Val::Object(id) if !kinds.contains(machine.topology().object(id).kind) => Val::Absent,
        value => value,
    })
}

fn used(arguments: Vec<Argument>, number: u32, body: Shared) -> Run {
    Box::new(move |machine| {
        if !machine.step() {
            return Val::Unknown(ReasonId::COSTLY);
        }
        let base = machine.frame.len();
        for argument in &arguments {
            let item = argument.item(machine);
            machine.frame.push(item);
        }
        let outer = std::mem::replace(&mut machine.base, base);
        let value = machine.term(number, &body);
        machine.base = outer;
        machine.frame.truncate(base);
        value
    })
}

/// The one or two objects that a part of an expression rests on, where it stands within a lambda and there is more in
/// scope: it may be evaluated again and again for what else there is.
pub(super) fn asked_about(scope: &Scope, nodes: &[&Node]) -> Option<Vec<usize>> {
    // The last one is the variable of the lambda.
    let outer = scope.len().checked_sub(1)?;
    let mentioned = |name: &str| nodes.iter().any(|node| node.mentions(name));
    let variables = scope.iter().take(outer).enumerate().filter(|(_, (name, _))| mentioned(name));
    let objects: Option<Vec<usize>> =
        variables.map(|(index, (_, ty))| matches!(ty, Type::Object(_)).then_some(index)).collect();
    objects.filter(|objects| (1..=2).contains(&objects.len()) && objects.len() < outer)
}

/// A part of an expression whose value is remembered like that of a term which these variables are given to.
pub(super) fn remembered(variables: Vec<usize>, run: Run) -> Run {
    static NUMBERS: AtomicU32 = AtomicU32::new(0);
    // Terms are counted from the other end.
    let number = u32::MAX - NUMBERS.fetch_add(1, Ordering::Relaxed);
    Box::new(move |machine| machine.part(number, &variables, &run))
}
