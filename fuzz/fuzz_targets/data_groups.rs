//! Any octets as any data group from DG1 to DG16 and EF.COM: the first octet says which. Nothing panics, pictures lie inside the
//! file, findings are bounded, and nothing of the content stands in a `Debug` text.
//!
//! Seeds of this target and of `biometric` and `portrait`: `VERIFIER_SEEDS=fuzz/corpus cargo test -p verifier-fixtures --test lds seeds -- --ignored`
//! (an absolute folder).
#![no_main]

use libfuzzer_sys::fuzz_target;
use verifier_chip::lds::{
    Com, DataGroup, Dg1, Dg2, Dg3, Dg4, Dg5, Dg6, Dg7, Dg8, Dg9, Dg10, Dg11, Dg12, Dg13, Dg14, Dg15, Dg16,
};

fuzz_target!(|data: &[u8]| {
    let Some((which, file)) = data.split_first() else { return };
    match which % 17 {
        0 => drop(Com::parse(file)),
        1 => drop(Dg1::parse(file).map(|group| group.lines().map(|lines| lines.len()))),
        2 => {
            let Ok(group) = Dg2::parse(file) else { return };
            assert!(group.faces().len() <= 32 && group.findings().len() <= 32);
            for face in group.faces() {
                assert!(!group.picture(face).is_empty() && group.picture(face).len() < file.len());
                let _ = face.stated_size();
            }
        }
        3 => {
            let Ok(group) = Dg3::parse(file) else { return };
            assert!(group.fingers().len() <= 32 && group.findings().len() <= 32);
            for finger in group.fingers() {
                assert!(!group.picture(finger).is_empty() && group.picture(finger).len() < file.len());
            }
        }
        4 => {
            let Ok(group) = Dg4::parse(file) else { return };
            assert!(group.irises().len() <= 32 && group.findings().len() <= 32);
            for iris in group.irises() {
                assert!(!group.picture(iris).is_empty() && group.picture(iris).len() < file.len());
            }
        }
        5 => drop(
            Dg5::parse(file).map(|group| group.pictures().map(|(_, octets)| octets.len()).sum::<usize>()),
        ),
        6 => drop(Dg6::parse(file)),
        7 => drop(Dg7::parse(file).map(|group| group.pictures().count())),
        8 => drop(Dg8::parse(file)),
        9 => drop(Dg9::parse(file)),
        10 => drop(Dg10::parse(file)),
        11 => {
            let Ok(group) = Dg11::parse(file) else { return };
            assert!(group.other_names.len() <= 64 && group.findings.len() <= 32);
            for field in group.other_names.iter().chain(&group.full_name).chain(&group.address) {
                let _ = (field.text(), field.parts(), field.name(), field.is_empty());
            }
            if let Some(date) = &group.birth_date {
                let _ = (date.text(), date.time(), date.year(), date.month(), date.day());
                assert!(date.raw().len() <= file.len());
            }
        }
        12 => {
            let Ok(group) = Dg12::parse(file) else { return };
            assert!(group.other_persons.len() <= 64 && group.findings.len() <= 32);
            let _ = group.personalised.as_ref().map(|date| (date.text(), date.time()));
        }
        13 => drop(Dg13::parse(file).map(|group| group.tags().len())),
        14 => drop(Dg14::parse(file)),
        15 => drop(Dg15::parse(file)),
        _ => {
            let Ok(group) = Dg16::parse(file) else { return };
            assert!(group.persons.len() <= 64 && group.findings.len() <= 32);
        }
    }
});
