//! A small issuing state for tests: writes DER, certificates, CRLs and security objects, each part of
//! which a test may spoil before it is signed.

#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::{Arc, LazyLock};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use verifier_chip::digest::HashAlgorithm;
use verifier_chip::pki::{Certificate, Curve};

pub(crate) fn tlv(tag: u32, content: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = tag.to_be_bytes().into_iter().skip_while(|&octet| octet == 0).collect();
    match content.len() {
        length @ 0..0x80 => out.push(length as u8),
        length @ 0x80..0x100 => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(content);
    out
}

pub(crate) fn seq(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x30, &parts.concat())
}

pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(0x31, &parts.concat())
}

pub(crate) fn int(value: u32) -> Vec<u8> {
    integer(&value.to_be_bytes())
}

pub(crate) fn integer(magnitude: &[u8]) -> Vec<u8> {
    let mut content: Vec<u8> = magnitude.iter().copied().skip_while(|&octet| octet == 0).collect();
    if content.first().is_none_or(|first| first & 0x80 != 0) {
        content.insert(0, 0);
    }
    tlv(2, &content)
}

pub(crate) fn oid(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for &arc in &arcs[2..] {
        let mut groups = vec![(arc & 0x7F) as u8];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.push((rest & 0x7F) as u8 | 0x80);
            rest >>= 7;
        }
        groups.reverse();
        content.extend(groups);
    }
    tlv(6, &content)
}

pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
    tlv(4, content)
}

pub(crate) fn bits(content: &[u8]) -> Vec<u8> {
    tlv(3, &[&[0], content].concat())
}

pub(crate) fn null() -> Vec<u8> {
    vec![5, 0]
}

pub(crate) fn name(country: &str, common: &str) -> Vec<u8> {
    let attribute = |kind: &str, tag, value: &str| set(&[seq(&[oid(kind), tlv(tag, value.as_bytes())])]);
    seq(&[attribute("2.5.4.6", 0x13, country), attribute("2.5.4.3", 0x0C, common)])
}

pub(crate) fn extension(kind: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let mut parts = vec![oid(kind)];
    if critical {
        parts.push(vec![1, 1, 0xFF]);
    }
    parts.push(octets(value));
    seq(&parts)
}

pub(crate) fn hash_identifier(hash: HashAlgorithm) -> Vec<u8> {
    seq(&[oid(&hash.oid().to_string()), null()])
}

/// A signing key.
pub(crate) enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
    RsaPss(RsaKeyPair),
}

