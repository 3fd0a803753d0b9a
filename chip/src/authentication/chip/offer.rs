//! What DG14 offers for chip authentication: ChipAuthenticationInfo and ChipAuthenticationPublicKeyInfo (Doc 9303-11
//! sections 9.2.5, 9.2.6).

use std::fmt;

use crate::access::pace::{Mapping, PaceOffers};
use crate::ber::{Oid, Reader, tag};
use crate::kdf::CipherKind;
use crate::key_agreement::Domain;
use crate::lds::dg14::SecurityInfos;

/// id-CA.
const CHIP_AUTHENTICATION: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3]);
/// id-PK.
const PUBLIC_KEY: Oid = Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 1]);

/// Protocols by agreement and cipher, each from the strongest cipher down.
const PROTOCOLS: [(bool, CipherKind, Oid); 8] = [
    (true, CipherKind::Aes256, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 4])),
    (true, CipherKind::Aes192, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 3])),
    (true, CipherKind::Aes128, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 2])),
    (true, CipherKind::TripleDes, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 2, 1])),
    (false, CipherKind::Aes256, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 4])),
    (false, CipherKind::Aes192, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 3])),
    (false, CipherKind::Aes128, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 2])),
    (false, CipherKind::TripleDes, Oid::of(&[0, 4, 0, 127, 0, 7, 2, 2, 3, 1, 1])),
];

/// A static key of the chip. `Debug` leaves the element out: it tells one chip from all others.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct StaticKey {
    pub(super) id: Option<Box<[u8]>>,
    pub(super) domain: Domain,
    pub(super) element: Box<[u8]>,
}

impl fmt::Debug for StaticKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StaticKey({})", self.domain)
    }
}

/// Which commands carry the protocol (Doc 9303-11 6.2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Commands {
    /// MSE:Set KAT; 3DES only.
    KeyAgreementTemplate,
    /// MSE:Set AT and GENERAL AUTHENTICATE.
    GeneralAuthenticate,
}

/// One way of chip authentication that a chip offers and this reader knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChipOffer {
    /// Protocol, as MSE:Set AT names it.
    pub protocol: Oid,
    /// Cipher of the new session.
    pub cipher: CipherKind,
    /// Commands to use.
    pub commands: Commands,
    /// Domain parameters of the key.
    pub domain: Domain,
    /// Whether the protocol was inferred, because DG14 has a key and no ChipAuthenticationInfo for it.
    pub inferred: bool,
    pub(super) key: StaticKey,
}

/// Offers of a chip.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChipOffers {
    /// What this reader can do, best first: what the chip states before what is inferred, AES before 3DES.
    pub known: Vec<ChipOffer>,
    /// Infos and keys that it cannot use, by protocol: unknown parameters, versions or keys that are missing.
    pub unknown: Vec<Oid>,
}

impl ChipOffers {
    pub(crate) fn of(infos: &SecurityInfos) -> Self {
        let mut offers = Self::default();
        let keys = keys(infos, &mut offers.unknown);
        let mut stated = vec![false; keys.len()];
        for info in infos.of(CHIP_AUTHENTICATION) {
            let named = PROTOCOLS.iter().find(|(_, _, protocol)| *protocol == info.protocol);
            // Version 1; later ones are of the electronic identity card.
            let Some((elliptic, cipher, protocol)) = named.filter(|_| info.version() == Some(1)) else {
                offers.unknown.push(info.protocol);
                continue;
            };
            let id = info.optional.as_deref().and_then(key_id);
            let mut any = false;
            for (key, stated) in keys.iter().zip(&mut stated) {
                if key.domain.is_elliptic() == *elliptic && (id.is_none() || key.id.is_none() || key.id == id)
                {
                    (any, *stated) = (true, true);
                    let key = StaticKey { id: id.clone().or_else(|| key.id.clone()), ..key.clone() };
                    offers.push(*protocol, *cipher, key, false);
                }
            }
            if !any {
                offers.unknown.push(info.protocol);
            }
        }
        offers.known.sort_by_key(|offer| std::cmp::Reverse(strength(offer.cipher)));
        let mut inferred = Self::default();
        let mappings = PaceOffers::of(infos).known;
        // A key of PACE with chip authentication mapping needs no ChipAuthenticationInfo: it promises no more than that.
        let is_of_mapping = |key: &StaticKey| {
            mappings.iter().any(|offer| {
                offer.mapping == Mapping::ChipAuthentication
                    && offer.domain == key.domain
                    && key.id.as_deref().is_none_or(|id| id == [offer.parameter_id])
            })
        };
        for (key, _) in keys.iter().zip(stated).filter(|(key, stated)| !stated && !is_of_mapping(key)) {
            for (elliptic, cipher, protocol) in PROTOCOLS.iter().rev() {
                if key.domain.is_elliptic() == *elliptic {
                    inferred.push(*protocol, *cipher, key.clone(), true);
                }
            }
        }
        // 3DES by MSE:Set KAT first: the chips without the info are the early ones.
        offers.known.extend(inferred.known);
        offers
    }

    fn push(&mut self, protocol: Oid, cipher: CipherKind, key: StaticKey, inferred: bool) {
        let offer = |commands| ChipOffer {
            protocol,
            cipher,
            commands,
            domain: key.domain.clone(),
            inferred,
            key: key.clone(),
        };
        if cipher == CipherKind::TripleDes {
            self.known.push(offer(Commands::KeyAgreementTemplate));
        }
        self.known.push(offer(Commands::GeneralAuthenticate));
    }
}

const fn strength(cipher: CipherKind) -> u8 {
    match cipher {
        CipherKind::TripleDes => 0,
        CipherKind::Aes128 => 1,
        CipherKind::Aes192 => 2,
        CipherKind::Aes256 => 3,
    }
}

/// The static keys; those that cannot be computed with go to `unknown`.
pub(super) fn keys(infos: &SecurityInfos, unknown: &mut Vec<Oid>) -> Vec<StaticKey> {
    let mut keys = Vec::new();
    for info in infos.of(PUBLIC_KEY) {
        let elliptic = match info.protocol.last_arc_below(&PUBLIC_KEY) {
            Some(1) => Some(false),
            Some(2) => Some(true),
            _ => None,
        };
        let read =
            Reader::only(&info.required, tag::SEQUENCE).ok().and_then(|spki| Domain::from_public_key(&spki));
        match read {
            Some((domain, element)) if elliptic == Some(domain.is_elliptic()) => {
                keys.push(StaticKey { id: info.optional.as_deref().and_then(key_id), domain, element });
            }
            _ => unknown.push(info.protocol),
        }
    }
    keys
}

/// keyId as MSE names it: an unsigned number of at least one octet.
fn key_id(element: &[u8]) -> Option<Box<[u8]>> {
    let number = Reader::only(element, tag::INTEGER).ok()?.unsigned_integer().ok()?;
    let number = crate::ber::without_leading_zeros(number);
    Some(if number.is_empty() { [0].into() } else { number.into() })
}
