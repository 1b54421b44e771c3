//! The variables that an expression may name.

use super::types::Type;

/// The name of the object of constants, which is always there.
pub(super) const AZURE: &str = "azure";

/// Variables in order; the index of a variable is its position in the frame of the [`super::Machine`].
#[derive(Debug, Clone, Default)]
pub struct Scope {
    variables: Vec<(String, Type)>,
}

impl Scope {
    /// No variables but `azure`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another variable.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, ty: Type) -> Self {
        self.push(name, ty);
        self
    }

    /// Adds a variable and gives its index.
    pub fn push(&mut self, name: impl Into<String>, ty: Type) -> usize {
        self.variables.push((name.into(), ty));
        self.variables.len() - 1
    }

    /// Removes the last variable.
    pub fn pop(&mut self) -> Option<(String, Type)> {
        self.variables.pop()
    }

    /// The index and type of a variable.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<(usize, &Type)> {
        self.variables
            .iter()
            .enumerate()
            .rev()
            .find(|(_, (known, _))| known == name)
            .map(|(index, (_, ty))| (index, ty))
    }

    /// All variables, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Type)> {
        self.variables.iter().map(|(name, ty)| (name.as_str(), ty))
    }

    /// How many variables there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.variables.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// The names that an expression may use.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(name, _)| name).chain([AZURE])
    }
}
