//! Terminal authentication against a small chip: accepted, refused at every command, and every answer changed.

use std::cell::RefCell;

use super::*;
use crate::ber::{Reader, without_leading_zeros};
use crate::pki::Curve;
use crate::pki::cv_certificate::CvDate;
use crate::test_authority::{AUTHORITY, Holder, TERMINAL, VERIFIER, parsed, today};

const NUMBER: &[u8] = b"L898902C<3";
const CHALLENGE: [u8; 8] = [1, 2, 3, 4, 5, 6, 7, 8];

struct World {
    authority: Holder,
    verifier: Holder,
    terminal: Holder,
}

fn world() -> World {
    World {
        authority: Holder::new("UTCVCAUTO00001", Curve::Brainpool256R1, 0x21),
        verifier: Holder::new("UTDVBORDERUT001", Curve::Brainpool256R1, 0x22),
        terminal: Holder::new("UTISDESK3UT007", Curve::Brainpool256R1, 0x23),
    }
}

fn chain(world: &World) -> CvChain {
    let held = [
        parsed(&world.authority, &world.authority, AUTHORITY),
        parsed(&world.verifier, &world.authority, VERIFIER),
        parsed(&world.terminal, &world.verifier, TERMINAL),
    ];
    let name = |holder: &Holder| Reference::new(holder.name.as_bytes()).unwrap();
    CvChain::find(&held, &name(&world.terminal), &[name(&world.authority)], today()).unwrap()
}

fn ephemeral() -> CompressedKey {
    let domain = crate::key_agreement::Domain::standardised(13).unwrap();
    let element = domain.multiply(&domain.generator(), &[9; 20]).unwrap();
    domain.compressed(&element)
}

/// The chip's side down the text: imported keys by name, the current date, one challenge.
struct Chip {
    keys: Vec<(Vec<u8>, PublicKey, CvAlgorithm)>,
    selected: Vec<u8>,
    challenged: bool,
    date: CvDate,
    curve: Curve,
}

impl Chip {
    fn new(world: &World) -> Self {
        let root = parsed(&world.authority, &world.authority, AUTHORITY);
        let key = root.public_key().resolve(None).unwrap();
        let keys = vec![(world.authority.name.into(), key, root.public_key().algorithm().unwrap())];
        Self { keys, selected: vec![], challenged: false, date: today(), curve: world.authority.curve }
    }

    fn key(&self) -> Option<&(Vec<u8>, PublicKey, CvAlgorithm)> {
        self.keys.iter().find(|(name, ..)| *name == self.selected)
    }

    fn serve(&mut self, command: &Command) -> Response {
        let status = |status| Response { data: vec![], status: StatusWord(status) };
        match (command.ins, command.p1, command.p2) {
            (0x22, 0x81, 0xB6 | 0xA4) => {
                self.selected = Reader::only(&command.data, 0x83).unwrap().content().to_vec();
                status(if self.key().is_some() { 0x9000 } else { 0x6A88 })
            }
            (0x2A, 0x00, 0xBE) => {
                let whole = wrapped(&[0x7F, 0x21], &command.data);
                let read = CvCertificate::parse(&whole).unwrap();
                let (_, key, algorithm) = self.key().unwrap();
                let valid = matches!(read.verify(key, *algorithm), Verdict::Valid { .. });
                if !valid || read.expiration() < self.date {
                    return status(0x6300);
                }
                let key = read.public_key().resolve(Some(self.curve)).unwrap();
                let algorithm = read.public_key().algorithm().unwrap();
                self.keys.push((read.holder().as_bytes().to_vec(), key, algorithm));
                status(0x9000)
            }
            (0x84, 0, 0) => {
                self.challenged = true;
                Response { data: CHALLENGE.to_vec(), status: StatusWord::OK }
            }
            (0x82, 0, 0) => {
                let (_, key, algorithm) = self.key().unwrap();
                let message = [NUMBER, &CHALLENGE, ephemeral().as_bytes()].concat();
                let verdict =
                    signature::verify(key, &algorithm.signature_algorithm(), &message, &command.data);
                let good = std::mem::take(&mut self.challenged) && matches!(verdict, Verdict::Valid { .. });
                status(if good { 0x9000 } else { 0x6300 })
            }
            _ => status(0x6D00),
        }
    }
}

type Outcome = Result<TerminalAuthenticated, TerminalFailure>;

/// A run in which the response of one number is changed.
fn changed(world: &World, number: usize, change: impl Fn(&mut Response)) -> (Outcome, usize) {
    let mut chip = Chip::new(world);
    let count = RefCell::new(0);
    let key = KeyFile::from_pkcs8(&world.terminal.pkcs8()).unwrap();
    let identity = ChipIdentity::of_document_number(NUMBER);
    let outcome = TerminalAuthentication::run(&chain(world), identity, ephemeral(), &key, |command| {
        let mut response = chip.serve(command);
        if *count.borrow() == number {
            change(&mut response);
        }
        *count.borrow_mut() += 1;
        Ok::<_, std::convert::Infallible>(response)
    });
    (outcome.unwrap_or_else(|never| match never {}), count.into_inner())
}

