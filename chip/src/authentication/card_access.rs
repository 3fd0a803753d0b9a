//! EF.CardAccess against signed security infos (Doc 9303-11 sections 4.2 and 9.2.11, BSI TR-03105-5.1 LDS_J).
//!
//! EF.CardAccess is read before access and nothing signs it, so whoever stands between can take PACE out of it, or offer a
//! weaker one. The same infos stand in DG14 or EF.CardSecurity, where they are signed: after passive authentication the two
//! are compared. Infos of PACE are compared octet by octet, in any order; others are no business of access.

use std::fmt;

use super::signed_infos::SignedInfos;
use crate::access::pace::PACE;
use crate::ber::{Oid, Reader, tag};
use crate::lds::dg14::{SecurityInfo, SecurityInfos};
use crate::oids;

/// One info of PACE by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceInfoName {
    /// Protocol, or the arc of explicit parameters.
    pub protocol: Oid,
    /// Parameter id, where the info has one.
    pub parameter_id: Option<u32>,
}

impl fmt::Display for PaceInfoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match crate::access::pace::suite_name(&self.protocol) {
            Some(name) => f.write_str(&name)?,
            None => write!(f, "{}", self.protocol)?,
        }
        match self.parameter_id {
            Some(id) => write!(f, " with parameters {id}"),
            None => Ok(()),
        }
    }
}

/// What the comparison found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct CardAccessComparison {
    /// Signed, and not in EF.CardAccess: somebody hid a way of PACE.
    pub hidden: Vec<PaceInfoName>,
    /// In EF.CardAccess, and not signed: somebody changed or added a way of PACE.
    pub unsigned: Vec<PaceInfoName>,
    /// In both.
    pub agreed: Vec<PaceInfoName>,
    /// Whether EF.CardAccess was there.
    pub present: bool,
}

/// The comparison in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[must_use]
pub enum CardAccessFact {
    /// Neither has PACE.
    NoPace,
    /// Both have the same.
    Same,
    /// Something that is signed is missing in EF.CardAccess (ACC-05).
    Downgraded,
    /// Nothing is missing, and something in EF.CardAccess is not signed.
    Unsigned,
    /// EF.CardAccess has PACE, the signed infos none at all: as chips from before the rule have it, whose DG14 speaks of
    /// chip authentication only.
    NothingSigned,
}

impl CardAccessComparison {
    /// The comparison in a word.
    pub fn fact(&self) -> CardAccessFact {
        match (self.hidden.is_empty(), self.unsigned.is_empty(), self.agreed.is_empty()) {
            (false, ..) => CardAccessFact::Downgraded,
            (true, true, true) => CardAccessFact::NoPace,
            (true, true, false) => CardAccessFact::Same,
            (true, false, false) => CardAccessFact::Unsigned,
            (true, false, true) => CardAccessFact::NothingSigned,
        }
    }
}

/// Compares EF.CardAccess, `None` where the chip has or shows none, with signed infos.
pub fn compare(card_access: Option<&SecurityInfos>, signed: &impl SignedInfos) -> CardAccessComparison {
    compare_infos(card_access, signed.security_infos())
}

pub(super) fn compare_infos(
    card_access: Option<&SecurityInfos>,
    signed: &SecurityInfos,
) -> CardAccessComparison {
    let open: Vec<&SecurityInfo> = card_access.into_iter().flat_map(|infos| infos.of(PACE)).collect();
    let signed: Vec<&SecurityInfo> = signed.of(PACE).collect();
    let names = |infos: &[&SecurityInfo], keep: &dyn Fn(&&SecurityInfo) -> bool| {
        let mut names: Vec<PaceInfoName> = Vec::new();
        for info in infos.iter().filter(|info| keep(info)) {
            let name = name(info);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    CardAccessComparison {
        hidden: names(&signed, &|info| !open.contains(info)),
        unsigned: names(&open, &|info| !signed.contains(info)),
        agreed: names(&signed, &|info| open.contains(info)),
        present: card_access.is_some(),
    }
}

fn name(info: &SecurityInfo) -> PaceInfoName {
    let small = |element: &[u8]| Reader::only(element, tag::INTEGER).ok()?.small_integer().ok();
    PaceInfoName { protocol: info.protocol, parameter_id: info.optional.as_deref().and_then(small) }
}

/// The signed copy of EF.DIR (EFDIRInfo, Doc 9303-11 9.2.10), where there is one.
#[must_use]
pub fn signed_directory(signed: &impl SignedInfos) -> Option<Vec<u8>> {
    let info = signed.security_infos().infos.iter().find(|info| info.protocol == oids::EF_DIR)?;
    Reader::only(&info.required, tag::OCTET_STRING).ok()?.octets().ok().map(|octets| octets.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_card::wrap;

    fn info(arc: &[u8], id: u8) -> Vec<u8> {
        let oid = [&[4, 0, 0x7F, 0, 7, 2, 2, 4], arc].concat();
        wrap(0x30, &[wrap(6, &oid), vec![2, 1, 2, 2, 1, id]].concat())
    }

    fn infos(parts: &[Vec<u8>]) -> SecurityInfos {
        SecurityInfos::parse_card_access(&wrap(0x31, &parts.concat())).unwrap()
    }

    /// ACC-05 and LDS_J_01 to LDS_J_03: removed, changed, added, absent.
    #[test]
    fn comparisons() {
        let (strong, weak) = (info(&[2, 4], 13), info(&[2, 1], 13));
        let foreign = wrap(0x30, &[wrap(6, &[4, 0, 0x7F, 0, 7, 2, 2, 3, 2, 2]), vec![2, 1, 1]].concat());
        let signed = infos(&[strong.clone(), foreign.clone(), weak.clone()]);
        let with = |parts: &[Vec<u8>]| compare_infos(Some(&infos(parts)), &signed);
        assert_eq!(with(&[weak.clone(), strong.clone()]).fact(), CardAccessFact::Same, "in any order");
        let hidden = with(std::slice::from_ref(&weak));
        assert_eq!(hidden.fact(), CardAccessFact::Downgraded);
        assert_eq!(hidden.hidden[0].to_string(), "PACE-ECDH-GM-AES-CBC-CMAC-256 with parameters 13");
        assert_eq!(with(&[]).fact(), CardAccessFact::Downgraded);
        assert_eq!(compare_infos(None, &signed).fact(), CardAccessFact::Downgraded);
        let other_curve = with(&[weak.clone(), info(&[2, 4], 12)]);
        assert_eq!(other_curve.fact(), CardAccessFact::Downgraded);
        assert_eq!(other_curve.unsigned[0].parameter_id, Some(12));
        let added = with(&[weak.clone(), strong.clone(), info(&[1, 1], 0)]);
        assert_eq!(added.fact(), CardAccessFact::Unsigned);
        let silent = infos(&[foreign]);
        assert_eq!(compare_infos(Some(&infos(&[weak])), &silent).fact(), CardAccessFact::NothingSigned);
        assert_eq!(compare_infos(None, &silent).fact(), CardAccessFact::NoPace);
        assert_eq!(compare_infos(Some(&infos(&[])), &silent).fact(), CardAccessFact::NoPace);
    }
}
