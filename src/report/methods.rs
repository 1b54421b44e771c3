//! The access methods of a flow, with what each of them misses.

use super::excerpt::indent;
use super::locate::Locator;
use super::style::{Pen, Piece, Style, count, piece};
use crate::analysis::{FlowResult, MethodResult, Outcome, RequirementResult};

/// The widest that names are padded to, so that what follows them lines up.
const NAME: usize = 26;

/// Writes, beneath the excerpt of a blocked flow, what each access method misses.
pub(super) fn write_missing(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    at: usize,
    flow: Option<&FlowResult>,
    methods: &[MethodResult],
) {
    indent(out, at);
    pen.put(out, Style::Frame, "=");
    out.push(' ');
    pen.put(out, Style::Strong, "access methods");
    let hang = at + 4;
    let title = flow.map_or_else(String::new, |flow| format!(" of {}", describe(pen, flow)));
    let title = format!("{title}, the nearest first:");
    // The first word continues "access methods".
    let glued = if flow.is_some() { " " } else { "" };
    out.push_str(glued);
    let column = at + 2 + "access methods".len() + glued.len();
    pen.prose(out, column, hang, &[piece(Style::Plain, title.trim_start())]);
    for method in methods {
        write_method_head(out, pen, hang, method, false);
        write_requirements(out, pen, locator, hang + 2, method);
    }
}

/// `output `cold` (job/telemetry → storage/raw)`
pub(super) fn describe(pen: Pen, flow: &FlowResult) -> String {
    let arrow = pen.glyphs().arrow;
    format!("{} ({} {arrow} {})", flow.name, flow.origin, flow.target)
}

/// The name of a method with its title and how private it would be.
pub(super) fn write_method_head(out: &mut String, pen: Pen, at: usize, method: &MethodResult, with_sign: bool) {
    indent(out, at);
    let mut column = at;
    if with_sign {
        write_sign(out, pen, method.outcome);
        column += 2;
    }
    let dash = pen.glyphs().dash;
    let mut pieces = vec![
        piece(Style::Strong, method.name.as_str()),
        piece(Style::Plain, format!(" {dash} {} ", method.title)),
        piece(Style::Faint, format!("({})", method.path_class)),
    ];
    if let Some(candidate) = &method.candidate {
        pieces.push(piece(Style::Plain, format!(", tried with {candidate}")));
    }
    pen.prose(out, column, at + 4, &pieces);
}

/// `✓ `, `✗ ` or `? `
pub(super) fn write_sign(out: &mut String, pen: Pen, outcome: Outcome) {
    let glyphs = pen.glyphs();
    let (style, sign) = match outcome {
        Outcome::Met => (Style::Good, glyphs.met),
        Outcome::Missing => (Style::Error, glyphs.missing),
        Outcome::Unknown => (Style::Warning, glyphs.unknown),
    };
    pen.put(out, style, sign);
    out.push(' ');
}

/// What is missing and unknown, in the order of the method, and how much is met.
fn write_requirements(out: &mut String, pen: Pen, locator: &Locator<'_>, at: usize, method: &MethodResult) {
    let open = || method.requirements.iter().filter(|one| one.outcome != Outcome::Met);
    let names = open().map(|requirement| requirement.name.chars().count());
    let name = names.max().unwrap_or(0).min(NAME);
    for requirement in open() {
        write_requirement(out, pen, locator, at, name, requirement);
    }
    let met = method.requirements.len() - open().count();
    if met > 0 {
        indent(out, at);
        write_sign(out, pen, Outcome::Met);
        let met = format!("{} met", count(met, "requirement"));
        pen.prose(out, at + 2, at + 2, &[piece(Style::Faint, met)]);
    }
}

/// A requirement with what is wrong with it and where.
fn write_requirement(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    at: usize,
    name: usize,
    requirement: &RequirementResult,
) {
    indent(out, at);
    write_sign(out, pen, requirement.outcome);
    let own = requirement.name.chars().count();
    let mut pieces: Vec<Piece<'_>> = vec![piece(Style::Plain, format!("{} ", requirement.text))];
    if let Some(label) = requirement.places.first() {
        pieces.push(piece(Style::Faint, format!("({})", locator.text(label.place))));
    }
    pen.put(out, Style::Strong, &pen.clean(&requirement.name));
    // On a narrow terminal there is no room for a second column.
    let aligned = at + 2 + name + 2;
    if own <= name && aligned + 40 <= pen.width {
        indent(out, name + 2 - own);
        pen.prose(out, aligned, aligned, &pieces);
    } else {
        out.push_str(": ");
        pen.prose(out, at + 2 + own + 2, at + 4, &pieces);
    }
}
