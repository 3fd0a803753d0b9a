//! Public keys of card-verifiable certificates and the algorithms that they are for (Doc 9303-11 section 7.1.4, Doc 9303-12
//! section 7.2.3.2, BSI TR-03110-3 A.6.3 for the older algorithms).

use std::fmt;

use crate::ber::{Element, Error, ErrorKind, Oid, Reader, Tag, tag, without_leading_zeros};
use crate::digest::HashAlgorithm;
use crate::oids;
use crate::pki::curves::Curve;
use crate::pki::public_key::PublicKey;
use crate::pki::signature::{EcdsaEncoding, PssParameters, SignatureAlgorithm};

/// Signature algorithm of a key in the authorisation PKI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CvAlgorithm {
    /// RSASSA-PKCS1-v1_5; of older editions of BSI TR-03110.
    RsaPkcs1(HashAlgorithm),
    /// RSASSA-PSS, mask and salt by the same hash.
    RsaPss(HashAlgorithm),
    /// ECDSA, plain signatures.
    Ecdsa(HashAlgorithm),
}

impl CvAlgorithm {
    /// All of them with their object identifiers below id-TA.
    const ALL: [(Self, Oid); 11] = [
        (Self::RsaPkcs1(HashAlgorithm::Sha1), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 1])),
        (Self::RsaPkcs1(HashAlgorithm::Sha256), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 2])),
        (Self::RsaPss(HashAlgorithm::Sha1), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 3])),
        (Self::RsaPss(HashAlgorithm::Sha256), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 4])),
        (Self::RsaPkcs1(HashAlgorithm::Sha512), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 5])),
        (Self::RsaPss(HashAlgorithm::Sha512), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 1, 6])),
        (Self::Ecdsa(HashAlgorithm::Sha1), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2, 1])),
        (Self::Ecdsa(HashAlgorithm::Sha224), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2, 2])),
        (Self::Ecdsa(HashAlgorithm::Sha256), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2, 3])),
        (Self::Ecdsa(HashAlgorithm::Sha384), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2, 4])),
        (Self::Ecdsa(HashAlgorithm::Sha512), Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2, 5])),
    ];

    /// By object identifier.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known)| known == oid).map(|(algorithm, _)| algorithm)
    }

    /// As verification takes it.
    #[must_use]
    pub const fn signature_algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::RsaPkcs1(hash) => SignatureAlgorithm::RsaPkcs1(hash),
            Self::RsaPss(hash) => {
                let salt_length = match hash {
                    HashAlgorithm::Sha1 => 20,
                    HashAlgorithm::Sha224 => 28,
                    HashAlgorithm::Sha256 => 32,
                    HashAlgorithm::Sha384 => 48,
                    HashAlgorithm::Sha512 => 64,
                };
                SignatureAlgorithm::RsaPss(PssParameters { hash, mask_hash: hash, salt_length })
            }
            Self::Ecdsa(hash) => SignatureAlgorithm::Ecdsa(hash, EcdsaEncoding::Plain),
        }
    }

    const fn is_rsa(self) -> bool {
        matches!(self, Self::RsaPkcs1(_) | Self::RsaPss(_))
    }
}

impl fmt::Display for CvAlgorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.signature_algorithm().fmt(f)
    }
}

/// Why a key of a certificate cannot be computed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CvKeyFault {
    /// The object identifier names no algorithm that is known here.
    Algorithm(Oid),
    /// The domain parameters are not those of a known curve.
    Parameters,
    /// Domain parameters are neither in the certificate nor in one above it.
    ParametersMissing,
    /// The numbers cannot be a key of the algorithm.
    Value,
}

impl fmt::Display for CvKeyFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Algorithm(oid) => write!(f, "unknown algorithm {oid}"),
            Self::Parameters => f.write_str("domain parameters are not those of a known curve"),
            Self::ParametersMissing => f.write_str("no domain parameters here or above"),
            Self::Value => f.write_str("the numbers are no such key"),
        }
    }
}

/// A public key as the certificate carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CvPublicKey {
    oid: Oid,
    numbers: Numbers,
}

#[derive(Clone, PartialEq, Eq)]
enum Numbers {
    Rsa { modulus: Box<[u8]>, exponent: Box<[u8]> },
    Ec { curve: Stated, point: Box<[u8]> },
}

impl fmt::Debug for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { modulus, .. } => write!(f, "RSA of {} octets", modulus.len()),
            Self::Ec { curve, .. } => write!(f, "EC on {curve:?}"),
        }
    }
}

/// Domain parameters of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stated {
    /// None: those of the certificate above hold.
    Inherited,
    Known(Curve),
    Unknown,
}

