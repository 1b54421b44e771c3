//! What can be seen at a glance: conditions that an expression cannot hold without, tested on the fields of its subject
//! before anything is evaluated. Most rules say nothing of most subjects.

use super::code::Constant;
use super::compile::Compiler;
use super::machine::Machine;
use super::reading::{Access, Step, parent, step};
use super::scope::AZURE;
use super::syntax::{Form, Node, Operator};
use super::types::Type;
use crate::topology::{Existence, ObjectId, Topology, Value};

/// How deep terms are looked into.
const DEPTH: usize = 8;

/// Conditions of which each must hold, or be unknown, for an expression to hold or be unknown.
#[derive(Debug, Default)]
pub struct Sift {
    needs: Vec<Need>,
}

#[derive(Debug, PartialEq)]
enum Need {
    /// Of the value at the end of a path from the subject.
    Of(Vec<Step>, Test),
    /// All of either.
    Either(Vec<Need>, Vec<Need>),
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    /// There is a value.
    Present,
    /// There is none.
    Absent,
    /// There is a list with a member, or a text.
    Filled,
    /// It is one of these.
    Among(Vec<Constant>),
    /// It is not this.
    Not(Constant),
}

/// What a name stands for in the expression that is looked at.
#[derive(Clone)]
enum Meaning<'n> {
    /// What is found from the subject by these steps.
    Path(Vec<Step>, Type),
    /// The value of an expression in which the names before it may stand.
    Value(&'n Node),
    /// Anything.
    Other,
}

/// Names with their meanings.
type Names<'n> = Vec<(&'n str, Meaning<'n>)>;

/// Reads off an expression what it cannot hold without.
pub struct Sifting<'c, 'a, 'n> {
    compiler: &'c mut Compiler<'a>,
    names: Names<'n>,
    depth: usize,
    sift: Sift,
}

