//! Documented limits of templates, read from `rules/arm/limits.yaml`.

use std::sync::LazyLock;

use crate::source::{Limits, Sources};

static MOST_TURNS: LazyLock<i64> = LazyLock::new(|| {
    let text = include_str!("../../../../rules/arm/limits.yaml");
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, roots) = sources.add_yaml("rules/arm/limits.yaml", text.to_owned(), &Limits::default(), &mut problems);
    roots
        .first()
        .and_then(|root| sources.get(*root, "limits"))
        .and_then(|limits| sources.get(limits, "copy_count"))
        .and_then(|count| sources.as_int(count))
        .unwrap_or(i64::MAX)
});

/// How often a loop may turn.
pub(super) fn most_turns() -> i64 {
    *MOST_TURNS
}
