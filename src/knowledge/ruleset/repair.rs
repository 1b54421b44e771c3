//! Repairs, checked and compiled: which field of which object a change is about, and what it is given.

use crate::knowledge::definitions::{
    ExpressionSource, OpeningDefinition, Operation, RepairStepDefinition, ValueDefinition,
};
use crate::knowledge::language::{Expression, Form, Node, Program, Type};
use crate::source::{Problem, did_you_mean};
use crate::topology::{FLOW, Field, FieldType, KINDS, Kind, KindSet, Topology};

use super::explanation::Explainer;

/// One change of a repair.
pub struct CompiledRepairStep {
    /// What it does.
    pub operation: Operation,
    /// The path of the field, part by part: what a field is read from, and its name. What stands first is nearest to
    /// the root.
    pub path: Vec<(Program, String)>,
    /// The value or member; of `unset` there is none.
    pub value: Option<CompiledValue>,
    /// Whether it may let in more than before.
    pub widens: bool,
    /// Only where this holds.
    pub condition: Option<Program>,
}

/// Which value a change is about.
pub enum CompiledValue {
    /// This one.
    Is(Program),
    /// The text of a list that is spelled most like the former value, if only one is.
    Nearest(Program),
}

impl Explainer<'_, '_> {
    /// Compiles a repair, and checks that a change which opens something says so.
    pub(super) fn repair(
        &mut self,
        changes: &[RepairStepDefinition],
        openings: &[OpeningDefinition],
    ) -> Vec<CompiledRepairStep> {
        changes.iter().filter_map(|change| self.change(change, openings)).collect()
    }

    fn change(&mut self, change: &RepairStepDefinition, openings: &[OpeningDefinition]) -> Option<CompiledRepairStep> {
        let path = self.path(&change.field)?;
        let (base, name) = path.last()?;
        let Type::Object(kinds) = base.ty else { return None };
        let fields: Vec<(&Kind, &Field)> = fields_of(kinds, name).collect();
        if let Some((kind, _)) = fields.iter().find(|(kind, field)| !fits(change.operation, kind, field)) {
            let word = change.operation.as_str();
            let message = format!("a change cannot {word} `{name}` of `{}`", kind.name);
            let place = change.field.source.place_of(change.field.expression.root.span);
            let needed = match change.operation {
                Operation::Set => "a single value that a topology file writes",
                Operation::Unset => "a field that an object can be without",
                Operation::Add | Operation::Remove => "a list that a topology file writes",
            };
            self.problems.push(Problem::error("bad-change", place, message).help(format!("name {needed}")));
            return None;
        }
        let value = self.value(change, &fields)?;
        let condition = change.condition.as_ref().and_then(|condition| self.test(condition));
        if !change.widens && openings.iter().any(|opening| opens(opening, change, &fields)) {
            let message = format!("this may let in more than before: `{}` of `{name}`", change.operation.as_str());
            let problem = Problem::error("unmarked-opening", change.place, message);
            self.problems.push(problem.help("write `widens: true`, so that it is suggested and never applied"));
        }
        Some(CompiledRepairStep { operation: change.operation, path, value, widens: change.widens, condition })
    }

    /// A path as what each of its fields is read from.
    fn path(&mut self, source: &ExpressionSource) -> Option<Vec<(Program, String)>> {
        let mut path = Vec::new();
        let mut node = &source.expression.root;
        while let Form::Field { base, field } = &node.form {
            let outcome = self.compiler.compile(&Expression { root: (**base).clone() }, self.scope);
            match outcome {
                Ok(program) => path.push((program, field.text.to_string())),
                Err(errors) => {
                    self.problems.extend(errors.iter().map(|error| source.source.problem(error)));
                    return None;
                }
            }
            node = base;
        }
        // That the last field is there: the base alone does not tell.
        self.expression(source)?;
        if path.is_empty() {
            let place = source.source.place_of(source.expression.root.span);
            self.problems.push(Problem::error("bad-change", place, "a change is about a field: `object.field`"));
            return None;
        }
        path.reverse();
        Some(path)
    }