impl<'c, 'a: 'n, 'n> Sifting<'c, 'a, 'n> {
    /// Of expressions about a subject of a kind.
    pub fn new(compiler: &'c mut Compiler<'a>, subject: &'n str, ty: Type) -> Self {
        let names = vec![(subject, Meaning::Path(Vec::new(), ty))];
        Self { compiler, names, depth: 0, sift: Sift::default() }
    }

    /// A name that an expression after it may use for its value.
    pub fn value(&mut self, name: &'n str, node: &'n Node) {
        self.names.push((name, Meaning::Value(node)));
    }

    /// An expression that must hold.
    pub fn test(&mut self, node: &'n Node) {
        match &node.form {
            Form::Binary { operator: Operator::And, left, right } => {
                self.test(left);
                self.test(right);
            }
            Form::Binary { operator: Operator::Or, left, right } => {
                let (one, other) = (self.alone(left), self.alone(right));
                if !one.is_empty() && !other.is_empty() {
                    self.sift.needs.push(Need::Either(one, other));
                }
            }
            Form::Binary { operator: Operator::Equal, left, right } => self.equal(left, right),
            Form::Binary { operator: Operator::NotEqual, left, right } => {
                for (path, other) in [(left, right), (right, left)] {
                    if let Some(constant) = self.constant(other) {
                        self.need(path, Test::Not(constant));
                    }
                }
            }
            Form::Binary { operator: Operator::In, left, right } => self.member(left, right),
            Form::Binary { operator: Operator::Greater, left, right } => self.greater(left, right, 0),
            Form::Binary { operator: Operator::GreaterOrEqual, left, right } => self.greater(left, right, 1),
            Form::Not(operand) => self.not(operand),
            Form::Call { function, arguments } => self.call(&function.text, arguments),
            Form::Method { base, method, arguments } => match (&*method.text, arguments.as_slice()) {
                ("exists", [variable, test]) => {
                    self.list(base);
                    if is_constant(base) {
                        self.member_test(variable, test);
                    }
                }
                ("startsWith" | "endsWith" | "contains" | "containsCIDR" | "overlapsCIDR", [other]) => {
                    self.need(base, Test::Present);
                    self.need(other, Test::Present);
                }
                _ => {}
            },
            Form::Variable(name) => match self.meaning(name) {
                Some((before, Meaning::Value(node))) => self.among(before, |sifting| sifting.test(node)),
                _ => self.need(node, Test::Among(vec![Constant::Bool(true)])),
            },
            Form::Field { .. } => self.need(node, Test::Among(vec![Constant::Bool(true)])),
            _ => {}
        }
    }

    /// A list that must have a member.
    pub fn list(&mut self, node: &'n Node) {
        match &node.form {
            Form::Method { base, method, .. }
                if ["filter", "map", "flatMap", "sortedBy", "overlapping"].contains(&&*method.text) =>
            {
                self.list(base);
            }
            Form::Call { function, arguments } if ["declared", "distinct"].contains(&&*function.text) => {
                arguments.iter().for_each(|list| self.list(list));
            }
            Form::Variable(name) => match self.meaning(name) {
                Some((before, Meaning::Value(node))) => self.among(before, |sifting| sifting.list(node)),
                _ => self.need(node, Test::Filled),
            },
            _ => self.need(node, Test::Filled),
        }
    }

    /// What was found out.
    #[must_use]
    pub fn into_sift(mut self) -> Sift {
        let needs = std::mem::take(&mut self.sift.needs);
        for need in needs {
            if !self.sift.needs.contains(&need) {
                self.sift.needs.push(need);
            }
        }
        // What is seen first is asked first.
        self.sift.needs.sort_by_key(|need| match need {
            Need::Of(steps, _) => steps.len(),
            Need::Either(..) => usize::MAX,
        });
        self.sift
    }

    /// What an expression needs, apart from what was found before.
    fn alone(&mut self, node: &'n Node) -> Vec<Need> {
        let outer = std::mem::take(&mut self.sift.needs);
        self.test(node);
        std::mem::replace(&mut self.sift.needs, outer)
    }

    fn equal(&mut self, left: &'n Node, right: &'n Node) {
        for (path, other) in [(left, right), (right, left)] {
            if let Some(constant) = self.constant(other) {
                self.need(path, Test::Among(vec![constant]));
            }
        }
    }

    fn member(&mut self, needle: &'n Node, list: &'n Node) {
        self.list(list);
        let constants = match &list.form {
            Form::List(items) => items.iter().map(|item| self.constant(item)).collect(),
            _ => None,
        };
        self.need(needle, constants.map_or(Test::Present, Test::Among));
    }

    /// `size(list) > 0`, or `>= 1`.
    fn greater(&mut self, left: &'n Node, right: &'n Node, least: i64) {
        match (&left.form, &right.form) {
            (Form::Call { function, arguments }, Form::Int(bound)) if &*function.text == "size" && *bound >= least => {
                arguments.iter().for_each(|list| self.list(list));
            }
            _ => {}
        }
    }

    fn not(&mut self, operand: &'n Node) {
        match &operand.form {
            Form::Call { function, arguments } if &*function.text == "has" => {
                arguments.iter().for_each(|path| self.need(path, Test::Absent));
            }
            Form::Field { .. } => self.need(operand, Test::Not(Constant::Bool(true))),
            _ => {}
        }
    }

    fn call(&mut self, function: &str, arguments: &'n [Node]) {
        if function == "has" {
            return arguments.iter().for_each(|path| self.need(path, Test::Present));
        }
        let terms = self.compiler.terms;
        let Some(term) = terms.get(function).filter(|_| self.depth < DEPTH) else { return };
        let meanings: Vec<Meaning<'n>> = arguments
            .iter()
            .map(|argument| self.path(argument).map_or(Meaning::Other, |(steps, ty)| Meaning::Path(steps, ty)))
            .collect();
        let names = term.parameters.iter().zip(meanings).map(|((name, ty), meaning)| match meaning {
            // Within the term fields are read as those of the kinds that the parameter takes; other kinds are absent.
            Meaning::Path(steps, found) if ty.accepts(&found) => (name.as_str(), Meaning::Path(steps, ty.clone())),
            _ => (name.as_str(), Meaning::Other),
        });
        let outer = std::mem::replace(&mut self.names, names.collect());
        self.depth += 1;
        self.test(&term.body.root);
        self.depth -= 1;
        self.names = outer;
    }

    /// What the test of some member of a list of constants needs of the subject. A member itself is known and there.
    fn member_test(&mut self, variable: &'n Node, test: &'n Node) {
        let (Form::Variable(name), Form::Binary { operator: Operator::Equal, left, right }) =
            (&variable.form, &test.form)
        else {
            return;
        };
        for (own, other) in [(left, right), (right, left)] {
            if lowered(own).form == variable.form && !other.mentions(name) {
                self.need(other, Test::Present);
            }
        }
    }

    /// Looks at something in which only the first names are known.
    fn among(&mut self, names: usize, look: impl FnOnce(&mut Self)) {
        let hidden = self.names.split_off(names);
        look(self);
        self.names.extend(hidden);
    }

    fn meaning(&self, name: &str) -> Option<(usize, Meaning<'n>)> {
        let index = self.names.iter().rposition(|(known, _)| *known == name)?;
        self.names.get(index).map(|(_, meaning)| (index, meaning.clone()))
    }

    fn need(&mut self, node: &'n Node, test: Test) {
        let Some((steps, _)) = self.path(lowered(node)) else { return };
        // What a text is in small letters says only whether there is one.
        let test = if matches!(node.form, Form::Method { .. }) { Test::Present } else { test };
        if !steps.is_empty() {
            self.sift.needs.push(Need::Of(steps, test));
        }
    }

    fn constant(&mut self, node: &Node) -> Option<Constant> {
        match &node.form {
            Form::Bool(value) => Some(Constant::Bool(*value)),
            Form::Int(value) => Some(Constant::Int(*value)),
            Form::Text(text) => Some(Constant::Text(self.compiler.literals.add(text))),
            _ => None,
        }
    }

    /// Fields of the subject, read one after the other.
    fn path(&self, node: &'n Node) -> Option<(Vec<Step>, Type)> {
        match &node.form {
            Form::Variable(name) => match self.meaning(name)? {
                (_, Meaning::Path(steps, ty)) => Some((steps, ty)),
                _ => None,
            },
            Form::Field { base, field } => {
                let (mut steps, ty) = self.path(base)?;
                let Type::Object(kinds) = ty else { return None };
                let (step, ty) = step(kinds, &field.text).ok()?;
                steps.push(step);
                Some((steps, ty))
            }
            _ => None,
        }
    }
}

