//! The files of a unit, with those that they include and link, each read as what it is.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::split::{Sort, is_json, sort_of};
use super::units::{InputFile, Unit, bicep_advice, clean, display, identity, text_of};
use crate::analysis::InputStatus;
use crate::frontend::arm::parameters::belongs;
use crate::frontend::arm::recognise::{Recognised, recognise as recognise_json};
use crate::frontend::arm::template::links;
use crate::frontend::topology_file::{Recognition, includes, recognise, recognise_text};
use crate::source::{FileId, Limits, NodeId, Problem, Severity, Sources};
use crate::topology::Catalogue;

/// What a file holds.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// Documents that are topologies.
    Topologies(Vec<NodeId>),
    /// A template.
    Template(NodeId),
    /// A template that another one links, and that is evaluated as part of it.
    Linked,
    /// The values of the parameters of a template.
    Parameters(NodeId),
}

/// A file, and what it was read as.
pub(super) struct ParsedFile {
    pub(super) name: String,
    path: Option<PathBuf>,
    /// `None` for a file of which no values were read at all.
    pub(super) id: Option<FileId>,
    pub(super) format: &'static str,
    pub(super) content: Content,
    pub(super) status: InputStatus,
    /// The parameters of a template.
    pub(super) parameters: Option<NodeId>,
    /// It is not judged itself.
    pub(super) context: bool,
    /// It was named on the command line.
    named: bool,
    /// Where it is included, and by which file.
    included_at: Option<NodeId>,
    included_by: Option<usize>,
}

impl ParsedFile {
    /// Whether it declares anything that is judged.
    pub(super) fn holds_resources(&self) -> bool {
        !self.topologies().is_empty() || matches!(self.content, Content::Template(_) | Content::Linked)
    }

    /// Whether it holds resources, or the parameters of a template: exceptions may stand in it.
    pub(super) fn is_of_the_unit(&self) -> bool {
        self.holds_resources() || matches!(self.content, Content::Parameters(_))
    }

    /// Its documents that are topologies.
    pub(super) fn topologies(&self) -> &[NodeId] {
        match &self.content {
            Content::Topologies(roots) => roots,
            _ => &[],
        }
    }
}

/// All files of a unit.
pub(super) struct Files {
    pub(super) parsed: Vec<ParsedFile>,
    /// The roots of linked templates by their paths.
    pub(super) linked: HashMap<String, NodeId>,
}