impl Key {
    pub(crate) fn ec() -> Self {
        Self::Ec(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn algorithm(&self) -> Vec<u8> {
        match self {
            Self::Ec(_) => seq(&[oid("1.2.840.10045.4.3.2")]),
            Self::Rsa(_) => seq(&[oid("1.2.840.113549.1.1.11"), null()]),
            Self::RsaPss(_) => pss_algorithm(32),
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ec(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
            Self::Rsa(key) | Self::RsaPss(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let padding: &'static dyn aws_lc_rs::signature::RsaEncoding =
                    if matches!(self, Self::Rsa(_)) { &RSA_PKCS1_SHA256 } else { &RSA_PSS_SHA256 };
                key.sign(padding, &random, message, &mut signature).unwrap();
                signature
            }
        }
    }

    pub(crate) fn spki(&self) -> Vec<u8> {
        match self {
            Self::Ec(key) => seq(&[
                seq(&[oid("1.2.840.10045.2.1"), explicit(Curve::P256, |_| {})]),
                bits(key.public_key().as_ref()),
            ]),
            Self::Rsa(key) | Self::RsaPss(key) => {
                seq(&[seq(&[oid("1.2.840.113549.1.1.1"), null()]), bits(key.public_key().as_ref())])
            }
        }
    }
}

pub(crate) fn pss_algorithm(salt: u32) -> Vec<u8> {
    let hash = hash_identifier(HashAlgorithm::Sha256);
    seq(&[
        oid("1.2.840.113549.1.1.10"),
        seq(&[
            tlv(0xA0, &hash),
            tlv(0xA1, &seq(&[oid("1.2.840.113549.1.1.8"), hash.clone()])),
            tlv(0xA2, &int(salt)),
        ]),
    ])
}

/// Explicit parameters, the parts of which may be changed: version, field, a and b, base, order, cofactor.
pub(crate) fn explicit(curve: Curve, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let known = curve.parameters();
    let mut parts = vec![
        int(1),
        seq(&[oid("1.2.840.10045.1.1"), integer(known.p)]),
        seq(&[octets(known.a), octets(known.b)]),
        octets(&[&[4], known.x, known.y].concat()),
        integer(known.n),
        int(1),
    ];
    change(&mut parts);
    seq(&parts)
}

/// What a certificate says; every field may be changed before it is made.
#[derive(Clone)]
pub(crate) struct Body {
    pub(crate) serial: Vec<u8>,
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    pub(crate) not_before: &'static str,
    pub(crate) not_after: &'static str,
    pub(crate) spki: Vec<u8>,
    pub(crate) extensions: Vec<Vec<u8>>,
    pub(crate) inner_algorithm: Option<Vec<u8>>,
}

impl Body {
    pub(crate) fn sign(&self, issuer: &Key) -> Vec<u8> {
        let algorithm = issuer.algorithm();
        let tbs = seq(&[
            tlv(0xA0, &int(2)),
            tlv(2, &self.serial),
            self.inner_algorithm.clone().unwrap_or_else(|| algorithm.clone()),
            self.issuer.clone(),
            seq(&[tlv(0x17, self.not_before.as_bytes()), tlv(0x17, self.not_after.as_bytes())]),
            self.subject.clone(),
            self.spki.clone(),
            tlv(0xA3, &seq(&self.extensions)),
        ]);
        let signature = issuer.sign(&tbs);
        seq(&[tbs, algorithm, bits(&signature)])
    }
}

pub(crate) const CSCA_KEY_IDENTIFIER: [u8; 4] = [1, 2, 3, 4];
pub(crate) const SIGNER_KEY_IDENTIFIER: [u8; 4] = [5, 6, 7, 8];

pub(crate) fn csca_body(key: &Key) -> Body {
    Body {
        serial: vec![1],
        issuer: name("UT", "CSCA Utopia"),
        subject: name("UT", "CSCA Utopia"),
        not_before: "200101000000Z",
        not_after: "350101000000Z",
        spki: key.spki(),
        extensions: vec![
            extension("2.5.29.15", true, &[3, 2, 1, 6]),
            extension("2.5.29.19", true, &seq(&[vec![1, 1, 0xFF], int(0)])),
            extension("2.5.29.14", false, &octets(&CSCA_KEY_IDENTIFIER)),
        ],
        inner_algorithm: None,
    }
}

pub(crate) fn signer_body(key: &Key) -> Body {
    Body {
        serial: vec![0x11, 0x22],
        issuer: name("UT", "CSCA Utopia"),
        subject: name("UT", "DS Utopia 1"),
        not_before: "240101000000Z",
        not_after: "340401000000Z",
        spki: key.spki(),
        extensions: vec![
            extension("2.5.29.15", true, &[3, 2, 7, 0x80]),
            extension("2.5.29.35", false, &seq(&[tlv(0x80, &CSCA_KEY_IDENTIFIER)])),
            extension("2.5.29.14", false, &octets(&SIGNER_KEY_IDENTIFIER)),
            extension("2.23.136.1.1.6.2", false, &seq(&[int(0), set(&[tlv(0x13, b"P")])])),
        ],
        inner_algorithm: None,
    }
}

/// The state: a CSCA and a document signer.
pub(crate) struct State {
    pub(crate) csca_key: Key,
    pub(crate) signer_key: Key,
    pub(crate) csca: Arc<Certificate>,
    pub(crate) signer: Vec<u8>,
}

impl State {
    pub(crate) fn new(csca_key: Key, signer_key: Key) -> Self {
        let csca = Certificate::parse(&csca_body(&csca_key).sign(&csca_key)).unwrap();
        let signer = signer_body(&signer_key).sign(&csca_key);
        Self { csca_key, signer_key, csca, signer }
    }
}

pub(crate) static UTOPIA: LazyLock<State> = LazyLock::new(|| State::new(Key::ec(), Key::ec()));

pub(crate) fn dg1() -> Vec<u8> {
    let zone = b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
    tlv(0x61, &tlv(0x5F1F, zone))
}

pub(crate) fn dg2() -> Vec<u8> {
    let mut record = b"FAC\x00010\x00".to_vec();
    record.extend(120_u32.to_be_bytes());
    record.extend([0, 1]);
    record.extend(106_u32.to_be_bytes());
    record.extend([0; 28]);
    record.extend([0xFF, 0xD8, 0xFF, 0xE0]);
    record.resize(120, 7);
    let template = tlv(0x7F60, &[tlv(0xA1, &tlv(0x88, &[0, 8])), tlv(0x5F2E, &record)].concat());
    tlv(0x75, &tlv(0x7F61, &[tlv(2, &[1]), template].concat()))
}

/// What a security object says; every field may be changed before it is made.
#[derive(Clone)]
pub(crate) struct Object {
    pub(crate) lds_version: Vec<u8>,
    pub(crate) lds_hash: Vec<u8>,
    pub(crate) hashes: Vec<(u32, Vec<u8>)>,
    pub(crate) version_info: Option<Vec<u8>>,
    pub(crate) content_type: &'static str,
    pub(crate) cms_version: u32,
    pub(crate) digest_algorithms: Vec<u8>,
    pub(crate) digest: HashAlgorithm,
    pub(crate) digest_identifier: Option<Vec<u8>>,
    pub(crate) attributes: Option<Vec<Vec<u8>>>,
    pub(crate) sign_sorted: bool,
    pub(crate) signer_version: u32,
    pub(crate) sid: Vec<u8>,
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) algorithm: Vec<u8>,
    pub(crate) more_signers: Vec<Vec<u8>>,
    /// Content other than an LDS security object.
    pub(crate) other_content: Option<Vec<u8>>,
}

pub(crate) fn attribute(kind: &str, value: Vec<u8>) -> Vec<u8> {
    seq(&[oid(kind), set(&[value])])
}

pub(crate) fn sid(issuer: Vec<u8>, serial: &[u8]) -> Vec<u8> {
    seq(&[issuer, tlv(2, serial)])
}

impl Object {
    pub(crate) fn of(state: &State, groups: &[(u32, &[u8])]) -> Self {
        Self::with(state, groups, HashAlgorithm::Sha256)
    }

    pub(crate) fn with(state: &State, groups: &[(u32, &[u8])], hash: HashAlgorithm) -> Self {
        Self {
            lds_version: int(0),
            lds_hash: hash_identifier(hash),
            hashes: groups.iter().map(|(n, file)| (*n, hash.digest(file).as_bytes().to_vec())).collect(),
            version_info: None,
            content_type: "2.23.136.1.1.1",
            cms_version: 3,
            digest_algorithms: set(&[hash_identifier(HashAlgorithm::Sha256)]),
            digest: HashAlgorithm::Sha256,
            digest_identifier: None,
            attributes: None,
            sign_sorted: false,
            signer_version: 1,
            sid: sid(name("UT", "CSCA Utopia"), &[0x11, 0x22]),
            certificates: vec![state.signer.clone()],
            algorithm: state.signer_key.algorithm(),
            more_signers: Vec::new(),
            other_content: None,
        }
    }

    pub(crate) fn content(&self) -> Vec<u8> {
        if let Some(content) = &self.other_content {
            return content.clone();
        }
        let hashes: Vec<Vec<u8>> =
            self.hashes.iter().map(|(number, hash)| seq(&[int(*number), octets(hash)])).collect();
        let mut parts = vec![self.lds_version.clone(), self.lds_hash.clone(), seq(&hashes)];
        parts.extend(self.version_info.clone());
        seq(&parts)
    }

    /// Attributes as they would be without changes.
    pub(crate) fn usual_attributes(&self) -> Vec<Vec<u8>> {
        vec![
            attribute("1.2.840.113549.1.9.3", oid(self.content_type)),
            attribute("1.2.840.113549.1.9.4", octets(self.digest.digest(&self.content()).as_bytes())),
        ]
    }

    pub(crate) fn signer_info(&self, key: &Key) -> Vec<u8> {
        let mut parts = vec![
            int(self.signer_version),
            self.sid.clone(),
            self.digest_identifier.clone().unwrap_or_else(|| hash_identifier(self.digest)),
        ];
        let attributes = self.attributes.clone().unwrap_or_else(|| self.usual_attributes());
        let signature = if attributes.is_empty() {
            key.sign(&self.content())
        } else {
            let mut signed = attributes.clone();
            if self.sign_sorted {
                signed.sort();
            }
            parts.push(tlv(0xA0, &attributes.concat()));
            key.sign(&set(&signed))
        };
        parts.extend([self.algorithm.clone(), octets(&signature)]);
        seq(&parts)
    }

    pub(crate) fn sign(&self, key: &Key) -> Vec<u8> {
        self.assemble(self.signer_info(key))
    }

    pub(crate) fn assemble(&self, signer_info: Vec<u8>) -> Vec<u8> {
        let mut parts = vec![
            int(self.cms_version),
            self.digest_algorithms.clone(),
            seq(&[oid(self.content_type), tlv(0xA0, &octets(&self.content()))]),
        ];
        if !self.certificates.is_empty() {
            parts.push(tlv(0xA0, &self.certificates.concat()));
        }
        let mut infos = self.more_signers.clone();
        infos.push(signer_info);
        parts.push(set(&infos));
        let content_info = seq(&[oid("1.2.840.113549.1.7.2"), tlv(0xA0, &seq(&parts))]);
        if self.other_content.is_some() { content_info } else { tlv(0x77, &content_info) }
    }
}

/// A CRL of the state.
pub(crate) fn crl(
    key: &Key,
    issuer: Vec<u8>,
    this_update: &str,
    revoked: &[&[u8]],
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let mut parts =
        vec![int(1), key.algorithm(), issuer, tlv(0x17, this_update.as_bytes()), tlv(0x17, b"270101000000Z")];
    if !revoked.is_empty() {
        let entries: Vec<Vec<u8>> =
            revoked.iter().map(|serial| seq(&[tlv(2, serial), tlv(0x17, b"250601000000Z")])).collect();
        parts.push(seq(&entries));
    }
    let mut listed = vec![extension("2.5.29.20", false, &int(7))];
    listed.extend_from_slice(extensions);
    parts.push(tlv(0xA0, &seq(&listed)));
    let tbs = seq(&parts);
    let signature = key.sign(&tbs);
    seq(&[tbs, key.algorithm(), bits(&signature)])
}
