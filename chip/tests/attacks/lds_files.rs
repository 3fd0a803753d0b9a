//! Data groups and EF.COM against EF.SOD, tags and lengths, DG2 in both formats.

use super::*;

#[test]
fn lds_files_against_the_object() {
    let (one, two) = (dg1(), dg2());
    let key = b"attacker's key".to_vec();
    let sod = object().sign(&UTOPIA.signer_key);
    let com =
        |tags: &[u8]| tlv(0x60, &[tlv(0x5F01, b"0107"), tlv(0x5F36, b"040000"), tlv(0x5C, tags)].concat());
    let check = |com: &[u8]| {
        let files = Files {
            sod: Some(&sod),
            com: Some(com),
            // LDS-06 and CHA-05: a DG2 of another holder, a key that nothing signs.
            data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &one[..]), (DgNumber::DG15, &key[..])]
                .into(),
            ..Files::default()
        };
        authenticate(&files, &utopia_store(), &Limits::default())
    };
    let facts = check(&com(&[0x61, 0x75]));
    assert!(matches!(facts.com, ComFact::Same(_)));
    assert_eq!(facts.data_groups[&DgNumber::DG2], DataGroupFact::Different);
    assert_eq!(facts.data_groups[&DgNumber::DG15], DataGroupFact::Unlisted);
    assert!(facts.bound(DgNumber::DG2).is_none() && facts.bound(DgNumber::DG15).is_none());
    for (label, tags, only_sod, only_com) in [
        ("LDS-01 hides DG2", &[0x61][..], vec![DgNumber::DG2], vec![]),
        ("LDS-02 lists DG15", &[0x61, 0x75, 0x6F], vec![], vec![DgNumber::DG15]),
        ("LDS-03 same count", &[0x61, 0x63], vec![DgNumber::DG2], vec![DgNumber::new(3).unwrap()]),
    ] {
        match check(&com(tags)).com {
            ComFact::Differs { only_sod: sod, only_com: com, .. } => {
                assert_eq!((sod, com), (only_sod, only_com), "{label}");
            }
            other => panic!("{label}: {other:?}"),
        }
    }
    assert!(matches!(check(&[]).com, ComFact::Malformed(_)));
    assert!(matches!(check(&com(&[0x61])[..9]).com, ComFact::Malformed(_)));
    // LDS-08: listed and not read.
    let files = Files { sod: Some(&sod), ..Files::default() };
    let facts = authenticate(&files, &utopia_store(), &Limits::default());
    assert_eq!(facts.data_groups[&DgNumber::DG1], DataGroupFact::NotRead);
    // Without EF.SOD nothing is bound.
    let files = Files {
        data_groups: [(DgNumber::DG1, &one[..]), (DgNumber::DG2, &two[..])].into(),
        ..Files::default()
    };
    let facts = authenticate(&files, &utopia_store(), &Limits::default());
    assert!(matches!(facts.sod, SodFact::Absent));
    assert_eq!(facts.signature, SignatureFact::NotRun);
    assert!(facts.bound(DgNumber::DG1).is_none());
    // LDS-13: over the limit, not hashed.
    let limits = Limits { data_group: 50, ..Limits::default() };
    let files =
        Files { sod: Some(&sod), data_groups: [(DgNumber::DG1, &one[..])].into(), ..Files::default() };
    let facts = authenticate(&files, &utopia_store(), &limits);
    assert_eq!(facts.data_groups[&DgNumber::DG1], DataGroupFact::TooLarge);
}

#[test]
fn outer_tags_and_lengths() {
    let (one, two) = (dg1(), dg2());
    let sod = object().sign(&UTOPIA.signer_key);
    // ASN-03: wrong outer tag; ASN-02: length too small, too large; ASN-07: the zone twice.
    let wrong_tag = [&[0x62], &one[1..]].concat();
    assert!(matches!(
        Dg1::parse(&wrong_tag).unwrap_err().kind,
        ErrorKind::UnexpectedTag { expected: 0x61, found: 0x62 }
    ));
    for change in [1_u8, u8::MAX] {
        let mut file = one.clone();
        file[1] = file[1].wrapping_add(change);
        assert!(Dg1::parse(&file).is_err());
        let mut file = two.clone();
        let last = if file[1] < 0x80 { 1 } else { 2 };
        file[last] = file[last].wrapping_add(change);
        assert!(Dg2::parse(&file).is_err());
        let mut file = sod.clone();
        file[3] = file[3].wrapping_add(change);
        let facts = run(&file, &utopia_store());
        assert!(matches!(facts.sod, SodFact::Malformed(_)), "{:?}", facts.sod);
    }
    let zone = one[2..].to_vec();
    assert!(Dg1::parse(&tlv(0x61, &[zone.clone(), zone].concat())).is_err());
    let mut longer = sod.clone();
    longer.push(0);
    assert!(
        matches!(run(&longer, &utopia_store()).sod, SodFact::Malformed(e) if e.kind == ErrorKind::TrailingData)
    );
    let other_tag = [&[0x78], &sod[1..]].concat();
    assert!(matches!(run(&other_tag, &utopia_store()).sod, SodFact::Malformed(e) if e.offset == 0));
    for empty in [&[][..], &[0x77], &[0x77, 0x00]] {
        assert!(matches!(run(empty, &utopia_store()).sod, SodFact::Malformed(_)));
    }
    // ASN-01 and ASN-05.
    for hostile in [
        vec![0x77, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        vec![0x77, 0x88, 1, 2, 3, 4, 5, 6, 7, 8],
        [0x30, 0x80].repeat(100_000),
        [0x77, 0x80].repeat(50_000),
        [vec![0x77, 0x80], [0x24, 0x80].repeat(50_000)].concat(),
    ] {
        assert!(matches!(run(&hostile, &utopia_store()).sod, SodFact::Malformed(_)));
    }
}

#[test]
fn dg2_in_both_formats() {
    let two = dg2();
    let face = Dg2::parse(&two).unwrap();
    let picture = face.picture(&face.faces()[0]).to_vec();
    assert!(picture.starts_with(&[0xFF, 0xD8, 0xFF]));
    // LDS-11: the 39794-5 twin holds the same picture, with and without the wrapper A1.
    let image = tlv(0xA0, &[tlv(0x80, &picture), tlv(0xA1, &tlv(0xA0, &tlv(0x80, &[2])))].concat());
    let representation = tlv(0x30, &[tlv(0x80, &[0]), tlv(0xA1, &tlv(0xA0, &image))].concat());
    let block = tlv(
        0x65,
        &[tlv(0xA0, &[tlv(0x80, &[3]), tlv(0x81, &[7])].concat()), tlv(0xA1, &representation)].concat(),
    );
    for data in [tlv(0x7F2E, &tlv(0xA1, &block)), tlv(0x7F2E, &block)] {
        let file = tlv(
            0x75,
            &tlv(
                0x7F61,
                &[tlv(2, &[1]), tlv(0x7F60, &[tlv(0xA1, &tlv(0x88, &[0, 0x2A])), data].concat())].concat(),
            ),
        );
        let twin = Dg2::parse(&file).unwrap();
        assert_eq!(twin.picture(&twin.faces()[0]), picture);
    }
}
