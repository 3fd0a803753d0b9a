//! Certificates of a snapshot for other programs.

use crate::provenance::Standing;
use crate::snapshot::Snapshot;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write;

impl Snapshot {
    /// Anchors as PEM (RFC 7468), each after a line of comment with its subject and fingerprint, and
    /// `unsigned` where nothing but lists without a signature vouches for it.
    /// With `signers` the signer certificates follow.
    #[must_use]
    pub fn to_pem(&self, signers: bool) -> String {
        let mut pem = String::new();
        for standing in [Standing::Anchor, Standing::Signer] {
            if standing == Standing::Signer && !signers {
                break;
            }
            for stored in self.certificates().filter(|stored| stored.standing == standing) {
                let certificate = &stored.certificate;
                // Writing to a string does not fail.
                let _infallible = writeln!(
                    pem,
                    "# {}\n# SHA-256 {}{}",
                    certificate.subject(),
                    hex::encode(certificate.sha256()),
                    if stored.unsigned { "\n# unsigned" } else { "" }
                );
                pem.push_str("-----BEGIN CERTIFICATE-----\n");
                let text = STANDARD.encode(certificate.der());
                for line in text.as_bytes().chunks(64) {
                    pem.push_str(std::str::from_utf8(line).unwrap_or_default());
                    pem.push('\n');
                }
                pem.push_str("-----END CERTIFICATE-----\n");
            }
        }
        pem
    }
}
