//! Which file of `rules/` holds what.

use super::Definitions;
use super::decode::Decoder;
use crate::source::{Limits, NodeId, Problem, Sources};

/// The folder that a file of definitions stands in, which says what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// `checks/`: one rule a file. A team's folders are like it.
    Checks,
    /// `changes/`: one change rule a file.
    Changes,
    /// `methods/`: one access method a file.
    Methods,
    /// `requirements/`: one shared list a file.
    Requirements,
    /// `flows/`: one kind of flow a file.
    Flows,
    /// `terms/`: a list of terms a file.
    Terms,
    /// `services/`: one service a file.
    Services,
    /// `tables/`: constants and defaults.
    Tables,
    /// `clauses/`: the clauses of one document a file.
    Clauses,
    /// `documents.yaml`.
    Documents,
    /// `completeness.yaml`.
    Completeness,
    /// `openings.yaml`.
    Openings,
    /// `waivers.yaml`.
    Waivers,
    /// `arm/`: what things are called in templates.
    Arm,
}

impl Folder {
    /// What a file of `rules/` holds, by its path below that folder; `None` for what is no definition.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        // What expressions of templates evaluate to is read by those who evaluate them.
        if ["arm/types.yaml", "arm/words.yaml", "arm/roles.yaml", "arm/unread.yaml", "arm/vocabulary.yaml"]
            .contains(&path)
        {
            return Some(Self::Arm);
        }
        let first = path.split('/').next().unwrap_or("");
        match first {
            "checks" => Some(Self::Checks),
            "changes" => Some(Self::Changes),
            "methods" => Some(Self::Methods),
            "requirements" => Some(Self::Requirements),
            "flows" => Some(Self::Flows),
            "terms" => Some(Self::Terms),
            "services" => Some(Self::Services),
            "tables" => Some(Self::Tables),
            "clauses" => Some(Self::Clauses),
            "documents.yaml" => Some(Self::Documents),
            "completeness.yaml" => Some(Self::Completeness),
            "openings.yaml" => Some(Self::Openings),
            "waivers.yaml" => Some(Self::Waivers),
            _ => None,
        }
    }

    /// What a file holds that stands elsewhere: a rule, unless it has what only an access method or a change rule has.
    #[must_use]
    pub fn by_content(text: &str) -> Self {
        let has = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
        if has("requires") && has("path") {
            Self::Methods
        } else if (has("watch") || has("gone")) && !has("deny") {
            Self::Changes
        } else {
            Self::Checks
        }
    }
}

/// Reads a file of definitions. `path` names it in messages.
pub fn read_file(
    sources: &mut Sources,
    definitions: &mut Definitions,
    folder: Folder,
    path: &str,
    text: String,
    problems: &mut Vec<Problem>,
) {
    let (_, roots) = sources.add_yaml(path, text, &Limits::default(), problems);
    let mut decoder = Decoder { sources, problems };
    for root in roots {
        decoder.read(definitions, folder, root);
    }
}

impl Decoder<'_> {
    fn read(&mut self, definitions: &mut Definitions, folder: Folder, root: NodeId) {
        match folder {
            Folder::Checks => definitions.rules.extend(self.rule(root)),
            Folder::Changes => definitions.changes.extend(self.change(root)),
            Folder::Methods => definitions.methods.extend(self.method(root)),
            Folder::Requirements => definitions.requirements.extend(self.shared_requirements(root)),
            Folder::Flows => definitions.flows.extend(self.flow(root)),
            Folder::Terms => {
                for node in self.nodes(root) {
                    definitions.terms.extend(self.term(node));
                }
            }
            Folder::Services => definitions.services.extend(self.service(root)),
            Folder::Tables => {
                if let Some((facts, defaults)) = self.table(root) {
                    definitions.constants.extend(facts);
                    definitions.defaults.extend(defaults);
                }
            }
            Folder::Clauses => definitions.clauses.extend(self.clauses(root)),
            Folder::Documents => definitions.documents.extend(self.documents(root)),
            Folder::Waivers => {
                for node in self.nodes(root) {
                    definitions.waivers.extend(self.waiver(node));
                }
            }
            Folder::Arm => definitions.arm.extend(self.arm(root)),
            Folder::Completeness => definitions.completeness.extend(self.completeness(root)),
            Folder::Openings => {
                for node in self.nodes(root) {
                    definitions.openings.extend(self.opening(node));
                }
            }
        }
    }
}
