//! Passive authentication (Doc 9303-11 5.1): EF.SOD, its signature, its chain and the data group hashes.
//!
//! Raw octets are hashed before anything in them is decoded. [`Bound`] values are made in this module
//! alone, for data groups whose hash equals the one in an EF.SOD whose signature verifies; whether its
//! signer chains to an anchor is a fact beside it.

mod bound;
mod corrections;
mod hashed;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use bound::{Bound, DataGroupBytes};
pub use corrections::{Corrections, NoCorrections};
pub use hashed::{HashedFile, HashingFile};

use crate::ber::Oid;
use crate::finding::{Code, Finding};
use crate::lds::{Com, DgNumber, LdsError};
use crate::limits::Limits;
use crate::pki::certificate::Role;
use crate::pki::chain::{ChainFact, find_issuer};
use crate::pki::signature::Unsupported;
use crate::pki::{Anchors, Certificate};
use crate::sod::cms::Fit;
use crate::sod::{SignerFailure, SignerIdentifier, SignerInfo, SignerVerdict, Sod, SodError};

/// What was read from the chip: whole files, tag and length included, exactly as read.
#[derive(Clone, Default)]
pub struct Files<'a> {
    /// EF.SOD.
    pub sod: Option<&'a [u8]>,
    /// EF.COM.
    pub com: Option<&'a [u8]>,
    /// Data groups.
    pub data_groups: BTreeMap<DgNumber, &'a [u8]>,
    /// Hashes that were computed while data groups were read. One is taken where it is of the very octets in `data_groups`
    /// and of the algorithm that EF.SOD names; it spares work and changes no fact.
    pub hashed: BTreeMap<DgNumber, &'a HashedFile>,
}

impl std::fmt::Debug for Files<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Files({:?})", self.data_groups.keys().collect::<Vec<_>>())
    }
}

/// What became of EF.SOD.
#[derive(Debug)]
pub enum SodFact {
    /// It was not delivered.
    Absent,
    /// It cannot be read.
    Malformed(SodError),
    /// It was read; see its findings.
    Parsed(Box<Sod>),
}

/// What became of the signature of EF.SOD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureFact {
    /// There is nothing to verify: no EF.SOD, or none that can be read.
    NotRun,
    /// The signer's certificate is neither embedded nor in the store.
    NoSigner(Box<SignerIdentifier>),
    /// It verifies.
    Valid,
    /// It does not.
    Failed(SignerFailure),
    /// It cannot be computed here.
    Unsupported(Unsupported),
}

/// Where the signer's certificate came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignerSource {
    /// From EF.SOD.
    Embedded,
    /// From the trust store.
    Store,
    /// From EF.SOD or the trust store, under the identifier that a known defect corrects.
    Corrected,
    /// From a known defect: it stands in for a malformed one, and nothing but the defect list vouches for it.
    Replacement,
}

/// The signer that was chosen.
#[derive(Debug, Clone)]
pub struct SignerFact {
    /// Its certificate.
    pub certificate: Arc<Certificate>,
    /// Where that came from.
    pub source: SignerSource,
    /// Its chain.
    pub chain: ChainFact,
    /// Signing time of the signed attributes.
    pub signing_time: Option<time::OffsetDateTime>,
    /// Deviations of certificate, signer info and match.
    pub findings: Vec<Finding>,
}

impl SignerFact {
    /// Whether somebody that is trusted vouches for the certificate: an anchor, or the list that replaced it.
    #[must_use]
    pub fn is_vouched_for(&self) -> bool {
        self.chain.anchor().is_some() || self.source == SignerSource::Replacement
    }
}

/// What became of one data group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataGroupFact {
    /// Its hash is the listed one.
    Identical,
    /// Its hash is another.
    Different,
    /// Listed, and not delivered.
    NotRead,
    /// Delivered, and not listed: nothing signs it.
    Unlisted,
    /// Listed with a hash algorithm that is unknown.
    HashUnsupported(Oid),
    /// Listed more than once.
    Duplicate,
    /// The listed hash has not the length of its algorithm.
    WrongHashLength {
        /// Length of the algorithm, in octets.
        expected: usize,
        /// Length that is listed.
        found: usize,
    },
    /// Larger than the limit; not hashed.
    TooLarge,
}

