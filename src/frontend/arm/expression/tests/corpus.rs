//! The expressions of templates that others wrote.

use std::path::Path;

use crate::frontend::arm::expression::{Reading, Terms, read};
use crate::source::{Content, Limits, Sources};

/// Mistakes that the authors made: file, and the text in the message.
const WRONG: &[(&str, &str)] = &[];

#[test]
fn every_expression_of_others_is_read() {
    let Some(root) = std::env::var_os("ISOLINT_CORPUS") else {
        println!("ISOLINT_CORPUS is not set: no expression of others was read");
        return;
    };
    let mut folders = vec![Path::new(&root).join("arm")];
    let (mut found, mut count, mut files) = (Vec::new(), 0, 0);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.to_string_lossy().replace('\\', "/");
            let (expressions, mistakes) = mistakes(&std::fs::read_to_string(&path).unwrap());
            files += usize::from(expressions > 0);
            count += expressions;
            found.extend(mistakes.into_iter().map(|mistake| format!("{name}: {mistake}")));
        }
    }
    println!("{count} expressions in {files} files");
    assert!(count > 0, "ISOLINT_CORPUS names a folder without templates");
    found.retain(|mistake| !WRONG.iter().any(|(file, text)| mistake.contains(file) && mistake.contains(text)));
    assert!(found.is_empty(), "{found:#?}");
}

/// How many expressions are in a template, and what is wrong with them. Parameter files have none.
fn mistakes(text: &str) -> (usize, Vec<String>) {
    let (mut sources, mut problems) = (Sources::new(), Vec::new());
    let (_, root) = sources.add_json("", text.to_owned(), &Limits::default(), &mut problems);
    let mut open: Vec<_> = root.into_iter().filter(|root| sources.get(*root, "resources").is_some()).collect();
    let (mut count, mut found) = (0, Vec::new());
    while let Some(node) = open.pop() {
        open.extend(sources.items(node));
        open.extend(sources.entries(node).iter().flat_map(|entry| [entry.key, entry.value]));
        if !matches!(sources.node(node).content, Content::Scalar { .. }) {
            continue;
        }
        let text = sources.text(node);
        if let Reading::Expression(expression) = read(&text, &mut Terms::default()) {
            count += 1;
            found.extend(expression.mistakes.into_iter().map(|mistake| format!("{} in {text}", mistake.message)));
        }
    }
    (count, found)
}
