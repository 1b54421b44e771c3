//! Patterns with `*`.

/// Whether a text matches a pattern in which `*` stands for anything, also for nothing.
#[must_use]
pub fn matches_glob(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once('*') else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(before) else { return false };
    let mut parts = after.split('*').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    true
}

/// Whether a path, or a folder above it, matches a pattern: `*` stands for anything within a name, `**` for any folders.
#[must_use]
pub fn matches_path(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.trim_start_matches("./").trim_end_matches('/').split('/').collect();
    let names: Vec<&str> = path.split('/').collect();
    (1..=names.len()).any(|length| matches_names(&pattern, names.get(..length).unwrap_or(&[])))
}

/// Whether names one by one match a pattern. Each part of the pattern is looked at once for each length, so that many
/// `**` cost no more than their number times that of the names.
fn matches_names(pattern: &[&str], names: &[&str]) -> bool {
    // Whether the pattern so far matches the first so many names.
    let mut reached = vec![false; names.len() + 1];
    if let Some(first) = reached.first_mut() {
        *first = true;
    }
    for part in pattern {
        let mut next = vec![false; names.len() + 1];
        for (length, place) in next.iter_mut().enumerate() {
            let before = |length: usize| reached.get(length).copied().unwrap_or(false);
            *place = match (*part, length.checked_sub(1)) {
                ("**", _) => (0..=length).any(before),
                (_, None) => false,
                (part, Some(last)) => before(last) && names.get(last).is_some_and(|name| matches_glob(part, name)),
            };
        }
        reached = next;
    }
    reached.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::{matches_glob, matches_path};

    #[test]
    fn a_star_ends_at_a_folder_and_two_do_not() {
        for (pattern, path, expected) in [
            ("legacy/**", "legacy/a/b.yaml", true),
            ("legacy/**", "new/legacy/b.yaml", false),
            ("**/legacy/**", "new/legacy/b.yaml", true),
            ("**/legacy/**", "legacy/b.yaml", true),
            ("legacy", "legacy/a/b.yaml", true),
            ("legacy/", "legacy/a.yaml", true),
            ("legacy", "legacy2/a.yaml", false),
            ("./legacy/*.yaml", "legacy/a.yaml", true),
            ("legacy/*.yaml", "legacy/a/b.yaml", false),
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a/b.yaml", false),
            ("**/*.yaml", "a/b/c.yaml", true),
            ("**", "a/b", true),
        ] {
            assert_eq!(matches_path(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text, expected) in [
            ("storage/raw", "storage/raw", true),
            ("storage/raw", "storage/raw2", false),
            ("storage/*", "storage/raw", true),
            ("storage/*", "storage/", true),
            ("*", "", true),
            ("*/raw", "storage/raw", true),
            ("s*e/*w", "storage/raw", true),
            ("s*e/*w", "storage/rat", false),
            ("a*a", "a", false),
            ("**", "anything", true),
        ] {
            assert_eq!(matches_glob(pattern, text), expected, "{pattern} on {text}");
        }
    }
}