    fn value(&mut self, change: &RepairStepDefinition, fields: &[(&Kind, &Field)]) -> Option<Option<CompiledValue>> {
        let (source, nearest) = match &change.value {
            None => return Some(None),
            Some(ValueDefinition::Is(source)) => (source, false),
            Some(ValueDefinition::Nearest(source)) => (source, true),
        };
        let program = self.expression(source)?;
        let found = match &program.ty {
            Type::List(member) if nearest => member,
            ty => ty,
        };
        let wanted = |field: &Field| match Type::of_field(&field.ty) {
            Type::List(member) if change.operation.is_of_list() => *member,
            ty => ty,
        };
        if nearest && !matches!(program.ty, Type::List(_)) {
            self.wrong_value(source, &program.ty, "a list of texts");
            return None;
        }
        if !fields.iter().any(|(_, field)| wanted(field).overlaps(found)) {
            let wanted: Vec<String> = fields.iter().map(|(_, field)| wanted(field).to_string()).collect();
            let found = found.clone();
            self.wrong_value(source, &found, &wanted.join(" or "));
            return None;
        }
        Some(Some(if nearest { CompiledValue::Nearest(program) } else { CompiledValue::Is(program) }))
    }

    fn wrong_value(&mut self, source: &ExpressionSource, found: &Type, wanted: &str) {
        let place = source.source.place_of(source.expression.root.span);
        self.problems.push(Problem::error("wrong-type", place, format!("expected {wanted}, this is {found}")));
    }
}

/// The fields of that name of some kinds, with their kinds.
fn fields_of(kinds: KindSet, name: &str) -> impl Iterator<Item = (&'static Kind, &'static Field)> {
    kinds.iter().map(Topology::kind).filter_map(move |kind| Some((kind, kind.field(name)?.1)))
}

/// Whether a topology file can be changed so. A field of a flow stands for that of what declares it.
fn fits(operation: Operation, kind: &Kind, field: &Field) -> bool {
    if kind.id == FLOW {
        return matches!(field.ty, FieldType::Text) && matches!(operation, Operation::Set | Operation::Unset);
    }
    let is_group = matches!(
        field.ty,
        FieldType::List(_) | FieldType::Struct(_) | FieldType::Children(_) | FieldType::Elements(_) | FieldType::Tags
    );
    let is_list = matches!(field.ty, FieldType::List(_));
    let fits = match operation {
        Operation::Set => !is_group,
        Operation::Unset => !field.required,
        Operation::Add => is_list,
        Operation::Remove => is_list || matches!(field.ty, FieldType::Elements(_)),
    };
    fits && field.ty.is_written()
}

/// Whether a change may be one that lets in more than before.
fn opens(opening: &OpeningDefinition, change: &RepairStepDefinition, fields: &[(&Kind, &Field)]) -> bool {
    let is_about = opening.operation == change.operation
        && fields.iter().any(|(kind, field)| kind.name == opening.kind && field.name == opening.field);
    if !is_about || opening.values.is_empty() {
        return is_about;
    }
    let values = match &change.value {
        Some(ValueDefinition::Is(source)) => possible(&source.expression.root),
        _ => None,
    };
    // What cannot be told beforehand may be anything.
    values.is_none_or(|values| values.iter().any(|value| opening.values.contains(value)))
}

/// The values that an expression of literals may give.
fn possible(node: &Node) -> Option<Vec<String>> {
    match &node.form {
        Form::Text(text) => Some(vec![text.to_string()]),
        Form::Bool(value) => Some(vec![value.to_string()]),
        Form::Int(value) => Some(vec![value.to_string()]),
        Form::Conditional { then, otherwise, .. } => {
            let mut values = possible(then)?;
            values.extend(possible(otherwise)?);
            Some(values)
        }
        _ => None,
    }
}

/// The openings name fields that there are.
pub(super) fn check_openings(openings: &[OpeningDefinition], problems: &mut Vec<Problem>) {
    for opening in openings {
        let Some(kind) = KINDS.iter().find(|kind| kind.name == opening.kind) else {
            let problem = Problem::error("unknown-kind", opening.place, format!("there is no kind `{}`", opening.kind));
            problems.push(match did_you_mean(&opening.kind, KINDS.iter().map(|kind| kind.name)) {
                Some(near) => problem.label(format!("did you mean `{near}`?")),
                None => problem,
            });
            continue;
        };
        let found = kind.field(&opening.field).filter(|(_, field)| fits(opening.operation, kind, field));
        if found.is_none() {
            let word = opening.operation.as_str();
            let message = format!("a change cannot {word} `{}` of `{}`", opening.field, opening.kind);
            problems.push(Problem::error("unknown-field", opening.place, message));
        }
    }
}
