//! Opening a bundle: folder or zip, strict or lenient.

use crate::MANIFEST;
use crate::capture::{Capture, ChipFile, ChipPart, Device, PageImage};
use crate::content::Content;
use crate::error::{Error, ErrorKind};
use crate::folder::Folder;
use crate::limits::Limits;
use crate::manifest::{ImageEntry, Listed, Manifest};
use crate::source::{Budget, Source};
use crate::zipped::Zipped;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

/// How a bundle is opened.
///
/// ```no_run
/// let capture = verifier_capture::OpenOptions::new().strict(true).open("case-17")?;
/// # Ok::<(), verifier_capture::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OpenOptions {
    strict: bool,
    limits: Limits,
}

impl Capture {
    /// Opens a bundle: a folder, its `capture.json`, or a zip of it.
    ///
    /// # Errors
    /// Operator errors only; what the document delivered is never one (see the crate's documentation).
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        OpenOptions::new().open(path)
    }

    /// Reads a zipped bundle from memory.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn from_zip_bytes(bytes: &[u8]) -> Result<Self, Error> {
        OpenOptions::new().read_zip(Cursor::new(bytes))
    }
}

impl OpenOptions {
    /// Lenient, with the caps of the contract.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Turns notes (unknown fields and names) into errors.
    #[must_use]
    pub const fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets other caps.
    #[must_use]
    pub const fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Opens a bundle: a folder, its `capture.json`, or a zip of it.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Capture, Error> {
        let path = path.as_ref();
        self.open_path(path).map_err(|error| error.of(path))
    }

    /// Reads a zipped bundle.
    ///
    /// # Errors
    /// As [`Capture::open`].
    pub fn read_zip(&self, reader: impl Read + Seek) -> Result<Capture, Error> {
        self.read(&mut Zipped::open(reader, &self.limits)?)
    }

    fn open_path(&self, path: &Path) -> Result<Capture, Error> {
        let metadata = std::fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ErrorKind::NotFound.into(),
            _ => Error::io(None, &error),
        })?;
        if metadata.is_dir() {
            return self.read(&mut Folder::open(path)?);
        }
        if !metadata.is_file() {
            return Err(ErrorKind::NotABundle.into());
        }
        if path.file_name().is_some_and(|name| name == MANIFEST) {
            let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            return self.read(&mut Folder::open(folder.unwrap_or(Path::new(".")))?);
        }
        let mut file = File::open(path).map_err(|error| Error::io(None, &error))?;
        // A zip starts with a local header, or is empty and starts with its end record.
        let mut start = [0_u8; 4];
        let read = file.read(&mut start).map_err(|error| Error::io(None, &error))?;
        if read != start.len() || !matches!(&start, b"PK\x03\x04" | b"PK\x05\x06") {
            return Err(ErrorKind::NotABundle.into());
        }
        self.read_zip(io::BufReader::new(file))
    }

    fn read(&self, source: &mut impl Source) -> Result<Capture, Error> {
        let manifest = Manifest::parse(&source.manifest(&self.limits)?, &self.limits, self.strict)?;
        let mut budget = Budget::new(self.limits.total);
        let contents = source.fetch(&wanted(&manifest), &mut budget)?;
        fill(manifest, &contents)
    }
}

/// Every listed file once, with the most generous of its caps.
fn wanted(manifest: &Manifest) -> Vec<Listed> {
    let mut all: Vec<&Listed> = manifest.images.iter().map(|image| &image.file).collect();
    all.extend(manifest.device.iter().filter_map(|(_, profile)| profile.as_ref()));
    if let Some(chip) = &manifest.chip {
        all.extend(chip.files.values());
        all.extend([&chip.apdu_log, &chip.session, &chip.portrait].into_iter().flatten());
    }
    let mut once: BTreeMap<_, Listed> = BTreeMap::new();
    for listed in all {
        let entry = once.entry(&listed.path).or_insert_with(|| listed.clone());
        entry.cap = entry.cap.max(listed.cap);
    }
    once.into_values().collect()
}

fn fill(manifest: Manifest, contents: &BTreeMap<String, Content>) -> Result<Capture, Error> {
    let take = |listed: Listed| -> Result<ChipFile, Error> {
        let file = listed.path.text();
        match contents.get(&file) {
            // The file may have been read under the larger cap of another mention.
            Some(Content::Bytes(bytes)) => Ok(ChipFile::new(&file, bytes.clone(), listed.cap)),
            Some(content) => Ok(ChipFile { file, data: content.clone() }),
            None => Err(ErrorKind::MissingFile { at: listed.at, file }.into()),
        }
    };
    let image = |entry: ImageEntry| -> Result<PageImage, Error> {
        let ImageEntry { page, light, file, ppi, processing } = entry;
        let ChipFile { file, data } = take(file)?;
        Ok(PageImage { page, light, file, ppi, processing, data })
    };
    let device = match manifest.device {
        None => None,
        Some((id, profile)) => Some(Device { id, profile: profile.map(take).transpose()? }),
    };
    let chip = match manifest.chip {
        None => None,
        Some(chip) => Some(ChipPart {
            files: chip
                .files
                .into_iter()
                .map(|(name, listed)| Ok((name, take(listed)?)))
                .collect::<Result<_, Error>>()?,
            authentication: chip.authentication,
            apdu_log: chip.apdu_log.map(take).transpose()?,
            session: chip.session.map(take).transpose()?,
            portrait: chip.portrait.map(take).transpose()?,
        }),
    };
    Ok(Capture {
        captured_at: manifest.captured_at,
        device,
        images: manifest.images.into_iter().map(image).collect::<Result<_, _>>()?,
        mrz: manifest.mrz,
        viz: manifest.viz,
        chip,
        notes: manifest.notes,
    })
}
