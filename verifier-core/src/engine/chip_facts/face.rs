//! The face of DG2: found and decoded once, and only where the hash of the file matched.

use std::sync::Arc;
use std::time::Duration;

use verifier_chip::lds::biometric::{Face, ImageType};
use verifier_chip::lds::{Dg2, DgNumber};
use verifier_optics::{Limits, Picture, PortraitFormat};

use super::{ChipFacts, Delivery};
use crate::Portrait;
use crate::engine::portrait::{Answer, within};
use crate::report::plain;

/// What came of the face of DG2.
#[derive(Clone)]
pub(crate) enum FaceFact {
    /// DG2 is authenticated and malformed; the text says where.
    Malformed(String),
    /// Every face stands in a choice that this version does not know.
    UnknownChoice(String),
    /// The picture does not decode; the text says why and holds nothing of it.
    Undecodable(String),
    /// Not decoded by the deadline.
    Late,
    /// Not begun, as too many decoders are left behind.
    Refused,
    /// The decoder failed.
    Broken,
    /// The picture.
    Decoded(Box<DecodedFace>),
}

/// A decoded face.
#[derive(Clone)]
pub(crate) struct DecodedFace {
    pub(crate) portrait: Portrait,
    /// Number of faces in the file.
    pub(crate) faces: usize,
    /// Record format.
    pub(crate) record: &'static str,
    /// Width and height that the record states.
    pub(crate) stated: Option<(u16, u16)>,
}

impl ChipFacts {
    /// The face of authenticated DG2, decoded at most once; `None` where DG2 is not authenticated.
    pub(crate) fn face(&self, deadline: Duration) -> Option<&FaceFact> {
        self.face.get_or_init(|| Some(face(self.decoded::<Dg2>()?, deadline))).as_ref()
    }

    /// The picture, where it was decoded already.
    pub(crate) fn portrait(&self) -> Option<Portrait> {
        match self.face.get() {
            Some(Some(FaceFact::Decoded(face))) => Some(face.portrait.clone()),
            _ => None,
        }
    }

    /// Takes over what `earlier` decoded, where both hold the very same authenticated DG2.
    pub(crate) fn keep_face(&mut self, earlier: &Self) {
        let file = |facts: &Self| match facts.data_group_file(DgNumber::DG2) {
            Delivery::Bytes(bytes) => Some(Arc::clone(bytes)),
            _ => None,
        };
        let same = matches!((file(self), file(earlier)), (Some(a), Some(b)) if Arc::ptr_eq(&a, &b));
        let bound = self.passive().is_some_and(|passive| passive.bound(DgNumber::DG2).is_some());
        if let Some(Some(fact)) = earlier.face.get().filter(|_| same && bound) {
            self.face = Some(fact.clone()).into();
        }
    }
}

fn face(
    group: Result<verifier_chip::authentication::Bound<Dg2>, verifier_chip::lds::LdsError>,
    deadline: Duration,
) -> FaceFact {
    let group = match group {
        Ok(group) => group,
        Err(error) => return FaceFact::Malformed(error.to_string()),
    };
    let Some(first) = group.faces().first() else {
        let choice = group.unknown_choices().first();
        let text = choice.map_or_else(String::new, |choice| {
            format!("{} is {:02X} at offset {}", choice.field, choice.tag, choice.offset)
        });
        return FaceFact::UnknownChoice(plain(&text));
    };
    let encoded: Arc<[u8]> = group.picture(first).into();
    let Some(format) = format_of(first) else {
        return FaceFact::Undecodable(format!(
            "the picture is neither JPEG nor JPEG 2000: {}",
            first.image_type.name()
        ));
    };
    let bytes = Arc::clone(&encoded);
    match within(deadline, move || Picture::decode_portrait(&bytes, &Limits::default())) {
        Answer::Done(Ok(picture)) => FaceFact::Decoded(Box::new(DecodedFace {
            portrait: Portrait::new(Arc::new(picture), encoded, format),
            faces: group.faces().len(),
            record: first.format.name(),
            stated: first.stated_size(),
        })),
        Answer::Done(Err(error)) => FaceFact::Undecodable(error.to_string()),
        Answer::Broken => FaceFact::Broken,
        Answer::Late => FaceFact::Late,
        Answer::Refused => FaceFact::Refused,
    }
}

fn format_of(face: &Face) -> Option<PortraitFormat> {
    match face.image_type {
        ImageType::Jpeg => Some(PortraitFormat::Jpeg),
        ImageType::Jpeg2000 => Some(PortraitFormat::Jpeg2000),
        ImageType::Jpeg2000Codestream => Some(PortraitFormat::Jpeg2000Codestream),
        _ => None,
    }
}
