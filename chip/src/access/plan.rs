//! In which order access to a chip is tried (Doc 9303-11 section 4.2, BSI TR-03135-1 v5.0.1 5.8.10.1): every way of PACE that
//! chip and reader share, then basic access control, then plain reading, as far as the rules allow.
//!
//! A plan is data: who runs it starts the chip afresh where an attempt asks for it, because a chip that failed PACE does not
//! owe anything else in the same session, and PACE and BAC never share one.

use std::fmt;

use super::can::Can;
use super::error::{AccessError, AccessMeaning};
use super::mrz_key::MrzKey;
use super::pace::{PaceOffer, PaceOffers, Password};
use crate::lds::dg14::SecurityInfos;

/// Most attempts with PACE; chips offer one to four suites.
const MAX_PACE: usize = 8;

/// When basic access control may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BasicAccess {
    /// Never.
    Never,
    /// Only where the chip offers no PACE that this reader knows.
    WithoutPace,
    /// Also after every way of PACE failed (TR-03135 5.8.10.1). What was not offered is compared with the signed data later.
    #[default]
    AfterPace,
}

/// What may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccessRules {
    /// Basic access control.
    pub basic: BasicAccess,
    /// Reading without access control, last.
    pub plain: bool,
}

impl Default for AccessRules {
    fn default() -> Self {
        Self { basic: BasicAccess::AfterPace, plain: true }
    }
}

/// What is known of the document. `Debug` shows which, not what.
#[derive(Clone, Default)]
pub struct AccessKeys {
    /// Key of the machine readable zone.
    pub mrz: Option<MrzKey>,
    /// Card access number.
    pub can: Option<Can>,
}

impl fmt::Debug for AccessKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AccessKeys(mrz: {}, can: {})", self.mrz.is_some(), self.can.is_some())
    }
}

impl AccessKeys {
    /// The password of a kind, where it is known.
    #[must_use]
    pub fn password(&self, kind: PasswordKind) -> Option<Password> {
        match kind {
            PasswordKind::Mrz => self.mrz.clone().map(Password::Mrz),
            PasswordKind::Can => self.can.clone().map(Password::Can),
        }
    }
}

/// Kinds of passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasswordKind {
    /// The machine readable zone.
    Mrz,
    /// The card access number.
    Can,
}

/// One way of access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// PACE in the master file.
    Pace {
        /// Suite and parameters.
        offer: Box<PaceOffer>,
        /// Which password.
        password: PasswordKind,
    },
    /// Basic access control in the application; needs the key of the machine readable zone.
    Basic,
    /// Reading without access control.
    Plain,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pace { offer, password: PasswordKind::Mrz } => write!(f, "{}, MRZ", offer.name()),
            Self::Pace { offer, password: PasswordKind::Can } => write!(f, "{}, CAN", offer.name()),
            Self::Basic => f.write_str("BAC"),
            Self::Plain => f.write_str("plain access"),
        }
    }
}

/// An attempt in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// What to try.
    pub attempt: Attempt,
    /// Whether the chip must be started afresh before: every attempt but the first, and but plain reading after a basic
    /// access control that the chip does not know, which began nothing.
    pub reset_before: bool,
}

/// Attempts in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessPlan {
    /// What to try, best first.
    pub attempts: Vec<Planned>,
    /// Ways of PACE that the chip offers and this reader does not know, by name.
    pub unknown: Vec<String>,
    /// What cannot be tried, and why.
    pub left_out: Vec<LeftOut>,
}

/// What a plan leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// PACE: neither zone nor card access number is known.
    PaceWithoutPassword,
    /// Basic access control: the zone is not known.
    BasicWithoutZone,
    /// Basic access control: the rules forbid it.
    BasicForbidden,
    /// Plain access: the rules forbid it.
    PlainForbidden,
    /// Ways of PACE beyond the first eight.
    TooMany,
}

impl AccessPlan {
    /// Plans access. `card_access` is `None` where the chip has no EF.CardAccess or does not show it.
    #[must_use]
    pub fn of(card_access: Option<&SecurityInfos>, keys: &AccessKeys, rules: AccessRules) -> Self {
        let offers = card_access.map(PaceOffers::of).unwrap_or_default();
        let unknown = offers
            .unknown
            .iter()
            .map(|(protocol, id)| {
                let name = super::pace::suite_name(protocol).unwrap_or_else(|| protocol.to_string());
                match id {
                    Some(id) => format!("{name} with parameters {id}"),
                    None => name,
                }
            })
            .collect();
        let mut plan = Self { unknown, ..Self::default() };
        let passwords: Vec<PasswordKind> = [PasswordKind::Mrz, PasswordKind::Can]
            .into_iter()
            .filter(|kind| keys.password(*kind).is_some())
            .collect();
        for password in &passwords {
            for offer in offers.ordered() {
                if plan.attempts.len() >= MAX_PACE {
                    plan.left_out.push(LeftOut::TooMany);
                    break;
                }
                plan.push(Attempt::Pace { offer: Box::new(offer.clone()), password: *password });
            }
        }
        if passwords.is_empty() && !offers.known.is_empty() {
            plan.left_out.push(LeftOut::PaceWithoutPassword);
        }
        let allowed = match rules.basic {
            BasicAccess::Never => false,
            BasicAccess::WithoutPace => offers.known.is_empty(),
            BasicAccess::AfterPace => true,
        };
        match (allowed, keys.mrz.is_some()) {
            (true, true) => plan.push(Attempt::Basic),
            (true, false) => plan.left_out.push(LeftOut::BasicWithoutZone),
            (false, _) => plan.left_out.push(LeftOut::BasicForbidden),
        }
        if rules.plain {
            plan.push(Attempt::Plain);
        } else {
            plan.left_out.push(LeftOut::PlainForbidden);
        }
        plan
    }

