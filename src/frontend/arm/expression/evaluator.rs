//! Gives terms their values.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use hashbrown::HashMap;

use super::calls::{Site, is_repeatable};
use super::meaning::{Meaning, Read};
use super::{Bounds, Budget, Expression, Mistake, Refusal, Scope, Term, TermId};
use crate::frontend::arm::limits::longest_expression;
use crate::frontend::arm::value::{Data, Reason, Unknown, Value, render};
use crate::source::{NodeId, Place, Problem, Sources};

/// An input with more mistakes than this is not worth listing further.
const MOST_PROBLEMS: usize = 1000;

/// Evaluates the expressions of one input.
#[derive(Debug)]
pub struct Evaluator<'a> {
    pub(super) sources: &'a Sources,
    pub(super) budget: Budget,
    pub(super) depth: usize,
    /// In how many places evaluation goes on though it is not known whether it would be done at all.
    pub(super) guards: usize,
    /// Whether it has been said that the budget is spent.
    pub(super) said_spent: bool,
    problems: Vec<Problem>,
    reported: HashSet<(Place, &'static str)>,
    /// What texts mean: many nodes have the same.
    meanings: HashMap<&'a str, Rc<Meaning>>,
    /// How often something failed so far.
    failures: usize,
    /// The parameters of the lambdas around what is being evaluated, the innermost last.
    pub(super) lambda_variables: Vec<(Rc<str>, Value)>,
}

/// An expression and the node whose text it is.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The node.
    pub node: NodeId,
    /// What its text says.
    pub expression: &'a Expression,
}

impl<'a> Evaluator<'a> {
    /// An evaluator with nothing spent.
    #[must_use]
    pub fn new(sources: &'a Sources, bounds: Bounds) -> Self {
        Self {
            sources,
            budget: Budget::new(bounds),
            depth: 0,
            guards: 0,
            said_spent: false,
            problems: Vec::new(),
            reported: HashSet::new(),
            meanings: HashMap::new(),
            failures: 0,
            lambda_variables: Vec::new(),
        }
    }

