//! JSON into the located tree, as Azure's deployment engine accepts it.

mod escapes;
