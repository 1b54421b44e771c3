//! The types of expressions.

use std::fmt;
use std::sync::Arc;

use super::error::quoted;
use crate::topology::{
    CONSTANTS, FLOW, FieldType, KINDS, KindId, KindSet, POLICY_STATEMENT, SERVICE, SERVICE_RESOURCE, Target,
};

/// The words that a text is one of.
#[derive(Debug, Clone)]
pub enum Words {
    /// Words of the table of kinds.
    Static(&'static [&'static str]),
    /// Words that were put together.
    Joined(Arc<[Box<str>]>),
}

impl Words {
    /// Words that were put together, each once.
    pub(super) fn joined<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut joined: Vec<Box<str>> = Vec::new();
        for word in words {
            if !joined.iter().any(|known| **known == *word) {
                joined.push(word.into());
            }
        }
        Self::Joined(joined.into())
    }

    /// All words.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let (fixed, joined): (&[&'static str], &[Box<str>]) = match self {
            Self::Static(words) => (words, &[]),
            Self::Joined(words) => (&[], words),
        };
        fixed.iter().copied().chain(joined.iter().map(|word| &**word))
    }

    /// Whether it is one of the words.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.iter().any(|known| known == word)
    }

    fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Static(left), Self::Static(right)) if std::ptr::eq(*left, *right) => self.clone(),
            _ => Self::joined(self.iter().chain(other.iter())),
        }
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.iter().all(|word| other.contains(word)) && other.iter().all(|word| self.contains(word))
    }
}

impl Eq for Words {}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A truth value.
    Bool,
    /// A whole number.
    Int,
    /// A text; of a closed set, its words.
    Text(Option<Words>),
    /// An object of one of these kinds.
    Object(KindSet),
    /// A list of the same.
    List(Box<Type>),
    /// No value at all: the members of `[]`.
    Nothing,
}

/// All kinds but those of knowledge and policy, which nothing refers to as a resource.
pub(super) fn any_kind() -> KindSet {
    let of_resources = KINDS.iter().filter(|kind| ![SERVICE, CONSTANTS, POLICY_STATEMENT].contains(&kind.id));
    of_resources.fold(KindSet::default(), |set, kind| set.union(KindSet::of(kind.id)))
}

/// The number of kinds in a set.
pub(super) fn count(kinds: KindSet) -> u32 {
    kinds.0.count_ones()
}

/// The only kind of a set.
pub(super) fn only(kinds: KindSet) -> Option<KindId> {
    match count(kinds) {
        1 => kinds.iter().next(),
        _ => None,
    }
}

impl Type {
    /// A text without a closed set of words.
    pub const TEXT: Self = Self::Text(None);

    /// An object of that kind.
    #[must_use]
    pub const fn object(kind: KindId) -> Self {
        Self::Object(KindSet::of(kind))
    }

    /// A list of these.
    #[must_use]
    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    /// The type of a field. Free keys (`tags`) are a list of texts; a scope that is no object has no fields.
    #[must_use]
    pub fn of_field(field: &FieldType) -> Self {
        match field {
            FieldType::Text | FieldType::Prefix | FieldType::PrefixOrTag | FieldType::Selector => Self::TEXT,
            FieldType::Bool => Self::Bool,
            FieldType::Int => Self::Int,
            FieldType::OneOf(words) => Self::Text(Some(Words::Static(words))),
            FieldType::Reference(targets) | FieldType::Scope(targets) => {
                Self::Object(targets.iter().fold(KindSet::default(), |set, target| {
                    set.union(KindSet::of(match target {
                        Target::Kind(kind) => *kind,
                        Target::Service(_) => SERVICE_RESOURCE,
                    }))
                }))
            }
            FieldType::List(of) => Self::list(Self::of_field(of)),
            FieldType::Struct(kind) | FieldType::Parent(kind) => Self::object(*kind),
            FieldType::Children(kind) | FieldType::Elements(kind) | FieldType::Inverse(kind, _) => {
                Self::list(Self::object(*kind))
            }
            FieldType::Tags => Self::list(Self::TEXT),
            FieldType::AnyObject => Self::Object(any_kind()),
            FieldType::Flows => Self::list(Self::object(FLOW)),
        }
    }

