//! Key derivation (Doc 9303-11 section 9.7.1): one shared secret, a counter, a key for each use.

use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The cipher that session keys are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CipherKind {
    /// Two-key 3DES in CBC with the retail MAC.
    TripleDes,
    /// AES-128 in CBC with CMAC.
    Aes128,
    /// AES-192 in CBC with CMAC.
    Aes192,
    /// AES-256 in CBC with CMAC.
    Aes256,
}

impl CipherKind {
    /// Block size in octets.
    #[must_use]
    pub const fn block(self) -> usize {
        match self {
            Self::TripleDes => 8,
            _ => 16,
        }
    }

    /// Key length in octets.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::TripleDes | Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }
}

/// What a derived key is for: the counter of the derivation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Encryption (1).
    Encryption,
    /// Message authentication (2).
    Authentication,
    /// Encryption of the PACE nonce (3).
    Password,
}

/// A secret key; its memory is overwritten when it goes.
pub type Key = Zeroizing<Vec<u8>>;

/// Derives a key of the cipher's length: SHA-1 for 3DES and AES-128, SHA-256 for AES-192 and AES-256, over the secret
/// and the counter as four octets. 3DES keys get odd parity.
#[must_use]
pub fn derive(secret: &[u8], purpose: Purpose, kind: CipherKind) -> Key {
    let counter: u32 = match purpose {
        Purpose::Encryption => 1,
        Purpose::Authentication => 2,
        Purpose::Password => 3,
    };
    let mut digest = match kind {
        CipherKind::TripleDes | CipherKind::Aes128 => Zeroizing::new(
            Sha1::new().chain_update(secret).chain_update(counter.to_be_bytes()).finalize().to_vec(),
        ),
        CipherKind::Aes192 | CipherKind::Aes256 => Zeroizing::new(
            Sha256::new().chain_update(secret).chain_update(counter.to_be_bytes()).finalize().to_vec(),
        ),
    };
    digest.truncate(kind.key_length());
    if kind == CipherKind::TripleDes {
        for octet in digest.iter_mut() {
            *octet = odd_parity(*octet);
        }
    }
    digest
}

/// The octet with its lowest bit set so that the number of ones is odd.
const fn odd_parity(octet: u8) -> u8 {
    let high = octet & 0xFE;
    if high.count_ones().is_multiple_of(2) { high | 1 } else { high }
}

#[cfg(test)]
mod tests {
    use super::{CipherKind, Purpose, derive};

    /// Worked examples of Doc 9303-11 appendices D.2, G.1, H.1 and I.
    #[test]
    fn worked_examples() {
        let cases = [
            (
                "239AB9CB282DAF66231DC5A4DF6BFBAE",
                Purpose::Encryption,
                CipherKind::TripleDes,
                "AB94FDECF2674FDFB9B391F85D7F76F2",
            ),
            (
                "239AB9CB282DAF66231DC5A4DF6BFBAE",
                Purpose::Authentication,
                CipherKind::TripleDes,
                "7962D9ECE03D1ACD4C76089DCE131543",
            ),
            (
                "7E2D2A41C74EA0B38CD36F863939BFA8E9032AAD",
                Purpose::Password,
                CipherKind::Aes128,
                "89DED1B26624EC1E634C1989302849DD",
            ),
            (
                "4F150FDE1D4F0E38E95017B891BAE17133A0DF45B0D3E18B60BA7BEAFDC2C713",
                Purpose::Encryption,
                CipherKind::Aes128,
                "0D3FEB33251A6370893D62AE8DAAF51B",
            ),
            (
                "67950559D0C06B4D4B86972D14460837461087F8419FDBC36AAF6CEAAC462832",
                Purpose::Authentication,
                CipherKind::Aes128,
                "4B1C06491ED5140CA2B537D344C6C0B1",
            ),
        ];
        for (secret, purpose, kind, expected) in cases {
            let key = derive(&hex::decode(secret).unwrap(), purpose, kind);
            assert_eq!(hex::encode_upper(&*key), expected);
        }
    }
}
