//! Checking and compiling definitions, each mistake at its place.

use std::collections::HashMap;

use super::repair::check_openings;
use super::{
    Collection, CompiledFlow, CompiledMethod, CompiledRequirement, CompiledRule, CompiledSteps, RequirementOrigin,
    Ruleset, Step, citations,
};
use crate::knowledge::definitions::{
    Binding, Definitions, ExpressionSource, FlowDefinition, MethodDefinition, RequirementStep, RuleDefinition,
    TemplateSource,
};
use crate::knowledge::language::{
    CompiledTemplate, Compiler, Labels, Node, Program, Scope, Sift, Sifting, Term, Terms, Type,
};
use crate::source::{Place, Problem, did_you_mean};
use crate::topology::{FLOW, KindSet, SlotIndex, Topology};

impl Ruleset {
    /// Checks and compiles definitions.
    ///
    /// # Errors
    /// Everything that is wrong with them, at its place.
    pub fn build(definitions: Definitions) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let labels = Labels::new(definitions.services.iter().map(|service| service.name.as_str()));
        let terms = terms(&definitions, &labels, &mut problems);
        let mut compiler = Compiler::new(&terms, &labels);
        let services = sections(&definitions);
        let mut builder = Builder { compiler: &mut compiler, services, problems: &mut problems };
        let flows: Vec<_> = definitions.flows.iter().filter_map(|flow| builder.flow(flow)).collect();
        let methods: Vec<_> =
            definitions.methods.iter().filter_map(|method| builder.method(method, &definitions)).collect();
        let rules: Vec<_> = definitions.rules.iter().filter_map(|rule| builder.rule(rule)).collect();
        let literals = compiler.into_literals();
        if problems.is_empty() {
            Ok(Self { definitions, flows, methods, rules, terms, labels, literals })
        } else {
            problems.sort_by_key(|problem| problem.primary.place);
            Err(problems)
        }
    }

    /// Checks what running does not need: that names are unique, that what is named exists, that everything that explains
    /// compiles. What is shipped is checked when the program is built, a team's rules when they are loaded.
    ///
    /// # Errors
    /// As [`Ruleset::build`].
    pub fn check(&mut self) -> Result<(), Vec<Problem>> {
        let mut problems = Vec::new();
        check_names(&self.definitions, &mut problems);
        check_openings(&self.definitions.openings, &mut problems);
        citations::check(&self.definitions, &mut problems);
        let (rules, methods) = (self.rules.len(), self.methods.len());
        let counts: Vec<usize> = self.methods.iter().map(|method| method.requirements.len()).collect();
        let mut explanations = self.explaining();
        for rule in 0..rules {
            problems.extend(explanations.rule(rule).err().into_iter().flatten());
        }
        problems.extend(explanations.changes().err().into_iter().flatten());
        for (method, count) in (0..methods).zip(counts) {
            for requirement in std::iter::once(None).chain((0..count).map(Some)) {
                problems.extend(explanations.requirement(method, requirement).err().into_iter().flatten());
            }
        }
        drop(explanations);
        problems.sort_by_key(|problem| problem.primary.place);
        problems.dedup();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

fn terms(definitions: &Definitions, labels: &Labels, problems: &mut Vec<Problem>) -> Terms {
    let mut terms = Terms::new();
    for definition in &definitions.terms {
        let mut parameters = Vec::new();
        for (name, ty) in &definition.parameters {
            match Type::parse(ty) {
                Some(ty) => parameters.push((name.clone(), ty)),
                None => {
                    let message = format!("`{ty}`, the type of the parameter `{name}`, does not exist");
                    problems.push(Problem::error("unknown-type", definition.place, message));
                }
            }
        }
        if terms.add(&definition.name, Term { parameters, body: definition.is.expression.clone() }).is_some() {
            problems.push(Problem::error(
                "duplicate-name",
                definition.place,
                format!("the name `{}` is taken", definition.name),
            ));
        }
    }
    if let Err(errors) = terms.check(labels) {
        for error in errors {
            let definition = definitions.terms.iter().find(|term| term.name == error.term);
            problems.extend(definition.map(|definition| definition.is.source.problem(&error.error)));
        }
    }
    terms
}

/// Services with the sections that hold their resources.
pub(super) fn sections(definitions: &Definitions) -> Vec<(String, Option<String>)> {
    definitions.services.iter().map(|service| (service.name.clone(), service.section.clone())).collect()
}

/// Compiles definitions; collects what is wrong with them.
pub(super) struct Builder<'b, 'a> {
    pub(super) compiler: &'b mut Compiler<'a>,
    pub(super) services: Vec<(String, Option<String>)>,
    pub(super) problems: &'b mut Vec<Problem>,
}

impl Builder<'_, '_> {
    pub(super) fn compile(&mut self, source: &ExpressionSource, scope: &Scope) -> Option<Program> {
        let outcome = self.compiler.compile(&source.expression, scope);
        self.report(source, outcome)
    }

    pub(super) fn test(&mut self, source: &ExpressionSource, scope: &Scope) -> Option<Program> {
        let outcome = self.compiler.compile_expecting(&source.expression, scope, &Type::Bool);
        self.report(source, outcome)
    }

    fn report(
        &mut self,
        source: &ExpressionSource,
        outcome: Result<Program, Vec<crate::knowledge::language::ExpressionError>>,
    ) -> Option<Program> {
        match outcome {
            Ok(program) => Some(program),
            Err(errors) => {
                self.problems.extend(errors.iter().map(|error| source.source.problem(error)));
                None
            }
        }
    }

    pub(super) fn template(&mut self, source: &TemplateSource, scope: &Scope) -> Option<CompiledTemplate> {
        match self.compiler.template(&source.template, scope) {
            Ok(template) => Some(template),
            Err(errors) => {
                self.problems.extend(errors.iter().map(|error| source.source.problem(error)));
                None
            }
        }
    }

    pub(super) fn subject(&mut self, binding: &Binding, scope: &mut Scope) -> Option<Collection> {
        let name = &binding.list.source.text;
        match Collection::parse(name, &self.services) {
            Ok(collection) => {
                scope.push(&binding.variable, Type::Object(KindSet::of(collection.kind)));
                Some(collection)
            }
            Err(near) => {
                let place = binding.list.source.place_of(binding.list.expression.root.span);
                let problem = Problem::error("unknown-collection", place, format!("there is no collection `{name}`"));
                self.problems.push(match near {
                    Some(near) => problem.label(format!("did you mean `{near}`?")),
                    None => problem
                        .help("write a section of the topology file, the plural of a kind, `resources` or `flows`"),
                });
                None
            }
        }
    }

    pub(super) fn each(&mut self, binding: &Binding, scope: &mut Scope) -> Option<Step> {
        let program = self.compile(&binding.list, scope)?;
        match &program.ty {
            Type::List(member) => {
                scope.push(&binding.variable, (**member).clone());
                Some(Step::Each(program))
            }
            other => {
                let place = binding.list.source.place_of(binding.list.expression.root.span);
                self.problems.push(Problem::error("wrong-type", place, format!("expected a list, this is {other}")));
                None
            }
        }
    }

    pub(super) fn values(&mut self, values: &[(String, ExpressionSource)], scope: &mut Scope) -> Option<Vec<Program>> {
        let mut programs = Vec::with_capacity(values.len());
        for (name, source) in values {
            let program = self.compile(source, scope)?;
            scope.push(name, program.ty.clone());
            programs.push(program);
        }
        Some(programs)
    }

    fn rule(&mut self, rule: &RuleDefinition) -> Option<CompiledRule> {
        let mut scope = Scope::new();
        let subject = self.subject(&rule.subject, &mut scope)?;
        let mut steps = Vec::new();
        if let Some(filter) = &rule.filter {
            steps.push(Step::Filter(self.test(filter, &scope)?));
        }
        steps.extend(self.values(&rule.values, &mut scope)?.into_iter().map(Step::Value));
        for binding in &rule.each {
            steps.push(self.each(binding, &mut scope)?);
        }
        let deny = self.test(&rule.deny, &scope)?;
        let variables = scope.iter().map(|(name, _)| name.to_owned()).collect();
        let (sift, telling) = (self.sift(rule, &subject), telling(rule));
        Some(CompiledRule { steps: CompiledSteps { subject, steps, sift, telling }, deny, variables, scope })
    }

    /// What a subject must have to break a rule, or for it to be in doubt whether it does.
    fn sift(&mut self, rule: &RuleDefinition, subject: &Collection) -> Sift {
        let mut sifting = Sifting::new(self.compiler, &rule.subject.variable, Type::object(subject.kind));
        if let Some(filter) = &rule.filter {
            sifting.test(&filter.expression.root);
        }
        for (name, value) in &rule.values {
            sifting.value(name, &value.expression.root);
        }
        match rule.each.first() {
            // With a list that is unknown the rule is in doubt whatever it denies.
            Some(binding) => sifting.list(&binding.list.expression.root),
            None => sifting.test(&rule.deny.expression.root),
        }
        sifting.into_sift()
    }

    fn flow(&mut self, flow: &FlowDefinition) -> Option<CompiledFlow> {
        let mut scope = Scope::new();
        let subject = self.subject(&flow.subject, &mut scope)?;
        let claims = flow.claims.iter().filter_map(|(name, place)| self.claim(&subject, name, *place)).collect();
        let mut steps = Vec::new();
        for binding in &flow.each {
            steps.push(self.each(binding, &mut scope)?);
        }
        steps.extend(self.values(&flow.values, &mut scope)?.into_iter().map(Step::Value));
        if let Some(filter) = &flow.filter {
            steps.push(Step::Filter(self.test(filter, &scope)?));
        }
        let mut sifting = Sifting::new(self.compiler, &flow.subject.variable, Type::object(subject.kind));
        if let Some(binding) = flow.each.first() {
            sifting.list(&binding.list.expression.root);
        }
        let sift = sifting.into_sift();
        let at = self.compile(&flow.at, &scope)?;
        let name = self.template(&flow.flow_name, &scope)?;
        let mut fields = Vec::new();
        for (name, source) in &flow.fields {
            let Some((slot, _)) = Topology::kind(FLOW).field(name) else {
                let problem =
                    Problem::error("unknown-field", source.source.place, format!("a flow has no field `{name}`"));
                let names = Topology::kind(FLOW).fields.iter().map(|field| field.name);
                self.problems.push(match did_you_mean(name, names) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
                continue;
            };
            fields.push((slot, self.compile(source, &scope)?));
        }
        Some(CompiledFlow {
            steps: CompiledSteps { subject, steps, sift, telling: Vec::new() },
            claims,
            fields,
            at,
            name,
            scope,
        })
    }

    /// The field of a subject by which it claims something.
    fn claim(&mut self, subject: &Collection, name: &str, place: Place) -> Option<SlotIndex> {
        let kind = Topology::kind(subject.kind);
        let field = kind.field(name).filter(|(_, field)| field.claim);
        if field.is_none() {
            let claims = kind.fields.iter().filter(|field| field.claim).map(|field| field.name);
            let problem = Problem::error(
                "unknown-claim",
                place,
                format!("`{name}` is no claim of {}", kind.name.replace('_', " ")),
            );
            self.problems.push(match did_you_mean(name, claims) {
                Some(near) => problem.label(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
        field.map(|(slot, _)| slot)
    }

    fn method(&mut self, method: &MethodDefinition, definitions: &Definitions) -> Option<CompiledMethod> {
        let mut scope = Scope::new().with("flow", Type::Object(KindSet::of(FLOW)));
        let values = self.values(&method.values, &mut scope)?;
        let path_scope = scope.clone();
        let mut requirements = Vec::new();
        for (index, prerequisite) in method.prerequisites.iter().enumerate() {
            let that = self.test(prerequisite.that.as_ref()?, &scope)?;
            requirements.push(CompiledRequirement { origin: RequirementOrigin::Prerequisite(index), that });
        }
        let prerequisites = requirements.len();
        let candidates = match &method.candidates {
            Some(binding) => match self.each(binding, &mut scope)? {
                Step::Each(program) => Some(program),
                _ => None,
            },
            None => None,
        };
        if method.candidates.is_some() != method.none.is_some() {
            self.problems.push(Problem::error("bad-method", method.place, "`try` and `none` go together"));
        }
        requirements.extend(self.requirements(method, definitions, &scope)?);
        let path = self.path(method, &path_scope)?;
        let sift = self.sift_of_method(method, definitions);
        Some(CompiledMethod { values, candidates, requirements, prerequisites, sift, path, scope })
    }

    /// What a flow must have for no requirement of a method to be missing.
    fn sift_of_method(&mut self, method: &MethodDefinition, definitions: &Definitions) -> Sift {
        let mut sifting = Sifting::new(self.compiler, "flow", Type::object(FLOW));
        for (name, value) in &method.values {
            sifting.value(name, &value.expression.root);
        }
        // Of candidates there may be more than are known, so that the rest may be met by another.
        let known = match method.candidates {
            Some(_) => method.prerequisites.len(),
            None => usize::MAX,
        };
        let requirements = definitions.requirements_of(method).filter_map(|requirement| requirement.that.as_ref());
        for that in requirements.take(known) {
            sifting.test(&that.expression.root);
        }
        sifting.into_sift()
    }

    fn requirements(
        &mut self,
        method: &MethodDefinition,
        definitions: &Definitions,
        scope: &Scope,
    ) -> Option<Vec<CompiledRequirement>> {
        let mut requirements = Vec::new();
        for (index, step) in method.requires.iter().enumerate() {
            match step {
                RequirementStep::One(requirement) => {
                    let that = self.test(requirement.that.as_ref()?, scope)?;
                    requirements.push(CompiledRequirement { origin: RequirementOrigin::Own(index), that });
                }
                RequirementStep::Include(name, place) => {
                    let Some(shared) = definitions.requirements.iter().position(|shared| shared.name == *name) else {
                        self.unknown_include(name, *place, definitions);
                        return None;
                    };
                    self.include(shared, *place, definitions, scope, &mut requirements)?;
                }
            }
        }
        Some(requirements)
    }

    fn unknown_include(&mut self, name: &str, place: Place, definitions: &Definitions) {
        let problem = Problem::error("unknown-requirements", place, format!("there are no requirements `{name}`"));
        self.problems.push(
            match did_you_mean(name, definitions.requirements.iter().map(|shared| shared.name.as_str())) {
                Some(near) => problem.label(format!("did you mean `{near}`?")),
                None => problem,
            },
        );
    }

    fn include(
        &mut self,
        shared: usize,
        place: Place,
        definitions: &Definitions,
        scope: &Scope,
        requirements: &mut Vec<CompiledRequirement>,
    ) -> Option<()> {
        let list = definitions.requirements.get(shared)?;
        for (name, ty) in &list.parameters {
            let expected = Type::parse(ty);
            let fits = scope
                .find(name)
                .is_some_and(|(_, found)| expected.as_ref().is_some_and(|expected| found.overlaps(expected)));
            if !fits {
                let message = format!("`{}` needs a variable `{name}` of type {ty} in scope", list.name);
                self.problems.push(Problem::error("missing-variable", place, message));
                return None;
            }
        }
        for (index, requirement) in list.requires.iter().enumerate() {
            let that = self.test(requirement.that.as_ref()?, scope)?;
            requirements.push(CompiledRequirement { origin: RequirementOrigin::Shared(shared, index), that });
        }
        Some(())
    }

    fn path(&mut self, method: &MethodDefinition, scope: &Scope) -> Option<Vec<super::CompiledCase>> {
        let mut cases = Vec::new();
        for case in &method.path {
            let condition = match &case.condition {
                Some(condition) => Some(self.test(condition, scope)?),
                None => None,
            };
            cases.push(super::CompiledCase { condition, value: case.value.clone() });
        }
        Some(cases)
    }
}

/// The steps of a rule whose values neither its condition nor its lists rest on.
fn telling(rule: &RuleDefinition) -> Vec<usize> {
    let first = usize::from(rule.filter.is_some());
    let mut deciding: Vec<&Node> = rule.each.iter().map(|binding| &binding.list.expression.root).collect();
    deciding.push(&rule.deny.expression.root);
    let mut telling = Vec::new();
    for (index, (name, value)) in rule.values.iter().enumerate().rev() {
        if deciding.iter().any(|node| node.mentions(name)) {
            deciding.push(&value.expression.root);
        } else {
            telling.push(first + index);
        }
    }
    telling
}

/// Every requirement as `method/requirement`.
fn requirement_names(definitions: &Definitions) -> Vec<String> {
    let named = |method: &MethodDefinition| {
        let name = method.name.clone();
        let requirements = definitions.requirements_of(method);
        requirements.map(move |requirement| format!("{name}/{}", requirement.name)).collect::<Vec<_>>()
    };
    definitions.methods.iter().flat_map(named).collect()
}

/// Names are given once each, and what names a name names one that is there.
fn check_names(definitions: &Definitions, problems: &mut Vec<Problem>) {
    let rules = definitions.rules.iter().map(|rule| (rule.name.as_str(), rule.place));
    let methods = definitions.methods.iter().map(|method| (method.name.as_str(), method.place));
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let changes = definitions.changes.iter().map(|change| (change.name.as_str(), change.place));
    for (name, place) in rules.chain(changes).chain(methods) {
        if let Some(first) = seen.insert(name, place) {
            let problem = Problem::error("duplicate-name", place, format!("the name `{name}` is taken"));
            problems.push(problem.related(first, "first used here"));
        }
    }
    let requirements = requirement_names(definitions);
    for rule in &definitions.rules {
        for explained in rule.explains.iter().filter(|explained| !requirements.contains(explained)) {
            let problem = Problem::error(
                "unknown-requirement",
                rule.place,
                format!("`{}` explains `{explained}`, which is no requirement", rule.name),
            );
            problems.push(match did_you_mean(explained, requirements.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            });
        }
    }
}
