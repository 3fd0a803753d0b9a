//! The worked examples step by step, every truncation and change of every answer, and the rules for offers.

use super::*;
use crate::command::StatusWord;
use crate::lds::dg14::SecurityInfos;
use examples::Example;

#[path = "examples.rs"]
mod examples;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

/// EF.CardAccess with these PACEInfos (last arcs and parameter id).
fn card_access(infos: &[(&str, u8)]) -> SecurityInfos {
    let mut set = Vec::new();
    for (protocol, id) in infos {
        let mut info = dynamic::wrapped(&[0x06], &bytes(protocol));
        info.extend([2, 1, 2, 2, 1, *id]);
        set.extend(dynamic::wrapped(&[0x30], &info));
    }
    SecurityInfos::parse_card_access(&dynamic::wrapped(&[0x31], &set)).unwrap()
}

fn start(example: &Example) -> (Pace, Command) {
    let offers = PaceOffers::of(&card_access(&[(example.protocol, example.parameter_id)]));
    let random = PaceRandom {
        mapping: Zeroizing::new(bytes(example.mapping_secret)),
        nonce: Zeroizing::new(bytes(example.nonce)),
        ephemeral: Zeroizing::new(bytes(example.ephemeral_secret)),
    };
    let password = Password::Mrz(MrzKey::from_cells(example.mrz.as_bytes(), b"", b""));
    let (mut pace, first) = Pace::start(&offers.known[0], &password, random);
    if example.mrz.is_empty() {
        pace.password = Zeroizing::new(bytes(example.password));
    }
    (pace, first)
}

fn ok(data: &[u8]) -> Response {
    Response { data: data.to_vec(), status: StatusWord::OK }
}

fn all() -> [Example; 5] {
    [
        examples::ecdh_generic(),
        examples::dh_generic(),
        examples::ecdh_integrated(),
        examples::dh_integrated(),
        examples::chip_authentication(),
    ]
}

fn run(example: &Example) -> Box<PaceSession> {
    let (mut pace, first) = start(example);
    assert_eq!((first.header(), first.le), ([0x00, 0x22, 0xC1, 0xA4], None));
    let mut step = pace.respond(&ok(&[])).unwrap();
    for (number, (sent, answer)) in example.exchanges.iter().enumerate() {
        let PaceStep::Send(command) = step else { panic!("command {number}") };
        assert_eq!(hex::encode_upper(&command.data), *sent, "{} command {number}", example.protocol);
        assert_eq!(command.cla, if number == 3 { 0x00 } else { 0x10 });
        step = pace.respond(&ok(&bytes(answer))).unwrap();
    }
    let PaceStep::Done(session) = step else { panic!("done") };
    session
}

#[test]
fn worked_examples() {
    for example in all() {
        let mut session = run(&example);
        let keys = [example.encryption, example.authentication].map(|key| Zeroizing::new(bytes(key)));
        let [encryption, authentication] = keys;
        let mut expected =
            SecureMessaging::new(CipherKind::Aes128, encryption, authentication, &[0; 16]).unwrap();
        let command = Command::new(0x00, 0xA4, 0x04, 0x0C).with_data([0xA0, 0, 0, 2, 0x47, 0x10, 0x01]);
        assert_eq!(session.messaging.protect(&command), expected.protect(&command), "{}", example.protocol);
    }
    let (_, first) = start(&examples::ecdh_generic());
    assert_eq!(hex::encode_upper(first.to_bytes().unwrap()), "0022C1A40F800A04007F00070202040202830101");
}

/// Appendix I: the chip authentication data that is recovered.
#[test]
fn chip_authentication_data() {
    let session = run(&examples::chip_authentication());
    let mapping = session.chip_mapping.unwrap();
    assert_eq!(
        hex::encode_upper(&*mapping.data),
        "85DC3FA93D0952BFA82F5FD189EE75BD82F11D1F0B8ED4BF5319AC9B53C426B3"
    );
    assert!(run(&examples::ecdh_generic()).chip_mapping.is_none());
}