#[test]
fn a_terminal_is_accepted() {
    let world = world();
    let (outcome, commands) = changed(&world, usize::MAX, |_| {});
    let fact = outcome.unwrap();
    assert_eq!((fact.terminal.to_string(), commands), ("UTISDESK3UT007".into(), 7));
    assert!(fact.authorisation.reads_fingers() && !fact.authorisation.reads_irises());
    // The commands as Doc 9303-11 7.1.5 has them.
    let (mut run, first) =
        TerminalAuthentication::start(&chain(&world), ChipIdentity::of_document_number(NUMBER), ephemeral())
            .unwrap();
    assert_eq!(first.to_bytes().unwrap()[..7], [0x00, 0x22, 0x81, 0xB6, 16, 0x83, 14]);
    let ok = Response { data: vec![], status: StatusWord::OK };
    let Ok(TerminalNext::Send(second)) = run.respond(&ok) else { panic!("a certificate comes next") };
    assert_eq!((second.header(), second.le), ([0x00, 0x2A, 0x00, 0xBE], None));
    assert_eq!(second.data[..2], [0x7F, 0x4E], "body and signature without the outer tag");
}

/// CHA-10: 7 and 9 octets of challenge, and whatever else is none.
#[test]
fn challenges_of_other_lengths() {
    for length in [0, 7, 9, 16, 255] {
        let (outcome, commands) = changed(&world(), 5, |response| response.data = vec![1; length]);
        assert_eq!((outcome, commands), (Err(TerminalFailure::ChallengeLength(length)), 6));
    }
}

/// Every answer refused, cut, grown, and with each bit of its status changed: a typed reason, no further command.
#[test]
fn answers_under_attack() {
    let world = world();
    let steps = [
        TerminalStep::SetVerificationKey,
        TerminalStep::VerifyCertificate,
        TerminalStep::SetVerificationKey,
        TerminalStep::VerifyCertificate,
        TerminalStep::SetTerminalKey,
        TerminalStep::GetChallenge,
        TerminalStep::ExternalAuthenticate,
    ];
    for (number, step) in steps.into_iter().enumerate() {
        for bit in 0..16 {
            let status = StatusWord(0x9000 ^ (1 << bit));
            let (outcome, commands) = changed(&world, number, |response| response.status = status);
            assert!(
                matches!(outcome, Err(TerminalFailure::Refused(at, with, _)) if at == step && with == status)
            );
            assert_eq!(commands, number + 1);
        }
        if step != TerminalStep::GetChallenge {
            let (outcome, _) = changed(&world, number, |response| response.data.push(0));
            assert_eq!(outcome, Err(TerminalFailure::Malformed(step)));
        }
    }
    let (outcome, _) = changed(&world, 3, |response| response.status = StatusWord(0x6300));
    assert_eq!(
        outcome.unwrap_err().to_string(),
        "TA PSO Verify Certificate (UTISDESK3UT007): refused with 6300"
    );
    // Another challenge than the chip keeps: the chip refuses what was signed.
    let (outcome, _) = changed(&world, 5, |response| response.data[0] ^= 1);
    assert!(matches!(outcome, Err(TerminalFailure::Refused(TerminalStep::ExternalAuthenticate, ..))));
}

#[test]
fn keys_that_do_not_fit() {
    let world = world();
    let identity = || ChipIdentity::of_document_number(NUMBER);
    let run = |key: &dyn InspectionKey| {
        let mut chip = Chip::new(&world);
        let outcome = TerminalAuthentication::run(&chain(&world), identity(), ephemeral(), key, |command| {
            assert_ne!(command.ins, 0x82, "nothing is sent");
            Ok::<_, std::convert::Infallible>(chip.serve(command))
        });
        outcome.unwrap_or_else(|never| match never {}).unwrap_err()
    };
    let other = Holder::new("X", Curve::Brainpool256R1, 0x77);
    assert_eq!(run(&KeyFile::from_pkcs8(&other.pkcs8()).unwrap()), TerminalFailure::KeyDoesNotFit);
    let other = Holder::new("X", Curve::P521, 0x77);
    assert_eq!(run(&KeyFile::from_pkcs8(&other.pkcs8()).unwrap()), TerminalFailure::KeyDoesNotFit);
    struct Token;
    impl InspectionKey for Token {
        fn sign(&self, _: CvAlgorithm, _: &[u8]) -> Result<Vec<u8>, InspectionKeyError> {
            Err(InspectionKeyError::Token("session closed".into()))
        }
    }
    assert_eq!(run(&Token).to_string(), "TA: the inspection key did not sign: session closed");
}

