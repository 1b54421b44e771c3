//! Numbers, kept as they were written.

use super::Reader;
use crate::source::builder::{Stop, offset};
use crate::source::{Content, Problem, ScalarStyle, Span};

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Result<(), Stop> {
        let rest = self.rest();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let len = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let written = rest.get(..len).unwrap_or("");
        let span = Span::new(offset(self.at), offset(self.at + len));
        self.at += len;
        let content = if is_number(written) {
            Content::Scalar { decoded: None, style: ScalarStyle::Plain }
        } else {
            let shown: String = written.chars().take(60).collect();
            let message = format!("`{shown}` is not a number of JSON");
            let place = self.builder.place(span);
            self.builder.report(Problem::error("json-number", place, message).help("put texts in quotes"));
            Content::Null
        };
        self.builder.leaf(span, content, 0);
        Ok(())
    }
}

/// `-12.5e+3`, without leading zeros.
fn is_number(written: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && !(whole.len() > 1 && whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