    /// The files that it reads.
    #[must_use]
    pub fn sources(&self) -> &'a Sources {
        self.sources
    }

    /// What may still be spent.
    pub fn budget(&mut self) -> &mut Budget {
        &mut self.budget
    }

    /// Whether it has been reported that nothing is left to spend.
    #[must_use]
    pub fn has_said_so(&self) -> bool {
        self.said_spent
    }

    /// Does work one level deeper within the evaluation; `None` where that is deeper than is evaluated, or where nothing
    /// is left to spend.
    pub fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= self.budget.bounds().depth || self.budget.steps(1).is_err() {
            return None;
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        Some(result)
    }

    /// Does work of which it is not known whether a deployment would do it: what would fail in it is unknown, and no
    /// problem.
    pub fn perhaps<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.guards += 1;
        let result = work(self);
        self.guards -= 1;
        result
    }

    /// Adds a problem, unless the same was found there before.
    pub fn report(&mut self, problem: Problem) {
        if self.reported.len() > MOST_PROBLEMS || !self.reported.insert((problem.primary.place, problem.code)) {
            return;
        }
        if self.reported.len() > MOST_PROBLEMS {
            let message = format!("there are more than {MOST_PROBLEMS} mistakes, of which the rest is not shown");
            self.problems.push(Problem::error("too-many-problems", problem.primary.place, message));
        } else {
            self.problems.push(problem);
        }
    }

    /// Says what was found wrong so far, and forgets it.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// The value of the text of a node: of an expression, or the text itself.
    pub fn text(&mut self, scope: &mut dyn Scope, node: NodeId) -> Value {
        match &*self.meaning(node) {
            Meaning::Literal(text) => Value::new(Data::Text(Rc::clone(text))).at(node),
            Meaning::Expression(read) => {
                let view = scope.view().filter(|_| read.is_steady);
                if let Some(known) = view.and_then(|view| read.known(view)) {
                    return self.placed(known, node);
                }
                for mistake in &read.mistakes {
                    self.report_mistake(node, mistake.clone());
                }
                let failures = self.failures;
                let value = self.expression(scope, node, read);
                // What failed has to be told of every node, or may not fail elsewhere.
                let is_sound = failures == self.failures && read.mistakes.is_empty() && is_repeatable(&value);
                if let Some(view) = view.filter(|_| is_sound) {
                    read.keep(view, value.clone());
                }
                self.placed(value, node)
            }
        }
    }

    fn expression(&mut self, scope: &mut dyn Scope, node: NodeId, read: &Read) -> Value {
        let frame = Frame { node, expression: &read.expression };
        let Some(root) = read.expression.root() else { return self.wrong(&frame) };
        // The variables of lambdas belong to the expression that they are written in.
        let outer = std::mem::take(&mut self.lambda_variables);
        let value = self.term(scope, &frame, root);
        self.lambda_variables = outer;
        value
    }

    /// A value that an expression of that node gave, standing there. That it stands elsewhere is kept in its trail.
    fn placed(&self, value: Value, node: NodeId) -> Value {
        let trail = value.trail.narrowed(self.sources, value.at);
        let mut placed = Value { data: value.data, at: node, trail };
        placed.settle_within(node);
        placed
    }

    /// What the text of a node means; the same text is read once.
    fn meaning(&mut self, node: NodeId) -> Rc<Meaning> {
        let text = self.sources.text(node);
        if is_too_long(&text) {
            let message = format!("this expression is longer than {} characters", longest_expression());
            let problem = Problem::error("expression-too-long", self.sources.place(node), message);
            self.report(problem.help("put parts of it into variables"));
            return Rc::new(Meaning::Expression(Read::nothing()));
        }
        match text {
            Cow::Borrowed(text) => Rc::clone(self.meanings.entry(text).or_insert_with(|| Rc::new(Meaning::of(text)))),
            Cow::Owned(text) => Rc::new(Meaning::of(&text)),
        }
    }

    fn report_mistake(&mut self, node: NodeId, mistake: Mistake) {
        let place = self.sources.place_in_text(node, mistake.range);
        let mut problem = Problem::error(mistake.code, place, mistake.message);
        problem.help = mistake.help;
        self.report(problem);
    }

    /// Notes that something failed, reported or not.
    pub(super) fn fail(&mut self) {
        self.failures += 1;
    }

    /// Reports what is wrong with a part of an expression.
    pub(super) fn refuse(&mut self, frame: &Frame<'_>, range: Range<usize>, refusal: Refusal) {
        self.fail();
        let place = self.sources.place_in_text(frame.node, range);
        let mut problem = Problem::error(refusal.code, place, refusal.message);
        problem.help = refusal.help;
        problem.related = refusal.related;
        self.report(problem);
    }

    fn wrong(&self, frame: &Frame<'_>) -> Value {
        let text = self.sources.text(frame.node);
        let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or("");
        unknown(Reason::Wrong, inner)
    }

    /// The value of a term.
    pub(super) fn term(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, id: TermId) -> Value {
        let Some(terms) = frame.expression.term(id) else { return self.wrong(frame) };
        match &terms.term {
            Term::Text(text) => Value::new(Data::Text(Rc::clone(text))),
            Term::Int(number) => Value::new(Data::Int(*number)),
            Term::Decimal(number) => Value::new(Data::Decimal(Rc::clone(number))),
            Term::Wrong => self.wrong(frame),
            _ if self.depth >= self.budget.bounds().depth || self.budget.steps(1).is_err() => {
                self.too_much(frame, terms.range.clone())
            }
            term => {
                self.depth += 1;
                let value = self.compound(scope, frame, terms.range.clone(), term);
                self.depth -= 1;
                value
            }
        }
    }

    fn compound(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, range: Range<usize>, term: &Term) -> Value {
        match term {
            Term::Call { name, at, function: Some(function), arguments } => {
                let site = Site { frame, range, name: at.clone(), written: name };
                self.call(scope, &site, function, arguments)
            }
            Term::Call { name, at, function: None, arguments } => {
                let arguments: Vec<Value> =
                    arguments.iter().map(|argument| self.term(scope, frame, *argument)).collect();
                let expression = render::call(name, &arguments);
                match scope.user_function(self, name, arguments) {
                    Ok(value) => value,
                    Err(refusal) => self.refuse_or_guard(frame, at.clone(), refusal, &expression),
                }
            }
            Term::Member { of, name, at } => {
                let of = self.term(scope, frame, *of);
                let name = Value::new(Data::Text(Rc::clone(name)));
                self.access(frame, &of, &name, at.clone())
            }
            Term::Index { of, index } => {
                let of = self.term(scope, frame, *of);
                let at = frame.expression.term(*index).map_or(range, |terms| terms.range.clone());
                let index = self.term(scope, frame, *index);
                self.access(frame, &of, &index, at)
            }
            _ => self.wrong(frame),
        }
    }
}

/// Whether a text is an expression, and longer than one may be.
fn is_too_long(text: &str) -> bool {
    let longest = longest_expression();
    text.len() > longest && text.starts_with('[') && text.ends_with(']') && text.chars().nth(longest).is_some()
}

/// An unknown of that reason.
pub(super) fn unknown(reason: Reason, expression: &str) -> Value {
    let expression = render::abbreviated(expression.to_owned());
    Value::unknown(Unknown::new(reason, &expression, &expression))
}
