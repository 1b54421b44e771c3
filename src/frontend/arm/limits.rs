//! What is documented of templates and of what a deployment gives, read from `rules/arm/`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::source::{Limits, NodeId, Sources};

static MOST_TURNS: LazyLock<i64> = LazyLock::new(|| limit("copy_count"));

static LONGEST_EXPRESSION: LazyLock<usize> =
    LazyLock::new(|| usize::try_from(limit("expression_characters")).unwrap_or(usize::MAX));

fn limit(name: &str) -> i64 {
    let text = include_str!("../../../rules/arm/limits.yaml");
    let count = |sources: &Sources, limits: NodeId| sources.as_int(sources.get(limits, name)?);
    read(text, "limits", count).unwrap_or(i64::MAX)
}

static CHILDREN: LazyLock<HashMap<String, Vec<String>>> = LazyLock::new(|| {
    let text = include_str!("../../../rules/arm/children.yaml");
    let lists = |sources: &Sources, children: NodeId| {
        let list = |node: NodeId| sources.items(node).iter().map(|item| sources.text(*item).into_owned()).collect();
        let entries = sources.entries(children).iter();
        Some(entries.map(|entry| (sources.text(entry.key).to_lowercase(), list(entry.value))).collect())
    };
    read(text, "children", lists).unwrap_or_default()
});

fn read<T>(text: &str, key: &str, of: impl Fn(&Sources, NodeId) -> Option<T>) -> Option<T> {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, roots) = sources.add_yaml("rules/arm", text.to_owned(), &Limits::default(), &mut problems);
    let node = roots.first().and_then(|root| sources.get(*root, key))?;
    of(&sources, node)
}

/// How often a loop may turn.
pub(super) fn most_turns() -> i64 {
    *MOST_TURNS
}

/// How many characters an expression may have.
pub(super) fn longest_expression() -> usize {
    *LONGEST_EXPRESSION
}

/// The lists in the properties of a resource of that type whose items are resources of their own.
pub(super) fn children(ty: &str) -> &'static [String] {
    CHILDREN.get(&ty.to_lowercase()).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tables_are_read() {
        assert_eq!((super::most_turns(), super::longest_expression()), (800, 24_576));
        assert_eq!(super::children("microsoft.network/ROUTETABLES"), ["routes"]);
        assert!(super::children("Microsoft.Storage/storageAccounts").is_empty());
    }
}
