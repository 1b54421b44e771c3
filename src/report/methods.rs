//! The access methods of a flow, with what each of them misses.

use super::excerpt::indent;
use super::locate::Locator;
use super::repairs::write_requirement_fix;
use super::style::{Pen, Piece, Style, piece};
use crate::analysis::{FlowResult, MethodResult, Outcome, RequirementResult};
use crate::source::Place;

/// At most this many methods are told in full.
const NEAREST: usize = 3;

/// A blocked flow, as it is told beneath its excerpt.
pub(super) struct Blocked<'a> {
    pub(super) flow: Option<&'a FlowResult>,
    /// The nearest first.
    pub(super) methods: &'a [MethodResult],
    /// The places that the excerpt shows.
    pub(super) shown: Vec<Place>,
    /// What tells all of them.
    pub(super) command: Option<String>,
}

/// Writes what the nearest access methods miss and how to provide it; the others by name.
pub(super) fn write_blocked(out: &mut String, pen: Pen, locator: &Locator<'_>, at: usize, blocked: &Blocked<'_>) {
    let (nearest, others) = blocked.methods.split_at(nearest(blocked.methods));
    let title = if others.is_empty() { "access methods" } else { "nearest access methods" };
    let of = blocked.flow.map_or_else(String::new, |flow| format!(" of {}", describe(pen, flow)));
    indent(out, at);
    pen.put(out, Style::Frame, "=");
    out.push(' ');
    let hang = at + 4;
    pen.prose(out, at + 2, hang, &[piece(Style::Strong, title), piece(Style::Plain, format!("{of}:"))]);
    for method in nearest {
        write_method_head(out, pen, hang, method, Head::Blocked);
        for requirement in method.requirements.iter().filter(|one| one.outcome != Outcome::Met) {
            write_requirement(out, pen, locator, hang + 2, requirement, &blocked.shown);
        }
    }
    if others.is_empty() {
        return;
    }
    let names: Vec<String> =
        others.iter().map(|method| format!("{} ({})", method.name, lack(method).join(", "))).collect();
    indent(out, hang);
    pen.prose(out, hang, hang + 4, &[piece(Style::Plain, format!("further away: {}", names.join(", ")))]);
    if let Some(command) = &blocked.command {
        indent(out, hang);
        let pieces = [piece(Style::Plain, "all in full: "), piece(Style::Strong, format!("`{command}`"))];
        pen.prose(out, hang, hang + 4, &pieces);
    }
}

/// How many of the first methods are equally near.
fn nearest(methods: &[MethodResult]) -> usize {
    // What was not judged further is further away than the one requirement that it shows.
    let missing = |method: &MethodResult| number(method, Outcome::Missing) + usize::from(method.stopped);
    let distance = |method: &MethodResult| (missing(method), number(method, Outcome::Unknown));
    let first = methods.first().map(distance);
    // Opening a resource to everybody is no way to recommend beside another.
    let is_near = |method: &&MethodResult| Some(distance(method)) == first && method.path_class != "public";
    methods.iter().take(NEAREST).take_while(is_near).count().max(1).min(methods.len())
}

fn number(method: &MethodResult, outcome: Outcome) -> usize {
    method.requirements.iter().filter(|one| one.outcome == outcome).count()
}

/// `2 missing`, `1 unknown`
fn lack(method: &MethodResult) -> Vec<String> {
    let numbers = [(Outcome::Missing, "missing"), (Outcome::Unknown, "unknown")];
    let numbers = numbers.map(|(outcome, word)| (number(method, outcome), word));
    numbers.into_iter().filter(|(number, _)| *number > 0).map(|(number, word)| format!("{number} {word}")).collect()
}

/// `output `cold` (job/telemetry → storage/raw)`
pub(super) fn describe(pen: Pen, flow: &FlowResult) -> String {
    let arrow = pen.glyphs().arrow;
    format!("{} ({} {arrow} {})", flow.name, flow.origin, flow.target)
}

/// What the head of a method says beside its name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// How much of it is there; what is not follows.
    Blocked,
    /// Whether it holds; all that it requires follows.
    Full,
}

/// The name of a method with its title and how private it would be.
pub(super) fn write_method_head(out: &mut String, pen: Pen, at: usize, method: &MethodResult, head: Head) {
    indent(out, at);
    let mut column = at;
    if head == Head::Full {
        write_sign(out, pen, method.outcome);
        column += 2;
    }
    let met = number(method, Outcome::Met);
    let met = if head == Head::Blocked && met > 0 { format!("; {met} met") } else { String::new() };
    let dash = pen.glyphs().dash;
    let mut pieces = vec![
        piece(Style::Strong, method.name.as_str()),
        piece(Style::Plain, format!(" {dash} {} ", method.title)),
        piece(Style::Faint, format!("({}{met})", method.path_class)),
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

/// A requirement with what is wrong with it, where, and what to do about it.
fn write_requirement(
    out: &mut String,
    pen: Pen,
    locator: &Locator<'_>,
    at: usize,
    requirement: &RequirementResult,
    shown: &[Place],
) {
    indent(out, at);
    write_sign(out, pen, requirement.outcome);
    let mut pieces: Vec<Piece<'_>> = vec![piece(Style::Strong, requirement.name.as_str())];
    if !requirement.text.is_empty() {
        pieces.push(piece(Style::Plain, format!(": {}", requirement.text)));
    }
    if let Some(label) = requirement.places.first().filter(|label| !shown.contains(&label.place)) {
        pieces.push(piece(Style::Faint, format!(" ({})", locator.text(label.place))));
    }
    pen.prose(out, at + 2, at + 4, &pieces);
    write_requirement_fix(out, pen, locator, at + 2, requirement);
}

/// `to fix: ...`
pub(super) fn write_fix(out: &mut String, pen: Pen, at: usize, help: &str) {
    indent(out, at);
    let pieces = [piece(Style::Strong, "to fix:"), piece(Style::Plain, format!(" {help}"))];
    pen.prose(out, at, at + 8, &pieces);
}

/// The command that tells every access method of a flow, for the inputs given.
pub(super) fn command<'a>(flow: &FlowResult, inputs: impl Iterator<Item = &'a str>) -> String {
    let mut command = format!("isolint paths {} {}", quoted(&flow.origin), quoted(&flow.target));
    let mut common: Option<&str> = None;
    for input in inputs {
        common = Some(common.map_or(input, |common| shared(common, input)));
    }
    match common {
        None | Some("") => {}
        Some(common) => command.push_str(&format!(" {}", quoted(common))),
    }
    command
}

/// The folder that two paths share; the path itself where they are the same.
fn shared<'a>(a: &'a str, b: &str) -> &'a str {
    if a == b {
        return a;
    }
    let below = |folder: &str| b.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    let mut folder = a;
    while !folder.is_empty() && !below(folder) {
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
    folder
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ':' | '@' | ',');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}
