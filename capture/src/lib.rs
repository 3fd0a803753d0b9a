//! What a document reader delivered: the capture bundle, read, written and built in memory.
//!
//! A bundle is a folder, or a zip of it, with a `capture.json` of schema `verifier.capture/1` and the
//! files it lists: images of pages by light, the MRZ text, the files of the chip, the answers of
//! authentication protocols and the log of the exchange. This room judges nothing. It draws one line:
//!
//! * what the operator or the kiosk got wrong (no `capture.json`, a listed file that is not there, a path
//!   that leaves the bundle) is an [`Error`] that says what, where and what to do;
//! * what the document delivered is evidence, however damaged: an empty chip file or an image of 20 MiB of
//!   zeros is read (or at least hashed, see [`Content::TooLarge`]) and judged later.
//!
//! Nothing outside the bundle is ever opened: absolute paths, `..`, drive letters and symbolic links are
//! refused, whichever of their components they hide in. Sizes, counts and depths are capped by [`Limits`].
//!
//! ```
//! use verifier_capture::{Capture, Light, PageImage};
//!
//! let mut capture = Capture::new();
//! capture.images.push(PageImage::new("data", Light::Infrared, b"pixels".to_vec()).with_ppi(400.0));
//! capture.chip_mut().insert("DG1", b"\x61\x02\x5f\x1f".to_vec());
//! capture.mrz = Some(vec!["P<UTO".into()]);
//! let zip = capture.to_zip_bytes()?;
//! let again = Capture::from_zip_bytes(&zip)?;
//! assert_eq!(again.sha256(), capture.sha256());
//! # Ok::<(), verifier_capture::Error>(())
//! ```

mod authentication;
mod bundle_path;
mod capture;
mod content;
mod digest;
mod error;
mod fields;
mod folder;
mod json;
mod light;
mod limits;
mod manifest;
mod note;
mod read;
mod redact;
mod session;
mod source;
mod write;
mod write_json;
mod zipped;

pub use authentication::{Authentication, Protocol};
pub use capture::{CHIP_FILE_NAMES, Capture, ChipFile, ChipPart, Device, PageImage};
pub use content::Content;
pub use error::{Error, ErrorKind};
pub use light::Light;
pub use limits::Limits;
pub use note::{Note, UNKNOWN_FIELD, UNKNOWN_VALUE, nearest};
pub use read::OpenOptions;
pub use session::{
    ApduLine, DrawnValue, SESSION_SCHEMA, Session, SessionError, read_apdu_log, write_apdu_log,
};

/// The schema that this version reads and writes (`verifier.capture`, major version 1).
pub const SCHEMA: &str = "verifier.capture/1";

/// The file of a bundle that lists the others.
pub const MANIFEST: &str = "capture.json";
