//! The types of a capture: plain data, filled by a reader, a kiosk or a bundle.

use crate::authentication::Authentication;
use crate::content::Content;
use crate::light::Light;
use crate::limits::Limits;
use crate::note::Note;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use time::OffsetDateTime;

/// Names of chip files that a bundle may use: the contract's, and the rest of Doc 9303-10 section 3.
pub const CHIP_FILE_NAMES: [&str; 24] = [
    "EF.COM",
    "EF.SOD",
    "DG1",
    "DG2",
    "DG3",
    "DG4",
    "DG5",
    "DG6",
    "DG7",
    "DG8",
    "DG9",
    "DG10",
    "DG11",
    "DG12",
    "DG13",
    "DG14",
    "DG15",
    "DG16",
    "EF.CardAccess",
    "EF.CardSecurity",
    "EF.ChipSecurity",
    "EF.ATR/INFO",
    "EF.DIR",
    "EF.CVCA",
];

/// What one reader delivered on one document. Every part is optional; nothing in it is judged or trusted.
///
/// Fields may be set freely: [`Capture::sha256`] is computed from what is there when it is called.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Capture {
    /// When the capture began, as the reader's clock said.
    pub captured_at: Option<OffsetDateTime>,
    /// The device it was made with.
    pub device: Option<Device>,
    /// Images of pages, in the order in which they came.
    pub images: Vec<PageImage>,
    /// Lines of the machine readable zone as the reader delivered them, untrimmed.
    pub mrz: Option<Vec<String>>,
    /// Fields of the visual inspection zone, by name.
    pub viz: BTreeMap<String, String>,
    /// What was read from the chip; `None` when there was no attempt that left a trace.
    pub chip: Option<ChipPart>,
    /// Remarks on the bundle it was read from; empty for a capture built in memory.
    pub notes: Vec<Note>,
}

/// The device of a capture.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Device {
    /// The operator's name for it, for example `desk-3`.
    pub id: Option<String>,
    /// Its optical profile, where the bundle carries one.
    pub profile: Option<ChipFile>,
}

/// One image of one page in one light.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PageImage {
    /// Which page: `data` for the data page; other names are the reader's.
    pub page: String,
    /// The light it was taken in.
    pub light: Light,
    /// Path inside the bundle, `/` between components. Not part of the content hash.
    pub file: String,
    /// Resolution in pixels per inch; `None` where the reader did not say, and then it stays unknown.
    pub ppi: Option<f64>,
    /// What was done to the pixels, for example `raw`; `None` where the reader did not say.
    pub processing: Option<String>,
    /// The image file as it came, undecoded.
    pub data: Content,
}

/// One file of the chip, or one that came with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChipFile {
    /// Path inside the bundle, `/` between components. Not part of the content hash.
    pub file: String,
    /// The complete file as read, with tag and length.
    pub data: Content,
}

/// What was read from a chip.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChipPart {
    /// Files by contract name: `EF.COM`, `EF.SOD`, `DG1` .. `DG16`, `EF.CardAccess`, `EF.CardSecurity`.
    pub files: BTreeMap<String, ChipFile>,
    /// Authentication protocols that were run.
    pub authentication: Vec<Authentication>,
    /// The exchange on the wire, JSON lines. Personal data of the class of DG1.
    pub apdu_log: Option<ChipFile>,
    /// Random values of the session, for replay. Personal data of the class of DG1.
    pub session: Option<ChipFile>,
    /// A face picture that came decoded from elsewhere: for comparison, never counted as authenticated.
    pub portrait: Option<ChipFile>,
}

impl Capture {
    /// A capture with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The chip part, made if there is none yet.
    pub fn chip_mut(&mut self) -> &mut ChipPart {
        self.chip.get_or_insert_with(ChipPart::default)
    }

    /// The content of a chip file by its contract name, if the capture has it.
    #[must_use]
    pub fn chip_file(&self, name: &str) -> Option<&Content> {
        self.chip.as_ref()?.files.get(name).map(|file| &file.data)
    }

    /// All images of a page in a light, in the order of the capture.
    pub fn images_of<'a>(&'a self, page: &'a str, light: &'a Light) -> impl Iterator<Item = &'a PageImage> {
        self.images.iter().filter(move |image| image.page == page && image.light == *light)
    }
}

impl PageImage {
    /// An image as it came from a reader: an encoded file (PNG, JPEG, BMP), not yet decoded.
    /// More than 16 MiB become [`Content::TooLarge`].
    #[must_use]
    pub fn new(page: &str, light: Light, data: impl Into<Arc<[u8]>>) -> Self {
        let data = Content::capped(data, Limits::STANDARD.image);
        let file = format!("{}-{}.{}", slug(page), slug(light.name()), data.image_ending());
        Self { page: page.to_owned(), light, file, ppi: None, processing: None, data }
    }

    /// Says the resolution in pixels per inch.
    #[must_use]
    pub const fn with_ppi(mut self, ppi: f64) -> Self {
        self.ppi = Some(ppi);
        self
    }

    /// Says what was done to the pixels.
    #[must_use]
    pub fn with_processing(mut self, processing: &str) -> Self {
        self.processing = Some(processing.to_owned());
        self
    }
}

impl ChipFile {
    /// A file with a path inside the bundle. More than `cap` bytes become [`Content::TooLarge`].
    #[must_use]
    pub fn new(file: &str, data: impl Into<Arc<[u8]>>, cap: u64) -> Self {
        Self { file: file.to_owned(), data: Content::capped(data, cap) }
    }
}

impl ChipPart {
    /// Adds or replaces a file by its contract name (see [`CHIP_FILE_NAMES`]).
    /// More than 4 MiB become [`Content::TooLarge`].
    pub fn insert(&mut self, name: &str, data: impl Into<Arc<[u8]>>) {
        let file = ChipFile::new(&format!("chip/{}.bin", slug(name)), data, Limits::STANDARD.chip_file);
        self.files.insert(name.to_owned(), file);
    }
}

impl ChipPart {
    /// Keeps the record of the chip session: the log of its exchanges and, unless it is left out, what the terminal drew.
    pub fn keep_session(&mut self, log: &[crate::ApduLine], session: Option<&crate::Session>) {
        let file = |name, bytes: Vec<u8>| ChipFile::new(name, bytes, Limits::STANDARD.image);
        self.apdu_log = Some(file("chip/apdu.jsonl", crate::write_apdu_log(log)));
        self.session = session.map(|session| file("chip/session.json", session.write()));
    }
}

/// A name made fit for a file: letters, digits, `.`, `-`, `_`; anything else is `_`.
fn slug(name: &str) -> String {
    let kept: String = name
        .chars()
        .take(64)
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '_' })
        .collect();
    if kept.is_empty() || kept.chars().all(|c| c == '.') { "_".to_owned() } else { kept }
}

impl fmt::Debug for PageImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageImage")
            .field("page", &self.page)
            .field("light", &self.light)
            .field("file", &self.file)
            .field("ppi", &self.ppi)
            .field("processing", &self.processing)
            .field("data", &self.data)
            .finish()
    }
}

// MRZ and VIZ are the holder: counts only.
impl fmt::Debug for Capture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capture")
            .field("captured_at", &self.captured_at)
            .field("device", &self.device)
            .field("images", &self.images)
            .field("mrz_lines", &self.mrz.as_ref().map(Vec::len))
            .field("viz_fields", &self.viz.len())
            .field("chip", &self.chip)
            .field("notes", &self.notes)
            .finish()
    }
}
