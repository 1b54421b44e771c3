//! The functions of the language, a file for each family: their names, arguments and what they do.
//!
//! Names and arguments are the grammar of the input, and so stand here. Facts about Azure that functions give stand in
//! `rules/arm/`.

mod arrays;
mod cidr;
mod compare;
mod convert;
mod dates;
mod deployment;
mod encodings;
mod lambdas;
mod logic;
mod merge;
mod moments;
mod numbers;
mod objects;
mod resources;
mod strings;
mod symbols;
mod various;

use std::sync::LazyLock;

use super::{Arguments, Budget, Evaluator, Failure, Outcome, Scope};
use crate::frontend::arm::value::{Array, Data, Kind, Object, Reason, Value};

/// A function of the language.
#[derive(Debug)]
pub struct Function {
    /// Its name; calls do not distinguish case.
    pub name: &'static str,
    /// The types of its arguments; the last holds for all further ones.
    pub takes: &'static [Kinds],
    /// How few arguments it takes.
    pub least: usize,
    /// How many.
    pub most: usize,
    /// The type of what it gives, where that is always the same.
    pub gives: Option<Kind>,
    /// What it does.
    pub run: Run,
}

/// Types that an argument may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

/// What a function does.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// Is called when everything in its arguments is known, at any depth; else its value is unknown.
    Known(fn(&mut Call<'_>) -> Outcome),
    /// Is called when its arguments are known, though items and entries of them need not be.
    Shallow(fn(&mut Call<'_>) -> Outcome),
    /// Copes with everything.
    Open(fn(&mut Call<'_>) -> Outcome),
    /// Evaluates its arguments itself, or asks the scope.
    Special(fn(&mut Evaluator<'_>, &mut dyn Scope, &SpecialCall<'_>) -> Outcome),
    /// Gives what only a deployment knows, whatever its arguments.
    Deployed(Reason),
    /// Is documented, and not understood here.
    NotSupported,
}

/// A call of a function that gets values.
#[derive(Debug)]
pub struct Call<'a> {
    /// The function.
    pub function: &'static Function,
    /// The arguments.
    pub arguments: &'a [Value],
    /// What the call may cost.
    pub budget: &'a mut Budget,
}

/// A call of a function that gets terms.
#[derive(Debug, Clone, Copy)]
pub struct SpecialCall<'a> {
    /// The function.
    pub function: &'static Function,
    /// The arguments.
    pub arguments: Arguments,
    /// The expression that they are terms of.
    pub frame: &'a super::evaluator::Frame<'a>,
}

impl Kinds {
    /// Anything.
    pub const ANY: Self = Self(0x7f);
    /// A text.
    pub const TEXT: Self = Self::of(Kind::Text);
    /// A whole number.
    pub const INT: Self = Self::of(Kind::Int);
    /// True or false.
    pub const BOOL: Self = Self::of(Kind::Bool);
    /// An array.
    pub const ARRAY: Self = Self::of(Kind::Array);
    /// An object.
    pub const OBJECT: Self = Self::of(Kind::Object);
    /// Null.
    pub const NULL: Self = Self::of(Kind::Null);
    /// A number of any kind.
    pub const NUMBER: Self = Self::INT.or(Self::of(Kind::Decimal));

    /// What has a length: texts, arrays and objects.
    pub const SIZED: Self = Self::TEXT.or(Self::ARRAY).or(Self::OBJECT);
    /// Texts and arrays.
    pub const SERIES: Self = Self::TEXT.or(Self::ARRAY);

    const fn of(kind: Kind) -> Self {
        Self(1 << kind as u8)
    }

    /// These or those.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a value of that type may be given.
    #[must_use]
    pub const fn admit(self, kind: Kind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }

    /// The types as words for a message.
    #[must_use]
    pub fn words(self) -> String {
        let all = [Kind::Text, Kind::Int, Kind::Decimal, Kind::Bool, Kind::Array, Kind::Object, Kind::Null];
        let words: Vec<&str> = all.into_iter().filter(|kind| self.admit(*kind)).map(Kind::words).collect();
        match &*words {
            [] => "nothing".to_owned(),
            [one] => (*one).to_owned(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

impl Function {
    /// What a call of it is called: functions of one family are told apart by how they are written.
    #[must_use]
    pub fn called<'n>(&self, written: &'n str) -> &'n str {
        if self.name.ends_with('*') { written } else { self.name }
    }

    /// How many arguments it takes, as words for a message.
    #[must_use]
    pub fn count_in_words(&self) -> String {
        let arguments = |count: usize| match count {
            0 => "no arguments".to_owned(),
            1 => "one argument".to_owned(),
            count => format!("{count} arguments"),
        };
        match (self.least, self.most) {
            (least, most) if least == most => arguments(least),
            (least, usize::MAX) => format!("at least {}", arguments(least)),
            (0, most) => format!("at most {}", arguments(most)),
            (least, most) => format!("{least} to {}", arguments(most)),
        }
    }
}

/// The families of functions.
static FAMILIES: &[&[Function]] = &[
    arrays::FUNCTIONS,
    cidr::FUNCTIONS,
    compare::FUNCTIONS,
    convert::FUNCTIONS,
    dates::FUNCTIONS,
    deployment::FUNCTIONS,
    encodings::FUNCTIONS,
    lambdas::FUNCTIONS,
    logic::FUNCTIONS,
    merge::FUNCTIONS,
    numbers::FUNCTIONS,
    objects::FUNCTIONS,
    resources::FUNCTIONS,
    strings::FUNCTIONS,
    various::FUNCTIONS,
];

/// A row of the table.
const fn function(
    name: &'static str,
    takes: &'static [Kinds],
    (least, most): (usize, usize),
    gives: Option<Kind>,
    run: Run,
) -> Function {
    Function { name, takes, least, most, gives, run }
}

/// Any number of arguments.
const MANY: usize = usize::MAX;
const TEXT: Option<Kind> = Some(Kind::Text);
const INT: Option<Kind> = Some(Kind::Int);
const BOOL: Option<Kind> = Some(Kind::Bool);
const ARRAY: Option<Kind> = Some(Kind::Array);
const OBJECT: Option<Kind> = Some(Kind::Object);

/// How many heaps the functions are looked up in: about as many as there are functions.
const HEAPS: usize = 128;

/// All functions, those that a name leads to together.
static TABLE: LazyLock<Vec<Vec<&'static Function>>> = LazyLock::new(|| {
    let mut heaps = vec![Vec::new(); HEAPS];
    for function in FAMILIES.iter().copied().flatten() {
        if let Some(heap) = heaps.get_mut(heap_of(function.name)) {
            heap.push(function);
        }
    }
    heaps
});

/// The heap that a function of that name is in, whatever the case of its letters: by its length and its ends.
fn heap_of(name: &str) -> usize {
    let letter = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(byte.to_ascii_lowercase()));
    let bytes = name.as_bytes();
    (bytes.len() * 31 + letter(bytes.first()) * 7 + letter(bytes.last())) % HEAPS
}

/// The function of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    let heap = TABLE.get(heap_of(name))?;
    // Most names are written as they are documented.
    let exact = heap.iter().find(|function| function.name == name);
    let found = exact.or_else(|| heap.iter().find(|function| function.name.eq_ignore_ascii_case(name))).copied();
    let is_listing = || name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("list")) && !name.contains('.');
    found.or_else(|| is_listing().then_some(&resources::LIST))
}

