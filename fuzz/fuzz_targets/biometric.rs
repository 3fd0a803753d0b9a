//! Any octets as a biometric data block inside sound templates: the first octet says which kind and which family of records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_chip::lds::biometric::WsqHeader;
use verifier_chip::lds::{DataGroup, Dg2, Dg3, Dg4};

/// Tag, length in four octets, content.
fn tlv(tag: &[u8], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
    [tag, &[0x84], &length.to_be_bytes(), content].concat()
}

fuzz_target!(|data: &[u8]| {
    let Some((which, record)) = data.split_first() else { return };
    let _ = WsqHeader::read(record);
    let (tag, magic, application) = match which % 3 {
        0 => (0x75_u8, &b"FAC\x00010\0"[..], 0x65_u8),
        1 => (0x63, &b"FIR\x00010\0"[..], 0x64),
        _ => (0x76, &b"IIR\x00010\0"[..], 0x66),
    };
    let block = match which / 3 % 4 {
        0 => tlv(&[0x5F, 0x2E], record),
        1 => tlv(&[0x5F, 0x2E], &[magic, record].concat()),
        2 => tlv(&[0x7F, 0x2E], record),
        _ => {
            let version = [0xA0, 6, 0x80, 1, 3, 0x81, 1, 9];
            let list = tlv(&[0xA1], &tlv(&[0x30], record));
            tlv(&[0x7F, 0x2E], &tlv(&[0xA1], &tlv(&[application], &[&version[..], &list].concat())))
        }
    };
    let header = [0xA1, 3, 0x82, 1, 9];
    let template = tlv(&[0x7F, 0x60], &[&header[..], &block].concat());
    let file = tlv(&[tag], &tlv(&[0x7F, 0x61], &[&[2, 1, 1][..], &template].concat()));
    match which % 3 {
        0 => {
            let Ok(group) = Dg2::parse(&file) else { return };
            for face in group.faces() {
                assert!(group.picture(face).len() <= record.len());
                let _ = (face.stated_size(), face.details.clone());
            }
        }
        1 => {
            let Ok(group) = Dg3::parse(&file) else { return };
            for finger in group.fingers() {
                assert!(group.picture(finger).len() <= record.len());
                let _ = finger.position.subtype();
            }
        }
        _ => {
            let Ok(group) = Dg4::parse(&file) else { return };
            for iris in group.irises() {
                assert!(group.picture(iris).len() <= record.len());
            }
        }
    }
});