/// What a run comes to when one answer is another.
fn with_answer(example: &Example, place: usize, other: &[u8]) -> Option<Box<PaceSession>> {
    let (mut pace, _) = start(example);
    pace.respond(&ok(&[])).unwrap();
    for (number, (_, answer)) in example.exchanges.iter().enumerate() {
        let response = if number == place { ok(other) } else { ok(&bytes(answer)) };
        match pace.respond(&response) {
            Ok(PaceStep::Send(_)) => {}
            Ok(PaceStep::Done(session)) => return Some(session),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(pace.respond(&response).unwrap_err(), AccessError::OutOfOrder);
                assert!(pace.password.is_empty() && pace.random.ephemeral.is_empty(), "secrets are gone");
                return None;
            }
        }
    }
    None
}

/// Every truncation and every changed octet of every answer: no panic, a typed error, dead afterwards.
#[test]
fn no_changed_answer_gives_a_session() {
    for example in all() {
        for (place, (_, answer)) in example.exchanges.iter().enumerate() {
            let good = bytes(answer);
            for length in 0..good.len() {
                assert!(with_answer(&example, place, &good[..length]).is_none(), "{place} cut to {length}");
            }
            // The certification authority reference of G.2 and the sealed chip data of I are not under the token.
            let covered = if place == 3 { 12.min(good.len()) } else { good.len() };
            for octet in 0..covered {
                let mut bad = good.clone();
                bad[octet] ^= if octet % 2 == 0 { 0x01 } else { 0x80 };
                let session = with_answer(&example, place, &bad);
                assert!(session.is_none(), "{} answer {place} octet {octet}", example.protocol);
            }
        }
    }
}

/// ACC-06 and ACC-07: our own key, infinity, a point off the curve, 0, 1, p - 1, p.
#[test]
fn unacceptable_public_values() {
    let example = examples::ecdh_generic();
    for (place, tag) in [(1, 0x82), (2, 0x84)] {
        let step = if place == 1 { AccessStep::PaceMap } else { AccessStep::PaceAgree };
        let (own, _) = example.exchanges[place];
        let own = bytes(own)[4..].to_vec();
        let mut off = own.clone();
        off[64] ^= 1;
        for bad in [own, off, [vec![4], vec![0; 64]].concat(), vec![0], vec![]] {
            let (mut pace, _) = start(&example);
            pace.respond(&ok(&[])).unwrap();
            for (_, answer) in &example.exchanges[..place] {
                pace.respond(&ok(&bytes(answer))).unwrap();
            }
            let answer = dynamic::wrapped(&[0x7C], &dynamic::wrapped(&[tag], &bad));
            assert_eq!(pace.respond(&ok(&answer)).unwrap_err(), AccessError::BadPublicValue(step));
        }
    }
    let example = examples::dh_generic();
    let p = {
        let Domain::Dh(_) = Domain::standardised(0).unwrap() else { panic!("a group") };
        bytes(
            "B10B8F96A080E01DDE92DE5EAE5D54EC52C99FBCFB06A3C69A6A9DCA52D23B616073E28675A23D189838EF1E2EE652C013ECB4AEA906112324975C3CD49B83BFACCBDD7D90C4BD7098488E9C219A73724EFFD6FAE5644738FAA31A4FF55BCCC0A151AF5F0DC8B4BD45BF37DF365C1A65E68CFDA76D4DA708DF1FB2BC2E4A4371",
        )
    };
    let mut minus_one = p.clone();
    minus_one[127] -= 1;
    for bad in [vec![], vec![0], vec![1], minus_one, p, vec![2]] {
        let answer = dynamic::wrapped(&[0x7C], &dynamic::wrapped(&[0x82], &bad));
        let (mut pace, _) = start(&example);
        pace.respond(&ok(&[])).unwrap();
        pace.respond(&ok(&bytes(example.exchanges[0].1))).unwrap();
        let error = pace.respond(&ok(&answer)).unwrap_err();
        assert_eq!(error, AccessError::BadPublicValue(AccessStep::PaceMap));
    }
}

