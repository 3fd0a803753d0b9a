//! `capture.json` written: the contract's fields in the contract's order.

use crate::authentication::Authentication;
use crate::capture::Capture;
use crate::error::{Error, ErrorKind};
use serde::Serialize;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The paths that the items of a capture were given, in the order of its fields.
#[derive(Default)]
pub(crate) struct Paths {
    pub(crate) profile: Option<String>,
    pub(crate) images: Vec<String>,
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) apdu_log: Option<String>,
    pub(crate) session: Option<String>,
    pub(crate) portrait: Option<String>,
}

#[derive(Serialize)]
struct Bundle<'c> {
    schema: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    captured_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<Device<'c>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    images: Vec<Image<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mrz: Option<&'c [String]>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    viz: &'c BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chip: Option<Chip<'c>>,
}

#[derive(Serialize)]
struct Device<'c> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<&'c str>,
}

#[derive(Serialize)]
struct Image<'c> {
    page: &'c str,
    light: &'c str,
    file: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ppi: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    processing: Option<&'c str>,
}

#[derive(Serialize)]
struct Chip<'c> {
    files: &'c BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authentication: Vec<Entry<'c>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apdu_log: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'c str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    portrait: Option<&'c str>,
}

#[derive(Serialize)]
struct Entry<'c> {
    protocol: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenge: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sw: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(skip_serializing_if = "<[u64]>::is_empty")]
    log_lines: &'c [u64],
}

/// The manifest of a capture whose items lie at `paths`.
pub(crate) fn manifest(capture: &Capture, paths: &Paths) -> Result<Vec<u8>, Error> {
    let image = |(i, path)| {
        let image: &crate::PageImage = capture.images.get::<usize>(i)?;
        Some(Image {
            page: &image.page,
            light: image.light.name(),
            file: path,
            ppi: image.ppi,
            processing: image.processing.as_deref(),
        })
    };
    let chip = match &capture.chip {
        None => None,
        Some(part) => Some(Chip {
            files: &paths.files,
            authentication: part
                .authentication
                .iter()
                .enumerate()
                .map(|(i, entry)| authentication(entry, i))
                .collect::<Result<_, _>>()?,
            apdu_log: paths.apdu_log.as_deref(),
            session: paths.session.as_deref(),
            portrait: paths.portrait.as_deref(),
        }),
    };
    let bundle = Bundle {
        schema: crate::SCHEMA,
        captured_at: instant(capture.captured_at, "captured_at")?,
        device: capture
            .device
            .as_ref()
            .map(|device| Device { id: device.id.as_deref(), profile: paths.profile.as_deref() }),
        images: paths.images.iter().map(String::as_str).enumerate().filter_map(image).collect(),
        mrz: capture.mrz.as_deref(),
        viz: &capture.viz,
        chip,
    };
    let mut json = serde_json::to_vec_pretty(&bundle)
        .map_err(|error| Error::new(ErrorKind::Io { file: None, what: error.to_string() }))?;
    json.push(b'\n');
    Ok(json)
}

fn authentication(entry: &Authentication, i: usize) -> Result<Entry<'_>, Error> {
    Ok(Entry {
        protocol: entry.protocol.name(),
        challenge: entry.challenge.as_ref().map(hex::encode),
        response: entry.response.as_ref().map(hex::encode),
        sw: entry.status_word.map(|sw| format!("{sw:04X}")),
        at: instant(entry.at, &format!("chip.authentication[{i}].at"))?,
        log_lines: &entry.log_lines,
    })
}

fn instant(value: Option<OffsetDateTime>, at: &str) -> Result<Option<String>, Error> {
    let format =
        |instant: OffsetDateTime| instant.checked_to_offset(time::UtcOffset::UTC)?.format(&Rfc3339).ok();
    let refuse = || ErrorKind::Value { at: at.to_owned(), expected: "a time between the years 0 and 9999" };
    value.map(|instant| format(instant).ok_or_else(|| refuse().into())).transpose()
}
