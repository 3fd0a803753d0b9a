//! Framing profiles: what a serial MRZ reader speaks, as TOML data.
//!
//! Some makers publish their framing, most do not; a site then writes a profile from the manual it got with the
//! device. The profiles in `reader-drivers/profiles/` are compiled in, and [`Profiles::add`] extends them at run time.
//! An unknown key is an error: a mistyped checksum must not silently become none.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::error::{ReaderError, ReaderErrorKind};
use crate::serial::checksum::{Checksum, Coverage};

/// Longest frame that a profile may ask for, in bytes.
pub const MAX_FRAME: usize = 4096;

/// The profiles that are compiled in.
const BUILT_IN: [(&str, &str); 7] = [
    ("elyctis", include_str!("../../profiles/elyctis.toml")),
    ("rte-native", include_str!("../../profiles/rte-native.toml")),
    ("honeywell", include_str!("../../profiles/honeywell.toml")),
    ("lines-cr", include_str!("../../profiles/lines-cr.toml")),
    ("stx-etx", include_str!("../../profiles/stx-etx.toml")),
    ("stx-etx-xor", include_str!("../../profiles/stx-etx-xor.toml")),
    ("stx-etx-7e1", include_str!("../../profiles/stx-etx-7e1.toml")),
];

/// Bytes that a profile writes as hexadecimal digits, blanks allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HexBytes(pub Vec<u8>);

impl<'de> Deserialize<'de> for HexBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits: String = text.chars().filter(|c| *c != ' ').collect();
        hex::decode(&digits).map(Self).map_err(serde::de::Error::custom)
    }
}

/// Which state machine reads the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Protocol {
    /// Start sequence, lines, end sequence, check value; all of it data.
    Delimited,
    /// Command, length, data (Elyctis scanner command set).
    Elyctis,
    /// The native frame of Rochford Thompson / 3M RTE swipe readers.
    RteNative,
}

/// Parity bit of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Parity {
    /// No parity bit.
    #[default]
    None,
    /// Even parity.
    Even,
    /// Odd parity.
    Odd,
}

/// How the line is set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Line {
    /// Bit rates, the usual one first; a protocol that can ask tries them in this order, others use the first.
    pub baud: Vec<u32>,
    /// 7 or 8 data bits.
    pub data_bits: u8,
    /// Parity bit.
    pub parity: Parity,
    /// 1 or 2 stop bits.
    pub stop_bits: u8,
}

impl Default for Line {
    fn default() -> Self {
        Self { baud: vec![9600], data_bits: 8, parity: Parity::None, stop_bits: 1 }
    }
}

/// How frames are cut out of the byte stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Framing {
    /// Start sequence; empty: a frame starts with the first byte after silence or after the last frame.
    pub start: HexBytes,
    /// What stands between lines.
    pub line_sep: HexBytes,
    /// End sequence; empty: `idle_end_ms` of silence ends the frame.
    pub end: HexBytes,
    /// Check value after the end sequence (before the silence where there is none).
    pub checksum: Checksum,
    /// Coverages to try, in order.
    pub coverage: Vec<Coverage>,
    /// Clear bit 7 of every byte: a seven-bit line with parity, seen through eight bits without.
    pub parity_strip: bool,
    /// Characters by which the device says "unread": they become unknown cells.
    pub reject_chars: String,
    /// Bytes that are dropped wherever they stand in the content (XON, XOFF, NUL).
    pub ignore: HexBytes,
    /// Longest frame in bytes, start to end.
    pub max_len: usize,
    /// Silence that ends a frame without end sequence, in milliseconds.
    pub idle_end_ms: u64,
    /// Silence inside a frame that makes it a partial one, in milliseconds, over and above three characters.
    pub gap_ms: u64,
    /// Time that a whole frame may take from its first byte to its last, in milliseconds.
    pub frame_ms: u64,
    /// Text of exactly `.0` cells in one line is cut into lines of `.1` cells.
    pub joined: Vec<(usize, usize)>,
}

