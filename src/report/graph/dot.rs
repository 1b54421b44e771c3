//! DOT, the language of Graphviz.

use std::fmt::Write as _;
use std::io;

use super::drawing::{Drawing, EdgeKind, Item, Shape};
use super::nest::Nest;

const HEAD: &str = "\
digraph isolint {
  graph [rankdir=LR, fontname=\"Helvetica\", fontsize=11, labeljust=l, charset=\"UTF-8\"]
  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", color=\"#5b6770\", fontname=\"Helvetica\", fontsize=11]
  edge [fontname=\"Helvetica\", fontsize=9]
";

/// Writes a drawing for Graphviz.
///
/// # Errors
///
/// When `out` cannot be written to.
pub fn write_dot(out: &mut impl io::Write, drawing: &Drawing) -> io::Result<()> {
    let mut text = HEAD.to_owned();
    let head: Vec<&String> = drawing.title.iter().chain(&drawing.left_out).collect();
    if !head.is_empty() {
        let _ = writeln!(text, "  label={}\n  labelloc=t", quoted(head));
    }
    let nest = Nest::of(drawing);
    for index in &nest.outer {
        write_item(&mut text, (drawing, &nest), *index, 1);
    }
    for edge in &drawing.edges {
        let style = match edge.kind {
            EdgeKind::Open => "color=\"#1a7f37\", fontcolor=\"#1a7f37\"",
            EdgeKind::Blocked => "style=dashed, color=\"#b3261e\", fontcolor=\"#b3261e\"",
            EdgeKind::Undetermined => "style=dotted, color=\"#8a6d00\", fontcolor=\"#8a6d00\"",
            EdgeKind::Leads => "color=\"#8c959f\", arrowhead=none",
        };
        let width = if edge.marked { ", penwidth=4" } else { "" };
        let (label, tip) = (quoted(&edge.label), quoted([&edge.detail]));
        let (from, to) = (edge.from, edge.to);
        let _ = writeln!(text, "  n{from} -> n{to} [label={label}, tooltip={tip}, {style}{width}]");
    }
    text.push_str("}\n");
    out.write_all(text.as_bytes())
}

fn write_item(text: &mut String, (drawing, nest): (&Drawing, &Nest), index: usize, depth: usize) {
    let Some(item) = drawing.items.get(index) else { return };
    let indent = "  ".repeat(depth);
    let style = style(item);
    let lines = [&item.address].into_iter().chain(&item.notes);
    if nest.holds_something(index) {
        // The name of a box is on its left, each line of it.
        let label = if item.notes.is_empty() { quoted(lines) } else { broken(lines, "\\l", "\\l") };
        let _ = writeln!(text, "{indent}subgraph cluster_{index} {{");
        let _ = writeln!(text, "{indent}  graph [label={label}{style}]");
        for inner in nest.inside(index) {
            write_item(text, (drawing, nest), *inner, depth + 1);
        }
        let _ = writeln!(text, "{indent}}}");
    } else {
        let label = quoted(lines);
        let _ = writeln!(text, "{indent}n{index} [label={label}{style}]");
    }
}

fn style(item: &Item) -> String {
    let fill = match item.shape {
        Shape::Unit | Shape::Resource => "",
        Shape::Box => ", style=\"filled\", fillcolor=\"#f6f8fa\", color=\"#8c959f\"",
        Shape::Inner => ", style=\"filled\", fillcolor=\"#fcfdfe\", color=\"#b6bec7\"",
        Shape::Endpoint => ", fillcolor=\"#eef4fb\", color=\"#3b6ea5\"",
        Shape::Unknown => ", style=\"rounded,dotted\", color=\"#8a6d00\"",
    };
    // Of two colours the last one holds.
    let mark = if item.marked { ", color=\"#b3261e\", penwidth=3" } else { "" };
    format!("{fill}{mark}")
}

/// Lines as one text in quotes.
fn quoted(lines: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    broken(lines, "\\n", "")
}

/// Lines as one text in quotes, with what breaks them and what ends the last.
fn broken(lines: impl IntoIterator<Item = impl AsRef<str>>, between: &str, end: &str) -> String {
    let escape = |line: &str| -> String {
        let mut escaped = String::new();
        for c in line.chars() {
            match c {
                '"' | '\\' => escaped.extend(['\\', c]),
                // Graphviz reads entities of HTML in every label.
                '&' => escaped.push_str("&amp;"),
                c if c.is_control() => escaped.push(' '),
                c => escaped.push(c),
            }
        }
        escaped
    };
    let lines: Vec<String> = lines.into_iter().map(|line| escape(line.as_ref())).collect();
    format!("\"{}{end}\"", lines.join(between))
}
