//! Texts within Markdown.

use super::style::is_unsafe;

/// A line as a sentence.
pub(super) fn sentence(line: &str) -> String {
    let mut characters = line.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// A text in which nothing but code means anything to Markdown, on one line.
pub(super) fn plain(text: &str) -> String {
    let is_balanced = text.matches('`').count().is_multiple_of(2);
    let mut escaped = String::with_capacity(text.len());
    let mut in_code = false;
    for c in text.chars() {
        match c {
            '`' if is_balanced => {
                in_code = !in_code;
                escaped.push(c);
            }
            '`' | '*' | '[' | ']' | '\\' | '~' if !in_code => escaped.extend(['\\', c]),
            '<' if !in_code => escaped.push_str("&lt;"),
            c if is_unsafe(c) => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}