    fn push(&mut self, attempt: Attempt) {
        let last = self.attempts.last().map(|planned| &planned.attempt);
        let reset_before = last.is_some_and(|last| (last, &attempt) != (&Attempt::Basic, &Attempt::Plain));
        self.attempts.push(Planned { attempt, reset_before });
    }
}

/// An attempt that failed: by name, with step, command and status word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptFailure {
    /// What was tried.
    pub attempt: Attempt,
    /// What became of it.
    pub error: AccessError,
}

impl AttemptFailure {
    /// What the failure most likely means.
    #[must_use]
    pub fn meaning(&self) -> AccessMeaning {
        self.error.meaning()
    }
}

impl fmt::Display for AttemptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; {}", self.attempt, self.error, self.meaning())
    }
}

impl std::error::Error for AttemptFailure {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_card::wrap;

    fn info(arc: [u8; 2], id: u8) -> Vec<u8> {
        let oid = [&[4, 0, 0x7F, 0, 7, 2, 2, 4][..], &arc].concat();
        wrap(0x30, &[wrap(6, &oid), vec![2, 1, 2, 2, 1, id]].concat())
    }

    fn card_access(parts: &[Vec<u8>]) -> SecurityInfos {
        SecurityInfos::parse_card_access(&wrap(0x31, &parts.concat())).unwrap()
    }

    fn zone() -> MrzKey {
        MrzKey::from_cells(b"L898902C<3", b"6908061", b"9406236")
    }

    fn names(plan: &AccessPlan) -> Vec<String> {
        let begun = |place: usize| place > 0 && plan.attempts[place - 1].attempt != Attempt::Basic;
        let mut numbered = plan.attempts.iter().enumerate();
        assert!(numbered.all(|(place, planned)| planned.reset_before == begun(place)));
        plan.attempts.iter().map(|planned| planned.attempt.to_string()).collect()
    }

    #[test]
    fn every_pace_before_basic_before_plain() {
        let infos = card_access(&[
            info([2, 1], 13),
            info([4, 2], 13),
            info([6, 2], 13),
            info([2, 4], 16),
            info([9, 9], 3),
        ]);
        let keys = AccessKeys { mrz: Some(zone()), can: None };
        let plan = AccessPlan::of(Some(&infos), &keys, AccessRules::default());
        assert_eq!(
            names(&plan),
            [
                "PACE-ECDH-CAM-AES-CBC-CMAC-128 with parameters 13 (brainpoolP256r1), MRZ",
                "PACE-ECDH-GM-AES-CBC-CMAC-256 with parameters 16 (brainpoolP384r1), MRZ",
                "PACE-ECDH-GM-3DES-CBC-CBC with parameters 13 (brainpoolP256r1), MRZ",
                "PACE-ECDH-IM-AES-CBC-CMAC-128 with parameters 13 (brainpoolP256r1), MRZ",
                "BAC",
                "plain access",
            ]
        );
        assert!(plan.left_out.is_empty());
    }

    #[test]
    fn rules_and_keys() {
        let infos = card_access(&[info([2, 2], 13)]);
        let of = |infos: Option<&SecurityInfos>, mrz: bool, can: bool, basic, plain| {
            let keys = AccessKeys { mrz: mrz.then(zone), can: can.then(|| Can::new("123456").unwrap()) };
            AccessPlan::of(infos, &keys, AccessRules { basic, plain })
        };
        let both = of(Some(&infos), true, true, BasicAccess::WithoutPace, false);
        assert_eq!(names(&both).len(), 2);
        assert_eq!(both.left_out, [LeftOut::BasicForbidden, LeftOut::PlainForbidden]);
        let none = of(None, true, false, BasicAccess::WithoutPace, false);
        assert_eq!(names(&none), ["BAC"]);
        let card = of(Some(&infos), false, true, BasicAccess::AfterPace, true);
        assert_eq!(card.left_out, [LeftOut::BasicWithoutZone]);
        assert_eq!(names(&card).len(), 2);
        let nothing = of(Some(&infos), false, false, BasicAccess::Never, false);
        assert!(names(&nothing).is_empty());
        assert_eq!(nothing.left_out.first(), Some(&LeftOut::PaceWithoutPassword));
        let unknown = card_access(&[info([4, 2], 10), info([2, 2], 7)]);
        let unknown = of(Some(&unknown), true, false, BasicAccess::WithoutPace, false);
        assert_eq!(names(&unknown), ["BAC"]);
        assert_eq!(unknown.unknown[0], "PACE-ECDH-IM-AES-CBC-CMAC-128 with parameters 10");
        let many: Vec<Vec<u8>> = (0..40).map(|n| info([2, 2 + n % 3], 12 + n % 6)).collect();
        let many = of(Some(&card_access(&many)), true, true, BasicAccess::AfterPace, false);
        assert_eq!(names(&many).len(), 9);
    }
}
