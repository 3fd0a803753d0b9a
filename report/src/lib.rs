//! Report -> people: a terminal and one self-contained HTML file. The only room that renders.
//!
//! Every outcome is shown as glyph, word and colour (BSI TR-03135-1 v5.0.1, 5.2), never as colour alone.
//! Without the `personal` wish nothing that names a holder is rendered: page images are coarsened until neither
//! face nor text can be read, and the report's own personal block is left out.
#![forbid(unsafe_code)]

pub mod html;
mod outcome;
mod picture;
pub mod terminal;

pub use outcome::{Look, look};
