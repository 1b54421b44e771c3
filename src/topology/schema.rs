//! What kinds of objects there are and which fields they have: the one table that everything derives from.

/// Names a kind of object; an index into [`super::KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KindId(pub u8);

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct KindSet(pub u64);

impl KindSet {
    /// The set of one kind.
    #[must_use]
    pub const fn of(kind: KindId) -> Self {
        Self(1 << kind.0)
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the kind is in the set.
    #[must_use]
    pub const fn contains(self, kind: KindId) -> bool {
        self.0 & (1 << kind.0) != 0
    }

    /// The kinds of the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = KindId> {
        (0..64).map(KindId).filter(move |kind| self.contains(*kind))
    }
}

/// Where a field stands in an object of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SlotIndex(pub u8);

/// A kind of object.
#[derive(Debug)]
pub struct Kind {
    /// Its id.
    pub id: KindId,
    /// Its name in the singular, as in `kind/name` and in messages: `private_endpoint`.
    pub name: &'static str,
    /// The section of a topology file that holds such objects, for kinds that stand on their own.
    pub section: Option<&'static str>,
    /// What it is, in a sentence.
    pub doc: &'static str,
    /// Its fields, in the order of their slots.
    pub fields: &'static [Field],
    /// How many slots an object has: see [`Kind::slots`].
    pub(super) stored: usize,
    /// Of each field whether it is required, from the lowest bit on.
    pub(super) required: u64,
    /// The field of the ARM id, if there is one.
    pub id_field: Option<SlotIndex>,
}

impl Kind {
    /// The field of that name with its slot.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<(SlotIndex, &'static Field)> {
        let index = self.fields.iter().position(|field| field.name == name)?;
        Some((SlotIndex(u8::try_from(index).ok()?), self.fields.get(index)?))
    }
}

impl Kind {
    /// How many slots an object has: up to the last field that is not told by others. Such fields stand at the end of a
    /// kind, so that they take no room.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.stored
    }

    /// The fields without which an object makes no sense.
    pub fn required(&self) -> impl Iterator<Item = SlotIndex> {
        let mut left = self.required;
        std::iter::from_fn(move || {
            let slot = u8::try_from(left.trailing_zeros()).ok().filter(|_| left != 0)?;
            left &= left - 1;
            Some(SlotIndex(slot))
        })
    }
}

/// A field of a kind.
#[derive(Debug)]
pub struct Field {
    /// Its name in topology files and expressions, snake case.
    pub name: &'static str,
    /// What it says, in a sentence.
    pub doc: &'static str,
    /// What it holds.
    pub ty: FieldType,
    /// Whether an object without it makes no sense.
    pub required: bool,
    /// Whether it is a claim: what is meant to hold of the object, not what does.
    pub claim: bool,
}