impl Files {
    /// Reads the files of a unit and what they include and link.
    pub(super) fn read<'c>(
        unit: Unit,
        sources: &mut Sources,
        catalogue: &dyn Fn() -> &'c Catalogue,
        problems: &mut Vec<Problem>,
    ) -> Self {
        let mut files = Self { parsed: Vec::new(), linked: HashMap::new() };
        let mut seen: HashSet<PathBuf> = HashSet::new();
        for (file, context) in
            unit.files.into_iter().map(|file| (file, false)).chain(unit.context.into_iter().map(|file| (file, true)))
        {
            seen.extend(file.path.as_deref().map(identity));
            let parsed = parse(file, sources, catalogue, problems);
            files.parsed.push(ParsedFile { context, ..parsed });
        }
        let mut index = 0;
        while index < files.parsed.len() {
            files.follow_includes(index, &mut seen, sources, catalogue, problems);
            files.follow_links(index, sources, problems);
            index += 1;
        }
        files
    }

    /// Reads what a topology file includes.
    fn follow_includes<'c>(
        &mut self,
        index: usize,
        seen: &mut HashSet<PathBuf>,
        sources: &mut Sources,
        catalogue: &dyn Fn() -> &'c Catalogue,
        problems: &mut Vec<Problem>,
    ) {
        let Some(file) = self.parsed.get(index) else { return };
        let (path, context) = (file.path.clone(), file.context);
        let folder = path.as_deref().and_then(Path::parent).map_or_else(|| PathBuf::from("."), clean);
        let nodes: Vec<NodeId> = file.topologies().iter().flat_map(|root| includes(sources, *root)).collect();
        for node in nodes {
            let target = clean(&folder.join(&*sources.text(node)));
            if path.as_deref().is_some_and(|path| identity(path) == identity(&target)) {
                let message = format!("`{}` includes itself", display(&target));
                problems.push(Problem::error("include-cycle", sources.place(node), message));
                continue;
            }
            if self.leads_back(index, &target) {
                let message = format!("`{}` includes this file in turn", display(&target));
                let problem = Problem::error("include-cycle", sources.place(node), message);
                problems.push(problem.help("two files of one folder need not include each other"));
                continue;
            }
            if !seen.insert(identity(&target)) {
                continue;
            }
            match read_text(&target) {
                Ok(text) => {
                    let file = InputFile { name: display(&target), path: Some(target), text, named: true };
                    let parsed = parse(file, sources, catalogue, problems);
                    self.parsed.push(ParsedFile {
                        context,
                        included_at: Some(node),
                        included_by: Some(index),
                        ..parsed
                    });
                }
                Err(reason) => {
                    let message = format!("`{}` cannot be included: {reason}", display(&target));
                    let problem = Problem::error("cannot-include", sources.place(node), message);
                    problems.push(problem.help("the path is relative to the file that it stands in"));
                }
            }
        }
    }

    /// Whether a file is included, directly or not, by what it would be included in.
    fn leads_back(&self, index: usize, target: &Path) -> bool {
        let wanted = identity(target);
        let mut current = self.parsed.get(index);
        while let Some(file) = current.and_then(|file| self.parsed.get(file.included_by?)) {
            if file.path.as_deref().is_some_and(|path| identity(path) == wanted) {
                return true;
            }
            current = Some(file);
        }
        false
    }

    /// Reads the templates that a template links.
    fn follow_links(&mut self, index: usize, sources: &mut Sources, problems: &mut Vec<Problem>) {
        let Some(ParsedFile { content: Content::Template(root), context, .. }) = self.parsed.get(index) else { return };
        let (mut open, context) = (vec![*root], *context);
        while let Some(root) = open.pop() {
            for (node, path) in links(sources, root) {
                if self.linked.contains_key(&path) {
                    continue;
                }
                let text = match read_text(Path::new(&path)) {
                    Ok(text) => text,
                    Err(reason) => {
                        let message = format!("the linked template `{path}` cannot be read: {reason}");
                        let problem = Problem::error("cannot-link", sources.place(node), message);
                        problems.push(problem.help("the path is relative to the template that it stands in"));
                        continue;
                    }
                };
                let (id, found) = sources.add_json(&path, text, &Limits::default(), problems);
                let file = nothing(path.clone(), None, InputStatus::Checked, "arm", false);
                self.parsed.push(ParsedFile { id: Some(id), content: Content::Linked, context, ..file });
                if let Some(found) = found {
                    self.linked.insert(path, found);
                    open.push(found);
                }
            }
        }
    }

    /// Gives the templates their parameters.
    pub(super) fn pair_parameters(&mut self, sources: &Sources, problems: &mut Vec<Problem>) {
        let sets: Vec<(usize, NodeId, String)> = self.sets();
        let templates = self.parsed.iter().filter(|file| matches!(file.content, Content::Template(_))).count();
        let mut used = HashSet::new();
        for file in &mut self.parsed {
            let Content::Template(_) = file.content else { continue };
            let belonging = sets.iter().filter(|(.., name)| belongs(name, &file.name));
            let belonging: Vec<_> = belonging.collect();
            let own = match (belonging.as_slice(), sets.as_slice()) {
                ([one], _) => Some(*one),
                // There is nothing else that they could be for.
                ([], [one]) if templates == 1 => Some(one),
                ([first, ..], _) => {
                    let at = file.included_at.unwrap_or(first.1);
                    let names: Vec<&str> = belonging.iter().map(|(.., name)| name.as_str()).collect();
                    let message = format!("{} belong to `{}`", names.join(" and "), file.name);
                    problems.push(
                        Problem::error("several-parameters", sources.place(at), message)
                            .help("include the one that holds, or check the template by itself"),
                    );
                    None
                }
                _ => None,
            };
            if let Some((index, node, _)) = own {
                file.parameters = Some(*node);
                used.insert(*index);
            }
        }
        for (index, ..) in sets.iter().filter(|(index, ..)| !used.contains(index)) {
            if let Some(file) = self.parsed.get_mut(*index) {
                let reason = "it holds the parameters of a template; name the template, and this with `--parameters`";
                file.status = foreign(reason.to_owned(), file.named);
            }
        }
    }

    fn sets(&self) -> Vec<(usize, NodeId, String)> {
        let files = self.parsed.iter().enumerate();
        let sets = files.filter_map(|(index, file)| match file.content {
            Content::Parameters(node) => Some((index, node, file.name.clone())),
            _ => None,
        });
        sets.collect()
    }
}

/// The text of a file, or why there is none.
fn read_text(path: &Path) -> Result<String, String> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".to_owned(),
        _ => error.to_string(),
    });
    bytes.and_then(text_of)
}