impl Default for Framing {
    fn default() -> Self {
        Self {
            start: HexBytes::default(),
            line_sep: HexBytes(vec![0x0D]),
            end: HexBytes::default(),
            checksum: Checksum::None,
            coverage: vec![Coverage::AfterStartToEnd],
            parity_strip: false,
            reject_chars: "?*_\u{7F}".to_owned(),
            ignore: HexBytes(vec![0x00, 0x11, 0x13]),
            max_len: 256,
            idle_end_ms: 120,
            gap_ms: 50,
            frame_ms: 2000,
            joined: Vec::new(),
        }
    }
}

/// What the host says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Host {
    /// Sent once after opening.
    pub init: HexBytes,
    /// Sent before every wait for a document (a trigger).
    pub arm: HexBytes,
    /// `arm` is sent again after this time without a document, in milliseconds; 0: never. A trigger runs out.
    pub rearm_ms: u64,
    /// Sent when the reader is closed.
    pub disarm: HexBytes,
    /// Sent after a good frame.
    pub ack_on_good: HexBytes,
    /// Sent after a frame with a bad check value.
    pub nak_on_bad: HexBytes,
}

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// `verifier.reader-profile/1`.
    pub schema: String,
    /// Name in the URI.
    pub name: String,
    /// For people: which devices.
    pub description: String,
    /// Which state machine.
    pub protocol: Protocol,
    /// The line.
    #[serde(default)]
    pub line: Line,
    /// The frames.
    #[serde(default)]
    pub framing: Framing,
    /// What the host says.
    #[serde(default)]
    pub host: Host,
}

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// `InvalidProfile` naming the line and field.
    pub fn from_toml(text: &str) -> Result<Self, ReaderError> {
        let refuse =
            |detail: String| ReaderError::new(ReaderErrorKind::InvalidProfile, "profile").because(detail);
        if text.len() > 64 * 1024 {
            return Err(refuse("longer than 64 KiB".to_owned()));
        }
        let profile: Self = toml::from_str(text).map_err(|error| refuse(error.to_string()))?;
        match profile.fault() {
            Some(fault) => {
                Err(ReaderError::new(ReaderErrorKind::InvalidProfile, profile.name.clone()).because(fault))
            }
            None => Ok(profile),
        }
    }

    fn fault(&self) -> Option<&'static str> {
        let (line, framing, host) = (&self.line, &self.framing, &self.host);
        let long = |bytes: &HexBytes, most: usize| bytes.0.len() > most;
        let rules = [
            (self.schema != "verifier.reader-profile/1", "schema must be verifier.reader-profile/1"),
            (self.name.is_empty() || self.name.len() > 64, "name must have 1 to 64 characters"),
            (line.baud.is_empty() || line.baud.len() > 8, "line.baud needs 1 to 8 rates"),
            (line.baud.iter().any(|b| !(50..=4_000_000).contains(b)), "line.baud must be in 50..=4000000"),
            (!matches!(line.data_bits, 7 | 8), "line.data_bits must be 7 or 8"),
            (!matches!(line.stop_bits, 1 | 2), "line.stop_bits must be 1 or 2"),
            (!(16..=MAX_FRAME).contains(&framing.max_len), "framing.max_len must be in 16..=4096"),
            (long(&framing.start, 8) || long(&framing.end, 8), "framing.start and end have at most 8 bytes"),
            (long(&framing.line_sep, 4), "framing.line_sep has at most 4 bytes"),
            (long(&framing.ignore, 16), "framing.ignore has at most 16 bytes"),
            (
                !framing.end.0.is_empty() && framing.end == framing.line_sep,
                "framing.end must differ from line_sep: no line would ever be the second",
            ),
            (framing.checksum != Checksum::None && framing.coverage.is_empty(), "framing.coverage is empty"),
            (!(10..=10_000).contains(&framing.idle_end_ms), "framing.idle_end_ms must be in 10..=10000"),
            (!(10..=10_000).contains(&framing.gap_ms), "framing.gap_ms must be in 10..=10000"),
            (!(50..=60_000).contains(&framing.frame_ms), "framing.frame_ms must be in 50..=60000"),
            (
                framing.joined.len() > 16
                    || framing
                        .joined
                        .iter()
                        .any(|(all, line)| *line == 0 || all % line != 0 || all / line > 8),
                "framing.joined is pairs of whole length and line length, at most 8 lines",
            ),
            (host.rearm_ms != 0 && host.rearm_ms < 100, "host.rearm_ms must be 0 or at least 100"),
            (
                [&host.init, &host.arm, &host.disarm, &host.ack_on_good, &host.nak_on_bad]
                    .iter()
                    .any(|bytes| long(bytes, 256)),
                "host sequences have at most 256 bytes",
            ),
        ];
        rules.into_iter().find_map(|(broken, text)| broken.then_some(text))
    }

    /// Time of one character on the line at `baud`.
    #[must_use]
    pub fn character_time(&self, baud: u32) -> Duration {
        let parity = u32::from(self.line.parity != Parity::None);
        let bits = 1 + u32::from(self.line.data_bits) + parity + u32::from(self.line.stop_bits);
        Duration::from_secs(1) * bits / baud.max(1)
    }

    /// Silence after which the framer is told that the line is idle.
    #[must_use]
    pub fn quiet_after(&self, baud: u32) -> Duration {
        let idle_ends = self.protocol == Protocol::Delimited && self.framing.end.0.is_empty();
        let base = if idle_ends { self.framing.idle_end_ms } else { self.framing.gap_ms };
        Duration::from_millis(base) + self.character_time(baud) * 3
    }
}

