//! Answers to PACE and to basic access control: pieces of the input, put into the objects that each step asks for or sent as
//! they are. Nobody who lacks the password comes to the end.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use verifier_chip::access::bac::{Bac, BacRandom, Step};
use verifier_chip::access::pace::{Pace, PaceOffer, PaceOffers, PaceRandom, PaceStep, Password};
use verifier_chip::access::{AccessError, Can, MrzKey};
use verifier_chip::command::{Response, StatusWord};
use verifier_chip::lds::dg14::SecurityInfos;
use verifier_chip::pki::Curve;

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match value.len() {
        length @ 0..=0x7F => out.push(length as u8),
        length @ 0x80..=0xFF => out.extend([0x81, length as u8]),
        length => out.extend([0x82, (length >> 8) as u8, length as u8]),
    }
    out.extend_from_slice(value);
    out
}

/// Generic, integrated and chip authentication mapping, on curves and in the smallest group.
static OFFERS: LazyLock<Vec<PaceOffer>> = LazyLock::new(|| {
    let infos: Vec<u8> = [([2, 2], 12_u8), ([4, 2], 12), ([6, 3], 13), ([2, 1], 8), ([1, 2], 0), ([3, 4], 0)]
        .into_iter()
        .flat_map(|(arc, id)| {
            let oid = [&[4, 0, 0x7F, 0, 7, 2, 2, 4][..], &arc].concat();
            tlv(0x30, &[tlv(6, &oid), vec![2, 1, 2, 2, 1, id]].concat())
        })
        .collect();
    PaceOffers::of(&SecurityInfos::parse_card_access(&tlv(0x31, &infos)).expect("infos")).known
});

fn generator(curve: Curve) -> Vec<u8> {
    let known = curve.parameters();
    [&[4], known.x, known.y].concat()
}

fuzz_target!(|data: &[u8]| {
    let Some((choice, data)) = data.split_first() else { return };
    if *choice >= 0xF0 {
        return basic(data);
    }
    let offer = &OFFERS[usize::from(*choice) % OFFERS.len()];
    let password = match choice & 0x40 {
        0 => Password::Mrz(MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")),
        _ => Password::Can(Can::new("123456").expect("digits")),
    };
    let random = PaceRandom::draw(offer, |octets| octets.fill(0x2D));
    let (mut run, _) = Pace::start(offer, &password, random);
    let mut rest = data;
    for step in 0..6_u8 {
        let response = response(step, &mut rest);
        match run.respond(&response) {
            Ok(PaceStep::Send(command)) => assert!(command.to_bytes().is_some() && step < 4),
            Ok(PaceStep::Done(_)) => panic!("access without the password"),
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(run.respond(&response).err(), Some(AccessError::OutOfOrder));
                return;
            }
        }
    }
});

/// One answer: its form by an octet of the input.
fn response(step: u8, rest: &mut &[u8]) -> Response {
    let (form, after) = rest.split_first().map_or((0, *rest), |(form, after)| (*form, after));
    let (piece, after) = after.split_at(after.len().min(usize::from(form & 0x3F) * 3));
    *rest = after;
    let tag = [0x80, 0x80, 0x82, 0x84, 0x86, 0x86][usize::from(step)];
    let data = match (form >> 6, step) {
        (0, 0) => Vec::new(),
        (0, 1) => tlv(0x7C, &tlv(tag, &[0x5A; 16])),
        (0, 2 | 3) => {
            let curve = [Curve::P256, Curve::Brainpool256R1, Curve::P192][usize::from(form & 3) % 3];
            tlv(0x7C, &tlv(tag, &generator(curve)))
        }
        (1, _) => tlv(0x7C, &tlv(tag, piece)),
        (2, _) => tlv(0x7C, piece),
        _ => piece.to_vec(),
    };
    let status = if form == 0xFF { StatusWord(0x6300) } else { StatusWord::OK };
    Response { data, status }
}

fn basic(data: &[u8]) {
    let key = MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236");
    let random = BacRandom { challenge: [7; 8].into(), key: [9; 16].into() };
    let (mut run, _) = Bac::start(&key, random);
    let (first, second) = data.split_at(data.len().min(8));
    for data in [first, second, data] {
        let response = Response { data: data.to_vec(), status: StatusWord::OK };
        match run.respond(&response) {
            Ok(Step::Send(command)) => assert_eq!(command.data.len(), 40),
            Ok(Step::Done(_)) => panic!("access without the key"),
            Err(_) => {
                assert_eq!(run.respond(&response).err(), Some(AccessError::OutOfOrder));
                return;
            }
        }
    }
}
