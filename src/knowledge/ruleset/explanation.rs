//! What explains a finding: messages, places and help, compiled when there is something to explain.

use super::change::{CompiledChange, compile_changes};
use super::{CompiledMethod, CompiledRepairStep, CompiledRule, RequirementOrigin, Ruleset};
use crate::knowledge::definitions::{
    Definitions, ExpressionSource, RequirementDefinition, RequirementStep, TemplateSource,
};
use crate::knowledge::language::{CompiledTemplate, Compiler, Literals, Program, Scope, Type};
use crate::source::Problem;

/// A word under a condition.
pub struct CompiledCase {
    /// The condition; `None` always holds.
    pub condition: Option<Program>,
    /// The word.
    pub value: String,
}

/// What a finding of a rule says.
pub struct RuleExplanation {
    /// Its level, by cases.
    pub level: Vec<CompiledCase>,
    /// The fact.
    pub message: CompiledTemplate,
    /// The primary place.
    pub at: Program,
    /// Other places.
    pub related: Vec<CompiledRelated>,
    /// What to change.
    pub help: Option<CompiledTemplate>,
    /// What repairs it.
    pub repair: Vec<CompiledRepairStep>,
}

/// Another place that matters.
pub struct CompiledRelated {
    /// Only where this holds.
    pub condition: Option<Program>,
    /// Where.
    pub at: Program,
    /// What to say there.
    pub say: CompiledTemplate,
}

/// What is said about a requirement that is not met.
pub struct RequirementExplanation {
    /// Where it points.
    pub at: Option<Program>,
    /// What is missing.
    pub missing: CompiledTemplate,
    /// What would make it hold.
    pub help: Option<CompiledTemplate>,
    /// What makes it hold.
    pub repair: Vec<CompiledRepairStep>,
}

type Outcome<T> = Result<T, Vec<Problem>>;

impl Ruleset {
    /// The literals of everything compiled so far.
    #[must_use]
    pub fn literals(&self) -> &Literals {
        &self.literals
    }

    /// The definition of a requirement; of `None` that there is a candidate.
    #[must_use]
    pub fn requirement(&self, method: usize, requirement: Option<usize>) -> Option<&RequirementDefinition> {
        find_requirement(&self.definitions, self.methods.get(method)?, method, requirement)
    }

    /// Compiles what explains. The literals that it needs are known to [`Ruleset::literals`] when it is dropped.
    pub fn explaining(&mut self) -> ExplanationCompiler<'_> {
        let Self { definitions, methods, rules, terms, labels, literals, .. } = self;
        let compiler = Compiler::resume(terms, labels, std::mem::take(literals));
        ExplanationCompiler { definitions, methods, rules, compiler: Some(compiler), literals }
    }
}

/// Compiles messages, places and help.
pub struct ExplanationCompiler<'a> {
    definitions: &'a Definitions,
    methods: &'a [CompiledMethod],
    rules: &'a [CompiledRule],
    compiler: Option<Compiler<'a>>,
    literals: &'a mut Literals,
}

impl Drop for ExplanationCompiler<'_> {
    fn drop(&mut self) {
        if let Some(compiler) = self.compiler.take() {
            *self.literals = compiler.into_literals();
        }
    }
}

impl<'a> ExplanationCompiler<'a> {
    /// Compiles what a rule says.
    ///
    /// # Errors
    /// What is wrong with it, at its place.
    pub fn rule(&mut self, index: usize) -> Outcome<RuleExplanation> {
        let (Some(rule), Some(compiled), Some(compiler)) =
            (self.definitions.rules.get(index), self.rules.get(index), self.compiler.as_mut())
        else {
            return Err(Vec::new());
        };
        let mut explainer = Explainer { compiler, scope: &compiled.scope, problems: Vec::new() };
        let mut level = Vec::new();
        for case in &rule.level {
            let condition = case.condition.as_ref().and_then(|condition| explainer.test(condition));
            level.push(CompiledCase { condition, value: case.value.clone() });
        }
        let message = explainer.template(&rule.message);
        let at = explainer.expression(&rule.at);
        let help = rule.help.as_ref().and_then(|help| explainer.template(help));
        let repair = explainer.repair(&rule.repair, &self.definitions.openings);
        let mut related = Vec::new();
        for place in &rule.related {
            let condition = place.condition.as_ref().and_then(|condition| explainer.test(condition));
            if let (Some(at), Some(say)) = (explainer.expression(&place.at), explainer.template(&place.say)) {
                related.push(CompiledRelated { condition, at, say });
            }
        }
        match (message, at, explainer.problems.is_empty()) {
            (Some(message), Some(at), true) => Ok(RuleExplanation { level, message, at, related, help, repair }),
            _ => Err(explainer.problems),
        }
    }

