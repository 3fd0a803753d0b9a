//! Answers to chip authentication, active authentication and terminal authentication. Nobody who lacks the chip's key proves
//! it; nothing but the recorded answer is one to the recorded challenge.
#![no_main]

mod world;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::Limits;
use verifier_chip::authentication::Bound;
use verifier_chip::authentication::active::{ActiveFact, verify};
use verifier_chip::authentication::card_security::{self, CardSecurityFacts};
use verifier_chip::authentication::chip::{
    ChipAuthentication, ChipAuthenticationStep, ChipFailure, ChipOffers, offers,
};
use verifier_chip::authentication::passive::{Files, authenticate};
use verifier_chip::authentication::terminal::{
    ChipIdentity, InspectionKey, InspectionKeyError, TerminalAuthentication, TerminalFailure,
};
use verifier_chip::command::{Command, Response, StatusWord};
use verifier_chip::lds::{Dg14, Dg15, DgNumber};
use verifier_chip::pki::NoAnchors;
use verifier_chip::pki::cv_certificate::{CvAlgorithm, CvCertificate, CvChain, CvDate, Reference};

const CHALLENGE: [u8; 8] = [0xF1, 0x73, 0x58, 0x99, 0x74, 0xBF, 0x40, 0xC6];

struct Chip {
    key: Bound<Dg15>,
    options: Option<Bound<Dg14>>,
    answer: Vec<u8>,
}

static CHIPS: LazyLock<Vec<Chip>> = LazyLock::new(|| {
    ["rsa", "rsa2", "ec"]
        .into_iter()
        .map(|name| {
            let sod = world::file(&format!("active-{name}-sod.bin"));
            let fifteen = world::file(&format!("active-{name}-15.bin"));
            let fourteen = world::files(&format!("active-{name}-1"));
            let fourteen = fourteen.iter().find(|file| file.first() == Some(&0x6E));
            let mut files = Files { sod: Some(&sod), ..Files::default() };
            files.data_groups.insert(DgNumber::DG15, &fifteen);
            if let Some(file) = fourteen {
                files.data_groups.insert(DgNumber::DG14, file);
            }
            let facts = authenticate(&files, &NoAnchors, &Limits::default());
            let seed = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/ca_aa");
            Chip {
                key: facts.bound(DgNumber::DG15).expect("bound").decode().expect("DG15"),
                options: facts.bound(DgNumber::DG14).and_then(|group| group.decode().ok()),
                answer: std::fs::read(seed.join(format!("seed-{name}"))).expect("a seed"),
            }
        })
        .collect()
});

static SIGNED: LazyLock<CardSecurityFacts> = LazyLock::new(|| {
    card_security::authenticate(&world::file("card-security-0.bin"), &NoAnchors, &Limits::default())
});

static OFFERS: LazyLock<ChipOffers> = LazyLock::new(|| offers(SIGNED.security_infos().expect("signed")));

static CHAIN: LazyLock<CvChain> = LazyLock::new(|| {
    let file = world::file("cvc.bin");
    let mut rest = file.as_slice();
    let mut held = Vec::new();
    while rest.len() > 5 {
        let length = usize::from(u16::from_be_bytes([rest[3], rest[4]])) + 5;
        // Long form of one octet for short certificates.
        let length = if rest[2] == 0x81 { usize::from(rest[3]) + 4 } else { length };
        held.push(CvCertificate::parse(&rest[..length]).expect("a certificate"));
        rest = &rest[length..];
    }
    let name = |name: &[u8]| Reference::new(name).expect("a reference");
    let today = CvDate::from_digits(&[2, 6, 1, 1, 2, 2]).expect("a day");
    CvChain::find(&held, &name(b"UTISDESK3UT007"), &[name(b"UTCVCAUTO00001")], today).expect("a chain")
});

struct Token(Vec<u8>);

impl InspectionKey for Token {
    fn sign(&self, _: CvAlgorithm, _: &[u8]) -> Result<Vec<u8>, InspectionKeyError> {
        Ok(self.0.clone())
    }
}

fuzz_target!(|data: &[u8]| {
    // Any answer to the recorded challenge.
    for chip in CHIPS.iter() {
        let fact = verify(&CHALLENGE, data, &chip.key, chip.options.as_ref());
        // RSA allows n minus the answer too, which nobody finds by chance; ECDSA allows the other s.
        if matches!(fact, ActiveFact::Valid { .. }) {
            let half = data.len() / 2;
            assert!(
                data == chip.answer || data.get(..half) == chip.answer.get(..half),
                "an answer without the key"
            );
        }
    }
    let Some((choice, data)) = data.split_first() else { return };
    match choice & 1 {
        0 => chip(*choice, data),
        _ => terminal(data),
    }
});

/// Chip authentication: answers out of the input, the proof last.
fn chip(choice: u8, data: &[u8]) {
    let offer = &OFFERS.known[usize::from(choice >> 1) % OFFERS.known.len()];
    let (mut run, _) = ChipAuthentication::start(offer, &[0x77; 40]).expect("a good key");
    let mut parts = data.split(|octet| *octet == 0xFE);
    loop {
        let Some(part) = parts.next() else { return };
        let data = if part.len() < 3 { Vec::new() } else { part.to_vec() };
        let response = Response { data, status: StatusWord::OK };
        match run.respond(&response) {
            Ok(ChipAuthenticationStep::Send(_)) => {}
            Ok(ChipAuthenticationStep::Switch(mut provisional)) => {
                let read = Command::new(0x00, 0xB0, 0x9E, 0x00).expecting(4);
                provisional.protect(&read).expect("a command");
                let rest: Vec<u8> = parts.flatten().copied().collect();
                assert!(
                    matches!(provisional.confirm(&rest), Err(ChipFailure::NotProven(_))),
                    "proven without the key"
                );
                return;
            }
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(run.respond(&response).err(), Some(ChipFailure::OutOfOrder));
                return;
            }
        }
    }
}

/// Terminal authentication: answers and the signature out of the input.
fn terminal(data: &[u8]) {
    let facts = SIGNED.security_infos().expect("signed");
    assert!(verifier_chip::authentication::terminal::is_offered(facts));
    let offer = OFFERS.known.first().expect("an offer");
    let (run, _) = ChipAuthentication::start(offer, &[0x77; 40]).expect("a good key");
    let ephemeral = run.terminal_key();
    let mut parts = data.split(|octet| *octet == 0xFE);
    let token = Token(parts.next_back().unwrap_or_default().to_vec());
    let identity = ChipIdentity::of_document_number(b"L898902C<3");
    let outcome = TerminalAuthentication::run(&CHAIN, identity, ephemeral, &token, |command| {
        assert!(command.to_bytes().is_some() && command.ins != 0x82, "signed without the key");
        let part = parts.next().ok_or(())?;
        let data = if part.len() < 3 { Vec::new() } else { part.to_vec() };
        Ok::<_, ()>(Response { data, status: StatusWord::OK })
    });
    if let Ok(outcome) = outcome {
        assert!(!matches!(outcome, Ok(_) | Err(TerminalFailure::OutOfOrder)));
    }
}
