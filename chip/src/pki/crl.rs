//! Certificate revocation lists (Doc 9303-12 7.2, RFC 5280 5).
//!
//! Any current CSCA key of the state may sign: after a key change the new key signs for certificates of
//! the old one. A list that does not verify is no list; an expired one is used and its age is a fact.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use time::OffsetDateTime;

use super::certificate::alternative_names;
use super::signature::{self, SignatureAlgorithm, Unsupported, Verdict};
use super::{Anchors, Certificate, Name, NameKey};
use crate::ber::{self, Element, ErrorKind, Oid, Reader, tag};
use crate::digest;
use crate::finding::{Code, Finding, Weight};
use crate::limits::Limits;
use crate::oids;

/// Largest CRL that is read, in octets.
pub const MAX_LENGTH: usize = 64 * 1024 * 1024;

/// A CRL. Nothing is verified yet.
pub struct Crl {
    der: Box<[u8]>,
    sha256: [u8; 32],
    tbs: Range<usize>,
    signature: Range<usize>,
    issuer: Name,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
    algorithm: Result<SignatureAlgorithm, Unsupported>,
    authority_key_identifier: Option<Box<[u8]>>,
    issuer_alternative_names: Vec<Name>,
    number: Option<Box<[u8]>>,
    revoked: HashMap<Box<[u8]>, Revoked>,
    findings: Vec<Finding>,
}

/// One revoked certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// When it was revoked.
    pub at: OffsetDateTime,
    /// CRLReason (RFC 5280 5.3.1), when given.
    pub reason: Option<u8>,
}

impl Crl {
    /// Reads one DER CRL that fills `der`.
    ///
    /// # Errors
    /// Malformed; the error says where.
    pub fn parse(der: &[u8]) -> Result<Arc<Self>, ber::Error> {
        if der.len() > MAX_LENGTH {
            return Err(ber::Error::new(ErrorKind::TooMany(MAX_LENGTH), MAX_LENGTH).within("crl"));
        }
        parse(der).map(Arc::new).map_err(|error| error.within("crl"))
    }

    /// The CRL as delivered.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of [`Crl::der`].
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Issuer.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// Directory names of the issuer alternative name: the issuer's names before a name change.
    #[must_use]
    pub fn issuer_alternative_names(&self) -> &[Name] {
        &self.issuer_alternative_names
    }

    /// When it was issued.
    #[must_use]
    pub fn this_update(&self) -> OffsetDateTime {
        self.this_update
    }

    /// When the next one is due.
    #[must_use]
    pub fn next_update(&self) -> Option<OffsetDateTime> {
        self.next_update
    }

    /// CRL number, content octets.
    #[must_use]
    pub fn number(&self) -> Option<&[u8]> {
        self.number.as_deref()
    }

    /// Key identifier of the authority key identifier.
    #[must_use]
    pub fn authority_key_identifier(&self) -> Option<&[u8]> {
        self.authority_key_identifier.as_deref()
    }

    /// Number of revoked certificates.
    #[must_use]
    pub fn len(&self) -> usize {
        self.revoked.len()
    }

    /// Whether nothing is revoked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.revoked.is_empty()
    }

    /// Looks up a serial number (content octets; leading zeros do not matter).
    #[must_use]
    pub fn entry(&self, serial: &[u8]) -> Option<Revoked> {
        self.revoked.get(ber::without_leading_zeros(serial)).copied()
    }

    /// Serial numbers without leading zeros and their entries, in no order.
    pub fn entries(&self) -> impl Iterator<Item = (&[u8], Revoked)> {
        self.revoked.iter().map(|(serial, entry)| (&**serial, *entry))
    }

    /// Deviations.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Verifies the signature with the key of a CSCA.
    pub fn verify_issued_by(&self, issuer: &Certificate) -> Verdict {
        let octets = |range: &Range<usize>| self.der.get(range.clone()).unwrap_or_default();
        match &self.algorithm {
            Ok(algorithm) => {
                signature::verify(issuer.public_key(), algorithm, octets(&self.tbs), octets(&self.signature))
            }
            Err(reason) => Verdict::Unsupported(reason.clone()),
        }
    }

    /// Whether this CRL speaks for certificates of `issuer`.
    #[must_use]
    pub fn covers(&self, issuer: &NameKey) -> bool {
        self.issuer.key() == issuer || self.issuer_alternative_names.iter().any(|name| name.key() == issuer)
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crl")
            .field("issuer", &self.issuer)
            .field("this_update", &self.this_update)
            .field("revoked", &self.revoked.len())
            .finish_non_exhaustive()
    }
}

