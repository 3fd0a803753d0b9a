//! The record of a chip session inside a bundle: `apdu.jsonl`, the exchanges as on the wire, and `session.json`, what the
//! terminal knew and drew. Together they let the same state machines run again. Both are personal data of the class of DG1.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The schema of `session.json`.
pub const SESSION_SCHEMA: &str = "verifier.session/1";
/// Most lines of an APDU log that are read, and most drawn values of a session.
const MAX_LINES: usize = 20_000;

/// One exchange of `apdu.jsonl`. Octets are lower-case hexadecimal. No `Debug` of its content: lengths only.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ApduLine {
    /// Number of the exchange, from 0.
    pub n: u64,
    /// Microseconds from the begin of the capture until the command went out.
    pub t_us: u64,
    /// Microseconds until the answer was there.
    pub dt_us: u64,
    /// Command on the wire.
    #[serde(with = "hex::serde")]
    pub c: Vec<u8>,
    /// Answer on the wire, status word included; absent where none came.
    #[serde(default, with = "octets", skip_serializing_if = "Option::is_none")]
    pub r: Option<Vec<u8>>,
    /// Command before protection, where a session was open.
    #[serde(default, with = "octets", skip_serializing_if = "Option::is_none")]
    pub plain_c: Option<Vec<u8>>,
    /// Answer as secure messaging opened it, status word included.
    #[serde(default, with = "octets", skip_serializing_if = "Option::is_none")]
    pub plain_r: Option<Vec<u8>>,
}

impl fmt::Debug for ApduLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApduLine({}, {} octets, {:?})", self.n, self.c.len(), self.r.as_ref().map(Vec::len))
    }
}

/// `session.json`. Whoever has it opens the chip and can read the log: `Debug` shows counts.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Session {
    /// [`SESSION_SCHEMA`].
    pub schema: String,
    /// SHA-1 over number, birth and expiry with their check digits (Doc 9303-11 4.3.3), where the zone was the key.
    #[serde(default, with = "octets", skip_serializing_if = "Option::is_none")]
    pub mrz_key: Option<Vec<u8>>,
    /// The card access number, where that was the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub can: Option<String>,
    /// Values drawn from the terminal's generator, in order.
    pub draws: Vec<DrawnValue>,
    /// Numbers of the exchanges before which the chip was started afresh.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resets: Vec<u64>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({} drawn values)", self.draws.len())
    }
}

/// One value drawn from the terminal's generator.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnValue {
    /// Number of the first exchange that depends on it.
    pub n: u64,
    /// What it is, for example `bac.rnd-ifd`.
    pub what: String,
    /// The octets.
    #[serde(with = "hex::serde")]
    pub value: Vec<u8>,
}

impl fmt::Debug for DrawnValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DrawnValue({}, {} octets)", self.n, self.value.len())
    }
}

/// Why a log or a session cannot be read. The text of the fault is not kept: it could quote what the chip said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// A line of the log, counted from 1, is no exchange.
    Line(usize),
    /// More lines or values than any session has.
    TooMany,
    /// `session.json` is none, or of another schema.
    Session,
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line} of the APDU log is no exchange"),
            Self::TooMany => write!(f, "more than {MAX_LINES} entries"),
            Self::Session => write!(f, "no session of schema {SESSION_SCHEMA}"),
        }
    }
}

impl std::error::Error for SessionError {}

/// Reads `apdu.jsonl`: one object a line, blank lines passed over.
///
/// # Errors
/// [`SessionError::Line`], [`SessionError::TooMany`].
pub fn read_apdu_log(bytes: &[u8]) -> Result<Vec<ApduLine>, SessionError> {
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if lines.len() >= MAX_LINES {
            return Err(SessionError::TooMany);
        }
        lines.push(serde_json::from_slice(line).map_err(|_| SessionError::Line(number))?);
    }
    Ok(lines)
}

/// Writes `apdu.jsonl`.
#[must_use]
pub fn write_apdu_log(lines: &[ApduLine]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in lines {
        // Numbers and hexadecimal text always serialise.
        out.extend(serde_json::to_vec(line).unwrap_or_default());
        out.push(b'\n');
    }
    out
}

impl Session {
    /// An empty session of this version.
    #[must_use]
    pub fn new() -> Self {
        Self { schema: SESSION_SCHEMA.to_owned(), ..Self::default() }
    }

    /// Reads `session.json`.
    ///
    /// # Errors
    /// [`SessionError::Session`], [`SessionError::TooMany`].
    pub fn read(bytes: &[u8]) -> Result<Self, SessionError> {
        let session: Self = serde_json::from_slice(bytes).map_err(|_| SessionError::Session)?;
        if session.schema != SESSION_SCHEMA {
            return Err(SessionError::Session);
        }
        if session.draws.len() > MAX_LINES || session.resets.len() > MAX_LINES {
            return Err(SessionError::TooMany);
        }
        Ok(session)
    }

    /// Writes `session.json`.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut out = serde_json::to_vec_pretty(self).unwrap_or_default();
        out.push(b'\n');
        out
    }
}

/// Optional octets as hexadecimal text.
mod octets {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(octets: &Option<Vec<u8>>, to: S) -> Result<S::Ok, S::Error> {
        match octets {
            Some(octets) => to.serialize_str(&hex::encode(octets)),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Option<Vec<u8>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(hex::decode).transpose().map_err(|_| D::Error::custom("no hexadecimal"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let line = ApduLine {
            n: 1,
            t_us: 5,
            dt_us: 7,
            c: vec![0, 0xA4],
            r: Some(vec![0x90, 0]),
            ..ApduLine::default()
        };
        let lost = ApduLine { n: 2, c: vec![0], plain_c: Some(vec![1]), ..ApduLine::default() };
        let log = write_apdu_log(&[line.clone(), lost.clone()]);
        assert!(log.starts_with(b"{\"n\":1,\"t_us\":5,\"dt_us\":7,\"c\":\"00a4\",\"r\":\"9000\"}\n"));
        assert_eq!(read_apdu_log(&log).unwrap(), [line, lost]);
        let drawn = DrawnValue { n: 3, what: "bac.k-ifd".into(), value: vec![1, 2] };
        let session =
            Session { mrz_key: Some(vec![9; 20]), draws: vec![drawn], resets: vec![4], ..Session::new() };
        assert_eq!(Session::read(&session.write()).unwrap(), session);
        assert!(!format!("{session:?}").contains("09"));
    }

    #[test]
    fn what_is_none_is_refused_without_its_text() {
        assert_eq!(
            read_apdu_log(b"{\"n\":0,\"t_us\":0,\"dt_us\":0,\"c\":\"00\"}\n\n{}\n").unwrap_err(),
            SessionError::Line(3)
        );
        assert_eq!(
            read_apdu_log(b"{\"n\":0,\"t_us\":0,\"dt_us\":0,\"c\":\"0\"}").unwrap_err(),
            SessionError::Line(1)
        );
        assert_eq!(Session::read(b"{}").unwrap_err(), SessionError::Session);
        assert_eq!(Session::read(b"{\"schema\":\"other\",\"draws\":[]}").unwrap_err(), SessionError::Session);
        let many = b"{\"n\":0,\"t_us\":0,\"dt_us\":0,\"c\":\"00\"}\n".repeat(MAX_LINES + 1);
        assert_eq!(read_apdu_log(&many).unwrap_err(), SessionError::TooMany);
    }
}
