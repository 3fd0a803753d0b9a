//! Active authentication (Doc 9303-11 6.1): the chip signs the terminal's challenge.
//!
//! RSA: ISO/IEC 9796-2 digital signature scheme 1 with partial message recovery; the hash is named by the
//! trailer (`BC` is SHA-1). ECDSA: plain signatures (BSI TR-03111); the hash is named by the
//! ActiveAuthenticationInfo of DG14.

use crate::ber::{Oid, without_leading_zeros};
use crate::digest::HashAlgorithm;
use crate::finding::{Code, Finding};
use crate::lds::{Dg14, Dg15};
use crate::oids;
use crate::pki::public_key::{KeyKind, RsaKey};
use crate::pki::signature::{self, EcdsaEncoding, Fault, SignatureAlgorithm, Unsupported, Verdict, rsa};

use super::Bound;

/// Length of a challenge in octets.
pub const CHALLENGE_LENGTH: usize = 8;

/// What active authentication found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum ActiveFact {
    /// The chip holds the private key of DG15.
    Valid {
        /// Hash that was used.
        hash: HashAlgorithm,
        /// What was tolerated.
        findings: Vec<Finding>,
    },
    /// The answer is no signature over the challenge.
    Failed(ActiveFailure),
    /// It cannot be computed here.
    Unsupported(Unsupported),
}

/// Why an answer proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActiveFailure {
    /// The challenge has not eight octets.
    ChallengeLength(usize),
    /// The answer has not the length of the modulus, or is not below it.
    ResponseLength {
        /// Octets asked for.
        expected: usize,
        /// Octets given.
        found: usize,
    },
    /// What the key recovers has not the form of ISO/IEC 9796-2.
    Format,
    /// The hash inside is not the one of message and challenge.
    Hash,
    /// The ECDSA signature fails.
    Signature(Fault),
}

impl std::fmt::Display for ActiveFailure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ChallengeLength(found) => write!(f, "the challenge has {found} octets instead of 8"),
            Self::ResponseLength { expected, found } => {
                write!(f, "the answer has {found} octets instead of {expected}, or is out of range")
            }
            Self::Format => f.write_str("the recovered message has not the form of ISO/IEC 9796-2"),
            Self::Hash => f.write_str("the recovered hash is not the one of the challenge"),
            Self::Signature(fault) => fault.fmt(f),
        }
    }
}

/// Verifies the chip's answer to a challenge with the key of DG15.
///
/// `response` is the data field of the answer to INTERNAL AUTHENTICATE, without status word.
pub fn verify(
    challenge: &[u8],
    response: &[u8],
    key: &Bound<Dg15>,
    security_options: Option<&Bound<Dg14>>,
) -> ActiveFact {
    if challenge.len() != CHALLENGE_LENGTH {
        return ActiveFact::Failed(ActiveFailure::ChallengeLength(challenge.len()));
    }
    match key.public_key.kind() {
        KeyKind::Rsa(rsa) => verify_rsa(rsa, challenge, response),
        KeyKind::Ec(_) => {
            let named = security_options.and_then(|options| options.security_infos.active_authentication());
            verify_ecdsa(challenge, response, key, named.map(|info| info.signature_algorithm))
        }
        KeyKind::Unsupported(reason) => ActiveFact::Unsupported(reason.clone()),
        KeyKind::Dsa(_) => ActiveFact::Unsupported(Unsupported::KeyAlgorithm(oids::DSA)),
    }
}

fn verify_rsa(key: &RsaKey, challenge: &[u8], response: &[u8]) -> ActiveFact {
    let length = key.modulus.len();
    let Some(recovered) = rsa::raw(key, response) else {
        return ActiveFact::Failed(ActiveFailure::ResponseLength { expected: length, found: response.len() });
    };
    // A signer may have returned min(s, n - s) (ISO/IEC 9796-2 B.6): then n minus the value ends in C.
    let mut outcome = opened(&recovered, challenge);
    if outcome == Err(ActiveFailure::Format) {
        outcome = opened(&difference(&key.modulus, &recovered), challenge);
    }
    match outcome {
        Ok(hash) => {
            let mut findings = vec![Finding::with(Code::ActiveTrailer, hash.name())];
            if hash == HashAlgorithm::Sha1 {
                findings.push(Code::HashWeak.into());
            }
            ActiveFact::Valid { hash, findings }
        }
        Err(failure) => ActiveFact::Failed(failure),
    }
}

