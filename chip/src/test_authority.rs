//! An authorisation PKI for tests: certificates written by hand, straight down the tables of Doc 9303-12 section 7.2.

use crate::ber::wrapped;
use crate::digest::HashAlgorithm;
use crate::key_agreement::Domain;
use crate::pki::Curve;
use crate::pki::cv_certificate::{CvCertificate, CvDate};

/// A key holder with an EC key.
pub(crate) struct Holder {
    pub(crate) name: &'static str,
    pub(crate) curve: Curve,
    pub(crate) secret: Vec<u8>,
    pub(crate) hash: HashAlgorithm,
}

/// What a certificate says beside names and key.
#[derive(Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) authorisation: u8,
    pub(crate) from: [u8; 6],
    pub(crate) to: [u8; 6],
    pub(crate) parameters: bool,
}

pub(crate) const AUTHORITY: Terms =
    Terms { authorisation: 0xC3, from: [2, 5, 0, 1, 0, 1], to: [2, 7, 1, 2, 3, 1], parameters: true };
pub(crate) const VERIFIER: Terms = Terms { authorisation: 0x83, parameters: false, ..AUTHORITY };
pub(crate) const TERMINAL: Terms = Terms { authorisation: 0x01, parameters: false, ..AUTHORITY };

pub(crate) fn today() -> CvDate {
    CvDate::from_digits(&[2, 6, 1, 1, 2, 2]).unwrap()
}

impl Holder {
    pub(crate) fn new(name: &'static str, curve: Curve, seed: u8) -> Self {
        Self { name, curve, secret: vec![seed; curve.field_length() - 1], hash: HashAlgorithm::Sha256 }
    }

    pub(crate) fn hashing(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        crate::authentication::terminal::sign_for_tests(self.curve, &self.secret, self.hash, message)
    }

    fn key(&self, parameters: bool) -> Vec<u8> {
        let arc = match self.hash {
            HashAlgorithm::Sha1 => 1,
            HashAlgorithm::Sha224 => 2,
            HashAlgorithm::Sha256 => 3,
            HashAlgorithm::Sha384 => 4,
            HashAlgorithm::Sha512 => 5,
        };
        let domain = Domain::Ec(self.curve);
        let point = domain.multiply(&domain.generator(), &self.secret).unwrap();
        let known = self.curve.parameters();
        let mut content = wrapped(&[6], &[4, 0, 0x7F, 0, 7, 2, 2, 2, 2, arc]);
        if parameters {
            content.extend(wrapped(&[0x81], known.p));
            content.extend(wrapped(&[0x82], known.a));
            content.extend(wrapped(&[0x83], known.b));
            content.extend(wrapped(&[0x84], &domain.generator()));
            content.extend(wrapped(&[0x85], known.n));
        }
        content.extend(wrapped(&[0x86], &point));
        if parameters {
            content.extend(wrapped(&[0x87], &[1]));
        }
        wrapped(&[0x7F, 0x49], &content)
    }

    pub(crate) fn pkcs8(&self) -> Vec<u8> {
        let algorithm = [
            wrapped(&[6], crate::oids::EC_PUBLIC_KEY.as_bytes()),
            wrapped(&[6], self.curve.oid().as_bytes()),
        ];
        let key = wrapped(&[0x30], &[vec![2, 1, 1], wrapped(&[4], &self.secret)].concat());
        wrapped(
            &[0x30],
            &[vec![2, 1, 0], wrapped(&[0x30], &algorithm.concat()), wrapped(&[4], &key)].concat(),
        )
    }
}

/// A certificate of `holder` by `issuer`.
pub(crate) fn certificate(holder: &Holder, issuer: &Holder, terms: Terms) -> Vec<u8> {
    let template = [wrapped(&[6], &[4, 0, 0x7F, 0, 7, 3, 1, 2, 1]), wrapped(&[0x53], &[terms.authorisation])];
    let body = [
        wrapped(&[0x5F, 0x29], &[0]),
        wrapped(&[0x42], issuer.name.as_bytes()),
        holder.key(terms.parameters),
        wrapped(&[0x5F, 0x20], holder.name.as_bytes()),
        wrapped(&[0x7F, 0x4C], &template.concat()),
        wrapped(&[0x5F, 0x25], &terms.from),
        wrapped(&[0x5F, 0x24], &terms.to),
    ];
    let body = wrapped(&[0x7F, 0x4E], &body.concat());
    let signature = wrapped(&[0x5F, 0x37], &issuer.sign(&body));
    wrapped(&[0x7F, 0x21], &[body, signature].concat())
}

pub(crate) fn parsed(holder: &Holder, issuer: &Holder, terms: Terms) -> CvCertificate {
    CvCertificate::parse(&certificate(holder, issuer, terms)).unwrap()
}
