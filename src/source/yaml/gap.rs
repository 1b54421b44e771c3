//! Finds indicators in the bytes between two events, where only blanks, comments, indicators, anchors and tags can be.

use crate::source::Span;
use crate::source::builder::offset;

/// The first of the `wanted` indicators in the gap that starts at `from` and ends before `limit`.
pub(super) fn find(text: &str, from: u32, limit: u32, wanted: &[u8]) -> Option<u32> {
    let end = (limit as usize).min(text.len());
    let bytes = text.as_bytes().get(..end)?;
    let mut at = from as usize;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            byte if wanted.contains(byte) => return Some(offset(at)),
            b' ' | b'\t' | b'\n' | b'\r' | b':' | b'-' | b'?' => at + 1,
            b'#' => skip(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            b'&' | b'!' => skip(bytes, at, u8::is_ascii_whitespace),
            _ => return None,
        };
    }
    None
}

/// The byte after the colon that belongs to the key which ends at `key_end`, if it has one. `mapping` is where its
/// mapping starts: on a line of its own, as after `? key`, the colon may be that of a mapping around it.
pub(super) fn find_colon(text: &str, mapping: u32, key_end: u32) -> Option<u32> {
    let bytes = text.as_bytes();
    let mut at = key_end as usize;
    let mut same_line = true;
    loop {
        at = match bytes.get(at)? {
            b':' => break,
            b' ' | b'\t' => at + 1,
            b'\n' | b'\r' => {
                same_line = false;
                at + 1
            }
            b'#' => skip(bytes, at, |byte| matches!(byte, b'\n' | b'\r')),
            _ => return None,
        };
    }
    let is_own =
        same_line || bytes.get(mapping as usize) == Some(&b'{') || column(bytes, at) == column(bytes, mapping as usize);
    is_own.then(|| offset(at + 1))
}

/// The bytes before a place on its line.
fn column(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or(&[]).iter().rev();
    before.take_while(|byte| !matches!(byte, b'\n' | b'\r')).count()
}

/// The span of a block scalar from its indicator to the end of its last line that is not blank, or of its header if
/// it has no such line. `content` is the parser's span, from the first text to the next thing; `from` a place before
/// the indicator, with nothing but a gap between.
pub(super) fn block_scalar(text: &str, from: u32, content: Span, is_blank: bool) -> Span {
    let limit = content.end.max(content.start.saturating_add(1));
    let Some(start) = find(text, from, limit, b"|>") else {
        return content;
    };
    let bytes = text.as_bytes();
    let header_end = skip(bytes, start as usize + 1, |byte| !matches!(byte, b'+' | b'-' | b'0'..=b'9'));
    let body = text.get(header_end..content.end as usize).filter(|_| !is_blank).unwrap_or("");
    let end = body.rfind(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).map_or(header_end, |last| {
        let last = header_end + last;
        let line_end = skip(bytes, last, |byte| matches!(byte, b'\n' | b'\r'));
        line_end.min(content.end as usize)
    });
    Span::new(start, offset(end))
}

/// The first place from `at` on where a byte is as asked for, or the end.
fn skip(bytes: &[u8], at: usize, stop: impl FnMut(&u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or(&[]);
    at + rest.iter().position(stop).unwrap_or(rest.len())
}
