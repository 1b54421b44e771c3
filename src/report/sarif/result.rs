//! Findings and mistakes as results.

use serde_json::{Map, Value, json};

use super::artifact_location;
use super::rules::{Rules, level};
use crate::analysis::{
    Analysis, Finding, FlowResult, Ignored, IgnoredBy, Layouts, MethodResult, Outcome, Participant, Repair, RepairStep,
    RequirementResult,
};
use crate::report::locate::Locator;
use crate::report::notice::{Notice, remedy, sentence, sentences};
use crate::report::repository::Repository;
use crate::source::{FileId, Label, Place, Problem, Sources, TextEdit};

/// The key of our fingerprint. That of GitHub is left to GitHub, which complains about others under its name.
const FINGERPRINT: &str = "isolint/v1";

/// So many access methods of a connection are told, the nearest first.
const METHODS: usize = 3;

pub(super) struct Results<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) sources: &'a Sources,
    pub(super) locator: &'a Locator<'a>,
    pub(super) repository: &'a Repository,
    pub(super) rules: &'a Rules<'a>,
}

impl<'a> Results<'a> {
    /// All results, one after the other.
    pub(super) fn all(&self) -> impl Iterator<Item = Value> + use<'_, 'a> {
        // What may be edited was settled before: a repair that may not says why.
        let mut layouts = Layouts::new(self.sources, &|_| None);
        let problems = self.analysis.problems.iter().map(|problem| self.of_problem(problem));
        problems.chain(self.analysis.findings.iter().map(move |finding| self.of_finding(finding, &mut layouts)))
    }

    fn of_problem(&self, problem: &'a Problem) -> Value {
        let notice = Notice::of_problem(problem, self.locator);
        let message = message(notice.message, notice.help.as_deref(), &problem.related);
        let mut result = self.result(problem.code, level(notice.level), &message, &problem.primary, &[]);
        self.insert_related(&mut result, &problem.related);
        result.insert("partialFingerprints".to_owned(), json!({FINGERPRINT: notice.fingerprint}));
        Value::Object(result)
    }

    fn of_finding(&self, finding: &Finding, layouts: &mut Layouts<'_>) -> Value {
        let message = message(&finding.message, remedy(finding).as_deref(), &finding.related);
        let level = level(finding.level);
        let mut result = self.result(&finding.rule, level, &message, &finding.primary, &finding.resources);
        self.insert_related(&mut result, &finding.related);
        result.insert("partialFingerprints".to_owned(), json!({FINGERPRINT: finding.fingerprint}));
        let flow = finding.flow.and_then(|flow| self.analysis.flows.get(flow));
        let code_flows: Vec<Value> =
            finding.methods.iter().take(METHODS).filter_map(|method| self.code_flow(flow, method)).collect();
        if !code_flows.is_empty() {
            result.insert("codeFlows".to_owned(), Value::Array(code_flows));
        }
        let fixes: Vec<Value> = finding.repairs.iter().filter_map(|repair| self.fix(repair, layouts)).collect();
        if !fixes.is_empty() {
            result.insert("fixes".to_owned(), Value::Array(fixes));
        }
        if let Some(ignored) = &finding.ignored {
            result.insert("suppressions".to_owned(), json!([self.suppression(ignored)]));
        }
        result.insert("properties".to_owned(), properties(finding));
        Value::Object(result)
    }

    /// Why a finding does not count.
    fn suppression(&self, ignored: &Ignored) -> Value {
        let kind = if ignored.by == IgnoredBy::Comment { "inSource" } else { "external" };
        let until = ignored.until.map_or_else(String::new, |date| format!(" (until {date})"));
        let reason = match (&ignored.reason, ignored.by) {
            (Some(reason), _) => reason.as_str(),
            (None, IgnoredBy::Baseline) => "It was there when the baseline was written",
            (None, _) => "No reason was given",
        };
        let location = self.location(&Label { place: ignored.place, text: String::new() });
        json!({"kind": kind, "status": "accepted", "justification": format!("{reason}{until}"), "location": location})
    }

    fn result(
        &self,
        rule: &str,
        level: &str,
        message: &str,
        primary: &Label,
        resources: &[Participant],
    ) -> Map<String, Value> {
        let mut location = self.location(primary);
        if !resources.is_empty() {
            // One resource may have several roles.
            let mut names: Vec<&str> = Vec::new();
            for participant in resources {
                if !names.contains(&participant.resource.as_str()) {
                    names.push(&participant.resource);
                }
            }
            location.insert("logicalLocations".to_owned(), names.into_iter().map(logical_location).collect());
        }
        let mut result = Map::new();
        result.insert("ruleId".to_owned(), json!(rule));
        if let Some(index) = self.rules.index(rule) {
            result.insert("ruleIndex".to_owned(), json!(index));
        }
        result.insert("level".to_owned(), json!(level));
        result.insert("message".to_owned(), json!({"text": message}));
        result.insert("locations".to_owned(), json!([location]));
        result
    }