/// EF.COM against EF.SOD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ComFact {
    /// EF.COM or EF.SOD is not there, or EF.SOD cannot be read.
    NotCompared,
    /// EF.COM cannot be read.
    Malformed(LdsError),
    /// Both list the same data groups.
    Same(Com),
    /// They do not.
    Differs {
        /// EF.COM.
        com: Com,
        /// In EF.SOD and not in EF.COM.
        only_sod: Vec<DgNumber>,
        /// In EF.COM and not in EF.SOD.
        only_com: Vec<DgNumber>,
    },
}

/// All facts of passive authentication.
#[derive(Debug)]
pub struct PassiveFacts {
    /// EF.SOD.
    pub sod: SodFact,
    /// Its signature.
    pub signature: SignatureFact,
    /// The signer, when its certificate was found.
    pub signer: Option<SignerFact>,
    /// Data groups that were delivered or are listed.
    pub data_groups: BTreeMap<DgNumber, DataGroupFact>,
    /// EF.COM.
    pub com: ComFact,
    bound: BTreeMap<DgNumber, Bound<DataGroupBytes>>,
}

impl PassiveFacts {
    /// EF.SOD, when it was read.
    #[must_use]
    pub fn parsed_sod(&self) -> Option<&Sod> {
        match &self.sod {
            SodFact::Parsed(sod) => Some(sod),
            _ => None,
        }
    }

    /// The octets of a data group that are proven to be the signed ones.
    #[must_use]
    pub fn bound(&self, number: DgNumber) -> Option<&Bound<DataGroupBytes>> {
        self.bound.get(&number)
    }
}

/// Runs passive authentication on what was read.
#[must_use]
pub fn authenticate(files: &Files<'_>, anchors: &dyn Anchors, limits: &Limits) -> PassiveFacts {
    authenticate_with(files, anchors, limits, &NoCorrections)
}

/// The same with what is known to be wrong about signers.
#[must_use]
pub fn authenticate_with(
    files: &Files<'_>,
    anchors: &dyn Anchors,
    limits: &Limits,
    corrections: &dyn Corrections,
) -> PassiveFacts {
    let sod = match files.sod {
        None => SodFact::Absent,
        Some(file) => match Sod::parse_with(file, limits, anchors) {
            Ok(sod) => SodFact::Parsed(Box::new(sod)),
            Err(error) => SodFact::Malformed(error),
        },
    };
    let (signature, signer) = match &sod {
        SodFact::Parsed(sod) => verify_signers(&Signed::of(sod), &World { anchors, limits, corrections }),
        _ => (SignatureFact::NotRun, None),
    };
    let parsed = match &sod {
        SodFact::Parsed(sod) => Some(&**sod),
        _ => None,
    };
    let data_groups = compare_hashes(files, parsed, limits);
    let mut bound = BTreeMap::new();
    if signature == SignatureFact::Valid {
        for (&number, fact) in &data_groups {
            if let (DataGroupFact::Identical, Some(file)) = (fact, files.data_groups.get(&number)) {
                bound.insert(number, Bound::bind(number, file));
            }
        }
    }
    let com = compare_com(files.com, parsed);
    PassiveFacts { sod, signature, signer, data_groups, com, bound }
}

fn compare_hashes(
    files: &Files<'_>,
    sod: Option<&Sod>,
    limits: &Limits,
) -> BTreeMap<DgNumber, DataGroupFact> {
    let mut facts = BTreeMap::new();
    for number in DgNumber::all() {
        let file = files.data_groups.get(&number).copied();
        let hashed = files.hashed.get(&number).copied();
        let mut listed = sod.into_iter().flat_map(|sod| sod.lds.hashes_of(number.get()));
        let fact = match (listed.next(), listed.next(), file) {
            (None, _, None) => continue,
            (None, _, Some(_)) => DataGroupFact::Unlisted,
            (Some(_), Some(_), _) => DataGroupFact::Duplicate,
            (Some(_), None, None) => DataGroupFact::NotRead,
            (Some(_), None, Some(file)) if file.len() > limits.data_group => DataGroupFact::TooLarge,
            (Some(hash), None, Some(file)) => compare_hash(sod, hash, file, hashed),
        };
        facts.insert(number, fact);
    }
    facts
}

