//! A picture that needs nothing else.

use std::fmt::Write as _;
use std::io;

use super::drawing::{Drawing, Edge, EdgeKind, Item};
use super::layout::{
    LABEL_LINE, LINE, Laid, PADDING, Rectangle, Way, columns, item_lines, label_lines, lay_out, shortened,
};
use super::nest::Nest;

/// A drawing could not be laid out, or written.
#[derive(Debug, thiserror::Error)]
pub enum LayoutFailed {
    /// It would take too long.
    #[error(
        "{0} connections are too many to be laid out; `--focus` shows a part, `--format dot` leaves the layout to Graphviz"
    )]
    TooMany(usize),
    /// The layout gave no place to something.
    #[error("this estate cannot be laid out; `--format dot` leaves the layout to Graphviz")]
    NoPlace,
    /// The output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// With more connections than this the layout takes too long for somebody who waits.
const MOST: usize = 1_000;
/// How high a row of explanations is.
const LEGEND: f64 = 34.0;
/// How wide an explanation is.
const EXPLANATION: f64 = 210.0;
/// Room beside what is written above and below the picture.
const MARGIN: f64 = 24.0;

const STYLE: &str = "\
svg.isolint{background:#fff;font-family:Helvetica,Arial,'DejaVu Sans',sans-serif;font-size:11px;fill:#1f2328}
.isolint .paper{fill:#fff;stroke:none}
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
.isolint .edge text{font-size:10px;text-anchor:middle;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}
.isolint .marked>rect{stroke:#b3261e;stroke-width:3px}
.isolint .marked path.way{stroke-width:4px}
.isolint .blocked.marked path.way{stroke-dasharray:14 8}
.isolint .undetermined.marked path.way{stroke-dasharray:4 7}
@media (prefers-color-scheme:dark){
svg.isolint{background:#0d1117;fill:#e6edf3}
.isolint .paper{fill:#0d1117}
.isolint rect{fill:#161b22;stroke:#8b949e}
.isolint .box>rect{fill:#11161d;stroke:#6e7681}
.isolint .inner>rect{fill:#151b23;stroke:#484f58}
.isolint .unit>rect{fill:none;stroke:#484f58}
.isolint .endpoint>rect{fill:#10243e;stroke:#6cb0ff}
.isolint .unknown>rect{stroke:#d9b44a}
.isolint .note{fill:#9198a1}
.isolint .open path.way{stroke:#3fb950}
.isolint .blocked path.way{stroke:#ff7b72}
.isolint .undetermined path.way{stroke:#d9b44a}
.isolint .leads path.way{stroke:#6e7681}
.isolint .open text,.isolint .open .tip{fill:#3fb950}
.isolint .blocked text,.isolint .blocked .tip{fill:#ff7b72}
.isolint .undetermined text,.isolint .undetermined .tip{fill:#d9b44a}
.isolint .edge text{stroke:#0d1117}
.isolint .marked>rect{stroke:#ff7b72}
}
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

pub(super) fn svg(drawing: &Drawing) -> Result<String, LayoutFailed> {
    let count = drawing.edges.len();
    if count > MOST {
        return Err(LayoutFailed::TooMany(count));
    }
    let laid = lay_out(drawing).ok_or(LayoutFailed::NoPlace)?;
    let nest = Nest::of(drawing);
    let lines = [&drawing.title, &drawing.left_out].into_iter().flatten().count();
    let head = if lines == 0 { 0.0 } else { 10.0 + 18.0 * f64::from(u32::try_from(lines).unwrap_or(2)) };
    let kinds = kinds(drawing);
    let legend_width = 2.0 * MARGIN + EXPLANATION * f64::from(u32::try_from(kinds.len()).unwrap_or(4));
    let legend = if kinds.is_empty() { 0.0 } else { LEGEND };
    let width = laid.width.max(legend_width).max(if lines == 0 { 0.0 } else { 480.0 });
    let height = laid.height + head + legend;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"isolint\" role=\"img\" aria-labelledby=\"picture-title picture-text\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n"
    );
    let _ = writeln!(text, "<title id=\"picture-title\">{}</title>", escaped(drawing.title()));
    let _ = writeln!(text, "<desc id=\"picture-text\">{}</desc>", escaped(&drawing.in_words()));
    let _ =
        write!(text, "<style>\n{STYLE}</style>\n<rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n");
    write_head(&mut text, drawing, width);
    let _ = writeln!(text, "<g transform=\"translate(0 {head:.0})\">");
    let items = || drawing.items.iter().zip(&laid.items).enumerate();
    for (index, (item, place)) in items().filter(|(index, _)| nest.holds_something(*index)) {
        write_item(&mut text, (index, item), *place, true);
    }
    write_edges(&mut text, drawing, &laid);
    for (index, (item, place)) in items().filter(|(index, _)| !nest.holds_something(*index)) {
        write_item(&mut text, (index, item), *place, false);
    }
    text.push_str("</g>\n");
    write_legend(&mut text, &kinds, height - LEGEND / 2.0);
    text.push_str("</svg>\n");
    Ok(text)
}

/// What the picture shows and what it leaves out.
fn write_head(text: &mut String, drawing: &Drawing, width: f64) {
    let mut y = MARGIN;
    for (line, class, share) in [(&drawing.title, "title", 0.75), (&drawing.left_out, "note", 1.0)] {
        let Some(line) = line else { continue };
        let shown = shortened(line, columns((width - 2.0 * MARGIN) * share));
        let (shown, line) = (escaped(&shown), escaped(line));
        let _ = writeln!(text, "<text class=\"{class}\" x=\"24\" y=\"{y:.0}\">{shown}<title>{line}</title></text>");
        y += 18.0;
    }
}

/// An item or a box, with its name at the top.
fn write_item(text: &mut String, (index, item): (usize, &Item), place: Rectangle, is_box: bool) {
    let mark = if item.marked { " marked" } else { "" };
    let Rectangle { x, y, width, height } = place;
    let (class, name) = (item.shape.as_str(), escaped(&item.in_words()));
    let _ = writeln!(text, "<g id=\"n{index}\" class=\"{class}{mark}\"><title>{name}</title>");
    let _ = writeln!(text, "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"4\"/>");
    let left = x + if is_box { PADDING / 2.0 + 2.0 } else { PADDING };
    let lines: Vec<String> = item_lines(item).collect();
    let text_height = LINE * f64::from(u32::try_from(lines.len()).unwrap_or(1));
    let mut line_y = y + if is_box { LINE - 1.0 } else { (height - text_height) / 2.0 + LINE - 4.0 };
    for (number, line) in lines.iter().enumerate() {
        let class = if number == 0 { "" } else { " class=\"note\"" };
        let _ = writeln!(text, "<text{class} x=\"{left:.1}\" y=\"{line_y:.1}\">{}</text>", escaped(line));
        line_y += LINE;
    }
    text.push_str("</g>\n");
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
        let lines = label_lines(edge);
        y += if lines.len() == 1 { 3.5 } else { -4.0 };
        for line in lines {
            let _ = writeln!(text, "<text x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(&line));
            y += LABEL_LINE + 3.0;
        }
        text.push_str("</g>\n");
    }
}

fn open_edge(text: &mut String, edge: &Edge) {
    let mark = if edge.marked { " marked" } else { "" };
    let _ = writeln!(text, "<g class=\"edge {}{mark}\"><title>{}</title>", edge.kind.as_str(), escaped(&edge.detail));
}

/// A line through points: level at each of them where it goes on in one direction, with round corners where it turns.
fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let Some((first, rest)) = points.split_first() else { return path };
    let _ = write!(path, "M{:.1} {:.1}", first.0, first.1);
    let goes_right = points.windows(2).all(|pair| matches!(pair, [a, b] if a.0 <= b.0));
    let goes_left = points.windows(2).all(|pair| matches!(pair, [a, b] if a.0 >= b.0));
    if goes_right || goes_left {
        let mut before = *first;
        for (x, y) in rest.iter().copied() {
            if (y - before.1).abs() < 0.05 {
                let _ = write!(path, "H{x:.1}");
            } else {
                let middle = f64::midpoint(before.0, x);
                let _ = write!(path, "C{middle:.1} {:.1} {middle:.1} {y:.1} {x:.1} {y:.1}", before.1);
            }
            before = (x, y);
        }
        return path;
    }
    for pair in rest.windows(2) {
        let [(x, y), (next_x, next_y)] = pair else { continue };
        let _ = write!(path, "Q{x:.1} {y:.1} {:.1} {:.1}", f64::midpoint(*x, *next_x), f64::midpoint(*y, *next_y));
    }
    if let Some((x, y)) = rest.last() {
        let _ = write!(path, "L{x:.1} {y:.1}");
    }
    path
}

/// The tip of the arrow; every way ends level.
fn write_tip(text: &mut String, way: &Way) {
    let [.., (before, _), (x, y)] = way.points.as_slice() else { return };
    let back = if before <= x { x - 8.0 } else { x + 8.0 };
    let (above, below) = (y - 3.5, y + 3.5);
    let _ = writeln!(text, "<path class=\"tip\" d=\"M{x:.1} {y:.1}L{back:.1} {above:.1}L{back:.1} {below:.1}Z\"/>");
}

/// The sorts of lines that occur.
fn kinds(drawing: &Drawing) -> Vec<(EdgeKind, &'static str)> {
    let kinds = [
        (EdgeKind::Open, "open, with its path class"),
        (EdgeKind::Blocked, "blocked, with what is missing"),
        (EdgeKind::Undetermined, "cannot be told"),
        (EdgeKind::Leads, "private endpoint"),
    ];
    let occurs = |kind: EdgeKind| drawing.edges.iter().any(|edge| edge.kind == kind);
    kinds.into_iter().filter(|(kind, _)| occurs(*kind)).collect()
}

fn write_legend(text: &mut String, kinds: &[(EdgeKind, &str)], y: f64) {
    let mut x = MARGIN;
    for (kind, words) in kinds {
        let class = kind.as_str();
        let _ = writeln!(text, "<g class=\"{class}\"><path class=\"way\" d=\"M{x:.0} {y:.0}h28\"/></g>");
        let _ = writeln!(text, "<text class=\"note\" x=\"{:.0}\" y=\"{:.0}\">{words}</text>", x + 34.0, y + 4.0);
        x += EXPLANATION;
    }
}

/// A text within XML or HTML, also within quotes. What XML does not admit at all is replaced.
pub(super) fn escaped(text: &str) -> String {
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
