//! The estate as a picture: networks as boxes, resources in them, and what connects to what.
//!
//! | module | holds |
//! | --- | --- |
//! | [`drawing`] | what is drawn, in no form yet |
//! | [`focus`] | one resource and what it connects to, one finding |
//! | [`mermaid`] | text that Markdown pages draw |
//! | [`dot`] | text for Graphviz |
//! | [`layout`] | where everything goes |
//! | [`svg`] | a picture, and a page with it |

pub mod dot;
pub mod drawing;
pub mod focus;
mod layout;
pub mod mermaid;
pub mod svg;

pub use dot::write_dot;
pub use drawing::{Drawing, Edge, EdgeKind, Item, Part, Shape};
pub use focus::{NotFound, focus, mark};
pub use mermaid::{MERMAID_EDGES, write_mermaid};
pub use svg::{LayoutFailed, write_html, write_svg};