/// The profiles that a factory knows, by name.
#[derive(Debug, Clone, Default)]
pub struct Profiles(BTreeMap<String, Profile>);

impl Profiles {
    /// The profiles that are compiled in.
    ///
    /// # Errors
    /// `InvalidProfile` if one of them were not valid; a test keeps that from happening.
    pub fn built_in() -> Result<Self, ReaderError> {
        let mut profiles = Self::default();
        for (_, text) in BUILT_IN {
            profiles.add(Profile::from_toml(text)?);
        }
        Ok(profiles)
    }

    /// Adds a profile; it takes the place of one with the same name.
    pub fn add(&mut self, profile: Profile) {
        self.0.insert(profile.name.clone(), profile);
    }

    /// The profile of this name.
    ///
    /// # Errors
    /// `UnknownProfile` naming the ones that are known.
    pub fn find(&self, name: &str) -> Result<&Profile, ReaderError> {
        self.0.get(name).ok_or_else(|| {
            let known: Vec<_> = self.0.keys().map(String::as_str).collect();
            ReaderError::new(ReaderErrorKind::UnknownProfile, name)
                .because(format!("known profiles: {}", known.join(", ")))
        })
    }

    /// All profiles, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Profile> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compiled_in_profiles_are_valid_and_named_as_their_files() {
        for (name, text) in BUILT_IN {
            assert_eq!(Profile::from_toml(text).unwrap().name, name);
        }
        assert_eq!(Profiles::built_in().unwrap().iter().count(), BUILT_IN.len());
    }

    #[test]
    fn wrong_profiles_are_refused_with_the_field() {
        let head = "schema = \"verifier.reader-profile/1\"\nname = \"x\"\ndescription = \"\"\nprotocol = \"delimited\"\n";
        assert!(Profile::from_toml(head).is_ok());
        for (tail, word) in [
            ("[framing]\nchecksam = \"xor\"", "checksam"),
            ("[framing]\nchecksum = \"xxor\"", "xxor"),
            ("[framing]\nend = \"0D\"", "line_sep"),
            ("[framing]\nstart = \"0\"", "start"),
            ("[framing]\nmax_len = 1000000", "max_len"),
            ("[line]\nbaud = []", "baud"),
            ("[line]\nbaud = [3]", "baud"),
            ("[framing]\njoined = [[10, 0]]", "joined"),
        ] {
            let error = Profile::from_toml(&format!("{head}{tail}")).unwrap_err();
            assert_eq!(*error.kind(), ReaderErrorKind::InvalidProfile);
            assert!(error.to_string().contains(word), "{error}");
        }
        assert_eq!(
            *Profiles::built_in().unwrap().find("nope").unwrap_err().kind(),
            ReaderErrorKind::UnknownProfile
        );
    }

    #[test]
    fn times_follow_the_line() {
        let profile = Profiles::built_in().unwrap().find("elyctis").unwrap().clone();
        assert_eq!(profile.character_time(9600).as_micros(), 1041);
        assert!(profile.quiet_after(9600) < Duration::from_millis(60));
    }
}