/// Header, message part, hash, trailer (ISO/IEC 9796-2 8.1); returns the hash that matched.
fn opened(recovered: &[u8], challenge: &[u8]) -> Result<HashAlgorithm, ActiveFailure> {
    let (hash, trailer) = match recovered {
        [.., 0xBC] => (HashAlgorithm::Sha1, 1),
        [.., identifier, 0xCC] => (
            match identifier {
                0x33 => HashAlgorithm::Sha1,
                0x34 => HashAlgorithm::Sha256,
                0x35 => HashAlgorithm::Sha512,
                0x36 => HashAlgorithm::Sha384,
                0x38 => HashAlgorithm::Sha224,
                _ => return Err(ActiveFailure::Format),
            },
            2,
        ),
        _ => return Err(ActiveFailure::Format),
    };
    let body = recovered.len().checked_sub(trailer).and_then(|end| recovered.get(..end));
    let split = |body: &'_ [u8]| body.len().checked_sub(hash.length());
    let body = body.ok_or(ActiveFailure::Format)?;
    let (front, inner) = split(body).and_then(|at| body.split_at_checked(at)).ok_or(ActiveFailure::Format)?;
    // First octet: 01, a bit for partial recovery, 0s and padding; `A` ends the header, `B` pads on.
    let (first, mut message) = front.split_first().ok_or(ActiveFailure::Format)?;
    match first {
        0x4A | 0x6A => {}
        0x4B | 0x6B => loop {
            let (octet, rest) = message.split_first().ok_or(ActiveFailure::Format)?;
            message = rest;
            match octet {
                0xBB => {}
                0xBA => break,
                _ => return Err(ActiveFailure::Format),
            }
        },
        _ => return Err(ActiveFailure::Format),
    }
    if hash.digest_parts(&[message, challenge]).as_bytes() == inner {
        Ok(hash)
    } else {
        Err(ActiveFailure::Hash)
    }
}

/// n - value, both big-endian and of the same length, value below n.
fn difference(modulus: &[u8], value: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(modulus.len());
    let mut borrow = 0_i16;
    for (&n, &v) in modulus.iter().rev().zip(value.iter().rev()) {
        let digit = i16::from(n) - i16::from(v) - borrow;
        borrow = i16::from(digit < 0);
        result.push(u8::try_from(digit & 0xFF).unwrap_or(0));
    }
    result.reverse();
    result
}

fn verify_ecdsa(challenge: &[u8], response: &[u8], key: &Bound<Dg15>, named: Option<Oid>) -> ActiveFact {
    let mut findings = Vec::new();
    let hashes = match named {
        Some(oid) => match named_hash(&oid) {
            Some(hash) => vec![hash],
            None => return ActiveFact::Unsupported(Unsupported::SignatureAlgorithm(oid)),
        },
        None => {
            // Doc 9303-11 asks for the info; chips without it use the hash that fits their curve. Trying a
            // few is safe: without the private key none of them verifies.
            findings.push(Code::ActiveInfoMissing.into());
            let fitting = match key.public_key.security_bits() {
                0..112 => HashAlgorithm::Sha1,
                112..128 => HashAlgorithm::Sha224,
                128..192 => HashAlgorithm::Sha256,
                192..256 => HashAlgorithm::Sha384,
                _ => HashAlgorithm::Sha512,
            };
            let mut hashes = vec![fitting];
            hashes.extend(HashAlgorithm::ALL.into_iter().filter(|hash| *hash != fitting));
            hashes
        }
    };
    let encoding = encoding_of(response, key);
    if encoding == EcdsaEncoding::Der {
        findings.push(Code::ActiveSignatureEncoding.into());
    }
    let mut fault = Fault::Value;
    for hash in hashes {
        let algorithm = SignatureAlgorithm::Ecdsa(hash, encoding);
        match signature::verify(&key.public_key, &algorithm, challenge, response) {
            Verdict::Valid { findings: more } => {
                findings.extend(more);
                return ActiveFact::Valid { hash, findings };
            }
            Verdict::Invalid(reason) => fault = reason,
            Verdict::Unsupported(reason) => return ActiveFact::Unsupported(reason),
        }
    }
    ActiveFact::Failed(ActiveFailure::Signature(fault))
}

/// Plain when the length says so; some chips answer in DER.
fn encoding_of(response: &[u8], key: &Bound<Dg15>) -> EcdsaEncoding {
    let plain = match key.public_key.kind() {
        KeyKind::Ec(key) => 2 * without_leading_zeros(key.curve.parameters().n).len(),
        _ => 0,
    };
    if response.len() != plain && response.first() == Some(&0x30) {
        EcdsaEncoding::Der
    } else {
        EcdsaEncoding::Plain
    }
}

fn named_hash(oid: &Oid) -> Option<HashAlgorithm> {
    Some(match *oid {
        oids::ECDSA_PLAIN_SHA1 | oids::ECDSA_SHA1 => HashAlgorithm::Sha1,
        oids::ECDSA_PLAIN_SHA224 | oids::ECDSA_SHA224 => HashAlgorithm::Sha224,
        oids::ECDSA_PLAIN_SHA256 | oids::ECDSA_SHA256 => HashAlgorithm::Sha256,
        oids::ECDSA_PLAIN_SHA384 | oids::ECDSA_SHA384 => HashAlgorithm::Sha384,
        oids::ECDSA_PLAIN_SHA512 | oids::ECDSA_SHA512 => HashAlgorithm::Sha512,
        _ => return None,
    })
}
