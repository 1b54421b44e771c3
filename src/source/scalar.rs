//! What a scalar is by the core schema of YAML 1.2: only plain ones are anything but text.

use super::{Content, Entry, NodeId, ScalarStyle, Sources, Span};

impl Sources {
    /// Whether nothing was written, or an explicit null. An alias is followed.
    #[must_use]
    pub fn is_null(&self, id: NodeId) -> bool {
        matches!(self.node(self.resolve(id)).content, Content::Null)
    }

    /// A plain `true` or `false` (also `True`, `TRUE`, `False`, `FALSE`); `yes`, `on` and quoted ones are text.
    #[must_use]
    pub fn as_bool(&self, id: NodeId) -> Option<bool> {
        if !self.is_plain(id) {
            return None;
        }
        match &*self.text(id) {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// A plain whole number: decimal (leading zeros do not make it octal), `0o17` or `0x1f`.
    /// `None` for anything else, also for one that 64 bits cannot hold.
    #[must_use]
    pub fn as_int(&self, id: NodeId) -> Option<i64> {
        if !self.is_plain(id) {
            return None;
        }
        let text = self.text(id);
        let (digits, radix) = match text.get(..2) {
            Some("0o") => (text.get(2..)?, 8),
            Some("0x") => (text.get(2..)?, 16),
            _ => (&*text, 10),
        };
        if radix != 10 && digits.starts_with(['+', '-']) {
            return None;
        }
        i64::from_str_radix(digits, radix).ok()
    }

    /// The bytes of an entry, from the start of its key to the end of its value; for a merged one where it was written.
    #[must_use]
    pub fn block_span(&self, entry: Entry) -> Span {
        let key = self.node(entry.key).span;
        let value = self.node(entry.value).span;
        Span::new(key.start, value.end.max(key.end))
    }

    /// What a node is, as words for a message: "a mapping", "a list", "text", "a number", "true or false",
    /// "nothing" or "unknown". An alias is followed.
    #[must_use]
    pub fn describe(&self, id: NodeId) -> &'static str {
        let id = self.resolve(id);
        match self.node(id).content {
            Content::Null | Content::Alias(_) => "nothing",
            Content::Sequence { .. } => "a list",
            Content::Mapping { .. } => "a mapping",
            Content::Unknown { .. } => "unknown",
            Content::Scalar { .. } if self.as_bool(id).is_some() => "true or false",
            Content::Scalar { style, .. } if style == ScalarStyle::Plain && is_number(&self.text(id)) => "a number",
            Content::Scalar { .. } => "text",
        }
    }

    fn is_plain(&self, id: NodeId) -> bool {
        matches!(self.node(self.resolve(id)).content, Content::Scalar { style: ScalarStyle::Plain, .. })
    }
}

/// Whether a plain text is a null of the core schema.
pub(super) fn is_null_word(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// Whether a plain text is a number of the core schema, whole or not.
fn is_number(text: &str) -> bool {
    let based = |prefix: &str, radix: u32| {
        text.strip_prefix(prefix)
            .is_some_and(|digits| !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)))
    };
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    based("0o", 8)
        || based("0x", 16)
        || matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(text, ".nan" | ".NaN" | ".NAN")
        || is_decimal(unsigned)
}

fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction) && exponent_fits
}
