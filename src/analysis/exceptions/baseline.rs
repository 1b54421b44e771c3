//! The baseline: what was found when it was written. It is counted, but does not fail; what is new does.

use std::collections::HashMap;
use std::io;

use super::{Ignored, IgnoredBy, may_be_ignored};
use crate::analysis::finding::Finding;
use crate::analysis::fingerprint::fingerprint;
use crate::knowledge::definitions::Definitions;
use crate::knowledge::definitions::program::ProgramRule;
use crate::source::{Content, FileId, Limits, NodeId, Place, Problem, Sources, Written, did_you_mean};

/// The version of the form.
const VERSION: i64 = 1;
const HEAD: &str = "\
# What isolint found when this was written. It is counted and fails no check; what is new does.
# `isolint baseline update` writes it anew, `isolint baseline prune` takes out what no longer occurs.
";

/// A finding of the past.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BaselineEntry {
    /// The name of its rule.
    pub rule: String,
    /// Its resources, for people to read.
    pub resources: Vec<String>,
    /// Its name across runs.
    pub fingerprint: String,
}

impl BaselineEntry {
    /// What a baseline says of a finding; nothing of one that belongs into none.
    #[must_use]
    pub fn of(finding: &Finding) -> Option<Self> {
        if ProgramRule::find(&finding.rule).is_some() {
            return None;
        }
        let mut resources: Vec<String> = Vec::new();
        for one in finding.resources.iter().filter(|one| one.role != "use") {
            if !resources.contains(&one.resource) {
                resources.push(one.resource.clone());
            }
        }
        Some(Self { rule: finding.rule.clone(), resources, fingerprint: finding.fingerprint.clone() })
    }
}

/// The names that a finding had when its rule was called otherwise.
fn former_fingerprints(finding: &Finding, definitions: &Definitions) -> Vec<String> {
    let rule = definitions.named_rules().find(|rule| rule.name == finding.rule);
    let formerly = rule.map_or(&[][..], |rule| rule.formerly).iter();
    formerly.map(|former| fingerprint(former, &finding.resources, finding.field.as_deref())).collect()
}

/// What of a baseline is obeyed.
#[derive(Clone, Copy)]
pub struct Acceptance<'a> {
    /// The rules there are.
    pub definitions: &'a Definitions,
    /// Globs of rules that may not be ignored.
    pub not_ignorable: &'a [String],
    /// Ignore what is known; otherwise only say that it is.
    pub obey: bool,
}

impl Acceptance<'_> {
    /// Whether what a rule finds may be ignored.
    #[must_use]
    pub fn allows(&self, rule: &str) -> bool {
        let named = self.definitions.named_rules().find(|named| named.name == rule);
        named.is_none_or(|named| may_be_ignored(&named, self.not_ignorable))
    }
}

/// An entry of a baseline that was not found any more.
#[derive(Debug, Clone)]
pub struct GoneFinding {
    /// The entry.
    pub entry: BaselineEntry,
    /// Where it stands.
    pub place: Place,
}

/// A baseline that was read.
#[derive(Debug, Clone, Default)]
pub struct Baseline {
    entries: Vec<(BaselineEntry, Place)>,
}

/// Which entries of a baseline are found again; of one that is listed twice, each counts.
#[derive(Debug, Clone, Default)]
pub struct BaselineMatch {
    left: HashMap<String, Vec<usize>>,
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, each at its place. The file is among the sources all the same.
    pub fn read(sources: &mut Sources, name: &str, text: String) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let (file, roots) = sources.add_yaml(name, text, &Limits::default(), &mut problems);
        let mut baseline = Self::default();
        if problems.is_empty() {
            let mut reader = Reader { sources, problems: &mut problems };
            match roots.as_slice() {
                [root] => reader.root(*root, &mut baseline),
                _ => reader.whole(file, "a baseline is one document"),
            }
        }
        if problems.is_empty() { Ok(baseline) } else { Err(problems) }
    }

    /// The entries, in the order of the file.
    pub fn entries(&self) -> impl Iterator<Item = &BaselineEntry> {
        self.entries.iter().map(|(entry, _)| entry)
    }

    /// Everything, before anything is found again.
    #[must_use]
    pub fn unmatched(&self) -> BaselineMatch {
        let mut left: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, (entry, _)) in self.entries.iter().enumerate().rev() {
            left.entry(entry.fingerprint.clone()).or_default().push(index);
        }
        BaselineMatch { left }
    }

    /// Whether a finding was there before; each entry answers once. A rule that was renamed is known by its former names too.
    pub fn take(&self, found: &mut BaselineMatch, finding: &Finding, definitions: &Definitions) -> Option<Place> {
        if found.left.is_empty() || ProgramRule::find(&finding.rule).is_some() {
            return None;
        }
        let mut index = found.take(&finding.fingerprint);
        if index.is_none() {
            index = former_fingerprints(finding, definitions).iter().find_map(|former| found.take(former));
        }
        self.entries.get(index?).map(|(_, place)| *place)
    }

    /// Marks the findings that were there before, where their rule lets them be ignored.
    pub fn ignore<'f>(
        &self,
        found: &mut BaselineMatch,
        findings: impl IntoIterator<Item = &'f mut Finding>,
        how: &Acceptance<'_>,
    ) {
        for finding in findings {
            let Some(place) = self.take(found, finding, how.definitions) else { continue };
            if !how.allows(&finding.rule) {
                finding.notes.push("the baseline knows it, but its rule may not be ignored".to_owned());
            } else if how.obey {
                let ignored = Ignored { by: IgnoredBy::Baseline, reason: None, until: None, place };
                finding.ignored.get_or_insert(ignored);
            } else {
                finding.notes.push("the baseline knows it".to_owned());
            }
        }
    }

    /// What was not found any more, in the order of the file.
    #[must_use]
    pub fn gone(&self, found: &BaselineMatch) -> Vec<GoneFinding> {
        let mut left: Vec<usize> = found.left.values().flatten().copied().collect();
        left.sort_unstable();
        let entries = left.into_iter().filter_map(|index| self.entries.get(index));
        entries.map(|(entry, place)| GoneFinding { entry: entry.clone(), place: *place }).collect()
    }
}

