//! JSON on many lines, as `serde_json` writes it, with one write for each break of a line: most of a report is these.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// What stands between two members of something that is nested deep.
const BREAK: &[u8] = b",\n                                                                ";
/// The room in it for levels of two characters.
const LEVELS: usize = (BREAK.len() - 2) / 2;

/// Writes a value.
///
/// # Errors
/// When `out` cannot be written to.
pub(super) fn write_pretty(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Pretty::default());
    Ok(value.serialize(&mut serializer)?)
}

#[derive(Default)]
struct Pretty {
    level: usize,
    /// Whether what is being written has members.
    filled: bool,
}

impl Pretty {
    fn begin<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.level -= 1;
        if self.filled {
            self.next_line(out, true)?;
        }
        out.write_all(bracket)
    }

    /// A new line; behind a comma unless it is the first one.
    fn next_line<W: ?Sized + Write>(&self, out: &mut W, first: bool) -> io::Result<()> {
        let levels = self.level.min(LEVELS);
        out.write_all(BREAK.get(usize::from(first)..2 + 2 * levels).unwrap_or_default())?;
        (levels..self.level).try_for_each(|_| out.write_all(b"  "))
    }
}

impl Formatter for Pretty {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next_line(out, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.next_line(out, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _out: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_serde_json_writes() {
        let mut deep = serde_json::json!({"a": [], "b": {}, "c": [1, {"d": "x\ny"}, [[]], null], "e": {"f": [{}]}});
        for _ in 0..40 {
            deep = serde_json::json!([deep, {"n": [true]}]);
        }
        let mut out = Vec::new();
        write_pretty(&mut out, &deep).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), serde_json::to_string_pretty(&deep).unwrap());
    }
}
