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

#[cfg(test)]
mod tests {
    use super::matches_glob;

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
