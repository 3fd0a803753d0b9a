//! Known deviations and defects of the document in hand: entries of authenticated lists that name it (Doc 9303-3 7,
//! BSI TR-03135-1 v5.0.1 5.12).
//!
//! A list is applied only when its signature verified at its import, when its signer is still trusted, and when it may
//! speak of the document's state. Every entry that applies is shown, whether it changes a result or not.

mod amend;
mod correct;
mod describe;

use time::OffsetDateTime;
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::pki::Certificate;
use verifier_chip::pki::defect_list::{Defect, DefectKind};
use verifier_chip::pki::deviation_list::{DeviationDocuments, DeviationKind};
use verifier_mrz::Zone;
use verifier_trust::{KnownContent, KnownDefects};

use super::case::Case;
use super::chip_facts::Index;
use super::text_facts::Lines;

pub(crate) use amend::amend;
pub(crate) use correct::ListedCorrections;

/// Entries that one document may have; more are no list of defects but an attack on the reader of the report.
const MAX_ENTRIES: usize = 64;

/// What the lists of the snapshot say of one document.
#[derive(Default)]
pub(crate) struct Known<'a> {
    /// Entries that apply, each once.
    pub(crate) entries: Vec<Entry<'a>>,
    /// Lists that name the document and may not speak of its state.
    pub(crate) not_entitled: Vec<&'a KnownDefects>,
    /// Lists with an entry that applies only if the document was issued within a period, which its data do not say.
    pub(crate) undecided: Vec<&'a KnownDefects>,
}

/// One entry of a list that applies to the document.
pub(crate) struct Entry<'a> {
    pub(crate) list: &'a KnownDefects,
    pub(crate) kind: Kind,
    /// What the list itself says, for people.
    pub(crate) description: Option<&'a str>,
}

/// What an entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    Defect(DefectKind),
    Deviation(DeviationKind),
}

impl Kind {
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Defect(kind) => kind.code(),
            Self::Deviation(kind) => kind.code(),
        }
    }
}

/// Whether a deviation speaks of the document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    No,
    Yes,
    /// All that can be compared agrees, and one criterion cannot be.
    Unknown,
}

/// Looks the document up in every list of the snapshot.
pub(crate) fn known<'a>(case: &Case<'a>) -> Known<'a> {
    let mut known = Known::default();
    let lists = case.trust.known_defects();
    if lists.is_empty() {
        return known;
    }
    let country = country(case);
    for list in lists {
        let entitled = country.as_deref().is_some_and(|country| list.may_speak_of(country));
        let before = known.entries.len();
        let mut found = false;
        match &list.content {
            KnownContent::Defects(content) => {
                let hash = content.hash_algorithm.ok();
                for defect in content.defects.iter().filter(|defect| speaks_of_signer(case, defect, hash)) {
                    found = true;
                    for one in &defect.known {
                        let description = one.description.as_deref().or(defect.description.as_deref());
                        known.add(list, Kind::Defect(DefectKind::of(one)), description);
                    }
                }
            }
            KnownContent::Deviations(content) => {
                for deviation in &content.deviations {
                    match speaks_of_document(case, &deviation.documents, content.certificate_hash()) {
                        Match::No => continue,
                        Match::Unknown if entitled => {
                            known.undecided.push(list);
                            // What excuses needs to be sure. What accuses may be about this document, and then its
                            // success is none.
                            for one in &deviation.descriptions {
                                let kind = DeviationKind::of(one);
                                if kind == DeviationKind::ActiveKeysCompromised {
                                    known.add(list, Kind::Deviation(kind), one.description.as_deref());
                                }
                            }
                        }
                        Match::Unknown => continue,
                        Match::Yes => {
                            for one in &deviation.descriptions {
                                let kind = Kind::Deviation(DeviationKind::of(one));
                                known.add(list, kind, one.description.as_deref());
                            }
                        }
                    }
                    found = true;
                }
            }
        }
        if found && !entitled {
            known.entries.truncate(before);
            known.not_entitled.push(list);
        }
    }
    known.undecided.dedup_by(|one, other| std::ptr::eq(*one, *other));
    known
}

