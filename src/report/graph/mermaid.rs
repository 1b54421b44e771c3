//! Mermaid, which GitHub, GitLab and others draw in Markdown pages.

use std::fmt::Write as _;
use std::io;

use super::drawing::{Drawing, EdgeKind, Item, Shape};
use super::nest::Nest;

/// As many edges Mermaid draws unless it is told otherwise.
pub const MERMAID_EDGES: usize = 500;

const CLASSES: &str = "\
  classDef resource fill:#ffffff,stroke:#5b6770,color:#1f2328
  classDef endpoint fill:#eef4fb,stroke:#3b6ea5,color:#1f2328
  classDef unknown fill:#ffffff,stroke:#8a6d00,color:#1f2328,stroke-dasharray:2 3
  classDef box fill:#f6f8fa,stroke:#8c959f,color:#1f2328
  classDef inner fill:#fcfdfe,stroke:#b6bec7,color:#1f2328
  classDef unit fill:#ffffff,stroke:#b6bec7,color:#1f2328
  classDef marked stroke:#b3261e,stroke-width:3px
";

/// Writes a drawing as a Mermaid flowchart.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_mermaid(out: &mut impl io::Write, drawing: &Drawing) -> io::Result<()> {
    let mut text = String::new();
    let head: Vec<&str> = drawing.title.iter().chain(&drawing.left_out).map(String::as_str).collect();
    if !head.is_empty() {
        // The only text that is not in quotes: JSON is also YAML.
        let title = serde_json::to_string(&head.join(": ").replace(char::is_control, " ")).unwrap_or_default();
        let _ = write!(text, "---\ntitle: {title}\n---\n");
    }
    text.push_str("flowchart LR\n");
    let nest = Nest::of(drawing);
    for index in &nest.outer {
        write_item(&mut text, (drawing, &nest), *index, 1);
    }
    for edge in &drawing.edges {
        let arrow = match edge.kind {
            EdgeKind::Open | EdgeKind::Blocked => "-->",
            EdgeKind::Undetermined => "-.->",
            EdgeKind::Leads => "---",
        };
        let label = if edge.label.is_empty() { String::new() } else { format!("|\"{}\"|", lines(&edge.label)) };
        let _ = writeln!(text, "  n{} {arrow}{label} n{}", edge.from, edge.to);
    }
    text.push_str(CLASSES);
    for shape in [Shape::Unit, Shape::Box, Shape::Inner, Shape::Resource, Shape::Endpoint, Shape::Unknown] {
        write_class(&mut text, drawing, shape.as_str(), &|item| item.shape == shape);
    }
    write_class(&mut text, drawing, "marked", &|item| item.marked);
    write_styles(&mut text, drawing);
    out.write_all(text.as_bytes())
}

fn write_item(text: &mut String, (drawing, nest): (&Drawing, &Nest), index: usize, depth: usize) {
    let Some(item) = drawing.items.get(index) else { return };
    let indent = "  ".repeat(depth);
    let texts = || [&item.address].into_iter().chain(&item.notes);
    if nest.holds_something(index) {
        // Mermaid keeps room for one line above what is in a box.
        let label = escaped(&texts().map(String::as_str).collect::<Vec<&str>>().join(", "));
        let _ = writeln!(text, "{indent}subgraph n{index}[\"{label}\"]");
        for inner in nest.inside(index) {
            write_item(text, (drawing, nest), *inner, depth + 1);
        }
        let _ = writeln!(text, "{indent}end");
    } else {
        let _ = writeln!(text, "{indent}n{index}[\"{}\"]", lines(texts()));
    }
}

fn write_class(text: &mut String, drawing: &Drawing, class: &str, is_meant: &dyn Fn(&Item) -> bool) {
    let items = drawing.items.iter().enumerate().filter(|(_, item)| is_meant(item));
    let names: Vec<String> = items.map(|(index, _)| format!("n{index}")).collect();
    if !names.is_empty() {
        let _ = writeln!(text, "  class {} {class}", names.join(","));
    }
}

fn write_styles(text: &mut String, drawing: &Drawing) {
    let styles = [
        (EdgeKind::Open, "stroke:#1a7f37"),
        (EdgeKind::Blocked, "stroke:#b3261e,stroke-dasharray:7 5"),
        (EdgeKind::Undetermined, "stroke:#8a6d00,stroke-dasharray:2 4"),
        (EdgeKind::Leads, "stroke:#8c959f"),
    ];
    for marked in [false, true] {
        for (kind, style) in styles {
            let edges = drawing.edges.iter().enumerate();
            let meant = edges.filter(|(_, edge)| edge.kind == kind && edge.marked == marked);
            let numbers: Vec<String> = meant.map(|(index, _)| index.to_string()).collect();
            let width = if marked { ",stroke-width:5px" } else { "" };
            if !numbers.is_empty() {
                let _ = writeln!(text, "  linkStyle {} {style}{width}", numbers.join(","));
            }
        }
    }
}

/// Lines of a label in quotes.
fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    let lines: Vec<String> = lines.into_iter().map(|line| escaped(line.as_ref())).collect();
    lines.join("<br>")
}

/// A text within quotes. Everything that Mermaid, Markdown or HTML may read as something else is written as its number.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in text.chars() {
        match c {
            c if c.is_control() => result.push(' '),
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '*' | '[' | ']' | '{' | '}' | '|' | '$' | '~' => {
                let _ = write!(result, "#{};", u32::from(c));
            }
            c => result.push(c),
        }
    }
    result
}
