//! Which fields decide what: who a fact or a default matters to.

use super::Ruleset;
use crate::knowledge::definitions::ExpressionSource;
use crate::knowledge::language::{Compiler, FieldReads, Scope};
use crate::topology::KindId;

/// Something that judges, with the fields that it reads to do so, in terms too.
#[derive(Debug, Clone)]
pub struct Reader {
    /// A rule, a method, a requirement as `method/requirement`, or a flow.
    pub name: String,
    /// Which of them.
    pub kind: ReaderKind,
    fields: FieldReads,
}

/// What reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReaderKind {
    /// A rule.
    Rule,
    /// A method, or a requirement of it.
    Method,
    /// A flow.
    Flow,
}

impl Reader {
    /// Whether it reads a field of a kind.
    #[must_use]
    pub fn reads(&self, kind: KindId, field: &str) -> bool {
        self.fields.iter().any(|(own, name)| *own == kind && *name == field)
    }
}

impl Ruleset {
    /// Everything that judges, with what it reads: rules, then methods with their requirements, then flows. What only
    /// explains (messages, places) does not count.
    #[must_use]
    pub fn readers(&self) -> Vec<Reader> {
        let mut readers = Vec::new();
        for (rule, compiled) in self.definitions.rules.iter().zip(&self.rules) {
            let lists = rule.each.iter().map(|each| &each.list);
            let values = rule.values.iter().map(|(_, value)| value);
            let levels = rule.level.iter().filter_map(|case| case.condition.as_ref());
            let all = rule.filter.iter().chain(values).chain(lists).chain([&rule.deny]).chain(levels);
            readers.push(self.reader(rule.name.clone(), ReaderKind::Rule, all, &compiled.scope));
        }
        self.methods_reading(&mut readers);
        for (flow, compiled) in self.definitions.flows.iter().zip(&self.flows) {
            let lists = flow.each.iter().map(|each| &each.list);
            let values = flow.values.iter().chain(&flow.fields).map(|(_, value)| value);
            let all = flow.filter.iter().chain(values).chain(lists);
            readers.push(self.reader(flow.name.clone(), ReaderKind::Flow, all, &compiled.scope));
        }
        readers
    }

    fn methods_reading(&self, readers: &mut Vec<Reader>) {
        for (method, compiled) in self.definitions.methods.iter().zip(&self.methods) {
            let values = method.values.iter().map(|(_, value)| value);
            let candidates = method.candidates.iter().map(|candidates| &candidates.list);
            let paths = method.path.iter().filter_map(|case| case.condition.as_ref());
            let whole = values.chain(candidates).chain(paths);
            readers.push(self.reader(method.name.clone(), ReaderKind::Method, whole, &compiled.scope));
            for requirement in self.definitions.requirements_of(method) {
                let name = format!("{}/{}", method.name, requirement.name);
                readers.push(self.reader(name, ReaderKind::Method, requirement.that.iter(), &compiled.scope));
            }
        }
    }

    fn reader<'a>(
        &self,
        name: String,
        kind: ReaderKind,
        expressions: impl Iterator<Item = &'a ExpressionSource>,
        scope: &Scope,
    ) -> Reader {
        let mut compiler = Compiler::noting(&self.terms, &self.labels);
        for source in expressions {
            // It compiled before: there is nothing to report.
            let _ = compiler.compile(&source.expression, scope);
        }
        Reader { name, kind, fields: compiler.into_reads() }
    }
}
