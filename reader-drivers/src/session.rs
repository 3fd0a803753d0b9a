//! A reader's session as a file: what went over the line, when, and the same again without the device.
//!
//! One JSON object a line. The first is `{"schema": "verifier.reader-session/1", "uri": ...}`; then `{"t_us", "in"}`
//! and `{"t_us", "out"}` with hexadecimal bytes, `{"t_us", "baud"}` and `{"t_us", "gone": true}`. The bytes are
//! personal data of the class of DG1: the file is made with mode 0600 and never overwrites another.

pub mod recorder;
pub mod replay;

use serde::{Deserialize, Serialize};

/// Value of `schema` in the first line.
pub const SCHEMA: &str = "verifier.reader-session/1";

/// Largest session that is written or read, in bytes.
pub const MAX_SESSION: u64 = 64 * 1024 * 1024;

/// First line of a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`SCHEMA`].
    pub schema: String,
    /// URI of the reader that was recorded, without `record`.
    pub uri: String,
}

/// Any other line of a session. No `Debug`: the bytes are personal data.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Microseconds since the session began.
    pub t_us: u64,
    /// Bytes that the device sent, hexadecimal.
    #[serde(rename = "in", default, skip_serializing_if = "Option::is_none")]
    pub received: Option<String>,
    /// Bytes that the host sent, hexadecimal.
    #[serde(rename = "out", default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// Bit rate that the host set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baud: Option<u32>,
    /// The device went away here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// The session was cut here: it reached [`MAX_SESSION`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}
