//! Change rules, checked and compiled.

use super::build::{Builder, sections};
use super::{CompiledCase, CompiledSteps};
use crate::knowledge::definitions::{ChangeDefinition, ChangeSign, Definitions, Source};
use crate::knowledge::language::{CompiledTemplate, Compiler, Program, Scope, Sift, Type};
use crate::knowledge::ruleset::Step;
use crate::source::{Problem, did_you_mean};

/// A change rule.
pub struct CompiledChange {
    /// What it is judged for: the subject, named values and lists. All of it is found in both states.
    pub steps: CompiledSteps,
    /// The names of the variables, in the order of the frame.
    pub variables: Vec<String>,
    /// For which combinations, judged before the change.
    pub filter: Option<Program>,
    /// What makes the finding.
    pub sign: CompiledSign,
    /// Its level, by cases.
    pub level: Vec<CompiledCase>,
    /// The fact. Of a watched value three variables follow those of the steps: the word for it, what it was, what it is.
    pub message: CompiledTemplate,
    /// The primary place; else that of the value that changed, or of what is gone.
    pub at: Option<Program>,
    /// What to change.
    pub help: Option<CompiledTemplate>,
}

/// By what a change is told.
pub enum CompiledSign {
    /// Values by the words for them.
    Watch(Vec<(String, Program)>),
    /// The variable, by its index in the frame, the object of which must not go.
    Gone(usize),
}

/// The variables of what is said about a watched value.
const SAID: [&str; 3] = ["what", "was", "now"];

/// Compiles all change rules.
pub(super) fn compile_changes(
    definitions: &Definitions,
    compiler: &mut Compiler<'_>,
) -> Result<Vec<CompiledChange>, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut builder = Builder { compiler, services: sections(definitions), problems: &mut problems };
    let changes: Vec<CompiledChange> = definitions.changes.iter().filter_map(|change| builder.change(change)).collect();
    if problems.is_empty() { Ok(changes) } else { Err(problems) }
}

impl Builder<'_, '_> {
    fn change(&mut self, change: &ChangeDefinition) -> Option<CompiledChange> {
        let mut scope = Scope::new();
        let subject = self.subject(&change.subject, &mut scope)?;
        let mut steps: Vec<Step> = self.values(&change.values, &mut scope)?.into_iter().map(Step::Value).collect();
        for binding in &change.each {
            steps.push(self.each(binding, &mut scope)?);
        }
        let filter = match &change.filter {
            Some(filter) => Some(self.test(filter, &scope)?),
            None => None,
        };
        let variables = scope.iter().map(|(name, _)| name.to_owned()).collect();
        let sign = self.compile_sign(&change.sign, &scope)?;
        let mut said = scope.clone();
        if matches!(sign, CompiledSign::Watch(_)) {
            for name in SAID {
                said.push(name, Type::TEXT);
            }
        }
        let mut level = Vec::new();
        for case in &change.level {
            let condition = match &case.condition {
                Some(condition) => Some(self.test(condition, &said)?),
                None => None,
            };
            level.push(CompiledCase { condition, value: case.value.clone() });
        }
        let at = match &change.at {
            Some(at) => Some(self.compile(at, &scope)?),
            None => None,
        };
        let help = match &change.help {
            Some(help) => Some(self.template(help, &said)?),
            None => None,
        };
        let message = self.template(&change.message, &said)?;
        let steps = CompiledSteps { subject, steps, sift: Sift::default(), telling: Vec::new() };
        Some(CompiledChange { steps, variables, filter, sign, level, message, at, help })
    }

    fn compile_sign(&mut self, sign: &ChangeSign, scope: &Scope) -> Option<CompiledSign> {
        match sign {
            ChangeSign::Gone(variable) => self.gone(variable, scope).map(CompiledSign::Gone),
            ChangeSign::Watch(values) => {
                let mut programs = Vec::with_capacity(values.len());
                for (word, source) in values {
                    programs.push((word.clone(), self.compile(source, scope)?));
                }
                Some(CompiledSign::Watch(programs))
            }
        }
    }

    /// The index of the variable of which the object must not go.
    fn gone(&mut self, variable: &Source, scope: &Scope) -> Option<usize> {
        match scope.find(&variable.text) {
            Some((index, Type::Object(_))) => return Some(index),
            Some((_, other)) => {
                let message = format!("`{}` is {other}; only an object can be gone", variable.text);
                self.problems.push(Problem::error("wrong-type", variable.place, message));
            }
            None => {
                let message = format!("there is no variable `{}`", variable.text);
                let problem = Problem::error("unknown-name", variable.place, message);
                let names = scope.iter().map(|(name, _)| name);
                self.problems.push(match did_you_mean(&variable.text, names) {
                    Some(near) => problem.label(format!("did you mean `{near}`?")),
                    None => problem.help("`gone` names a variable of the rule, such as its subject"),
                });
            }
        }
        None
    }
}
