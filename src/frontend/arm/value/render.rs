//! Values as texts: as expressions, which tell what is the same, and as words for a reader.

use std::rc::Rc;

use super::{Array, Data, Object, Segment, Symbol, Unknown, Value};

/// Expressions longer than this are told by the start and a hash of the whole.
const LONGEST: usize = 1000;

/// The text of a call mostly has no more bytes than these.
const ROOM: usize = 240;

impl Value {
    /// The value as an expression of the language: equal texts of repeatable values mean equal values.
    #[must_use]
    pub fn expression(&self) -> Rc<str> {
        let mut text = String::new();
        write_value(&mut text, self);
        abbreviated(text)
    }

    /// The value as a reader would write it: a text without quotes, unknown parts of it in braces.
    #[must_use]
    pub fn display(&self) -> String {
        match &self.data {
            Data::Text(text) => text.to_string(),
            Data::Symbol(symbol) => symbol.text(),
            Data::Unknown(unknown) => format!("{{{}}}", unknown.expression),
            _ => self.expression().to_string(),
        }
    }
}

/// The canonical text of a call.
pub(crate) fn call<'a>(name: &str, arguments: impl IntoIterator<Item = &'a Value>) -> Rc<str> {
    let mut text = String::with_capacity(ROOM);
    text.push_str(name);
    text.push('(');
    for (index, argument) in arguments.into_iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_value(&mut text, argument);
    }
    text.push(')');
    abbreviated(text)
}

/// The text, or its start and a hash of it if it is long.
pub(crate) fn abbreviated(text: String) -> Rc<str> {
    if text.len() <= LONGEST { text.into() } else { start_and_hash(&text) }
}

/// The same of a text that is shared.
pub(crate) fn shortened(text: &Rc<str>) -> Rc<str> {
    if text.len() <= LONGEST { Rc::clone(text) } else { start_and_hash(text) }
}

fn start_and_hash(text: &str) -> Rc<str> {
    let start: String = text.chars().take(80).collect();
    format!("{start}…#{:016x}{:016x}", hash(text, 0xcbf2_9ce4_8422_2325), hash(text, 0x9e37_79b9_7f4a_7c15)).into()
}

/// FNV-1a from a given start, with the bits of the result stirred; the same on every machine.
fn hash(text: &str, start: u64) -> u64 {
    let sum = text.bytes().fold(start, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (sum ^ (sum >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn write_value(text: &mut String, value: &Value) {
    // What is cut off would be hashed; so much is enough to tell values apart, and bounds the work.
    if text.len() > 64 * LONGEST {
        text.push('…');
        return;
    }
    match &value.data {
        Data::Null => text.push_str("null()"),
        Data::Bool(answer) => text.push_str(if *answer { "true()" } else { "false()" }),
        Data::Int(number) => text.push_str(&number.to_string()),
        Data::Decimal(number) => ["json('", number, "')"].iter().for_each(|part| text.push_str(part)),
        Data::Text(known) => write_text(text, known),
        Data::Symbol(symbol) => write_symbol(text, symbol),
        Data::Array(array) => write_array(text, array),
        Data::Object(object) => write_object(text, object),
        Data::Unknown(unknown) => text.push_str(&unknown.expression),
    }
}

fn write_text(text: &mut String, known: &str) {
    text.push('\'');
    if known.contains('\'') {
        text.push_str(&known.replace('\'', "''"));
    } else {
        text.push_str(known);
    }
    text.push('\'');
}

fn write_rest(text: &mut String, rest: &Unknown) {
    text.push_str(", ...");
    text.push_str(&rest.expression);
}

/// A symbol as a call of `concat`, or by the name that everybody knows it by.
fn write_symbol(text: &mut String, symbol: &Symbol) {
    if let [Segment::Known(start), Segment::Unknown(subscription), Segment::Known(middle), Segment::Unknown(group)] =
        symbol.segments()
        && (&**start, &**middle) == ("/subscriptions/", "/resourceGroups/")
        && (&*subscription.expression, &*group.expression) == ("subscription().subscriptionId", "resourceGroup().name")
    {
        text.push_str("resourceGroup().id");
        return;
    }
    if let [Segment::Unknown(only)] = symbol.segments() {
        text.push_str(&only.expression);
        return;
    }
    text.push_str("concat(");
    for (index, segment) in symbol.segments().iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        match segment {
            Segment::Known(known) => write_text(text, known),
            Segment::Unknown(unknown) => text.push_str(&unknown.expression),
        }
    }
    text.push(')');
}

fn write_array(text: &mut String, array: &Array) {
    text.push_str("createArray(");
    for (index, item) in array.items.iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        write_value(text, item);
    }
    if let Some(rest) = &array.rest {
        write_rest(text, rest);
    }
    text.push(')');
}

fn write_object(text: &mut String, object: &Object) {
    text.push_str("createObject(");
    for (index, entry) in object.entries().iter().enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        match &entry.symbol {
            Some(symbol) => write_symbol(text, symbol),
            None => write_text(text, &entry.key),
        }
        text.push_str(", ");
        write_value(text, &entry.value);
    }
    if let Some(rest) = object.rest() {
        write_rest(text, rest);
    }
    text.push(')');
}
