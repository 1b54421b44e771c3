//! The picture of what findings are about, for a page of Markdown.

use std::fmt::Write as _;

use super::graph::near::Room;
use super::graph::{Drawing, near_findings, reduce, write_mermaid};
use super::style::count;
use crate::analysis::Part;

/// So much of a picture can still be read on a page.
const READABLE: Room = Room { items: 60, edges: 40 };
/// Mermaid refuses a text of more than 50,000 units of UTF-16.
const MOST_UNITS: usize = 45_000;

/// The picture with its heading; empty where no finding has something to be drawn.
pub(super) fn findings_picture(parts: &[Part]) -> String {
    let drawing = Drawing::of(parts);
    let mut room = READABLE;
    loop {
        let near = near_findings(&drawing, parts, room);
        // A resource alone says no more than its name.
        if near.drawing.edges.is_empty() {
            return String::new();
        }
        let mut mermaid = Vec::new();
        // Names are text, and what is written to is memory: neither can fail.
        let _ = write_mermaid(&mut mermaid, &reduce(near.drawing, None));
        let mermaid = String::from_utf8_lossy(&mermaid);
        if mermaid.encode_utf16().count() <= MOST_UNITS {
            let mut text = "\n### Picture\n\n".to_owned();
            let which = if near.shown == near.all {
                "What the findings are about".to_owned()
            } else {
                format!("What {} of {} are about, the worst ones", near.shown, count(near.all, "finding"))
            };
            let _ = write!(
                text,
                "{which}: connections that are open are solid, blocked ones dashed, undetermined ones dotted; what is wrong in itself has a thick border. `isolint graph` draws everything.\n\n```mermaid\n{mermaid}```\n"
            );
            return text;
        }
        room = Room { items: room.items / 2, edges: room.edges / 2 };
    }
}