fn parse(der: &[u8]) -> Result<Crl, ber::Error> {
    let outer = Reader::only(der, tag::SEQUENCE)?;
    let mut reader = outer.reader()?;
    let tbs = reader.expect(tag::SEQUENCE).map_err(|error| error.within("tbsCertList"))?;
    let mut findings = Vec::new();
    let algorithm_element = reader.expect(tag::SEQUENCE)?;
    let algorithm = SignatureAlgorithm::parse(&algorithm_element, None, &mut findings)
        .map_err(|error| error.within("signatureAlgorithm"))?;
    let value = reader.expect(tag::BIT_STRING)?;
    let signature = value.bit_string_octets().map_err(|error| error.within("signatureValue"))?;
    reader.finish()?;
    for element in [&outer, &tbs] {
        if element.is_indefinite() {
            return Err(element.error(ErrorKind::IndefiniteLength));
        }
    }
    let mut crl = Crl {
        sha256: digest::sha256(der),
        tbs: tbs.offset()..tbs.offset() + tbs.raw().len(),
        signature: der.len() - signature.len()..der.len(),
        issuer: Name::from_der(&[0x30, 0])?,
        this_update: OffsetDateTime::UNIX_EPOCH,
        next_update: None,
        algorithm,
        authority_key_identifier: None,
        issuer_alternative_names: Vec::new(),
        number: None,
        revoked: HashMap::new(),
        findings,
        der: der.into(),
    };
    crl.read_tbs(&tbs, &algorithm_element).map_err(|error| error.within("tbsCertList"))?;
    Ok(crl)
}

impl Crl {
    fn read_tbs(&mut self, tbs: &Element<'_>, outer_algorithm: &Element<'_>) -> Result<(), ber::Error> {
        let mut reader = tbs.reader()?;
        let version = match reader.optional(tag::INTEGER)? {
            Some(version) => version.small_integer()?.saturating_add(1),
            None => 1,
        };
        if version != 2 {
            self.findings.push(Finding::with(Code::CrlVersion, version.to_string()));
        }
        let algorithm = reader.expect(tag::SEQUENCE).map_err(|error| error.within("signature"))?;
        if algorithm.raw() != outer_algorithm.raw() {
            self.findings.push(Code::AlgorithmMismatch.into());
            return Err(algorithm.error(ErrorKind::Value("inner and outer signature algorithm differ")));
        }
        self.issuer =
            reader.required().and_then(|e| Name::parse(&e)).map_err(|error| error.within("issuer"))?;
        self.this_update =
            reader.required().and_then(|e| e.time()).map_err(|error| error.within("thisUpdate"))?;
        if matches!(reader.peek(), Some(tag::UTC_TIME | tag::GENERALIZED_TIME)) {
            self.next_update =
                Some(reader.required().and_then(|e| e.time()).map_err(|error| error.within("nextUpdate"))?);
        } else {
            self.findings.push(Code::CrlNextUpdateMissing.into());
        }
        if let Some(list) = reader.optional(tag::SEQUENCE).map_err(|e| e.within("revokedCertificates"))? {
            self.read_revoked(&list).map_err(|error| error.within("revokedCertificates"))?;
        }
        if let Some(wrapper) = reader.optional(tag::CONTEXT_0).map_err(|e| e.within("crlExtensions"))? {
            let list = wrapper.reader()?.expect(tag::SEQUENCE)?;
            self.read_extensions(&list).map_err(|error| error.within("crlExtensions"))?;
        }
        if self.number.is_none() {
            self.findings.push(Code::CrlNumberMissing.into());
        }
        reader.finish()
    }

