//! The content hash of a capture: the same for a folder, for a zip of it and for the same parts in memory.
//!
//! SHA-256 over length-prefixed fields in a fixed order. File names inside the bundle and the spelling of
//! `capture.json` do not count; the order in which images and authentication entries came does not either.

use crate::authentication::Authentication;
use crate::capture::{Capture, ChipFile, ChipPart, PageImage};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

impl Capture {
    /// The content hash: SHA-256 over everything the capture holds, except paths inside the bundle.
    ///
    /// Two captures with the same hash get the same report under the same policy, snapshot and time.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        let mut hash = Fields::new("verifier.capture.content/1");
        hash.instant("captured_at", self.captured_at);
        if let Some(device) = &self.device {
            hash.text("device.id", device.id.as_deref());
            hash.file("device.profile", device.profile.as_ref());
        }
        hash.unordered("image", self.images.iter().map(image));
        if let Some(mrz) = &self.mrz {
            hash.bytes("mrz", &[]);
            for line in mrz {
                hash.bytes("mrz.line", line.as_bytes());
            }
        }
        for (name, value) in &self.viz {
            hash.bytes("viz.name", name.as_bytes());
            hash.bytes("viz.value", value.as_bytes());
        }
        if let Some(part) = &self.chip {
            chip(&mut hash, part);
        }
        hash.unordered(
            "note",
            self.notes.iter().map(|note| {
                let mut hash = Fields::new(note.code);
                hash.bytes("path", note.path.as_bytes());
                hash.finish()
            }),
        );
        hash.finish()
    }
}

fn image(image: &PageImage) -> [u8; 32] {
    let mut hash = Fields::new("image");
    hash.bytes("page", image.page.as_bytes());
    hash.bytes("light", image.light.name().as_bytes());
    if let Some(ppi) = image.ppi {
        hash.bytes("ppi", &ppi.to_bits().to_be_bytes());
    }
    hash.text("processing", image.processing.as_deref());
    hash.bytes("data", &image.data.sha256());
    hash.finish()
}

fn chip(hash: &mut Fields, part: &ChipPart) {
    hash.bytes("chip", &[]);
    for (name, file) in &part.files {
        hash.bytes("chip.name", name.as_bytes());
        hash.file("chip.file", Some(file));
    }
    hash.unordered("chip.authentication", part.authentication.iter().map(authentication));
    hash.file("chip.apdu_log", part.apdu_log.as_ref());
    hash.file("chip.session", part.session.as_ref());
    hash.file("chip.portrait", part.portrait.as_ref());
}

fn authentication(entry: &Authentication) -> [u8; 32] {
    let mut hash = Fields::new("authentication");
    hash.bytes("protocol", entry.protocol.name().as_bytes());
    if let Some(challenge) = &entry.challenge {
        hash.bytes("challenge", challenge);
    }
    if let Some(response) = &entry.response {
        hash.bytes("response", response);
    }
    if let Some(sw) = entry.status_word {
        hash.bytes("sw", &sw.to_be_bytes());
    }
    hash.instant("at", entry.at);
    for line in &entry.log_lines {
        hash.bytes("log_line", &line.to_be_bytes());
    }
    hash.finish()
}

/// A hash over named fields, each preceded by the lengths of its name and value.
struct Fields(Sha256);

impl Fields {
    fn new(kind: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.bytes("kind", kind.as_bytes());
        fields
    }

    fn bytes(&mut self, name: &str, value: &[u8]) {
        for part in [name.as_bytes(), value] {
            self.0.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            self.0.update(part);
        }
    }

    fn text(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.bytes(name, value.as_bytes());
        }
    }

    fn instant(&mut self, name: &str, value: Option<OffsetDateTime>) {
        if let Some(value) = value {
            self.bytes(name, &value.unix_timestamp_nanos().to_be_bytes());
        }
    }

    fn file(&mut self, name: &str, file: Option<&ChipFile>) {
        if let Some(file) = file {
            self.bytes(name, &file.data.sha256());
        }
    }

    fn unordered(&mut self, name: &str, items: impl Iterator<Item = [u8; 32]>) {
        let mut items: Vec<_> = items.collect();
        items.sort_unstable();
        for item in items {
            self.bytes(name, &item);
        }
    }

    fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}
