//! What things are called in ARM templates, for those who read them.

use hashbrown::HashMap;

use crate::knowledge::definitions::{ArmDefinition, ArmPair, Definitions};
use crate::source::{Problem, did_you_mean};
use crate::topology::{KINDS, SUBNET};

/// The tables of `rules/arm/`, to be searched without regard to case.
#[derive(Debug, Default)]
pub struct ArmTables {
    types: HashMap<String, String>,
    apps: Vec<ArmPair>,
    parts: HashMap<String, String>,
    hosts: Vec<ArmPair>,
    roles: HashMap<String, String>,
    unread: HashMap<String, (String, String)>,
    detached: HashMap<String, (String, String)>,
    words: HashMap<String, HashMap<String, String>>,
    unread_sections: Vec<String>,
}

/// The format of templates, as `rules/completeness.yaml` calls it.
const FORMAT: &str = "arm";

/// What a word of a template is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// This.
    Known(&'a str),
    /// It is not listed.
    Unlisted,
}

impl ArmTables {
    /// The tables of these definitions.
    #[must_use]
    pub fn of(definitions: &Definitions) -> Self {
        let mut tables = Self::default();
        let format = definitions.completeness.iter().find(|known| known.format == FORMAT);
        tables.unread_sections = format.map(|format| format.unread.clone()).unwrap_or_default();
        for definition in &definitions.arm {
            tables.add(definition);
        }
        tables
    }

    fn add(&mut self, definition: &ArmDefinition) {
        let lower = |pair: &ArmPair| pair.arm.to_ascii_lowercase();
        self.types.extend(definition.types.iter().map(|pair| (lower(pair), pair.is.clone())));
        self.apps.extend(definition.apps.iter().cloned());
        self.parts.extend(definition.parts.iter().map(|pair| (lower(pair), pair.is.clone())));
        self.hosts.extend(definition.hosts.iter().cloned());
        self.roles.extend(definition.roles.iter().map(|pair| (lower(pair), pair.is.clone())));
        let both = |pair: &ArmPair| (lower(pair), (pair.arm.clone(), pair.is.clone()));
        self.unread.extend(definition.unread.iter().map(both));
        self.detached.extend(definition.detached.iter().map(both));
        for (name, words) in &definition.words {
            let table = self.words.entry(name.clone()).or_default();
            table.extend(words.iter().map(|pair| (lower(pair), pair.is.clone())));
        }
    }

    /// The word before `/` in the addresses of resources of that type; `kind` tells apps apart.
    #[must_use]
    pub fn label(&self, ty: &str, kind: Option<&str>) -> Option<&str> {
        let label = self.types.get(&ty.to_ascii_lowercase())?;
        let kind = kind.unwrap_or("").to_ascii_lowercase();
        let app = self.apps.iter().find(|app| kind.split(',').any(|word| word.trim() == app.arm));
        match app {
            Some(app) if label == "app_service" => Some(&app.is),
            _ => Some(label),
        }
    }

    /// What a type is for that is read with other resources.
    #[must_use]
    pub fn part(&self, ty: &str) -> Option<&str> {
        self.parts.get(&ty.to_ascii_lowercase()).map(String::as_str)
    }

    /// The word before `/` in the address of what has that name on the internet, where the name tells.
    #[must_use]
    pub fn label_of_host(&self, host: &str) -> Option<&str> {
        // A port may follow.
        let host = host.split(',').next().unwrap_or("").to_ascii_lowercase();
        let known = self.hosts.iter().find(|known| host.ends_with(&known.arm))?;
        self.label(&known.is, None)
    }

    /// The name of a role, by the id of its definition.
    #[must_use]
    pub fn role(&self, id: &str) -> Option<&str> {
        self.roles.get(&id.to_ascii_lowercase()).map(String::as_str)
    }

    /// Whether a name is that of a role.
    #[must_use]
    pub fn is_role(&self, name: &str) -> bool {
        self.roles.values().any(|role| role == name)
    }

    /// Of a type that matters and is not understood how it is mostly written, and what stays untold.
    #[must_use]
    pub fn unread(&self, ty: &str) -> Option<(&str, &str)> {
        self.unread.get(&ty.to_ascii_lowercase()).map(|(name, why)| (&**name, &**why))
    }

    /// The sections to which a nested deployment may add that could not be read.
    #[must_use]
    pub fn unread_sections(&self) -> &[String] {
        &self.unread_sections
    }

    /// Of a type of parts that say nothing without the whole how it is mostly written, and what stays untold.
    #[must_use]
    pub fn detached(&self, ty: &str) -> Option<(&str, &str)> {
        self.detached.get(&ty.to_ascii_lowercase()).map(|(name, why)| (&**name, &**why))
    }

    /// What a word is called here, by a table.
    #[must_use]
    pub fn word(&self, table: &str, word: &str) -> Word<'_> {
        let words = self.words.get(table);
        // Several words in one text may be set apart by blanks.
        let mut word = word.to_ascii_lowercase();
        word.retain(|character| !character.is_whitespace());
        words.and_then(|words| words.get(&word)).map_or(Word::Unlisted, |word| Word::Known(word))
    }

    /// What holds where the property is left out, if the table says so.
    #[must_use]
    pub fn absent(&self, table: &str) -> Option<&str> {
        self.words.get(table)?.get("absent").map(String::as_str)
    }
}

/// Reports types that are called by a word that no kind and no service has.
pub(super) fn check(definitions: &Definitions, problems: &mut Vec<Problem>) {
    let kinds = KINDS.iter().filter(|kind| kind.section.is_some() || kind.id == SUBNET).map(|kind| kind.name);
    let labels: Vec<&str> = kinds.chain(definitions.services.iter().map(|service| service.name.as_str())).collect();
    for definition in &definitions.arm {
        for pair in definition.types.iter().chain(&definition.apps) {
            if !labels.contains(&pair.is.as_str()) {
                let problem =
                    Problem::error("unknown-kind", pair.place, format!("nothing is called `{}/name`", pair.is));
                problems.push(match did_you_mean(&pair.is, labels.iter().copied()) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem,
                });
            }
        }
        let types = definition.types.iter().map(|pair| pair.arm.as_str());
        let types: Vec<&str> = types.collect();
        for pair in definition.hosts.iter().filter(|pair| !types.contains(&pair.is.as_str())) {
            problems.push(Problem::error("unknown-type", pair.place, format!("`{}` is not among the types", pair.is)));
        }
    }
}