    /// Reads the type of a parameter: the name of a kind, `any`, `text`, `int`, `bool` or `list(...)` of one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        match text {
            "any" => return Some(Self::Object(any_kind())),
            "text" => return Some(Self::TEXT),
            "int" => return Some(Self::Int),
            "bool" => return Some(Self::Bool),
            _ => {}
        }
        if let Some(of) = text.strip_prefix("list(").and_then(|t| t.strip_suffix(')')) {
            return match Self::parse(of)? {
                Self::List(_) => None,
                of => Some(Self::list(of)),
            };
        }
        KINDS.iter().find(|kind| kind.name == text).map(|kind| Self::object(kind.id))
    }

    /// The words that [`Type::parse`] understands, for suggestions.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ["any", "text", "int", "bool"].into_iter().chain(KINDS.iter().map(|kind| kind.name))
    }

    /// The type that holds the values of both, if there is one.
    #[must_use]
    pub fn union(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Nothing, ty) | (ty, Self::Nothing) => Some(ty.clone()),
            (Self::Text(Some(left)), Self::Text(Some(right))) => Some(Self::Text(Some(left.union(right)))),
            (Self::Text(_), Self::Text(_)) => Some(Self::TEXT),
            (Self::Object(left), Self::Object(right)) => Some(Self::Object(left.union(*right))),
            (Self::List(left), Self::List(right)) => left.union(right).map(Self::list),
            _ => (self == other).then(|| self.clone()),
        }
    }

    /// Whether some value is of both types, so that comparing makes sense.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (_, Self::Nothing) => true,
            (Self::Text(Some(left)), Self::Text(Some(right))) => left.iter().any(|word| right.contains(word)),
            (Self::Text(_), Self::Text(_)) => true,
            (Self::Object(left), Self::Object(right)) => left.0 & right.0 != 0,
            (Self::List(left), Self::List(right)) => left.overlaps(right),
            _ => self == other,
        }
    }

    /// Whether every value of the other type may stand where this one is expected.
    #[must_use]
    pub fn accepts(&self, other: &Self) -> bool {
        match (self, other) {
            (_, Self::Nothing) | (Self::Text(None), Self::Text(_)) => true,
            (Self::Text(Some(left)), Self::Text(Some(right))) => right.iter().all(|word| left.contains(word)),
            (Self::Object(left), Self::Object(right)) => right.0 & !left.0 == 0,
            (Self::List(left), Self::List(right)) => left.accepts(right),
            _ => self == other,
        }
    }
}

/// In words that fit behind "this is": "a number", "a list of jobs".
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("a truth value"),
            Self::Int => f.write_str("a number"),
            Self::Text(None) => f.write_str("a text"),
            Self::Text(Some(words)) if words.iter().count() <= 6 => {
                write!(f, "a text out of {}", quoted(words.iter()))
            }
            Self::Text(Some(_)) => f.write_str("a word of a fixed set"),
            Self::Object(kinds) if *kinds == any_kind() => f.write_str("an object of any kind"),
            Self::Object(kinds) => {
                write!(f, "an object of kind {}", quoted(kind_names(*kinds)))
            }
            Self::List(of) => match &**of {
                Self::Nothing => f.write_str("an empty list"),
                Self::Bool => f.write_str("a list of truth values"),
                Self::Int => f.write_str("a list of numbers"),
                Self::Text(_) => f.write_str("a list of texts"),
                Self::Object(kinds) if *kinds == any_kind() => f.write_str("a list of objects"),
                Self::Object(kinds) => {
                    write!(f, "a list of objects of kind {}", quoted(kind_names(*kinds)))
                }
                Self::List(_) => f.write_str("a list of lists"),
            },
            Self::Nothing => f.write_str("nothing"),
        }
    }
}

/// The names of the kinds in a set.
pub(super) fn kind_names(kinds: KindSet) -> impl Iterator<Item = &'static str> {
    KINDS.iter().filter(move |kind| kinds.contains(kind.id)).map(|kind| kind.name)
}

/// The words that `kind(object)` can give: the names of kinds, and of services for service resources.
#[derive(Debug, Clone, Default)]
pub struct Labels {
    services: Vec<Box<str>>,
}

impl Labels {
    /// The labels, given the names of all services.
    #[must_use]
    pub fn new<T: Into<Box<str>>>(services: impl IntoIterator<Item = T>) -> Self {
        Self { services: services.into_iter().map(Into::into).collect() }
    }

    /// The words that `kind` gives for objects of these kinds.
    #[must_use]
    pub fn words(&self, kinds: KindSet) -> Words {
        let services: &[Box<str>] = if kinds.contains(SERVICE_RESOURCE) { &self.services } else { &[] };
        Words::joined(
            KINDS
                .iter()
                .filter(|kind| kinds.contains(kind.id) && kind.id != SERVICE_RESOURCE)
                .map(|kind| kind.name)
                .chain(services.iter().map(|service| &**service)),
        )
    }
}
