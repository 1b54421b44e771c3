//! Paths as the tools of a pipeline want them: below the root of the repository, whatever folder the check runs in.

use std::path::{Component, Path, PathBuf};

/// Where the inputs stand in their repository.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    root: PathBuf,
    working: PathBuf,
    pages: Option<String>,
}

impl Repository {
    /// A repository by its root and the folder that paths of inputs start from, both absolute. `pages` is what the
    /// address of a file in the repository starts with, where files have one.
    #[must_use]
    pub fn new(root: PathBuf, working: PathBuf, pages: Option<String>) -> Self {
        Self { root, working, pages }
    }

    /// The path of an input below the root; of one that is elsewhere the whole path.
    #[must_use]
    pub fn path(&self, name: &str) -> String {
        let path = self.working.join(name);
        if is_no_file(name) || !path.is_absolute() {
            return name.to_owned();
        }
        let path = normal(&path);
        let below = path.strip_prefix(&self.root).unwrap_or(&path);
        let text = below.to_string_lossy();
        if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
    }

    /// The path of an input as a reference that SARIF takes, and whether it is relative to the root.
    pub(super) fn uri(&self, name: &str) -> (String, bool) {
        let path = self.path(name);
        let is_outside = !is_no_file(name) && Path::new(&path).is_absolute();
        let encoded = encode(&path);
        match (is_outside, encoded.starts_with('/')) {
            (false, _) => (encoded, true),
            (true, true) => (format!("file://{encoded}"), false),
            (true, false) => (format!("file:///{encoded}"), false),
        }
    }

    /// The address of a line of an input, where the files of the repository have one.
    pub(super) fn page(&self, name: &str, line: u32) -> Option<String> {
        let (uri, is_below) = self.uri(name);
        let pages = self.pages.as_ref().filter(|_| is_below && !is_no_file(name))?;
        Some(format!("{pages}/{uri}#L{line}"))
    }
}

/// Standard input without a name.
fn is_no_file(name: &str) -> bool {
    name.starts_with('<') && name.ends_with('>')
}

/// A path without `.` and `..`, by its words alone.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            component => normal.push(component),
        }
    }
    normal
}

/// A path as the path of an address: everything but unreserved characters and slashes is written in hexadecimal digits.
fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            byte => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(all(test, unix))]
mod tests {
    use super::Repository;

    fn repository() -> Repository {
        let pages = "https://example.com/plant/blob/1a2b".to_owned();
        Repository::new("/home/anna/plant".into(), "/home/anna/plant/infra".into(), Some(pages))
    }

    #[test]
    fn paths_start_at_the_root_of_the_repository() {
        for (name, path) in [
            ("topology.yaml", "infra/topology.yaml"),
            ("../hub.yaml", "hub.yaml"),
            ("/home/anna/plant/a/./b.yaml", "a/b.yaml"),
            ("../../other/hub.yaml", "/home/anna/other/hub.yaml"),
            ("<stdin>", "<stdin>"),
        ] {
            assert_eq!(repository().path(name), path, "{name}");
        }
    }

    #[test]
    fn references_hold_nothing_but_what_addresses_may() {
        for (name, uri, is_below) in [
            ("réseau plan#1.yaml", "infra/r%C3%A9seau%20plan%231.yaml", true),
            ("50%:a.yaml", "infra/50%25%3Aa.yaml", true),
            ("../../other hub.yaml", "file:///home/anna/other%20hub.yaml", false),
            ("<stdin>", "%3Cstdin%3E", true),
        ] {
            assert_eq!(repository().uri(name), (uri.to_owned(), is_below), "{name}");
        }
    }

    #[test]
    fn only_files_of_the_repository_have_a_page() {
        let page = "https://example.com/plant/blob/1a2b/infra/a%20b.yaml#L7";
        assert_eq!(repository().page("a b.yaml", 7).as_deref(), Some(page));
        assert_eq!(repository().page("../../b.yaml", 7), None);
        assert_eq!(repository().page("<stdin>", 7), None);
        assert_eq!(Repository::default().page("b.yaml", 7), None);
    }
}
