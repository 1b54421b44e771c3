//! How much work is done for one input, and how large a value may become.

use super::Failure;

/// Bounds on the evaluation of one input.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many terms are evaluated, items made and, by sixteens, bytes written.
    pub steps: u64,
    /// How deep evaluations are within one another.
    pub depth: usize,
    /// The longest text, in bytes.
    pub text: usize,
    /// The longest array, and the largest object.
    pub items: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { steps: 5_000_000, depth: 256, text: 4 * 1024 * 1024, items: 100_000 }
    }
}

/// What is left of the bounds.
#[derive(Debug, Clone)]
pub struct Budget {
    bounds: Bounds,
    left: u64,
}

impl Budget {
    /// All of it.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, left: bounds.steps }
    }

    /// The bounds it started from.
    #[must_use]
    pub fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Whether nothing is left.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Pays for a number of steps.
    ///
    /// # Errors
    /// Not so many are left.
    pub fn steps(&mut self, steps: usize) -> Result<(), Failure> {
        let steps = u64::try_from(steps).unwrap_or(u64::MAX);
        self.left = self.left.saturating_sub(steps);
        if self.left == 0 { Err(Failure::TooMuch) } else { Ok(()) }
    }

    /// Pays for an array or object of so many items.
    ///
    /// # Errors
    /// It is too large, or not enough is left.
    pub fn items(&mut self, items: usize) -> Result<(), Failure> {
        if items > self.bounds.items {
            return Err(Failure::TooMuch);
        }
        self.steps(items)
    }

    /// Pays for a text of so many bytes.
    ///
    /// # Errors
    /// It is too long, or not enough is left.
    pub fn text(&mut self, bytes: usize) -> Result<(), Failure> {
        if bytes > self.bounds.text {
            return Err(Failure::TooMuch);
        }
        self.steps(bytes / 16)
    }
}