    /// Compiles what is said about a requirement; of `None` that there is a candidate. Nothing where the method has none.
    ///
    /// # Errors
    /// What is wrong with it, at its place.
    pub fn requirement(
        &mut self,
        method: usize,
        requirement: Option<usize>,
    ) -> Outcome<Option<RequirementExplanation>> {
        let (Some(compiled), Some(compiler)) = (self.methods.get(method), self.compiler.as_mut()) else {
            return Ok(None);
        };
        let Some(definition) = find_requirement(self.definitions, compiled, method, requirement) else {
            return Ok(None);
        };
        // Prerequisites, and that there is no candidate, are said where there is none to speak of.
        let mut scope = compiled.scope.clone();
        let sees_candidate = requirement.is_some_and(|requirement| requirement >= compiled.prerequisites);
        if compiled.candidates.is_some() && !sees_candidate {
            scope.pop();
        }
        let mut explainer = Explainer { compiler, scope: &scope, problems: Vec::new() };
        let at = definition.at.as_ref().and_then(|at| explainer.expression(at));
        let missing = explainer.template(&definition.missing);
        let help = definition.help.as_ref().and_then(|help| explainer.template(help));
        let repair = explainer.repair(&definition.repair, &self.definitions.openings);
        match (missing, explainer.problems.is_empty()) {
            (Some(missing), true) => Ok(Some(RequirementExplanation { at, missing, help, repair })),
            _ => Err(explainer.problems),
        }
    }

    /// Compiles the change rules, which only comparing needs.
    ///
    /// # Errors
    /// What is wrong with them, at its place.
    pub fn changes(&mut self) -> Outcome<Vec<CompiledChange>> {
        match self.compiler.as_mut() {
            Some(compiler) => compile_changes(self.definitions, compiler),
            None => Err(Vec::new()),
        }
    }
}

fn find_requirement<'a>(
    definitions: &'a Definitions,
    compiled: &CompiledMethod,
    method: usize,
    requirement: Option<usize>,
) -> Option<&'a RequirementDefinition> {
    let definition = definitions.methods.get(method)?;
    let Some(requirement) = requirement else { return definition.none.as_ref() };
    match compiled.requirements.get(requirement)?.origin {
        RequirementOrigin::Prerequisite(index) => definition.prerequisites.get(index),
        RequirementOrigin::Own(step) => match definition.requires.get(step)? {
            RequirementStep::One(requirement) => Some(requirement),
            RequirementStep::Include(..) => None,
        },
        RequirementOrigin::Shared(list, index) => definitions.requirements.get(list)?.requires.get(index),
    }
}

/// Compiles what one definition says.
pub(super) struct Explainer<'c, 'a> {
    pub(super) compiler: &'c mut Compiler<'a>,
    pub(super) scope: &'c Scope,
    pub(super) problems: Vec<Problem>,
}

impl Explainer<'_, '_> {
    pub(super) fn expression(&mut self, source: &ExpressionSource) -> Option<Program> {
        let outcome = self.compiler.compile(&source.expression, self.scope);
        outcome.map_err(|errors| self.problems.extend(errors.iter().map(|error| source.source.problem(error)))).ok()
    }

    pub(super) fn test(&mut self, source: &ExpressionSource) -> Option<Program> {
        let outcome = self.compiler.compile_expecting(&source.expression, self.scope, &Type::Bool);
        outcome.map_err(|errors| self.problems.extend(errors.iter().map(|error| source.source.problem(error)))).ok()
    }

    fn template(&mut self, source: &TemplateSource) -> Option<CompiledTemplate> {
        let outcome = self.compiler.template(&source.template, self.scope);
        outcome.map_err(|errors| self.problems.extend(errors.iter().map(|error| source.source.problem(error)))).ok()
    }
}
