//! The resources of a template with what their types and ids say of them, looked up once.

use std::cell::OnceCell;

use hashbrown::HashMap;

use super::ids::{Belonging, Splitting};
use crate::frontend::arm::resource::{Evaluated, Resource};
use crate::knowledge::tables::{ArmTables, ArmType};

/// A resource with what its type and id say of it.
pub(super) struct Known<'a> {
    pub(super) resource: &'a Resource,
    /// What the tables say of its type.
    pub(super) ty: Option<&'a ArmType>,
    /// The last word of its type.
    pub(super) word: &'a str,
    /// What the tables say of the type of what it would be a part of by its own.
    pub(super) of_whole: Option<&'a ArmType>,
    /// What its id says of where it belongs, once that is asked for.
    belonging: OnceCell<Belonging<'a>>,
}

impl<'a> Known<'a> {
    /// All resources of a template.
    pub(super) fn all(tables: &'a ArmTables, evaluated: &'a Evaluated) -> Vec<Self> {
        let mut splitting = Splitting::default();
        // There are few types, and those of one type mostly follow one another.
        let mut types: HashMap<&str, Type<'a>> = HashMap::new();
        let mut last: Option<(&str, Type<'a>)> = None;
        let known = |resource: &'a Resource| {
            let of_type = match last.filter(|(last, _)| *last == &*resource.ty) {
                Some((_, known)) => known,
                None => *types.entry(&*resource.ty).or_insert_with(|| Type::of(tables, &resource.ty)),
            };
            last = Some((&*resource.ty, of_type));
            // What is part of another one by its scope is hardly asked where it belongs.
            let belonging = match resource.scope {
                Some(_) => OnceCell::new(),
                None => splitting.belonging(&resource.id).into(),
            };
            let Type { ty, word, of_whole } = of_type;
            Self { resource, ty, word, of_whole, belonging }
        };
        evaluated.resources.iter().map(known).collect()
    }

    /// What its id says of where it belongs.
    pub(super) fn belonging(&self) -> &Belonging<'a> {
        self.belonging.get_or_init(|| Belonging::of(&self.resource.id))
    }

    pub(super) fn new(resource: &'a Resource, ty: Option<&'a ArmType>) -> Self {
        Self { resource, ty, word: last_word(&resource.ty), of_whole: None, belonging: OnceCell::new() }
    }

    /// What it is for, where it is read with other resources.
    pub(super) fn part(&self) -> Option<&'a str> {
        self.ty?.part.as_deref()
    }
}

/// What is known of a type of resources.
#[derive(Clone, Copy)]
struct Type<'a> {
    ty: Option<&'a ArmType>,
    word: &'a str,
    of_whole: Option<&'a ArmType>,
}

impl<'a> Type<'a> {
    fn of(tables: &'a ArmTables, name: &'a str) -> Self {
        let of_whole = name.rsplit_once('/').and_then(|(whole, _)| tables.of_type(whole));
        Self { ty: tables.of_type(name), word: last_word(name), of_whole }
    }
}

/// The last word of a type.
fn last_word(ty: &str) -> &str {
    let slash = ty.bytes().rposition(|byte| byte == b'/');
    slash.and_then(|slash| ty.get(slash + 1..)).unwrap_or(ty)
}