impl BaselineMatch {
    fn take(&mut self, fingerprint: &str) -> Option<usize> {
        self.left.get_mut(fingerprint).and_then(Vec::pop)
    }
}

/// Writes a baseline with these entries, sorted by rule and resources.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_baseline(out: &mut impl io::Write, mut entries: Vec<BaselineEntry>) -> io::Result<()> {
    entries.sort();
    writeln!(out, "{HEAD}version: {VERSION}")?;
    if entries.is_empty() {
        return writeln!(out, "findings: []");
    }
    writeln!(out, "findings:")?;
    let plain = |text: &str| Written { text: text.to_owned(), is_text: true }.plain();
    for entry in entries {
        let resources: Vec<String> = entry.resources.iter().map(|resource| plain(resource)).collect();
        writeln!(out, "  - rule: {}", plain(&entry.rule))?;
        writeln!(out, "    resources: [{}]", resources.join(", "))?;
        // In quotes: digits alone would be a number.
        writeln!(out, "    fingerprint: \"{}\"", entry.fingerprint)?;
    }
    Ok(())
}

const FIELDS: [&str; 2] = ["version", "findings"];
const ENTRY_FIELDS: [&str; 3] = ["rule", "resources", "fingerprint"];

/// Reads the values of a baseline.
struct Reader<'a> {
    sources: &'a Sources,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn root(&mut self, root: NodeId, baseline: &mut Baseline) {
        if !self.group(root, &FIELDS) {
            return;
        }
        let Some(version) = self.required(root, "version") else { return };
        if self.sources.as_int(version) != Some(VERSION) {
            let found = self.sources.text(version).into_owned();
            let message = format!("this baseline is of version `{found}`; this isolint reads version {VERSION}");
            let problem = Problem::error("baseline-version", self.sources.place(version), message);
            self.problems.push(problem.help("remove the file and write it anew: `isolint baseline write`"));
            return;
        }
        let Some(findings) = self.required(root, "findings") else { return };
        if !self.is_list(findings) {
            return;
        }
        for item in self.sources.items(findings) {
            if let Some(entry) = self.entry(*item) {
                baseline.entries.push((entry, self.sources.place(*item)));
            }
        }
    }

    fn entry(&mut self, node: NodeId) -> Option<BaselineEntry> {
        if !self.group(node, &ENTRY_FIELDS) {
            return None;
        }
        let rule = self.text(node, "rule");
        let resources = self.required(node, "resources").filter(|list| self.is_list(*list));
        let fingerprint = self.text(node, "fingerprint");
        let resources = self.sources.items(resources?).iter().map(|item| self.sources.text(*item).into_owned());
        Some(BaselineEntry { rule: rule?, resources: resources.collect(), fingerprint: fingerprint? })
    }

    fn text(&mut self, node: NodeId, field: &str) -> Option<String> {
        let value = self.required(node, field)?;
        if matches!(self.sources.node(self.sources.resolve(value)).content, Content::Scalar { .. }) {
            return Some(self.sources.text(value).into_owned());
        }
        self.wrong_type(value, "text");
        None
    }

    fn is_list(&mut self, node: NodeId) -> bool {
        let is_list = matches!(self.sources.node(self.sources.resolve(node)).content, Content::Sequence { .. });
        if !is_list {
            self.wrong_type(node, "a list");
        }
        is_list
    }

    fn group(&mut self, node: NodeId, fields: &[&str]) -> bool {
        if !matches!(self.sources.node(self.sources.resolve(node)).content, Content::Mapping { .. }) {
            self.wrong_type(node, "a group of fields");
            return false;
        }
        for entry in self.sources.entries(node) {
            let name = self.sources.text(entry.key);
            if !fields.contains(&&*name) {
                let message = format!("there is no field `{name}` here");
                let near = did_you_mean(&name, fields.iter().copied());
                let help = near.map_or_else(
                    || format!("the fields are {}", fields.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                self.problems.push(Problem::error("unknown-field", self.sources.place(entry.key), message).help(help));
            }
        }
        true
    }

    fn required(&mut self, node: NodeId, field: &str) -> Option<NodeId> {
        let found = self.sources.get(node, field);
        if found.is_none() {
            let place = self.sources.place(node);
            self.problems.push(Problem::error("missing-field", place, format!("`{field}` is missing")));
        }
        found
    }

    fn wrong_type(&mut self, node: NodeId, expected: &str) {
        let message = format!("expected {expected}, found {}", self.sources.describe(self.sources.resolve(node)));
        self.problems.push(Problem::error("wrong-type", self.sources.place(node), message));
    }

    fn whole(&mut self, file: FileId, message: &str) {
        let place = Place { file, span: crate::source::Span::default() };
        self.problems.push(Problem::error("wrong-type", place, message));
    }
}