/// A file of which nothing was read.
fn nothing(name: String, path: Option<PathBuf>, status: InputStatus, format: &'static str, named: bool) -> ParsedFile {
    ParsedFile {
        name,
        path,
        id: None,
        format,
        content: Content::Topologies(Vec::new()),
        status,
        parameters: None,
        context: false,
        named,
        included_at: None,
        included_by: None,
    }
}

/// Reads the values of a file. Mistakes in a file that is something else are not worth telling.
fn parse<'c>(
    file: InputFile,
    sources: &mut Sources,
    catalogue: &dyn Fn() -> &'c Catalogue,
    problems: &mut Vec<Problem>,
) -> ParsedFile {
    let sort = sort_of(&file);
    let InputFile { name, path, text, named } = file;
    let empty = |name, path, status, format| nothing(name, path, status, format, named);
    if name.to_ascii_lowercase().ends_with(".bicep") {
        let advice = bicep_advice(Path::new(&name));
        let status = if named { InputStatus::Unreadable(advice) } else { InputStatus::Skipped(advice) };
        return empty(name, path, status, "bicep");
    }
    if matches!(sort, Sort::Template | Sort::Parameters) {
        let (id, root, mut found) = parse_json(&name, text, sources);
        let content = root.and_then(|root| match recognise_json(sources, root)? {
            Recognised::Template(_) => Some(Content::Template(root)),
            Recognised::Parameters => Some(Content::Parameters(root)),
        });
        let Some(content) = content else {
            let is_broken = found.iter().any(|problem| problem.severity >= Severity::Error);
            problems.append(&mut found);
            let reason = if is_broken { "it cannot be read" } else { "it is no template, though it looks like one" };
            let status = if is_broken { InputStatus::Checked } else { foreign(reason.to_owned(), named) };
            return ParsedFile { id: Some(id), ..empty(name, path, status, "arm") };
        };
        problems.append(&mut found);
        return ParsedFile { id: Some(id), content, ..empty(name, path, InputStatus::Checked, "arm") };
    }
    if is_json(Path::new(&name)) && !named {
        let reason = recognise_text(&name, &text).unwrap_or_else(|| "it is no template".to_owned());
        return empty(name, path, InputStatus::Skipped(reason), "json");
    }
    if let Some(reason) = recognise_text(&name, &text) {
        return empty(name, path, foreign(format!("not a topology: {reason}"), named), "topology");
    }
    let (id, topologies, status) = parse_yaml(&name, text, named, sources, catalogue, problems);
    ParsedFile { id: Some(id), content: Content::Topologies(topologies), ..empty(name, path, status, "topology") }
}

fn parse_json(name: &str, text: String, sources: &mut Sources) -> (FileId, Option<NodeId>, Vec<Problem>) {
    let mut found = Vec::new();
    let (id, root) = sources.add_json(name, text, &Limits::default(), &mut found);
    (id, root, found)
}

fn parse_yaml<'c>(
    name: &str,
    text: String,
    named: bool,
    sources: &mut Sources,
    catalogue: &dyn Fn() -> &'c Catalogue,
    problems: &mut Vec<Problem>,
) -> (FileId, Vec<NodeId>, InputStatus) {
    let mut found = Vec::new();
    let (id, roots) = sources.add_yaml(name, text, &Limits::default(), &mut found);
    let is_broken = found.iter().any(|problem| problem.severity == Severity::Fatal);
    let mut reason = None;
    let mut topologies = Vec::new();
    for root in roots {
        match recognise(sources, catalogue(), root) {
            Recognition::Topology => topologies.push(root),
            Recognition::Empty => {}
            // The sections may come behind the mistake.
            Recognition::Unknown(_) if is_broken => {}
            Recognition::Foreign(why) | Recognition::Unknown(why) => reason = reason.or(Some(why)),
        }
    }
    let status = match (reason, topologies.is_empty()) {
        (Some(reason), true) => {
            found.clear();
            foreign(format!("not a topology: {reason}"), named)
        }
        // A file of which a part is something else was not wholly understood.
        (Some(reason), false) => InputStatus::Unreadable(format!("a part of it is not a topology: {reason}")),
        (None, false) => InputStatus::Checked,
        (None, true) if found.iter().any(|problem| problem.severity >= Severity::Error) => InputStatus::Checked,
        (None, true) if named => InputStatus::Unreadable("empty: nothing was checked".to_owned()),
        (None, true) => InputStatus::Skipped("empty".to_owned()),
    };
    problems.append(&mut found);
    (id, topologies, status)
}

fn foreign(reason: String, named: bool) -> InputStatus {
    if named { InputStatus::Unreadable(reason) } else { InputStatus::Skipped(reason) }
}