/// Whether a list is a field of the constants.
fn is_constant(list: &Node) -> bool {
    matches!(&list.form, Form::Field { base, .. } if matches!(&base.form, Form::Variable(name) if **name == *AZURE))
}

/// What a text is of that is asked for in small letters.
fn lowered(node: &Node) -> &Node {
    match &node.form {
        Form::Method { base, method, .. } if &*method.text == "lowerAscii" => base,
        _ => node,
    }
}

impl Sift {
    /// Whether an expression may hold of a subject, whose own existence is taken for granted.
    #[must_use]
    pub fn passes(&self, machine: &Machine<'_>, subject: ObjectId) -> bool {
        all_may_be_met(&self.needs, machine, subject)
    }
}

fn all_may_be_met(needs: &[Need], machine: &Machine<'_>, subject: ObjectId) -> bool {
    needs.iter().all(|need| match need {
        Need::Of(steps, test) => {
            end_of(machine.topology(), subject, steps).is_none_or(|value| test.may_be_met(machine, value))
        }
        Need::Either(one, other) => all_may_be_met(one, machine, subject) || all_may_be_met(other, machine, subject),
    })
}

impl Test {
    fn may_be_met(&self, machine: &Machine<'_>, value: Value) -> bool {
        match self {
            Self::Present => value != Value::Absent,
            Self::Absent => value == Value::Absent,
            Self::Filled => match value {
                Value::Absent => false,
                Value::List(list) => list.len > 0 || list.open,
                _ => true,
            },
            Self::Among(constants) => constants.iter().any(|constant| is(machine, value, *constant)),
            Self::Not(constant) => !is(machine, value, *constant),
        }
    }
}

#[inline]
fn is(machine: &Machine<'_>, value: Value, constant: Constant) -> bool {
    match (value, constant) {
        (Value::Text(symbol), Constant::Text(index)) => symbol == machine.literal(index),
        (Value::Bool(value), Constant::Bool(constant)) => value == constant,
        (Value::Int(value), Constant::Int(constant)) => value == constant,
        _ => false,
    }
}

/// The value at the end of a path; nothing where it is unknown, or where it takes more to tell it.
fn end_of(topology: &Topology, subject: ObjectId, steps: &[Step]) -> Option<Value> {
    if let [step] = steps
        && let Some(slot) = step.slot()
    {
        let value = topology.slot(subject, slot).value;
        let is_told = match value {
            Value::Unknown(_) => false,
            Value::Absent => !topology.object(subject).outside,
            _ => true,
        };
        return is_told.then_some(value);
    }
    let mut value = Value::Object(subject);
    for (index, step) in steps.iter().enumerate() {
        let Value::Object(id) = value else { return Some(Value::Absent) };
        let object = topology.object(id);
        if index > 0 && object.existence != Existence::Certain {
            return None;
        }
        value = match step.access(object.kind) {
            None => Value::Absent,
            Some(Access::Slot(slot)) => match topology.slot(id, slot).value {
                Value::Unknown(_) => return None,
                Value::Absent if object.outside => return None,
                value => value,
            },
            Some(Access::Service) => object.service.map_or(Value::Absent, Value::Object),
            Some(Access::Parent(kind)) => parent(topology, id, kind).map_or(Value::Absent, Value::Object),
            Some(Access::Name) if !object.symbolic => Value::Text(object.name),
            Some(Access::Name | Access::Referrers(_)) => return None,
        };
    }
    Some(value)
}
