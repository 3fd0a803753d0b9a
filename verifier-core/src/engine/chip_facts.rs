//! The chip: passive authentication done once, and what it binds (Doc 9303-11 5.1).

mod contents;
mod describe;
mod face;

use std::collections::BTreeMap;

use time::OffsetDateTime;
use verifier_capture::{Authentication, Capture, Content};
use verifier_chip::Limits;
use verifier_chip::authentication::card_security::{self, CardSecurityFacts};
use verifier_chip::authentication::passive::{
    DataGroupFact, Files, PassiveFacts, SignatureFact, SignerFact, SodFact, authenticate_with,
};
use verifier_chip::lds::{DataGroup, DgNumber, FileId, dg1};
use verifier_chip::sod::Sod;
use verifier_trust::Snapshot;

use super::chip_session::ChipSession;
use super::defects::ListedCorrections;
use super::text_facts::Lines;

pub(crate) use face::FaceFact;

/// What the chip part of a capture says. Holds files of the holder: no `Debug`.
#[derive(Default)]
pub(crate) struct ChipFacts {
    delivered: bool,
    sod: Delivery,
    com: Delivery,
    card_access: Delivery,
    card_security: Delivery,
    security: Option<CardSecurityFacts>,
    session: ChipSession,
    data_groups: BTreeMap<DgNumber, Delivery>,
    authentication: Vec<Authentication>,
    passive: Option<PassiveFacts>,
    dg1: Dg1,
    face: std::sync::OnceLock<Option<FaceFact>>,
}

/// Whether a file was delivered.
#[derive(Clone, Default)]
pub(crate) enum Delivery {
    #[default]
    Absent,
    /// More than any chip file can hold.
    TooLarge(u64),
    Bytes(std::sync::Arc<[u8]>),
}

impl Delivery {
    pub(crate) fn of(content: &Content) -> Self {
        content.bytes().map_or_else(|| Self::TooLarge(content.size()), |bytes| Self::Bytes(bytes.clone()))
    }

    fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// The zone on the chip.
#[derive(Default)]
pub(crate) enum Dg1 {
    #[default]
    Absent,
    /// Delivered, and not what the issuer signed, or not known to be.
    Unbound,
    /// What the issuer signed, and no zone; the text says where.
    Malformed(String),
    /// What the issuer signed.
    Bound(Lines),
}

/// How far the security object can be used as the index of the chip.
#[derive(Clone, Copy)]
pub(crate) enum Index<'a> {
    Absent,
    Unreadable,
    Read(&'a Sod),
}

impl ChipFacts {
    pub(crate) fn of(capture: &Capture, trust: &Snapshot) -> Self {
        let Some(part) = &capture.chip else { return Self::default() };
        let mut facts = Self {
            delivered: !part.files.is_empty() || !part.authentication.is_empty() || part.apdu_log.is_some(),
            authentication: part.authentication.clone(),
            session: ChipSession::of(part),
            ..Self::default()
        };
        for (name, file) in &part.files {
            let delivery = Delivery::of(&file.data);
            match name.parse() {
                Ok(FileId::Sod) => facts.sod = delivery,
                Ok(FileId::Com) => facts.com = delivery,
                Ok(FileId::CardAccess) => facts.card_access = delivery,
                Ok(FileId::Dg(number)) => {
                    facts.data_groups.insert(number, delivery);
                }
                Ok(FileId::CardSecurity) => facts.card_security = delivery,
                Ok(FileId::AtrInfo | FileId::Dir | FileId::Cvca) | Err(_) => {}
            }
        }
        let files = Files {
            sod: facts.sod.bytes(),
            com: facts.com.bytes(),
            data_groups: facts.data_groups.iter().filter_map(|(n, d)| Some((*n, d.bytes()?))).collect(),
            ..Files::default()
        };
        let passive = authenticate_with(&files, trust, &Limits::default(), &ListedCorrections(trust));
        facts.dg1 = zone(&passive, facts.data_groups.contains_key(&DgNumber::DG1));
        facts.passive = Some(passive);
        facts.security = facts
            .card_security
            .bytes()
            .map(|file| card_security::authenticate(file, trust, &Limits::default()));
        facts
    }

    /// Whether there is anything of a chip at all.
    pub(crate) const fn delivered(&self) -> bool {
        self.delivered
    }

    pub(crate) const fn sod_file(&self) -> &Delivery {
        &self.sod
    }