/// Nothing goes on after the end, and no answer takes the place of a signature.
#[test]
fn order() {
    let world = world();
    let start = || {
        let identity = ChipIdentity::of_document_number(NUMBER);
        TerminalAuthentication::start(&chain(&world), identity, ephemeral()).unwrap()
    };
    let ok = Response { data: vec![], status: StatusWord::OK };
    let (mut run, _) = start();
    assert_eq!(run.signed(&[1; 64]).unwrap_err(), TerminalFailure::OutOfOrder);
    assert_eq!(run.respond(&ok).unwrap_err(), TerminalFailure::OutOfOrder);
    let mut chip = Chip::new(&world);
    let (mut run, mut command) = start();
    let request = loop {
        match run.respond(&chip.serve(&command)).unwrap() {
            TerminalNext::Send(next) => command = next,
            TerminalNext::Sign(request) => break request,
            TerminalNext::Done(_) => panic!("not yet"),
        }
    };
    assert!(!format!("{request:?} {run:?}").contains("L898902C"));
    assert_eq!(run.respond(&ok).unwrap_err(), TerminalFailure::OutOfOrder);
    assert_eq!(run.signed(&[1; 64]).unwrap_err(), TerminalFailure::OutOfOrder, "the run is over");
}

/// Identity after PACE: x of the chip's key; DH numbers are hashed without leading zeros.
#[test]
fn compressed_keys() {
    let curve = crate::key_agreement::Domain::standardised(13).unwrap();
    let element = curve.multiply(&curve.generator(), &[7; 20]).unwrap();
    assert_eq!(curve.compressed(&element).as_bytes(), &element[1..33]);
    let group = crate::key_agreement::Domain::standardised(0).unwrap();
    let element = group.multiply(&group.generator(), &[7; 20]).unwrap();
    let expected = crate::digest::HashAlgorithm::Sha1.digest(without_leading_zeros(&element));
    assert_eq!(group.compressed(&element).as_bytes(), expected.as_bytes());
    assert_eq!(group.compressed(&[&[0], &element[..]].concat()), group.compressed(&element));
}

#[test]
fn key_files() {
    for curve in Curve::ALL {
        let holder = Holder::new("X", curve, 0x31);
        let key = KeyFile::from_pkcs8(&holder.pkcs8()).unwrap();
        let debug = format!("{key:?}");
        assert!(debug.contains(curve.name()) && !debug.contains("3131"), "{debug}");
        let rsa = CvAlgorithm::RsaPss(crate::digest::HashAlgorithm::Sha256);
        assert_eq!(key.sign(rsa, b"x"), Err(InspectionKeyError::Algorithm(rsa)));
    }
    let good = Holder::new("X", Curve::P256, 0x31).pkcs8();
    for length in 0..good.len() {
        assert!(KeyFile::from_pkcs8(&good[..length]).is_err());
    }
}

/// RSA keys sign what our own verifier accepts; SHA-1 and short keys are not signed with, and that is said.
#[test]
fn rsa_key_files() {
    use crate::digest::HashAlgorithm;
    use aws_lc_rs::encoding::AsDer as _;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let spki = aws_lc_rs::signature::KeyPair::public_key(&pair).as_der().unwrap();
    let public = PublicKey::from_der(spki.as_ref(), &mut Vec::new()).unwrap();
    let key = KeyFile::from_pkcs8(pair.as_der().unwrap().as_ref()).unwrap();
    for algorithm in [CvAlgorithm::RsaPkcs1, CvAlgorithm::RsaPss] {
        for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha512] {
            let algorithm = algorithm(hash);
            let signature = key.sign(algorithm, b"message").unwrap();
            let verdict =
                signature::verify(&public, &algorithm.signature_algorithm(), b"message", &signature);
            assert!(matches!(verdict, Verdict::Valid { .. }), "{algorithm}");
        }
        let old = algorithm(HashAlgorithm::Sha1);
        assert_eq!(key.sign(old, b"message"), Err(InspectionKeyError::Weak(old)));
    }
    // PKCS #8 of a modulus of 1 024 bits; what follows it is not looked at.
    let modulus = [&[0x02, 0x81, 0x81, 0x00][..], &[0xC1; 128]].concat();
    let inner = [&[0x02, 0x01, 0x00][..], &modulus].concat();
    let inner = [&[0x04, 0x81, 0x8A, 0x30, 0x81, 0x87][..], &inner].concat();
    let algorithm = [0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0];
    let info = [&[0x30, 0x81, 0x9F, 0x02, 0x01, 0x00][..], &algorithm, &inner].concat();
    let refused = KeyFile::from_pkcs8(&info).unwrap_err();
    assert_eq!(refused, InspectionKeyError::Short(1024));
    assert!(refused.to_string().contains("2048"), "{refused}");
}