/// The names of all functions, for suggestions.
pub fn names() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().copied().flatten().map(|function| function.name)
}

impl<'a> Call<'a> {
    /// An argument; `null` where there are not so many.
    #[must_use]
    pub fn value(&self, index: usize) -> Value {
        self.arguments.get(index).cloned().unwrap_or_else(|| Value::new(Data::Null))
    }

    /// How many arguments there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.arguments.len()
    }

    /// An argument that is an array.
    ///
    /// # Errors
    /// It is unknown.
    pub fn array(&self, index: usize) -> Result<&'a Array, Failure> {
        self.arguments.get(index).and_then(Value::as_array).ok_or(Failure::Undetermined)
    }

    /// An argument that is an object.
    ///
    /// # Errors
    /// It is unknown.
    pub fn object(&self, index: usize) -> Result<&'a Object, Failure> {
        self.arguments.get(index).and_then(Value::as_object).ok_or(Failure::Undetermined)
    }

    /// An argument that is known to be true or false.
    ///
    /// # Errors
    /// It is unknown.
    pub fn bool(&self, index: usize) -> Result<bool, Failure> {
        self.arguments.get(index).and_then(Value::as_bool).ok_or(Failure::Undetermined)
    }

    /// An argument that is a known whole number.
    ///
    /// # Errors
    /// It is unknown.
    pub fn int(&self, index: usize) -> Result<i64, Failure> {
        self.arguments.get(index).and_then(Value::as_int).ok_or(Failure::Undetermined)
    }

    /// An argument that is a known text.
    ///
    /// # Errors
    /// It is unknown.
    pub fn text(&self, index: usize) -> Result<&'a str, Failure> {
        self.arguments.get(index).and_then(Value::as_text).ok_or(Failure::Undetermined)
    }
}

impl Evaluator<'_> {
    /// The values of all arguments of a call, once their types are right.
    fn arguments(&mut self, scope: &mut dyn Scope, call: &SpecialCall<'_>) -> Result<Vec<Value>, Failure> {
        let values = self.values(scope, call.frame, call.arguments);
        super::calls::check_kinds(call.function, &values)?;
        Ok(values)
    }
}
