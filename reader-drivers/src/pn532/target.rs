//! What `InListPassiveTarget` tells about a card (NXP UM0701-02, section 7.3.5).

use crate::reader::Card;

/// A card that the PN532 activated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its number in later commands.
    pub number: u8,
    /// What it said about itself.
    pub card: Card,
    /// Whether it speaks ISO/IEC 14443-4, which every e-passport does.
    pub iso_dep: bool,
}

impl Target {
    /// Reads the response for one type A target: count, number, SENS_RES, SEL_RES, UID with its length, ATS.
    /// `None` where there is no target or the response is too short.
    #[must_use]
    pub fn type_a(response: &[u8]) -> Option<Self> {
        let [1..=255, number, sens_high, sens_low, sel, length, rest @ ..] = response else { return None };
        let (uid, answer) = rest.split_at_checked(usize::from(*length))?;
        let card = Card {
            uid: uid.to_vec(),
            answer: answer.to_vec(),
            atqa_sak: Some(([*sens_high, *sens_low], *sel)),
        };
        Some(Self { number: *number, card, iso_dep: sel & 0x20 != 0 })
    }

    /// Reads the response for one type B target: count, number, ATQB of twelve bytes, ATTRIB_RES with its length.
    #[must_use]
    pub fn type_b(response: &[u8]) -> Option<Self> {
        let [1..=255, number, rest @ ..] = response else { return None };
        let atqb = rest.get(..12)?;
        // ATQB: 50, PUPI, application data, protocol info; the low half of its second byte tells of part 4.
        let iso_dep = atqb.get(10).is_some_and(|protocol| protocol & 0x01 != 0);
        let card = Card { uid: atqb.get(1..5)?.to_vec(), answer: atqb.to_vec(), atqa_sak: None };
        Some(Self { number: *number, card, iso_dep })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_targets() {
        let response = hex::decode("010100042004".to_owned() + "08a1b2c3067880700200").unwrap();
        let target = Target::type_a(&response).unwrap();
        assert_eq!((target.number, target.iso_dep), (1, true));
        assert_eq!(hex::encode(&target.card.uid), "08a1b2c3");
        assert_eq!(hex::encode(&target.card.answer), "067880700200");
        assert_eq!(target.card.atqa_sak, Some(([0x00, 0x04], 0x20)));
        // Without automatic RATS there is no answer to select.
        assert!(Target::type_a(&response[..10]).unwrap().card.answer.is_empty());
    }

    #[test]
    fn no_target_and_short_responses() {
        assert_eq!(Target::type_a(&[0]), None);
        assert_eq!(Target::type_a(&[1, 1, 0, 4, 0x20, 4, 1]), None);
        assert_eq!(Target::type_b(&[1, 1, 0x50]), None);
        let b = hex::decode("01015011223344000000000081c1810100").unwrap();
        assert_eq!(hex::encode(Target::type_b(&b).unwrap().card.uid), "11223344");
    }
}
