//! A picture that needs nothing else: SVG, alone and on an HTML page.

use std::fmt::Write as _;
use std::io;

use unicode_width::UnicodeWidthChar;

use super::drawing::{Drawing, Edge, EdgeKind, Item};
use super::layout::{LINE, Laid, PADDING, Rectangle, Way, columns, lay_out, shown_label};

/// A drawing could not be laid out, or written.
#[derive(Debug, thiserror::Error)]
pub enum LayoutFailed {
    /// The layout gave no place to something.
    #[error("this estate cannot be laid out; `--format dot` leaves the layout to Graphviz")]
    NoPlace,
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// How high the row of explanations is.
const LEGEND: f64 = 34.0;
/// How wide the row of explanations is.
const LEGEND_WIDTH: f64 = 860.0;

const STYLE: &str = "\
svg.isolint{background:#fff;font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:11px;fill:#1f2328}
.isolint rect{fill:#fff;stroke:#5b6770}
.isolint .box>rect{fill:#f6f8fa;stroke:#8c959f}
.isolint .inner>rect{fill:#fcfdfe;stroke:#b6bec7}
.isolint .unit>rect{fill:none;stroke:#b6bec7}
.isolint .endpoint>rect{fill:#eef4fb;stroke:#3b6ea5}
.isolint .unknown>rect{stroke:#8a6d00;stroke-dasharray:2 3}
.isolint .note{fill:#57606a}
.isolint .title{font-size:14px;font-weight:bold}
.isolint path.way{fill:none;stroke-width:1.4}
.isolint .open path.way{stroke:#1a7f37}
.isolint .blocked path.way{stroke:#b3261e;stroke-dasharray:7 5}
.isolint .undetermined path.way{stroke:#8a6d00;stroke-dasharray:2 4}
.isolint .leads path.way{stroke:#8c959f}
.isolint .open text,.isolint .open .tip{fill:#1a7f37}
.isolint .blocked text,.isolint .blocked .tip{fill:#b3261e}
.isolint .undetermined text,.isolint .undetermined .tip{fill:#8a6d00}
.isolint .leads .tip{fill:#8c959f}
.isolint .edge text{font-size:10px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:3px}
.isolint .marked>rect{stroke:#b3261e;stroke-width:3px}
.isolint .marked path.way{stroke-width:4px}
";

/// Writes a drawing as SVG.
///
/// # Errors
///
/// When it cannot be laid out, or `out` cannot be written to.
pub fn write_svg(out: &mut impl io::Write, drawing: &Drawing) -> Result<(), LayoutFailed> {
    out.write_all(svg(drawing)?.as_bytes())?;
    Ok(())
}

/// Writes a page with the picture, and below it a table of its connections.
///
/// # Errors
///
/// When it cannot be laid out, or `out` cannot be written to.
pub fn write_html(out: &mut impl io::Write, drawing: &Drawing) -> Result<(), LayoutFailed> {
    let title = drawing.title.as_deref().map_or_else(|| "The estate and its connections".to_owned(), escaped);
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<title>{title}</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n<body>\n<div class=\"picture\">\n"
    );
    page.push_str(&svg(drawing)?);
    page.push_str("</div>\n<table>\n<thead><tr><th>from</th><th>to</th><th>answer</th><th>connection</th></tr></thead>\n<tbody>\n");
    let address = |index: usize| escaped(drawing.items.get(index).map_or("", |item| item.address.as_str()));
    for edge in drawing.edges.iter().filter(|edge| edge.kind != EdgeKind::Leads) {
        let class = edge.kind.as_str();
        let (from, to, detail) = (address(edge.from), address(edge.to), escaped(&edge.detail));
        let _ =
            writeln!(page, "<tr class=\"{class}\"><td>{from}</td><td>{to}</td><td>{class}</td><td>{detail}</td></tr>");
    }
    page.push_str("</tbody>\n</table>\n</body>\n</html>\n");
    out.write_all(page.as_bytes())?;
    Ok(())
}

const PAGE_STYLE: &str = "\
body{font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:13px;color:#1f2328;margin:1rem}
.picture{overflow:auto;border:1px solid #d0d7de;max-height:85vh}
table{border-collapse:collapse;margin-top:1rem}
td,th{border:1px solid #d0d7de;padding:.25rem .5rem;text-align:left;vertical-align:top}
tr.blocked td:nth-child(3){color:#b3261e}
tr.open td:nth-child(3){color:#1a7f37}
tr.undetermined td:nth-child(3){color:#8a6d00}
";

fn svg(drawing: &Drawing) -> Result<String, LayoutFailed> {
    let laid = lay_out(drawing).ok_or(LayoutFailed::NoPlace)?;
    let head = if drawing.title.is_some() { 28.0 } else { 0.0 };
    let (width, height) = (laid.width.max(LEGEND_WIDTH), laid.height + head + LEGEND);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"isolint\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n<style>\n{STYLE}</style>\n"
    );
    if let Some(title) = &drawing.title {
        let shown = shortened(title, columns(width - 48.0) * 3 / 4);
        let _ = writeln!(
            text,
            "<text class=\"title\" x=\"24\" y=\"24\">{}<title>{}</title></text>",
            escaped(&shown),
            escaped(title)
        );
    }
    let _ = writeln!(text, "<g transform=\"translate(0 {head:.0})\">");
    let items = || drawing.items.iter().zip(&laid.items).enumerate();
    for (_, (item, place)) in items().filter(|(index, _)| drawing.holds_something(*index)) {
        write_box(&mut text, item, *place);
    }
    write_edges(&mut text, drawing, &laid);
    for (_, (item, place)) in items().filter(|(index, _)| !drawing.holds_something(*index)) {
        write_item(&mut text, item, *place);
    }
    text.push_str("</g>\n");
    write_legend(&mut text, height - LEGEND / 2.0);
    text.push_str("</svg>\n");
    Ok(text)
}

fn open_group(text: &mut String, item: &Item, place: Rectangle) {
    let mark = if item.marked { " marked" } else { "" };
    let Rectangle { x, y, width, height } = place;
    let _ = writeln!(text, "<g class=\"{}{mark}\"><title>{}</title>", item.shape.as_str(), escaped(&item.address));
    let _ = writeln!(text, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\"/>");
}

/// A box has its name at the top, as much of it as there is room for.
fn write_box(text: &mut String, item: &Item, place: Rectangle) {
    open_group(text, item, place);
    let room = columns(place.width - PADDING);
    write_lines(text, item, (place.x + PADDING / 2.0, place.y + LINE - 2.0), room);
    text.push_str("</g>\n");
}

fn write_item(text: &mut String, item: &Item, place: Rectangle) {
    open_group(text, item, place);
    write_lines(text, item, (place.x + PADDING, place.y + PADDING / 2.0 + LINE - 4.0), usize::MAX);
    text.push_str("</g>\n");
}

fn write_lines(text: &mut String, item: &Item, (x, mut y): (f64, f64), room: usize) {
    let notes = item.notes.iter().map(|note| (note, " class=\"note\""));
    for (line, class) in [(&item.address, "")].into_iter().chain(notes) {
        let _ = writeln!(text, "<text{class} x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(&shortened(line, room)));
        y += LINE;
    }
}

/// The ways first, so that no way runs over a label.
fn write_edges(text: &mut String, drawing: &Drawing, laid: &Laid) {
    for (edge, way) in drawing.edges.iter().zip(&laid.edges) {
        open_edge(text, edge);
        let _ = writeln!(text, "<path class=\"way\" d=\"{}\"/>", path(&way.points));
        if edge.kind != EdgeKind::Leads {
            write_tip(text, way);
        }
        text.push_str("</g>\n");
    }
    for (edge, way) in drawing.edges.iter().zip(&laid.edges).filter(|(edge, _)| !edge.label.is_empty()) {
        open_edge(text, edge);
        let (x, mut y) = way.label;
        let lines = shown_label(drawing, edge);
        y += if lines.len() == 1 { 4.0 } else { -2.0 };
        for line in lines {
            let _ = writeln!(text, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(line));
            y += LINE - 3.0;
        }
        text.push_str("</g>\n");
    }
}

fn open_edge(text: &mut String, edge: &Edge) {
    let mark = if edge.marked { " marked" } else { "" };
    let _ = writeln!(text, "<g class=\"edge {}{mark}\"><title>{}</title>", edge.kind.as_str(), escaped(&edge.detail));
}

/// Straight pieces with rounded corners: curves through the middle of each piece.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let Some(((x, y), rest)) = points.split_first() else { return path };
    let _ = write!(path, "M{x:.1} {y:.1}");
    for pair in rest.windows(2) {
        let [(x, y), (next_x, next_y)] = pair else { continue };
        let _ = write!(path, "Q{x:.1} {y:.1} {:.1} {:.1}", f64::midpoint(*x, *next_x), f64::midpoint(*y, *next_y));
    }
    if let Some((x, y)) = rest.last() {
        let _ = write!(path, "L{x:.1} {y:.1}");
    }
    path
}

/// The tip of the arrow, in the direction of the last piece.
fn write_tip(text: &mut String, way: &Way) {
    let [.., (from_x, from_y), (x, y)] = way.points.as_slice() else { return };
    let (dx, dy) = (x - from_x, y - from_y);
    let length = dx.hypot(dy);
    if length < f64::EPSILON {
        return;
    }
    let (dx, dy) = (dx / length, dy / length);
    let corner = |side: f64| (x - 8.0 * dx - side * 3.5 * dy, y - 8.0 * dy + side * 3.5 * dx);
    let ((ax, ay), (bx, by)) = (corner(1.0), corner(-1.0));
    let _ = writeln!(text, "<path class=\"tip\" d=\"M{x:.1} {y:.1}L{ax:.1} {ay:.1}L{bx:.1} {by:.1}Z\"/>");
}

fn write_legend(text: &mut String, y: f64) {
    let kinds = [
        (EdgeKind::Open, "open, with its path class"),
        (EdgeKind::Blocked, "blocked, with what is missing"),
        (EdgeKind::Undetermined, "cannot be told"),
        (EdgeKind::Leads, "private endpoint"),
    ];
    let mut x = 24.0;
    for (kind, words) in kinds {
        let _ = writeln!(text, "<g class=\"{}\"><path class=\"way\" d=\"M{x:.0} {y:.0}h28\"/></g>", kind.as_str());
        let _ = writeln!(text, "<text class=\"note\" x=\"{:.0}\" y=\"{:.0}\">{words}</text>", x + 34.0, y + 4.0);
        x += 220.0;
    }
}

/// As much of a text as fits into some columns.
fn shortened(text: &str, room: usize) -> String {
    let width = |c: char| c.width().unwrap_or(1);
    if text.chars().map(width).sum::<usize>() <= room {
        return text.to_owned();
    }
    let mut used = 1;
    let mut short: String = text
        .chars()
        .take_while(|c| {
            used += width(*c);
            used <= room
        })
        .collect();
    short.push('…');
    short
}

/// A text within XML or HTML, also within quotes. What XML does not admit at all is replaced.
fn escaped(text: &str) -> String {
    let mut result = String::new();
    for c in text.chars() {
        match c {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            '\n' | '\r' | '\t' => result.push(' '),
            '\u{fffe}' | '\u{ffff}' => result.push('\u{fffd}'),
            c if c.is_control() => result.push('\u{fffd}'),
            c => result.push(c),
        }
    }
    result
}
