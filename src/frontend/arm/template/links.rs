//! Paths from one template to another.

use crate::frontend::arm::recognise::{get, is_mapping};
use crate::source::{NodeId, Sources};

/// The key of a link.
const LINK: &str = "templateLink";

/// The path of a link in a file, as seen from where the path of the file is seen from.
pub(super) fn resolve(file: &str, link: &str) -> String {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    for part in link.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let start = if folder.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

/// The files that a template links by `relativePath`, where that is written as it is: each with the place of the link.
/// Paths are resolved against the name of the file that the link stands in.
#[must_use]
pub fn links(sources: &Sources, template: NodeId) -> Vec<(NodeId, String)> {
    let file = sources.file(sources.file_of(template)).map_or("", |file| &*file.name);
    let (mut found, mut open) = (Vec::new(), vec![template]);
    while let Some(node) = open.pop() {
        open.extend(sources.items(node).iter().rev());
        for entry in sources.entries(node).iter().rev() {
            open.push(entry.value);
            if is_mapping(sources, entry.value)
                && sources.has_text_in_any_case(entry.key, LINK)
                && let Some(path) = get(sources, entry.value, "relativePath")
                && !sources.text(path).starts_with('[')
            {
                found.push((path, resolve(file, &sources.text(path))));
            }
        }
    }
    found
}