    fn read_revoked(&mut self, list: &Element<'_>) -> Result<(), ber::Error> {
        let mut reader = list.reader()?;
        if reader.is_empty() {
            self.findings.push(Code::CrlEmptyList.into());
        }
        while let Some(entry) = reader.next()? {
            let mut fields = entry.expect(tag::SEQUENCE)?.reader()?;
            let serial = fields.expect(tag::INTEGER)?.content();
            let at = fields.required()?.time()?;
            let mut reason = None;
            if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
                let mut extensions = extensions.reader()?;
                while let Some(extension) = extensions.next()? {
                    let (oid, critical, value) = extension_fields(&extension)?;
                    match oid {
                        oids::CRL_REASON => {
                            reason =
                                Reader::only(value, 0x0A).ok().and_then(|e| e.content().first().copied());
                        }
                        oids::CRL_HOLD_INSTRUCTION | oids::CRL_INVALIDITY_DATE if !critical => {}
                        // An indirect CRL names other issuers' certificates; Doc 9303 forbids it, and
                        // reading it as a direct one would revoke the wrong serial numbers.
                        oids::CRL_CERTIFICATE_ISSUER => {
                            return Err(extension.error(ErrorKind::Value("indirect CRL")));
                        }
                        _ if critical => {
                            self.findings.push(Finding::with(Code::CrlUnknownCritical, oid.to_string()));
                        }
                        _ => {}
                    }
                }
            }
            // removeFromCRL (8) belongs to delta lists only; entry and date are kept as they stand.
            let key = ber::without_leading_zeros(serial).into();
            if self.revoked.insert(key, Revoked { at, reason }).is_some() {
                self.findings.push(Code::CrlDuplicate.into());
            }
        }
        Ok(())
    }

    fn read_extensions(&mut self, list: &Element<'_>) -> Result<(), ber::Error> {
        let mut reader = list.reader()?;
        while let Some(extension) = reader.next()? {
            let (oid, critical, value) = extension_fields(&extension)?;
            match oid {
                oids::AUTHORITY_KEY_IDENTIFIER => {
                    let mut fields = Reader::only(value, tag::SEQUENCE)?.reader()?;
                    self.authority_key_identifier = fields.optional(0x80)?.map(|e| e.content().into());
                }
                oids::CRL_NUMBER => {
                    self.number = Some(Reader::only(value, tag::INTEGER)?.content().into());
                }
                oids::ISSUER_ALTERNATIVE_NAME => self.issuer_alternative_names = alternative_names(value)?,
                // A delta or partial list must never pass for a complete one.
                oids::CRL_DELTA | oids::CRL_ISSUING_DISTRIBUTION_POINT => {
                    return Err(extension.error(ErrorKind::Value("delta or partial CRL")));
                }
                _ if critical => {
                    self.findings.push(Finding::with(Code::CrlUnknownCritical, oid.to_string()));
                }
                _ => self.findings.push(Finding::with(Code::CrlExtension, oid.to_string())),
            }
        }
        Ok(())
    }
}

fn extension_fields<'a>(extension: &Element<'a>) -> Result<(Oid, bool, &'a [u8]), ber::Error> {
    let mut fields = extension.expect(tag::SEQUENCE)?.reader()?;
    let oid = fields.expect(tag::OID)?.oid()?;
    let critical = fields.optional(tag::BOOLEAN)?.is_some_and(|flag| flag.content() != [0]);
    let value = fields.expect(tag::OCTET_STRING)?.content();
    Ok((oid, critical, value))
}

/// What the revocation lists of a store say about a certificate.
#[derive(Debug, Clone)]
pub enum RevocationFact {
    /// A verified list names it.
    Revoked {
        /// The entry.
        entry: Revoked,
        /// The list.
        crl: Arc<Crl>,
    },
    /// A verified list names the anchor that issued it, or the root with the anchor's key.
    IssuerRevoked {
        /// The entry.
        entry: Revoked,
        /// The list.
        crl: Arc<Crl>,
    },
    /// The newest verified list does not name it.
    NotListed {
        /// That list.
        crl: Arc<Crl>,
    },
    /// No list of this issuer verifies.
    NoCrl {
        /// Lists of this issuer that do not verify or are not understood: ignored, and cause for alarm.
        unverified: Vec<Arc<Crl>>,
    },
}

