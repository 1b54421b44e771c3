//! What cannot be told before a deployment, and why.

use std::rc::Rc;

use super::{Kind, Symbol, Value};

/// Why something cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A parameter that has neither a value nor a default.
    Parameter,
    /// A secret, whose value is nobody's business.
    Secret,
    /// A fact of the deployment: its subscription, its resource group, its location.
    Deployment,
    /// A property of a resource that the template does not declare, or does not give.
    Reference,
    /// Keys and other secrets that a resource hands out: `listKeys` and its like.
    Keys,
    /// The time of the deployment.
    Time,
    /// Made up anew by every deployment: `newGuid`.
    Random,
    /// A hash that only Azure computes: `uniqueString`, `guid`. Equal arguments give equal hashes.
    Hash,
    /// A template or file that was not read.
    Elsewhere,
    /// A function that the language documents and that is not understood here.
    NotSupported,
    /// More work than is done for one input.
    TooMuch,
    /// Something is wrong with it, which has been reported.
    Wrong,
    /// It would fail, unless a condition that is unknown keeps it from being evaluated.
    Guarded,
}

impl Reason {
    /// The reason as a word that stays the same.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Secret => "secret",
            Self::Deployment => "deployment",
            Self::Reference => "reference",
            Self::Keys => "keys",
            Self::Time => "time",
            Self::Random => "random",
            Self::Hash => "hash",
            Self::Elsewhere => "elsewhere",
            Self::NotSupported => "not-supported",
            Self::TooMuch => "too-much",
            Self::Wrong => "wrong",
            Self::Guarded => "guarded",
        }
    }
}

/// A value that exists but cannot be told from here.
#[derive(Debug, Clone)]
pub struct Unknown {
    /// Why.
    pub reason: Reason,
    /// What it is that makes it unknown: the name of the parameter, the function that was called.
    pub what: Rc<str>,
    /// The canonical text of the expression that it is the value of.
    pub expression: Rc<str>,
    /// Its type, where that is known.
    pub kind: Option<Kind>,
    /// Whether the same expression gives the same value again.
    pub repeatable: bool,
}

impl Unknown {
    /// An unknown of any type, which the same expression gives again.
    #[must_use]
    pub fn new(reason: Reason, what: &str, expression: &str) -> Self {
        Self { reason, what: what.into(), expression: expression.into(), kind: None, repeatable: true }
    }

    /// The same, called by its expression.
    #[must_use]
    pub fn named(reason: Reason, expression: &str) -> Self {
        let what: Rc<str> = expression.into();
        let expression = super::render::shortened(&what);
        Self { reason, what, expression, kind: None, repeatable: true }
    }

    /// The same, of that type.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The same, of which every evaluation gives another value.
    #[must_use]
    pub fn never_twice(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// The same reason, for the value of another expression, of any type.
    #[must_use]
    pub fn derived(&self, expression: Rc<str>) -> Self {
        Self { expression, what: Rc::clone(&self.what), kind: None, ..*self }
    }

    /// Why it is unknown, as words for a reader.
    #[must_use]
    pub fn why(&self) -> String {
        let what = &self.what;
        match self.reason {
            Reason::Parameter => format!("the parameter `{what}` has no value"),
            Reason::Secret => format!("`{what}` is a secret"),
            Reason::Deployment => format!("`{what}` is known only to a deployment"),
            Reason::Reference => format!("the template does not say what `{what}` is"),
            Reason::Keys => format!("`{what}` asks a resource that exists only once it is deployed"),
            Reason::Time => format!("`{what}` is the time of the deployment"),
            Reason::Random => format!("`{what}` differs in every deployment"),
            Reason::Hash => format!("`{what}` is computed by Azure"),
            Reason::Elsewhere => format!("`{what}` was not read"),
            Reason::NotSupported => format!("the function `{what}` is not understood"),
            Reason::TooMuch => "it takes more work than is done for one input".to_owned(),
            Reason::Wrong => "something is wrong with it".to_owned(),
            Reason::Guarded => "it depends on a condition that is unknown".to_owned(),
        }
    }
}

impl Value {
    /// The same value as a text that others can be joined to; `None` for what no text is made of.
    #[must_use]
    pub fn as_symbol(&self) -> Option<Symbol> {
        Symbol::of(self)
    }

    /// Whether a text can be made of it.
    #[must_use]
    pub fn is_textual(&self) -> bool {
        !matches!(self.kind(), Some(Kind::Null | Kind::Array | Kind::Object))
    }
}
