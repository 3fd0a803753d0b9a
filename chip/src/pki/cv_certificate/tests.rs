//! Card-verifiable certificates and chains: read back, every curve and hash, and what must not be sent to a chip.

use super::*;
use crate::digest::HashAlgorithm;
use crate::pki::Curve;
use crate::pki::signature::Fault;
use crate::test_authority::{AUTHORITY, Holder, TERMINAL, Terms, VERIFIER, certificate, parsed, today};

struct World {
    authority: Holder,
    verifier: Holder,
    terminal: Holder,
}

fn world(curve: Curve) -> World {
    World {
        authority: Holder::new("UTCVCAUTO00001", curve, 0x21),
        verifier: Holder::new("UTDVBORDERUT001", curve, 0x22),
        terminal: Holder::new("UTISDESK3UT007", curve, 0x23),
    }
}

impl World {
    fn held(&self) -> Vec<CvCertificate> {
        vec![
            parsed(&self.terminal, &self.verifier, TERMINAL),
            parsed(&self.authority, &self.authority, AUTHORITY),
            parsed(&self.verifier, &self.authority, VERIFIER),
        ]
    }

    fn find(&self, held: &[CvCertificate]) -> Result<CvChain, CvChainError> {
        CvChain::find(held, &name(self.terminal.name), &[name(self.authority.name)], today())
    }
}

fn name(name: &str) -> Reference {
    Reference::new(name.as_bytes()).unwrap()
}

#[test]
fn fields() {
    let world = world(Curve::Brainpool256R1);
    let octets = certificate(&world.verifier, &world.authority, VERIFIER);
    let read = CvCertificate::parse(&octets).unwrap();
    assert_eq!((read.issuer(), read.holder()), (&name("UTCVCAUTO00001"), &name("UTDVBORDERUT001")));
    assert_eq!(read.authorisation().role(), CvRole::DomesticVerifier);
    assert!(read.authorisation().reads_fingers() && read.authorisation().reads_irises());
    assert_eq!(
        (read.effective().to_string(), read.expiration().to_string()),
        ("2025-01-01".into(), "2027-12-31".into())
    );
    assert!(read.public_key().inherits() && !read.is_self_signed() && !read.has_extensions());
    assert_eq!(read.as_bytes(), octets);
    assert!(octets.ends_with(read.signature()) && octets.ends_with(read.objects()));
    assert_eq!(read.public_key().algorithm(), Ok(CvAlgorithm::Ecdsa(HashAlgorithm::Sha256)));
    assert_eq!(read.public_key().resolve(None).unwrap_err(), CvKeyFault::ParametersMissing);
}

/// Every octet changed, every truncation: an error, or a certificate that does not verify.
#[test]
fn any_change_is_seen() {
    let world = world(Curve::P256);
    let authority = parsed(&world.authority, &world.authority, AUTHORITY);
    let key = authority.public_key().resolve(None).unwrap();
    let algorithm = authority.public_key().algorithm().unwrap();
    let good = certificate(&world.verifier, &world.authority, VERIFIER);
    let verdict = CvCertificate::parse(&good).unwrap().verify(&key, algorithm);
    assert!(matches!(verdict, Verdict::Valid { .. }));
    for place in 0..good.len() {
        assert!(CvCertificate::parse(&good[..place]).is_err(), "cut at {place}");
        for flip in [0x01, 0x80] {
            let mut bad = good.clone();
            bad[place] ^= flip;
            if let Ok(read) = CvCertificate::parse(&bad) {
                assert!(!matches!(read.verify(&key, algorithm), Verdict::Valid { .. }), "octet {place}");
            }
        }
    }
    assert!(CvCertificate::parse(&[good, vec![0]].concat()).is_err());
    assert!(CvCertificate::parse(&vec![0x7F; 9_000]).is_err());
}

#[test]
fn chains_on_every_curve_and_hash() {
    for curve in Curve::ALL {
        if !signature::ecdsa::is_implemented(curve) {
            continue;
        }
        for hash in HashAlgorithm::ALL {
            let mut world = world(curve);
            world.authority = world.authority.hashing(hash);
            world.verifier = world.verifier.hashing(hash);
            let chain = world.find(&world.held()).unwrap_or_else(|error| panic!("{curve} {hash}: {error}"));
            assert_eq!(chain.certificates().len(), 2);
            assert_eq!(chain.terminal(), Some(&name(world.terminal.name)));
            assert!(chain.authorisation().reads_fingers() && !chain.authorisation().reads_irises());
        }
    }
}