/// What kinds of objects a reference may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An object of that kind.
    Kind(KindId),
    /// A service resource of that kind, such as `storage`.
    Service(&'static str),
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Any text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// An address range in CIDR form, or a single address.
    Prefix,
    /// An address range, a single address, or a word such as a service tag: fields that take a tag by mistake or by right.
    PrefixOrTag,
    /// The name of another object.
    Reference(&'static [Target]),
    /// Which resources a statement of a policy speaks of: an address with `*` (`storage/*`), `internet`, `tag:key=value`.
    Selector,
    /// The name of another object, or an ARM scope (`/subscriptions/...`) that holds objects.
    Scope(&'static [Target]),
    /// Several of the same; in a file a single one may stand without its list.
    List(&'static FieldType),
    /// A group of fields of its own, an object without a name.
    Struct(KindId),
    /// Named objects that belong to this one: a mapping from name to fields.
    Children(KindId),
    /// Unnamed objects that belong to this one, in order: a list of groups of fields.
    Elements(KindId),
    /// Free keys with text values.
    Tags,
    // What follows is not written by anyone but follows from the rest; it takes no slot in a file.
    /// The objects whose field names this one: `(kind, field)` of the referring side, any nesting.
    Inverse(KindId, &'static str),
    /// The object that this one belongs to.
    Parent(KindId),
    /// Filled in by the analysis; an object of any kind.
    AnyObject,
    /// Filled in by the analysis; connections.
    Flows,
}

impl FieldType {
    /// Whether a topology file may write the field.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        !matches!(self, Self::Inverse(..) | Self::Parent(_) | Self::AnyObject | Self::Flows)
    }
}

/// The name behind a raw identifier: `type` for `r#type`.
pub(super) const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// The first of no or one words.
pub(super) const fn first(words: &[&'static str]) -> Option<&'static str> {
    match words {
        [word, ..] => Some(word),
        [] => None,
    }
}

/// Whether a field is marked with that word.
pub(super) const fn is_marked(marks: &[&'static str], word: &str) -> bool {
    match marks {
        [mark] => is_same(mark.as_bytes(), word.as_bytes()),
        _ => false,
    }
}

/// How many slots these fields take.
pub(super) const fn stored(fields: &[Field]) -> usize {
    match fields {
        [] => 0,
        [before @ .., last] => match last.ty {
            FieldType::Inverse(..) | FieldType::Parent(_) => stored(before),
            _ => fields.len(),
        },
    }
}

/// Which of these fields are required, the first at the lowest bit.
pub(super) const fn required(fields: &[Field]) -> u64 {
    assert!(fields.len() <= 64, "there is a bit for each field of a kind");
    match fields {
        [] => 0,
        [first, rest @ ..] if first.required => 1 | required(rest) << 1,
        [_, rest @ ..] => required(rest) << 1,
    }
}

/// The slot of the field of that name, where the first of these fields has slot `slot`.
pub(super) const fn slot_of(fields: &[Field], name: &str, slot: u8) -> Option<SlotIndex> {
    match fields {
        [] => None,
        [first, ..] if is_same(first.name.as_bytes(), name.as_bytes()) => Some(SlotIndex(slot)),
        [_, rest @ ..] => slot_of(rest, name, slot + 1),
    }
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([], []) => true,
        ([first, a @ ..], [other, b @ ..]) => *first == *other && is_same(a, b),
        _ => false,
    }
}

/// Declares a kind of object: its slots as constants, and its table entry `KIND`.
macro_rules! kind {
    ($(#[doc = $doc:literal])+ $module:ident: $id:ident = $name:literal $(in $section:literal)? {
        $($(#[doc = $field_doc:literal])+ $field:ident $([$mark:ident])? : $ty:expr,)*
    }) => {
        $(#[doc = $doc])+
        #[allow(missing_docs, non_upper_case_globals, non_camel_case_types, dead_code, unused_imports, clippy::all)]
        pub mod $module {
            use crate::topology::schema::{Field, FieldType::*, Kind, SlotIndex, Target};
            use crate::topology::kinds::*;
            #[repr(u8)]
            enum Order { $($field,)* Count }
            $(pub const $field: SlotIndex = SlotIndex(Order::$field as u8);)*
            pub const SLOTS: usize = Order::Count as usize;
            static FIELDS: &[Field] = &[$(Field { name: crate::topology::schema::plain(stringify!($field)), doc: concat!($($field_doc, "\n",)+), ty: $ty, required: crate::topology::schema::is_marked(&[$(stringify!($mark))?], "required"), claim: crate::topology::schema::is_marked(&[$(stringify!($mark))?], "claim") },)*];
            pub static KIND: Kind = Kind {
                id: $id,
                name: $name,
                section: crate::topology::schema::first(&[$($section)?]),
                doc: concat!($($doc, "\n",)+),
                fields: FIELDS,
                stored: crate::topology::schema::stored(FIELDS),
                required: crate::topology::schema::required(FIELDS),
                id_field: crate::topology::schema::slot_of(FIELDS, "id", 0),
            };
        }
    };
}
pub(super) use kind;