impl CvPublicKey {
    /// Reads a public key data object, `7F49`.
    pub(super) fn parse(element: &Element<'_>) -> Result<Self, Error> {
        let mut reader = element.reader()?;
        let oid = reader.expect(tag::OID)?.oid()?;
        // What the fields mean depends on the algorithm; of unknown ones the RSA form is read where it fits.
        let elliptic = oid.starts_with(&Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 2, 2]));
        let numbers = if elliptic { Self::elliptic(&mut reader)? } else { Self::rsa(&mut reader)? };
        reader.finish()?;
        Ok(Self { oid, numbers })
    }

    fn rsa(reader: &mut Reader<'_>) -> Result<Numbers, Error> {
        let number = |element: Element<'_>| -> Result<Box<[u8]>, Error> {
            match without_leading_zeros(element.content()) {
                [] => Err(element.error(ErrorKind::Value("zero is no key value"))),
                magnitude => Ok(magnitude.into()),
            }
        };
        let modulus = number(reader.expect(0x81)?)?;
        let exponent = number(reader.expect(0x82)?)?;
        Ok(Numbers::Rsa { modulus, exponent })
    }

    /// Parameters all or none, the cofactor left out where it is (Doc 9303-12 table 16).
    fn elliptic(reader: &mut Reader<'_>) -> Result<Numbers, Error> {
        let mut stated = Vec::new();
        for number in 0x81..=0x85 {
            if let Some(element) = reader.optional(number)? {
                stated.push(element.content());
            }
        }
        let point = reader.expect(0x86)?;
        let cofactor = reader.optional(0x87)?.map(|element| element.content());
        let curve = match stated.as_slice() {
            [] => Stated::Inherited,
            [p, a, b, generator, order] => {
                known([p, a, b, generator, order], cofactor).map_or(Stated::Unknown, Stated::Known)
            }
            _ => return Err(point.error(ErrorKind::Value("domain parameters are not complete"))),
        };
        Ok(Numbers::Ec { curve, point: point.content().into() })
    }

    /// Algorithm that the key is for.
    ///
    /// # Errors
    /// [`CvKeyFault::Algorithm`], or [`CvKeyFault::Value`] where the key has the numbers of another kind.
    pub fn algorithm(&self) -> Result<CvAlgorithm, CvKeyFault> {
        let algorithm = CvAlgorithm::from_oid(&self.oid).ok_or(CvKeyFault::Algorithm(self.oid))?;
        let fits = algorithm.is_rsa() == matches!(self.numbers, Numbers::Rsa { .. });
        if fits { Ok(algorithm) } else { Err(CvKeyFault::Value) }
    }

    /// Whether this is a key on a curve that it does not state.
    #[must_use]
    pub const fn inherits(&self) -> bool {
        matches!(self.numbers, Numbers::Ec { curve: Stated::Inherited, .. })
    }

    /// The curve that the key states.
    pub(super) const fn curve(&self) -> Option<Curve> {
        match self.numbers {
            Numbers::Ec { curve: Stated::Known(curve), .. } => Some(curve),
            _ => None,
        }
    }

    /// The key, ready to verify with; `inherited` is the curve of the certificates above.
    ///
    /// # Errors
    /// [`CvKeyFault`].
    pub fn resolve(&self, inherited: Option<Curve>) -> Result<PublicKey, CvKeyFault> {
        self.algorithm()?;
        let (algorithm, key) = match &self.numbers {
            Numbers::Rsa { modulus, exponent } => {
                let algorithm = [der(0x06, oids::RSA_ENCRYPTION.as_bytes()), der(0x05, &[])].concat();
                (algorithm, der(0x30, &[integer(modulus), integer(exponent)].concat()))
            }
            Numbers::Ec { curve, point } => {
                let curve = match curve {
                    Stated::Known(curve) => *curve,
                    Stated::Unknown => return Err(CvKeyFault::Parameters),
                    Stated::Inherited => inherited.ok_or(CvKeyFault::ParametersMissing)?,
                };
                let names = [der(0x06, oids::EC_PUBLIC_KEY.as_bytes()), der(0x06, curve.oid().as_bytes())];
                (names.concat(), point.to_vec())
            }
        };
        let key = der(0x03, &[&[0], key.as_slice()].concat());
        let spki = der(0x30, &[der(0x30, &algorithm), key].concat());
        PublicKey::from_der(&spki, &mut Vec::new()).map_err(|_| CvKeyFault::Value)
    }
}

/// The known curve that has exactly these parameters: p, a, b, G, r.
fn known([p, a, b, generator, order]: [&[u8]; 5], cofactor: Option<&[u8]>) -> Option<Curve> {
    let same = |value: &[u8], known: &[u8]| without_leading_zeros(value) == without_leading_zeros(known);
    let [4, coordinates @ ..] = generator else { return None };
    Curve::ALL.into_iter().find(|curve| {
        let known = curve.parameters();
        same(p, known.p)
            && same(a, known.a)
            && same(b, known.b)
            && same(order, known.n)
            && coordinates.strip_prefix(known.x) == Some(known.y)
            && cofactor.is_none_or(|cofactor| without_leading_zeros(cofactor) == [1])
    })
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    crate::ber::wrapped(&[tag], content)
}

/// INTEGER of a magnitude.
fn integer(magnitude: &[u8]) -> Vec<u8> {
    let sign: &[u8] = if magnitude.first().is_none_or(|first| first & 0x80 != 0) { &[0] } else { &[] };
    der(0x02, &[sign, magnitude].concat())
}

/// Tag of the key's data object.
pub(super) const TAG: Tag = 0x7F49;
