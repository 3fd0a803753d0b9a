//! Deviation and defect lists of a snapshot, read once, with who says so and of whom he may speak.
//!
//! Their signatures were verified at import and the snapshot is named by its content; what can change later is
//! looked at again: the certificate that the signer rests on must still be there, and no CRL may name the signer.

use crate::contents::ListKind;
use crate::provenance::Source;
use crate::snapshot::Snapshot;
use std::sync::Arc;
use verifier_chip::pki::signed_list::SignedList;
use verifier_chip::pki::{Anchors, Certificate, DefectList, DeviationList};
use verifier_chip::sod::cms::Fit;

/// An authenticated list of deviations or defects.
#[derive(Debug)]
#[non_exhaustive]
pub struct KnownDefects {
    /// What it says.
    pub content: KnownContent,
    /// The file it came in.
    pub source: Source,
    /// The certificate of its signer.
    pub signer: Arc<Certificate>,
    /// State of the anchor that the signer rests on, in upper case.
    pub country: String,
    /// Whether the operator pinned the signer or what it rests on. Only then may the list speak of the documents of
    /// other states; else a state speaks of its own.
    pub pinned: bool,
}

/// The content of a list.
#[derive(Debug)]
pub enum KnownContent {
    /// Doc 9303-12 section 10: an issuer about its own documents.
    Deviations(DeviationList),
    /// BSI TR-03129-2 section 8: anybody's documents.
    Defects(DefectList),
}

impl KnownDefects {
    /// Whether the list may speak of documents of this state (country code as in certificates, upper case). A
    /// deviation list speaks of its own state alone.
    #[must_use]
    pub fn may_speak_of(&self, country: &str) -> bool {
        match self.content {
            KnownContent::Deviations(_) => self.country == country && !country.is_empty(),
            KnownContent::Defects(_) => self.pinned || (self.country == country && !country.is_empty()),
        }
    }
}

impl Snapshot {
    /// Deviation and defect lists that may be applied. Read at the first call, shared by all later ones.
    #[must_use]
    pub fn known_defects(&self) -> &[KnownDefects] {
        self.0.known_defects.get_or_init(|| {
            let deviations = self.lists(ListKind::Deviation).filter_map(|(file, source)| {
                let list = DeviationList::parse(file).ok()?;
                let signer = self.list_signer(&list.signed)?;
                self.applicable(KnownContent::Deviations(list), signer, source)
            });
            let defects = self.lists(ListKind::Defect).filter_map(|(file, source)| {
                let list = DefectList::parse(file).ok()?;
                let signer = self.list_signer(&list.signed)?;
                self.applicable(KnownContent::Defects(list), signer, source)
            });
            deviations.chain(defects).collect()
        })
    }

    /// The certificate of a list's signer. Of several signers the first whose signature verifies.
    fn list_signer(&self, signed: &SignedList) -> Option<Arc<Certificate>> {
        signed.signers.iter().find_map(|info| {
            let fits =
                |c: &&Arc<Certificate>| matches!(info.identifier.fit(c), Some(Fit::Exact | Fit::Normalised));
            let stored = Anchors::signers(self, &info.identifier);
            let mut candidates = signed.certificates.iter().chain(&stored).filter(fits);
            let proves = |c: &&Arc<Certificate>| {
                matches!(info.verify(c), verifier_chip::sod::SignerVerdict::Valid { .. })
            };
            candidates.find(proves).cloned()
        })
    }

    fn applicable(
        &self,
        content: KnownContent,
        signer: Arc<Certificate>,
        source: &Source,
    ) -> Option<KnownDefects> {
        let rests_on = self.certificate(source.rests_on.as_ref()?)?;
        let named = self.certificate(signer.sha256());
        if self.is_revoked(&signer) || self.is_revoked(&rests_on.certificate) {
            return None;
        }
        let pinned = rests_on.pinned || named.is_some_and(|signer| signer.pinned);
        // A CSCA that issues a list signer in another state's name speaks for neither.
        let named_country = signer.issuer().country_code().unwrap_or_default();
        let same = named_country == rests_on.country || rests_on.certificate.sha256() == signer.sha256();
        let country = if same { rests_on.country } else { String::new() };
        Some(KnownDefects { content, source: source.clone(), signer, country, pinned })
    }
}
