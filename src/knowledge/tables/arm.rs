//! What things are called in ARM templates, for those who read them.

use std::rc::Rc;

use hashbrown::HashMap;

use crate::knowledge::definitions::{ArmDefinition, ArmPair, Definitions};
use crate::source::{Problem, did_you_mean};
use crate::topology::{KINDS, SUBNET};

/// The tables of `rules/arm/`, to be searched without regard to case.
#[derive(Debug, Default)]
pub struct ArmTables {
    types: HashMap<String, ArmType>,
    apps: Vec<ArmPair>,
    hosts: Vec<ArmPair>,
    roles: HashMap<String, Rc<str>>,
    /// The words of each table; of two that are the same the last holds.
    words: HashMap<String, Vec<(String, Rc<str>)>>,
    unread_sections: Vec<String>,
}

/// What is known of a type of resources.
#[derive(Debug, Default)]
pub struct ArmType {
    /// The word before `/` in the addresses of its resources, of apps that of web apps.
    pub label: Option<String>,
    /// What it is for, where it is read with other resources.
    pub part: Option<String>,
    /// How it is mostly written, and what stays untold, where it matters and is not understood.
    pub unread: Option<(String, String)>,
    /// The same of parts that say nothing without the whole.
    pub detached: Option<(String, String)>,
}

/// The format of templates, as `rules/completeness.yaml` calls it.
const FORMAT: &str = "arm";

/// What a word of a template is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// This.
    Known(&'a Rc<str>),
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
        let mut set = |pair: &ArmPair, set: &dyn Fn(&mut ArmType)| set(self.types.entry(lower(pair)).or_default());
        for pair in &definition.types {
            set(pair, &|known| known.label = Some(pair.is.clone()));
        }
        for pair in &definition.parts {
            set(pair, &|known| known.part = Some(pair.is.clone()));
        }
        for pair in &definition.unread {
            set(pair, &|known| known.unread = Some((pair.arm.clone(), pair.is.clone())));
        }
        for pair in &definition.detached {
            set(pair, &|known| known.detached = Some((pair.arm.clone(), pair.is.clone())));
        }
        self.apps.extend(definition.apps.iter().cloned());
        self.hosts.extend(definition.hosts.iter().cloned());
        self.roles.extend(definition.roles.iter().map(|pair| (lower(pair), pair.is.as_str().into())));
        for (name, words) in &definition.words {
            let table = self.words.entry(name.clone()).or_default();
            table.extend(words.iter().map(|pair| (lower(pair), pair.is.as_str().into())));
        }
    }

    /// What is known of a type, if anything is.
    #[must_use]
    pub fn of_type(&self, ty: &str) -> Option<&ArmType> {
        in_lower_case(ty, |ty| self.types.get(ty))
    }

    /// The word before `/` in the addresses of resources of that type; `kind` tells apps apart.
    #[must_use]
    pub fn label(&self, ty: &str, kind: Option<&str>) -> Option<&str> {
        self.of_type(ty).and_then(|known| self.label_of(known, kind))
    }

    /// The same of a known type.
    #[must_use]
    pub fn label_of<'a>(&'a self, known: &'a ArmType, kind: Option<&str>) -> Option<&'a str> {
        let label = known.label.as_deref()?;
        if label != "app_service" {
            return Some(label);
        }
        let kind = kind.unwrap_or("").to_ascii_lowercase();
        let app = self.apps.iter().find(|app| kind.split(',').any(|word| word.trim() == app.arm));
        Some(app.map_or(label, |app| &app.is))
    }

    /// What a type is for that is read with other resources.
    #[must_use]
    pub fn part(&self, ty: &str) -> Option<&str> {
        self.of_type(ty)?.part.as_deref()
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
    pub fn role(&self, id: &str) -> Option<&Rc<str>> {
        in_lower_case(id, |id| self.roles.get(id))
    }

    /// Whether a name is that of a role.
    #[must_use]
    pub fn is_role(&self, name: &str) -> bool {
        self.roles.values().any(|role| **role == *name)
    }

    /// Of a type that matters and is not understood how it is mostly written, and what stays untold.
    #[must_use]
    pub fn unread(&self, ty: &str) -> Option<(&str, &str)> {
        self.of_type(ty)?.unread.as_ref().map(|(name, why)| (&**name, &**why))
    }

    /// The sections to which a nested deployment may add that could not be read.
    #[must_use]
    pub fn unread_sections(&self) -> &[String] {
        &self.unread_sections
    }

    /// What a word is called here, by a table.
    #[must_use]
    pub fn word(&self, table: &str, word: &str) -> Word<'_> {
        let Some(words) = self.words.get(table) else { return Word::Unlisted };
        let found = |word: &str| words.iter().rev().find(|(known, _)| known.eq_ignore_ascii_case(word));
        // Several words in one text may be set apart by blanks.
        let found = found(word).or_else(|| {
            let has_blanks = word.contains(char::is_whitespace);
            has_blanks
                .then(|| word.chars().filter(|character| !character.is_whitespace()).collect::<String>())
                .and_then(|word| found(&word))
        });
        found.map_or(Word::Unlisted, |(_, word)| Word::Known(word))
    }

    /// What holds where the property is left out, if the table says so.
    #[must_use]
    pub fn absent(&self, table: &str) -> Option<&Rc<str>> {
        self.words.get(table)?.iter().rev().find(|(known, _)| known == "absent").map(|(_, word)| word)
    }
}

/// Looks something up by a text in lower case; a short one is not copied to the heap for that.
fn in_lower_case<T>(text: &str, find: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    let mut buffer = [0; 96];
    let Some(lower) = buffer.get_mut(..text.len()) else { return find(&text.to_ascii_lowercase()) };
    lower.copy_from_slice(text.as_bytes());
    lower.make_ascii_lowercase();
    find(std::str::from_utf8(lower).ok()?)
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
