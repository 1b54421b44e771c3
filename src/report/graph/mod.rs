//! The estate as a picture: networks as boxes, resources in them, and what connects to what.
//!
//! | module | holds |
//! | --- | --- |
//! | [`drawing`] | what is drawn, in no form yet |
//! | [`focus`] | one resource and what it connects to, one finding |
//! | [`mermaid`] | text that Markdown pages draw |
//! | [`dot`] | text for Graphviz |
//! | [`near`] | what findings are about |
//! | [`reduce`] | less of a large estate |
//! | [`shared`] | what many connect to, drawn several times |
//! | [`nest`] | what is in what |
//! | [`layout`] | where everything goes |
//! | [`svg`] | a picture |
//! | [`html`] | a page with it |

pub mod dot;
pub mod drawing;
pub mod focus;
pub mod html;
mod layout;
pub mod mermaid;
pub mod near;
mod nest;
pub mod reduce;
mod shared;
pub mod svg;

pub use crate::analysis::Part;
pub use dot::write_dot;
pub use drawing::{Drawing, Edge, EdgeKind, Item, Shape};
pub use focus::{NotFound, focus, mark};
pub use html::write_html;
pub use mermaid::{MERMAID_EDGES, write_mermaid};
pub use near::near_findings;
pub use reduce::reduce;
pub use svg::{LayoutFailed, write_svg};
