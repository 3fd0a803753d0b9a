//! A store in memory for tests, and base64 for test files.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use verifier_chip::Limits;
use verifier_chip::pki::{Anchors, Certificate, ChainFact, Crl, NameKey, find_issuer};
use verifier_chip::sod::SignerIdentifier;

#[derive(Default, Clone)]
pub(crate) struct Store {
    pub(crate) anchors: Vec<Arc<Certificate>>,
    pub(crate) signers: Vec<Arc<Certificate>>,
    pub(crate) crls: Vec<Arc<Crl>>,
}

impl Store {
    pub(crate) fn new(anchors: &[Arc<Certificate>]) -> Self {
        Self { anchors: anchors.to_vec(), ..Self::default() }
    }

    pub(crate) fn find(&self, certificate: &Certificate) -> ChainFact {
        find_issuer(certificate, self, &Limits::default())
    }
}

impl Anchors for Store {
    fn by_key_identifier(&self, key_identifier: &[u8]) -> Vec<Arc<Certificate>> {
        self.anchors.iter().filter(|c| c.subject_key_identifier() == Some(key_identifier)).cloned().collect()
    }

    fn by_subject(&self, subject: &NameKey) -> Vec<Arc<Certificate>> {
        self.anchors.iter().filter(|c| c.subject().key() == subject).cloned().collect()
    }

    fn by_country(&self, country: &str) -> Vec<Arc<Certificate>> {
        self.anchors
            .iter()
            .filter(|c| c.subject().country_code().as_deref() == Some(country))
            .cloned()
            .collect()
    }

    fn signers(&self, identifier: &SignerIdentifier) -> Vec<Arc<Certificate>> {
        self.signers.iter().filter(|c| identifier.fit(c).is_some()).cloned().collect()
    }

    fn crls(&self, issuer: &NameKey) -> Vec<Arc<Crl>> {
        self.crls.iter().filter(|crl| crl.covers(issuer)).cloned().collect()
    }
}

pub(crate) fn base64(text: &[u8]) -> Vec<u8> {
    let mut octets = Vec::new();
    let (mut buffer, mut bits) = (0_u32, 0);
    for &c in text {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        buffer = (buffer << 6) | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            octets.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    octets
}

pub(crate) fn pem(file: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(file).unwrap();
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    base64(body.as_bytes())
}