#[test]
fn refusals_name_step_and_status() {
    let example = examples::ecdh_generic();
    let refused = |answers: usize, status: u16| {
        let (mut pace, _) = start(&example);
        let mut responses = vec![ok(&[])];
        responses.extend(example.exchanges.iter().map(|(_, answer)| ok(&bytes(answer))));
        for response in &responses[..answers] {
            pace.respond(response).unwrap();
        }
        pace.respond(&Response { data: vec![], status: StatusWord(status) }).unwrap_err().to_string()
    };
    assert_eq!(refused(0, 0x6A80), "PACE MSE:Set AT: refused with 6A80");
    assert_eq!(refused(1, 0x6A88), "PACE GENERAL AUTHENTICATE 1 (nonce): refused with 6A88");
    assert_eq!(refused(2, 0x6A80), "PACE GENERAL AUTHENTICATE 2 (mapping): refused with 6A80");
    assert_eq!(refused(3, 0x6F00), "PACE GENERAL AUTHENTICATE 3 (key agreement): refused with 6F00");
    assert_eq!(refused(4, 0x6300), "PACE GENERAL AUTHENTICATE 4 (token): refused with 6300");
}

#[test]
fn offers() {
    let single = PaceOffers::of(&card_access(&[("04007F00070202040202", 13)]));
    assert_eq!(single.known.len(), 1);
    assert!(!single.known[0].name_parameters);
    let several = PaceOffers::of(&card_access(&[
        ("04007F00070202040201", 12),
        ("04007F00070202040204", 16),
        ("04007F00070202040604", 16),
        ("04007F00070202040102", 13),
        ("04007F00070202040202", 31),
        ("04007F00070202040601", 13),
    ]));
    assert_eq!(several.known.len(), 3, "a group is no curve, 31 is reserved");
    assert_eq!(several.unknown.len(), 2, "and chip authentication mapping has no 3DES");
    assert!(several.known.iter().all(|offer| offer.name_parameters));
    let preferred = several.preferred().unwrap();
    assert_eq!((preferred.mapping, preferred.cipher), (Mapping::ChipAuthentication, CipherKind::Aes256));
    let (_, first) = Pace::start(
        preferred,
        &Password::Can(Can::new("123456").unwrap()),
        PaceRandom::draw(preferred, |octets| octets.fill(7)),
    );
    assert_eq!(hex::encode_upper(&first.data), "800A04007F00070202040604830102840110");
    assert!(Can::new("12 456").is_none() && Can::new("").is_none());
    assert!(PaceOffers::of(&card_access(&[])).preferred().is_none());
}

/// Explicit parameters that are a known curve's are that curve; others are not computed on.
#[test]
fn explicit_parameters_are_recognised() {
    let info = |parameters: &[u8]| {
        let algorithm = dynamic::wrapped(&[0x30], parameters);
        let mut domain = dynamic::wrapped(&[0x06], &bytes("04007F000702020402"));
        domain.extend(algorithm);
        domain.extend([2, 1, 40]);
        let mut pace = dynamic::wrapped(&[0x06], &bytes("04007F00070202040202"));
        pace.extend([2, 1, 2, 2, 1, 40]);
        let set = [dynamic::wrapped(&[0x30], &pace), dynamic::wrapped(&[0x30], &domain)].concat();
        SecurityInfos::parse_card_access(&dynamic::wrapped(&[0x31], &set)).unwrap()
    };
    let standardised = info(&bytes("060704007F0007010202010D"));
    let named = info(&bytes("06072A8648CE3D020106082A8648CE3D030107"));
    let foreign = info(&bytes("06072A8648CE3D020106082A8648CE3D030106"));
    assert_eq!(PaceOffers::of(&named).known[0].domain, Domain::standardised(12).unwrap());
    assert!(PaceOffers::of(&foreign).known.is_empty());
    assert_eq!(PaceOffers::of(&standardised).known[0].domain, Domain::standardised(13).unwrap());
}
