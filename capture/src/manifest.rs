//! `capture.json` read: every field typed and placed, every path checked, no file opened yet.

use crate::authentication::{Authentication, Protocol};
use crate::bundle_path::BundlePath;
use crate::capture::CHIP_FILE_NAMES;
use crate::error::{Error, ErrorKind};
use crate::fields::{Fields, Notes, item_number, item_text};
use crate::json::Json;
use crate::light::Light;
use crate::limits::Limits;
use crate::note::Note;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// A file that `capture.json` lists, and where it does.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) at: String,
    pub(crate) path: BundlePath,
    pub(crate) cap: u64,
}

pub(crate) struct ImageEntry {
    pub(crate) page: String,
    pub(crate) light: Light,
    pub(crate) file: Listed,
    pub(crate) ppi: Option<f64>,
    pub(crate) processing: Option<String>,
}

#[derive(Default)]
pub(crate) struct ChipEntry {
    pub(crate) files: BTreeMap<String, Listed>,
    pub(crate) authentication: Vec<Authentication>,
    pub(crate) apdu_log: Option<Listed>,
    pub(crate) session: Option<Listed>,
    pub(crate) portrait: Option<Listed>,
}

pub(crate) struct Manifest {
    pub(crate) captured_at: Option<OffsetDateTime>,
    pub(crate) device: Option<(Option<String>, Option<Listed>)>,
    pub(crate) images: Vec<ImageEntry>,
    pub(crate) mrz: Option<Vec<String>>,
    pub(crate) viz: BTreeMap<String, String>,
    pub(crate) chip: Option<ChipEntry>,
    pub(crate) notes: Vec<Note>,
}

impl Manifest {
    /// Reads `capture.json`. With `strict` the first note is an error.
    pub(crate) fn parse(bytes: &[u8], limits: &Limits, strict: bool) -> Result<Self, Error> {
        let json = Json::parse(bytes, limits.depth)?;
        let top = Fields::of(&json, "")?;
        check_schema(top.text("schema")?)?;
        let mut notes = Notes::new(limits.items);
        top.note_unknown(&["schema", "captured_at", "device", "images", "mrz", "viz", "chip"], &mut notes);
        let manifest = Self {
            captured_at: top.instant("captured_at")?,
            device: top
                .object("device")?
                .map(|device| read_device(&device, limits, &mut notes))
                .transpose()?,
            images: top
                .list("images", limits)?
                .unwrap_or_default()
                .iter()
                .map(|(at, item)| read_image(&Fields::of(item, at)?, limits, &mut notes))
                .collect::<Result<_, _>>()?,
            mrz: top
                .list("mrz", limits)?
                .map(|lines| lines.iter().map(|line| item_text(line).map(str::to_owned)).collect())
                .transpose()?,
            viz: match top.object("viz")? {
                Some(viz) => {
                    viz.texts(limits)?.into_iter().map(|(name, _, text)| (name, text.to_owned())).collect()
                }
                None => BTreeMap::new(),
            },
            chip: top.object("chip")?.map(|chip| read_chip(&chip, limits, &mut notes)).transpose()?,
            notes: notes.finish(),
        };
        match manifest.notes.first() {
            Some(note) if strict => {
                Err(ErrorKind::Unknown { at: note.path.clone(), nearest: note.nearest.clone() }.into())
            }
            _ => Ok(manifest),
        }
    }
}

/// `verifier.capture/1`, with any minor version after a dot: changes within a major version only add.
fn check_schema(found: Option<&str>) -> Result<(), Error> {
    let minor = found.and_then(|schema| schema.strip_prefix(crate::SCHEMA));
    match minor {
        Some("") => Ok(()),
        Some(minor)
            if minor.strip_prefix('.').is_some_and(|digits| {
                (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
            }) =>
        {
            Ok(())
        }
        _ => Err(ErrorKind::Schema { found: found.map(|s| s.chars().take(64).collect()) }.into()),
    }
}

fn listed(fields: &Fields<'_>, name: &str, cap: u64) -> Result<Option<Listed>, Error> {
    let Some(text) = fields.text(name)? else { return Ok(None) };
    let at = fields.place(name);
    let path = BundlePath::parse(text, &at)?;
    Ok(Some(Listed { at, path, cap }))
}

type DeviceEntry = (Option<String>, Option<Listed>);

fn read_device(device: &Fields<'_>, limits: &Limits, notes: &mut Notes) -> Result<DeviceEntry, Error> {
    device.note_unknown(&["id", "profile"], notes);
    Ok((device.text("id")?.map(str::to_owned), listed(device, "profile", limits.image)?))
}

fn read_image(image: &Fields<'_>, limits: &Limits, notes: &mut Notes) -> Result<ImageEntry, Error> {
    image.note_unknown(&["page", "light", "file", "ppi", "processing"], notes);
    let light = image.required_text("light")?;
    notes.near_miss(&image.place("light"), light, &Light::NAMES);
    let file = listed(image, "file", limits.image)?
        .ok_or_else(|| Error::new(ErrorKind::MissingField { at: image.place("file") }))?;
    Ok(ImageEntry {
        page: image.text("page")?.unwrap_or("data").to_owned(),
        light: Light::from_name(light),
        file,
        ppi: image.resolution("ppi")?,
        processing: image.text("processing")?.map(str::to_owned),
    })
}

fn read_chip(chip: &Fields<'_>, limits: &Limits, notes: &mut Notes) -> Result<ChipEntry, Error> {
    chip.note_unknown(&["files", "authentication", "apdu_log", "session", "portrait"], notes);
    let mut files = BTreeMap::new();
    if let Some(object) = chip.object("files")? {
        for (name, at, text) in object.texts(limits)? {
            let path = BundlePath::parse(text, &at)?;
            if !CHIP_FILE_NAMES.contains(&name.as_str()) {
                notes.unknown_field(&at, &name, &CHIP_FILE_NAMES);
            }
            files.insert(name, Listed { at, path, cap: limits.chip_file });
        }
    }
    Ok(ChipEntry {
        files,
        authentication: chip
            .list("authentication", limits)?
            .unwrap_or_default()
            .iter()
            .map(|(at, item)| read_authentication(&Fields::of(item, at)?, limits, notes))
            .collect::<Result<_, _>>()?,
        apdu_log: listed(chip, "apdu_log", limits.image)?,
        session: listed(chip, "session", limits.image)?,
        portrait: listed(chip, "portrait", limits.image)?,
    })
}

fn read_authentication(
    entry: &Fields<'_>,
    limits: &Limits,
    notes: &mut Notes,
) -> Result<Authentication, Error> {
    entry.note_unknown(&["protocol", "challenge", "response", "sw", "at", "log_lines"], notes);
    let protocol = entry.required_text("protocol")?;
    notes.near_miss(&entry.place("protocol"), protocol, &Protocol::NAMES);
    let status_word = match entry.hex("sw")? {
        None => None,
        Some(bytes) => match <[u8; 2]>::try_from(bytes) {
            Ok(sw) => Some(u16::from_be_bytes(sw)),
            Err(_) => {
                let expected = "a status word of four hexadecimal digits, as 9000";
                return Err(ErrorKind::Value { at: entry.place("sw"), expected }.into());
            }
        },
    };
    Ok(Authentication {
        protocol: Protocol::from_name(protocol),
        challenge: entry.hex("challenge")?,
        response: entry.hex("response")?,
        status_word,
        at: entry.instant("at")?,
        log_lines: entry
            .list("log_lines", limits)?
            .unwrap_or_default()
            .iter()
            .map(item_number)
            .collect::<Result<_, _>>()?,
    })
}
