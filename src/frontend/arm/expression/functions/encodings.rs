//! Base64, data URIs and addresses.

use super::convert::parsed;
use super::{Call, Function, Kinds, Run, TEXT, function};
use crate::frontend::arm::expression::{Failure, Outcome};
use crate::frontend::arm::value::{Reason, Value};

pub(super) const FUNCTIONS: &[Function] = &[
    function("base64", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(base64)),
    function("base64ToString", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(base64_to_string)),
    function("base64ToJson", &[Kinds::TEXT], (1, 1), None, Run::Known(base64_to_json)),
    function("dataUri", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(data_uri)),
    function("dataUriToString", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(data_uri_to_string)),
    function("uriComponent", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(uri_component)),
    function("uriComponentToString", &[Kinds::TEXT], (1, 1), TEXT, Run::Known(uri_component_to_string)),
    function("uri", &[Kinds::TEXT], (2, 2), TEXT, Run::Known(uri)),
];

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let word = at(0) << 16 | at(1) << 8 | at(2);
        for position in 0..4_usize {
            let index = (word >> (18 - 6 * position)) & 63;
            let letter = LETTERS.get(index as usize).copied().unwrap_or(b'=');
            text.push(if position <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim().trim_end_matches('=');
    let mut bytes = Vec::with_capacity(letters.len() / 4 * 3);
    let (mut word, mut bits) = (0_u32, 0);
    for letter in letters.bytes() {
        let index = LETTERS.iter().position(|known| *known == letter)?;
        word = (word << 6 | u32::try_from(index).ok()?) & 0xff_ffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((word >> bits) & 0xff).ok()?);
        }
    }
    // One letter alone has not enough bits for a byte.
    (letters.len() % 4 != 1).then_some(bytes)
}

fn decoded(text: &str) -> Result<String, Failure> {
    let bytes = decode(text).ok_or_else(|| Failure::argument(0, "this is not base64"))?;
    // A text in another encoding, or no text at all.
    String::from_utf8(bytes).map_err(|_| Failure::Unknown(Reason::NotSupported))
}

fn base64(call: &mut Call<'_>) -> Outcome {
    let text = encode(call.text(0)?.as_bytes());
    call.budget.text(text.len())?;
    Ok(Value::text(&text))
}

fn base64_to_string(call: &mut Call<'_>) -> Outcome {
    Ok(Value::text(&decoded(call.text(0)?)?))
}

fn base64_to_json(call: &mut Call<'_>) -> Outcome {
    let text = decoded(call.text(0)?)?;
    parsed(call, &text)
}

fn data_uri(call: &mut Call<'_>) -> Outcome {
    let text = encode(call.text(0)?.as_bytes());
    call.budget.text(text.len())?;
    Ok(Value::text(&format!("data:text/plain;charset=utf8;base64,{text}")))
}

fn data_uri_to_string(call: &mut Call<'_>) -> Outcome {
    let text = call.text(0)?;
    let (head, data) = text
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(','))
        .ok_or_else(|| Failure::argument(0, "this is not a data URI"))?;
    let text = if head.ends_with(";base64") { decoded(data)? } else { unescaped(data) };
    Ok(Value::text(&text))
}

fn uri_component(call: &mut Call<'_>) -> Outcome {
    let mut text = String::new();
    for byte in call.text(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    call.budget.text(text.len())?;
    Ok(Value::text(&text))
}

fn uri_component_to_string(call: &mut Call<'_>) -> Outcome {
    Ok(Value::text(&unescaped(call.text(0)?)))
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = code.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { tail.get(2..).unwrap_or(&[]) } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An address relative to another: what follows the last slash of the base is replaced.
fn uri(call: &mut Call<'_>) -> Outcome {
    let (base, relative) = (call.text(0)?, call.text(1)?);
    let path = base.find("://").map_or(0, |at| at + 3);
    let kept = match base.get(path..).and_then(|rest| rest.rfind('/')) {
        Some(slash) => base.get(..=path + slash).unwrap_or(base).to_owned(),
        None => format!("{base}/"),
    };
    Ok(Value::text(&(kept + relative.trim_start_matches('/'))))
}
