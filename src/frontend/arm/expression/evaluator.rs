//! Gives terms their values.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use super::calls::{Site, is_repeatable};
use super::meaning::{Meanings, Read};
use super::parser::is_bracketed;
use super::syntax::CallId;
use super::{Arguments, Bounds, Budget, Form, Mistake, Refusal, Scope, Term, TermId};
use crate::frontend::arm::limits::longest_expression;
use crate::frontend::arm::value::{Data, Reason, Symbol, Unknown, Value, render};
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
    pub(super) meanings: Meanings<'a>,
    /// The id of what is deployed to in the view that was asked for last; `None` where it is no text.
    pub(super) own_scope: Option<(usize, Option<Symbol>)>,
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
    /// Its text.
    pub text: &'a str,
    /// How far the terms are from where they were read, in bytes; what comes before is counted down from the largest
    /// number.
    pub(super) shift: usize,
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
            meanings: Meanings::with_room(sources.size()),
            own_scope: None,
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
        if !self.enter() {
            return None;
        }
        let result = work(self);
        self.leave();
        Some(result)
    }

    /// Goes one level deeper, if there is one more; then [`Evaluator::leave`] is to follow.
    pub(in crate::frontend::arm) fn enter(&mut self) -> bool {
        if self.depth >= self.budget.bounds().depth || self.budget.steps(1).is_err() {
            return false;
        }
        self.depth += 1;
        true
    }

    /// Leaves a level.
    pub(in crate::frontend::arm) fn leave(&mut self) {
        self.depth -= 1;
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
        self.said(scope, node, self.sources.text(node))
    }

    /// A text that is kept once, however often it comes.
    pub(in crate::frontend::arm) fn word(&mut self, text: &str) -> Rc<str> {
        self.meanings.words.shared(text)
    }

    /// A text that is no expression.
    pub(in crate::frontend::arm) fn plain(&mut self, node: NodeId, text: &str) -> Value {
        Value::new(Data::Text(self.word(text))).at(node)
    }

    /// The value of the text of a node, where that is at hand.
    pub(in crate::frontend::arm) fn said(&mut self, scope: &mut dyn Scope, node: NodeId, text: Cow<'a, str>) -> Value {
        if !is_bracketed(&text) {
            return self.plain(node, &text);
        }
        if is_too_long(&text) {
            let message = format!("this expression is longer than {} characters", longest_expression());
            let problem = Problem::error("expression-too-long", self.sources.place(node), message);
            self.report(problem.help("put parts of it into variables"));
            return wrong(&Frame::of(node, &text)).at(node);
        }
        match text.strip_prefix('[').filter(|rest| rest.starts_with('[')) {
            Some(escaped) => Value::new(Data::Text(self.word(escaped))).at(node),
            None => self.expression(scope, node, text),
        }
    }

    /// The value of an expression, standing there. That it stands elsewhere is kept in its trail.
    fn expression(&mut self, scope: &mut dyn Scope, node: NodeId, text: Cow<'a, str>) -> Value {
        let lasting = match &text {
            Cow::Borrowed(text) => Some(*text),
            Cow::Owned(_) => None,
        };
        let position = self.meanings.position(&text, lasting);
        let frame = Frame::of(node, &text);
        let Some(read) = self.meanings.read.get(position) else { return wrong(&frame).at(node) };
        let view = if read.expression.is_steady { scope.view() } else { None };
        if let Some(known) = view.and_then(|view| read.known(view)) {
            let mut known = known.clone().at(node);
            known.settle_within(node);
            return known;
        }
        self.evaluated(scope, &frame, position, view)
    }

    /// The value of the expression at a position, in a view where it is known by that.
    #[inline(never)]
    fn evaluated(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, position: usize, view: Option<usize>) -> Value {
        let Some(Read { expression, .. }) = self.meanings.read.get(position) else {
            return wrong(frame).at(frame.node);
        };
        let (root, mistakes) = (expression.root, expression.mistakes.clone());
        let (has_mistakes, failures) = (!mistakes.is_empty(), self.failures);
        for mistake in mistakes {
            self.report_mistake(frame.node, mistake);
        }
        // The variables of lambdas belong to the expression that they are written in.
        let outer = std::mem::take(&mut self.lambda_variables);
        let mut value = root.map_or_else(|| wrong(frame), |root| self.term(scope, frame, root));
        self.lambda_variables = outer;
        value.trail = value.trail.narrowed(self.sources, value.at);
        value.at = frame.node;
        // What failed has to be told of every node, or may not fail elsewhere.
        let is_sound = !has_mistakes && failures == self.failures;
        if let Some(view) = view.filter(|_| is_sound && is_repeatable(&value))
            && let Some(read) = self.meanings.read.get_mut(position)
        {
            read.keep(view, value.clone());
        }
        value.settle_within(frame.node);
        value
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
        let place = self.sources.place_in_text(frame.node, frame.shifted(range));
        let mut problem = Problem::error(refusal.code, place, refusal.message);
        problem.help = refusal.help;
        problem.related = refusal.related;
        self.report(problem);
    }

    /// The value of a term.
    pub(super) fn term(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, id: TermId) -> Value {
        let Some(term) = self.meanings.terms.get(id) else { return wrong(frame) };
        match term.form {
            Form::Text | Form::Quoting => {
                let text = frame.text_of(term).unwrap_or_default();
                Value::new(Data::Text(self.word(&text)))
            }
            Form::Shared(call) => self.shared(scope, frame, term, call),
            Form::Int(number) => Value::new(Data::Int(number)),
            Form::Decimal => Value::new(Data::Decimal(frame.written(term.range()).into())),
            Form::Wrong => wrong(frame),
            _ if self.depth >= self.budget.bounds().depth || self.budget.steps(1).is_err() => {
                self.too_much(frame, term.range())
            }
            _ => {
                self.depth += 1;
                let value = self.compound(scope, frame, term);
                self.depth -= 1;
                value
            }
        }
    }

    fn compound(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, term: Term) -> Value {
        match term.form {
            Form::Call { function: Some(function), arguments, .. } => {
                self.call(scope, &Site { frame, term }, function, arguments)
            }
            Form::Call { function: None, arguments, .. } => {
                let name: String = frame.written(term.name()).split_whitespace().collect();
                let arguments = self.values(scope, frame, arguments);
                let expression = render::call(&name, &arguments);
                match scope.user_function(self, &name, arguments) {
                    Ok(value) => value,
                    Err(refusal) => self.refuse_or_guard(frame, term.name(), refusal, &expression),
                }
            }
            Form::Member { of, .. } => {
                let of = self.term(scope, frame, of);
                let name = self.word(frame.written(term.name()));
                self.access(frame, &of, &Value::new(Data::Text(name)), term.name())
            }
            Form::Index { of, index } => {
                let of = self.term(scope, frame, of);
                let at = self.meanings.terms.get(index).map_or(term.range(), Term::range);
                let index = self.term(scope, frame, index);
                self.access(frame, &of, &index, at)
            }
            _ => wrong(frame),
        }
    }

    /// The value of a call that may be written elsewhere, too.
    fn shared(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, term: Term, call: CallId) -> Value {
        let view = scope.view();
        let Some(shared) = self.meanings.terms.shared(call) else { return wrong(frame) };
        if let (Some((known, value)), Some(view)) = (&shared.last, view)
            && *known == view
        {
            return value.clone();
        }
        let written = shared.term;
        let from = self.meanings.terms.get(written).map_or(0, |written| written.range().start);
        let shift = frame.shift.wrapping_add(term.range().start).wrapping_sub(from);
        let failures = self.failures;
        let value = self.term(scope, &Frame { shift, ..*frame }, written);
        if failures == self.failures
            && let Some(view) = view
            && is_repeatable(&value)
            && let Some(shared) = self.meanings.terms.shared(call)
        {
            shared.last = Some((view, value.clone()));
        }
        value
    }

    /// The values of the arguments of a call.
    pub(super) fn values(&mut self, scope: &mut dyn Scope, frame: &Frame<'_>, arguments: Arguments) -> Vec<Value> {
        let mut values = Vec::with_capacity(arguments.len());
        let mut next = arguments.first();
        while let Some(argument) = next {
            values.push(self.term(scope, frame, argument));
            next = self.meanings.terms.after(argument);
        }
        values
    }
}