impl<'a> Known<'a> {
    fn add(&mut self, list: &'a KnownDefects, kind: Kind, description: Option<&'a str>) {
        let again = self.entries.iter().any(|entry| std::ptr::eq(entry.list, list) && entry.kind == kind);
        if !again && self.entries.len() < MAX_ENTRIES {
            self.entries.push(Entry { list, kind, description });
        }
    }
}

/// The state whose document it is: of the signer, else of the printed or signed zone.
fn country(case: &Case<'_>) -> Option<String> {
    if let Some(signer) = case.chip().signer() {
        return signer.certificate.issuer().country_code();
    }
    let (_, lines) = case.best_lines()?;
    let state = lines.zone()?.issuing_state()?;
    state.two_letter().map(|two| two.as_str().to_owned())
}

/// Whether a defect names the signer: by the certificate that was used, by the identifier that EF.SOD gives for it, or
/// by the octets of an embedded certificate that cannot be read.
fn speaks_of_signer(case: &Case<'_>, defect: &Defect, hash: Option<HashAlgorithm>) -> bool {
    if case.chip().signer().is_some_and(|signer| defect.names(&signer.certificate, hash)) {
        return true;
    }
    let Index::Read(sod) = case.chip().index() else { return false };
    let by_identifier = defect.certificate_hash.is_none()
        && sod.signers.iter().any(|info| defect.names_identifier(&info.identifier));
    let embedded = |certificate: &Certificate| {
        // Only what a signer info points at is a signer; other certificates in the bag are nobody's.
        sod.signers.iter().any(|info| info.identifier.fit(certificate).is_some())
            && defect.names(certificate, hash)
    };
    by_identifier
        || sod.certificates.iter().any(|certificate| embedded(certificate))
        || sod.unreadable.iter().any(|octets| defect.names_octets(octets, hash))
}

/// Whether all criteria of a deviation match at once. One that names no criterion at all speaks of every document of
/// its state.
fn speaks_of_document(case: &Case<'_>, documents: &DeviationDocuments, hash: Option<HashAlgorithm>) -> Match {
    if let Some(identifier) = &documents.signer {
        let named = case.chip().signer().is_some_and(|signer| identifier.names(&signer.certificate, hash));
        if !named {
            return Match::No;
        }
    }
    let lines = case.best_lines().map(|(_, lines)| lines);
    let zone = lines.and_then(Lines::zone);
    if documents.document_type.is_some() || documents.document_numbers.is_some() {
        let Some(zone) = zone else { return Match::No };
        if !is_of_type(&zone, documents.document_type.as_deref()) || !is_numbered(&zone, documents) {
            return Match::No;
        }
    }
    documents.issued.map_or(Match::Yes, |period| is_issued_within(case, period))
}

/// The zone does not say when a document was issued (Doc 9303-3 7.3.6); DG12 may, and counts when it is proven.
fn is_issued_within(case: &Case<'_>, (first, last): (OffsetDateTime, OffsetDateTime)) -> Match {
    match case.chip().issue_date() {
        Some(day) if (first.date()..=last.date()).contains(&day) => Match::Yes,
        Some(_) => Match::No,
        None => Match::Unknown,
    }
}

/// One letter stands for all types that begin with it; fillers do not count.
fn is_of_type(zone: &Zone<'_>, wanted: Option<&str>) -> bool {
    let Some(wanted) = wanted.map(|wanted| wanted.trim_end_matches(['<', ' '])) else { return true };
    zone.document_code().text().to_string().starts_with(wanted)
}

fn is_numbered(zone: &Zone<'_>, documents: &DeviationDocuments) -> bool {
    let Some(numbers) = &documents.document_numbers else { return true };
    let number = zone.document_number().cells().text().to_string();
    numbers.iter().any(|listed| listed.trim_end_matches(['<', ' ']) == number)
}