fn compare_hash(sod: Option<&Sod>, listed: &[u8], file: &[u8], hashed: Option<&HashedFile>) -> DataGroupFact {
    match sod.map(|sod| sod.lds.hash_algorithm) {
        Some(Ok(algorithm)) => {
            if listed.len() != algorithm.length() {
                return DataGroupFact::WrongHashLength { expected: algorithm.length(), found: listed.len() };
            }
            let known = hashed.and_then(|hashed| hashed.digest_of(file, algorithm));
            if known.unwrap_or_else(|| algorithm.digest(file)).as_bytes() == listed {
                DataGroupFact::Identical
            } else {
                DataGroupFact::Different
            }
        }
        Some(Err(oid)) => DataGroupFact::HashUnsupported(oid),
        None => DataGroupFact::Unlisted,
    }
}

/// What the list of an EF.SOD says of a data group by its hash. No verdict: whether anybody signed that list is not asked here.
pub(crate) fn compare_with_list(sod: &Sod, number: DgNumber, file: &HashedFile) -> DataGroupFact {
    let mut listed = sod.lds.hashes_of(number.get());
    match (listed.next(), listed.next()) {
        (None, _) => DataGroupFact::Unlisted,
        (Some(_), Some(_)) => DataGroupFact::Duplicate,
        (Some(listed), None) => compare_hash(Some(sod), listed, file.bytes(), Some(file)),
    }
}

fn compare_com(file: Option<&[u8]>, sod: Option<&Sod>) -> ComFact {
    let (Some(file), Some(sod)) = (file, sod) else { return ComFact::NotCompared };
    let com = match Com::parse(file) {
        Ok(com) => com,
        Err(error) => return ComFact::Malformed(error),
    };
    let listed = |number: &DgNumber| sod.lds.hashes_of(number.get()).next().is_some();
    let only_sod: Vec<_> =
        DgNumber::all().filter(|number| listed(number) && !com.data_groups.contains(number)).collect();
    let only_com: Vec<_> = com.data_groups.iter().copied().filter(|number| !listed(number)).collect();
    if only_sod.is_empty() && only_com.is_empty() && com.unknown_tags.is_empty() {
        ComFact::Same(com)
    } else {
        ComFact::Differs { com, only_sod, only_com }
    }
}

/// What a signed file brings along to find and judge its signers: EF.SOD, EF.CardSecurity.
pub(super) struct Signed<'a> {
    pub(super) signers: &'a [SignerInfo],
    pub(super) certificates: &'a [Arc<Certificate>],
    pub(super) unreadable: &'a [Box<[u8]>],
}

impl<'a> Signed<'a> {
    fn of(sod: &'a Sod) -> Self {
        Self { signers: &sod.signers, certificates: &sod.certificates, unreadable: &sod.unreadable }
    }
}

/// What signers are judged by.
pub(super) struct World<'a> {
    pub(super) anchors: &'a dyn Anchors,
    pub(super) limits: &'a Limits,
    pub(super) corrections: &'a dyn Corrections,
}

/// One signer info with the certificate that was found for it.
struct Attempt {
    signature: SignatureFact,
    signer: Option<SignerFact>,
}

impl Attempt {
    /// Best first: verified and chained, verified, then what comes first.
    fn rank(&self) -> u8 {
        match (&self.signature, &self.signer) {
            (SignatureFact::Valid, Some(signer)) if signer.is_vouched_for() => 0,
            (SignatureFact::Valid, _) => 1,
            _ => 2,
        }
    }
}

pub(super) fn verify_signers(sod: &Signed<'_>, world: &World<'_>) -> (SignatureFact, Option<SignerFact>) {
    let mut attempts: Vec<Attempt> = sod.signers.iter().map(|info| verify_signer(sod, info, world)).collect();
    let failed_beside = attempts.len() > 1
        && attempts.iter().any(|attempt| matches!(attempt.signature, SignatureFact::Failed(_)));
    attempts.sort_by_key(Attempt::rank);
    let Some(mut best) = attempts.into_iter().next() else { return (SignatureFact::NotRun, None) };
    if failed_beside
        && best.signature == SignatureFact::Valid
        && let Some(signer) = &mut best.signer
    {
        signer.findings.push(Code::CmsOtherSignerFailed.into());
    }
    (best.signature, best.signer)
}

