//! What a chip offers for PACE: PACEInfo and PACEDomainParameterInfo of EF.CardAccess (Doc 9303-11 sections 9.2.3, 9.2.4).

use crate::ber::{Oid, Reader, tag};
use crate::kdf::CipherKind;
use crate::key_agreement::Domain;
use crate::lds::dg14::{SecurityInfo, SecurityInfos};
use crate::pki::curves::Curve;

/// id-PACE.
pub(crate) const PACE: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 4]);

/// How the nonce becomes a generator (Doc 9303-11 4.4.3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mapping {
    /// A key agreement, then s G + H.
    Generic,
    /// A number from two nonces, then the point for it.
    Integrated,
    /// As generic, and the chip proves its static key by it.
    ChipAuthentication,
}

/// One way of PACE that a chip offers and this reader knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaceOffer {
    /// Protocol, as MSE:Set AT names it.
    pub protocol: Oid,
    /// Mapping.
    pub mapping: Mapping,
    /// Cipher of nonce and session.
    pub cipher: CipherKind,
    /// Domain parameters.
    pub domain: Domain,
    /// Id of the parameters as the chip states it.
    pub parameter_id: u8,
    /// Whether MSE:Set AT must name the id, because the chip has more than one set.
    pub name_parameters: bool,
}

/// Offers of a chip.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PaceOffers {
    /// What this reader can do, in the chip's order.
    pub known: Vec<PaceOffer>,
    /// PACEInfos that it cannot: protocol and parameter id.
    pub unknown: Vec<(Oid, Option<u32>)>,
}

impl PaceOffer {
    /// Suite and parameters, for example `PACE-ECDH-GM-AES-CBC-CMAC-128 with parameters 13 (brainpoolP256r1)`.
    #[must_use]
    pub fn name(&self) -> String {
        let suite = suite_name(&self.protocol).unwrap_or_else(|| self.protocol.to_string());
        format!("{suite} with parameters {} ({})", self.parameter_id, self.domain)
    }
}

impl PaceOffers {
    /// What this reader can do, best first: chip authentication mapping before generic before integrated, then the stronger
    /// cipher; the chip's order among equals.
    #[must_use]
    pub fn ordered(&self) -> Vec<&PaceOffer> {
        let mut offers: Vec<&PaceOffer> = self.known.iter().collect();
        offers.sort_by_key(|offer| std::cmp::Reverse(rank(offer)));
        offers
    }

    /// Reads the infos of EF.CardAccess (or of DG14, to compare).
    #[must_use]
    pub fn of(infos: &SecurityInfos) -> Self {
        let explicit: Vec<(bool, Option<u32>, Option<Domain>)> =
            infos.of(PACE).filter_map(explicit_parameters).collect();
        let mut offers = Self::default();
        let mut ids = Vec::new();
        for info in infos.of(PACE) {
            let Some((elliptic, mapping, cipher)) = suite(&info.protocol) else { continue };
            let id = info.optional.as_deref().and_then(small);
            ids.push(id);
            let stated = explicit.iter().find(|(on_curve, explicit_id, _)| {
                *on_curve == elliptic && (*explicit_id == id || id.is_none())
            });
            let domain = match stated {
                Some((_, _, domain)) => domain.clone(),
                None => id.and_then(|id| Domain::standardised(u8::try_from(id).ok()?)),
            };
            let known = domain.filter(|domain| domain.is_elliptic() == elliptic).zip(id.or(Some(0)));
            match known.and_then(|(domain, id)| Some((domain, u8::try_from(id).ok()?))) {
                Some((domain, parameter_id)) if info.version() == Some(2) && maps(mapping, &domain) => {
                    offers.known.push(PaceOffer {
                        protocol: info.protocol,
                        mapping,
                        cipher,
                        domain,
                        parameter_id,
                        name_parameters: false,
                    })
                }
                _ => offers.unknown.push((info.protocol, id)),
            }
        }
        ids.sort_unstable();
        ids.dedup();
        let ambiguous = ids.len() > 1;
        for offer in &mut offers.known {
            offer.name_parameters = ambiguous;
        }
        offers
    }

    /// The offer to try first: chip authentication mapping before generic before integrated, then the stronger cipher.
    #[must_use]
    pub fn preferred(&self) -> Option<&PaceOffer> {
        // The first of equals, which is the one that the chip names first.
        self.known.iter().rev().max_by_key(|offer| rank(offer))
    }
}

fn rank(offer: &PaceOffer) -> (u8, bool, usize) {
    let mapping = match offer.mapping {
        Mapping::ChipAuthentication => 2,
        Mapping::Generic => 1,
        Mapping::Integrated => 0,
    };
    (mapping, offer.cipher != CipherKind::TripleDes, offer.cipher.key_length())
}

/// Name of a protocol as Doc 9303-11 9.2.3 spells it; `None` for unknown arcs.
pub(crate) fn suite_name(protocol: &Oid) -> Option<String> {
    let (elliptic, mapping, cipher) = suite(protocol)?;
    let agreement = if elliptic { "ECDH" } else { "DH" };
    let mapping = match mapping {
        Mapping::Generic => "GM",
        Mapping::Integrated => "IM",
        Mapping::ChipAuthentication => "CAM",
    };
    let cipher = match cipher {
        CipherKind::TripleDes => "3DES-CBC-CBC",
        CipherKind::Aes128 => "AES-CBC-CMAC-128",
        CipherKind::Aes192 => "AES-CBC-CMAC-192",
        CipherKind::Aes256 => "AES-CBC-CMAC-256",
    };
    Some(format!("PACE-{agreement}-{mapping}-{cipher}"))
}

/// P-224 has no integrated mapping: its prime is 1 modulo 4 (Doc 9303-11 table 11).
fn maps(mapping: Mapping, domain: &Domain) -> bool {
    mapping != Mapping::Integrated || *domain != Domain::Ec(Curve::P224)
}

/// Whether on a curve, mapping and cipher of a protocol; `None` for parameter infos and unknown arcs.
fn suite(protocol: &Oid) -> Option<(bool, Mapping, CipherKind)> {
    let (elliptic, mapping, cipher) = match protocol.as_bytes().strip_prefix(PACE.as_bytes())? {
        [1, cipher] => (false, Mapping::Generic, cipher),
        [2, cipher] => (true, Mapping::Generic, cipher),
        [3, cipher] => (false, Mapping::Integrated, cipher),
        [4, cipher] => (true, Mapping::Integrated, cipher),
        // There is no chip authentication mapping with 3DES.
        [6, cipher @ 2..=4] => (true, Mapping::ChipAuthentication, cipher),
        _ => return None,
    };
    let cipher = match cipher {
        1 => CipherKind::TripleDes,
        2 => CipherKind::Aes128,
        3 => CipherKind::Aes192,
        4 => CipherKind::Aes256,
        _ => return None,
    };
    Some((elliptic, mapping, cipher))
}

/// PACEDomainParameterInfo: whether for curves, its id, the parameters where they are known ones.
fn explicit_parameters(info: &SecurityInfo) -> Option<(bool, Option<u32>, Option<Domain>)> {
    let elliptic = match info.protocol.last_arc_below(&PACE)? {
        1 | 3 => false,
        2 | 4 | 6 => true,
        _ => return None,
    };
    let algorithm = Reader::only(&info.required, tag::SEQUENCE).ok()?;
    Some((elliptic, info.optional.as_deref().and_then(small), Domain::from_algorithm(&algorithm)))
}

fn small(element: &[u8]) -> Option<u32> {
    Reader::only(element, tag::INTEGER).ok()?.small_integer().ok()
}
