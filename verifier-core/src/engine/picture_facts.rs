//! The page images of the capture, decoded within limits, each once.

use std::sync::Arc;

use rayon::prelude::*;
use verifier_capture::{Capture, Content, Light, PageImage};
use verifier_optics::{DecodeError, Limits, Picture};

use super::facts::guarded;
use crate::{Finding, Severity};

/// More images than a reader takes of one document are not decoded.
const MAX_IMAGES: usize = 32;

/// The page images, in one order whatever order they came in.
#[derive(Clone, Default)]
pub(crate) struct PictureFacts {
    images: Vec<ImageFact>,
    left_out: usize,
}

/// One image.
#[derive(Clone)]
pub(crate) struct ImageFact {
    pub(crate) page: String,
    pub(crate) light: Light,
    pub(crate) ppi: Option<f64>,
    data: Content,
    pub(crate) picture: Decoded,
}

/// What decoding came to.
#[derive(Clone)]
pub(crate) enum Decoded {
    Picture(Arc<Picture>),
    /// The text says why; it holds nothing of the image.
    Undecodable(String),
    /// The decoder panicked.
    Broken,
}

impl PictureFacts {
    /// Decodes all images; what `earlier` has decoded already is taken from there.
    pub(crate) fn of(capture: &Capture, earlier: &Self) -> Self {
        let mut images: Vec<ImageFact> = capture
            .images
            .par_iter()
            .take(MAX_IMAGES)
            .filter(|image| measured(&image.light))
            .map(|image| ImageFact::of(image, earlier))
            .collect();
        images.sort_by(|a, b| {
            let key = |i: &ImageFact| (i.page.clone(), i.light.clone(), i.ppi.map(f64::to_bits));
            key(a).cmp(&key(b)).then_with(|| a.data.sha256().cmp(&b.data.sha256()))
        });
        Self { images, left_out: capture.images.len().saturating_sub(MAX_IMAGES) }
    }

    /// The image of the data page in a light. Where a reader delivered several, the first in canonical order.
    pub(crate) fn data_page(&self, light: &Light) -> Option<&ImageFact> {
        self.images.iter().find(|image| image.page == "data" && image.light == *light)
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if self.left_out > 0 {
            let text = format!("{} images beyond the first {MAX_IMAGES} were not looked at", self.left_out);
            findings.push(Finding::new("capture.too-many-images", Severity::Warning, text));
        }
        for image in &self.images {
            if let Decoded::Undecodable(why) = &image.picture {
                let text =
                    format!("the {} image of page {:?} does not decode: {why}", image.light, image.page);
                findings.push(Finding::new("image.undecodable", Severity::Warning, text));
            }
        }
        for pair in self.images.windows(2) {
            if let [a, b] = pair
                && (&a.page, &a.light) == (&b.page, &b.light)
            {
                let text = format!(
                    "there are several {} images of page {:?}; the first is measured",
                    a.light, a.page
                );
                findings.push(Finding::new("capture.several-images", Severity::Note, text));
            }
        }
        findings
    }
}

impl ImageFact {
    fn of(image: &PageImage, earlier: &PictureFacts) -> Self {
        let known = earlier.images.iter().find(|known| same(&known.data, &image.data));
        Self {
            page: image.page.clone(),
            light: image.light.clone(),
            ppi: image.ppi,
            data: image.data.clone(),
            picture: known.map_or_else(|| decode(&image.data), |known| known.picture.clone()),
        }
    }
}

/// Whether two contents share their memory: then there is no need to look into them.
fn same(a: &Content, b: &Content) -> bool {
    matches!((a.bytes(), b.bytes()), (Some(a), Some(b)) if Arc::ptr_eq(a, b))
}

fn decode(data: &Content) -> Decoded {
    let Some(bytes) = data.bytes() else {
        return Decoded::Undecodable(format!("{} bytes are too many", data.size()));
    };
    match guarded(|| Picture::decode(bytes, &Limits::default())) {
        Some(Ok(picture)) => Decoded::Picture(Arc::new(picture)),
        Some(Err(error)) => Decoded::Undecodable(why(&error)),
        None => Decoded::Broken,
    }
}

fn why(error: &DecodeError) -> String {
    error.to_string()
}

/// Lights that a check of this version measures in; others are carried and hashed, not decoded.
const fn measured(light: &Light) -> bool {
    matches!(light, Light::White | Light::Infrared | Light::Ultraviolet)
}
