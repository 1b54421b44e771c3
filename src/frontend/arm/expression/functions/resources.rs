//! Ids of resources, and what is asked of resources.

use super::{Function, Kinds, Run};
use crate::frontend::arm::value::Reason;

/// `listKeys` and all other names that start with `list`: which there are is up to each kind of resource.
pub(super) static LIST: Function = Function {
    name: "list*",
    takes: &[Kinds::TEXT, Kinds::TEXT, Kinds::ANY],
    least: 1,
    most: 3,
    gives: None,
    run: Run::Deployed(Reason::Keys),
};