    pub(crate) const fn com_file(&self) -> &Delivery {
        &self.com
    }

    pub(crate) const fn card_access(&self) -> &Delivery {
        &self.card_access
    }

    /// EF.CardSecurity, its signature and chain; `None` where it was not captured.
    pub(crate) const fn card_security(&self) -> Option<&CardSecurityFacts> {
        self.security.as_ref()
    }

    /// The recorded session.
    pub(crate) const fn session(&self) -> &ChipSession {
        &self.session
    }

    /// A file of the capture by its id, where its bytes were kept.
    pub(crate) fn file(&self, file: FileId) -> Option<&[u8]> {
        match file {
            FileId::Sod => self.sod.bytes(),
            FileId::Com => self.com.bytes(),
            FileId::CardAccess => self.card_access.bytes(),
            FileId::CardSecurity => self.card_security.bytes(),
            FileId::Dg(number) => self.data_group_file(number).bytes(),
            FileId::AtrInfo | FileId::Dir | FileId::Cvca => None,
        }
    }

    pub(crate) fn data_group_file(&self, number: DgNumber) -> &Delivery {
        self.data_groups.get(&number).unwrap_or(&Delivery::Absent)
    }

    /// Recorded runs of authentication protocols.
    pub(crate) fn authentication(&self) -> &[Authentication] {
        &self.authentication
    }

    /// The facts of passive authentication; `None` where no chip part was captured.
    pub(crate) const fn passive(&self) -> Option<&PassiveFacts> {
        self.passive.as_ref()
    }

    /// The security object as the index of the chip.
    pub(crate) fn index(&self) -> Index<'_> {
        match (&self.sod, self.passive.as_ref().map(|passive| &passive.sod)) {
            (_, Some(SodFact::Parsed(sod))) => Index::Read(sod),
            (Delivery::TooLarge(_), _) | (_, Some(SodFact::Malformed(_))) => Index::Unreadable,
            _ => Index::Absent,
        }
    }

    pub(crate) fn signature(&self) -> &SignatureFact {
        self.passive.as_ref().map_or(&SignatureFact::NotRun, |passive| &passive.signature)
    }

    /// The document signer, where its certificate was found.
    pub(crate) fn signer(&self) -> Option<&SignerFact> {
        self.passive.as_ref()?.signer.as_ref()
    }

    pub(crate) fn data_group(&self, number: DgNumber) -> Option<&DataGroupFact> {
        self.passive.as_ref()?.data_groups.get(&number)
    }

    /// Whether the security object lists the data group.
    pub(crate) fn lists(&self, number: DgNumber) -> bool {
        match self.index() {
            Index::Read(sod) => sod.lds.hashes_of(number.get()).next().is_some(),
            _ => false,
        }
    }

    /// A data group decoded from authenticated bytes: `None` where they are not authenticated, the error where they
    /// are and cannot be decoded.
    pub(crate) fn decoded<T: DataGroup>(
        &self,
    ) -> Option<Result<verifier_chip::authentication::Bound<T>, verifier_chip::lds::LdsError>> {
        self.passive.as_ref()?.bound(T::NUMBER).map(|bytes| bytes.decode::<T>())
    }

    pub(crate) const fn dg1(&self) -> &Dg1 {
        &self.dg1
    }

    /// The zone of authenticated DG1.
    pub(crate) const fn dg1_lines(&self) -> Option<&Lines> {
        match &self.dg1 {
            Dg1::Bound(lines) => Some(lines),
            _ => None,
        }
    }

    /// Start of validity of the document signer.
    pub(crate) fn signer_not_before(&self) -> Option<OffsetDateTime> {
        self.signer().map(|signer| signer.certificate.validity().not_before)
    }
}

fn zone(passive: &PassiveFacts, delivered: bool) -> Dg1 {
    let Some(bytes) = passive.bound(DgNumber::DG1) else {
        return if delivered { Dg1::Unbound } else { Dg1::Absent };
    };
    match bytes.decode::<dg1::Dg1>() {
        Err(error) => Dg1::Malformed(error.to_string()),
        Ok(decoded) => match decoded.lines() {
            Some(lines) => Dg1::Bound(Lines::new(lines.into_iter().map(|line| line.as_bytes().to_vec()))),
            None => Dg1::Malformed("DG1: the zone has the length of no layout, or is not ASCII".into()),
        },
    }
}