/// Looks for `certificate` in the lists of its issuer; each list must verify under an anchor of the state.
#[must_use]
pub fn find_revocation(
    certificate: &Certificate,
    anchor: &Certificate,
    anchors: &dyn Anchors,
    limits: &Limits,
) -> RevocationFact {
    let mut crls = anchors.crls(certificate.issuer().key());
    for crl in anchors.crls(anchor.subject().key()) {
        if !crls.iter().any(|known| known.sha256 == crl.sha256) {
            crls.push(crl);
        }
    }
    crls.retain(|crl| crl.covers(certificate.issuer().key()) || crl.covers(anchor.subject().key()));
    crls.sort_by_key(|crl| std::cmp::Reverse(crl.this_update));
    crls.truncate(limits.candidates);
    let mut unverified = Vec::new();
    let mut newest = None;
    for crl in crls {
        if !is_signed_by_state(&crl, anchor, anchors, limits) {
            unverified.push(crl);
            continue;
        }
        // An entry counts in whichever list it stands: a revocation is not taken back.
        if let Some(entry) = crl.entry(certificate.serial()) {
            return RevocationFact::Revoked { entry, crl };
        }
        // Its silence means nothing when it holds a critical extension that is not understood (RFC 5280 5.2).
        if crl.findings.iter().any(|finding| finding.weight() == Weight::Violation) {
            unverified.push(crl);
            continue;
        }
        newest.get_or_insert(crl);
    }
    if let Some((entry, crl)) = find_issuer_revocation(anchor, anchors, limits) {
        return RevocationFact::IssuerRevoked { entry, crl };
    }
    match newest {
        Some(crl) => RevocationFact::NotListed { crl },
        None => RevocationFact::NoCrl { unverified },
    }
}

/// Whether the anchor's key is revoked: the list of a state has every revoked certificate, whatever its kind (Doc
/// 9303-12 2). Root and link share a key. The root decides for it; a link alone is no more than one way to it.
fn find_issuer_revocation(
    anchor: &Certificate,
    anchors: &dyn Anchors,
    limits: &Limits,
) -> Option<(Revoked, Arc<Crl>)> {
    let entry_of = |certificate: &Certificate| {
        let crls = anchors.crls(certificate.issuer().key());
        crls.into_iter().take(limits.candidates).find_map(|crl| {
            let entry = crl.entry(certificate.serial())?;
            // After a change of name one list speaks for both names. A key does not sign its own end under its new
            // name: the number is that of a certificate of the former one.
            let own = matches!(crl.verify_issued_by(certificate), Verdict::Valid { .. });
            let former = |name: &Name| {
                name.key() != certificate.issuer().key() && !anchors.by_subject(name.key()).is_empty()
            };
            let other = own && crl.issuer_alternative_names.iter().any(former);
            (!other && is_signed_by_state(&crl, certificate, anchors, limits)).then_some((entry, crl))
        })
    };
    let same_key = anchors.by_subject(anchor.subject().key());
    let mut roots = same_key
        .iter()
        .filter(|root| root.is_self_issued() && root.public_key().spki() == anchor.public_key().spki())
        .take(limits.candidates)
        .peekable();
    if roots.peek().is_none() {
        return entry_of(anchor);
    }
    roots.find_map(|root| entry_of(root))
}

fn is_signed_by_state(crl: &Crl, anchor: &Certificate, anchors: &dyn Anchors, limits: &Limits) -> bool {
    let holds = |candidate: &Certificate| matches!(crl.verify_issued_by(candidate), Verdict::Valid { .. });
    if holds(anchor) {
        return true;
    }
    let mut candidates = match crl.authority_key_identifier() {
        Some(identifier) => anchors.by_key_identifier(identifier),
        None => Vec::new(),
    };
    if candidates.is_empty() {
        candidates = anchors.by_subject(crl.issuer.key());
    }
    let country = anchor.subject().country_code();
    let any = |candidates: &[Arc<Certificate>]| {
        let of_state = candidates.iter().filter(|candidate| candidate.subject().country_code() == country);
        of_state.take(limits.candidates).any(|candidate| holds(candidate))
    };
    // A list that names no key, or one that is not its signer's, may still be the work of another key of the state.
    any(&candidates) || country.as_deref().is_some_and(|country| any(&anchors.by_country(country)))
}
