//! Document readers: the only room that talks to devices.
//!
//! A [`ReaderFactory`] finds and opens devices of one URI scheme, a [`Reader`]
//! is an open one; a [`Registry`] holds all factories. Protocols are state machines without I/O,
//! joined with a [`Port`](port::Port) at the edge. Emulators of the devices are public parts: tests and
//! `verifier emulate` use the same ones.
//!
//! ```no_run
//! use std::time::{Duration, Instant};
//! use reader_drivers::{ReaderEvent, Registry};
//!
//! let mut reader = Registry::standard().open("serial:/dev/ttyUSB0?profile=elyctis")?;
//! if let Some(ReaderEvent::Mrz(text)) = reader.next_event(Instant::now() + Duration::from_secs(30))? {
//!     let lines = text.to_lines();
//!     assert!(lines.len() <= 3);
//! }
//! # Ok::<(), reader_drivers::ReaderError>(())
//! ```

pub mod cancel;
pub mod ccid;
pub mod chip;
pub mod emulator;
pub mod error;
pub mod folder;
pub mod mrz_text;
#[cfg(feature = "pcsc")]
pub mod pcsc;
#[cfg(feature = "pkcs11")]
pub mod pkcs11;
pub mod pn532;
pub mod port;
pub mod reader;
pub mod registry;
pub mod serial;
pub mod session;
pub mod uri;
pub mod vpcd;

pub use cancel::Cancel;
pub use error::{FramingFault, ReaderError, ReaderErrorKind};
pub use mrz_text::{Cell, Integrity, MrzText};
pub use reader::{Card, Reader, ReaderEvent, ReaderFactory, ReaderInfo};
pub use registry::Registry;
pub use uri::ReaderUri;
