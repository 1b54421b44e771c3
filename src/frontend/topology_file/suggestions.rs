//! Names to suggest for a misspelt reference, so that a large file full of mistakes stays cheap.

use crate::source::did_you_mean;
use crate::topology::Target;

/// How many pairs of names are compared in one run.
const MOST_COMPARISONS: usize = 200_000;

/// The names that fit each sort of reference.
#[derive(Default)]
pub(super) struct Suggestions {
    lists: Vec<(&'static [Target], bool, Vec<Candidate>)>,
    compared: usize,
}

struct Candidate {
    name: String,
    length: usize,
}

/// The names that may stand in one place.
pub(super) struct Candidates<'s> {
    list: &'s [Candidate],
    compared: &'s mut usize,
}

impl Suggestions {
    /// The names for references to these targets; `collect` finds them, once.
    pub(super) fn candidates(
        &mut self,
        targets: &'static [Target],
        with_label: bool,
        collect: impl FnOnce() -> Vec<String>,
    ) -> Candidates<'_> {
        let known = self.lists.iter().position(|(known, label, _)| *known == targets && *label == with_label);
        let index = known.unwrap_or_else(|| {
            let mut names = collect();
            names.sort();
            let candidates = names.into_iter().map(|name| Candidate { length: length(&name), name });
            self.lists.push((targets, with_label, candidates.collect()));
            self.lists.len() - 1
        });
        let list = self.lists.get(index).map_or(&[][..], |(.., list)| list);
        Candidates { list, compared: &mut self.compared }
    }
}

impl Candidates<'_> {
    /// The name that is nearest to a text, if one is near and there have not been too many such questions.
    pub(super) fn near(self, text: &str) -> Option<String> {
        if *self.compared > MOST_COMPARISONS {
            return None;
        }
        let wanted = length(text);
        let allowed = (wanted / 3).max(1);
        let fitting: Vec<&str> = self
            .list
            .iter()
            .filter(|candidate| candidate.length.abs_diff(wanted) <= allowed)
            .take(MOST_COMPARISONS.saturating_sub(*self.compared) + 1)
            .map(|candidate| candidate.name.as_str())
            .collect();
        *self.compared += fitting.len();
        if *self.compared > MOST_COMPARISONS {
            return None;
        }
        did_you_mean(text, fitting).map(str::to_owned)
    }
}

/// Characters that count in a comparison.
fn length(name: &str) -> usize {
    name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).count()
}
