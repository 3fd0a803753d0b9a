//! White, infrared and ultraviolet page images measured.
//!
//! Pixels go in, facts come out: decoded planes, the page's place and scale, the place of the machine
//! readable zone, and two measurements that need no document model (ICAO Doc 9303-2 appendix C, BSI
//! TR-03135-1): whether the MRZ ink absorbs infrared light ([`ir_mrz_absorbs()`], triple IR, AB, MR) and
//! whether the page stays dull under ultraviolet light ([`uv_page_dull()`], triple UV, BR, FU).
//!
//! Nothing here judges: a [`Measurement`] carries value, threshold, margin, regions and quality, and
//! `verifier-core` makes an outcome of it. Nothing here does I/O, reads a clock or prints.
//!
//! ```no_run
//! use verifier_optics::{Limits, Picture, Shot, WhitePage, ir_mrz_absorbs, uv_page_dull};
//! # fn read(_: &str) -> Vec<u8> { Vec::new() }
//! # fn main() -> Result<(), verifier_optics::DecodeError> {
//! let limits = Limits::default();
//! let white = Picture::decode(&read("vis.png"), &limits)?;
//! let ir = Picture::decode(&read("ir.png"), &limits)?;
//! let uv = Picture::decode(&read("uv.png"), &limits)?;
//! let white = WhitePage::examine(Shot::new(&white, Some(400.0)));
//! let ink = ir_mrz_absorbs(Some(&white), Some(Shot::new(&ir, Some(400.0))));
//! let paper = uv_page_dull(Some(&white), Some(Shot::new(&uv, Some(400.0))), None);
//! println!("{:?} {:?}", ink.reading(), paper.reading());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod band;
mod geometry;
pub mod measurement;
pub mod mrz_zone;
mod numeric;
pub mod page;
pub mod picture;
mod plane;
mod registration;
mod surface;
pub mod thresholds;

mod ir_mrz_absorbs;
mod uv_page_dull;

pub use ir_mrz_absorbs::ir_mrz_absorbs;
pub use measurement::{
    Criterion, Fact, Fault, Light, Measurement, Note, Quality, Reading, RectMm, RectPx, Region,
};
pub use mrz_zone::{MrzLine, MrzZone};
pub use page::{PageSize, Point, ScaleSource, WhitePage};
pub use picture::{DecodeError, DecodeErrorKind, Limits, Picture, PortraitFormat, PortraitHeader, Shot};
pub use uv_page_dull::{UvAnchors, uv_page_dull};
