//! "Did you mean".

const LONGEST_WORD: usize = 100;

/// The candidate nearest to `word`, if one is near enough to be worth suggesting.
///
/// Words longer than 100 bytes get none, since comparing takes the square of their length. Case, `-`, `_` and blanks do not count as differences.
#[must_use]
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let plain = normalise(word);
    let allowed = (plain.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_WORD)
        .map(|candidate| (strsim::damerau_levenshtein(&plain, &normalise(candidate)), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(b.1)))
        .map(|(_, candidate)| candidate)
}

/// All candidates that are near enough to `word` to be worth suggesting, each once.
#[must_use]
pub fn all_like<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<&str> =
        candidates.into_iter().filter(|candidate| did_you_mean(word, [*candidate]).is_some()).collect();
    near.sort_unstable();
    near.dedup();
    near
}

fn normalise(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}