fn verify_signer(sod: &Signed<'_>, info: &SignerInfo, world: &World<'_>) -> Attempt {
    let candidates = signer_candidates(sod, info, world);
    let mut first_failure: Option<(SignatureFact, Arc<Certificate>, SignerSource, Vec<Finding>)> = None;
    for (certificate, source, mut findings) in candidates {
        let signature = match info.verify(&certificate) {
            SignerVerdict::Valid { findings: more } => {
                findings.extend(more);
                SignatureFact::Valid
            }
            SignerVerdict::Failed(failure) => SignatureFact::Failed(failure),
            SignerVerdict::Unsupported(reason) => SignatureFact::Unsupported(reason),
        };
        if signature == SignatureFact::Valid {
            let signer = signer_fact(info, certificate, source, findings, world);
            return Attempt { signature, signer: Some(signer) };
        }
        first_failure.get_or_insert((signature, certificate, source, findings));
    }
    match first_failure {
        Some((signature, certificate, source, findings)) => {
            let signer = signer_fact(info, certificate, source, findings, world);
            Attempt { signature, signer: Some(signer) }
        }
        None => {
            Attempt { signature: SignatureFact::NoSigner(Box::new(info.identifier.clone())), signer: None }
        }
    }
}

type Candidate = (Arc<Certificate>, SignerSource, Vec<Finding>);

/// Certificates that fit the signer identifier: embedded ones, best fit first, else the store's. A fit by
/// serial number alone counts only for a single embedded certificate.
fn signer_candidates(sod: &Signed<'_>, info: &SignerInfo, world: &World<'_>) -> Vec<Candidate> {
    let named = &info.identifier;
    if let Some(stand_in) = world.corrections.replacement(named, sod.certificates, sod.unreadable) {
        // The certificate that was given is no longer used.
        return vec![(stand_in, SignerSource::Replacement, Vec::new())];
    }
    let mut candidates = candidates_of(sod, named, world);
    // The corrected identifier comes before a fit by serial number alone, after those that fit as they are written.
    let guessed = |(_, _, findings): &Candidate| {
        findings.iter().any(|finding| finding.code == Code::SignerMatchedBySerial)
    };
    if candidates.iter().all(guessed)
        && let Some(corrected) = world.corrections.identifier(named, sod.certificates)
    {
        let found = candidates_of(sod, &corrected, world);
        let corrected = found
            .into_iter()
            .map(|(certificate, _, findings)| (certificate, SignerSource::Corrected, findings));
        candidates = corrected.chain(candidates).collect();
    }
    candidates
}

fn candidates_of(sod: &Signed<'_>, identifier: &SignerIdentifier, world: &World<'_>) -> Vec<Candidate> {
    let single = sod.certificates.len() == 1;
    let mut embedded: Vec<(Fit, &Arc<Certificate>)> = sod
        .certificates
        .iter()
        .filter_map(|certificate| identifier.fit(certificate).map(|fit| (fit, certificate)))
        .filter(|(fit, _)| *fit != Fit::SerialOnly || single)
        .collect();
    embedded.sort_by_key(|(fit, _)| *fit);
    let found = |fit: Fit| match fit {
        Fit::Exact => Vec::new(),
        Fit::Normalised => vec![Finding::new(Code::SignerMatchedByName)],
        Fit::SerialOnly => vec![Finding::new(Code::SignerMatchedBySerial)],
    };
    let mut candidates: Vec<Candidate> = embedded
        .into_iter()
        .map(|(fit, certificate)| (Arc::clone(certificate), SignerSource::Embedded, found(fit)))
        .collect();
    if candidates.is_empty() {
        candidates = world
            .anchors
            .signers(identifier)
            .into_iter()
            .take(world.limits.candidates)
            .filter_map(|certificate| {
                let fit = identifier.fit(&certificate).filter(|fit| *fit != Fit::SerialOnly)?;
                Some((certificate, SignerSource::Store, found(fit)))
            })
            .collect();
    }
    candidates
}

fn signer_fact(
    info: &SignerInfo,
    certificate: Arc<Certificate>,
    source: SignerSource,
    mut findings: Vec<Finding>,
    world: &World<'_>,
) -> SignerFact {
    let World { anchors, limits, .. } = world;
    let chain = match anchors.cached(certificate.sha256()) {
        Some((_, chain)) => chain,
        None => {
            let chain = find_issuer(&certificate, *anchors, limits);
            anchors.cache(&certificate, &chain);
            chain
        }
    };
    findings.extend(info.findings.iter().cloned());
    findings.extend(certificate.findings().iter().cloned());
    findings.extend(certificate.role_findings(Role::DocumentSigner));
    SignerFact { certificate, source, chain, signing_time: info.signing_time(), findings }
}