/// CHA-10: expired, not yet valid, forged, of the wrong role; each named with its holder.
#[test]
fn chains_that_do_not_hold() {
    let world = world(Curve::P256);
    let expired = Terms { to: [2, 6, 1, 1, 2, 1], ..TERMINAL };
    let early = Terms { from: [2, 6, 1, 1, 2, 3], ..TERMINAL };
    let (terminal, verifier) = (name(world.terminal.name), name(world.verifier.name));
    let with = |place: usize, replacement: CvCertificate| {
        let mut held = world.held();
        held[place] = replacement;
        world.find(&held).unwrap_err()
    };
    let of_terminal = |terms| with(0, parsed(&world.terminal, &world.verifier, terms));
    let of_verifier = |terms| with(2, parsed(&world.verifier, &world.authority, terms));
    assert_eq!(of_terminal(expired).to_string(), "UTISDESK3UT007: expired on 2026-11-21");
    assert!(matches!(of_terminal(early), CvChainError::NotYetValid { holder, .. } if holder == terminal));
    let last_day = Terms { to: [2, 6, 1, 1, 2, 2], from: [2, 6, 1, 1, 2, 2], ..TERMINAL };
    assert!(
        world
            .find(&[&world.held()[1..], &[parsed(&world.terminal, &world.verifier, last_day)]].concat())
            .is_ok()
    );
    let old = Terms { authorisation: 0x83, ..expired };
    assert!(matches!(of_verifier(old), CvChainError::Expired { holder, .. } if holder == verifier));
    // A terminal that says it is an authority, a verifier that says it is a terminal.
    let risen = Terms { authorisation: 0xC1, ..TERMINAL };
    assert!(
        matches!(of_terminal(risen), CvChainError::Role { holder, role: CvRole::Authority, .. } if holder == terminal)
    );
    assert!(matches!(of_verifier(TERMINAL), CvChainError::Role { holder, .. } if holder == verifier));
    // Signed by somebody else under the same name.
    let forger = Holder::new(world.verifier.name, Curve::P256, 0x66);
    let forged = with(0, parsed(&world.terminal, &forger, TERMINAL));
    assert_eq!(forged, CvChainError::Signature { holder: terminal.clone(), fault: Fault::Value });
    let forger = Holder::new(world.authority.name, Curve::P256, 0x66);
    let forged = with(2, parsed(&world.verifier, &forger, VERIFIER));
    assert_eq!(forged, CvChainError::Signature { holder: verifier.clone(), fault: Fault::Value });
    // A key on another curve than its certificate's authority: the point does not lie there.
    let stray = Holder::new(world.verifier.name, Curve::Brainpool256R1, 0x22);
    let error = with(2, parsed(&stray, &world.authority, VERIFIER));
    assert!(matches!(error, CvChainError::Signature { .. } | CvChainError::Key { .. }), "{error}");
}

#[test]
fn missing_certificates_and_trust_points() {
    let world = world(Curve::P384);
    let held = world.held();
    let terminal = name(world.terminal.name);
    let find = |held: &[CvCertificate], roots: &[Reference]| {
        CvChain::find(held, &terminal, roots, today()).unwrap_err()
    };
    assert_eq!(find(&held, &[]), CvChainError::NoTrustPoint);
    assert_eq!(find(&held[1..], &[name(world.authority.name)]), CvChainError::NoTerminal(terminal.clone()));
    assert_eq!(find(&held, &[name("UTCVCAUTO00009")]), CvChainError::NoPath(vec![name("UTCVCAUTO00009")]));
    let missing = find(&[held[0].clone(), held[2].clone()], &[name(world.authority.name)]);
    assert_eq!(missing, CvChainError::TrustPointMissing(name(world.authority.name)));
    assert!(matches!(find(&held[..2], &[name(world.authority.name)]), CvChainError::NoPath(_)));
}

/// The chip still trusts the old key: the link goes first, even expired; a link without parameters inherits them.
#[test]
fn links() {
    let world = world(Curve::Brainpool384R1);
    let old = Holder::new("UTCVCAUTO00000", Curve::Brainpool384R1, 0x20);
    let link = Terms { to: [2, 6, 0, 1, 0, 1], parameters: false, ..AUTHORITY };
    let mut held = world.held();
    held.push(parsed(&old, &old, AUTHORITY));
    held.push(parsed(&world.authority, &old, link));
    let chain = CvChain::find(&held, &name(world.terminal.name), &[name(old.name)], today()).unwrap();
    let sent: Vec<String> = chain.certificates().iter().map(|one| one.holder().to_string()).collect();
    assert_eq!(sent, [world.authority.name, world.verifier.name, world.terminal.name]);
    // Only links held: the parameters come from two steps above.
    held.remove(1);
    let chain = CvChain::find(&held, &name(world.terminal.name), &[name(world.authority.name)], today());
    assert_eq!(chain.unwrap().certificates().len(), 2);
    // Links in a circle, and many of them, end.
    let mut circle = vec![
        parsed(&world.terminal, &world.verifier, TERMINAL),
        parsed(&world.verifier, &world.authority, VERIFIER),
    ];
    for _ in 0..40 {
        circle.push(parsed(&world.authority, &old, link));
        circle.push(parsed(&old, &world.authority, link));
    }
    let error = CvChain::find(&circle, &name(world.terminal.name), &[name("UTCVCAELSE00001")], today());
    assert!(matches!(error, Err(CvChainError::NoPath(_))));
    let error = CvChain::find(&circle, &name(world.terminal.name), &[name(world.authority.name)], today());
    assert!(matches!(error, Err(CvChainError::Key { fault: CvKeyFault::ParametersMissing, .. })));
}

#[test]
fn rights_are_those_that_all_have() {
    let world = world(Curve::P256);
    let mut held = world.held();
    held[2] = parsed(&world.verifier, &world.authority, Terms { authorisation: 0x42, ..VERIFIER });
    held[0] = parsed(&world.terminal, &world.verifier, Terms { authorisation: 0x03, ..TERMINAL });
    let chain = world.find(&held).unwrap();
    assert!(!chain.authorisation().reads_fingers() && chain.authorisation().reads_irises());
    assert_eq!(chain.authorisation().role(), CvRole::Terminal);
}