impl<'a> Frame<'a> {
    /// The expression that a node says.
    fn of(node: NodeId, text: &'a str) -> Self {
        Self { node, text, shift: 0 }
    }

    /// Where these bytes of terms are in the text.
    fn shifted(&self, range: Range<usize>) -> Range<usize> {
        range.start.wrapping_add(self.shift)..range.end.wrapping_add(self.shift)
    }

    /// These bytes of the expression.
    pub(super) fn written(&self, range: Range<usize>) -> &'a str {
        self.text.get(self.shifted(range)).unwrap_or("")
    }

    /// What a text between quotes says.
    pub(super) fn text_of(&self, term: Term) -> Option<Cow<'a, str>> {
        let (range, is_quoting) = term.text()?;
        let written = self.written(range);
        Some(if is_quoting { Cow::Owned(written.replace("''", "'")) } else { Cow::Borrowed(written) })
    }
}

fn wrong(frame: &Frame<'_>) -> Value {
    unknown(Reason::Wrong, frame.text.get(1..frame.text.len().saturating_sub(1)).unwrap_or(""))
}

/// Whether an expression is longer than one may be.
fn is_too_long(text: &str) -> bool {
    let longest = longest_expression();
    text.len() > longest && text.chars().nth(longest).is_some()
}

/// An unknown of that reason.
pub(super) fn unknown(reason: Reason, expression: &str) -> Value {
    let expression = render::abbreviated(expression.to_owned());
    Value::unknown(Unknown::new(reason, &expression, &expression))
}