    /// The other ends, numbered as the message names them.
    fn insert_related(&self, result: &mut Map<String, Value>, related: &[Label]) {
        let numbered = related.iter().zip(1..).map(|(label, number): (&Label, u32)| {
            let mut location = self.location(label);
            location.insert("id".to_owned(), json!(number));
            Value::Object(location)
        });
        let numbered: Vec<Value> = numbered.collect();
        if !numbered.is_empty() {
            result.insert("relatedLocations".to_owned(), Value::Array(numbered));
        }
    }

    /// Why an access method does not open a connection: from where it is declared over the lines that decide.
    fn code_flow(&self, flow: Option<&FlowResult>, method: &MethodResult) -> Option<Value> {
        let start = flow.map(|flow| {
            let text = format!("{}: {} to {}", flow.name, flow.origin, flow.target);
            json!({"location": self.location(&Label { place: flow.place, text }), "importance": "important"})
        });
        let steps = method.requirements.iter().flat_map(|requirement| self.steps(requirement));
        let steps: Vec<Value> = start.into_iter().chain(steps).collect();
        let text = sentence(&format!("Access method {}: {}", method.name, method.title));
        (!steps.is_empty()).then(|| json!({"message": {"text": text}, "threadFlows": [{"locations": steps}]}))
    }

    fn steps(&self, requirement: &RequirementResult) -> Vec<Value> {
        let (word, importance) = match requirement.outcome {
            Outcome::Met => ("met", "unimportant"),
            Outcome::Unknown => ("unknown", "important"),
            Outcome::Missing => ("missing", "essential"),
        };
        let step = |label: &Label| {
            let mut text = format!("{} ({word})", requirement.name);
            for more in [&requirement.text, &label.text].into_iter().filter(|more| !more.is_empty()) {
                text.push_str(&format!(": {more}"));
            }
            json!({"location": self.location(&Label { place: label.place, text }), "importance": importance})
        };
        requirement.places.iter().map(step).collect()
    }

    /// A repair that needs no decision, as the bytes that change.
    fn fix(&self, repair: &Repair, layouts: &mut Layouts<'_>) -> Option<Value> {
        let edits = layouts.edits(repair).ok().filter(|edits| !edits.is_empty())?;
        let mut files: Vec<FileId> = edits.iter().map(|(file, _)| *file).collect();
        files.dedup();
        let change = |file: &FileId| {
            let of_file = edits.iter().filter(|(of, _)| of == file);
            let replacements: Vec<Value> = of_file.map(|(_, edit)| self.replacement(*file, edit)).collect();
            let name = self.sources.file(*file).map_or("", |file| file.name.as_str());
            json!({"artifactLocation": artifact_location(self.repository, name), "replacements": replacements})
        };
        let changes: Vec<Value> = files.iter().map(change).collect();
        let step = |step: &RepairStep| match &step.value {
            Some(value) => format!("{} {} of {}: {value}", step.operation.as_str(), step.field, step.resource),
            None => format!("{} {} of {}", step.operation.as_str(), step.field, step.resource),
        };
        let steps: Vec<String> = repair.changes.iter().map(step).collect();
        let text = sentence(&steps.join("; "));
        (!changes.is_empty()).then(|| json!({"description": {"text": text}, "artifactChanges": changes}))
    }

    fn replacement(&self, file: FileId, edit: &TextEdit) -> Value {
        let region = self.region(Place { file, span: edit.span });
        if edit.text.is_empty() {
            return json!({"deletedRegion": region});
        }
        json!({"deletedRegion": region, "insertedContent": {"text": edit.text}})
    }

    fn location(&self, label: &Label) -> Map<String, Value> {
        let mut location = Map::new();
        let name = self.locator.name(label.place);
        let physical = json!({
            "artifactLocation": artifact_location(self.repository, name),
            "region": self.region(label.place),
        });
        location.insert("physicalLocation".to_owned(), physical);
        if !label.text.is_empty() {
            location.insert("message".to_owned(), json!({"text": label.text}));
        }
        location
    }

    fn region(&self, place: Place) -> Value {
        let (start, end) = (self.locator.start(place), self.locator.end(place));
        json!({
            "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column,
        })
    }
}

fn logical_location(resource: &str) -> Value {
    let name = resource.split_once('/').map_or(resource, |(_, name)| name);
    json!({"fullyQualifiedName": resource, "name": name, "kind": "resource"})
}

/// The message, with links to the other ends: GitHub shows those only that the message names.
fn message(text: &str, help: Option<&str>, related: &[Label]) -> String {
    let mut message = sentences(text, help).replace("](", "] (");
    let links = related.iter().zip(1..).map(|(label, number): (&Label, u32)| {
        let text = if label.text.is_empty() { "here" } else { label.text.as_str() };
        let text = text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]");
        format!("[{text}]({number})")
    });
    let links: Vec<String> = links.collect();
    if !links.is_empty() {
        message.push_str(&format!("\nSee: {}.", links.join(", ")));
    }
    message
}

fn properties(finding: &Finding) -> Value {
    json!({
        "field": finding.field,
        "notes": finding.notes,
        "causedBy": finding.caused_by,
        "resources": finding.resources,
        "citations": finding.citations,
    })
}
